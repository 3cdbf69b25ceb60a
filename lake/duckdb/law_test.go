package duckdb_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/filter"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

var ctx = context.Background()

// opened is a lake over a fresh directory with an engine whose mirror is a file.
func opened(t testing.TB, policy lake.Policy, entities []lake.Entity) (*lake.Lake, *sqlite.Store, *duckdb.Engine) {
	dir := t.TempDir()
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	engine, err := duckdb.Open(filepath.Join(dir, "mirror.duckdb"), store, duckdb.Options{Policy: policy, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: policy, Engine: engine, Entities: entities})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
		_ = store.Close()
	})
	return l, store, engine
}

// TestEngineEqualsModel is law 6: what the engine answers equals the store's scan
// evaluated by the Go model, on every branch, at every revision.
func TestEngineEqualsModel(t *testing.T) {
	worlds, steps := 3, 160
	if testing.Short() {
		worlds = 1
	}
	laketest.Laws(t, worlds, steps, func(t *testing.T) laketest.Opened {
		l, store, _ := opened(t, laketest.Everyone{}, laketest.Entities())
		return laketest.Opened{Lake: l, Store: store}
	}, func(t *testing.T, w *laketest.World) {
		rnd := rand.New(rand.NewPCG(uint64(w.Dice.IntN(1<<30)), 1))
		branches, err := w.Lake.Branches(ctx, lake.System, true)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range branches {
			if b.State == lake.BranchOpen {
				askAt(t, w.Lake, rnd, b.Name, 0)
			}
			revs, err := w.Lake.Revisions(ctx, lake.System, b.Name, 0, 30)
			if err == nil && len(revs) > 0 && b.State == lake.BranchOpen {
				askAt(t, w.Lake, rnd, b.Name, revs[rnd.IntN(len(revs))].Rev)
			}
		}
	})
}

// askAt compares the answers to random questions at one place.
func askAt(t *testing.T, l *lake.Lake, rnd *rand.Rand, branch string, rev lake.Revision) {
	t.Helper()
	r, err := l.At(ctx, lake.System, branch, rev)
	if err != nil {
		t.Fatal(err)
	}
	m := readModel(t, r)
	for range 3 {
		e := r.Schema().Entities()[rnd.IntN(2)]
		q := randomQuestion(rnd, r.Schema(), e)
		place := fmt.Sprintf("%s@%d %s where %s order %v", branch, rev, e.Name, filter.Format(q.Where, e), q.Order)
		want := m.answer(e, q)
		got := pages(t, r, q, place)
		if !slices.Equal(got, want.keys) {
			t.Errorf("%s\n got %v\nwant %v", place, got, want.keys)
			return
		}
		q.Limit, q.Total = 0, true
		a, err := r.Ask(ctx, q)
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		if a.Total != int64(len(want.keys)) {
			t.Errorf("%s: counted %d, not %d", place, a.Total, len(want.keys))
		}
		for f, sums := range want.sums {
			if !slices.Equal(a.Sums[f], sums) {
				t.Errorf("%s: sum of %s is %v, not %v", place, f, a.Sums[f], sums)
			}
		}
		got = nil
		n := 0
		for _, g := range a.Groups {
			got = append(got, lake.Key(fmt.Sprint(g.Values, " ", g.Count)))
			n += int(g.Count)
		}
		slices.Sort(got)
		if !slices.Equal(got, want.groups) {
			t.Errorf("%s: groups by %v\n got %q\nwant %q", place, q.Group, got, want.groups)
		}
	}
	for _, e := range r.Schema().Entities() {
		a, err := r.Ask(ctx, lake.Question{Entity: e.Name, Total: true})
		if err != nil || a.Total != int64(len(m[e.Name])) {
			t.Errorf("%s@%d %s: counted %v, not %d: %v", branch, rev, e.Name, a, len(m[e.Name]), err)
		}
	}
}

// pages reads a question page by page and checks the cells on the way.
func pages(t *testing.T, r *lake.Reader, q lake.Question, place string) (keys []lake.Key) {
	for {
		a, err := r.Ask(ctx, q)
		if err != nil {
			t.Fatalf("%s after %v: %v", place, q.After, err)
		}
		for _, row := range a.Rows {
			keys = append(keys, row.Key)
			rec, err := r.Get(ctx, q.Entity, row.Key)
			if err != nil || rec.Rev != row.Rev {
				t.Errorf("%s: row %s of revision %d isn't there: %v", place, row.Key, row.Rev, err)
				continue
			}
			for i, p := range q.Fields {
				if len(p) == 1 && row.Cells[i] != rec.Cells[p[0]] {
					t.Errorf("%s: %s is %q, not %q", place, p, row.Cells[i], rec.Cells[p[0]])
				}
			}
		}
		if !a.More {
			return keys
		}
		if len(a.Rows) == 0 || len(keys) > 1000 {
			t.Fatalf("%s: paging doesn't end", place)
		}
		q.After = a.Rows[len(a.Rows)-1].After
	}
}

type model map[lake.EntityName]map[lake.Key]lake.Cells

func readModel(t *testing.T, r *lake.Reader) model {
	m := model{}
	for _, e := range r.Schema().Entities() {
		m[e.Name] = map[lake.Key]lake.Cells{}
		err := r.Scan(ctx, e.Name, func(rec lake.Record) error {
			c := rec.Cells.Clone()
			c[lake.FieldID] = lake.Cell(rec.Key)
			if at := rec.Key.CreatedAt(); !at.IsZero() {
				c[lake.FieldCreatedAt] = lake.TimeCell(at)
			}
			m[e.Name][rec.Key] = c
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return m
}

type modelAnswer struct {
	keys   []lake.Key
	sums   map[lake.FieldName][]lake.Cell
	groups []lake.Key
}

func (m model) cell(s *lake.Schema, e *lake.Entity, c lake.Cells, p lake.Path) (lake.Cell, *lake.Field) {
	f, _ := e.Column(p[0])
	v := c[p[0]]
	if len(p) == 1 {
		return v, f
	}
	to, _ := s.Entity(f.Target)
	return m.cell(s, to, m[to.Name][lake.Key(v)], p[1:])
}

var testSchema = lake.NewSchema(laketest.Entities())

func (m model) answer(e *lake.Entity, q lake.Question) modelAnswer {
	a := modelAnswer{sums: map[lake.FieldName][]lake.Cell{}}
	groups := map[string]int{}
	sums := map[lake.FieldName]map[string]decimal.Decimal{}
	for k, cells := range m[e.Name] {
		if !filter.Eval(q.Where, func(p lake.Path) (lake.Cell, lake.Kind) {
			v, f := m.cell(testSchema, e, cells, p)
			return v, f.Kind
		}) {
			continue
		}
		a.keys = append(a.keys, k)
		if len(q.Group) > 0 {
			groups[fmt.Sprint([]lake.Cell{cells[q.Group[0]]})]++
		}
		for _, f := range q.Sums {
			amount, unit := lake.SplitMoney(cells[f])
			if sums[f] == nil {
				sums[f] = map[string]decimal.Decimal{}
			}
			if amount != "" {
				sums[f][unit] = sums[f][unit].Add(decimal.RequireFromString(amount))
			}
		}
	}
	for f, by := range sums {
		for unit, n := range by {
			a.sums[f] = append(a.sums[f], lake.Cell(strings.TrimSpace(n.String()+" "+unit)))
		}
		slices.SortFunc(a.sums[f], func(x, y lake.Cell) int {
			return cmp.Compare(x[strings.IndexByte(string(x), ' ')+1:], y[strings.IndexByte(string(y), ' ')+1:])
		})
		if len(by) == 0 && f != "revenue" {
			a.sums[f] = []lake.Cell{"0"}
		}
	}
	for g, n := range groups {
		a.groups = append(a.groups, lake.Key(fmt.Sprint(g, " ", n)))
	}
	slices.Sort(a.groups)
	a.sort(m, e, q)
	return a
}

func (a *modelAnswer) sort(m model, e *lake.Entity, q lake.Question) {
	slices.SortFunc(a.keys, func(x, y lake.Key) int {
		for _, o := range q.Order {
			vx, f := m.cell(testSchema, e, m[e.Name][x], o.Path)
			vy, _ := m.cell(testSchema, e, m[e.Name][y], o.Path)
			if f.Kind == lake.Reference {
				to, _ := testSchema.Entity(f.Target)
				vx, vy = m[to.Name][lake.Key(vx)][to.Title], m[to.Name][lake.Key(vy)][to.Title]
				f, _ = to.Column(to.Title)
			}
			if d := filter.CompareOrder(f, vx, vy, o.Desc); d != 0 {
				return d
			}
		}
		return cmp.Compare(x, y)
	})
}

func randomQuestion(rnd *rand.Rand, s *lake.Schema, e *lake.Entity) lake.Question {
	q := lake.Question{Entity: e.Name, Limit: 1 + rnd.IntN(9)}
	for i := range e.Fields {
		q.Fields = append(q.Fields, lake.Path{e.Fields[i].Name})
	}
	if rnd.IntN(4) > 0 {
		q.Where = randomExpr(rnd, e, 2)
	}
	for range rnd.IntN(3) {
		p, _ := randomPath(rnd, e)
		q.Order = append(q.Order, lake.Order{Path: p, Desc: rnd.IntN(2) == 0})
	}
	if e.Name == "companies" {
		q.Sums = []lake.FieldName{"revenue", "size", "rate"}
	}
	if rnd.IntN(2) == 0 {
		q.Group = []lake.FieldName{builtin(e)[rnd.IntN(len(builtin(e)))].Name}
	}
	return q
}

// builtin are the fields that no operation of the laws changes.
func builtin(e *lake.Entity) []lake.Field {
	f, _ := testSchema.Entity(e.Name)
	return f.Fields
}

func randomPath(rnd *rand.Rand, e *lake.Entity) (lake.Path, *lake.Field) {
	fields := builtin(e)
	i := rnd.IntN(len(fields) + 2)
	switch {
	case i == len(fields):
		return lake.Path{lake.FieldID}, &lake.Field{Name: lake.FieldID, Kind: lake.Text}
	case i > len(fields):
		return lake.Path{lake.FieldCreatedAt}, &lake.Field{Name: lake.FieldCreatedAt, Kind: lake.Timestamp}
	}
	f := &fields[i]
	if f.Kind == lake.Reference && rnd.IntN(2) == 0 {
		to, _ := testSchema.Entity(f.Target)
		p, g := randomPath(rnd, to)
		if len(p) == 1 {
			return append(lake.Path{f.Name}, p...), g
		}
	}
	return lake.Path{f.Name}, f
}

var samples = map[lake.Kind][]lake.Cell{
	lake.Text:  {"阿里山", "Acme", "acme", "阿", "a", "ä", "1", "１", "", "_", "上海云", "o'b"},
	lake.Email: {"a", "@", "x@y.cn"}, lake.Integer: {"0", "5", "-3", "29"}, lake.Decimal: {"0", "0.1", "-2.5", "3"},
	lake.Money: {"0", "100", "100 CNY", "-5.5 USD", "12.5 EUR"}, lake.Boolean: {"true", "false"},
	lake.Date: {"2026-01-01", "2020-02-29"}, lake.Timestamp: {"2026-01-01T00:00:00Z", "2026-11-21T08:30:00.25Z"},
	lake.Enum: {"gold", "silver", "other"}, lake.Reference: {"019a0000-0000-7000-8000-c00000000003"},
}

func randomExpr(rnd *rand.Rand, e *lake.Entity, depth int) lake.Expr {
	p, f := randomPath(rnd, e)
	value := func() lake.Cell { list := samples[f.Kind]; return list[rnd.IntN(len(list))] }
	n := rnd.IntN(10)
	if depth == 0 {
		n %= 6
	}
	switch {
	case n == 0:
		return lake.Present{Path: p}
	case n == 1:
		return lake.In{Path: p, Values: []lake.Cell{value(), value()}}
	case n < 6:
		ops := []lake.Op{lake.EQ, lake.NE, lake.LT, lake.LE, lake.GT, lake.GE, lake.Has}
		return lake.Compare{Path: p, Op: ops[rnd.IntN(len(ops))], Value: value()}
	case n == 6:
		return lake.Not{E: randomExpr(rnd, e, depth-1)}
	}
	var all []lake.Expr
	for range 1 + rnd.IntN(3) {
		all = append(all, randomExpr(rnd, e, depth-1))
	}
	if n < 9 {
		return lake.And(all)
	}
	return lake.Or(all)
}
