package value_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/value"
)

var shipped = sync.OnceValues(func() (map[string]pack.ValueModel, error) {
	packs, err := pack.Shipped(pack.Options{})
	models := map[string]pack.ValueModel{}
	for _, p := range packs {
		for _, m := range p.ValueModels {
			models[m.ID] = m
		}
	}
	return models, err
})

// model compiles a shipped model: benefits and tco of the lake, self-hosted-tco of mail.
func model(t testing.TB, id string) *value.Model {
	t.Helper()
	models, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	m, err := value.Compile(models[id])
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func modelIDs(t testing.TB) []string {
	t.Helper()
	models, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for id := range models {
		out = append(out, id)
	}
	slices.Sort(out)
	if len(out) < 3 {
		t.Fatalf("only %v are shipped", out)
	}
	return out
}

// amount is the number of a money cell.
func amount(c lake.Cell) float64 {
	a, _ := lake.SplitMoney(c)
	return decimal.RequireFromString(a).InexactFloat64()
}

func evaluate(t failing, m *value.Model, in value.Inputs, s value.Scenario) *value.Result {
	t.Helper()
	r, err := m.Evaluate(in, s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The examples of the packs give the results that the packs state.
func TestShippedExamples(t *testing.T) {
	for _, id := range modelIDs(t) {
		m := model(t, id)
		def := m.Definition()
		got, want := evaluate(t, m, m.Example(), value.Likely), def.Example.Results
		money := func(n pack.Number) lake.Cell { return lake.Cell(n.String() + " " + def.Currency) }
		share := func(n *pack.Number) lake.Cell {
			if n == nil {
				return ""
			}
			return lake.Cell(n.String())
		}
		for name, pair := range map[string][2]lake.Cell{
			"benefits": {got.Benefits, money(want.Benefits)}, "costs": {got.Costs, money(want.Costs)}, "npv": {got.NPV, money(want.NPV)},
			"roi": {got.ROI, share(&want.ROI)}, "irr": {got.IRR, share(want.IRR)}, "payback": {got.Payback, share(want.Payback)},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s: %s is %q, the pack says %q", id, name, pair[0], pair[1])
			}
		}
	}
}

// small has one benefit and one cost by hand: 100 at the start, 60 a year for two years.
func small() pack.ValueModel {
	variable := func(id string, low, likely, high pack.Number, source string) pack.ValueVariable {
		return pack.ValueVariable{ID: id, Name: pack.Text{ZH: id, EN: id}, Unit: pack.Text{ZH: "元", EN: "CNY"}, Source: source, Range: pack.Range{Low: low, Likely: likely, High: high}}
	}
	end := 0
	return pack.ValueModel{ID: "small", Currency: "CNY", Years: 2, Rate: "rate",
		Variables: []pack.ValueVariable{variable("gain", 40, 60, 80, "customer"), variable("price", 90, 100, 120, "price"), variable("rate", 0, 0.1, 0.2, "assumption")},
		Formulas:  []pack.Formula{{ID: "twice", Expr: "gain * 2"}},
		Lines: []pack.ValueLine{{ID: "gains", Kind: "benefit", Expr: "twice / 2", From: 1},
			{ID: "costs", Kind: "cost", Expr: "price", From: 0, To: &end}}}
}

func compile(t testing.TB, def pack.ValueModel) *value.Model {
	t.Helper()
	m, err := value.Compile(def)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestByHand(t *testing.T) {
	m := compile(t, small())
	r := evaluate(t, m, nil, value.Likely)
	// NPV = -100 + 60/1.1 + 60/1.21; IRR solves -100 + 60x + 60x²: x = 0.884…; payback 1 + 40/60.
	if r.NPV != "4.13 CNY" || r.Benefits != "120 CNY" || r.Costs != "100 CNY" || r.ROI != "0.2" || r.IRR != "0.1307" || r.Payback != "1.67" || r.Yearly != "60 CNY" {
		t.Errorf("got %+v", r)
	}
	if y := r.Years[1]; y.Flow != "60 CNY" || y.Discounted != "54.55 CNY" || y.Total != "-40 CNY" {
		t.Errorf("year 1: %+v", y)
	}
	// Cautious: the gain low, the price and the rate high.
	r = evaluate(t, m, nil, value.Cautious)
	if v := r.Variables; v[0].Value != "40" || v[1].Value != "120" || v[2].Value != "0.2" || r.Payback != "" || r.IRR == "" {
		t.Errorf("cautious: %+v", r)
	}
	if r = evaluate(t, m, nil, value.Hopeful); r.Variables[0].Value != "80" || r.Variables[1].Value != "90" || r.Variables[2].Value != "0" {
		t.Errorf("hopeful: %+v", r.Variables)
	}
}

func TestNothingToPayBack(t *testing.T) {
	def := small()
	def.Lines = def.Lines[:1]
	r := evaluate(t, compile(t, def), nil, value.Likely)
	if r.IRR != "" || r.ROI != "" || r.Payback != "0" {
		t.Errorf("without costs: IRR %q, ROI %q, payback %q", r.IRR, r.ROI, r.Payback)
	}
}

// Flows that change their sign twice fit two rates, so none is stated.
func TestTwoRatesAreNone(t *testing.T) {
	def := small()
	def.Years = 2
	def.Lines = []pack.ValueLine{{ID: "a", Kind: "benefit", Expr: "year == 1 ? 230 : 0", From: 1}, {ID: "b", Kind: "cost", Expr: "year == 0 ? 100 : year == 2 ? 132 : 0"}}
	if r := evaluate(t, compile(t, def), nil, value.Likely); r.IRR != "" {
		t.Errorf("10%% and 20%% both fit, but %s is stated", r.IRR)
	}
}

// Every number says what it rests on and where that comes from.
func TestSourceChain(t *testing.T) {
	m := compile(t, small())
	r := evaluate(t, m, value.Inputs{"gain": {Likely: "70", Source: "measured", ConfirmedBy: "Li Na", Note: "two weeks"}}, value.Likely)
	if v := r.Variables[0]; v.Source != "measured" || v.ConfirmedBy != "Li Na" || !v.Given || v.Wanted != "customer" || v.Low != "40" || v.High != "80" {
		t.Errorf("gain: %+v", v)
	}
	if !slices.Equal(r.Lines[0].Uses, []string{"gain"}) || !slices.Equal(r.Formulas[0].Uses, []string{"gain"}) || !slices.Equal(r.Uses, []string{"gain", "price", "rate"}) {
		t.Errorf("uses: line %v, formula %v, results %v", r.Lines[0].Uses, r.Formulas[0].Uses, r.Uses)
	}
	// Nobody has given the price, so it is an assumption that is still open.
	if r.Variables[1].Source != "assumption" || !slices.Equal(r.Open, []string{"price"}) {
		t.Errorf("price: %+v, open %v", r.Variables[1], r.Open)
	}
	if c, uses, ok := r.Figure("twice"); c != "140" || !slices.Equal(uses, []string{"gain"}) || !ok {
		t.Errorf("twice is %v by %v", c, uses)
	}
	if c, _, ok := r.Figure("npv"); c != r.NPV || !ok {
		t.Errorf("npv is %v", c)
	}
	if _, _, ok := r.Figure("nothing"); ok {
		t.Error("a figure that isn't there was found")
	}
}

// A likely number outside of the model's range moves its end.
func TestLikelyMovesTheRange(t *testing.T) {
	r := evaluate(t, compile(t, small()), value.Inputs{"gain": {Likely: "95"}}, value.Likely)
	if v := r.Variables[0]; v.Low != "40" || v.Likely != "95" || v.High != "95" {
		t.Errorf("gain: %+v", v)
	}
}

func TestProblemsNameTheVariable(t *testing.T) {
	m := compile(t, small())
	for _, c := range []struct {
		in   value.Inputs
		code string
		of   string
	}{
		{value.Inputs{"gian": {Likely: "1"}}, "value_variable_unknown", "gian"},
		{value.Inputs{"gain": {Low: "70", Likely: "60"}}, "value_range_invalid", "gain"},
		{value.Inputs{"gain": {High: "50"}}, "value_range_invalid", "gain"},
		{value.Inputs{"gain": {Likely: "many"}}, "value_number_invalid", "gain"},
		{value.Inputs{"gain": {Likely: "1e999"}}, "value_number_invalid", "gain"},
		{value.Inputs{"price": {Likely: "1", Unit: "EUR"}}, "value_unit_unknown", "price"},
		{value.Inputs{"price": {Likely: "1", Source: "rumour"}}, "value_source_unknown", "price"},
		{value.Inputs{"price": {Source: "customer", ConfirmedBy: "Li Na"}}, "value_missing", "price"},
		{value.Inputs{"rate": {Low: "-1"}}, "value_rate_invalid", "rate"},
	} {
		_, err := m.Evaluate(c.in, value.Likely)
		var e *lake.Error
		if !errors.As(err, &e) || e.Code != c.code || e.Params["variable"] != c.of || !errors.Is(err, lake.ErrInvalid) {
			t.Errorf("%v: got %v", c.in, err)
		}
		if _, terr := m.Tornado(c.in); terr == nil {
			t.Errorf("%v: a tornado without a problem", c.in)
		}
		if _, serr := m.Simulate(context.Background(), c.in, 100, 1); serr == nil {
			t.Errorf("%v: a simulation without a problem", c.in)
		}
	}
	if _, err := m.Evaluate(value.Inputs{"price": {Likely: "100", Unit: "元"}}, value.Likely); err != nil {
		t.Errorf("the unit in Chinese: %v", err)
	}
	if _, err := m.Evaluate(nil, "lucky"); err == nil || !strings.Contains(err.Error(), "likely") {
		t.Errorf("an unknown scenario: %v", err)
	}
}

func TestDivisionByZeroIsTold(t *testing.T) {
	def := small()
	def.Lines[0].Expr = "price / gain"
	m := compile(t, def)
	_, err := m.Evaluate(value.Inputs{"gain": {Low: "0", Likely: "0"}}, value.Likely)
	var e *lake.Error
	if !errors.As(err, &e) || e.Code != "value_not_finite" || e.Params["formula"] != "gains" {
		t.Errorf("got %v", err)
	}
}

func TestFormulasThatCannotBeUsed(t *testing.T) {
	for _, text := range []string{"gain +", "profit * 2", `"text"`, "[gain][0]", "gain > 1", "len('x')", "sum([gain])", "gain | abs() > 2"} {
		def := small()
		def.Lines[0].Expr = text
		_, err := value.Compile(def)
		var e *lake.Error
		if !errors.As(err, &e) || e.Code != "value_formula_invalid" || e.Params["formula"] != "gains" {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

// Yen have no smaller coin; results are rounded to whole ones.
func TestCurrencyHasItsCoin(t *testing.T) {
	def := small()
	def.Currency = "JPY"
	if r := evaluate(t, compile(t, def), nil, value.Likely); r.NPV != "4 JPY" {
		t.Errorf("NPV is %s", r.NPV)
	}
}

func TestTornado(t *testing.T) {
	swings, err := compile(t, small()).Tornado(nil)
	if err != nil {
		t.Fatal(err)
	}
	// gain: -100 + 40·1.7355 = -30.58 to 38.84; price ±: 14.13 to -15.87; rate: 20 to -8.33.
	want := []struct {
		id, low, high, effect, turns string
	}{{"gain", "-30.58 CNY", "38.84 CNY", "69.42 CNY", "57.619"}, {"price", "14.13 CNY", "-15.87 CNY", "30 CNY", "104.132"}, {"rate", "20 CNY", "-8.33 CNY", "28.33 CNY", "0.13066"}}
	for i, w := range want {
		s := swings[i]
		if s.Variable != w.id || string(s.NPVLow) != w.low || string(s.NPVHigh) != w.high || string(s.Effect) != w.effect || string(s.Turns) != w.turns {
			t.Errorf("place %d: %+v", i+1, s)
		}
	}
}

func TestSimulation(t *testing.T) {
	m := compile(t, small())
	s, err := m.Simulate(context.Background(), nil, 20_000, 7)
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.Simulate(context.Background(), nil, 20_000, 7)
	if err != nil || s.Mean != again.Mean || !slices.Equal(s.Quantiles, again.Quantiles) || !slices.Equal(s.Bins, again.Bins) {
		t.Errorf("the same seed gives another result (%v)", err)
	}
	other, _ := m.Simulate(context.Background(), nil, 20_000, 8)
	if other.Mean == s.Mean {
		t.Error("another seed gives the same result")
	}
	count := 0
	for i, b := range s.Bins {
		count += b.Count
		if i > 0 && b.From != s.Bins[i-1].To {
			t.Errorf("a gap before bin %d", i)
		}
	}
	if count != 20_000 || len(s.Bins) != 30 || len(s.Quantiles) != 5 {
		t.Errorf("%d runs in %d bins, %d quantiles", count, len(s.Bins), len(s.Quantiles))
	}
	for i := 1; i < 5; i++ {
		if amount(s.Quantiles[i].NPV) < amount(s.Quantiles[i-1].NPV) {
			t.Errorf("quantiles descend: %v", s.Quantiles)
		}
	}
}

// The mean of a triangle is the mean of its corners, and its quantiles are known: the
// gain alone varies, so the NPV is a triangle, too.
func TestSimulationAgainstTheTriangle(t *testing.T) {
	m := compile(t, small())
	s, err := m.Simulate(context.Background(), value.Inputs{"gain": {Low: "0", Likely: "60", High: "100"},
		"price": {Low: "100", Likely: "100", High: "100"}, "rate": {Low: "0", Likely: "0", High: "0"}}, 200_000, 1)
	if err != nil {
		t.Fatal(err)
	}
	// NPV = 2·gain - 100. Quantile q of the gain: sqrt(q·100·60) below, 100 - sqrt((1-q)·100·40) above the bend at 0.6.
	want := map[lake.Cell]float64{"0.05": 2*math.Sqrt(0.05*6000) - 100, "0.25": 2*math.Sqrt(0.25*6000) - 100, "0.5": 2*math.Sqrt(0.5*6000) - 100,
		"0.75": 2*(100-math.Sqrt(0.25*4000)) - 100, "0.95": 2*(100-math.Sqrt(0.05*4000)) - 100}
	for _, q := range s.Quantiles {
		if math.Abs(amount(q.NPV)-want[q.Share]) > 0.6 {
			t.Errorf("quantile %s is %s, by the formula %.2f", q.Share, q.NPV, want[q.Share])
		}
	}
	if mean := 2*(0+60+100)/3.0 - 100; math.Abs(amount(s.Mean)-mean) > 0.4 {
		t.Errorf("the mean is %s, by the formula %.2f", s.Mean, mean)
	}
	// P(gain > 50) = 1 - 50²/6000.
	if p := decimal.RequireFromString(string(s.Positive)).InexactFloat64(); math.Abs(p-(1-2500.0/6000)) > 0.005 {
		t.Errorf("the NPV is positive in %s of the runs", s.Positive)
	}
	if !slices.Equal(s.Uses, []string{"gain"}) {
		t.Errorf("varied: %v", s.Uses)
	}
}

func TestSimulationWithoutRanges(t *testing.T) {
	in := value.Inputs{"gain": {Low: "60", Likely: "60", High: "60"}, "price": {Low: "100", Likely: "100", High: "100"}, "rate": {Low: "0.1", Likely: "0.1", High: "0.1"}}
	s, err := compile(t, small()).Simulate(context.Background(), in, 100, 1)
	if err != nil || len(s.Bins) != 1 || s.Bins[0].Count != 100 || s.Mean != "4.13 CNY" || s.Positive != "1" {
		t.Errorf("%+v (%v)", s, err)
	}
}

func TestSimulationStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := compile(t, small()).Simulate(ctx, nil, 10_000, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := compile(t, small()).Simulate(context.Background(), nil, 5, 1); err == nil {
		t.Error("five runs are no simulation")
	}
}

func BenchmarkSimulate(b *testing.B) {
	for _, id := range modelIDs(b) {
		b.Run(id, func(b *testing.B) {
			m := model(b, id)
			for b.Loop() {
				if _, err := m.Simulate(context.Background(), m.Example(), 10_000, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// failing is a test, or one case of a property.
type failing interface {
	Helper()
	Fatal(args ...any)
}
