package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/laketest/pgtest"
	"headwater/lake/postgres"
	"headwater/lake/sqlite"
)

// TestMove: a workspace with a history of everything moves from SQLite to PostgreSQL and
// back, and shows the same at every revision, down to the numbers of the versions.
func TestMove(t *testing.T) {
	dir, url := t.TempDir(), pgtest.Database(t)
	first := lakeOver(t, openSQLite(t, filepath.Join(dir, "first")))
	laketest.Laws(t, 1, 150, func(*testing.T) laketest.Opened { return laketest.Opened{Lake: first, Store: first.Store()} }, nil)
	for i, doc := range []any{"plain", map[string]any{"名": "值", "zero": "a\x00b", "n": 1e21}, nil} {
		if err := first.Store().Registry().Save(ctx, fmt.Sprint("kind", i%2), fmt.Sprint("文", i), doc); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	out, back := filepath.Join(dir, "out.backup"), filepath.Join(dir, "back.backup")
	must(first.Store().Backup(ctx, out))
	must(postgres.Restore(ctx, out, url))
	if err := postgres.Restore(ctx, out, url); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("a workspace must not be written over: %v", err)
	}
	n := open(t, url)
	same(t, first, n.Lake)
	must(n.store.Backup(ctx, back))
	if err := n.store.Backup(ctx, back); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("a file must not be written over: %v", err)
	}
	must(sqlite.Restore(back, filepath.Join(dir, "second")))
	second := lakeOver(t, openSQLite(t, filepath.Join(dir, "second")))
	same(t, first, second)
	ids := map[string]bool{first.Store().Identity(): true, n.store.Identity(): true, second.Store().Identity(): true}
	if len(ids) != 3 {
		t.Errorf("each restore gives a new identity: %v", ids)
	}
	// Life goes on after the last number, on both sides.
	for _, l := range []*lake.Lake{n.Lake, second} {
		rev, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			_, err := tx.Create("companies", lake.Cells{"name": "new"})
			return err
		})
		if err != nil || rev != first.Store().Head()+1 {
			t.Errorf("the next write is revision %d: %v", rev, err)
		}
	}
}

func openSQLite(t testing.TB, dir string) *sqlite.Store {
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		sound(t, s)
		_ = s.Close()
	})
	return s
}

func lakeOver(t testing.TB, s lake.Store) *lake.Lake {
	l, err := lake.Open(ctx, lake.Config{Store: s, Policy: laketest.Everyone{}, Entities: laketest.Entities()})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// same compares all that can be read of two lakes.
func same(t *testing.T, a, b *lake.Lake) {
	t.Helper()
	equal := func(what string, x, y any) {
		t.Helper()
		if !reflect.DeepEqual(x, y) {
			t.Errorf("%s differ:\n%v\n%v", what, x, y)
		}
	}
	equal("heads", a.Store().Head(), b.Store().Head())
	equal("branches", read(t, a.Store().Branches), read(t, b.Store().Branches))
	equal("forks", read(t, a.Store().Forks), read(t, b.Store().Forks))
	equal("documents", documents(t, a), documents(t, b))
	q := lake.RevisionQuery{}
	ra, err := a.Store().Revisions(ctx, q)
	rb, berr := b.Store().Revisions(ctx, q)
	if err = errors.Join(err, berr); err != nil {
		t.Fatal(err)
	}
	equal("revisions", ra, rb)
	for _, branch := range read(t, a.Store().Branches) {
		compared := 0
		for rev := lake.Revision(1); rev <= a.Store().Head(); rev++ {
			x, y := contents(t, a, branch.Name, rev), contents(t, b, branch.Name, rev)
			compared += len(x)
			equal(fmt.Sprintf("%s@%d", branch.Name, rev), x, y)
		}
		t.Logf("%s: %d records at %d revisions", branch.Name, compared, a.Store().Head())
	}
	contentsMain := func(l *lake.Lake) (out []map[string]lake.Record) {
		for rev := lake.Revision(1); rev <= l.Store().Head(); rev++ {
			out = append(out, contents(t, l, "", rev))
		}
		return out
	}
	equal("main", contentsMain(a), contentsMain(b))
	equal("changes", changes(t, a), changes(t, b))
}

func read[T any](t *testing.T, fn func(context.Context) (T, error)) T {
	t.Helper()
	v, err := fn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func contents(t *testing.T, l *lake.Lake, branch string, rev lake.Revision) map[string]lake.Record {
	t.Helper()
	r, err := l.At(ctx, lake.System, branch, rev)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]lake.Record{}
	for _, e := range r.Schema().Entities() {
		if err := r.Scan(ctx, e.Name, func(rec lake.Record) error {
			out[string(e.Name)+" "+string(rec.Key)] = rec
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func changes(t *testing.T, l *lake.Lake) (out []lake.Change) {
	t.Helper()
	r, err := l.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Schema().Entities() {
		if err := l.Store().Changes(ctx, e, 0, l.Store().Head(), func(c lake.Change) error {
			out = append(out, c)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func documents(t *testing.T, l *lake.Lake) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, kind := range []string{"kind0", "kind1"} {
		if err := l.Store().Registry().Each(ctx, kind, func(id string, doc []byte) error {
			if !json.Valid(doc) {
				t.Errorf("document %s is %q", id, doc)
			}
			out[kind+" "+id] = string(doc)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
