package postgres_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"
	"github.com/jackc/pgx/v5"

	"headwater/lake"
	"headwater/lake/laketest/pgtest"
	"headwater/source"
	"headwater/source/postgres"
)

// world is a database, the connector under test, and the engine as referee.
type world struct {
	testing.TB
	url  string
	conn source.Connector
	pg   *pgx.Conn
	last source.Session // of scan
}

func newWorld(t testing.TB, setup ...string) *world { return worldAt(t, pgtest.Database(t), setup...) }

func worldAt(t testing.TB, address string, setup ...string) *world {
	t.Helper()
	w := &world{TB: t, url: address, conn: open(t, address)}
	var err error
	if w.pg, err = pgx.Connect(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.pg.Close(context.Background()) })
	for _, s := range setup {
		w.run(s)
	}
	return w
}

func open(t testing.TB, address string) source.Connector {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	guard := source.Guard{AllowPrivate: func() bool { return true }}
	c, err := postgres.Open(t.Context(), source.Settings{Name: "shop", URL: u, Dial: guard.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// run changes the database; what scan left open would hold locks.
func (w *world) run(text string, args ...any) {
	w.Helper()
	w.finish()
	if _, err := w.pg.Exec(w.Context(), text, args...); err != nil {
		w.Fatal(text, ": ", err)
	}
}

func (w *world) table(name string) *lake.SourceTable {
	w.Helper()
	t, err := w.conn.Table(w.Context(), name)
	if err != nil {
		w.Fatal(err)
	}
	return t
}

// columns are all columns of a table, as an entity would ask for them.
func (w *world) columns(table string) (out []lake.ScanColumn) {
	w.Helper()
	for _, c := range w.table(table).Columns {
		out = append(out, lake.ScanColumn{Name: c.Name, Type: c.Type})
	}
	return out
}

func (w *world) session() source.Session {
	w.Helper()
	s, err := w.conn.Session(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = s.Close() })
	return s
}

// scan asks in a session of its own, which ends with the next call.
func (w *world) scan(q lake.Scan) *lake.Scanned {
	w.Helper()
	w.finish()
	w.last = w.session()
	out, err := w.last.Scan(w.Context(), q)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func (w *world) finish() {
	if w.last != nil {
		_ = w.last.Close()
		w.last = nil
	}
}

// count reads a scan to its end.
func count(r array.RecordReader) (rows int64, err error) {
	for r.Next() {
		rows += r.RecordBatch().NumRows()
	}
	err = r.Err()
	r.Release()
	return rows, err
}

// engine is a DuckDB.
type engine struct {
	testing.TB
	db    *sql.DB
	conn  *sql.Conn
	arrow *duckdb.Arrow
}

func newEngine(t testing.TB) *engine {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	e := &engine{TB: t, db: db, conn: conn}
	err = conn.Raw(func(c any) (err error) {
		e.arrow, err = duckdb.NewArrowFromConn(c.(driver.Conn))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// load makes a table of a scan's rows.
func (e *engine) load(name string, r array.RecordReader) {
	e.Helper()
	release, err := e.arrow.RegisterView(r, name+"_rows")
	if err != nil {
		e.Fatal(err)
	}
	defer release()
	e.run("CREATE OR REPLACE TABLE " + name + " AS SELECT * FROM " + name + "_rows")
	if err := r.Err(); err != nil {
		e.Fatal(err)
	}
	r.Release()
}

func (e *engine) run(text string) {
	e.Helper()
	if _, err := e.conn.ExecContext(e.Context(), text); err != nil {
		e.Fatal(text, ": ", err)
	}
}

// texts gives a query's first column.
func (e *engine) texts(text string, args ...any) (out []string) {
	e.Helper()
	rows, err := e.conn.QueryContext(e.Context(), text, args...)
	if err != nil {
		e.Fatal(text, ": ", err)
	}
	defer rows.Close()
	for rows.Next() {
		var v sql.NullString
		if err := rows.Scan(&v); err != nil {
			e.Fatal(err)
		}
		if !v.Valid {
			v.String = "NULL"
		}
		out = append(out, v.String)
	}
	return out
}
