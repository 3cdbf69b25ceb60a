package lake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"headwater/lake"
)

func TestMaskedCellsCannotBeGuessed(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "owner": "seller", "revenue": "5 CNY"})
	for _, guess := range []lake.Cell{"4 CNY", "5 CNY", ""} {
		if _, err := tryPut(l, seller, "", "companies", "c", lake.Cells{"revenue": guess}); code(err) != "field_masked" {
			t.Errorf("writing %q: %v", guess, err)
		}
	}
}

func TestHistoryEndsWithTheScope(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "owner": "seller"})
	put(t, l, boss, "", "companies", "c", lake.Cells{"owner": "other"})
	put(t, l, boss, "", "companies", "d", lake.Cells{"name": "乙", "owner": "other"})
	if _, err := remove(l, boss, "", "companies", "d", ""); err != nil {
		t.Fatal(err)
	}
	r, err := l.At(ctx, seller, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []lake.Key{"c", "d"} {
		if h, err := r.History(ctx, "companies", key); !errors.Is(err, lake.ErrNotFound) {
			t.Errorf("the history of %s: %+v %v", key, h, err)
		}
	}
}

func TestUndoNamesNoPrivateBranch(t *testing.T) {
	l := start(t)
	branch(t, l, other, "layoffs", "")
	rev := put(t, l, other, "layoffs", "companies", "c", lake.Cells{"name": "甲"})
	_, err := l.Undo(ctx, seller, "", rev)
	var known *lake.Error
	if !errors.As(err, &known) || known.Code != "revision_unknown" || strings.Contains(fmt.Sprint(err, known.Params), "layoffs") {
		t.Errorf("%v %+v", err, known)
	}
	if _, err := l.Undo(ctx, boss, "", rev); code(err) != "undo_elsewhere" {
		t.Error(err)
	}
}

func TestRefreshShowsNoConflictOutOfScope(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "owner": "other", "size": "1"})
	if _, err := l.CreateBranch(ctx, boss, lake.NewBranch{Name: "b", Shared: true}); err != nil {
		t.Fatal(err)
	}
	put(t, l, boss, "b", "companies", "c", lake.Cells{"size": "2"})
	put(t, l, boss, "", "companies", "c", lake.Cells{"size": "3"})
	for _, policy := range []lake.MergePolicy{lake.Ask, lake.TakeTheirs} {
		res, err := l.Refresh(ctx, seller, "b", lake.MergeOptions{Policy: policy})
		if code(err) != "merge_out_of_scope" {
			t.Errorf("%s: %+v %v", policy, res, err)
		}
	}
	put(t, l, boss, "b", "companies", "c", lake.Cells{"size": "3"})
	if _, err := l.Refresh(ctx, seller, "b", lake.MergeOptions{}); err != nil {
		t.Errorf("without a conflict: %v", err)
	}
}

func TestKeptBranchWithARefusedRecord(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲"})
	branch(t, l, boss, "b", "")
	put(t, l, boss, "b", "people", "p", lake.Cells{"name": "张三", "company": "c"})
	put(t, l, boss, "b", "companies", "d", lake.Cells{"name": "乙"})
	if _, err := remove(l, boss, "", "companies", "c", ""); err != nil {
		t.Fatal(err)
	}
	res, err := l.Merge(ctx, boss, "b", lake.MergeOptions{Keep: true, Choices: []lake.Choice{{Entity: "people", Key: "p", Take: lake.TakeOurs}}})
	if err != nil {
		t.Fatalf("%+v %v", res, err)
	}
	if _, err := get(t, l, boss, "b", "people", "p"); !errors.Is(err, lake.ErrNotFound) {
		t.Errorf("the kept branch shows what its parent shows: %v", err)
	}
	if d, err := l.Diff(ctx, boss, "b"); err != nil || len(d.Entities) > 0 {
		t.Errorf("%+v %v", d, err)
	}
}

func TestADiffHidesMaskedTitles(t *testing.T) {
	rights := staffed()
	blind := rights["boss"]
	blind.Masked = map[lake.EntityName]map[lake.FieldName]bool{"companies": {"name": true}}
	rights["blind"] = blind
	l := startWith(t, rights)
	branch(t, l, boss, "b", "")
	put(t, l, boss, "b", "companies", "c", lake.Cells{"name": "甲", "size": "1"})
	d, err := l.Diff(ctx, lake.Principal{User: "blind", Name: "Blind"}, "b")
	if err != nil || len(d.Entities) != 1 {
		t.Fatalf("%+v %v", d, err)
	}
	if text := d.Entities[0].Rows[0].Title; text != "" {
		t.Errorf("the title of a record whose name is masked: %s", text)
	}
}

func TestACascadeStopsAtTheScope(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "mine", lake.Cells{"name": "甲", "owner": "seller"})
	put(t, l, boss, "", "companies", "theirs", lake.Cells{"name": "乙", "owner": "other", "parent": "mine"})
	for _, how := range []lake.OnDelete{lake.Restrict, lake.Clear, lake.Cascade} {
		_, err := remove(l, seller, "", "companies", "mine", how)
		var broken *lake.ViolationsError
		if !errors.As(err, &broken) || broken.Violations[0].Code != "referenced" {
			t.Errorf("%s: %v", how, err)
		}
	}
}

func TestDeletingWhatOthersInheritFrom(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "mine", lake.Cells{"name": "甲", "owner": "seller"})
	put(t, l, boss, "", "people", "p", lake.Cells{"name": "张三", "company": "mine"})
	res, err := remove(l, seller, "", "companies", "mine", lake.Cascade)
	if err != nil || res.Deleted != 2 {
		t.Errorf("%+v %v", res, err)
	}
}

func TestBranchNamesThatCannotBeTold(t *testing.T) {
	l := start(t)
	for _, name := range []string{"", " ", ".", "..", "MAIN", "a\u202eb", "\u200b", "a/b", "a\nb"} {
		if _, err := l.CreateBranch(ctx, boss, lake.NewBranch{Name: name}); code(err) != "branch_name_invalid" {
			t.Errorf("%q: %v", name, err)
		}
	}
	branch(t, l, boss, "Cafe\u0301", "")
	if _, err := l.At(ctx, boss, "Cafe\u0301", 0); err != nil {
		t.Errorf("as it was typed: %v", err)
	}
}

func TestASharedBranchShowsNoMoreOfItsPrivateParent(t *testing.T) {
	rights := staffed()
	rights["manager"] = lake.Rights{Write: true, Branch: true, Merge: true, AllRows: true}
	l := startWith(t, rights)
	manager := lake.Principal{User: "manager", Name: "Manager"}
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲"})
	branch(t, l, boss, "private", "")
	if _, err := l.CreateBranch(ctx, boss, lake.NewBranch{Name: "shared", From: "private", Shared: true}); err != nil {
		t.Fatal(err)
	}
	put(t, l, boss, "private", "companies", "c", lake.Cells{"name": "layoffs"})
	put(t, l, boss, "shared", "companies", "c", lake.Cells{"name": "乙"})
	d, err := l.Diff(ctx, manager, "shared")
	if err != nil || len(d.Entities) != 1 || strings.Contains(fmt.Sprint(d.Entities[0].Rows[0].Cells), "layoffs") {
		t.Errorf("%+v %v", d, err)
	}
	opt := lake.MergeOptions{Policy: lake.TakeTheirs}
	if _, err := l.Refresh(ctx, manager, "shared", opt); code(err) != "branch_not_yours" {
		t.Error(err)
	}
	if _, err := l.Merge(ctx, manager, "shared", opt); code(err) != "branch_not_yours" {
		t.Error(err)
	}
	if _, err := l.Merge(ctx, boss, "shared", opt); err != nil {
		t.Error(err)
	}
}
