package profile

import (
	"math"
	"slices"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
)

// Definition is what segments and versions of a profile share.
type Definition struct {
	ID         string           `json:"id"`
	Name       pack.Text        `json:"name"`
	Version    string           `json:"version,omitempty"`
	Conditions []pack.Condition `json:"conditions"`
	Threshold  pack.Number      `json:"threshold"`
}

// OfProfile is a version of the profile as a definition.
func OfProfile(p pack.Profile) Definition {
	return Definition{p.ID, p.Name, p.Version, p.Conditions, p.Threshold}
}

// OfSegment is a segment as a definition.
func OfSegment(s pack.Segment) Definition {
	return Definition{ID: s.ID, Name: s.Name, Conditions: s.Conditions, Threshold: s.Threshold}
}

// Unit is what is scored.
type Unit = lake.EntityName

// The units.
const (
	Accounts Unit = "accounts"
	Deals    Unit = "deals" // by their account's conditions
	Leads    Unit = "leads"
)

// Skipped is a condition that can't be asked of a unit.
type Skipped struct {
	Condition string `json:"condition"`
	Why       string `json:"why"`
}

// Scorer is a definition compiled for a unit.
type Scorer struct {
	Definition
	Unit    Unit
	Skipped []Skipped // conditions that never hold here
	asked   []asked
	least   int64
}

// asked is one condition as the lake asks it.
type asked struct {
	pack.Condition
	mark   lake.Mark
	fields []Used
}

// Used is a field that a condition reads: of the unit, or of what it points to.
type Used struct {
	Entity lake.EntityName `json:"entity"`
	Field  lake.FieldName  `json:"field"`
}

// micro are points in millionths, so that sums are exact.
func micro(n pack.Number) int64 { return int64(math.Round(float64(n) * 1e6)) }

// Compile reads the conditions. A condition with a syntax error, or about fields that
// the unit doesn't have, is skipped and told.
func Compile(d Definition, unit Unit, s *lake.Schema, env filter.Env) (*Scorer, error) {
	if !slices.Contains([]Unit{Accounts, Deals, Leads}, unit) {
		return nil, lake.Fail(lake.ErrInvalid, "profile_unit_unknown", "Accounts, deals and leads can be scored, not "+string(unit)+".", "unit", unit)
	}
	if len(d.Conditions) > lake.MaxMarks {
		return nil, lake.Fail(lake.ErrLimit, "marks_too_many", "At most 63 conditions can be told apart at once.", "limit", lake.MaxMarks)
	}
	out := &Scorer{Definition: d, Unit: unit, least: micro(d.Threshold)}
	for _, c := range d.Conditions {
		a, err := compile(c, unit, s, env)
		if err != nil {
			out.Skipped = append(out.Skipped, Skipped{c.ID, err.Error()})
			a = asked{Condition: c, mark: lake.Mark{Where: lake.Or{}}}
		}
		a.mark.Points = micro(c.Weight)
		out.asked = append(out.asked, a)
	}
	return out, nil
}

func compile(c pack.Condition, unit Unit, s *lake.Schema, env filter.Env) (asked, error) {
	of := lake.EntityName(c.Of)
	if of == "" {
		of = Accounts
	}
	out := asked{Condition: c}
	entity := of
	if of == Accounts && unit == Leads {
		entity = Leads // industry, employees, source and place mean the same there
	}
	e, err := s.Entity(entity)
	if err != nil {
		return out, err
	}
	x, err := filter.Parse(c.If, s, e, env)
	if err != nil {
		return out, err
	}
	out.fields = usedBy(x, e, s)
	switch {
	case entity == unit && !(unit == Deals && of == Deals):
		out.mark.Where = x
	case of == Accounts && unit == Deals:
		out.mark.Where = behind(x, "account")
	default:
		out.mark.Where, out.mark.Of = x, entity
		target := Accounts
		if unit == Leads {
			target = Leads
		}
		if out.mark.By, err = pointing(e, target); err != nil {
			return out, err
		}
		if unit == Deals {
			out.mark.On = lake.Path{"account"}
		}
	}
	return out, nil
}

// pointing finds the reference by which records belong to an account (or a lead).
func pointing(e *lake.Entity, target Unit) (lake.FieldName, error) {
	var found lake.FieldName
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Kind == lake.Reference && f.Target == target && (found == "" || f.Name == "account") {
			found = f.Name
		}
	}
	if found == "" {
		return "", lake.Fail(lake.ErrInvalid, "profile_unrelated", "Records of "+string(e.Name)+" don't belong to "+string(target)+".", "entity", e.Name, "target", target)
	}
	return found, nil
}

// behind asks a condition of the record that a reference points to.
func behind(x lake.Expr, ref lake.FieldName) lake.Expr {
	under := func(p lake.Path) lake.Path { return append(lake.Path{ref}, p...) }
	switch x := x.(type) {
	case lake.And:
		out := lake.And{}
		for _, y := range x {
			out = append(out, behind(y, ref))
		}
		return out
	case lake.Or:
		out := lake.Or{}
		for _, y := range x {
			out = append(out, behind(y, ref))
		}
		return out
	case lake.Not:
		return lake.Not{E: behind(x.E, ref)}
	case lake.Present:
		return lake.Present{Path: under(x.Path)}
	case lake.In:
		return lake.In{Path: under(x.Path), Values: x.Values}
	case lake.Compare:
		return lake.Compare{Path: under(x.Path), Op: x.Op, Value: x.Value}
	}
	return x
}

// usedBy are the fields that a condition reads, those behind references included.
func usedBy(x lake.Expr, e *lake.Entity, s *lake.Schema) (out []Used) {
	note := func(p lake.Path) {
		at := e
		for i, n := range p {
			if u := (Used{at.Name, n}); !slices.Contains(out, u) && i == len(p)-1 {
				out = append(out, u)
			}
			f, ok := at.Column(n)
			if !ok || f.Kind != lake.Reference {
				return
			}
			var err error
			if at, err = s.Entity(f.Target); err != nil {
				return
			}
		}
	}
	var walk func(lake.Expr)
	walk = func(x lake.Expr) {
		switch x := x.(type) {
		case lake.And:
			for _, y := range x {
				walk(y)
			}
		case lake.Or:
			for _, y := range x {
				walk(y)
			}
		case lake.Not:
			walk(x.E)
		case lake.Present:
			note(x.Path)
		case lake.In:
			note(x.Path)
		case lake.Compare:
			note(x.Path)
		}
	}
	walk(x)
	return out
}

// Marks are the conditions as the lake asks them, in their order.
func (s *Scorer) Marks() []lake.Mark {
	out := make([]lake.Mark, len(s.asked))
	for i, a := range s.asked {
		out[i] = a.mark
	}
	return out
}

// Marking asks for the records of the unit that where admits.
func (s *Scorer) Marking(where lake.Expr) lake.Marking {
	return lake.Marking{Entity: s.Unit, Where: where, Marks: s.Marks()}
}

// musts are the conditions without which nobody is chosen.
func (s *Scorer) musts() (set uint64) {
	for i, a := range s.asked {
		if a.Must {
			set |= 1 << i
		}
	}
	return set
}

// Score is what a set of conditions that hold comes to.
type Score struct {
	Points pack.Number `json:"points"`
	Chosen bool        `json:"chosen"`
	Failed []string    `json:"failed,omitempty" doc:"Conditions that must hold and don't."`
}

// Score adds up a set of conditions.
func (s *Scorer) Score(set uint64) Score {
	var out Score
	sum := int64(0)
	for i, a := range s.asked {
		switch {
		case set&(1<<i) != 0:
			sum += a.mark.Points
		case a.Must:
			out.Failed = append(out.Failed, a.ID)
		}
	}
	out.Points = pack.Number(float64(sum) / 1e6)
	out.Chosen = len(out.Failed) == 0 && sum >= s.least
	return out
}

// Answer is one condition on one record.
type Answer struct {
	Condition string      `json:"condition"`
	If        string      `json:"if"`
	Of        string      `json:"of,omitempty"`
	Weight    pack.Number `json:"weight"`
	Must      bool        `json:"must,omitempty"`
	Why       pack.Text   `json:"why"`
	Holds     bool        `json:"holds"`
	Skipped   string      `json:"skipped,omitempty" doc:"Why it can't be asked here."`
}

// Answers lists all conditions for a set of those that hold.
func (s *Scorer) Answers(set uint64) []Answer {
	out := []Answer{}
	for i, a := range s.asked {
		one := Answer{a.ID, a.If, a.Of, a.Weight, a.Must, a.Why, set&(1<<i) != 0, ""}
		for _, k := range s.Skipped {
			if k.Condition == a.ID {
				one.Skipped = k.Why
			}
		}
		out = append(out, one)
	}
	return out
}

// Uses lists the fields that the conditions read.
func (s *Scorer) Uses() (out []Used) {
	for _, a := range s.asked {
		for _, u := range a.fields {
			if !slices.Contains(out, u) {
				out = append(out, u)
			}
		}
	}
	return out
}
