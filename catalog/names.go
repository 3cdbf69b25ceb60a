package catalog

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"headwater/lake"
	"headwater/lake/collate"
)

const longestName = 48

// plainName makes a lower-case identifier of any text; "" when nothing is left.
func plainName(text string) string {
	var b strings.Builder
	for _, part := range letterRuns(text) {
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(part)
	}
	out := b.String()
	if out != "" && !(out[0] >= 'a' && out[0] <= 'z') {
		out = "n_" + out
	}
	if len(out) > longestName {
		out = strings.TrimRight(out[:longestName], "_")
	}
	return out
}

// letterRuns splits a text into runs of letters and digits in their plainest form:
// Chinese as pinyin, customerName as customer and name.
func letterRuns(text string) (out []string) {
	start := 0
	runes := []rune(text)
	flush := func(end int) {
		if word := plainWord(string(runes[start:end])); word != "" {
			out = append(out, word)
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
		case i > start && unicode.IsUpper(r) && unicode.IsLower(runes[i-1]):
			flush(i)
		case i > start && (r >= 0x2e80) != (runes[i-1] >= 0x2e80):
			flush(i)
		}
	}
	flush(len(runes))
	return out
}

func plainWord(s string) string {
	if collate.HasHan(s) {
		s = collate.Pinyin(s)
	}
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// taken are names in use.
type taken map[string]bool

// free gives the first of some names that isn't in use, or the last one numbered.
func (t taken) free(names ...string) string {
	for _, n := range names {
		if n != "" && !t[n] {
			t[n] = true
			return n
		}
	}
	last := names[len(names)-1]
	for i := 2; ; i++ {
		suffix := "_" + strconv.Itoa(i)
		if n := last[:min(len(last), longestName-len(suffix))] + suffix; !t[n] {
			t[n] = true
			return n
		}
	}
}

var fileEndings = []string{".gz", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".parquet"}

// tableWord is the part of a table's name that says what it holds.
func tableWord(table string) string {
	name, sheet, _ := strings.Cut(table, "#")
	name = strings.TrimSuffix(name, "/")
	file := false
	for {
		ext := strings.ToLower(path.Ext(name))
		if !slices.Contains(fileEndings, ext) {
			break
		}
		file, name = true, name[:len(name)-len(ext)]
	}
	if file || strings.Contains(name, "/") {
		name = path.Base(name)
	} else if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:] // of a schema
	}
	if sheet != "" && !slices.Contains([]string{"sheet1", "sheet", "工作表1"}, strings.ToLower(sheet)) {
		name += "_" + sheet
	}
	return name
}

// entityNames are the names that a new entity can't have.
func entityNames(s *lake.Schema) taken {
	t := taken{string(lake.Users): true}
	for _, e := range s.Entities() {
		t[string(e.Name)] = true
	}
	return t
}

// entityName proposes a name for an entity over a table.
func (t taken) entityName(source, table string) lake.EntityName {
	word := plainName(strings.TrimPrefix(tableWord(table), "hw_"))
	if word == "" {
		word = "table"
	}
	return lake.EntityName(t.free(word, plainName(source+"_"+word)))
}

// fieldName proposes a name for a column. Names that every record has already get the
// source_ in front.
func (t taken) fieldName(column string) lake.FieldName {
	word := plainName(column)
	if word == "" {
		word = "column"
	}
	if lake.CheckFieldName(lake.FieldName(word)) != nil || strings.HasPrefix(word, "hw_") {
		word = plainName("source_" + word)
	}
	return lake.FieldName(t.free(word))
}

// spokenLabel makes a label of a name: "customer_id" becomes "Customer id".
func spokenLabel(label, name string) lake.Label {
	label, name = oneLine(label), oneLine(name)
	if label != "" {
		return lake.Label{ZH: label, EN: label}
	}
	if name == "" {
		return lake.Label{}
	}
	if collate.HasHan(name) {
		return lake.Label{ZH: name, EN: name}
	}
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' || r == '/' || unicode.IsSpace(r) }), " ")
	if words == "" {
		words = name
	}
	r := []rune(words)
	r[0] = unicode.ToUpper(r[0])
	return lake.Label{ZH: string(r), EN: string(r)}
}

// oneLine makes a label of what a source says, which may have line ends and any length.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > lake.MaxLabel {
		s = string(r[:lake.MaxLabel-1]) + "…"
	}
	return s
}
