package value

import (
	"headwater/lake"
	"headwater/pack"
)

// Scenario says which end of the ranges counts.
type Scenario string

// The scenarios. Cautious takes for each variable the end of its range that alone gives
// the lower NPV, hopeful the other one: the low end of a cost is a hopeful number.
const (
	Likely   Scenario = "likely"
	Cautious Scenario = "cautious"
	Hopeful  Scenario = "hopeful"
)

// Scenarios lists them, as a page offers them.
var Scenarios = []Scenario{Cautious, Likely, Hopeful}

// Result is what a model gives for one customer. Money is text with the model's
// currency, other numbers are decimals; what can't be stated is empty.
type Result struct {
	Model    string   `json:"model"`
	Scenario Scenario `json:"scenario"`
	Currency string   `json:"currency"`
	Term     int      `json:"term"` // years

	Benefits lake.Cell `json:"benefits"` // over the term, not discounted
	Costs    lake.Cell `json:"costs"`
	Yearly   lake.Cell `json:"yearly"` // benefits a year, on average over the term
	NPV      lake.Cell `json:"npv"`
	ROI      lake.Cell `json:"roi"`           // a share: 1.5 is 150%; empty without costs
	IRR      lake.Cell `json:"irr"`           // a share; empty unless the flows change their sign exactly once
	Payback  lake.Cell `json:"payback_years"` // 0 when nothing has to come back; empty when the term is too short
	Uses     []string  `json:"uses"`          // the variables that these rest on

	Years     []Year         `json:"years"` // the start, then each year of the term
	Lines     []Line         `json:"lines"`
	Formulas  []Intermediate `json:"formulas"`
	Variables []Variable     `json:"variables"`
	// Open are the variables in use whose number is only assumed, or comes from elsewhere,
	// where the model wants the customer's own or a price.
	Open []string `json:"open"`
}

// Year is one year's money; Total is the sum of the flows so far.
type Year struct {
	Year       int       `json:"year"`
	Benefits   lake.Cell `json:"benefits"`
	Costs      lake.Cell `json:"costs"`
	Flow       lake.Cell `json:"flow"`
	Discounted lake.Cell `json:"discounted"`
	Total      lake.Cell `json:"total"`
}

// Line is a row of benefits or costs, from the start to the end of the term.
type Line struct {
	ID      string      `json:"id"`
	Name    pack.Text   `json:"name"`
	Kind    string      `json:"kind"` // benefit, cost
	Group   string      `json:"group"`
	Note    *pack.Text  `json:"note,omitempty"`
	Amounts []lake.Cell `json:"amounts"` // by year; 0 outside of the line's years
	Total   lake.Cell   `json:"total"`
	Formula string      `json:"formula"`
	Uses    []string    `json:"uses"`
}

// Intermediate is a named result on the way; its unit says what it counts.
type Intermediate struct {
	ID      string    `json:"id"`
	Name    pack.Text `json:"name"`
	Unit    pack.Text `json:"unit"`
	Value   lake.Cell `json:"value"` // a decimal, at most four digits after the point
	Formula string    `json:"formula"`
	Uses    []string  `json:"uses"`
}

// Evaluate works the model out in one scenario; "" is likely. Errors are invalid and name
// the variable: value_variable_unknown, value_number_invalid, value_range_invalid,
// value_unit_unknown, value_source_unknown, value_missing, value_rate_invalid,
// value_not_finite, and value_scenario_unknown.
func (m *Model) Evaluate(in Inputs, s Scenario) (*Result, error) {
	vars, err := m.settle(in)
	if err != nil {
		return nil, err
	}
	w := m.work()
	if err := m.choose(w, vars, s); err != nil {
		return nil, err
	}
	m.run(w)
	if err := m.finite(w); err != nil {
		return nil, err
	}
	r := &Result{Model: m.def.ID, Scenario: s, Currency: m.def.Currency, Term: m.def.Years, Variables: vars}
	if s == "" {
		r.Scenario = Likely
	}
	for i := range vars {
		vars[i].Value = plain(w.slots[i])
	}
	m.formulaResults(r, w)
	m.lineResults(r, w)
	m.results(r, w)
	return r, nil
}

// choose puts the scenario's number of each variable into its slot.
func (m *Model) choose(w *work, vars []Variable, s Scenario) error {
	for i, v := range vars {
		w.slots[i] = v.likely
	}
	switch s {
	case Likely, "":
		return nil
	case Cautious, Hopeful:
	default:
		return lake.Fail(lake.ErrInvalid, "value_scenario_unknown", "A scenario is likely, cautious or hopeful.", "value", s)
	}
	swings := m.swings(w, vars)
	for i, v := range vars {
		w.slots[i] = v.high
		if (swings[i].low <= swings[i].high) == (s == Cautious) {
			w.slots[i] = v.low
		}
	}
	return nil
}

func (m *Model) formulaResults(r *Result, w *work) {
	for i, f := range m.def.Formulas {
		r.Formulas = append(r.Formulas, Intermediate{ID: f.ID, Name: f.Name, Unit: f.Unit, Formula: f.Expr,
			Value: rounded(w.slots[len(m.def.Variables)+i], 4), Uses: m.rests(f.ID)})
	}
}

func (m *Model) lineResults(r *Result, w *work) {
	for i, l := range m.def.Lines {
		one := Line{ID: l.ID, Name: l.Name, Kind: l.Kind, Group: l.Group, Note: l.Note, Formula: l.Expr, Uses: m.rests(m.lines[i].uses...)}
		total := 0.0
		for _, x := range w.lines[i] {
			one.Amounts = append(one.Amounts, m.money(x))
			total += x
		}
		one.Total = m.money(total)
		r.Lines = append(r.Lines, one)
	}
}

func (m *Model) results(r *Result, w *work) {
	rate := w.slots[m.rate]
	var benefits, costs, total, discounted float64
	for y, flow := range w.flows {
		var b float64
		for i, l := range m.def.Lines {
			if l.Kind == "benefit" {
				b += w.lines[i][y]
			}
		}
		value := npv(w.flows[:y+1], rate) - discounted
		benefits, costs, total, discounted = benefits+b, costs+b-flow, total+flow, discounted+value
		r.Years = append(r.Years, Year{y, m.money(b), m.money(b - flow), m.money(flow), m.money(value), m.money(total)})
	}
	r.Benefits, r.Costs, r.NPV = m.money(benefits), m.money(costs), m.money(npv(w.flows, rate))
	r.Yearly = m.money(benefits / float64(m.def.Years))
	if costs != 0 {
		r.ROI = rounded((benefits-costs)/costs, 4)
	}
	if x, ok := irr(w.flows); ok {
		r.IRR = rounded(x, 4)
	}
	if x, ok := payback(w.flows); ok {
		r.Payback = rounded(x, 2)
	}
	names := []string{m.def.Rate}
	for _, l := range m.lines {
		names = append(names, l.uses...)
	}
	r.Uses = m.rests(names...)
	for _, id := range r.Uses {
		v := r.Variables[m.slots[id]]
		if v.Wanted != "assumption" && v.Wanted != "benchmark" && (v.Source == "assumption" || v.Source == "benchmark") {
			r.Open = append(r.Open, id)
		}
	}
}

// Figure is one number of a result by the name that templates use after "value.": npv,
// roi, irr, payback_years, benefits, costs, yearly, and the id of a formula or variable. Money
// has its currency; a formula or variable is a decimal without one. Uses are the
// variables that it rests on; ok is false when the result has no such number.
func (r *Result) Figure(name string) (number lake.Cell, uses []string, ok bool) {
	results := map[string]lake.Cell{"npv": r.NPV, "roi": r.ROI, "irr": r.IRR, "payback_years": r.Payback, "benefits": r.Benefits, "costs": r.Costs, "yearly": r.Yearly}
	if c, found := results[name]; found {
		return c, r.Uses, c != ""
	}
	for _, f := range r.Formulas {
		if f.ID == name {
			return f.Value, f.Uses, true
		}
	}
	for _, v := range r.Variables {
		if v.ID == name {
			return v.Value, []string{v.ID}, true
		}
	}
	return "", nil, false
}
