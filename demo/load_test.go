package demo_test

import (
	"context"
	"testing"
	"time"

	"headwater/access"
	"headwater/demo"
	"headwater/lake"
	"headwater/lake/sqlite"
	"headwater/sales"
)

func TestFillAnEmptyWorkspace(t *testing.T) {
	ctx := context.Background()
	store, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	a, err := access.Open(ctx, access.Config{Registry: store.Registry()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: a, Entities: sales.Entities()})
	if err != nil {
		t.Fatal(err)
	}
	began, today := time.Now(), time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	if err := demo.Fill(ctx, demo.Workspace{Lake: l, Access: a}, today); err != nil {
		t.Fatal(err)
	}
	t.Logf("filled in %s", time.Since(began))
	if a.SetupNeeded() || !a.Workspace().Demo || len(a.All()) != 13 {
		t.Errorf("setup needed %v, workspace %+v, %d people", a.SetupNeeded(), a.Workspace(), len(a.All()))
	}
	if _, err := a.ByEmail(demo.OwnerEmail); err != nil {
		t.Error(err)
	}
	checkStageHistory(t, l, store)
	if wrong, err := store.Check(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("check: %v, %v", wrong, err)
	}
}

// checkStageHistory expects each deal's stages as versions of their own, dated as in
// the story.
func checkStageHistory(t *testing.T, l *lake.Lake, store *sqlite.Store) {
	t.Helper()
	ctx := context.Background()
	e, err := lake.NewSchema(sales.Entities()).Entity("deals")
	if err != nil {
		t.Fatal(err)
	}
	lineage := lake.Lineage{{Branch: lake.Main, Upto: store.Head()}}
	stages := map[lake.Key]int{}
	err = store.Changes(ctx, e, 0, store.Head(), func(c lake.Change) error {
		if c.Cells["stage"] != "" {
			stages[c.Key]++
		}
		return nil
	})
	if err != nil || len(stages) != 700 {
		t.Fatalf("%d deals, %v", len(stages), err)
	}
	versions, dated := 0, 0
	for key, n := range stages {
		versions += n
		list, err := store.History(ctx, e, lineage, key)
		if err != nil {
			t.Fatal(err)
		}
		first, err := store.Revision(ctx, list[0].Rev)
		if err != nil {
			t.Fatal(err)
		}
		if gap := first.At.Sub(key.CreatedAt()); gap >= -time.Millisecond && gap < 17*24*time.Hour {
			dated++
		}
	}
	if versions < 2500 || dated != 700 {
		t.Errorf("%d versions, %d deals begin when they did", versions, dated)
	}
}
