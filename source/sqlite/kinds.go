package sqlite

import (
	"context"
	"database/sql"
	"regexp"
	"strconv"
	"strings"

	"headwater/lake"
	"headwater/source/batch"
)

type affinity int

const (
	blobAffinity affinity = iota // values stay as they are
	integerAffinity
	realAffinity
	numericAffinity
	textAffinity
)

// affinityOf follows SQLite's rules, in their order.
func affinityOf(declared string) affinity {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(declared, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("INT"):
		return integerAffinity
	case has("CHAR", "CLOB", "TEXT"):
		return textAffinity
	case has("BLOB") || declared == "" || declared == "ANY":
		return blobAffinity
	case has("REAL", "FLOA", "DOUB"):
		return realAffinity
	}
	return numericAffinity
}

// sampled is how many rows from each end of a table are looked at.
const sampled = 1000

// exactIn is the largest integer up to which doubles hold all.
const exactIn = 1 << 53

// seen tells what a sample of a column's values looked like.
type seen struct {
	integers, reals, texts, blobs int

	large    bool // integers that no double holds
	truth    bool // integers other than 0 and 1 were not seen
	decimals bool // all fit the declared precision and scale
	days     bool // all texts are days
	moments  bool // all texts are times or days without zone
	zoned    bool // all texts are times with zone
	json     bool
}

// sample looks at the first and the last rows. Long texts and blobs aren't fetched.
func sample(ctx context.Context, q querier, t *table) ([]seen, error) {
	out := make([]seen, len(t.columns))
	var list []string
	for i, k := range t.columns {
		out[i] = seen{truth: true, decimals: true, days: true, moments: true, zoned: true, json: true}
		n := quote(k.name)
		list = append(list, "typeof("+n+")", "CASE WHEN typeof("+n+") IN ('integer','real') OR typeof("+n+")='text' AND length("+n+")<=64 THEN +"+n+" END",
			"CASE WHEN typeof("+n+")='text' THEN json_valid("+n+") END")
	}
	from := "SELECT " + strings.Join(list, ", ") + " FROM " + quote(t.name)
	queries := []string{from + " LIMIT " + strconv.Itoa(sampled)}
	if t.rowid != "" {
		queries = append(queries, from+" ORDER BY "+t.rowid+" DESC LIMIT "+strconv.Itoa(sampled))
	}
	values := make([]any, 3*len(t.columns))
	for i := range values {
		values[i] = new(any)
	}
	for _, query := range queries {
		err := each(ctx, q, func(rows *sql.Rows) error {
			if err := rows.Scan(values...); err != nil {
				return err
			}
			for i, k := range t.columns {
				out[i].add(k, *values[3*i].(*any), *values[3*i+1].(*any), *values[3*i+2].(*any))
			}
			return nil
		}, query)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *seen) add(k *column, kind, value, valid any) {
	name, _ := kind.(string)
	switch name {
	case "integer":
		n, _ := value.(int64)
		s.integers++
		s.large = s.large || n > exactIn || n < -exactIn
		s.truth = s.truth && (n == 0 || n == 1)
	case "real":
		s.reals++
	case "text":
		s.texts++
		text, _ := value.(string)
		_, day := batch.ParseDate([]byte(text))
		_, moment := batch.ParseTimestamp([]byte(text))
		_, zoned := parseZoned(text)
		s.days, s.moments, s.zoned = s.days && day, s.moments && moment, s.zoned && zoned
		s.json = s.json && valid == int64(1)
	case "blob":
		s.blobs++
	}
	if p, sc, ok := k.decimal(); ok && name != "null" {
		_, fits := decimalOf(value, p, sc)
		s.decimals = s.decimals && fits
	}
}

var digits = regexp.MustCompile(`^[A-Z ]+\((\d+)(?:, *(\d+))?\)$`)

// decimal tells precision and scale of DECIMAL(p,s) and NUMERIC(p,s).
func (k *column) decimal() (precision, scale int, ok bool) {
	m := digits.FindStringSubmatch(k.declared)
	if m == nil || k.affinity != numericAffinity || !strings.Contains(k.declared, "DEC") && !strings.Contains(k.declared, "NUMERIC") {
		return 0, 0, false
	}
	precision, _ = strconv.Atoi(m[1])
	scale, _ = strconv.Atoi(m[2])
	return precision, scale, precision >= 1 && precision <= 38 && scale <= precision
}

// decide gives the engine's type that the declaration asks for, if all values that were
// seen fit, or else one that holds them.
func (k *column) decide(s *seen) (engine string, kind lake.Kind) {
	text, numbers := s.texts > 0, s.integers+s.reals > 0
	p, sc, decimal := k.decimal()
	named := func(words string) bool { return strings.Contains(k.declared, words) }
	switch {
	case s.blobs > 0 && !text && !numbers, k.affinity == blobAffinity && named("BLOB") && !text && !numbers:
		return "BLOB", lake.Text
	case s.blobs > 0, text && numbers && !(decimal && s.decimals):
		return "VARCHAR", lake.Text
	case decimal && s.decimals:
		return "DECIMAL(" + strconv.Itoa(p) + "," + strconv.Itoa(sc) + ")", lake.Decimal
	case named("BOOL") && s.truth && !text && s.reals == 0:
		return "BOOLEAN", lake.Boolean
	case named("JSON") && s.json && !numbers:
		return "JSON", lake.JSON
	case named("DATE") || named("TIME"):
		return k.temporal(s)
	case text:
		return "VARCHAR", lake.Text
	case numbers:
		return s.number()
	}
	return k.unseen()
}

// temporal is for declared dates and times. Numbers stay numbers: nothing says whether
// they count seconds, days or milliseconds.
func (k *column) temporal(s *seen) (string, lake.Kind) {
	times := strings.Contains(k.declared, "TIME")
	switch {
	case s.integers+s.reals > 0:
		return s.number()
	case s.days && !times:
		return "DATE", lake.Date
	case s.moments && (times || s.texts > 0) && k.declared != "TIME":
		return "TIMESTAMP", lake.Timestamp
	case s.zoned && s.texts > 0:
		return "TIMESTAMPTZ", lake.Timestamp
	}
	return "VARCHAR", lake.Text
}

func (s *seen) number() (string, lake.Kind) {
	switch {
	case s.reals == 0:
		return "BIGINT", lake.Integer
	case s.large:
		return "VARCHAR", lake.Text
	}
	return "DOUBLE", lake.Float
}

// unseen goes by the declaration alone.
func (k *column) unseen() (string, lake.Kind) {
	switch k.affinity {
	case integerAffinity:
		return "BIGINT", lake.Integer
	case realAffinity, numericAffinity:
		return "DOUBLE", lake.Float
	}
	return "VARCHAR", lake.Text
}
