package value

import (
	"fmt"
	"strings"
)

// yearRows are the rows of the sheet of years that others refer to.
type yearRows struct {
	head                         int // the numbers of the years
	benefits, costs, flow        int
	discounted, total            int
	sign, reached                int
	npv, irr, payback, roi       int
	allBenefits, allCosts, first int
}

// firstYear is the column of year 0; the sum of a row stands behind the last year.
const firstYear = 4

func (b *book) lastYear() int { return firstYear + b.m.def.Years }

// yearly writes the results on the way, the lines by year, and what follows from them.
func (b *book) yearly() {
	s := b.word(words.years)
	b.widths(s, 34, 18, 18)
	for c := firstYear; c <= b.lastYear()+1; c++ {
		b.do(b.file.SetColWidth(s, column(c), column(c), 16))
	}
	b.text(s, 1, 1, b.word(words.years), b.title)
	row := b.steps(s, 3)
	b.lines(s, row+1)
	b.results(s)
}

// steps writes the intermediate results and returns the row behind them.
func (b *book) steps(s string, row int) int {
	b.header(s, row, words.steps, words.unit, words.chosen, words.formula)
	for i, f := range b.m.def.Formulas {
		row++
		b.text(s, 1, row, b.word(f.Name), b.plain)
		b.text(s, 2, row, b.word(f.Unit), b.plain)
		b.formula(s, 3, row, b.number, "%s", b.m.formulas[i].inSheet(b.ref))
		b.text(s, 4, row, f.Expr, b.plain)
		b.name(f.ID, s, 3, row)
	}
	row++
	b.text(s, 1, row, b.word(words.term), b.plain)
	b.value(s, 3, row, float64(b.m.def.Years), b.number)
	b.name("term", s, 3, row)
	return row + 1
}

func (b *book) lines(s string, row int) {
	y := &b.years
	y.head = row
	b.header(s, row, words.line, words.kind, words.unit)
	for n := 0; n <= b.m.def.Years; n++ {
		b.value(s, firstYear+n, row, float64(n), b.head)
	}
	b.text(s, b.lastYear()+1, row, b.word(words.sum), b.head)
	y.first = row + 1
	for i, l := range b.m.def.Lines {
		row++
		kind := words.cost
		if l.Kind == "benefit" {
			kind = words.benefit
		}
		b.text(s, 1, row, b.word(l.Name), b.plain)
		b.text(s, 2, row, b.word(kind), b.plain)
		b.text(s, 3, row, b.m.def.Currency, b.plain)
		for n := 0; n <= b.m.def.Years; n++ {
			if n < b.m.lines[i].from || n > b.m.lines[i].to {
				b.value(s, firstYear+n, row, 0, b.money)
				continue
			}
			b.formula(s, firstYear+n, row, b.money, "%s", b.m.lines[i].inSheet(func(name string) string {
				if name == "year" {
					return fmt.Sprintf("%s$%d", column(firstYear+n), y.head)
				}
				return b.ref(name)
			}))
		}
		b.sum(s, row)
	}
	b.totals(s, row)
}

func (b *book) sum(s string, row int) {
	b.formula(s, b.lastYear()+1, row, b.money, "SUM(%s:%s)", at(firstYear, row), at(b.lastYear(), row))
}

// totals writes benefits, costs, flows, and two rows that help: the sign of the last flow
// that wasn't nothing, and the time at which the running total comes back to zero.
func (b *book) totals(s string, last int) {
	y := &b.years
	row := last + 2
	y.benefits, y.costs, y.flow, y.discounted, y.total, y.sign, y.reached = row, row+1, row+2, row+3, row+4, row+5, row+6
	for i, w := range []word{words.benefits, words.costs, words.flow, words.discounted, words.total, words.sign, words.reached} {
		b.text(s, 1, row+i, b.word(w), b.plain)
	}
	for n := 0; n <= b.m.def.Years; n++ {
		c := firstYear + n
		here, before := func(r int) string { return at(c, r) }, func(r int) string { return at(c-1, r) }
		b.formula(s, c, y.benefits, b.money, "%s", ofKind(b.m, "benefit", c, y.first))
		b.formula(s, c, y.costs, b.money, "%s", ofKind(b.m, "cost", c, y.first))
		b.formula(s, c, y.flow, b.money, "%s-%s", here(y.benefits), here(y.costs))
		b.formula(s, c, y.discounted, b.money, "%s/(1+%s)^%s", here(y.flow), b.ref(b.m.def.Rate), here(y.head))
		if n == 0 {
			b.formula(s, c, y.total, b.money, "%s", here(y.flow))
			b.formula(s, c, y.sign, b.number, "SIGN(%s)", here(y.flow))
			b.text(s, c, y.reached, "", b.number)
			continue
		}
		b.formula(s, c, y.total, b.money, "%s+%s", before(y.total), here(y.flow))
		b.formula(s, c, y.sign, b.number, "IF(%s=0,%s,SIGN(%s))", here(y.flow), before(y.sign), here(y.flow))
		b.formula(s, c, y.reached, b.number, `IF(AND(%[1]s<0,%[2]s>=0),%[3]s-%[1]s/%[4]s,"")`, before(y.total), here(y.total), before(y.head), here(y.flow))
	}
	for _, r := range []int{y.benefits, y.costs, y.flow, y.discounted} {
		b.sum(s, r)
	}
}

// ofKind adds up the lines of a kind in one column; the lines begin in row first.
func ofKind(m *Model, kind string, col, first int) string {
	var parts []string
	for i, l := range m.def.Lines {
		if l.Kind == kind {
			parts = append(parts, at(col, first+i))
		}
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, "+")
}

// results writes what the flows are worth, rounded as everywhere else.
func (b *book) results(s string) {
	y := &b.years
	none := b.word(words.none)
	flows := at(firstYear, y.flow) + ":" + at(b.lastYear(), y.flow)
	later := at(firstYear+1, y.flow) + ":" + at(b.lastYear(), y.flow)
	row := y.reached + 2
	b.text(s, 1, row, b.word(words.results), b.head)
	put := func(label word, style int, format string, args ...any) int {
		row++
		b.text(s, 1, row, b.word(label), b.plain)
		b.formula(s, 3, row, style, format, args...)
		return row
	}
	sum := b.lastYear() + 1
	y.allBenefits = put(words.benefits, b.money, "%s", b.rounding(at(sum, y.benefits)))
	y.allCosts = put(words.costs, b.money, "%s", b.rounding(at(sum, y.costs)))
	y.npv = put(words.npv, b.money, "%s", b.rounding(fmt.Sprintf("%s+NPV(%s,%s)", at(firstYear, y.flow), b.ref(b.m.def.Rate), later)))
	y.roi = put(words.roi, b.share, `IF(%[1]s=0,"%[3]s",ROUND((%[2]s-%[1]s)/%[1]s,4))`, at(sum, y.costs), at(sum, y.benefits), none)
	// A rate is stated when the flows change their sign exactly once. The search begins at what
	// the first year returns, because spreadsheets give up far from the result.
	signs := fmt.Sprintf("SUMPRODUCT(--(%s:%s*%s:%s<0))", at(firstYear, y.sign), at(b.lastYear()-1, y.sign), at(firstYear+1, y.sign), at(b.lastYear(), y.sign))
	y.irr = put(words.irr, b.share, `IF(%[1]s=1,IFERROR(ROUND(IRR(%[2]s,IFERROR(MAX(0.1,-%[3]s/%[4]s-0.5),0.1)),4),IFERROR(ROUND(IRR(%[2]s,-0.5),4),IFERROR(ROUND(IRR(%[2]s,-0.9),4),"%[5]s"))),"%[5]s")`,
		signs, flows, at(firstYear+1, y.flow), at(firstYear, y.flow), none)
	y.payback = put(words.payback, b.number, `IF(COUNT(%[1]s:%[2]s)>0,ROUND(MIN(%[1]s:%[2]s),2),IF(MIN(%[3]s:%[4]s)>=0,0,"%[5]s"))`,
		at(firstYear, y.reached), at(b.lastYear(), y.reached), at(firstYear, y.total), at(b.lastYear(), y.total), none)
	b.freeze(s, 1, 1)
}
