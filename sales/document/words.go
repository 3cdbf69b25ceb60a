package document

import (
	"slices"
	"strconv"
)

// words are what every document says in a language.
type words struct {
	summary, missing, how, numbers, name, shown, source, madeOn, version, customer, page, of, from, own, typed, was string
}

var said = map[string]words{
	"zh": {summary: "给决策人的摘要", missing: "尚缺的输入", how: "如何取得", numbers: "数字与来源", name: "名称", shown: "数值", source: "来源", madeOn: "日期", version: "版本", customer: "客户", page: "第", of: "页，共", from: "页", own: "手工填写的数字", typed: "手工填写，没有记录作依据", was: "手工填写，原为"},
	"en": {summary: "For the decision maker", missing: "Still missing", how: "How to get it", numbers: "Numbers and their sources", name: "Name", shown: "Number", source: "Source", madeOn: "Date", version: "Version", customer: "Customer", page: "Page", of: "of", from: "", own: "Number entered by hand", typed: "entered by hand; no record holds it", was: "entered by hand; it was"},
}

func (d *Document) words() words { return said[d.Lang] }

// facts are the lines below the title: whom it is for, when it was made, which version.
func (d *Document) facts() [][2]string {
	w := d.words()
	var out [][2]string
	if d.Customer != "" {
		out = append(out, [2]string{w.customer, d.Customer})
	}
	if d.MadeOn != "" {
		out = append(out, [2]string{w.madeOn, date(d.Lang, d.MadeOn)})
	}
	if d.Version > 0 {
		out = append(out, [2]string{w.version, "V" + strconv.Itoa(d.Version)})
	}
	return out
}

// missingTable and numbersTable are the lists that every document ends its summary and
// itself with; ok is false when there is nothing to list.
func (d *Document) missingTable() (Block, bool) {
	w, b := d.words(), Block{Kind: Table}
	b.Head = [][]Run{{{Text: w.missing, Bold: true}}, {{Text: w.how, Bold: true}}}
	for _, m := range d.Missing {
		how := m.How
		if how == "" {
			how = "—"
		}
		b.Rows = append(b.Rows, [][]Run{{{Text: m.Name, Missing: true}}, {{Text: how}}})
	}
	return b, len(b.Rows) > 0
}

func (d *Document) numbersTable() (Block, bool) {
	w, b := d.words(), Block{Kind: Table}
	b.Head = [][]Run{{{Text: w.name, Bold: true}}, {{Text: w.shown, Bold: true}}, {{Text: w.source, Bold: true}}}
	own, shown := d.Own(), d.figuresShown()
	for _, n := range d.Numbers {
		if n.Input != "" && !shown[n.Input] && slices.ContainsFunc(own, func(o OwnNumber) bool { return o.Name == n.Name }) {
			continue // a person's number stands in all of its places
		}
		b.Rows = append(b.Rows, [][]Run{{{Text: n.Name}}, {{Text: n.Shown}}, {{Text: n.Source}}})
	}
	for _, o := range own {
		name, source := o.Name, w.typed
		if name == "" {
			name = w.own
		}
		if o.Was != "" {
			source = w.was + " " + o.Was
		}
		if o.Source != "" {
			source += " (" + o.Source + ")"
		}
		b.Rows = append(b.Rows, [][]Run{{{Text: name}}, {{Text: o.Text, Own: true}}, {{Text: source}}})
	}
	return b, len(b.Rows) > 0
}

// figuresShown are the inputs whose figures stand in the text.
func (d *Document) figuresShown() map[string]bool {
	out := map[string]bool{}
	for _, p := range d.parts() {
		each(*p.blocks, func(text []Run) []Run {
			for _, r := range text {
				if r.Input != "" && !r.Own {
					out[r.Input] = true
				}
			}
			return text
		})
	}
	return out
}
