// Package sqlite reads SQLite files in place, and writes single rows back.
//
// A session is one read transaction: it sees one state of the file, other processes'
// committed writes (WAL included) up to its begin. SQLite keeps a type with every value,
// not with the column; what a column is to the engine is decided by its declared type
// and a sample of its values (kinds.go). A value that doesn't fit what was decided is
// an error that names its row, never a NULL or something similar.
package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"

	"headwater/lake"
	"headwater/source"
)

type connector struct {
	name string
	path string

	mu   sync.Mutex
	pool *sql.DB     // read-only
	of   os.FileInfo // the file that the pool's connections have open
}

var _ source.Writer = (*connector)(nil)

// addressForm is shown to those whose address can't be used.
const addressForm = "sqlite:///absolute/path.db"

// Open checks an address sqlite:///absolute/path.db. It has no parameters.
func Open(_ context.Context, s source.Settings) (source.Connector, error) {
	path := filepath.Clean(s.URL.Path)
	if s.URL.Host != "" || s.URL.Opaque != "" || !filepath.IsAbs(s.URL.Path) || path == "/" {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address must be sqlite:// and the absolute path of a file.", "form", addressForm)
	}
	if len(s.URL.Query()) > 0 {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "Addresses of SQLite files have no parameters.", "form", addressForm)
	}
	return &connector{name: s.Name, path: path}, nil
}

// db is for reading the file that lies at the path now. An open connection would go on
// reading a file that has been removed, or replaced by another of the same name.
func (c *connector) db() (*sql.DB, error) {
	now, err := os.Stat(c.path)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pool != nil && (err != nil || !os.SameFile(c.of, now)) {
		_ = c.pool.Close() // what is being read is read to its end
		c.pool = nil
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil, lake.Fail(lake.ErrNotFound, "address_unknown", "There is no file at the path of the source "+c.name+".", "source", c.name)
	}
	if err != nil {
		return nil, lake.Fail(lake.ErrForbidden, "permission_missing", "The file may not be read.", "source", c.name)
	}
	if c.pool == nil {
		c.pool = sql.OpenDB(opener{c.address("mode=ro&_query_only=true&_busy_timeout=5000")})
		c.pool.SetMaxIdleConns(4)
		c.pool.SetConnMaxIdleTime(time.Minute)
		c.of = now
	}
	return c.pool, nil
}

func (c *connector) address(parameters string) string {
	return "file:" + (&url.URL{Path: c.path}).EscapedPath() + "?" + parameters
}

// opener connects with a driver of our own, so that nothing registered elsewhere counts.
type opener struct{ address string }

func (o opener) Connect(context.Context) (driver.Conn, error) { return o.Driver().Open(o.address) }

func (o opener) Driver() driver.Driver {
	return &sqlite3.SQLiteDriver{ConnectHook: func(conn *sqlite3.SQLiteConn) error {
		// The file may be anybody's: its views and triggers get no dangerous functions.
		_, err := conn.Exec("PRAGMA trusted_schema=OFF", nil)
		return err
	}}
}

// Close ends idle connections; sessions keep theirs until they are closed.
func (c *connector) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pool == nil {
		return nil
	}
	err := c.pool.Close()
	c.pool = nil
	return err
}

// Test goes through address, permission and read.
func (c *connector) Test(ctx context.Context) []source.Step {
	w := &source.Walk{}
	w.Do("address", func() (string, error) {
		info, err := os.Stat(c.path)
		if err != nil || !info.Mode().IsRegular() {
			return "", lake.Fail(lake.ErrNotFound, "address_unknown", "There is no file at this path.", "path", c.path)
		}
		return "", nil
	})
	w.Do("permission", func() (string, error) {
		f, err := os.Open(c.path)
		if err != nil {
			return "", lake.Fail(lake.ErrForbidden, "permission_missing", "The file may not be read.", "path", c.path)
		}
		return "", f.Close()
	})
	w.Do("read", func() (string, error) {
		_, err := c.Tables(ctx)
		return "", err
	})
	return w.Steps
}

// translate makes the lake's errors of the driver's.
func (c *connector) translate(ctx context.Context, err error, table string) error {
	var known *lake.Error
	var native sqlite3.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case !errors.As(err, &native):
		return lake.Fail(lake.ErrBusy, "source_failed", "The file can't be read: "+err.Error(), "source", c.name, "table", table, "said", err.Error())
	}
	switch native.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return lake.Fail(lake.ErrBusy, "source_locked", "Somebody else holds the file.", "source", c.name, "table", table)
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return lake.Fail(lake.ErrInvalid, "file_not_database", "The file is no SQLite database, or it is damaged.", "source", c.name, "table", table)
	case sqlite3.ErrCantOpen:
		return lake.Fail(lake.ErrNotFound, "address_unknown", "The file can't be opened.", "source", c.name, "table", table)
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrAuth:
		return lake.Fail(lake.ErrForbidden, "permission_missing", "The file may not be written.", "source", c.name, "table", table)
	case sqlite3.ErrSchema:
		return lake.Fail(lake.ErrConflict, "source_changed", "The table was altered while it was being read.", "source", c.name, "table", table)
	case sqlite3.ErrConstraint:
		return lake.Fail(lake.ErrInvalid, "source_refused", "The source refused the change: "+native.Error(), "source", c.name, "table", table, "said", native.Error())
	}
	return lake.Fail(lake.ErrInvalid, "source_failed", "The source can't be read: "+native.Error(), "source", c.name, "table", table, "said", native.Error())
}

// quote writes an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
