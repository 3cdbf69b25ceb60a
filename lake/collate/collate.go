// Package collate makes keys that order and find text as people in China expect.
//
// Fold: the text without differences of case and width (Ａ, A and a are the same).
// Reading: the pinyin syllable and tone with which a Han character is spoken at its
// place in a text. Sort key: a string whose bytes sort texts by digit, Latin letter
// and reading; Han characters lie behind the Latin words with the same initial, so
// that 阿里 is found at the end of A. Initials and Pinyin: what people type to find
// a Chinese name (albb, alibaba).
//
// Keys are valid UTF-8 and never empty for a text that isn't empty. They are only
// comparable with keys of the same Version.
package collate

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Version changes whenever the same text would give another key; whoever stores keys
// keeps it beside them.
const Version = 1

// Fold maps full-width forms to half-width ones and capitals to small letters.
func Fold(s string) string {
	i := firstChanged(s)
	if i < 0 {
		return s
	}
	b := make([]byte, i, len(s)+4)
	copy(b, s)
	for _, r := range s[i:] {
		b = utf8.AppendRune(b, foldRune(r))
	}
	return string(b)
}

// firstChanged is the place of the first rune that Fold changes, or -1.
func firstChanged(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			return i
		}
		if c >= utf8.RuneSelf {
			for j, r := range s[i:] {
				if foldRune(r) != r {
					return i + j
				}
			}
			return -1
		}
	}
	return -1
}

func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case 0x3001 <= r && r <= 0x9fff: // Chinese and Japanese: no case, no width
		return r
	case 0xff01 <= r && r <= 0xff5e:
		return foldRune(r - 0xfee0)
	case r == 0x3000:
		return ' '
	case r == '￥':
		return '¥'
	case r == utf8.RuneError: // broken bytes stay what they are: no text
		return r
	}
	return unicode.ToLower(r)
}

// SortKey gives bytes that sort text as a person expects.
func SortKey(s string) string {
	i := asciiLower(s)
	if i == len(s) {
		return s
	}
	b := make([]byte, i, len(s)+len(s)/3+8)
	copy(b, s)
	var rd reader
	for at, r := range s[i:] {
		if r < utf8.RuneSelf {
			b = append(b, byte(foldRune(r)))
			continue
		}
		if p, ok := rd.read(s, i+at, r); ok {
			b = append(b, p.initial())
			b = utf8.AppendRune(b, p.rank())
			continue
		}
		b = appendBase(b, foldRune(r))
	}
	return string(b)
}

// asciiLower is the length of the part of s that is its own sort key.
func asciiLower(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' {
			return i
		}
	}
	return len(s)
}

// Pinyin gives the whole pinyin of the Han characters and the other letters and
// digits folded, without spaces and punctuation.
func Pinyin(s string) string {
	_, whole := Spoken(s)
	return whole
}

// Initials is like Pinyin but takes only the first letter of each syllable.
func Initials(s string) string {
	initials, _ := Spoken(s)
	return initials
}

// Spoken gives both Initials and Pinyin.
func Spoken(s string) (initials, whole string) {
	short, long := make([]byte, 0, len(s)), make([]byte, 0, 2*len(s))
	var rd reader
	for at, r := range s {
		if r >= utf8.RuneSelf {
			if p, ok := rd.read(s, at, r); ok {
				syllable := p.syllable()
				short, long = append(short, syllable[0]), append(long, syllable...)
				continue
			}
		}
		r = foldRune(r)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			short, long = utf8.AppendRune(short, r), utf8.AppendRune(long, r)
		}
	}
	return string(short), string(long)
}

// HasHan tells whether pinyin says anything that the text itself doesn't.
func HasHan(s string) bool {
	for _, r := range s {
		if isHan(r) {
			return true
		}
	}
	return false
}

func isHan(r rune) bool {
	return 0x3400 <= r && r <= 0x9fff || r == 0x3007 || 0xf900 <= r && r <= 0xfaff || 0x20000 <= r && r <= 0x3ffff
}

// Stable tells whether every database folds s as Fold does with nothing more than
// the plain lower case of ASCII letters.
func Stable(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && (r <= 0x3000 || r > 0x9fff) {
			return false
		}
	}
	return true
}

// appendBase writes a rune that is no Han character; Latin letters lose their marks.
func appendBase(b []byte, r rune) []byte {
	if r == utf8.RuneError {
		return utf8.AppendRune(b, r)
	}
	if 0xc0 <= r && r <= 0x24f || 0x1e00 <= r && r <= 0x1eff {
		if base, ok := baseLetters()[r]; ok {
			return append(b, strings.ToLower(base)...)
		}
	}
	return utf8.AppendRune(b, r)
}
