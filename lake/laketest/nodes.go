package laketest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"headwater/lake"
)

// Settle waits until all nodes of a workspace show the same: newest revision, branches
// and their states.
func Settle(t testing.TB, nodes ...Opened) {
	t.Helper()
	var shown []string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		shown = shown[:0]
		same := true
		for _, n := range nodes {
			shown = append(shown, standing(t, n))
			same = same && shown[0] == shown[len(shown)-1]
		}
		if same {
			return
		}
	}
	t.Fatalf("the nodes don't come to show the same: %q", shown)
}

func standing(t testing.TB, n Opened) string {
	r, err := n.Lake.At(ctx, lake.System, "main", 0)
	if err != nil {
		t.Fatal(err)
	}
	branches, err := n.Lake.Branches(ctx, lake.System, true)
	if err != nil {
		t.Fatal(err)
	}
	s := fmt.Sprint(r.Revision())
	for _, b := range branches {
		s += fmt.Sprint(" ", b.ID, b.Name, b.State, b.Fork, b.Shared, b.Note)
	}
	return s
}

// Nodes tells a story of two nodes: what one has been told is done holds for the other at
// its next write, whether or not it has heard of it; and its readers see it soon.
func Nodes(t *testing.T, a, b Opened) {
	k := keysOf["companies"]
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(on Opened, branch string, key lake.Key, cells lake.Cells) error {
		_, err := on.Lake.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
			_, err := tx.Put("companies", key, cells)
			return err
		})
		return err
	}
	code := func(err error) string {
		var known *lake.Error
		errors.As(err, &known)
		if known == nil {
			return fmt.Sprint(err)
		}
		return known.Code
	}
	must(put(a, "main", k[0], lake.Cells{"name": "one", "code": "c-1"}))
	var broken *lake.ViolationsError
	if err := put(b, "main", k[1], lake.Cells{"name": "two", "code": "c-1"}); !errors.As(err, &broken) {
		t.Errorf("a unique value that the other node has just written is taken, not %v", err)
	}

	_, err := a.Lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: "try"})
	must(err)
	if _, err := b.Lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: "other"}); err != nil {
		t.Errorf("each node allots branch numbers of its own: %v", err)
	}
	must(put(b, "try", k[1], lake.Cells{"name": "two"}))
	must(a.Lake.AddField(ctx, lake.System, "main", "companies", lake.Field{Name: "extra", Kind: lake.Integer}))
	must(put(b, "main", k[2], lake.Cells{"name": "three", "extra": "3"}))
	if err := put(b, "try", k[1], lake.Cells{"extra": "4"}); code(err) != "field_unknown" {
		t.Errorf("the branch was made before the field: %v", err)
	}
	_, err = a.Lake.Refresh(ctx, lake.System, "try", lake.MergeOptions{Policy: lake.Ask})
	must(err)
	must(put(b, "try", k[1], lake.Cells{"extra": "5"}))
	_, err = a.Lake.Merge(ctx, lake.System, "try", lake.MergeOptions{Policy: lake.Ask})
	must(err)
	if err := put(b, "try", k[1], lake.Cells{"extra": "6"}); code(err) != "branch_closed" {
		t.Errorf("the branch was merged by the other node: %v", err)
	}
	must(b.Lake.RemoveField(ctx, lake.System, "main", "companies", "extra"))
	if err := put(a, "main", k[0], lake.Cells{"extra": "7"}); code(err) != "field_unknown" {
		t.Errorf("the field was removed by the other node: %v", err)
	}
	must(b.Lake.DiscardBranch(ctx, lake.System, "other"))
	must(b.Lake.AddField(ctx, lake.System, "main", "companies", lake.Field{Name: "extra", Kind: lake.Integer}))
	Settle(t, a, b)
	for _, n := range []Opened{a, b} {
		r, err := n.Lake.At(ctx, lake.System, "main", 0)
		must(err)
		rec, err := r.Get(ctx, "companies", k[1])
		if err != nil || rec.Cells["extra"] != "5" || rec.Cells["name"] != "two" {
			t.Errorf("the merged record reads %v (%v)", rec.Cells, err)
		}
	}
}
