package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf16"
)

// Width and Height of a page: A4.
const (
	Width  = 595.28
	Height = 841.89
)

// Info is what a reader shows about a file.
type Info struct {
	Title, Author string
	Lang          string // zh-CN
	Date          string // 2026-11-22; may be empty
}

// Color is red, green and blue, 0 to 1.
type Color [3]float64

// Style is how text looks.
type Style struct {
	Size  float64
	Bold  bool
	Color Color
}

// File is a PDF being written; for one goroutine. The same calls give the same bytes.
type File struct {
	info  Info
	set   *subset
	pages []*Page
	marks []mark
}

type mark struct {
	title string
	page  int
	y     float64
}

// New begins a file in a font.
func New(f *Font, info Info) *File { return &File{info: info, set: newSubset(f)} }

// Page is one page.
type Page struct {
	file        *File
	under, over bytes.Buffer // under lies below all of over
}

// Page adds a page.
func (f *File) Page() *Page {
	p := &Page{file: f}
	f.pages = append(f.pages, p)
	return p
}

// Pages are the pages so far.
func (f *File) Pages() []*Page { return f.pages }

// Bookmark names a place on the newest page in the reader's table of contents.
func (f *File) Bookmark(title string, y float64) {
	f.marks = append(f.marks, mark{title, len(f.pages) - 1, y})
}

// Measure is the width of a text.
func (f *File) Measure(text string, size float64) float64 {
	sum := 0
	for _, r := range text {
		sum += f.set.widths[f.set.add(r)]
	}
	return float64(sum) * size / em
}

// Text writes a text with the middle of its letters on the line's height: y is the top of
// the line, whose height is size.
func (p *Page) Text(x, y float64, s Style, text string) {
	p.text(&p.over, 1, 0, x, Height-y-s.Size*p.file.baseline(), s, text)
}

// baseline is how far below the top of a line its letters stand, as a part of the size.
func (f *File) baseline() float64 {
	height := f.set.font.ascent - f.set.font.descent
	if height <= 0 {
		return 0.88
	}
	return f.set.font.ascent / height
}

// Watermark writes a text in light grey across the page, below everything.
func (p *Page) Watermark(text string, size float64) {
	const angle = math.Pi / 4.5
	half := p.file.Measure(text, size) / 2
	cos, sin := math.Cos(angle), math.Sin(angle)
	p.text(&p.under, cos, sin, Width/2-half*cos, Height/2-half*sin, Style{Size: size, Color: Color{.87, .87, .87}}, text)
}

func (p *Page) text(to *bytes.Buffer, cos, sin, x, y float64, s Style, text string) {
	if text == "" {
		return
	}
	var hex strings.Builder
	for _, r := range text {
		fmt.Fprintf(&hex, "%04X", p.file.set.add(r))
	}
	mode := ""
	if s.Bold { // the outline is drawn a little beyond the letter: one font serves both
		mode = fmt.Sprintf("2 Tr %s w %s RG ", num(s.Size/32), s.Color)
	}
	fmt.Fprintf(to, "q BT /F1 %s Tf %s rg %s%s %s %s %s %s %s Tm <%s> Tj ET Q\n", num(s.Size), s.Color, mode, num(cos), num(sin), num(-sin), num(cos), num(x), num(y), hex.String())
}

// Fill draws a rectangle whose left top corner is x, y, over what was drawn before.
func (p *Page) Fill(x, y, width, height float64, c Color) {
	p.rectangle(&p.over, x, y, width, height, c)
}

// Backdrop draws a rectangle below everything, also what was drawn before.
func (p *Page) Backdrop(x, y, width, height float64, c Color) {
	p.rectangle(&p.under, x, y, width, height, c)
}

func (p *Page) rectangle(to *bytes.Buffer, x, y, width, height float64, c Color) {
	fmt.Fprintf(to, "%s rg %s %s %s %s re f\n", c, num(x), num(Height-y-height), num(width), num(height))
}

// Line draws a straight line.
func (p *Page) Line(x1, y1, x2, y2, thick float64, c Color) {
	fmt.Fprintf(&p.over, "%s RG %s w %s %s m %s %s l S\n", c, num(thick), num(x1), num(Height-y1), num(x2), num(Height-y2))
}

func (c Color) String() string { return num(c[0]) + " " + num(c[1]) + " " + num(c[2]) }

func num(x float64) string {
	s := strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.3f", x), "0"), ".")
	if s == "" || s == "-0" {
		return "0"
	}
	return s
}

// objects writes the numbered objects of a file and where each begins.
type objects struct {
	bytes.Buffer
	starts []int
}

func (o *objects) put(n int, body string) {
	for len(o.starts) <= n {
		o.starts = append(o.starts, 0)
	}
	o.starts[n] = o.Len()
	fmt.Fprintf(o, "%d 0 obj\n%s\nendobj\n", n, body)
}

func (o *objects) stream(n int, entries string, data []byte) error {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	o.put(n, fmt.Sprintf("<< /Length %d /Filter /FlateDecode %s>>\nstream\n%s\nendstream", packed.Len(), entries, packed.String()))
	return nil
}

// Numbers of the objects; pages and their contents follow, then bookmarks.
const (
	catalog = iota + 1
	tree
	fontObject
	cidFont
	descriptor
	fontFile
	toUnicode
	infoObject
	outlines
	firstPage
)

// WriteTo writes the file.
func (f *File) WriteTo(w io.Writer) (int64, error) {
	o := &objects{}
	o.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	firstMark := firstPage + 2*len(f.pages)
	outline := ""
	if len(f.marks) > 0 {
		outline = fmt.Sprintf(" /Outlines %d 0 R /PageMode /UseOutlines", outlines)
	}
	o.put(catalog, fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R /Lang (%s)%s /ViewerPreferences << /DisplayDocTitle true >> >>", tree, f.info.Lang, outline))
	var kids strings.Builder
	for i := range f.pages {
		fmt.Fprintf(&kids, "%d 0 R ", firstPage+2*i)
	}
	o.put(tree, fmt.Sprintf("<< /Type /Pages /Count %d /Kids [%s] /MediaBox [0 0 %s %s] /Resources << /Font << /F1 %d 0 R >> >> >>", len(f.pages), kids.String(), num(Width), num(Height), fontObject))
	if err := f.fonts(o); err != nil {
		return 0, err
	}
	date := ""
	if len(f.info.Date) >= 10 {
		date = " /CreationDate (D:" + strings.ReplaceAll(f.info.Date[:10], "-", "") + "000000Z)"
	}
	o.put(infoObject, fmt.Sprintf("<< /Title %s /Author %s /Producer (Headwater)%s >>", wide(f.info.Title), wide(f.info.Author), date))
	for i, p := range f.pages {
		o.put(firstPage+2*i, fmt.Sprintf("<< /Type /Page /Parent %d 0 R /Contents %d 0 R >>", tree, firstPage+2*i+1))
		if err := o.stream(firstPage+2*i+1, "", append(bytes.Clone(p.under.Bytes()), p.over.Bytes()...)); err != nil {
			return 0, err
		}
	}
	f.bookmarks(o, firstMark)
	at := o.Len()
	fmt.Fprintf(o, "xref\n0 %d\n0000000000 65535 f \n", len(o.starts))
	for _, s := range o.starts[1:] {
		if s == 0 { // an object that isn't there
			o.WriteString("0000000000 65535 f \n")
			continue
		}
		fmt.Fprintf(o, "%010d 00000 n \n", s)
	}
	id := fmt.Sprintf("%x", sha256.Sum256(o.Bytes()))[:32]
	fmt.Fprintf(o, "trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n", len(o.starts), catalog, infoObject, id, id, at)
	return o.Buffer.WriteTo(w)
}

func (f *File) bookmarks(o *objects, first int) {
	n := len(f.marks)
	if n == 0 {
		return
	}
	o.put(outlines, fmt.Sprintf("<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>", first, first+n-1, n))
	for i, m := range f.marks {
		links := ""
		if i > 0 {
			links += fmt.Sprintf(" /Prev %d 0 R", first+i-1)
		}
		if i < n-1 {
			links += fmt.Sprintf(" /Next %d 0 R", first+i+1)
		}
		o.put(first+i, fmt.Sprintf("<< /Title %s /Parent %d 0 R /Dest [%d 0 R /XYZ 0 %s 0]%s >>", wide(m.title), outlines, firstPage+2*m.page, num(Height-m.y), links))
	}
}

// fonts writes the embedded subset and what tells a reader which characters it draws.
func (f *File) fonts(o *objects) error {
	s := f.set
	face := s.cff("Subset")
	tag := sha256.Sum256(face)
	var prefix strings.Builder
	for _, b := range tag[:6] {
		prefix.WriteByte('A' + b%26)
	}
	name := prefix.String() + "+" + plainName(s.font.Name)
	face = s.cff(name)
	o.put(fontObject, fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>", name, cidFont, toUnicode))
	var widths strings.Builder
	for _, w := range s.widths {
		fmt.Fprintf(&widths, "%d ", w)
	}
	o.put(cidFont, fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor %d 0 R /DW %d /W [0 [%s]] >>", name, descriptor, em, widths.String()))
	o.put(descriptor, fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s /Flags 4 /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight 733 /StemV 80 /FontFile3 %d 0 R >>", name,
		-em, -em, 2*em, 2*em, int(s.font.ascent*em), int(s.font.descent*em), fontFile))
	if err := o.stream(fontFile, "/Subtype /CIDFontType0C ", face); err != nil {
		return err
	}
	return o.stream(toUnicode, "", []byte(s.toUnicode()))
}

// toUnicode maps the numbers of characters back, so that text can be searched.
func (s *subset) toUnicode() string {
	var b strings.Builder
	b.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	for from := 1; from < len(s.runes); from += 100 {
		to := min(from+100, len(s.runes))
		fmt.Fprintf(&b, "%d beginbfchar\n", to-from)
		for cid := from; cid < to; cid++ {
			fmt.Fprintf(&b, "<%04X> <%s>\n", cid, utf16Hex(string(s.runes[cid])))
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	return b.String()
}

func utf16Hex(s string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String()
}

// wide is a text outside of pages.
func wide(s string) string { return "<FEFF" + utf16Hex(s) + ">" }

// plainName is a font's name as PDF takes it.
func plainName(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "Font"
	}
	return b.String()
}
