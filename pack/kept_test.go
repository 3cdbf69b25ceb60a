package pack_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
	"headwater/pack"
	"headwater/sales"
)

var ctx = context.Background()

// workspace is a lake with packs on a real store.
type workspace struct {
	t    *testing.T
	lake *lake.Lake
	kept *pack.Kept
}

func newWorkspace(t *testing.T) *workspace {
	store, err := sqlite.Open(t.TempDir())
	fine(t, err)
	t.Cleanup(func() { _ = store.Close() })
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: sales.Entities()})
	fine(t, err)
	return &workspace{t, l, pack.NewKept()}
}

func fine(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *workspace) at(branch string) *pack.Library {
	w.t.Helper()
	r, err := w.lake.At(ctx, lake.System, branch, 0)
	fine(w.t, err)
	l, err := w.kept.At(ctx, r)
	fine(w.t, err)
	return l
}

func (w *workspace) write(branch string, fn func(l *pack.Library, tx *lake.Tx) error) error {
	l := w.at(branch)
	_, err := w.lake.Write(ctx, lake.System, branch, func(tx *lake.Tx) error { return fn(l, tx) })
	return err
}

const product = "logical-data-lake"

// segment is the shipped segment "large" with another threshold.
func (w *workspace) segment(branch string, threshold int) pack.Item {
	e, ok := w.at(branch).Entry(product, "segments", "large")
	if !ok {
		w.t.Fatal("no segment large")
	}
	s := e.(pack.Segment)
	s.Threshold = pack.Number(threshold)
	body, err := pack.Encode(s)
	fine(w.t, err)
	return pack.Item{Section: "segments", ID: "large", Body: body}
}

func (w *workspace) threshold(branch string) pack.Number {
	e, _ := w.at(branch).Entry(product, "segments", "large")
	return e.(pack.Segment).Threshold
}

func TestEditOnABranchMerges(t *testing.T) {
	w := newWorkspace(t)
	_, err := w.lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: "try"})
	fine(t, err)
	fine(t, w.write("try", func(l *pack.Library, tx *lake.Tx) error { return l.Put(tx, product, w.segment("try", 70), nil) }))
	if w.threshold("main") != 60 || w.threshold("try") != 70 {
		t.Errorf("main %v, branch %v", w.threshold("main"), w.threshold("try"))
	}
	fine(t, w.write("main", func(l *pack.Library, tx *lake.Tx) error {
		return l.Remove(tx, product, "profiles", firstProfile(t, l), nil)
	}))
	_, err = w.lake.Merge(ctx, lake.System, "try", lake.MergeOptions{Reason: "tried"})
	fine(t, err)
	if w.threshold("main") != 70 || w.at("main").State(product, "segments", "large") != pack.Changed {
		t.Errorf("merged: %v %s", w.threshold("main"), w.at("main").State(product, "segments", "large"))
	}
	keys := 0
	r, err := w.lake.At(ctx, lake.System, "main", 0)
	fine(t, err)
	fine(t, r.Scan(ctx, pack.Items, func(rec lake.Record) error {
		if rec.Cells["item"] == "large" && rec.Cells["title"] != "大型企业 · Large enterprise" {
			t.Errorf("the record is called %q", rec.Cells["title"])
		}
		keys++
		return nil
	}))
	if keys != 2 {
		t.Errorf("%d records", keys)
	}
	fine(t, w.write("main", func(l *pack.Library, tx *lake.Tx) error { return l.Reset(tx, product, "segments", "large", nil) }))
	if w.threshold("main") != 60 || w.at("main").State(product, "segments", "large") != pack.AsShipped {
		t.Error("a reset item isn't as it was shipped")
	}
}

func firstProfile(t *testing.T, l *pack.Library) string {
	p, _ := l.Pack(product)
	if len(p.Profiles) == 0 {
		t.Skip("the pack ships no profile")
	}
	used := map[string]bool{}
	for _, x := range p.Profiles {
		used[x.Previous] = true
	}
	for _, x := range p.Profiles {
		if !used[x.ID] {
			return x.ID
		}
	}
	return ""
}

func TestRemoval(t *testing.T) {
	w := newWorkspace(t)
	needed := w.write("main", func(l *pack.Library, tx *lake.Tx) error { return l.Remove(tx, product, "pains", "silos", nil) })
	if problems, ok := needed.(pack.Problems); !ok || !strings.Contains(problems.Error(), "silos") {
		t.Errorf("what others need was removed: %v", needed)
	}
	mine := pack.Item{Section: "pains", ID: "mine", Body: []byte("id: mine\ntext: {zh: 痛, en: Pain}\ncosts: {zh: 贵, en: Dear}\nneeds: [L01]\n")}
	fine(t, w.write("main", func(l *pack.Library, tx *lake.Tx) error { return l.Put(tx, product, mine, nil) }))
	if w.at("main").State(product, "pains", "mine") != pack.Added {
		t.Error("an added item isn't called so")
	}
	fine(t, w.write("main", func(l *pack.Library, tx *lake.Tx) error { return l.Remove(tx, product, "pains", "mine", nil) }))
	if _, ok := w.at("main").Entry(product, "pains", "mine"); ok {
		t.Error("it is still there")
	}
	wrong := pack.Item{Section: "pains", ID: "mine", Body: []byte("id: mine\ntext: {zh: 痛, en: Pain}\nneeds: [L01, L99]\nprice: 3\n")}
	err := w.write("main", func(l *pack.Library, tx *lake.Tx) error { return l.Put(tx, product, wrong, nil) })
	problems, ok := err.(pack.Problems)
	if !ok || len(problems) != 3 {
		t.Fatalf("not all is told: %v", err)
	}
	for _, p := range problems {
		if p.File != "pains/mine" || p.Line == 0 || p.Key == "" || p.Expected.EN == "" {
			t.Errorf("unclear: %+v", p)
		}
	}
}

// A record that somebody broke costs its own change only.
func TestBrokenRecordIsToleratedAndTold(t *testing.T) {
	w := newWorkspace(t)
	fine(t, w.write("main", func(l *pack.Library, tx *lake.Tx) error { return l.Put(tx, product, w.segment("main", 70), nil) }))
	fine(t, w.write("main", func(_ *pack.Library, tx *lake.Tx) error {
		_, err := tx.Put(pack.Items, lake.NewKey(), lake.Cells{"title": "x", "pack": product, "section": "pains", "item": "silos", "body": "id: [broken"})
		return err
	}))
	l := w.at("main")
	if len(l.Problems) == 0 || !strings.HasPrefix(l.Problems[0].File, product+"/pains/silos") {
		t.Errorf("problems %v", l.Problems)
	}
	if _, ok := l.Entry(product, "pains", "silos"); !ok || w.threshold("main") != 70 {
		t.Error("a broken record takes more with it than its own change")
	}
}

// Whatever was edited, a pack that is exported and taken in elsewhere is the same pack;
// taking it in again changes nothing.
func TestExportedEditsComeBack(t *testing.T) {
	a, b := newWorkspace(t), newWorkspace(t)
	for seed := range uint64(4) {
		rnd := rand.New(rand.NewPCG(seed, 4))
		for range 1 + rnd.IntN(4) {
			edit, n := rnd.IntN(3), 1+rnd.IntN(3)
			fine(t, a.write("main", func(l *pack.Library, tx *lake.Tx) error {
				switch edit {
				case 0:
					return l.Put(tx, product, a.segment("main", 1+rnd.IntN(100)), nil)
				case 1:
					body := fmt.Sprintf("id: mine%d\ntext: {zh: 痛%d, en: Pain}\ncosts: {zh: 贵, en: Dear}\nneeds: [L0%d]\n", n, n, n)
					return l.Put(tx, product, pack.Item{Section: "pains", ID: fmt.Sprintf("mine%d", n), Body: []byte(body)}, nil)
				}
				return l.Remove(tx, product, "routes", "industries", nil)
			}))
		}
		mine, _ := a.at("main").Pack(product)
		data, err := pack.ExportZip(mine)
		fine(t, err)
		read, err := pack.LoadZip(data, pack.Options{Others: b.at("main").Packs()})
		fine(t, err)
		for try := range 2 { // the second time there is nothing to write
			fine(t, b.write("main", func(l *pack.Library, tx *lake.Tx) error {
				n, err := l.PutPack(tx, read)
				if try == 1 && n > 0 {
					t.Errorf("seed %d: taking it in again wrote %d items", seed, n)
				}
				return err
			}))
		}
		theirs, _ := b.at("main").Pack(product)
		if !reflect.DeepEqual(bodies(mine), bodies(theirs)) {
			t.Errorf("seed %d: the packs differ", seed)
		}
		for _, w := range []*workspace{a, b} {
			fine(t, w.write("main", func(l *pack.Library, tx *lake.Tx) error { _, err := l.DropPack(tx, product); return err }))
		}
		again, _ := b.at("main").Pack(product)
		shipped, err := pack.Shipped(pack.Options{})
		fine(t, err)
		for _, p := range shipped {
			if p.Meta.ID == product && !reflect.DeepEqual(p, again) {
				t.Errorf("seed %d: a dropped pack isn't as it was shipped", seed)
			}
		}
	}
}

// bodies are the items of a pack by section and id.
func bodies(p *pack.Pack) map[string]string {
	out := map[string]string{}
	items, _ := pack.Split(p)
	for _, i := range items {
		out[i.Section+"/"+i.ID] = string(i.Body)
	}
	return out
}
