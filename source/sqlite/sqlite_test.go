package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"headwater/lake"
	"headwater/source"
	"headwater/source/sourcetest"
	"headwater/source/sqlite"
)

func init() { sql.Register("sqlite-of-tests", &sqlite3.SQLiteDriver{}) }

// file makes a database with statements, and gives its path and a connection that can write.
func file(t testing.TB, statements ...string) (string, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a file?.db#%20")
	db, err := sql.Open("sqlite-of-tests", "file:"+(&url.URL{Path: path}).EscapedPath())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	run(t, db, statements...)
	return path, db
}

func run(t testing.TB, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%v in %s", err, s)
		}
	}
}

func open(t testing.TB, path string) source.Connector {
	t.Helper()
	c, err := sqlite.Open(context.Background(), source.Settings{Name: "shop", URL: &url.URL{Scheme: "sqlite", Path: path}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestTypesFollowDeclarationsAndValues(t *testing.T) {
	for _, c := range []struct {
		declared, values string
		engine           string
		kind             lake.Kind
		shown            []string
	}{
		{"INTEGER", "(-9223372036854775808),(9223372036854775807),(NULL)", "BIGINT", lake.Integer, []string{"(-9223372036854775808)", "(9223372036854775807)", "(NULL)"}},
		{"TINYINT", "('12'),(3.0)", "BIGINT", lake.Integer, []string{"(12)", "(3)"}},
		{"INTEGER", "(1),(2.5)", "DOUBLE", lake.Float, []string{"(1.0)", "(2.5)"}},
		{"INTEGER", "(9223372036854775807),(2.5)", "VARCHAR", lake.Text, []string{"(2.5)", "(9223372036854775807)"}},
		{"INTEGER", "(1),('x')", "VARCHAR", lake.Text, []string{"(1)", "(x)"}},
		{"INT", "(NULL)", "BIGINT", lake.Integer, []string{"(NULL)"}},
		{"REAL", "(1),(0.1),(5e-324)", "DOUBLE", lake.Float, []string{"(0.1)", "(1.0)", "(5e-324)"}},
		{"DECIMAL(10,2)", "(1),(0.99),('12345678.25')", "DECIMAL(10,2)", lake.Decimal, []string{"(0.99)", "(1.00)", "(12345678.25)"}},
		{"NUMERIC(10,2)", "(0.995)", "DOUBLE", lake.Float, []string{"(0.995)"}},
		{"NUMERIC(10,2)", "(1),('n/a')", "VARCHAR", lake.Text, []string{"(1)", "(n/a)"}},
		{"NUMERIC", "(1),(2)", "BIGINT", lake.Integer, []string{"(1)", "(2)"}},
		{"BOOLEAN", "(0),(1)", "BOOLEAN", lake.Boolean, []string{"(false)", "(true)"}},
		{"BOOLEAN", "(0),(2)", "BIGINT", lake.Integer, []string{"(0)", "(2)"}},
		{"BOOLEAN", "('true')", "VARCHAR", lake.Text, []string{"(true)"}},
		{"DATE", "('2024-02-29'),(NULL)", "DATE", lake.Date, []string{"(2024-02-29)", "(NULL)"}},
		{"DATE", "('2024-02-30')", "VARCHAR", lake.Text, []string{"(2024-02-30)"}},
		{"DATE", "('2024-02-29 10:00')", "TIMESTAMP", lake.Timestamp, []string{"('2024-02-29 10:00:00')"}},
		{"DATETIME", "('2024-02-29T10:00:00.5'),('2024-02-29')", "TIMESTAMP", lake.Timestamp, []string{"('2024-02-29 00:00:00')", "('2024-02-29 10:00:00.5')"}},
		{"TIMESTAMP", "('2024-02-29 10:00:00+02:00')", "TIMESTAMPTZ", lake.Timestamp, []string{"('2024-02-29 08:00:00+00')"}},
		{"DATETIME", "(1709200800)", "BIGINT", lake.Integer, []string{"(1709200800)"}},
		{"DATETIME", "('yesterday')", "VARCHAR", lake.Text, []string{"(yesterday)"}},
		{"TIME", "('10:00')", "VARCHAR", lake.Text, []string{"('10:00')"}},
		{"VARCHAR(5)", "('longer than five'),(5),('华东')", "VARCHAR", lake.Text, []string{"(5)", "(longer than five)", "(华东)"}},
		{"JSON", `('{"a":1}')`, "JSON", lake.JSON, []string{`('{"a":1}')`}},
		{"JSON", `('{')`, "VARCHAR", lake.Text, []string{"('{')"}},
		{"BLOB", "(x'00ff'),(NULL)", "BLOB", lake.Text, []string{"(NULL)", `(\x00\xFF)`}},
		{"", "(1),(2)", "BIGINT", lake.Integer, []string{"(1)", "(2)"}},
		{"", "('a'),(x'00')", "VARCHAR", lake.Text, []string{`(\x00)`, "(a)"}},
		{"UUID", "('123e4567-e89b-12d3-a456-426655440000')", "VARCHAR", lake.Text, []string{"(123e4567-e89b-12d3-a456-426655440000)"}},
	} {
		path, _ := file(t, "CREATE TABLE t (v "+c.declared+")", "INSERT INTO t VALUES "+c.values)
		conn := open(t, path)
		d := sourcetest.Describe(t, conn, "t")
		if got := d.Columns[0]; got.Type != c.engine || got.Kind != c.kind || got.Native != c.declared {
			t.Errorf("%s %s: %+v, not %s %s", c.declared, c.values, got, c.engine, c.kind)
			continue
		}
		r := sourcetest.NewReferee(t)
		r.Take("now", sourcetest.Scan(t, sourcetest.Session(t, conn), sourcetest.Whole(d)).Rows)
		if got := r.Lines("SELECT * FROM now"); !reflect.DeepEqual(got, c.shown) {
			t.Errorf("%s %s: %q, not %q", c.declared, c.values, got, c.shown)
		}
	}
}

func TestAValueThatDoesNotFitNamesItsRow(t *testing.T) {
	path, db := file(t, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, d DATE, s TEXT)",
		"WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i<5000) INSERT INTO t SELECT i, i, '2024-01-01', 'x' FROM c")
	c := open(t, path)
	d := sourcetest.Describe(t, c, "t")
	for column, bad := range map[string]string{"n": "'many'", "d": "'2024-02-30'", "s": "CAST(x'ff' AS TEXT)"} {
		run(t, db, "UPDATE t SET "+column+" = "+bad+" WHERE id = 2500")
		s, err := c.Session(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n, err := sourcetest.Drain(sourcetest.Scan(t, s, sourcetest.Whole(d)).Rows)
		s.Close()
		sourcetest.ExpectCode(t, err, "source_value_invalid")
		var known *lake.Error
		if errors.As(err, &known) && (known.Params["row"] != "2500" || known.Params["column"] != column || known.Params["table"] != "t") {
			t.Errorf("%+v after %d rows", known, n)
		}
		run(t, db, "UPDATE t SET n = id, d = '2024-01-01', s = 'x' WHERE id = 2500")
	}
}

func TestKeysRelationsViews(t *testing.T) {
	path, _ := file(t, "CREATE TABLE country (code TEXT PRIMARY KEY) WITHOUT ROWID",
		"CREATE TABLE city (country TEXT REFERENCES country, n INT, rowid TEXT, label TEXT NOT NULL UNIQUE, loose TEXT UNIQUE, g INT AS (n+1), PRIMARY KEY (country, n))",
		"CREATE TABLE log (a INT, tag TEXT NOT NULL)", "CREATE UNIQUE INDEX some_tags ON log (tag) WHERE a > 1",
		"CREATE VIEW cities AS SELECT n, label FROM city", "INSERT INTO country VALUES ('DE')", "INSERT INTO city (country, n, label) VALUES ('DE', 1, 'Berlin')")
	c := open(t, path)
	list, err := c.Tables(t.Context())
	var names []string
	for _, x := range list {
		names = append(names, x.Name)
	}
	if err != nil || strings.Join(names, " ") != "cities city country log" || !list[0].View ||
		list[0].Writable || !list[1].Writable || !list[2].Writable || list[3].Writable {
		t.Errorf("%+v %v", list, err)
	}
	city := sourcetest.Describe(t, c, "city")
	if !reflect.DeepEqual(city.Key, []string{"country", "n"}) || !reflect.DeepEqual(city.Relations, []lake.SourceRelation{{Columns: []string{"country"}, Table: "country", Targets: []string{"code"}}}) {
		t.Errorf("%+v", city)
	}
	if d := sourcetest.Describe(t, c, "log"); d.Key != nil || d.Writable {
		t.Errorf("an index over some rows was taken for a key: %+v", d)
	}
	r := sourcetest.NewReferee(t)
	r.Take("now", sourcetest.Scan(t, sourcetest.Session(t, c), sourcetest.Whole(city)).Rows)
	if got := r.Lines("SELECT * FROM now"); got[0] != "(DE, 1, NULL, Berlin, NULL, 2)" {
		t.Error(got)
	}
	view := sourcetest.Describe(t, c, "cities")
	if n := sourcetest.Count(t, sourcetest.Scan(t, sourcetest.Session(t, c), sourcetest.Whole(view)).Rows); n != 1 || !view.View {
		t.Errorf("%d rows of a view", n)
	}
	_, err = c.Table(t.Context(), "nowhere")
	sourcetest.ExpectCode(t, err, "source_table_unknown")
	_, err = sourcetest.Session(t, c).Scan(t.Context(), lake.Scan{Table: "log", Columns: []lake.ScanColumn{{Name: "gone", Type: "BIGINT"}}})
	sourcetest.ExpectCode(t, err, "source_changed")
}

// TestSessionSeesOneState has another connection write in WAL mode meanwhile.
func TestSessionSeesOneState(t *testing.T) {
	path, db := file(t, "PRAGMA journal_mode=WAL", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1),(2)")
	c := open(t, path)
	s := sourcetest.Session(t, c)
	run(t, db, "INSERT INTO t VALUES (3)")
	d := sourcetest.Describe(t, c, "t")
	a, b := sourcetest.Scan(t, s, sourcetest.Whole(d)), sourcetest.Scan(t, s, lake.Scan{Table: "t"})
	if n, m := sourcetest.Count(t, a.Rows), sourcetest.Count(t, b.Rows); n != 2 || m != 2 || !a.Snapshot {
		t.Errorf("%d and %d rows", n, m)
	}
	if n := sourcetest.Count(t, sourcetest.Scan(t, sourcetest.Session(t, c), sourcetest.Whole(d)).Rows); n != 3 {
		t.Errorf("a new session sees %d rows", n)
	}
}

func TestCancelEndsTheQuery(t *testing.T) {
	path, _ := file(t, "CREATE VIEW endless AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c) SELECT i FROM c WHERE i < 0")
	c := open(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	got, err := sourcetest.Session(t, c).Scan(ctx, lake.Scan{Table: "endless", Columns: []lake.ScanColumn{{Name: "i", Type: "BIGINT"}}})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := sourcetest.Drain(got.Rows); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTestNamesTheFailingStep(t *testing.T) {
	path, _ := file(t, "CREATE TABLE t (a)")
	other := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(other, []byte(strings.Repeat("no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]string{path: "read true ", path + "x": "address false address_unknown", other: "read false file_not_database", t.TempDir(): "address false address_unknown"} {
		steps := open(t, p).Test(t.Context())
		last := steps[len(steps)-1]
		if got := fmt.Sprint(last.Name, " ", last.OK, " ", last.Code); got != want {
			t.Errorf("%s: %s, not %s", p, got, want)
		}
	}
	if _, err := os.Stat(path + "x"); err == nil {
		t.Error("a missing file was made")
	}
	for _, bad := range []string{"sqlite://host/a.db", "sqlite:a.db", "sqlite:///", "sqlite:///a.db?mode=rwc"} {
		u, err := url.Parse(bad)
		if err != nil {
			t.Fatal(err)
		}
		_, err = sqlite.Open(t.Context(), source.Settings{URL: u})
		sourcetest.ExpectCode(t, err, "address_invalid")
	}
}

// Programs often replace a file as a whole: a new one is written and renamed over it.
func TestAReplacedFileIsReadAnew(t *testing.T) {
	ctx := t.Context()
	path, _ := file(t, "CREATE TABLE a (n INTEGER PRIMARY KEY)", "INSERT INTO a VALUES (1)")
	other, _ := file(t, "CREATE TABLE a (n INTEGER PRIMARY KEY)", "INSERT INTO a VALUES (1), (2), (3)")
	c := open(t, path)
	rows := func() int64 {
		t.Helper()
		table, err := c.Table(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		return table.Rows
	}
	old, err := c.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if n := rows(); n != 1 {
		t.Fatalf("%d rows at first", n)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if n := rows(); n != 3 {
		t.Errorf("%d rows after the file was replaced, want 3", n)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	var known *lake.Error
	if s, err := c.Session(ctx); !errors.As(err, &known) || known.Code != "address_unknown" {
		if err == nil {
			s.Close()
		}
		t.Errorf("a file that has gone: %v, want address_unknown", err)
	}
}
