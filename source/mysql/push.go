package mysql

import (
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"headwater/lake"
	"headwater/source/batch"
)

// What is pushed, and why it means the same there as in the engine. Whatever isn't
// listed stays with the engine, which tests every condition again.
//
//   - integers: compared as integers; parameters are bound as 64-bit numbers, with or
//     without sign. Years below 100 are other years to the server: they stay.
//   - decimals: a text parameter would make the server compare as doubles, so it is cast
//     to a decimal with as many digits as it has.
//   - double: 64-bit IEEE on both sides, bound in binary. Not float: the server rounds
//     what it compares with differently per version.
//   - dates and times: parameters are cast (IN converts otherwise than =). Zero dates and
//     days that no calendar has are NULL to the engine but values to the server, so
//     all but = and IN may give too many rows, unless valid() is added.
//   - text = and IN: by the column's own collation, so that its index is used. Equal
//     bytes are equal in every collation, with or without padding: too many rows come
//     ("a", "A", "a " are equal), never too few. A parameter that the column's character
//     set can't hold would be refused by the server: it stays.
//   - NE also lets NULL through, where a column may have NULLs: whether a NULL differs
//     from a value is for the engine to say.
//
// exact: the server gives no row that the engine would drop. Only then may it limit or
// count.
type clause struct {
	sql   string
	args  []any
	exact bool
}

var comparisons = map[lake.Op]string{lake.EQ: "=", lake.NE: "<>", lake.LT: "<", lake.LE: "<=", lake.GT: ">", lake.GE: ">="}

// maxValues is the longest IN list that is pushed; a statement has at most 65,535 parameters.
const maxValues = 5000

// push gives a condition in the server's words, or why it can't. strict: it has to be
// exact where that is possible.
func (k *column) push(cond lake.ScanCondition, strict bool) (out clause, why string) {
	if cond.Type != k.engine {
		return out, "type"
	}
	switch cond.Op {
	case lake.ScanNull, lake.ScanNotNull:
		return k.presence(cond.Op), ""
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
	equal := cond.Op == lake.EQ || cond.Op == lake.ScanIn
	if (k.class == text || k.class == uuid) && !equal {
		return out, "collation"
	}
	var places []string
	for _, v := range cond.Values {
		place, arg, why := k.parameter(v)
		if why != "" {
			return out, why
		}
		places, out.args = append(places, place), append(out.args, arg)
	}
	if cond.Op == lake.ScanIn {
		out.sql = quote(k.name) + " IN (" + strings.Join(places, ", ") + ")"
	} else {
		out.sql = quote(k.name) + " " + comparisons[cond.Op] + " " + places[0]
	}
	out.exact = k.class != text && k.class != uuid
	if cond.Op == lake.NE && (k.nullable || k.temporal()) {
		out.sql, out.exact = "("+out.sql+" OR "+quote(k.name)+" IS NULL)", false
	} else if k.temporal() && !equal {
		out.exact = strict
		if strict {
			out.sql += " AND " + k.valid()
		}
	}
	return out, ""
}

func (k *column) presence(op lake.Op) clause {
	name := quote(k.name)
	switch {
	case k.temporal() && op == lake.ScanNull:
		return clause{sql: "NOT " + k.valid(), exact: true}
	case k.temporal():
		return clause{sql: k.valid(), exact: true}
	case op == lake.ScanNull:
		return clause{sql: name + " IS NULL", exact: true}
	}
	return clause{sql: name + " IS NOT NULL", exact: true}
}

// valid holds for what the engine gets as a day or a time, and is never NULL. LAST_DAY
// knows the calendar but not all versions refuse 2024-02-30.
func (k *column) valid() string {
	n := quote(k.name)
	return "COALESCE(YEAR(" + n + ") > 0 AND MONTH(" + n + ") > 0 AND DAYOFMONTH(" + n + ") > 0" +
		" AND DAYOFMONTH(" + n + ") <= DAYOFMONTH(LAST_DAY(DATE_FORMAT(" + n + ", '%Y-%m-01'))), FALSE)"
}

// parameter gives the place of a value in the statement and what is bound to it. v is
// in the text form of the engine's type.
func (k *column) parameter(v string) (place string, arg any, why string) {
	switch k.class {
	case integer, year, unsigned:
		arg, why = k.integer(v)
		return "?", arg, why
	case boolean:
		if v != "true" && v != "false" {
			return "", nil, "type"
		}
		return "?", map[string]int64{"true": 1}[v], ""
	case decimal:
		return decimalParameter(k.engine, v)
	case double:
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || f-f != 0 {
			return "", nil, "type"
		}
		return "?", f, ""
	case day:
		if _, ok := batch.ParseDate([]byte(v)); !ok {
			return "", nil, "type"
		}
		return "CAST(? AS DATE)", v, ""
	case datetime, instant:
		s, ok := moment(v, k.class == instant)
		if !ok {
			return "", nil, "zone"
		}
		return "CAST(? AS DATETIME(6))", s, ""
	case text, uuid:
		if !holds(k.charset, v) {
			return "", nil, "collation"
		}
		return "?", v, ""
	}
	return "", nil, "type"
}

func (k *column) integer(v string) (any, string) {
	n, ok := new(big.Int).SetString(v, 10)
	switch {
	case !ok:
		return nil, "type"
	case n.IsInt64() && k.class == year && (n.Int64() < 100 || n.Int64() > 9999):
		return nil, "type"
	case n.IsInt64():
		return n.Int64(), ""
	case n.IsUint64():
		return n.Uint64(), ""
	}
	return nil, "type"
}

func decimalParameter(engine, v string) (place string, arg any, why string) {
	p, s, _ := batch.Decimal(engine)
	if _, ok := batch.ParseDecimal([]byte(v), p, s); !ok {
		return "", nil, "type"
	}
	whole, fraction, _ := strings.Cut(strings.TrimLeft(v, "+-"), ".")
	if len(fraction) > 30 {
		return "", nil, "type"
	}
	return "CAST(? AS DECIMAL(" + strconv.Itoa(len(whole)+len(fraction)+1) + "," + strconv.Itoa(len(fraction)) + "))", v, ""
}

// moments are the text forms of times, most frequent first.
var moments = []string{"2006-01-02 15:04:05.999999Z07", "2006-01-02 15:04:05.999999Z07:00", "2006-01-02T15:04:05.999999Z07:00"}

// moment brings a time's text into the server's form, in UTC. A time with a zone needs
// an offset, one without must have none.
func moment(v string, zoned bool) (string, bool) {
	const form = "2006-01-02 15:04:05.000000"
	if !zoned {
		n, ok := batch.ParseTimestamp([]byte(strings.TrimSuffix(v, "Z"))) // as cells are written
		return time.UnixMicro(n).UTC().Format(form), ok
	}
	for _, layout := range moments {
		if t, err := time.Parse(layout, v); err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 10000 {
			return t.UTC().Format(form), true
		}
	}
	return "", false
}

// holds tells whether a character set surely has all characters of a text.
func holds(charset, s string) bool {
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return false
	case charset == "utf8mb4":
		return true
	}
	for _, r := range s {
		if r >= 0x80 && (charset != "utf8mb3" && charset != "utf8" || r > 0xffff) {
			return false
		}
	}
	return true
}

// order gives the sort criterion with empty values last, for types whose order is the
// engine's.
func (k *column) order(o lake.ScanOrder) (string, bool) {
	if o.Type != k.engine {
		return "", false
	}
	direction := ""
	if o.Desc {
		direction = " DESC"
	}
	switch k.class {
	case integer, unsigned, year, decimal, boolean, double:
		if k.nullable {
			return quote(k.name) + " IS NULL, " + quote(k.name) + direction, true
		}
		return quote(k.name) + direction, true
	case day, datetime, instant:
		return "NOT " + k.valid() + ", " + quote(k.name) + direction, true
	}
	return "", false
}
