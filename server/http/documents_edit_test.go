package httpapi_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// report is a deal with a value case, and a value report made of it.
func report(t *testing.T, o *office) (deal, worth, id string) {
	account := o.make("seller", "accounts", `{"name":"某重工集团"}`)
	deal = o.make("seller", "deals", `{"name":"数据底座","account":"`+account+`"}`)
	worth = o.did("seller", "POST", "/api/value/cases", `{"deal":"`+deal+`","model":"benefits"}`, http.StatusCreated).at(t, "id").(string)
	made := o.did("seller", "POST", "/api/documents", `{"deal":"`+deal+`","template":"roi-report","language":"zh"}`, http.StatusCreated)
	return deal, worth, made.at(t, "id").(string)
}

// partOf is the text of a part of a document.
func partOf(t *testing.T, r reply, id string) string {
	t.Helper()
	for _, p := range r.json(t)["parts"].([]any) {
		if p := p.(map[string]any); p["id"] == id {
			return p["text"].(string)
		}
	}
	t.Fatalf("no part %s in %s", id, clip(r.text))
	return ""
}

// text is a body that changes parts of a document, given in pairs.
func text(pairs ...string) string {
	parts := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		parts[pairs[i]] = pairs[i+1]
	}
	b, _ := json.Marshal(map[string]any{"parts": parts, "reason": "按客户的说法改"})
	return string(b)
}

// shownNPV is the net present value as a document shows it.
func shownNPV(t *testing.T, r reply) string {
	t.Helper()
	for _, n := range r.json(t)["document"].(map[string]any)["numbers"].([]any) {
		if n := n.(map[string]any); n["input"] == "npv" {
			return n["shown"].(string)
		}
	}
	t.Fatal("the report has no net present value")
	return ""
}

func wordText(t *testing.T, o *office, path string) string {
	t.Helper()
	word := o.did("seller", "GET", path, "", http.StatusOK)
	z, err := zip.NewReader(bytes.NewReader([]byte(word.text)), int64(len(word.text)))
	must(t, err)
	f, err := z.Open("word/document.xml")
	must(t, err)
	xml, err := io.ReadAll(f)
	must(t, err)
	return string(xml)
}

// A seller changes a draft before it is sent: the page and the files say what was written,
// a changed number is marked, the history has both texts, and what was sent stays.
func TestDraftIsEditedBeforeItIsSent(t *testing.T) {
	o := newOffice(t)
	_, _, id := report(t, o)
	path := "/api/documents/" + id
	draft := o.did("seller", "GET", path, "", http.StatusOK)
	npv, was := shownNPV(t, draft), partOf(t, draft, "summary")
	if !strings.Contains(was, npv) {
		t.Fatalf("the summary %q lacks %s", was, npv)
	}
	now := strings.Replace(was, npv, "250,000 美元", 1) + "\n\n**附言** 下周三当面讲解。"
	if checked := o.did("seller", "PUT", path+"/text", strings.Replace(text("summary", now), `"parts"`, `"check":true,"parts"`, 1), http.StatusOK); checked.at(t, "own.was") != npv {
		t.Fatalf("checked, the changed number isn't named: %s", clip(checked.text))
	}
	if o.did("seller", "GET", path, "", http.StatusOK).at(t, "rev") != draft.at(t, "rev") {
		t.Fatal("what was only checked was kept")
	}

	edited := o.did("seller", "PUT", path+"/text", text("summary", now), http.StatusOK)
	if edited.at(t, "own.text") != "250,000" || edited.at(t, "own.was") != npv || edited.at(t, "own.name") != "净现值" {
		t.Fatalf("the changed number is told as %v", edited.json(t)["own"])
	}
	for name, said := range map[string]string{"page": edited.at(t, "page").(string), "Word": wordText(t, o, path+"/file?format=docx"), "HTML": o.did("seller", "GET", path+"/file?format=html", "", http.StatusOK).text} {
		if !strings.Contains(said, "下周三当面讲解") || !strings.Contains(said, "250,000*") || !strings.Contains(said, npv) {
			t.Errorf("the %s lacks the new text, the mark, or what the number was", name)
		}
	}
	past := o.did("seller", "GET", "/api/records/documents/"+id+"/history", "", http.StatusOK)
	if n := len(past.json(t)["items"].([]any)); n != 2 || !strings.Contains(past.text, "按客户的说法改") {
		t.Fatalf("%d versions in the history: %s", n, clip(past.text))
	}
	if r := o.ask("seller", "PUT", path+"/text", text("summary", "别人的版本"), "If-Match", `"`+jsonNumber(draft.at(t, "rev"))+`"`); r.StatusCode != http.StatusPreconditionFailed {
		t.Fatalf("made of an older text, it answers %d", r.StatusCode)
	}
	if r := o.did("seller", "PUT", path+"/text", text("nowhere", "x"), http.StatusUnprocessableEntity); r.at(t, "code") != "document_part_unknown" {
		t.Fatal(r.text)
	}
	if r := o.did("seller", "PATCH", "/api/records/documents/"+id, `{"cells":{"content":"{}"}}`, http.StatusConflict); r.at(t, "code") != "document_on_its_tab" {
		t.Fatal(r.text)
	}
	o.did("viewer", "PUT", path+"/text", text("summary", "x"), http.StatusForbidden)

	o.did("seller", "POST", path+"/send", `{}`, http.StatusOK)
	if r := o.did("seller", "PUT", path+"/text", text("summary", "太晚了"), http.StatusConflict); r.at(t, "code") != "document_sent" {
		t.Fatal(r.text)
	}
}

// A summary of more than half a page isn't sent, and the answer says by how much.
func TestSummaryOfMoreThanHalfAPage(t *testing.T) {
	o := newOffice(t)
	_, _, id := report(t, o)
	path := "/api/documents/" + id
	long := o.did("seller", "PUT", path+"/text", text("summary", strings.Repeat(strings.Repeat("话", 40)+"\n", 25)+"最后一句。"), http.StatusOK)
	if over := long.at(t, "summary.over").(float64); over < 5 {
		t.Fatalf("%v lines over", over)
	}
	r := o.did("seller", "POST", path+"/send", `{"anyway":"就要发"}`, http.StatusConflict)
	if r.at(t, "code") != "document_summary_long" || r.at(t, "params.over") == "" || r.at(t, "params.from") == "" {
		t.Fatal(r.text)
	}
	o.did("seller", "PUT", path+"/text", text("summary", "一句话就够。"), http.StatusOK)
	o.did("seller", "POST", path+"/send", `{}`, http.StatusOK)
}

// When the value case moves on, the draft says which of its numbers did, and takes the new
// ones on request; a number that a person wrote stays.
func TestFiguresOfADraftFollowTheValueCase(t *testing.T) {
	o := newOffice(t)
	_, worth, id := report(t, o)
	path := "/api/documents/" + id
	draft := o.did("seller", "GET", path, "", http.StatusOK)
	npv := shownNPV(t, draft)
	if n := len(draft.json(t)["moved"].([]any)); n != 0 {
		t.Fatalf("%d figures moved before anything did", n)
	}
	o.did("seller", "PATCH", "/api/value/cases/"+worth, `{"inputs":{"people":{"low":"18","likely":"20","high":"24","source":"customer"}}}`, http.StatusOK)
	stale := o.did("seller", "GET", path, "", http.StatusOK)
	fresh := ""
	for _, m := range stale.json(t)["moved"].([]any) {
		if m := m.(map[string]any); m["input"] == "npv" && m["shown"] == npv {
			fresh = m["now"].(string)
		}
	}
	if fresh == "" || fresh == npv {
		t.Fatalf("moved: %v", stale.json(t)["moved"])
	}
	if !strings.Contains(partOf(t, stale, "summary"), npv) {
		t.Fatal("the text moved by itself")
	}
	taken := o.did("seller", "PUT", path+"/text", `{"fresh":true,"parts":{"summary":`+quoted("另有 31 项。"+partOf(t, stale, "summary"))+`}}`, http.StatusOK)
	if s := partOf(t, taken, "summary"); !strings.Contains(s, fresh) || strings.Contains(s, npv) || !strings.Contains(s, "31 项") || taken.at(t, "own.text") != "31" {
		t.Fatalf("freshened, it reads %s; own %v", s, taken.json(t)["own"])
	}
	if n := len(taken.json(t)["moved"].([]any)); n != 0 {
		t.Fatal("the numbers still differ")
	}
}

// What is changed on a branch doesn't show on main until it is merged; there it bears a
// watermark, on main it doesn't.
func TestDraftOnABranch(t *testing.T) {
	o := newOffice(t)
	_, _, id := report(t, o)
	path := "/api/documents/" + id
	o.did("manager", "POST", "/api/branches", `{"name":"wording","shared":true}`, http.StatusCreated)
	there := o.did("manager", "PUT", path+"/text?branch=wording", text("summary", "换一种说法。"), http.StatusOK)
	if there.at(t, "document.watermark") == nil || there.at(t, "document.watermark") == "" {
		t.Fatal("on the branch it has no watermark")
	}
	if s := partOf(t, o.did("seller", "GET", path, "", http.StatusOK), "summary"); strings.Contains(s, "换一种说法") {
		t.Fatal("main reads the branch's text")
	}
	o.did("manager", "POST", "/api/branches/wording/merge", `{}`, http.StatusOK)
	merged := o.did("seller", "GET", path, "", http.StatusOK)
	if partOf(t, merged, "summary") != "换一种说法。" || merged.json(t)["document"].(map[string]any)["watermark"] != nil {
		t.Fatalf("merged, it reads %q with watermark %v", partOf(t, merged, "summary"), merged.json(t)["document"].(map[string]any)["watermark"])
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func jsonNumber(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// Variables of a value case are named in the document's language, whatever language they
// were kept in.
func TestVariablesInTheDocumentsLanguage(t *testing.T) {
	o := newOffice(t)
	deal, worth, _ := report(t, o)
	if r := o.ask("seller", "PATCH", "/api/value/cases/"+worth, `{"inputs":{"people":{"low":"10","likely":"12","high":"15","source":"customer"}}}`, "Accept-Language", "zh-CN"); r.StatusCode != http.StatusOK {
		t.Fatal(r.text)
	}
	for lang, want := range map[string]string{"zh": "数据团队人数", "en": "People in the data team"} {
		r := o.did("seller", "POST", "/api/documents", `{"deal":"`+deal+`","template":"roi-report","language":"`+lang+`"}`, http.StatusCreated)
		if text := partOf(t, r, "variables"); !strings.Contains(text, want) {
			t.Errorf("in %s the variables are %s", lang, text)
		}
	}
}
