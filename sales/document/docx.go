package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// DOCX writes the document as a Word file: styles, page numbers, a header with the
// company, and the summary in a box before everything else. Chinese text names the
// fonts that Windows and Macs have, with others to fall back on. The same document gives
// the same bytes.
func (d *Document) DOCX() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes}, {"_rels/.rels", packageRels}, {"docProps/core.xml", d.core()},
		{"word/document.xml", d.documentXML()}, {"word/_rels/document.xml.rels", documentRels}, {"word/styles.xml", d.styles()},
		{"word/numbering.xml", d.numbering()}, {"word/settings.xml", settings}, {"word/fontTable.xml", fontTable},
		{"word/header1.xml", d.header()}, {"word/footer1.xml", d.footer()},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(part.text)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// wordXML writes the body of a document part.
type wordXML struct {
	strings.Builder
	list int // numbered lists so far; each counts from one
}

const wordOpen = xml.Header + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>`

func (d *Document) documentXML() string {
	w := &wordXML{}
	w.WriteString(wordOpen)
	w.paragraph("Title", "", []Run{{Text: d.Title}})
	for _, f := range d.facts() {
		w.paragraph("Facts", "", []Run{{Text: f[0] + "  ", Bold: true}, {Text: f[1]}})
	}
	w.box(d)
	if b, ok := d.missingTable(); ok {
		w.block(b)
	}
	for _, s := range d.Sections {
		w.paragraph("Heading1", "", []Run{{Text: s.Title}})
		for _, b := range s.Blocks {
			w.block(b)
		}
	}
	if b, ok := d.numbersTable(); ok {
		w.paragraph("Heading1", "", []Run{{Text: d.words().numbers}})
		w.block(b)
	}
	w.WriteString(`<w:sectPr><w:headerReference w:type="default" r:id="rId5"/><w:footerReference w:type="default" r:id="rId6"/><w:pgSz w:w="11906" w:h="16838"/>` +
		`<w:pgMar w:top="1440" w:right="1304" w:bottom="1304" w:left="1304" w:header="709" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return w.String()
}

// box is the summary: one shaded cell, kept together on the first page.
func (w *wordXML) box(d *Document) {
	w.paragraph("Facts", "", nil)
	w.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="SummaryBox"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr><w:tblGrid><w:gridCol w:w="9298"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="5000" w:type="pct"/></w:tcPr>`)
	w.paragraph("SummaryHeading", "", []Run{{Text: d.words().summary}})
	for _, b := range d.Summary {
		w.block(b)
	}
	w.WriteString(`</w:tc></w:tr></w:tbl>`)
	w.paragraph("", "", nil)
}

func (w *wordXML) block(b Block) {
	switch b.Kind {
	case Heading:
		w.paragraph(fmt.Sprintf("Heading%d", min(b.Level, 3)+1), "", b.Text)
	case Bullets:
		for _, i := range b.Items {
			w.paragraph("ListBullet", "", i)
		}
	case Numbered:
		w.list++
		for _, i := range b.Items {
			w.paragraph("ListNumber", fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, w.list+1), i)
		}
	case Entry:
		w.paragraph("EntryTitle", "", b.Text)
		for _, i := range b.Items {
			w.paragraph("EntryLine", "", i)
		}
	case Table:
		w.table(b)
	default:
		w.paragraph("", "", b.Text)
	}
}

func (w *wordXML) paragraph(style, properties string, text []Run) {
	w.WriteString(`<w:p>`)
	if style != "" {
		properties = `<w:pStyle w:val="` + style + `"/>` + properties
	}
	if properties != "" {
		w.WriteString(`<w:pPr>` + properties + `</w:pPr>`)
	}
	for _, r := range text {
		w.run(r)
	}
	w.WriteString(`</w:p>`)
}

func (w *wordXML) run(r Run) {
	w.WriteString(`<w:r>`)
	if r.Bold || r.Missing {
		w.WriteString(`<w:rPr>`)
		if r.Missing {
			w.WriteString(`<w:rStyle w:val="MissingInput"/>`)
		}
		if r.Bold {
			w.WriteString(`<w:b/><w:bCs/>`)
		}
		w.WriteString(`</w:rPr>`)
	}
	for i, line := range strings.Split(r.shown(), "\n") {
		if i > 0 {
			w.WriteString(`<w:br/>`)
		}
		w.WriteString(`<w:t xml:space="preserve">` + escaped(line) + `</w:t>`)
	}
	w.WriteString(`</w:r>`)
}

func (w *wordXML) table(b Block) {
	columns := len(b.Head)
	for _, r := range b.Rows {
		columns = max(columns, len(r))
	}
	if columns == 0 {
		return
	}
	w.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="PlainTable"/><w:tblW w:w="5000" w:type="pct"/><w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr><w:tblGrid>`)
	for range columns {
		fmt.Fprintf(w, `<w:gridCol w:w="%d"/>`, 9298/columns)
	}
	w.WriteString(`</w:tblGrid>`)
	row := func(cells [][]Run, properties string) {
		w.WriteString(`<w:tr><w:trPr><w:cantSplit/>` + properties + `</w:trPr>`)
		for i := range columns {
			w.WriteString(`<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>`)
			var text []Run
			if i < len(cells) {
				text = cells[i]
			}
			w.paragraph("TableText", "", text)
			w.WriteString(`</w:tc>`)
		}
		w.WriteString(`</w:tr>`)
	}
	if b.Head != nil {
		row(b.Head, `<w:tblHeader/>`)
	}
	for _, r := range b.Rows {
		row(r, "")
	}
	w.WriteString(`</w:tbl>`)
	w.paragraph("", "", nil)
}

// escaped is a text within XML; what XML can't hold is left out.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
