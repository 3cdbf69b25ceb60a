package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/catalog"
	"headwater/lake"
)

// catalogs are the verbs that tell what there is and where it comes from.
type catalogs struct{ *Server }

func (c catalogs) register(a api) {
	route(a, operation{id: "catalogSearch", method: http.MethodGet, path: "/catalog", need: NeedRead, errors: []int{404},
		summary: "Find entities by name, label, pinyin, field, source or SQL"}, c.search)
	route(a, operation{id: "entityLineage", method: http.MethodGet, path: "/lineage", need: NeedRead, errors: []int{404},
		summary: "Where values come from and where they go"}, c.lineage)
	route(a, operation{id: "entityReaders", method: http.MethodGet, path: "/entities/{entity}/readers", need: NeedRead, errors: []int{403, 404},
		summary: "Who reads an entity; for people who see all records"}, c.readers)
	route(a, operation{id: "entityDrift", method: http.MethodGet, path: "/entities/{entity}/schema-drift", need: NeedRead, errors: []int{404},
		summary: "How an entity's home differs from what it was declared with"}, c.drift)
	route(a, operation{id: "adoptDrift", method: http.MethodPost, path: "/entities/{entity}/schema-drift", need: NeedSchema, errors: []int{404, 409},
		summary: "Bring an entity's fields in line with its home"}, c.adopt)
	route(a, operation{id: "profileField", method: http.MethodGet, path: "/entities/{entity}/profile", need: NeedRead, errors: []int{403, 404},
		summary: "What values a field holds"}, c.profile)
}

type catalogInput struct {
	Place
	Words  string `query:"q" maxLength:"200"`
	Kind   string `query:"kind" enum:"native,foreign,derived,clone"`
	Source string `query:"source" maxLength:"100"`
}

// CatalogHit is an entity that was found.
type CatalogHit struct {
	Entity     lake.EntityName `json:"entity"`
	Label      lake.Label      `json:"label"`
	Kind       lake.HomeKind   `json:"kind" enum:"native,foreign,derived,clone"`
	Source     string          `json:"source,omitempty"`
	Table      string          `json:"table,omitempty"`
	Of         lake.EntityName `json:"of,omitempty"`
	Field      lake.FieldName  `json:"field,omitempty" doc:"Where the words were found."`
	Match      string          `json:"match,omitempty" doc:"name, label, field, source or sql"`
	Rows       int64           `json:"rows,omitempty"`
	State      EntityState     `json:"state"`
	Dependents int             `json:"dependents" doc:"Entities that stand on it or refer to it."`
	Fields     int             `json:"fields"`
}

func (c catalogs) search(ctx context.Context, in *catalogInput) (*reply[list[CatalogHit]], error) {
	r, err := c.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	found, err := c.config.Catalog.Find(ctx, r, catalog.Search{Words: in.Words, Kind: in.Kind, Source: in.Source})
	if err != nil {
		return nil, err
	}
	out := make([]CatalogHit, len(found))
	for i, f := range found {
		e := f.Entity
		out[i] = CatalogHit{Entity: e.Name, Label: e.Label, Kind: homeFor(e).Kind, Source: e.Home.Source, Table: e.Home.Table, Of: e.Home.Of, Field: f.Field,
			Match: f.Match, Rows: f.State.Rows, State: c.stateFor(e, f.State), Dependents: f.Dependents, Fields: len(e.Fields)}
	}
	return replyWith(listOf(out), nil)
}

type lineageInput struct {
	OnBranch
	Entity   lake.EntityName `query:"entity" doc:"Absent: the whole workspace, without fields."`
	Field    lake.FieldName  `query:"field"`
	Language string          `header:"Accept-Language"`
}

// LineageNode is a place on the way of values.
type LineageNode struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind" enum:"source,table,column,entity,field,page,view"`
	Label  string          `json:"label" doc:"In the caller's language."`
	Entity lake.EntityName `json:"entity,omitempty"`
	Field  lake.FieldName  `json:"field,omitempty"`
	Source string          `json:"source,omitempty"`
	Table  string          `json:"table,omitempty"`
	Column string          `json:"column,omitempty"`
}

// LineageGraph is the way of values. Edges of the kind refers are links between records,
// not ways of values.
type LineageGraph struct {
	Nodes []LineageNode  `json:"nodes"`
	Edges []catalog.Edge `json:"edges"`
}

func (c catalogs) lineage(ctx context.Context, in *lineageInput) (*reply[LineageGraph], error) {
	r, err := c.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	g, err := c.config.Catalog.Lineage(ctx, r, in.Entity, in.Field)
	if err != nil {
		return nil, err
	}
	zh := chinese(ctx, in.Language)
	out := LineageGraph{Nodes: make([]LineageNode, len(g.Nodes)), Edges: g.Edges}
	for i, n := range g.Nodes {
		out.Nodes[i] = LineageNode{n.ID, n.Kind, choose(zh, n.Label), n.Entity, n.Field, n.Source, n.Table, n.Column}
	}
	return replyWith(out, nil)
}

// EntityReader is somebody who reads an entity.
type EntityReader struct {
	catalog.ReaderCount
	Name string `json:"name"`
}

// EntityReaders tells who reads an entity, the last one first.
type EntityReaders struct {
	Items []EntityReader `json:"items"`
	Since *time.Time     `json:"since,omitempty" doc:"Absent: nobody has read it yet."`
}

func (c catalogs) readers(ctx context.Context, in *EntityPath) (*reply[EntityReaders], error) {
	r, e, err := c.readEntity(ctx, Place{OnBranch: in.OnBranch}, in.Entity)
	if err != nil {
		return nil, err
	}
	if !r.Rights().AllRows {
		return nil, lake.Fail(lake.ErrForbidden, "readers_forbidden", "Who reads what is shown to people who see all records.")
	}
	counts, since, err := c.config.Catalog.Readers(ctx, e.Name)
	if err != nil {
		return nil, err
	}
	out := EntityReaders{Items: []EntityReader{}}
	if !since.IsZero() {
		out.Since = &since
	}
	for _, n := range counts {
		one := EntityReader{ReaderCount: n, Name: lake.System.Name}
		if p, err := c.access.Person(n.User); err == nil {
			one.Name = p.Name
		}
		out.Items = append(out.Items, one)
	}
	return replyWith(out, nil)
}

func (c catalogs) drift(ctx context.Context, in *EntityPath) (*reply[catalog.SchemaDrift], error) {
	d, err := c.config.Catalog.SchemaDrift(ctx, principal(ctx), in.Branch, in.Entity)
	if err != nil {
		return nil, err
	}
	return replyWith(*d, nil)
}

type adoptInput struct {
	EntityPath
	Body struct {
		Adopt []string `json:"adopt,omitempty" doc:"Columns; absent: all."`
	} `nameHint:"DriftAdoption"`
}

func (c catalogs) adopt(ctx context.Context, in *adoptInput) (*reply[Entity], error) {
	err := c.config.Catalog.Adopt(ctx, principal(ctx), in.Branch, in.Entity, in.Body.Adopt)
	return schemas{c.Server}.show(ctx, in.OnBranch, in.Entity, err)
}

type profileInput struct {
	Place
	Entity lake.EntityName `path:"entity" maxLength:"100"`
	Field  lake.FieldName  `query:"field" required:"true"`
}

func (c catalogs) profile(ctx context.Context, in *profileInput) (*reply[lake.Profile], error) {
	r, e, err := c.readEntity(ctx, in.Place, in.Entity)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	p, err := r.Profile(ctx, e.Name, in.Field)
	if err != nil {
		return nil, stopped(ctx, err)
	}
	p.Top, p.Bins = listOf(p.Top).Items, listOf(p.Bins).Items
	return replyWith(*p, nil)
}
