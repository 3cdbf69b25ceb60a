package httpapi

import (
	"context"
	"net/http"

	"headwater/lake"
)

// schemas are the verbs of entities and their fields.
type schemas struct{ *Server }

// Entity describes a logical dataset as the branch sees it.
type Entity struct {
	lake.Entity
	Writable bool `json:"writable" doc:"The caller may change records of it on this branch."`
}

func (s schemas) register(a api) {
	route(a, operation{id: "listEntities", method: http.MethodGet, path: "/entities", need: NeedRead, errors: []int{404},
		summary: "The entities with their fields"}, s.list)
	route(a, operation{id: "addField", method: http.MethodPost, path: "/entities/{entity}/fields", need: NeedSchema, errors: []int{404, 409},
		summary: "Add a custom field"}, s.add)
	route(a, operation{id: "updateField", method: http.MethodPatch, path: "/entities/{entity}/fields/{field}", need: NeedSchema, errors: []int{404, 409},
		summary: "Change a field's label, options or rules"}, s.update)
	route(a, operation{id: "removeField", method: http.MethodDelete, path: "/entities/{entity}/fields/{field}", need: NeedSchema, errors: []int{403, 404, 409},
		summary: "Remove a custom field"}, s.remove)
}

func entityFor(r *lake.Reader, e *lake.Entity) Entity {
	return Entity{*e, r.Rights().Write && !e.Directory && r.Branch().State == lake.BranchOpen}
}

func (s schemas) list(ctx context.Context, in *Place) (*reply[list[Entity]], error) {
	r, err := s.reader(ctx, *in)
	if err != nil {
		return nil, err
	}
	var out []Entity
	for _, e := range r.Schema().Entities() {
		out = append(out, entityFor(r, e))
	}
	return replyWith(listOf(out), nil)
}

// show is the entity after a change.
func (s schemas) show(ctx context.Context, branch OnBranch, name lake.EntityName, err error) (*reply[Entity], error) {
	if err != nil {
		return nil, err
	}
	r, e, err := s.readEntity(ctx, Place{OnBranch: branch}, name)
	if err != nil {
		return nil, err
	}
	return replyWith(entityFor(r, e), nil)
}

type addFieldInput struct {
	OnBranch
	Entity lake.EntityName `path:"entity"`
	Body   NewField
}

// NewField describes a custom field to add.
type NewField struct {
	Name     lake.FieldName  `json:"name" doc:"a-z, 0-9 and _; it never changes."`
	Kind     lake.Kind       `json:"kind" enum:"text,integer,decimal,money,boolean,date,timestamp,enum,reference,email,phone,url"`
	Label    lake.Label      `json:"label"`
	Required bool            `json:"required,omitempty"`
	Unique   bool            `json:"unique,omitempty"`
	Long     bool            `json:"long,omitempty"`
	Target   lake.EntityName `json:"target,omitempty"`
	OnDelete lake.OnDelete   `json:"on_delete,omitempty" enum:"restrict,clear,cascade"`
	Options  []lake.Option   `json:"options,omitempty"`
	Default  lake.Cell       `json:"default,omitempty"`
	Section  string          `json:"section,omitempty"`
	Position int             `json:"position,omitempty"`
}

func (s schemas) add(ctx context.Context, in *addFieldInput) (*reply[Entity], error) {
	b := in.Body
	err := s.lake.AddField(ctx, principal(ctx), in.Branch, in.Entity, lake.Field{Name: b.Name, Kind: b.Kind, Label: b.Label, Required: b.Required,
		Unique: b.Unique, Long: b.Long, Target: b.Target, OnDelete: b.OnDelete, Options: b.Options, Default: b.Default, Section: b.Section, Position: b.Position})
	return s.show(ctx, in.OnBranch, in.Entity, err)
}

// FieldPath names a field on a branch.
type FieldPath struct {
	OnBranch
	Entity lake.EntityName `path:"entity"`
	Field  lake.FieldName  `path:"field"`
}

type updateFieldInput struct {
	FieldPath
	Body FieldChange
}

// FieldChange changes what is given.
type FieldChange struct {
	Label    *lake.Label    `json:"label,omitempty"`
	Required *bool          `json:"required,omitempty"`
	Unique   *bool          `json:"unique,omitempty"`
	Options  *[]lake.Option `json:"options,omitempty"`
	Section  *string        `json:"section,omitempty"`
	Position *int           `json:"position,omitempty"`
}

func (c FieldChange) apply(f *lake.Field) {
	set(&f.Label, c.Label)
	set(&f.Required, c.Required)
	set(&f.Unique, c.Unique)
	set(&f.Options, c.Options)
	set(&f.Section, c.Section)
	set(&f.Position, c.Position)
}

// set takes over a value that was given.
func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (s schemas) update(ctx context.Context, in *updateFieldInput) (*reply[Entity], error) {
	err := s.lake.UpdateField(ctx, principal(ctx), in.Branch, in.Entity, in.Field, in.Body.apply)
	return s.show(ctx, in.OnBranch, in.Entity, err)
}

func (s schemas) remove(ctx context.Context, in *FieldPath) (*reply[Entity], error) {
	err := s.lake.RemoveField(ctx, principal(ctx), in.Branch, in.Entity, in.Field)
	return s.show(ctx, in.OnBranch, in.Entity, err)
}
