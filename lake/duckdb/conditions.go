package duckdb

import (
	"context"
	"database/sql"
	"strings"

	"headwater/lake"
)

// condition is the tree of a condition as the database writes it in plans.
func (p *parser) condition(ctx context.Context, conn *sql.Conn, text string) (map[string]any, error) {
	parsed, err := p.tree(ctx, conn, "SELECT 1 WHERE "+text)
	if err != nil {
		return nil, err
	}
	statements := list(parsed["statements"])
	if len(statements) != 1 {
		return nil, errNotOne
	}
	return object(object(object(statements[0])["node"])["where_clause"]), nil
}

var errNotOne = lake.Fail(lake.ErrInvalid, "sql_invalid", "The condition is no single condition.")

// understood are the conditions of a tree that a source can be asked to apply: a column
// compared with a constant, and nothing that isn't surely that. exact tells whether they
// say all that the tree says.
func (s *scan) understood(x map[string]any) (out []found, exact bool) {
	children := list(x["children"])
	switch str(x["type"]) {
	case "CONJUNCTION_AND":
		exact = true
		for _, c := range children {
			more, all := s.understood(object(c))
			out, exact = append(out, more...), exact && all
		}
		return out, exact
	case "CONJUNCTION_OR":
		return s.anyOf(children)
	case "COMPARE_BETWEEN":
		for _, side := range []struct {
			op lake.Op
			x  any
		}{{lake.GE, x["lower"]}, {lake.LE, x["upper"]}} {
			more, ok := s.compared(x["input"], side.op, side.x)
			if !ok {
				return nil, false
			}
			out = append(out, more)
		}
		return out, true
	case "COMPARE_IN":
		if len(children) < 2 {
			return nil, false
		}
		f, ok := s.compared(children[0], lake.ScanIn, children[1])
		for _, c := range children[1:] {
			ok = ok && isConstant(object(c))
		}
		f.values = children[1:]
		return only(f, ok)
	case "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL":
		op := lake.ScanNull
		if str(x["type"]) == "OPERATOR_IS_NOT_NULL" {
			op = lake.ScanNotNull
		}
		if len(children) != 1 {
			return nil, false
		}
		i, ok := s.column(object(children[0]))
		return only(found{column: i, op: op}, ok)
	case "COLUMN_REF":
		return s.truth(x, "true")
	case "OPERATOR_NOT":
		if len(children) == 1 {
			return s.truth(object(children[0]), "false")
		}
		return nil, false
	}
	op, ok := compareTypes[str(x["type"])]
	if !ok {
		return nil, false
	}
	f, ok := s.compared(x["left"], op, x["right"])
	return only(f, ok)
}

var compareTypes = map[string]lake.Op{
	"COMPARE_EQUAL": lake.EQ, "COMPARE_NOTEQUAL": lake.NE, "COMPARE_LESSTHAN": lake.LT, "COMPARE_LESSTHANOREQUALTO": lake.LE,
	"COMPARE_GREATERTHAN": lake.GT, "COMPARE_GREATERTHANOREQUALTO": lake.GE,
}

func only(f found, ok bool) ([]found, bool) {
	if !ok {
		return nil, false
	}
	return []found{f}, true
}

// truth is a boolean column that stands alone.
func (s *scan) truth(x map[string]any, value string) ([]found, bool) {
	i, ok := s.column(x)
	if !ok || strings.ToUpper(s.types[i]) != "BOOLEAN" {
		return nil, false
	}
	return only(found{column: i, op: lake.EQ, texts: []string{value}}, true)
}

// anyOf is one column that equals one of several constants.
func (s *scan) anyOf(children []any) ([]found, bool) {
	all := found{column: -1, op: lake.ScanIn}
	for _, c := range children {
		one, exact := s.understood(object(c))
		if !exact || len(one) != 1 || one[0].op != lake.EQ && one[0].op != lake.ScanIn || one[0].texts != nil ||
			all.column >= 0 && all.column != one[0].column {
			return nil, false
		}
		all.column = one[0].column
		all.values = append(all.values, one[0].values...)
	}
	return only(all, all.column >= 0)
}

func (s *scan) column(x map[string]any) (int, bool) {
	names := list(x["column_names"])
	if str(x["class"]) != "COLUMN_REF" || len(names) != 1 {
		return 0, false
	}
	m := scanColumn.FindStringSubmatch(str(names[0]))
	if m == nil || m[0] != str(names[0]) {
		return 0, false
	}
	n := 0
	for _, d := range m[1] {
		n = n*10 + int(d-'0')
	}
	return n, n < len(s.types)
}

// comparedTypes are the types besides exact ones whose values a source may compare; it
// decides itself whether its own comparison is the same.
var comparedTypes = map[string]bool{"DOUBLE": true, "FLOAT": true, "TIMESTAMPTZ": true, "TIMESTAMP WITH TIME ZONE": true, "TIME": true}

func (s *scan) compared(left any, op lake.Op, right any) (found, bool) {
	x, c := object(left), object(right)
	i, ok := s.column(x)
	if !ok && str(x["type"]) == "OPERATOR_CAST" {
		return s.onDay(x, op, c)
	}
	if !ok || !isConstant(c) || !exact(s.types[i]) && !comparedTypes[strings.ToUpper(s.types[i])] {
		return found{}, false
	}
	return found{column: i, op: op, values: []any{right}}, true
}

// onDay is a day that is compared as an instant with a midnight.
func (s *scan) onDay(cast map[string]any, op lake.Op, c map[string]any) (found, bool) {
	i, ok := s.column(object(cast["child"]))
	if !ok || strings.ToUpper(s.types[i]) != "DATE" || str(object(cast["cast_type"])["id"]) != "TIMESTAMP" || str(c["type"]) != "OPERATOR_CAST" {
		return found{}, false
	}
	text := str(object(object(c["child"])["value"])["value"])
	day, midnight := strings.CutSuffix(text, " 00:00:00")
	if !midnight || str(object(c["cast_type"])["id"]) != "TIMESTAMP" {
		return found{}, false
	}
	return found{column: i, op: op, texts: []string{day}}, true
}

// isConstant tells whether an expression is a literal, which may be cast.
func isConstant(x map[string]any) bool {
	switch str(x["class"]) {
	case "CONSTANT":
		null, _ := object(x["value"])["is_null"].(bool)
		return !null
	case "CAST":
		return isConstant(object(x["child"]))
	}
	return false
}

// constants turns the literals of all conditions into the text form of the engine's
// types.
func (h *homes) constants(conn *sql.Conn) error {
	var selected []any
	each := func(fn func(*found)) {
		for _, s := range h.scans {
			for i := range s.found {
				if s.found[i].texts == nil {
					fn(&s.found[i])
				}
			}
		}
	}
	each(func(f *found) {
		for _, v := range f.values {
			selected = append(selected, map[string]any{"class": "CAST", "type": "OPERATOR_CAST", "alias": "", "query_location": 0, "try_cast": false,
				"child": v, "cast_type": map[string]any{"id": "VARCHAR", "type_info": nil}})
		}
	})
	if len(selected) == 0 {
		return nil
	}
	tree, err := h.e.parser.tree(h.ctx, conn, "SELECT 1")
	if err != nil {
		return err
	}
	plain, err := h.e.parser.text(h.ctx, conn, selecting(tree, selected...))
	if err != nil {
		return err
	}
	texts, into := make([]string, len(selected)), make([]any, len(selected))
	for i := range texts {
		into[i] = &texts[i]
	}
	if err := conn.QueryRowContext(h.ctx, plain).Scan(into...); err != nil {
		return err
	}
	each(func(f *found) {
		n := len(f.values)
		if n > 0 {
			f.texts, texts = texts[:n:n], texts[n:]
		}
	})
	return nil
}
