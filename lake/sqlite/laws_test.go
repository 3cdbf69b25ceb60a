package sqlite_test

import (
	"context"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// open makes a lake over a fresh directory.
func open(t *testing.T) laketest.Opened {
	dir := t.TempDir()
	var store *sqlite.Store
	start := func() *lake.Lake {
		var err error
		if store, err = sqlite.Open(dir); err != nil {
			t.Fatal(err)
		}
		l, err := lake.Open(context.Background(), lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: laketest.Entities()})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	o := laketest.Opened{Lake: start()}
	o.Store = store
	t.Cleanup(func() {
		found, err := store.Check(context.Background())
		if err != nil || len(found) > 0 {
			t.Errorf("check: %v %v", found, err)
		}
		_ = store.Close()
	})
	return o
}

func TestLaws(t *testing.T) {
	laketest.Laws(t, 24, 450, open, nil)
}
