package sqlite

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
)

// TestPutOffInserts: a long write reads what it inserted, and an insert that fails
// somewhere in the middle fails the whole write, the next one not.
func TestPutOffInserts(t *testing.T) {
	ctx := context.Background()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	l, err := lake.Open(ctx, lake.Config{Store: s, Policy: laketest.Everyone{}, Entities: laketest.Entities()})
	if err != nil {
		t.Fatal(err)
	}
	write := func(n int, again int) error {
		_, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			for i := range n {
				if i == again {
					i = 0
				}
				if err := tx.Insert("companies", lake.Key(fmt.Sprintf("%d of %d", i, n)), lake.Cells{"name": "公司"}); err != nil {
					return err
				}
				if i%500 == 499 {
					if _, err := tx.Get("companies", lake.Key(fmt.Sprintf("%d of %d", i, n))); err != nil {
						return err
					}
				}
			}
			return nil
		})
		return err
	}
	count := func() (n int) {
		r, err := l.At(ctx, lake.System, "", 0)
		if err == nil {
			err = r.Scan(ctx, "companies", func(lake.Record) error { n++; return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	want := 0
	for n := range 6 {
		n = 1 + n*handOver*4/3
		for _, again := range []int{n - 1, n / 2, n / 7} {
			if again > 0 && write(n, again) == nil {
				t.Errorf("the key given twice among %d, at %d, isn't refused", n, again)
			}
			if got := count(); got != want {
				t.Fatalf("a refused write of %d left %d records", n, got-want)
			}
		}
		if err := write(n, -1); err != nil {
			t.Fatal(err)
		}
		if want += n; count() != want {
			t.Errorf("%d of %d records are there", count(), want)
		}
	}
	refused := errors.New("no")
	_, err = l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
		for i := range 10 * handOver {
			if err := tx.Insert("companies", lake.Key(fmt.Sprint("never ", i)), lake.Cells{"name": "公司"}); err != nil {
				return err
			}
		}
		return refused
	})
	if !errors.Is(err, refused) || count() != want {
		t.Errorf("a write that gives up: %v, %d records too many", err, count()-want)
	}
}
