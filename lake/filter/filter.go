// Package filter turns filter text into typed conditions and back.
//
// The language is AIP-160 (https://google.aip.dev/160): comparisons joined by AND, OR
// and NOT, where OR binds closer than AND and a space means AND:
//
//	stage = (won OR lost) AND amount > 1000 account.industry = "制造"
//	-email:* created_at >= start_of("month", -1) 阿里
//
// Restriction: one comparison of a field with a value. Word: a value without a field;
// it looks into the entity's title. Composite: what stands in parentheses; behind an
// operator it holds values of that field.
//
// Added to AIP-160: a value may be null (empty), Chinese needs no quotes, and dates
// may be compared with timestamps: the day is that of Env.Zone.
//
// Eval is the model of what conditions mean; engines must agree with it.
package filter

import (
	"strconv"
	"time"
	"unicode/utf8"

	"headwater/lake"
)

// What a filter may be at most.
const (
	MaxLength = 16 << 10 // bytes
	MaxDepth  = 40       // parentheses and NOTs within each other
	MaxTerms  = 1000     // comparisons
)

// Env is what the functions of the language refer to.
type Env struct {
	Now  time.Time
	Zone *time.Location // nil: UTC
	Me   lake.Key
}

// Parse checks text against an entity. The empty text gives nil: no condition.
func Parse(text string, s *lake.Schema, e *lake.Entity, env Env) (lake.Expr, error) {
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	p := &parser{schema: s, entity: e, env: env}
	if len(text) > MaxLength {
		return nil, p.fail(token{}, "too_long", "The filter is longer than "+strconv.Itoa(MaxLength)+" bytes.")
	}
	if !utf8.ValidString(text) {
		return nil, p.fail(token{}, "syntax", "The filter holds bytes that are no valid UTF-8.")
	}
	p.lex = lexer{text: text}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokEnd {
		return nil, nil
	}
	x, err := p.expression(nil)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokEnd {
		return nil, p.unexpected("There is something behind the end of the filter")
	}
	return x, nil
}

type parser struct {
	lex    lexer
	tok    token
	schema *lake.Schema
	entity *lake.Entity
	env    Env
	depth  int
	terms  int
}

func (p *parser) advance() (err error) {
	p.tok, err = p.lex.next()
	if err != nil {
		return p.fail(token{text: err.Error(), pos: p.lex.at}, "syntax", "A text isn't closed by its quotation mark.")
	}
	return nil
}

func (p *parser) fail(t token, reason, detail string) error {
	pos := utf8.RuneCountInString(p.lex.text[:min(t.pos, len(p.lex.text))]) + 1
	shown := t.text
	if len(shown) > 60 {
		n := 60
		for !utf8.RuneStart(shown[n]) {
			n--
		}
		shown = shown[:n] + "…"
	}
	return lake.Fail(lake.ErrInvalid, "filter_invalid", detail, "position", pos, "token", shown, "reason", reason)
}

func (p *parser) unexpected(what string) error {
	if p.tok.kind == tokEnd {
		return p.fail(p.tok, "syntax", what+": the filter ends too early.")
	}
	return p.fail(p.tok, "syntax", what+", at "+strconv.Quote(p.tok.text)+".")
}

func (p *parser) keyword(word string) bool { return p.tok.kind == tokText && p.tok.text == word }

// target is the field and the operator in front of values; nil outside of a restriction.
type target struct {
	path  lake.Path
	field *lake.Field
	op    lake.Op
	at    token
}

// expression = sequence {"AND" sequence}; sequence = factor {factor}.
func (p *parser) expression(in *target) (lake.Expr, error) {
	var all lake.And
	for {
		x, err := p.factor(in)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
		switch {
		case p.keyword("AND"):
			if err := p.advance(); err != nil {
				return nil, err
			}
		case p.tok.kind == tokEnd || p.tok.kind == tokClose:
			if len(all) == 1 {
				return all[0], nil
			}
			return all, nil
		}
	}
}

// factor = term {"OR" term}.
func (p *parser) factor(in *target) (lake.Expr, error) {
	var any lake.Or
	for {
		x, err := p.term(in)
		if err != nil {
			return nil, err
		}
		any = append(any, x)
		if !p.keyword("OR") {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if len(any) == 1 {
		return any[0], nil
	}
	return any, nil
}

// term = ["NOT" | "-"] simple.
func (p *parser) term(in *target) (lake.Expr, error) {
	negated := p.keyword("NOT")
	if negated {
		if err := p.advance(); err != nil {
			return nil, err
		}
	} else if in == nil && p.tok.kind == tokText && p.tok.text[0] == '-' {
		negated = true
		if err := p.dropMinus(); err != nil {
			return nil, err
		}
	}
	x, err := p.simple(in)
	if err != nil || !negated {
		return x, err
	}
	return lake.Not{E: x}, nil
}

func (p *parser) dropMinus() error {
	if p.tok.text == "-" {
		return p.advance()
	}
	p.tok.text = p.tok.text[1:]
	p.tok.pos++
	return nil
}

// simple = composite | restriction | word; behind an operator: composite | value.
func (p *parser) simple(in *target) (lake.Expr, error) {
	switch p.tok.kind {
	case tokOpen:
		return p.composite(in)
	case tokText, tokString:
		if p.terms++; p.terms > MaxTerms {
			return nil, p.fail(p.tok, "too_long", "The filter holds more than "+strconv.Itoa(MaxTerms)+" comparisons.")
		}
		if p.keyword("AND") || p.keyword("OR") || p.keyword("NOT") {
			return nil, p.unexpected("A condition is missing")
		}
		if in != nil {
			return p.compared(in)
		}
		return p.restriction()
	}
	return nil, p.unexpected("A condition is missing")
}

func (p *parser) composite(in *target) (lake.Expr, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fail(p.tok, "too_deep", "The filter nests deeper than "+strconv.Itoa(MaxDepth)+" levels.")
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	x, err := p.expression(in)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != tokClose {
		return nil, p.unexpected("A closing parenthesis is missing")
	}
	return x, p.advance()
}

// restriction = field operator value | word.
func (p *parser) restriction() (lake.Expr, error) {
	name := p.tok
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.tok.kind == tokOpen && !p.tok.spaced && name.kind == tokText {
		return nil, p.fail(name, "function_unknown", "The function "+name.text+" can't stand in front of an operator.")
	}
	if p.tok.kind != tokOp {
		return p.word(name)
	}
	path, field, err := p.resolve(name)
	if err != nil {
		return nil, err
	}
	in := &target{path: path, field: field, op: lake.Op(p.tok.text), at: p.tok}
	p.lex.value = true // a colon belongs to the value now
	err = p.advance()
	p.lex.value = false
	if err != nil {
		return nil, err
	}
	if p.tok.kind == tokOpen {
		return p.values(in)
	}
	if p.tok.kind != tokText && p.tok.kind != tokString {
		return nil, p.unexpected("A value is missing")
	}
	return p.simple(in)
}

// values reads a composite behind an operator; equal to one of several is In.
func (p *parser) values(in *target) (lake.Expr, error) {
	op := in.op
	if op == lake.NE {
		in.op = lake.EQ
	}
	x, err := p.composite(in)
	if err != nil {
		return nil, err
	}
	if in.op == lake.EQ {
		x = gather(x)
	}
	if op == lake.NE {
		x = lake.Not{E: x}
	}
	return x, nil
}

// gather makes an In of "equal to a or equal to b".
func gather(x lake.Expr) lake.Expr {
	or, ok := x.(lake.Or)
	if !ok {
		or = lake.Or{x}
	}
	var in lake.In
	for _, y := range or {
		c, ok := y.(lake.Compare)
		if !ok || c.Op != lake.EQ {
			return x
		}
		in.Path = c.Path
		in.Values = append(in.Values, c.Value)
	}
	return in
}

func (p *parser) word(t token) (lake.Expr, error) {
	f, ok := p.entity.Column(p.entity.Title)
	if !ok || !isText(f.Kind) {
		return nil, p.fail(t, "word", "The records of "+string(p.entity.Name)+" have no title to look for "+strconv.Quote(t.text)+" in; name a field.")
	}
	value, err := textField.Canonical(t.text)
	if err != nil || value == "" {
		return nil, p.fail(t, "value", "The word is empty or no valid text.")
	}
	return lake.Compare{Path: lake.Path{f.Name}, Op: lake.Has, Value: value}, nil
}
