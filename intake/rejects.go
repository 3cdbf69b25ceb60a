package intake

import (
	"encoding/csv"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// rejectsWriter writes rejected rows so that a person can mend them in a spreadsheet
// and import the file again.
type rejectsWriter struct {
	csv      *csv.Writer
	columns  int
	language string
	err      error
}

func newRejectsWriter(w io.Writer, columns []string, language string) *rejectsWriter {
	_, err := io.WriteString(w, "\ufeff") // without it, spreadsheets take UTF-8 for something else
	out := &rejectsWriter{csv: csv.NewWriter(w), columns: len(columns), language: language, err: err}
	head := slices.Clone(columns)
	for _, name := range []string{"line", "column", "code", "reason"} {
		for slices.Contains(columns, name) {
			name += "_"
		}
		head = append(head, name)
	}
	out.write(head)
	return out
}

func (w *rejectsWriter) write(record []string) {
	if w.err == nil {
		for i := range record {
			record[i] = neutral(record[i])
		}
		w.err = w.csv.Write(record)
	}
}

// row writes one row with the first problem's place and all problems' reasons. Fields
// beyond the last column are joined onto the last, so that nothing is lost.
func (w *rejectsWriter) row(r RejectedRow) error {
	record := make([]string, w.columns, w.columns+4)
	copy(record, r.Fields)
	if len(r.Fields) > w.columns && w.columns > 0 {
		record[w.columns-1] = strings.Join(r.Fields[w.columns-1:], " | ")
	}
	var reasons []string
	var first Problem
	for i, p := range r.Problems {
		if i == 0 {
			first = p
		}
		reasons = append(reasons, Reason(p, w.language))
	}
	sep := "; "
	if w.language == "zh" {
		sep = "；"
	}
	column := first.Column
	if column == "" {
		column = string(first.Field)
	}
	w.write(append(record, strconv.Itoa(r.Line), column, first.Code, strings.Join(reasons, sep)))
	return w.err
}

func (w *rejectsWriter) flush() error {
	w.csv.Flush()
	if w.err == nil {
		w.err = w.csv.Error()
	}
	return w.err
}

var signedNumber = regexp.MustCompile(`^[+-]?\d[\d.,]*%?$`)

// neutral keeps a spreadsheet from running a cell as a formula. Reading the file again
// takes the apostrophe away.
func neutral(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if s == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) || signedNumber.MatchString(s) {
		return s
	}
	return "'" + s
}
