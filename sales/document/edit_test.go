package document_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/document"
)

// What is given to edit and given back unchanged is the same document.
func TestUntouchedTextStays(t *testing.T) {
	for id, one := range templates(t) {
		for _, lang := range []string{"zh", "en"} {
			for name, in := range map[string]document.Inputs{"filled": filled(one, lang), "empty": {}} {
				d, was := made(t, one, in, lang), made(t, one, in, lang)
				edit(t, d, texted(d, nil))
				if !reflect.DeepEqual(d, was) {
					t.Errorf("%s %s %s: another document", id, lang, name)
				}
				// Touched and put back, the text reads the same and every figure has its source.
				edit(t, d, texted(d, func(s string) string { return s + "\n\n尾 tail" }))
				edit(t, d, texted(d, func(s string) string { return strings.Replace(s, "尾 tail", "", 1) }))
				if got, want := d.Text(), was.Text(); got != want {
					t.Errorf("%s %s %s: put back, it reads\n%s\nand was\n%s", id, lang, name, got, want)
				}
				if got, want := figuresOf(d), figuresOf(was); !reflect.DeepEqual(got, want) || len(d.Own()) > 0 || len(d.Missing) != len(was.Missing) {
					t.Errorf("%s %s %s: figures %v were %v; own %v; missing %d were %d", id, lang, name, got, want, d.Own(), len(d.Missing), len(was.Missing))
				}
			}
		}
	}
}

func edit(t *testing.T, d *document.Document, texts map[string]string) {
	t.Helper()
	if err := d.Edit(texts); err != nil {
		t.Fatal(err)
	}
}

// texted is the text of every part, changed by fn.
func texted(d *document.Document, fn func(string) string) map[string]string {
	out := map[string]string{}
	for _, p := range d.Parts() {
		out[p.ID] = p.Text
		if fn != nil {
			out[p.ID] = fn(p.Text)
		}
	}
	return out
}

// figuresOf are the figures in the text that are tied to an input: input and text.
func figuresOf(d *document.Document) (out [][2]string) {
	add := func(text []document.Run) {
		for _, r := range text {
			if r.Input != "" && !r.Own {
				out = append(out, [2]string{r.Input, r.Text})
			}
		}
	}
	all := append([]document.Block{}, d.Summary...)
	for _, s := range d.Sections {
		all = append(all, s.Blocks...)
	}
	for _, b := range all {
		add(b.Text)
		for _, x := range append(append([][]document.Run{}, b.Items...), b.Head...) {
			add(x)
		}
		for _, r := range b.Rows {
			for _, c := range r {
				add(c)
			}
		}
	}
	return out
}

var worth = pack.Template{ID: "worth", Name: pack.Text{ZH: "测算", EN: "Worth"},
	Inputs: []pack.Input{{ID: "npv", Kind: "money", Name: pack.Text{ZH: "净现值", EN: "NPV"}, From: "value.npv"},
		{ID: "roi", Kind: "percent", Name: pack.Text{ZH: "回报率", EN: "ROI"}, From: "value.roi"},
		{ID: "start", Kind: "date", Name: pack.Text{ZH: "启动日", EN: "Start"}, From: "input"}},
	Summary: pack.Text{ZH: "三年净现值{{money .npv}}，回报率{{percent .roi}}，7 个系统。", EN: "Over 3 years {{money .npv}}, {{percent .roi}}."},
	Sections: []pack.Chapter{{ID: "more", Title: pack.Text{ZH: "细节", EN: "More"},
		Body: pack.Text{ZH: "净现值：{{money .npv}}\n启动：{{.start}}", EN: "NPV: {{money .npv}}\nStart: {{.start}}"}}}}

func worthIn(npv string) document.Inputs {
	return document.Inputs{Values: map[string]document.Value{"npv": {Text: npv, Source: "价值测算“甲”"}, "roi": {Text: "0.35", Source: "价值测算“甲”"}}}
}

// A number that a person changes is marked, with what it was; the others stay tied to
// their source, and follow it when it moves.
func TestChangedNumbersAreMarked(t *testing.T) {
	d := made(t, worth, worthIn("200483 USD"), "zh")
	edit(t, d, map[string]string{"summary": "我们为贵方算过：三年净现值250,000 美元，回报率35%，7 个系统，9 月上线。"})
	own := d.Own()
	if len(own) != 2 || own[0].Text != "250,000" || own[0].Name != "净现值" || own[0].Was != "200,483 美元" || own[0].Source != "价值测算“甲”" || own[1].Text != "9" || own[1].Was != "" {
		t.Fatalf("own numbers %+v", own)
	}
	if got := figuresOf(d); !reflect.DeepEqual(got, [][2]string{{"roi", "35%"}, {"npv", "200,483 美元"}}) {
		t.Fatalf("tied are %v", got)
	}
	page := string(d.HTML())
	if !strings.Contains(page, `<span class="own">250,000*</span>`) || !strings.Contains(page, "手工填写，原为 200,483 美元") {
		t.Fatalf("the page doesn't mark it: %s", page)
	}
	readable(t, "changed", d)

	// Edited once more, the marks stay; put back, they go.
	edit(t, d, map[string]string{"summary": strings.Replace(partText(d, "summary"), "我们", "我方", 1)})
	if len(d.Own()) != 2 {
		t.Fatalf("after another change own are %+v", d.Own())
	}
	changed := partText(d, "summary")
	edit(t, d, map[string]string{"summary": strings.Replace(strings.Replace(changed, "250,000", "200,483", 1), "，9 月上线", "", 1)})
	if len(d.Own()) != 0 || figuresOf(d)[0] != [2]string{"npv", "200,483 美元"} {
		t.Fatalf("put back, own are %+v, tied %v", d.Own(), figuresOf(d))
	}
	edit(t, d, map[string]string{"summary": changed})

	moved := d.Moved(worth, worthIn("180000 USD"))
	if len(moved) != 1 || moved[0].Shown != "200,483 美元" || moved[0].Now != "180,000 美元" {
		t.Fatalf("moved %+v", moved)
	}
	d.Freshen(moved)
	if text := d.Text(); !strings.Contains(text, "净现值：180,000 美元") || !strings.Contains(text, "250,000 美元") || strings.Contains(text, "200,483") {
		t.Fatalf("freshened, it reads %s", text)
	}
	if again := d.Moved(worth, worthIn("180000 USD")); len(again) > 0 {
		t.Fatalf("still moved: %+v", again)
	}
}

// Numbers in characters count like digits: what says the same stays tied, what says something
// else is marked; words that are only written with numerals are words.
func TestNumbersInCharacters(t *testing.T) {
	for text, want := range map[string]string{
		"三年净现值二十万零四百八十三美元，回报率百分之三十五，7 个系统。":            "",
		"三年净现值三百二十万美元，回报率百分之十五，七个系统。":                  "三百二十万 百分之十五",
		"三年净现值20.0483 万美元，回报率三成五，7 个系统，两成由服务商承担。":      "两成",
		"两年净现值200,483 美元，回报率35%，十二个系统，三周上线，二〇二七年续约。":   "两 十二 三 二〇二七",
		"三年净现值一点五亿美元，回报率三分之一，一万二千条，第二个系统，千万元级。":        "一点五亿 三分之一 一万二千 千万",
		"万一不统一，一个四川的第三方十分重要，千万要一致，三点建议，十四五规划，完成，一成不变。": "",
	} {
		d := made(t, worth, worthIn("200483 USD"), "zh")
		edit(t, d, map[string]string{"summary": text})
		var own []string
		for _, o := range d.Own() {
			own = append(own, o.Text)
		}
		if got := strings.Join(own, " "); got != want {
			t.Errorf("%s: own are %q, not %q", text, got, want)
		}
		if strings.Contains(text, "二十万零四百八十三") {
			if got := figuresOf(d); !reflect.DeepEqual(got[:2], [][2]string{{"npv", "二十万零四百八十三"}, {"roi", "百分之三十五"}}) {
				t.Errorf("tied are %v", got)
			}
		}
	}
	d := made(t, worth, worthIn("200483 USD"), "en")
	edit(t, d, map[string]string{"summary": "Over 3 years USD 0.3 million, 35 percent."})
	if own := d.Own(); len(own) != 1 || own[0].Text != "0.3 million" || own[0].Was != "USD 200,483" {
		t.Errorf("own are %+v", own)
	}
}

// A gap that is filled by hand isn't missing any more; a part that isn't there is refused.
func TestFilledGapIsNotMissing(t *testing.T) {
	d := made(t, worth, worthIn("1 USD"), "zh")
	if len(d.Missing) != 1 {
		t.Fatalf("missing %+v", d.Missing)
	}
	edit(t, d, map[string]string{"more": strings.Replace(partText(d, "more"), "〔启动日：待补充〕", "下月初", 1)})
	if len(d.Missing) != 0 || strings.Contains(d.Text(), "待补充") {
		t.Fatalf("missing %+v in %s", d.Missing, d.Text())
	}
	var failed *lake.Error
	if err := d.Edit(map[string]string{"none": "x"}); !errors.As(err, &failed) || failed.Code != "document_part_unknown" {
		t.Fatal(err)
	}
}

func partText(d *document.Document, id string) string {
	for _, p := range d.Parts() {
		if p.ID == id {
			return p.Text
		}
	}
	return ""
}

// Whatever a person writes is read without loss and comes back the same: written, read
// and written again it no longer changes, and nothing of it becomes a mark or a tag.
func TestAnyTextCanBeWritten(t *testing.T) {
	piece := rapid.SampledFrom([]string{"# ", "- ", "1. ", "> ", "| a | b |", "|---|---|", "**", "*", `\`, "\\\n", "\n", "\n\n", "净现值", "12,000.5", "35%", " ", "a|b", "<b>&", "\uE001", "\uE009x\uE00A", "〔启动日：待补充〕", "word"})
	rapid.Check(t, func(t *rapid.T) {
		d, err := document.Make(worth, worthIn("200483 USD"), document.Options{Lang: "zh"})
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(rapid.SliceOfN(piece, 0, 14).Draw(t, "text"), "")
		if err := d.Edit(map[string]string{"more": text}); err != nil {
			t.Fatal(err)
		}
		first := partText(d, "more")
		read := d.Text()
		if err := d.Edit(map[string]string{"more": first + "\n\nx"}); err != nil {
			t.Fatal(err)
		}
		if err := d.Edit(map[string]string{"more": first}); err != nil {
			t.Fatal(err)
		}
		if again := partText(d, "more"); again != first || d.Text() != read {
			t.Fatalf("%q is written %q, then %q; it reads %q, then %q", text, first, again, read, d.Text())
		}
		if strings.ContainsFunc(first, func(r rune) bool { return r >= '\uE000' && r <= '\uE00F' }) || strings.Contains(string(d.HTML()), "<b>") {
			t.Fatalf("marks or tags are left in %q", first)
		}
	})
}

// The summary may take half a page: what lies beyond is named, with how much it is.
func TestHalfPage(t *testing.T) {
	for id, one := range templates(t) {
		for _, lang := range []string{"zh", "en"} {
			if h := made(t, one, filled(one, lang), lang).Half(); h.Over > 0 {
				t.Errorf("%s %s: the summary is over: %+v", id, lang, h)
			}
		}
	}
	d := made(t, worth, worthIn("1 USD"), "zh")
	line := strings.Repeat("字", 42) + "\n"
	edit(t, d, map[string]string{"summary": strings.Repeat(line, 8)})
	if h := d.Half(); h.Over != 0 || h.Lines < 8 {
		t.Fatalf("eight lines: %+v", h)
	}
	edit(t, d, map[string]string{"summary": strings.Repeat(line, 20) + "这一句在半页之外。"})
	h := d.Half()
	if h.Over == 0 || h.Lines-h.Most != h.Over || h.From == "" {
		t.Fatalf("twenty-one lines: %+v", h)
	}
	longer := document.Document{Lang: "zh", Summary: append(append([]document.Block{}, d.Summary...), d.Summary...)}
	if more := longer.Half(); more.Lines <= h.Lines || more.From != h.From {
		t.Fatalf("twice as long: %+v after %+v", more, h)
	}
}
