package value

import (
	"maps"
	"math"
	"slices"

	"headwater/lake"
	"headwater/pack"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"
)

// Model is a pack.ValueModel whose formulas have been read.
type Model struct {
	def      pack.ValueModel
	slots    map[string]int // variables, then formulas, then year and term
	year     int            // the slot of the year
	rate     int
	formulas []formula
	lines    []line
	places   int32 // digits of the currency's smallest coin
}

type line struct {
	formula
	from, to int
	yearly   bool // its formula uses the year
}

// Compile reads the formulas of a model. A formula that can't be read or used is
// value_formula_invalid with the id of its formula or line; the loader of packs tells
// the same, with file and line.
func Compile(def pack.ValueModel) (*Model, error) {
	m := &Model{def: def, slots: map[string]int{}, places: coin(def.Currency)}
	for i, v := range def.Variables {
		m.slots[v.ID] = i
	}
	rate, ok := m.slots[def.Rate]
	if !ok || def.Years < 1 || def.Years > 15 {
		return nil, lake.Fail(lake.ErrInvalid, "value_formula_invalid", "The model needs a discount rate among its variables, and 1 to 15 years.", "model", def.ID, "formula", def.Rate)
	}
	m.rate = rate
	for _, f := range def.Formulas {
		one, err := parse(f.Expr, m.slots)
		if err != nil {
			return nil, m.unreadable(f.ID, f.Expr, err)
		}
		m.formulas = append(m.formulas, one)
		m.slots[f.ID] = len(m.slots)
	}
	m.year = len(m.slots)
	m.slots["year"], m.slots["term"] = m.year, m.year+1
	for _, l := range def.Lines {
		one, err := parse(l.Expr, m.slots)
		if err != nil {
			return nil, m.unreadable(l.ID, l.Expr, err)
		}
		to := def.Years
		if l.To != nil {
			to = min(*l.To, to)
		}
		m.lines = append(m.lines, line{one, max(l.From, 0), to, slices.Contains(one.uses, "year")})
	}
	return m, nil
}

func (m *Model) unreadable(id, text string, err error) error {
	return lake.Fail(lake.ErrInvalid, "value_formula_invalid", "The formula of "+id+" can't be used: "+err.Error(), "model", m.def.ID, "formula", id, "value", text)
}

// Definition is what the model was compiled from.
func (m *Model) Definition() pack.ValueModel { return m.def }

// work is one computation: the slots, and what each line gives in each year.
type work struct {
	slots []float64
	lines [][]float64
	flows []float64
}

func (m *Model) work() *work {
	w := &work{slots: make([]float64, len(m.slots)), flows: make([]float64, m.def.Years+1), lines: make([][]float64, len(m.lines))}
	for i := range w.lines {
		w.lines[i] = make([]float64, m.def.Years+1)
	}
	w.slots[m.year+1] = float64(m.def.Years)
	return w
}

// run works everything out from the variables, which are in the first slots.
func (m *Model) run(w *work) {
	for i, f := range m.formulas {
		w.slots[len(m.def.Variables)+i] = f.calc(w.slots)
	}
	clear(w.flows)
	for i, l := range m.lines {
		sign := -1.0
		if m.def.Lines[i].Kind == "benefit" {
			sign = 1
		}
		x := 0.0
		for y := l.from; y <= l.to; y++ {
			if l.yearly || y == l.from {
				w.slots[m.year] = float64(y)
				x = l.calc(w.slots)
			}
			w.lines[i][y] = x
			w.flows[y] += sign * x
		}
	}
}

// npv runs and discounts at the rate of the run.
func (m *Model) npv(w *work) float64 {
	m.run(w)
	return npv(w.flows, w.slots[m.rate])
}

// finite names the first result that is no number, as after a division by zero.
func (m *Model) finite(w *work) error {
	bad := func(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }
	for i, f := range m.def.Formulas {
		if bad(w.slots[len(m.def.Variables)+i]) {
			return endless(m.def.ID, f.ID, m.formulas[i].uses)
		}
	}
	for i, l := range m.def.Lines {
		if slices.ContainsFunc(w.lines[i], bad) {
			return endless(m.def.ID, l.ID, m.lines[i].uses)
		}
	}
	return nil
}

func endless(model, id string, uses []string) error {
	variable := ""
	if len(uses) > 0 {
		variable = uses[0]
	}
	return lake.Fail(lake.ErrInvalid, "value_not_finite", "The formula of "+id+" gives no number with these inputs, as after a division by zero.",
		"model", model, "formula", id, "variable", variable)
}

// rests lists the variables that names rest on, directly and through formulas, in the
// order of the model.
func (m *Model) rests(names ...string) []string {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		if i := m.slots[name] - len(m.def.Variables); i >= 0 && i < len(m.formulas) {
			for _, n := range m.formulas[i].uses {
				visit(n)
			}
		}
	}
	for _, n := range names {
		visit(n)
	}
	var out []string
	for _, v := range m.def.Variables {
		if seen[v.ID] {
			out = append(out, v.ID)
		}
	}
	return out
}

// coin is how many digits after the point the smallest coin of a currency has.
func coin(code string) int32 {
	u, err := currency.ParseISO(code)
	if err != nil {
		return 2
	}
	scale, _ := currency.Standard.Rounding(u)
	return int32(scale) // 0 to 4
}

func (m *Model) money(x float64) lake.Cell {
	return lake.Cell(decimal.NewFromFloat(x).Round(m.places).String() + " " + m.def.Currency)
}

// rounded is a decimal with at most that many digits after the point.
func rounded(x float64, places int32) lake.Cell {
	return lake.Cell(decimal.NewFromFloat(x).Round(places).String())
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
