package value_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/value"
)

// office works workbooks out again in LibreOffice, all at once, and opens what it saved.
func office(t *testing.T, books map[string][]byte) map[string]*excelize.File {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("HEADWATER_REQUIRE_ALL") == "1" {
			t.Fatal("no LibreOffice (soffice) to work the workbooks out again")
		}
		t.Skip("skipped: no LibreOffice (soffice) to work the workbooks out again")
	}
	dir := t.TempDir()
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out")}
	for _, name := range slices.Sorted(maps.Keys(books)) {
		path := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(path, books[name], 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil { // a program of the test
		t.Fatalf("%v: %s", err, out)
	}
	opened := map[string]*excelize.File{}
	for name := range books {
		f, err := excelize.OpenFile(filepath.Join(dir, "out", name+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		opened[name] = f
	}
	return opened
}

// sheet is a sheet's cells as they are stored, without number formats.
func sheet(t *testing.T, f *excelize.File, index int) [][]string {
	t.Helper()
	rows, err := f.GetRows(f.GetSheetList()[index], excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// behind is the cell that many columns behind a label in the first column; the last row
// with that label counts.
func behind(t *testing.T, rows [][]string, label string, columns int) string {
	t.Helper()
	found := ""
	for _, r := range rows {
		if len(r) > 0 && r[0] == label {
			found = ""
			if len(r) > columns {
				found = r[columns]
			}
		}
	}
	if found == "" {
		t.Fatalf("nothing behind %q", label)
	}
	return found
}

// agrees tells whether a spreadsheet's number is ours; "none" stands for an empty cell.
func agrees(got string, want lake.Cell, within float64) bool {
	if want == "" {
		return got == "none" || got == "无"
	}
	x, err := strconv.ParseFloat(got, 64)
	return err == nil && math.Abs(x-amount(want)) <= within
}

// compare counts the numbers of a workbook that are Evaluate's and Tornado's.
func compare(t *testing.T, name string, f *excelize.File, m *value.Model, in value.Inputs, s value.Scenario, lang string) (compared int) {
	t.Helper()
	r := evaluate(t, m, in, s)
	label := func(zh, en string) string {
		if lang == "zh" {
			return zh
		}
		return en
	}
	years := sheet(t, f, 2)
	same := func(what, got string, want lake.Cell, within float64) {
		compared++
		if !agrees(got, want, within) {
			t.Errorf("%s: %s is %q in the workbook and %q here", name, what, got, want)
		}
	}
	const cent = 0.0050001 // half a cent: both are rounded from sums in another order
	for _, one := range []struct {
		label  string
		want   lake.Cell
		within float64
	}{{label("净现值", "Net present value"), r.NPV, cent}, {label("收益", "Benefits"), r.Benefits, cent}, {label("成本", "Costs"), r.Costs, cent},
		{label("投资回报率", "Return on investment"), r.ROI, 0.00005}, {label("内部收益率", "Internal rate of return"), r.IRR, 0.00011}, {label("回收期（年）", "Payback (years)"), r.Payback, 0.0101}} {
		same(one.label, behind(t, years, one.label, 2), one.want, one.within)
	}
	for _, y := range r.Years {
		same(fmt.Sprintf("flow of year %d", y.Year), behind(t, years, label("现金流", "Cash flow"), 3+y.Year), y.Flow, cent)
		same(fmt.Sprintf("total of year %d", y.Year), behind(t, years, label("累计", "Running total"), 3+y.Year), y.Total, cent)
	}
	for i, l := range r.Lines {
		same("line "+l.ID, cellOf(years, lineRow(years, label("项目", "Line"))+1+i, 4+r.Term), l.Total, cent)
	}
	swings, err := m.Tornado(in)
	if err != nil {
		t.Fatal(err)
	}
	shown := sheet(t, f, 3)
	for i, w := range swings {
		row := 3 + i
		same("effect "+w.Variable, cellOf(shown, row, 6), w.Effect, cent)
		if amount(w.Effect) > 0.01 && (i == 0 || swings[i-1].Effect != w.Effect) && (i+1 == len(swings) || swings[i+1].Effect != w.Effect) {
			same("NPV at low, "+w.Variable, cellOf(shown, row, 4), w.NPVLow, cent)
			same("NPV at high, "+w.Variable, cellOf(shown, row, 5), w.NPVHigh, cent)
		}
	}
	return compared
}

func lineRow(rows [][]string, label string) int {
	return slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == label })
}

func cellOf(rows [][]string, row, col int) string {
	if row >= len(rows) || col >= len(rows[row]) {
		return ""
	}
	return rows[row][col]
}

func workbook(t *testing.T, m *value.Model, in value.Inputs, o value.Workbook) []byte {
	t.Helper()
	b, err := m.Workbook(in, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// randomInputs draws low ≤ likely ≤ high within the model's ranges.
func randomInputs(def pack.ValueModel, r *rand.Rand) value.Inputs {
	in := value.Inputs{}
	for _, v := range def.Variables {
		x := []float64{r.Float64(), r.Float64(), r.Float64()}
		slices.Sort(x)
		cell := func(u float64) lake.Cell {
			return lake.Cell(strconv.FormatFloat(float64(v.Range.Low)+u*float64(v.Range.High-v.Range.Low), 'f', 6, 64))
		}
		in[v.ID] = value.Input{Low: cell(x[0]), Likely: cell(x[1]), High: cell(x[2]), Source: "customer"}
	}
	return in
}

// A spreadsheet gives what we give: every shipped model, in both languages and all
// scenarios, with its example and with inputs drawn at random.
func TestWorkbookGivesTheSame(t *testing.T) {
	type one struct { // a case
		m    *value.Model
		in   value.Inputs
		s    value.Scenario
		lang string
	}
	all, books, random := map[string]one{}, map[string][]byte{}, rand.New(rand.NewPCG(11, 22)) // repeatable
	for _, id := range modelIDs(t) {
		m := model(t, id)
		for i, s := range value.Scenarios {
			in := m.Example()
			if s == value.Cautious {
				in = randomInputs(m.Definition(), random)
			}
			all[fmt.Sprintf("%s-%s", id, s)] = one{m, in, s, []string{"zh", "en"}[(i+len(all))%2]}
		}
	}
	for name, c := range all {
		books[name] = workbook(t, c.m, c.in, value.Workbook{Lang: c.lang, Scenario: c.s})
	}
	started, compared := time.Now(), 0
	for name, f := range office(t, books) {
		c := all[name]
		compared += compare(t, name, f, c.m, c.in, c.s, c.lang)
	}
	t.Logf("%d numbers of %d workbooks compared in %s", compared, len(books), time.Since(started).Round(time.Millisecond))
}

// Formulas of any shape mean the same in a spreadsheet: brackets, signs before powers,
// comparisons, both ends of a condition.
func TestWorkbookFormulasOfAnyShape(t *testing.T) {
	def := small()
	gen := rapid.Custom(func(t *rapid.T) string { return number(t, 3) })
	def.Lines = nil
	for i := range 120 {
		def.Lines = append(def.Lines, pack.ValueLine{ID: fmt.Sprintf("l%d", i), Kind: "benefit", Expr: gen.Example(i), From: 1})
	}
	for _, text := range []string{"-gain ** 2", "2 ** -1 * price", "2 ** 3 ** 2", "(0 - gain) ** 2", "10 - 7 % 4", "-7 % 4", "gain - (price - twice)", "gain / (price / twice)", "gain / price * twice", "1 - -gain",
		"year == 2 and gain / (year - 2 + rate) > 1 ? 1 : 2", "gain > 1 or gain / 0 > 1 ? 3 : 4", "gain < 1 and gain / 0 > 1 ? 3 : 4", "not (gain > price) ? 5 : 6", "ceil(0.07 * 100)", "floor(-2.5)", "ceil(-2.5)",
		"round(2.5)", "round(-2.5)", "round(1.005 * 100)", "max(1, gain, 7)", "min(price, gain) * abs(-2)", "(gain > 60) == (price > 60) ? 1 : 0", "max(-gain, -price) + +2", "not not (gain > 1) ? 1 : 0", "-(-gain)"} {
		def.Lines = append(def.Lines, pack.ValueLine{ID: fmt.Sprintf("l%d", len(def.Lines)), Kind: "benefit", Expr: text, From: 0})
	}
	m := compile(t, def)
	in := value.Inputs{"gain": {Likely: "61.7"}, "price": {Likely: "98.3"}}
	f := office(t, map[string][]byte{"shapes": workbook(t, m, in, value.Workbook{Lang: "en"})})["shapes"]
	rows, r := sheet(t, f, 2), evaluate(t, m, in, value.Likely)
	first := lineRow(rows, "Line") + 1
	for i, l := range r.Lines {
		if got := cellOf(rows, first+i, 4+r.Term); !agrees(got, l.Total, 0.0050001+1e-12*math.Abs(amount(l.Total))) {
			t.Errorf("%s is %q in the workbook and %q here", l.Formula, got, l.Total)
		}
	}
}

// A number that somebody writes into the workbook goes before the scenario, and what
// depends on it follows.
func TestWorkbookIsAlive(t *testing.T) {
	m := model(t, "tco")
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, m, m.Example(), value.Workbook{Lang: "en"})))
	if err != nil {
		t.Fatal(err)
	}
	rows := sheet(t, f, 1)
	row := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == "Physical copies" }) + 1
	if err := f.SetCellFloat("Inputs", fmt.Sprintf("F%d", row), 7, -1, 64); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStr("Inputs", "B2", "hopeful"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	in := m.Example()
	in["copies"] = value.Input{Low: "7", Likely: "7", High: "7"}
	want := evaluate(t, m, in, value.Hopeful)
	changed := office(t, map[string][]byte{"changed": out.Bytes()})["changed"]
	if got := behind(t, sheet(t, changed, 2), "Net present value", 2); !agrees(got, want.NPV, 0.0050001) {
		t.Errorf("the NPV is %s in the workbook and %s here", got, want.NPV)
	}
}

// Results are formulas, what is typed in stays text, and the file says where numbers come
// from.
func TestWorkbookHoldsFormulas(t *testing.T) {
	m := model(t, "benefits")
	in := m.Example()
	in["people"] = value.Input{Likely: "8", Source: "customer", ConfirmedBy: "=HYPERLINK(\"http://x\")", Note: "-5% promised, @home"}
	f, err := excelize.OpenReader(bytes.NewReader(workbook(t, m, in, value.Workbook{Lang: "zh", Customer: "+某公司", MadeOn: "2026-11-22",
		Benchmarks: map[string]pack.Benchmark{"management-cost": {Name: pack.Text{ZH: "管理成本", EN: "Management cost"}, Unit: pack.Text{ZH: "占比", EN: "share"}, Source: "s"}},
		Sources:    map[string]pack.Source{"s": {Name: pack.Text{ZH: "某调研", EN: "A survey"}}}})))
	if err != nil {
		t.Fatal(err)
	}
	if got := f.GetSheetList(); !slices.Equal(got, []string{"概览", "输入", "逐年测算", "敏感性", "敏感性计算", "来源"}) {
		t.Errorf("sheets: %v", got)
	}
	years := sheet(t, f, 2)
	for i, r := range years {
		if len(r) > 0 && slices.Contains([]string{"净现值", "内部收益率", "投资回报率", "回收期（年）"}, r[0]) {
			if formula, _ := f.GetCellFormula("逐年测算", fmt.Sprintf("C%d", i+1)); formula == "" {
				t.Errorf("%s is no formula", r[0])
			}
		}
	}
	var texts []string
	for _, name := range f.GetSheetList() {
		rows, _ := f.GetRows(name)
		for r, row := range rows {
			for c, text := range row {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				formula, _ := f.GetCellFormula(name, cell)
				kind, _ := f.GetCellType(name, cell)
				if strings.HasPrefix(formula, "HYPERLINK") || kind == excelize.CellTypeSharedString && strings.ContainsAny(text[:min(1, len(text))], "=+-@") {
					t.Errorf("%s!%s could become a formula: %s", name, cell, text)
				}
				texts = append(texts, text)
			}
		}
	}
	for _, want := range []string{"'=HYPERLINK(\"http://x\")", "'-5% promised, @home", "'+某公司", "客户所述", "某调研", "2026-11-22"} {
		if !slices.Contains(texts, want) {
			t.Errorf("the workbook doesn't say %s", want)
		}
	}
}

// Names that a spreadsheet would take for a cell are written otherwise.
func TestWorkbookNamesLikeCells(t *testing.T) {
	def := small()
	def.Variables[0].ID, def.Formulas[0].Expr = "q1", "q1 * 2"
	m := compile(t, def)
	f := office(t, map[string][]byte{"names": workbook(t, m, nil, value.Workbook{Lang: "en"})})["names"]
	if got := behind(t, sheet(t, f, 2), "Net present value", 2); !agrees(got, "4.13 CNY", 0.0001) {
		t.Errorf("the NPV is %s", got)
	}
}
