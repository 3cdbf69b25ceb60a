package value

import (
	"cmp"
	"math"
	"slices"

	"headwater/lake"
	"headwater/pack"
)

// Swing is what one variable alone does to the NPV, while the others are likely.
type Swing struct {
	Variable string    `json:"variable"`
	Name     pack.Text `json:"name"`
	Unit     pack.Text `json:"unit"`
	Low      lake.Cell `json:"low"` // the ends of its range, decimals
	High     lake.Cell `json:"high"`
	NPVLow   lake.Cell `json:"npv_low"` // money, with the variable at its low end
	NPVHigh  lake.Cell `json:"npv_high"`
	Effect   lake.Cell `json:"effect"` // money: the distance between the two
	Source   string    `json:"source"`
	// Turns is the value between low and high at which the NPV changes its sign; empty when
	// it doesn't.
	Turns lake.Cell `json:"turns,omitempty"`
}

type swing struct{ low, high float64 } // NPV at either end

// Tornado is the effect of each variable, the largest first. Errors are those of Evaluate.
func (m *Model) Tornado(in Inputs) ([]Swing, error) {
	vars, err := m.settle(in)
	if err != nil {
		return nil, err
	}
	w := m.work()
	for i, v := range vars {
		w.slots[i] = v.likely
	}
	swings := m.swings(w, vars)
	out := make([]Swing, len(vars))
	for i, v := range vars {
		s := swings[i]
		if math.IsNaN(s.low+s.high) || math.IsInf(s.low+s.high, 0) {
			return nil, endless(m.def.ID, v.ID, []string{v.ID})
		}
		out[i] = Swing{Variable: v.ID, Name: v.Name, Unit: v.Unit, Low: v.Low, High: v.High, Source: v.Source,
			NPVLow: m.money(s.low), NPVHigh: m.money(s.high), Effect: m.money(math.Abs(s.high - s.low))}
		if s.low*s.high < 0 {
			out[i].Turns = m.turns(w, i, v, s.low)
		}
	}
	order := make([]int, len(out))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(swings[b].high-swings[b].low), math.Abs(swings[a].high-swings[a].low))
	})
	sorted := make([]Swing, len(out))
	for i, o := range order {
		sorted[i] = out[o]
	}
	return sorted, nil
}

// swings moves one variable at a time; the slots are as before afterwards.
func (m *Model) swings(w *work, vars []Variable) []swing {
	out := make([]swing, len(vars))
	for i, v := range vars {
		w.slots[i] = v.low
		out[i].low = m.npv(w)
		w.slots[i] = v.high
		out[i].high = m.npv(w)
		w.slots[i] = v.likely
	}
	return out
}

// turns bisects for the value at which the NPV is nothing, to four digits of the range.
func (m *Model) turns(w *work, i int, v Variable, atLow float64) lake.Cell {
	low, high := v.low, v.high
	for range 60 {
		w.slots[i] = (low + high) / 2
		if (m.npv(w) < 0) == (atLow < 0) {
			low = w.slots[i]
		} else {
			high = w.slots[i]
		}
	}
	w.slots[i] = v.likely
	places := 4 - int32(math.Floor(math.Log10(v.high-v.low)))
	return rounded(low, min(max(places, 0), 12))
}
