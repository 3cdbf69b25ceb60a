package lake

import (
	"encoding/json"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"
	"golang.org/x/text/unicode/norm"
)

// Kind is the type of a field.
type Kind string

// The kinds of fields.
const (
	Text      Kind = "text"
	Integer   Kind = "integer" // 64 bits
	Decimal   Kind = "decimal" // up to 26 digits before and 12 after the point
	Money     Kind = "money"   // amount (14 digits before, 4 after the point) and ISO 4217 currency: one cell
	Boolean   Kind = "boolean"
	Date      Kind = "date"      // a calendar day without a zone
	Timestamp Kind = "timestamp" // an instant, kept in UTC to the microsecond
	Enum      Kind = "enum"
	Reference Kind = "reference"
	Email     Kind = "email"
	Phone     Kind = "phone"
	URL       Kind = "url"

	// Only entities with a base have these: a source's types must be held exactly.
	Float  Kind = "float"  // 64 bits, binary
	JSON   Kind = "json"   // a JSON text; arrays and structs too
	Vector Kind = "vector" // a list of 32-bit floats, as a JSON array
)

// Kinds lists the kinds that a field of a native entity may have.
var Kinds = []Kind{Text, Integer, Decimal, Money, Boolean, Date, Timestamp, Enum, Reference, Email, Phone, URL}

// Cell is one value in the canonical text of its kind; "" is empty, so an empty text
// is no value. Two cells of a kind are the same value exactly when they are equal.
//
//	integer "-42", decimal "12.5", money "1200.5 CNY", boolean "true",
//	date "2026-11-21", timestamp "2026-11-21T08:30:00.25Z", enum its option's name,
//	reference the key, text in NFC with \n line ends.
type Cell string

// MaxCell is the longest text that a cell may hold, in bytes.
const MaxCell = 1 << 20

// Canonical checks one value for a field and returns its canonical form. It takes the
// forms that Cell documents and close relatives (spaces around, "+5", "1e3", offsets in
// timestamps, upper case in addresses). It doesn't know whether a reference exists.
func (f *Field) Canonical(s string) (Cell, error) {
	c, err := f.canonical(s)
	if err == nil && f.Type != "" && c != "" && !f.fits(c) {
		return "", f.wrong("value_unfit", s, "The value doesn't fit the type "+f.Type+" that it has in its home.")
	}
	return c, err
}

func (f *Field) canonical(s string) (Cell, error) {
	if len(s) > MaxCell {
		return "", f.wrong("value_too_long", s[:32]+"…", "The value is longer than 1 MiB.")
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return "", f.wrong("text_invalid", strings.ToValidUTF8(s, "?"), "The text holds bytes that are no valid UTF-8.")
	}
	if f.Kind == Text {
		return canonicalText(s), nil
	}
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	switch f.Kind {
	case Integer:
		return f.integer(s)
	case Decimal:
		d, err := f.decimal(s, 26, 12)
		return Cell(d), err
	case Money:
		return f.money(s)
	case Boolean:
		return f.boolean(s)
	case Date:
		return f.date(s)
	case Timestamp:
		return f.timestamp(s)
	case Enum:
		return f.enum(s)
	case Reference:
		return Cell(s), nil
	case Email:
		return f.email(s)
	case Phone:
		return f.phone(s)
	case URL:
		return f.url(s)
	case Float:
		return f.float(s)
	case JSON:
		return f.json(s)
	case Vector:
		return f.vector(s)
	}
	return "", f.wrong("kind_unknown", s, "The field has an unknown type.")
}

func canonicalText(s string) Cell {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return Cell(norm.NFC.String(s))
}

func (f *Field) wrong(code, value, detail string) error {
	if len(value) > 200 {
		value = strings.ToValidUTF8(value[:200], "") + "…"
	}
	return Fail(ErrInvalid, code, detail, "field", f.Name, "value", value)
}

func (f *Field) integer(s string) (Cell, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		d, derr := decimal.NewFromString(s)
		if derr != nil || d.Exponent() > 20 || !d.IsInteger() || !d.BigInt().IsInt64() {
			return "", f.wrong("integer_invalid", s, "This is no whole number of at most 18 digits.")
		}
		n = d.IntPart()
	}
	return Cell(strconv.FormatInt(n, 10)), nil
}

func (f *Field) decimal(s string, before, after int) (string, error) {
	if len(s) > 64 {
		return "", f.wrong("number_invalid", s, "This is no number.")
	}
	d, err := decimal.NewFromString(s)
	if err != nil || d.Exponent() > 40 || d.Exponent() < -60 {
		return "", f.wrong("number_invalid", s, "This is no number.")
	}
	out := d.String() // without an exponent
	if strings.ContainsRune(out, '.') {
		out = strings.TrimRight(strings.TrimRight(out, "0"), ".")
	}
	if out == "-0" {
		out = "0"
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(out, "-"), ".")
	if len(whole) > before || len(fraction) > after {
		return "", f.wrong("number_too_long", s,
			"The number has more than "+strconv.Itoa(before)+" digits before or "+strconv.Itoa(after)+" after the point.")
	}
	return out, nil
}

func (f *Field) money(s string) (Cell, error) {
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return "", f.wrong("money_invalid", s, "An amount needs a currency, as in 1200.50 CNY.")
	}
	amount, err := f.decimal(strings.TrimSpace(s[:i]), 14, 4)
	if err != nil {
		return "", err
	}
	unit := strings.ToUpper(s[i+1:])
	if !KnownCurrency(unit) {
		return "", f.wrong("currency_unknown", s, "The currency must be a code of ISO 4217 such as CNY, USD or EUR.")
	}
	return Cell(amount + " " + unit), nil
}

// KnownCurrency tells whether code is a currency of ISO 4217, in upper case.
func KnownCurrency(code string) bool {
	switch code {
	case "CNY", "USD", "EUR", "HKD", "JPY", "GBP", "TWD", "SGD":
		return true
	}
	u, err := currency.ParseISO(code)
	return err == nil && u.String() == code
}

// SplitMoney takes a money cell apart; a bare amount has no currency.
func SplitMoney(c Cell) (amount, currency string) {
	amount, currency, _ = strings.Cut(string(c), " ")
	return amount, currency
}

func (f *Field) boolean(s string) (Cell, error) {
	switch strings.ToLower(s) {
	case "true", "t", "yes", "y", "1", "是", "对", "√", "on":
		return "true", nil
	case "false", "f", "no", "n", "0", "否", "错", "×", "off":
		return "false", nil
	}
	return "", f.wrong("boolean_invalid", s, "This is neither yes nor no.")
}

func (f *Field) date(s string) (Cell, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		if i := strings.IndexAny(s, "T "); i == 10 {
			t, err = time.Parse(time.DateOnly, s[:10])
			if _, terr := parseInstant(s); terr != nil {
				err = terr
			}
		}
	}
	if err != nil || t.Year() < 1 {
		return "", f.wrong("date_invalid", s, "This is no date of the form 2026-11-21.")
	}
	return Cell(t.Format(time.DateOnly)), nil
}

var instantForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly}

func parseInstant(s string) (t time.Time, err error) {
	for _, form := range instantForms {
		if t, err = time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return t, err
}

func (f *Field) timestamp(s string) (Cell, error) {
	t, err := parseInstant(s)
	if err != nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return "", f.wrong("timestamp_invalid", s, "This is no time of the form 2026-11-21T08:30:00Z.")
	}
	return TimeCell(t), nil
}

// TimeCell is the timestamp cell of an instant.
func TimeCell(t time.Time) Cell {
	return Cell(t.UTC().Truncate(time.Microsecond).Format("2006-01-02T15:04:05.999999Z"))
}

func (f *Field) enum(s string) (Cell, error) {
	if _, ok := f.Option(s); ok {
		return Cell(s), nil
	}
	for _, o := range f.Options {
		if strings.EqualFold(o.Name, s) || strings.EqualFold(o.Label.EN, s) || o.Label.ZH == s {
			return Cell(o.Name), nil
		}
	}
	return "", f.wrong("option_unknown", s, "The value is none of the field's options.")
}

func (f *Field) email(s string) (Cell, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		return "", f.wrong("email_invalid", s, "This is no e-mail address.")
	}
	return Cell(norm.NFC.String(strings.ToLower(s))), nil
}

func (f *Field) phone(s string) (Cell, error) {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-() ./#*,;xXextEXT转分机号－（）", r):
			return "", f.wrong("phone_invalid", s, "This is no telephone number.")
		}
	}
	if digits < 3 || digits > 30 {
		return "", f.wrong("phone_invalid", s, "This is no telephone number.")
	}
	return Cell(norm.NFC.String(s)), nil
}

func (f *Field) url(s string) (Cell, error) {
	full := s
	if !strings.Contains(s, "://") {
		full = "https://" + s
	}
	u, err := url.Parse(full)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") ||
		!strings.Contains(u.Hostname(), ".") && u.Hostname() != "localhost" || strings.ContainsAny(s, " \t\n<>\"") {
		return "", f.wrong("url_invalid", s, "This is no web address.")
	}
	return Cell(norm.NFC.String(full)), nil
}

// JSON gives a cell as a JSON value: integers and booleans as such, money as
// {"amount","currency"}, everything else (decimals too, they'd lose digits) as text.
func (k Kind) JSON(c Cell) any {
	if c == "" {
		return nil
	}
	switch k {
	case Integer:
		return json.Number(c)
	case Boolean:
		return c == "true"
	case Money:
		a, cur := SplitMoney(c)
		return MoneyJSON{a, cur}
	}
	return string(c)
}

// MoneyJSON is money as the API shows it.
type MoneyJSON struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// FromJSON checks a decoded JSON value (numbers as json.Number or float64).
func (f *Field) FromJSON(v any) (Cell, error) {
	switch x := v.(type) {
	case nil:
		return "", nil
	case string:
		return f.Canonical(x)
	case bool:
		return f.Canonical(strconv.FormatBool(x))
	case json.Number:
		return f.Canonical(x.String())
	case float64:
		return f.Canonical(strconv.FormatFloat(x, 'f', -1, 64))
	case map[string]any:
		if f.Kind == Money {
			amount, cur := x["amount"], x["currency"]
			switch a := amount.(type) {
			case json.Number:
				amount = a.String()
			case float64:
				amount = strconv.FormatFloat(a, 'f', -1, 64)
			}
			a, aok := amount.(string)
			c, cok := cur.(string)
			if aok && cok {
				return f.Canonical(a + " " + c)
			}
		}
	}
	b, _ := json.Marshal(v)
	return "", f.wrong("value_invalid", string(b), "The value doesn't fit the field's type "+string(f.Kind)+".")
}
