package httpapi_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
)

// attach uploads a file to a deal.
func (o *office) attach(as, deal, name string, content []byte) reply {
	o.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	must(o.t, err)
	_, err = part.Write(content)
	must(o.t, err)
	must(o.t, form.Close())
	return o.ask(as, "POST", "/api/deals/"+deal+"/attachments", b.String(), "Content-Type", form.FormDataContentType())
}

func TestPOC(t *testing.T) {
	o := newOffice(t)
	_, deal := o.prospect("seller", "poc", "")
	path := "/api/deals/" + deal + "/pocs"
	o.tell(story{name: "an unknown template", as: "seller", ask: "POST " + path, body: `{"template":"hat"}`, status: 404, want: []string{`"code":"poc_template_unknown"`}})
	made := o.ask("seller", "POST", path, `{"template":"standard"}`)
	poc := strings.Split(strings.Split(made.text, `"ids":["`)[1], `"`)[0]
	shown := o.ask("seller", "GET", path, "")
	items := shown.json(t)["items"].([]any)[0].(map[string]any)["criteria"].([]any)
	if len(items) != 7 {
		t.Fatalf("%d criteria: %s", len(items), shown.text)
	}
	id := func(i int) string { return items[i].(map[string]any)["id"].(string) }
	first := "/api/records/poc_criteria/" + id(0)
	o.tell(
		story{name: "criteria and ladder", as: "seller", ask: "GET " + path, status: 200, want: []string{`"template":"standard"`, "从安装到第一个跨源查询", `"rungs":[{"id":"heard"`, `"verdict":"open"`}},
		story{name: "proposals may change", as: "seller", ask: "PATCH " + first, body: `{"cells":{"threshold":"6"}}`, status: 200},
		story{name: "results come after the agreement", as: "seller", ask: "PATCH " + first, body: `{"cells":{"result":"3"}}`, status: 409, want: []string{`"code":"criteria_not_agreed"`}},
		story{name: "agree", as: "seller", ask: "POST /api/pocs/" + poc + "/agreement", body: `{"on":"2026-03-02"}`, status: 200},
		story{name: "what was agreed stands", as: "manager", ask: "PATCH " + first, body: `{"cells":{"threshold":"9"}}`, status: 409, want: []string{`"code":"criterion_agreed"`, `"field":"threshold"`}},
		story{name: "in bulk, too", as: "owner", ask: "POST /api/records/poc_criteria/bulk", body: `{"filter":"","set":{"threshold":"9"}}`, status: 409, want: []string{`"code":"criterion_agreed"`}},
		story{name: "it isn't deleted", as: "owner", ask: "DELETE " + first, status: 409, want: []string{`"code":"criterion_agreed"`}},
		story{name: "a result", as: "seller", ask: "PATCH " + first, body: `{"cells":{"result":"6"}}`, status: 200},
		story{name: "its verdict follows", as: "seller", ask: "GET " + first, status: 200, want: []string{`"verdict":"passed"`}},
		story{name: "whatever somebody writes", as: "seller", ask: "PATCH " + first, body: `{"cells":{"verdict":"failed"}}`, status: 200},
		story{name: "the rule decides", as: "seller", ask: "GET " + first, status: 200, want: []string{`"verdict":"passed"`}},
	)
	for i := 1; i < 7; i++ {
		result := "0"
		if i == 3 {
			result = "2" // differences where none are allowed
		}
		o.tell(story{name: "measured", as: "seller", ask: "PATCH /api/records/poc_criteria/" + id(i), body: fmt.Sprintf(`{"cells":{"result":%q}}`, result), status: 200})
	}
	o.tell(
		story{name: "one was missed", as: "seller", ask: "GET " + path, status: 200, want: []string{`"verdict":"failed"`, `"mend_rule":true`}},
		story{name: "a date to mend it", as: "seller", ask: "PATCH /api/records/pocs/" + poc, body: `{"cells":{"mend_by":"2026-12-24"}}`, status: 200},
		story{name: "passed in part", as: "seller", ask: "GET /api/records/pocs/" + poc, status: 200, want: []string{`"verdict":"partly"`}},
		story{name: "the ladder sees it", as: "seller", ask: "GET " + path, status: 200, want: []string{`"id":"dependable"`, `"holds":true,"count":6,"at_least":3`}},
		story{name: "a new agreement begins anew", as: "seller", ask: "DELETE /api/pocs/" + poc + "/agreement", status: 200},
		story{name: "open again", as: "seller", ask: "GET " + first, status: 200, want: []string{`"verdict":"open"`}, absent: []string{`"agreed_on"`, `"result"`}},
	)
}

func TestAttachments(t *testing.T) {
	o := newOffice(t)
	_, deal := o.prospect("seller", "poc", "")
	page := bytes.Repeat([]byte("<script>alert(1)</script>"), 80_000) // 2,000,000 bytes
	r := o.attach("seller", deal, `..\..\报告 "final".html`, page)
	if r.StatusCode != 201 {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	id := strings.Split(strings.Split(r.text, `"ids":["`)[1], `"`)[0]
	got := o.ask("viewer", "GET", "/api/attachments/"+id+"/content", "")
	if got.text != string(page) || got.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment;") ||
		got.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d bytes, %v", len(got.text), got.Header)
	}
	o.tell(
		story{name: "its type is what it is, its name has no folder", as: "seller", ask: "GET /api/records/attachments?fields=name,media_type,size", status: 200, want: []string{`"media_type":"text/html; charset=utf-8"`, `"size":2000000`, `"name":"报告 \"final\".html"`}},
		story{name: "nobody else's", ask: "GET /api/attachments/" + id + "/content", status: 401},
	)
	if r := o.attach("seller", deal, "big.bin", make([]byte, 2<<20+1)); r.StatusCode != 413 || !strings.Contains(r.text, "attachment_too_large") {
		t.Errorf("too large: %d %s", r.StatusCode, r.text)
	}
	if r := o.attach("seller", deal, "empty", nil); r.StatusCode != 422 {
		t.Errorf("empty: %d %s", r.StatusCode, r.text)
	}
	if r := o.attach("viewer", deal, "x", []byte("x")); r.StatusCode != 403 {
		t.Errorf("a viewer: %d", r.StatusCode)
	}
}
