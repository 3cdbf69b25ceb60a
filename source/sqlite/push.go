package sqlite

import (
	"strconv"
	"strings"
	"time"

	"headwater/lake"
	"headwater/source/batch"
)

// What is pushed, and why it means the same there as in the engine. Whatever isn't
// listed stays with the engine, which tests every condition again.
//
//   - BIGINT: SQLite compares integers exactly. A text or a real in the column is an
//     error when it is read; so rows are counted or limited there only where the file
//     itself guarantees integers.
//   - VARCHAR = and IN, where the column turns numbers into text (TEXT affinity), always
//     under BINARY, whatever collation the column has. Not in views: their columns may
//     have another affinity than they tell.
//   - DATE: a day is read only in the form 2024-02-29, whose order as text is its order.
//   - TIMESTAMP: the same moment has many texts ("10:00", "10:00:00", "T"), so only its day
//     is compared: too many rows come, never too few.
//   - NE lets NULL through too: whether a NULL differs from a value is for the engine.
//
// Not DOUBLE and DECIMAL: values are integers, reals or texts row by row.
//
// exact: the file gives no row that the engine would drop.
type clause struct {
	sql   string
	args  []any
	exact bool
}

var comparisons = map[lake.Op]string{lake.EQ: "=", lake.NE: "<>", lake.LT: "<", lake.LE: "<=", lake.GT: ">", lake.GE: ">="}

// ordered are the types whose values SQLite orders as the engine does.
var ordered = map[string]bool{"BIGINT": true, "BOOLEAN": true, "DATE": true}

const maxValues = 5000

// push gives a condition in SQLite's words, or why it can't. strict: it has to be exact.
func (k *column) push(cond lake.ScanCondition, view, strict bool) (out clause, why string) {
	n := quote(k.name)
	switch cond.Op {
	case lake.ScanNull:
		return clause{sql: n + " IS NULL", exact: true}, ""
	case lake.ScanNotNull:
		return clause{sql: n + " IS NOT NULL", exact: true}, ""
	case lake.EQ, lake.NE, lake.LT, lake.LE, lake.GT, lake.GE:
		if len(cond.Values) != 1 {
			return out, "operator"
		}
	case lake.ScanIn:
		if len(cond.Values) == 0 || len(cond.Values) > maxValues {
			return out, "operator"
		}
	default:
		return out, "operator"
	}
	switch cond.Type {
	case "BIGINT":
		return k.integers(cond, strict)
	case "VARCHAR":
		if cond.Op != lake.EQ && cond.Op != lake.ScanIn {
			return out, "collation"
		}
		if k.affinity != textAffinity || view {
			return out, "type"
		}
		return k.texts(cond)
	case "DATE":
		return k.days(cond)
	case "TIMESTAMP":
		return k.moments(cond)
	}
	return out, "type"
}

func (k *column) integers(cond lake.ScanCondition, strict bool) (out clause, why string) {
	for _, v := range cond.Values {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return out, "type"
		}
		out.args = append(out.args, n)
	}
	out.sql, out.exact = k.compare(cond, ""), cond.Op != lake.NE
	if strict && !k.alias && !(k.strict && k.affinity == integerAffinity) {
		out.exact = false // a text among the integers must be refused, not left out of a count
	}
	return out, ""
}

func (k *column) texts(cond lake.ScanCondition) (out clause, why string) {
	for _, v := range cond.Values {
		if strings.ContainsAny(v, "\\\x00") {
			return out, "type" // a blob in the column would be shown like this
		}
		out.args = append(out.args, v)
	}
	out.sql = k.compare(cond, " COLLATE BINARY")
	out.exact = k.strict // otherwise a blob may lie among the texts
	return out, ""
}

func (k *column) days(cond lake.ScanCondition) (out clause, why string) {
	for _, v := range cond.Values {
		if _, ok := batch.ParseDate([]byte(v)); !ok {
			return out, "type"
		}
		out.args = append(out.args, v)
	}
	out.sql = k.compare(cond, " COLLATE BINARY")
	return out, ""
}

func (k *column) moments(cond lake.ScanCondition) (out clause, why string) {
	if len(cond.Values) != 1 || cond.Op == lake.NE {
		return out, "operator"
	}
	micros, ok := batch.ParseTimestamp([]byte(strings.TrimSuffix(cond.Values[0], "Z")))
	day := time.UnixMicro(micros).UTC()
	if !ok || day.Year() >= 9999 {
		return out, "type"
	}
	this, next := day.Format(time.DateOnly), day.AddDate(0, 0, 1).Format(time.DateOnly)
	from, before := quote(k.name)+" COLLATE BINARY >= ?", quote(k.name)+" COLLATE BINARY < ?"
	switch cond.Op {
	case lake.GT, lake.GE:
		return clause{sql: from, args: []any{this}}, ""
	case lake.LT, lake.LE:
		return clause{sql: before, args: []any{next}}, ""
	}
	return clause{sql: from + " AND " + before, args: []any{this, next}}, ""
}

func (k *column) compare(cond lake.ScanCondition, collation string) string {
	n := quote(k.name) + collation
	switch cond.Op {
	case lake.ScanIn:
		return n + " IN (?" + strings.Repeat(", ?", len(cond.Values)-1) + ")"
	case lake.NE:
		return "(" + n + " <> ? OR " + quote(k.name) + " IS NULL)"
	}
	return n + " " + comparisons[cond.Op] + " ?"
}
