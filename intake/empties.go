package intake

import "strings"

// placeholders are words that people and systems write where they have nothing.
var placeholders = []string{"select", "-select-", "--select--", "please select", "n/a", "#n/a", "na", "n.a.", "nan", "null", "none", "(none)", "--none--",
	"nil", "-", "--", "---", "—", "——", "/", "\\", "?", "(blank)", "blank", "(empty)", "undefined", "not available", "not provided", "tbd",
	"无", "暂无", "空", "未填", "未填写", "未提供", "请选择", "#value!", "#ref!", "#name?", "#div/0!"}

var isPlaceholder = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range placeholders {
		out[w] = true
	}
	return out
}()

// placeholder tells whether a value usually stands for nothing.
func placeholder(v string) bool {
	return len(v) <= 24 && isPlaceholder[strings.ToLower(v)]
}

// emptiesOf makes the test for a plan's words.
func emptiesOf(words []string) func(string) bool {
	if len(words) == 0 {
		return func(string) bool { return false }
	}
	longest := 0
	set := make(map[string]bool, len(words))
	for _, w := range words {
		w = strings.ToLower(trim(w))
		set[w] = true
		longest = max(longest, len(w))
	}
	return func(v string) bool { return len(v) <= longest && set[strings.ToLower(v)] }
}
