package pack_test

import (
	"math"
	"testing"

	"headwater/pack"

	"github.com/expr-lang/expr"
)

// worked evaluates a model as docs/packs.md describes it; slow and plain on purpose.
func worked(t *testing.T, m pack.ValueModel, values map[string]pack.Number) pack.ValueResults {
	t.Helper()
	env := map[string]any{"term": float64(m.Years), "year": 0.0}
	for id, v := range values {
		env[id] = float64(v)
	}
	run := func(text string) float64 {
		out, err := expr.Eval(text, env)
		if err != nil {
			t.Fatalf("%s: %s: %v", m.ID, text, err)
		}
		switch x := out.(type) {
		case int:
			return float64(x)
		case float64:
			return x
		}
		t.Fatalf("%s: %s gives %v", m.ID, text, out)
		return 0
	}
	for _, f := range m.Formulas {
		env[f.ID] = run(f.Expr)
	}
	flows := make([]float64, m.Years+1)
	var r pack.ValueResults
	for _, l := range m.Lines {
		to := m.Years
		if l.To != nil {
			to = *l.To
		}
		for y := l.From; y <= to; y++ {
			env["year"] = float64(y)
			x := run(l.Expr)
			if x < 0 {
				t.Errorf("%s: line %s is negative in year %d", m.ID, l.ID, y)
			}
			if l.Kind == "benefit" {
				r.Benefits += pack.Number(x)
				flows[y] += x
			} else {
				r.Costs += pack.Number(x)
				flows[y] -= x
			}
		}
	}
	npv := func(rate float64) (sum float64) {
		for y, f := range flows {
			sum += f / math.Pow(1+rate, float64(y))
		}
		return sum
	}
	r.NPV = pack.Number(npv(float64(values[m.Rate])))
	r.ROI = (r.Benefits - r.Costs) / r.Costs
	low, high := -0.99, 100.0
	if npv(low)*npv(high) < 0 {
		for range 200 {
			if mid := (low + high) / 2; npv(mid)*npv(low) > 0 {
				low = mid
			} else {
				high = mid
			}
		}
		irr := pack.Number(low)
		r.IRR = &irr
	}
	total := 0.0
	for y, f := range flows {
		if total < 0 && total+f >= 0 {
			years := pack.Number(float64(y-1) + -total/f)
			r.Payback = &years
			break
		}
		total += f
	}
	return r
}

func round(n pack.Number, places float64) pack.Number {
	p := math.Pow(10, places)
	return pack.Number(math.Round(float64(n)*p) / p)
}

func same(a, b *pack.Number, places float64) bool {
	return a == nil && b == nil || a != nil && b != nil && round(*a, places) == *b
}

// The results that a pack states for its examples are what its formulas give.
func TestValueExamplesAreWorkedOut(t *testing.T) {
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range packs {
		for _, m := range p.ValueModels {
			got, want := worked(t, m, m.Example.Values), m.Example.Results
			if round(got.Benefits, 2) != want.Benefits || round(got.Costs, 2) != want.Costs || round(got.NPV, 2) != want.NPV || round(got.ROI, 4) != want.ROI ||
				!same(got.IRR, want.IRR, 4) || !same(got.Payback, want.Payback, 2) {
				text := "{benefits: " + round(got.Benefits, 2).String() + ", costs: " + round(got.Costs, 2).String() + ", npv: " + round(got.NPV, 2).String() + ", roi: " + round(got.ROI, 4).String()
				if got.IRR != nil {
					text += ", irr: " + round(*got.IRR, 4).String()
				}
				if got.Payback != nil {
					text += ", payback_years: " + round(*got.Payback, 2).String()
				}
				t.Errorf("%s/%s: results should be %s}", id, m.ID, text)
			}
		}
	}
}

// An example lies within the ranges that the model assumes.
func TestValueExamplesLieInTheirRanges(t *testing.T) {
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range packs {
		for _, m := range p.ValueModels {
			for _, v := range m.Variables {
				if x := m.Example.Values[v.ID]; x < v.Range.Low || x > v.Range.High {
					t.Errorf("%s/%s: %s is %v, outside of %v", id, m.ID, v.ID, x, v.Range)
				}
			}
		}
	}
}
