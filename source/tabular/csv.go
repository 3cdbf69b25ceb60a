package tabular

import (
	"bytes"
	"fmt"
	"io"
)

// maxRetries bounds how many readings of a damaged line are tried.
const maxRetries = 64

// scanner cuts decoded text into records. A damaged record is read in other ways
// before it is given up; what was done is in its problems.
type scanner struct {
	src     *source
	g       *grammar
	want    int // fields a record should have; 0: unknown
	buf     []byte
	pos     int   // next record in buf
	base    int64 // offset of buf[0] in the decoded text
	line    int   // line of the next record
	rec     record
	alt     record
	rescans int64 // bytes read twice because of unclosed quotes
	sums    *Counts
}

func newScanner(src *source, d Dialect, maxCell int, sums *Counts) *scanner {
	return &scanner{src: src, g: newGrammar(d, maxCell), line: 1, sums: sums}
}

// next returns the next record with its problems of quoting, encoding and size.
func (s *scanner) next() (Row, error) {
	for {
		b := s.buf[s.pos:]
		if len(b) == 0 && s.src.eof {
			return Row{}, io.EOF
		}
		s.g.parse(b, s.src.eof, plain, &s.rec)
		switch s.rec.verdict {
		case complete:
			return s.finish(b)
		case needMore:
			if len(b) > 16*s.g.maxCell { // many cells, each within the limit
				return s.giant()
			}
			if err := s.fill(); err != nil {
				return Row{}, err
			}
		case unclosed:
			return s.recover(b)
		case tooLong:
			if s.rec.cut >= 0 {
				return s.recover(b)
			}
			return s.giant()
		}
	}
}

// fill reads more text, at least doubling what is there so that parsing again
// costs no more than reading once.
func (s *scanner) fill() error {
	if s.pos > 0 {
		s.base += int64(s.pos)
		s.buf = append(s.buf[:0], s.buf[s.pos:]...)
		s.pos = 0
	}
	for goal := max(2*len(s.buf), 256<<10); len(s.buf) < goal && !s.src.eof; {
		var err error
		if s.buf, err = s.src.read(s.buf); err != nil {
			return err
		}
	}
	return nil
}

// finish turns a parsed record into a row, trying to mend quotes that went wrong.
func (s *scanner) finish(b []byte) (Row, error) {
	var problems []Problem
	if s.rec.stray > 0 {
		damaged := s.want > 0 && len(s.rec.spans) != s.want
		switch {
		case damaged && s.mend(b):
			problems = append(problems, s.quoteProblem(CodeStrayQuote, s.rec.strayAt, "a quote here was read as text"))
		case damaged && s.rec.cut >= 0:
			return s.recover(b)
		default:
			problems = append(problems, s.quoteProblem(CodeStrayQuote, s.rec.strayAt, "a quote stands where it neither opens nor closes the field and isn't doubled"))
		}
	}
	return s.take(b, problems), nil
}

func (s *scanner) quoteProblem(code string, field int, detail string) Problem {
	return Problem{Code: code, Line: s.line, Column: field + 1, Detail: detail}
}

// mend looks for a reading of the damaged record that has the right number of
// fields and no quote out of place; the first line alone is tried as well.
func (s *scanner) mend(b []byte) bool {
	extents := []int{s.rec.next}
	if s.rec.cut >= 0 {
		extents = []int{lineAfter(b, s.rec.cut), s.rec.next}
	}
	fields := len(s.rec.spans)
	at := s.rec.strayAt
	for _, n := range extents {
		if s.try(b[:n], reading{literal: -1, closeFirst: true}) {
			s.rec.strayAt = at
			return true
		}
		for f := range min(fields, maxRetries) {
			if s.try(b[:n], reading{literal: f}) {
				s.rec.strayAt = f
				return true
			}
		}
	}
	return false
}

// try parses b in another way and keeps the outcome if it is flawless.
func (s *scanner) try(b []byte, how reading) bool {
	s.g.parse(b, true, how, &s.alt)
	if s.alt.verdict != complete || s.alt.stray > 0 || len(s.alt.spans) != s.want || s.alt.next != len(b) {
		return false
	}
	s.rec, s.alt = s.alt, s.rec
	return true
}

// lineAfter is where the line after the line end at i begins.
func lineAfter(b []byte, i int) int {
	if b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n' {
		return i + 2
	}
	return i + 1
}

// recover reads only the first line of a record whose quote is not closed, with
// that quote as text; the lines after it are read as records of their own. So
// that a file full of them costs linear time, the grammar turns wary once far
// more was read twice than once.
func (s *scanner) recover(b []byte) (Row, error) {
	line, field := b, s.rec.strayAt
	if s.rec.cut >= 0 {
		line = b[:lineAfter(b, s.rec.cut)]
		s.rescans += int64(s.rec.next)
		s.g.wary = s.rescans > 16<<20+4*(s.base+int64(s.pos))
	}
	s.g.parse(line, true, reading{literal: field}, &s.rec)
	if s.rec.verdict != complete || s.rec.stray > 0 || s.rec.next != len(line) {
		s.g.parse(line, true, reading{literal: -1, noQuotes: true}, &s.rec)
	}
	if s.rec.verdict != complete {
		return s.giant()
	}
	p := s.quoteProblem(CodeUnclosedQuote, field, "the quote is not closed and was read as text; the record was taken to end with its line")
	return s.take(b, []Problem{p}), nil
}

// take makes the row of the parsed record and moves past it.
func (s *scanner) take(b []byte, problems []Problem) Row {
	rec := &s.rec
	whole := string(b[:rec.end])
	fields := make([]string, len(rec.spans), max(len(rec.spans), s.want))
	for i, sp := range rec.spans {
		fields[i] = s.g.text(whole, sp)
	}
	row := Row{Line: s.line, Lines: rec.lines, Fields: fields, Problems: problems}
	if bytes.IndexByte(b[:rec.end], 0) >= 0 {
		row.Problems = append(row.Problems, s.nulProblem(fields))
	}
	if len(s.src.bad) > 0 {
		s.badEncoding(&row, b[:rec.next])
	}
	s.pos += rec.next
	s.line += rec.lines
	return row
}

func (s *scanner) nulProblem(fields []string) Problem {
	p := Problem{Code: CodeNulByte, Line: s.line, Detail: "the row holds NUL bytes"}
	for i, f := range fields {
		if bytes.IndexByte([]byte(f), 0) >= 0 {
			p.Column = i + 1
			break
		}
	}
	return p
}

// badEncoding reports the invalid sequences within the record's bytes b, as one
// problem at the line of the first.
func (s *scanner) badEncoding(row *Row, b []byte) {
	n, first := 0, s.src.bad[0]
	for n < len(s.src.bad) && s.src.bad[n].off < s.base+int64(s.pos+len(b)) {
		n++
	}
	if n == 0 {
		return
	}
	s.src.bad = s.src.bad[n:]
	s.sums.BadBytes += n
	line := row.Line + countLines(b[:max(0, first.off-s.base-int64(s.pos))])
	detail := first.detail
	if n > 1 {
		detail = fmt.Sprintf("%s, and %d more", detail, n-1)
	}
	row.Problems = append(row.Problems, Problem{Code: CodeBadEncoding, Line: line, Detail: detail})
}

// countLines counts line ends of any kind.
func countLines(b []byte) int {
	return bytes.Count(b, []byte("\n")) + bytes.Count(b, []byte("\r")) - bytes.Count(b, []byte("\r\n"))
}

// skipLines drops n lines of preamble.
func (s *scanner) skipLines(n int) error {
	for n > 0 {
		b := s.buf[s.pos:]
		i := bytes.IndexAny(b, "\r\n")
		if i < 0 || b[i] == '\r' && i+1 == len(b) && !s.src.eof {
			if s.src.eof {
				s.pos = len(s.buf)
				return nil
			}
			if i < 0 && len(b) > s.g.maxCell { // a line without end: drop what was seen
				s.pos = len(s.buf)
			}
			if err := s.fill(); err != nil {
				return err
			}
			continue
		}
		s.pos += lineAfter(b, i)
		s.line++
		n--
	}
	return nil
}
