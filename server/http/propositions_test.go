package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

// propositions are those of a deal in one language, by their ids, and the first one's id.
func propositions(t *testing.T, o *office, deal, lang, branch string) (all map[string]map[string]any, first string) {
	t.Helper()
	r := o.ask("seller", "GET", "/api/value/propositions?deal="+deal+"&branch="+branch, "", "Accept-Language", lang)
	if r.StatusCode != http.StatusOK {
		t.Fatal(r.text)
	}
	all = map[string]map[string]any{}
	for _, x := range r.json(t)["items"].([]any) {
		x := x.(map[string]any)
		if first == "" {
			first = x["id"].(string)
		}
		all[x["id"].(string)] = x
	}
	return all, first
}

// proposed is the text of a filled proposition.
func proposed(p map[string]any) string {
	out := ""
	for _, r := range p["filled"].(map[string]any)["text"].([]any) {
		out += r.(map[string]any)["text"].(string)
	}
	return out
}

// What is said to a customer is of its segment, filled with its own numbers, each with its
// source; without a value case the numbers are missing, not invented.
func TestPropositionsOfADeal(t *testing.T) {
	o := newOffice(t)
	account := o.make("seller", "accounts", `{"name":"某家电集团","segment":"large"}`)
	deal := o.make("seller", "deals", `{"name":"数据底座","account":"`+account+`"}`)

	before, first := propositions(t, o, deal, "zh-CN", "main")
	large := before["large-value"]
	if first != "large-value" || large["fits"] != true || before["medium-value"]["fits"] != false {
		t.Fatalf("first is %s; large fits: %v, medium fits: %v", first, large["fits"], before["medium-value"]["fits"])
	}
	missing := map[string]bool{}
	for _, m := range large["filled"].(map[string]any)["missing"].([]any) {
		missing[m.(map[string]any)["input"].(string)] = true
	}
	if missing["account"] || !missing["yearly_saving"] || !missing["sources"] {
		t.Fatalf("without a value case missing are %v", missing)
	}
	if text := proposed(large); !strings.Contains(text, "某家电集团") || !strings.Contains(text, "待补充") {
		t.Fatalf("it says %s", text)
	}

	worth := o.did("seller", "POST", "/api/value/cases", `{"deal":"`+deal+`","model":"benefits","title":"首轮测算"}`, http.StatusCreated)
	id := worth.at(t, "id").(string)
	o.did("seller", "PATCH", "/api/value/cases/"+id, `{"inputs":{"sources":{"low":"17","likely":"17","high":"17","source":"measured"}}}`, http.StatusOK)
	after, _ := propositions(t, o, deal, "zh-CN", "main")
	filled := after["large-value"]["filled"].(map[string]any)
	if n := len(filled["missing"].([]any)); n != 0 {
		t.Fatalf("with a value case %v are missing", filled["missing"])
	}
	gain := o.did("seller", "GET", "/api/records/value_cases/"+id, "", http.StatusOK).at(t, "cells.yearly_benefit").(string)
	shown := map[string][2]string{}
	for _, n := range filled["numbers"].([]any) {
		n := n.(map[string]any)
		shown[n["name"].(string)] = [2]string{n["shown"].(string), n["source"].(string)}
	}
	if got := strings.ReplaceAll(shown["每年净收益"][0], ",", ""); got != gain+" 美元" {
		t.Fatalf("the yearly gain is %s, the case says %s", got, gain)
	}
	if s := shown["每年净收益"][1]; !strings.Contains(s, "首轮测算") || !strings.Contains(s, "假设") {
		t.Fatalf("its source is %q: the case, and that some of its numbers are assumed", s)
	}
	if shown["数据源数"][0] != "17" || !strings.Contains(proposed(after["large-value"]), "17个数据源") {
		t.Fatalf("sources are %v in %s", shown["数据源数"], proposed(after["large-value"]))
	}
	if len(after["large-value"]["benchmarks"].([]any)) == 0 || len(after["large-value"]["sources"].([]any)) == 0 {
		t.Fatal("figures from elsewhere have no source beside them")
	}

	english, _ := propositions(t, o, deal, "en", "main")
	if text := proposed(english["large-value"]); !strings.Contains(text, "17 sources") || strings.Contains(text, "数据源") {
		t.Fatalf("in English it says %s", text)
	}

	o.did("manager", "POST", "/api/branches", `{"name":"what-if","shared":true}`, http.StatusCreated)
	o.did("manager", "PATCH", "/api/value/cases/"+id+"?branch=what-if", `{"inputs":{"sources":{"low":"23","likely":"23","high":"23","source":"measured"}}}`, http.StatusOK)
	there, _ := propositions(t, o, deal, "en", "what-if")
	here, _ := propositions(t, o, deal, "en", "main")
	if !strings.Contains(proposed(there["large-value"]), "23 sources") || !strings.Contains(proposed(here["large-value"]), "17 sources") {
		t.Fatal("the branch and main say the same, or the wrong thing")
	}
	o.did("seller", "GET", "/api/value/propositions?deal=gone", "", http.StatusNotFound)
	o.did("seller", "GET", "/api/value/propositions", "", http.StatusUnprocessableEntity)
}

// A quotation is filled with its own quote, not another one of the deal; the customer's
// gain comes from the value case of that quote, and is left out where there is none.
func TestQuotationIsFilledFromItsQuote(t *testing.T) {
	o := newOffice(t)
	account := o.make("seller", "accounts", `{"name":"某船厂"}`)
	deal := o.make("seller", "deals", `{"name":"数据底座","account":"`+account+`"}`)
	offer := func(discount string) reply {
		return o.did("seller", "POST", "/api/quotes", `{"deal":"`+deal+`","list":"list-usd","valid_until":"2027-01-31","ask":{"edition":"large-basic","sources":"8","volume_gb":"40000","months":24,"contract_form":"long-term","discount":"`+discount+`"}}`, http.StatusCreated)
	}
	numbers := func(quote, lang string) (map[string][2]string, string) {
		r := o.did("seller", "POST", "/api/documents", `{"deal":"`+deal+`","template":"quotation","language":"`+lang+`","quote":"`+quote+`"}`, http.StatusCreated)
		out := map[string][2]string{}
		list, _ := r.json(t)["document"].(map[string]any)["numbers"].([]any)
		for _, n := range list {
			n := n.(map[string]any)
			out[n["input"].(string)] = [2]string{n["shown"].(string), n["source"].(string)}
		}
		return out, r.at(t, "page").(string)
	}

	bare := offer("0")
	got, page := numbers(bare.at(t, "id").(string), "zh")
	if _, there := got["gain"]; there || got["amount"][0] != "160,000 美元" || !strings.Contains(got["amount"][1], bare.at(t, "cells.number").(string)) || !strings.Contains(page, "尚未测算") {
		t.Fatalf("without a value case the quotation says %v", got)
	}

	o.did("seller", "POST", "/api/value/cases", `{"deal":"`+deal+`","model":"benefits","title":"测算甲"}`, http.StatusCreated)
	full := offer("5")
	got, page = numbers(full.at(t, "id").(string), "zh")
	gain := full.json(t)["gain"].(map[string]any)
	for input, want := range map[string]any{"gain": gain["gain"], "net": gain["net"]} {
		if shown := strings.ReplaceAll(strings.TrimSuffix(got[input][0], " 美元"), ",", ""); shown+" USD" != want {
			t.Errorf("%s is %s, beside the quote stands %v", input, shown, want)
		}
		if !strings.Contains(got[input][1], "测算甲") {
			t.Errorf("%s comes from %q", input, got[input][1])
		}
	}
	if got["amount"][0] != "152,000 美元" || got["yearly"][0] != "76,000 美元" || got["payback"][0] == "" || !strings.Contains(page, "折扣 5%") {
		t.Fatalf("the discounted quotation says %v", got)
	}
	if got, _ = numbers(bare.at(t, "id").(string), "zh"); got["amount"][0] != "160,000 美元" {
		t.Fatalf("the first quote's quotation says %v by now", got["amount"])
	}
}

// Lines are read in the reader's language, whatever language they were kept in; what was
// sent stays as it was.
func TestQuoteLinesInTheReadersLanguage(t *testing.T) {
	o := newOffice(t)
	account := o.make("seller", "accounts", `{"name":"某药企"}`)
	deal := o.make("seller", "deals", `{"name":"数据底座","account":"`+account+`"}`)
	made := o.ask("seller", "POST", "/api/quotes", `{"deal":"`+deal+`","list":"list-usd","valid_until":"2027-01-31","ask":{"edition":"large-basic","sources":"8","months":24,"discount":"5","extras":[{"name":{"zh":"上线培训","en":"Training"},"quantity":"2","unit":{"zh":"天","en":"day"},"price":"900"}]}}`, "Accept-Language", "zh-CN")
	if made.StatusCode != http.StatusCreated {
		t.Fatal(made.text)
	}
	id := made.at(t, "id").(string)
	words := func(lang string) string {
		r := o.ask("seller", "GET", "/api/quotes/"+id, "", "Accept-Language", lang)
		out := ""
		for _, l := range r.json(t)["lines"].([]any) {
			c := l.(map[string]any)["cells"].(map[string]any)
			for _, f := range []string{"name", "unit", "note"} {
				if s, ok := c[f].(string); ok {
					out += s + " · "
				}
			}
		}
		return out + r.at(t, "cells.gives").(string)
	}
	zh, en := words("zh-CN"), words("en")
	for _, want := range []string{"大型企业基础版", "折扣 5%", "按数据源在价目区间内插值", "客户的对价", "年"} {
		if !strings.Contains(zh, want) {
			t.Errorf("in Chinese %q lacks %s", zh, want)
		}
	}
	for _, want := range []string{"Discount 5%", "within the list's span by sources", "In return", "year"} {
		if !strings.Contains(en, want) {
			t.Errorf("in English %q lacks %s", en, want)
		}
	}
	if !strings.Contains(en, "上线培训") { // typed by a person, kept in one language
		t.Errorf("the extra is gone from %q", en)
	}
	sheet := o.did("seller", "POST", "/api/documents", `{"deal":"`+deal+`","template":"quotation","language":"en","quote":"`+id+`"}`, http.StatusCreated)
	if page := sheet.at(t, "page").(string); !strings.Contains(page, "Discount 5%") || strings.Contains(page, "折扣") {
		t.Fatalf("the English quotation isn't: %s", clip(page))
	}
	before := sheet.at(t, "page")
	o.did("seller", "POST", "/api/documents/"+sheet.at(t, "id").(string)+"/send", `{}`, http.StatusOK)
	if after := o.ask("seller", "GET", "/api/documents/"+sheet.at(t, "id").(string), "", "Accept-Language", "zh-CN").at(t, "page"); after != before {
		t.Fatal("what was sent reads otherwise to another reader")
	}
}
