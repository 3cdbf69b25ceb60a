package tabular

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// cellFormat is what a number format makes of a number.
type cellFormat byte

const (
	asNumber   cellFormat = iota
	asDate                // 2006-01-02
	asDateTime            // 2006-01-02 15:04:05
	asClock               // 15:04:05
	asElapsed             // hours may pass 24
)

// readStyles learns which styles show numbers as dates.
func (w *workbook) readStyles() error {
	custom := map[string]cellFormat{}
	inXfs := false
	part := strings.TrimSuffix(w.sheets[0].part, "/")
	if i := strings.LastIndex(part, "/worksheets/"); i >= 0 {
		part = part[:i] + "/styles.xml"
	} else {
		part = "xl/styles.xml"
	}
	return w.each(part, func(x *xmlReader) {
		switch string(x.name) {
		case "numFmt":
			custom[x.attr("numFmtId")] = formatOf(x.attr("formatCode"))
		case "cellXfs":
			inXfs = true
		case "cellStyles", "dxfs":
			inXfs = false
		case "xf":
			if inXfs {
				w.formats = append(w.formats, formatByID(x.attr("numFmtId"), custom))
			}
		}
	})
}

// formatByID knows the built-in formats, those of Chinese and Japanese Excel included.
func formatByID(id string, custom map[string]cellFormat) cellFormat {
	if f, ok := custom[id]; ok {
		return f
	}
	n, _ := strconv.Atoi(id)
	switch {
	case n >= 14 && n <= 17, n >= 27 && n <= 31, n >= 36 && n <= 36, n >= 50 && n <= 54, n >= 57 && n <= 58, n >= 71 && n <= 74:
		return asDate
	case n == 22, n == 77:
		return asDateTime
	case n >= 18 && n <= 21, n >= 32 && n <= 35, n == 45, n == 47, n >= 55 && n <= 56, n >= 75 && n <= 76, n >= 78 && n <= 80:
		return asClock
	case n == 46:
		return asElapsed
	case n == 81:
		return asDate
	}
	return asNumber
}

// formatOf tells what a custom format code shows: yyyy"年"m"月", [h]:mm, 0.00 …
func formatOf(code string) cellFormat {
	code, _, _ = strings.Cut(code, ";")
	var date, clock, minutes bool
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			if n := strings.IndexByte(code[i+1:], '"'); n >= 0 {
				i += n + 1
			}
		case '\\', '_', '*':
			i++
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return asNumber
			}
			inner := strings.ToLower(code[i+1 : i+n])
			if inner != "" && strings.Trim(inner, "hms") == "" {
				return asElapsed
			}
			i += n
		case 'y', 'Y', 'd', 'D', 'e':
			date = date || c != 'e' || !strings.ContainsAny(code, "0#")
		case 'h', 'H', 's', 'S':
			clock = true
		case 'm', 'M':
			minutes = true
		case 'G', 'g': // General, or an era
			if strings.HasPrefix(strings.ToLower(code[i:]), "general") {
				return asNumber
			}
		case '0', '#', '?':
			if !clock {
				return asNumber
			}
		}
	}
	switch {
	case date && clock:
		return asDateTime
	case date, minutes && !clock:
		return asDate
	case clock:
		return asClock
	}
	return asNumber
}

// number shows a stored number as its format means it, without presentation.
func (w *workbook) number(raw string, f cellFormat) string {
	if f == asNumber {
		return plainNumber(raw)
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || v < 0 || v >= 2958466 { // Excel has no dates before 1900 and after 9999
		return plainNumber(raw)
	}
	switch {
	case f == asElapsed:
		s := math.Round(v * 86400)
		return fmt.Sprintf("%02d:%02d:%02d", int(s)/3600, int(s)/60%60, int(s)%60)
	case f == asClock && v < 1:
		return w.moment(v).Format("15:04:05.999")
	case f == asDate && v == math.Trunc(v):
		return w.moment(v).Format("2006-01-02")
	}
	return w.moment(v).Format("2006-01-02 15:04:05.999")
}

// moment is the time of a serial day number, to the millisecond.
func (w *workbook) moment(serial float64) time.Time {
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if w.base1904 {
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if serial < 60 {
		serial++ // Excel counts 29 February 1900, which never was
	}
	day := math.Floor(serial)
	ms := math.Round((serial - day) * 86400000)
	return base.AddDate(0, 0, int(day)).Add(time.Duration(ms) * time.Millisecond)
}

// plainNumber writes a number without noise: at most 15 significant digits, as
// Excel itself keeps, and no exponent where digits do.
func plainNumber(raw string) string {
	if len(raw) <= 15 && !strings.ContainsAny(raw, "eE") || strings.Trim(raw, "0123456789") == "" {
		return raw
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return raw
	}
	short := strconv.FormatFloat(v, 'g', 15, 64)
	v, _ = strconv.ParseFloat(short, 64)
	if a := math.Abs(v); a != 0 && (a >= 1e21 || a < 1e-9) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
