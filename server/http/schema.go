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
	Name      lake.EntityName `json:"name"`
	Label     lake.Label      `json:"label"`
	Plural    lake.Label      `json:"plural"`
	Title     lake.FieldName  `json:"title" doc:"The field that names a record."`
	Owner     lake.FieldName  `json:"owner,omitempty"`
	Inherits  lake.FieldName  `json:"inherits,omitempty"`
	Directory bool            `json:"directory,omitempty"`
	Custom    bool            `json:"custom,omitempty" doc:"Made at run time; it can be removed."`
	Home      Home            `json:"home"`
	State     EntityState     `json:"state"`
	Fields    []lake.Field    `json:"fields"`
	Writable  bool            `json:"writable" doc:"The caller may change records of it on this branch."`
	Creatable bool            `json:"creatable" doc:"The caller may also add records. Those of a derived entity come from its SELECT only."`
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

func (s *Server) entityFor(r *lake.Reader, e *lake.Entity, states map[lake.EntityName]lake.HomeState) Entity {
	out := Entity{Name: e.Name, Label: e.Label, Plural: e.Plural, Title: e.Title, Owner: e.Owner, Inherits: e.Inherits, Directory: e.Directory,
		Custom: e.Custom || e.Overlaid(), Home: homeFor(e), State: s.stateFor(e, states[e.Name]), Fields: listOf(e.Fields).Items,
		Writable: r.Rights().Write && !e.Directory && r.Branch().State == lake.BranchOpen && keyed(r.Schema(), e)}
	out.Creatable = out.Writable && e.Home.Kind != lake.Derived
	return out
}

// list leaves out what the caller may not read.
func (s schemas) list(ctx context.Context, in *Place) (*reply[list[Entity]], error) {
	r, err := s.reader(ctx, *in)
	if err != nil {
		return nil, err
	}
	states, err := r.States(ctx)
	if err != nil {
		return nil, err
	}
	var out []Entity
	for _, e := range r.Schema().Entities() {
		if r.May(e) == nil {
			out = append(out, s.entityFor(r, e, states))
		}
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
	states, err := r.States(ctx)
	return replyWith(s.entityFor(r, e, states), err)
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
	err := s.lake.AddField(ctx, principal(ctx), in.Branch, in.Entity, in.Body.field())
	return s.show(ctx, in.OnBranch, in.Entity, err)
}

func (b NewField) field() lake.Field {
	return lake.Field{Name: b.Name, Kind: b.Kind, Label: b.Label, Required: b.Required, Unique: b.Unique, Long: b.Long, Target: b.Target,
		OnDelete: b.OnDelete, Options: b.Options, Default: b.Default, Section: b.Section, Position: b.Position}
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
