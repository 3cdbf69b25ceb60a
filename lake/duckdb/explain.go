package duckdb

import "headwater/lake"

// step is what a question does, for Explain.
type step struct {
	lake.Step
	scan *scan
}

// note adds a step at the present depth.
func (h *homes) note(s step, more func(*step)) *step {
	s.Depth = h.depth
	if more != nil {
		more(&s)
	}
	h.steps = append(h.steps, &s)
	return &s
}
