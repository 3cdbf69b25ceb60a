// Package postgres reads tables of PostgreSQL 15 and newer in place, and writes back.
//
// A session is one snapshot: a REPEATABLE READ READ ONLY transaction whose snapshot is
// exported, so that all its connections see the same state. A scan asks for binary
// values and puts them from the wire into Arrow columns; a large table is read in
// ranges of blocks over several connections. What the engine wishes (conditions, order,
// limit, count, nearest) is asked of the server only where its answer is proven equal
// to the engine's; push.go says where that is, and why.
//
// A value that the engine's type can't hold (NaN in a numeric, an infinite date, too many
// digits) is an error that names the column, never another value. A column declared as
// VARCHAR, whatever its type here, is read as the text that the server writes.
package postgres

import (
	"bufio"
	"context"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgproto3"

	"headwater/lake"
	"headwater/source"
)

// connector is one database.
type connector struct {
	name   string // of the source
	config *pgconn.Config
	dial   pgconn.DialFunc
	pool   pool
	splits splits

	unprepared atomic.Bool // the server doesn't keep prepared statements for a connection
}

var (
	_ source.Opener    = Open
	_ source.Connector = (*connector)(nil)
	_ source.Writer    = (*connector)(nil)
)

// parameters are those that an address may have behind its question mark.
var parameters = []string{"sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslnegotiation", "sslsni",
	"connect_timeout", "channel_binding", "host"}

// Open takes an address postgres://user:password@host:port/database?sslmode=… A socket's
// directory is given by ?host=/directory.
func Open(_ context.Context, s source.Settings) (source.Connector, error) {
	config, err := configure(s)
	if err != nil {
		return nil, err
	}
	c := &connector{name: s.Name, config: config, dial: config.DialFunc}
	c.pool.connect = c.connect
	return c, nil
}

// configure reads the address. Nothing comes from this machine's environment, password
// files or service files: they aren't the source's.
func configure(s source.Settings) (*pgconn.Config, error) {
	u := *s.URL
	q := u.Query()
	for name := range q {
		if !slices.Contains(parameters, name) {
			return nil, invalid("The address has the parameter "+strconv.Quote(name)+", which isn't known.", "reason", "parameter", "parameter", name)
		}
	}
	user, database := u.User.Username(), strings.TrimPrefix(u.Path, "/")
	if user == "" || u.Hostname() == "" && q.Get("host") == "" {
		return nil, invalid("The address must be of the form postgres://user:password@host:port/database.", "form", "postgres://user:password@host:port/database")
	}
	if database == "" {
		database = user
	}
	password, _ := u.User.Password()
	for name, value := range map[string]string{"sslmode": "prefer", "sslsni": "1", "connect_timeout": "15",
		"passfile": os.DevNull, "target_session_attrs": "any"} {
		if q.Get(name) == "" {
			q.Set(name, value)
		}
	}
	plain := url.URL{Scheme: "postgres", User: url.UserPassword(user, "unused"), Host: u.Host, Path: "/" + database, RawQuery: q.Encode()}
	config, err := pgconn.ParseConfig(plain.String())
	if err != nil { // its text may quote the address
		return nil, invalid("The address or its TLS settings can't be used: a value isn't known, or a certificate file can't be read.", "reason", "settings")
	}
	config.Password, config.User, config.Database = password, user, database
	config.RuntimeParams = map[string]string{"application_name": "headwater", "client_encoding": "UTF8", "timezone": "UTC", "datestyle": "ISO"}
	config.LookupFunc = func(_ context.Context, host string) ([]string, error) { return []string{host}, nil } // Dial resolves and checks
	config.DialFunc = pgconn.DialFunc(s.Dial)
	config.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		return pgproto3.NewFrontend(bufio.NewReaderSize(r, readBuffer), w)
	}
	config.BuildContextWatcherHandler = func(pc *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: pc, DeadlineDelay: 2 * time.Second}
	}
	return config, nil
}

// readBuffer spares most of the system calls of a large result.
const readBuffer = 128 << 10

func invalid(detail string, params ...any) error {
	return lake.Fail(lake.ErrInvalid, "address_invalid", detail, params...)
}

// settings of every connection. What is compiled for one statement costs more than it saves.
const settings = "SET default_transaction_read_only = on; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET jit = off"

func (c *connector) connect(ctx context.Context) (*pgconn.PgConn, error) {
	conn, err := pgconn.ConnectConfig(ctx, c.config)
	if err != nil {
		return nil, c.connectError(ctx, err)
	}
	if err := exec(ctx, conn, settings); err != nil {
		c.pool.discard(conn)
		return nil, c.native(ctx, err)
	}
	c.prepareGlance(ctx, conn)
	return conn, nil
}

func exec(ctx context.Context, conn *pgconn.PgConn, text string) error {
	_, err := conn.Exec(ctx, text).ReadAll()
	return err
}

// query gives the rows of a statement in text form.
func query(ctx context.Context, conn *pgconn.PgConn, text string, args ...string) ([][][]byte, error) {
	values := make([][]byte, len(args))
	for i, a := range args {
		values[i] = []byte(a)
	}
	r := conn.ExecParams(ctx, text, values, nil, nil, nil).Read()
	return r.Rows, r.Err
}

// Close closes what is idle; connections in use are closed by their sessions.
func (c *connector) Close() error {
	c.pool.close()
	return nil
}

// pool keeps connections for a while. It never makes anybody wait.
type pool struct {
	connect func(ctx context.Context) (*pgconn.PgConn, error)

	mu     sync.Mutex
	idle   []idle
	timer  *time.Timer
	closed bool
}

type idle struct {
	conn  *pgconn.PgConn
	since time.Time
}

const (
	idleMost = 8
	idleTime = time.Minute
)

// get gives a connection, and whether it was used before: then it may be broken.
func (p *pool) get(ctx context.Context) (conn *pgconn.PgConn, used bool, err error) {
	p.mu.Lock()
	for n := len(p.idle); n > 0; n = len(p.idle) {
		last := p.idle[n-1]
		p.idle = p.idle[:n-1]
		if !last.conn.IsClosed() {
			p.mu.Unlock()
			return last.conn, true, nil
		}
	}
	p.mu.Unlock()
	conn, err = p.connect(ctx)
	return conn, false, err
}

// put takes a connection back that is in no transaction.
func (p *pool) put(conn *pgconn.PgConn) {
	p.mu.Lock()
	if p.closed || len(p.idle) >= idleMost || conn.IsClosed() || conn.TxStatus() != 'I' {
		p.mu.Unlock()
		p.discard(conn)
		return
	}
	p.idle = append(p.idle, idle{conn, time.Now()})
	if p.timer == nil {
		p.timer = time.AfterFunc(idleTime, p.sweep)
	}
	p.mu.Unlock()
}

// sweep closes what has been idle for long.
func (p *pool) sweep() {
	p.mu.Lock()
	var old []*pgconn.PgConn
	for len(p.idle) > 0 && time.Since(p.idle[0].since) >= idleTime {
		old = append(old, p.idle[0].conn)
		p.idle = p.idle[1:]
	}
	p.timer = nil
	if len(p.idle) > 0 && !p.closed {
		p.timer = time.AfterFunc(idleTime, p.sweep)
	}
	p.mu.Unlock()
	for _, conn := range old {
		p.discard(conn)
	}
}

func (p *pool) discard(conn *pgconn.PgConn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	all := p.idle
	p.idle = nil
	if p.timer != nil {
		p.timer.Stop()
	}
	p.mu.Unlock()
	for _, i := range all {
		p.discard(i.conn)
	}
}
