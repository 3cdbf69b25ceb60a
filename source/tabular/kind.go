package tabular

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what the text of a cell looks like.
type kind byte

const (
	kindEmpty kind = iota
	kindNumber
	kindTime // dates, times, both
	kindBool
	kindAddress // mail, web
	kindCode    // one word with digits: identifiers, phone numbers
	kindWord    // one word of letters
	kindText    // several words
	kindOdd     // leftovers of another dialect: stray quotes, other delimiters
	kinds
)

// typed says that the kind has a form that chance doesn't produce.
func (k kind) typed() bool { return k >= kindNumber && k <= kindCode }

// weight is how much a cell of this kind speaks for the dialect that cut it out.
var weight = [kinds]float64{0.9, 1, 1, 1, 1, 0.95, 0.9, 0.75, 0.1}

// kindOf classifies a cell. It is rough on purpose: it guides a choice between dialects.
func kindOf(s string) kind {
	s = strings.TrimSpace(s)
	if s == "" {
		return kindEmpty
	}
	switch strings.ToLower(s) {
	case "na", "n/a", "null", "nan", "none", "-", "--", "nil", "#n/a":
		return kindEmpty
	case "true", "false", "yes", "no", "y", "n", "是", "否":
		return kindBool
	}
	if len(s) <= 40 {
		if isNumber(s) {
			return kindNumber
		}
		if isTime(s) {
			return kindTime
		}
	}
	return wordKind(s)
}

func wordKind(s string) kind {
	if isAddress(s) {
		return kindAddress
	}
	if first := s[0]; first == '"' || s[len(s)-1] == '"' && strings.Count(s, `"`) == 1 && !digitBefore(s) || first == '\'' && len(s) > 1 && s[len(s)-1] == '\'' {
		return kindOdd
	}
	var letters, digits, spaces, strong int
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case r == ' ' || r == '\n' || r == '\r':
			spaces++
		case r == ';' || r == '|' || r == '\t' || r == '^' || r == '~':
			strong++
		}
	}
	switch {
	case strong > 0 && strong*8 >= letters+digits:
		return kindOdd
	case spaces == 0 && digits > 0:
		return kindCode
	case spaces == 0 && letters > 0:
		return kindWord
	case letters+digits == 0:
		return kindOdd
	}
	return kindText
}

// digitBefore says that s ends as inches do: 5"
func digitBefore(s string) bool {
	return len(s) > 1 && s[len(s)-2] >= '0' && s[len(s)-2] <= '9'
}

// isNumber takes plain, grouped, signed, percent, currency and scientific numbers.
func isNumber(s string) bool {
	s = strings.TrimLeft(s, "+-($€£¥￥ ")
	s = strings.TrimRight(s, ")%€$元万亿 ")
	if s == "" || s[0] != '.' && (s[0] < '0' || s[0] > '9') {
		return false
	}
	var digits, marks, group int
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			group++
		case c == '.' || c == ',' || c == '\'' || c == ' ':
			if c == ' ' && (group == 0 || group > 3) {
				return false
			}
			marks++
			group = 0
		case (c == 'e' || c == 'E') && digits > 0 && i+1 < len(s):
			rest := strings.TrimLeft(s[i+1:], "+-")
			return rest != "" && strings.Trim(rest, "0123456789") == ""
		default:
			return false
		}
	}
	return digits > 0 && (marks <= 1 || marks > 1 && group == 3 || marks > 1 && strings.LastIndexByte(s, '.') > 0 && strings.Count(s, ".") == 1)
}

// isTime takes dates and times written with digits, month names and the usual marks.
func isTime(s string) bool {
	var digits, marks, letters, groups int
	was := false
	for _, r := range s {
		digit := r >= '0' && r <= '9'
		if digit && !was {
			groups++
		}
		was = digit
		switch {
		case digit:
			digits++
		case strings.ContainsRune("-/.:年月日时分秒", r):
			marks++
		case unicode.IsLetter(r):
			letters++
		case r != ' ' && r != '+' && r != ',':
			return false
		}
	}
	if groups < 2 || groups > 8 || digits < 3 {
		return false
	}
	if letters == 0 {
		return marks >= 1 && groups >= 2 && !strings.Contains(s, "..") && (marks >= 2 || strings.ContainsAny(s, ":年月/"))
	}
	return timeLetters(s, letters)
}

// timeLetters checks that the letters in s are a month, a zone or AM and PM.
func timeLetters(s string, letters int) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) }) {
		switch {
		case word == "t" || word == "z" || word == "am" || word == "pm" || word == "utc" || word == "gmt":
		case strings.ContainsAny(word, "年月日时分秒"):
		case len(word) >= 3 && strings.Contains("january february march april may june july august september october november december", word):
		case len(word) >= 3 && strings.Contains("monday tuesday wednesday thursday friday saturday sunday", word):
		default:
			return false
		}
	}
	return letters <= 16
}

func isAddress(s string) bool {
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.") {
		return !strings.ContainsAny(s, " \t;|\"")
	}
	at := strings.IndexByte(s, '@')
	return at > 0 && strings.LastIndexByte(s, '.') > at+1 && !strings.ContainsAny(s, " ,;|\t\"") && utf8.ValidString(s)
}
