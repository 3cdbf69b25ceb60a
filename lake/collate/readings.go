package collate

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// reading is how one Han character is spoken: the number of its syllable and its
// place among all readings with the same initial, by syllable, tone, code point.
type reading uint32

func (p reading) initial() byte    { return tables().syllables[p>>16][0] }
func (p reading) syllable() string { return tables().syllables[p>>16] }

// rank is a rune above ASCII and below the surrogates, so keys stay valid UTF-8.
func (p reading) rank() rune { return 0x800 + rune(p&0xffff) }

// readings holds the data of go-pinyin in the form needed here.
type readings struct {
	syllables []string
	basic     [0xa000 - 0x3400]reading // most common first: an array
	others    map[rune]reading
	phrases   map[rune][]phrase   // by first character, longest first
	first     [0xa000 / 64]uint64 // which characters begin a phrase: most don't
}

// phrase is a word whose characters aren't read as they are alone.
type phrase struct {
	text string
	read []reading
}

var tables = sync.OnceValue(buildReadings)

func (t *readings) of(r rune) (reading, bool) {
	if 0x3400 <= r && r < 0xa000 {
		p := t.basic[r-0x3400]
		return p, p != 0
	}
	if !isHan(r) {
		return 0, false
	}
	p, ok := t.others[r]
	return p, ok
}

// reader walks over one text and knows within which phrase it is.
type reader struct {
	phrase *phrase
	start  int // where the phrase begins
	next   int // index of its next character
}

func (rd *reader) read(s string, at int, r rune) (reading, bool) {
	t := tables()
	if rd.phrase != nil && at < rd.start+len(rd.phrase.text) {
		p := rd.phrase.read[rd.next]
		rd.next++
		return p, true
	}
	rd.phrase = nil
	if r < 0xa000 && t.first[r/64]&(1<<(r%64)) != 0 {
		list := t.phrases[r]
		for i := range list {
			if ph := &list[i]; strings.HasPrefix(s[at:], ph.text) && (len(ph.read) > 1 || at == 0 && personal(s)) {
				rd.phrase, rd.start, rd.next = ph, at, 1
				return ph.read[0], true
			}
		}
	}
	return t.of(r)
}

// personal tells whether s looks like a person's name: two or three Han characters.
func personal(s string) bool {
	n := 0
	for _, r := range s {
		n++
		if n > 3 || !isHan(r) {
			return false
		}
	}
	return n >= 2
}

type spoken struct {
	char     rune
	syllable string
	tone     byte
}

func buildReadings() *readings {
	all := make([]spoken, 0, 60_000)
	def := make(map[rune]spoken, len(pinyin.PinyinDict))
	known := parser{}
	for char, text := range pinyin.PinyinDict {
		for first := true; text != ""; first = false {
			var one string
			one, text, _ = strings.Cut(text, ",")
			s := known.parse(rune(char), one)
			if s.syllable == "" {
				continue
			}
			all = append(all, s)
			if first {
				def[s.char] = s
			}
		}
	}
	for _, text := range usual {
		char, n := utf8.DecodeRuneInString(text)
		def[char] = parseReading(char, text[n:])
	}
	slices.SortFunc(all, func(a, b spoken) int {
		return cmp.Or(strings.Compare(a.syllable, b.syllable), cmp.Compare(a.tone, b.tone), cmp.Compare(a.char, b.char))
	})
	return numberReadings(all, def)
}

func numberReadings(all []spoken, def map[rune]spoken) *readings {
	t := &readings{syllables: []string{"?"}, others: map[rune]reading{}, phrases: map[rune][]phrase{}}
	number := make(map[spoken]reading, len(all))
	rank := reading(0)
	for _, s := range all {
		last := t.syllables[len(t.syllables)-1]
		if s.syllable != last {
			t.syllables = append(t.syllables, s.syllable)
			if s.syllable[0] != last[0] {
				rank = 0
			}
		}
		if _, ok := number[s]; !ok {
			number[s] = reading(len(t.syllables)-1)<<16 | rank
			rank++
		}
	}
	for char, s := range def {
		if 0x3400 <= char && char < 0xa000 {
			t.basic[char-0x3400] = number[s]
		} else {
			t.others[char] = number[s]
		}
	}
	t.addPhrases(number)
	return t
}

// addPhrases reads the list of words; a reading that the data doesn't know is a
// mistake in the list, which the test finds.
func (t *readings) addPhrases(number map[spoken]reading) {
	for _, line := range words {
		text, read, _ := strings.Cut(line, " ")
		ph := phrase{text: text}
		spokenAs := strings.Fields(read)
		i := 0
		for _, char := range text {
			ph.read = append(ph.read, number[parseReading(char, spokenAs[i])])
			i++
		}
		first, _ := utf8.DecodeRuneInString(text)
		t.phrases[first] = append(t.phrases[first], ph)
		t.first[first/64] |= 1 << (first % 64)
	}
	for _, list := range t.phrases {
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.read) - len(a.read) })
	}
}

// parser remembers what it has parsed: the data holds few distinct readings.
type parser map[string]spoken

func (p parser) parse(char rune, text string) spoken {
	s, ok := p[text]
	if !ok {
		s = parseReading(0, text)
		p[text] = s
	}
	s.char = char
	return s
}

// parseReading takes "chóng" apart into chong and 2; ü becomes v, as people type it.
func parseReading(char rune, text string) spoken {
	s := spoken{char: char, tone: 5}
	b := make([]byte, 0, 8)
	for _, r := range norm.NFD.String(text) {
		switch r {
		case 0x304:
			s.tone = 1
		case 0x301:
			s.tone = 2
		case 0x30c:
			s.tone = 3
		case 0x300:
			s.tone = 4
		case 0x308:
			b[len(b)-1] = 'v'
		default:
			if 'a' <= r && r <= 'z' {
				b = append(b, byte(r))
			}
		}
	}
	s.syllable = string(b)
	return s
}

// baseLetters maps Latin letters with marks to what they sort as.
var baseLetters = sync.OnceValue(func() map[rune]string {
	m := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ł': "l", 'ı': "i"}
	for _, span := range [][2]rune{{0xc0, 0x24f}, {0x1e00, 0x1eff}} {
		for r := span[0]; r <= span[1]; r++ {
			if d := norm.NFD.String(string(r)); d[0] < utf8.RuneSelf {
				m[r] = d[:1]
			}
		}
	}
	return m
})
