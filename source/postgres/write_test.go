package postgres_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"headwater/source"
	"headwater/source/sourcetest"
)

func text(s string) *string { return &s }

// all gives a table's rows as text, in order.
func (w *world) all(query string) (out []string) {
	w.Helper()
	rows, err := w.pg.Query(context.Background(), query)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			w.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func TestWriteBack(t *testing.T) {
	w := newWorld(t, append(typeSetup, `CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(10), price numeric(10,2) CHECK (price < 1000), at timestamptz, doc json, docb jsonb,
		m mood, c char(4), raw bytea, f real, tags text[], twice numeric GENERATED ALWAYS AS (price * 2) STORED)`,
		`INSERT INTO t (name, price, at, doc, docb, m, c, raw, f, tags) VALUES ('one', 1.5, '2024-06-01 12:00:00+08', '{"a": 1}', '{"a": 1}', 'ok', 'ab', '\x00ff61', 0.1, '{a,b}'), ('two', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('three', 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)...)
	write := func(changes ...source.RowChange) ([]source.RowResult, error) {
		t.Helper()
		return sourcetest.Write(t, w.conn.(source.Writer), "t", changes...)
	}
	state := func() []string {
		return w.all("SELECT id || ' ' || name || ' ' || coalesce(price::text, '-') FROM t ORDER BY id")
	}
	one := map[string]*string{"name": text("one"), "price": text("1.50"), "at": text("2024-06-01T04:00:00Z"), "doc": text(`{"a": 1}`), "docb": text(`{"a": 1}`),
		"m": text("ok"), "c": text("ab  "), "raw": text(`\x00\xFFa`), "f": text("0.1"), "tags": text(`["a","b"]`), "twice": text("3.00"), "id": text("1")}
	update := source.RowChange{Op: "update", Key: map[string]string{"id": "1"}, Before: one,
		Set: map[string]*string{"name": text("uno"), "price": text("2.25"), "docb": text(`{"b":2}`), "raw": text(`\x01`), "m": text("sad"), "at": nil}}
	remove := source.RowChange{Op: "delete", Key: map[string]string{"id": "2"}, Before: map[string]*string{"name": text("two"), "price": nil}}
	insert := source.RowChange{Op: "insert", Key: map[string]string{"id": "9"}, Set: map[string]*string{"name": text("neun"), "price": nil}}

	moved := source.RowChange{Op: "update", Key: map[string]string{"id": "3"}, Before: map[string]*string{"price": text("4.00")}, Set: map[string]*string{"price": text("5")}}
	gone := source.RowChange{Op: "delete", Key: map[string]string{"id": "77"}, Before: map[string]*string{"price": nil}}
	exists := source.RowChange{Op: "insert", Key: map[string]string{"id": "3"}, Set: map[string]*string{"name": text("x")}}
	got, err := write(update, moved, gone, exists, remove)
	if err != nil || got[1].Code != "moved" || got[2].Code != "gone" || got[3].Code != "exists" || slices.ContainsFunc(got, func(r source.RowResult) bool { return r.Done }) {
		t.Error(got, err)
	}
	if got := state(); !slices.Equal(got, []string{"1 one 1.50", "2 two -", "3 three 3.00"}) {
		t.Error("something was applied:", got)
	}
	for name, v := range map[string]string{"name": "ONE", "price": "1.51", "at": "2024-06-01T04:00:01Z", "doc": `{"a":1}`, "m": "sad", "raw": "x", "f": "0.2", "tags": `["a"]`, "docb": "2"} {
		other := source.RowChange{Op: "update", Key: update.Key, Set: update.Set, Before: map[string]*string{name: &v}}
		if got, err := write(other); err != nil || got[0].Code != "moved" {
			t.Error(name, got, err)
		}
	}
	got, err = write(update, remove, insert)
	if err != nil || slices.ContainsFunc(got, func(r source.RowResult) bool { return !r.Done }) {
		t.Fatal(got, err)
	}
	if got := state(); !slices.Equal(got, []string{"1 uno 2.25", "3 three 3.00", "9 neun -"}) {
		t.Error(got)
	}
	if got := w.all("SELECT docb::text || encode(raw, 'hex') || m FROM t WHERE id = 1 AND at IS NULL"); len(got) != 1 || got[0] != `{"b": 2}01sad` {
		t.Error(got)
	}
	for want, set := range map[string]map[string]*string{
		"write_refused": {"price": text("5000")}, "source_failed": {"name": text("much too long for it")}, "column_read_only": {"tags": text("[]")}, "source_changed": {"nothing": text("x")},
	} {
		if _, err := write(insert, source.RowChange{Op: "update", Key: map[string]string{"id": "3"}, Before: map[string]*string{}, Set: set}); code(err) != want {
			t.Error(want, err)
		}
	}
	if got := state(); len(got) != 3 {
		t.Error("half a write stays:", got)
	}
}

func TestStatementsAreShown(t *testing.T) {
	w := newWorld(t, `CREATE TABLE "T x" (id integer PRIMARY KEY, name text)`)
	got, err := w.conn.(source.Writer).Statements(t.Context(), "T x", []source.RowChange{{Op: "update", Key: map[string]string{"id": "1"},
		Before: map[string]*string{"name": nil}, Set: map[string]*string{"name": text("a\n; DROP TABLE t; --")}}})
	want := "UPDATE \"public\".\"T x\" SET \"name\" = $1::\"pg_catalog\".\"text\" WHERE \"id\" = $2::\"pg_catalog\".\"int4\" AND \"name\" IS NOT DISTINCT FROM $3::\"pg_catalog\".\"text\";\n" +
		"-- $1 = \"a\\n; DROP TABLE t; --\"\n-- $2 = \"1\"\n-- $3 = NULL"
	if err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("%v\n%s", err, strings.Join(got, "\n"))
	}
}

func TestTablesAreWrittenTogether(t *testing.T) {
	w := newWorld(t, "CREATE TABLE parents (id integer PRIMARY KEY, name text)", "CREATE SCHEMA other", "CREATE TABLE other.children (id integer PRIMARY KEY, parent integer REFERENCES parents)",
		"INSERT INTO parents VALUES (1,'one'),(2,'two')", "INSERT INTO other.children VALUES (10,1),(20,2)")
	sourcetest.WritesTogether(t, w.conn.(source.Writer), "parents", "other.children", func() string {
		return strings.Join(w.all("SELECT id || ' ' || name FROM parents ORDER BY id"), ", ") + " / " + strings.Join(w.all("SELECT id || ' ' || parent FROM other.children ORDER BY id"), ", ")
	})
}
