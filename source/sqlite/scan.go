package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/mattn/go-sqlite3"

	"headwater/lake"
	"headwater/source"
	"headwater/source/batch"
)

// session is one read transaction.
type session struct {
	connector *connector
	conn      *sql.Conn
	began     time.Time
	tables    map[string]*table
	open      map[*rows]bool
}

// Session begins a read transaction. SQLite takes its snapshot at the first read, so one
// is made at once.
func (c *connector) Session(ctx context.Context) (source.Session, error) {
	db, err := c.db()
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, c.translate(ctx, err, "")
	}
	var n int
	if _, err = conn.ExecContext(ctx, "BEGIN"); err == nil {
		err = conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_schema").Scan(&n)
	}
	s := &session{connector: c, conn: conn, began: time.Now(), tables: map[string]*table{}, open: map[*rows]bool{}}
	if err != nil {
		return nil, errors.Join(c.translate(ctx, err, ""), s.Close())
	}
	return s, nil
}

// Close ends the transaction.
func (s *session) Close() error {
	for r := range s.open {
		r.Close(true)
	}
	if _, err := s.conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	if err := s.conn.Close(); err != nil && !errors.Is(err, driver.ErrBadConn) && !errors.Is(err, sql.ErrConnDone) {
		return s.connector.translate(context.Background(), err, "")
	}
	return nil
}

// Scan makes the statement; it runs when the rows are first read.
func (s *session) Scan(ctx context.Context, scan lake.Scan) (*lake.Scanned, error) {
	if scan.Pin != "" {
		return nil, lake.Fail(lake.ErrInvalid, "source_pin_unknown", "A SQLite file keeps no earlier states.", "source", s.connector.name)
	}
	t := s.tables[scan.Table]
	if t == nil {
		var err error
		if t, err = s.connector.describe(ctx, s.conn, scan.Table); err != nil {
			return nil, err
		}
		s.tables[scan.Table] = t
	}
	p, err := s.connector.plan(t, scan)
	if err != nil {
		return nil, err
	}
	schema, err := batch.Schema(p.columns)
	if err != nil {
		return nil, err
	}
	r := &rows{ctx: ctx, session: s, plan: p}
	reader := batch.NewReader(schema, r)
	return &lake.Scanned{
		Rows: reader, Pushed: p.pushed, Why: p.why, Limited: p.limited, Counted: p.counted,
		Statement: p.sql, Snapshot: true, ObservedAt: s.began, Moved: reader.Moved,
	}, nil
}

// plan is one SELECT and what it does of what was wished.
type plan struct {
	table   *table
	columns []lake.ScanColumn
	rowid   bool // the last selected column is the row number, for errors
	sql     string
	args    []any

	pushed  []bool
	why     []string
	limited bool
	counted bool
}

func (c *connector) plan(t *table, scan lake.Scan) (*plan, error) {
	p := &plan{table: t, columns: scan.Columns}
	var list []string
	for _, want := range scan.Columns {
		if t.column(want.Name) == nil {
			return nil, lake.Fail(lake.ErrConflict, "source_changed", "The table "+scan.Table+" has no column "+want.Name+" any more.",
				"source", c.name, "table", scan.Table, "column", want.Name)
		}
		list = append(list, "+"+quote(want.Name)) // the sign keeps the driver from guessing types by the declaration
	}
	where, exact := p.where(scan)
	if scan.Count && exact {
		p.counted, p.columns = true, []lake.ScanColumn{{Name: "count", Type: "BIGINT"}}
		p.sql = "SELECT COUNT(*) FROM " + quote(t.name) + where
		return p, nil
	}
	if len(list) == 0 {
		list = []string{"1"}
	}
	if p.rowid = t.rowid != ""; p.rowid {
		list = append(list, t.rowid)
	}
	tail, limited := p.limit(scan, exact)
	p.limited = limited
	p.sql = "SELECT " + strings.Join(list, ", ") + " FROM " + quote(t.name) + where + tail
	return p, nil
}

func (p *plan) where(scan lake.Scan) (text string, exact bool) {
	p.pushed, p.why = make([]bool, len(scan.Where)), make([]string, len(scan.Where))
	strict, exact := scan.Count || scan.Limit > 0, true
	var parts []string
	for i, cond := range scan.Where {
		k := p.table.column(cond.Column)
		if k == nil {
			p.why[i], exact = "type", false
			continue
		}
		c, why := k.push(cond, p.table.view, strict)
		if p.why[i] = why; why != "" {
			exact = false
			continue
		}
		p.pushed[i], exact = true, exact && c.exact
		parts, p.args = append(parts, c.sql), append(p.args, c.args...)
	}
	if len(parts) == 0 {
		return "", exact
	}
	return " WHERE " + strings.Join(parts, " AND "), exact
}

func (p *plan) limit(scan lake.Scan, exact bool) (string, bool) {
	if scan.Limit <= 0 || !exact {
		return "", false
	}
	var parts []string
	for _, o := range scan.Order {
		k := p.table.column(o.Column)
		if k == nil || !ordered[o.Type] {
			return "", false
		}
		text := quote(k.name) + " COLLATE BINARY"
		if o.Desc {
			text += " DESC"
		}
		parts = append(parts, text+" NULLS LAST")
	}
	tail := ""
	if len(parts) > 0 {
		tail = " ORDER BY " + strings.Join(parts, ", ")
	}
	return tail + " LIMIT " + strconv.FormatInt(scan.Limit, 10), true
}

// rows is one statement of a session.
type rows struct {
	ctx       context.Context
	session   *session
	plan      *plan
	statement driver.Stmt
	result    driver.Rows
	values    []driver.Value
	add       []appender
	closed    bool
}

// Fill implements batch.Rows.
func (r *rows) Fill(columns []array.Builder) (n int, err error) {
	if r.closed {
		return 0, lake.Fail(lake.ErrInvalid, "source_scan_open", "The session has ended.", "source", r.session.connector.name)
	}
	err = r.session.conn.Raw(func(connection any) error {
		if r.result == nil {
			if err := r.start(connection, columns); err != nil {
				return err
			}
		}
		var err error
		n, err = r.fill(columns)
		return err
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return n, r.session.connector.translate(r.ctx, err, r.plan.table.name)
	}
	return n, err
}

func (r *rows) start(connection any, columns []array.Builder) error {
	conn, ok := connection.(*sqlite3.SQLiteConn)
	if !ok {
		return driver.ErrBadConn
	}
	args := make([]driver.NamedValue, len(r.plan.args))
	for i, a := range r.plan.args {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	statement, err := conn.PrepareContext(r.ctx, r.plan.sql)
	if err != nil {
		return err
	}
	r.statement, r.session.open[r] = statement, true
	querier, ok := statement.(driver.StmtQueryContext)
	if !ok {
		return driver.ErrBadConn
	}
	if r.result, err = querier.QueryContext(r.ctx, args); err != nil {
		return err
	}
	r.values = make([]driver.Value, len(r.result.Columns()))
	for i, c := range r.plan.columns {
		r.add = append(r.add, newAppender(c.Type, columns[i]))
	}
	return nil
}

func (r *rows) fill(columns []array.Builder) (n int, err error) {
	size := 0
	for n < batch.MaxRows && size < batch.MaxBytes {
		if err := r.result.Next(r.values); err != nil {
			return n, err
		}
		for i, add := range r.add {
			v := r.values[i]
			if v == nil {
				columns[i].AppendNull()
				continue
			}
			k, ok := add(v)
			if !ok {
				return n, r.unfit(i)
			}
			size += k
		}
		n++
	}
	return n, nil
}

// unfit names the row whose value isn't of the column's type.
func (r *rows) unfit(i int) error {
	c, t := r.plan.columns[i], r.plan.table
	row := ""
	if r.plan.rowid {
		row = fmt.Sprint(r.values[len(r.values)-1])
	}
	return lake.Fail(lake.ErrConflict, "source_value_invalid", "The value of column "+c.Name+" of "+t.name+" in row "+row+" is no "+c.Type+".",
		"source", r.session.connector.name, "table", t.name, "column", c.Name, "row", row, "type", c.Type)
}

// Close implements batch.Rows.
func (r *rows) Close(bool) {
	if r.closed {
		return
	}
	r.closed = true
	delete(r.session.open, r)
	_ = r.session.conn.Raw(func(any) error {
		if r.result != nil {
			_ = r.result.Close()
		}
		if r.statement != nil {
			_ = r.statement.Close()
		}
		return nil
	})
}
