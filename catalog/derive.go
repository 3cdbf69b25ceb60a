package catalog

import (
	"context"
	"slices"
	"strings"
	"time"

	"headwater/lake"
)

// DeriveOrder says what an entity over a SELECT is.
type DeriveOrder struct {
	Name  lake.EntityName  `json:"name"`
	Label *lake.Label      `json:"label,omitempty"`
	Title lake.FieldName   `json:"title,omitempty"`
	SQL   string           `json:"sql" maxLength:"200000"`
	Key   []lake.FieldName `json:"key,omitempty" doc:"Absent: none; its records can only be read then."`
	Keep  *KeepOrder       `json:"keep,omitempty" doc:"Keep a copy of the rows."`
	Open  bool             `json:"open,omitempty" doc:"The kept copy is open to everybody."`
}

// KeepOrder says how a kept copy is refreshed.
type KeepOrder struct {
	EverySeconds int64          `json:"every_seconds,omitempty" minimum:"0" maximum:"31536000" doc:"0: by hand."`
	HighWater    lake.FieldName `json:"high_water,omitempty" doc:"A field that only grows: refreshing reads what lies above."`
}

// leastEvery keeps refreshes from following one another without a pause.
const leastEvery = 5 * time.Second

// mostEvery is a year: who refreshes more seldom does it by hand.
const mostEvery = 31536000

func (o *KeepOrder) check() error {
	if o != nil && (o.EverySeconds < 0 || o.EverySeconds > mostEvery) {
		return lake.Fail(lake.ErrInvalid, "keep_interval", "A copy is refreshed every 0 (by hand) to 31,536,000 seconds (a year).", "limit", mostEvery)
	}
	return nil
}

func (o *KeepOrder) keep() *lake.Keep {
	if o == nil {
		return nil
	}
	every := time.Duration(o.EverySeconds) * time.Second
	if every > 0 {
		every = max(every, leastEvery)
	}
	return &lake.Keep{Every: every, HighWater: o.HighWater}
}

// Derive declares an entity over a SELECT. With keep, its first copy is made in the
// background.
func (k *Catalog) Derive(ctx context.Context, p lake.Principal, branch string, o DeriveOrder) error {
	e := lake.Entity{Name: o.Name, Custom: true, Home: lake.Home{Kind: lake.Derived, SQL: strings.TrimSpace(o.SQL), Key: o.Key, Keep: o.Keep.keep(), Open: o.Open}}
	e.Label = spokenLabel("", string(o.Name))
	if o.Label != nil {
		e.Label = *o.Label
	}
	e.Plural, e.Title = e.Label, o.Title
	if err := lake.CheckEntityName(e.Name); err != nil {
		return err
	}
	if err := o.Keep.check(); err != nil {
		return err
	}
	if err := k.shape(ctx, p, branch, &e, nil); err != nil {
		return err
	}
	if err := k.provenKey(ctx, p, branch, e); err != nil {
		return err
	}
	if err := k.lake.DeclareEntity(ctx, p, branch, e); err != nil {
		return err
	}
	return k.startKept(ctx, p, branch, e.Name, e.Home.Keep)
}

// startKept makes the first copy of an entity of main.
func (k *Catalog) startKept(ctx context.Context, p lake.Principal, branch string, e lake.EntityName, keep *lake.Keep) error {
	if keep == nil || branch != "" && branch != lake.MainName {
		return nil
	}
	_, err := k.Refresh(ctx, p, e, false)
	return err
}

// provenKey refuses a key that isn't one.
func (k *Catalog) provenKey(ctx context.Context, p lake.Principal, branch string, e lake.Entity) error {
	if len(e.Home.Key) == 0 {
		return nil
	}
	for _, n := range e.Home.Key {
		f, ok := e.Field(n)
		if !ok {
			return unknownField(&e, n)
		}
		if !slices.Contains(keyKinds, f.Kind) {
			return lake.Fail(lake.ErrInvalid, "key_kind", "The field "+string(n)+" can't be a key: its values have no exact text.", "entity", e.Name, "field", n, "kind", f.Kind)
		}
	}
	state, err := k.keyState(ctx, p, branch, e)
	if err != nil || state.problem() == "" {
		return err
	}
	return state.refuse(e.Name, e.Home.Key)
}

// shape gives a derived entity the fields of its SELECT. Labels of fields that were
// there before stay.
func (k *Catalog) shape(ctx context.Context, p lake.Principal, branch string, e *lake.Entity, old *lake.Entity) error {
	r, err := k.lake.At(ctx, p, branch, 0)
	if err != nil {
		return err
	}
	shaped, err := r.Shape(ctx, e.Home.SQL)
	if err != nil {
		return err
	}
	e.Home.Reads = nil
	for _, read := range shaped.Reads {
		if !slices.Contains(e.Home.Reads, read.Entity) && read.Entity != lake.Users {
			e.Home.Reads = append(e.Home.Reads, read.Entity)
		}
	}
	if slices.Contains(e.Home.Reads, e.Name) {
		return lake.Fail(lake.ErrInvalid, "derived_cycle", "The entity "+string(e.Name)+" would stand on itself.", "entity", e.Name)
	}
	slices.Sort(e.Home.Reads)
	e.Fields = nil
	for i, c := range shaped.Columns {
		n := lake.FieldName(c.Name)
		if err := lake.CheckFieldName(n); err != nil {
			return lake.Fail(lake.ErrInvalid, "derived_column", "The column "+c.Name+" needs a name of a-z, 0-9 and _ that isn't id, created_at or updated_at: write … AS name.", "column", c.Name, "position", i+1)
		}
		if _, twice := e.Field(n); twice {
			return lake.Fail(lake.ErrInvalid, "derived_column_twice", "Two columns are named "+c.Name+": write … AS name.", "column", c.Name)
		}
		f := lake.Field{Name: n, Kind: c.Kind, Type: c.Type, Label: spokenLabel("", c.Name), Custom: true, Position: i}
		inherit(r.Schema(), shaped.Reads, &f)
		if was, ok := before(old, n); ok {
			f.Label = was.Label
		}
		e.Fields = append(e.Fields, f)
	}
	if old != nil {
		for _, f := range old.Fields {
			if _, ok := e.Field(f.Name); f.Own && !ok {
				e.Fields = append(e.Fields, f)
			}
		}
	}
	if len(e.Fields) == 0 {
		return lake.Fail(lake.ErrInvalid, "entity_empty", "An entity needs at least one field.", "entity", e.Name)
	}
	if e.Title == "" {
		e.Title = titleOf(e)
	}
	if _, ok := e.Field(e.Title); !ok {
		if old == nil {
			return unknownField(e, e.Title)
		}
		e.Title = titleOf(e)
	}
	return nil
}

func before(old *lake.Entity, n lake.FieldName) (*lake.Field, bool) {
	if old == nil {
		return nil, false
	}
	return old.Field(n)
}

// inherit gives a column the label and meaning of the one field that it has come from
// under its own name.
func inherit(s *lake.Schema, reads []lake.Reading, f *lake.Field) {
	var from *lake.Field
	for _, read := range reads {
		if read.Column != string(f.Name) || read.Field != f.Name {
			continue
		}
		e, err := s.Entity(read.Entity)
		if err != nil {
			return
		}
		g, ok := e.Field(read.Field)
		if !ok || from != nil {
			return // of several fields
		}
		from = g
	}
	if from == nil {
		return
	}
	f.Label = from.Label
	sameValues := f.Kind == from.Kind || f.Kind == lake.Text && slices.Contains(textKinds, from.Kind)
	if sameValues && from.Kind != lake.Enum { // an expression may give texts that are no options
		f.Kind, f.Target, f.Long = from.Kind, from.Target, from.Long
	}
}

func titleOf(e *lake.Entity) lake.FieldName {
	d := &Draft{Name: e.Name, Key: e.Home.Key}
	for _, f := range e.Fields {
		d.Fields = append(d.Fields, DraftField{Name: f.Name, Column: string(f.Name), Kind: f.Kind})
	}
	return guessTitle(d)
}

// Shape gives the columns of a SELECT and the fields that they come from.
func (k *Catalog) Shape(ctx context.Context, p lake.Principal, branch, text string) (*lake.Shaped, error) {
	r, err := k.lake.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	return r.Shape(ctx, text)
}
