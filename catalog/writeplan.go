package catalog

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"headwater/lake"
	"headwater/source"
)

// PlannedWrite is one record of main's overlay as it would be written to its source.
type PlannedWrite struct {
	lake.Pending
	SQL string `json:"sql"` // with its values as comments; "" when it can't be written
}

// WritePlan is what would be written to one table of a source.
type WritePlan struct {
	Entity   lake.EntityName
	Source   string
	Table    string
	Writable bool
	Reason   *lake.Error // why not
	Items    []PlannedWrite
	changes  []source.RowChange // beside Items
}

// WriteCount is how much could be written back of an entity.
type WriteCount struct {
	Entity lake.EntityName
	Label  lake.Label
	Source string
	Count  int // -1: the source can't be read now
}

// mayWriteBack: it changes what others own, so it is for those who may merge into main.
func (k *Catalog) mayWriteBack(ctx context.Context, p lake.Principal) (*lake.Reader, error) {
	r, err := k.lake.At(ctx, p, lake.MainName, 0)
	if err != nil {
		return nil, err
	}
	if !r.Rights().Merge && !r.Rights().Schema {
		return nil, lake.Fail(lake.ErrForbidden, "writeback_forbidden", "You may not write to sources.")
	}
	return r, nil
}

// WriteCounts tells what could be written back, by entity.
func (k *Catalog) WriteCounts(ctx context.Context, p lake.Principal) ([]WriteCount, error) {
	r, err := k.mayWriteBack(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []WriteCount
	for _, e := range r.Schema().Entities() {
		if e.Home.Kind != lake.Foreign || r.May(e) != nil {
			continue
		}
		list, err := k.lake.Pending(ctx, p, e.Name)
		n := len(list)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			n = -1
		}
		if n != 0 {
			out = append(out, WriteCount{e.Name, e.Label, e.Home.Source, n})
		}
	}
	return out, nil
}

// Plan shows what writing an entity's overlay back would run.
func (k *Catalog) Plan(ctx context.Context, p lake.Principal, entity lake.EntityName) (*WritePlan, error) {
	r, err := k.mayWriteBack(ctx, p)
	if err != nil {
		return nil, err
	}
	list, err := k.lake.Pending(ctx, p, entity)
	if err != nil {
		return nil, err
	}
	return k.plan(ctx, r, p, entity, list)
}

// PlanSource shows what writing back everything that main holds over a source would run,
// in one transaction: entities that others refer to first.
func (k *Catalog) PlanSource(ctx context.Context, p lake.Principal, name string) ([]*WritePlan, error) {
	r, err := k.mayWriteBack(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []*WritePlan
	for _, e := range r.Schema().Entities() {
		if e.Home.Kind != lake.Foreign || e.Home.Source != name || r.May(e) != nil {
			continue
		}
		list, err := k.lake.Pending(ctx, p, e.Name)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			continue
		}
		plan, err := k.plan(ctx, r, p, e.Name, list)
		if err != nil {
			return nil, err
		}
		out = append(out, plan)
	}
	if len(out) == 0 {
		if _, err := k.sources.Writer(ctx, name); err != nil {
			return nil, err
		}
	}
	return k.inOrder(ctx, r.Schema(), out), nil
}

func (k *Catalog) plan(ctx context.Context, r *lake.Reader, p lake.Principal, entity lake.EntityName, list []lake.Pending) (*WritePlan, error) {
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	plan := &WritePlan{Entity: entity, Source: e.Home.Source, Table: e.Home.Table, Items: make([]PlannedWrite, len(list))}
	for i := range list {
		plan.Items[i].Pending = list[i]
	}
	w, err := k.writerOf(ctx, e)
	if err != nil {
		if !errors.As(err, &plan.Reason) {
			return nil, err
		}
		return plan, nil
	}
	plan.Writable = true
	raw, err := k.rawOf(ctx, p, e, list)
	if err != nil {
		return nil, err
	}
	for i := range list {
		plan.changes = append(plan.changes, rowChange(e, &list[i], raw))
	}
	texts, err := w.Statements(ctx, e.Home.Table, plan.changes)
	for i := range texts {
		plan.Items[i].SQL = texts[i]
	}
	return plan, err
}

// writerOf gives what writes to an entity's table, or says why nothing does.
func (k *Catalog) writerOf(ctx context.Context, e *lake.Entity) (source.Writer, error) {
	w, err := k.sources.Writer(ctx, e.Home.Source)
	if err != nil {
		return nil, err
	}
	if len(e.Home.Key) == 0 {
		return nil, lake.Fail(lake.ErrInvalid, "entity_keyless", "The entity "+string(e.Name)+" has no key.", "entity", e.Name)
	}
	t, err := k.sources.Table(ctx, e.Home.Source, e.Home.Table)
	if err == nil && !t.Writable {
		err = lake.Fail(lake.ErrInvalid, "table_read_only", "The table "+t.Name+" can't be written.", "table", t.Name)
	}
	return w, err
}

// inOrder puts plans so that a table stands behind those that it refers to, by its foreign
// keys or by declared references; where they go in a circle, by name.
func (k *Catalog) inOrder(ctx context.Context, s *lake.Schema, plans []*WritePlan) []*WritePlan {
	of, tables := map[lake.EntityName]*WritePlan{}, map[string][]lake.EntityName{}
	for _, p := range plans {
		of[p.Entity], tables[p.Table] = p, append(tables[p.Table], p.Entity)
	}
	var out []*WritePlan
	seen := map[lake.EntityName]bool{}
	var visit func(n lake.EntityName)
	visit = func(n lake.EntityName) {
		p := of[n]
		if p == nil || seen[n] {
			return
		}
		seen[n] = true
		e, _ := s.Entity(n)
		for i := range e.Fields {
			if e.Fields[i].Kind == lake.Reference {
				visit(e.Fields[i].Target)
			}
		}
		if t, err := k.sources.Table(ctx, p.Source, p.Table); err == nil {
			for _, rel := range t.Relations {
				for _, target := range tables[rel.Table] {
					visit(target)
				}
			}
		}
		out = append(out, p)
	}
	for _, n := range slices.Sorted(maps.Keys(of)) {
		visit(n)
	}
	return out
}

// rowChange is a record's overlay in the words of its source.
func rowChange(e *lake.Entity, w *lake.Pending, raw rawTexts) source.RowChange {
	c := source.RowChange{Op: map[string]string{lake.OpEdit: "update", lake.OpInsert: "insert", lake.OpGone: "delete"}[w.Op],
		Key: map[string]string{}, Set: map[string]*string{}, Before: map[string]*string{}, Types: map[string]string{}}
	put := func(n lake.FieldName) {
		if f, ok := e.Field(n); ok && !f.Own {
			c.Set[columnOf(f)], c.Types[columnOf(f)] = columnText(f, w.Cells[n]), f.Type
		}
	}
	was := func(n lake.FieldName) {
		if f, ok := e.Field(n); ok && !f.Own {
			c.Before[columnOf(f)], c.Types[columnOf(f)] = raw.before(w.Key, f, w.Before[n]), f.Type
		}
	}
	parts := w.Key.Parts(len(e.Home.Key))
	for i, n := range e.Home.Key {
		f, ok := e.Field(n)
		if !ok || i >= len(parts) {
			continue
		}
		text := columnText(f, parts[i])
		if text == nil {
			text = new(string)
		}
		c.Key[columnOf(f)], c.Types[columnOf(f)] = *text, f.Type
	}
	for n := range w.Cells {
		put(n)
	}
	switch w.Op {
	case lake.OpEdit:
		for n := range w.Cells {
			was(n)
		}
	case lake.OpGone:
		for i := range e.Fields {
			was(e.Fields[i].Name)
		}
	}
	return c
}

// columnText is a cell in the text form of its column's type; nil is NULL.
func columnText(f *lake.Field, c lake.Cell) *string {
	if c == "" {
		return nil
	}
	text := string(c)
	if f.Kind == lake.Timestamp {
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			text = at.UTC().Format("2006-01-02 15:04:05.999999")
			if t := strings.ToUpper(f.Type); t == "TIMESTAMPTZ" || strings.Contains(t, "TIME ZONE") {
				text += "+00"
			}
		}
	}
	return &text
}
