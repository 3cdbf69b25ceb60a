package lake_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"headwater/lake"
)

// What a reader sees at the head is what a later reader of the same revision sees.
func TestReadersNeverSeeHalfARefresh(t *testing.T) {
	l := start(t)
	put(t, l, boss, "", "companies", "c", lake.Cells{"name": "甲", "size": "0"})
	branch(t, l, boss, "b", "")
	put(t, l, boss, "b", "companies", "d", lake.Cells{"name": "乙"})
	size := func(rev lake.Revision) (lake.Revision, lake.Cell) {
		r, err := l.At(ctx, boss, "b", rev)
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		rec, err := r.Get(ctx, "companies", "c")
		if err != nil {
			t.Error(err)
		}
		return r.Revision(), rec.Cells["size"]
	}
	var done atomic.Bool
	var readers sync.WaitGroup
	seen := make([]map[lake.Revision]lake.Cell, 2)
	for i := range seen {
		seen[i] = map[lake.Revision]lake.Cell{}
		readers.Go(func() {
			for !done.Load() {
				rev, v := size(0)
				seen[i][rev] = v
			}
		})
	}
	for i := range 40 {
		put(t, l, boss, "", "companies", "c", lake.Cells{"size": lake.Cell(fmt.Sprint(i + 1))})
		if _, err := l.Refresh(ctx, boss, "b", lake.MergeOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	done.Store(true)
	readers.Wait()
	for _, m := range seen {
		for rev, v := range m {
			if _, now := size(rev); now != v {
				t.Errorf("revision %d read %s at its time, and %s now", rev, v, now)
			}
		}
	}
}
