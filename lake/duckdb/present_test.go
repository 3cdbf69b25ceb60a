package duckdb_test

import (
	"fmt"
	"testing"

	"headwater/lake"
	"headwater/lake/duckdb"
)

// A large overlay over files reads the same whether or not it is known that every edit
// has its row: the first time, later, and after the files or the overlay have changed.
func TestLargeOverlayOverFiles(t *testing.T) {
	src := newElsewhere(t)
	base := "SELECT range // 10 AS A, range % 10 AS B, 'item ' || range AS NAME, range * 2 AS PRICE FROM range(1000)"
	src.write("items", "parquet", base)
	l, engine := withSources(t, src, everyRight(), declared())
	declare(t, l, foreignEntity("items", "items", 2, "a integer BIGINT", "b integer BIGINT", "name text VARCHAR", "price integer BIGINT"))
	put := func(key lake.Key, cells lake.Cells) {
		t.Helper()
		write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Put("items", key, cells); return err })
	}
	put("3~1", lake.Cells{"name": "三一"})
	put("99~9", lake.Cells{"name": "last"})
	texts := []string{
		"select count(*), sum(a), sum(b), sum(price) from items",
		"select count(*), min(name), max(name) from items where name not like 'item%'",
		"select id, a, b, name, price, updated_at is null from items where a = 3 and b < 3 order by id",
		"select count(updated_at), count(distinct id), count(*) from items",
		"select a, count(*) from items where a >= 98 group by a order by a",
		"select i.name, j.name from items i join items j on i.price = 2 * j.price where j.a = 3 and j.b = 1",
		"select sum(price) from (select distinct id, price from items)",
	}
	steps := []struct {
		what    string
		change  func()
		present int // overlays whose edits are all known to have their rows
	}{
		{"at first", func() {}, 1},
		{"another edit", func() { put("0~0", lake.Cells{"name": "first"}) }, 2},
		{"rows twice", func() { src.write("items", "parquet", base+" UNION ALL "+base+" WHERE range < 40") }, 3},
		{"a row is gone", func() { src.write("items", "parquet", base+" WHERE range <> 31") }, 3},
		{"the row is back", func() { src.write("items", "parquet", base+" ORDER BY range DESC") }, 4},
		{"a row is deleted here", func() {
			write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Delete("items", "3~2", ""); return err })
		}, 4},
	}
	read := func() (out string) {
		r := at(t, l, boss, "main", 0)
		for _, text := range texts {
			out += fmt.Sprintln(rowsOf(t, r, text))
		}
		return out + askKeys(t, r, lake.Question{Entity: "items", Where: lake.Compare{Path: lake.Path{"a"}, Op: lake.LE, Value: "3"}})
	}
	for _, s := range steps {
		s.change()
		few := read() // base and edits apart, by key
		for i := range 3 {
			if many := duckdb.WithFewKeys(0, read); many != few {
				t.Errorf("%s, reading %d:\n%s\nnot\n%s", s.what, i, many, few)
			}
		}
		if n := duckdb.Present(engine); n != s.present {
			t.Errorf("%s: %d overlays are known to be complete, want %d", s.what, n, s.present)
		}
	}
	if n := duckdb.Unwanted(engine); n != 3 { // the first, the fifth, the seventh
		t.Errorf("%d statements are known to want no cell of an edit, want 3", n)
	}
}
