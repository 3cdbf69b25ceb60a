package sourcetest

import (
	"reflect"
	"testing"

	"headwater/source"
)

// Write writes changes of one table.
func Write(t testing.TB, w source.Writer, table string, changes ...source.RowChange) ([]source.RowResult, error) {
	t.Helper()
	out, err := w.Write(t.Context(), []source.TableChanges{{Table: table, Changes: changes}})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// WritesTogether sees to it that the changes of several tables are one transaction. It
// needs a table parents (id integer, name text) with the rows (1, 'one'), (2, 'two'), and
// children (id integer, parent integer referring to it) with (10, 1), (20, 2). look gives
// all parents and then all children, as "1 one, 2 two / 10 1, 20 2".
func WritesTogether(t *testing.T, w source.Writer, parents, children string, look func() string) {
	types := map[string]string{"id": "BIGINT", "name": "VARCHAR", "parent": "BIGINT"}
	text := func(s string) *string { return &s }
	change := func(op, id string, set, before map[string]*string) source.RowChange {
		return source.RowChange{Op: op, Key: map[string]string{"id": id}, Set: set, Before: before, Types: types}
	}
	named := func(s string) map[string]*string { return map[string]*string{"name": text(s)} }
	under := func(s string) map[string]*string { return map[string]*string{"parent": text(s)} }
	rename := change("update", "1", named("uno"), named("one"))
	add, child := change("insert", "3", named("three"), nil), change("insert", "30", under("3"), nil)
	move := change("update", "20", under("3"), under("2"))
	expect := func(what, want string) {
		t.Helper()
		if got := look(); got != want {
			t.Errorf("%s: the tables hold %s, not %s", what, got, want)
		}
	}
	const before = "1 one, 2 two / 10 1, 20 2"
	expect("at first", before)

	moved := change("update", "10", under("3"), under("2"))
	got, err := w.Write(t.Context(), []source.TableChanges{{Table: parents, Changes: []source.RowChange{rename, add}}, {Table: children, Changes: []source.RowChange{child, moved}}})
	if want := [][]source.RowResult{{{}, {}}, {{}, {Code: "moved"}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("a row of the second table had moved: %+v (%v)", got, err)
	}
	expect("a row had moved", before)

	orphan := change("insert", "40", under("99"), nil)
	if got, err := w.Write(t.Context(), []source.TableChanges{{Table: parents, Changes: []source.RowChange{rename}}, {Table: children, Changes: []source.RowChange{orphan}}}); err == nil {
		t.Errorf("a row that its table refuses is written: %+v", got)
	}
	expect("a row was refused", before)

	got, err = w.Write(t.Context(), []source.TableChanges{{Table: parents, Changes: []source.RowChange{rename, add}}, {Table: children, Changes: []source.RowChange{child, move}},
		{Table: parents, Changes: []source.RowChange{change("delete", "2", nil, named("two"))}}})
	if want := [][]source.RowResult{{{Done: true}, {Done: true}}, {{Done: true}, {Done: true}}, {{Done: true}}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("all of it: %+v (%v)", got, err)
	}
	expect("all of it", "1 uno, 3 three / 10 1, 20 3, 30 3")
}
