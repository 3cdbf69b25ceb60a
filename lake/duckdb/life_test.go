package duckdb_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// mirrorOf opens a store and an engine over it; both can be closed and opened again.
type mirrorOf struct {
	t        *testing.T
	dir      string
	store    *sqlite.Store
	engine   *duckdb.Engine
	lake     *lake.Lake
	entities []lake.Entity
}

func (m *mirrorOf) open() {
	m.t.Helper()
	var err error
	if m.store == nil {
		if m.store, err = sqlite.Open(m.dir); err != nil {
			m.t.Fatal(err)
		}
	}
	if m.engine, err = duckdb.Open(m.mirror(), m.store, duckdb.Options{Policy: laketest.Everyone{}}); err != nil {
		m.t.Fatal(err)
	}
	if m.lake, err = lake.Open(ctx, lake.Config{Store: m.store, Policy: laketest.Everyone{}, Engine: m.engine, Entities: m.entities}); err != nil {
		m.t.Fatal(err)
	}
}

func (m *mirrorOf) mirror() string { return filepath.Join(m.dir, "m.duckdb") }

func (m *mirrorOf) add(branch string, names ...string) {
	m.t.Helper()
	write(m.t, m.lake, branch, func(tx *lake.Tx) error {
		for _, n := range names {
			if _, err := tx.Create("companies", lake.Cells{"name": lake.Cell(n)}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *mirrorOf) names(branch string) string {
	m.t.Helper()
	return names(ask(m.t, at(m.t, m.lake, lake.System, branch, 0), "companies", ""))
}

func (m *mirrorOf) want(branch, want string) {
	m.t.Helper()
	if got := m.names(branch); got != want {
		m.t.Errorf("%s: %s, want %s", branch, got, want)
	}
}

func (m *mirrorOf) branch(name, from string) {
	m.t.Helper()
	if _, err := m.lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name, From: from}); err != nil {
		m.t.Fatal(err)
	}
}

func companies(t *testing.T) *mirrorOf {
	m := &mirrorOf{t: t, dir: t.TempDir(), entities: laketest.Entities()}
	m.open()
	t.Cleanup(func() {
		_ = m.engine.Close()
		_ = m.store.Close()
	})
	return m
}

func TestMirrorOutlivesItsProcess(t *testing.T) {
	m := companies(t)
	m.add("main", "a", "b")
	m.branch("x", "")
	m.add("x", "c")
	m.branch("y", "x")
	m.add("y", "d")
	m.want("y", "[a b c d]")
	_ = m.engine.Close()
	m.open()
	m.add("main", "e")
	m.want("main", "[a b e]")
	m.want("x", "[a b c]")
	m.want("y", "[a b c d]")
}

func TestDamagedOrForeignMirrorIsBuiltAgain(t *testing.T) {
	for name, spoil := range map[string]func(file string){
		"garbage": func(f string) {
			_ = os.WriteFile(f, []byte("this is no database, it is long enough to be read as one"), 0o600)
		},
		"cut short": func(f string) { _ = os.Truncate(f, 5000) },
		"gone":      func(f string) { _ = os.Remove(f) },
		"foreign": func(f string) {
			other := companies(t)
			other.add("main", "other")
			_ = other.engine.Close()
			b, _ := os.ReadFile(other.mirror())
			_ = os.WriteFile(f, b, 0o600)
			other.open()
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := companies(t)
			m.add("main", "a", "b")
			m.branch("x", "")
			m.add("x", "c")
			m.want("x", "[a b c]")
			_ = m.engine.Close()
			spoil(m.mirror())
			m.open()
			m.want("x", "[a b c]")
			m.want("main", "[a b]")
		})
	}
}

func TestRebuild(t *testing.T) {
	m := companies(t)
	m.add("main", "a")
	m.want("main", "[a]")
	if err := m.engine.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	m.want("main", "[a]")
}

// TestMoreBranchesThanBits: 70 branches, of which 63 have a bit; closing some hands
// their bits to others, and every branch reads right all the time.
func TestMoreBranchesThanBits(t *testing.T) {
	m := companies(t)
	m.add("main", "base")
	rnd := rand.New(rand.NewPCG(3, 3))
	want := map[string]string{}
	var open []string
	for i := range 70 {
		name := fmt.Sprintf("b%02d", i)
		m.branch(name, "")
		open = append(open, name)
		want[name] = "[base]"
		if i%3 == 0 {
			m.add(name, "own "+name)
			want[name] = "[base own " + name + "]"
		}
		m.want(name, want[name])
	}
	for range 40 {
		i := rnd.IntN(len(open))
		if err := m.lake.DiscardBranch(ctx, lake.System, open[i]); err != nil {
			t.Fatal(err)
		}
		delete(want, open[i])
		open = append(open[:i], open[i+1:]...)
	}
	time.Sleep(300 * time.Millisecond)
	m.add("main", "later")
	for range 20 {
		m.branch("n"+fmt.Sprint(len(open)), "")
		name := "n" + fmt.Sprint(len(open))
		open = append(open, name)
		want[name] = "[base later]"
	}
	for name, w := range want {
		m.want(name, w)
	}
	m.want("main", "[base later]")
}

func TestOneNameTwoKinds(t *testing.T) {
	m := companies(t)
	m.branch("x", "")
	for branch, kind := range map[string]lake.Kind{"main": lake.Integer, "x": lake.Text} {
		f := lake.Field{Name: "grade", Kind: kind, Label: lake.Label{ZH: "级", EN: "grade"}, Custom: true}
		if err := m.lake.AddField(ctx, lake.System, branch, "companies", f); err != nil {
			t.Fatal(err)
		}
		write(t, m.lake, branch, func(tx *lake.Tx) error {
			_, err := tx.Create("companies", lake.Cells{"name": lake.Cell(branch), "grade": "10"})
			return err
		})
	}
	if got := names(ask(t, at(t, m.lake, lake.System, "main", 0), "companies", "grade > 9")); got != "[main]" {
		t.Errorf("as a number: %s", got)
	}
	if got := names(ask(t, at(t, m.lake, lake.System, "x", 0), "companies", `grade:"1"`)); got != "[x]" {
		t.Errorf("as a text: %s", got)
	}
	s, err := run(at(t, m.lake, lake.System, "x", 0), "select grade || '!' from companies")
	if err != nil || fmt.Sprint(s.rows) != "[[10!]]" {
		t.Errorf("%v %v", s.rows, err)
	}
}

// TestReadersAndWriters: while one writes pairs, every answer holds whole pairs only.
func TestReadersAndWriters(t *testing.T) {
	m := companies(t)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for {
				select {
				case <-done:
					return
				default:
				}
				r, err := m.lake.At(ctx, lake.System, "main", 0)
				if err != nil {
					t.Error(err)
					return
				}
				a, err := r.Ask(ctx, lake.Question{Entity: "companies", Total: true, Limit: 1000})
				if err != nil || a.Total%2 != 0 || int(a.Total) != len(a.Rows) {
					t.Errorf("half a write: %+v %v", a.Total, err)
					return
				}
			}
		}()
	}
	for i := range 60 {
		m.add("main", fmt.Sprint("p", i), fmt.Sprint("q", i))
	}
	close(done)
	readers.Wait()
}
