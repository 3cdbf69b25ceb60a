package sqlite_test

import (
	"context"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// based opens a lake whose entities have bases that don't change: then all laws hold
// for what is written over them as they hold for native entities.
func based(t *testing.T, kind lake.HomeKind) laketest.Opened {
	dir := t.TempDir()
	entities, bases := laketest.BasedEntities(kind)
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.Open(context.Background(), lake.Config{Store: store, Engine: bases, Policy: laketest.Everyone{}, Entities: entities})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		found, err := store.Check(context.Background())
		if err != nil || len(found) > 0 {
			t.Errorf("check: %v %v", found, err)
		}
		_ = store.Close()
	})
	return laketest.Opened{Lake: l, Store: store, Based: bases, Floats: kind == lake.Foreign}
}

func TestLawsOverForeignBases(t *testing.T) {
	laketest.Laws(t, 10, 350, func(t *testing.T) laketest.Opened { return based(t, lake.Foreign) }, nil)
}

func TestLawsOverClones(t *testing.T) {
	laketest.Laws(t, 10, 350, func(t *testing.T) laketest.Opened { return based(t, lake.Clone) }, nil)
}
