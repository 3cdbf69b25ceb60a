package intake

import (
	"strings"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"

	"headwater/lake"
)

// How a column writes decimals.
const (
	PointForm = "point" // 1,234.5
	CommaForm = "comma" // 1.234,5
)

// amount is a number with what stood around it.
type amount struct {
	digits   string // plain decimal text
	currency string // ISO code, "" when none was written
	percent  bool
}

// plainNumber recognises what needs no work: digits with at most one point.
func plainNumber(s string) bool {
	if s == "" || len(s) > 30 {
		return false
	}
	i, points := 0, 0
	if s[0] == '-' {
		i = 1
	}
	start := i
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case c == '.' && points == 0 && i > start && i < len(s)-1:
			points++
		default:
			return false
		}
	}
	return i > start
}

// parseAmount reads a number as people write it. unit is the factor of numbers that
// name none (0: one).
func parseAmount(s, form string, unit float64) (amount, bool) {
	if unit == 0 && form != CommaForm && plainNumber(s) {
		return amount{digits: s}, true
	}
	if len(s) > 64 {
		return amount{}, false
	}
	p := amountParser{rest: strings.ToUpper(strings.TrimSpace(norm.NFKC.String(s))), factor: decimal.NewFromInt(1)}
	p.around()
	digits, ok := plainDigits(p.rest, form)
	if !ok {
		return amount{}, false
	}
	d, err := decimal.NewFromString(digits)
	if err != nil || d.Exponent() > 40 || d.Exponent() < -40 {
		return amount{}, false
	}
	if unit != 0 && !p.hasUnit {
		p.factor = decimal.NewFromFloat(unit)
	}
	d = d.Mul(p.factor)
	if p.negative {
		d = d.Neg()
	}
	return amount{d.String(), p.currency, p.percent}, true
}

// amountParser takes off what surrounds the digits.
type amountParser struct {
	rest              string
	negative, percent bool
	hasUnit           bool
	currency          string
	factor            decimal.Decimal
}

// currencyMarks are tried in this order, so longer ones come first.
var currencyMarks = []struct{ mark, code string }{
	{"US$", "USD"}, {"HK$", "HKD"}, {"NT$", "TWD"}, {"S$", "SGD"}, {"RMB", "CNY"}, {"CN¥", "CNY"}, {"人民币", "CNY"}, {"美元", "USD"}, {"港元", "HKD"},
	{"港币", "HKD"}, {"欧元", "EUR"}, {"日元", "JPY"}, {"英镑", "GBP"}, {"新台币", "TWD"}, {"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "CNY"}, {"元", "CNY"},
}

var units = []struct {
	mark   string
	factor int64
}{{"万亿", 1e12}, {"亿", 1e8}, {"万", 1e4}, {"千", 1e3}, {"BN", 1e9}, {"MN", 1e6}, {"MM", 1e6}, {"K", 1e3}, {"M", 1e6}, {"B", 1e9}}

// around strips signs, currencies, units and brackets until nothing changes.
func (p *amountParser) around() {
	for before := ""; before != p.rest; {
		before = p.rest
		p.sign()
		p.currencyMark()
		p.unitMark()
		p.rest = strings.TrimSpace(p.rest)
	}
}

func (p *amountParser) sign() {
	s := p.rest
	switch {
	case len(s) > 2 && s[0] == '(' && s[len(s)-1] == ')':
		p.rest, p.negative = s[1:len(s)-1], true
	case strings.HasPrefix(s, "-"):
		p.rest, p.negative = s[1:], !p.negative
	case strings.HasPrefix(s, "−"):
		p.rest, p.negative = strings.TrimPrefix(s, "−"), !p.negative
	case strings.HasPrefix(s, "+"):
		p.rest = s[1:]
	case len(s) > 1 && strings.HasSuffix(s, "-"):
		p.rest, p.negative = s[:len(s)-1], !p.negative
	case strings.HasSuffix(s, "%"):
		p.rest, p.percent = s[:len(s)-1], true
	}
}

func (p *amountParser) currencyMark() {
	if p.currency != "" {
		return
	}
	for _, c := range currencyMarks {
		if s, ok := strings.CutPrefix(p.rest, c.mark); ok {
			p.rest, p.currency = s, c.code
			return
		}
		if s, ok := strings.CutSuffix(p.rest, c.mark); ok {
			p.rest, p.currency = s, c.code
			return
		}
	}
	for _, code := range []string{firstLetters(p.rest), lastLetters(p.rest)} {
		if len(code) == 3 && lake.KnownCurrency(code) {
			p.rest, p.currency = strings.TrimSuffix(strings.TrimPrefix(p.rest, code), code), code
			return
		}
	}
}

func firstLetters(s string) string {
	i := 0
	for i < len(s) && s[i] >= 'A' && s[i] <= 'Z' {
		i++
	}
	return s[:i]
}

func lastLetters(s string) string {
	i := len(s)
	for i > 0 && s[i-1] >= 'A' && s[i-1] <= 'Z' {
		i--
	}
	return s[i:]
}

func (p *amountParser) unitMark() {
	if p.hasUnit {
		return
	}
	for _, u := range units {
		if s, ok := strings.CutSuffix(p.rest, u.mark); ok && s != "" {
			p.rest, p.hasUnit, p.factor = s, true, decimal.NewFromInt(u.factor)
			return
		}
	}
}

// plainDigits takes separators of thousands out; groups must be of three digits.
func plainDigits(s, form string) (string, bool) {
	point, group := byte('.'), byte(',')
	if form == CommaForm {
		point, group = ',', '.'
	}
	whole, fraction, has := strings.Cut(s, string(point))
	if has && (fraction == "" || strings.ContainsAny(fraction, ".,' ")) {
		return "", false
	}
	if strings.ContainsAny(whole, ",.' ") {
		var ok bool
		if whole, ok = ungrouped(whole, group); !ok {
			return "", false
		}
	}
	if whole == "" && has {
		whole = "0"
	}
	if whole == "" {
		return "", false
	}
	if has {
		return whole + "." + fraction, true
	}
	return whole, true
}

func ungrouped(s string, group byte) (string, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == rune(group) || r == ' ' || r == '\'' })
	if len(parts) < 2 || len(parts[0]) > 3 {
		return "", false
	}
	for i, part := range parts[1:] {
		last := i == len(parts)-2
		if len(part) != 3 && (last || len(part) != 2 && len(part) != 4) { // lakh and 万 groups
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

// numberEvidence weighs whether a column writes decimal points or commas.
type numberEvidence struct {
	seen, numbers, whole int
	point, comma         int
	percent              int
	currencies           map[string]int
}

func (e *numberEvidence) add(s string) {
	e.seen++
	asPoint, okPoint := parseAmount(s, PointForm, 0)
	asComma, okComma := parseAmount(s, CommaForm, 0)
	if !okPoint && !okComma {
		return
	}
	e.numbers++
	a := asPoint
	switch {
	case okPoint && !okComma:
		e.point++
	case okComma && !okPoint:
		e.comma++
		a = asComma
	}
	if a.percent {
		e.percent++
	}
	if !strings.Contains(a.digits, ".") {
		e.whole++
	}
	if a.currency != "" {
		if e.currencies == nil {
			e.currencies = map[string]int{}
		}
		e.currencies[a.currency]++
	}
}

func (e *numberEvidence) form() string {
	if e.comma > e.point {
		return CommaForm
	}
	return PointForm
}

// currency is the one that the column writes most often.
func (e *numberEvidence) currency() string {
	best := ""
	for code, n := range e.currencies {
		if best == "" || n > e.currencies[best] || n == e.currencies[best] && code < best {
			best = code
		}
	}
	return best
}

// headingUnit finds a factor in a heading such as 金额(万元) or "Revenue (k)".
func headingUnit(h string) float64 {
	h = strings.ToLower(norm.NFKC.String(h))
	open := strings.LastIndexAny(h, "(/[")
	if open < 0 {
		return 0
	}
	inside := strings.Trim(h[open+1:], " )]")
	switch {
	case strings.Contains(inside, "亿"):
		return 1e8
	case strings.Contains(inside, "万"):
		return 1e4
	case strings.Contains(inside, "million"), inside == "m", inside == "mn":
		return 1e6
	case strings.Contains(inside, "thousand"), inside == "k", inside == "000s":
		return 1e3
	}
	return 0
}

// headingCurrency finds a currency in a heading such as "Revenue (USD)".
func headingCurrency(h string) string {
	h = strings.ToUpper(norm.NFKC.String(h))
	for _, word := range strings.FieldsFunc(h, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		if len(word) == 3 && h != word && strings.ContainsAny(h, "([") && lake.KnownCurrency(word) {
			return word
		}
	}
	for _, c := range currencyMarks {
		if c.mark != "元" && strings.Contains(h, c.mark) && strings.ContainsAny(c.mark, "$€£¥币元") {
			return c.code
		}
	}
	return ""
}
