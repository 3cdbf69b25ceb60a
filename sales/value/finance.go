package value

import "math"

// npv discounts the flow of year y by (1 + rate)^y; flows[0] is the start.
func npv(flows []float64, rate float64) float64 {
	sum, factor := 0.0, 1.0
	for _, f := range flows {
		sum += f / factor
		factor *= 1 + rate
	}
	return sum
}

// irr is the rate at which the flows are worth nothing. Flows that change their sign
// exactly once have exactly one; for others ok is false, because none or several fit.
func irr(flows []float64) (rate float64, ok bool) {
	changes, last := 0, 0.0
	for _, f := range flows {
		if f == 0 {
			continue
		}
		if last*f < 0 {
			changes++
		}
		last = f
	}
	if changes != 1 {
		return 0, false
	}
	// Bisected over log(1 + rate), from almost -100% to a million times.
	low, high := math.Log(1e-6), math.Log(1e6)
	at := func(x float64) float64 { return npv(flows, math.Exp(x)-1) }
	if at(low)*at(high) > 0 {
		return 0, false
	}
	sign := math.Signbit(at(low))
	for range 100 {
		mid := (low + high) / 2
		if math.Signbit(at(mid)) == sign {
			low = mid
		} else {
			high = mid
		}
	}
	return math.Exp((low+high)/2) - 1, true
}

// payback is when the sum of the flows first comes back to zero, in years, linear within
// a year and not discounted: 0 when it is never below, ok false when it stays below.
func payback(flows []float64) (years float64, ok bool) {
	sum, below := 0.0, false
	for y, f := range flows {
		if sum < 0 && sum+f >= 0 {
			return float64(y-1) - sum/f, true
		}
		sum += f
		below = below || sum < 0
	}
	return 0, !below
}
