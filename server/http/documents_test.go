package httpapi_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A deliverable is made from the records, says what it lacks, comes as a file, and isn't
// sent while it promises too much.
func TestDeliverableOfADeal(t *testing.T) {
	o := newOffice(t)
	account := o.make("manager", "accounts", `{"name":"某能源集团"}`)
	deal := o.make("manager", "deals", `{"name":"设备数据统一","account":"`+account+`","owner":"`+string(o.people["manager"].ID)+`"}`)
	path := "/api/documents/templates?deal=" + deal
	if !strings.Contains(o.did("manager", "GET", path, "", http.StatusOK).text, "need-document") {
		t.Fatal("the product's templates aren't offered")
	}

	first := o.did("manager", "POST", "/api/documents", `{"deal":"`+deal+`","template":"need-document","language":"zh"}`, http.StatusCreated)
	if n := len(first.json(t)["document"].(map[string]any)["missing"].([]any)); n == 0 {
		t.Fatal("without needs the document lacks nothing")
	}
	o.make("manager", "needs", `{"title":"多个系统的数据要人工拼接","code":"L01","kind":"hidden","status":"confirmed","evidence":"每周从七个系统导表再合并","pain":"三个人每周两天","goal":"一处查询","deal":"`+deal+`","account":"`+account+`"}`)
	o.make("manager", "needs", `{"title":"别家的需求","code":"L02","kind":"hidden","status":"confirmed","evidence":"不相干","deal":"`+o.make("manager", "deals", `{"name":"另一单","account":"`+account+`"}`)+`"}`)
	second := o.did("manager", "POST", "/api/documents", `{"deal":"`+deal+`","template":"need-document","language":"zh"}`, http.StatusCreated)
	if !strings.Contains(second.text, "每周从七个系统导表再合并") || strings.Contains(second.text, "别家的需求") {
		t.Fatalf("the need's own words are missing, or another deal's need stands there: %s", clip(second.text))
	}
	if got := second.at(t, "document.version"); got != float64(2) {
		t.Fatalf("the second one is version %v", got)
	}

	id := second.at(t, "id").(string)
	word := o.did("manager", "GET", "/api/documents/"+id+"/file?format=docx", "", http.StatusOK)
	z, err := zip.NewReader(bytes.NewReader([]byte(word.text)), int64(len(word.text)))
	must(t, err)
	f, err := z.Open("word/document.xml")
	must(t, err)
	xml, err := io.ReadAll(f)
	must(t, err)
	if !strings.Contains(string(xml), "每周从七个系统导表再合并") {
		t.Fatal("the Word file lacks the evidence")
	}

	o.make("manager", "needs", `{"title":"夸大","code":"L07","kind":"explicit","status":"confirmed","evidence":"我们保证100%不丢数据，永不宕机","deal":"`+deal+`","account":"`+account+`"}`)
	boast := o.did("manager", "POST", "/api/documents", `{"deal":"`+deal+`","template":"need-document","language":"zh"}`, http.StatusCreated).at(t, "id").(string)
	if r := o.did("manager", "POST", "/api/documents/"+boast+"/send", `{}`, http.StatusConflict); r.at(t, "code") != "promise_over" {
		t.Fatal(r.text)
	}
	o.did("manager", "POST", "/api/documents/"+boast+"/send", `{"anyway":"客户原话，已附说明"}`, http.StatusOK)
	ledger := o.did("manager", "GET", "/api/records/promises?fields=text,status&filter=status%20%3D%20over", "", http.StatusOK)
	if n := len(ledger.json(t)["items"].([]any)); n == 0 {
		t.Fatal("the over-promise isn't in the ledger")
	}
	o.did("manager", "POST", "/api/documents/"+boast+"/send", `{"anyway":"再发"}`, http.StatusOK)
	again := o.did("manager", "GET", "/api/records/promises?fields=text,status&filter=status%20%3D%20over", "", http.StatusOK)
	if len(again.json(t)["items"].([]any)) != len(ledger.json(t)["items"].([]any)) {
		t.Fatal("sent twice, promised twice")
	}
}

// What a customer gets adds up: the contract counts in its quote, the report in its value
// case with every variable's source, and neither asks by an id or tells what we think.
func TestWhatACustomerGetsAddsUp(t *testing.T) {
	o := newOffice(t)
	deal, _, _ := report(t, o)
	made := func(template string) reply {
		return o.did("seller", "POST", "/api/documents", `{"deal":"`+deal+`","template":"`+template+`","language":"en"}`, http.StatusCreated)
	}
	for _, a := range []string{
		`{"list":"four-questions","question":"cost","title":"存储、许可、同步和运维一年花多少钱、多少人？","answer":"About 900,000"}`,
		`{"list":"matrix:condition-awareness","question":"says","title":"?","verdict":"no","answer":"Not serious"}`,
	} {
		o.did("seller", "POST", "/api/deals/"+deal+"/answers", a, http.StatusOK)
	}
	if s := partOf(t, made("need-document"), "questions"); !strings.Contains(s, "What do storage, licences") || strings.Contains(s, "Q: cost") || strings.Contains(s, "Not serious") {
		t.Errorf("the questions read %s", s)
	}
	account := o.did("seller", "GET", "/api/records/deals/"+deal, "", http.StatusOK).at(t, "cells.account").(string)
	o.make("seller", "needs", `{"title":"复制成本高","code":"L02","kind":"hidden","status":"confirmed","evidence":"同样的东西躺着十几份","deal":"`+deal+`","account":"`+account+`"}`)
	if s := partOf(t, made("need-document"), "confirmed"); !strings.Contains(s, "Every team copies the same data") || !strings.Contains(s, "复制成本高") {
		t.Errorf("the need reads %s", s)
	}

	o.did("seller", "PATCH", "/api/records/deals/"+deal, `{"cells":{"amount":"4010000 CNY"}}`, http.StatusOK)
	if r := made("contract"); !strings.Contains(r.text, "Complete the quote") || strings.Contains(r.text, "4,010,000") {
		t.Errorf("without a quote the contract reads %s", clip(r.text))
	}
	o.did("seller", "POST", "/api/quotes", `{"deal":"`+deal+`","list":"list-usd","ask":{"edition":"large-basic","sources":"8","volume_gb":"40000","months":24,"contract_form":"long-term","discount":"0"}}`, http.StatusCreated)
	if s := partOf(t, made("contract"), "scope"); !strings.Contains(s, "USD 160,000 (by quote Q") || strings.Contains(s, "4,010,000") || strings.Contains(s, "CNY") {
		t.Errorf("the contract's sum is %s", s)
	}
	roi := made("roi-report")
	if s := partOf(t, roi, "variables"); strings.Count(s, "source: ") < 20 || !strings.Contains(s, "source: Assumption") || !strings.Contains(s, "source: Benchmark") {
		t.Errorf("the variables are %s", s)
	}
	if s := partOf(t, roi, "summary"); strings.Contains(s, "4,010,000") || !strings.Contains(s, "costs USD ") {
		t.Errorf("the report says %s", s)
	}

	o.did("seller", "POST", "/api/deals/"+deal+"/pocs", `{"template":"standard"}`, http.StatusCreated)
	if s := partOf(t, made("poc-report"), "summary"); strings.Contains(s, "missing") || !strings.Contains(s, "Verdict: Open") {
		t.Errorf("the proof's report says %s", s)
	}
}
