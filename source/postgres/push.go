package postgres

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"headwater/lake"
)

// What is pushed down, and why its answer equals the engine's. Everything else stays.
//
//   - integers, booleans, dates, timestamps, numerics: both sides compare the same values.
//     A constant is bound only if it has the plain form of the engine's type.
//   - floats: both hold that NaN equals NaN and is greater than all else, and -0 = 0.
//   - uuids: in the engine they are texts in small letters, whose order is that of their
//     bytes, as here. Only such a text is bound.
//   - texts: the engine compares bytes. Here the equality of a deterministic collation does;
//     a nondeterministic one is replaced by COLLATE "C", and so is the collation wherever
//     order matters, because the bytes' order of UTF-8 is that of "C". Databases in other
//     encodings are left alone.
//   - enums: their labels as texts, for equality.
//   - char(n) ignores trailing blanks and citext the case: nothing.

// casts give the type that a constant is bound as.
var casts = map[class]string{integers: "bigint", booleans: "boolean", dates: "date", timestamps: "timestamp", instants: "timestamptz",
	decimals: "numeric", uuids: "uuid", texts: "text", enums: "text"}

// arguments are a statement's bound values, in text form.
type arguments struct{ values [][]byte }

func (a *arguments) bind(value, typ string) string {
	a.values = append(a.values, []byte(value))
	return "$" + strconv.Itoa(len(a.values)) + "::" + typ
}

var comparisons = map[lake.Op]string{lake.EQ: "=", lake.NE: "<>", lake.LT: "<", lake.LE: "<=", lake.GT: ">", lake.GE: ">="}

// condition gives a condition in the server's SQL, or why it isn't pushed.
func (t *table) condition(w lake.ScanCondition, args *arguments) (text, why string) {
	c := t.find(w.Column)
	if c == nil {
		return "", "type"
	}
	name := quote(c.Name)
	switch w.Op { // a composite is IS NULL when all of its parts are
	case lake.ScanNull:
		return name + " IS NOT DISTINCT FROM NULL", ""
	case lake.ScanNotNull:
		return name + " IS DISTINCT FROM NULL", ""
	}
	p, ok := c.planAs(w.Type)
	switch {
	case !ok || p.class == opaque:
		return "", "type"
	case (p.class == texts || p.class == enums) && !t.utf8:
		return "", "collation"
	}
	values := make([]string, len(w.Values))
	for i, v := range w.Values {
		var why string
		if values[i], why = literal(c, &p, v); why != "" {
			return "", why
		}
	}
	return compare(c, &p, w.Op, values, args)
}

func compare(c *column, p *plan, op lake.Op, values []string, args *arguments) (text, why string) {
	cast, left := c.cast(p), c.equal(p)
	switch {
	case op == lake.ScanIn:
		return left + " = ANY(" + args.bind(arrayText(values), cast+"[]") + ")", ""
	case len(values) != 1:
		return "", "operator"
	case op == lake.EQ || op == lake.NE:
		return left + " " + comparisons[op] + " " + args.bind(values[0], cast), ""
	case op == lake.ScanPrefix && p.class == texts:
		return "starts_with(" + c.ordered(p) + ", " + args.bind(values[0], cast) + ")", ""
	case comparisons[op] != "" && p.class != enums:
		return c.ordered(p) + " " + comparisons[op] + " " + args.bind(values[0], cast), ""
	}
	return "", "operator"
}

func (c *column) cast(p *plan) string {
	if p.class == floats {
		if p.typ == "FLOAT" {
			return "real"
		}
		return "double precision"
	}
	return casts[p.class]
}

// equal is the column as it stands in an equality.
func (c *column) equal(p *plan) string {
	switch {
	case p.class == enums:
		return quote(c.Name) + `::text COLLATE "C"`
	case p.class == texts && !c.Deterministic:
		return quote(c.Name) + ` COLLATE "C"`
	}
	return quote(c.Name)
}

// ordered is the column as it stands where order matters.
func (c *column) ordered(p *plan) string {
	if p.class == texts {
		return quote(c.Name) + ` COLLATE "C"`
	}
	return quote(c.Name)
}

var (
	integerForm = regexp.MustCompile(`^[+-]?[0-9]{1,19}$`)
	decimalForm = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`)
	uuidForm    = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// literal brings a constant into the form that is bound, or says why it can't be.
func literal(c *column, p *plan, v string) (text, why string) {
	ok := true
	switch p.class {
	case integers:
		n, err := strconv.ParseInt(v, 10, 64)
		text, ok = strconv.FormatInt(n, 10), err == nil && integerForm.MatchString(v)
	case decimals:
		text, ok = decimalLiteral(p, v)
	case floats:
		text, ok = floatLiteral(p, v)
	case booleans:
		text, ok = v, v == "true" || v == "false"
	case dates:
		t, err := time.Parse(time.DateOnly, v)
		text, ok = v, err == nil && t.Year() >= 1
	case timestamps, instants:
		return timeLiteral(p, v)
	case uuids:
		text, ok = v, uuidForm.MatchString(v)
	case texts, enums:
		text, ok = v, utf8.ValidString(v) && !strings.ContainsRune(v, 0)
	}
	if !ok {
		return "", "type"
	}
	return text, ""
}

// decimalLiteral takes what the engine's DECIMAL holds without rounding.
func decimalLiteral(p *plan, v string) (string, bool) {
	precision, scale, ok := decimalOf(p.typ)
	if !ok || !decimalForm.MatchString(v) {
		return "", false
	}
	whole, fraction, _ := strings.Cut(strings.TrimLeft(v, "+-"), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	return v, len(fraction) <= int(scale) && len(whole) <= int(precision-scale)
}

func floatLiteral(p *plan, v string) (string, bool) {
	size := 64
	if p.typ == "FLOAT" {
		size = 32
	}
	switch strings.ToLower(v) {
	case "nan":
		return "NaN", true
	case "inf", "infinity", "+inf", "+infinity":
		return "Infinity", true
	case "-inf", "-infinity":
		return "-Infinity", true
	}
	f, err := strconv.ParseFloat(v, size)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(v, "xXpP_") || f == 0 && strings.ContainsAny(v, "123456789") {
		return "", false
	}
	return strconv.FormatFloat(f, 'g', -1, size), true
}

var (
	localForms = []string{"2006-01-02 15:04:05.999999", "2006-01-02T15:04:05.999999", time.DateOnly}
	zonedForms = []string{"2006-01-02 15:04:05.999999Z07:00", "2006-01-02T15:04:05.999999Z07:00", "2006-01-02 15:04:05.999999Z07"}
)

// timeLiteral takes times to the microsecond. One for an instant must name its zone,
// because the engine's session and the server's may differ; one for a timestamp without
// zone may only name UTC.
func timeLiteral(p *plan, v string) (text, why string) {
	if t, ok := parseTime(v, zonedForms); ok {
		if _, offset := t.Zone(); offset != 0 && p.class == timestamps {
			return "", "zone"
		}
		t = t.UTC()
		if t.Year() < 1 || t.Year() > 9999 {
			return "", "type"
		}
		text = t.Format("2006-01-02 15:04:05.999999")
		if p.class == instants {
			text += "+00"
		}
		return text, ""
	}
	t, ok := parseTime(v, localForms)
	switch {
	case !ok || t.Year() < 1:
		return "", "type"
	case p.class == instants:
		return "", "zone"
	}
	return t.Format("2006-01-02 15:04:05.999999"), ""
}

func parseTime(v string, forms []string) (time.Time, bool) {
	if _, fraction, ok := strings.Cut(v, "."); ok && strings.IndexFunc(fraction+" ", notDigit) > 6 {
		return time.Time{}, false // finer than both sides keep: they round in their own ways
	}
	for _, form := range forms {
		if t, err := time.Parse(form, v); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// arrayText writes values as an array's text form.
func arrayText(values []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		for j := 0; j < len(v); j++ {
			if v[j] == '"' || v[j] == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(v[j])
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}

// orderBy gives the sort criteria when all of them are proven equal to the engine's:
// NULLs and empty texts last in both directions, texts by their bytes.
func (t *table) orderBy(list []lake.ScanOrder) (string, bool) {
	var out []string
	for _, o := range list {
		c := t.find(o.Column)
		if c == nil {
			return "", false
		}
		p, ok := c.planAs(o.Type)
		if !ok || p.class == opaque || p.class == enums || p.class == texts && !t.utf8 {
			return "", false
		}
		term := c.ordered(&p)
		if p.class == texts {
			term = "NULLIF(" + term + ", '')"
		}
		if o.Desc {
			term += " DESC"
		}
		if p.class == texts || !c.NotNull || t.Parent || t.Kind != "r" && t.Kind != "p" {
			term += " NULLS LAST" // left out where it changes nothing, so that an index can be read backwards
		}
		out = append(out, term)
	}
	return strings.Join(out, ", "), true
}
