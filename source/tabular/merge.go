package tabular

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
)

// merge is a merged range; only its first cell holds the value.
type merge struct {
	top, bottom, left, right int
	value                    string
}

// maxMerges bounds how many merged ranges are honoured.
const maxMerges = 100_000

// findMerges looks for merged ranges, which a sheet lists only after its cells.
func (w *workbook) findMerges(s sheetPart) ([]merge, error) {
	rc, _, err := w.open(s.part)
	if rc == nil || err != nil {
		return nil, err
	}
	defer rc.Close()
	var found []merge
	mark := []byte("mergeCell ")
	buf := make([]byte, 0, 256<<10)
	for {
		n, err := io.ReadFull(rc, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		at := 0
		for len(found) < maxMerges {
			i := bytes.Index(buf[at:], mark)
			if i < 0 {
				at = max(at, len(buf)-len(mark))
				break
			}
			end := bytes.IndexByte(buf[at+i:], '>')
			if end < 0 {
				at += i
				break
			}
			if m, ok := parseMerge(buf[at+i : at+i+end]); ok {
				found = append(found, m)
			}
			at += i + end
		}
		if err != nil || len(found) >= maxMerges {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				err = nil
			}
			slices.SortStableFunc(found, func(a, b merge) int { return a.top - b.top })
			return found, err
		}
		if len(buf)-at > cap(buf)/2 { // a tag without end
			at = len(buf)
		}
		buf = append(buf[:0], buf[at:]...)
	}
}

// parseMerge reads ref="A1:B3".
func parseMerge(tag []byte) (merge, bool) {
	x := xmlReader{tag: tag}
	first, second, ok := strings.Cut(x.attr("ref"), ":")
	if !ok {
		return merge{}, false
	}
	m := merge{top: rowOf(first), bottom: rowOf(second), left: columnOf(first), right: columnOf(second)}
	return m, m.top > 0 && m.left > 0 && m.bottom >= m.top && m.right >= m.left
}

func rowOf(ref string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(strings.ToUpper(ref), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return n
}

// fillMerges repeats the value of a range down its first column: a region merged
// over five rows is the region of all five. Across, a merge is a heading.
func (in *sheetRows) fillMerges(row *Row) {
	for ; in.begun < len(in.merges) && in.merges[in.begun].top <= row.Line; in.begun++ {
		if m := in.merges[in.begun]; m.bottom > m.top {
			in.open = append(in.open, m)
		}
	}
	empty := blank(row.Fields)
	in.open = slices.DeleteFunc(in.open, func(m merge) bool { return m.bottom < row.Line })
	for i := range in.open {
		m := &in.open[i]
		has := m.left <= len(row.Fields) && row.Fields[m.left-1] != ""
		switch {
		case row.Line == m.top && has:
			m.value = row.Fields[m.left-1]
		case row.Line > m.top && !has && m.value != "" && !empty:
			row.set(m.left, m.value)
			row.Merged = append(row.Merged, m.left)
		}
	}
}

// belowGroups drops leading records that only group the columns of the header
// below them: those where a merge runs across several columns.
func (in *sheetRows) belowGroups(records []Row) []Row {
	for len(records) > 2 && records[0].Line <= 20 && in.groups(records[0].Line) {
		records = records[1:]
	}
	return records
}

func (in *sheetRows) groups(line int) bool {
	for _, m := range in.merges {
		if m.top == line && m.right > m.left {
			return true
		}
	}
	return false
}

// padded gives all records the same number of fields.
func padded(records []Row, width int) []Row {
	for i := range records {
		for len(records[i].Fields) < width {
			records[i].Fields = append(records[i].Fields, "")
		}
	}
	return records
}
