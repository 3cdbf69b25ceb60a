package duckdb

import (
	"database/sql"
	"slices"
	"strings"
	"time"

	"headwater/lake"
)

// compiled checks a SELECT of a person and gives the statement that runs instead of it:
// every place that names an entity names a common table of our own, and these stand in
// front. What the database writes of the changed tree is checked once more: that is what
// will run.
func (h *homes) compiled(v lake.View, text string) (string, error) {
	box := &sandbox{schema: v.Schema, name: func() string { return h.name("table") }, parse: h.parsed}
	tree, err := h.checked(box, text)
	if err != nil {
		return "", err
	}
	h.recursive = h.recursive || box.recursive
	if h.tree == nil {
		h.tree, h.named = tree, box.named
	}
	plain, err := h.written(tree)
	if err != nil {
		return "", err
	}
	again := &sandbox{schema: v.Schema, own: map[string]bool{}}
	for _, n := range box.named {
		again.own[n.table] = true
	}
	if _, err := h.checked(again, plain); err != nil {
		return "", err
	}
	return h.around(v, plain, box.named)
}

// checked parses a text and walks its tree, which the walk changes.
func (h *homes) checked(box *sandbox, text string) (map[string]any, error) {
	parsed, err := h.parsed(text)
	if err != nil {
		return nil, err
	}
	return parsed, box.statement(parsed)
}

// around puts the entities in front of the text as common tables.
func (h *homes) around(v lake.View, plain string, named []naming) (string, error) {
	var tables []string
	for _, n := range named {
		at, err := h.placed(v, n)
		if err != nil {
			return "", err
		}
		text, err := h.personal(at, n)
		if err != nil {
			return "", err
		}
		tables = append(tables, quote(n.table)+" AS NOT MATERIALIZED ("+text+")")
	}
	if len(tables) == 0 {
		return plain, nil
	}
	slices.Sort(tables)
	front := strings.Join(tables, ", ")
	rest, recursive := strings.CutPrefix(plain, "WITH RECURSIVE ")
	switch {
	case recursive:
		return "WITH RECURSIVE " + front + ", " + rest, nil
	case strings.HasPrefix(plain, "WITH "):
		return "WITH " + front + ", " + plain[len("WITH "):], nil
	}
	return "WITH " + front + " " + plain, nil
}

// personal is an entity as a person's SQL sees it: money has a second column with its
// currency, masked fields are there, but empty.
func (h *homes) personal(v lake.View, n naming) (string, error) {
	ent, err := v.Schema.Entity(n.entity)
	if err != nil || ent.Internal {
		return "", tableUnknown(string(n.entity))
	}
	if n.nearest != nil {
		return h.nearest(v, ent, n.nearest)
	}
	if len(h.way) == 0 && h.restricted(v, ent) != nil {
		return "", tableUnknown(string(n.entity)) // for this person there is none
	}
	text, err := h.relation(v, ent)
	if err != nil {
		return "", err
	}
	return "SELECT " + strings.Join(personalColumns(ent), ", ") + " FROM (" + text + ")", nil
}

func personalColumns(ent *lake.Entity) []string {
	columns := []string{"id", "created_at", "updated_at"}
	for i := range ent.Fields {
		f := &ent.Fields[i]
		columns = append(columns, quote(string(f.Name)))
		if _, taken := ent.Field(f.Name + "_currency"); f.Kind == lake.Money && !taken {
			columns = append(columns, quote(string(f.Name)+currencySuffix)+" AS "+quote(string(f.Name)+"_currency"))
		}
	}
	return columns
}

// naming is one place of a text that names an entity.
type naming struct {
	table   string // what it is called there now
	entity  lake.EntityName
	at      map[string]any // the AT clause
	nearest *nearestCall
}

// placed is the view of the place that an AT clause names.
func (h *homes) placed(v lake.View, n naming) (lake.View, error) {
	if n.at == nil {
		return v, nil
	}
	if v.Past == nil {
		return v, invalidSQL("AT can't be used here.")
	}
	unit, _ := n.at["unit"].(string)
	var rev sql.NullInt64
	var at sql.NullTime
	into, t := any(&rev), "BIGINT"
	switch strings.ToUpper(unit) {
	case "VERSION":
	case "TIMESTAMP":
		into, t = &at, "TIMESTAMPTZ"
	default:
		return v, invalidSQL("AT takes VERSION => a revision or TIMESTAMP => a time.")
	}
	text, err := h.constant(n.at["expr"])
	if err != nil {
		return v, err
	}
	if err := h.conn.QueryRowContext(h.ctx, "SELECT x::"+t+" FROM ("+text+") AS c(x)").Scan(into); err != nil {
		return v, personError(err)
	}
	if !rev.Valid && !at.Valid {
		return v, invalidSQL("AT takes VERSION => a revision or TIMESTAMP => a time.")
	}
	return v.Past(h.ctx, lake.Revision(rev.Int64), at.Time.Truncate(time.Microsecond))
}

// constant is a SELECT of one expression that stands alone.
func (h *homes) constant(expression any) (string, error) {
	tree, err := h.parsed("SELECT 1")
	if err != nil {
		return "", err
	}
	return h.written(selecting(tree, expression))
}
