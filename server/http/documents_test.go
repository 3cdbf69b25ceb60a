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
