package tabular

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// maxColumns is the widest sheet there is (column XFD).
const maxColumns = 16384

// sniffXLSX chooses the sheet and finds the table on it.
func sniffXLSX(r io.ReaderAt, size int64, o Override) (*Sniffed, error) {
	w, err := openWorkbook(r, size, o.Limits)
	if err != nil {
		return nil, err
	}
	s := &Sniffed{Format: XLSX, Limits: o.Limits, Confidence: 1}
	for _, hidden := range []bool{false, true} {
		for _, sh := range w.sheets {
			if sh.hidden == hidden {
				s.Sheets = append(s.Sheets, sh.name)
			}
		}
	}
	part, err := w.fullest()
	if o.Sheet != "" {
		part, err = w.sheet(o.Sheet)
	}
	if err != nil {
		return nil, err
	}
	s.Sheet = part.name
	in, err := openSheet(w, size, part, s)
	if err != nil {
		return nil, err
	}
	defer in.close()
	records, err := in.sample(sampleRecords)
	if err != nil {
		return nil, err
	}
	s.Dialect.SkipLeft = emptyLeft(records)
	for i := range records {
		records[i].shift(s.Dialect.SkipLeft)
	}
	s.place(in.belowGroups(records), o)
	return s, s.readSample(r, size)
}

func openXLSX(r io.ReaderAt, size int64, s *Sniffed) (*sheetRows, error) {
	w, err := openWorkbook(r, size, s.Limits.withDefaults())
	if err != nil {
		return nil, err
	}
	part, err := w.sheet(s.Sheet)
	if err != nil {
		return nil, err
	}
	in, err := openSheet(w, size, part, s)
	if err != nil {
		return nil, err
	}
	in.width = len(s.Columns)
	in.skip, in.left = s.Dialect.SkipLines, s.Dialect.SkipLeft
	if s.Dialect.Header {
		in.header = true
	}
	return in, nil
}

// sheetRows streams the rows of one sheet.
type sheetRows struct {
	w      *workbook
	part   io.ReadCloser
	read   countingReader
	x      *xmlReader
	file   int64   // size of the workbook
	size   int64   // size of the sheet, unpacked
	merges []merge // by first row
	begun  int     // merges that begin at or above the current row
	open   []merge // those of them that reach it and span rows
	sums   Counts
	width  int
	skip   int
	left   int
	header bool // still to be passed over
	last   int  // row number of the last row seen
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func openSheet(w *workbook, file int64, part sheetPart, s *Sniffed) (*sheetRows, error) {
	if err := w.loadStrings(); err != nil {
		return nil, err
	}
	in := &sheetRows{w: w, file: file}
	var err error
	if in.merges, err = w.findMerges(part); err != nil {
		return nil, err
	}
	if in.part, in.size, err = w.open(part.part); err != nil {
		return nil, err
	}
	if in.part == nil {
		return nil, &ErrFormat{"damaged_workbook", fmt.Sprintf("the workbook lacks its sheet %q; save it again", part.name)}
	}
	in.read.r = in.part
	in.x = newXMLReader(&in.read, w.limits.MaxCell)
	return in, nil
}

// next gives the rows below the header.
func (in *sheetRows) next() (Row, error) {
	for {
		row, err := in.record()
		if err != nil {
			return Row{}, err
		}
		in.sums.Lines = row.Line
		switch {
		case row.Line <= in.skip:
		case blank(row.Fields) && len(row.Problems) == 0 && len(row.Formulas) == 0:
			in.sums.Blank++
		case in.header:
			in.header = false
		default:
			row.shift(in.left)
			if in.width > 0 {
				row.fit(in.width, true)
			}
			in.sums.note(&row)
			return row, nil
		}
	}
}

// record reads the next row element, filled from merges, without trailing empty cells.
func (in *sheetRows) record() (Row, error) {
	for {
		event, err := in.x.next()
		if err != nil {
			return Row{}, err
		}
		switch name := string(in.x.name); {
		case event == xmlStart && name == "row":
			in.last++
			if n, err := strconv.Atoi(in.x.attr("r")); err == nil && n > 0 {
				in.last = n
			}
			return in.cells()
		case event == xmlEnd && name == "sheetData":
			return Row{}, io.EOF
		}
	}
}

// cells reads the cells up to the end of the row.
func (in *sheetRows) cells() (Row, error) {
	row := Row{Line: in.last, Lines: 1, Fields: make([]string, 0, in.width)}
	column := 0
	for {
		event, err := in.x.next()
		if err != nil {
			return row, noEOF(err)
		}
		switch name := string(in.x.name); {
		case event == xmlStart && name == "c":
			column++
			if n := columnOf(in.x.attr("r")); n > 0 {
				column = n
			}
			if column > maxColumns {
				return row, fmt.Errorf("%w: a cell right of column XFD", errXML)
			}
			value, err := in.cell(&row, column)
			if err != nil {
				return row, noEOF(err)
			}
			if value != "" {
				row.set(column, value)
			}
		case event == xmlEnd && name == "row":
			in.fillMerges(&row)
			return row, nil
		}
	}
}

// set puts a value into a column counted from 1.
func (r *Row) set(column int, value string) {
	for len(r.Fields) < column {
		r.Fields = append(r.Fields, "")
	}
	r.Fields[column-1] = value
}

// cell reads one cell to its end tag.
func (in *sheetRows) cell(row *Row, column int) (string, error) {
	kind, style := in.x.attr("t"), in.x.attr("s")
	var value strings.Builder
	var formula, inValue, stored bool
	var rich textRun
	lost := 0
	for {
		event, err := in.x.next()
		if err != nil {
			return "", err
		}
		name := string(in.x.name)
		switch {
		case rich.takes(in.x, event) || event == xmlText && inValue:
			room := max(0, in.w.limits.MaxCell-value.Len())
			text := in.x.text[:min(room, len(in.x.text))]
			value.Write(text)
			lost += in.x.lost + len(in.x.text) - len(text)
		case event == xmlStart && name == "f":
			formula = true
		case name == "v" && event != xmlText:
			inValue = event == xmlStart
			stored = true
		case event == xmlEnd && name == "c":
			if formula {
				row.Formulas = append(row.Formulas, column)
			}
			if formula && !stored {
				row.problem(CodeNoValue, column, "the formula has no stored result; open the workbook in a spreadsheet and save it")
			}
			if lost > 0 {
				row.problem(CodeCellTooLarge, column, fmt.Sprintf("the cell has %d bytes; the first %d were kept", value.Len()+lost, value.Len()))
			}
			return in.value(row, column, kind, style, value.String()), nil
		}
	}
}

// value turns the stored text of a cell into what it means.
func (in *sheetRows) value(row *Row, column int, kind, style, raw string) string {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(raw))
		text, ok := in.w.shared(i)
		if err != nil || !ok {
			row.problem(CodeCellError, column, "the cell points to a text that the workbook lacks")
		}
		return text
	case "str", "inlineStr":
		return unescapeX(raw)
	case "b":
		if raw == "1" || strings.EqualFold(raw, "true") {
			return "TRUE"
		}
		return "FALSE"
	case "e":
		row.problem(CodeCellError, column, raw)
		return raw
	case "d":
		return strings.TrimSuffix(strings.Replace(raw, "T", " ", 1), " 00:00:00")
	}
	if raw == "" {
		return ""
	}
	n, _ := strconv.Atoi(style)
	if n < 0 || n >= len(in.w.formats) {
		return plainNumber(raw)
	}
	return in.w.number(raw, in.w.formats[n])
}

func (r *Row) problem(code string, column int, detail string) {
	r.Problems = append(r.Problems, Problem{Code: code, Line: r.Line, Column: column, Detail: detail})
}

// columnOf is the column number of a reference such as "AB12", 0 if it has none.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n
}

// sample reads the first records that have content.
func (in *sheetRows) sample(most int) ([]Row, error) {
	var records []Row
	for len(records) < most {
		row, err := in.record()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if !blank(row.Fields) {
			records = append(records, row)
		}
	}
	width := 0
	for _, row := range records { // rows end at their last value; make them comparable
		width = max(width, len(row.Fields))
	}
	return padded(records, width), nil
}

// emptyLeft counts the columns without content left of all others.
func emptyLeft(records []Row) int {
	n := maxColumns
	for _, row := range records {
		for i, f := range row.Fields {
			if f != "" {
				n = min(n, i)
				break
			}
		}
	}
	if n == maxColumns {
		return 0
	}
	return n
}

// shift takes off n columns at the left; content found there goes to Extra and is reported.
func (r *Row) shift(n int) {
	if n == 0 {
		return
	}
	off := r.Fields[:min(n, len(r.Fields))]
	r.Fields = r.Fields[len(off):]
	for i := range r.Formulas {
		r.Formulas[i] = max(0, r.Formulas[i]-n)
	}
	for i := range r.Merged {
		r.Merged[i] = max(0, r.Merged[i]-n)
	}
	for i := range r.Problems {
		r.Problems[i].Column = max(0, r.Problems[i].Column-n)
	}
	if !blank(off) {
		r.Extra = slices.Clone(off)
		r.problem(CodeTooMany, 0, "left of the first column: "+excerpt(strings.Join(off, " | "), 200))
	}
}

func (in *sheetRows) bytesRead() int64 {
	if in.size <= 0 {
		return in.file
	}
	return int64(float64(in.file) * float64(in.read.n) / float64(in.size))
}

func (in *sheetRows) counts() *Counts { return &in.sums }

func (in *sheetRows) close() error { return in.part.Close() }
