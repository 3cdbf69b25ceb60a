package main

import (
	"fmt"
	"slices"
	"time"
)

// times are durations of the same thing.
type times []time.Duration

// timed adds how long fn took.
func (t *times) timed(fn func() error) error {
	began := time.Now()
	err := fn()
	*t = append(*t, time.Since(began))
	return err
}

// at gives a quantile in milliseconds: 0.5 is the median.
func (t times) at(q float64) float64 {
	if len(t) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t))
	i := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[i]) / 1e6
}

// inTurns lets all run one after the other, round by round, so that a busy machine is
// busy for all of them. The first rounds aren't counted.
func inTurns(rounds, warm int, all ...func() error) ([]times, error) {
	out := make([]times, len(all))
	for range rounds + warm {
		for i, run := range all {
			if err := out[i].timed(run); err != nil {
				return nil, err
			}
		}
	}
	for i := range out {
		out[i] = out[i][warm:]
	}
	return out, nil
}

// note keeps the median and the best of what a side took: on a busy machine the best
// tells more about the work, the median more about the day.
func (t times) note(numbers map[string]float64, name string) {
	numbers[name+": p50"], numbers[name+": best"] = t.p50(), t.at(0)
}

// ratios are those of neighbours: what a took to what b took in the same round.
func ratios(a, b times) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = float64(a[i]) / float64(b[i])
	}
	return out
}

func (t times) p50() float64 { return t.at(0.5) }
func (t times) p95() float64 { return t.at(0.95) }

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// ms writes milliseconds with three digits.
func ms(v float64) string {
	switch {
	case v >= 1000:
		return fmt.Sprintf("%.2f s", v/1000)
	case v >= 100:
		return fmt.Sprintf("%.0f ms", v)
	case v >= 10:
		return fmt.Sprintf("%.1f ms", v)
	}
	return fmt.Sprintf("%.2f ms", v)
}

func ratio(v float64) string { return fmt.Sprintf("%.2f ×", v) }
