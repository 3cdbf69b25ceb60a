package intake

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// distance is the number of letters to add, drop, change or swap with a neighbour to
// come from a to b, or limit+1 when it is more than limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit {
		return limit + 1
	}
	before, prev, cur := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		cur[0] = i
		least := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			least = min(least, cur[j])
		}
		if least > limit {
			return limit + 1
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(y)]
}

// tolerance is how many letters a word may be off and still be suggested.
func tolerance(word string) int {
	n := utf8.RuneCountInString(word)
	if hasHan(word) { // each character is a word: two of them make another company
		if n = utf8.RuneCountInString(core(word)); n < 4 {
			return 0
		}
		return 1
	}
	switch {
	case n < 4:
		return 0
	case n < 9:
		return 1
	case n < 16:
		return 2
	}
	return 3
}

// certainTypo tells that a value this far off is taken as meant: the same letters, or
// one letter off in a word of at least six.
func certainTypo(word string, d int) bool {
	return d == 0 || d == 1 && utf8.RuneCountInString(word) >= 6
}

// companyEndings say how a company is organised, not which one it is.
var companyEndings = []string{"股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团", "公司",
	"incorporated", "corporation", "company", "limited", "group", "gmbh", "inc", "corp", "llc", "ltd", "plc", "co", "ag", "sa"}

// core is a company's name without its ending.
func core(folded string) string {
	for {
		i := slices.IndexFunc(companyEndings, func(end string) bool {
			return strings.HasSuffix(folded, end) && len(folded) >= len(end)+4
		})
		if i < 0 {
			return folded
		}
		folded = strings.TrimSuffix(folded, companyEndings[i])
	}
}
