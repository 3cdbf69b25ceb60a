package lake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxLabel is how many characters a label may have in each language.
const MaxLabel = 200

// CheckLabel refuses labels that no page can show on a line: longer than MaxLabel, or with
// control characters. An empty label is fine; what it names then goes by its name.
func CheckLabel(l Label) error {
	for _, s := range []string{l.ZH, l.EN} {
		if utf8.RuneCountInString(s) > MaxLabel {
			return Fail(ErrInvalid, "label_invalid", "A label has at most 200 characters.", "reason", "long", "limit", MaxLabel)
		}
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			return Fail(ErrInvalid, "label_invalid", "A label is one line of text, without control characters.")
		}
	}
	return nil
}

// CheckNote refuses notes with control characters other than line ends and tabs.
func CheckNote(s string) error {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) }) {
		return Fail(ErrInvalid, "note_invalid", "The note holds characters that aren't text.")
	}
	return nil
}

// plain tells whether a record can have this key at all: databases cut texts at a NUL.
func (k Key) plain() bool { return utf8.ValidString(string(k)) && !strings.ContainsRune(string(k), 0) }
