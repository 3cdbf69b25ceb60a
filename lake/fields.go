package lake

import (
	"context"
	"slices"
)

// AddField adds a custom field to an entity, on one branch.
func (l *Lake) AddField(ctx context.Context, p Principal, branch string, entity EntityName, f Field) error {
	return l.alter(ctx, p, branch, entity, func(tx *Tx, e *Entity) error {
		if err := checkField(tx.schema, e, &f); err != nil {
			return err
		}
		if _, ok := e.Field(f.Name); ok {
			return Fail(ErrConflict, "field_exists", "The entity has a field named "+string(f.Name)+" already.", "entity", entity, "field", f.Name)
		}
		f.Custom, f.Own = true, e.Overlaid()
		if f.Own {
			f.Column, f.Type = "", ""
		}
		if err := checkOwn(e, &f); err != nil {
			return err
		}
		if f.Position == 0 {
			f.Position = 1000 + len(e.Fields)
		}
		return tx.putInternal(fieldsEntity, map[Key]Cells{fieldKey(entity, f.Name): fieldCells(entity, &f)})
	})
}

// checkOwn refuses rules for a field that only the overlay has: a base's records hold no
// value in it, and come and go without being asked for one.
func checkOwn(e *Entity, f *Field) error {
	if !f.Own || !f.Required && !f.Unique {
		return nil
	}
	return Fail(ErrInvalid, "field_rule_base", "The records of "+string(e.Name)+" come from its home, which knows nothing of the field "+string(f.Name)+"; it can be neither required nor unique.",
		"entity", e.Name, "field", f.Name)
}

// UpdateField changes labels, options and rules of a field. Its name and kind never
// change: another kind is another field.
func (l *Lake) UpdateField(ctx context.Context, p Principal, branch string, entity EntityName, name FieldName, change func(*Field)) error {
	return l.alter(ctx, p, branch, entity, func(tx *Tx, e *Entity) error {
		old, ok := e.Field(name)
		if !ok {
			return Fail(ErrNotFound, "field_unknown", "The entity "+string(entity)+" has no field "+string(name)+".", "entity", entity, "field", name)
		}
		f := *old
		f.Options = slices.Clone(old.Options)
		change(&f)
		f.Name, f.Kind, f.Custom, f.Target, f.Own, f.Column, f.Type = old.Name, old.Kind, old.Custom, old.Target, old.Own, old.Column, old.Type
		if err := checkField(tx.schema, e, &f); err != nil {
			return err
		}
		if err := checkOwn(e, &f); err != nil {
			return err
		}
		if err := tx.holdsNow(e, old, &f); err != nil {
			return err
		}
		return tx.putInternal(fieldsEntity, map[Key]Cells{fieldKey(entity, name): fieldCells(entity, &f)})
	})
}

// RemoveField hides a custom field. Its values stay in the store: adding the same name
// and kind again, or undoing the removal, brings them back.
func (l *Lake) RemoveField(ctx context.Context, p Principal, branch string, entity EntityName, name FieldName) error {
	return l.alter(ctx, p, branch, entity, func(tx *Tx, e *Entity) error {
		f, ok := e.Field(name)
		if !ok {
			return Fail(ErrNotFound, "field_unknown", "The entity "+string(entity)+" has no field "+string(name)+".", "entity", entity, "field", name)
		}
		if !f.Custom {
			return Fail(ErrForbidden, "field_built_in", "The field "+string(name)+" belongs to the product and can't be removed.", "field", name)
		}
		list, err := tx.store.Get(tx.ctx, fieldsEntity, tx.lineage, []Key{fieldKey(entity, name)})
		if err != nil || len(list) == 0 {
			return err
		}
		return tx.write(fieldsEntity, RowWrite{Key: list[0].Key, Prev: &list[0], Delete: true})
	})
}

func (l *Lake) alter(ctx context.Context, p Principal, branch string, entity EntityName, fn func(*Tx, *Entity) error) error {
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
		e, err := tx.userEntity(entity)
		if err != nil {
			return err
		}
		if err := fn(tx, e); err != nil {
			return err
		}
		return tx.ensureTables()
	})
	if err == nil {
		l.learn(tx)
	}
	return err
}

func checkField(s *Schema, e *Entity, f *Field) error {
	if err := CheckFieldName(f.Name); err != nil {
		return err
	}
	if !slices.Contains(Kinds, f.Kind) {
		return Fail(ErrInvalid, "kind_unknown", "There is no type "+string(f.Kind)+".", "kind", f.Kind)
	}
	if err := f.checkTarget(); err != nil {
		return err
	}
	if f.Kind == Reference {
		if _, err := s.Entity(f.Target); err != nil {
			return err
		}
	}
	if f.Kind == Enum && len(f.Options) == 0 {
		return Fail(ErrInvalid, "options_missing", "A field with options needs at least one.", "field", f.Name)
	}
	if f.Label.ZH == "" && f.Label.EN == "" {
		f.Label = Label{string(f.Name), string(f.Name)}
	}
	if err := f.checkLabels(); err != nil {
		return err
	}
	for _, o := range f.Options {
		if o.Name == "" {
			return Fail(ErrInvalid, "options_missing", "An option needs a name.", "field", f.Name)
		}
	}
	if f.Default != "" {
		c, err := f.Canonical(string(f.Default))
		if err != nil {
			return err
		}
		f.Default = c
	}
	return nil
}

func (f *Field) checkTarget() error {
	if f.Kind == Reference && f.Target == "" {
		return Fail(ErrInvalid, "target_missing", "The field "+string(f.Name)+" refers to records; say of which entity.", "field", f.Name)
	}
	return nil
}

// holdsNow refuses a new rule that records break already, and the removal of an option
// that records use.
func (tx *Tx) holdsNow(e *Entity, old, f *Field) error {
	tightened := f.Required && !old.Required || f.Unique && !old.Unique
	if !tightened && f.Kind != Enum {
		return nil
	}
	seen := map[Cell]bool{}
	return tx.store.Scan(tx.ctx, e, tx.lineage, func(r Record) error {
		v := r.Cells[f.Name]
		switch {
		case v == "" && f.Required && !old.Required:
			return Fail(ErrConflict, "field_required_now", "There are records without a value in "+string(f.Name)+"; fill them first.", "field", f.Name, "key", r.Key)
		case v == "":
			return nil
		case seen[v] && f.Unique && !old.Unique:
			return Fail(ErrConflict, "field_unique_now", "Several records hold "+string(v)+" in "+string(f.Name)+".", "field", f.Name, "value", v)
		}
		seen[v] = true
		if _, ok := f.Option(string(v)); f.Kind == Enum && !ok {
			return Fail(ErrConflict, "option_used", "The option "+string(v)+" is used by records.", "field", f.Name, "value", v)
		}
		return nil
	})
}
