package document

import (
	"math"
	"unicode/utf8"
)

// HalfPage says how much of its half page the summary takes, in lines of the page.
type HalfPage struct {
	Lines int    `json:"lines"`
	Most  int    `json:"most"`
	Over  int    `json:"over"`           // lines too many; 0: it fits
	From  string `json:"from,omitempty"` // how the text begins that lies beyond
}

// Widths of letters over their size, as the fonts in use have them in the mean. They are
// estimates, so that the same summary is judged alike on machines with other fonts.
const (
	wide   = 1.0
	narrow = 0.55
)

// Half measures the summary against half of a page, its heading included.
func (d *Document) Half() HalfPage {
	const head = 8 + 11.5*leading + 6
	line := float64(normal * leading)
	room := (bottom-top)/2 - head
	out := HalfPage{Most: int(room / line)}
	y, width := 0.0, float64(right-12-(left+16))
	for _, b := range d.Summary {
		y += b.height(width)
		if y > room && out.From == "" {
			out.From = opening(b)
		}
	}
	out.Lines = int(math.Ceil(y/line - 0.2)) // the gaps behind paragraphs aren't lines
	out.Over = max(0, out.Lines-out.Most)
	if out.Over == 0 {
		out.From = ""
	}
	return out
}

// height of a block as the page sets it, in points.
func (b Block) height(width float64) float64 {
	h := 0.0
	write := func(text []Run, size, width float64) {
		h += float64(linesOf(plain(text), size, width)) * size * leading
	}
	switch b.Kind {
	case Heading:
		h += 6
		write(b.Text, 13-float64(min(b.Level, 3))*.7, width)
	case Bullets, Numbered:
		for _, i := range b.Items {
			write(i, normal, width-20)
		}
		h += 3
	case Entry:
		write(b.Text, normal, width)
		for _, i := range b.Items {
			write(i, normal, width-16)
		}
		h += 8
	case Table:
		for _, r := range append([][][]Run{b.Head}, b.Rows...) {
			most := 0
			for _, c := range r {
				most = max(most, linesOf(plain(c), cellSize, width/float64(len(r))-2*padding))
			}
			if most > 0 {
				h += float64(most)*cellLine + padding
			}
		}
		h += 8
	default:
		write(b.Text, normal, width)
		h += 3
	}
	return h
}

func linesOf(text string, size, width float64) int {
	lines, used := 1, 0.0
	for _, r := range text {
		w := narrow * size
		switch {
		case r == '\n':
			lines, used = lines+1, 0
			continue
		case chinese(r) || r >= '\u2E80':
			w = wide * size
		}
		if used += w; used > width {
			lines, used = lines+1, w
		}
	}
	return lines
}

// opening is how a block's text begins.
func opening(b Block) string {
	for _, l := range b.lines() {
		if utf8.RuneCountInString(l) > 24 {
			l = string([]rune(l)[:24]) + "…"
		}
		return l
	}
	return ""
}
