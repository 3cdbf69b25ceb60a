package duckdb

import (
	"context"

	"headwater/lake"
)

// filler gets the cells of a page's records from the store.
type filler struct {
	ctx    context.Context
	e      *Engine
	view   lake.View
	ent    *lake.Entity
	fields []lake.Path
	people map[lake.Key]lake.Cells
	revs   map[versionOf]lake.Revision
}

type versionOf struct {
	entity lake.EntityName
	key    lake.Key
}

func (f *filler) rows(found []match) ([]lake.AnswerRow, error) {
	out := make([]lake.AnswerRow, len(found))
	keys := make([]lake.Key, len(found))
	for i, r := range found {
		keys[i] = r.key
		out[i] = lake.AnswerRow{Key: r.key, Rev: r.rev, After: r.after, Cells: make([]lake.Cell, len(f.fields))}
	}
	if len(f.fields) == 0 {
		return out, nil
	}
	cells, err := f.get(f.ent, keys)
	if err != nil {
		return nil, err
	}
	at := make(map[lake.Key]*match, len(found))
	for i := range found {
		r := &found[i]
		at[r.key] = r
		if c := cells[r.key]; c != nil && !r.updated.IsZero() {
			c[lake.FieldUpdatedAt] = lake.TimeCell(r.updated)
		}
	}
	for col, path := range f.fields {
		values, err := f.column(f.ent, cells, path)
		if err != nil {
			return nil, err
		}
		for i := range out {
			out[i].Cells[col] = values[out[i].Key]
		}
	}
	return out, nil
}

// column gives a path's value for each record.
func (f *filler) column(ent *lake.Entity, cells map[lake.Key]lake.Cells, path lake.Path) (map[lake.Key]lake.Cell, error) {
	if len(path) == 0 {
		return nil, lake.Fail(lake.ErrInvalid, "field_unknown", "A field has no name.")
	}
	field, ok := ent.Column(path[0])
	if !ok {
		return nil, fieldUnknown(ent, path[0])
	}
	out := make(map[lake.Key]lake.Cell, len(cells))
	if !f.view.Rights.MaskedField(ent.Name, field.Name) {
		for k, c := range cells {
			out[k] = c[field.Name]
		}
	}
	if field.Name == lake.FieldUpdatedAt {
		if err := f.written(ent, out); err != nil {
			return nil, err
		}
	}
	if len(path) == 1 {
		return out, nil
	}
	target, err := f.target(ent, field)
	if err != nil {
		return nil, err
	}
	var keys []lake.Key
	seen := map[lake.Cell]bool{"": true}
	for _, ref := range out {
		if !seen[ref] {
			seen[ref] = true
			keys = append(keys, lake.Key(ref))
		}
	}
	records, err := f.permittedTargets(target, keys)
	if err != nil {
		return nil, err
	}
	values, err := f.column(target, records, path[1:])
	for k, ref := range out {
		out[k] = values[lake.Key(ref)]
	}
	return out, err
}

// written completes when records were written, for those that a reference led to.
func (f *filler) written(ent *lake.Entity, out map[lake.Key]lake.Cell) error {
	for k, at := range out {
		rev, known := f.revs[versionOf{ent.Name, k}]
		if at != "" || !known {
			continue
		}
		info, err := f.e.store.Revision(f.ctx, rev)
		if err != nil {
			return err
		}
		out[k] = lake.TimeCell(info.At)
	}
	return nil
}

func (f *filler) target(ent *lake.Entity, field *lake.Field) (*lake.Entity, error) {
	if field.Kind != lake.Reference {
		return nil, lake.Fail(lake.ErrInvalid, "field_unknown", "The field "+string(field.Name)+" is no reference.", "field", field.Name)
	}
	return f.view.Schema.Entity(field.Target)
}

// permittedTargets are the records that references point to, as far as the reader may
// see them.
func (f *filler) permittedTargets(ent *lake.Entity, keys []lake.Key) (map[lake.Key]lake.Cells, error) {
	if !f.view.Rights.AllRows && (ent.Owner != "" || ent.Inherits != "") && len(keys) > 0 {
		var err error
		if keys, err = f.inScope(ent, keys); err != nil {
			return nil, err
		}
	}
	return f.get(ent, keys)
}

func (f *filler) inScope(ent *lake.Entity, keys []lake.Key) ([]lake.Key, error) {
	var out []lake.Key
	err := f.e.read(f.ctx, f.view, []*lake.Entity{ent}, func(ctx context.Context, s snapshot) error {
		c := newCompiler(s.st, f.view, ent)
		text := "SELECT " + c.main + ".id FROM " + c.from + " WHERE " + c.where + " AND " + c.main + ".id IN (" + c.args.keys(keys) + ")"
		rows, err := s.conn.QueryContext(ctx, text, c.args.values...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var k string
			if err := rows.Scan(&k); err != nil {
				return err
			}
			out = append(out, lake.Key(k))
		}
		return rows.Err()
	})
	return out, err
}

const getAtOnce = 500

// get reads records by key; every one gets its pseudo fields.
func (f *filler) get(ent *lake.Entity, keys []lake.Key) (map[lake.Key]lake.Cells, error) {
	if ent.Directory {
		return f.directory(keys)
	}
	out := make(map[lake.Key]lake.Cells, len(keys))
	for len(keys) > 0 {
		n := min(len(keys), getAtOnce)
		records, err := f.e.store.Get(f.ctx, ent, f.view.Lineage, keys[:n])
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if r.Cells == nil {
				r.Cells = lake.Cells{}
			}
			r.Cells[lake.FieldID] = lake.Cell(r.Key)
			if t := r.Key.CreatedAt(); !t.IsZero() {
				r.Cells[lake.FieldCreatedAt] = lake.TimeCell(t)
			}
			out[r.Key] = r.Cells
			f.revs[versionOf{ent.Name, r.Key}] = r.Rev
		}
		keys = keys[n:]
	}
	return out, nil
}

func (f *filler) directory(keys []lake.Key) (map[lake.Key]lake.Cells, error) {
	if f.people == nil {
		f.people = map[lake.Key]lake.Cells{}
		if f.e.opt.Policy != nil {
			people, err := f.e.opt.Policy.People(f.ctx)
			if err != nil {
				return nil, err
			}
			for _, p := range people {
				f.people[p.Key] = personCells(p)
			}
		}
	}
	out := make(map[lake.Key]lake.Cells, len(keys))
	for _, k := range keys {
		if c, ok := f.people[k]; ok {
			out[k] = c
		}
	}
	return out, nil
}

func personCells(p lake.Person) lake.Cells {
	return lake.Cells{lake.FieldID: lake.Cell(p.Key), "name": lake.Cell(p.Name), "email": lake.Cell(p.Email), "team": lake.Cell(p.Team)}.Clone()
}
