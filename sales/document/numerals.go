package document

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// A number as people write it: in digits with what multiplies them or makes them a share,
// or in Chinese characters.
var (
	inDigits     = `[-−]?[0-9０-９](?:[0-9０-９,.]*[0-9０-９])?(?:\s?(?:[%％]|[万亿]+|(?i:percent|per cent|thousand|million|billion)\b))?`
	inCharacters = `[百千万]分之[` + numerals + `]+|[` + numerals + `]+(?:分之[` + numerals + `]+)?(?:成[一二三四五六七八九半]?)?`
	numberText   = regexp.MustCompile(inDigits + `|` + inCharacters)
	digitText    = regexp.MustCompile(`^` + inDigits + `$`)
)

const numerals = `〇零一二两三四五六七八九十百千万亿点`

// counts follow a single character that counts: 三周, 两家. Without one it is part of a word,
// as in 四川 or 统一. 一 counts time and money only: 一个 is hardly more than an article.
var (
	counts = []string{"年", "月", "个", "季度", "周", "天", "日", "小时", "分钟", "元", "块", "美元", "倍", "折", "家", "套", "台", "人", "名", "位", "次", "项", "条", "份", "期", "笔"}
	times  = []string{"年", "个月", "个季度", "周", "天", "小时", "分钟", "元", "块", "美元", "倍"}
	halves = []string{"百万", "千万", "百亿", "千亿"} // 千万 is "by all means", too
	after  = append([]string{"级", "用户", "行", "吨", "港元", "欧元"}, counts...)
)

// numbersIn are the places of the numbers in a text, as pairs of beginning and end.
func numbersIn(s string) [][]int {
	return slices.DeleteFunc(numberText.FindAllStringIndex(s, -1), func(at []int) bool {
		for strings.HasSuffix(s[at[0]:at[1]], "点") { // 三点建议
			at[1] -= len("点")
		}
		return !digitText.MatchString(s[at[0]:at[1]]) && !counted(s[:at[0]], s[at[0]:at[1]], s[at[1]:])
	})
}

// counted tells a number in Chinese characters from a word that is written with them.
func counted(before, n, rest string) bool {
	follows := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(rest, w) })
	}
	_, ok := inChinese(n)
	switch {
	case !ok:
		return false
	case strings.HasSuffix(n, "成"):
		return n != "一成" || !strings.HasPrefix(rest, "不变")
	case slices.Contains(halves, n):
		return follows(after)
	case !strings.ContainsAny(n, "十百千万亿点分成"): // digits alone: a year
		return utf8.RuneCountInString(n) == 1 && single(before, n, follows) || utf8.RuneCountInString(n) == 4 && strings.HasPrefix(rest, "年")
	case n == "十":
		return single(before, n, follows)
	}
	return true
}

func single(before, n string, follows func([]string) bool) bool {
	if n == "一" || strings.HasSuffix(before, "第") {
		return follows(times)
	}
	return follows(counts)
}

// worthOf is what a number says, however it is written: 320 万, 三百二十万 and 3,200,000 are the
// same, as are 20%, 百分之二十 and 两成. What can't be read is worth its text.
func worthOf(text string) string {
	if !digitText.MatchString(text) {
		if n, ok := inChinese(text); ok {
			return n
		}
		return text
	}
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '−':
			return '-'
		case r == '％':
			return '%'
		case r == ',' || r == ' ' || r == '\u00a0':
			return -1
		}
		return r
	}, strings.ToLower(text))
	share, times := "", decimal.NewFromInt(1)
	for _, unit := range []struct {
		word  string
		shift int32
	}{{"percent", 0}, {"%", 0}, {"thousand", 3}, {"million", 6}, {"billion", 9}, {"亿", 8}, {"万", 4}, {"亿", 8}} {
		if rest, ok := strings.CutSuffix(s, unit.word); ok {
			if s = rest; unit.shift == 0 {
				share = "%"
			}
			times = times.Shift(unit.shift)
		}
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return text
	}
	return d.Mul(times).String() + share
}

var characters = map[rune]int64{'〇': 0, '零': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}

var powers = map[rune]int32{'十': 1, '百': 2, '千': 3, '万': 4, '亿': 8}

// inChinese reads a number in Chinese characters as worthOf gives it.
func inChinese(text string) (string, bool) {
	if below, above, ok := strings.Cut(text, "分之"); ok {
		a, okA := amount(above)
		b, okB := amount(below)
		if shift, ok := powers[firstRune(below)]; ok && utf8.RuneCountInString(below) == 1 {
			return a.Shift(2-shift).String() + "%", okA
		}
		if !okA || !okB || b.IsZero() {
			return "", false
		}
		return a.String() + "/" + b.String(), true
	}
	if tenths, rest, ok := strings.Cut(text, "成"); ok { // 两成, 三成五
		n, ok := amount(tenths)
		if !ok || n.GreaterThan(decimal.NewFromInt(10)) || n.IsZero() {
			return "", false
		}
		n = n.Shift(1)
		if rest == "半" {
			n = n.Add(decimal.NewFromInt(5))
		} else if rest != "" {
			n = n.Add(decimal.NewFromInt(characters[firstRune(rest)]))
		}
		return n.String() + "%", true
	}
	n, ok := amount(text)
	return n.String(), ok
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// amount reads 三百二十万, 一万二, 三点五, 二〇二六.
func amount(text string) (decimal.Decimal, bool) {
	whole, fraction, pointed := strings.Cut(text, "点")
	if pointed {
		unit := strings.TrimLeft(fraction, "〇零一二两三四五六七八九") // 三点五亿
		digits, ok := inPlaces(strings.TrimSuffix(fraction, unit))
		n, okWhole := amount(whole)
		if !ok || !okWhole || fraction == unit || strings.Trim(unit, "万亿") != "" {
			return n, false
		}
		n = n.Add(digits.Shift(-int32(utf8.RuneCountInString(strings.TrimSuffix(fraction, unit)))))
		for _, r := range unit {
			n = n.Shift(powers[r])
		}
		return n, true
	}
	if !strings.ContainsAny(text, "十百千万亿") {
		return inPlaces(text)
	}
	return inUnits(text)
}

// inPlaces reads digits one after another.
func inPlaces(text string) (decimal.Decimal, bool) {
	n := decimal.Zero
	for _, r := range text {
		d, ok := characters[r]
		if !ok {
			return n, false
		}
		n = n.Shift(1).Add(decimal.NewFromInt(d))
	}
	return n, text != ""
}

// inUnits reads digits that each have their unit.
func inUnits(text string) (decimal.Decimal, bool) {
	var total, section, digit decimal.Decimal
	open, zero, last, first := false, false, int32(9), true // open: a digit waits for its unit
	for _, r := range text {
		d, isDigit := characters[r]
		shift := powers[r]
		switch {
		case isDigit && open && !zero:
			return total, false // 十三五
		case isDigit:
			digit, open, zero = decimal.NewFromInt(d), true, d == 0
		case shift >= 4:
			if open {
				section = section.Add(digit)
			}
			if section.IsZero() && total.IsZero() {
				return total, false // 万一
			}
			total, section = total.Add(section).Shift(shift), decimal.Zero
			open, zero, last = false, false, shift
		default:
			switch {
			case open && !zero:
			case first || r == '十' && zero:
				digit = decimal.NewFromInt(1)
			default:
				return total, false
			}
			section = section.Add(digit.Shift(shift))
			open, zero, last = false, false, shift
		}
		first = false
	}
	if open && !zero && last > 1 && last < 9 && !strings.ContainsAny(text, "零〇") {
		digit = digit.Shift(last - 1) // 一万二
	}
	if open {
		section = section.Add(digit)
	}
	return total.Add(section), true
}
