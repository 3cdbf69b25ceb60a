package duckdb

import (
	"slices"
	"strconv"
	"strings"

	"headwater/lake"
)

// want narrows what is read of a base; the zero value reads everything.
type want struct {
	keys   []lake.Key
	field  lake.FieldName
	values []lake.Cell
	above  lake.FieldName // only rows whose field is at least high
	high   lake.Cell
}

func (w want) all() bool { return w.keys == nil && w.field == "" && w.above == "" }

// A relation is a SELECT with the columns id, created_at, updated_at, _from (the
// revision of the row, 0 for a base's) and one per field, of its exact type; money has a
// second one with its currency. A base is the same without _from.

// fieldColumns are the columns of an entity's fields in a relation.
func fieldColumns(ent *lake.Entity) []string {
	var out []string
	for i := range ent.Fields {
		f := &ent.Fields[i]
		out = append(out, quote(string(f.Name)))
		if f.Kind == lake.Money {
			out = append(out, quote(string(f.Name)+currencySuffix))
		}
	}
	return out
}

// relation is what the reader sees of an entity at the view's place.
func (h *homes) relation(v lake.View, ent *lake.Entity) (string, error) {
	if err := h.reaches(v); err != nil {
		return "", err
	}
	id := viewName(v) + string(ent.Name)
	if text, ok := h.known[id]; ok {
		return text, nil
	}
	text, err := "", error(nil)
	if ent.Overlaid() {
		text, err = h.effective(v, ent, want{})
	} else {
		text, err = h.native(v, ent)
	}
	if err == nil && h.known != nil {
		h.known[id] = text
	}
	return text, err
}

// relationOf is relation for compilers; within compilerOf it is narrowed.
func (h *homes) relationOf(v lake.View, ent *lake.Entity) (string, error) {
	if w := h.narrow; !w.all() {
		h.narrow = want{}
		return h.effective(v, ent, w)
	}
	return h.relation(v, ent)
}

// native is the relation of an entity of the store.
func (h *homes) native(v lake.View, ent *lake.Entity) (string, error) {
	c := h.compiler(v, ent)
	m := c.main
	columns := []string{m + ".id", m + ".created_at", m + ".updated_at", m + "._from"}
	for i := range ent.Fields {
		f := &ent.Fields[i]
		o, err := c.step(ent, m, f.Name)
		if err != nil {
			return "", err
		}
		columns = append(columns, o.raw()+"::"+sqlType(f.Kind)+" AS "+quote(string(f.Name)))
		if f.Kind == lake.Money {
			currency := "NULL"
			if !o.null {
				currency = o.with(currencySuffix)
			}
			columns = append(columns, currency+"::VARCHAR AS "+quote(string(f.Name)+currencySuffix))
		}
	}
	text := "SELECT " + strings.Join(columns, ", ") + " FROM " + c.from + " WHERE " + c.where
	if !v.Rights.AllRows && (ent.Owner != "" || ent.Inherits != "") {
		text += barrier
	}
	h.note(step{Step: lake.Step{Code: "scan_mirror", Entity: ent.Name, Rows: -1}}, func(s *step) {
		if !v.Head {
			s.Code = "scan_past"
		}
	})
	return text, nil
}

// compiler compiles conditions on a relation, with values as literals.
func (h *homes) compiler(v lake.View, ent *lake.Entity) *compiler {
	c := &compiler{ent: ent, joins: map[string]string{}}
	c.args.literal = true
	c.permitted = permitted{st: h.st, view: v, args: &c.args, homes: h}
	c.main = c.alias()
	c.from, c.where = c.entity(ent, c.main)
	return c
}

// source is the base of an entity: what lies under its overlay.
func (h *homes) source(v lake.View, ent *lake.Entity, w want) (string, error) {
	if slices.Contains(h.way, ent.Name) || len(h.way) >= lake.MaxDerived {
		return "", lake.Fail(lake.ErrInvalid, "derived_cycle", "The entity "+string(ent.Name)+" is made from itself.", "entity", ent.Name)
	}
	if bare := withoutOwn(ent); bare != ent {
		return h.widened(v, ent, bare, w)
	}
	h.way = append(h.way, ent.Name)
	defer func() { h.way = h.way[:len(h.way)-1] }()
	kept, ok := v.Copies[ent.Name]
	switch {
	case ok && kept.ID != "":
		return h.copied(v, ent, kept)
	case ent.Home.Kind == lake.Foreign:
		return h.foreign(ent, kept.Pin, w)
	case ent.Home.Kind == lake.Clone:
		return h.clone(v, ent, w)
	case ent.Home.Kind == lake.Derived:
		return h.derived(v, ent)
	}
	return "", lake.Fail(lake.ErrInvalid, "home_unknown", "The entity "+string(ent.Name)+" has a home of an unknown kind.", "entity", ent.Name)
}

// withoutOwn is an entity without the fields that only its overlay has.
func withoutOwn(ent *lake.Entity) *lake.Entity {
	if !slices.ContainsFunc(ent.Fields, func(f lake.Field) bool { return f.Own }) {
		return ent
	}
	bare := *ent
	bare.Fields = slices.DeleteFunc(slices.Clone(ent.Fields), func(f lake.Field) bool { return f.Own })
	out, _ := lake.NewSchema([]lake.Entity{bare}).Entity(ent.Name)
	return out
}

// widened is a base with the fields that it doesn't have, empty.
func (h *homes) widened(v lake.View, ent, bare *lake.Entity, w want) (string, error) {
	if f, ok := ent.Field(w.field); ok && f.Own { // nothing in the base holds a value of it
		w = want{keys: []lake.Key{}}
	}
	text, err := h.source(v, bare, w)
	if err != nil {
		return "", err
	}
	columns := fieldColumns(ent)
	for i := range ent.Fields {
		f := &ent.Fields[i]
		name := quote(string(f.Name))
		if !f.Own {
			continue
		}
		columns[slices.Index(columns, name)] = "NULL::" + sqlType(f.Kind) + " AS " + name
		if f.Kind == lake.Money {
			currency := quote(string(f.Name) + currencySuffix)
			columns[slices.Index(columns, currency)] = "NULL::VARCHAR AS " + currency
		}
	}
	return "SELECT id, created_at, updated_at" + listed(columns) + " FROM (" + text + ")", nil
}

// foreign reads a table of a source.
func (h *homes) foreign(ent *lake.Entity, pin string, w want) (string, error) {
	s, err := h.scan(ent, pin)
	if err != nil {
		return "", err
	}
	s.wish(w)
	id := keyText(keyFields(ent), func(f *lake.Field) string {
		return "c" + strconv.Itoa(slices.IndexFunc(ent.Fields, func(g lake.Field) bool { return g.Name == f.Name }))
	})
	return "SELECT " + id + " AS id, NULL::TIMESTAMP AS created_at, NULL::TIMESTAMP AS updated_at" + listed(s.fieldsOf()) + " FROM " + s.name, nil
}

func listed(columns []string) string {
	if len(columns) == 0 {
		return ""
	}
	return ", " + strings.Join(columns, ", ")
}

// floating refuses to show the past of what has none.
func (h *homes) floating(v lake.View, ent *lake.Entity) error {
	if h.base || v.Head {
		return nil
	}
	kept, ok := v.Copies[ent.Name]
	if ok && kept.Pinned || !ok && ent.Home.Kind != lake.Foreign {
		return nil
	}
	return lake.Fail(lake.ErrInvalid, "entity_floating", "The entity "+string(ent.Name)+" is read from its source as it is now; it has no past here.", "entity", ent.Name)
}

// restricted refuses what wasn't made for the row scope of this workspace.
func (h *homes) restricted(v lake.View, ent *lake.Entity) error {
	_, kept := v.Copies[ent.Name]
	if v.Rights.AllRows || ent.Home.Open || ent.Home.Kind != lake.Foreign && !kept {
		return nil
	}
	return lake.Fail(lake.ErrForbidden, "entity_restricted", "The entity "+string(ent.Name)+" is open to people who see all records only.", "entity", ent.Name)
}
