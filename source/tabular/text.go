package tabular

import "io"

// textRows reads a text file by a known dialect.
type textRows struct {
	scan   *scanner
	sums   Counts
	width  int
	header []string // to recognise the header when it comes again
}

func openText(r io.ReaderAt, size int64, s *Sniffed) (*textRows, error) {
	src, err := newSource(r, size, s.Dialect.Encoding)
	if err != nil {
		return nil, err
	}
	t := &textRows{width: len(s.Columns)}
	t.scan = newScanner(src, s.Dialect, s.Limits.withDefaults().MaxCell, &t.sums)
	t.scan.want = t.width
	if err := t.scan.skipLines(s.Dialect.SkipLines); err != nil {
		return nil, err
	}
	if s.Dialect.Header {
		if err := t.readHeader(); err != nil && err != io.EOF {
			return nil, err
		}
	}
	return t, nil
}

// readHeader passes over the header row.
func (t *textRows) readHeader() error {
	for {
		row, err := t.scan.next()
		if err != nil {
			return err
		}
		if !blank(row.Fields) {
			t.header = row.Fields
			return nil
		}
		t.sums.Blank++
	}
}

func (t *textRows) next() (Row, error) {
	for {
		row, err := t.scan.next()
		t.sums.Lines = t.scan.line - 1
		if err != nil {
			return Row{}, err
		}
		if blank(row.Fields) && len(row.Problems) == 0 {
			t.sums.Blank++
			continue
		}
		if t.repeatsHeader(row.Fields) {
			row.Problems = append(row.Problems, Problem{Code: CodeRepeatedHeader, Line: row.Line, Detail: "the row repeats the header"})
		}
		if t.width > 0 {
			row.fit(t.width, false)
		}
		t.sums.note(&row)
		return row, nil
	}
}

func (t *textRows) repeatsHeader(fields []string) bool {
	if len(t.header) < 2 || len(fields) < 2 {
		return false
	}
	for i := range min(len(t.header), len(fields)) {
		if fields[i] != t.header[i] {
			return false
		}
	}
	return len(fields) >= len(t.header)-1
}

func (t *textRows) bytesRead() int64 {
	left := int64(len(t.scan.buf)-t.scan.pos) + int64(len(t.scan.src.left))
	return max(0, t.scan.src.off-left)
}

func (t *textRows) counts() *Counts { return &t.sums }

func (t *textRows) close() error { return nil }
