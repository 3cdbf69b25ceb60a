package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headwater/catalog"
	"headwater/lake"
)

// homes are the verbs of entities that are made at run time: over tables of sources, by
// a SELECT, as clones, by hand, or by dropping a file.
type homes struct{ *Server }

func (h homes) register(a api) {
	route(a, operation{id: "declareEntities", method: http.MethodPost, path: "/entities", need: NeedSchema, errors: []int{404, 409, 413},
		summary: "Make entities of tables of a source; what isn't said is proposed"}, h.declare)
	route(a, operation{id: "createEntity", method: http.MethodPost, path: "/entities/native", need: NeedSchema, errors: []int{404, 409},
		summary: "Make an entity that lives in the lake itself"}, h.create)
	route(a, operation{id: "cloneEntity", method: http.MethodPost, path: "/entities/{entity}/clone", need: NeedSchema, errors: []int{404, 409},
		summary: "Make a writable clone, filtered and masked; no rows are copied"}, h.clone)
	route(a, operation{id: "deriveEntity", method: http.MethodPost, path: "/entities/derive", need: NeedSchema, errors: []int{404, 409},
		summary: "Make an entity of a SELECT"}, h.derive)
	route(a, operation{id: "dropFile", method: http.MethodPost, path: "/entities/file", need: NeedSchema, errors: []int{409, 413, 507},
		summary: "Make an entity of a file: CSV, JSON, XLSX or Parquet"}, h.drop)
	route(a, operation{id: "updateEntity", method: http.MethodPatch, path: "/entities/{entity}", need: NeedSchema, errors: []int{404, 409},
		summary: "Change labels or home of an entity"}, h.update)
	route(a, operation{id: "removeEntity", method: http.MethodDelete, path: "/entities/{entity}", need: NeedSchema, status: http.StatusNoContent, errors: []int{404, 409},
		summary: "Take an entity out of the schema; its home isn't touched"}, h.remove)
	a.OpenAPI().Paths["/api/entities/file"].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary"}}}}}}
}

// Home is where an entity's rows live.
type Home struct {
	Kind   lake.HomeKind                    `json:"kind" enum:"native,foreign,derived,clone"`
	Source string                           `json:"source,omitempty"`
	Table  string                           `json:"table,omitempty"`
	SQL    string                           `json:"sql,omitempty"`
	Reads  []lake.EntityName                `json:"reads,omitempty" doc:"Of a derived entity: what it stands on."`
	Key    []lake.FieldName                 `json:"key,omitempty" doc:"Absent: records can only be read, unless it is a clone of native records."`
	Of     lake.EntityName                  `json:"of,omitempty" doc:"Of a clone: its original."`
	Where  string                           `json:"where,omitempty"`
	Masks  map[lake.FieldName]lake.MaskRule `json:"masks,omitempty"`
	At     lake.Revision                    `json:"at,omitempty" doc:"Of a clone of native records: the revision that it shows."`
	Keep   *catalog.KeepOrder               `json:"keep,omitempty"`
	Open   bool                             `json:"open,omitempty" doc:"Everybody may read it."`
}

// EntityState is how fresh an entity's rows are at a place.
type EntityState struct {
	Mode  lake.Mode  `json:"mode" enum:"native,floating,pinned,kept"`
	At    *time.Time `json:"at,omitempty" doc:"When kept or pinned rows were read from their home."`
	Rows  int64      `json:"rows,omitempty"`
	Drift int        `json:"drift,omitempty" doc:"Changes of its home that were found at the last look and not adopted."`

	HighWater lake.FieldName `json:"high_water,omitempty" doc:"The kept rows were brought up to date by what lies above the highest value of this field only: rows changed below it or deleted since whole_at aren't noticed until all are read again (refresh with full)."`
	WholeAt   *time.Time     `json:"whole_at,omitempty" doc:"With high_water: when all rows were read last; absent: not known."`
}

func homeFor(e *lake.Entity) Home {
	h := e.Home
	out := Home{Kind: h.Kind, Source: h.Source, Table: h.Table, SQL: h.SQL, Reads: h.Reads, Key: h.Key, Of: h.Of, Where: h.Where, Masks: h.Masks, At: h.At, Open: h.Open}
	if h.Kind == lake.Native {
		out.Kind = "native"
	}
	if h.Keep != nil {
		out.Keep = &catalog.KeepOrder{EverySeconds: int64(h.Keep.Every / time.Second), HighWater: h.Keep.HighWater}
	}
	return out
}

func (s *Server) stateFor(e *lake.Entity, st lake.HomeState) EntityState {
	out := EntityState{Mode: st.Mode, Rows: st.Rows, HighWater: st.Above}
	if !st.At.IsZero() {
		out.At = &st.At
	}
	if !st.Whole.IsZero() {
		out.WholeAt = &st.Whole
	}
	if s.config.Catalog != nil && e.Overlaid() {
		out.Drift = s.config.Catalog.Drifted(e.Name)
	}
	return out
}

// keyed tells whether records of an entity can be told apart, so that they can be changed.
func keyed(s *lake.Schema, e *lake.Entity) bool {
	for depth := 0; e.Home.Kind == lake.Clone && depth < 40; depth++ {
		original, err := s.Entity(e.Home.Of)
		if err != nil {
			return true
		}
		e = original
	}
	return !e.Overlaid() || len(e.Home.Key) > 0
}

type declareInput struct {
	OnBranch
	Body struct {
		Drafts []catalog.Wish `json:"drafts,omitempty"`
		Source string         `json:"source,omitempty" doc:"With all: of which source."`
		All    bool           `json:"all,omitempty" doc:"All tables that nothing is declared over yet."`
		Open   bool           `json:"open,omitempty" doc:"With all: everybody may read them."`
	} `nameHint:"Declaration"`
}

// Declared are new entities, and what was done otherwise than proposed.
type Declared struct {
	Items []Entity       `json:"items"`
	Notes []catalog.Note `json:"notes"`
}

func (h homes) declare(ctx context.Context, in *declareInput) (*reply[Declared], error) {
	wishes := in.Body.Drafts
	if in.Body.All == (len(wishes) > 0) {
		return nil, lake.Fail(lake.ErrInvalid, "declare_invalid", "Give either drafts, or a source and all.")
	}
	if in.Body.All {
		var err error
		if wishes, err = h.config.Catalog.Everything(ctx, principal(ctx), in.Branch, in.Body.Source); err != nil {
			return nil, err
		}
		for i := range wishes {
			wishes[i].Open = in.Body.Open
		}
	}
	names, notes, err := h.config.Catalog.Declare(ctx, principal(ctx), in.Branch, wishes)
	if err != nil {
		return nil, err
	}
	return h.declared(ctx, in.OnBranch, names, notes)
}

func (h homes) declared(ctx context.Context, b OnBranch, names []lake.EntityName, notes []catalog.Note) (*reply[Declared], error) {
	out := Declared{Items: []Entity{}, Notes: listOf(notes).Items}
	for _, n := range names {
		e, err := schemas{h.Server}.show(ctx, b, n, nil)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, e.Body)
	}
	return replyWith(out, nil)
}

type createEntityInput struct {
	OnBranch
	Body struct {
		Name   lake.EntityName `json:"name"`
		Label  *lake.Label     `json:"label,omitempty"`
		Title  lake.FieldName  `json:"title,omitempty"`
		Fields []NewField      `json:"fields" minItems:"1" maxItems:"500"`
	} `nameHint:"NewEntity"`
}

func (h homes) create(ctx context.Context, in *createEntityInput) (*reply[Entity], error) {
	b := in.Body
	o := catalog.NativeOrder{Name: b.Name, Label: b.Label, Title: b.Title}
	for _, f := range b.Fields {
		o.Fields = append(o.Fields, f.field())
	}
	err := h.config.Catalog.Create(ctx, principal(ctx), in.Branch, o)
	return schemas{h.Server}.show(ctx, in.OnBranch, b.Name, err)
}

// EntityPath names an entity on a branch.
type EntityPath struct {
	OnBranch
	Entity lake.EntityName `path:"entity" maxLength:"100"`
}

type cloneInput struct {
	EntityPath
	Body catalog.CloneOrder
}

func (h homes) clone(ctx context.Context, in *cloneInput) (*reply[Entity], error) {
	err := h.config.Catalog.Clone(ctx, principal(ctx), in.Branch, in.Entity, in.Body)
	return schemas{h.Server}.show(ctx, in.OnBranch, in.Body.Name, err)
}

type deriveInput struct {
	OnBranch
	Body catalog.DeriveOrder
}

func (h homes) derive(ctx context.Context, in *deriveInput) (*reply[Entity], error) {
	err := h.config.Catalog.Derive(ctx, principal(ctx), in.Branch, in.Body)
	return schemas{h.Server}.show(ctx, in.OnBranch, in.Body.Name, err)
}

type dropInput struct {
	OnBranch
	requestInput
	Name lake.EntityName `query:"name" maxLength:"48" doc:"Of the entity; absent: proposed from the file's."`
}

func (h homes) drop(ctx context.Context, in *dropInput) (*reply[Declared], error) {
	part, err := filePart(in.http)
	if err != nil {
		return nil, err
	}
	name, notes, err := h.config.Catalog.Drop(ctx, principal(ctx), in.Branch, in.Name, part.FileName(), part)
	if err != nil {
		return nil, err
	}
	return h.declared(ctx, in.OnBranch, []lake.EntityName{name}, notes)
}

type updateEntityInput struct {
	EntityPath
	Body EntityChange
}

// EntityChange changes what is given.
type EntityChange struct {
	Label  *lake.Label                    `json:"label,omitempty"`
	Plural *lake.Label                    `json:"plural,omitempty"`
	Title  *lake.FieldName                `json:"title,omitempty"`
	Open   *bool                          `json:"open,omitempty"`
	Keep   givenOrNull[catalog.KeepOrder] `json:"keep,omitempty" doc:"null: no copy is kept any more."`
	SQL    *string                        `json:"sql,omitempty" maxLength:"200000"`
	Where  *string                        `json:"where,omitempty" maxLength:"20000"`
	Key    *[]lake.FieldName              `json:"key,omitempty"`
}

func (h homes) update(ctx context.Context, in *updateEntityInput) (*reply[Entity], error) {
	b := in.Body
	c := catalog.Change{Label: b.Label, Plural: b.Plural, Title: b.Title, Open: b.Open, SQL: b.SQL, Where: b.Where, Key: b.Key}
	if b.Keep.given {
		c.Keep = &b.Keep.value
	}
	err := h.config.Catalog.Update(ctx, principal(ctx), in.Branch, in.Entity, c)
	return schemas{h.Server}.show(ctx, in.OnBranch, in.Entity, err)
}

func (h homes) remove(ctx context.Context, in *EntityPath) (*nothing, error) {
	return nil, h.config.Catalog.Remove(ctx, principal(ctx), in.Branch, in.Entity)
}
