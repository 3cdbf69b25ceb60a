package laketest

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"headwater/lake"
)

// Opened is a lake under test; Reopen closes it and opens the same contents again.
type Opened struct {
	Lake   *lake.Lake
	Store  lake.Store
	Reopen func() *lake.Lake
	// Based are the bases that the entities of the laws have, nil: they are native. The
	// past of bases that float can't be read.
	Based  *Bases
	Floats bool
}

// Seed is the seed of this run: HEADWATER_SEED, or the clock. It is printed, so that a
// failure can be repeated.
func Seed(t testing.TB) uint64 {
	if s := os.Getenv("HEADWATER_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return uint64(time.Now().UnixNano())
}

// Laws runs random operations on a lake and on the model, and compares all that can
// be read. check, when given, compares more (an engine) now and then.
func Laws(t *testing.T, worlds, steps int, open func(t *testing.T) Opened, check func(t *testing.T, w *World)) {
	seed := Seed(t)
	t.Logf("seed %d: %d worlds of %d operations (repeat with HEADWATER_SEED)", seed, worlds, steps)
	for i := range worlds {
		t.Run(fmt.Sprintf("world%d", i), func(t *testing.T) {
			w := newWorld(t, seed+uint64(i), open(t))
			for range steps {
				w.step()
				if w.Dice.chance(4) {
					w.compare()
					if check != nil {
						check(t, w)
					}
				}
				if t.Failed() {
					t.Fatalf("seed %d, after:\n%s", seed+uint64(i), w.tail())
				}
			}
			w.comparePast()
		})
	}
}

// World is one lake beside its model.
type World struct {
	t        *testing.T
	opened   Opened
	Lake     *lake.Lake
	Dice     dice
	main     *branchModel
	branches []*branchModel
	log      []string
	made     int
	rules    []*lake.Entity // as the lake began
	undoable []done
}

type done struct {
	branch        *branchModel
	rev           lake.Revision
	before, after *state
}

func newWorld(t *testing.T, seed uint64, o Opened) *World {
	w := &World{t: t, opened: o, Lake: o.Lake, Dice: newDice(seed)}
	first := &state{rows: map[rowKey]lake.Cells{}, fields: map[fieldKey]lake.Kind{}}
	r, err := o.Lake.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Schema().Entities() {
		for _, f := range e.Fields {
			first.fields[fieldKey{e.Name, f.Name}] = f.Kind
		}
	}
	if o.Based != nil {
		for e, rows := range o.Based.Rows {
			for k, c := range rows {
				first.rows[rowKey{e, k}] = lake.Cells{}
				first.set(rowKey{e, k}, c)
			}
		}
	}
	w.rules = r.Schema().Entities()
	w.main = &branchModel{name: lake.MainName, open: true, own: map[rowKey]bool{}, history: []snapshot{{o.Store.Head(), first}}}
	w.branches = []*branchModel{w.main}
	return w
}

func (w *World) note(format string, args ...any) { w.log = append(w.log, fmt.Sprintf(format, args...)) }

func (w *World) tail() string {
	out := ""
	for _, l := range w.log[max(0, len(w.log)-25):] {
		out += l + "\n"
	}
	return out
}

func (w *World) openBranch() *branchModel {
	var open []*branchModel
	for _, b := range w.branches {
		if b.open {
			open = append(open, b)
		}
	}
	return pick(w.Dice, open)
}

var ctx = context.Background()

// compare reads every open branch as it is now.
func (w *World) compare() {
	for _, b := range w.branches {
		if b.open {
			w.compareAt(b, 0, b.head())
		}
	}
	if w.Dice.chance(25) {
		w.comparePast()
	}
}

// comparePast reads random past revisions (laws 1 and 2).
func (w *World) comparePast() {
	if w.opened.Floats {
		return
	}
	for range 6 {
		b := pick(w.Dice, w.branches)
		low, high := b.history[0].rev, w.Lake.Store().Head()
		rev := low + lake.Revision(w.Dice.IntN(int(high-low)+1))
		if !b.open {
			rev = min(rev, b.history[len(b.history)-1].rev)
		}
		if rev > 0 {
			w.compareAt(b, rev, b.at(rev))
		}
	}
}

func (w *World) compareAt(b *branchModel, rev lake.Revision, want *state) {
	r, err := w.Lake.At(ctx, lake.System, b.name, rev)
	if err != nil {
		w.t.Errorf("at %s@%d: %v", b.name, rev, err)
		return
	}
	for _, name := range []lake.EntityName{"companies", "people"} {
		got, err := r.GetMany(ctx, name, keysOf[name])
		if err != nil {
			w.t.Fatal(err)
		}
		scanned := map[lake.Key]lake.Cells{}
		if err := r.Scan(ctx, name, func(rec lake.Record) error { scanned[rec.Key] = rec.Cells; return nil }); err != nil {
			w.t.Fatal(err)
		}
		for _, k := range keysOf[name] {
			cells := want.visible(rowKey{name, k})
			rec, ok := got[k]
			if ok != (cells != nil) || !rec.Cells.Equal(cells) {
				w.t.Errorf("%s@%d %s %s: read %v, the model has %v", b.name, rev, name, k, rec.Cells, cells)
			}
			if s, ok := scanned[k]; ok != (cells != nil) || !s.Equal(cells) {
				w.t.Errorf("%s@%d %s %s: scanned %v, the model has %v", b.name, rev, name, k, s, cells)
			}
		}
	}
}
