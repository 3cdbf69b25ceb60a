package profile_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/filter"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
	"headwater/pack"
	"headwater/sales"
	"headwater/sales/profile"
)

var ctx = context.Background()

// world is a lake on a real store with its engine.
type world struct {
	t    testing.TB
	dir  string
	lake *lake.Lake
}

func newWorld(t testing.TB) *world {
	dir := t.TempDir()
	store, err := sqlite.Open(dir)
	must(t, err)
	engine, err := duckdb.Open(filepath.Join(dir, "mirror.duckdb"), store, duckdb.Options{Policy: laketest.Everyone{}, Threads: 2})
	must(t, err)
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Engine: engine, Entities: sales.Entities()})
	must(t, err)
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
		_ = store.Close()
	})
	return &world{t, dir, l}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// on writes as of a day.
func (w *world) on(day string, fn func(tx *lake.Tx) error) {
	w.t.Helper()
	_, err := w.lake.Write(ctx, lake.System, lake.MainName, func(tx *lake.Tx) error {
		tx.Dated(date(day))
		return fn(tx)
	})
	must(w.t, err)
}

func date(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }

var today = date("2026-11-21")

func (w *world) now() *lake.Reader {
	r, err := w.lake.At(ctx, lake.System, lake.MainName, 0)
	must(w.t, err)
	return r
}

// then is the lake on a day, nil where it doesn't reach back.
func (w *world) then(day string) *lake.Reader {
	rev, err := w.lake.RevisionAt(ctx, date(day))
	if err != nil || rev == 0 {
		return nil
	}
	r, err := w.lake.At(ctx, lake.System, lake.MainName, rev)
	must(w.t, err)
	return r
}

func env() filter.Env { return filter.Env{Now: today} }

func condition(id, text string, weight float64) pack.Condition {
	return pack.Condition{ID: id, If: text, Weight: pack.Number(weight), Why: pack.Text{ZH: "因为", EN: "because"}}
}

func definition(id string, threshold float64, list ...pack.Condition) profile.Definition {
	return profile.Definition{ID: id, Version: "1.0", Name: pack.Text{ZH: id, EN: id}, Conditions: list, Threshold: pack.Number(threshold)}
}
