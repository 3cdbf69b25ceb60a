package need

import (
	"strings"
	"unicode"
)

// tokens are what features are made of: a Chinese character each, or a word in lower
// case. Runs of digits and Chinese numerals before a measure are "0", one alone "1", unless
// they are names; marks that part clauses are "|".
func tokens(text string) []string {
	out, _ := tokensAt(text)
	return out
}

// tokensAt also tells where each token stands.
func tokensAt(text string) ([]string, []span) {
	rs := plain(text)
	offsets := make([]int, 0, len(rs)+1)
	for at := range text {
		offsets = append(offsets, at)
	}
	offsets = append(offsets, len(text))
	out, places := make([]string, 0, len(rs)), make([]span, 0, len(rs))
	for i := 0; i < len(rs); {
		had := len(out)
		r := rs[i]
		j := i + 1
		switch {
		case isDigit(r):
			for j < len(rs) && (isDigit(rs[j]) || rs[j] == '.' && j+1 < len(rs) && isDigit(rs[j+1])) {
				j++
			}
			out = append(out, named(rs[i:j]))
		case isWord(r):
			for j < len(rs) && (isWord(rs[j]) || (rs[j] == '\'' || rs[j] == '-') && j+1 < len(rs) && isWord(rs[j+1])) {
				j++
			}
			out = append(out, string(rs[i:j]))
		case numerals[r] != 0:
			for j < len(rs) && numerals[rs[j]] != 0 {
				j++
			}
			if j < len(rs) && strings.ContainsRune(measures, rs[j]) {
				out = append(out, number(rs[i:j]))
			} else {
				for _, c := range rs[i:j] {
					out = append(out, string(c))
				}
			}
		case r == '，' || r == ',' || r == '。' || r == ';' || r == '；' || r == '、' || r == ':' || r == '：' || r == '.' || r == '!' || r == '！' || r == '—':
			if len(out) > 0 && out[len(out)-1] != "|" {
				out = append(out, "|")
			}
		case r == '?' || r == '？':
			out = append(out, "?")
		case unicode.Is(unicode.Han, r):
			out = append(out, string(r))
		}
		for len(places) < len(out) {
			from := i + len(places) - had // several only where each is one character
			places = append(places, span{offsets[from], offsets[from+1]})
		}
		if len(out) == had+1 {
			places[had].end = offsets[j]
		}
		i = j
	}
	return out, places
}

// names are numbers that are no amounts: providers of mail boxes, and what servers answer.
var names = map[string]bool{"126": true, "139": true, "163": true, "189": true, "502": true, "503": true, "550": true, "554": true}

// named is a number that names something, or else its class.
func named(rs []rune) string {
	if names[string(rs)] {
		return string(rs)
	}
	return number(rs)
}

func number(rs []rune) string {
	if len(rs) == 1 && (rs[0] == '1' || rs[0] == '一') {
		return "1"
	}
	return "0"
}

// plain lowers the case, narrows full-width letters and simplifies Chinese.
func plain(text string) []rune {
	rs := []rune(text)
	for i, r := range rs {
		if r >= '！' && r <= '～' && r != '，' && r != '；' && r != '：' && r != '？' && r != '！' && r != '。' {
			r -= 0xFEE0
		}
		if s, ok := simplified[r]; ok {
			r = s
		}
		if r == '’' {
			r = '\''
		}
		rs[i] = unicode.ToLower(r)
	}
	return rs
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isWord(r rune) bool {
	return r >= 'a' && r <= 'z' || isDigit(r) || r == '_' || r == '+' || r >= 0xC0 && r < 0x250
}

var numerals = func() map[rune]int {
	m := map[rune]int{}
	for _, r := range "一二三四五六七八九十百千万亿两几数俩零" {
		m[r] = 1
	}
	return m
}()

const measures = "个套份家台人次天周月年条张块种处地小时分位路层本封遍倍成多来号名座朵部间项类级点头笔单册盘架排遭轮波版页行列趟"
