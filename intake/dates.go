package intake

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// The order of the parts of a date where a date doesn't show it itself. Dates that
// begin with a year of four digits, Chinese dates and named months need none.
const (
	FormYMD    = "ymd"
	FormDMY    = "dmy"
	FormMDY    = "mdy"
	FormSerial = "serial" // days since 1899-12-30, as in spreadsheets
	FormUnix   = "unix"   // seconds or milliseconds since 1970
)

// moment is a date and, when hasTime, a time of day, with an offset when hasZone.
type moment struct {
	time.Time
	hasTime, hasZone bool
}

// parseMoment reads a date, with or without a time, in any usual form.
func parseMoment(s, form string, zone *time.Location) (moment, bool) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' { // by far the most common
		t, err := time.ParseInLocation(time.DateOnly, s, zone)
		return moment{Time: t}, err == nil
	}
	if form == FormSerial || form == FormUnix {
		if n, err := strconv.ParseFloat(s, 64); err == nil {
			return numbered(n, form, zone)
		}
	}
	if len(s) < 6 || len(s) > 48 {
		return moment{}, false
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return moment{t, true, true}, true
	}
	p := dateParts{rest: strings.ToLower(norm.NFKC.String(s))}
	if !p.date(form) {
		return moment{}, false
	}
	m, ok := p.clock(zone)
	if !ok {
		return moment{}, false
	}
	return m, m.Day() == p.day && int(m.Month()) == p.month
}

// numbered reads a serial day or seconds since 1970.
func numbered(n float64, form string, zone *time.Location) (moment, bool) {
	if form == FormUnix {
		if n > 1e11 {
			n /= 1000
		}
		if n < 0 || n > 253402300799 {
			return moment{}, false
		}
		return moment{time.UnixMicro(int64(n * 1e6)).UTC(), true, true}, true
	}
	if n < 1 || n >= 2958466 {
		return moment{}, false
	}
	day := int(n)
	t := time.Date(1899, 12, 30+day, 0, 0, 0, 0, zone).Add(time.Duration((n-float64(day))*86400+0.5) * time.Second)
	return moment{Time: t, hasTime: n != float64(day)}, true
}

// dateParts takes a text apart from left to right.
type dateParts struct {
	rest             string
	year, month, day int
}

// number takes digits from the front.
func (p *dateParts) number() (n, digits int) {
	for digits < len(p.rest) && p.rest[digits] >= '0' && p.rest[digits] <= '9' && digits < 9 {
		n = n*10 + int(p.rest[digits]-'0')
		digits++
	}
	p.rest = p.rest[digits:]
	return n, digits
}

// skip takes any of the characters from the front.
func (p *dateParts) skip(chars string) { p.rest = strings.TrimLeft(p.rest, chars) }

var monthNames = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// word takes a word of letters from the front.
func (p *dateParts) word() string {
	n := 0
	for n < len(p.rest) && p.rest[n] >= 'a' && p.rest[n] <= 'z' {
		n++
	}
	w := p.rest[:n]
	p.rest = p.rest[n:]
	return w
}

func (p *dateParts) monthName() bool {
	w := p.word()
	if len(w) < 3 {
		return false
	}
	for i, name := range monthNames {
		if strings.HasPrefix(w, name) {
			p.month = i + 1
			p.skip(". ,-/")
			return true
		}
	}
	return false
}

func (p *dateParts) weekday() {
	before := p.rest
	w := p.word()
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		if strings.HasPrefix(w, day) {
			p.skip(". ,")
			return
		}
	}
	p.rest = before
}

// date takes the day, in whatever order its parts come.
func (p *dateParts) date(form string) bool {
	p.weekday()
	if p.rest != "" && p.rest[0] >= 'a' {
		return p.namedMonthFirst()
	}
	n, digits := p.number()
	switch {
	case digits == 8 && n >= 10000101: // 20260305
		p.year, p.month, p.day = n/10000, n/100%100, n%100
		return p.plausible()
	case digits == 4:
		p.year = n
		return p.afterYear()
	case digits == 0 || digits > 2:
		return false
	}
	return p.afterShort(n, form)
}

// namedMonthFirst reads "Mar 5, 2026".
func (p *dateParts) namedMonthFirst() bool {
	if !p.monthName() {
		return false
	}
	p.day, _ = p.number()
	p.ordinal()
	p.skip(" ,-/'")
	return p.takeYear() && p.plausible()
}

func (p *dateParts) ordinal() {
	for _, end := range []string{"st", "nd", "rd", "th"} {
		p.rest = strings.TrimPrefix(p.rest, end)
	}
}

// afterYear reads what follows 2026: -3-5, /03/05, .3.5, 年3月5日, -Mar-05.
func (p *dateParts) afterYear() bool {
	p.skip("-/. 年")
	var digits int
	if p.rest != "" && p.rest[0] >= 'a' && p.rest[0] <= 'z' {
		if !p.monthName() {
			return false
		}
	} else if p.month, digits = p.number(); digits == 0 || digits > 2 {
		return false
	}
	p.skip("-/. 月")
	if p.day, digits = p.number(); digits == 0 || digits > 2 {
		return false
	}
	p.skip("日号")
	return p.plausible()
}

// afterShort reads what follows a number of one or two digits.
func (p *dateParts) afterShort(first int, form string) bool {
	p.ordinal()
	cjk := strings.HasPrefix(p.rest, "年")
	p.skip("-/. 年")
	if p.rest != "" && p.rest[0] >= 'a' && p.rest[0] <= 'z' { // 5 Mar 2026
		p.day = first
		return p.monthName() && p.takeYear() && p.plausible()
	}
	second, digits := p.number()
	if digits == 0 || digits > 2 {
		return false
	}
	p.skip("-/. 月")
	if cjk || form == FormYMD { // 26年3月5日
		p.year, p.month = century(first), second
		p.day, digits = p.number()
		p.skip("日号")
		return digits > 0 && digits <= 2 && p.plausible()
	}
	if !p.takeYear() {
		return false
	}
	p.month, p.day = first, second
	if form == FormDMY {
		p.month, p.day = second, first
	}
	return p.plausible()
}

func (p *dateParts) takeYear() bool {
	n, digits := p.number()
	switch digits {
	case 4:
		p.year = n
	case 2:
		p.year = century(n)
	}
	return digits == 4 || digits == 2
}

// century completes years of two digits.
func century(n int) int {
	if n < 70 {
		return 2000 + n
	}
	return 1900 + n
}

func (p *dateParts) plausible() bool {
	return p.year >= 1 && p.year <= 9999 && p.month >= 1 && p.month <= 12 && p.day >= 1 && p.day <= 31
}

// clock takes the time of day and the offset, and must reach the end.
func (p *dateParts) clock(zone *time.Location) (moment, bool) {
	p.skip(" ,t")
	if p.rest == "" {
		return moment{Time: time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, zone)}, true
	}
	afternoon, morning := p.half()
	hour, digits := p.number()
	if digits == 0 || digits > 2 {
		return moment{}, false
	}
	var rest [2]int
	for i := range rest {
		if !strings.ContainsRune(":时点分.", firstRune(p.rest)) {
			break
		}
		p.skip(":时点分.")
		if rest[i], digits = p.number(); digits > 2 {
			return moment{}, false
		}
	}
	p.skip("分秒")
	micro := p.fraction()
	p.skip(" ")
	if pm, am := p.half(); pm || am {
		afternoon, morning = pm, am
	}
	switch {
	case afternoon && hour < 12:
		hour += 12
	case morning && hour == 12:
		hour = 0
	}
	if hour > 24 || rest[0] > 59 || rest[1] > 60 {
		return moment{}, false
	}
	loc, hasZone, ok := p.offset(zone)
	return moment{time.Date(p.year, time.Month(p.month), p.day, hour, rest[0], rest[1], micro*1000, loc), true, hasZone}, ok
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// half takes AM or PM in either language.
func (p *dateParts) half() (afternoon, morning bool) {
	for _, w := range []string{"下午", "晚上", "pm", "p.m."} {
		if s, ok := strings.CutPrefix(p.rest, w); ok {
			p.rest = strings.TrimLeft(s, " ")
			return true, false
		}
	}
	for _, w := range []string{"上午", "早上", "am", "a.m."} {
		if s, ok := strings.CutPrefix(p.rest, w); ok {
			p.rest = strings.TrimLeft(s, " ")
			return false, true
		}
	}
	return false, false
}

// fraction takes parts of a second, in microseconds.
func (p *dateParts) fraction() int {
	if !strings.HasPrefix(p.rest, ".") && !strings.HasPrefix(p.rest, ",") {
		return 0
	}
	p.rest = p.rest[1:]
	n, digits := p.number()
	for ; digits < 6; digits++ {
		n *= 10
	}
	for ; digits > 6; digits-- {
		n /= 10
	}
	return n
}

// offset takes Z, UTC, GMT or ±hh:mm, and must reach the end.
func (p *dateParts) offset(zone *time.Location) (*time.Location, bool, bool) {
	switch p.rest {
	case "":
		return zone, false, true
	case "z", "utc", "gmt":
		return time.UTC, true, true
	}
	sign := 1
	switch p.rest[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return nil, false, false
	}
	p.rest = p.rest[1:]
	h, digits := p.number()
	m := 0
	switch {
	case digits == 4:
		h, m = h/100, h%100
	case digits == 2 && strings.HasPrefix(p.rest, ":"):
		p.rest = p.rest[1:]
		m, _ = p.number()
	case digits != 2:
		return nil, false, false
	}
	return time.FixedZone("", sign*(h*3600+m*60)), true, p.rest == "" && h < 15 && m < 60
}

// dateEvidence weighs how a column writes its dates.
type dateEvidence struct {
	seen             int // values
	dmy, mdy, either int // d/m/y, m/d/y, both possible
	clear            int // read without knowing the order
	serial, unix     int // numbers in the range of days, of seconds
	timed            int // with a time of day
}

func (e *dateEvidence) add(s string) {
	e.seen++
	if n, err := strconv.ParseFloat(s, 64); err == nil && !(len(s) == 8 && n >= 19000101 && n < 21000101) {
		switch {
		case n >= 10000 && n < 80000: // 1927 to 2119
			e.serial++
		case n >= 5e8 && n < 5e9, n >= 5e11 && n < 5e12:
			e.unix++
		}
		return
	}
	dmy, okDMY := parseMoment(s, FormDMY, time.UTC)
	mdy, okMDY := parseMoment(s, FormMDY, time.UTC)
	if okDMY && dmy.hasTime || okMDY && mdy.hasTime {
		e.timed++
	}
	switch {
	case okDMY && okMDY && dmy.Equal(mdy.Time):
		if clearOrder(s) {
			e.clear++
		} else {
			e.either++ // 5/5/2026
		}
	case okDMY && okMDY:
		e.either++
	case okDMY:
		e.dmy++
	case okMDY:
		e.mdy++
	}
}

// clearOrder tells whether a date shows the order of its parts.
func clearOrder(s string) bool {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i == 0 || i >= 4 || strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' })
}

// dates is how many values can be read as dates, numbers left out.
func (e *dateEvidence) dates() int { return e.dmy + e.mdy + e.either + e.clear }

// form decides, and tells whether the decision is a guess.
func (e *dateEvidence) form() (form string, guessed bool) {
	switch {
	case e.serial > e.dates() && e.serial >= e.unix:
		return FormSerial, false
	case e.unix > e.dates():
		return FormUnix, false
	case e.dmy > e.mdy:
		return FormDMY, false
	case e.mdy > 0:
		return FormMDY, e.mdy == e.dmy
	case e.either > 0:
		return FormMDY, true
	case e.dates() > 0:
		return FormYMD, false
	}
	return "", false
}

// mixed tells that some values can only be read in the order that was not chosen.
func (e *dateEvidence) mixed() bool { return e.dmy > 0 && e.mdy > 0 }
