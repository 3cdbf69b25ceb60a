package tabular

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// table is where a table begins within the sampled records and how wide it is.
type table struct {
	first  int // index of the header, or of the first row
	header bool
	width  int
}

// findTable looks for the header among the first records: it is the first record
// that fills most of the table's width with names.
func findTable(records []Row, o Override) table {
	t := table{width: usualWidth(records)}
	if o.SkipLines == nil {
		t.first = firstFull(records, t.width)
	}
	if t.first >= len(records) {
		t.first = 0
	}
	if len(records) > 0 {
		t.header = looksHeader(records[t.first].Fields, otherThan(records[t.first].Fields, records[t.first+1:]))
		if o.Header != nil {
			t.header = *o.Header
		}
		if t.header {
			t.width = max(t.width, len(trimTail(records[t.first].Fields)))
		}
	}
	return t
}

// firstFull passes over title lines, comments and nearly empty records.
func firstFull(records []Row, width int) int {
	for i, row := range records {
		filled := 0
		for _, f := range row.Fields {
			if strings.TrimSpace(f) != "" {
				filled++
			}
		}
		next := 0
		if i+1 < len(records) {
			next = len(records[i+1].Fields)
		}
		switch {
		case width > 1 && strings.HasPrefix(row.Fields[0], "#") && len(row.Fields) != width:
		case filled*2 > width && len(row.Fields)*4 >= width*3 && (len(row.Fields) == width || next == width):
			return i
		case filled == width:
			return i
		}
		if i > 100 {
			break
		}
	}
	for i, row := range records {
		if len(row.Fields) == width && !blank(row.Fields) {
			return i
		}
	}
	return 0
}

// otherThan leaves out records that repeat the head, as joined exports do.
func otherThan(head []string, body []Row) []Row {
	if len(head) < 2 {
		return body
	}
	var others []Row
	for _, row := range body[:min(len(body), 200)] {
		same := 0
		for i := range min(len(head), len(row.Fields)) {
			if row.Fields[i] == head[i] {
				same++
			}
		}
		if same*10 < len(head)*7 {
			others = append(others, row)
		}
	}
	return others
}

// looksHeader compares the first record with what stands below it. Tables of
// nothing but text are taken to have a header if the first record could be one.
func looksHeader(head []string, body []Row) bool {
	score, named := 0.0, 0
	seen := map[string]bool{}
	for i, h := range head {
		h = strings.TrimSpace(h)
		if h == "" {
			continue
		}
		named++
		k := kindOf(h)
		if seen[h] || k == kindAddress || k == kindTime && !strings.ContainsAny(h, "年月季Qq") {
			score -= 1.5
		}
		seen[h] = true
		score += columnVote(h, k, i, body)
	}
	if named == 0 {
		return false
	}
	if len(body) == 0 {
		return score > -1
	}
	return score >= 0
}

// columnVote says whether h names column i or belongs to its values.
func columnVote(h string, k kind, i int, body []Row) float64 {
	var filled, typed, same, equal int
	for _, row := range body[:min(len(body), 200)] {
		if i >= len(row.Fields) || row.Fields[i] == "" {
			continue
		}
		filled++
		b := kindOf(row.Fields[i])
		if b.typed() {
			typed++
		}
		if b == k {
			same++
		}
		if row.Fields[i] == h {
			equal++
		}
	}
	if filled == 0 {
		if k == kindNumber || k == kindTime {
			return -1
		}
		return 0
	}
	switch {
	case equal > 0 && filled > 1:
		return -0.7
	case typed*5 >= filled*4 && (k == kindWord || k == kindText):
		return 1
	case typed*5 >= filled*4 && k == kindCode && same*5 < filled:
		return 0.5
	case same*5 >= filled*4 && k.typed():
		return -1
	case k == kindNumber:
		return -0.5
	case utf8.RuneCountInString(h) > 60:
		return -0.3
	}
	return 0.1
}

// columnNames makes the header's names unique and names the unnamed.
func columnNames(head []string, width int) []string {
	names := make([]string, width)
	used := map[string]bool{}
	for i := range names {
		name := ""
		if i < len(head) {
			name = strings.Join(strings.Fields(strings.ToValidUTF8(head[i], "")), " ")
		}
		if name == "" {
			name = fmt.Sprintf("Column %d", i+1)
		}
		unique := name
		for n := 2; used[strings.ToLower(unique)]; n++ {
			unique = fmt.Sprintf("%s (%d)", name, n)
		}
		used[strings.ToLower(unique)] = true
		names[i] = unique
	}
	return names
}

// trimTail drops empty fields at the end.
func trimTail(fields []string) []string {
	for len(fields) > 0 && fields[len(fields)-1] == "" {
		fields = fields[:len(fields)-1]
	}
	return fields
}
