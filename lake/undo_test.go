package lake_test

import (
	"fmt"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
)

// An import of many records, whose children came in earlier revisions than their
// parents, is undone in parts and leaves nothing.
func TestUndoOfAKnottedImport(t *testing.T) {
	l := start(t)
	p := lake.System
	key := func(e string, n int) lake.Key { return lake.Key(fmt.Sprintf("019a0000-0000-7000-8000-%s%011d", e, n)) }
	batch := func(fn func(tx *lake.Tx) error) {
		t.Helper()
		if _, err := l.WriteBatch(t.Context(), p, "", func(tx *lake.Tx) error {
			tx.SetIntent(lake.Intent{Kind: "import", Import: "many"})
			return fn(tx)
		}); err != nil {
			t.Fatal(err)
		}
	}
	const n = 4000
	for part := range 2 {
		batch(func(tx *lake.Tx) error {
			for i := range n {
				if err := tx.Insert("companies", key("c", part*n+i), lake.Cells{"name": "c"}); err != nil {
					return err
				}
				if err := tx.Insert("people", key("d", part*n+i), lake.Cells{"name": "p", "company": lake.Cell(key("c", i))}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	batch(func(tx *lake.Tx) error { // the first batch's companies belong to one of the second
		for i := range n {
			if _, err := tx.Put("companies", key("c", i), lake.Cells{"parent": lake.Cell(key("c", 2*n-1))}); err != nil {
				return err
			}
		}
		return nil
	})
	batch(func(tx *lake.Tx) error {
		_, err := tx.Put("companies", key("c", 2*n-1), lake.Cells{"rate": "1"})
		return err
	})
	res, err := l.UndoImport(t.Context(), p, "", "many")
	if err != nil || len(res.Kept) > 0 {
		t.Fatalf("%v, kept %d", err, len(res.Kept))
	}
	r, err := l.At(t.Context(), p, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range laketest.Entities() {
		left := 0
		if err := r.Scan(t.Context(), e.Name, func(lake.Record) error { left++; return nil }); err != nil || left > 0 {
			t.Errorf("%d %s are left, %v", left, e.Name, err)
		}
	}
}
