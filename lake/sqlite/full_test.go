package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
)

// TestFullDisk: when the disk is full, writers are told so, nothing acknowledged is
// lost, nothing half is left, and writing goes on once there is room.
func TestFullDisk(t *testing.T) {
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
	room := func(pages int) {
		if _, err := s.commits.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	write := func() error {
		_, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			k, err := tx.Create("companies", lake.Cells{"name": lake.Cell(strings.Repeat("满", 2000))})
			if err != nil {
				return err
			}
			_, err = tx.Create("people", lake.Cells{"name": "一", "company": lake.Cell(k)})
			return err
		})
		return err
	}
	room(120)
	var mu sync.Mutex
	acknowledged, full := 0, 0
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				err := write()
				mu.Lock()
				switch {
				case err == nil:
					acknowledged++
				case errors.Is(err, lake.ErrFull):
					full++
				default:
					t.Errorf("a full disk must be said to be full, not %v", err)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if full == 0 {
		t.Fatal("the disk never got full")
	}
	room(1 << 30)
	if err := write(); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	companies, people := 0, 0
	r, err := l.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(r.Scan(ctx, "companies", func(lake.Record) error { companies++; return nil }),
		r.Scan(ctx, "people", func(lake.Record) error { people++; return nil }))
	if err != nil || companies != acknowledged+1 || people != companies {
		t.Errorf("%d acknowledged; %d companies and %d people are there (%v)", acknowledged+1, companies, people, err)
	}
	if found, err := s.Check(ctx); err != nil || len(found) > 0 {
		t.Errorf("check: %v %v", found, err)
	}
}
