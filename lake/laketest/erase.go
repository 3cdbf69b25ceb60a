package laketest

import (
	"fmt"
	"strings"
	"testing"

	"headwater/lake"
)

// Secret occurs in every value that Erase writes and erases.
const Secret = "erase-me-7f3a"

// Erase writes a person on several branches and revisions, erases them, and looks for
// what is left (law 9).
func Erase(t *testing.T, l *lake.Lake) {
	person, friend, firm := keysOf["people"][0], keysOf["people"][1], keysOf["companies"][0]
	put := func(branch string, e lake.EntityName, k lake.Key, c lake.Cells) {
		t.Helper()
		_, err := l.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
			_, err := tx.Put(e, k, c)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	secret := func(n int) lake.Cells {
		return lake.Cells{"name": lake.Cell(fmt.Sprintf("%s %d", Secret, n)), "email": lake.Cell(fmt.Sprintf("%s%d@example.com", Secret, n))}
	}
	put("", "companies", firm, lake.Cells{"name": "firm"})
	put("", "people", friend, lake.Cells{"name": "friend"})
	put("", "people", person, secret(1))
	put("", "people", person, secret(2))
	for _, b := range []string{"edits", "sees", "closed"} {
		if _, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: b}); err != nil {
			t.Fatal(err)
		}
	}
	put("edits", "people", person, secret(3))
	put("closed", "people", person, secret(4))
	if err := l.DiscardBranch(ctx, lake.System, "closed"); err != nil {
		t.Fatal(err)
	}
	put("", "people", person, secret(5))
	if err := l.Erase(ctx, lake.System, "people", person, "asked for"); err != nil {
		t.Fatal(err)
	}
	holds := func(c lake.Cells) bool { return strings.Contains(fmt.Sprint(c), Secret) }
	for _, b := range []string{"", "edits", "sees", "closed"} {
		for rev := lake.Revision(1); rev <= l.Store().Head(); rev++ {
			r, err := l.At(ctx, lake.System, b, rev)
			if err != nil {
				t.Fatal(err)
			}
			list, err := r.GetMany(ctx, "people", keysOf["people"])
			if err != nil {
				t.Fatal(err)
			}
			if holds(list[person].Cells) {
				t.Errorf("%s@%d shows %v", b, rev, list[person].Cells)
			}
			if rev == l.Store().Head() && b != "closed" {
				if _, there := list[person]; there {
					t.Errorf("%s shows the erased record at its head", b)
				}
				if list[friend].Cells["name"] != "friend" {
					t.Errorf("%s lost another record", b)
				}
			}
		}
	}
	for _, rev := range []lake.Revision{l.Store().Head(), l.Store().Head() - 1} {
		if _, err := l.Undo(ctx, lake.System, "main", rev); err == nil {
			t.Errorf("revision %d of an erasure was undone", rev)
		}
	}
	list, err := l.Erasures(ctx)
	if err != nil || len(list) != 1 || list[0].Key != person {
		t.Fatalf("erasures %v %v", list, err)
	}
	put("", "people", person, secret(6)) // as a restored backup would have it
	if n, err := l.ReplayErasures(ctx, list); err != nil || n != 1 {
		t.Fatalf("replayed %d, %v", n, err)
	}
	r, err := l.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.GetMany(ctx, "people", []lake.Key{person}); err != nil || len(got) != 0 {
		t.Errorf("after the replay: %v %v", got, err)
	}
}
