package catalog

import (
	"context"
	"slices"
	"strings"

	"headwater/lake"
)

// A cell is canonical: an empty text is no value, line ends are \n, letters are composed,
// JSON has one form.
// The source's own text of the same value may be another, and a before-image must be
// compared with that. So the texts of rows that are about to be written are read as they
// lie in the source.

// rawTexts are texts by record and field; nil is NULL.
type rawTexts map[lake.Key]map[lake.FieldName]*string

const rawChunk = 500 // records read at once

// rawOf reads the texts of records as their source holds them now.
func (k *Catalog) rawOf(ctx context.Context, p lake.Principal, e *lake.Entity, list []lake.Pending) (rawTexts, error) {
	var fields []lake.FieldName
	draft := loose(e)
	draft.Name, draft.Home.Keep, draft.Home.Open = "rows_of_source", nil, false
	draft.Fields = slices.DeleteFunc(draft.Fields, func(f lake.Field) bool { return f.Own })
	for i := range draft.Fields {
		f := &draft.Fields[i]
		if f.Target = ""; f.Kind == lake.Reference {
			f.Kind = lake.Text
		}
		if strings.EqualFold(f.Type, "VARCHAR") || f.Kind == lake.JSON {
			fields = append(fields, f.Name)
		}
	}
	out := rawTexts{}
	if len(fields) == 0 || len(list) == 0 {
		return out, nil
	}
	r, err := k.lake.Trial(ctx, p, lake.MainName, draft)
	if err != nil {
		return nil, err
	}
	columns := []string{"id"}
	for _, n := range fields {
		columns = append(columns, quoted(string(n))+"::VARCHAR")
	}
	for chunk := range slices.Chunk(list, rawChunk) {
		text := "SELECT " + strings.Join(columns, ", ") + " FROM " + quoted(string(draft.Name)) + " WHERE " + keysAre(&draft, chunk)
		err := r.SQL(ctx, text, rowsOf(func(v []any) error {
			id, _ := v[0].(string)
			texts := map[lake.FieldName]*string{}
			for i, n := range fields {
				texts[n] = nil
				if s, ok := v[i+1].(string); ok {
					texts[n] = &s
				}
			}
			out[lake.Key(id)] = texts
			return nil
		}))
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// keysAre is a condition on an entity's key fields.
func keysAre(e *lake.Entity, list []lake.Pending) string {
	literal := func(n lake.FieldName, c lake.Cell) string {
		f, _ := e.Field(n)
		text := ""
		if t := columnText(f, c); t != nil {
			text = *t
		}
		text = "'" + strings.ReplaceAll(text, "'", "''") + "'"
		if strings.EqualFold(f.Type, "VARCHAR") || f.Type == "" {
			return text
		}
		return "CAST(" + text + " AS " + f.Type + ")"
	}
	key := e.Home.Key
	var parts []string
	for i := range list {
		cells := list[i].Key.Parts(len(key))
		if cells == nil {
			continue
		}
		one := make([]string, len(key))
		for j, n := range key {
			one[j] = literal(n, cells[j])
			if len(key) > 1 {
				one[j] = quoted(string(n)) + " = " + one[j]
			}
		}
		parts = append(parts, strings.Join(one, " AND "))
	}
	switch {
	case len(parts) == 0:
		return "false"
	case len(key) == 1:
		return quoted(string(key[0])) + " IN (" + strings.Join(parts, ", ") + ")"
	}
	return "(" + strings.Join(parts, ") OR (") + ")"
}

// before is what a column's before-image is in the source's own text.
func (t rawTexts) before(key lake.Key, f *lake.Field, c lake.Cell) *string {
	plain := columnText(f, c)
	raw, ok := t[key][f.Name]
	if !ok || raw == nil {
		return plain
	}
	text := lake.Field{Name: f.Name, Kind: lake.Text}
	if f.Kind == lake.JSON {
		text.Kind = lake.JSON
	}
	if same, err := text.Canonical(*raw); err == nil && same == c {
		return raw
	}
	return plain
}
