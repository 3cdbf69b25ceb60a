package duckdb

import (
	"context"
	"slices"
	"time"

	"headwater/lake"
)

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

// Explain runs a SELECT, or a question, and tells how it was answered.
func (e *Engine) Explain(ctx context.Context, v lake.View, text string, q *lake.Question) (out *lake.Explained, err error) {
	defer func() { err = worded(v, text, e.hide("explain", err)) }()
	if v.Schema == nil {
		return nil, lake.Fail(lake.ErrInvalid, "view_invalid", "The view names no schema.")
	}
	limited, cancel := context.WithTimeout(ctx, e.opt.Timeout)
	defer cancel()
	err = e.reading(limited, v, v.Schema.Entities(), func(ctx context.Context, h *homes) error {
		h.explain = true
		began := time.Now()
		rows, err := h.explained(v, text, q)
		out = &lake.Explained{Took: time.Since(began), Rows: rows}
		if err == nil {
			out.Steps = h.told(out)
		}
		return err
	})
	if limited.Err() != nil && ctx.Err() == nil && err != nil {
		return nil, lake.Fail(lake.ErrLimit, "sql_timeout", "The query took longer than "+e.opt.Timeout.String()+".", "seconds", int(e.opt.Timeout.Seconds()))
	}
	return out, err
}

func (h *homes) explained(v lake.View, text string, q *lake.Question) (int64, error) {
	if q == nil {
		h.known = nil
		var n counter
		err := h.query(v, text, &n)
		return int64(n), err
	}
	ent, err := v.Schema.Entity(q.Entity)
	if err != nil {
		return 0, err
	}
	var a lake.Answer
	err = h.ask(v, *q, ent, &a)
	return int64(len(a.Rows) + len(a.Groups)), err
}

// counter is a sink that only counts.
type counter int64

func (*counter) Columns([]string, []string) error { return nil }

func (c *counter) Row([]any) error {
	*c++
	return nil
}

// told is the tree of steps: the engine itself on top.
func (h *homes) told(x *lake.Explained) []lake.Step {
	top := lake.Step{Code: "engine", Rows: x.Rows, Took: x.Took}
	out := []lake.Step{top}
	for _, s := range h.steps {
		if s.scan != nil {
			s.scan.tell(&s.Step)
			out[0].Took -= s.Took
		}
		s.Depth++
		out = append(out, s.Step)
	}
	return out
}

// tell completes a scan's step with what came of it.
func (s *scan) tell(t *lake.Step) {
	for i := range s.ent.Fields {
		if s.needed == nil || s.needed[i] {
			t.Columns = append(t.Columns, string(s.ent.Fields[i].Name))
		}
	}
	if s.as != nil {
		t.Note, t.Rows, t.Columns = "shared", 0, nil
		return
	}
	for i, w := range s.asked {
		switch {
		case s.result != nil && i < len(s.result.Pushed) && s.result.Pushed[i], t.Code == "scan_files":
			t.Pushed = append(t.Pushed, w.text)
		case s.result != nil && i < len(s.result.Why):
			t.Stayed = append(t.Stayed, lake.Stayed{Condition: w.text, Why: s.result.Why[i]})
		}
	}
	if s.copied != "" {
		for _, w := range s.wishes() {
			t.Pushed = append(t.Pushed, w.text)
		}
	}
	for _, c := range s.stayed {
		if !slices.Contains(t.Stayed, c) {
			t.Stayed = append(t.Stayed, c)
		}
	}
	if s.result == nil {
		return
	}
	t.At, t.Statement, t.Rows = s.result.ObservedAt, s.result.Statement, s.moved
	if s.result.Moved != nil {
		_, t.Bytes = s.result.Moved()
	}
	if s.result.Files != nil {
		t.Bytes = s.result.Files.Bytes
	}
	switch {
	case s.result.Counted:
		t.Note = "counted"
	case s.result.Nearest:
		t.Note = "nearest"
	case s.result.Limited:
		t.Note = "limited"
	}
}
