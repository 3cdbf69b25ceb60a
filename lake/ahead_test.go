package lake_test

import (
	"context"
	"strconv"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// asked counts how often bases are asked for records.
type asked struct {
	*laketest.Bases
	times int
}

func (a *asked) Base(ctx context.Context, v lake.View, e lake.EntityName, q lake.BaseQuery, fn func(lake.Record) error) error {
	a.times++
	return a.Bases.Base(ctx, v, e, q, fn)
}

// Writes that were announced ask their source a thousand records at a time, and so do
// merges and the check of references; what is written is the same.
func TestBasesAreReadAhead(t *testing.T) {
	const n = 2500
	label := lake.Label{ZH: "货", EN: "item"}
	home := lake.Home{Kind: lake.Foreign, Source: "erp", Table: "items", Key: []lake.FieldName{"id_no"}}
	items := lake.Entity{Name: "items", Label: label, Plural: label, Title: "name", Home: home, Fields: []lake.Field{{Name: "id_no", Kind: lake.Integer}, {Name: "name", Kind: lake.Text}, {Name: "next", Kind: lake.Reference, Target: "items"}}}
	bases := &asked{Bases: &laketest.Bases{Rows: map[lake.EntityName]map[lake.Key]lake.Cells{"items": {}}}}
	var keys []lake.Key
	for i := range n + n {
		k := lake.Key(strconv.Itoa(i))
		keys = append(keys, k)
		if i < n { // the others aren't in the source
			bases.Rows["items"][k] = lake.Cells{"id_no": lake.Cell(k), "name": "part"}
		}
	}
	store, err := sqlite.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: []lake.Entity{items}, Engine: bases})
	if err != nil {
		t.Fatal(err)
	}
	newBranch(t, l, "b")
	count := func(what string, most int, fn func() error) {
		t.Helper()
		bases.times = 0
		if err := fn(); err != nil {
			t.Fatal(err)
		}
		if bases.times > most {
			t.Errorf("%s asks the source %d times, not %d at most", what, bases.times, most)
		}
	}
	outcomes := map[lake.Outcome]int{}
	count("writing 5,000 records", 6, func() error {
		_, err := l.Write(ctx, lake.System, "b", func(tx *lake.Tx) error {
			tx.Expect("items", keys)
			for i, k := range keys {
				if _, err := tx.Get("items", k); (err == nil) != (i < n) {
					t.Fatalf("%s reads %v", k, err)
				}
				o, err := tx.Put("items", k, lake.Cells{"name": "part", "next": lake.Cell(keys[len(keys)-1-i])})
				if err != nil {
					return err
				}
				outcomes[o]++
				rec, err := tx.Get("items", k)
				if err != nil || rec.Cells["next"] == "" || rec.Cells["name"] != "part" {
					t.Fatalf("%s reads its own write as %v (%v)", k, rec.Cells, err)
				}
			}
			return nil
		})
		return err
	})
	if outcomes[lake.Inserted] != n || outcomes[lake.Updated] != n {
		t.Errorf("the writes came to %v", outcomes)
	}
	count("merging them", 30, func() error {
		_, err := l.Merge(ctx, lake.System, "b", lake.MergeOptions{Policy: lake.Ask})
		return err
	})
	if got := read(t, l, "", "7"); got["next"] != lake.Cell(keys[len(keys)-8]) || got["name"] != "part" {
		t.Errorf("main reads %v", got)
	}
	if got := read(t, l, "", keys[n+3]); got["name"] != "part" {
		t.Errorf("main reads %v", got)
	}
	count("deleting them", 12, func() error {
		_, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			tx.Expect("items", keys)
			for _, k := range keys {
				if _, err := tx.Delete("items", k, ""); err != nil {
					return err
				}
			}
			return nil
		})
		return err
	})
	if got := read(t, l, "", "7"); got != nil {
		t.Errorf("main still reads %v", got)
	}
}

// Native records that were read ahead show what the transaction itself has made of them
// since, by whatever way.
func TestExpectedRecordsShowOwnWrites(t *testing.T) {
	l := start(t)
	p := lake.System
	key := func(n int) lake.Key { return lake.Key("019a0000-0000-7000-8000-00000000000" + strconv.Itoa(n)) }
	put(t, l, p, "", "companies", key(1), lake.Cells{"name": "one"})
	put(t, l, p, "", "companies", key(2), lake.Cells{"name": "two", "parent": lake.Cell(key(1))})
	put(t, l, p, "", "companies", key(3), lake.Cells{"name": "three", "parent": lake.Cell(key(2))})
	_, err := l.Write(ctx, p, "", func(tx *lake.Tx) error {
		tx.Expect("companies", []lake.Key{key(1), key(2), key(3), key(4)})
		see := func(n int, field lake.FieldName, want lake.Cell) {
			t.Helper()
			rec, err := tx.Get("companies", key(n))
			if err != nil || rec.Cells[field] != want {
				t.Errorf("%d reads %q, not %q (%v)", n, rec.Cells[field], want, err)
			}
		}
		see(1, "name", "one")
		see(2, "parent", lake.Cell(key(1)))
		if _, err := tx.Put("companies", key(2), lake.Cells{"name": "zwei"}); err != nil {
			return err
		}
		see(2, "name", "zwei")
		if _, err := tx.Delete("companies", key(1), lake.Clear); err != nil { // 2 loses its parent
			return err
		}
		see(2, "parent", "")
		if _, err := tx.Get("companies", key(1)); err == nil {
			t.Error("a deleted record is read")
		}
		if _, err := tx.Get("companies", key(4)); err == nil {
			t.Error("a record is read that isn't there")
		}
		if o, err := tx.Put("companies", key(4), lake.Cells{"name": "four"}); err != nil || o != lake.Inserted {
			t.Errorf("put: %s %v", o, err)
		}
		see(4, "name", "four")
		see(3, "parent", lake.Cell(key(2)))
		if o, err := tx.Put("companies", key(3), lake.Cells{"name": "three"}); err != nil || o != lake.Unchanged {
			t.Errorf("put: %s %v", o, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tryPut(l, p, "", "companies", key(3), lake.Cells{"parent": lake.Cell(key(9))}); err == nil {
		t.Error("a reference to nothing is written")
	}
}
