package value

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"headwater/lake"
)

// MaxRuns is the most that a simulation may be asked for.
const MaxRuns = 1_000_000

const bins = 30

// Simulation says how the NPV is spread when every variable varies within its range.
type Simulation struct {
	Runs      int        `json:"runs"`
	Seed      uint64     `json:"seed"`     // the same seed gives the same numbers
	Mean      lake.Cell  `json:"mean"`     // money
	Positive  lake.Cell  `json:"positive"` // the share of runs with an NPV above zero, 0 to 1
	Quantiles []Quantile `json:"quantiles"`
	Bins      []Bin      `json:"bins"` // 30 of equal width; one when all runs gave the same
	Uses      []string   `json:"uses"` // the variables that varied
}

// Quantile is the NPV that this share of the runs stays at or below.
type Quantile struct {
	Share lake.Cell `json:"share"` // 0.05, 0.25, 0.5, 0.75, 0.95
	NPV   lake.Cell `json:"npv"`
}

// Bin counts runs with an NPV from From up to, but for the last bin not with, To.
type Bin struct {
	From  lake.Cell `json:"from"`
	To    lake.Cell `json:"to"`
	Count int       `json:"count"`
}

// Simulate draws every variable independently, from the triangle over its low, likely and
// high, and works the NPV out, runs times. Errors are those of Evaluate, value_runs_invalid
// outside of 100 to MaxRuns, and that of ctx.
func (m *Model) Simulate(ctx context.Context, in Inputs, runs int, seed uint64) (*Simulation, error) {
	if runs < 100 || runs > MaxRuns {
		return nil, lake.Fail(lake.ErrInvalid, "value_runs_invalid", "A simulation has 100 to 1,000,000 runs.", "value", runs)
	}
	vars, err := m.settle(in)
	if err != nil {
		return nil, err
	}
	out := &Simulation{Runs: runs, Seed: seed}
	triangles := make([]triangle, len(vars))
	for i, v := range vars {
		triangles[i] = newTriangle(v.low, v.likely, v.high)
		if v.low < v.high {
			out.Uses = append(out.Uses, v.ID)
		}
	}
	random := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) // repeatable on purpose
	results, w := make([]float64, runs), m.work()
	for r := range results {
		if r%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for i := range triangles {
			w.slots[i] = triangles[i].at(random.Float64())
		}
		results[r] = m.npv(w)
		if x := results[r]; math.IsNaN(x) || math.IsInf(x, 0) {
			if err := m.finite(w); err != nil {
				return nil, err
			}
			return nil, endless(m.def.ID, m.def.Rate, []string{m.def.Rate})
		}
	}
	m.summarise(out, results)
	return out, nil
}

func (m *Model) summarise(out *Simulation, results []float64) {
	slices.Sort(results)
	n := len(results)
	sum := 0.0
	for _, x := range results {
		sum += x
	}
	above := n - lastAtMost(results, 0)
	out.Mean, out.Positive = m.money(sum/float64(n)), rounded(float64(above)/float64(n), 4)
	for _, q := range []float64{0.05, 0.25, 0.5, 0.75, 0.95} {
		at := q * float64(n-1)
		i := int(at)
		x := results[i]
		if i+1 < n {
			x += (at - float64(i)) * (results[i+1] - x)
		}
		out.Quantiles = append(out.Quantiles, Quantile{lake.Cell(strconv.FormatFloat(q, 'f', -1, 64)), m.money(x)})
	}
	low, high := results[0], results[n-1]
	if low == high {
		out.Bins = []Bin{{m.money(low), m.money(high), n}}
		return
	}
	counts := make([]int, bins)
	width := (high - low) / bins
	for _, x := range results {
		counts[min(int((x-low)/width), bins-1)]++
	}
	for i, c := range counts {
		out.Bins = append(out.Bins, Bin{m.money(low + float64(i)*width), m.money(low + float64(i+1)*width), c})
	}
}

// lastAtMost counts how many of the sorted numbers are at most x.
func lastAtMost(sorted []float64, x float64) int {
	n, _ := slices.BinarySearchFunc(sorted, x, func(a, b float64) int {
		if a <= b {
			return -1
		}
		return 1
	})
	return n
}

// triangle is the triangular distribution over low, likely and high.
type triangle struct {
	low, high   float64
	bend        float64 // the share below likely
	left, right float64 // squared widths of both sides
}

func newTriangle(low, likely, high float64) triangle {
	t := triangle{low: low, high: high}
	if high > low {
		t.bend = (likely - low) / (high - low)
		t.left, t.right = (high-low)*(likely-low), (high-low)*(high-likely)
	}
	return t
}

// at is the value below which the share u lies.
func (t triangle) at(u float64) float64 {
	switch {
	case t.high == t.low:
		return t.low
	case u < t.bend:
		return t.low + math.Sqrt(u*t.left)
	default:
		return t.high - math.Sqrt((1-u)*t.right)
	}
}
