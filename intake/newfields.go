package intake

import (
	"slices"
	"strings"

	"headwater/lake"
)

// newFields describes a field for every column that is left out. They are chosen only
// when nothing else is mapped.
func (s *suggester) newFields() {
	none := !slices.ContainsFunc(s.plan.Columns, func(c Column) bool { return c.Field != "" })
	taken := map[lake.FieldName]bool{}
	for _, f := range s.entity.Fields {
		taken[f.Name] = true
	}
	for i, p := range s.columns {
		c := &s.plan.Columns[i]
		used := slices.ContainsFunc(s.plan.Columns, func(o Column) bool { return o.CurrencyColumn == c.Column && o.Field != "" })
		if c.Field != "" || used || p.filled == 0 {
			continue
		}
		f := lake.Field{Name: fieldName(p.heading, i, taken), Kind: p.kind(), Label: lake.Label{ZH: p.heading, EN: p.heading}, Custom: true,
			Long: p.lines || p.longest > 300}
		f.Long = f.Long && f.Kind == lake.Text
		if f.Kind == lake.Enum {
			for _, v := range p.values() {
				f.Options = append(f.Options, lake.Option{Name: v, Label: lake.Label{ZH: v, EN: v}})
			}
		}
		taken[f.Name] = true
		c.NewField = &f
		if none {
			c.Field, c.Confidence = f.Name, 0.3
			s.plainForms(c, p, &f)
		}
	}
}

// plainForms fills in how a column is read whose field is yet to be added.
func (s *suggester) plainForms(c *Column, p *profile, f *lake.Field) {
	switch f.Kind {
	case lake.Integer, lake.Decimal:
		c.NumberForm = p.numbers.form()
	case lake.Money:
		c.NumberForm, c.Currency = p.numbers.form(), p.numbers.currency()
	case lake.Date, lake.Timestamp:
		c.DateForm, _ = p.dates.form()
	}
}

// fieldName makes an identifier of a heading.
func fieldName(h string, at int, taken map[lake.FieldName]bool) lake.FieldName {
	var b strings.Builder
	for i, r := range h {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			if i > 0 && b.Len() > 0 && h[i-1] >= 'a' && h[i-1] <= 'z' {
				b.WriteByte('_')
			}
			b.WriteRune(r + 'a' - 'A')
		case r < 0x80 && b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	name := strings.Trim(b.String(), "_")
	if len(name) > 40 {
		name = strings.Trim(name[:40], "_")
	}
	if len(name) < 2 {
		name = "column_" + itoa(at+1)
	}
	for base, n := name, 2; taken[lake.FieldName(name)] || lake.CheckFieldName(lake.FieldName(name)) != nil; n++ {
		name = base + "_" + itoa(n)
	}
	return lake.FieldName(name)
}
