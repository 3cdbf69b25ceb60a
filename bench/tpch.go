package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"headwater/lake"
)

var errNoData = errors.New("skipped: no data folder (HEADWATER_DATA)")

// tpch is the public benchmark's data at scale 0.1, its 22 queries and the answers to
// them over exactly this data.
type tpch struct {
	dir     string // of the Parquet files
	queries []tpchQuery
}

type tpchQuery struct {
	name, text string
	answer     [][]string
}

var tpchTables = map[string][]lake.FieldName{
	"region": {"r_regionkey"}, "nation": {"n_nationkey"}, "supplier": {"s_suppkey"}, "customer": {"c_custkey"}, "part": {"p_partkey"},
	"partsupp": {"ps_partkey", "ps_suppkey"}, "orders": {"o_orderkey"}, "lineitem": {"l_orderkey", "l_linenumber"},
}

func readTPCH() (*tpch, error) {
	dir := filepath.Join(os.Getenv("HEADWATER_DATA"), "tpch")
	if _, err := os.Stat(dir); os.Getenv("HEADWATER_DATA") == "" || err != nil {
		return nil, errNoData
	}
	t := &tpch{dir: absolute(filepath.Join(dir, "sf0.1_parquet"))}
	for i := range 22 {
		q := tpchQuery{name: fmt.Sprintf("q%02d", i+1)}
		text, err := os.ReadFile(filepath.Join(dir, "queries", q.name+".sql"))
		if err != nil {
			return nil, err
		}
		q.text = strings.TrimRight(string(text), "; \n")
		if q.answer, err = readAnswer(filepath.Join(dir, "answers", "sf0.1", q.name+".csv")); err != nil {
			return nil, err
		}
		t.queries = append(t.queries, q)
	}
	return t, nil
}

func readAnswer(path string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '|'
	list, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list[1:], nil
}

func (t *tpch) file(table string) string { return filepath.Join(t.dir, table+".parquet") }

// inFiles declares tables over the Parquet files, all of them but some.
func (t *tpch) inFiles(ctx context.Context, h *house, but ...string) error {
	if err := h.connect(ctx, "files", folder(t.dir)); err != nil {
		return err
	}
	for table, key := range tpchTables {
		if strings.Contains(strings.Join(but, " "), table) {
			continue
		}
		if err := h.declare(ctx, lake.EntityName(table), "files", table+".parquet", key...); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

// correct asks all queries through the lake and compares the answers.
func (t *tpch) correct(ctx context.Context, h *house) error {
	for _, q := range t.queries {
		got, err := h.sql(ctx, lake.MainName, q.text)
		if err == nil {
			err = equal(got, q.answer)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return nil
}

// useTPCH is a house over the tables: in files, or mixed.
func (b *bench) useTPCH(ctx context.Context, t *tpch, where string, lay func(context.Context, *house) error) (*house, error) {
	if h := b.outer.houses[where]; h != nil {
		return h, nil
	}
	h, err := b.newHouse(ctx, "tpch-"+where)
	if err != nil {
		return nil, err
	}
	if b.outer.houses == nil {
		b.outer.houses = map[string]*house{}
	}
	b.outer.houses[where] = h
	if err := lay(ctx, h); err != nil {
		return nil, err
	}
	return h, t.correct(ctx, h)
}

func (b *bench) tpchInFiles(ctx context.Context, t *tpch) (*house, error) {
	return b.useTPCH(ctx, t, "files", func(ctx context.Context, h *house) error { return t.inFiles(ctx, h) })
}

// compareQueries asks each query of all in turns. It gives the totals of the medians,
// what each saw, and the highest ratio of the last to the first.
func (t *tpch) compareQueries(rounds int, numbers map[string]float64, names []string, sides ...func(text string) func() error) (totals []float64, worst worstOf, err error) {
	totals, best := make([]float64, len(sides)), make([]float64, len(sides))
	for _, q := range t.queries {
		runs := make([]func() error, len(sides))
		for i, s := range sides {
			runs[i] = s(q.text)
		}
		seen, err := inTurns(rounds, 1, runs...)
		if err != nil {
			return nil, worst, fmt.Errorf("%s: %w", q.name, err)
		}
		for i := range seen {
			totals[i] += seen[i].p50()
			best[i] += seen[i].at(0)
			numbers[q.name+": "+names[i]] = seen[i].p50()
		}
		worst.note(q.name, seen[len(seen)-1].p50(), seen[0].p50())
	}
	for i, name := range names {
		numbers["total: "+name], numbers["total of the best: "+name] = totals[i], best[i]
	}
	return totals, worst, nil
}

func (h *house) side(ctx context.Context) func(text string) func() error {
	return func(text string) func() error { return h.reads(ctx, lake.MainName, text) }
}

func runTPCH(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	t, err := readTPCH()
	if err != nil {
		return skippedWithout(err, res)
	}
	h, err := b.tpchInFiles(ctx, t)
	if err != nil {
		return res, err
	}
	alone, err := b.tpchAlone(ctx, t)
	if err != nil {
		return res, err
	}
	totals, worst, err := t.compareQueries(9, res.numbers, []string{"DuckDB alone", "lake"}, alone, h.side(ctx))
	if err != nil {
		return res, err
	}
	r := totals[1] / totals[0]
	res.measured = fmt.Sprintf("%s (%s; worst %s %.2f); every answer equal", ratio(r), ms(totals[1]), worst.name, worst.ratio)
	res.rival, res.ok = "DuckDB alone "+ms(totals[0]), r <= 1.5
	return res, nil
}

// tpchAlone is DuckDB with a view per file.
func (b *bench) tpchAlone(ctx context.Context, t *tpch) (func(text string) func() error, error) {
	db, err := b.alone()
	if err != nil {
		return nil, err
	}
	for table := range tpchTables {
		if _, err := db.ExecContext(ctx, "CREATE OR REPLACE VIEW "+table+" AS SELECT * FROM read_parquet('"+strings.ReplaceAll(t.file(table), "'", "''")+"')"); err != nil {
			return nil, err
		}
	}
	db.SetMaxIdleConns(runtime.GOMAXPROCS(0))
	return func(text string) func() error {
		return func() error { _, err := all(ctx, db, text); return err }
	}, nil
}

func runMixed(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	t, err := readTPCH()
	if err != nil {
		return skippedWithout(err, res)
	}
	h, err := b.tpchInFiles(ctx, t)
	if err != nil {
		return res, err
	}
	mixed, err := b.tpchMixed(ctx, t)
	if err != nil {
		return skippedWithout(err, res)
	}
	totals, worst, err := t.compareQueries(5, res.numbers, []string{"Parquet", "mixed"}, h.side(ctx), mixed.side(ctx))
	if err != nil {
		return res, err
	}
	r := totals[1] / totals[0]
	res.measured = fmt.Sprintf("%s (%s; worst %s %.2f); every answer equal", ratio(r), ms(totals[1]), worst.name, worst.ratio)
	res.rival, res.ok = "all in Parquet "+ms(totals[0]), r <= 5
	return res, nil
}
