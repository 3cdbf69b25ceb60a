package value

import (
	"math"
	"slices"
	"strings"

	"headwater/lake"
	"headwater/pack"

	"github.com/shopspring/decimal"
)

// Sources are where a number can come from, the firmest first: the customer said it, it
// was measured, it is a price that was offered, it is known from elsewhere, it is assumed.
var Sources = []string{"customer", "measured", "price", "benchmark", "assumption"}

// Inputs say what is known of a customer, by the id of the variable. Variables that
// aren't named keep what the model assumes.
type Inputs map[string]Input

// Input is one variable of one customer; what is left empty keeps what the model says.
// Likely alone moves the ends of the model's range so far that it lies between them.
type Input struct {
	Low    lake.Cell `json:"low,omitempty"` // decimals
	Likely lake.Cell `json:"likely,omitempty"`
	High   lake.Cell `json:"high,omitempty"`

	Unit        string `json:"unit,omitempty"`         // when given, the variable's unit in either language
	Source      string `json:"source,omitempty"`       // one of Sources; empty with a number: assumption
	ConfirmedBy string `json:"confirmed_by,omitempty"` // who at the customer stands for it
	Note        string `json:"note,omitempty"`
}

// Variable is a variable as it counts for one customer.
type Variable struct {
	ID          string    `json:"id"`
	Name        pack.Text `json:"name"`
	Unit        pack.Text `json:"unit"`
	Low         lake.Cell `json:"low"` // decimals
	Likely      lake.Cell `json:"likely"`
	High        lake.Cell `json:"high"`
	Value       lake.Cell `json:"value"`  // the one of them that the scenario takes
	Given       bool      `json:"given"`  // false: nobody gave a number, the model's range counts
	Source      string    `json:"source"` // where the number comes from, one of Sources
	Wanted      string    `json:"wanted"` // where it should come from
	Benchmark   string    `json:"benchmark,omitempty"`
	ConfirmedBy string    `json:"confirmed_by,omitempty"`
	Note        string    `json:"note,omitempty"`
	Ask         pack.Text `json:"ask"` // the question that gets it

	low, likely, high float64
}

// settle joins the inputs with what the model assumes. Problems name the variable.
func (m *Model) settle(in Inputs) ([]Variable, error) {
	for _, id := range sortedKeys(in) {
		if i, ok := m.slots[id]; !ok || i >= len(m.def.Variables) {
			return nil, lake.Fail(lake.ErrInvalid, "value_variable_unknown", "The model has no variable "+id+".", "variable", id, "model", m.def.ID)
		}
	}
	out := make([]Variable, len(m.def.Variables))
	for i, v := range m.def.Variables {
		one, err := settle(v, in[v.ID])
		if err != nil {
			return nil, err
		}
		if v.ID == m.def.Rate && one.low <= -1 {
			return nil, lake.Fail(lake.ErrInvalid, "value_rate_invalid", "A discount rate must be above -100%.", "variable", v.ID, "value", one.Low)
		}
		out[i] = one
	}
	return out, nil
}

func settle(v pack.ValueVariable, in Input) (Variable, error) {
	out := Variable{ID: v.ID, Name: v.Name, Unit: v.Unit, Source: "assumption", Wanted: v.Source, Benchmark: v.From,
		ConfirmedBy: in.ConfirmedBy, Note: in.Note, Ask: v.Ask, low: float64(v.Range.Low), likely: float64(v.Range.Likely), high: float64(v.Range.High)}
	out.Given = in.Low != "" || in.Likely != "" || in.High != ""
	switch {
	case in.Unit != "" && in.Unit != v.Unit.ZH && in.Unit != v.Unit.EN:
		return out, lake.Fail(lake.ErrInvalid, "value_unit_unknown", "The variable "+v.ID+" counts in "+v.Unit.EN+".", "variable", v.ID, "value", in.Unit, "unit", v.Unit.EN, "unit_zh", v.Unit.ZH)
	case in.Source != "" && !slices.Contains(Sources, in.Source):
		return out, lake.Fail(lake.ErrInvalid, "value_source_unknown", "A number's source is one of "+strings.Join(Sources, ", ")+".", "variable", v.ID, "value", in.Source)
	case !out.Given && (in.ConfirmedBy != "" || in.Source == "customer" || in.Source == "measured"):
		return out, lake.Fail(lake.ErrInvalid, "value_missing", "The variable "+v.ID+" has a source and no number.", "variable", v.ID)
	case in.Source != "":
		out.Source = in.Source
	case !out.Given && v.Source == "benchmark":
		out.Source = "benchmark"
	}
	for _, one := range []struct {
		text lake.Cell
		to   *float64
	}{{in.Low, &out.low}, {in.Likely, &out.likely}, {in.High, &out.high}} {
		if one.text == "" {
			continue
		}
		x, err := decimal.NewFromString(strings.TrimSpace(string(one.text)))
		f := x.InexactFloat64()
		if err != nil || math.IsInf(f, 0) {
			return out, lake.Fail(lake.ErrInvalid, "value_number_invalid", "The variable "+v.ID+" needs a number.", "variable", v.ID, "value", one.text)
		}
		*one.to = f
	}
	if in.Low == "" {
		out.low = math.Min(out.low, out.likely)
	}
	if in.High == "" {
		out.high = math.Max(out.high, out.likely)
	}
	out.Low, out.Likely, out.High = plain(out.low), plain(out.likely), plain(out.high)
	if out.low > out.likely || out.likely > out.high {
		return out, lake.Fail(lake.ErrInvalid, "value_range_invalid", "The variable "+v.ID+" needs low ≤ likely ≤ high.", "variable", v.ID,
			"low", out.Low, "likely", out.Likely, "high", out.High)
	}
	return out, nil
}

func plain(x float64) lake.Cell { return lake.Cell(pack.Number(x).String()) }

// Example is the pack's filled example as inputs; its numbers are invented, so their
// source is an assumption.
func (m *Model) Example() Inputs {
	in := Inputs{}
	for id, x := range m.def.Example.Values {
		in[id] = Input{Likely: lake.Cell(x.String())}
	}
	return in
}
