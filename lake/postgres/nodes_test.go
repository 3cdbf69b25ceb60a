package postgres_test

import (
	"path/filepath"
	"slices"
	"testing"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/laketest"
	"headwater/lake/laketest/pgtest"
)

// nodes makes two nodes on one database, each with an engine of its own.
func nodes(t *testing.T) []laketest.Opened {
	url := pgtest.Database(t)
	var out []laketest.Opened
	for range 2 {
		n := open(t, url)
		engine, err := duckdb.Open(filepath.Join(t.TempDir(), "mirror.duckdb"), n.store, duckdb.Options{Policy: laketest.Everyone{}, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = engine.Close() })
		n.UseEngine(engine)
		out = append(out, laketest.Opened{Lake: n.Lake, Store: n.store})
	}
	return out
}

func TestNodes(t *testing.T) {
	list := nodes(t)
	laketest.Nodes(t, list[0], list[1])
	for _, n := range list {
		sameInEngine(t, n)
	}
}

func TestConcurrentNodes(t *testing.T) {
	list := nodes(t)
	laketest.Concurrent(t, list...)
	for _, n := range list {
		sameInEngine(t, n)
	}
}

// TestLawsAcrossNodes: the laws hold when one node goes on where the other one was.
func TestLawsAcrossNodes(t *testing.T) {
	worlds := 2
	if testing.Short() {
		worlds = 1
	}
	var list []laketest.Opened
	laketest.Laws(t, worlds, 300, func(t *testing.T) laketest.Opened {
		list = nodes(t)
		return list[0]
	}, func(t *testing.T, w *laketest.World) {
		laketest.Settle(t, list...)
		for _, n := range list {
			sameInEngine(t, n)
		}
		w.Lake = list[w.Dice.IntN(2)].Lake
	})
}

// sameInEngine compares what a node's engine shows of all open branches with its store.
func sameInEngine(t *testing.T, n laketest.Opened) {
	t.Helper()
	branches, err := n.Lake.Branches(ctx, lake.System, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range branches {
		r, err := n.Lake.At(ctx, lake.System, b.Name, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []lake.EntityName{"companies", "people"} {
			var stored, asked []string
			if err := r.Scan(ctx, e, func(rec lake.Record) error {
				stored = append(stored, string(rec.Key)+" "+string(rec.Cells["name"]))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			a, err := r.Ask(ctx, lake.Question{Entity: e, Fields: []lake.Path{{"name"}}, Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range a.Rows {
				asked = append(asked, string(row.Key)+" "+string(row.Cells[0]))
			}
			slices.Sort(stored)
			slices.Sort(asked)
			if !slices.Equal(stored, asked) {
				t.Errorf("%s of %s: the engine shows %q, the store %q", e, b.Name, asked, stored)
			}
		}
	}
}
