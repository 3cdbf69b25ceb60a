package value

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"headwater/lake"
	"headwater/pack"
)

// Workbook is how a model is shown as XLSX.
type Workbook struct {
	Lang     string   // "zh" or "en"
	Customer string   // whose numbers these are; may be empty
	MadeOn   string   // a date as text; may be empty
	Scenario Scenario // chosen when the file is opened; empty: likely
	// Benchmarks and Sources of the pack by id, for the sheet of sources; may be nil.
	Benchmarks map[string]pack.Benchmark
	Sources    map[string]pack.Source
}

// Workbook writes the model with a customer's inputs as XLSX. Every result is a formula:
// whoever changes an input or the scenario sees what follows. Sheets: summary with
// results and charts, inputs, years, sensitivity with its runs, sources. Values are
// those of Evaluate and Tornado to the cent. Errors are those of Evaluate.
func (m *Model) Workbook(inputs Inputs, o Workbook) ([]byte, error) {
	if o.Scenario == "" {
		o.Scenario = Likely
	}
	result, err := m.Evaluate(inputs, o.Scenario)
	if err != nil {
		return nil, err
	}
	b := &book{m: m, o: o, vars: result.Variables, file: excelize.NewFile(), names: map[string]string{}}
	defer b.file.Close() // nothing on the disk
	b.prepare()
	b.inputs()
	b.yearly()
	b.runs()
	b.swings()
	b.sources()
	b.summary()
	if b.err != nil {
		return nil, b.err
	}
	var out bytes.Buffer
	if err := b.file.Write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// book is a workbook being written. The first error stays; later calls do nothing.
type book struct {
	m     *Model
	o     Workbook
	vars  []Variable
	file  *excelize.File
	names map[string]string // name in formulas → name or cell in the workbook
	err   error

	years           yearRows
	firstSwing      int // row of the first variable in the unsorted table of effects
	plain, head     int // styles
	title, input    int
	money, share    int
	number, wrapped int
}

// Names of the sheets, in the order of the tabs.
func (b *book) sheets() []string {
	var out []string
	for _, w := range []word{words.summary, words.inputs, words.years, words.swings, words.runs, words.sources} {
		out = append(out, in(b.o.Lang, w))
	}
	return out
}

func (b *book) word(w word) string { return in(b.o.Lang, w) }

func (b *book) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *book) prepare() {
	names := b.sheets()
	b.do(b.file.SetSheetName("Sheet1", names[0]))
	for _, n := range names[1:] {
		_, err := b.file.NewSheet(n)
		b.do(err)
	}
	yes := true
	b.do(b.file.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes}))
	font := func(bold bool, size float64, color string) *excelize.Font {
		return &excelize.Font{Family: "Microsoft YaHei", Bold: bold, Size: size, Color: color}
	}
	style := func(s excelize.Style) int {
		if s.Font == nil {
			s.Font = font(false, 10, "")
		}
		id, err := b.file.NewStyle(&s)
		b.do(err)
		return id
	}
	format := "#,##0"
	if b.m.places > 0 {
		format += "." + strings.Repeat("0", int(b.m.places))
	}
	general, percent := "#,##0.######", "0.00%"
	b.plain = style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}})
	b.wrapped = style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	b.head = style(excelize.Style{Font: font(true, 10, "FFFFFF"), Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F4E79"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	b.title = style(excelize.Style{Font: font(true, 14, "1F4E79")})
	b.input = style(excelize.Style{Font: font(false, 10, "1B4FD8"), Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFF9E5"}}, CustomNumFmt: &general})
	b.money = style(excelize.Style{CustomNumFmt: &format})
	b.share = style(excelize.Style{CustomNumFmt: &percent})
	b.number = style(excelize.Style{CustomNumFmt: &general})
	for _, n := range names {
		landscape, width, height := "landscape", 1, 0
		b.do(b.file.SetPageLayout(n, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &width, FitToHeight: &height}))
		b.do(b.file.SetSheetProps(n, &excelize.SheetPropsOptions{FitToPage: &yes}))
	}
}

// name gives a name of the model to a cell, so that formulas can be read. Names that a
// spreadsheet would take for a cell get an underscore.
func (b *book) name(id, sheet string, column, row int) {
	as := id
	if looksLikeCell.MatchString(id) {
		as = "_" + id
	}
	b.names[id] = as
	b.do(b.file.SetDefinedName(&excelize.DefinedName{Name: as, RefersTo: quoted(sheet) + "!" + fixed(column, row)}))
}

var looksLikeCell = regexp.MustCompile(`^([a-z]{1,3}[0-9]+|r|c|r[0-9]*c[0-9]*|true|false)$`)

func (b *book) ref(name string) string { return b.names[name] }

func quoted(sheet string) string { return "'" + sheet + "'" }

func column(n int) string {
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		return "XFD"
	}
	return name
}

func at(col, row int) string    { return column(col) + strconv.Itoa(row) }
func fixed(col, row int) string { return "$" + column(col) + "$" + strconv.Itoa(row) }

// text writes words, which can never become a formula, not even as CSV.
func (b *book) text(sheet string, col, row int, s string, style int) {
	b.do(b.file.SetCellStr(sheet, at(col, row), inert(s)))
	b.style(sheet, col, row, style)
}

func (b *book) value(sheet string, col, row int, x float64, style int) {
	b.do(b.file.SetCellFloat(sheet, at(col, row), x, -1, 64))
	b.style(sheet, col, row, style)
}

func (b *book) formula(sheet string, col, row int, style int, format string, args ...any) {
	b.do(b.file.SetCellFormula(sheet, at(col, row), fmt.Sprintf(format, args...)))
	b.style(sheet, col, row, style)
}

func (b *book) style(sheet string, col, row, style int) {
	b.do(b.file.SetCellStyle(sheet, at(col, row), at(col, row), style))
}

func (b *book) header(sheet string, row int, labels ...word) {
	for i, l := range labels {
		b.text(sheet, i+1, row, b.word(l), b.head)
	}
}

func (b *book) widths(sheet string, widths ...float64) {
	for i, w := range widths {
		b.do(b.file.SetColWidth(sheet, column(i+1), column(i+1), w))
	}
}

func (b *book) freeze(sheet string, row, columns int) {
	b.do(b.file.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: row, XSplit: columns, TopLeftCell: at(columns+1, row+1), ActivePane: "bottomRight"}))
}

// inert keeps a text from becoming a formula where it is opened as CSV.
func inert(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if s == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return s
	}
	return "'" + s
}

// rounding writes a formula's money to the smallest coin.
func (b *book) rounding(formula string) string {
	return "ROUND(" + formula + "," + strconv.Itoa(int(b.m.places)) + ")"
}

func cells(c ...lake.Cell) string {
	texts := make([]string, len(c))
	for i, x := range c {
		texts[i] = string(x)
	}
	return strings.Join(texts, " … ")
}
