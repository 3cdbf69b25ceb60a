package tabular

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Codes of row problems. They are stored and shown by callers: never rename one.
const (
	CodeTooFew         = "too_few_fields"
	CodeTooMany        = "too_many_fields"
	CodeUnclosedQuote  = "unclosed_quote"
	CodeStrayQuote     = "stray_quote"
	CodeCellTooLarge   = "cell_too_large"
	CodeNulByte        = "nul_byte"
	CodeBadEncoding    = "bad_encoding"
	CodeRepeatedHeader = "repeated_header"
	CodeCellError      = "cell_error"    // XLSX: #N/A, #REF! and the like
	CodeNoValue        = "formula_empty" // XLSX: a formula without a stored result
)

// Problem is something wrong with one row. Column counts from 1; 0 is the whole row.
type Problem struct {
	Code   string
	Line   int
	Column int
	Detail string
}

// widthProblem reports a row whose number of fields is not the table's.
func widthProblem(line, got, want int, extra []string) Problem {
	detail := fmt.Sprintf("%d fields, expected %d", got, want)
	if got < want {
		return Problem{Code: CodeTooFew, Line: line, Column: got + 1, Detail: detail}
	}
	detail += "; beyond the last column: " + excerpt(strings.Join(extra, " | "), 200)
	return Problem{Code: CodeTooMany, Line: line, Column: want + 1, Detail: detail}
}

// fit brings a row to width columns and reports what didn't fit.
func (r *Row) fit(width int, padSilently bool) {
	got := len(r.Fields)
	switch {
	case got > width:
		extra := r.Fields[width:]
		r.Extra = append(r.Extra, extra...)
		r.Fields = r.Fields[:width:width]
		r.Problems = append(r.Problems, widthProblem(r.Line, got, width, extra))
	case got < width:
		if !padSilently {
			r.Problems = append(r.Problems, widthProblem(r.Line, got, width, nil))
		}
		r.Fields = append(r.Fields, make([]string, width-got)...)
	}
}

// blank says that no field has content.
func blank(fields []string) bool {
	for _, f := range fields {
		if f != "" {
			return false
		}
	}
	return true
}

// excerpt shortens s to about max bytes without cutting a character.
func excerpt(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max] + "…"
}

// note adds the row's problems to the sums.
func (c *Counts) note(row *Row) {
	c.Rows++
	if len(row.Problems) == 0 {
		return
	}
	if c.Problems == nil {
		c.Problems = map[string]int{}
	}
	for _, p := range row.Problems {
		c.Problems[p.Code]++
	}
}
