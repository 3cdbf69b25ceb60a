package pdf_test

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"headwater/sales/document/pdf"
)

func anyFont(t *testing.T) *pdf.Font {
	t.Helper()
	f, err := pdf.Find("Aa", nil)
	if err != nil {
		t.Skip("skipped: no font at all: ", err)
	}
	return f
}

// The table of a file leads to each of its objects, and the same calls give the same file.
func TestEveryObjectIsWhereTheTableSays(t *testing.T) {
	font := anyFont(t)
	write := func(marks int) []byte {
		f := pdf.New(font, pdf.Info{Title: "Título", Author: "(x)", Lang: "en-GB", Date: "2026-11-22"})
		for i := range 3 {
			p := f.Page()
			p.Text(60, 60, pdf.Style{Size: 12, Bold: i == 1}, "Page "+strconv.Itoa(i))
			p.Fill(10, 10, 20, 20, pdf.Color{1, 0, 0})
			p.Backdrop(10, 10, 20, 20, pdf.Color{0, 1, 0})
			p.Line(0, 0, 100, 100, 1, pdf.Color{})
			p.Watermark("Draft", 40)
			if i < marks {
				f.Bookmark("Mark "+strconv.Itoa(i), 60)
			}
		}
		var out bytes.Buffer
		if _, err := f.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	for _, marks := range []int{0, 1, 3} {
		file := write(marks)
		if !bytes.Equal(file, write(marks)) {
			t.Error("made again, it is another file")
		}
		at, err := strconv.Atoi(string(regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)[1]))
		if err != nil || !bytes.HasPrefix(file[at:], []byte("xref\n")) {
			t.Fatalf("no table at %d (%v)", at, err)
		}
		found := 0
		for n, line := range strings.Split(string(file[at:]), "\n")[2:] {
			if !strings.HasSuffix(line, " n ") {
				continue
			}
			start, _ := strconv.Atoi(line[:10])
			if !bytes.HasPrefix(file[start:], []byte(strconv.Itoa(n)+" 0 obj\n")) {
				t.Errorf("object %d isn't at %d", n, start)
			}
			found++
		}
		for _, ref := range regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch(file, -1) {
			if !bytes.Contains(file, []byte("\n"+string(ref[1])+" 0 obj\n")) {
				t.Errorf("a reference to object %s, which isn't there", ref[1])
			}
		}
		if want := 8 + 6 + marks + min(marks, 1); found != want {
			t.Errorf("%d objects, expected %d", found, want)
		}
	}
}

// A text's width is the sum of its characters', at every size.
func TestMeasure(t *testing.T) {
	f := pdf.New(anyFont(t), pdf.Info{})
	if a, b := f.Measure("Water", 10), f.Measure("Wa", 10)+f.Measure("ter", 10); a <= 0 || a-b > 1e-9 || b-a > 1e-9 {
		t.Errorf("%v and %v", a, b)
	}
	if a, b := f.Measure("Water", 20), 2*f.Measure("Water", 10); a-b > 1e-9 || b-a > 1e-9 {
		t.Errorf("%v and %v", a, b)
	}
}
