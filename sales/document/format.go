package document

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/shopspring/decimal"
)

// format writes a text as its kind is written in a language; what doesn't fit the kind
// stays as it is.
func format(lang, kind, text string) string {
	switch kind {
	case "money":
		return money(lang, text)
	case "percent":
		if d, err := decimal.NewFromString(text); err == nil {
			return d.Shift(2).Round(2).String() + "%"
		}
	case "date":
		return date(lang, text)
	}
	return text
}

// number groups the digits of a decimal.
func number(text string) string {
	d, err := decimal.NewFromString(text)
	if err != nil {
		return text
	}
	whole, fraction, _ := strings.Cut(d.Abs().String(), ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	if d.IsNegative() {
		return "-" + b.String()
	}
	return b.String()
}

var currencies = map[string]string{"CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "JPY": "日元", "GBP": "英镑", "TWD": "新台币", "SGD": "新加坡元"}

// money writes "1200.5 CNY" as 1,200.50 元 or CNY 1,200.50; whole amounts have no cents.
func money(lang, text string) string {
	amount, currency, _ := strings.Cut(text, " ")
	d, err := decimal.NewFromString(amount)
	if err != nil {
		return text
	}
	shown := number(d.Round(2).String())
	if whole, cents, ok := strings.Cut(shown, "."); ok {
		shown = whole + "." + (cents + "0")[:2]
	}
	switch {
	case currency == "":
		return shown
	case lang == "zh":
		if name := currencies[currency]; name != "" {
			currency = name
		}
		return shown + " " + currency
	}
	return currency + " " + shown
}

func date(lang, text string) string {
	if len(text) < 10 {
		return text
	}
	t, err := time.Parse(time.DateOnly, text[:10])
	if err != nil {
		return text
	}
	if lang == "zh" {
		return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
	}
	return t.Format("2 January 2006")
}

// funcs are the functions of pack.TemplateFuncs, and comparisons that see through a value.
func funcs(lang string) template.FuncMap {
	as := func(kind string) func(any) string {
		return func(x any) string {
			if v, ok := x.(value); ok {
				if len(v) == 0 {
					return v.String()
				}
				return v[0].shown(kind)
			}
			return format(lang, kind, fmt.Sprint(x))
		}
	}
	return template.FuncMap{
		"money": as("money"), "percent": as("percent"), "date": as("date"),
		"number": func(x any) string {
			v, ok := x.(value)
			switch {
			case !ok:
				return number(fmt.Sprint(x))
			case len(v) == 0 || v[0].missing != "":
				return v.String()
			}
			grouped := v[0]
			grouped.text = number(grouped.text)
			return grouped.shown("text")
		},
		"count": func(rows []map[string]value) int { return len(rows) },
		"join": func(rows []map[string]value, column, between string) string {
			var out []string
			for _, r := range rows {
				if v := r[column]; len(v) > 0 {
					out = append(out, v.String())
				}
			}
			return strings.Join(out, between)
		},
		"source": func(v value) string {
			if len(v) == 0 || v[0].source == "" {
				return notStated(lang)
			}
			return string(valueOpens) + v[0].source + string(valueCloses)
		},
		"eq": func(a any, b ...any) bool {
			for _, x := range b {
				if compare(a, x) == 0 {
					return true
				}
			}
			return false
		},
		"ne": func(a, b any) bool { return compare(a, b) != 0 },
		"lt": func(a, b any) bool { return compare(a, b) < 0 },
		"le": func(a, b any) bool { return compare(a, b) <= 0 },
		"gt": func(a, b any) bool { return compare(a, b) > 0 },
		"ge": func(a, b any) bool { return compare(a, b) >= 0 },
	}
}

func notStated(lang string) string {
	if lang == "zh" {
		return "未注明"
	}
	return "not stated"
}

// compare compares as numbers where both are, else as texts.
func compare(a, b any) int {
	x, y := bare(a), bare(b)
	if dx, err := decimal.NewFromString(x); err == nil {
		if dy, err := decimal.NewFromString(y); err == nil {
			return dx.Cmp(dy)
		}
	}
	return strings.Compare(x, y)
}

func bare(x any) string {
	if v, ok := x.(value); ok {
		if len(v) == 0 {
			return ""
		}
		return v[0].text
	}
	return fmt.Sprint(x)
}
