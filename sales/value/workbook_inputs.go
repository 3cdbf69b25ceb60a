package value

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"headwater/lake"
)

// Columns of the inputs.
const (
	inName = iota + 1
	inUnit
	inLow
	inLikely
	inHigh
	inOwn
	inChosen
	inSource
	inConfirmed
	inNote
)

const firstInput = 6 // row

// inputs writes one row for each variable. What counts is the own number, else the end of
// the range that the scenario takes; which end that is, the table of effects says.
func (b *book) inputs() {
	s := b.word(words.inputs)
	b.widths(s, 30, 16, 14, 14, 14, 14, 14, 14, 18, 40)
	b.text(s, 1, 1, b.word(words.inputs), b.title)
	b.text(s, 1, 2, b.word(words.scenario), b.head)
	b.text(s, 2, 2, b.scenarioWord(b.o.Scenario), b.input)
	b.text(s, 3, 2, b.word(words.pick), b.plain)
	b.text(s, 1, 3, b.word(words.ownHelp), b.plain)
	list := excelize.NewDataValidation(true)
	list.Sqref = "B2"
	b.do(list.SetDropList([]string{b.word(words.cautious), b.word(words.likely), b.word(words.hopeful)}))
	b.do(b.file.AddDataValidation(s, list))
	b.do(b.file.SetDefinedName(&excelize.DefinedName{Name: "scenario_", RefersTo: quoted(s) + "!$B$2"}))
	b.header(s, firstInput-1, words.variable, words.unit, words.low, words.likely, words.high, words.own, words.chosen, words.source, words.confirmed, words.note)
	b.firstSwing = 4 + len(b.vars) + 4
	for i, v := range b.vars {
		row := firstInput + i
		b.text(s, inName, row, b.word(v.Name), b.plain)
		b.text(s, inUnit, row, b.word(v.Unit), b.plain)
		b.value(s, inLow, row, v.low, b.input)
		b.value(s, inLikely, row, v.likely, b.input)
		b.value(s, inHigh, row, v.high, b.input)
		b.style(s, inOwn, row, b.input)
		b.text(s, inSource, row, b.word(sourceWords[v.Source]), b.plain)
		b.text(s, inConfirmed, row, v.ConfirmedBy, b.plain)
		b.text(s, inNote, row, v.Note, b.wrapped)
		effects, r := quoted(b.word(words.swings)), b.firstSwing+i
		b.formula(s, inChosen, row, b.number, `IF(ISNUMBER(%[1]s),%[1]s,IF(scenario_="%[5]s",IF(%[7]s!%[8]s<=%[7]s!%[9]s,%[2]s,%[4]s),IF(scenario_="%[6]s",IF(%[7]s!%[8]s<=%[7]s!%[9]s,%[4]s,%[2]s),%[3]s)))`,
			at(inOwn, row), at(inLow, row), at(inLikely, row), at(inHigh, row), b.word(words.cautious), b.word(words.hopeful), effects, at(swingNPVLow, r), at(swingNPVHigh, r))
		b.name(v.ID, s, inChosen, row)
	}
	b.freeze(s, firstInput-1, 1)
}

func (b *book) scenarioWord(s Scenario) string {
	switch s {
	case Cautious:
		return b.word(words.cautious)
	case Hopeful:
		return b.word(words.hopeful)
	}
	return b.word(words.likely)
}

// sources says for each variable where its number comes from, where it should come from
// and how to get it, with the figures from elsewhere beside it.
func (b *book) sources() {
	s := b.word(words.sources)
	b.widths(s, 30, 14, 14, 18, 40, 40, 34, 18, 40)
	b.text(s, 1, 1, b.word(words.sources), b.title)
	b.header(s, 3, words.variable, words.source, words.wanted, words.confirmed, words.note, words.ask, words.benchmark, words.benchmarkFrom, words.origin)
	for i, v := range b.vars {
		row := 4 + i
		cells := []string{b.word(v.Name), b.word(sourceWords[v.Source]), b.word(sourceWords[v.Wanted]), v.ConfirmedBy, v.Note, b.word(v.Ask), "", "", ""}
		if mark, ok := b.o.Benchmarks[v.Benchmark]; ok && v.Benchmark != "" {
			cells[6], cells[7] = b.word(mark.Name), benchmarkRange(mark.Low, mark.Likely, mark.High)+" "+b.word(mark.Unit)
			if from, ok := b.o.Sources[mark.Source]; ok {
				cells[8] = b.word(from.Name)
			}
			if mark.Note != nil {
				cells[8] = strings.TrimSpace(cells[8] + " " + b.word(*mark.Note))
			}
		}
		for c, text := range cells {
			b.text(s, c+1, row, text, b.wrapped)
		}
	}
	b.freeze(s, 3, 1)
}

func benchmarkRange[N interface{ String() string }](ends ...*N) string {
	var out []lake.Cell
	for _, e := range ends {
		if e != nil {
			out = append(out, lake.Cell((*e).String()))
		}
	}
	return cells(out...)
}
