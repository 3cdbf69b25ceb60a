package tabular

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"
)

// workbook is an opened XLSX: where its sheets are and what its cells refer to.
//
// Excelize reads formats and formulas only by loading the whole sheet, so sheets
// are streamed here; what is needed of the format is small.
type workbook struct {
	zip      *zip.Reader
	limits   Limits
	sheets   []sheetPart
	base1904 bool
	formats  []cellFormat // by style index
	all      string       // shared strings, one after the other
	ends     []int        // where each shared string ends in all
}

type sheetPart struct {
	name, part string
	hidden     bool
}

// openWorkbook reads the small parts; shared strings wait for loadStrings.
func openWorkbook(r io.ReaderAt, size int64, limits Limits) (*workbook, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &ErrFormat{"damaged_workbook", err.Error()}
	}
	w := &workbook{zip: z, limits: limits}
	if err := w.checkBomb(); err != nil {
		return nil, err
	}
	if err := w.readSheets(); err != nil {
		return nil, err
	}
	if len(w.sheets) == 0 {
		return nil, &ErrFormat{"no_sheets", "the workbook has no sheet with cells"}
	}
	return w, w.readStyles()
}

// checkBomb refuses a workbook by what its directory promises; open holds it to that.
func (w *workbook) checkBomb() error {
	var total uint64
	for _, f := range w.zip.File {
		total += f.UncompressedSize64
		if total > uint64(w.limits.MaxUnzip) {
			return fmt.Errorf("%w: over %d MiB", ErrBomb, w.limits.MaxUnzip>>20)
		}
		if f.UncompressedSize64 > 10<<20 && f.UncompressedSize64/200 > f.CompressedSize64 {
			return fmt.Errorf("%w: %s is packed more than 200 to 1", ErrBomb, f.Name)
		}
	}
	return nil
}

// open opens a part by name, nil if there is none.
func (w *workbook) open(name string) (io.ReadCloser, int64, error) {
	name = strings.TrimPrefix(name, "/")
	for _, f := range w.zip.File {
		if strings.EqualFold(f.Name, name) {
			rc, err := f.Open()
			if err != nil {
				return nil, 0, err
			}
			size := int64(f.UncompressedSize64)
			return struct {
				io.Reader
				io.Closer
			}{io.LimitReader(rc, size), rc}, size, nil
		}
	}
	return nil, 0, nil
}

// each calls visit for every start tag of a part.
func (w *workbook) each(part string, visit func(x *xmlReader)) error {
	rc, _, err := w.open(part)
	if rc == nil || err != nil {
		return err
	}
	defer rc.Close()
	x := newXMLReader(rc, w.limits.MaxCell)
	for {
		event, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
		if event == xmlStart {
			visit(x)
		}
	}
}

func (w *workbook) readSheets() error {
	main := "xl/workbook.xml"
	if err := w.each("_rels/.rels", func(x *xmlReader) {
		if strings.HasSuffix(x.attr("Type"), "/officeDocument") {
			main = strings.TrimPrefix(x.attr("Target"), "/")
		}
	}); err != nil {
		return err
	}
	dir := path.Dir(main)
	target := map[string]string{}
	rels := path.Join(dir, "_rels", path.Base(main)+".rels")
	if err := w.each(rels, func(x *xmlReader) {
		if t := x.attr("Target"); strings.HasPrefix(t, "/") {
			target[x.attr("Id")] = t[1:]
		} else if strings.HasSuffix(x.attr("Type"), "/worksheet") {
			target[x.attr("Id")] = path.Join(dir, t)
		}
	}); err != nil {
		return err
	}
	return w.each(main, func(x *xmlReader) {
		switch string(x.name) {
		case "workbookPr":
			v := x.attr("date1904")
			w.base1904 = v == "1" || v == "true"
		case "sheet":
			if part := target[relID(x)]; part != "" {
				w.sheets = append(w.sheets, sheetPart{x.attr("name"), part, strings.HasSuffix(strings.ToLower(x.attr("state")), "hidden")})
			}
		}
	})
}

// relID is r:id; sheetId ends in the same letters but is another attribute.
func relID(x *xmlReader) string { return x.attr("id") }

// loadStrings reads the shared strings.
func (w *workbook) loadStrings() error {
	if w.ends != nil {
		return nil
	}
	part := path.Join(path.Dir(path.Dir(w.sheets[0].part)), "sharedStrings.xml")
	rc, size, err := w.open(part)
	if err != nil {
		return err
	}
	w.ends = []int{}
	if rc == nil {
		return nil
	}
	defer rc.Close()
	var all bytes.Buffer
	all.Grow(int(min(size/2, 64<<20)))
	x := newXMLReader(rc, w.limits.MaxCell)
	var in textRun
	for {
		event, err := x.next()
		if err == io.EOF {
			w.all = all.String()
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
		switch {
		case in.takes(x, event):
			all.WriteString(unescapeX(string(x.text)))
		case event == xmlEnd && string(x.name) == "si":
			w.ends = append(w.ends, all.Len())
		}
	}
}

// textRun follows rich text: what stands in <t> counts, unless it is phonetic.
type textRun struct{ t, phonetic bool }

func (r *textRun) takes(x *xmlReader, event xmlEvent) bool {
	if event == xmlText {
		return r.t && !r.phonetic
	}
	switch string(x.name) {
	case "t":
		r.t = event == xmlStart
	case "rPh":
		r.phonetic = event == xmlStart
	}
	return false
}

// shared returns a shared string by its index.
func (w *workbook) shared(i int) (string, bool) {
	if i < 0 || i >= len(w.ends) {
		return "", false
	}
	from := 0
	if i > 0 {
		from = w.ends[i-1]
	}
	return w.all[from:w.ends[i]], true
}

// fullest is the visible sheet with the most cells; the first of equals.
func (w *workbook) fullest() (sheetPart, error) {
	best, most := w.sheets[0], -1.0
	for _, s := range w.sheets {
		n, err := w.weigh(s)
		if err != nil {
			return best, err
		}
		if s.hidden {
			n = min(n/1000, 0.5)
		}
		if n > most {
			best, most = s, n
		}
	}
	return best, nil
}

// weigh estimates how many cells with a value a sheet has from its first 4 MiB.
func (w *workbook) weigh(s sheetPart) (float64, error) {
	rc, size, err := w.open(s.part)
	if rc == nil || err != nil {
		return 0, err
	}
	defer rc.Close()
	head, err := io.ReadAll(io.LimitReader(rc, 4<<20))
	if err != nil || len(head) == 0 {
		return 0, err
	}
	cells := bytes.Count(head, []byte("<v>")) + bytes.Count(head, []byte("<is>")) + bytes.Count(head, []byte(":v>"))
	return float64(cells) * float64(size) / float64(len(head)), nil
}

func (w *workbook) sheet(name string) (sheetPart, error) {
	for _, s := range w.sheets {
		if s.name == name {
			return s, nil
		}
	}
	return sheetPart{}, fmt.Errorf("%w: %q", ErrSheet, name)
}
