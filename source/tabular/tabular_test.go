package tabular_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"headwater/source/tabular"
)

// readAll sniffs and reads a file held in memory.
func readAll(t testing.TB, data []byte, name string, o tabular.Override) (*tabular.Sniffed, []tabular.Row) {
	t.Helper()
	s, err := tabular.Sniff(bytes.NewReader(data), int64(len(data)), name, o)
	if err != nil {
		t.Fatal(err)
	}
	return s, readRows(t, data, s)
}

// readRows reads a file held in memory as s describes it.
func readRows(t testing.TB, data []byte, s *tabular.Sniffed) []tabular.Row {
	t.Helper()
	in, err := tabular.Open(bytes.NewReader(data), int64(len(data)), s)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var rows []tabular.Row
	for {
		row, err := in.Next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func fields(rows []tabular.Row) [][]string {
	var all [][]string
	for _, row := range rows {
		all = append(all, row.Fields)
	}
	return all
}

func hasProblem(row tabular.Row, code string) bool {
	for _, p := range row.Problems {
		if p.Code == code {
			return true
		}
	}
	return false
}

// people is a table in every dialect below.
var people = [][]string{
	{"Name", "City", "Joined", "Amount", "Remark"},
	{"Li Wei", "Beijing", "2024-01-05", "1200.50", "likes tea, not coffee"},
	{"Ann O'Neil", "Cork", "2023-11-30", "88", "said: \"later\""},
	{"Müller", "Köln", "2022-02-02", "-5", ""},
	{"Zoë", "Łódź", "2021-07-14", "17.25", "two\nlines"},
}

// write puts rows down in a dialect.
func write(rows [][]string, d tabular.Dialect, end string) string {
	var out strings.Builder
	q := string(d.Quote)
	for _, row := range rows {
		for i, f := range row {
			if i > 0 {
				out.WriteRune(d.Delimiter)
			}
			if d.Escape != 0 {
				f = strings.ReplaceAll(f, string(d.Escape), string(d.Escape)+string(d.Escape))
				f = strings.ReplaceAll(f, q, string(d.Escape)+q)
			} else {
				f = strings.ReplaceAll(f, q, q+q)
			}
			out.WriteString(q + f + q)
		}
		out.WriteString(end)
	}
	return out.String()
}

func TestDialectsAreFound(t *testing.T) {
	for _, delim := range ",;|\t^~" {
		for _, quote := range `"'` {
			for _, escape := range []rune{0, '\\'} {
				for _, end := range []string{"\n", "\r\n", "\r"} {
					d := tabular.Dialect{Encoding: tabular.EncUTF8, Delimiter: delim, Quote: quote, Escape: escape, Header: true}
					s, rows := readAll(t, []byte(write(people, d, end)), "x.csv", tabular.Override{})
					if !reflect.DeepEqual(s.Columns, people[0]) || !reflect.DeepEqual(fields(rows), people[1:]) {
						t.Errorf("%q %q %q %q: found %+v\n%q", delim, quote, escape, end, s.Dialect, fields(rows))
					}
				}
			}
		}
	}
}

func TestTablesAreFound(t *testing.T) {
	no := false
	skip := 1
	tests := []struct {
		name, text string
		override   tabular.Override
		columns    []string
		rows       [][]string
		skip       int
	}{
		{name: "title lines above the header", text: "Sales report\nmade 2026-01-01\n\nid,name,sum\n1,a,5\n2,b,6\n",
			columns: []string{"id", "name", "sum"}, rows: [][]string{{"1", "a", "5"}, {"2", "b", "6"}}, skip: 3},
		{name: "comments above the header", text: "# made by x, y\nid;name\n1;a\n2;b\n",
			columns: []string{"id", "name"}, rows: [][]string{{"1", "a"}, {"2", "b"}}, skip: 1},
		{name: "no header", text: "1,2020-01-01,x\n2,2020-01-02,y\n",
			columns: []string{"Column 1", "Column 2", "Column 3"}, rows: [][]string{{"1", "2020-01-01", "x"}, {"2", "2020-01-02", "y"}}},
		{name: "same and missing names", text: "id,Name,,name\n1,2,3,4\n",
			columns: []string{"id", "Name", "Column 3", "name (2)"}, rows: [][]string{{"1", "2", "3", "4"}}},
		{name: "decimal commas", text: "a;b\n1,5;2,5\n3,25;4,5\n",
			columns: []string{"a", "b"}, rows: [][]string{{"1,5", "2,5"}, {"3,25", "4,5"}}},
		{name: "one column of times", text: "seen\n2020-01-01 10:00:00\n2020-01-01 10:00:05\n",
			columns: []string{"seen"}, rows: [][]string{{"2020-01-01 10:00:00"}, {"2020-01-01 10:00:05"}}},
		{name: "aligned by spaces", text: "id   name    sum\n1    Li Wei  5\n22   Bo      16\n3    Ann     7\n",
			columns: []string{"id", "name", "sum"}, rows: [][]string{{"1", "Li Wei", "5"}, {"22", "Bo", "16"}, {"3", "Ann", "7"}}},
		{name: "spaces after commas", text: "a, b, c\n1, \"x, y\", 2\n3, z, 4\n",
			columns: []string{"a", "b", "c"}, rows: [][]string{{"1", "x, y", "2"}, {"3", "z", "4"}}},
		{name: "blank records are skipped", text: "a,b\n\n1,2\n,\n  \n3,4\n",
			override: tabular.Override{}, columns: []string{"a", "b"}, rows: [][]string{{"1", "2"}, {"  ", ""}, {"3", "4"}}},
		{name: "overridden", text: "a,b\n1,2\n3,4\n", override: tabular.Override{Header: &no, SkipLines: &skip},
			columns: []string{"Column 1", "Column 2"}, rows: [][]string{{"1", "2"}, {"3", "4"}}, skip: 1},
		{name: "Chinese header", text: "客户名称,所在城市,金额\n华为,深圳,100\n小米,北京,200\n",
			columns: []string{"客户名称", "所在城市", "金额"}, rows: [][]string{{"华为", "深圳", "100"}, {"小米", "北京", "200"}}},
	}
	for _, tt := range tests {
		s, rows := readAll(t, []byte(tt.text), "x.csv", tt.override)
		if !reflect.DeepEqual(s.Columns, tt.columns) || !reflect.DeepEqual(fields(rows), tt.rows) || s.Dialect.SkipLines != tt.skip {
			t.Errorf("%s: %+v\ncolumns %q\nrows %q", tt.name, s.Dialect, s.Columns, fields(rows))
		}
	}
}

func TestEncodingsAreFound(t *testing.T) {
	chinese := "姓名,城市,备注\n" + strings.Repeat("张三,北京,重要客户，请及时联系\n李四,上海,已签约\n", 40)
	western := "Name,Stadt\n" + strings.Repeat("Jürgen Groß,Köln\nRené,Besançon\n", 40)
	tests := []struct {
		want, text string
		enc        encoding.Encoding
	}{
		{tabular.EncUTF8, chinese, encoding.Nop},
		{tabular.EncUTF8BOM, "\ufeff" + chinese, encoding.Nop},
		{tabular.EncGB18030, chinese, simplifiedchinese.GB18030},
		{tabular.EncGB18030, chinese, simplifiedchinese.GBK},
		{tabular.EncWindows1252, western, charmap.Windows1252},
		{tabular.EncUTF16LE, chinese, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{tabular.EncUTF16BE, western, unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{tabular.EncUTF16LE, chinese, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{tabular.EncUTF16BE, chinese, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{tabular.EncUTF16LE, western, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		// The first byte that isn't ASCII stands far behind the sample.
		{tabular.EncGB18030, "a,b,c\n" + strings.Repeat("1,2,3\n", 100_000) + chinese, simplifiedchinese.GB18030},
	}
	for _, tt := range tests {
		data, err := tt.enc.NewEncoder().Bytes([]byte(tt.text))
		must(t, err)
		s, rows := readAll(t, data, "x.csv", tabular.Override{})
		if s.Dialect.Encoding != tt.want {
			t.Errorf("want %s, found %s", tt.want, s.Dialect.Encoding)
			continue
		}
		last := strings.Split(strings.TrimSpace(tt.text), "\n")
		if got := strings.Join(rows[len(rows)-1].Fields, ","); got != last[len(last)-1] {
			t.Errorf("%s: last row %q", tt.want, got)
		}
		for _, row := range rows {
			if len(row.Problems) > 0 {
				t.Fatalf("%s: %+v", tt.want, row.Problems)
			}
		}
	}
}

func TestProblemsAreReportedAndReadingGoesOn(t *testing.T) {
	tests := []struct {
		name, text string
		bad        int // index of the row with the problem
		code       string
		line, col  int
		fields     []string
		rows       int
	}{
		{"too few", "a,b,c\n1,2,3\n4,5\n6,7,8\n", 1, tabular.CodeTooFew, 3, 3, []string{"4", "5", ""}, 3},
		{"too many", "a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n", 1, tabular.CodeTooMany, 3, 4, []string{"4", "5", "6"}, 3},
		{"unclosed at the end", "a,b,c\n1,2,3\n4,\"5,6\n7,8,9\n", 1, tabular.CodeUnclosedQuote, 3, 2, []string{"4", "\"5", "6"}, 3},
		{"unclosed far from the end", "a,b,c\n1,2,3\n4,\"5,6\n" + strings.Repeat("7,8,9\n", 400_000), 1, tabular.CodeUnclosedQuote, 3, 2, []string{"4", "\"5", "6"}, 400_002},
		{"stray that can be mended", "a,b,c\n1,2,3\n4,\"5,\"6,7\"\n7,8,9\n", 1, tabular.CodeStrayQuote, 3, 2, []string{"4", "\"5", "6,7"}, 3},
		{"stray inside", "a,b,c\n1,2,3\n4,\"a \"b\" c\",6\n7,8,9\n", 1, tabular.CodeStrayQuote, 3, 2, []string{"4", "a \"b\" c", "6"}, 3},
		{"NUL", "a,b,c\n1,2,3\n4,\x005,6\n7,8,9\n", 1, tabular.CodeNulByte, 3, 2, []string{"4", "\x005", "6"}, 3},
		{"bad byte", "a,b,c\n1,é,3\né,é,\"é\n\xff\"\né,é,é\n", 1, tabular.CodeBadEncoding, 4, 0, []string{"é", "é", "é\nÿ"}, 3},
		{"header again", "a,b,c\n1,2,3\na,b,c\n7,8,9\n", 1, tabular.CodeRepeatedHeader, 3, 0, []string{"a", "b", "c"}, 3},
	}
	for _, tt := range tests {
		s, rows := readAll(t, []byte(tt.text), "x.csv", tabular.Override{Encoding: tabular.EncUTF8})
		if len(rows) != tt.rows || len(rows) <= tt.bad {
			t.Errorf("%s: %d rows, %+v", tt.name, len(rows), s.Dialect)
			continue
		}
		row := rows[tt.bad]
		if !reflect.DeepEqual(row.Fields, tt.fields) || len(row.Problems) != 1 {
			t.Errorf("%s: %q %+v", tt.name, row.Fields, row.Problems)
			continue
		}
		if p := row.Problems[0]; p.Code != tt.code || p.Line != tt.line || p.Column != tt.col {
			t.Errorf("%s: %+v", tt.name, p)
		}
		for i, row := range rows {
			if i != tt.bad && len(row.Problems) > 0 {
				t.Errorf("%s: row %d has %+v too", tt.name, i, row.Problems)
			}
		}
	}
}

func TestHugeCellsAreCutNotKept(t *testing.T) {
	for _, quote := range []string{"", `"`} {
		text := "a,b,c\n1,2,3\n4," + quote + strings.Repeat("x", 3<<20) + quote + ",6\n7,8,9\n"
		_, rows := readAll(t, []byte(text), "x.csv", tabular.Override{})
		if len(rows) != 3 || !hasProblem(rows[1], tabular.CodeCellTooLarge) || len(rows[1].Fields[1]) != 1<<20 {
			t.Fatalf("%d rows, %d bytes", len(rows), len(rows[1].Fields[1]))
		}
		if rows[1].Fields[2] != "6" || rows[2].Line != 4 || len(rows[2].Problems) > 0 {
			t.Errorf("%q %+v", rows[1].Fields[2], rows[2])
		}
	}
}

func TestLinesAreExact(t *testing.T) {
	text := "t\r\n\r\na,b\r1,\"x\ny\r\nz\"\n\n3,4\r\n5,6"
	s, rows := readAll(t, []byte(text), "x.csv", tabular.Override{})
	var lines []int
	for _, row := range rows {
		lines = append(lines, row.Line, row.Lines)
	}
	if want := []int{4, 3, 8, 1, 9, 1}; !reflect.DeepEqual(lines, want) {
		t.Errorf("lines %v of %q, %+v", lines, fields(rows), s.Dialect)
	}
}

func TestOtherFormatsAreNamed(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	tests := map[string][2]string{
		"xls_not_supported":   {"a.xls", ole},
		"encrypted_workbook":  {"a.xlsx", ole},
		"pdf_not_supported":   {"a.csv", "%PDF-1.7\n"},
		"gzip_not_supported":  {"a.csv", "\x1f\x8b\x08\x00"},
		"image_not_supported": {"a.csv", "\x89PNG\r\n"},
		"html_not_supported":  {"a.xls", "<html><table>"},
		"damaged_workbook":    {"a.xlsx", "PK\x03\x04 cut off"},
		"empty_file":          {"a.csv", ""},
	}
	for code, file := range tests {
		_, err := tabular.Sniff(strings.NewReader(file[1]), int64(len(file[1])), file[0], tabular.Override{})
		var format *tabular.ErrFormat
		if !errors.As(err, &format) || format.Code != code || format.Hint == "" {
			t.Errorf("%s: got %v", code, err)
		}
	}
}

// Each quote could make the reader look ahead a whole MiB; it must not.
func TestManyUnclosedQuotesStayCheap(t *testing.T) {
	const lines = 400_000
	text := "a,b\n" + strings.Repeat("1,\"abc\n", lines)
	s := &tabular.Sniffed{Format: tabular.CSV, Columns: []string{"a", "b"}}
	s.Dialect = tabular.Dialect{Delimiter: ',', Quote: '"', Header: true}
	rows := readRows(t, []byte(text), s)
	if len(rows) != lines || rows[lines-1].Fields[1] != "\"abc" || rows[lines-1].Line != lines+1 {
		t.Errorf("%d rows, the last %+v", len(rows), rows[len(rows)-1])
	}
}
