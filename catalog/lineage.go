package catalog

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"headwater/lake"
	"headwater/lake/filter"
)

// Node is a place on the way of values.
type Node struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind" enum:"source,table,column,entity,field,page,view"`
	Label  lake.Label      `json:"label"`
	Entity lake.EntityName `json:"entity,omitempty"`
	Field  lake.FieldName  `json:"field,omitempty"`
	Source string          `json:"source,omitempty"`
	Table  string          `json:"table,omitempty"`
	Column string          `json:"column,omitempty"`
}

// Edge is a step on the way of values.
type Edge struct {
	From string `json:"from"`
	To   string `json:"to"`
	How  string `json:"how" enum:"reads,clones,derives,refers,shows"`
}

// Lineage is a graph.
type Lineage struct {
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// graph is the lineage of all that a person may see on a branch.
type graph struct {
	nodes map[string]Node
	edges []Edge
	seen  map[Edge]bool
	out   map[string][]Edge
	in    map[string][]Edge
}

func (g *graph) node(n Node) string {
	if _, ok := g.nodes[n.ID]; !ok {
		g.nodes[n.ID] = n
	}
	return n.ID
}

// edge links nodes; one whose ends aren't both shown is left out at the end.
func (g *graph) edge(from, to, how string) {
	e := Edge{from, to, how}
	if g.seen[e] {
		return
	}
	g.seen[e] = true
	g.edges = append(g.edges, e)
	g.out[from], g.in[to] = append(g.out[from], e), append(g.in[to], e)
}

func entityNode(n lake.EntityName) string { return "entity:" + string(n) }
func fieldNode(e lake.EntityName, f lake.FieldName) string {
	return "field:" + string(e) + "." + string(f)
}
func plainLabel(s string) lake.Label { return lake.Label{ZH: s, EN: s} }

// graph builds the lineage that a reader may see.
func (k *Catalog) graph(ctx context.Context, r *lake.Reader) (*graph, error) {
	g := &graph{nodes: map[string]Node{}, seen: map[Edge]bool{}, out: map[string][]Edge{}, in: map[string][]Edge{}}
	all, err := k.lake.At(ctx, lake.System, r.Branch().Name, r.Revision())
	if err != nil {
		return nil, err
	}
	for _, e := range r.Schema().Entities() {
		if r.May(e) != nil || e.Directory {
			continue
		}
		g.entity(e)
		switch e.Home.Kind {
		case lake.Foreign:
			g.foreign(e)
		case lake.Clone:
			k.cloned(g, r.Schema(), e)
		case lake.Derived:
			g.derived(e, k.shapes.of(ctx, all, e))
		}
	}
	if err := k.shown(ctx, g, r); err != nil {
		return nil, err
	}
	g.edges = slices.DeleteFunc(g.edges, func(e Edge) bool { return !g.whole(e) })
	return g, nil
}

func (g *graph) whole(e Edge) bool {
	_, from := g.nodes[e.From]
	_, to := g.nodes[e.To]
	return from && to
}

func (g *graph) entity(e *lake.Entity) {
	id := g.node(Node{ID: entityNode(e.Name), Kind: "entity", Label: e.Label, Entity: e.Name})
	page := g.node(Node{ID: "page:" + string(e.Name), Kind: "page", Label: e.Plural, Entity: e.Name})
	g.edge(id, page, "shows")
	for i := range e.Fields {
		f := &e.Fields[i]
		field := g.node(Node{ID: fieldNode(e.Name, f.Name), Kind: "field", Label: f.Label, Entity: e.Name, Field: f.Name})
		if f.Kind == lake.Reference {
			g.edge(field, entityNode(f.Target), "refers")
		}
	}
}

func (g *graph) foreign(e *lake.Entity) {
	h := e.Home
	src := g.node(Node{ID: "source:" + h.Source, Kind: "source", Label: plainLabel(h.Source), Source: h.Source})
	table := g.node(Node{ID: "table:" + h.Source + "/" + h.Table, Kind: "table", Label: plainLabel(h.Table), Source: h.Source, Table: h.Table})
	g.edge(src, table, "reads")
	g.edge(table, entityNode(e.Name), "reads")
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Own {
			continue
		}
		column := g.node(Node{ID: "column:" + h.Source + "/" + h.Table + "/" + columnOf(f), Kind: "column", Label: plainLabel(columnOf(f)),
			Source: h.Source, Table: h.Table, Column: columnOf(f)})
		g.edge(table, column, "reads")
		g.edge(column, fieldNode(e.Name, f.Name), "reads")
	}
}

func (k *Catalog) cloned(g *graph, s *lake.Schema, e *lake.Entity) {
	g.edge(entityNode(e.Home.Of), entityNode(e.Name), "clones")
	for i := range e.Fields {
		n := e.Fields[i].Name
		g.edge(fieldNode(e.Home.Of, n), fieldNode(e.Name, n), "clones")
	}
	original, err := s.Entity(e.Home.Of)
	if err != nil || e.Home.Where == "" {
		return
	}
	x, err := filter.Parse(e.Home.Where, s, original, filter.Env{Now: k.now()})
	if err != nil {
		return // it will say so when it is read
	}
	for _, p := range pathsIn(x) {
		g.edge(fieldNode(e.Home.Of, p[0]), entityNode(e.Name), "clones")
	}
}

func (g *graph) derived(e *lake.Entity, shaped *lake.Shaped) {
	for _, n := range e.Home.Reads {
		g.edge(entityNode(n), entityNode(e.Name), "derives")
	}
	if shaped == nil {
		return
	}
	for _, read := range shaped.Reads {
		from := fieldNode(read.Entity, read.Field)
		if read.Column == "" {
			g.edge(from, entityNode(e.Name), "derives")
			continue
		}
		g.edge(from, fieldNode(e.Name, lake.FieldName(read.Column)), "derives")
	}
}

// shown adds the saved views that the person may see.
func (k *Catalog) shown(ctx context.Context, g *graph, r *lake.Reader) error {
	me := r.Rights().Principals.User
	return k.registry().Each(ctx, "view", func(id string, doc []byte) error {
		var v struct {
			Entity lake.EntityName
			Name   string
			Shared bool
			Owner  lake.Key
			State  struct {
				Filter, Order string
				Fields, Sums  []string
			}
		}
		if err := json.Unmarshal(doc, &v); err != nil {
			return err
		}
		e, err := r.Schema().Entity(v.Entity)
		if err != nil || !v.Shared && v.Owner != me {
			return nil
		}
		if _, ok := g.nodes[entityNode(v.Entity)]; !ok {
			return nil
		}
		view := g.node(Node{ID: "view:" + id, Kind: "view", Label: plainLabel(v.Name), Entity: v.Entity})
		g.edge(entityNode(v.Entity), view, "shows")
		fields := append(append(v.State.Fields, v.State.Sums...), strings.Split(v.State.Order, ",")...)
		if len(v.State.Fields) == 0 {
			for i := range e.Fields {
				fields = append(fields, string(e.Fields[i].Name))
			}
		}
		if x, err := filter.Parse(v.State.Filter, r.Schema(), e, filter.Env{Now: k.now()}); err == nil && x != nil {
			for _, p := range pathsIn(x) {
				fields = append(fields, string(p[0]))
			}
		}
		for _, f := range fields {
			first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(f), "-"), ".")
			if _, ok := e.Field(lake.FieldName(first)); ok {
				g.edge(fieldNode(v.Entity, lake.FieldName(first)), view, "shows")
			}
		}
		return nil
	})
}

// Lineage gives the way of values to and from an entity, or one field of it. Without
// either: the way from sources to entities and pages, without columns.
func (k *Catalog) Lineage(ctx context.Context, r *lake.Reader, entity lake.EntityName, field lake.FieldName) (*Lineage, error) {
	g, err := k.graph(ctx, r)
	if err != nil {
		return nil, err
	}
	if entity == "" {
		return g.only(func(n Node) bool { return n.Kind != "column" && n.Kind != "field" }), nil
	}
	e, err := r.Schema().Entity(entity)
	if err == nil {
		err = r.May(e)
	}
	if err != nil {
		return nil, err
	}
	var start []string
	if field != "" {
		if _, ok := e.Field(field); !ok {
			return nil, unknownField(e, field)
		}
		start = []string{fieldNode(entity, field)}
	} else {
		start = []string{entityNode(entity), "page:" + string(entity)}
		for i := range e.Fields {
			start = append(start, fieldNode(entity, e.Fields[i].Name))
		}
	}
	keep := g.reach(start, g.in, func(e Edge) string { return e.From })
	for id := range g.reach(start, g.out, func(e Edge) string { return e.To }) {
		keep[id] = true
	}
	g.complete(keep, start)
	return g.only(func(n Node) bool { return keep[n.ID] }), nil
}

// reach walks along edges; references aren't ways of values.
func (g *graph) reach(start []string, edges map[string][]Edge, next func(Edge) string) map[string]bool {
	done := map[string]bool{}
	for queue := slices.Clone(start); len(queue) > 0; queue = queue[1:] {
		if done[queue[0]] {
			continue
		}
		done[queue[0]] = true
		for _, e := range edges[queue[0]] {
			if e.How != "refers" && g.whole(e) {
				queue = append(queue, next(e))
			}
		}
	}
	return done
}

// complete adds the entities, tables and sources around fields and columns, the pages of
// entities, and what the start refers to.
func (g *graph) complete(keep map[string]bool, start []string) {
	for id := range keep {
		switch n := g.nodes[id]; n.Kind {
		case "field":
			keep[entityNode(n.Entity)] = true
		case "column":
			keep["table:"+n.Source+"/"+n.Table], keep["source:"+n.Source] = true, true
		}
	}
	for _, id := range start {
		for _, e := range g.out[id] {
			if e.How == "refers" {
				keep[e.To] = true
			}
		}
	}
	for id := range keep {
		if n := g.nodes[id]; n.Kind == "entity" {
			keep["page:"+string(n.Entity)] = true
		}
	}
}

func (g *graph) only(keep func(Node) bool) *Lineage {
	out := &Lineage{Nodes: []Node{}, Edges: []Edge{}}
	for _, n := range g.nodes {
		if keep(n) {
			out.Nodes = append(out.Nodes, n)
		}
	}
	slices.SortFunc(out.Nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
	for _, e := range g.edges {
		if keep(g.nodes[e.From]) && keep(g.nodes[e.To]) {
			out.Edges = append(out.Edges, e)
		}
	}
	return out
}

// breaks lists what stands on a changed column.
func (g *graph) breaks(e *lake.Entity, c TableChange) []string {
	out := []string{}
	if c.Field == "" {
		return out
	}
	start := fieldNode(e.Name, c.Field)
	for id := range g.reach([]string{start}, g.out, func(e Edge) string { return e.To }) {
		switch n := g.nodes[id]; {
		case id == start:
		case n.Kind == "field":
			out = append(out, string(n.Entity)+"."+string(n.Field))
		case n.Kind == "entity":
			out = append(out, string(n.Entity))
		case n.Kind == "view":
			out = append(out, "view:"+n.Label.EN)
		}
	}
	slices.Sort(out)
	return out
}
