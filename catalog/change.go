package catalog

import (
	"context"
	"slices"
	"strings"

	"headwater/lake"
)

// Change changes what is given of an entity.
type Change struct {
	Label  *lake.Label
	Plural *lake.Label
	Title  *lake.FieldName
	Open   *bool
	Keep   **KeepOrder // to nil: no copy is kept any more
	SQL    *string
	Where  *string
	Key    *[]lake.FieldName
}

// Update changes an entity that was made at run time, with the same checks as when it
// was made. Of the product's own entities only labels change.
func (k *Catalog) Update(ctx context.Context, p lake.Principal, branch string, name lake.EntityName, c Change) error {
	r, err := k.lake.Trial(ctx, p, branch)
	if err != nil {
		return err
	}
	old, err := r.Schema().Entity(name)
	if err != nil {
		return err
	}
	e := loose(old)
	if err := k.change(ctx, p, branch, r, &e, old, c); err != nil {
		return err
	}
	err = k.lake.UpdateEntity(ctx, p, branch, name, func(now *lake.Entity) error {
		now.Label, now.Plural, now.Title, now.Home, now.Fields = e.Label, e.Plural, e.Title, e.Home, e.Fields
		return nil
	})
	if err != nil || c.Keep == nil && c.SQL == nil {
		return err
	}
	return k.startKept(ctx, p, branch, name, e.Home.Keep)
}

func (k *Catalog) change(ctx context.Context, p lake.Principal, branch string, r *lake.Reader, e, old *lake.Entity, c Change) error {
	for _, l := range []*lake.Label{c.Label, c.Plural} {
		if l != nil && strings.TrimSpace(l.ZH+l.EN) == "" {
			return lake.Fail(lake.ErrInvalid, "label_invalid", "A label needs a text in one language at least.", "reason", "empty", "entity", e.Name)
		}
	}
	set(&e.Label, c.Label)
	set(&e.Plural, c.Plural)
	set(&e.Title, c.Title)
	if c.Label != nil && c.Plural == nil && old.Plural == old.Label {
		e.Plural = e.Label
	}
	if !old.Overlaid() && (c.Open != nil || c.Keep != nil || c.Key != nil) {
		return lake.Fail(lake.ErrInvalid, "entity_native", "The entity "+string(e.Name)+" lives in the lake itself; it has no other home.", "entity", e.Name)
	}
	if c.SQL != nil && e.Home.Kind != lake.Derived || c.Where != nil && e.Home.Kind != lake.Clone || c.Key != nil && e.Home.Kind == lake.Clone {
		return lake.Fail(lake.ErrInvalid, "home_kind", "This can't be changed of the home of "+string(e.Name)+".", "entity", e.Name)
	}
	set(&e.Home.Open, c.Open)
	if c.Keep != nil {
		if err := (*c.Keep).check(); err != nil {
			return err
		}
		e.Home.Keep = (*c.Keep).keep()
	}
	if c.Where != nil {
		e.Home.Where = strings.TrimSpace(*c.Where)
		original, err := r.Schema().Entity(e.Home.Of)
		if err != nil {
			return err
		}
		mine, err := k.lake.At(ctx, p, branch, 0)
		if err != nil {
			return err
		}
		if err := k.checkWhere(mine, original, e.Home); err != nil {
			return err
		}
	}
	set(&e.Home.Key, c.Key)
	if c.SQL != nil {
		e.Home.SQL = strings.TrimSpace(*c.SQL)
		if err := k.shape(ctx, p, branch, e, old); err != nil {
			return err
		}
	}
	if err := highWater(e); err != nil {
		return err
	}
	if c.Key == nil && c.SQL == nil || e.Home.Kind == lake.Foreign && slices.Equal(e.Home.Key, old.Home.Key) {
		return nil
	}
	return k.provenKey(ctx, p, branch, *e)
}

// loose is a copy that can be changed: an entity of a schema finds its fields by an index.
func loose(e *lake.Entity) lake.Entity {
	return lake.Entity{Name: e.Name, Label: e.Label, Plural: e.Plural, Title: e.Title, Owner: e.Owner, Inherits: e.Inherits, Custom: e.Custom,
		Home: e.Home, Fields: slices.Clone(e.Fields)}
}

// highWater refuses fields that can't tell what is new.
func highWater(e *lake.Entity) error {
	if e.Home.Keep == nil || e.Home.Keep.HighWater == "" {
		return nil
	}
	for i := range e.Fields {
		if f := &e.Fields[i]; f.Name == e.Home.Keep.HighWater {
			if !slices.Contains([]lake.Kind{lake.Integer, lake.Decimal, lake.Date, lake.Timestamp}, f.Kind) || len(e.Home.Key) == 0 {
				return lake.Fail(lake.ErrInvalid, "high_water_kind", "A high-water field is a number or a time, of an entity with a key.", "field", f.Name, "kind", f.Kind)
			}
			return nil
		}
	}
	return unknownField(e, e.Home.Keep.HighWater)
}

// set takes over a value that was given.
func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Remove takes an entity that was made at run time out of a branch's schema.
func (k *Catalog) Remove(ctx context.Context, p lake.Principal, branch string, name lake.EntityName) error {
	if err := k.lake.RemoveEntity(ctx, p, branch, name); err != nil {
		return err
	}
	if branch == "" || branch == lake.MainName {
		k.jobs.cancelFor(name)
	}
	return nil
}

// NativeOrder describes an entity that lives in the lake itself.
type NativeOrder struct {
	Name   lake.EntityName `json:"name"`
	Label  *lake.Label     `json:"label,omitempty"`
	Title  lake.FieldName  `json:"title,omitempty" doc:"Absent: the first text field."`
	Fields []lake.Field    `json:"fields"`
}

// Create declares a native entity.
func (k *Catalog) Create(ctx context.Context, p lake.Principal, branch string, o NativeOrder) error {
	if err := lake.CheckEntityName(o.Name); err != nil {
		return err
	}
	e := lake.Entity{Name: o.Name, Label: spokenLabel("", string(o.Name)), Title: o.Title, Fields: slices.Clone(o.Fields), Custom: true}
	if o.Label != nil && *o.Label != (lake.Label{}) {
		e.Label = *o.Label
	}
	e.Plural = e.Label
	for i := range e.Fields {
		f := &e.Fields[i]
		f.Custom, f.Position, f.Column, f.Type = true, i, "", ""
		if f.Label.ZH == "" && f.Label.EN == "" {
			f.Label = spokenLabel("", string(f.Name))
		}
		if f.Kind == lake.Enum && len(f.Options) == 0 {
			return lake.Fail(lake.ErrInvalid, "options_missing", "A field with options needs at least one.", "field", f.Name)
		}
	}
	if e.Title == "" {
		e.Title = titleOf(&e)
	}
	return k.lake.DeclareEntity(ctx, p, branch, e)
}
