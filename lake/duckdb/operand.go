package duckdb

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"headwater/lake"
)

// home is the relation of an entity with a home elsewhere as a table.
func (p *permitted) home(ent *lake.Entity, alias string) string {
	if p.homes == nil {
		p.err = errNoSources
		return "(SELECT NULL) AS " + alias
	}
	text, err := p.homes.relationOf(p.view, ent)
	if err != nil {
		p.err = err
	}
	return "(" + text + ") AS " + alias
}

// bare is a column as it is, empty texts included.
func (o operand) bare() string {
	if o.null {
		return "NULL"
	}
	return o.alias + "." + quote(o.col.Name)
}

// normal is a column of a home as questions see it: in the type of its kind, and an
// empty text is no value.
func (o operand) normal() string {
	x := o.bare()
	t := strings.ToUpper(o.home)
	switch o.field.Kind {
	case lake.Timestamp:
		if t != "TIMESTAMP" {
			return x + "::TIMESTAMP"
		}
	case lake.Date:
		if t != "DATE" {
			return x + "::DATE"
		}
	case lake.Integer, lake.Decimal, lake.Money, lake.Boolean, lake.Float:
	default:
		return "nullif(" + asText(o.field, x) + ", '')"
	}
	return x
}

// compareHome compares a column of a home, in its own type, so that a source can apply
// the condition. An empty text is no value, and no text comes before it.
func (c *compiler) compareHome(o operand, x lake.Compare) (string, error) {
	if x.Value == "" {
		return "FALSE", nil
	}
	op, ok := operators[x.Op]
	if !ok {
		return "", lake.Fail(lake.ErrInvalid, "filter_invalid", "There is no operator "+string(x.Op)+".")
	}
	if o.col == nil {
		if o.field.Name == lake.FieldID && x.Op == lake.EQ {
			return c.keyIs(o, lake.Key(x.Value)), nil
		}
		b, err := c.value(o.field, x.Value)
		return "(" + o.raw() + " " + op + " " + b + ")", err
	}
	b, err := c.homeValue(o, x.Value)
	if err != nil {
		return "", err
	}
	left := o.comparable()
	s := left + " " + op + " " + b
	if isTextual(o.field.Kind) && (x.Op == lake.LT || x.Op == lake.LE) {
		s += " AND " + left + " <> ''"
	}
	if _, currency := lake.SplitMoney(x.Value); o.field.Kind == lake.Money && currency != "" {
		s += " AND " + o.with(currencySuffix) + " = " + c.args.bind(currency)
	}
	return "(" + s + ")", nil
}

func isTextual(k lake.Kind) bool { return sqlType(k) == "VARCHAR" && k != lake.Float }

// comparable is the column without what keeps sources from seeing it.
func (o operand) comparable() string {
	if !isTextual(o.field.Kind) {
		if o.field.Kind == lake.Float {
			return o.bare()
		}
		return o.normal()
	}
	return asText(o.field, o.bare())
}

func (c *compiler) inHome(o operand, values []lake.Cell) (string, error) {
	var list []string
	var any []string
	for _, v := range values {
		switch {
		case v == "":
		case o.field.Kind == lake.Money || o.col == nil:
			s, err := c.compareHome(o, lake.Compare{Op: lake.EQ, Value: v})
			if err != nil {
				return "", err
			}
			any = append(any, s)
		default:
			b, err := c.homeValue(o, v)
			if err != nil {
				return "", err
			}
			list = append(list, b)
		}
	}
	if len(list) > 0 {
		any = append(any, "("+o.comparable()+" IN ("+strings.Join(list, ", ")+"))")
	}
	if len(any) == 0 {
		return "FALSE", nil
	}
	return "(" + strings.Join(any, " OR ") + ")", nil
}

// keyIs compares the key, by the columns that make it where that is the same.
func (c *compiler) keyIs(o operand, k lake.Key) string {
	plain := o.raw() + " = " + c.args.bind(string(k))
	keys := keyFields(o.entity)
	parts := k.Parts(len(keys))
	if len(parts) == 0 {
		return "(" + plain + ")"
	}
	var all []string
	for i, f := range keys {
		t, err := homeType(f)
		b, verr := c.homeValue(operand{field: f, home: t, alias: o.alias}, parts[i])
		if err != nil || verr != nil {
			return "FALSE" // no such key can be
		}
		if exact(t) && !c.view.Rights.MaskedField(o.entity.Name, f.Name) {
			all = append(all, o.alias+"."+quote(string(f.Name))+" = "+b)
		}
	}
	return "(" + strings.Join(append(all, plain), " AND ") + ")"
}

// homeValue is a cell as a value to compare a home's column with.
func (c *compiler) homeValue(o operand, v lake.Cell) (string, error) {
	s := string(v)
	wrong := lake.Fail(lake.ErrInvalid, "value_invalid", strconv.Quote(s)+" is no value of the field "+string(o.field.Name)+".", "field", o.field.Name, "value", s)
	switch o.field.Kind {
	case lake.Integer:
		if n, ok := new(big.Int).SetString(s, 10); ok && n.BitLen() < 127 {
			return n.String(), nil
		}
		return "", wrong
	case lake.Decimal, lake.Money:
		amount, _ := lake.SplitMoney(v)
		d, err := decimal.NewFromString(amount)
		if err != nil || d.Exponent() > 38 || len(d.String()) > 39 {
			return "", wrong
		}
		return d.String(), nil
	case lake.Float:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return "", wrong
		}
		t := "DOUBLE"
		if o.home == "FLOAT" || o.home == "REAL" {
			t = "FLOAT"
		}
		return "'" + strconv.FormatFloat(n, 'g', -1, 64) + "'::" + t, nil
	case lake.Timestamp:
		if infinite(s) {
			return "'" + s + "'::TIMESTAMP", nil
		}
		t, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return "", wrong
		}
		return "'" + t.UTC().Format("2006-01-02 15:04:05.999999") + "'::TIMESTAMP", nil
	case lake.Boolean, lake.Date:
		return c.value(o.field, v)
	}
	return c.args.bind(s), nil
}

// byKey is the order of a home's records that are otherwise equal: by the key's fields,
// so that numbers come as numbers.
func (c *compiler) byKey() ([]key, error) {
	var out []key
	for _, f := range keyFields(c.ent) {
		if isTextual(f.Kind) {
			return nil, nil // the key itself
		}
		more, err := c.key(lake.Order{Path: lake.Path{f.Name}})
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}
