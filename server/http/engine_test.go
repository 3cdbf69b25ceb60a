package httpapi_test

import (
	"context"
	"slices"
	"strings"

	"headwater/lake"
	"headwater/lake/filter"
)

// scanner is an engine that looks at every record: slow, small, and right.
type scanner struct {
	lake.Engine // of which no test here asks more than what follows
	store       lake.Store
}

func (s scanner) Sync(context.Context) error { return nil }
func (s scanner) Close() error               { return nil }

func (s scanner) cell(ctx context.Context, v lake.View, e *lake.Entity, r lake.Record, p lake.Path) (lake.Cell, *lake.Field) {
	f, _ := e.Column(p[0])
	c := r.Cells[p[0]]
	switch {
	case v.Rights.MaskedField(e.Name, p[0]):
		c = ""
	case p[0] == lake.FieldID:
		c = lake.Cell(r.Key)
	}
	if len(p) == 1 || c == "" {
		return c, f
	}
	target, _ := v.Schema.Entity(f.Target)
	list, _ := s.store.Get(ctx, target, v.Lineage, []lake.Key{lake.Key(c)})
	if len(list) == 0 {
		return "", f
	}
	return s.cell(ctx, v, target, list[0], p[1:])
}

func (s scanner) sees(ctx context.Context, v lake.View, e *lake.Entity, r lake.Record) bool {
	if v.Rights.AllRows || e.Owner == "" && e.Inherits == "" || e.Owner != "" && v.Rights.Owns(lake.Key(r.Cells[e.Owner])) {
		return true
	}
	up, ok := e.Field(e.Inherits)
	if !ok {
		return false
	}
	parent, _ := v.Schema.Entity(up.Target)
	list, _ := s.store.Get(ctx, parent, v.Lineage, []lake.Key{lake.Key(r.Cells[e.Inherits])})
	return len(list) > 0 && v.Rights.Owns(lake.Key(list[0].Cells[parent.Owner]))
}

func (s scanner) Ask(ctx context.Context, v lake.View, q lake.Question) (*lake.Answer, error) {
	e, err := v.Schema.Entity(q.Entity)
	if err != nil {
		return nil, err
	}
	var found []lake.Record
	err = s.store.Scan(ctx, e, v.Lineage, func(r lake.Record) error {
		get := func(p lake.Path) (lake.Cell, lake.Kind) {
			c, f := s.cell(ctx, v, e, r, p)
			return c, f.Kind
		}
		if s.sees(ctx, v, e, r) && (q.Where == nil || filter.Eval(q.Where, get)) {
			found = append(found, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	order := append(slices.Clone(q.Order), lake.Order{Path: lake.Path{lake.FieldID}})
	key := func(r lake.Record) (out []lake.Cell) {
		for _, o := range order {
			c, _ := s.cell(ctx, v, e, r, o.Path)
			out = append(out, c)
		}
		return out
	}
	compare := func(a, b []lake.Cell) int {
		for i, o := range order {
			f, _ := e.Column(o.Path[0])
			if c := filter.CompareOrder(f, a[i], b[i], o.Desc); c != 0 {
				return c
			}
		}
		return 0
	}
	slices.SortFunc(found, func(a, b lake.Record) int { return compare(key(a), key(b)) })
	out := &lake.Answer{Total: int64(len(found))}
	for _, r := range found {
		if q.After != nil && compare(key(r), q.After) <= 0 {
			continue
		}
		if len(out.Rows) == q.Limit {
			out.More = q.Limit > 0
			break
		}
		row := lake.AnswerRow{Key: r.Key, Rev: r.Rev, After: key(r)}
		for _, p := range q.Fields {
			c, _ := s.cell(ctx, v, e, r, p)
			row.Cells = append(row.Cells, c)
		}
		out.Rows = append(out.Rows, row)
	}
	for _, n := range q.Group {
		counts := map[lake.Cell]int64{}
		for _, r := range found {
			c, _ := s.cell(ctx, v, e, r, lake.Path{n})
			counts[c]++
		}
		for c, n := range counts {
			out.Groups = append(out.Groups, lake.Group{Values: []lake.Cell{c}, Count: n})
		}
	}
	return out, nil
}

// SQL answers three texts only.
func (s scanner) SQL(ctx context.Context, _ lake.View, text string, sink lake.SQLSink) error {
	switch text {
	case "SELECT WAIT":
		<-ctx.Done()
		return ctx.Err()
	case "SELECT 3":
		if err := sink.Columns([]string{"n", "t"}, []string{"integer", "text"}); err != nil {
			return err
		}
		for i := range 3 {
			if err := sink.Row([]any{int64(i) << 60, "=1+1"}); err != nil {
				return err
			}
		}
		return nil
	case "SELECT HUGE":
		if err := sink.Columns([]string{"t"}, []string{"text"}); err != nil {
			return err
		}
		return sink.Row([]any{strings.Repeat("x", 65<<20)})
	}
	return lake.Fail(lake.ErrInvalid, "sql_invalid", "This isn't a SELECT.")
}

func (s scanner) Search(ctx context.Context, v lake.View, words string, limit int) (hits []lake.Hit, err error) {
	for _, e := range v.Schema.Entities() {
		if e.Directory {
			continue
		}
		err = s.store.Scan(ctx, e, v.Lineage, func(r lake.Record) error {
			if t := string(r.Cells[e.Title]); strings.Contains(t, words) && len(hits) < limit && s.sees(ctx, v, e, r) {
				hits = append(hits, lake.Hit{Entity: e.Name, Key: r.Key, Title: t, Field: e.Title, Score: 1})
			}
			return nil
		})
	}
	return hits, err
}
