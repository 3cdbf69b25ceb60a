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

func TestTables(t *testing.T) { laketest.Tables(t, open(t, pgtest.Database(t)).store) }

// TestFirstEditElsewhere: a table that one node makes with the first write over a base is
// there for the other one, which reads it and writes to it.
func TestFirstEditElsewhere(t *testing.T) {
	entities, bases := laketest.BasedEntities(lake.Foreign)
	url := pgtest.Database(t)
	var list []laketest.Opened
	for range 2 {
		store, err := postgres.Open(ctx, url, postgres.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		l, err := lake.Open(ctx, lake.Config{Store: store, Engine: bases, Policy: laketest.Everyone{}, Entities: entities})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, laketest.Opened{Lake: l, Store: store})
	}
	var key lake.Key
	for k := range bases.Rows["companies"] {
		key = k
	}
	for i, n := range list {
		size := lake.Cell([]string{"71", "72"}[i])
		_, err := n.Lake.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			_, err := tx.Put("companies", key, lake.Cells{"size": size})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		laketest.Settle(t, list...)
		for _, m := range list {
			r, err := m.Lake.At(ctx, lake.System, "", 0)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := r.Get(ctx, "companies", key); err != nil || got.Cells["size"] != size {
				t.Errorf("after node %d has written, a node reads %q, not %s (%v)", i, got.Cells["size"], size, err)
			}
		}
	}
}
