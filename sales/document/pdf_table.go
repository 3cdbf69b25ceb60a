package document

const (
	cellSize = 9.5 // of letters
	cellLine = cellSize * 1.4
	padding  = 6.0
)

// table draws rows that stay whole; its head stands on every page again.
func (l *layout) table(b Block, from, to float64) {
	widths := l.columns(b, to-from)
	if len(widths) == 0 {
		return
	}
	l.y += 4
	if b.Head != nil {
		l.need(3 * cellSize * leading)
		l.row(b.Head, widths, from, true)
	}
	for _, r := range b.Rows {
		page, height := l.page, l.height(r, widths)
		if height > (bottom-top)*.8 { // goes over pages anyway
			height = 4 * cellLine
		}
		if l.need(height); l.page != page && b.Head != nil {
			l.row(b.Head, widths, from, true)
		}
		l.row(r, widths, from, false)
	}
	l.y += 8
}

// columns shares the width by how wide the texts are, none below a seventh of an even
// share.
func (l *layout) columns(b Block, width float64) []float64 {
	var widest []float64
	rows := b.Rows
	if b.Head != nil {
		rows = append([][][]Run{b.Head}, rows...)
	}
	for _, r := range rows {
		for i, cell := range r {
			if i == len(widest) {
				widest = append(widest, 0)
			}
			w := 2 * padding
			for _, run := range cell {
				w += l.file.Measure(run.shown(), cellSize) * 1.02
			}
			widest[i] = max(widest[i], min(w, width*.6))
		}
	}
	sum := 0.0
	for i := range widest {
		widest[i] = max(widest[i], width/float64(len(widest))/7)
		sum += widest[i]
	}
	for i := range widest {
		widest[i] *= width / sum
	}
	return widest
}

func (l *layout) cells(r [][]Run, widths []float64) [][][]letter {
	out := make([][][]letter, len(widths))
	for i := range widths {
		if i < len(r) {
			out[i] = l.wrap(r[i], cellSize, widths[i]-2*padding)
		}
	}
	return out
}

func (l *layout) height(r [][]Run, widths []float64) float64 {
	most := 1
	for _, c := range l.cells(r, widths) {
		most = max(most, len(c))
	}
	return float64(most)*cellLine + padding
}

// row draws a row. One that is higher than a page goes on over the next ones.
func (l *layout) row(r [][]Run, widths []float64, from float64, head bool) {
	cells, lines, width := l.cells(r, widths), 1, 0.0
	for i, c := range cells {
		lines, width = max(lines, len(c)), width+widths[i]
	}
	for first := 0; ; l.turn() {
		room := max(int((bottom-l.y-padding)/cellLine), 1)
		n := min(lines-first, room)
		part := float64(n)*cellLine + padding
		if head {
			l.page.Fill(from, l.y, width, part, shade)
		}
		x := from
		for i, c := range cells {
			for k := first; k < min(len(c), first+n); k++ {
				l.line(x+padding, l.y+padding/2+float64(k-first)*cellLine, cellSize, ink, c[k])
			}
			l.page.Line(x, l.y, x, l.y+part, .5, rule)
			x += widths[i]
		}
		l.page.Line(x, l.y, x, l.y+part, .5, rule)
		l.page.Line(from, l.y, x, l.y, .5, rule)
		l.page.Line(from, l.y+part, x, l.y+part, .5, rule)
		l.y += part
		if first += n; first >= lines {
			return
		}
	}
}
