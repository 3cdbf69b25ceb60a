package document

import (
	"slices"
	"strings"

	"headwater/pack"
)

// figure is one number where it stands in a text.
type figure struct {
	text string // what the number is worth: with the sign of a share, since 12 and 12% aren't the same
	read string // as it is written
	run  Run    // what stands there: a figure of an input, a person's own number, or plain text
}

// figures are the numbers of a text in their order.
func figures(list []Block) []figure {
	var out []figure
	each(list, func(text []Run) []Run {
		for _, r := range text {
			for _, at := range numbersIn(r.Text) {
				read := r.Text[at[0]:at[1]]
				out = append(out, figure{worthOf(read), read, r})
			}
		}
		return text
	})
	return out
}

// each hands every text of the blocks to fn and puts back what it gives.
func each(list []Block, fn func([]Run) []Run) {
	for i := range list {
		b := &list[i]
		b.Text = fn(b.Text)
		for k := range b.Items {
			b.Items[k] = fn(b.Items[k])
		}
		for _, rows := range [][][][]Run{{b.Head}, b.Rows} {
			for _, r := range rows {
				for k := range r {
					r[k] = fn(r[k])
				}
			}
		}
	}
}

// tie says of each number in a changed text what it is: one that stood there before stays
// what it was, a figure that the document knows is tied to its input, any other is the
// person's own, and bears what it replaced.
func tie(list []Block, before []figure, known []Number) {
	now := figures(list)
	is := matched(before, now, known)
	at := 0
	each(list, func(text []Run) []Run {
		var out []Run
		for _, r := range text {
			out = append(out, cut(r, is[at:])...)
			at += len(numbersIn(r.Text))
		}
		return out
	})
}

// cut parts a run so that each number that is more than text is a run of its own. What is
// shown of a figure beside its digits, such as a currency, belongs to it.
func cut(r Run, is []Run) []Run {
	var out []Run
	from := 0
	piece := func(to int, as Run) {
		if to > from {
			as.Text, as.Bold, as.Missing = r.Text[from:to], r.Bold, r.Missing
			out = append(out, as)
		}
		from = max(from, to)
	}
	for i, n := range numbersIn(r.Text) {
		mark := is[i]
		if mark.Input == "" && !mark.Own {
			continue
		}
		start, end := n[0], n[1]
		if before, after, ok := strings.Cut(mark.Text, r.Text[start:end]); ok && !mark.Own &&
			strings.HasSuffix(r.Text[from:start], before) && strings.HasPrefix(r.Text[end:], after) {
			start, end = start-len(before), end+len(after)
		}
		piece(start, Run{})
		piece(end, Run{Input: mark.Input, Own: mark.Own, Was: mark.Was})
	}
	piece(len(r.Text), Run{})
	return out
}

// matched gives for each number of a text what it is.
func matched(before, now []figure, known []Number) []Run {
	is, stays := make([]Run, len(now)), make([]int, len(now))
	used := make([]bool, len(before))
	common(before, now, func(i, k int) { used[i], stays[k], is[k] = true, i+1, before[i].run })
	gap := 0 // the first number of the text before that may stand in the place of the next one
	for k, n := range now {
		if stays[k] > 0 {
			gap = stays[k]
			continue
		}
		// It was moved, or put back.
		if i := slices.IndexFunc(before, func(f figure) bool { return f.text == n.text }); i >= 0 && !used[i] {
			used[i], is[k] = true, before[i].run
			continue
		}
		old := Run{}
		for i := gap; i < len(before); i++ {
			if slices.Contains(stays, i+1) {
				break
			}
			if !used[i] {
				used[i], old, gap = true, before[i].run, i+1
				if !old.Own {
					old.Was = before[i].read
					if old.Input != "" {
						old.Was = old.Text
					}
				}
				break
			}
		}
		if old.Own && slices.Contains(worths(old.Was), n.text) {
			if i := slices.IndexFunc(known, func(x Number) bool { return x.Input == old.Input && x.Shown == old.Was }); i >= 0 {
				is[k] = Run{Text: old.Was, Input: old.Input}
				continue
			}
			if old.Input == "" {
				continue
			}
		}
		if i := slices.IndexFunc(known, func(x Number) bool {
			return len(n.text) > 2 && slices.Contains(worths(x.Shown), n.text)
		}); i >= 0 {
			is[k] = Run{Text: known[i].Shown, Input: known[i].Input}
			continue
		}
		is[k] = Run{Own: true, Input: old.Input, Was: old.Was}
	}
	return is
}

// worths are what the numbers of a text are worth.
func worths(text string) []string {
	var out []string
	for _, at := range numbersIn(text) {
		out = append(out, worthOf(text[at[0]:at[1]]))
	}
	return out
}

// firstNumber is the first number of a text as it is written; a text without one as it is.
func firstNumber(text string) string {
	if all := numbersIn(text); len(all) > 0 {
		return text[all[0][0]:all[0][1]]
	}
	return text
}

// common calls same for the numbers that two texts have in the same order, as many as
// possible.
func common(a, b []figure, same func(i, k int)) {
	long := make([][]int, len(a)+1)
	for i := range long {
		long[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for k := len(b) - 1; k >= 0; k-- {
			long[i][k] = max(long[i+1][k], long[i][k+1])
			if a[i].text == b[k].text {
				long[i][k] = long[i+1][k+1] + 1
			}
		}
	}
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i].text == b[k].text:
			same(i, k)
			i, k = i+1, k+1
		case long[i+1][k] >= long[i][k+1]:
			i++
		default:
			k++
		}
	}
}

// OwnNumber is a number that a person wrote into a document.
type OwnNumber struct {
	Part   string `json:"part"` // the section's id, or "summary"
	Text   string `json:"text"`
	Was    string `json:"was,omitempty"`    // what stood in its place
	Name   string `json:"name,omitempty"`   // of the input that it replaces
	Source string `json:"source,omitempty"` // of what it replaces
}

// Own lists the numbers that people wrote, in the order of the text.
func (d *Document) Own() []OwnNumber {
	out := []OwnNumber{}
	for _, p := range d.parts() {
		each(*p.blocks, func(text []Run) []Run {
			for _, r := range text {
				if !r.Own {
					continue
				}
				o := OwnNumber{Part: p.id, Text: r.Text, Was: r.Was}
				if i := slices.IndexFunc(d.Numbers, func(n Number) bool { return r.Input != "" && n.Input == r.Input }); i >= 0 {
					o.Name, o.Source = d.Numbers[i].Name, d.Numbers[i].Source
				}
				out = append(out, o)
			}
			return text
		})
	}
	return out
}

// Moved is a figure whose source says something else now than the document shows.
type Moved struct {
	Input  string `json:"input"`
	Name   string `json:"name"`
	Shown  string `json:"shown"`
	Now    string `json:"now"` // empty: the source has no number any more
	Source string `json:"source"`
}

// Moved compares the figures of a document with what its template's inputs are now.
func (d *Document) Moved(t pack.Template, in Inputs) []Moved {
	data, _ := fill(t, in, d.Lang)
	fresh, out := numbers(t, data, d.Lang), []Moved{}
	for _, n := range d.Numbers {
		if !slices.ContainsFunc(t.Inputs, func(i pack.Input) bool { return i.ID == n.Input }) {
			continue // kept before figures knew their inputs, or the template has lost it
		}
		m := Moved{Input: n.Input, Name: n.Name, Shown: n.Shown, Source: n.Source}
		if i := slices.IndexFunc(fresh, func(f Number) bool { return f.Input == n.Input }); i >= 0 {
			m.Now, m.Source = fresh[i].Shown, fresh[i].Source
		}
		if m.Now != m.Shown {
			out = append(out, m)
		}
	}
	return out
}

// Freshen puts the numbers of today in the places of figures that moved. What a person
// wrote stays.
func (d *Document) Freshen(moved []Moved) {
	for _, m := range moved {
		if m.Now == "" {
			continue
		}
		for i := range d.Numbers {
			if n := &d.Numbers[i]; n.Input == m.Input {
				n.Shown, n.Source = m.Now, m.Source
			}
		}
		for _, p := range d.parts() {
			each(*p.blocks, func(text []Run) []Run {
				for i := range text {
					r := &text[i]
					switch {
					case r.Input != m.Input || r.Own:
					case r.Text == m.Shown:
						r.Text = m.Now
					default:
						r.Text = firstNumber(m.Now)
					}
				}
				return text
			})
		}
	}
}
