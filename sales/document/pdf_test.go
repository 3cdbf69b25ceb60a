package document_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"headwater/lake"
	"headwater/sales/document"
	"headwater/sales/document/pdf"
)

// program is a program that the test needs; without it the test is skipped, or fails where
// nothing may be.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("HEADWATER_REQUIRE_ALL") == "1" {
			t.Fatalf("%s isn't there", name)
		}
		t.Skipf("skipped: %s isn't there", name)
	}
	return path
}

// chineseFont is a font of this machine with Chinese.
func chineseFont(t *testing.T) *pdf.Font {
	t.Helper()
	f, err := pdf.Find("湖Aa", nil)
	if err != nil {
		if os.Getenv("HEADWATER_REQUIRE_ALL") == "1" {
			t.Fatal(err)
		}
		t.Skip("skipped: ", err)
	}
	return f
}

func written(t *testing.T, d *document.Document, f *pdf.Font) []byte {
	t.Helper()
	b, err := d.PDF(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read is the text that another program finds in a PDF, page by page, in the order in
// which it was written and without spaces.
func read(t *testing.T, file []byte) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program(t, "pdftotext"), "-raw", "-enc", "UTF-8", path, "-") // a program of the test
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%v: %s", err, complaints.String())
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	for i := range pages {
		pages[i] = squeezed(pages[i])
	}
	return pages
}

func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// Every template becomes a PDF in which everything can be found again, in order.
func TestPDFHoldsTheText(t *testing.T) {
	font := chineseFont(t)
	for _, id := range []string{"logical-data-lake/need-document", "logical-data-lake/roi-report", "enterprise-mail/mail-proposal", "logical-data-lake/contract"} {
		for _, lang := range []string{"zh", "en"} {
			one := templates(t)[id]
			d := made(t, one, filled(one, lang), lang)
			file := written(t, d, font)
			all := strings.Join(read(t, file), "")
			at := 0
			for _, s := range d.Sections {
				next := strings.Index(all[at:], squeezed(s.Title))
				if next < 0 {
					t.Fatalf("%s %s: %s isn't behind the sections before it in %s", id, lang, s.Title, all)
				}
				at += next
			}
			for _, want := range []string{d.Title, "星河装备", "源流软件", squeezed(summaryText(d))} {
				if !strings.Contains(all, squeezed(want)) {
					t.Errorf("%s %s: %q isn't in %s", id, lang, want, all)
				}
			}
			if len(file) > 400_000 {
				t.Errorf("%s %s has %d bytes: the font isn't cut down", id, lang, len(file))
			}
			if !bytes.Equal(file, written(t, d, font)) {
				t.Errorf("%s %s: made again, it is another file", id, lang)
			}
		}
	}
}

func summaryText(d *document.Document) string {
	var b strings.Builder
	for _, r := range d.Summary[0].Text {
		b.WriteString(r.Text)
	}
	return b.String()
}

// A long document goes over pages, each with its number; the head of a table stands on
// every page, no line is lost.
func TestPDFGoesOverPages(t *testing.T) {
	in := document.Inputs{Values: map[string]document.Value{"a": {Text: strings.Repeat("很长的说明，需要换行。", 60)}}, Lists: map[string][]document.Row{}}
	for i := range 150 {
		in.Lists["l"] = append(in.Lists["l"], document.Row{"x": fmt.Sprintf("第%d行的名称", i), "y": strings.Repeat("word ", i%23+1)})
	}
	in.Lists["l"][70]["y"] = strings.Repeat("一行比一页还高", 400)
	o := options
	o.Lang, o.Branch = "zh", "试算"
	d, err := document.Make(one("{{.a}}\n\n| 表头甲 | 表头乙 |\n|---|---|\n{{range .l}}| {{.x}} | {{.y}} |\n{{end}}\n# 结尾"), in, o)
	if err != nil {
		t.Fatal(err)
	}
	pages := read(t, written(t, d, chineseFont(t)))
	if len(pages) < 6 {
		t.Fatalf("only %d pages", len(pages))
	}
	all := strings.Join(pages, "")
	for i := range 150 {
		if !strings.Contains(all, fmt.Sprintf("第%d行的名称", i)) {
			t.Errorf("row %d is lost", i)
		}
	}
	if n := strings.Count(strings.ReplaceAll(regexp.MustCompile(`源流软件|One|第\d+页，共\d+页|草稿·分支试算|表头甲表头乙`).ReplaceAllString(all, ""), "第70行的名称", ""), "一行比一页还高"); n < 360 {
		t.Errorf("of 400 words in one cell %d are left", n)
	}
	heads := 0
	for i, p := range pages {
		if !strings.Contains(p, fmt.Sprintf("第%d页，共%d页", i+1, len(pages))) || !strings.Contains(p, "草稿·分支试算") {
			t.Errorf("page %d has no number or no watermark: %s", i+1, p)
		}
		heads += strings.Count(p, "表头甲")
	}
	if heads < len(pages)-3 || !strings.Contains(pages[len(pages)-1], "结尾") {
		t.Errorf("%d heads on %d pages", heads, len(pages))
	}
}

// Without a font that has the characters, the document says so in words.
func TestPDFWithoutAFont(t *testing.T) {
	_, err := pdf.Find("湖", []string{t.TempDir()})
	var e *lake.Error
	if !errors.As(err, &e) || e.Code != "font_missing" || !strings.Contains(e.Detail, "fonts-noto-cjk") {
		t.Errorf("got %v", err)
	}
	if _, err := pdf.Open(filepath.Join("testdata", "report.zh.html")); !errors.As(err, &e) || e.Code != "font_unreadable" {
		t.Errorf("no font: %v", err)
	}
	// A font without Chinese does for English, and says what it lacks for Chinese.
	if _, err := os.Stat("/usr/share/fonts/truetype/dejavu"); err == nil {
		if f, err := pdf.Find("English only.", []string{"/usr/share/fonts/truetype/dejavu"}); err != nil || !strings.Contains(f.Name, "DejaVu") {
			t.Errorf("English: %v", err)
		}
		if _, err := pdf.Find("数据湖", []string{"/usr/share/fonts/truetype/dejavu"}); !errors.As(err, &e) || e.Params["characters"] != "数据湖" {
			t.Errorf("Chinese: %v", err)
		}
	}
}

// Fonts with quadratic outlines are embedded, too.
func TestPDFWithTrueType(t *testing.T) {
	f, err := pdf.Open("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
	if err != nil {
		t.Skip("skipped: no DejaVu Sans: ", err)
	}
	d, err := document.Make(one("Total: {{.a}}"), document.Inputs{Values: map[string]document.Value{"a": {Text: "Größe Ωμέγα"}}}, document.Options{Lang: "en", Company: "ACME"})
	if err != nil {
		t.Fatal(err)
	}
	if all := read(t, written(t, d, f)); !strings.Contains(all[0], "Total:GrößeΩμέγα") {
		t.Errorf("found %s", all)
	}
}

// Word files open in another program and say the same.
func TestDOCXInLibreOffice(t *testing.T) {
	office := program(t, "soffice")
	dir := t.TempDir()
	want := map[string]*document.Document{}
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", filepath.Join(dir, "out")}
	for _, c := range []struct{ id, lang string }{{"logical-data-lake/need-document", "zh"}, {"logical-data-lake/roi-report", "en"}} {
		one := templates(t)[c.id]
		o := options
		o.Lang, o.Branch = c.lang, "trial"
		d, err := document.Make(one, filled(one, c.lang), o)
		if err != nil {
			t.Fatal(err)
		}
		docx, err := d.DOCX()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, one.ID+".docx")
		if err := os.WriteFile(path, docx, 0o600); err != nil {
			t.Fatal(err)
		}
		args, want[one.ID] = append(args, path), d
	}
	started := time.Now()
	if out, err := exec.Command(office, args...).CombinedOutput(); err != nil { // a program of the test
		t.Fatalf("%v: %s", err, out)
	}
	t.Logf("converted in %s", time.Since(started).Round(time.Millisecond))
	for id, d := range want {
		file, err := os.ReadFile(filepath.Join(dir, "out", id+".pdf")) // just written
		if err != nil {
			t.Fatal(err)
		}
		all := strings.Join(read(t, file), "")
		page := map[string]string{"zh": "第1页，共1页", "en": "Page 1 of 1"}[d.Lang]
		for _, s := range append([]string{d.Title, summaryText(d), page}, titles(d)...) {
			if !strings.Contains(all, squeezed(s)) {
				t.Errorf("%s: %q isn't in %s", id, s, all)
			}
		}
	}
}

func titles(d *document.Document) []string {
	var out []string
	for _, s := range d.Sections {
		out = append(out, s.Title)
	}
	return out
}

func BenchmarkPDF(b *testing.B) {
	f, err := pdf.Find("湖Aa", nil)
	if err != nil {
		b.Skip(err)
	}
	one := templates(b)["logical-data-lake/need-document"]
	d := made(b, one, filled(one, "zh"), "zh")
	for b.Loop() {
		if _, err := d.PDF(f); err != nil {
			b.Fatal(err)
		}
	}
}
