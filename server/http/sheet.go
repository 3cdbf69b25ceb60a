package httpapi

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"headwater/lake"
)

// Typed cells of a sheet; everything else is text.
type (
	sheetNumber string
	sheetDate   string
	sheetTime   time.Time
)

// csvSheet writes CSV with a byte order mark, as spreadsheets want it.
type csvSheet struct{ csv *csv.Writer }

func newCSV(w io.Writer) *csvSheet {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	_, _ = io.WriteString(w, "\uFEFF") // into a buffer, which keeps its error
	return &csvSheet{c}
}

func (s *csvSheet) row(cells []any) error {
	texts := make([]string, len(cells))
	for i, c := range cells {
		switch v := c.(type) {
		case sheetNumber:
			texts[i] = string(v)
		case sheetDate:
			texts[i] = string(v)
		case sheetTime:
			texts[i] = time.Time(v).Format("2006-01-02 15:04:05")
		case string:
			texts[i] = inert(v)
		}
	}
	return s.csv.Write(texts)
}

func (s *csvSheet) close() error {
	s.csv.Flush()
	return s.csv.Error()
}

// inert makes a text that a spreadsheet would take for a formula a plain text.
func inert(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if s == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) { // the wide ones count in Chinese and Japanese
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil && strings.Trim(s, "+-0123456789.,eE") == "" {
		return s
	}
	return "'" + s
}

// xlsxSheet writes a workbook with one sheet. Texts are stored as texts, so none of
// them can become a formula.
type xlsxSheet struct {
	out    io.Writer
	book   *excelize.File
	stream *excelize.StreamWriter
	rows   int
	date   int // styles
	time   int
	err    error
}

const xlsxRows = 1_048_576 // what the format can hold

func newXLSX(w io.Writer) *xlsxSheet {
	x := &xlsxSheet{out: w, book: excelize.NewFile()}
	day, instant := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	if x.date, x.err = x.book.NewStyle(&excelize.Style{CustomNumFmt: &day}); x.err == nil {
		x.time, x.err = x.book.NewStyle(&excelize.Style{CustomNumFmt: &instant})
	}
	if x.err == nil {
		x.stream, x.err = x.book.NewStreamWriter("Sheet1")
	}
	return x
}

func (x *xlsxSheet) row(cells []any) error {
	if x.err != nil {
		return x.err
	}
	if x.rows++; x.rows > xlsxRows {
		return lake.Fail(lake.ErrLimit, "xlsx_too_long", "A spreadsheet holds at most 1,048,576 rows; export CSV.")
	}
	at, err := excelize.CoordinatesToCellName(1, x.rows)
	if err != nil {
		return err
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = x.cell(c)
	}
	return x.stream.SetRow(at, row)
}

func (x *xlsxSheet) cell(c any) any {
	switch v := c.(type) {
	case sheetNumber:
		// A spreadsheet keeps 15 digits; longer numbers stay text rather than change.
		if n, err := strconv.ParseFloat(string(v), 64); err == nil && len(strings.Trim(string(v), "-0.")) <= 16 {
			return n
		}
		return string(v)
	case sheetDate:
		if t, err := time.Parse(time.DateOnly, string(v)); err == nil && t.Year() >= 1900 {
			return excelize.Cell{StyleID: x.date, Value: t}
		}
		return string(v)
	case sheetTime:
		t := time.Time(v)
		wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
		return excelize.Cell{StyleID: x.time, Value: wall}
	case string:
		return clipCell(v)
	}
	return nil
}

// clipCell keeps a text within what a spreadsheet's cell can hold.
func clipCell(s string) string {
	const most = 32_767 // UTF-16 units
	if len(s) <= most {
		return s
	}
	units := 0
	for i, r := range s {
		if units++; r > 0xffff {
			units++
		}
		if units > most {
			return s[:i]
		}
	}
	return s
}

func (x *xlsxSheet) close() error {
	if x.err != nil {
		return x.err
	}
	if err := x.stream.Flush(); err != nil {
		return err
	}
	if err := x.book.Write(x.out); err != nil {
		return err
	}
	return x.book.Close()
}

// csvValue shows a value of an SQL answer.
func csvValue(v any) any {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case int64:
		return sheetNumber(strconv.FormatInt(x, 10))
	case float64:
		return sheetNumber(strconv.FormatFloat(x, 'g', -1, 64))
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
