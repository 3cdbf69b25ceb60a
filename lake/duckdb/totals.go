package duckdb

import (
	"database/sql"
	"fmt"
	"strings"

	"headwater/lake"
)

const maxGroups = 10_000

// statement is what sums and groups share: the compiled filter of the question.
func (a *asking) statement() (*compiler, string, error) {
	c, err := a.compiler()
	if err != nil {
		return nil, "", err
	}
	where, err := c.condition(a.q.Where)
	return c, c.where + " AND " + where, err
}

func (a *asking) sums(out *lake.Answer) error {
	if len(a.q.Sums) == 0 {
		return nil
	}
	out.Sums = map[lake.FieldName][]lake.Cell{}
	for _, name := range a.q.Sums {
		groups, err := a.sumBy(nil, name)
		if err != nil {
			return err
		}
		out.Sums[name] = groups[""]
	}
	return nil
}

// groups counts and sums per combination of values, in the order of those values.
func (a *asking) groups(out *lake.Answer) error {
	c, where, err := a.statement()
	if err != nil {
		return err
	}
	by, err := c.groupBy(a.q.Group)
	if err != nil {
		return err
	}
	where = c.where + where[len(c.where):] // the group's own joins are part of c.from
	text := "SELECT count(*)" + by.selected + " FROM " + c.from + " WHERE " + where + " GROUP BY " + by.grouped +
		" ORDER BY " + by.ordered + fmt.Sprintf(" LIMIT %d", maxGroups+1)
	rows, err := a.query(text, c.args.values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	at := map[string]int{}
	for rows.Next() {
		g := lake.Group{Sums: map[lake.FieldName][]lake.Cell{}}
		values, err := scanTexts(rows, by.width, &g.Count)
		if err != nil {
			return err
		}
		g.Values = by.cells(values)
		at[strings.Join(values, "\x00")] = len(out.Groups)
		out.Groups = append(out.Groups, g)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(out.Groups) > maxGroups {
		return lake.Fail(lake.ErrLimit, "groups_too_many", "There are more than 10,000 groups; choose a field with fewer values.", "limit", maxGroups)
	}
	return a.groupSums(out, at)
}

func (a *asking) groupSums(out *lake.Answer, at map[string]int) error {
	for _, name := range a.q.Sums {
		sums, err := a.sumBy(a.q.Group, name)
		if err != nil {
			return err
		}
		for k, i := range at {
			out.Groups[i].Sums[name] = sums[k]
		}
	}
	return nil
}

// sumBy sums a field per group; money per currency, with the currencies in order.
func (a *asking) sumBy(group []lake.FieldName, name lake.FieldName) (map[string][]lake.Cell, error) {
	c, where, err := a.statement()
	if err != nil {
		return nil, err
	}
	o, err := c.operand(lake.Path{name})
	if err != nil {
		return nil, err
	}
	switch o.field.Kind {
	case lake.Money, lake.Integer, lake.Decimal, lake.Float:
	default:
		return nil, lake.Fail(lake.ErrInvalid, "field_not_summable", "The field "+string(name)+" can't be summed.", "field", name)
	}
	if o.null {
		return map[string][]lake.Cell{}, nil
	}
	by, err := c.groupBy(group)
	if err != nil {
		return nil, err
	}
	currency := "NULL"
	if o.field.Kind == lake.Money {
		currency = o.with(currencySuffix)
		where += " AND " + o.raw() + " IS NOT NULL"
	}
	grouped := strings.TrimSuffix(by.grouped+", "+currency, ", NULL")
	if len(group) == 0 {
		grouped = currency
	}
	text := "SELECT coalesce(sum(" + o.raw() + "), 0)::VARCHAR, " + currency + "::VARCHAR" + by.selected + " FROM " + c.from +
		" WHERE " + where
	if grouped != "NULL" {
		text += " GROUP BY " + grouped
	}
	rows, err := a.query(text+" ORDER BY 2", c.args.values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string][]lake.Cell{}
	for rows.Next() {
		var sum string
		var unit sql.NullString
		values, err := scanTexts(rows, by.width, &sum, &unit)
		if err != nil {
			return nil, err
		}
		k := strings.Join(values, "\x00")
		cell := trimZeros(sum)
		if o.field.Kind == lake.Float {
			cell = string(homeCell(lake.Float, sum))
		}
		if unit.Valid {
			cell += " " + unit.String
		}
		out[k] = append(out[k], lake.Cell(cell))
	}
	return out, rows.Err()
}

// grouping is the SQL of a list of fields; money takes two columns.
type grouping struct {
	selected, grouped, ordered string
	kinds                      []lake.Kind
	width                      int
}

func (c *compiler) groupBy(fields []lake.FieldName) (*grouping, error) {
	g := &grouping{}
	var selected, grouped, ordered []string
	for _, name := range fields {
		path := lake.Path{name}
		o, err := c.operand(path)
		if err != nil {
			return nil, err
		}
		keys, err := c.key(lake.Order{Path: path})
		if err != nil {
			return nil, err
		}
		kind := o.field.Kind
		if o.null {
			kind = lake.Text
		}
		g.kinds = append(g.kinds, kind)
		columns := []string{o.raw()}
		if kind == lake.Money {
			columns = append(columns, o.with(currencySuffix))
		}
		for _, k := range keys {
			// A rank depends on the grouped column alone; other keys are the same in all
			// rows of a group.
			if kind != lake.Enum || o.null {
				k.sql = "any_value(" + k.sql + ")"
			}
			ordered = append(ordered, k.sql+" NULLS LAST")
		}
		for _, col := range columns {
			selected = append(selected, ", "+col+"::VARCHAR")
			if o.null {
				col = "NULL::VARCHAR"
			}
			grouped = append(grouped, col)
			ordered = append(ordered, col+" NULLS LAST")
		}
	}
	g.width = len(selected)
	g.selected, g.grouped, g.ordered = strings.Join(selected, ""), strings.Join(grouped, ", "), strings.Join(ordered, ", ")
	return g, nil
}

func (g *grouping) cells(values []string) []lake.Cell {
	var out []lake.Cell
	for _, k := range g.kinds {
		cell := homeCell(k, values[0])
		values = values[1:]
		if k == lake.Money {
			if cell != "" {
				cell += lake.Cell(" " + values[0])
			}
			values = values[1:]
		}
		out = append(out, cell)
	}
	return out
}

// scanTexts scans the leading columns into dst and the rest as texts, null as "".
func scanTexts(rows *sql.Rows, n int, dst ...any) ([]string, error) {
	texts := make([]sql.NullString, n)
	for i := range texts {
		dst = append(dst, &texts[i])
	}
	if err := rows.Scan(dst...); err != nil {
		return nil, err
	}
	out := make([]string, n)
	for i, t := range texts {
		out[i] = t.String
	}
	return out, nil
}

// canonical makes a cell of a column's text form.
func canonical(k lake.Kind, s string) lake.Cell {
	switch {
	case s == "":
		return ""
	case k == lake.Decimal || k == lake.Money:
		return lake.Cell(trimZeros(s))
	case k == lake.Timestamp:
		return travelling(k, s)
	}
	return lake.Cell(s)
}

func trimZeros(s string) string {
	if strings.ContainsRune(s, '.') {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
