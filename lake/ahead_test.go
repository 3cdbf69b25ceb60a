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
