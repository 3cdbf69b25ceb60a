package source

import (
	"fmt"
	"strings"
)

// Comment shows a bound value beside a statement for people; it can't end the comment that it stands in.
func Comment(v any) string {
	text := ""
	switch v := v.(type) {
	case string:
		text = "'" + v + "'"
	case []byte:
		text = fmt.Sprintf("%d bytes", len(v))
	default:
		text = fmt.Sprint(v)
	}
	return "/* " + strings.NewReplacer("*/", "* /", "/*", "/ *", "\n", "↵", "\r", "").Replace(text) + " */"
}
