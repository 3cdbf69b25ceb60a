package lake_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

var ctx = context.Background()

// office is a policy with a boss who sees all and sellers who see their own.
type office map[lake.Key]lake.Rights

func (o office) Rights(_ context.Context, p lake.Principal) (lake.Rights, error) {
	return o[p.User], nil
}

func (o office) People(context.Context) ([]lake.Person, error) {
	var out []lake.Person
	for k := range o {
		out = append(out, lake.Person{Key: k, Name: string(k)})
	}
	return out, nil
}

func (office) PeopleStamp() int64 { return 1 }

var (
	boss   = lake.Principal{User: "boss", Name: "Boss"}
	seller = lake.Principal{User: "seller", Name: "Seller"}
	other  = lake.Principal{User: "other", Name: "Other"}
	viewer = lake.Principal{User: "viewer", Name: "Viewer"}
)

func staffed() office {
	return office{
		"boss":   {Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true},
		"seller": {Write: true, Branch: true, Owners: []lake.Key{"seller"}, Masked: map[lake.EntityName]map[lake.FieldName]bool{"companies": {"revenue": true}}},
		"other":  {Write: true, Branch: true, Owners: []lake.Key{"other"}},
		"viewer": {AllRows: true},
	}
}

// start opens a lake whose companies have owners.
func start(t *testing.T) *lake.Lake { return startWith(t, staffed()) }

func startWith(t *testing.T, policy lake.Policy) *lake.Lake {
	store, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	entities := laketest.Entities()
	entities[0].Owner = "owner"
	entities[0].Fields = append(entities[0].Fields, lake.Field{Name: "owner", Kind: lake.Reference, Target: lake.Users})
	entities = append(entities, lake.Entity{Name: lake.Users, Title: "name", Directory: true, Fields: []lake.Field{{Name: "name", Kind: lake.Text}}})
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: policy, Entities: entities})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func put(t *testing.T, l *lake.Lake, p lake.Principal, branch string, e lake.EntityName, key lake.Key, c lake.Cells) lake.Revision {
	t.Helper()
	rev, err := tryPut(l, p, branch, e, key, c)
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

func tryPut(l *lake.Lake, p lake.Principal, branch string, e lake.EntityName, key lake.Key, c lake.Cells) (lake.Revision, error) {
	return l.Write(ctx, p, branch, func(tx *lake.Tx) error {
		_, err := tx.Put(e, key, c)
		return err
	})
}

func remove(l *lake.Lake, p lake.Principal, branch string, e lake.EntityName, key lake.Key, how lake.OnDelete) (res lake.DeleteResult, err error) {
	_, err = l.Write(ctx, p, branch, func(tx *lake.Tx) error {
		res, err = tx.Delete(e, key, how)
		return err
	})
	return res, err
}

func get(t *testing.T, l *lake.Lake, p lake.Principal, branch string, e lake.EntityName, key lake.Key) (lake.Record, error) {
	t.Helper()
	r, err := l.At(ctx, p, branch, 0)
	if err != nil {
		return lake.Record{}, err
	}
	return r.Get(ctx, e, key)
}

func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

func branch(t *testing.T, l *lake.Lake, p lake.Principal, name, from string) {
	t.Helper()
	if _, err := l.CreateBranch(ctx, p, lake.NewBranch{Name: name, From: from}); err != nil {
		t.Fatal(err)
	}
}

func TestScopeHoldsAtTheSeam(t *testing.T) {
	l := start(t)
	first := put(t, l, boss, "", "companies", "mine", lake.Cells{"name": "甲", "owner": "seller"})
	put(t, l, boss, "", "companies", "theirs", lake.Cells{"name": "乙", "owner": "other"})
	put(t, l, boss, "", "people", "p", lake.Cells{"name": "张三", "company": "theirs"})
	if _, err := get(t, l, seller, "", "companies", "mine"); err != nil {
		t.Error("a seller sees their own:", err)
	}
	for _, e := range []struct {
		entity lake.EntityName
		key    lake.Key
	}{{"companies", "theirs"}, {"people", "p"}} {
		if _, err := get(t, l, seller, "", e.entity, e.key); !errors.Is(err, lake.ErrNotFound) {
			t.Errorf("a seller doesn't see %s %s: %v", e.entity, e.key, err)
		}
		if _, err := tryPut(l, seller, "", e.entity, e.key, lake.Cells{"name": "x"}); !errors.Is(err, lake.ErrNotFound) {
			t.Errorf("nor write it: %v", err)
		}
	}
	put(t, l, boss, "", "companies", "mine", lake.Cells{"owner": "other"})
	r, err := l.At(ctx, seller, "", first)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Get(ctx, "companies", "mine"); !errors.Is(err, lake.ErrNotFound) {
		t.Errorf("what was given away is not seen in the past either: %v", err)
	}
	if _, err := tryPut(l, viewer, "", "companies", "mine", lake.Cells{"name": "x"}); !errors.Is(err, lake.ErrForbidden) {
		t.Errorf("a viewer writes nothing: %v", err)
	}
}

func TestMaskedFieldsStayMasked(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "owner": "seller", "revenue": "5 CNY"})
	rec, err := get(t, l, seller, "", "companies", "c")
	if err != nil || rec.Cells["revenue"] != "" {
		t.Errorf("the seller reads %v, %v", rec.Cells, err)
	}
	if _, err := tryPut(l, seller, "", "companies", "c", lake.Cells{"revenue": "6 CNY"}); code(err) != "field_masked" {
		t.Errorf("a masked cell can't be written: %v", err)
	}
	branch(t, l, boss, "raise", "")
	put(t, l, boss, "raise", "companies", "c", lake.Cells{"revenue": "7 CNY"})
	yes := true
	if err := l.UpdateBranch(ctx, boss, "raise", &yes, nil); err != nil {
		t.Fatal(err)
	}
	d, err := l.Diff(ctx, seller, "raise")
	if err != nil || len(d.Entities) != 1 {
		t.Fatalf("%+v %v", d, err)
	}
	for _, x := range d.Entities[0].Rows[0].Cells {
		if x.Field == "revenue" && (!x.Masked || x.Theirs != "" || x.Ours != "" || x.Base != "" || x.Result != "") {
			t.Errorf("a diff says only that it changed: %+v", x)
		}
	}
	r, _ := l.At(ctx, seller, "", 0)
	h, err := r.History(ctx, "companies", "c")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range h[0].Cells {
		if x.Field == "revenue" && (x.To != "" || !x.Masked) {
			t.Errorf("history shows it: %+v", x)
		}
	}
}

func TestPrivateBranchesAndMergeRights(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "mine", lake.Cells{"name": "甲", "owner": "seller"})
	put(t, l, boss, "", "companies", "theirs", lake.Cells{"name": "乙", "owner": "other"})
	branch(t, l, seller, "idea", "")
	put(t, l, seller, "idea", "companies", "mine", lake.Cells{"name": "甲一"})
	if _, err := l.At(ctx, other, "idea", 0); code(err) != "branch_unknown" {
		t.Errorf("a private branch is nobody else's business: %v", err)
	}
	if _, err := l.Merge(ctx, seller, "idea", lake.MergeOptions{}); code(err) != "merge_forbidden" {
		t.Errorf("sellers don't merge into main: %v", err)
	}
	branch(t, l, seller, "idea of idea", "idea")
	put(t, l, seller, "idea of idea", "companies", "mine", lake.Cells{"name": "甲二"})
	if _, err := l.Merge(ctx, seller, "idea of idea", lake.MergeOptions{}); err != nil {
		t.Errorf("into a branch of one's own they do: %v", err)
	}
	put(t, l, boss, "idea", "companies", "theirs", lake.Cells{"name": "乙一"})
	branch(t, l, seller, "sub", "idea")
	put(t, l, boss, "sub", "companies", "theirs", lake.Cells{"name": "乙二"})
	if _, err := l.Merge(ctx, seller, "sub", lake.MergeOptions{}); code(err) != "merge_out_of_scope" {
		t.Errorf("what one can't see one can't merge: %v", err)
	}
}

func TestMergeWhileMainMovesOn(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "size": "1"})
	branch(t, l, boss, "b", "")
	put(t, l, boss, "b", "companies", "c", lake.Cells{"size": "2"})
	put(t, l, boss, "", "companies", "c", lake.Cells{"size": "3"})
	res, err := l.Merge(ctx, boss, "b", lake.MergeOptions{Policy: lake.Ask})
	if code(err) != "merge_conflicts" || len(res.Conflicts) != 1 || res.Revision != 0 {
		t.Fatalf("%+v %v", res, err)
	}
	seen := res.Conflicts[0].Cells[0]
	choice := lake.Choice{Entity: "companies", Key: "c", Field: "size", Take: lake.TakeTheirs, Ours: &seen.Ours, Theirs: &seen.Theirs}
	put(t, l, boss, "", "companies", "c", lake.Cells{"size": "4"})
	if _, err := l.Merge(ctx, boss, "b", lake.MergeOptions{Policy: lake.Ask, Choices: []lake.Choice{choice}}); code(err) != "merge_conflicts" {
		t.Errorf("a choice made for a value that has moved on is open again: %v", err)
	}
	now := lake.Cell("4")
	choice.Ours = &now
	if _, err := l.Merge(ctx, boss, "b", lake.MergeOptions{Policy: lake.Ask, Choices: []lake.Choice{choice}}); err != nil {
		t.Fatal(err)
	}
	if rec, _ := get(t, l, boss, "", "companies", "c"); rec.Cells["size"] != "2" {
		t.Errorf("merged to %s", rec.Cells["size"])
	}
	if _, err := tryPut(l, boss, "b", "companies", "c", lake.Cells{"size": "9"}); code(err) != "branch_closed" {
		t.Errorf("a branch that was merged away takes no more writes: %v", err)
	}
	if rec, err := get(t, l, boss, "b", "companies", "c"); err != nil || rec.Cells["size"] != "2" {
		t.Errorf("but it can still be read: %v %v", rec.Cells, err)
	}
}

func TestDeleteOffersAndCounts(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲"})
	put(t, l, boss, "", "companies", "child", lake.Cells{"name": "甲子", "parent": "c"})
	for i := range 3 {
		put(t, l, boss, "", "people", lake.Key(fmt.Sprint("p", i)), lake.Cells{"name": "张三", "company": "c"})
	}
	_, err := remove(l, boss, "", "companies", "c", lake.Restrict)
	var broken *lake.ViolationsError
	if !errors.As(err, &broken) || len(broken.Violations) != 2 {
		t.Fatalf("%v", err)
	}
	for _, v := range broken.Violations {
		if v.Entity == "people" && v.Count != 3 {
			t.Errorf("counted %d people", v.Count)
		}
	}
	res, err := remove(l, boss, "", "companies", "c", lake.Cascade)
	if err != nil || res.Deleted != 5 {
		t.Errorf("cascade deleted %+v, %v", res, err)
	}
	r, _ := l.At(ctx, boss, "", 0)
	if _, err := l.Undo(ctx, boss, "", r.Revision()); err != nil {
		t.Error(err)
	}
	res, err = remove(l, boss, "", "companies", "c", lake.Clear)
	if err != nil || res.Deleted != 1 || res.Cleared != 4 {
		t.Errorf("clear did %+v, %v", res, err)
	}
}

func TestRemovedFieldComesBackWithItsValues(t *testing.T) {
	l := start(t)
	if err := l.AddField(ctx, boss, "", "companies", lake.Field{Name: "mood", Kind: lake.Text}); err != nil {
		t.Fatal(err)
	}
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "mood": "good"})
	if err := l.RemoveField(ctx, boss, "", "companies", "mood"); err != nil {
		t.Fatal(err)
	}
	put(t, l, boss, "", "companies", "c", lake.Cells{"size": "5"})
	if rec, _ := get(t, l, boss, "", "companies", "c"); rec.Cells["mood"] != "" {
		t.Error("a removed field is still there")
	}
	if err := l.AddField(ctx, boss, "", "companies", lake.Field{Name: "mood", Kind: lake.Integer}); err != nil {
		t.Fatal(err)
	}
	if rec, _ := get(t, l, boss, "", "companies", "c"); rec.Cells["mood"] != "" {
		t.Error("another type is another field")
	}
	if err := l.RemoveField(ctx, boss, "", "companies", "mood"); err != nil {
		t.Fatal(err)
	}
	if err := l.AddField(ctx, boss, "", "companies", lake.Field{Name: "mood", Kind: lake.Text}); err != nil {
		t.Fatal(err)
	}
	if rec, _ := get(t, l, boss, "", "companies", "c"); rec.Cells["mood"] != "good" {
		t.Errorf("its value is %q", rec.Cells["mood"])
	}
	if err := l.RemoveField(ctx, boss, "", "companies", "name"); code(err) != "field_built_in" {
		t.Errorf("the product's own fields stay: %v", err)
	}
	if err := l.AddField(ctx, seller, "", "companies", lake.Field{Name: "x", Kind: lake.Text}); code(err) != "schema_forbidden" {
		t.Errorf("sellers don't change fields: %v", err)
	}
}

func TestUniqueValuesCanSwap(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "a", lake.Cells{"name": "甲", "code": "1"})
	put(t, l, boss, "", "companies", "b", lake.Cells{"name": "乙", "code": "2"})
	if _, err := tryPut(l, boss, "", "companies", "b", lake.Cells{"code": "1"}); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("a value twice: %v", err)
	}
	_, err := l.Write(ctx, boss, "", func(tx *lake.Tx) error {
		if _, err := tx.Put("companies", "a", lake.Cells{"code": "2"}); err != nil {
			return err
		}
		_, err := tx.Put("companies", "b", lake.Cells{"code": "1"})
		return err
	})
	if err != nil {
		t.Errorf("two records may swap: %v", err)
	}
}

// TestRuleConflictIsResolvable: two sides that are each fine can break a rule together.
func TestRuleConflictIsResolvable(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲"})
	branch(t, l, boss, "b", "")
	put(t, l, boss, "b", "people", "p", lake.Cells{"name": "张三", "company": "c"})
	put(t, l, boss, "b", "people", "q", lake.Cells{"name": "李四"})
	if _, err := remove(l, boss, "", "companies", "c", lake.Restrict); err != nil {
		t.Fatal(err)
	}
	res, err := l.Merge(ctx, boss, "b", lake.MergeOptions{Policy: lake.TakeTheirs})
	if code(err) != "merge_conflicts" || len(res.Conflicts) != 1 || res.Conflicts[0].Rule == nil || res.Conflicts[0].Rule.Code != "reference_missing" {
		t.Fatalf("%+v %v", res, err)
	}
	keepOurs := lake.Choice{Entity: "people", Key: "p", Take: lake.TakeOurs}
	res, err = l.Merge(ctx, boss, "b", lake.MergeOptions{Policy: lake.Ask, Choices: []lake.Choice{keepOurs}})
	if err != nil || res.Applied != 1 {
		t.Fatalf("%+v %v", res, err)
	}
	if _, err := get(t, l, boss, "", "people", "q"); err != nil {
		t.Error("the rest was merged:", err)
	}
	if _, err := get(t, l, boss, "", "people", "p"); !errors.Is(err, lake.ErrNotFound) {
		t.Error("the record in conflict was left out:", err)
	}
}

func TestUndoKeepsLaterWork(t *testing.T) {
	l := start(t)
	rev := put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "size": "1"})
	edit := put(t, l, boss, "", "companies", "c", lake.Cells{"size": "2", "code": "x"})
	put(t, l, boss, "", "companies", "c", lake.Cells{"size": "3"})
	res, err := l.Undo(ctx, boss, "", edit)
	if err != nil || len(res.Kept) != 1 {
		t.Fatalf("%+v %v", res, err)
	}
	rec, _ := get(t, l, boss, "", "companies", "c")
	if rec.Cells["size"] != "3" || rec.Cells["code"] != "" {
		t.Errorf("the later size stays, the code goes back: %v", rec.Cells)
	}
	res, err = l.Undo(ctx, boss, "", rev)
	if err != nil || res.Revision != 0 || len(res.Kept) != 1 {
		t.Errorf("a record edited since isn't taken away: %+v %v", res, err)
	}
}

func TestSellersOwnWhatTheyMake(t *testing.T) {
	l := start(t)
	put(t, l, seller, "", "companies", "new", lake.Cells{"name": "新"})
	if rec, err := get(t, l, seller, "", "companies", "new"); err != nil || rec.Cells["owner"] != "seller" {
		t.Errorf("%v %v", rec.Cells, err)
	}
}

// TestKeptBranchAfterOurs: a merge that keeps the parent's side everywhere writes
// nothing, but the conflict is settled for good.
func TestKeptBranchAfterOurs(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "size": "1"})
	branch(t, l, boss, "b", "")
	put(t, l, boss, "b", "companies", "c", lake.Cells{"size": "2"})
	put(t, l, boss, "", "companies", "c", lake.Cells{"size": "3"})
	if _, err := l.Merge(ctx, boss, "b", lake.MergeOptions{Policy: lake.TakeOurs, Keep: true}); err != nil {
		t.Fatal(err)
	}
	if rec, _ := get(t, l, boss, "b", "companies", "c"); rec.Cells["size"] != "3" {
		t.Errorf("the kept branch shows %s", rec.Cells["size"])
	}
	res, err := l.Merge(ctx, boss, "b", lake.MergeOptions{Policy: lake.Ask, Keep: true})
	if err != nil || res.Revision != 0 {
		t.Errorf("a second merge changes nothing: %+v %v", res, err)
	}
	if info, err := l.Describe(ctx, boss, "b"); err != nil || info.Ahead != 0 {
		t.Errorf("it differs in %d records, %v", info.Ahead, err)
	}
}
