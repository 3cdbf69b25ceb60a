package filter

import (
	"regexp"
	"strings"

	"headwater/lake"
)

// Format is the canonical text of a condition; Parse gives the same condition back
// for every one that Parse can give. (Others, such as an Or of one, come back as what
// they mean.) The entity tells which values need no quotation marks; it may be nil.
func Format(x lake.Expr, e *lake.Entity) string {
	if and, ok := x.(lake.And); x == nil || ok && len(and) == 0 {
		return ""
	}
	f := formatter{entity: e}
	f.expr(x)
	return f.b.String()
}

type formatter struct {
	b      strings.Builder
	entity *lake.Entity
}

func (f *formatter) expr(x lake.Expr) {
	switch x := x.(type) {
	case lake.And:
		f.joined([]lake.Expr(x), " AND ", "id:*")
	case lake.Or:
		f.joined([]lake.Expr(x), " OR ", "NOT id:*")
	case lake.Not:
		f.b.WriteString("NOT ")
		if _, in := x.E.(lake.In); in {
			f.expr(x.E)
			return
		}
		f.operand(x.E)
	case lake.Compare:
		f.compare(x)
	case lake.In:
		f.in(x)
	case lake.Present:
		f.b.WriteString(x.Path.String() + ":*")
	}
}

func (f *formatter) joined(all []lake.Expr, by, none string) {
	if len(all) == 0 {
		f.b.WriteString(none)
	}
	for i, x := range all {
		if i > 0 {
			f.b.WriteString(by)
		}
		f.operand(x)
	}
}

// operand writes x in parentheses where it isn't a single comparison. A Not needs
// them too: NOT NOT isn't part of the language.
func (f *formatter) operand(x lake.Expr) {
	switch x.(type) {
	case lake.And, lake.Or, lake.Not, nil:
		f.b.WriteByte('(')
		f.expr(x)
		f.b.WriteByte(')')
	default:
		f.expr(x)
	}
}

func (f *formatter) compare(c lake.Compare) {
	f.b.WriteString(c.Path.String())
	if c.Op == lake.Has {
		f.b.WriteString(":")
	} else {
		f.b.WriteString(" " + string(c.Op) + " ")
	}
	f.value(c.Path, c.Value)
}

func (f *formatter) in(x lake.In) {
	if len(x.Values) == 0 {
		f.b.WriteString("(NOT id:*)")
		return
	}
	f.b.WriteString(x.Path.String() + " = (")
	for i, v := range x.Values {
		if i > 0 {
			f.b.WriteString(" OR ")
		}
		f.value(x.Path, v)
	}
	f.b.WriteByte(')')
}

var (
	bare   = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.+-]*$|^-[0-9.]+$`)
	quoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
)

func (f *formatter) value(path lake.Path, v lake.Cell) {
	s := string(v)
	if f.needsNoQuotes(path) && bare.MatchString(s) && s != "AND" && s != "OR" && s != "NOT" && s != "null" {
		f.b.WriteString(s)
		return
	}
	f.b.WriteString(`"` + quoter.Replace(s) + `"`)
}

// needsNoQuotes is for looks only: words of texts are quoted, numbers and options not.
func (f *formatter) needsNoQuotes(path lake.Path) bool {
	if len(path) != 1 || f.entity == nil {
		return false
	}
	field, ok := f.entity.Column(path[0])
	return ok && !isText(field.Kind)
}
