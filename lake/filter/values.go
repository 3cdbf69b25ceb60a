package filter

import (
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

var textField = &lake.Field{Name: "text", Kind: lake.Text}

func isText(k lake.Kind) bool {
	return k == lake.Text || k == lake.Email || k == lake.Phone || k == lake.URL
}

// resolve finds "industry" or "account.industry".
func (p *parser) resolve(t token) (lake.Path, *lake.Field, error) {
	first, second, dotted := strings.Cut(t.text, ".")
	e := p.entity
	f, ok := e.Column(lake.FieldName(first))
	if !ok {
		return nil, nil, p.unknownField(t, e, first)
	}
	if !dotted {
		return lake.Path{f.Name}, f, nil
	}
	if f.Kind != lake.Reference {
		return nil, nil, p.fail(t, "field_unknown", "The field "+first+" is no reference, so nothing can follow its point.")
	}
	to, err := p.schema.Entity(f.Target)
	if err != nil {
		return nil, nil, p.fail(t, "field_unknown", "The field "+first+" points to an entity that isn't there.")
	}
	g, ok := to.Column(lake.FieldName(second))
	if !ok {
		return nil, nil, p.unknownField(t, to, second)
	}
	return lake.Path{f.Name, g.Name}, g, nil
}

func (p *parser) unknownField(t token, e *lake.Entity, name string) error {
	return p.fail(t, "field_unknown", "The entity "+string(e.Name)+" has no field "+strconv.Quote(name)+".")
}

// compared reads one value and compares the target with it.
func (p *parser) compared(in *target) (lake.Expr, error) {
	t := p.tok
	if err := p.advance(); err != nil {
		return nil, err
	}
	v := value{token: t, text: t.text}
	if t.kind == tokText && p.tok.kind == tokOpen && !p.tok.spaced {
		if err := p.call(&v); err != nil {
			return nil, err
		}
	} else if t.kind == tokText && t.text == "*" && in.op == lake.Has {
		return lake.Present{Path: in.path}, nil
	} else if t.kind == tokText && t.text == "null" || t.text == "" {
		return p.empty(in, t)
	}
	return p.compare(in, v)
}

func (p *parser) empty(in *target, t token) (lake.Expr, error) {
	switch in.op {
	case lake.EQ:
		return lake.Not{E: lake.Present{Path: in.path}}, nil
	case lake.NE:
		return lake.Present{Path: in.path}, nil
	}
	return nil, p.fail(t, "value", "Only = and != can be used with an empty value.")
}

// value is a literal or the result of a function.
type value struct {
	token
	text string
	call string    // the function's name
	day  time.Time // of a function that gives a day
	at   time.Time // of a function that gives an instant
	key  lake.Key  // of me()
}

func (p *parser) compare(in *target, v value) (lake.Expr, error) {
	op := in.op
	if op == lake.Has && !isText(in.field.Kind) {
		op = lake.EQ
	}
	if ordering(op) && (in.field.Kind == lake.Enum || in.field.Kind == lake.Reference || in.field.Kind == lake.Boolean) {
		return nil, p.fail(in.at, "operator", "The field "+string(in.field.Name)+" can't be compared with "+string(op)+".")
	}
	if in.field.Kind == lake.Timestamp {
		if day, ok := p.day(v); ok {
			return onDay(in.path, op, day), nil
		}
	}
	cell, err := p.cell(in.field, op, v)
	if err != nil {
		return nil, err
	}
	return lake.Compare{Path: in.path, Op: op, Value: cell}, nil
}

func ordering(op lake.Op) bool {
	return op == lake.LT || op == lake.LE || op == lake.GT || op == lake.GE
}

// day tells whether a value is a calendar day; it begins at midnight in the zone.
func (p *parser) day(v value) (time.Time, bool) {
	if v.call != "" {
		return v.day, !v.day.IsZero()
	}
	t, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(v.text), p.env.Zone)
	return t, err == nil && t.Year() > 1
}

// onDay compares a timestamp with a whole day.
func onDay(path lake.Path, op lake.Op, day time.Time) lake.Expr {
	next := time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, day.Location())
	with := func(op lake.Op, t time.Time) lake.Expr {
		return lake.Compare{Path: path, Op: op, Value: lake.TimeCell(t)}
	}
	switch op {
	case lake.LT:
		return with(lake.LT, day)
	case lake.LE:
		return with(lake.LT, next)
	case lake.GT:
		return with(lake.GE, next)
	case lake.GE:
		return with(lake.GE, day)
	}
	within := lake.And{with(lake.GE, day), with(lake.LT, next)}
	if op == lake.NE {
		return lake.Not{E: within}
	}
	return within
}

// cell brings a value into the canonical form of the field.
func (p *parser) cell(f *lake.Field, op lake.Op, v value) (lake.Cell, error) {
	text := v.text
	switch {
	case v.call != "":
		return p.computed(f, v)
	case f.Kind == lake.Money && !strings.ContainsRune(strings.TrimSpace(text), ' '):
		c, err := f.Canonical(text + " CNY")
		if err != nil {
			return "", p.wrongValue(f, v)
		}
		amount, _ := lake.SplitMoney(c)
		return lake.Cell(amount), nil
	case f.Kind == lake.Timestamp:
		text = p.zoned(text)
	case op == lake.Has:
		f = textField
	}
	c, err := f.Canonical(text)
	if err != nil || c == "" {
		return "", p.wrongValue(f, v)
	}
	return c, nil
}

// zoned reads a time without an offset in the zone of the person who asks.
func (p *parser) zoned(text string) string {
	text = strings.TrimSpace(text)
	for _, form := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, text, p.env.Zone); err == nil {
			return string(lake.TimeCell(t))
		}
	}
	return text
}

func (p *parser) computed(f *lake.Field, v value) (lake.Cell, error) {
	switch {
	case f.Kind == lake.Date && !v.day.IsZero():
		return lake.Cell(v.day.Format(time.DateOnly)), nil
	case f.Kind == lake.Date && !v.at.IsZero():
		return lake.Cell(v.at.In(p.env.Zone).Format(time.DateOnly)), nil
	case f.Kind == lake.Timestamp && !v.at.IsZero():
		return lake.TimeCell(v.at), nil
	case v.call == "me" && (f.Kind == lake.Reference && f.Target == lake.Users || f.Name == lake.FieldID):
		return lake.Cell(v.key), nil
	}
	return "", p.fail(v.token, "value", "The field "+string(f.Name)+" can't be compared with "+v.call+"().")
}

func (p *parser) wrongValue(f *lake.Field, v value) error {
	return p.fail(v.token, "value", strconv.Quote(v.text)+" is no value of the field "+string(f.Name)+", which is of type "+string(f.Kind)+".")
}
