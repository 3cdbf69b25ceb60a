package sqlite_test

import (
	"reflect"
	"strings"
	"testing"

	"headwater/source"
	"headwater/source/sourcetest"
)

func p(s string) *string { return &s }

func contents(t testing.TB, c source.Connector) []string {
	t.Helper()
	s, err := c.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := sourcetest.NewReferee(t)
	r.Take("now", sourcetest.Scan(t, s, sourcetest.Whole(sourcetest.Describe(t, c, "customer"))).Rows)
	return r.Lines("SELECT * FROM now")
}

const made = "CREATE TABLE customer (id TEXT PRIMARY KEY COLLATE NOCASE, name TEXT COLLATE NOCASE, credit DECIMAL(10,2), since DATE, at DATETIME, vip BOOLEAN, photo BLOB, region TEXT REFERENCES region(id), any)"
const filled = `INSERT INTO customer VALUES ('a','Müller ',0.99,'2020-01-01','2020-01-01T10:00',1,x'00ff','n',5),('b','b',NULL,NULL,'2020-01-01 10:00:00.250',0,NULL,NULL,'x'),('c','c',1,NULL,NULL,NULL,NULL,NULL,NULL)`

var types = map[string]string{"id": "VARCHAR", "name": "VARCHAR", "credit": "DECIMAL(10,2)", "since": "DATE", "at": "TIMESTAMP", "vip": "BOOLEAN", "photo": "BLOB", "region": "VARCHAR", "any": "VARCHAR"}

func TestWriteBack(t *testing.T) {
	path, _ := file(t, "CREATE TABLE region (id TEXT PRIMARY KEY)", "INSERT INTO region VALUES ('n')", made, filled)
	c := open(t, path)
	w := c.(source.Writer)
	changes := []source.RowChange{
		{Op: "update", Types: types, Key: map[string]string{"id": "a"}, Set: map[string]*string{"name": p("x */ y"), "credit": p("12.50"), "at": p("2021-01-01 00:00:00"), "photo": p(`\x01a`), "any": nil},
			Before: map[string]*string{"name": p("Müller "), "credit": p("0.99"), "since": p("2020-01-01"), "at": p("2020-01-01 10:00:00"), "vip": p("true"), "photo": p(`\x00\xFF`), "region": p("n"), "any": p("5")}},
		{Op: "update", Types: types, Key: map[string]string{"id": "b"}, Set: map[string]*string{"vip": p("true")}, Before: map[string]*string{"at": p("2020-01-01 10:00:00.25"), "credit": nil, "any": p("x")}},
		{Op: "delete", Types: types, Key: map[string]string{"id": "c"}, Before: map[string]*string{"credit": p("1.00"), "name": p("c")}},
		{Op: "insert", Types: types, Key: map[string]string{"id": "d"}, Set: map[string]*string{"name": p("😀"), "since": p("2024-02-29")}},
	}
	shown, err := w.Statements(t.Context(), "customer", changes)
	if err != nil || !strings.Contains(shown[0], "/* 'x * / y' */") {
		t.Errorf("%q %v", shown, err)
	}
	got, err := sourcetest.Write(t, w, "customer", changes...)
	if err != nil || !reflect.DeepEqual(got, []source.RowResult{{Done: true}, {Done: true}, {Done: true}, {Done: true}}) {
		t.Fatalf("%+v %v\n%s", got, err, strings.Join(shown, "\n"))
	}
	want := []string{`(a, x */ y, 12.50, 2020-01-01, '2021-01-01 00:00:00', true, \x01a, n, NULL)`,
		"(b, b, NULL, NULL, '2020-01-01 10:00:00.25', true, NULL, NULL, x)", "(d, 😀, NULL, 2024-02-29, NULL, NULL, NULL, NULL, NULL)"}
	if now := contents(t, c); !reflect.DeepEqual(now, want) {
		t.Errorf("%q", now)
	}
}

func TestWriteBackAppliesNothingWhenARowMoved(t *testing.T) {
	path, _ := file(t, "CREATE TABLE region (id TEXT PRIMARY KEY)", "INSERT INTO region VALUES ('n')", made, filled)
	c := open(t, path)
	w := c.(source.Writer)
	before := contents(t, c)
	set := map[string]*string{"credit": p("5.00")}
	for what, x := range map[string]struct {
		ch   source.RowChange
		code string
	}{
		"another case":   {source.RowChange{Op: "update", Key: map[string]string{"id": "a"}, Set: set, Before: map[string]*string{"name": p("müller ")}}, "moved"},
		"was NULL":       {source.RowChange{Op: "update", Key: map[string]string{"id": "a"}, Set: set, Before: map[string]*string{"credit": nil}}, "moved"},
		"another number": {source.RowChange{Op: "delete", Key: map[string]string{"id": "a"}, Before: map[string]*string{"credit": p("0.98")}}, "moved"},
		"another moment": {source.RowChange{Op: "delete", Key: map[string]string{"id": "b"}, Before: map[string]*string{"at": p("2020-01-01 10:00:00")}}, "moved"},
		"key's case":     {source.RowChange{Op: "update", Key: map[string]string{"id": "A"}, Set: set}, "gone"},
		"there already":  {source.RowChange{Op: "insert", Key: map[string]string{"id": "a"}, Set: set}, "exists"},
	} {
		x.ch.Types = types
		good := source.RowChange{Op: "update", Types: types, Key: map[string]string{"id": "c"}, Set: map[string]*string{"name": p("good")}, Before: map[string]*string{"name": p("c")}}
		got, err := sourcetest.Write(t, w, "customer", good, x.ch)
		if err != nil || got[0].Done || got[1].Done || got[1].Code != x.code {
			t.Errorf("%s: %+v %v", what, got, err)
		}
		if now := contents(t, c); !reflect.DeepEqual(now, before) {
			t.Errorf("%s: %q", what, now)
		}
	}
	lost := source.RowChange{Op: "update", Types: types, Key: map[string]string{"id": "c"}, Set: map[string]*string{"region": p("nowhere")}}
	_, err := sourcetest.Write(t, w, "customer", lost)
	sourcetest.ExpectCode(t, err, "source_refused")
}

func TestTablesAreWrittenTogether(t *testing.T) {
	path, db := file(t, "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT)", "CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents(id))",
		"INSERT INTO parents VALUES (1,'one'),(2,'two')", "INSERT INTO children VALUES (10,1),(20,2)")
	sourcetest.WritesTogether(t, open(t, path).(source.Writer), "parents", "children", func() (out string) {
		err := db.QueryRow("SELECT (SELECT group_concat(x, ', ') FROM (SELECT id || ' ' || name AS x FROM parents ORDER BY id)) || ' / ' || (SELECT group_concat(x, ', ') FROM (SELECT id || ' ' || parent AS x FROM children ORDER BY id))").Scan(&out)
		if err != nil {
			t.Fatal(err)
		}
		return out
	})
}
