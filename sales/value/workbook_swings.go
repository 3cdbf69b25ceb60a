package value

import (
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Columns of the table of effects.
const (
	swingName = iota + 1
	swingUnit
	swingLow
	swingHigh
	swingNPVLow
	swingNPVHigh
	swingEffect
	swingRank
)

// runRows are the rows of the sheet of runs; each column is one run of the whole model.
const (
	runTitle = iota + 2
	runEnd
	runFirst // the first variable
)

// runs writes the model once with everything likely and twice for each variable, at its
// low and at its high end: column 2, then 3, 4 for the first variable, and so on.
func (b *book) runs() {
	s := b.word(words.runs)
	b.text(s, 1, 1, b.word(words.explain), b.plain)
	b.do(b.file.SetColWidth(s, "A", "A", 34))
	n, def := len(b.vars), b.m.def
	row := runFirst
	for _, v := range b.vars {
		b.text(s, 1, row, b.word(v.Name), b.plain)
		row++
	}
	for _, f := range def.Formulas {
		b.text(s, 1, row, b.word(f.Name), b.plain)
		row++
	}
	for y := 0; y <= def.Years; y++ {
		b.text(s, 1, row, b.word(words.flow)+" "+strconv.Itoa(y), b.plain)
		row++
	}
	b.text(s, 1, row, b.word(words.npv), b.head)
	b.text(s, 2, runTitle, b.word(words.base), b.head)
	b.run(s, 2, -1, 0)
	for i, v := range b.vars {
		for end, w := range []word{words.below, words.above} {
			col := 3 + 2*i + end
			b.text(s, col, runTitle, b.word(v.Name), b.head)
			b.text(s, col, runEnd, b.word(w), b.head)
			b.run(s, col, i, inLow+2*end)
		}
	}
	b.do(b.file.SetColWidth(s, "B", column(2+2*n), 14))
	b.freeze(s, runEnd, 1)
}

// run is one column; the variable moved is taken from another column of the inputs.
func (b *book) run(s string, col, moved, from int) {
	sheet := quoted(b.word(words.inputs))
	cell := map[string]string{"term": b.ref("term")}
	row := runFirst
	for i, v := range b.vars {
		r := firstInput + i
		if i == moved {
			b.formula(s, col, row, b.number, "%s!%s", sheet, at(from, r))
		} else {
			b.formula(s, col, row, b.number, "IF(ISNUMBER(%[1]s!%[2]s),%[1]s!%[2]s,%[1]s!%[3]s)", sheet, at(inOwn, r), at(inLikely, r))
		}
		cell[v.ID] = at(col, row)
		row++
	}
	ref := func(name string) string { return cell[name] }
	for i, f := range b.m.def.Formulas {
		b.formula(s, col, row, b.number, "%s", b.m.formulas[i].inSheet(ref))
		cell[f.ID] = at(col, row)
		row++
	}
	first := row
	for y := 0; y <= b.m.def.Years; y++ {
		cell["year"] = strconv.Itoa(y)
		flow := "0"
		for i, l := range b.m.lines {
			if y < l.from || y > l.to {
				continue
			}
			sign := "-"
			if b.m.def.Lines[i].Kind == "benefit" {
				sign = "+"
			}
			flow += sign + "(" + l.inSheet(ref) + ")"
		}
		b.formula(s, col, row, b.money, "%s", flow)
		row++
	}
	b.formula(s, col, row, b.money, "%s+NPV(%s,%s:%s)", at(col, first), cell[b.m.def.Rate], at(col, first+1), at(col, row-1))
}

func (b *book) runNPV() int {
	return runFirst + len(b.vars) + len(b.m.def.Formulas) + b.m.def.Years + 1
}

// swings writes the effects twice: sorted, for people and the chart, and below in the
// order of the inputs, where they are worked out.
func (b *book) swings() {
	s, n := b.word(words.swings), len(b.vars)
	b.widths(s, 34, 16, 14, 14, 18, 18, 18, 12, 18, 18)
	b.text(s, 1, 1, b.word(words.swings), b.title)
	b.text(s, 1, 2, b.word(words.explain), b.plain)
	b.header(s, 3, words.variable, words.unit, words.low, words.high, words.npvLow, words.npvHigh, words.effect, words.rank, words.below, words.above)
	first, last := b.firstSwing, b.firstSwing+n-1
	for i := range n {
		row := 4 + i
		place := fmt.Sprintf("MATCH(%s,%s:%s,0)", at(swingRank, row), fixed(swingRank, first), fixed(swingRank, last))
		for c := swingName; c <= swingEffect; c++ {
			style := b.money
			if c <= swingHigh {
				style = b.number
			}
			b.formula(s, c, row, style, "INDEX(%s:%s,%s)", fixed(c, first), fixed(c, last), place)
		}
		b.value(s, swingRank, row, float64(i+1), b.number)
		b.formula(s, swingRank+1, row, b.money, "%s-%s", at(swingNPVLow, row), b.base())
		b.formula(s, swingRank+2, row, b.money, "%s-%s", at(swingNPVHigh, row), b.base())
	}
	b.text(s, 1, first-3, b.word(words.base), b.plain)
	b.formula(s, swingNPVLow, first-3, b.money, "%s", b.rounding(b.base()))
	b.header(s, first-1, words.variable, words.unit, words.low, words.high, words.npvLow, words.npvHigh, words.effect, words.rank)
	inputs, runs := quoted(b.word(words.inputs)), quoted(b.word(words.runs))
	for i := range n {
		row, r := first+i, firstInput+i
		for c, from := range map[int]int{swingName: inName, swingUnit: inUnit, swingLow: inLow, swingHigh: inHigh} {
			b.formula(s, c, row, b.number, "%s!%s", inputs, at(from, r))
		}
		b.formula(s, swingNPVLow, row, b.money, "%s", b.rounding(runs+"!"+at(3+2*i, b.runNPV())))
		b.formula(s, swingNPVHigh, row, b.money, "%s", b.rounding(runs+"!"+at(4+2*i, b.runNPV())))
		b.formula(s, swingEffect, row, b.money, "%s", b.rounding(fmt.Sprintf("ABS(%[1]s!%[2]s-%[1]s!%[3]s)", runs, at(3+2*i, b.runNPV()), at(4+2*i, b.runNPV()))))
		b.formula(s, swingRank, row, b.number, "RANK(%[1]s,%[2]s:%[3]s)+COUNTIF(%[2]s:%[1]s,%[1]s)-1", at(swingEffect, row), fixed(swingEffect, first), fixed(swingEffect, last))
	}
	b.freeze(s, 3, 1)
}

func (b *book) base() string { return quoted(b.word(words.runs)) + "!" + fixed(2, b.runNPV()) }

// summary is the first sheet: results, flows, two charts.
func (b *book) summary() {
	s, y, years := b.word(words.summary), b.years, quoted(b.word(words.years))
	b.widths(s, 26, 22, 16, 16, 16, 16, 16, 16)
	b.text(s, 1, 1, b.word(b.m.def.Name), b.title)
	b.text(s, 1, 2, b.word(b.m.def.Summary), b.plain)
	row := 3
	for _, line := range [][2]string{{b.word(words.customer), b.o.Customer}, {b.word(words.madeOn), b.o.MadeOn}, {b.word(words.currency), b.m.def.Currency}} {
		if line[1] != "" {
			row++
			b.text(s, 1, row, line[0], b.plain)
			b.text(s, 2, row, line[1], b.plain)
		}
	}
	row++
	b.text(s, 1, row, b.word(words.scenario), b.plain)
	b.formula(s, 2, row, b.plain, "scenario_")
	row++
	b.text(s, 1, row+1, b.word(words.results), b.head)
	b.text(s, 2, row+1, b.m.def.Currency, b.head)
	row++
	for _, one := range []struct {
		label word
		from  int
		style int
	}{{words.npv, y.npv, b.money}, {words.roi, y.roi, b.share}, {words.irr, y.irr, b.share}, {words.payback, y.payback, b.number}, {words.benefits, y.allBenefits, b.money}, {words.costs, y.allCosts, b.money}} {
		row++
		b.text(s, 1, row, b.word(one.label), b.plain)
		b.formula(s, 2, row, one.style, "%s!%s", years, at(3, one.from))
	}
	row += 2
	b.text(s, 1, row, b.word(words.perYear), b.head)
	for n := 0; n <= b.m.def.Years; n++ {
		b.value(s, 2+n, row, float64(n), b.head)
	}
	for _, one := range []struct {
		label word
		from  int
	}{{words.benefits, y.benefits}, {words.costs, y.costs}, {words.flow, y.flow}, {words.total, y.total}} {
		row++
		b.text(s, 1, row, b.word(one.label), b.plain)
		for n := 0; n <= b.m.def.Years; n++ {
			b.formula(s, 2+n, row, b.money, "%s!%s", years, at(firstYear+n, one.from))
		}
	}
	b.charts(s, row+2)
	index, err := b.file.GetSheetIndex(s)
	b.do(err)
	b.file.SetActiveSheet(index)
}

func (b *book) charts(s string, row int) {
	years, y := quoted(b.word(words.years)), b.years
	span := func(r int) string { return years + "!" + fixed(firstYear, r) + ":" + fixed(b.lastYear(), r) }
	flow := func(label int, color string) excelize.ChartSeries {
		return excelize.ChartSeries{Name: years + "!" + fixed(1, label), Categories: span(y.head), Values: span(label),
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}}
	}
	title := func(w word) []excelize.RichTextRun { return []excelize.RichTextRun{{Text: b.word(w)}} }
	font := excelize.Font{Color: "404040", Size: 9}
	money := excelize.ChartAxis{Font: font, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}, MajorGridLines: true}
	b.do(b.file.AddChart(s, at(1, row), &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{flow(y.flow, "2E75B6"), flow(y.total, "A9CCE3")},
		XAxis: excelize.ChartAxis{Font: font, TickLabelPosition: excelize.ChartTickLabelLow}, YAxis: money,
		Title: title(words.cashFlow), Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: 560, Height: 380}}))

	swings, last := quoted(b.word(words.swings)), 3+min(len(b.vars), 12)
	side := func(col int, color string) excelize.ChartSeries {
		return excelize.ChartSeries{Name: swings + "!" + fixed(col, 3), Categories: swings + "!" + fixed(swingName, 4) + ":" + fixed(swingName, last),
			Values: swings + "!" + fixed(col, 4) + ":" + fixed(col, last), Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}}
	}
	gap, overlap := uint(40), 100
	b.do(b.file.AddChart(s, at(5, row), &excelize.Chart{Type: excelize.Bar, Series: []excelize.ChartSeries{side(swingRank+1, "E59866"), side(swingRank+2, "5DADE2")},
		Title: title(words.tornado), Legend: excelize.ChartLegend{Position: "bottom"}, GapWidth: &gap, Overlap: &overlap,
		YAxis: money, XAxis: excelize.ChartAxis{Font: font, ReverseOrder: true, TickLabelPosition: excelize.ChartTickLabelLow}, Dimension: excelize.ChartDimension{Width: 680, Height: 460}}))
}
