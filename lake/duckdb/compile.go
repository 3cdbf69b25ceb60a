package duckdb

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/lake/collate"
)

// compiler turns one question about one entity into SQL. Every value is bound; names
// come from the schema only.
type compiler struct {
	permitted
	args  arguments
	ent   *lake.Entity
	main  string // alias of the entity
	from  string
	where string
	joins map[string]string // path of references → alias
}

func newCompiler(st *state, v lake.View, ent *lake.Entity) *compiler {
	c := &compiler{ent: ent, joins: map[string]string{}}
	c.permitted = permitted{st: st, view: v, args: &c.args}
	c.main = c.alias()
	c.from, c.where = c.entity(ent, c.main)
	return c
}

// operand is a field as SQL; a masked or missing one is null.
type operand struct {
	field  *lake.Field
	entity *lake.Entity
	alias  string
	col    *column // nil: a pseudo field
	null   bool
	home   string // the exact type, where the entity has a home elsewhere
}

func (o operand) raw() string {
	switch {
	case o.null:
		return "NULL"
	case o.home != "" && o.col != nil:
		return o.normal()
	case o.col == nil:
		return o.alias + "." + string(o.field.Name)
	}
	return o.alias + "." + quote(o.col.Name)
}

func (o operand) with(suffix string) string { return o.alias + "." + quote(o.col.Name+suffix) }

func fieldUnknown(e *lake.Entity, f lake.FieldName) error {
	return lake.Fail(lake.ErrInvalid, "field_unknown", "The entity "+string(e.Name)+" has no field "+string(f)+".", "entity", e.Name, "field", f)
}

// operand finds a path's field, joining the records that its references point to.
func (c *compiler) operand(path lake.Path) (operand, error) {
	if len(path) == 0 {
		return operand{}, lake.Fail(lake.ErrInvalid, "field_unknown", "A field has no name.")
	}
	o, err := c.step(c.ent, c.main, path[0])
	for i := 1; i < len(path) && err == nil; i++ {
		o, err = c.through(path[:i], o, path[i])
	}
	return o, err
}

func (c *compiler) step(ent *lake.Entity, alias string, name lake.FieldName) (operand, error) {
	f, ok := ent.Column(name)
	if !ok {
		return operand{}, fieldUnknown(ent, name)
	}
	o := operand{field: f, entity: ent, alias: alias}
	switch name {
	case lake.FieldID, lake.FieldCreatedAt, lake.FieldUpdatedAt:
		return o, nil
	}
	if ent.Overlaid() {
		var err error
		o.col, o.null = &column{Field: name, Kind: f.Kind, Name: string(name)}, c.view.Rights.MaskedField(ent.Name, name)
		o.home, err = homeType(f)
		return o, err
	}
	o.col = c.st.tables[ent.Name].find(name, f.Kind)
	o.null = o.col == nil || c.view.Rights.MaskedField(ent.Name, name)
	return o, nil
}

// through goes from a reference to a field of the record it points to.
func (c *compiler) through(way lake.Path, ref operand, name lake.FieldName) (operand, error) {
	if ref.field.Kind != lake.Reference {
		return operand{}, lake.Fail(lake.ErrInvalid, "field_unknown", "The field "+string(ref.field.Name)+" is no reference.", "field", ref.field.Name)
	}
	target, err := c.view.Schema.Entity(ref.field.Target)
	if err != nil {
		return operand{}, err
	}
	if ref.null || c.st.tables[target.Name] == nil {
		o, err := c.step(target, "", name)
		o.null = true
		return o, err
	}
	alias, ok := c.joins[way.String()]
	if !ok {
		alias = c.alias()
		c.joins[way.String()] = alias
		inner := c.alias()
		from, where := c.entity(target, inner)
		if c.err != nil {
			return operand{}, c.err
		}
		c.from += " LEFT JOIN (SELECT " + inner + ".* FROM " + from + " WHERE " + where + ") AS " + alias + " ON " + alias + ".id = " + ref.raw()
	}
	return c.step(target, alias, name)
}

// condition compiles an expression to SQL that is true exactly when it holds; false
// and null both mean that it doesn't. So plain comparisons stay plain, where the
// database can use them, and only Not has to tell null from true.
func (c *compiler) condition(x lake.Expr) (string, error) {
	switch x := x.(type) {
	case nil:
		return "TRUE", nil
	case lake.And:
		return c.joined(x, " AND ", "TRUE")
	case lake.Or:
		return c.joined(x, " OR ", "FALSE")
	case lake.Not:
		s, err := c.condition(x.E)
		return "((" + s + ") IS NOT TRUE)", err
	case lake.Present:
		o, err := c.operand(x.Path)
		return "(" + o.rawOrNull() + " IS NOT NULL)", err
	case lake.In:
		return c.in(x)
	case lake.Compare:
		return c.compare(x)
	}
	return "", lake.Fail(lake.ErrInvalid, "filter_invalid", "The condition is of an unknown sort.")
}

func (o operand) rawOrNull() string {
	if o.field == nil {
		return "NULL"
	}
	return o.raw()
}

func (c *compiler) joined(all []lake.Expr, by, none string) (string, error) {
	if len(all) == 0 {
		return none, nil
	}
	parts := make([]string, len(all))
	for i, x := range all {
		var err error
		if parts[i], err = c.condition(x); err != nil {
			return "", err
		}
	}
	return "(" + strings.Join(parts, by) + ")", nil
}

// listedFrom is how many values are so many that they are bound as one list: as single
// ones, each is planned by itself and compared with every row.
const listedFrom = 16

func (c *compiler) in(x lake.In) (string, error) {
	o, err := c.operand(x.Path)
	if err != nil || o.null || len(x.Values) == 0 {
		return "FALSE", err
	}
	if o.entity.Overlaid() {
		return c.inHome(o, x.Values)
	}
	if o.field.Kind == lake.Money {
		var any lake.Or
		for _, v := range x.Values {
			any = append(any, lake.Compare{Path: x.Path, Op: lake.EQ, Value: v})
		}
		return c.condition(any)
	}
	if len(x.Values) >= listedFrom && plainText(o.field.Kind) {
		return "(" + o.raw() + " IN (SELECT unnest(" + c.args.list(x.Values) + ")))", nil
	}
	var list []string
	for _, v := range x.Values {
		if v == "" {
			continue
		}
		b, err := c.value(o.field, v)
		if err != nil {
			return "", err
		}
		list = append(list, b)
	}
	if len(list) == 0 {
		return "FALSE", nil
	}
	return "(" + o.raw() + " IN (" + strings.Join(list, ", ") + "))", nil
}

var operators = map[lake.Op]string{lake.EQ: "=", lake.LT: "<", lake.LE: "<=", lake.GT: ">", lake.GE: ">="}

func (c *compiler) compare(x lake.Compare) (string, error) {
	o, err := c.operand(x.Path)
	if err != nil {
		return "", err
	}
	switch {
	case x.Op == lake.NE:
		x.Op = lake.EQ
		s, err := c.compare(x)
		return "((" + s + ") IS NOT TRUE)", err
	case o.null:
		return "FALSE", nil
	case x.Op == lake.Has:
		return c.has(o, string(x.Value)), nil
	case o.entity.Overlaid():
		return c.compareHome(o, x)
	case x.Value == "":
		return "FALSE", nil
	}
	op, ok := operators[x.Op]
	if !ok {
		return "", lake.Fail(lake.ErrInvalid, "filter_invalid", "There is no operator "+string(x.Op)+".")
	}
	b, err := c.value(o.field, x.Value)
	if err != nil {
		return "", err
	}
	s := o.raw() + " " + op + " " + b
	if _, currency := lake.SplitMoney(x.Value); o.field.Kind == lake.Money && currency != "" {
		s += " AND " + o.with(currencySuffix) + " = " + c.args.bind(currency)
	}
	return "(" + s + ")", nil
}

// has looks for a substring in folded text.
func (c *compiler) has(o operand, value string) string {
	kind := o.field.Kind
	if !isText(kind) && kind != lake.Enum && kind != lake.Reference {
		return "FALSE"
	}
	return "contains(" + o.folded(value) + ", " + c.args.bind(collate.Fold(value)) + ")"
}

// folded is the text to look into. Han characters are never the result of folding, so
// words that hold nothing else are looked for in the text as it is.
func (o operand) folded(needle string) string {
	switch {
	case onlyHan(needle):
		return o.raw()
	case o.col != nil && o.col.Short:
		return "coalesce(" + o.with(foldSuffix) + ", lower(" + o.raw() + "))"
	case o.col != nil && isText(o.col.Kind):
		return "lower(translate(" + o.raw() + ", '" + wide + "', '" + narrow + "'))"
	}
	return "lower(" + o.raw() + ")"
}

func onlyHan(s string) bool {
	for _, r := range s {
		if r < 0x3400 || r > 0x9fff {
			return false
		}
	}
	return s != ""
}

// wide and narrow are what Fold does to full-width forms, as literals.
var wide, narrow = func() (string, string) {
	w, n := "　￥", " ¥"
	for r := rune(0xff01); r <= 0xff5e; r++ {
		w = string(utf8.AppendRune([]byte(w), r))
		n = string(utf8.AppendRune([]byte(n), r-0xfee0))
	}
	return sqlText(w), sqlText(n)
}()

// plainText tells whether cells of a kind are bound as they are.
func plainText(k lake.Kind) bool {
	switch k {
	case lake.Integer, lake.Decimal, lake.Money, lake.Float, lake.Boolean, lake.Date, lake.Timestamp:
		return false
	}
	return true
}

// value binds a cell as its column's type.
func (c *compiler) value(f *lake.Field, v lake.Cell) (string, error) {
	s := string(v)
	switch f.Kind {
	case lake.Integer:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return c.args.bind(n), nil
		}
	case lake.Decimal, lake.Money:
		amount, _ := lake.SplitMoney(v)
		before, after := 26, 12
		if f.Kind == lake.Money {
			before, after = 14, 4
		}
		if d, err := decimal.NewFromString(amount); err == nil && d.Exponent() < 40 {
			text := d.String()
			whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
			if len(whole) <= before && len(strings.TrimRight(fraction, "0")) <= after {
				return c.args.bind(text) + "::" + sqlType(f.Kind), nil
			}
		}
	case lake.Float:
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return c.args.bind(strconv.FormatFloat(n, 'g', -1, 64)) + "::DOUBLE", nil
		}
	case lake.Boolean:
		if s == "true" || s == "false" {
			return c.args.bind(s == "true"), nil
		}
	case lake.Date:
		if _, err := time.Parse(time.DateOnly, s); err == nil {
			return c.args.bind(s) + "::DATE", nil
		}
	case lake.Timestamp:
		if infinite(s) {
			return c.args.bind(s) + "::TIMESTAMP", nil
		}
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
			return c.args.bind(t.UTC().Format("2006-01-02 15:04:05.999999")) + "::TIMESTAMP", nil
		}
	default:
		return c.args.bind(s), nil
	}
	return "", lake.Fail(lake.ErrInvalid, "value_invalid", strconv.Quote(s)+" is no value of the field "+string(f.Name)+".", "field", f.Name, "value", s)
}
