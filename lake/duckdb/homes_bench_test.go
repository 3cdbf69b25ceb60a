package duckdb_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/sqlite"
)

// overlaidWorld is a foreign table of n rows, as batches or as a file, with one in a
// hundred edited on the branch plan.
func overlaidWorld(t testing.TB, n int, file bool) (*lake.Lake, *elsewhere) {
	src := newElsewhere(t)
	src.exec(fmt.Sprintf(`CREATE TABLE facts AS SELECT range::INTEGER AS ID0, 'name ' || range AS NAME, (range %% 1000)::INTEGER AS G, (range %% 7)::INTEGER AS H, (range * 1.25)::DECIMAL(15,2) AS PRICE, DATE '2020-01-01' + (range %% 900)::INTEGER AS DAY FROM range(%d)`, n))
	if file {
		src.write("facts", "parquet", "FROM facts")
	}
	dir := t.TempDir()
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := duckdb.Open(filepath.Join(dir, "mirror.duckdb"), store, duckdb.Options{Policy: everyRight(), Sources: src})
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: everyRight(), Engine: engine})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close(); store.Close() })
	declare(t, l, foreignEntity("facts", "facts", 1, "id0 integer INTEGER", "name text VARCHAR", "g integer INTEGER", "h integer INTEGER", "price decimal DECIMAL(15,2)", "day date DATE"))
	engines[l] = engine
	b, err := l.CreateBranch(ctx, boss, lake.NewBranch{Name: "plan", Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	ent, _ := at(t, l, boss, "plan", 0).Schema().Entity("facts")
	err = store.Commit(ctx, true, func(tx lake.StoreTx) error {
		rev, err := tx.Begin(lake.RevisionInfo{Branch: b.ID, At: time.Now(), Intent: lake.Intent{Kind: "write"}})
		if err != nil {
			return err
		}
		if err := tx.Ensure(ent.Stored()); err != nil {
			return err
		}
		for i := 0; i < n; i += 100 {
			w := lake.RowWrite{Key: lake.Key(fmt.Sprint(i)), Set: lake.Cells{"price": "1.5", lake.OverlayOp: lake.OpEdit, lake.OverlayTouched: "|price|", lake.OverlayBefore: "{}"}}
			if err := tx.Put(ent.Stored(), b.ID, rev, w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return l, src
}

// BenchmarkOverlay compares full scans with and without an overlay of one row in a
// hundred: the ratio is what a branch over a live home costs.
func BenchmarkOverlay(b *testing.B) {
	text := "select g, h, count(*), sum(price), max(day) from facts group by g, h order by g, h limit 5"
	for _, file := range []bool{false, true} {
		l, _ := overlaidWorld(b, 2_000_000, file)
		for _, branch := range []string{"main", "plan"} {
			r, err := l.At(ctx, boss, branch, 0)
			if err != nil { // the store was written behind the lake's back
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("file=%v/%s", file, branch), func(b *testing.B) {
				for b.Loop() {
					if _, err := run(r, text); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkParquetGroups compares a group-by over a folder of Parquet with the
// database's own reading of it.
func BenchmarkParquetGroups(b *testing.B) {
	src := newElsewhere(b)
	src.files["facts"] = &lake.FileSet{Format: "parquet"}
	for i := range 10 {
		path := filepath.Join(src.dir, fmt.Sprintf("p%d.parquet", i))
		src.exec(fmt.Sprintf("COPY (SELECT range::INTEGER AS ID0, 'n' AS NAME, (range %% 1000)::INTEGER AS G, (range %% 7)::INTEGER AS H, (range * 1.25)::DECIMAL(15,2) AS PRICE FROM range(%d, %d)) TO '%s'", i*1_000_000, (i+1)*1_000_000, path))
		src.files["facts"].Paths = append(src.files["facts"].Paths, path)
	}
	l, _ := withSources(b, src, everyRight(), nil)
	declare(b, l, foreignEntity("facts", "facts", 1, "id0 integer INTEGER", "name text VARCHAR", "g integer INTEGER", "h integer INTEGER", "price decimal DECIMAL(15,2)"))
	r := at(b, l, boss, "main", 0)
	b.Run("lake", func(b *testing.B) {
		for b.Loop() {
			if _, err := run(r, "select g, h, count(*), sum(price) from facts group by g, h order by 1, 2 limit 5"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("alone", func(b *testing.B) {
		for b.Loop() {
			rows, err := src.conn.QueryContext(ctx, "SELECT G, H, count(*), sum(PRICE) FROM read_parquet('"+src.dir+"/*.parquet') GROUP BY G, H ORDER BY 1, 2 LIMIT 5")
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
			}
			rows.Close()
		}
	})
	b.Run("copy", func(b *testing.B) {
		for b.Loop() {
			c, err := engineOf(b, l).Copy(ctx, viewOf(r), "facts", lake.CopyOrder{ID: string(lake.NewKey()), BaseOnly: true})
			if err != nil || c.Rows != 10_000_000 {
				b.Fatal(c, err)
			}
		}
	})
}
