package tabular

import (
	"strings"
	"unicode/utf8"
)

// maxFields bounds the fields of a record; beyond it delimiters are text.
const maxFields = 1 << 16

// grammar is a dialect prepared for reading bytes.
type grammar struct {
	delim     []byte // empty: a single column
	quote     byte   // 0: none
	escape    byte   // 0: by doubling
	run       int
	skipSpace bool
	maxCell   int
	wary      bool      // a stray quote on a later line shows that the quote was never closed
	stop      [256]bool // bytes at which an unquoted field needs a decision
}

// newGrammar prepares d. Quote and Escape outside ASCII are not supported and ignored.
func newGrammar(d Dialect, maxCell int) *grammar {
	g := &grammar{run: d.Run, skipSpace: d.SkipSpace, maxCell: maxCell}
	if d.Delimiter > 0 {
		g.delim = utf8.AppendRune(nil, d.Delimiter)
		g.stop[g.delim[0]] = true
	}
	if d.Quote > 0 && d.Quote < utf8.RuneSelf {
		g.quote = byte(d.Quote)
	}
	if d.Escape > 0 && d.Escape < utf8.RuneSelf && d.Escape != d.Quote {
		g.escape = byte(d.Escape)
		g.stop[g.escape] = true
	}
	g.stop['\n'], g.stop['\r'] = true, true
	return g
}

// span is a field inside its record; unescape says how to get from bytes to text.
type span struct {
	from, to int
	quoted   bool
	escaped  bool // holds doubled quotes or escapes
}

// verdict is how an attempt to parse one record ended.
type verdict int

const (
	complete verdict = iota
	needMore         // the data ends before the record does
	unclosed         // the file ends inside a quoted field
	tooLong          // a field is longer than maxCell
)

// reading says which quotes a parse believes in.
type reading struct {
	literal    int  // field, from 0, whose opening quote is text; -1: none
	noQuotes   bool // all quotes are text
	closeFirst bool // a quote before a delimiter closes, even if it looks doubled
}

var plain = reading{literal: -1}

// record is the outcome of a parse; spans are reused by the next one.
type record struct {
	verdict verdict
	spans   []span
	next    int // where the following record begins
	end     int // where this one's text ends
	lines   int
	stray   int // quotes that neither open, close nor are doubled
	strayAt int // field, from 0, of the first stray quote, or of the trouble
	quoted  int // quoted fields
	cut     int // first line end inside the field at strayAt; -1: none
}

// parse reads one record from the start of b. eof says that nothing follows b.
func (g *grammar) parse(b []byte, eof bool, how reading, rec *record) {
	*rec = record{spans: rec.spans[:0], lines: 1, cut: -1}
	i := 0
	if g.run > 0 {
		i = g.skipRun(b, 0)
	}
	for {
		if g.skipSpace {
			for i < len(b) && b[i] == ' ' {
				i++
			}
		}
		var done bool
		if i < len(b) && b[i] == g.quote && g.quote != 0 && !how.noQuotes && how.literal != len(rec.spans) {
			i, done = g.quotedField(b, i, eof, how, rec)
		} else {
			i, done = g.plainField(b, i, eof, how, rec)
		}
		if done {
			return
		}
	}
}

// plainField reads an unquoted field and what ends it; done says that the record ended.
func (g *grammar) plainField(b []byte, i int, eof bool, how reading, rec *record) (int, bool) {
	from, escaped := i, false
	for {
		for i < len(b) && !g.stop[b[i]] {
			i++
		}
		if i-from > g.maxCell {
			rec.verdict, rec.strayAt = tooLong, len(rec.spans)
			return i, true
		}
		if i < len(b) && b[i] == g.escape && g.escape != 0 {
			if i+1 >= len(b) && !eof {
				rec.verdict = needMore
				return i, true
			}
			if escaped = true; i+1 < len(b) && g.escapable(b, i+1) {
				i++
			}
			i++
			continue
		}
		if next, ended, ok := g.fieldEnd(b, i, eof, rec); ok {
			if i > from+1 && b[i-1] == '"' && g.quote == '"' && how == plain && (b[i-2] < '0' || b[i-2] > '9') {
				if rec.stray == 0 {
					rec.strayAt = len(rec.spans)
				}
				rec.stray++ // ends like a quoted field without beginning like one; after a digit it means inches
			}
			rec.spans = append(rec.spans, span{from: from, to: i, escaped: escaped})
			return next, ended
		}
		if rec.verdict == needMore {
			return i, true
		}
		i++ // the first byte of a longer delimiter, or too short a run
		for g.run > 1 && i < len(b) && b[i] == g.delim[0] {
			i++
		}
	}
}

// quotedField reads from an opening quote to its end.
func (g *grammar) quotedField(b []byte, i int, eof bool, how reading, rec *record) (int, bool) {
	i++
	s := span{from: i, quoted: true}
	cut := -1
	rec.quoted++
	trouble := func(v verdict) (int, bool) {
		rec.verdict, rec.strayAt, rec.cut, rec.next = v, len(rec.spans), cut, i
		return i, true
	}
	for {
		for i < len(b) && b[i] != g.quote && b[i] != '\n' && b[i] != '\r' && (b[i] != g.escape || g.escape == 0) {
			i++
		}
		if i-s.from > g.maxCell {
			return trouble(tooLong)
		}
		if i >= len(b) {
			if eof {
				return trouble(unclosed)
			}
			return trouble(needMore)
		}
		switch c := b[i]; {
		case c == '\n' || c == '\r':
			if c == '\r' && i+1 >= len(b) && !eof {
				return trouble(needMore)
			}
			if cut < 0 {
				cut = i
			}
			rec.lines++
			if i++; c == '\r' && i < len(b) && b[i] == '\n' {
				i++
			}
		case c == g.escape && g.escape != 0:
			if i+1 >= len(b) && !eof {
				return trouble(needMore)
			}
			if s.escaped = true; i+1 < len(b) && g.escapable(b, i+1) {
				i++
			}
			i++
		default:
			next, ended, closed, more := g.closing(b, i, eof, how, rec, &s)
			if more {
				return trouble(needMore)
			}
			if closed {
				if rec.stray > 0 && rec.strayAt == len(rec.spans)-1 {
					rec.cut = cut
				}
				return next, ended
			}
			if g.wary && cut >= 0 && rec.stray > 0 {
				return trouble(tooLong)
			}
			i = next
		}
	}
}

// closing decides what the quote at i is: doubled, closing or stray.
func (g *grammar) closing(b []byte, i int, eof bool, how reading, rec *record, s *span) (next int, ended, closed, more bool) {
	if i+1 >= len(b) && !eof {
		return i, false, false, true
	}
	if i+1 < len(b) && b[i+1] == g.quote && !(how.closeFirst && g.endsAt(b, i+2, eof)) {
		s.escaped = true
		return i + 2, false, false, false
	}
	j := i + 1
	if how.closeFirst && j < len(b) && b[j] == g.quote {
		j++ // a bare quote as the last character of the field
	}
	end := j - 1
	for j < len(b) && b[j] == ' ' && (len(g.delim) == 0 || g.delim[0] != ' ') {
		j++
	}
	if next, ended, ok := g.fieldEnd(b, j, eof, rec); ok {
		s.to = end
		rec.spans = append(rec.spans, *s)
		return next, ended, true, false
	}
	if rec.verdict == needMore {
		return i, false, false, true
	}
	if g.quote == '\'' && letterAt(b, i-1) && letterAt(b, i+1) {
		return i + 1, false, false, false // don't
	}
	if rec.stray == 0 {
		rec.strayAt = len(rec.spans)
	}
	rec.stray++
	return i + 1, false, false, false
}

func letterAt(b []byte, i int) bool {
	return i >= 0 && i < len(b) && (b[i]|0x20 >= 'a' && b[i]|0x20 <= 'z' || b[i] >= utf8.RuneSelf)
}

// endsAt says that a delimiter or the end of the line stands at i.
func (g *grammar) endsAt(b []byte, i int, eof bool) bool {
	if i >= len(b) {
		return eof
	}
	return b[i] == '\n' || b[i] == '\r' || g.delimAt(b, i)
}

func (g *grammar) delimAt(b []byte, i int) bool {
	if len(g.delim) == 0 || i+len(g.delim) > len(b) || b[i] != g.delim[0] {
		return false
	}
	return len(g.delim) == 1 || string(b[i:i+len(g.delim)]) == string(g.delim)
}

// fieldEnd consumes a delimiter or line end at i. Not ok with verdict needMore
// means that the data is too short to tell.
func (g *grammar) fieldEnd(b []byte, i int, eof bool, rec *record) (next int, ended, ok bool) {
	if i >= len(b) {
		if !eof {
			rec.verdict = needMore
			return i, false, false
		}
		rec.next, rec.end = i, i
		return i, true, true
	}
	switch c := b[i]; {
	case c == '\n':
		rec.next, rec.end = i+1, i
		return i + 1, true, true
	case c == '\r':
		if i+1 >= len(b) && !eof {
			rec.verdict = needMore
			return i, false, false
		}
		rec.next, rec.end = i+1, i
		if i+1 < len(b) && b[i+1] == '\n' {
			rec.next++
		}
		return rec.next, true, true
	case len(rec.spans) >= maxFields:
		return i, false, false
	case len(g.delim) == 1 && c == g.delim[0] && g.run == 0:
		return i + 1, false, true
	case len(g.delim) > 0 && c == g.delim[0]:
		return g.longDelim(b, i, eof, rec)
	}
	return i, false, false
}

// longDelim consumes a delimiter of several bytes, or a run of delimiters.
func (g *grammar) longDelim(b []byte, i int, eof bool, rec *record) (next int, ended, ok bool) {
	if g.run == 0 {
		if i+len(g.delim) > len(b) && !eof {
			rec.verdict = needMore
			return i, false, false
		}
		return i + len(g.delim), false, g.delimAt(b, i)
	}
	j := g.skipRun(b, i)
	if j >= len(b) && !eof {
		rec.verdict = needMore
		return i, false, false
	}
	if j >= len(b) || b[j] == '\n' || b[j] == '\r' { // trailing blanks
		return g.fieldEnd(b, j, eof, rec)
	}
	return j, false, (j-i)/len(g.delim) >= g.run
}

func (g *grammar) skipRun(b []byte, i int) int {
	for g.delimAt(b, i) {
		i += len(g.delim)
	}
	return i
}

// escapable says that an escape before b[i] takes its special meaning away.
func (g *grammar) escapable(b []byte, i int) bool {
	return b[i] == g.quote && g.quote != 0 || b[i] == g.escape || g.delimAt(b, i)
}

// text gives the value of a field, whole being the record's bytes as a string.
func (g *grammar) text(whole string, s span) string {
	f := whole[s.from:s.to]
	if s.escaped {
		return g.unescape(f, s.quoted)
	}
	return f
}

// unescape drops escapes and the second quote of each pair.
func (g *grammar) unescape(f string, quoted bool) string {
	var out strings.Builder
	out.Grow(len(f))
	b := []byte(f)
	for i := 0; i < len(b); i++ {
		switch {
		case g.escape != 0 && b[i] == g.escape && i+1 < len(b) && g.escapable(b, i+1):
			i++
		case quoted && b[i] == g.quote && i+1 < len(b) && b[i+1] == g.quote:
			i++
		}
		out.WriteByte(b[i])
	}
	return out.String()
}
