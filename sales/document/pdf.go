package document

import (
	"bytes"
	"strconv"
	"strings"

	"headwater/sales/document/pdf"
)

// PDF writes the document as PDF with an embedded part of a font; nil looks for one on
// this machine that has all of its characters. Without one the error is font_missing; the
// same document can then still be had as DOCX or page. The same document and font give
// the same bytes.
func (d *Document) PDF(font *pdf.Font) ([]byte, error) {
	if font == nil {
		var err error
		if font, err = pdf.Find(d.allText(), nil); err != nil {
			return nil, err
		}
	}
	l := &layout{d: d, file: pdf.New(font, pdf.Info{Title: d.Title, Author: d.Company, Lang: d.tag(), Date: d.MadeOn})}
	l.body()
	l.frame()
	var out bytes.Buffer
	if _, err := l.file.WriteTo(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// allText is every character that the document shows.
func (d *Document) allText() string {
	return string(d.HTML()) + d.words().page + d.words().of + d.words().from + "•"
}

// Measures of a page, in points.
const (
	left, right = 62.0, pdf.Width - 62
	top, bottom = 78.0, pdf.Height - 66
	normal      = 10.5
	leading     = 1.62 // heights of lines over the size of letters
)

var (
	ink    = pdf.Color{.12, .16, .2}
	blue   = pdf.Color{.12, .31, .47}
	grey   = pdf.Color{.45, .48, .52}
	amber  = pdf.Color{.61, .34, 0}
	rule   = pdf.Color{.78, .8, .83}
	pale   = pdf.Color{.95, .97, .99}
	shade  = pdf.Color{.87, .92, .96}
	yellow = pdf.Color{1, .95, .8}
	stripe = pdf.Color{.18, .46, .71}
)

// layout places a document on pages; y is where the next line begins.
type layout struct {
	d    *Document
	file *pdf.File
	page *pdf.Page
	y    float64
}

func (l *layout) turn() {
	l.page, l.y = l.file.Page(), top
}

// need begins a new page when less than height is left.
func (l *layout) need(height float64) {
	if l.page == nil || l.y+height > bottom && l.y > top {
		l.turn()
	}
}

func (l *layout) body() {
	d := l.d
	l.turn()
	l.write(left, right, 20, blue, []Run{{Text: d.Title, Bold: true}})
	l.y += 4
	for _, f := range d.facts() {
		l.write(left, right, 9.5, grey, []Run{{Text: f[0] + "  ", Bold: true}, {Text: f[1]}})
	}
	l.y += 8
	l.summary()
	if b, ok := d.missingTable(); ok {
		l.block(b, left, right)
	}
	for _, s := range d.Sections {
		l.heading(s.Title, 14, true)
		for _, b := range s.Blocks {
			l.block(b, left, right)
		}
	}
	if b, ok := d.numbersTable(); ok {
		l.heading(d.words().numbers, 14, true)
		l.block(b, left, right)
	}
}

// summary stands in a box. Its height is known once it is written; on the first page it
// always fits unless somebody writes far more than half a page, and then the box ends
// with the page.
func (l *layout) summary() {
	start, page := l.y, l.page
	l.y += 8
	l.write(left+16, right-12, 11.5, blue, []Run{{Text: l.d.words().summary, Bold: true}})
	for _, b := range l.d.Summary {
		l.block(b, left+16, right-12)
	}
	l.y += 6
	end := l.y
	if l.page != page {
		end = bottom
	}
	page.Backdrop(left, start, right-left, end-start, pale)
	page.Backdrop(left, start, 4, end-start, stripe)
	l.y += 12
}

func (l *layout) heading(text string, size float64, section bool) {
	l.need(size*leading + 50) // with some of what follows
	l.y += size * .7
	if section {
		l.file.Bookmark(text, l.y)
	}
	l.write(left, right, size, blue, []Run{{Text: text, Bold: true}})
	l.y += 2
}

func (l *layout) block(b Block, from, to float64) {
	switch b.Kind {
	case Heading:
		size := 13 - float64(min(b.Level, 3))*.7
		l.need(size*leading + 36)
		l.y += 6
		l.write(from, to, size, blue, embolden(append([]Run{}, b.Text...)))
	case Bullets, Numbered:
		for i, text := range b.Items {
			sign := "•"
			if b.Kind == Numbered {
				sign = strconv.Itoa(i+1) + "."
			}
			l.need(normal * leading)
			l.page.Text(from+4, l.y, pdf.Style{Size: normal, Color: ink}, sign)
			l.write(from+20, to, normal, ink, text)
		}
		l.y += 3
	case Entry:
		l.need(normal * leading * 2.5)
		l.y += 4
		l.write(from, to, normal, ink, b.Text)
		for _, i := range b.Items {
			l.write(from+16, to, normal, ink, i)
		}
		l.y += 4
	case Table:
		l.table(b, from, to)
	default:
		l.write(from, to, normal, ink, b.Text)
		l.y += 3
	}
}

// write sets lines of text between two edges, over as many pages as it takes.
func (l *layout) write(from, to, size float64, color pdf.Color, text []Run) {
	for _, line := range l.wrap(text, size, to-from) {
		l.need(size * leading)
		l.line(from, l.y, size, color, line)
		l.y += size * leading
	}
}

// line draws one line; stretches of one style at a time.
func (l *layout) line(x, y, size float64, color pdf.Color, line []letter) {
	for len(line) > 0 {
		n := 1
		for n < len(line) && line[n].bold == line[0].bold && line[n].missing == line[0].missing {
			n++
		}
		var text strings.Builder
		width := 0.0
		for _, c := range line[:n] {
			text.WriteRune(c.rune)
			width += c.width
		}
		style := pdf.Style{Size: size, Bold: line[0].bold, Color: color}
		if line[0].missing {
			style.Color = amber
			l.page.Fill(x, y-1, width, size*1.35, yellow)
		}
		l.page.Text(x, y, style, text.String())
		x += width
		line = line[n:]
	}
}

// frame writes header, footer and watermark on every page, when their number is known.
func (l *layout) frame() {
	w, pages := l.d.words(), l.file.Pages()
	small := pdf.Style{Size: 8.5, Color: grey}
	for i, p := range pages {
		p.Text(left, 40, small, l.d.Company)
		p.Text(right-l.file.Measure(l.d.Title, small.Size), 40, small, l.d.Title)
		p.Line(left, 55, right, 55, .5, rule)
		foot := strings.TrimSpace(w.page + " " + strconv.Itoa(i+1) + " " + w.of + " " + strconv.Itoa(len(pages)) + " " + w.from)
		p.Text((pdf.Width-l.file.Measure(foot, small.Size))/2, pdf.Height-44, small, foot)
		if l.d.Watermark != "" {
			size := 46.0
			if width := l.file.Measure(l.d.Watermark, size); width > 560 {
				size *= 560 / width
			}
			p.Watermark(l.d.Watermark, size)
		}
	}
}
