package mysql_test

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"fmt"
	"net"
	"net/url"
	"os"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
	"headwater/source"
	"headwater/source/mysql"
	"headwater/source/mysql/mysqltest"
)

func TestMain(m *testing.M) { os.Exit(mysqltest.Run(m)) }

// open gives the connector of a URL, dialling anywhere.
func open(t testing.TB, u *url.URL) source.Connector {
	t.Helper()
	c, err := mysql.Open(t.Context(), source.Settings{Name: "shop", URL: u, Dial: (&net.Dialer{}).DialContext})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func session(t testing.TB, c source.Connector) source.Session {
	t.Helper()
	s, err := c.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func describe(t testing.TB, c source.Connector, name string) *lake.SourceTable {
	t.Helper()
	d, err := c.Table(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func all(d *lake.SourceTable) (out []lake.ScanColumn) {
	for _, c := range d.Columns {
		out = append(out, lake.ScanColumn{Name: c.Name, Type: c.Type})
	}
	return out
}

// referee is DuckDB: what a condition means is what it says.
type referee struct {
	t    testing.TB
	conn *sql.Conn
}

func newReferee(t testing.TB) *referee {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(); db.Close() })
	r := &referee{t, conn}
	r.exec("SET TimeZone='UTC'")
	return r
}

func (r *referee) exec(q string) {
	r.t.Helper()
	if _, err := r.conn.ExecContext(context.Background(), q); err != nil {
		r.t.Fatalf("%v in %s", err, q)
	}
}

// take copies rows into a new table.
func (r *referee) take(name string, rows array.RecordReader) {
	r.t.Helper()
	defer rows.Release()
	err := r.conn.Raw(func(c any) error {
		a, err := duckdb.NewArrowFromConn(c.(sqldriver.Conn))
		if err != nil {
			return err
		}
		release, err := a.RegisterView(rows, name+"_stream")
		if err != nil {
			return err
		}
		defer release()
		_, err = c.(sqldriver.ExecerContext).ExecContext(context.Background(), "CREATE OR REPLACE TABLE "+name+" AS SELECT * FROM "+name+"_stream", nil)
		return err
	})
	if err == nil {
		err = rows.Err()
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// lines gives the rows of a query as sorted text.
func (r *referee) lines(q string) []string {
	r.t.Helper()
	rows, err := r.conn.QueryContext(context.Background(), "SELECT CAST(row(*COLUMNS(*)) AS VARCHAR) FROM ("+q+")")
	if err != nil {
		r.t.Fatalf("%v in %s", err, q)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			r.t.Fatal(err)
		}
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

// condition writes a scan's condition in DuckDB's SQL.
func condition(c lake.ScanCondition) string {
	name := `"` + c.Column + `"`
	literals := make([]string, len(c.Values))
	for i, v := range c.Values {
		literals[i] = "CAST('" + strings.ReplaceAll(v, "'", "''") + "' AS " + c.Type + ")"
	}
	switch c.Op {
	case lake.ScanNull:
		return name + " IS NULL"
	case lake.ScanNotNull:
		return name + " IS NOT NULL"
	case lake.ScanIn:
		return name + " IN (" + strings.Join(literals, ", ") + ")"
	}
	return fmt.Sprintf("%s %s %s", name, c.Op, literals[0])
}

func scan(t testing.TB, s source.Session, q lake.Scan) *lake.Scanned {
	t.Helper()
	out, err := s.Scan(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func count(t testing.TB, rows array.RecordReader) (n int64) {
	t.Helper()
	defer rows.Release()
	for rows.Next() {
		n += rows.RecordBatch().NumRows()
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return n
}

// within fails when fn takes longer than it may.
func within(t testing.TB, d time.Duration, fn func()) {
	t.Helper()
	start := time.Now()
	fn()
	if took := time.Since(start); took > d {
		t.Errorf("took %v, more than %v", took, d)
	}
}

func scanOf(table string, d *lake.SourceTable) lake.Scan {
	return lake.Scan{Table: table, Columns: all(d)}
}
