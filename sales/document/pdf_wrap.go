package document

import (
	"strings"
	"unicode"
)

// letter is one character with its style and width.
type letter struct {
	rune          rune
	bold, missing bool
	width         float64
}

// What may not begin or end a line of Chinese.
const (
	notFirst = "，。、；：？！）】」』》〉”’％%,.;:?!)]}…—·~～〕"
	notLast  = "（【「『《〈“‘([{〔$￥¥"
)

// wrap breaks a text into lines of at most width: between Chinese characters, and at the
// spaces and hyphens of other words. A word that is too long for a line is cut.
func (l *layout) wrap(text []Run, size, width float64) [][]letter {
	var lines [][]letter
	var line []letter
	used := 0.0
	end := func() {
		lines, line, used = append(lines, trimmed(line)), nil, 0
	}
	for _, piece := range l.pieces(text, size) {
		if piece[0].rune == '\n' {
			end()
			continue
		}
		wide := 0.0
		for _, c := range trimmed(piece) {
			wide += c.width
		}
		if used > 0 && used+wide > width {
			end()
		}
		for _, c := range piece {
			if used+c.width > width && c.rune != ' ' && len(line) > 0 && wide > width {
				end()
			}
			line, used = append(line, c), used+c.width
		}
	}
	if len(line) > 0 || len(lines) == 0 {
		end()
	}
	return lines
}

// pieces cuts a text into what must stay together on a line.
func (l *layout) pieces(text []Run, size float64) [][]letter {
	var out [][]letter
	var last rune
	for _, r := range text {
		for _, c := range r.shown() {
			one := letter{c, r.Bold, r.Missing, 0}
			if c != '\n' {
				one.width = l.file.Measure(string(c), size)
			}
			if last == 0 || c == '\n' || last == '\n' || breaks(last, c) {
				out = append(out, nil)
			}
			out[len(out)-1] = append(out[len(out)-1], one)
			last = c
		}
	}
	return out
}

// breaks tells whether a line may end between two characters.
func breaks(a, b rune) bool {
	switch {
	case b == ' ' || strings.ContainsRune(notFirst, b) && a != ' ' || strings.ContainsRune(notLast, a):
		return false
	case a == ' ' || a == '-' || a == '/':
		return true
	}
	return chinese(a) || chinese(b)
}

func chinese(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF
}

// trimmed is a line without the spaces at its end.
func trimmed(line []letter) []letter {
	for len(line) > 0 && line[len(line)-1].rune == ' ' {
		line = line[:len(line)-1]
	}
	return line
}
