package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"headwater/lake"
	"headwater/source"
	"headwater/source/batch"
)

// session is one connection in one read-only transaction. It is for one goroutine,
// except that a cancelled query is killed from another.
type session struct {
	connector *connector
	conn      *sql.Conn
	id        int64 // the server's number of the connection
	began     time.Time
	tables    map[string]*table
	active    *rows // the statement that is being read
}

// Session begins the transaction: what it reads of transactional tables is as of now.
func (c *connector) Session(ctx context.Context) (source.Session, error) {
	conn, err := c.db.Conn(ctx)
	if err != nil {
		return nil, c.translate(ctx, err, "")
	}
	s := &session{connector: c, conn: conn, tables: map[string]*table{}}
	for _, q := range []string{"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"} {
		if _, err = conn.ExecContext(ctx, q); err != nil {
			break
		}
	}
	s.began = time.Now()
	if err == nil {
		err = conn.QueryRowContext(ctx, "SELECT CONNECTION_ID()").Scan(&s.id)
	}
	if err != nil {
		return nil, errors.Join(c.translate(ctx, err, ""), conn.Close())
	}
	return s, nil
}

// Close ends the transaction and gives the connection back.
func (s *session) Close() error {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	if s.active != nil {
		s.active.Close(true)
	}
	if _, err := s.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		// A connection in an unknown state isn't used again.
		_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	if err := s.conn.Close(); err != nil && !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, sql.ErrConnDone) {
		return s.connector.translate(ctx, err, "")
	}
	return nil
}

// table describes a table once per session. Should it change afterwards, the statement
// fails.
func (s *session) table(ctx context.Context, name string) (*table, error) {
	if t := s.tables[name]; t != nil {
		return t, nil
	}
	t, err := s.connector.describe(ctx, name)
	if err == nil {
		s.tables[name] = t
	}
	return t, err
}

// rows is one statement of a session.
type rows struct {
	ctx     context.Context
	session *session
	plan    *plan
	name    string

	statement driver.Stmt
	result    driver.Rows
	values    []driver.Value
	decode    decoder
	unwatch   func() bool
	over      bool // the server has nothing more to send
	closed    bool
}

func (s *session) reader(ctx context.Context, p *plan, name string) *batch.Reader {
	return batch.NewReader(p.schema, &rows{ctx: ctx, session: s, plan: p, name: name})
}

// Fill implements batch.Rows.
func (r *rows) Fill(columns []array.Builder) (n int, err error) {
	err = r.session.conn.Raw(func(connection any) error {
		if r.result == nil {
			if err := r.start(connection, columns); err != nil {
				return err
			}
		}
		var err error
		n, err = r.fill()
		return err
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return n, r.session.connector.translate(r.ctx, err, r.name)
	}
	return n, err
}

func (r *rows) start(connection any, columns []array.Builder) error {
	s := r.session
	if s.active != nil || r.closed {
		return lake.Fail(lake.ErrInvalid, "source_scan_open", "Another table of the source is still being read in this session.", "source", s.connector.name, "table", r.name)
	}
	preparer, ok := connection.(driver.ConnPrepareContext)
	if !ok {
		return driver.ErrBadConn
	}
	statement, err := preparer.PrepareContext(r.ctx, r.plan.sql)
	if err != nil {
		return err
	}
	r.statement, s.active = statement, r
	args := make([]driver.NamedValue, len(r.plan.args))
	for i, a := range r.plan.args {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	r.unwatch = context.AfterFunc(r.ctx, func() { s.kill("KILL ") })
	querier, ok := statement.(driver.StmtQueryContext)
	if !ok {
		return driver.ErrBadConn
	}
	if r.result, err = querier.QueryContext(r.ctx, args); err != nil {
		return err
	}
	r.values = make([]driver.Value, len(r.result.Columns()))
	r.decode = newDecoder(r.plan.columns, columns)
	return nil
}

func (r *rows) fill() (n int, err error) {
	size := 0
	for n < batch.MaxRows && size < batch.MaxBytes {
		if err := r.result.Next(r.values); err != nil {
			r.over = true
			return n, err
		}
		added, err := r.decode.row(r.values)
		if err != nil {
			return n, r.inColumn(err)
		}
		size += added
		n++
	}
	return n, nil
}

func (r *rows) inColumn(err error) error {
	var unfit *unfitError
	if !errors.As(err, &unfit) {
		return err
	}
	return lake.Fail(lake.ErrConflict, "source_value_invalid", "A value of column "+unfit.column+" of "+r.name+" is no "+unfit.engine+".",
		"source", r.session.connector.name, "table", r.name, "column", unfit.column, "type", unfit.engine)
}

// Close implements batch.Rows. A statement that isn't at its end is killed, so that
// neither the server goes on with it nor its rows have to be fetched.
func (r *rows) Close(early bool) {
	if r.closed {
		return
	}
	r.closed = true
	if r.unwatch != nil {
		r.unwatch()
	}
	if early && r.result != nil && !r.over && r.ctx.Err() == nil {
		r.session.kill("KILL QUERY ")
	}
	_ = r.session.conn.Raw(func(any) error {
		if r.result != nil {
			_ = r.result.Close() // what was killed ends with an error
		}
		if r.statement != nil {
			_ = r.statement.Close()
		}
		return nil
	})
	if r.session.active == r {
		r.session.active = nil
	}
	if n := r.decode.zeros; n > 0 {
		logger().Warn("dates that no calendar has were read as empty", "source", r.session.connector.name, "table", r.name, "values", n)
	}
}

// kill ends what the session's connection does, by another connection.
func (s *session) kill(command string) {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	_, _ = s.connector.db.ExecContext(ctx, command+strconv.FormatInt(s.id, 10))
}
