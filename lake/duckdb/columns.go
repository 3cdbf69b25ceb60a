package duckdb

import (
	"database/sql/driver"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/lake/collate"
)

// column is the physical place of a field. The same name with another kind is another
// column, because branches may differ.
type column struct {
	Field lake.FieldName `json:"field"`
	Kind  lake.Kind      `json:"kind"`
	Name  string         `json:"name"`
	Short bool           `json:"short,omitempty"` // a text with a sort key and a folded form
}

// table is the mirror of one entity.
type table struct {
	Entity  lake.EntityName `json:"entity"`
	Title   lake.FieldName  `json:"title"` // whose search forms lie in _title
	Columns []column        `json:"columns"`

	parts []*lake.Entity // what the store is asked for; the first holds almost everything
	part  []int          // which of them gives a column's cells
}

// Every mirror table begins with these. Fields begin with a letter and hold no $, so
// nothing collides.
const fixedColumns = `_ver BIGINT, id VARCHAR` + asIs + `, _branch BIGINT, _from BIGINT, _to BIGINT, _deleted BOOLEAN, _hidden UBIGINT,
	created_at TIMESTAMP, updated_at TIMESTAMP, _title VARCHAR` + asIs + `, _search VARCHAR` + asIs

// asIs keeps texts uncompressed: that makes the mirror two to three times larger, and
// building it and looking into it two to four times faster.
const asIs = " USING COMPRESSION uncompressed"

const (
	sortSuffix     = "$sort"     // the sort key; NULL where the text is its own, except for Text
	foldSuffix     = "$fold"     // the folded text, where the engine's lower() wouldn't do
	currencySuffix = "$currency" // of money
)

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (t *table) sqlName() string { return "_mirror." + quote(string(t.Entity)) }

func (t *table) find(f lake.FieldName, k lake.Kind) *column {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Field == f && c.Kind == k {
			return c
		}
	}
	return nil
}

// place chooses the name of a new column.
func (t *table) place(f lake.FieldName, k lake.Kind, short bool) column {
	name := string(f)
	for taken := true; taken; {
		taken = false
		for _, c := range t.Columns {
			taken = taken || c.Name == name
		}
		if taken {
			name += "__" + string(k)
		}
	}
	return column{Field: f, Kind: k, Name: name, Short: short && isText(k)}
}

func isText(k lake.Kind) bool {
	return k == lake.Text || k == lake.Email || k == lake.Phone || k == lake.URL
}

// types are the DuckDB types of a kind's column.
var types = map[lake.Kind]string{
	lake.Integer: "BIGINT", lake.Decimal: "DECIMAL(38,12)", lake.Money: "DECIMAL(18,4)", lake.Boolean: "BOOLEAN",
	lake.Date: "DATE", lake.Timestamp: "TIMESTAMP",
}

func sqlType(k lake.Kind) string {
	if t, ok := types[k]; ok {
		return t
	}
	return "VARCHAR"
}

// definitions are the columns that c takes in the table, in order.
func (c *column) definitions() []string {
	out := []string{quote(c.Name) + " " + sqlType(c.Kind)}
	if isText(c.Kind) {
		out[0] += asIs
	}
	switch {
	case c.Kind == lake.Money:
		out = append(out, quote(c.Name+currencySuffix)+" VARCHAR")
	case c.Short:
		out = append(out, quote(c.Name+sortSuffix)+" VARCHAR"+asIs, quote(c.Name+foldSuffix)+" VARCHAR")
	}
	return out
}

// names are the columns that c takes in the table.
func (c *column) names() []string {
	switch {
	case c.Kind == lake.Money:
		return []string{c.Name, c.Name + currencySuffix}
	case c.Short:
		return []string{c.Name, c.Name + sortSuffix, c.Name + foldSuffix}
	}
	return []string{c.Name}
}

func (t *table) create() string {
	all := []string{fixedColumns}
	for i := range t.Columns {
		all = append(all, t.Columns[i].definitions()...)
	}
	return "CREATE TABLE " + t.sqlName() + " (" + strings.Join(all, ", ") + ")"
}

// row is one version on its way into the mirror.
type row struct {
	change lake.Change
	hidden uint64
	to     int64
	others []lake.Cells // of the further parts
}

func (r *row) cell(t *table, i int) lake.Cell {
	if part := t.part[i]; part > 0 {
		return r.others[part-1][t.Columns[i].Field]
	}
	return r.change.Cells[t.Columns[i].Field]
}

// values are a row's column values in the order of the table.
func (t *table) values(dst []driver.Value, r *row) []driver.Value {
	c := &r.change
	dst = append(dst, int64(c.Version), string(c.Key), int64(c.Branch), int64(c.Rev), r.to, c.Deleted, r.hidden,
		orNull(c.Key.CreatedAt()), orNull(c.At.UTC().Truncate(time.Microsecond)))
	dst = append(dst, t.searchForms(r)...)
	for i := range t.Columns {
		dst = t.Columns[i].values(dst, r.cell(t, i))
	}
	return dst
}

func orNull(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t
}

// values appends a cell's columns. A cell that doesn't fit its kind can't come from the
// store; it is left empty rather than stopping the mirror.
func (c *column) values(dst []driver.Value, cell lake.Cell) []driver.Value {
	if cell == "" {
		dst = append(dst, nil)
		if c.Short {
			dst = append(dst, nil, nil)
		} else if c.Kind == lake.Money {
			dst = append(dst, nil)
		}
		return dst
	}
	switch {
	case c.Kind == lake.Money:
		amount, currency := lake.SplitMoney(cell)
		return append(dst, scaled(amount, 4), currency)
	case c.Short:
		s := string(cell)
		return append(dst, s, c.sortKey(s), folded(s))
	}
	return append(dst, plain(c.Kind, cell))
}

func (c *column) sortKey(s string) driver.Value {
	k := collate.SortKey(s)
	if c.Kind != lake.Text && k == s {
		return nil
	}
	return k
}

func folded(s string) driver.Value {
	if collate.Stable(s) {
		return nil
	}
	return collate.Fold(s)
}

func plain(k lake.Kind, cell lake.Cell) driver.Value {
	s := string(cell)
	switch k {
	case lake.Integer:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	case lake.Decimal:
		if d, err := decimal.NewFromString(s); err == nil {
			return d.Shift(12).BigInt()
		}
	case lake.Boolean:
		return s == "true"
	case lake.Date:
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return t
		}
	case lake.Timestamp:
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return t.UTC()
		}
	default:
		return s
	}
	return nil
}

// scaled reads a decimal as a whole number of its last digit.
func scaled(s string, digits int) driver.Value {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > digits {
		return nil
	}
	n, err := strconv.ParseInt(whole+fraction+"000000000000"[:digits-len(fraction)], 10, 64)
	if err != nil {
		return nil
	}
	return n
}

// searchForms are the columns _title (the title folded, its initials, its pinyin, one
// per line) and _search (the other short texts folded, one per line).
func (t *table) searchForms(r *row) []driver.Value {
	var rest strings.Builder
	for i := range t.Columns {
		c := &t.Columns[i]
		cell := r.cell(t, i)
		if !c.Short || cell == "" || c.Field == t.Title {
			continue
		}
		rest.WriteString(collate.Fold(string(cell)))
		rest.WriteByte('\n')
		if c.Kind == lake.Phone {
			rest.WriteString(digits(string(cell)))
			rest.WriteByte('\n')
		}
	}
	out := []driver.Value{nil, nil}
	if title := string(r.change.Cells[t.Title]); title != "" {
		form := collate.Fold(title) + "\n"
		if collate.HasHan(title) {
			initials, pinyin := collate.Spoken(title)
			form += initials + "\n" + pinyin + "\n"
		}
		out[0] = form
	}
	if rest.Len() > 0 {
		out[1] = rest.String()
	}
	return out
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}
