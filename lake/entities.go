package lake

import (
	"context"
	"slices"
	"strings"
)

// mayShape refuses those who may not change what entities there are.
func (l *Lake) mayShape(ctx context.Context, p Principal) error {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return err
	}
	return rights.mayShape()
}

func (r *Rights) mayShape() error {
	if r.Schema {
		return nil
	}
	return Fail(ErrForbidden, "schema_forbidden", "You may not change fields.")
}

// DeclareEntity adds an entity to the schema of a branch. What its home holds is not
// looked at: whoever calls has done that.
func (l *Lake) DeclareEntity(ctx context.Context, p Principal, branch string, e Entity) error {
	return l.DeclareEntities(ctx, p, branch, []Entity{e})
}

// DeclareEntities adds several entities, which may refer to each other, as one revision.
func (l *Lake) DeclareEntities(ctx context.Context, p Principal, branch string, list []Entity) error {
	return l.reshape(ctx, p, branch, func(tx *Tx) error {
		position := 0
		for _, e := range tx.schema.entities {
			position = max(position, e.position)
		}
		for i := range list {
			if err := CheckEntityName(list[i].Name); err != nil {
				return err
			}
			if _, err := tx.schema.Entity(list[i].Name); err == nil {
				return Fail(ErrConflict, "entity_exists", "There is an entity named "+string(list[i].Name)+" already.", "entity", list[i].Name)
			}
			if err := tx.putEntity(&list[i], position+1+i, list[i].placed()); err != nil {
				return err
			}
		}
		if err := tx.ensureTables(); err != nil {
			return err
		}
		for i := range list {
			if err := checkEntity(tx.schema, list[i].Name); err != nil {
				return err
			}
		}
		return nil
	})
}

// UpdateEntity changes an entity's labels, home and fields; its name stays. Fields that
// change leaves out are removed.
func (l *Lake) UpdateEntity(ctx context.Context, p Principal, branch string, name EntityName, change func(*Entity) error) error {
	return l.reshape(ctx, p, branch, func(tx *Tx) error {
		old, err := tx.userEntity(name)
		if err != nil {
			return err
		}
		e := *old
		e.Fields = slices.Clone(old.Fields)
		if err := change(&e); err != nil {
			return err
		}
		if e.Name = name; e.Home.Kind != old.Home.Kind {
			return Fail(ErrInvalid, "home_kind", "The home of "+string(name)+" can't become one of another kind.", "entity", name)
		}
		if err := tx.putEntity(&e, old.position, e.placed()); err != nil {
			return err
		}
		for i := range old.Fields {
			if f := &old.Fields[i]; !slices.ContainsFunc(e.Fields, func(g Field) bool { return g.Name == f.Name }) {
				if err := tx.dropInternal(fieldsEntity, fieldKey(name, f.Name)); err != nil {
					return err
				}
			}
		}
		if err := tx.ensureTables(); err != nil {
			return err
		}
		return checkEntity(tx.schema, name)
	})
}

// RemoveEntity takes an entity out of the schema. Its home isn't touched, and what was
// written over it comes back when the removal is undone.
func (l *Lake) RemoveEntity(ctx context.Context, p Principal, branch string, name EntityName) error {
	return l.reshape(ctx, p, branch, func(tx *Tx) error {
		e, err := tx.userEntity(name)
		if err != nil {
			return err
		}
		if !e.Overlaid() && !e.Custom {
			return Fail(ErrForbidden, "entity_built_in", "The entity "+string(name)+" belongs to the product and can't be removed.", "entity", name)
		}
		if users := tx.schema.Dependents(name); len(users) > 0 {
			return Fail(ErrConflict, "entity_used", "The entity "+string(users[0])+" stands on "+string(name)+"; remove it first.", "entity", name, "by", users[0], "count", len(users))
		}
		for i := range e.Fields {
			if err := tx.dropInternal(fieldsEntity, fieldKey(name, e.Fields[i].Name)); err != nil {
				return err
			}
		}
		if err := tx.dropInternal(entitiesEntity, Key(name)); err != nil {
			return err
		}
		return tx.ensureTables()
	})
}

func (l *Lake) reshape(ctx context.Context, p Principal, branch string, fn func(*Tx) error) error {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return err
	}
	if err := rights.mayShape(); err != nil {
		return err
	}
	var tx *Tx
	err = l.exclusive(ctx, func(st StoreTx) (err error) {
		if tx, err = l.begin(ctx, st, p, rights, branch); err != nil {
			return err
		}
		tx.SetIntent(Intent{Kind: "schema"})
		for _, e := range internal { // a workspace of an earlier version has fewer columns there
			if err := st.Ensure(e); err != nil {
				return err
			}
		}
		return fn(tx)
	})
	if err == nil {
		l.learn(tx)
	}
	return err
}

// placed are an entity's fields in the order in which they stand.
func (e *Entity) placed() []Field {
	for i := range e.Fields {
		e.Fields[i].Position = i
	}
	return e.Fields
}

// putEntity writes what is said of an entity, and of some of its fields.
func (tx *Tx) putEntity(e *Entity, position int, fields []Field) error {
	if err := checkTexts(e); err != nil {
		return err
	}
	rows := make(map[Key]Cells, len(fields))
	for i := range fields {
		rows[fieldKey(e.Name, fields[i].Name)] = fieldCells(e.Name, &fields[i])
	}
	if err := tx.putInternal(entitiesEntity, map[Key]Cells{Key(e.Name): entityCells(e, position)}); err != nil {
		return err
	}
	return tx.putInternal(fieldsEntity, rows)
}

// checkTexts refuses labels that can't be shown and fields that share a name.
func checkTexts(e *Entity) error {
	seen := map[FieldName]bool{}
	for _, l := range []Label{e.Label, e.Plural} {
		if err := CheckLabel(l); err != nil {
			return err
		}
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		if err := CheckFieldName(f.Name); err != nil {
			return err
		}
		if seen[f.Name] {
			return Fail(ErrConflict, "field_exists", "The entity has a field named "+string(f.Name)+" already.", "entity", e.Name, "field", f.Name)
		}
		seen[f.Name] = true
		if err := f.checkLabels(); err != nil {
			return err
		}
	}
	return nil
}

func (f *Field) checkLabels() error {
	if err := CheckLabel(f.Label); err != nil {
		return err
	}
	for _, o := range f.Options {
		if err := CheckLabel(o.Label); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) dropInternal(e *Entity, key Key) error {
	list, err := tx.store.Get(tx.ctx, e, tx.lineage, []Key{key})
	if err != nil || len(list) == 0 {
		return err
	}
	return tx.write(e, RowWrite{Key: key, Prev: &list[0], Delete: true})
}

// CheckEntityName refuses names that aren't plain lower-case identifiers, or that the
// lake needs for itself.
func CheckEntityName(n EntityName) error {
	if !nameForm.MatchString(string(n)) || isInternal(n) || n == Users || strings.Contains(string(n), "__") {
		return Fail(ErrInvalid, "entity_name_invalid",
			"An entity's name begins with a letter and holds only a-z, 0-9 and single _, at most 48 of them, and doesn't begin with hw_.", "entity", n)
	}
	return nil
}

// checkEntity refuses an entity that makes no sense within its schema.
func checkEntity(s *Schema, name EntityName) error {
	e, err := s.Entity(name)
	if err != nil {
		return err
	}
	if err := CheckEntityName(name); err != nil {
		return err
	}
	if len(e.Fields) == 0 {
		return Fail(ErrInvalid, "entity_empty", "An entity needs at least one field.", "entity", name)
	}
	for i := range e.Fields {
		if err := checkShape(s, e, &e.Fields[i]); err != nil {
			return err
		}
	}
	for _, n := range append(slices.Clone(e.Home.Key), e.Title) {
		if _, ok := e.Field(n); !ok {
			return Fail(ErrInvalid, "field_unknown", "The entity "+string(name)+" has no field "+string(n)+".", "entity", name, "field", n)
		}
	}
	for n := range e.Home.Masks {
		if _, ok := e.Field(n); !ok {
			return Fail(ErrInvalid, "field_unknown", "The entity "+string(name)+" has no field "+string(n)+".", "entity", name, "field", n)
		}
	}
	return s.checkBelow(e, nil)
}

func checkShape(s *Schema, e *Entity, f *Field) error {
	if err := CheckFieldName(f.Name); err != nil {
		return err
	}
	if slices.Contains([]FieldName{OverlayOp, OverlayTouched, OverlayBefore}, f.Name) {
		return Fail(ErrInvalid, "field_name_invalid", "The name "+string(f.Name)+" is needed for the overlay.", "reason", "reserved", "field", f.Name)
	}
	kinds := Kinds
	if e.Overlaid() {
		kinds = append(slices.Clone(Kinds), Float, JSON, Vector)
	}
	if !slices.Contains(kinds, f.Kind) {
		return Fail(ErrInvalid, "kind_unknown", "There is no type "+string(f.Kind)+".", "kind", f.Kind)
	}
	if err := f.checkTarget(); err != nil {
		return err
	}
	if f.Kind == Reference && f.Target != Users {
		if _, err := s.Entity(f.Target); err != nil {
			return err
		}
	}
	return nil
}

// checkBelow refuses entities that stand on themselves, on something that isn't there, or
// on too many others.
func (s *Schema) checkBelow(e *Entity, above []EntityName) error {
	if slices.Contains(above, e.Name) {
		return Fail(ErrInvalid, "derived_cycle", "The entity "+string(e.Name)+" would stand on itself.", "entity", e.Name)
	}
	if len(above) > MaxDerived {
		return Fail(ErrLimit, "derived_too_deep", "More than 32 entities would stand on each other.", "entity", e.Name)
	}
	above = append(slices.Clip(above), e.Name)
	for _, n := range e.below() {
		b, err := s.Entity(n)
		if err != nil {
			return err
		}
		if err := s.checkBelow(b, above); err != nil {
			return err
		}
	}
	return nil
}

// below lists the entities that an entity's home names.
func (e *Entity) below() []EntityName {
	switch e.Home.Kind {
	case Clone:
		return []EntityName{e.Home.Of}
	case Derived:
		return e.Home.Reads
	}
	return nil
}

// Dependents lists the entities that stand on one or refer to it.
func (s *Schema) Dependents(name EntityName) []EntityName {
	var out []EntityName
	for _, n := range s.order {
		e := s.entities[n]
		refers := slices.ContainsFunc(e.Fields, func(f Field) bool { return f.Kind == Reference && f.Target == name })
		if n != name && (refers || slices.Contains(e.below(), name)) {
			out = append(out, n)
		}
	}
	return out
}

// keyed works out the key of a record of an entity with a base: its key is what its key
// fields hold, so these never change.
func (tx *Tx) keyed(e *Entity, key Key, cells Cells) (Key, Cells, error) {
	if len(e.Home.Key) == 0 {
		return key, cells, nil
	}
	parts := make([]Cell, len(e.Home.Key))
	given := key.Parts(len(parts))
	out := cells.Clone()
	for n, v := range cells { // an emptied cell counts
		out[n] = v
	}
	for i, n := range e.Home.Key {
		f, _ := e.Field(n)
		v, ok := cells[n]
		switch {
		case ok:
			c, err := f.Canonical(string(v))
			if err != nil {
				return key, nil, err
			}
			parts[i] = c
		case given != nil:
			parts[i], out[n] = given[i], given[i]
		}
		if parts[i] == "" {
			return key, nil, Fail(ErrInvalid, "field_required", "The field "+string(n)+" must not be empty.", "entity", e.Name, "field", n)
		}
	}
	if k := KeyOf(parts...); key == "" || k == key {
		return k, out, nil
	}
	return key, nil, Fail(ErrInvalid, "key_fixed", "The fields of a record's key can't be changed.", "entity", e.Name, "key", key)
}
