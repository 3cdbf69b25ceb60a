package profile

import (
	"cmp"
	"context"
	"slices"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
)

// population says which records were known on a day: where must hold, and of the marks,
// if there are some, one.
type population struct {
	unit  Unit
	where lake.Expr
	marks []lake.Mark
}

func (p population) size(ctx context.Context, r *lake.Reader) (n int64, err error) {
	u := lake.Marking{Entity: p.unit, Where: p.where, Marks: p.marks}
	err = r.Mark(ctx, u, func(m lake.Marked) error {
		if len(p.marks) == 0 || m.Set != 0 {
			n += m.Count
		}
		return nil
	})
	return n, err
}

func compare(field lake.FieldName, op lake.Op, v lake.Cell) lake.Expr {
	return lake.Compare{Path: lake.Path{field}, Op: op, Value: v}
}

// dated are the fields that say when a record began to be.
var dated = map[lake.EntityName]lake.FieldName{
	"deals": "opened_on", "activities": "happened_at", "leads": "created_on", "findings": "seen_on", "events": "seen_on",
	"agreements": "starts_on", "quotes": "sent_on", "pocs": "started_on", "trials": "started_on", "moves": "moved_at",
	"objections_met": "met_on", "letters": "seen_on", "answers": "answered_on",
}

// upTo holds for records of an entity that are dated no later than a day; false: they
// bear no date.
func upTo(entity lake.EntityName, on time.Time, s *lake.Schema) (lake.Expr, bool) {
	name, ok := dated[entity]
	if !ok {
		return nil, false
	}
	e, err := s.Entity(entity)
	if err != nil {
		return nil, false
	}
	f, ok := e.Field(name)
	if !ok {
		return nil, false
	}
	if f.Kind == lake.Timestamp {
		return compare(name, lake.LT, lake.TimeCell(on.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1))), true
	}
	return compare(name, lake.LE, lake.Cell(day(on))), true
}

// closing says by which field deals bear the day on which they were decided: closed_on,
// or expected_close where an import brought the days of decided deals under that name.
func closing(ctx context.Context, r *lake.Reader) (lake.FieldName, error) {
	if _, err := r.Schema().Entity(Deals); err != nil {
		return "closed_on", nil
	}
	var actual, expected int64
	present := func(f lake.FieldName) lake.Mark { return lake.Mark{Where: lake.Present{Path: lake.Path{f}}} }
	err := r.Mark(ctx, lake.Marking{Entity: Deals, Where: decided, Marks: []lake.Mark{present("closed_on"), present("expected_close")}}, func(m lake.Marked) error {
		actual += m.Count * int64(m.Set&1)
		expected += m.Count * int64(m.Set>>1&1)
		return nil
	})
	if actual*2 < expected {
		return "expected_close", err
	}
	return "closed_on", err
}

// decided holds for deals that were won or lost.
var decided = lake.In{Path: lake.Path{"stage"}, Values: []lake.Cell{"won", "lost"}}

// openOn holds for deals that are open at the end of a day. Those without an account
// can't be scored, so they aren't part of a test: which deals lack one often depends on
// how far they came.
func openOn(on time.Time, closed lake.FieldName) lake.Expr {
	return lake.And{lake.Present{Path: lake.Path{"account"}}, compare("opened_on", lake.LE, lake.Cell(day(on))), lake.Or{lake.Not{E: decided}, compare(closed, lake.GT, lake.Cell(day(on)))}}
}

// wonBetween holds for deals won after a day and no later than another.
func wonBetween(on, until time.Time, closed lake.FieldName) lake.Expr {
	return lake.And{compare("stage", lake.EQ, "won"), compare(closed, lake.GT, lake.Cell(day(on))), compare(closed, lake.LE, lake.Cell(day(until)))}
}

// byHistory is everything that the lake held on the day; of deals those that were open,
// of leads those that weren't converted.
func byHistory(unit Unit, on time.Time, closed lake.FieldName) population {
	switch unit {
	case Deals:
		return population{unit: Deals, where: openOn(on, closed)}
	case Leads:
		return population{unit: Leads, where: compare("status", lake.NE, "converted")}
	}
	return population{unit: unit}
}

// byRecords is what today's records say was known on the day: accounts with a deal, an
// activity or a converted lead up to then, open deals, leads that had come.
func byRecords(unit Unit, on time.Time, closed lake.FieldName, s *lake.Schema) population {
	switch {
	case unit == Deals:
		return population{unit: Deals, where: openOn(on, closed)}
	case unit == Leads && on.IsZero():
		return population{unit: Leads}
	case unit == Leads:
		x, _ := upTo(Leads, on, s)
		return population{unit: Leads, where: x}
	}
	out := population{unit: unit}
	for _, name := range []lake.EntityName{"deals", "activities", "leads", "agreements"} {
		e, err := s.Entity(name)
		if err != nil {
			continue
		}
		if by, err := pointing(e, Accounts); err == nil {
			if x, ok := upTo(name, on, s); ok {
				out.marks = append(out.marks, lake.Mark{Of: name, By: by, Where: x})
			}
		}
	}
	return out
}

// date keeps conditions on records of other entities to those that are dated up to the
// day; where these bear no date, that is told.
func (t *testing) date() {
	if t.On.IsZero() {
		return
	}
	for _, s := range []*Scorer{t.version, t.last} {
		if s == nil {
			continue
		}
		for i := range s.asked {
			m := &s.asked[i].mark
			if m.Of == "" {
				continue
			}
			x, ok := upTo(m.Of, t.On, t.Now.Schema())
			if !ok {
				t.note("条件 "+s.asked[i].ID+" 读的记录没有日期，只能按今天的记录判断。", "Condition "+s.asked[i].ID+" reads records without a date; today's are used.")
				continue
			}
			if m.Where != nil {
				x = lake.And{m.Where, x}
			}
			m.Where = x
		}
	}
}

// outcomes finds the records with the outcome: accounts with a deal won after the day,
// deals that were won, leads that were converted.
func (t *testing) outcomes(ctx context.Context) error {
	t.hits = map[lake.Key]bool{}
	won := wonBetween(t.On, t.until, t.closed)
	m := lake.Marking{Entity: t.Unit, Rows: true, Need: 1}
	switch t.Unit {
	case Accounts:
		m.Marks = []lake.Mark{{Of: "deals", By: "account", Where: won}}
	case Deals:
		m.Marks = []lake.Mark{{Where: won}}
	default:
		x, err := t.converted()
		if err != nil {
			return err
		}
		m.Marks = []lake.Mark{{Where: x}}
	}
	return t.Now.Mark(ctx, m, func(x lake.Marked) error {
		t.hits[x.Key] = true
		return nil
	})
}

// converted is the outcome of leads.
func (t *testing) converted() (lake.Expr, error) {
	if t.Outcome == "" {
		return lake.Or{compare("status", lake.EQ, "converted"), lake.Present{Path: lake.Path{"converted_account"}}, lake.Present{Path: lake.Path{"converted_deal"}}}, nil
	}
	e, err := t.Now.Schema().Entity(Leads)
	if err != nil {
		return nil, err
	}
	return filter.Parse(t.Outcome, t.Now.Schema(), e, t.Env)
}

func sortCells(cells []cell) {
	slices.SortFunc(cells, func(a, b cell) int {
		if d := cmp.Compare(a.set, b.set); d != 0 || a.hit == b.hit {
			return d
		}
		if a.hit {
			return -1
		}
		return 1
	})
}
