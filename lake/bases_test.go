package lake_test

import (
	"errors"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// shop is a lake with a foreign entity whose source moves.
func shop(t *testing.T) (*lake.Lake, map[lake.Key]lake.Cells) {
	t.Helper()
	label := lake.Label{ZH: "货", EN: "item"}
	items := lake.Entity{Name: "items", Label: label, Plural: label, Title: "name", Home: lake.Home{Kind: lake.Foreign, Source: "erp", Table: "items", Key: []lake.FieldName{"id_no"}},
		Fields: []lake.Field{{Name: "id_no", Kind: lake.Integer}, {Name: "name", Kind: lake.Text}, {Name: "price", Kind: lake.Decimal}, {Name: "stock", Kind: lake.Integer}}}
	rows := map[lake.Key]lake.Cells{
		"1": {"id_no": "1", "name": "泵", "price": "10", "stock": "5"},
		"2": {"id_no": "2", "name": "阀", "price": "20", "stock": "7"},
		"3": {"id_no": "3", "name": "管", "price": "30"},
	}
	store, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: []lake.Entity{items},
		Engine: &laketest.Bases{Rows: map[lake.EntityName]map[lake.Key]lake.Cells{"items": rows}}})
	if err != nil {
		t.Fatal(err)
	}
	return l, rows
}

func read(t *testing.T, l *lake.Lake, branch string, key lake.Key) lake.Cells {
	t.Helper()
	r, err := l.At(ctx, lake.System, branch, 0)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := r.Get(ctx, "items", key)
	if errors.Is(err, lake.ErrNotFound) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return rec.Cells
}

func write(t *testing.T, l *lake.Lake, branch string, key lake.Key, cells lake.Cells) {
	t.Helper()
	_, err := l.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
		_, err := tx.Put("items", key, cells)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func newBranch(t *testing.T, l *lake.Lake, name string) {
	t.Helper()
	if _, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name}); err != nil {
		t.Fatal(err)
	}
}

// Untouched cells float with the source; touched ones are the lake's.
func TestUntouchedCellsFloat(t *testing.T) {
	l, rows := shop(t)
	write(t, l, "", "1", lake.Cells{"price": "11"})
	rows["1"]["stock"] = "4"
	if got := read(t, l, "", "1"); got["price"] != "11" || got["stock"] != "4" || got["name"] != "泵" {
		t.Errorf("read %v", got)
	}
	write(t, l, "", "1", lake.Cells{"price": "10"}) // as the source has it: nothing is left over it
	rows["1"]["price"] = "12"
	if got := read(t, l, "", "1"); got["price"] != "12" {
		t.Errorf("a cell set back to the source's value must float again: %v", got)
	}
}

// What the source changed under a branch's edit is a conflict, never silently lost.
func TestSourceMovedUnderABranch(t *testing.T) {
	l, rows := shop(t)
	newBranch(t, l, "b")
	write(t, l, "b", "1", lake.Cells{"price": "15"})
	write(t, l, "b", "2", lake.Cells{"stock": "0"})
	rows["1"]["price"] = "12"
	rows["2"]["price"] = "21" // another cell than the branch's: no conflict
	d, err := l.Diff(ctx, lake.System, "b")
	if err != nil {
		t.Fatal(err)
	}
	if d.Conflicts != 1 || len(d.Entities) != 1 || len(d.Entities[0].Rows) != 2 {
		t.Fatalf("diff: %+v", d)
	}
	c := d.Entities[0].Rows[0].Cells
	if len(c) != 1 || c[0].Base != "10" || c[0].Ours != "12" || c[0].Theirs != "15" || !c[0].Conflict {
		t.Errorf("the conflict shows %+v", c)
	}
	if c := d.Entities[0].Rows[1].Cells; len(c) != 1 || c[0].Field != "stock" {
		t.Errorf("what only the source changed isn't the branch's change: %+v", c)
	}
	if _, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask}); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("merging over a moved source must be a conflict, not %v", err)
	}
	if _, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.TakeTheirs}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, l, "", "1"); got["price"] != "15" {
		t.Errorf("main reads %v", got)
	}
	if got := read(t, l, "", "2"); got["stock"] != "0" || got["price"] != "21" {
		t.Errorf("main reads %v", got)
	}
}

func TestDeletedUnderABranch(t *testing.T) {
	l, rows := shop(t)
	newBranch(t, l, "b")
	_, err := l.Write(ctx, lake.System, "b", func(tx *lake.Tx) error {
		_, err := tx.Delete("items", "3", "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if read(t, l, "b", "3") != nil || read(t, l, "", "3") == nil {
		t.Error("a delete on a branch hides the record there and nowhere else")
	}
	rows["3"]["price"] = "31"
	if _, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask}); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("deleting what the source has changed must be a conflict, not %v", err)
	}
	rows["3"]["price"] = "30"
	if _, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask}); err != nil {
		t.Fatal(err)
	}
	if read(t, l, "", "3") != nil || rows["3"] == nil {
		t.Error("after the merge main doesn't show it, and the source has it still")
	}
}

func TestDriftIsListedAndSettled(t *testing.T) {
	l, rows := shop(t)
	write(t, l, "", "1", lake.Cells{"price": "11", "stock": "1"})
	write(t, l, "", "2", lake.Cells{"price": "22"})
	write(t, l, "", "9", lake.Cells{"name": "新"})
	if d, err := l.Drift(ctx, lake.System, ""); err != nil || len(d) != 0 {
		t.Fatalf("nothing has moved yet: %v %v", d, err)
	}
	rows["1"]["price"], rows["2"]["price"] = "12", "23"
	rows["9"] = lake.Cells{"id_no": "9", "name": "旧"}
	d, err := l.Drift(ctx, lake.System, "")
	if err != nil || len(d) != 3 {
		t.Fatalf("drift %+v %v", d, err)
	}
	if c := d[0].Cells; d[0].Key != "1" || len(c) != 1 || c[0] != (lake.DriftCell{Field: "price", Before: "10", Now: "12", Mine: "11"}) {
		t.Errorf("drift %+v", d[0])
	}
	if d[2].Code != "exists" {
		t.Errorf("a key that the source got later: %+v", d[2])
	}
	settle := func(take lake.MergePolicy, keys ...lake.Key) {
		t.Helper()
		if _, err := l.Settle(ctx, lake.System, "", "items", keys, take); err != nil {
			t.Fatal(err)
		}
	}
	settle(lake.TakeOurs, "1", "9")
	settle(lake.TakeTheirs, "2")
	if d, err := l.Drift(ctx, lake.System, ""); err != nil || len(d) != 0 {
		t.Errorf("everything is settled: %+v %v", d, err)
	}
	if a, b, c := read(t, l, "", "1")["price"], read(t, l, "", "2")["price"], read(t, l, "", "9")["name"]; a != "11" || b != "23" || c != "新" {
		t.Errorf("settled to %s %s %s", a, b, c)
	}
}

func TestWrittenBack(t *testing.T) {
	l, rows := shop(t)
	write(t, l, "", "1", lake.Cells{"price": "11"})
	write(t, l, "", "9", lake.Cells{"name": "新", "price": "9"})
	_, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
		_, err := tx.Delete("items", "3", "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := l.Pending(ctx, lake.System, "items")
	if err != nil || len(list) != 3 {
		t.Fatalf("pending %+v %v", list, err)
	}
	rows["1"]["price"] = "11"
	rows["9"] = lake.Cells{"id_no": "9", "name": "新", "price": "9"}
	delete(rows, "3")
	_, n, err := l.ClearWritten(ctx, lake.System, map[lake.EntityName][]lake.Key{"items": {"1", "3", "9"}}, "")
	if err != nil || n["items"] != 3 {
		t.Errorf("cleared %v, %v", n, err)
	}
	if list, err := l.Pending(ctx, lake.System, "items"); err != nil || len(list) != 0 {
		t.Errorf("nothing is left to be written: %+v %v", list, err)
	}
	if got := read(t, l, "", "9"); got["name"] != "新" {
		t.Errorf("read %v", got)
	}
}

// A record's key is what its key fields hold.
func TestKeysOfForeignRecords(t *testing.T) {
	l, _ := shop(t)
	_, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
		k, err := tx.Create("items", lake.Cells{"id_no": "77", "name": "灯"})
		if k != "77" {
			t.Errorf("created under %s", k)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, fn := range map[string]func(*lake.Tx) error{
		"record_exists": func(tx *lake.Tx) error { _, err := tx.Create("items", lake.Cells{"id_no": "1"}); return err },
		"key_fixed":     func(tx *lake.Tx) error { _, err := tx.Put("items", "1", lake.Cells{"id_no": "5"}); return err },
	} {
		_, err := l.Write(ctx, lake.System, "", fn)
		var known *lake.Error
		if !errors.As(err, &known) || known.Code != name {
			t.Errorf("want %s, got %v", name, err)
		}
	}
}

func TestCompositeKeys(t *testing.T) {
	for _, parts := range [][]lake.Cell{{"a", "b"}, {"a~b", "c%7Ed"}, {"%", "~~"}, {"x"}} {
		k := lake.KeyOf(parts...)
		got := k.Parts(len(parts))
		for i := range parts {
			if got == nil || got[i] != parts[i] {
				t.Errorf("%q became %s and %q", parts, k, got)
			}
		}
	}
	if lake.KeyOf("a", "") != "" {
		t.Error("a row with an empty key part has no key")
	}
}

// A branch that floats has no past for what its sources held.
func TestFloatingHasNoPast(t *testing.T) {
	l, _ := shop(t)
	write(t, l, "", "1", lake.Cells{"price": "11"})
	write(t, l, "", "1", lake.Cells{"price": "12"})
	r, err := l.At(ctx, lake.System, "", l.Store().Head()-1)
	if err != nil {
		t.Fatal(err)
	}
	var known *lake.Error
	if _, err := r.Get(ctx, "items", "1"); !errors.As(err, &known) || known.Code != "entity_floating" {
		t.Errorf("the past of a floating home must be refused, not %v", err)
	}
	h, err := l.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	list, err := h.History(ctx, "items", "1")
	if err != nil || len(list) != 2 || len(list[1].Cells) != 1 || list[1].Cells[0].From != "10" || list[1].Op != lake.RowChanged {
		t.Errorf("history %+v %v", list, err)
	}
}

// A conflict that a refresh settled for the branch stays settled.
func TestRefreshSettlesWhatMoved(t *testing.T) {
	l, rows := shop(t)
	newBranch(t, l, "b")
	write(t, l, "b", "1", lake.Cells{"price": "15"})
	rows["1"]["price"] = "12"
	write(t, l, "", "2", lake.Cells{"price": "22"}) // the parent moves, too
	if _, err := l.Refresh(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask}); !errors.Is(err, lake.ErrConflict) {
		t.Fatalf("want a conflict, got %v", err)
	}
	if _, err := l.Refresh(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.TakeOurs}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, l, "b", "1"); got["price"] != "15" {
		t.Errorf("the branch reads %v", got)
	}
	if _, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask}); err != nil {
		t.Errorf("the conflict was settled: %v", err)
	}
	if got := read(t, l, "", "1"); got["price"] != "15" {
		t.Errorf("main reads %v", got)
	}
}

// A field that only the overlay has stays when the rest was written back.
func TestOwnFields(t *testing.T) {
	l, rows := shop(t)
	if err := l.AddField(ctx, lake.System, "", "items", lake.Field{Name: "grade", Kind: lake.Text}); err != nil {
		t.Fatal(err)
	}
	write(t, l, "", "1", lake.Cells{"grade": "A", "price": "11"})
	write(t, l, "", "2", lake.Cells{"grade": "B"})
	list, err := l.Pending(ctx, lake.System, "items")
	if err != nil || len(list) != 1 || len(list[0].Cells) != 1 || list[0].Cells["price"] != "11" {
		t.Fatalf("pending %+v %v", list, err)
	}
	rows["1"]["price"] = "11"
	if _, n, err := l.ClearWritten(ctx, lake.System, map[lake.EntityName][]lake.Key{"items": {"1"}}, ""); err != nil || n["items"] != 1 {
		t.Errorf("cleared %v, %v", n, err)
	}
	rows["1"]["price"] = "12"
	if got := read(t, l, "", "1"); got["grade"] != "A" || got["price"] != "12" {
		t.Errorf("read %v", got)
	}
	if got := read(t, l, "", "2"); got["grade"] != "B" {
		t.Errorf("read %v", got)
	}
	if d, err := l.Drift(ctx, lake.System, ""); err != nil || len(d) != 0 {
		t.Errorf("nothing has drifted: %+v %v", d, err)
	}
}
