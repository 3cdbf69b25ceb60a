package sqlite_test

import (
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"headwater/source/sourcetest"
)

// TestPublicDatabases reads two well-known files and compares each table's rows with what
// SQLite counts, and some values.
func TestPublicDatabases(t *testing.T) {
	data := os.Getenv("HEADWATER_DATA")
	if data == "" {
		t.Skip("skipped: no data folder (HEADWATER_DATA)")
	}
	for name, check := range map[string]struct{ query, table, want string }{
		"sql_chinook/Chinook_Sqlite.sqlite": {"SELECT count(*), sum(Total), min(InvoiceDate) FROM now", "Invoice", "(412, 2328.60, '2021-01-01 00:00:00')"},
		"sql_northwind/northwind.sqlite":    {"SELECT count(*), sum(Quantity), max(UnitPrice) FROM now", "Order Details", "(2155, 51317, 263.5)"},
	} {
		path := filepath.Join(t.TempDir(), "copy.db")
		copyFile(t, filepath.Join(data, name), path)
		db, err := sql.Open("sqlite-of-tests", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		c := open(t, path)
		list, err := c.Tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			d := sourcetest.Describe(t, c, x.Name)
			n, err := sourcetest.Drain(sourcetest.Scan(t, sourcetest.Session(t, c), sourcetest.Whole(d)).Rows)
			var want int64
			if qerr := db.QueryRow(`SELECT COUNT(*) FROM "` + x.Name + `"`).Scan(&want); err != nil || qerr != nil || n != want {
				t.Errorf("%s: %d rows, not %d: %v %v", x.Name, n, want, err, qerr)
			}
			if !x.View && d.Key == nil {
				t.Errorf("%s has no key", x.Name)
			}
		}
		r := sourcetest.NewReferee(t)
		d := sourcetest.Describe(t, c, check.table)
		r.Take("now", sourcetest.Scan(t, sourcetest.Session(t, c), sourcetest.Whole(d)).Rows)
		if got := r.Lines(check.query); got[0] != check.want {
			t.Errorf("%s: %s, not %s", name, got[0], check.want)
		}
		t.Log(name, len(list), "tables", fmt.Sprint(d.Columns))
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkScan reads rows of ten columns into Arrow.
func BenchmarkScan(b *testing.B) {
	const n = 500_000
	path, _ := file(b, "CREATE TABLE sales (id INTEGER PRIMARY KEY, a INT, b INT, c DECIMAL(15,2), d REAL, e DATE, f DATETIME, g TEXT, h TEXT, i TEXT)",
		fmt.Sprintf("WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM s WHERE i<%d) INSERT INTO sales SELECT i, i*7919, i%%1000, round(i/7.0,2), i/3.0, date('1992-01-01', (i%%2500)||' days'), datetime('2020-01-01', i||' seconds'), 'Customer#'||i, 'some comment text '||i, 'A' FROM s", n))
	c := open(b, path)
	q := sourcetest.Whole(sourcetest.Describe(b, c, "sales"))
	for b.Loop() {
		sourcetest.Count(b, sourcetest.Scan(b, sourcetest.Session(b, c), q).Rows)
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
