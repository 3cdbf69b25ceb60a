package intake

import (
	"slices"
	"strings"
	"unicode/utf8"
)

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
