package tabular

import (
	"bytes"
	"io"
	"math"
	"strings"
)

// A dialect is chosen like CleverCSV does: cut the sample by each candidate and
// prefer the one with the most regular rows (pattern) whose cells look most like
// values (type). Ours differs in that preamble and footer don't count against a
// candidate and that weak delimiters must be nearly perfect.

// candidate is a dialect tried on the sample.
type candidate struct {
	dialect Dialect
	score   float64
	width   int     // most common number of fields
	regular float64 // share of rows of that width, preamble and footer aside
	types   float64 // mean weight of the cells
	body    int     // records of the sample that the score looked at
	records []Row   // as cut by the dialect
	odd     int     // records with quotes out of place
}

var delimiters = []struct {
	char  rune
	run   int
	prior float64
	weak  bool
}{
	{',', 0, 1, false}, {'\t', 0, 1, false}, {';', 0, 1, false}, {'|', 0, 0.98, false},
	{'，', 0, 0.8, true}, {'\x01', 0, 1, true}, {'\x1f', 0, 1, true},
	{'^', 0, 0.9, true}, {'~', 0, 0.9, true},
	{' ', 2, 0.85, true}, {' ', 0, 0.7, true}, {' ', 1, 0.68, true}, {':', 0, 0.5, true},
}

// findDialect returns the best candidate and how clearly it won.
func findDialect(sample []byte, whole bool, enc string, o Override) (best candidate, sure float64) {
	sample = wholeLines(sample, whole)
	single := tryDialect(sample, whole, Dialect{Encoding: enc, Quote: quoteOf(o)})
	single.score = 0.3 * single.types
	best = single
	second := 0.0
	for _, d := range candidates(sample, enc, o) {
		c := tryDialect(sample, whole, d)
		c.judge(o, single)
		switch {
		case c.score > best.score:
			if c.dialect.Delimiter != best.dialect.Delimiter {
				second = best.score
			}
			best = c
		case c.dialect.Delimiter != best.dialect.Delimiter:
			second = max(second, c.score)
		}
	}
	if best.score <= 0 {
		return best, 0
	}
	return best, math.Min(1, best.regular*(1-0.5*second/best.score))
}

// wholeLines drops the last, perhaps incomplete line of a sample.
func wholeLines(b []byte, whole bool) []byte {
	if whole {
		return b
	}
	if i := bytes.LastIndexAny(b, "\r\n"); i > 0 {
		return b[:i+1]
	}
	return b
}

func quoteOf(o Override) rune {
	switch o.Quote {
	case 0:
		return '"'
	case None:
		return 0
	}
	return o.Quote
}

// candidates lists the dialects worth trying: those whose characters occur.
func candidates(sample []byte, enc string, o Override) []Dialect {
	var list []Dialect
	for _, del := range delimiters {
		if o.Delimiter != 0 && o.Delimiter != del.char || o.Delimiter == 0 && !occurs(sample, del.char) {
			continue
		}
		list = append(list, quotings(sample, Dialect{Encoding: enc, Delimiter: del.char, Run: del.run}, o)...)
	}
	if o.Delimiter > 0 && len(list) == 0 {
		list = quotings(sample, Dialect{Encoding: enc, Delimiter: o.Delimiter}, o)
	}
	return list
}

func occurs(sample []byte, r rune) bool { return bytes.ContainsRune(sample, r) }

// quotings varies quote, escape and spaces for one delimiter.
func quotings(sample []byte, d Dialect, o Override) []Dialect {
	quotes := []rune{'"'}
	if quotedCells(sample, d.Delimiter, '\'') >= 2 {
		quotes = append(quotes, '\'')
	}
	if occurs(sample, '"') {
		quotes = append(quotes, 0)
	}
	if o.Quote != 0 {
		quotes = []rune{quoteOf(o)}
	}
	spaces := []bool{false}
	if d.Delimiter != ' ' && spacesFollow(sample, d.Delimiter) {
		spaces = append(spaces, true)
	}
	var list []Dialect
	for _, q := range quotes {
		for _, e := range escapes(sample, d.Delimiter, q, o) {
			for _, sp := range spaces {
				v := d
				v.Quote, v.Escape, v.SkipSpace = q, e, sp
				list = append(list, v)
			}
		}
	}
	return list
}

// escapes are the escape characters that the sample gives a reason to try.
func escapes(sample []byte, delim, quote rune, o Override) []rune {
	switch {
	case o.Escape == None:
		return []rune{0}
	case o.Escape != 0:
		return []rune{o.Escape}
	}
	list := []rune{0}
	if quote != 0 && bytes.Contains(sample, []byte(`\`+string(quote))) || bytes.Contains(sample, []byte(`\`+string(delim))) {
		list = append(list, '\\')
	}
	return list
}

// quotedCells counts quotes that stand right before and right after a delimiter
// or line end: the mark of a quote that is used as one.
func quotedCells(sample []byte, delim, quote rune) int {
	opens := bytes.Count(sample, []byte(string(delim)+string(quote))) + bytes.Count(sample, []byte("\n"+string(quote)))
	closes := bytes.Count(sample, []byte(string(quote)+string(delim))) + bytes.Count(sample, []byte(string(quote)+"\n")) + bytes.Count(sample, []byte(string(quote)+"\r"))
	return min(opens, closes)
}

// spacesFollow says that nearly each delimiter has a space after it.
func spacesFollow(sample []byte, delim rune) bool {
	d := string(delim)
	return 10*bytes.Count(sample, []byte(d+" ")) >= 6*bytes.Count(sample, []byte(d))
}

// sampleRecords bounds how many records a score looks at.
const sampleRecords = 1000

// tryDialect cuts the sample by d.
func tryDialect(sample []byte, whole bool, d Dialect) candidate {
	var sums Counts
	src := &source{r: bytes.NewReader(sample), size: int64(len(sample)), dec: utf8Decoder{}, raw: make([]byte, len(sample)+1)}
	s := newScanner(src, d, 1<<20, &sums)
	c := candidate{dialect: d}
	for len(c.records) < sampleRecords {
		row, err := s.next()
		if err != nil {
			break
		}
		if !whole && err != io.EOF && s.pos == len(s.buf) && s.src.eof && len(row.Problems) > 0 {
			break // cut by the end of the sample
		}
		if len(row.Fields) == 1 && row.Fields[0] == "" {
			continue
		}
		for _, p := range row.Problems {
			if p.Code == CodeStrayQuote || p.Code == CodeUnclosedQuote {
				c.odd++
			}
		}
		c.records = append(c.records, row)
	}
	c.measure()
	return c
}

// measure finds the usual width, how regular the rows are and what the cells look like.
func (c *candidate) measure() {
	c.width = usualWidth(c.records)
	first, last := bodyOf(c.records, c.width)
	body := c.records[first:last]
	c.body = len(body)
	var same, steady, cells int
	var sum float64
	for i, row := range body {
		if len(row.Fields) == c.width {
			same++
		}
		if i > 0 && len(row.Fields) == len(body[i-1].Fields) {
			steady++
		}
		for _, f := range row.Fields {
			cells++
			sum += weight[c.kindIn(f)]
		}
	}
	if cells > 0 {
		c.regular = float64(same) / float64(len(body))
		if len(body) > 10 { // several tables below each other are regular, each for itself
			c.regular = max(c.regular, 0.85*float64(steady)/float64(len(body)-1))
		}
		c.types = sum / float64(cells)
	}
}

// kindIn is kindOf as seen by the dialect: its own quote around a cell is a leftover.
func (c *candidate) kindIn(f string) kind {
	k := kindOf(f)
	if k == kindText && c.dialect.Delimiter != 0 && c.dialect.Delimiter != ' ' && strings.HasPrefix(f, " ") && !c.dialect.SkipSpace {
		return kindOdd
	}
	return k
}

// usualWidth is the most common number of fields; the larger of two equally common ones.
func usualWidth(records []Row) int {
	count := map[int]int{}
	best := 0
	for _, row := range records {
		count[len(row.Fields)]++
	}
	for w, n := range count {
		if n > count[best] || n == count[best] && w > best {
			best = w
		}
	}
	return best
}

// bodyOf leaves out narrow records before the first and after the last full one,
// unless they are many.
func bodyOf(records []Row, width int) (first, last int) {
	last = len(records)
	for first < last && len(records[first].Fields) != width {
		first++
	}
	for last > first && len(records[last-1].Fields) != width {
		last--
	}
	if limit := 20 + len(records)/10; first > limit || len(records)-last > limit {
		return 0, len(records)
	}
	return first, last
}

// judge turns the measures into a score.
func (c *candidate) judge(o Override, single candidate) {
	if o.Delimiter == c.dialect.Delimiter {
		c.score = 0.001
	}
	if c.width < 2 || c.body == 0 {
		return
	}
	prior, weak := 1.0, false
	for _, d := range delimiters {
		if d.char == c.dialect.Delimiter && d.run == c.dialect.Run {
			prior, weak = d.prior, d.weak
		}
	}
	outside := float64(len(c.records)-c.body) / float64(len(c.records))
	pattern := c.regular * c.regular * (1 - 0.5*outside) * (1 - 0.6/float64(c.width))
	clean := 1 - math.Min(0.9, float64(c.odd)/float64(len(c.records)+8))
	c.score = prior * pattern * c.types * c.types * clean * (1 - 0.02*float64(len(c.records[0].Problems)))
	if c.dialect.Escape != 0 { // needs more than one odd backslash to win
		c.score *= 0.985
	}
	if c.dialect.Quote == 0 {
		c.score *= 0.9
	}
	if c.dialect.SkipSpace {
		c.score *= 1.005
	}
	if weak && o.Delimiter == 0 && !c.strong(single) {
		c.score *= 0.1
	}
}

// strong says that a weak delimiter is beyond doubt.
func (c *candidate) strong(single candidate) bool {
	if single.types > 0.93 && single.body > 0 { // lines that are dates, addresses or numbers themselves
		return false
	}
	least := 3
	if d := c.dialect.Delimiter; d != ' ' && d != ':' {
		least = 2
	}
	return c.width >= least && c.regular >= 0.95 && c.types >= 0.7 && len(c.records) >= 3
}
