package duckdb

import (
	"strings"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
)

// clone is the base of a clone: its original as the clone was told to see it. A native
// original is read at the place that was cloned.
func (h *homes) clone(v lake.View, ent *lake.Entity, w want) (string, error) {
	at, orig, err := h.original(v, ent)
	if err != nil {
		return "", err
	}
	if err := h.reaches(at); err != nil {
		return "", err
	}
	h.note(step{Step: lake.Step{Code: "clone", Entity: ent.Name, Table: string(orig.Name), Rows: -1}}, nil)
	h.depth++
	defer func() { h.depth-- }()
	c, err := h.compilerOf(at, orig, w)
	if err != nil {
		return "", err
	}
	columns, err := h.clonedColumns(c, ent, orig)
	if err != nil {
		return "", err
	}
	where, err := h.clonedWhere(c, at, ent, orig)
	if err != nil {
		return "", err
	}
	m := c.main
	return "SELECT " + m + ".id, " + m + ".created_at, " + m + ".updated_at" + listed(columns) + " FROM " + c.from + " WHERE " + c.where + " AND " + where, nil
}

func (h *homes) original(v lake.View, ent *lake.Entity) (lake.View, *lake.Entity, error) {
	orig, err := v.Schema.Entity(ent.Home.Of)
	if err == nil && orig.Overlaid() || v.Elsewhere == nil {
		return v, orig, err
	}
	// The original may have gone from here; where it was cloned it is still there.
	if v, err = v.Elsewhere(h.ctx, ent.Home.Branch, ent.Home.At); err != nil {
		return v, nil, err
	}
	orig, err = v.Schema.Entity(ent.Home.Of)
	return v, orig, err
}

func (h *homes) clonedColumns(c *compiler, ent, orig *lake.Entity) ([]string, error) {
	var out []string
	for i := range ent.Fields {
		f := &ent.Fields[i]
		t, err := homeType(f)
		if err != nil {
			return nil, err
		}
		from := lake.FieldName(column0(f))
		of, ok := orig.Field(from)
		if !ok {
			return nil, lake.Fail(lake.ErrInvalid, "source_changed", "The entity "+string(orig.Name)+", of which "+string(ent.Name)+" is a clone, has no field "+string(from)+".",
				"entity", ent.Name, "column", from, "table", orig.Name)
		}
		o, err := c.step(orig, c.main, from)
		if err != nil {
			return nil, err
		}
		value, currency := o.bare(), "NULL"
		if of.Kind == lake.Money && !o.null {
			currency = o.with(currencySuffix)
		}
		if rule, ok := ent.Home.Masks[f.Name]; ok {
			if value, currency, err = h.mask(rule, of, value, currency, c.main+".id"); err != nil {
				return nil, err
			}
		}
		out = append(out, "("+value+")::"+t+" AS "+quote(string(f.Name)))
		if f.Kind == lake.Money {
			out = append(out, currency+"::VARCHAR AS "+quote(string(f.Name)+currencySuffix))
		}
	}
	return out, nil
}

func (h *homes) clonedWhere(c *compiler, v lake.View, ent, orig *lake.Entity) (string, error) {
	if strings.TrimSpace(ent.Home.Where) == "" {
		return "TRUE", nil
	}
	x, err := filter.Parse(ent.Home.Where, v.Schema, orig, filter.Env{Now: time.Now()})
	if err != nil {
		return "", err
	}
	return c.condition(x)
}

// compilerOf compiles over an original, narrowed to what is wanted where that is a home
// that can be asked for it.
func (h *homes) compilerOf(v lake.View, orig *lake.Entity, w want) (*compiler, error) {
	h.narrow = w
	c := h.compiler(v, orig)
	h.narrow = want{}
	if c.err != nil {
		return nil, c.err
	}
	if w.keys != nil {
		c.where += " AND " + c.main + ".id IN (SELECT unnest(" + textList(keyTexts(w.keys)) + "))"
	}
	return c, nil
}

func keyTexts(keys []lake.Key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = string(k)
	}
	return out
}

// textList is a list of texts as a literal.
func textList(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = "'" + sqlText(t) + "'"
	}
	return "[" + strings.Join(out, ", ") + "]::VARCHAR[]"
}
