package files

import (
	"strconv"
	"strings"
	"time"
)

// form is how a file writes a value, before its type is known.
type form uint8

const (
	empty   form = iota // nothing, or JSON's null
	plain               // a cell of a text table or a sheet
	quoted              // JSON's string: never a number
	number              // JSON's number
	boolean             // JSON's true and false
	nested              // JSON's object and array
)

// value is one value as the file writes it.
type value struct {
	text string
	form form
}

// Longest numbers that are numbers: longer runs of digits are ids of something.
const (
	plainDigits   = 15 // of a text table: account and card numbers stay text
	numberDigits  = 18 // of JSON, where the writer said that it is a number
	decimalDigits = 18
	decimalScale  = 6
	floatDigits   = 15 // what a binary float holds of any decimal
)

// guess collects what the values of a column have been so far.
type guess struct {
	Seen       int  `json:"seen"` // values that aren't empty
	Ints       int  `json:"ints,omitempty"`
	Decimals   int  `json:"decimals,omitempty"`
	Floats     int  `json:"floats,omitempty"`
	Bools      int  `json:"bools,omitempty"`
	Dates      int  `json:"dates,omitempty"`
	Times      int  `json:"times,omitempty"` // without a zone
	Zoned      int  `json:"zoned,omitempty"`
	Texts      int  `json:"texts,omitempty"`
	Structured int  `json:"structured,omitempty"` // objects and arrays
	Strings    bool `json:"strings,omitempty"`    // JSON: some value was a string
	Others     bool `json:"others,omitempty"`     // JSON: some value was none
	Whole      int  `json:"whole,omitempty"`      // digits before the point, at most
	Scale      int  `json:"scale,omitempty"`      // and behind it
	Inexact    int  `json:"inexact,omitempty"`    // numbers that no binary float holds
}

// merge adds what another file's values have been.
func (g *guess) merge(o guess) {
	g.Seen += o.Seen
	g.Ints += o.Ints
	g.Decimals += o.Decimals
	g.Floats += o.Floats
	g.Bools += o.Bools
	g.Dates += o.Dates
	g.Times += o.Times
	g.Zoned += o.Zoned
	g.Texts += o.Texts
	g.Structured += o.Structured
	g.Inexact += o.Inexact
	g.Strings, g.Others = g.Strings || o.Strings, g.Others || o.Others
	g.Whole, g.Scale = max(g.Whole, o.Whole), max(g.Scale, o.Scale)
}

func (g *guess) add(v value) {
	if v.form == empty {
		return
	}
	g.Seen++
	if v.form == quoted {
		g.Strings = true
	} else if v.form != plain {
		g.Others = true
	}
	switch {
	case v.form == nested:
		g.Structured++
	case v.form == boolean, v.form == plain && isBool(v.text):
		g.Bools++
	case v.form == number, v.form == plain && startsNumber(v.text):
		g.addNumber(v)
	default:
		g.addText(v.text)
	}
}

func (g *guess) addNumber(v value) {
	n, ok := scanNumber(v.text)
	limit := plainDigits
	if v.form == number {
		limit = numberDigits
	}
	switch {
	case ok && !n.exponent && n.scale == 0 && n.whole <= limit:
		g.Ints++
	case ok && !n.exponent && n.scale > 0 && n.scale <= decimalScale && n.whole <= decimalDigits-n.scale:
		g.Decimals++
	case ok && (n.exponent || n.scale > 0) && n.float(v.text):
		g.Floats++
	case v.form == number:
		g.Structured++ // its text is kept
		return
	default:
		g.addText(v.text)
		return
	}
	if !n.float(v.text) {
		g.Inexact++
	}
	g.Whole, g.Scale = max(g.Whole, n.whole), max(g.Scale, n.scale)
}

func (g *guess) addText(s string) {
	switch timeForm(s) {
	case "DATE":
		g.Dates++
	case "TIMESTAMP":
		g.Times++
	case "TIMESTAMP WITH TIME ZONE":
		g.Zoned++
	default:
		g.Texts++
	}
}

// typ is the narrowest type that holds all values seen.
func (g *guess) typ() string {
	numbers := g.Ints + g.Decimals + g.Floats
	switch {
	case g.Seen == 0:
		return "VARCHAR"
	case g.Structured > 0 || g.Strings && g.Others:
		return "JSON"
	case g.Ints == g.Seen:
		return "BIGINT"
	case g.Ints+g.Decimals == g.Seen && g.Whole+g.Scale <= decimalDigits:
		return "DECIMAL(18," + strconv.Itoa(g.Scale) + ")"
	case numbers == g.Seen && g.Inexact == 0:
		return "DOUBLE"
	case numbers == g.Seen && g.Others:
		return "JSON"
	case g.Bools == g.Seen:
		return "BOOLEAN"
	case g.Dates == g.Seen:
		return "DATE"
	case g.Dates+g.Times == g.Seen:
		return "TIMESTAMP"
	case g.Zoned == g.Seen:
		return "TIMESTAMP WITH TIME ZONE"
	case g.Others:
		return "JSON"
	}
	return "VARCHAR"
}

func isBool(s string) bool {
	switch s {
	case "true", "false", "TRUE", "FALSE", "True", "False":
		return true
	}
	return false
}

func startsNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && s[0] >= '0' && s[0] <= '9'
}

type scanned struct {
	whole, scale, digits int
	exponent             bool
}

// scanNumber takes numbers in one form only: -12, 0.50, 1.5e-7. Signs in front, zeros in
// front, separators and points without digits are for people, not for machines.
func scanNumber(s string) (n scanned, ok bool) {
	rest := strings.TrimPrefix(s, "-")
	n.whole = digits(rest)
	if n.whole == 0 || n.whole > 1 && rest[0] == '0' {
		return n, false
	}
	zero := rest[0] == '0'
	rest = rest[n.whole:]
	if strings.HasPrefix(rest, ".") {
		if n.scale = digits(rest[1:]); n.scale == 0 {
			return n, false
		}
		zero = zero && strings.Trim(rest[1:1+n.scale], "0") == ""
		rest = rest[1+n.scale:]
	}
	if rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		n.exponent = true
		exp := strings.TrimLeft(rest[1:min(2, len(rest))], "+-") + rest[min(2, len(rest)):]
		if d := digits(exp); d == 0 || d > 3 || d != len(exp) {
			return n, false
		}
		rest = ""
		if f, err := strconv.ParseFloat(s, 64); err != nil || f == 0 && !zero {
			return n, false
		}
	}
	n.digits = n.whole + n.scale
	return n, rest == "" && !(zero && s[0] == '-')
}

// float tells whether a binary float holds the number: it has few digits, or exactly
// those that a program wrote to tell this float from all others.
func (n scanned) float(s string) bool {
	if n.digits <= floatDigits {
		return true
	}
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && significant(s) == significant(strconv.FormatFloat(f, 'e', -1, 64))
}

// significant gives a number's digits without the zeros around them.
func significant(s string) string {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		s = s[:i]
	}
	return strings.Trim(strings.Replace(strings.TrimPrefix(s, "-"), ".", "", 1), "0")
}

func digits(s string) int {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}

// timeForm tells whether a text is a day or a time in the order year, month, day:
// "2024-03-01", "2024/3/1", "2024-03-01 08:30[:00[.123456]][Z|+08:00]". "" if not.
func timeForm(s string) string {
	if len(s) < 8 || len(s) > 40 || s[4] != '-' && s[4] != '/' {
		return ""
	}
	_, typ, ok := parseTime(s)
	if !ok {
		return ""
	}
	return typ
}

// parseTime reads what timeForm describes; without a zone, as UTC.
func parseTime(s string) (t time.Time, typ string, ok bool) {
	year, month, day, rest, ok := parseDay(s)
	if !ok {
		return t, "", false
	}
	t = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day || month < 1 || month > 12 || year < 1 {
		return t, "", false
	}
	if rest == "" {
		return t, "DATE", true
	}
	if rest[0] != ' ' && rest[0] != 'T' {
		return t, "", false
	}
	clock, rest, ok := parseClock(rest[1:])
	if !ok {
		return t, "", false
	}
	t = t.Add(clock)
	if rest == "" {
		return t, "TIMESTAMP", true
	}
	offset, ok := parseZone(rest)
	return t.Add(-offset), "TIMESTAMP WITH TIME ZONE", ok
}

func parseDay(s string) (year, month, day int, rest string, ok bool) {
	if len(s) < 8 || digits(s) != 4 {
		return 0, 0, 0, "", false
	}
	year, _ = strconv.Atoi(s[:4])
	mark := s[4]
	s = s[5:]
	n := digits(s)
	if n < 1 || n > 2 || len(s) <= n || s[n] != mark {
		return 0, 0, 0, "", false
	}
	month, _ = strconv.Atoi(s[:n])
	s = s[n+1:]
	if n = digits(s); n < 1 || n > 2 {
		return 0, 0, 0, "", false
	}
	day, _ = strconv.Atoi(s[:n])
	return year, month, day, s[n:], mark == '-' || mark == '/'
}

// parseClock reads hh:mm, hh:mm:ss and hh:mm:ss.ffffff; finer parts aren't held.
func parseClock(s string) (d time.Duration, rest string, ok bool) {
	n := digits(s)
	if n < 1 || n > 2 || len(s) < n+3 || s[n] != ':' || digits(s[n+1:]) != 2 {
		return 0, "", false
	}
	hour, _ := strconv.Atoi(s[:n])
	minute, _ := strconv.Atoi(s[n+1 : n+3])
	d = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	s = s[n+3:]
	if strings.HasPrefix(s, ":") {
		if digits(s[1:]) != 2 {
			return 0, "", false
		}
		second, _ := strconv.Atoi(s[1:3])
		if second > 59 {
			return 0, "", false
		}
		d += time.Duration(second) * time.Second
		s = s[3:]
		if strings.HasPrefix(s, ".") {
			n := digits(s[1:])
			if n < 1 || n > 6 {
				return 0, "", false
			}
			micros, _ := strconv.Atoi((s[1:1+n] + "000000")[:6])
			d += time.Duration(micros) * time.Microsecond
			s = s[1+n:]
		}
	}
	return d, s, hour <= 23 && minute <= 59
}

func parseZone(s string) (time.Duration, bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' || digits(s[1:]) < 2 {
		return 0, false
	}
	hour, _ := strconv.Atoi(s[1:3])
	minute := 0
	if rest := strings.TrimPrefix(s[3:], ":"); rest != "" {
		if digits(rest) != 2 || len(rest) != 2 {
			return 0, false
		}
		minute, _ = strconv.Atoi(rest)
	} else if len(s) > 3 {
		return 0, false
	}
	d := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, hour <= 15 && minute <= 59
}
