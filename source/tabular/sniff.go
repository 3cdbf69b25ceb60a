package tabular

import (
	"fmt"
	"io"
)

// sniffText finds encoding and dialect of a text file and reads its first rows.
func sniffText(r io.ReaderAt, size int64, o Override) (*Sniffed, error) {
	raw, err := readHead(r, size, sampleSize)
	if err != nil {
		return nil, err
	}
	enc, encSure := o.Encoding, 1.0
	if enc == "" {
		if enc, encSure, err = detectEncoding(r, size, raw); err != nil {
			return nil, err
		}
	}
	sample, err := decodeHead(r, size, enc)
	if err != nil {
		return nil, err
	}
	if binary(sample) {
		return nil, &ErrFormat{"binary_not_supported", "this is neither a text table nor a workbook; export the table as XLSX or CSV"}
	}
	whole := int64(len(raw)) == size
	best, sure := findDialect(sample, whole, enc, o)
	s := &Sniffed{Format: CSV, Dialect: best.dialect, Confidence: sure * encSure, Limits: o.Limits}
	s.note("encoding", fmt.Sprintf("%s (%.0f%% sure)", enc, 100*encSure))
	s.place(best.records, o)
	return s, s.readSample(r, size)
}

// decodeHead decodes about sampleSize bytes from the start of the file.
func decodeHead(r io.ReaderAt, size int64, enc string) ([]byte, error) {
	src, err := newSource(r, size, enc)
	if err != nil {
		return nil, err
	}
	var sample []byte
	for src.off < sampleSize && !src.eof {
		if sample, err = src.read(sample); err != nil {
			return nil, err
		}
	}
	return sample, nil
}

// binary says that the text is full of control characters.
func binary(text []byte) bool {
	odd := 0
	for _, c := range text {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\x01' && c != '\x1f' && c != '\f' {
			odd++
		}
	}
	return odd*20 > len(text)
}

// place finds preamble, header and width, and names the columns.
func (s *Sniffed) place(records []Row, o Override) {
	if o.SkipLines != nil {
		s.Dialect.SkipLines = *o.SkipLines
		for len(records) > 0 && records[0].Line <= *o.SkipLines {
			records = records[1:]
		}
	}
	t := findTable(records, o)
	s.Dialect.Header = t.header
	if len(records) == 0 {
		return
	}
	if o.SkipLines == nil {
		s.Dialect.SkipLines = records[t.first].Line - 1
	}
	if s.Dialect.SkipLines > 0 && t.first > 0 {
		s.note("preamble", fmt.Sprintf("%d lines before the table: %s", s.Dialect.SkipLines, excerpt(records[0].Fields[0], 80)))
	}
	var head []string
	if t.header {
		head = records[t.first].Fields
		if len(trimTail(head)) < t.width {
			s.note("header_"+CodeTooFew, fmt.Sprintf("the header names %d of %d columns", len(trimTail(head)), t.width))
		}
		for _, p := range records[t.first].Problems {
			s.note("header_"+p.Code, p.Detail)
		}
	}
	s.Columns = columnNames(head, t.width)
	s.noteFooter(records[t.first:], t.width)
}

// noteFooter points out narrow records at the end, such as totals and remarks.
func (s *Sniffed) noteFooter(records []Row, width int) {
	_, last := bodyOf(records, width)
	if n := len(records) - last; n > 0 && n <= 20 && len(records) < sampleRecords {
		s.note("footer", fmt.Sprintf("%d lines at the end don't have the table's width, from line %d", n, records[last].Line))
	}
}

func (s *Sniffed) note(code, detail string) {
	s.Notes = append(s.Notes, Note{code, detail})
}

// readSample fills Sample through the same reader that Open gives.
func (s *Sniffed) readSample(r io.ReaderAt, size int64) error {
	in, err := Open(r, size, s)
	if err != nil {
		return err
	}
	defer in.Close()
	for len(s.Sample) < SampleRows {
		row, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		s.Sample = append(s.Sample, row)
	}
	return nil
}
