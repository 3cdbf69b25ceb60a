package duckdb

import (
	"context"
	"errors"

	"headwater/lake"
)

// The schema is kept as records of these two entities; the mirror needs the fields
// that any branch has ever had.
var (
	entitiesEntity = texts("hw_entities", "title", "home")
	fieldsEntity   = texts("hw_fields", "entity", "name", "kind", "long")
)

// overlayFields are the hidden fields of overlay rows.
var overlayFields = (&lake.Entity{Home: lake.Home{Kind: lake.Foreign}}).Stored().Fields

func texts(name lake.EntityName, fields ...lake.FieldName) *lake.Entity {
	e := lake.Entity{Name: name, Internal: true}
	for _, f := range fields {
		e.Fields = append(e.Fields, lake.Field{Name: f, Kind: lake.Text})
	}
	out, _ := lake.NewSchema([]lake.Entity{e}).Entity(name)
	return out
}

// learnFields makes room for all fields known to the store up to a revision.
func (e *Engine) learnFields(ctx context.Context, upto lake.Revision) error {
	after := e.history.latest().applied
	titles := map[lake.EntityName]lake.FieldName{}
	overlaid := map[lake.EntityName]bool{}
	err := e.store.Changes(ctx, entitiesEntity, after, upto, func(c lake.Change) error {
		name := lake.EntityName(c.Key)
		if _, known := titles[name]; !c.Deleted && (!known || c.Branch == lake.Main) {
			titles[name] = lake.FieldName(c.Cells["title"])
		}
		overlaid[name] = overlaid[name] || c.Cells["home"] != ""
		return nil
	})
	if err != nil {
		return err
	}
	fields := map[lake.EntityName][]lake.Field{}
	err = e.store.Changes(ctx, fieldsEntity, after, upto, func(c lake.Change) error {
		if !c.Deleted {
			n := lake.EntityName(c.Cells["entity"])
			fields[n] = append(fields[n], lake.Field{Name: lake.FieldName(c.Cells["name"]), Kind: lake.Kind(c.Cells["kind"]), Long: c.Cells["long"] == "true"})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name, list := range fields {
		if overlaid[name] {
			list = append(list, overlayFields...)
		}
		if err := e.ensure(ctx, name, titles[name], list); err != nil {
			return err
		}
	}
	return nil
}

// adoptEntity makes room for an entity as a view shows it, where the store's own
// schema didn't say enough.
func (e *Engine) adoptEntity(ctx context.Context, ent *lake.Entity) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gate.RLock()
	defer e.gate.RUnlock()
	return e.hide("schema", e.ensure(context.WithoutCancel(ctx), ent.Name, ent.Title, ent.Fields))
}

// covers tells whether the mirror has a place for all fields of an entity.
func (s *state) covers(ent *lake.Entity) bool {
	t := s.tables[ent.Name]
	if t == nil {
		return false
	}
	for i := range ent.Fields {
		f := &ent.Fields[i]
		if c := t.find(f.Name, f.Kind); c == nil || isText(f.Kind) && !f.Long && !c.Short {
			return false
		}
	}
	return true
}

// ensure creates or widens a mirror table. Versions that were mirrored without the new
// columns are mirrored again: a field may be learnt after its first values.
func (e *Engine) ensure(ctx context.Context, name lake.EntityName, title lake.FieldName, fields []lake.Field) error {
	old := e.history.latest()
	known := old.tables[name]
	t := &table{Entity: name, Title: title}
	if known != nil {
		if t.Title == "" {
			t.Title = known.Title
		}
		t.Columns = append(t.Columns, known.Columns...)
	}
	var added []column
	again := known != nil && t.Title != known.Title
	for _, f := range fields {
		c := t.find(f.Name, f.Kind)
		short := isText(f.Kind) && !f.Long
		switch {
		case c == nil:
			t.Columns = append(t.Columns, t.place(f.Name, f.Kind, short))
			added = append(added, t.Columns[len(t.Columns)-1])
		case short && !c.Short:
			c.Short, again = true, true
		}
	}
	if known != nil && len(added) == 0 && !again {
		return nil
	}
	return e.commit(ctx, func(s *state) error {
		s.tables[name] = t.prepare()
		if known != nil && !again {
			return e.widen(ctx, s, t, added)
		}
		return e.remake(ctx, s, t)
	})
}

// widen adds columns. Nothing has values in them yet when the field is new at the
// revision that is about to be applied; otherwise the table is made again.
func (e *Engine) widen(ctx context.Context, s *state, t *table, added []column) error {
	fresh := &lake.Entity{Name: t.Entity}
	for _, c := range added {
		fresh.Fields = append(fresh.Fields, lake.Field{Name: c.Field, Kind: c.Kind})
	}
	used, err := e.used(ctx, fresh, s.applied)
	if err != nil {
		return err
	}
	if used {
		return e.remake(ctx, s, t)
	}
	for i := range added {
		for _, def := range added[i].definitions() {
			if _, err := e.w.ExecContext(ctx, "ALTER TABLE "+t.sqlName()+" ADD COLUMN "+def); err != nil {
				return err
			}
		}
	}
	return nil
}

// used tells whether any version up to a revision has a value in one of the fields.
func (e *Engine) used(ctx context.Context, ent *lake.Entity, upto lake.Revision) (bool, error) {
	found := false
	err := e.store.Changes(ctx, ent, 0, upto, func(c lake.Change) error {
		for _, v := range c.Cells {
			if v != "" {
				found = true
				return errStop
			}
		}
		return nil
	})
	if err == errStop {
		err = nil
	}
	return found, err
}

var errStop = errors.New("stop")

// remake builds one table anew up to the state's revision, with all heads' bits.
func (e *Engine) remake(ctx context.Context, s *state, t *table) error {
	for _, text := range []string{"DROP TABLE IF EXISTS " + t.sqlName(), t.create()} {
		if _, err := e.w.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	e.loaded.Store(false) // it may have been the directory
	live := map[lake.BranchID]*head{}
	for b := range s.heads {
		h := s.change(b)
		delete(h.Last, t.Entity)
		delete(h.Count, t.Entity)
		if b != lake.Main && h.Bit != noBit {
			live[b] = &head{Bit: h.Bit}
			h.Bit = noBit // free while the versions come in: as main sees them
		}
	}
	if _, err := e.applyEntity(ctx, s, t.Entity, 0, s.applied); err != nil {
		return err
	}
	for b, was := range live {
		h := s.change(b)
		h.Bit = was.Bit
		if err := e.moveEntity(ctx, s, t, b, lake.Lineage{{Branch: lake.Main, Upto: forever}}, h.lineage(b)); err != nil {
			return err
		}
	}
	return nil
}

// prepare splits the columns into entities in which every name occurs once, because
// the store gives cells by name. Called once, before the table is used.
func (t *table) prepare() *table {
	var parts []*lake.Entity
	seen := map[lake.FieldName]int{}
	t.part = nil
	for _, c := range t.Columns {
		i := seen[c.Field]
		seen[c.Field]++
		if i == len(parts) {
			parts = append(parts, &lake.Entity{Name: t.Entity})
		}
		parts[i].Fields = append(parts[i].Fields, lake.Field{Name: c.Field, Kind: c.Kind})
		t.part = append(t.part, i)
	}
	if len(parts) == 0 {
		parts = append(parts, &lake.Entity{Name: t.Entity})
	}
	for i, e := range parts {
		parts[i], _ = lake.NewSchema([]lake.Entity{*e}).Entity(t.Entity)
	}
	t.parts = parts
	return t
}
