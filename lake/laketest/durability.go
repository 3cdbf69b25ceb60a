package laketest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"headwater/lake"
)

// Concurrent lets eight writers count up one record on a branch, each reading what it
// writes on; no count may be lost. Now and then one of them merges a branch of its own.
// With several nodes, lakes over one workspace, the writers are spread over them.
func Concurrent(t *testing.T, nodes ...Opened) {
	const writers, rounds = 8, 120
	counter := keysOf["companies"][0]
	put := func(l *lake.Lake, branch string, key lake.Key, cells lake.Cells) error {
		_, err := l.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
			_, err := tx.Put("companies", key, cells)
			return err
		})
		return err
	}
	if err := put(nodes[0].Lake, "main", counter, lake.Cells{"name": "counter", "size": "0"}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			own, l := keysOf["companies"][1+w], nodes[w%len(nodes)].Lake
			for i := range rounds {
				if err := countUp(l, counter); err != nil {
					t.Error(err)
				}
				if i%20 == w {
					name := fmt.Sprintf("writer%d-%d", w, i)
					_, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name})
					err = errors.Join(err, put(l, name, own, lake.Cells{"name": lake.Cell(name)}))
					_, merr := l.Merge(ctx, lake.System, name, lake.MergeOptions{Policy: lake.Ask})
					if err = errors.Join(err, merr); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	Settle(t, nodes...)
	for _, n := range nodes {
		r, err := n.Lake.At(ctx, lake.System, "main", 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Get(ctx, "companies", counter)
		if want := lake.Cell(strconv.Itoa(writers * rounds)); err != nil || got.Cells["size"] != want {
			t.Errorf("%d writers counted to %s, not %s (%v)", writers, got.Cells["size"], want, err)
		}
	}
}

func countUp(l *lake.Lake, key lake.Key) error {
	_, err := l.Write(ctx, lake.System, "main", func(tx *lake.Tx) error {
		rec, err := tx.Get("companies", key)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(rec.Cells["size"]))
		if err != nil {
			return err
		}
		_, err = tx.Put("companies", key, lake.Cells{"size": lake.Cell(strconv.Itoa(n + 1))})
		return err
	})
	return err
}
