package tabular_test

import (
	"bytes"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"headwater/source/tabular"
)

// FuzzReader states that no input makes the reader panic or hang, and that every
// letter and digit of the text comes out in some field.
func FuzzReader(f *testing.F) {
	f.Add("a,b\n1,\"2\n3,4\n", ',', '"', rune(0))
	f.Add("a;b\r'x''y';2\r\n\x00;\xff", ';', '\'', '\\')
	f.Add("a||b\"\"\n\"\"\"|", '|', '"', rune(0))
	f.Add("a  b   c\n d e", ' ', rune(0), rune(0))
	f.Add("\"x\"y\"\n,\"\n\"", ',', '"', '\\')
	f.Fuzz(func(t *testing.T, text string, delim, quote, escape rune) {
		data := []byte(text)
		if s, err := tabular.Sniff(bytes.NewReader(data), int64(len(data)), "f.csv", tabular.Override{}); err == nil {
			checkNothingLost(t, text, s, len(s.Dialect.Encoding) == len(tabular.EncUTF8) && s.Dialect.SkipLines == 0)
		}
		if unicode.IsLetter(delim) || unicode.IsDigit(delim) || delim == utf8.RuneError || !utf8.ValidRune(delim) || delim == '\n' || delim == '\r' || delim == quote || delim == escape {
			return
		}
		if unicode.IsLetter(quote) || unicode.IsDigit(quote) || unicode.IsLetter(escape) || unicode.IsDigit(escape) {
			return
		}
		d := tabular.Dialect{Encoding: tabular.EncUTF8, Delimiter: delim, Quote: quote, Escape: escape}
		checkNothingLost(t, text, &tabular.Sniffed{Format: tabular.CSV, Dialect: d}, true)
		checkNothingLost(t, text, &tabular.Sniffed{Format: tabular.CSV, Dialect: d, Columns: make([]string, 3)}, true)
	})
}

// checkNothingLost compares the letters and digits of the text with those read.
func checkNothingLost(t *testing.T, text string, s *tabular.Sniffed, compare bool) {
	t.Helper()
	d := s.Dialect
	d.Header = false
	data := []byte(text)
	rows := readRows(t, data, &tabular.Sniffed{Format: s.Format, Dialect: d, Columns: s.Columns})
	var got strings.Builder
	for _, row := range rows {
		got.WriteString(strings.Join(row.Fields, "") + strings.Join(row.Extra, ""))
	}
	if !compare || !utf8.ValidString(text) || d.Encoding != tabular.EncUTF8 {
		return
	}
	if want := content(strings.TrimPrefix(text, "\ufeff")); content(got.String()) != want {
		t.Fatalf("read %q of %q by %+v", content(got.String()), want, d)
	}
}

func content(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// What was written in a dialect reads back equal when the dialect is given.
func TestWrittenReadsBack(t *testing.T) {
	cell := rapid.StringOf(rapid.RuneFrom([]rune("ab1 ,;|\t\"'\\\n\r^~é张")))
	rapid.Check(t, func(t *rapid.T) {
		d := tabular.Dialect{
			Encoding:  tabular.EncUTF8,
			Delimiter: rapid.SampledFrom([]rune(",;|\t^，")).Draw(t, "delimiter"),
			Quote:     rapid.SampledFrom([]rune(`"'`)).Draw(t, "quote"),
			Escape:    rapid.SampledFrom([]rune{0, '\\'}).Draw(t, "escape"),
		}
		width := rapid.IntRange(1, 5).Draw(t, "width")
		var want [][]string
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			row := rapid.SliceOfN(cell, width, width).Draw(t, "row")
			if strings.Join(row, "") != "" {
				want = append(want, row)
			}
		}
		text := write(want, d, rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "end"))
		s := &tabular.Sniffed{Format: tabular.CSV, Dialect: d, Columns: make([]string, width)}
		in, err := tabular.Open(strings.NewReader(text), int64(len(text)), s)
		if err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for {
			row, err := in.Next()
			if err == io.EOF {
				break
			}
			if err != nil || len(row.Problems) > 0 {
				t.Fatalf("%v %+v in %q", err, row.Problems, text)
			}
			got = append(got, row.Fields)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("wrote %q\nas %q\nread %q", want, text, got)
		}
	})
}
