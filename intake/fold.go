package intake

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// trim takes away what surrounds a value unseen: spaces of all widths, zero-width
// marks, and the apostrophe with which spreadsheets keep a formula a text.
func trim(s string) string {
	if s == "" {
		return ""
	}
	if a, z := s[0], s[len(s)-1]; a > ' ' && a < 0x7f && z > ' ' && z < 0x7f && a != '\'' {
		return s
	}
	s = strings.TrimFunc(s, invisible)
	if rest, ok := strings.CutPrefix(s, "'"); ok && strings.IndexAny(rest, "=+-@＝＋－＠") == 0 {
		return rest
	}
	return s
}

func invisible(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u200e' || r == '\u200f' || r == '\u3000'
}

// loose is how titles, names and addresses are compared: width, case and the number of
// spaces don't matter.
func loose(s string) string {
	if plainLower(s) {
		return s
	}
	s = strings.ToLower(norm.NFKC.String(s))
	return strings.Join(strings.FieldsFunc(s, invisible), " ")
}

// plainLower tells that loose would change nothing.
func plainLower(s string) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' {
		return s == ""
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x7f || c < ' ' || c >= 'A' && c <= 'Z' || c == ' ' && s[i-1] == ' ' {
			return false
		}
	}
	return true
}

// exact is how numbers of other systems are compared: capitals matter in some of them.
func exact(s string) string { return norm.NFC.String(s) }

// letters keeps letters and digits only, in lower case and one width: what remains the
// same under spaces, case and punctuation. The signs < and % tell options apart.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '<' || r == '%' {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKC.String(s))
}

// heading is how column names are compared: letters without marks of required fields.
func heading(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '<' || r == '%' {
			return -1
		}
		return r
	}, letters(s))
}

// singular drops a plural ending.
func singular(s string) string {
	switch {
	case len(s) > 4 && strings.HasSuffix(s, "ies"):
		return s[:len(s)-3] + "y"
	case len(s) > 3 && strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss"):
		return s[:len(s)-1]
	}
	return s
}

// hasHan tells whether a text is at least partly Chinese.
func hasHan(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}
