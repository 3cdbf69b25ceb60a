package postgres_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest/pgtest"
)

// stores are what the benchmarks compare.
func stores(b *testing.B, fn func(b *testing.B, l *lake.Lake)) {
	b.Run("postgres", func(b *testing.B) { fn(b, open(b, pgtest.Database(b)).Lake) })
	b.Run("sqlite", func(b *testing.B) { fn(b, lakeOver(b, openSQLite(b, b.TempDir()))) })
}

// BenchmarkNodes creates with four writers on each of two nodes.
func BenchmarkNodes(b *testing.B) {
	url := pgtest.Database(b)
	create(b, 8, open(b, url).Lake, open(b, url).Lake)
}

func BenchmarkCreate(b *testing.B) {
	for _, writers := range []int{1, 8} {
		b.Run(fmt.Sprint(writers, "writers"), func(b *testing.B) {
			stores(b, func(b *testing.B, l *lake.Lake) { create(b, writers, l) })
		})
	}
}

// create spreads writers over nodes.
func create(b *testing.B, writers int, nodes ...*lake.Lake) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for w := range writers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				_, err := nodes[w%len(nodes)].Write(ctx, lake.System, "", func(tx *lake.Tx) error {
					_, err := tx.Create("companies", lake.Cells{"name": "公司", "code": lake.Cell(fmt.Sprint("c", i)), "size": "12"})
					return err
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
}

// BenchmarkChanges reads all changes, as a mirror does when it is built.
func BenchmarkChanges(b *testing.B) {
	stores(b, func(b *testing.B, l *lake.Lake) {
		const n = 100_000
		fill(b, l, n)
		r, err := l.At(ctx, lake.System, "", 0)
		if err != nil {
			b.Fatal(err)
		}
		e, err := r.Schema().Entity("companies")
		if err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for range b.N {
			if err := l.Store().Changes(ctx, e, 0, l.Store().Head(), func(lake.Change) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*n/2/b.Elapsed().Seconds(), "rows/s")
	})
}

// fill inserts companies and people who refer to them, in batches as an import does.
func fill(b *testing.B, l *lake.Lake, n int) {
	const batch = 2000
	for from := 0; from < n; from += batch {
		_, err := l.WriteBatch(ctx, lake.System, "", func(tx *lake.Tx) error {
			for i := from; i < min(from+batch, n); i++ {
				key := lake.Key(fmt.Sprintf("k%09d", i))
				cells := lake.Cells{"name": "公司", "code": lake.Cell(fmt.Sprint("c", i)), "size": "12", "revenue": "1200 CNY", "tier": "gold"}
				if i%2 == 1 {
					cells = lake.Cells{"name": "人", "email": lake.Cell(fmt.Sprintf("p%d@example.com", i)), "company": lake.Cell(fmt.Sprintf("k%09d", i-1))}
					if err := tx.Insert("people", key, cells); err != nil {
						return err
					}
					continue
				}
				if err := tx.Insert("companies", key, cells); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInsert(b *testing.B) {
	stores(b, func(b *testing.B, l *lake.Lake) {
		b.ResetTimer()
		fill(b, l, b.N)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

func BenchmarkGet(b *testing.B) {
	stores(b, func(b *testing.B, l *lake.Lake) {
		const n = 20_000
		fill(b, l, n)
		r, err := l.At(ctx, lake.System, "", 0)
		if err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for i := range b.N {
			if _, err := r.Get(ctx, "companies", lake.Key(fmt.Sprintf("k%09d", i*7919%n&^1))); err != nil {
				b.Fatal(err)
			}
		}
	})
}
