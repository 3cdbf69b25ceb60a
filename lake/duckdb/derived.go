package duckdb

import (
	"strings"

	"headwater/lake"
)

// derived is the base of an entity that a SELECT makes. The text is checked like a
// person's, and the entities that it names are read as this reader sees them.
func (h *homes) derived(v lake.View, ent *lake.Entity) (string, error) {
	h.note(step{Step: lake.Step{Code: "derived", Entity: ent.Name, Rows: -1}}, nil)
	h.depth++
	defer func() { h.depth-- }()
	text, err := h.compiled(v, ent.Home.SQL)
	if err != nil {
		return "", err
	}
	columns := make([]string, 0, len(ent.Fields))
	for i := range ent.Fields {
		f := &ent.Fields[i]
		t, err := homeType(f)
		if err != nil {
			return "", err
		}
		columns = append(columns, "d."+quote(column0(f))+"::"+t+" AS "+quote(string(f.Name)))
		if f.Kind == lake.Money {
			columns = append(columns, "NULL::VARCHAR AS "+quote(string(f.Name)+currencySuffix))
		}
	}
	id := keyText(keyFields(ent), func(f *lake.Field) string { return quote(string(f.Name)) })
	return "SELECT " + id + " AS id, NULL::TIMESTAMP AS created_at, NULL::TIMESTAMP AS updated_at" + listed(fieldColumns(ent)) +
		" FROM (SELECT " + strings.Join(columns, ", ") + " FROM (" + text + ") AS d)", nil
}
