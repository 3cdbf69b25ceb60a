package duckdb

import (
	"context"
	"database/sql"
	"strings"

	"headwater/lake"
)

var errNoSources = lake.Fail(lake.ErrInvalid, "sources_missing", "This engine was opened without sources.")

// Base reads records from under an overlay. What a base stands on (the original of a
// clone, the entities of a derived one) is read with the view's rights.
func (e *Engine) Base(ctx context.Context, v lake.View, entity lake.EntityName, q lake.BaseQuery, fn func(lake.Record) error) (err error) {
	defer func() { err = e.hide("base", err) }()
	ent, err := v.Schema.Entity(entity)
	if err != nil {
		return err
	}
	if !ent.Overlaid() {
		return lake.Fail(lake.ErrInvalid, "entity_native", "The entity "+string(entity)+" has no base.", "entity", entity)
	}
	if q.Keys != nil && len(q.Keys) == 0 || q.Field != "" && len(q.Values) == 0 {
		return nil
	}
	work := func(ctx context.Context, h *homes) error {
		h.base, h.simple = true, ent.Home.Kind == lake.Foreign
		return h.changed(h.records(v, ent, q, fn))
	}
	if e.standsAlone(v, ent, 0) { // nothing of it lies in the mirror
		return e.alone(ctx, v, work)
	}
	return e.reading(ctx, v, v.Schema.Entities(), work)
}

// standsAlone tells whether a base needs nothing of the store.
func (e *Engine) standsAlone(v lake.View, ent *lake.Entity, depth int) bool {
	if c, ok := v.Copies[ent.Name]; ok && c.ID != "" || ent.Home.Kind == lake.Foreign {
		return true
	}
	return false
}

// alone runs fn without bringing the mirror up to date.
func (e *Engine) alone(ctx context.Context, v lake.View, fn func(context.Context, *homes) error) error {
	if err := e.openPlaces(ctx); err != nil {
		return err
	}
	v.Lineage = lake.Lineage{{Branch: lake.Main}}
	v.Head = false
	rights := *v.Rights
	rights.AllRows = true
	v.Rights = &rights
	return e.read(ctx, v, nil, func(ctx context.Context, s snapshot) (err error) {
		h := e.homes(ctx, s)
		defer func() {
			if cerr := h.close(); err == nil {
				err = cerr
			}
		}()
		return fn(ctx, h)
	})
}

func (h *homes) records(v lake.View, ent *lake.Entity, q lake.BaseQuery, fn func(lake.Record) error) error {
	text, err := h.source(v, ent, want{keys: q.Keys, field: q.Field, values: q.Values})
	if err != nil {
		return err
	}
	selected := []string{"b.id"}
	for i := range ent.Fields {
		o := operand{field: &ent.Fields[i], alias: "b", col: &column{Name: string(ent.Fields[i].Name)}}
		if o.home, err = homeType(o.field); err != nil {
			return err
		}
		selected = append(selected, o.cell())
	}
	where := "TRUE"
	if q.Keys != nil {
		where = "b.id IN (SELECT unnest(" + textList(keyTexts(q.Keys)) + "))"
	}
	if q.Field != "" {
		if where, err = h.holds(ent, q); err != nil {
			return err
		}
	}
	text, err = h.ready("SELECT " + strings.Join(selected, ", ") + " FROM (" + text + ") AS b WHERE " + where)
	if err != nil {
		return err
	}
	rows, err := h.conn.QueryContext(h.ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		values := make([]sql.NullString, len(selected))
		into := make([]any, len(selected))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		r := lake.Record{Key: lake.Key(values[0].String), Cells: make(lake.Cells, len(ent.Fields))}
		for i := range ent.Fields {
			if c := shownCell(ent.Fields[i].Kind, values[i+1].String); c != "" {
				r.Cells[ent.Fields[i].Name] = c
			}
		}
		if err := fn(r); err != nil {
			return sinkError{err}
		}
	}
	return rows.Err()
}

// holds is the condition that a field holds one of some cells.
func (h *homes) holds(ent *lake.Entity, q lake.BaseQuery) (string, error) {
	f, ok := ent.Field(q.Field)
	if !ok {
		return "", fieldUnknown(ent, q.Field)
	}
	values := make([]string, len(q.Values))
	for i, v := range q.Values {
		values[i] = string(v)
	}
	x := asText(f, "b."+quote(string(f.Name)))
	if f.Kind == lake.Money {
		x = "concat_ws(' ', " + asText(&lake.Field{Kind: lake.Decimal}, "b."+quote(string(f.Name))) + ", b." + quote(string(f.Name)+currencySuffix) + ")"
	}
	return x + " IN (SELECT unnest(" + textList(values) + "))", nil
}
