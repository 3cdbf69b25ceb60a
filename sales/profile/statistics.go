package profile

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Rate is a share with Wilson's 95% interval.
type Rate struct {
	Of   int64   `json:"of"`   // how many there are
	Hits int64   `json:"hits"` // how many of them
	Rate float64 `json:"rate"` // 0 to 1; 0 of none
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

const z95 = 1.959963984540054 // the normal distribution's 97.5% point

// Wilson gives hits of n as a rate with its score interval (Wilson 1927), which holds for
// few records and for rates near 0 and 1, too. Of none it is 0 to 1: nothing is known.
func Wilson(hits, n int64) Rate {
	if n == 0 {
		return Rate{High: 1}
	}
	low, high := wilson(float64(hits), float64(n))
	return Rate{n, hits, float64(hits) / float64(n), low, high}
}

func wilson(hits, n float64) (low, high float64) {
	p, z2 := hits/n, z95*z95
	middle := (p + z2/(2*n)) / (1 + z2/n)
	half := z95 / (1 + z2/n) * math.Sqrt(p*(1-p)/n+z2/(4*n*n))
	return max(0, middle-half), min(1, middle+half)
}

// Interval is a value with its 95% interval.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// above and below tell whether the whole interval lies on one side of 0.
func (i Interval) above() bool { return i.Low > 0 }
func (i Interval) below() bool { return i.High < 0 }

// cell is how many records there are of one kind.
type cell struct {
	set  uint64
	hit  bool
	n    int64
	draw float64 // in the sample that is being drawn
}

const draws = 2000

// bootstrap gives the 95% percentile interval of a figure over samples like the tested
// records: each kind of record comes as often as a Poisson draw says. The draws are the
// same each time.
func bootstrap(cells []cell, figure func([]cell) float64) Interval {
	for i := range cells {
		cells[i].draw = float64(cells[i].n)
	}
	out := Interval{Value: figure(cells)}
	rnd := rand.New(rand.NewPCG(20261121, uint64(len(cells))))
	values := make([]float64, draws)
	for d := range values {
		for i := range cells {
			cells[i].draw = poisson(rnd, float64(cells[i].n))
		}
		values[d] = figure(cells)
	}
	slices.Sort(values)
	out.Low, out.High = values[draws/40], values[draws-draws/40-1]
	return out
}

// poisson draws by Knuth's product for few, by the normal approximation for many.
func poisson(rnd *rand.Rand, mean float64) float64 {
	if mean > 50 {
		return max(0, math.Round(mean+math.Sqrt(mean)*rnd.NormFloat64()))
	}
	limit, p, n := math.Exp(-mean), 1.0, -1.0
	for p > limit || n < 0 {
		p *= rnd.Float64()
		n++
	}
	return n
}

// ranked is a group of records with the same score.
type ranked struct {
	score        float64
	hits, others float64
}

// area is the area under the ROC curve of groups: the chance that a hit stands above
// another record, ties counted half. 0.5 when there are only hits or only others.
func area(groups []ranked) float64 {
	groups = slices.Clone(groups)
	slices.SortFunc(groups, func(a, b ranked) int { return cmp.Compare(a.score, b.score) })
	hits, others, won := 0.0, 0.0, 0.0
	for _, g := range groups {
		won += g.hits * (others + g.others/2)
		hits, others = hits+g.hits, others+g.others
	}
	if hits == 0 || others == 0 {
		return 0.5
	}
	return won / (hits * others)
}

// areaLow is the lower end of the area's 95% interval (Hanley and McNeil 1982).
func areaLow(a, hits, others float64) float64 {
	if hits < 1 || others < 1 {
		return 0
	}
	q1, q2 := a/(2-a), 2*a*a/(1+a)
	v := (a*(1-a) + (hits-1)*(q1-a*a) + (others-1)*(q2-a*a)) / (hits * others)
	return a - z95*math.Sqrt(max(0, v))
}

// Decile is a tenth of the records, best scores first. Where equal scores straddle a
// border, each side has its share of them, so counts may be fractions.
type Decile struct {
	Decile int     `json:"decile"` // 1 is the best
	Count  float64 `json:"count"`
	Hits   float64 `json:"hits"`
	Rate   float64 `json:"rate"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Lift   float64 `json:"lift"` // rate of the tenth over that of all
	Caught float64 `json:"caught" doc:"Share of all hits in this tenth and those above."`
}

func deciles(groups []ranked) []Decile {
	groups = slices.Clone(groups)
	slices.SortFunc(groups, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	n, hits := 0.0, 0.0
	for _, g := range groups {
		n, hits = n+g.hits+g.others, hits+g.hits
	}
	out := make([]Decile, 10)
	if n == 0 {
		return []Decile{}
	}
	size, caught := n/10, 0.0
	i, left := 0, groups[0]
	for d := range out {
		out[d].Decile = d + 1
		for room := size; room > 1e-9 && i < len(groups); {
			have := left.hits + left.others
			part := 1.0
			if have > room {
				part = room / have
			}
			out[d].Count += have * part
			out[d].Hits += left.hits * part
			room -= have * part
			left.hits, left.others = left.hits*(1-part), left.others*(1-part)
			if part == 1 {
				if i++; i < len(groups) {
					left = groups[i]
				}
			}
		}
		caught += out[d].Hits
		if out[d].Count > 0 {
			out[d].Rate = out[d].Hits / out[d].Count
			out[d].Low, out[d].High = wilson(out[d].Hits, out[d].Count)
		}
		if hits > 0 {
			out[d].Lift = out[d].Rate / (hits / n)
			out[d].Caught = caught / hits
		}
	}
	return out
}
