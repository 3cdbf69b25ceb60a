package postgres_test

import (
	"bytes"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/laketest/pgtest"
	"headwater/lake/postgres"
)

// based opens a lake whose entities have bases that don't change: then all laws hold
// for what is written over them as they hold for native entities.
func based(t *testing.T, kind lake.HomeKind) laketest.Opened {
	entities, bases := laketest.BasedEntities(kind)
	store, err := postgres.Open(ctx, pgtest.Database(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		sound(t, store)
		_ = store.Close()
	})
	l, err := lake.Open(ctx, lake.Config{Store: store, Engine: bases, Policy: laketest.Everyone{}, Entities: entities})
	if err != nil {
		t.Fatal(err)
	}
	return laketest.Opened{Lake: l, Store: store, Based: bases, Floats: kind == lake.Foreign}
}

func TestLawsOverBases(t *testing.T) {
	for _, kind := range []lake.HomeKind{lake.Foreign, lake.Clone} {
		t.Run(string(kind), func(t *testing.T) {
			laketest.Laws(t, 2, 250, func(t *testing.T) laketest.Opened { return based(t, kind) }, nil)
		})
	}
}

// TestErase is law 9: what was erased is in no revision, on no branch, and in no table.
func TestErase(t *testing.T) {
	n := open(t, pgtest.Database(t))
	laketest.Erase(t, n.Lake)
	branches, err := n.store.Branches(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range append(branches, lake.Branch{}) {
		for rev := lake.Revision(1); rev <= n.store.Head(); rev++ {
			for key, rec := range contents(t, n.Lake, b.Name, rev) {
				for _, v := range rec.Cells {
					if bytes.Contains([]byte(v), []byte(laketest.Secret)) {
						t.Errorf("%s@%d shows %s of %s still", b.Name, rev, v, key)
					}
				}
			}
		}
	}
}
