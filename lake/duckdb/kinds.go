package duckdb

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"headwater/lake"
)

var typeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_ ,."'()\[\]]*$`)

// homeType is the exact type of a field of an entity with a home elsewhere. It becomes
// part of statements, so it can't be but a type.
func homeType(f *lake.Field) (string, error) {
	t := f.Type
	if t == "" {
		if f.Kind == lake.Float {
			return "DOUBLE", nil
		}
		return sqlType(f.Kind), nil
	}
	depth, quoted := 0, byte(0)
	ok := typeForm.MatchString(t)
	for i := 0; i < len(t) && ok; i++ {
		switch c := t[i]; {
		case quoted != 0:
			if c == quoted {
				quoted = 0
			}
		case c == '"' || c == '\'':
			quoted = c
		case c == '(':
			depth++
		case c == ')':
			depth--
			ok = depth >= 0
		}
	}
	if !ok || depth != 0 || quoted != 0 {
		return "", lake.Fail(lake.ErrInvalid, "type_invalid", "The field "+string(f.Name)+" has the type "+strconv.Quote(t)+", which isn't known.", "field", f.Name, "value", t)
	}
	return t, nil
}

func nested(t string) bool {
	t = strings.ToUpper(t)
	return strings.HasSuffix(t, "]") || strings.HasPrefix(t, "STRUCT") || strings.HasPrefix(t, "MAP") || strings.HasPrefix(t, "UNION")
}

// asText is an expression that gives a value's canonical cell, or NULL. The database
// writes whole numbers, days, booleans and texts as cells are; the others need help.
func asText(f *lake.Field, x string) string {
	t := strings.ToUpper(f.Type)
	switch {
	case f.Kind == lake.Timestamp:
		return "(replace(" + x + "::TIMESTAMP::VARCHAR, ' ', 'T') || CASE WHEN isinf(" + x + "::TIMESTAMP) THEN '' ELSE 'Z' END)"
	case f.Kind == lake.Decimal:
		return "(CASE WHEN contains(" + x + "::VARCHAR, '.') THEN rtrim(rtrim(" + x + "::VARCHAR, '0'), '.') ELSE " + x + "::VARCHAR END)"
	case f.Kind == lake.Date && t != "" && t != "DATE":
		return x + "::DATE::VARCHAR"
	case f.Kind == lake.Vector:
		return "replace(" + x + "::VARCHAR, ' ', '')"
	case nested(t):
		return "to_json(" + x + ")::VARCHAR"
	case t == "VARCHAR" || t == "TEXT":
		return x
	}
	return x + "::VARCHAR"
}

// shownText is the text from which homeCell makes a cell; it leaves to Go what Go does
// faster.
func shownText(f *lake.Field, x string) string {
	switch f.Kind {
	case lake.Decimal:
		return x + "::VARCHAR"
	case lake.Timestamp:
		return x + "::TIMESTAMP::VARCHAR"
	}
	return asText(f, x)
}

// homeCell makes a cell of shownText.
func homeCell(k lake.Kind, s string) lake.Cell {
	if k == lake.Float && s != "" {
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return lake.Cell(strconv.FormatFloat(n, 'f', -1, 64))
		}
	}
	if k == lake.JSON && s != "" { // sources write it in forms of their own
		f := lake.Field{Kind: k}
		if c, err := f.Canonical(s); err == nil {
			return c
		}
	}
	return canonical(k, s)
}

// fromCell turns an overlay's column, as the mirror keeps it, into the field's type.
func fromCell(f *lake.Field, t, x string) string {
	if t == sqlType(f.Kind) {
		return x
	}
	if nested(t) && f.Kind != lake.Vector {
		return x + "::JSON::" + t
	}
	return x + "::" + t
}

// sourceText is a cell in the text form of the engine's type, as scans want it.
func sourceText(k lake.Kind, c lake.Cell) string {
	if k == lake.Timestamp {
		return strings.TrimSuffix(strings.Replace(string(c), "T", " ", 1), "Z")
	}
	return string(c)
}

// exact are the types whose values are equal exactly when their cells are, so that keys
// can be compared as they are.
var exactTypes = regexp.MustCompile(`^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|INT[248]?|DECIMAL\(\d+, ?\d+\)|VARCHAR|TEXT|UUID|DATE|TIMESTAMP|BOOLEAN)$`)

func exact(t string) bool { return exactTypes.MatchString(strings.ToUpper(t)) }

// keyFields are the fields of an entity's key; nil for clones, which have their
// original's keys, and for homes without one.
func keyFields(ent *lake.Entity) []*lake.Field {
	var out []*lake.Field
	for _, n := range ent.Home.Key {
		f, ok := ent.Field(n)
		if !ok {
			return nil
		}
		out = append(out, f)
	}
	return out
}

// keyText is the expression of a record's key: KeyOf in SQL. x gives a field's
// expression.
func keyText(keys []*lake.Field, x func(*lake.Field) string) string {
	switch len(keys) {
	case 0:
		return "''"
	case 1:
		return "coalesce(" + asText(keys[0], x(keys[0])) + ", '')"
	}
	parts, empty := make([]string, len(keys)), make([]string, len(keys))
	for i, f := range keys {
		t := asText(f, x(f))
		empty[i] = "coalesce(" + t + ", '') = ''"
		parts[i] = t
		if !slices.Contains([]lake.Kind{lake.Integer, lake.Date, lake.Timestamp, lake.Boolean, lake.Decimal}, f.Kind) {
			parts[i] = "replace(replace(" + t + ", '%', '%25'), '~', '%7E')"
		}
	}
	return "(CASE WHEN " + strings.Join(empty, " OR ") + " THEN '' ELSE " + strings.Join(parts, " || '~' || ") + " END)"
}

// keyParts takes a key's text apart again, into the types of the key's fields; what
// doesn't fit is NULL and so equals nothing.
func keyParts(keys []*lake.Field, types []string, id string) []string {
	if len(keys) == 1 {
		if t := strings.ToUpper(types[0]); t == "VARCHAR" || t == "TEXT" {
			return []string{id}
		}
		return []string{"TRY_CAST(" + id + " AS " + types[0] + ")"}
	}
	out := make([]string, len(keys))
	for i := range keys {
		out[i] = "TRY_CAST(replace(replace(string_split(" + id + ", '~')[" + strconv.Itoa(i+1) + "], '%7E', '~'), '%25', '%') AS " + types[i] + ")"
	}
	return out
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// intBits are the sizes of integer types, the sign included.
var intBits = map[string]int{"TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64, "UTINYINT": -8, "USMALLINT": -16, "UINTEGER": -32, "UBIGINT": -64,
	"INT": 32, "INT2": 16, "INT4": 32, "INT8": 64}

// fits tells whether a text is surely a value of an exact type.
func fits(t, text string) bool {
	t = strings.ToUpper(t)
	var err error
	switch bits := intBits[t]; {
	case bits > 0:
		_, err = strconv.ParseInt(text, 10, bits)
	case bits < 0:
		_, err = strconv.ParseUint(text, 10, -bits)
	case t == "UUID":
		return uuidForm.MatchString(text)
	case t == "DATE":
		_, err = time.Parse(time.DateOnly, text)
	case t == "TIMESTAMP":
		_, err = time.Parse("2006-01-02 15:04:05.999999", text)
	case t == "BOOLEAN":
		return text == "true" || text == "false"
	case strings.HasPrefix(t, "DECIMAL"):
		return fitsDecimal(t, text)
	case strings.HasSuffix(t, "HUGEINT"):
		n, ok := new(big.Int).SetString(text, 10)
		return ok && n.BitLen() < 127
	}
	return err == nil
}

func fitsDecimal(t, text string) bool {
	var width, scale int
	if n, err := fmt.Sscanf(strings.ReplaceAll(t, " ", ""), "DECIMAL(%d,%d)", &width, &scale); n != 2 || err != nil {
		return false
	}
	d, err := decimal.NewFromString(text)
	if err != nil || len(text) > 50 || d.Exponent() > 38 {
		return false
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(d.String(), "-"), ".")
	return len(whole) <= max(width-scale, 1) && len(fraction) <= scale
}
