package filter

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokText
	tokString // was quoted
	tokOp
	tokOpen
	tokClose
	tokComma
	tokBad // no token of the language
)

// token is one piece of filter text; pos is its first byte.
type token struct {
	kind   tokenKind
	text   string
	pos    int
	spaced bool // there is a space in front of it
}

type lexer struct {
	text  string
	at    int
	value bool // the next token is a value: colons belong to it
}

var errUnclosed = errors.New("\"")

func (l *lexer) next() (token, error) {
	start := l.at
	for l.at < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.at:])
		if !unicode.IsSpace(r) {
			break
		}
		l.at += n
	}
	t := token{pos: l.at, spaced: l.at > start || start == 0}
	if l.at == len(l.text) {
		return t, nil
	}
	switch c := l.text[l.at]; c {
	case '(':
		return l.take(t, tokOpen, 1), nil
	case ')':
		return l.take(t, tokClose, 1), nil
	case ',':
		return l.take(t, tokComma, 1), nil
	case '=', ':':
		return l.take(t, tokOp, 1), nil
	case '<', '>', '!':
		if strings.HasPrefix(l.text[l.at+1:], "=") {
			return l.take(t, tokOp, 2), nil
		}
		if c == '!' {
			return l.take(t, tokBad, 1), nil
		}
		return l.take(t, tokOp, 1), nil
	case '"', '\'':
		return l.quoted(t, c)
	}
	end := l.at + strings.IndexFunc(l.text[l.at:]+" ", l.ends)
	return l.take(t, tokText, end-l.at), nil
}

func (l *lexer) ends(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("()\"'=<>!,", r) || r == ':' && !l.value
}

func (l *lexer) take(t token, kind tokenKind, n int) token {
	t.kind, t.text = kind, l.text[l.at:l.at+n]
	l.at += n
	return t
}

// quoted reads a text in quotation marks; a backslash takes the next character as it
// is, except n, r and t, which stand for white space.
func (l *lexer) quoted(t token, quote byte) (token, error) {
	var b strings.Builder
	for i := l.at + 1; i < len(l.text); i++ {
		c := l.text[i]
		switch {
		case c == quote:
			t.kind, t.text = tokString, b.String()
			l.at = i + 1
			return t, nil
		case c == '\\' && i+1 < len(l.text):
			i++
			c = l.text[i]
			if j := strings.IndexByte("nrt", c); j >= 0 {
				c = "\n\r\t"[j]
			}
		}
		b.WriteByte(c)
	}
	return t, errUnclosed
}
