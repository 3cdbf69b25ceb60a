// Package mysql reads MySQL 8 and MariaDB tables in place, and writes single rows back.
//
// A session has one connection and one transaction with a consistent snapshot: no
// statement gives several connections the same snapshot without locking the server's
// writers out, so tables aren't read in parallel. Rows come by the binary protocol and
// go straight into Arrow batches. Conditions are pushed only where push.go says why
// they mean the same there as in the engine.
package mysql

import (
	"context"
	"crypto/tls"
	"database/sql"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"headwater/lake"
	"headwater/source"
)

// connector is one server, or one database of it.
type connector struct {
	name     string
	database string // "": tables are named database.table
	boolean  bool   // tinyint(1) holds truth values
	config   *driver.Config
	db       *sql.DB
	settings source.Settings
}

var _ source.Writer = (*connector)(nil)

// addressForm is shown to those whose address can't be used.
const addressForm = "mysql://user:password@host:3306/database"

// Open checks an address mysql://user:password@host:3306/database. Parameters:
//
//	tls        preferred (the default), true, skip-verify, false
//	tinyint1   bool: columns declared as tinyint(1) hold truth values
func Open(_ context.Context, s source.Settings) (source.Connector, error) {
	c := &connector{name: s.Name, settings: s, database: strings.Trim(s.URL.Path, "/")}
	if s.URL.Hostname() == "" {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address names no host.", "form", addressForm)
	}
	if strings.Contains(c.database, "/") {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address names more than a database behind its host.", "form", addressForm)
	}
	c.config = baseConfig(s, c.database)
	c.config.DialFunc = c.dial
	if err := c.parameters(s.URL.Query()); err != nil {
		return nil, err
	}
	dc, err := driver.NewConnector(c.config)
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address can't be used for MySQL.", "form", addressForm)
	}
	c.db = sql.OpenDB(dc)
	c.db.SetMaxIdleConns(4)
	c.db.SetConnMaxIdleTime(time.Minute)
	return c, nil
}

func baseConfig(s source.Settings, database string) *driver.Config {
	port := s.URL.Port()
	if port == "" {
		port = "3306"
	}
	cfg := driver.NewConfig()
	cfg.User = s.URL.User.Username()
	cfg.Passwd, _ = s.URL.User.Password()
	cfg.Net, cfg.Addr, cfg.DBName = "tcp", net.JoinHostPort(s.URL.Hostname(), port), database
	cfg.Logger = &driver.NopLogger{}
	cfg.ClientFoundRows = true // an update tells how many rows it found, not how many differed
	cfg.MaxAllowedPacket = 0   // ask the server
	cfg.ConnectionAttributes = "program_name:headwater"
	_ = cfg.Apply(driver.Charset("utf8mb4", ""))
	cfg.Params = map[string]string{
		"time_zone":         "'+00:00'",
		"sql_mode":          "'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO'", // nothing of the server's own that changes what values look like
		"sql_auto_is_null":  "0",
		"sql_select_limit":  "18446744073709551615",
		"net_write_timeout": "600", // rows wait for the engine
		"wait_timeout":      "28800",
	}
	return cfg
}

func (c *connector) parameters(q url.Values) error {
	c.config.TLSConfig = "preferred"
	for name, values := range q {
		value := values[len(values)-1]
		switch {
		case name == "tls" && value == "true":
			c.config.TLSConfig, c.config.TLS = "", &tls.Config{ServerName: c.settings.URL.Hostname(), MinVersion: tls.VersionTLS12}
		case name == "tls" && (value == "preferred" || value == "skip-verify" || value == "false"):
			c.config.TLSConfig = value
		case name == "tinyint1" && (value == "bool" || value == "integer"):
			c.boolean = value == "bool"
		default:
			return lake.Fail(lake.ErrInvalid, "address_invalid", "The address has a parameter that isn't known: "+name+".", "reason", "parameter", "parameter", name)
		}
	}
	return nil
}

// Close ends idle connections; sessions keep theirs until they are closed.
func (c *connector) Close() error { return c.db.Close() }

// place splits the name of a table into database and table.
func (c *connector) place(name string) (database, table string, err error) {
	if c.database != "" {
		return c.database, name, nil
	}
	database, table, ok := strings.Cut(name, ".")
	if !ok {
		return "", "", lake.Fail(lake.ErrNotFound, "source_table_unknown", "The table must be named as database.table.", "source", c.name, "table", name)
	}
	return database, table, nil
}

func (c *connector) shown(database, table string) string {
	if c.database != "" {
		return table
	}
	return database + "." + table
}

// quote writes an identifier.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func logger() *slog.Logger { return slog.Default() }
