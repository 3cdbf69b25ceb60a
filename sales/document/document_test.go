package document_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/document"
)

var update = flag.Bool("update", false, "write the golden files anew")

var shipped = sync.OnceValues(func() ([]*pack.Pack, error) { return pack.Shipped(pack.Options{}) })

// templates are those of all shipped packs.
func templates(t testing.TB) map[string]pack.Template {
	t.Helper()
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]pack.Template{}
	for _, p := range packs {
		for _, one := range p.Templates {
			out[p.Meta.ID+"/"+one.ID] = one
		}
	}
	if len(out) < 15 {
		t.Fatalf("only %d templates", len(out))
	}
	return out
}

// filled gives every input of a template a value; of lists, two rows.
func filled(t pack.Template, lang string) document.Inputs {
	words := map[string][2]string{"account": {"星河装备", "Galaxy Equipment"}, "seller": {"李娜", "Li Na"}, "deal": {"统一数据底座", "One base for data"}, "name": {"甲项", "First item"}, "title": {"数据散在各处", "Data is scattered"},
		"evidence": {"每天早上手工拼三张表", "Every morning three tables are pasted together"}, "pain": {"一个问题要问三个系统", "One question asks three systems"}, "goal": {"一条查询就有答案", "One query has the answer"},
		"code": {"L01", "L01"}, "kind": {"隐性", "hidden"}, "source": {"客户所述", "customer said"}, "unit": {"美元/年", "USD a year"}, "text": {"两小时内回应", "An answer within two hours"}}
	say := func(id string, n int) string {
		w, ok := words[id]
		if !ok {
			w = [2]string{"“" + id + "”的内容", "Words for " + id}
		}
		s := w[map[string]int{"zh": 0, "en": 1}[lang]]
		return s + strings.Repeat("（二）", n)
	}
	in := document.Inputs{Values: map[string]document.Value{}, Lists: map[string][]document.Row{}}
	for _, i := range t.Inputs {
		v := document.Value{Text: map[string]string{"number": "1234.5", "percent": "0.1843", "money": "52397.06 USD", "date": "2026-11-22"}[i.Kind]}
		if v.Text == "" {
			v.Text = say(i.ID, 0)
		}
		if i.Kind != "text" && i.Kind != "date" {
			v.Source = map[string]string{"zh": "价值测算 V2", "en": "Value case V2"}[lang]
		}
		in.Values[i.ID] = v
		if i.Rows == nil {
			continue
		}
		for n := range 2 {
			row := document.Row{}
			for _, c := range i.Rows.Columns {
				switch c {
				case "low", "likely", "high", "weight", "quantity", "baseline", "target", "actual", "threshold", "result":
					row[c] = []string{"60000", "0.5"}[n]
				case "price", "amount", "yearly_cost":
					row[c] = "35000 USD"
				case "due_on", "done_on":
					row[c] = "2026-12-01"
				default:
					row[c] = say(c, n)
				}
			}
			in.Lists[i.ID] = append(in.Lists[i.ID], row)
		}
	}
	return in
}

var options = document.Options{Company: "源流软件", MadeOn: "2026-11-22", Version: 2, Customer: "星河装备"}

func made(t testing.TB, one pack.Template, in document.Inputs, lang string) *document.Document {
	t.Helper()
	o := options
	o.Lang = lang
	d, err := document.Make(one, in, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// texts is all text of a document, one run after another.
func texts(d *document.Document) string {
	var b strings.Builder
	var runs func(v reflect.Value)
	runs = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			if r, ok := v.Interface().(document.Run); ok {
				b.WriteString(r.Text + " ")
				return
			}
			for i := range v.NumField() {
				runs(v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				runs(v.Index(i))
			}
		}
	}
	runs(reflect.ValueOf(d.Summary))
	runs(reflect.ValueOf(d.Sections))
	return b.String()
}

// Every template of every pack fills in both languages, leaves no mark and no gap, and
// becomes a file of every format that can be read.
func TestEveryTemplateFills(t *testing.T) {
	for id, one := range templates(t) {
		for _, lang := range []string{"zh", "en"} {
			d := made(t, one, filled(one, lang), lang)
			if len(d.Missing) > 0 || len(d.Summary) == 0 || len(d.Sections) != len(one.Sections) {
				t.Errorf("%s, %s: missing %v, %d blocks of summary, %d sections", id, lang, d.Missing, len(d.Summary), len(d.Sections))
			}
			all := texts(d)
			if strings.ContainsFunc(all, func(r rune) bool { return r >= '\uE000' && r <= '\uF8FF' }) || strings.Contains(all, "<no value>") || strings.Contains(all, "%!") {
				t.Errorf("%s, %s: marks are left in %s", id, lang, all)
			}
			for _, s := range d.Sections {
				if len(s.Blocks) == 0 {
					t.Errorf("%s, %s: section %s is empty", id, lang, s.ID)
				}
			}
			readable(t, id+" "+lang, d)
		}
	}
}

// readable opens every format.
func readable(t *testing.T, name string, d *document.Document) {
	t.Helper()
	docx, err := d.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	for part, text := range parts(t, docx) {
		dec := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %s: %v", name, part, err)
			}
		}
	}
	if _, err := html.Parse(bytes.NewReader(d.HTML())); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	kept, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var again document.Document
	if err := json.Unmarshal(kept, &again); err != nil {
		t.Fatal(err)
	}
	if other, err := again.DOCX(); err != nil || !bytes.Equal(docx, other) || !bytes.Equal(d.HTML(), again.HTML()) {
		t.Errorf("%s: kept and made again, it is another document (%v)", name, err)
	}
}

func parts(t *testing.T, docx []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// An empty deal gives a document that lists all it lacks, with how to get it, and invents
// nothing.
func TestMissingInputsAreListed(t *testing.T) {
	for id, one := range templates(t) {
		required := map[string]bool{}
		for _, i := range one.Inputs {
			if !i.Optional {
				required[i.ID] = true
			}
		}
		d := made(t, one, document.Inputs{}, "zh")
		for _, m := range d.Missing {
			if !required[m.Input] {
				t.Errorf("%s: %s is optional, or told twice", id, m.Input)
			}
			delete(required, m.Input)
		}
		if len(required) > 0 {
			t.Errorf("%s: not told to be missing: %v", id, required)
		}
		if all := texts(d); strings.ContainsAny(all, "0123456789") && strings.Contains(all, "0条") {
			t.Errorf("%s: a count of what is missing: %s", id, all)
		}
		readable(t, id, d)
	}
	d := made(t, templates(t)["logical-data-lake/roi-report"], document.Inputs{Values: map[string]document.Value{"account": {Text: "星河装备"}}}, "zh")
	if m := d.Missing[0]; m.Input != "variables" || m.How == "" || !m.List {
		t.Errorf("missing: %+v", d.Missing)
	}
	for _, want := range []string{"〔净现值：待补充〕", "〔测算变量：待补充〕", "星河装备"} {
		if !strings.Contains(texts(d), want) {
			t.Errorf("%s isn't in %s", want, texts(d))
		}
	}
	if strings.Contains(texts(d), "收回") {
		t.Error("the optional payback wasn't left out")
	}
}

// one is a template with a single body.
func one(body string) pack.Template {
	text := func(s string) pack.Text { return pack.Text{ZH: s, EN: s} }
	return pack.Template{ID: "one", Name: text("One"), Summary: text("{{.a}}"), Sections: []pack.Chapter{{ID: "s", Title: text("S"), Body: text(body)}},
		Inputs: []pack.Input{{ID: "a", Name: text("A"), Kind: "text"}, {ID: "n", Name: text("N"), Kind: "number", Optional: true}, {ID: "l", Name: text("L"), Kind: "list", Optional: true, Rows: &pack.Rows{Columns: []string{"x", "y"}}}}}
}

func TestMarkup(t *testing.T) {
	in := document.Inputs{Values: map[string]document.Value{"a": {Text: "value"}, "n": {Text: "-1234567.5", Source: "a count"}},
		Lists: map[string][]document.Row{"l": {{"x": "first", "y": "1"}, {"x": "second", "y": "2"}}}}
	for _, c := range []struct{ body, want string }{
		{"# Head\nText\n\n- one\n- two\n\n1. first\n2. second", "heading1:Head paragraph:Text bullets:one/two numbered:first/second"},
		{"Label: {{.a}}", "paragraph:*Label:*value"},
		{"{{range .l}}{{.x}}: {{.y}}\n{{end}}after", "bullets:*first:*1/*second:*2 paragraph:after"},
		{"{{range .l}}{{.x}}\nY: {{.y}}\n\n{{end}}", "entry:*first*|*Y:*1 entry:*second*|*Y:*2"},
		{"{{range .l}}{{.x}}, {{end}}and so on", "paragraph:first, second, and so on"},
		{"| X | Y |\n|---|---|\n{{range .l}}| {{.x}} | {{.y}} |\n{{end}}", "table:X;Y first;1 second;2"},
		{"{{if eq .a \"value\"}}yes{{else}}no{{end}} {{if gt .n 5}}more{{else}}less{{end}}", "paragraph:yes less"},
		{"{{number .n}} {{count .l}} {{join .l \"x\" \", \"}} {{source .n}}", "paragraph:-1,234,567.5 2 first, second a count"},
		{"{{range .l}}{{$.a}} {{.x}}\n{{else}}nothing{{end}}", "bullets:value first/value second"},
	} {
		d := made(t, one(c.body), in, "en")
		if got := outline(d.Sections[0].Blocks); got != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.body, got, c.want)
		}
	}
}

// outline writes blocks in one line: bold within stars.
func outline(blocks []document.Block) string {
	line := func(text []document.Run) string {
		var b strings.Builder
		for _, r := range text {
			if r.Bold {
				b.WriteString("*" + strings.TrimSpace(r.Text) + "*")
			} else {
				b.WriteString(r.Text)
			}
		}
		return strings.ReplaceAll(b.String(), "* ", "*")
	}
	var out []string
	for _, b := range blocks {
		var items []string
		for _, i := range b.Items {
			items = append(items, line(i))
		}
		switch b.Kind {
		case document.Table:
			for _, r := range append([][][]document.Run{b.Head}, b.Rows...) {
				var cells []string
				for _, c := range r {
					cells = append(cells, line(c))
				}
				items = append(items, strings.Join(cells, ";"))
			}
			out = append(out, "table:"+strings.Join(items, " "))
		case document.Entry:
			out = append(out, "entry:"+strings.Join(append([]string{line(b.Text)}, items...), "|"))
		case document.Heading:
			out = append(out, "heading"+string(rune('0'+b.Level))+":"+line(b.Text))
		case document.Paragraph:
			out = append(out, "paragraph:"+line(b.Text))
		default:
			out = append(out, b.Kind+":"+strings.Join(items, "/"))
		}
	}
	return strings.Join(out, " ")
}

// Whatever a record holds, it stays text: no markup, no structure, no mark, no script.
func TestRecordsStayText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"# head", "- point", "1. one", "| a | b |", "|---|", "\n", "\r\n", "\uE001", "\uE003x", "{{.a}}", "<script>alert(1)</script>", "&amp;", "]]>", "\x00", "\x1b", "\uFFFE", "x", "：", ": ", "中文", "\t"})
		text := "x" + strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "text"), "") + "y"
		in := document.Inputs{Values: map[string]document.Value{"a": {Text: text}}, Lists: map[string][]document.Row{"l": {{"x": text, "y": "1"}, {"x": text, "y": "2"}}}}
		d, err := document.Make(one("{{.a}}\n\n{{range .l}}{{.x}}\n{{end}}\n| X | Y |\n|---|---|\n{{range .l}}| {{.x}} | {{.y}} |\n{{end}}"), in, document.Options{Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		b := d.Sections[0].Blocks
		if len(b) != 3 || b[0].Kind != document.Paragraph || b[1].Kind != document.Bullets || len(b[1].Items) != 2 || b[2].Kind != document.Table || len(b[2].Rows) != 2 || len(b[2].Rows[0]) != 2 {
			t.Fatalf("%q became %+v", text, b)
		}
		page := string(d.HTML())
		if strings.Contains(page, "<script") {
			t.Fatalf("%q became a script", text)
		}
		docx, err := d.DOCX()
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, _ := f.Open()
			dec := xml.NewDecoder(r)
			for {
				if _, err := dec.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%q: %s: %v", text, f.Name, err)
				}
			}
		}
	})
}

func TestTemplatesThatCannotBeFilled(t *testing.T) {
	for _, body := range []string{"{{.a", "{{unknown .a}}", "{{range .a}}{{template \"x\"}}{{end}}", "{{index .l 7}}", "{{define \"r\"}}{{template \"r\"}}{{end}}{{template \"r\"}}"} {
		_, err := document.Make(one(body), document.Inputs{Values: map[string]document.Value{"a": {Text: "v"}}}, document.Options{Lang: "en"})
		var e *lake.Error
		if !errors.As(err, &e) || e.Code != "document_template_invalid" || e.Params["part"] != "s" || !errors.Is(err, lake.ErrInvalid) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestNumbersAndDates(t *testing.T) {
	d := made(t, pack.Template{ID: "x", Name: pack.Text{ZH: "x", EN: "x"}, Summary: pack.Text{ZH: "{{money .m}} {{percent .p}} {{date .d}} {{.m}}", EN: "{{money .m}} {{percent .p}} {{date .d}} {{.m}}"},
		Inputs: []pack.Input{{ID: "m", Kind: "money", Name: pack.Text{ZH: "钱", EN: "Money"}}, {ID: "p", Kind: "percent", Name: pack.Text{ZH: "率", EN: "Rate"}}, {ID: "d", Kind: "date", Name: pack.Text{ZH: "日", EN: "Day"}}}},
		document.Inputs{Values: map[string]document.Value{"m": {Text: "-1234567.5 CNY", Source: "账单"}, "p": {Text: "0.0725"}, "d": {Text: "2026-03-09"}}}, "zh")
	if got := strings.TrimSpace(d.Text()); got != "-1,234,567.50 元 7.25% 2026年3月9日 -1,234,567.50 元" {
		t.Errorf("Chinese: %s", got)
	}
	if len(d.Numbers) != 2 || d.Numbers[0] != (document.Number{Input: "m", Name: "钱", Shown: "-1,234,567.50 元", Source: "账单"}) || d.Numbers[1].Source != "未注明" {
		t.Errorf("numbers: %+v", d.Numbers)
	}
}

// What was made on a branch says so across every page.
func TestBranchIsAWatermark(t *testing.T) {
	o := options
	o.Lang, o.Branch = "zh", "试算<1>"
	one := templates(t)["logical-data-lake/need-document"]
	d, err := document.Make(one, filled(one, "zh"), o)
	if err != nil {
		t.Fatal(err)
	}
	docx, err := d.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	if header := string(parts(t, docx)["word/header1.xml"]); !strings.Contains(header, `string="草稿 · 分支 试算&lt;1&gt;"`) {
		t.Errorf("no watermark in %s", header)
	}
	if !strings.Contains(string(d.HTML()), "草稿 · 分支 试算&lt;1&gt;") {
		t.Error("no watermark on the page")
	}
	readable(t, "branch", d)
}

// The body of the Word file and the page are as reviewed; go test -update writes them.
func TestGolden(t *testing.T) {
	text := func(zh, en string) pack.Text { return pack.Text{ZH: zh, EN: en} }
	how := text("先完成测算", "Complete the calculation")
	one := pack.Template{ID: "report", Name: text("价值报告", "Value report"), For: text("给预算负责人", "For the budget holder"),
		Inputs: []pack.Input{{ID: "account", Name: text("客户名称", "Account"), Kind: "text"}, {ID: "npv", Name: text("净现值", "NPV"), Kind: "money"}, {ID: "roi", Name: text("回报率", "Return"), Kind: "percent", Missing: &how},
			{ID: "starts", Name: text("开始", "Start"), Kind: "date"}, {ID: "note", Name: text("备注", "Note"), Kind: "text", Optional: true},
			{ID: "needs", Name: text("需求", "Needs"), Kind: "list", Rows: &pack.Rows{Columns: []string{"title", "words", "cost"}}}, {ID: "people", Name: text("人员", "People"), Kind: "list", Rows: &pack.Rows{Columns: []string{"name"}}}},
		Summary: text("{{.account}}的净现值为{{money .npv}}，回报率{{percent .roi}}。", "{{.account}}: NPV {{money .npv}}, return {{percent .roi}}."),
		Sections: []pack.Chapter{
			{ID: "needs", Title: text("需求", "Needs"), Body: text("共{{count .needs}}条，{{date .starts}}起：\n{{range .needs}}{{.title}}\n原话：“{{.words}}”\n\n{{end}}{{if .note}}{{.note}}{{end}}", "{{count .needs}} from {{date .starts}} on:\n{{range .needs}}{{.title}}\nIn your words: \"{{.words}}\"\n\n{{end}}{{if .note}}{{.note}}{{end}}")},
			{ID: "cost", Title: text("代价 & <边界>", "Cost & <limits>"), Body: text("## 逐条\n| 需求 | 每年 |\n|---|---|\n{{range .needs}}| {{.title}} | {{money .cost}} |\n{{end}}\n1. 先看\n2. 再谈\n\n- 负责人：{{.account}}", "## One by one\n| Need | A year |\n|---|---|\n{{range .needs}}| {{.title}} | {{money .cost}} |\n{{end}}\n1. Look\n2. Talk\n\n- Owner: {{.account}}")},
			{ID: "people", Title: text("人员", "People"), Body: text("{{range .people}}{{.name}}\n{{end}}", "{{range .people}}{{.name}}\n{{end}}")},
		}}
	in := document.Inputs{Values: map[string]document.Value{"account": {Text: "星河<装备>"}, "npv": {Text: "52397.06 USD", Source: "测算 V2"}, "starts": {Text: "2026-12-01"}},
		Lists: map[string][]document.Row{"needs": {{"title": "取数慢", "words": "等三天\n才有数", "cost": "12000 CNY"}, {"title": "a|b", "words": "# no heading"}}}}
	for _, lang := range []string{"zh", "en"} {
		d := made(t, one, in, lang)
		docx, err := d.DOCX()
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join("testdata", "report."+lang)
		golden(t, name+".xml", strings.ReplaceAll(strings.ReplaceAll(string(parts(t, docx)["word/document.xml"]), "<w:p>", "\n<w:p>"), "<w:tbl>", "\n<w:tbl>"))
		page := string(d.HTML())
		before, rest, _ := strings.Cut(page, "<style>")
		_, after, _ := strings.Cut(rest, "</style>")
		golden(t, name+".html", before+after)
	}
}

// Value propositions are filled with the numbers of the customer, or say what is missing.
func TestPropositions(t *testing.T) {
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	filledOnes := 0
	for _, p := range packs {
		for _, v := range p.ValuePropositions {
			values := map[string]document.Value{}
			for _, x := range v.Variables {
				values[x.ID] = document.Value{Text: map[string]string{"money": "155000 USD", "percent": "0.25", "number": "1.89", "date": "2026-11-22"}[x.Format], Source: "value case"}
				if x.Format == "" || x.Format == "text" {
					values[x.ID] = document.Value{Text: "ACME"}
				}
			}
			full, empty := document.Propose(v, values, "en"), document.Propose(v, nil, "zh")
			text := ""
			for _, r := range full.Text {
				text += r.Text
			}
			if len(full.Missing) > 0 || len(empty.Missing) != len(v.Variables) || strings.ContainsAny(text, "{}") {
				t.Errorf("%s: missing %v of %d; %s", v.ID, full.Missing, len(empty.Missing), text)
			}
			for _, n := range full.Numbers {
				if n.Source != "value case" || !strings.Contains(text, n.Shown) {
					t.Errorf("%s: %+v isn't in %s", v.ID, n, text)
				}
			}
			filledOnes += len(full.Numbers)
		}
	}
	if filledOnes == 0 {
		t.Error("no proposition has a number")
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path) // a file of the test
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s isn't as reviewed; go test ./sales/document -update writes it anew. Got:\n%s", path, got)
	}
}
