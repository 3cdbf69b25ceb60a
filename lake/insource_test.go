package lake_test

import (
	"fmt"
	"testing"

	"headwater/lake"
)

// Undo of a merge after its write-back can't take back what the source holds by now, and
// says so; what wasn't written back reverts as ever.
func TestUndoListsWhatTheSourceHolds(t *testing.T) {
	l, rows := shop(t)
	write(t, l, "", "2", lake.Cells{"name": "蝶阀"}) // an edit from before, which stays main's
	newBranch(t, l, "b")
	write(t, l, "b", "1", lake.Cells{"price": "15", "stock": "0"})
	write(t, l, "b", "2", lake.Cells{"name": "球阀", "price": "21"})
	write(t, l, "b", "9", lake.Cells{"id_no": "9", "name": "新"})
	_, err := l.Write(ctx, lake.System, "b", func(tx *lake.Tx) error {
		_, err := tx.Delete("items", "3", "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask})
	if err != nil {
		t.Fatal(err)
	}
	// Written back, but the name of 2 and the stock of 1: those stay in the overlay.
	rows["1"]["price"], rows["2"]["price"] = "15", "21"
	rows["9"] = lake.Cells{"id_no": "9", "name": "新"}
	delete(rows, "3")
	if _, _, err := l.ClearWritten(ctx, lake.System, map[lake.EntityName][]lake.Key{"items": {"1", "2", "3", "9"}}, ""); err != nil {
		t.Fatal(err)
	}
	write(t, l, "", "1", lake.Cells{"price": "15"}) // what the source says: no longer touched
	write(t, l, "", "2", lake.Cells{"price": "21"})
	res, err := l.Undo(ctx, lake.System, "", m.Revision)
	if err != nil {
		t.Fatal(err)
	}
	got := map[lake.Key]string{}
	for _, c := range res.Kept {
		text := string(c.Op) + " " + c.Conflict
		for _, x := range c.Cells {
			text += fmt.Sprintf(" %s: %s (was %s)", x.Field, x.Ours, x.Theirs)
		}
		got[c.Key] = text
	}
	want := map[lake.Key]string{
		"1": "changed in_source price: 15 (was 10)",
		"2": "changed in_source price: 21 (was 20)",
		"3": "added in_source id_no:  (was 3) name:  (was 管) price:  (was 30)",
		"9": "deleted in_source id_no: 9 (was ) name: 新 (was )",
	}
	for k := range want {
		if got[k] != want[k] {
			t.Errorf("kept of %s: %q, not %q", k, got[k], want[k])
		}
	}
	if len(got) != len(want) || len(res.Kept) != len(want) {
		t.Errorf("kept %v", got)
	}
	if got := read(t, l, "", "1"); got["price"] != "15" || got["stock"] != "5" {
		t.Errorf("1 reads %v", got)
	}
	if got := read(t, l, "", "2"); got["price"] != "21" || got["name"] != "蝶阀" {
		t.Errorf("2 reads %v", got)
	}
	if again, err := l.Undo(ctx, lake.System, "", m.Revision); err != nil || again.Revision != 0 || len(again.Kept) != len(want) {
		t.Errorf("undone again: %+v %v", again, err)
	}
}

// An undo before the write-back lists nothing: it takes everything back.
func TestUndoBeforeWriteBackKeepsNothing(t *testing.T) {
	l, _ := shop(t)
	newBranch(t, l, "b")
	write(t, l, "b", "1", lake.Cells{"price": "15"})
	m, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask})
	if err != nil {
		t.Fatal(err)
	}
	res, err := l.Undo(ctx, lake.System, "", m.Revision)
	if err != nil || len(res.Kept) != 0 || res.Applied != 1 {
		t.Errorf("%+v %v", res, err)
	}
	if got := read(t, l, "", "1"); got["price"] != "10" {
		t.Errorf("1 reads %v", got)
	}
}
