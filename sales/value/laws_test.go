package value_test

import (
	"math"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/value"
)

// drawn fills every variable of a model with a number of its range.
func drawn(t *rapid.T, def pack.ValueModel) map[string]float64 {
	out := map[string]float64{}
	for _, v := range def.Variables {
		out[v.ID] = rapid.Float64Range(float64(v.Range.Low), float64(v.Range.High)).Draw(t, v.ID)
	}
	return out
}

func inputs(values map[string]float64) value.Inputs {
	in := value.Inputs{}
	for id, x := range values {
		c := lake.Cell(pack.Number(x).String())
		in[id] = value.Input{Low: c, Likely: c, High: c}
	}
	return in
}

// What more benefits and what more costs, in the shipped models.
var (
	raises = map[string][]string{
		"benefits": {"storage_cost", "platform_cost", "people", "upkeep_share", "egress_cost", "environments", "environment_cost", "recovery_cost", "changes", "change_weeks", "week_cost",
			"failure_loss", "failure_rate", "management_share", "cloud_share", "isolation_share", "recovery_share", "evolution_share", "risk_share", "efficiency_times", "credit", "first_year"},
		"tco":             {"copies", "platform_now", "staff_now"},
		"self-hosted-tco": {"power_kw", "power_price", "cooling_factor", "hardware", "software", "bandwidth", "renewals", "administrators", "salary", "people_factor", "outage_hours", "outage_loss", "avoidable_share"},
	}
	lowers = map[string][]string{
		"benefits":        {"licence_price", "project_cost", "own_people"},
		"tco":             {"copies_after", "platform_after", "staff_after", "licence_price", "migration"},
		"self-hosted-tco": {"life_years", "seats", "seat_price", "migration_cost"},
	}
)

// More of what benefits never lowers the NPV, more of what costs never raises it.
func TestMonotone(t *testing.T) {
	for id := range raises {
		m := model(t, id)
		rapid.Check(t, func(t *rapid.T) {
			values := drawn(t, m.Definition())
			before := amount(evaluate(t, m, inputs(values), value.Likely).NPV)
			up := rapid.Bool().Draw(t, "benefit")
			names := lowers[id]
			if up {
				names = raises[id]
			}
			name := rapid.SampledFrom(names).Draw(t, "variable")
			values[name] *= rapid.Float64Range(1, 3).Draw(t, "factor")
			after := amount(evaluate(t, m, inputs(values), value.Likely).NPV)
			if up && after < before-0.01 || !up && after > before+0.01 {
				t.Fatalf("%s: raising %s moved the NPV from %.2f to %.2f", id, name, before, after)
			}
		})
	}
}

// Other money, other numbers, the same story: all money times k gives results times k,
// and the same shares and years.
func TestScaling(t *testing.T) {
	for _, id := range modelIDs(t) {
		m := model(t, id)
		def := m.Definition()
		rapid.Check(t, func(t *rapid.T) {
			values, k := drawn(t, def), rapid.Float64Range(0.5, 20).Draw(t, "k")
			one := evaluate(t, m, inputs(values), value.Likely)
			for _, v := range def.Variables {
				if strings.Contains(v.Unit.EN, def.Currency) {
					values[v.ID] *= k
				}
			}
			other := evaluate(t, m, inputs(values), value.Likely)
			for _, pair := range [][2]lake.Cell{{one.NPV, other.NPV}, {one.Benefits, other.Benefits}, {one.Costs, other.Costs}} {
				if a, b := amount(pair[0])*k, amount(pair[1]); math.Abs(a-b) > 0.02*(1+k) {
					t.Fatalf("%s: %v times %v is %v", id, pair[0], k, pair[1])
				}
			}
			near := func(a, b lake.Cell) bool {
				return (a == "") == (b == "") && (a == "" || math.Abs(amount(a)-amount(b)) < 0.011)
			}
			if !near(one.ROI, other.ROI) || !near(one.Payback, other.Payback) {
				t.Fatalf("%s: ROI %s and %s, payback %s and %s", id, one.ROI, other.ROI, one.Payback, other.Payback)
			}
		})
	}
}

// Every amount has the model's currency, and no more digits than its smallest coin.
func TestCurrencyEverywhere(t *testing.T) {
	for _, id := range modelIDs(t) {
		m := model(t, id)
		def := m.Definition()
		rapid.Check(t, func(t *rapid.T) {
			r := evaluate(t, m, inputs(drawn(t, def)), value.Likely)
			cells := []lake.Cell{r.NPV, r.Benefits, r.Costs}
			for _, y := range r.Years {
				cells = append(cells, y.Benefits, y.Costs, y.Flow, y.Total, y.Discounted)
			}
			for _, l := range r.Lines {
				cells = append(cells, append(l.Amounts, l.Total)...)
			}
			field := lake.Field{Name: "amount", Kind: lake.Money}
			for _, c := range cells {
				number, currency := lake.SplitMoney(c)
				_, digits, _ := strings.Cut(number, ".")
				if canonical, err := field.Canonical(string(c)); currency != def.Currency || len(digits) > 2 || err != nil || canonical != c {
					t.Fatalf("%s: %q (%v)", id, c, err)
				}
			}
		})
	}
}

// When money is spent first and comes back later, a higher discount rate never helps; at
// the rate of nothing the NPV is the plain sum; at the IRR it is nothing.
func TestDiscountRate(t *testing.T) {
	for _, id := range modelIDs(t) {
		m := model(t, id)
		rate := m.Definition().Rate
		rapid.Check(t, func(t *rapid.T) {
			values := drawn(t, m.Definition())
			r := evaluate(t, m, inputs(values), value.Likely)
			for i, y := range r.Years {
				if i > 0 && amount(y.Flow) < 0 {
					return // not such a project
				}
			}
			at := func(x float64) float64 {
				values[rate] = x
				return amount(evaluate(t, m, inputs(values), value.Likely).NPV)
			}
			low := rapid.Float64Range(0, 0.5).Draw(t, "rate")
			if a, b := at(low), at(low+rapid.Float64Range(0.01, 0.5).Draw(t, "more")); b > a {
				t.Fatalf("%s: a higher rate moved the NPV from %.2f to %.2f", id, a, b)
			}
			if sum := amount(r.Benefits) - amount(r.Costs); math.Abs(at(0)-sum) > 0.02 {
				t.Fatalf("%s: at the rate 0 the NPV is %.2f, the sum %.2f", id, at(0), sum)
			}
			if r.IRR != "" && amount(r.IRR) < 5 {
				if left := at(amount(r.IRR)); math.Abs(left) > 0.0002*amount(r.Benefits) {
					t.Fatalf("%s: at the IRR of %s the NPV is %.2f", id, r.IRR, left)
				}
			}
		})
	}
}

// The cautious scenario is never better than the likely one, nor that than the hopeful
// one, in models whose variables work one way each.
func TestScenariosAreOrdered(t *testing.T) {
	for _, id := range modelIDs(t) {
		m := model(t, id)
		npv := func(s value.Scenario) float64 { return amount(evaluate(t, m, m.Example(), s).NPV) }
		if c, l, h := npv(value.Cautious), npv(value.Likely), npv(value.Hopeful); c > l || l > h {
			t.Errorf("%s: cautious %.2f, likely %.2f, hopeful %.2f", id, c, l, h)
		}
	}
}

// A formula gives what the language of the packs says, whatever its shape.
func TestFormulasAgreeWithTheLanguage(t *testing.T) {
	def := small()
	rapid.Check(t, func(t *rapid.T) {
		text := number(t, 4)
		def.Lines[0].Expr = text
		m, err := value.Compile(def)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		want := 0.0
		for y := 1.0; y <= 2; y++ {
			out, err := expr.Eval(text, map[string]any{"gain": 61.5, "price": 100.0, "rate": 0.1, "twice": 123.0, "year": y, "term": 2.0})
			if err != nil {
				t.Skip(err)
			}
			switch x := out.(type) {
			case int:
				want += float64(x)
			case float64:
				want += x
			}
		}
		if math.IsNaN(want) || math.Abs(want) > 1e12 {
			t.Skip("out of sight")
		}
		r, err := m.Evaluate(value.Inputs{"gain": {Likely: "61.5"}}, value.Likely)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := amount(r.Benefits); math.Abs(got-want) > 0.006+1e-9*math.Abs(want) {
			t.Fatalf("%s is %v, ours %v", text, want, got)
		}
	})
}

// number draws a formula that gives a number.
func number(t *rapid.T, depth int) string {
	leaf := []string{"gain", "price", "rate", "twice", "year", "term", "2", "0.5", "7"}
	if depth == 0 {
		return rapid.SampledFrom(leaf).Draw(t, "leaf")
	}
	sub := func() string { return number(t, depth-1) }
	switch rapid.IntRange(0, 9).Draw(t, "shape") {
	case 0, 1, 2:
		return "(" + sub() + ") " + rapid.SampledFrom([]string{"+", "-", "*"}).Draw(t, "op") + " (" + sub() + ")"
	case 3:
		return sub() + rapid.SampledFrom([]string{" + ", " - ", " * ", " - -"}).Draw(t, "op") + sub()
	case 4:
		return "(" + sub() + ") / (1 + abs(" + sub() + "))"
	case 5:
		return rapid.SampledFrom([]string{"abs", "ceil", "floor", "round"}).Draw(t, "f") + "(" + sub() + ")"
	case 6:
		return rapid.SampledFrom([]string{"max", "min"}).Draw(t, "f") + "(" + sub() + ", " + sub() + ")"
	case 7:
		return "(" + truth(t, depth-1) + " ? " + sub() + " : " + sub() + ")"
	case 8:
		return "-" + rapid.SampledFrom(leaf).Draw(t, "leaf") + " ** 2 + (1 + rate) ** (year - 1)"
	default:
		return rapid.SampledFrom(leaf).Draw(t, "leaf")
	}
}

func truth(t *rapid.T, depth int) string {
	compare := number(t, 1) + rapid.SampledFrom([]string{" < ", " <= ", " > ", " >= ", " == ", " != "}).Draw(t, "op") + number(t, 1)
	if depth <= 0 {
		return compare
	}
	switch rapid.IntRange(0, 3).Draw(t, "truth") {
	case 0:
		return truth(t, depth-1) + " and " + truth(t, depth-1)
	case 1:
		return "(" + truth(t, depth-1) + " or " + truth(t, depth-1) + ")"
	case 2:
		return "not (" + truth(t, depth-1) + ")"
	}
	return compare
}
