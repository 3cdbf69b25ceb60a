package mysql_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"headwater/source"
	"headwater/source/mysql/mysqltest"
	"headwater/source/sourcetest"
)

func p(s string) *string { return &s }

func contents(t testing.TB, c source.Connector, table string) []string {
	t.Helper()
	r := sourcetest.NewReferee(t)
	d := describe(t, c, table)
	s, err := c.Session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r.Take("now", scan(t, s, sourcetest.Whole(d)).Rows)
	return r.Lines("SELECT * FROM now")
}

func TestWriteBack(t *testing.T) {
	u := mysqltest.Start(t)
	mysqltest.Exec(t, u, "CREATE TABLE customer (id int primary key, name varchar(50), credit decimal(15,2), since date, rate double)",
		"INSERT INTO customer VALUES (1,'Ärzte','10.50','2020-01-01',0.1),(2,'b',NULL,NULL,NULL),(3,'c',1,'2020-02-02',3)")
	c := open(t, u)
	w := c.(source.Writer)
	changes := []source.RowChange{
		{Op: "update", Key: map[string]string{"id": "1"}, Set: map[string]*string{"name": p("Arzt's */ DROP"), "credit": p("9999999999999.99"), "since": nil},
			Before: map[string]*string{"name": p("Ärzte"), "credit": p("10.50"), "since": p("2020-01-01")}},
		{Op: "update", Key: map[string]string{"id": "2"}, Set: map[string]*string{"rate": p("0.30000000000000004")}, Before: map[string]*string{"rate": nil, "credit": nil}},
		{Op: "delete", Key: map[string]string{"id": "3"}, Before: map[string]*string{"name": p("c"), "credit": p("1.00"), "since": p("2020-02-02"), "rate": p("3.0")}},
		{Op: "insert", Key: map[string]string{"id": "4"}, Set: map[string]*string{"name": p("😀"), "rate": nil}},
	}
	shown, err := w.Statements(t.Context(), "customer", changes)
	if err != nil || !strings.Contains(shown[0], "UPDATE ") || strings.Contains(shown[0], "Arzt's */ DROP") || !strings.Contains(shown[0], "/* 'Arzt's * / DROP' */") {
		t.Errorf("%q %v", shown, err)
	}
	got, err := sourcetest.Write(t, w, "customer", changes...)
	if err != nil || !reflect.DeepEqual(got, []source.RowResult{{Done: true}, {Done: true}, {Done: true}, {Done: true}}) {
		t.Fatal(got, err)
	}
	want := []string{"(1, 'Arzt\\'s */ DROP', 9999999999999.99, NULL, 0.1)", "(2, b, NULL, NULL, 0.30000000000000004)", "(4, 😀, NULL, NULL, NULL)"}
	if now := contents(t, c, "customer"); !reflect.DeepEqual(now, want) {
		t.Errorf("%q", now)
	}
}

func TestWriteBackAppliesNothingWhenARowMoved(t *testing.T) {
	u := mysqltest.Start(t)
	mysqltest.Exec(t, u, "SET sql_mode='ALLOW_INVALID_DATES'; CREATE TABLE customer (id varchar(10) primary key, name varchar(50), n int, d date)",
		"SET sql_mode='ALLOW_INVALID_DATES'; INSERT INTO customer VALUES ('a','Muller ',1,'0000-00-00'),('b','b',2,'2024-01-01')")
	c := open(t, u)
	w := c.(source.Writer)
	before := contents(t, c, "customer")
	set := map[string]*string{"n": p("5")}
	for _, x := range []struct {
		what string
		ch   source.RowChange
		code string
	}{
		{"another accent", source.RowChange{Op: "update", Key: map[string]string{"id": "a"}, Set: set, Before: map[string]*string{"name": p("Müller ")}}, "moved"},
		{"another padding", source.RowChange{Op: "update", Key: map[string]string{"id": "a"}, Set: set, Before: map[string]*string{"name": p("Muller")}}, "moved"},
		{"another case", source.RowChange{Op: "delete", Key: map[string]string{"id": "a"}, Before: map[string]*string{"name": p("muller ")}}, "moved"},
		{"was NULL", source.RowChange{Op: "update", Key: map[string]string{"id": "b"}, Set: set, Before: map[string]*string{"n": nil}}, "moved"},
		{"a day instead of none", source.RowChange{Op: "update", Key: map[string]string{"id": "b"}, Set: set, Before: map[string]*string{"d": nil}}, "moved"},
		{"a key in another case", source.RowChange{Op: "update", Key: map[string]string{"id": "A"}, Set: set, Before: map[string]*string{"n": p("1")}}, "gone"},
		{"no such key", source.RowChange{Op: "delete", Key: map[string]string{"id": "z"}, Before: map[string]*string{"n": p("1")}}, "gone"},
		{"there already", source.RowChange{Op: "insert", Key: map[string]string{"id": "b"}, Set: set}, "exists"},
	} {
		good := source.RowChange{Op: "update", Key: map[string]string{"id": "b"}, Set: map[string]*string{"name": p("good")}, Before: map[string]*string{"name": p("b")}}
		got, err := sourcetest.Write(t, w, "customer", good, x.ch)
		if err != nil || got[0].Done || got[1].Done || got[0].Code != "" || got[1].Code != x.code {
			t.Errorf("%s: %+v %v", x.what, got, err)
		}
		if now := contents(t, c, "customer"); !reflect.DeepEqual(now, before) {
			t.Errorf("%s: %q", x.what, now)
		}
	}
	ok := source.RowChange{Op: "update", Key: map[string]string{"id": "a"}, Set: map[string]*string{"d": p("2024-05-05")}, Before: map[string]*string{"d": nil, "name": p("Muller ")}}
	if got, err := sourcetest.Write(t, w, "customer", ok); err != nil || !got[0].Done {
		t.Errorf("a zero date is no NULL for the before-image: %v %v", got, err)
	}
	long := source.RowChange{Op: "update", Key: map[string]string{"id": "b"}, Set: map[string]*string{"name": p(strings.Repeat("x", 51))}, Before: map[string]*string{"n": p("2")}}
	_, err := sourcetest.Write(t, w, "customer", long)
	expectCode(t, err, "source_refused")
}

// TestBeforeImagesOfAllTypes updates each column of a row with values of all types, first
// with its own value as the before-image, then with another's.
func TestBeforeImagesOfAllTypes(t *testing.T) {
	u := mysqltest.Start(t)
	var columns, low []string
	charsets := map[string]string{"a_latin": " character set latin1", "a_gbk": " character set gbk"}
	for _, c := range typed {
		columns = append(columns, c.name+" "+strings.Replace(c.native, "longtext", "json", 1)+charsets[c.name]+" null")
		low = append(low, c.low)
	}
	mysqltest.Exec(t, u, "CREATE TABLE everything (id int primary key, "+strings.Join(columns, ", ")+")",
		"SET time_zone='+00:00'; INSERT INTO everything VALUES (1,"+strings.Join(low, ",")+")")
	w := open(t, u).(source.Writer)
	for _, c := range typed {
		change := source.RowChange{Op: "update", Key: map[string]string{"id": "1"},
			Set: map[string]*string{c.name: p(c.highShown)}, Before: map[string]*string{c.name: p(c.lowShown)}}
		if c.name == "a_point" {
			_, err := sourcetest.Write(t, w, "everything", change)
			expectCode(t, err, "source_column_read_only")
			continue
		}
		if got, err := sourcetest.Write(t, w, "everything", change); err != nil || !got[0].Done {
			t.Errorf("%s: %+v %v", c.name, got, err)
		}
		if got, err := sourcetest.Write(t, w, "everything", change); err != nil || got[0].Code != "moved" {
			t.Errorf("%s with a former before-image: %+v %v", c.name, got, err)
		}
	}
}

func TestTablesAreWrittenTogether(t *testing.T) {
	u := mysqltest.Start(t)
	mysqltest.Exec(t, u, "CREATE TABLE parents (id int primary key, name varchar(50))", "CREATE TABLE children (id int primary key, parent int, foreign key (parent) references parents(id))",
		"INSERT INTO parents VALUES (1,'one'),(2,'two')", "INSERT INTO children VALUES (10,1),(20,2)")
	c := open(t, u)
	shown := strings.NewReplacer("(", "", ")", "", ", ", " ")
	sourcetest.WritesTogether(t, c.(source.Writer), "parents", "children", func() string {
		var out [2][]string
		for i, table := range []string{"parents", "children"} {
			for _, line := range contents(t, c, table) {
				out[i] = append(out[i], shown.Replace(line))
			}
		}
		return strings.Join(out[0], ", ") + " / " + strings.Join(out[1], ", ")
	})
}
