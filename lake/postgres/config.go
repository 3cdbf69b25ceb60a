package postgres

import (
	"context"
	"log/slog"
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"headwater/lake"
)

// DefaultSchema holds the workspace when the address names none.
const DefaultSchema = "headwater"

// Options are what a store needs besides its address; the zero value will do.
type Options struct {
	Log         *slog.Logger  // nil: silent
	Connections int           // for reads; 0: 12. Two more are for writing and listening
	Poll        time.Duration // how often to look for other nodes' commits unasked; 0: 1 s
}

// address is where a workspace lives, taken apart.
type address struct {
	config *pgx.ConnConfig
	schema string
}

var schemaForm = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,47}$`)

// parse takes an address apart: postgres://person@host/database?schema=headwater.
func parse(url string) (address, error) {
	c, err := pgx.ParseConfig(url)
	if err != nil { // its text may quote the password
		return address{}, lake.Fail(lake.ErrInvalid, "database_address_invalid",
			"The address of the database must look like postgres://person:password@host:5432/database?schema=headwater.")
	}
	a := address{config: c, schema: DefaultSchema}
	for _, name := range []string{"schema", "search_path"} {
		if s := strings.Trim(c.RuntimeParams[name], `" `); s != "" {
			a.schema = s
		}
		delete(c.RuntimeParams, name)
	}
	if !schemaForm.MatchString(a.schema) || strings.HasPrefix(a.schema, "pg_") {
		return a, lake.Fail(lake.ErrInvalid, "schema_name_invalid",
			"The name of the schema begins with a letter and holds only a-z, 0-9 and _, at most 48 of them.", "schema", a.schema)
	}
	session := map[string]string{
		"search_path":      quote(a.schema),
		"application_name": "headwater",
		"jit":              "off", // short statements only
		"TimeZone":         "UTC",
		// A node that has gone without a word mustn't keep the commit lock for hours.
		"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3",
	}
	for name, value := range session {
		c.RuntimeParams[name] = value
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	c.DialFunc = dialer.DialContext
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 15 * time.Second
	}
	return a, nil
}

// connect makes one connection with settings of its own.
func (a address) connect(ctx context.Context, settings map[string]string) (*pgx.Conn, error) {
	c := a.config.Copy()
	for name, value := range settings {
		c.RuntimeParams[name] = value
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, nativeError(err)
	}
	if err := durable(ctx, conn); err != nil {
		_ = conn.Close(ctx)
		return nil, nativeError(err)
	}
	return conn, nil
}

// durable makes a commit mean that it lasts, where the server is set to less. What is
// stronger (waiting for a standby) stays.
func durable(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
	return err
}

// pool makes connections for reads.
func (a address) pool(ctx context.Context, size int, settings map[string]string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig("")
	if err != nil {
		return nil, err
	}
	c.ConnConfig = a.config.Copy()
	for name, value := range settings {
		c.ConnConfig.RuntimeParams[name] = value
	}
	c.MaxConns = int32(size)
	c.AfterConnect = durable
	p, err := pgxpool.NewWithConfig(ctx, c)
	return p, nativeError(err)
}

// byKey are the settings of connections that read by key: they never need to read a whole
// table, but the planner would in a fresh one, as long as it has no statistics of it.
var byKey = map[string]string{"enable_seqscan": "off"}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal is a text constant; only for names of our own.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
