package iceberg

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/apache/iceberg-go/table"
	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"headwater/lake"
	"headwater/source"
)

// sqlCatalog reads the tables of an SQL catalog out of SQLite. The library's own catalog
// isn't used: it makes tables in the database when it opens it.
type sqlCatalog struct {
	path string
	name string // of the catalog within the database; "": the only one
	db   *sql.DB
}

func openSQL(u *url.URL) (catalog, string, error) {
	p := filepath.FromSlash(u.Path)
	if u.Host != "" || !filepath.IsAbs(p) {
		return nil, "", invalid("The address isn't of the form iceberg+sql:///path/to/catalog.db.", "form", "iceberg+sql:///path/to/catalog.db")
	}
	warehouse := filepath.Dir(p)
	if w := u.Query().Get("warehouse"); strings.Contains(w, "://") && !strings.HasPrefix(w, "file://") {
		warehouse = "" // all data lie in an object store
	} else if w != "" {
		warehouse = filepath.Clean(strings.TrimPrefix(w, "file://"))
		if !filepath.IsAbs(warehouse) {
			return nil, "", invalid("The warehouse isn't an absolute path.", "reason", "path")
		}
	}
	dsn := url.URL{Scheme: "file", Path: p, RawQuery: "mode=ro&_busy_timeout=5000&_query_only=true"}
	db, err := sql.Open("sqlite3", dsn.String())
	if err != nil {
		return nil, "", err
	}
	db.SetMaxOpenConns(4)
	return &sqlCatalog{path: p, name: u.Query().Get("catalog"), db: db}, warehouse, nil
}

func (c *sqlCatalog) close() error { return c.db.Close() }

// entry is a row of the catalog.
type entry struct {
	catalog  string
	ident    table.Identifier
	metadata string
}

// Catalogs of version 0 lack the column iceberg_type; in those of version 1, views lie
// beside the tables.
const (
	selectV1 = `SELECT catalog_name, table_namespace, table_name, coalesce(metadata_location, '') FROM iceberg_tables
		WHERE (?1 = '' OR catalog_name = ?1) AND coalesce(iceberg_type, 'TABLE') = 'TABLE'`
	selectV0 = `SELECT catalog_name, table_namespace, table_name, coalesce(metadata_location, '') FROM iceberg_tables
		WHERE (?1 = '' OR catalog_name = ?1)`
	countTyped = `SELECT count(*) FROM pragma_table_info('iceberg_tables') WHERE name = 'iceberg_type'`
)

func (c *sqlCatalog) entries(ctx context.Context) ([]entry, error) {
	var typed int
	if err := c.db.QueryRowContext(ctx, countTyped).Scan(&typed); err != nil {
		return nil, c.failed(err)
	}
	query := selectV0
	if typed > 0 {
		query = selectV1
	}
	rows, err := c.db.QueryContext(ctx, query, c.name)
	if err != nil {
		return nil, c.failed(err)
	}
	defer rows.Close()
	var out []entry
	for rows.Next() {
		var e entry
		var namespace, name string
		if err := rows.Scan(&e.catalog, &namespace, &name, &e.metadata); err != nil {
			return nil, c.failed(err)
		}
		if len(out) > 0 && out[0].catalog != e.catalog {
			return nil, lake.Fail(lake.ErrInvalid, "catalog_ambiguous", "The database holds several catalogs: add catalog= to the address.", "first", out[0].catalog, "second", e.catalog)
		}
		e.ident = append(namespaceOf(namespace), name)
		out = append(out, e)
	}
	return out, c.failed(rows.Err())
}

// namespaceOf takes a stored namespace apart: parts joined by points, or, where parts
// hold points themselves, an array in JSON behind a mark.
func namespaceOf(s string) table.Identifier {
	if text, marked := strings.CutPrefix(s, "__iceberg_namespace_v1__:"); marked {
		var parts table.Identifier
		if json.Unmarshal([]byte(text), &parts) == nil && len(parts) > 0 {
			return parts
		}
	}
	return strings.Split(s, ".")
}

func (c *sqlCatalog) failed(err error) error {
	var known *lake.Error
	switch {
	case err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case strings.Contains(err.Error(), "no such table"):
		return lake.Fail(lake.ErrInvalid, "catalog_missing", "The database holds no Iceberg catalog.")
	}
	return lake.Fail(lake.ErrInvalid, "catalog_failed", "The catalog's database can't be read: "+err.Error())
}

func (c *sqlCatalog) list(ctx context.Context) (out []table.Identifier, err error) {
	list, err := c.entries(ctx)
	for _, e := range list {
		out = append(out, e.ident)
	}
	return out, err
}

func (c *sqlCatalog) load(ctx context.Context, name string, fs table.FSysF) (*table.Table, error) {
	list, err := c.entries(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if strings.Join(e.ident, ".") == name && e.metadata != "" {
			return table.NewFromLocation(ctx, e.ident, e.metadata, fs, nil)
		}
	}
	return nil, unknown(name)
}

func unknown(name string) error {
	return lake.Fail(lake.ErrNotFound, "table_unknown", "The source has no table "+name+".", "table", name)
}

func (c *sqlCatalog) check(ctx context.Context, w *source.Walk) {
	w.Do("address", func() (string, error) {
		if _, err := os.Stat(c.path); err != nil && !os.IsPermission(err) {
			return "", lake.Fail(lake.ErrNotFound, "address_unknown", "There is no such file on the server.")
		}
		return c.path, nil
	})
	w.Do("permission", func() (string, error) {
		f, err := os.Open(c.path)
		if err != nil {
			return "", lake.Fail(lake.ErrForbidden, "permission_missing", "The server may not read the catalog.")
		}
		_ = f.Close()
		_, err = c.entries(ctx)
		return "", err
	})
}
