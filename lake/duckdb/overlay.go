package duckdb

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"headwater/lake"
)

// effective is the relation of an entity with a home elsewhere: its base under its
// overlay, masked for the reader.
func (h *homes) effective(v lake.View, ent *lake.Entity, w want) (string, error) {
	if err := h.restricted(v, ent); err != nil {
		return "", err
	}
	if err := h.floating(v, ent); err != nil {
		return "", err
	}
	over, err := h.overlay(v, ent)
	if err != nil {
		return "", err
	}
	var text string
	if over.count == 0 {
		if text, err = h.source(v, ent, w); err == nil {
			text = "SELECT b.id, b.created_at, b.updated_at, 0::BIGINT AS _from" + listed(h.shown(v, ent, "b")) + " FROM (" + text + ") AS b"
		}
	} else if text, err = h.combined(v, ent, over, w); err == nil {
		text = "SELECT b.id, b.created_at, b.updated_at, b._from" + listed(h.shown(v, ent, "b")) + " FROM (" + text + ") AS b"
	}
	if err != nil {
		return "", err
	}
	scope, err := h.scope(v, ent, "b")
	if scope != "" {
		text += " WHERE " + scope
	}
	if !v.Rights.AllRows && (scope != "" || ent.Home.Kind == lake.Clone && ent.Home.Where != "") {
		text += barrier
	}
	return text, err
}

// shown are the columns of the fields, those that the reader mustn't see empty.
func (h *homes) shown(v lake.View, ent *lake.Entity, alias string) []string {
	var out []string
	for i := range ent.Fields {
		f := &ent.Fields[i]
		name, currency := quote(string(f.Name)), quote(string(f.Name)+currencySuffix)
		if h.hidden(v, ent, f.Name) {
			t, _ := homeType(f) // it was good when the base was made
			out = append(out, "NULL::"+t+" AS "+name)
			if f.Kind == lake.Money {
				out = append(out, "NULL::VARCHAR AS "+currency)
			}
			continue
		}
		out = append(out, alias+"."+name)
		if f.Kind == lake.Money {
			out = append(out, alias+"."+currency)
		}
	}
	return out
}

// scope is the row scope of an entity that names an owner; "" where there is none.
func (h *homes) scope(v lake.View, ent *lake.Entity, alias string) (string, error) {
	if v.Rights.AllRows || ent.Owner == "" && ent.Inherits == "" {
		return "", nil
	}
	var any []string
	args := &arguments{literal: true}
	if _, ok := ent.Field(ent.Owner); ok && len(v.Rights.Owners) > 0 {
		any = append(any, alias+"."+quote(string(ent.Owner))+" IN ("+args.keys(v.Rights.Owners)+")")
	}
	if f, ok := ent.Field(ent.Inherits); ok {
		if target, err := v.Schema.Entity(f.Target); err == nil && target.Inherits == "" {
			text, err := h.relation(v, target)
			if err != nil {
				return "", err
			}
			any = append(any, alias+"."+quote(string(ent.Inherits))+" IN (SELECT id FROM ("+text+"))")
		}
	}
	if len(any) == 0 {
		return "FALSE", nil
	}
	return "(" + strings.Join(any, " OR ") + ")", nil
}

// overlaying is what lies over a base at a place.
type overlaying struct {
	rows  string // SELECT of the overlay's rows, with the mirror's columns
	count int64
}

func (h *homes) overlay(v lake.View, ent *lake.Entity) (overlaying, error) {
	p := place{v.Branch, v.Lineage}
	if h.shape {
		return overlaying{}, nil
	}
	from, where := h.st.rows(p, ent.Stored(), "o")
	o := overlaying{rows: "SELECT o.* FROM " + from + " WHERE " + where}
	if _, ok := h.st.bit(p, ent.Name); ok {
		o.count = h.st.heads[v.Branch].Count[ent.Name]
		return o, nil
	}
	err := h.conn.QueryRowContext(h.ctx, "SELECT count(*) FROM ("+o.rows+")").Scan(&o.count)
	return o, err
}

// fewKeys is up to how many overlay rows the base is read apart from them, with the
// question's conditions pushed down, and their base rows by key. Above it, reading the
// base once and joining all of it costs less than reading it twice. Tests change it.
var fewKeys int64 = 1000

// combined lays an overlay over a base: the base's rows that the overlay says nothing
// of, and the overlay's rows, each cell from where it was written last.
func (h *homes) combined(v lake.View, ent *lake.Entity, over overlaying, w want) (string, error) {
	h.note(step{Step: lake.Step{Code: "overlay", Entity: ent.Name, Rows: over.count}}, nil)
	h.depth++
	defer func() { h.depth-- }()
	scans := len(h.scans)
	base, err := h.source(v, ent, w)
	if err != nil {
		return "", err
	}
	below := base
	if over.count <= fewKeys {
		keys, err := h.edited(over)
		if err != nil {
			return "", err
		}
		if below, err = h.source(v, ent, want{keys: keys}); err != nil {
			return "", err
		}
	}
	t := h.st.tables[ent.Name]
	stored := ent.Stored()
	op, touched := t.find(lake.OverlayOp, lake.Text), t.find(lake.OverlayTouched, lake.Text)
	if op == nil || touched == nil {
		return "", fmt.Errorf("the mirror of %s has no place for overlays", stored.Name)
	}
	on, err := h.sameKey(ent)
	if err != nil {
		return "", err
	}
	rows, tests := over.rows, writtenTests(ent, "o."+quote(op.Name), "o."+quote(touched.Name))
	edits, gone := false, true
	if over.count > fewKeys {
		// Tested in the overlay's rows, not in all rows of the base; what no row holds
		// isn't asked for.
		rows, tests = testedRows(rows, tests)
		if edits, gone, err = h.untouched(ent, over, tests); err != nil {
			return "", err
		}
	}
	keyed, err := keyColumns(ent)
	if err != nil {
		return "", err
	}
	columns, err := writtenColumns(ent, t, tests, keyed)
	if err != nil {
		return "", err
	}
	code := "o." + quote(op.Name)
	extra := ""
	if !v.Rights.AllRows && ent.Home.Kind != lake.Foreign {
		// What lies below is out of scope for this reader, or gone: nobody can tell.
		extra = " AND (" + code + " IS NULL OR " + code + " = '" + lake.OpInsert + "' OR b.id IS NOT NULL)"
	}
	if over.count > fewKeys {
		shown := " WHERE TRUE" + extra
		if gone {
			shown = " WHERE " + code + " IS DISTINCT FROM '" + lake.OpGone + "'" + extra
		}
		full := "SELECT CASE WHEN o.id IS NULL THEN b.id ELSE o.id END AS id, coalesce(b.created_at, o.created_at) AS created_at," +
			" CASE WHEN o.id IS NULL THEN b.updated_at ELSE o.updated_at END AS updated_at, coalesce(o._from, 0::BIGINT) AS _from" + listed(columns) +
			" FROM (" + base + ") AS b FULL JOIN (" + rows + ") AS o ON " + on + shown
		if !edits || !w.all() || ent.Home.Kind != lake.Foreign || len(h.scans) != scans+1 {
			return full, nil
		}
		return h.lay(v, ent, over, laid{full: full, base: h.scans[scans]}, base, rows, tests)
	}
	return "SELECT b.id, b.created_at, b.updated_at, 0::BIGINT AS _from" + listed(prefixed("b", fieldColumns(ent))) +
		" FROM (" + base + ") AS b ANTI JOIN (" + over.rows + ") AS o ON " + on +
		" UNION ALL SELECT o.id, coalesce(b.created_at, o.created_at) AS created_at, o.updated_at, o._from" + listed(columns) +
		" FROM (" + over.rows + ") AS o LEFT JOIN (" + below + ") AS b ON " + on +
		" WHERE " + code + " <> '" + lake.OpGone + "'" + extra, nil
}

func prefixed(alias string, columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = alias + "." + c
	}
	return out
}

// edited lists the keys whose base rows show through the overlay.
func (h *homes) edited(over overlaying) ([]lake.Key, error) {
	rows, err := h.conn.QueryContext(h.ctx, "SELECT id FROM ("+over.rows+") WHERE "+string(lake.OverlayOp)+" = '"+lake.OpEdit+"' ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []lake.Key{}
	for rows.Next() {
		var k string
		if err := rows.Scan(&k); err != nil {
			return nil, err
		}
		out = append(out, lake.Key(k))
	}
	return out, rows.Err()
}

// sameKey joins base b and overlay o by typed columns, where types are equal exactly
// when texts are; otherwise by the key's text.
func (h *homes) sameKey(ent *lake.Entity) (string, error) {
	names, parts, err := typedKey(ent)
	if err != nil || len(names) == 0 {
		return "b.id = o.id", err
	}
	return equalKeys(names, parts), nil
}

func equalKeys(names, parts []string) string {
	list := make([]string, len(names))
	for i := range names {
		list[i] = names[i] + " = " + parts[i]
	}
	return strings.Join(list, " AND ")
}

// typedKey are the columns of the key in base b, and what an overlay row o has for them;
// none where types don't do.
func typedKey(ent *lake.Entity) (names, parts []string, err error) {
	keys := keyFields(ent)
	types := make([]string, len(keys))
	for i, f := range keys {
		if types[i], err = homeType(f); err != nil || !exact(types[i]) {
			return nil, nil, err
		}
		names = append(names, "b."+quote(string(f.Name)))
	}
	if len(keys) > 0 {
		parts = keyParts(keys, types, "o.id")
	}
	return names, parts, nil
}

// writtenTests are, beside the fields, whether an overlay row holds the cell.
func writtenTests(ent *lake.Entity, op, touched string) []string {
	out := make([]string, len(ent.Fields))
	for i := range ent.Fields {
		out[i] = op + " = '" + lake.OpInsert + "' OR contains(" + touched + ", '|" + sqlText(string(ent.Fields[i].Name)) + "|')"
	}
	return out
}

// untouched empties the tests of the cells that no overlay row holds, and tells whether
// all rows are edits, and whether a row hides its base's.
func (h *homes) untouched(ent *lake.Entity, over overlaying, tests []string) (edits, gone bool, err error) {
	rows, err := h.conn.QueryContext(h.ctx, "SELECT DISTINCT "+string(lake.OverlayOp)+", "+string(lake.OverlayTouched)+" FROM ("+over.rows+")")
	if err != nil {
		return false, true, err
	}
	defer rows.Close()
	inserts, held := false, map[string]bool{}
	for rows.Next() {
		var op, touched sql.NullString
		if err := rows.Scan(&op, &touched); err != nil {
			return false, true, err
		}
		inserts, gone = inserts || op.String == lake.OpInsert, gone || op.String == lake.OpGone
		for _, name := range strings.Split(touched.String, "|") {
			held[name] = true
		}
	}
	for i := range ent.Fields {
		if !inserts && !held[string(ent.Fields[i].Name)] {
			tests[i] = ""
		}
	}
	return !inserts && !gone, gone, rows.Err()
}

// testedRows are the overlay's rows with the tests as columns, and the names of those.
func testedRows(rows string, tests []string) (string, []string) {
	names := make([]string, len(tests))
	text := "SELECT o.*"
	for i, t := range tests {
		names[i] = "o._written" + strconv.Itoa(i)
		text += ", (" + t + ") AS _written" + strconv.Itoa(i)
	}
	return text + " FROM (" + rows + ") AS o", names
}

// writtenColumns are the columns of overlay rows: cells that were written, and the base's.
// A cell without a test is always the base's. Where the base has lost the row under an
// edit, its key fields are what the id says: keyed.
func writtenColumns(ent *lake.Entity, t *table, tests []string, keyed map[lake.FieldName]string) ([]string, error) {
	var out []string
	for i := range ent.Fields {
		f := &ent.Fields[i]
		kind, err := homeType(f)
		if err != nil {
			return nil, err
		}
		c := t.find(f.Name, f.Kind)
		if c == nil {
			return nil, fmt.Errorf("the mirror of %s has no place for %s", ent.Name, f.Name)
		}
		name := quote(string(f.Name))
		below := "b." + name
		if part, ok := keyed[f.Name]; ok {
			below = "coalesce(" + below + ", " + part + ")"
			if tests[i] == "" {
				out = append(out, below+" AS "+name)
				continue
			}
		}
		if tests[i] == "" {
			out = append(out, prefixed("b", fieldColumns(&lake.Entity{Fields: ent.Fields[i : i+1]}))...)
			continue
		}
		out = append(out, "CASE WHEN "+tests[i]+" THEN "+fromCell(f, kind, "o."+quote(c.Name))+" ELSE "+below+" END AS "+name)
		if f.Kind == lake.Money {
			currency := quote(string(f.Name) + currencySuffix)
			out = append(out, "CASE WHEN "+tests[i]+" THEN o."+quote(c.Name+currencySuffix)+" ELSE b."+currency+" END AS "+currency)
		}
	}
	return out, nil
}

// keyColumns are the key fields' values as an overlay row's id has them.
func keyColumns(ent *lake.Entity) (map[lake.FieldName]string, error) {
	keys := keyFields(ent)
	types := make([]string, len(keys))
	for i, f := range keys {
		var err error
		if types[i], err = homeType(f); err != nil {
			return nil, err
		}
	}
	out := make(map[lake.FieldName]string, len(keys))
	if len(keys) == 0 {
		return out, nil
	}
	for i, part := range keyParts(keys, types, "o.id") {
		out[keys[i].Name] = part
	}
	return out, nil
}
