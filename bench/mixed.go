package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"

	"headwater/source/mysql/mysqltest"
)

var errNoMaria = errors.New("skipped: no MariaDB")

// maria is a MariaDB server in a temporary directory.
type maria struct {
	url  *url.URL
	db   *sql.DB
	ends []func()
}

// tester lets what starts servers for tests start one here.
type tester struct {
	testing.TB
	ends []func()
}

type testerStops struct{ why error }

func (t *tester) Helper()              {}
func (t *tester) Cleanup(end func())   { t.ends = append(t.ends, end) }
func (t *tester) Fatal(args ...any)    { panic(testerStops{errors.New(fmt.Sprint(args...))}) }
func (t *tester) Skipf(string, ...any) { panic(testerStops{errNoMaria}) }
func (t *tester) Fatalf(format string, args ...any) {
	panic(testerStops{fmt.Errorf(format, args...)})
}

func startMaria() (m *maria, err error) {
	t := &tester{}
	m = &maria{}
	defer func() {
		m.ends = t.ends
		if s, ok := recover().(testerStops); ok {
			m.stop()
			m, err = nil, s.why
		}
	}()
	m.url = mysqltest.Start(t)
	m.db = mysqltest.Open(t, m.url)
	return m, nil
}

func (m *maria) stop() {
	if m == nil {
		return
	}
	if m.db != nil {
		m.db.Close()
	}
	for i := len(m.ends) - 1; i >= 0; i-- {
		m.ends[i]()
	}
	m.ends = nil
}

// tpchMixed is a house over lineitem in PostgreSQL, orders in MariaDB, the rest in files.
func (b *bench) tpchMixed(ctx context.Context, t *tpch) (*house, error) {
	return b.useTPCH(ctx, t, "mixed", func(ctx context.Context, h *house) error {
		pg, err := b.cluster(ctx)
		if err != nil {
			return err
		}
		if b.outer.maria == nil {
			if b.outer.maria, err = startMaria(); err != nil {
				return err
			}
		}
		if err := b.lineitem(ctx, t, pg); err != nil {
			return fmt.Errorf("lineitem: %w", err)
		}
		if err := b.orders(ctx, t, b.outer.maria.db); err != nil {
			return fmt.Errorf("orders: %w", err)
		}
		return errors.Join(t.inFiles(ctx, h, "lineitem", "orders"),
			h.connect(ctx, "warehouse", pg.address("tpch")), h.declare(ctx, "lineitem", "warehouse", "public.lineitem", tpchTables["lineitem"]...),
			h.connect(ctx, "shop", b.outer.maria.url.String()), h.declare(ctx, "orders", "shop", "orders", tpchTables["orders"]...))
	})
}

// asCSV writes a table of TPC-H as a file, and gives its columns with their types.
func (b *bench) asCSV(ctx context.Context, t *tpch, table string) (path string, columns []string, err error) {
	db, err := b.alone()
	if err != nil {
		return "", nil, err
	}
	from := "read_parquet('" + strings.ReplaceAll(t.file(table), "'", "''") + "')"
	described, err := all(ctx, db, "DESCRIBE SELECT * FROM "+from)
	if err != nil {
		return "", nil, err
	}
	for _, c := range described {
		columns = append(columns, fmt.Sprint(c[0], " ", strings.ReplaceAll(fmt.Sprint(c[1]), "VARCHAR", "VARCHAR(200)")))
	}
	path = absolute(b.path(table + ".csv"))
	_, err = db.ExecContext(ctx, "COPY (SELECT * FROM "+from+") TO '"+strings.ReplaceAll(path, "'", "''")+"' (HEADER false)")
	return path, columns, err
}

func (b *bench) lineitem(ctx context.Context, t *tpch, pg *postgres) error {
	path, columns, err := b.asCSV(ctx, t, "lineitem")
	if err != nil {
		return err
	}
	defer os.Remove(path)
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	c, err := pg.database(ctx, "tpch")
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, "CREATE TABLE lineitem ("+strings.Join(columns, ", ")+")"); err != nil {
		return err
	}
	if _, err := c.PgConn().CopyFrom(ctx, in, "COPY lineitem FROM STDIN (FORMAT csv)"); err != nil {
		return err
	}
	return execAll(ctx, c, "ALTER TABLE lineitem ADD PRIMARY KEY (l_orderkey, l_linenumber)", "VACUUM ANALYZE lineitem", "CHECKPOINT")
}

func execAll(ctx context.Context, c *pgx.Conn, statements ...string) error {
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) orders(ctx context.Context, t *tpch, db *sql.DB) error {
	path, columns, err := b.asCSV(ctx, t, "orders")
	if err != nil {
		return err
	}
	defer os.Remove(path)
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	mysqldriver.RegisterReaderHandler("orders", func() io.Reader { return in })
	defer mysqldriver.DeregisterReaderHandler("orders")
	for _, s := range []string{
		"CREATE TABLE orders (" + strings.Join(columns, ", ") + ", PRIMARY KEY (o_orderkey))",
		`LOAD DATA LOCAL INFILE 'Reader::orders' INTO TABLE orders CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"' ESCAPED BY ''`,
		"ANALYZE TABLE orders",
	} {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
