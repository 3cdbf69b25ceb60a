package duckdb

import (
	"fmt"
	"strings"

	"headwater/lake"
)

// key is one expression that rows are sorted by. Nulls come last.
type key struct {
	sql  string
	desc bool
	kind lake.Kind // how the value travels in a keyset: Integer for ranks, Text for sort keys
}

// keys compiles the order of a question; the id is always the last one.
func (c *compiler) keys(order []lake.Order) ([]key, error) {
	var out []key
	for _, o := range order {
		more, err := c.key(o)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	if c.ent.Overlaid() {
		more, err := c.byKey()
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return append(out, key{sql: c.main + ".id", kind: lake.Text}), nil
}

func (c *compiler) key(o lake.Order) ([]key, error) {
	x, err := c.operand(o.Path)
	if err != nil {
		return nil, err
	}
	switch {
	case x.null:
		return []key{{sql: "NULL::VARCHAR", kind: lake.Text}}, nil
	case x.field.Kind == lake.Reference:
		return c.titleKey(o, x)
	case x.field.Kind == lake.Enum && (x.home == "" || len(x.field.Options) > 0):
		return []key{{sql: c.rank(x), desc: o.Desc, kind: lake.Integer}}, nil
	case x.field.Kind == lake.Money:
		return []key{{x.raw(), o.Desc, lake.Money}, {x.with(currencySuffix), o.Desc, lake.Text}}, nil
	case isText(x.field.Kind) || x.home != "" && sqlType(x.field.Kind) == "VARCHAR" && x.field.Kind != lake.Float:
		return []key{{x.sortKey(), o.Desc, lake.Text}}, nil
	}
	return []key{{x.raw(), o.Desc, x.field.Kind}}, nil
}

// titleKey sorts references by what names the record they point to.
func (c *compiler) titleKey(o lake.Order, x operand) ([]key, error) {
	target, err := c.view.Schema.Entity(x.field.Target)
	if err != nil {
		return nil, err
	}
	f, ok := target.Column(target.Title)
	if !ok || f.Kind == lake.Reference {
		return []key{{x.raw(), o.Desc, lake.Text}}, nil
	}
	way := append(append(lake.Path{}, o.Path...), target.Title)
	return c.key(lake.Order{Path: way, Desc: o.Desc})
}

// sortKey is the column in pinyin order; long texts and keys sort by their bytes.
func (o operand) sortKey() string {
	switch {
	case o.home != "" && o.col != nil && !o.field.Long:
		return "icu_sort_key(" + o.raw() + ", 'zh')"
	case o.col == nil || !o.col.Short || o.field.Long:
		return o.raw()
	case o.col.Kind == lake.Text:
		return o.with(sortSuffix)
	}
	return "coalesce(" + o.with(sortSuffix) + ", " + o.raw() + ")"
}

// rank is the place of an enum's value among its options; unknown values come behind.
func (c *compiler) rank(o operand) string {
	var b strings.Builder
	b.WriteString("CASE WHEN " + o.raw() + " IS NULL THEN NULL")
	for i, opt := range o.field.Options {
		fmt.Fprintf(&b, " WHEN %s = %s THEN %d", o.raw(), c.args.bind(opt.Name), i)
	}
	fmt.Fprintf(&b, " ELSE %d END", len(o.field.Options))
	return b.String()
}

func orderBy(keys []key) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = k.sql
		if k.desc {
			parts[i] += " DESC"
		}
		parts[i] += " NULLS LAST"
	}
	return strings.Join(parts, ", ")
}

// behind is the condition that a row comes after the last one seen.
func (c *compiler) behind(keys []key, after []lake.Cell) (string, error) {
	if len(after) != len(keys) || after[len(after)-1] == "" { // the last one is the id
		return "", lake.Fail(lake.ErrInvalid, "cursor_invalid", "The cursor doesn't belong to this order.")
	}
	var any []string
	same := ""
	for i, k := range keys {
		if after[i] == "" { // null: nothing comes behind it but other nulls
			same += k.sql + " IS NULL AND "
			continue
		}
		v, err := c.value(&lake.Field{Name: "cursor", Kind: k.kind}, after[i])
		if err != nil {
			return "", err
		}
		op := " > "
		if k.desc {
			op = " < "
		}
		later := k.sql + op + v
		if i < len(keys)-1 {
			later = "(" + later + " OR " + k.sql + " IS NULL)"
		}
		any = append(any, same+later)
		same += k.sql + " = " + v + " AND "
	}
	return "((" + strings.Join(any, ") OR (") + "))", nil
}
