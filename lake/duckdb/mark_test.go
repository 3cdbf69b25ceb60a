package duckdb_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/lake/laketest"
)

// Law 6 for markings: which conditions hold, counted and row by row, is what the Go
// model says, on every branch, now and in the past.
func TestMarksEqualModel(t *testing.T) {
	laketest.Laws(t, 2, 80, func(t *testing.T) laketest.Opened {
		l, store, _ := opened(t, laketest.Everyone{}, laketest.Entities())
		return laketest.Opened{Lake: l, Store: store}
	}, func(t *testing.T, w *laketest.World) {
		rnd := rand.New(rand.NewPCG(uint64(w.Dice.IntN(1<<30)), 2))
		branches, err := w.Lake.Branches(ctx, lake.System, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range branches {
			if b.State != lake.BranchOpen {
				continue
			}
			markAt(t, w.Lake, rnd, b.Name, 0)
			if revs, err := w.Lake.Revisions(ctx, lake.System, b.Name, 0, 30); err == nil && len(revs) > 0 {
				markAt(t, w.Lake, rnd, b.Name, revs[rnd.IntN(len(revs))].Rev)
			}
		}
	})
}

func markAt(t *testing.T, l *lake.Lake, rnd *rand.Rand, branch string, rev lake.Revision) {
	t.Helper()
	r, err := l.At(ctx, lake.System, branch, rev)
	if err != nil {
		t.Fatal(err)
	}
	m := readModel(t, r)
	q := randomMarking(rnd)
	want := m.marked(q)
	var got []lake.Marked
	if err := r.Mark(ctx, q, func(x lake.Marked) error { got = append(got, x); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s@%d %+v\n got %v\nwant %v", branch, rev, q, got, want)
	}
	counts := map[uint64]int64{}
	for _, x := range want {
		counts[x.Set]++
	}
	q.Rows = false
	if err := r.Mark(ctx, q, func(x lake.Marked) error {
		if counts[x.Set] != x.Count {
			t.Errorf("%s@%d set %b: counted %d, not %d", branch, rev, x.Set, x.Count, counts[x.Set])
		}
		delete(counts, x.Set)
		return nil
	}); err != nil || len(counts) > 0 {
		t.Errorf("%s@%d: sets %v are missing: %v", branch, rev, counts, err)
	}
}

func randomMarking(rnd *rand.Rand) lake.Marking {
	companies, _ := testSchema.Entity("companies")
	people, _ := testSchema.Entity("people")
	q := lake.Marking{Entity: "companies", Rows: true}
	points := func() int64 { return rnd.Int64N(41) - 10 }
	for range rnd.IntN(4) {
		q.Marks = append(q.Marks, lake.Mark{Where: randomExpr(rnd, companies, 1), Points: points()})
	}
	q.Marks = append(q.Marks, lake.Mark{Of: "people", By: "company", Points: points(), Where: randomExpr(rnd, people, 1)},
		lake.Mark{Of: "people", By: "company", Points: points()}, lake.Mark{Of: "companies", By: "parent", Points: points(), Where: randomExpr(rnd, companies, 1)})
	if rnd.IntN(3) == 0 { // people by their company's people: a reference on this side, too
		q.Entity = "people"
		q.Marks = []lake.Mark{{Where: randomExpr(rnd, people, 1), Points: points()}, {Of: "people", By: "company", On: lake.Path{"company"}, Where: randomExpr(rnd, people, 1), Points: points()}}
	}
	if rnd.IntN(8) == 0 {
		q.Marks = q.Marks[:1]
		q.Marks[0].Points = 0
	}
	if rnd.IntN(3) == 0 {
		least := points()
		q.AtLeast, q.Need = &least, uint64(rnd.IntN(3))
	}
	return q
}

func (m model) holds(name lake.EntityName, x lake.Expr, cells lake.Cells) bool {
	e, _ := testSchema.Entity(name)
	return filter.Eval(x, func(p lake.Path) (lake.Cell, lake.Kind) {
		v, f := m.cell(testSchema, e, cells, p)
		return v, f.Kind
	})
}

func (m model) marked(q lake.Marking) (out []lake.Marked) {
	for k, cells := range m[q.Entity] {
		x := lake.Marked{Key: k, Count: 1}
		for i, mark := range q.Marks {
			if m.has(q.Entity, mark, cells) {
				x.Set |= 1 << i
			}
		}
		if x.Set&q.Need == q.Need && (q.AtLeast == nil || q.Points(x.Set) >= *q.AtLeast) {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(a, b lake.Marked) int {
		return cmp.Or(cmp.Compare(q.Points(b.Set), q.Points(a.Set)), cmp.Compare(a.Key, b.Key))
	})
	return out
}

func (m model) has(entity lake.EntityName, mark lake.Mark, cells lake.Cells) bool {
	if mark.Of == "" {
		return m.holds(entity, mark.Where, cells)
	}
	on := cells[lake.FieldID]
	if mark.On != nil {
		on = cells[mark.On[0]]
	}
	for _, other := range m[mark.Of] {
		if on != "" && other[mark.By] == on && m.holds(mark.Of, mark.Where, other) {
			return true
		}
	}
	return false
}
