package duckdb

import (
	"sort"
	"strings"

	"headwater/lake"
)

// origins says, for each column of a SELECT, from which fields of entities it comes: the
// columns in order, and what only conditions, joins and orders read.
type origins struct {
	columns []origin
	other   origin
}

// origin is a set of fields.
type origin struct {
	name    string
	fields  map[fieldOf]bool
	unknown bool // something in it couldn't be followed
}

type fieldOf struct {
	entity lake.EntityName
	field  lake.FieldName
}

func (o *origin) add(p origin) {
	if o.fields == nil {
		o.fields = map[fieldOf]bool{}
	}
	for f := range p.fields {
		o.fields[f] = true
	}
	o.unknown = o.unknown || p.unknown
}

// origins follows the names of a SELECT through its subqueries, common tables and stars.
func (h *homes) origins(v lake.View, text string) (*origins, error) {
	parsed, err := h.parsed(text)
	if err != nil {
		return nil, err
	}
	out := &origins{}
	f := follower{schema: v.Schema, out: out}
	if list, _ := parsed["statements"].([]any); len(list) == 1 {
		statement, _ := list[0].(map[string]any)
		node, _ := statement["node"].(map[string]any)
		out.columns = f.node(node, nil, nil)
	}
	return out, nil
}

func (o *origins) readings(columns []lake.SourceColumn) []lake.Reading {
	var out []lake.Reading
	for i, c := range o.columns {
		if i < len(columns) {
			for f := range c.fields {
				out = append(out, lake.Reading{Column: columns[i].Name, Entity: f.entity, Field: f.field})
			}
		}
	}
	for f := range o.other.fields {
		out = append(out, lake.Reading{Entity: f.entity, Field: f.field})
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Column != b.Column {
			return a.Column < b.Column
		}
		return a.Entity < b.Entity || a.Entity == b.Entity && a.Field < b.Field
	})
	return out
}

type follower struct {
	schema *lake.Schema
	out    *origins
}

// visible is a table as the names of a SELECT see it.
type visible struct {
	alias   string
	columns []origin
	unknown bool // it has columns that aren't known
	outer   bool // it belongs to a SELECT around this one
}

type commons map[string][]origin

func object(x any) map[string]any { m, _ := x.(map[string]any); return m }
func list(x any) []any            { l, _ := x.([]any); return l }
func str(x any) string            { s, _ := x.(string); return s }

// node gives the columns of a query.
func (f *follower) node(n map[string]any, with commons, outer []visible) []origin {
	if n == nil {
		return nil
	}
	inner := commons{}
	for k, c := range with {
		inner[k] = c
	}
	for _, c := range commonTables(n) {
		columns := f.node(object(object(c.body["query"])["node"]), inner, outer)
		renamed(columns, list(c.body["aliases"]))
		inner[strings.ToLower(c.name)] = columns
	}
	switch str(n["type"]) {
	case "SET_OPERATION_NODE":
		var out []origin
		branches := list(n["children"])
		if len(branches) == 0 {
			branches = []any{n["left"], n["right"]}
		}
		for _, b := range branches {
			out = merged(out, f.node(object(b), inner, outer))
		}
		return out
	case "RECURSIVE_CTE_NODE":
		left := f.node(object(n["left"]), inner, outer)
		inner[strings.ToLower(str(n["cte_name"]))] = left
		return merged(left, f.node(object(n["right"]), inner, outer))
	case "SELECT_NODE":
		return f.selected(n, inner, outer)
	}
	return nil
}

func merged(a, b []origin) []origin {
	if a == nil {
		return b
	}
	for i := range a {
		if i < len(b) {
			a[i].add(b[i])
		}
	}
	return a
}

func renamed(columns []origin, names []any) {
	for i, n := range names {
		if i < len(columns) {
			columns[i].name = str(n)
		}
	}
}

func (f *follower) selected(n map[string]any, with commons, outer []visible) []origin {
	tables := f.tables(object(n["from_table"]), with, outer)
	scope := tables
	for _, o := range outer {
		o.outer = true
		scope = append(scope[:len(scope):len(scope)], o)
	}
	var out []origin
	for _, x := range list(n["select_list"]) {
		e := object(x)
		if str(e["class"]) == "STAR" {
			out = append(out, f.star(e, tables)...)
			continue
		}
		o := f.expression(e, with, scope)
		if o.name = str(e["alias"]); o.name == "" && str(e["class"]) == "COLUMN_REF" {
			names := list(e["column_names"])
			o.name = str(names[len(names)-1])
		}
		out = append(out, o)
	}
	for name, x := range n {
		if name != "select_list" && name != "from_table" && name != "cte_map" {
			f.out.other.add(f.expression(x, with, scope))
		}
	}
	return out
}

func (f *follower) star(e map[string]any, tables []visible) []origin {
	skipped := map[string]bool{}
	for _, x := range list(e["exclude_list"]) {
		skipped[strings.ToLower(str(x))] = true
	}
	only := strings.ToLower(str(e["relation_name"]))
	var out []origin
	for _, t := range tables {
		if only != "" && t.alias != only {
			continue
		}
		for _, c := range t.columns {
			if !skipped[strings.ToLower(c.name)] {
				o := origin{name: c.name}
				o.add(c)
				out = append(out, o)
			}
		}
	}
	return out
}

// expression collects what an expression reads.
func (f *follower) expression(x any, with commons, scope []visible) origin {
	var out origin
	switch x := x.(type) {
	case []any:
		for _, y := range x {
			out.add(f.expression(y, with, scope))
		}
	case map[string]any:
		switch {
		case str(x["class"]) == "COLUMN_REF":
			return f.named(list(x["column_names"]), scope)
		case str(x["class"]) == "STAR":
			for _, c := range f.star(x, scope) {
				out.add(c)
			}
			return out
		case strings.HasSuffix(str(x["type"]), "_NODE"):
			for _, c := range f.node(x, with, scope) {
				out.add(c)
			}
			return out
		case str(x["class"]) == "CONSTANT":
			return out
		}
		for _, y := range x {
			out.add(f.expression(y, with, scope))
		}
	}
	return out
}

// named finds a column by its name, the nearest table first.
func (f *follower) named(names []any, scope []visible) origin {
	if len(names) == 0 {
		return origin{unknown: true}
	}
	first := strings.ToLower(str(names[0]))
	if len(names) > 1 {
		second := strings.ToLower(str(names[1]))
		for _, t := range scope {
			if t.alias != first {
				continue
			}
			for _, c := range t.columns {
				if strings.ToLower(c.name) == second {
					return c
				}
			}
		}
	}
	for _, t := range scope {
		for _, c := range t.columns {
			if strings.ToLower(c.name) == first {
				return c
			}
		}
	}
	for _, t := range scope { // a whole row
		if t.alias == first {
			var out origin
			for _, c := range t.columns {
				out.add(c)
			}
			return out
		}
	}
	return origin{unknown: true}
}

// tables are the tables of a FROM.
func (f *follower) tables(t map[string]any, with commons, outer []visible) []visible {
	alias := strings.ToLower(str(t["alias"]))
	switch str(t["type"]) {
	case "BASE_TABLE":
		name := strings.ToLower(str(t["table_name"]))
		if alias == "" {
			alias = name
		}
		columns, ok := with[name]
		if !ok {
			columns = f.entity(lake.EntityName(name))
		}
		columns = append([]origin(nil), columns...)
		renamed(columns, list(t["column_name_alias"]))
		return []visible{{alias: alias, columns: columns}}
	case "SUBQUERY":
		columns := f.node(object(object(t["subquery"])["node"]), with, outer)
		renamed(columns, list(t["column_name_alias"]))
		return []visible{{alias: alias, columns: columns}}
	case "JOIN":
		left := f.tables(object(t["left"]), with, outer)
		right := f.tables(object(t["right"]), with, append(outer[:len(outer):len(outer)], left...))
		both := append(left, right...)
		f.out.other.add(f.expression(t["condition"], with, both))
		for _, n := range list(t["using_columns"]) {
			for _, side := range [][]visible{left, right} {
				f.out.other.add(f.named([]any{n}, side))
			}
		}
		return both
	case "EMPTY", "":
		return nil
	}
	all := f.expression(t["function"], with, outer)
	f.out.other.add(all)
	return []visible{{alias: alias, unknown: true}}
}

// entity are the columns of an entity in SQL.
func (f *follower) entity(name lake.EntityName) []origin {
	ent, err := f.schema.Entity(name)
	if err != nil {
		return nil
	}
	f.out.other.add(origin{fields: map[fieldOf]bool{{name, ""}: true}})
	one := func(column string, field lake.FieldName) origin {
		return origin{name: column, fields: map[fieldOf]bool{{name, field}: true}}
	}
	id := origin{name: "id"}
	for _, k := range keyFields(ent) {
		id.add(one("", k.Name))
	}
	if id.fields == nil {
		id = one("id", lake.FieldID)
	}
	out := []origin{id, one("created_at", lake.FieldCreatedAt), one("updated_at", lake.FieldUpdatedAt)}
	for i := range ent.Fields {
		n := ent.Fields[i].Name
		out = append(out, one(string(n), n))
		if _, taken := ent.Field(n + "_currency"); ent.Fields[i].Kind == lake.Money && !taken {
			out = append(out, one(string(n)+"_currency", n))
		}
	}
	return out
}

// hidden tells whether the reader mustn't see a field. A copy doesn't know who reads it:
// what its rows were made of decides, too.
func (h *homes) hidden(v lake.View, ent *lake.Entity, f lake.FieldName) bool {
	return h.hiddenBelow(v, ent, f, 0)
}

func (h *homes) hiddenBelow(v lake.View, ent *lake.Entity, name lake.FieldName, depth int) bool {
	if len(v.Rights.Masked) == 0 || depth > lake.MaxDerived {
		return false
	}
	if v.Rights.MaskedField(ent.Name, name) {
		return true
	}
	f, ok := ent.Field(name)
	if !ok {
		return false
	}
	if _, kept := v.Copies[ent.Name]; !kept && depth == 0 {
		return false // what it stands on is read with this reader's rights
	}
	switch ent.Home.Kind {
	case lake.Clone:
		at, orig, err := h.original(v, ent)
		return err != nil || h.hiddenBelow(at, orig, lake.FieldName(column0(f)), depth+1)
	case lake.Derived:
		from, err := h.origins(v, ent.Home.SQL)
		if err != nil {
			return true
		}
		return h.anyHidden(v, from, column0(f), depth)
	}
	return false
}

func (h *homes) anyHidden(v lake.View, from *origins, column string, depth int) bool {
	for _, o := range from.columns {
		if !strings.EqualFold(o.name, column) {
			continue
		}
		all := o.fields
		if o.unknown {
			all = from.other.fields
		}
		for f := range all {
			if ent, err := v.Schema.Entity(f.entity); err == nil && h.hiddenBelow(v, ent, f.field, depth+1) {
				return true
			}
		}
		return false
	}
	return true // nobody can tell where it comes from
}
