package intake

import (
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"

	"headwater/lake"
)

// column is a compiled Column. It is used by one goroutine.
type column struct {
	at      int // position in the row
	spec    *Column
	field   *lake.Field
	zone    *time.Location
	options *options
	empty   func(string) bool
	money   int // position of the column that holds the currency, -1: none
	link    *link
	known   map[string]read // what short values were read as
}

// read is what became of one text.
type read struct {
	cell    lake.Cell
	text    string // of a reference: what to look for
	sum     sum
	problem *Problem
}

const maxKnown = 8192 // values remembered per column

// value reads one text of the column.
func (c *column) value(raw string, row []string) read {
	v := trim(raw)
	if v == "" {
		return read{}
	}
	if c.known == nil || len(v) > 64 {
		return c.fresh(v, row)
	}
	if r, ok := c.known[v]; ok {
		return r
	}
	r := c.fresh(v, row)
	if len(c.known) < maxKnown {
		c.known[strings.Clone(v)] = r
	}
	return r
}

func (c *column) fresh(v string, row []string) read {
	if c.spec.Values != nil {
		if to, ok := c.spec.Values[v]; ok {
			if v = to; v == "" {
				return read{}
			}
		}
	}
	if c.field.Kind == lake.Enum {
		if name, ok := c.options.find(v); ok {
			return read{cell: name}
		}
	}
	if c.empty(v) {
		return read{}
	}
	switch {
	case c.link != nil:
		text := c.link.fold(v)
		return read{text: v, sum: sumOf(text)}
	case c.field.Kind == lake.Text && ascii(v):
		return read{cell: lake.Cell(v)}
	}
	text, code := c.form(v, row)
	if code == "" {
		cell, err := c.field.Canonical(text)
		if err == nil {
			return read{cell: cell}
		}
		p, _ := problemOf(err)
		code = p.Code
	}
	if code == CodeOptionUnknown && c.spec.Missing == Empty {
		return read{}
	}
	return read{problem: &Problem{Code: code, Field: c.field.Name, Column: c.spec.Column, Value: shown(v)}}
}

// ascii tells that a text is printable and its own canonical form.
func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 0x7f || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return len(s) <= lake.MaxCell
}

// form brings a text close to the canonical form of the field's kind, or says why not.
func (c *column) form(v string, row []string) (text, code string) {
	switch c.field.Kind {
	case lake.Integer, lake.Decimal:
		return c.number(v)
	case lake.Money:
		return c.amount(v, row)
	case lake.Boolean:
		if yes, ok := parseBoolean(v); ok {
			return yes, ""
		}
	case lake.Date, lake.Timestamp:
		return c.moment(v)
	case lake.Enum:
		return "", CodeOptionUnknown
	case lake.Email:
		return plainAddress(v), ""
	case lake.Phone:
		if scientific.MatchString(v) {
			return "", CodePhoneRounded
		}
		return norm.NFKC.String(v), ""
	case lake.URL:
		return norm.NFKC.String(v), ""
	}
	return v, ""
}

// scientific is what spreadsheets make of long numbers: their last digits are lost.
var scientific = regexp.MustCompile(`^\d([.,]\d+)?[eE]\+?\d+$`)

func (c *column) number(v string) (text, code string) {
	a, ok := parseAmount(v, c.spec.NumberForm, c.spec.Unit)
	if !ok {
		if c.field.Kind == lake.Integer {
			return "", "integer_invalid"
		}
		return "", "number_invalid"
	}
	if a.percent && c.field.Kind == lake.Decimal {
		d, err := decimal.NewFromString(a.digits)
		if err != nil {
			return "", "number_invalid"
		}
		return d.Shift(-2).String(), ""
	}
	return a.digits, ""
}

// amount reads money; its currency is the one written with it, or in the row's
// currency column, or the plan's. More than 4 decimals are rounded.
func (c *column) amount(v string, row []string) (text, code string) {
	a, ok := parseAmount(v, c.spec.NumberForm, c.spec.Unit)
	if !ok || a.percent {
		return "", "number_invalid"
	}
	if a.currency == "" && c.money >= 0 && c.money < len(row) {
		a.currency = currencyOf(row[c.money])
	}
	if a.currency == "" {
		a.currency = c.spec.Currency
	}
	if i := strings.IndexByte(a.digits, '.'); i >= 0 && len(a.digits)-i > 5 {
		if d, err := decimal.NewFromString(a.digits); err == nil {
			a.digits = d.Round(4).String()
		}
	}
	return a.digits + " " + a.currency, ""
}

// currencyOf reads a cell that holds nothing but a currency.
func currencyOf(s string) string {
	s = strings.ToUpper(trim(norm.NFKC.String(s)))
	if len(s) == 3 && lake.KnownCurrency(s) {
		return s
	}
	for _, c := range currencyMarks {
		if s == c.mark {
			return c.code
		}
	}
	return ""
}

func (c *column) moment(v string) (text, code string) {
	m, ok := parseMoment(v, c.spec.DateForm, c.zone)
	switch {
	case c.field.Kind == lake.Date && ok:
		return m.Format(time.DateOnly), ""
	case c.field.Kind == lake.Date:
		return "", "date_invalid"
	case ok:
		return string(lake.TimeCell(m.Time)), ""
	}
	return "", "timestamp_invalid"
}

// plainAddress takes the address out of "Name <a@b.c>" and "mailto:a@b.c".
func plainAddress(v string) string {
	v = strings.TrimPrefix(norm.NFKC.String(v), "mailto:")
	if strings.HasSuffix(v, ">") {
		if a, err := mail.ParseAddress(v); err == nil {
			return a.Address
		}
	}
	return v
}

var booleans = map[string]string{}

func init() {
	for _, w := range strings.Fields("true t yes y 1 是 对 √ ✓ ✔ on 有 真 启用 已启用 完成 已完成 completed complete done closed active enabled available 在售 上架 已关闭 x") {
		booleans[w] = "true"
	}
	for _, w := range strings.Fields("false f no n 0 否 错 × ✗ ✘ off 没有 假 停用 未启用 禁用 未完成 进行中 待办 未开始 incomplete open pending inactive disabled unavailable discontinued 停售 下架") {
		booleans[w] = "false"
	}
	for _, w := range []string{"not started", "in progress", "not completed", "waiting on someone else", "deferred", "not done"} {
		booleans[w] = "false"
	}
}

func parseBoolean(v string) (string, bool) {
	yes, ok := booleans[strings.ToLower(norm.NFKC.String(v))]
	return yes, ok
}
