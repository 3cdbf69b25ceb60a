package lake

import (
	"context"
	"slices"
	"time"
)

// Explain tells how a SELECT would be answered at this place, and runs it to count.
func (r *Reader) Explain(ctx context.Context, text string) (*Explained, error) {
	v, err := r.asked(ctx)
	if err != nil {
		return nil, err
	}
	return r.lake.engine.Explain(ctx, v, text, nil)
}

// Shape gives the columns of a SELECT and what it reads, without running it.
func (r *Reader) Shape(ctx context.Context, text string) (*Shaped, error) {
	v, err := r.asked(ctx)
	if err != nil {
		return nil, err
	}
	return r.lake.engine.Shape(ctx, v, text)
}

// Profile describes the values of a field.
func (r *Reader) Profile(ctx context.Context, entity EntityName, field FieldName) (*Profile, error) {
	v, err := r.asked(ctx)
	if err != nil {
		return nil, err
	}
	e, err := r.schema.Entity(entity)
	if err != nil {
		return nil, err
	}
	if err := r.May(e); err != nil {
		return nil, err
	}
	if _, ok := e.Column(field); !ok {
		return nil, Fail(ErrInvalid, "field_unknown", "The entity "+string(entity)+" has no field "+string(field)+".", "entity", entity, "field", field)
	}
	if r.rights.MaskedField(entity, field) {
		return nil, Fail(ErrForbidden, "field_masked", "You may not see the field "+string(field)+".", "entity", entity, "field", field)
	}
	return r.lake.engine.Profile(ctx, v, entity, field)
}

func (r *Reader) asked(ctx context.Context) (View, error) {
	if r.lake.engine == nil {
		return View{}, errNoEngine
	}
	return r.view(ctx)
}

// May refuses entities that the person can't read here: those of sources that aren't
// open to everybody, and what stands on them.
func (r *Reader) May(e *Entity) error {
	if r.rights.AllRows {
		return nil
	}
	return r.may(e, 0)
}

func (r *Reader) may(e *Entity, depth int) error {
	if err := r.restricted(e); err != nil || depth > MaxDerived || e.Home.Keep != nil {
		return err
	}
	for _, n := range e.below() {
		if b, err := r.schema.Entity(n); err == nil {
			if err := r.may(b, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// restricted is mayRead without the question of time.
func (r *Reader) restricted(e *Entity) error {
	now := *r
	now.past = false
	return now.mayRead(e)
}

// States tells how each entity is seen at this place.
func (r *Reader) States(ctx context.Context) (map[EntityName]HomeState, error) {
	copies, err := r.lake.copies(ctx, r.branch.ID, r.schema)
	if err != nil {
		return nil, err
	}
	out := map[EntityName]HomeState{}
	for _, n := range r.schema.order {
		out[n] = r.State(r.schema.entities[n], copies)
	}
	return out, nil
}

// Trial is the head of a branch with entities that aren't declared (or not so): to look
// at a home before it is. It sees all rows; only people who may change the schema get one.
func (l *Lake) Trial(ctx context.Context, p Principal, branch string, drafts ...Entity) (*Reader, error) {
	if err := l.mayShape(ctx, p); err != nil {
		return nil, err
	}
	r, err := l.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	var all []Entity
	for _, n := range r.schema.order {
		if !slices.ContainsFunc(drafts, func(d Entity) bool { return d.Name == n }) {
			all = append(all, *r.schema.entities[n])
		}
	}
	r.schema, r.rights = NewSchema(append(all, drafts...)), seesAll
	return r, nil
}

// RevisionAt is the last revision that was written no later than a time.
func (l *Lake) RevisionAt(ctx context.Context, at time.Time) (Revision, error) {
	return l.revisionAt(ctx, at, l.current())
}
