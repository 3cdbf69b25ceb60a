package tabular

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// giant reads a record with a field beyond maxCell byte by byte, keeping only the
// beginning of such fields: a 200 MB cell costs time, not memory. A line end ends
// the record even inside quotes once the field is over the limit.
func (s *scanner) giant() (Row, error) {
	g := giantRecord{s: s, row: Row{Line: s.line, Lines: 1}}
	for {
		if err := g.field(); err == io.EOF {
			return g.row, nil
		} else if err != nil {
			return Row{}, err
		}
	}
}

type giantRecord struct {
	s     *scanner
	row   Row
	cell  []byte
	size  int // bytes of the field, kept or not
	total int // bytes kept in the record
}

// field reads one field; io.EOF says that the record ended with it.
func (g *giantRecord) field() error {
	s := g.s
	g.cell, g.size = g.cell[:0], 0
	b, err := s.peek(1)
	if err != nil {
		return err
	}
	quoted := len(b) > 0 && b[0] == s.g.quote && s.g.quote != 0
	if quoted {
		s.advance(1)
	}
	for {
		if b, err = s.peek(64); err != nil {
			return err
		}
		if quoted && len(b) > 0 && b[0] == s.g.quote {
			if len(b) > 1 && b[1] == s.g.quote {
				g.keep(b[1:2])
				s.advance(2)
				continue
			}
			if quoted = !s.g.endsAt(b, 1, s.src.eof); !quoted {
				s.advance(1)
				continue
			}
		}
		if len(b) == 0 {
			return g.close(quoted)
		}
		if c := b[0]; c == '\n' || c == '\r' {
			if quoted && g.size <= s.g.maxCell {
				g.row.Lines++
			} else {
				s.advance(lineAfter(b, 0))
				s.line += g.row.Lines
				return g.close(quoted)
			}
		} else if !quoted && s.g.delimAt(b, 0) && len(g.row.Fields) < maxFields {
			s.advance(len(s.g.delim))
			g.store()
			return nil
		}
		g.plainBytes(quoted)
	}
}

// plainBytes takes the bytes up to the next one that may mean something.
func (g *giantRecord) plainBytes(quoted bool) {
	s := g.s
	b := s.buf[s.pos:]
	n := 1
	if b[0] == '\r' && len(b) > 1 && b[1] == '\n' {
		n = 2
	}
	for n < len(b) && !s.g.stop[b[n]] && (b[n] != s.g.quote || !quoted) {
		n++
	}
	g.keep(b[:n])
	s.advance(n)
}

// keep adds bytes to the cell while it is within the limit.
func (g *giantRecord) keep(b []byte) {
	g.size += len(b)
	limit := g.s.g.maxCell
	if g.total > 16*limit { // many large cells in one record
		limit = 0
	}
	if room := limit - len(g.cell); room > 0 {
		g.cell = append(g.cell, b[:min(room, len(b))]...)
	}
}

func (g *giantRecord) store() {
	if g.size > len(g.cell) {
		cell := g.cell
		for len(cell) > 0 && !utf8.Valid(cell[max(0, len(cell)-4):]) && !utf8.FullRune(cell[lastRune(cell):]) {
			cell = cell[:lastRune(cell)]
		}
		g.cell = cell
		g.problem(CodeCellTooLarge, fmt.Sprintf("the cell has %d bytes; the first %d were kept", g.size, len(cell)))
	}
	if bytes.IndexByte(g.cell, 0) >= 0 {
		g.problem(CodeNulByte, "the cell holds NUL bytes")
	}
	g.total += len(g.cell)
	g.row.Fields = append(g.row.Fields, string(g.cell))
}

// lastRune is where the last character of b begins.
func lastRune(b []byte) int {
	i := len(b) - 1
	for i > 0 && !utf8.RuneStart(b[i]) {
		i--
	}
	return i
}

func (g *giantRecord) problem(code, detail string) {
	column := len(g.row.Fields) + 1
	g.row.Problems = append(g.row.Problems, Problem{Code: code, Line: g.row.Line, Column: column, Detail: detail})
}

// close ends the record.
func (g *giantRecord) close(quoted bool) error {
	if quoted {
		g.problem(CodeUnclosedQuote, "the quote is not closed; the record was taken to end with its line")
	}
	g.store()
	if n := len(g.s.src.bad); n > 0 {
		g.s.badEncoding(&g.row, nil)
	}
	return io.EOF
}

// peek makes at least n bytes visible, fewer only at the end of the file.
func (s *scanner) peek(n int) ([]byte, error) {
	for len(s.buf)-s.pos < n && !s.src.eof {
		if err := s.fill(); err != nil {
			return nil, err
		}
	}
	return s.buf[s.pos:], nil
}

func (s *scanner) advance(n int) { s.pos += n }
