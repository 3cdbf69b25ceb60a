package httpapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// bring uploads a file and returns its id.
func (o *office) bring(as, name, content string) string {
	o.t.Helper()
	body, kind := form(o.t, name, content)
	r := o.ask(as, "POST", "/api/uploads", body, "Content-Type", kind)
	if r.StatusCode != 200 {
		o.t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	return r.at(o.t, "upload").(string)
}

// plan is the suggested plan as JSON.
func (o *office) plan(as, upload, entity string) string {
	o.t.Helper()
	r := o.ask(as, "POST", "/api/imports/plan", fmt.Sprintf(`{"upload":%q,"entity":%q}`, upload, entity))
	if r.StatusCode != 200 {
		o.t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	text, err := json.Marshal(r.at(o.t, "plan"))
	must(o.t, err)
	return string(text)
}

// ended waits for an import.
func (o *office) ended(as, id string) reply {
	o.t.Helper()
	for range 500 {
		r := o.ask(as, "GET", "/api/imports/"+id, "")
		if r.at(o.t, "state") != "running" {
			return r
		}
		time.Sleep(10 * time.Millisecond)
	}
	o.t.Fatal("the import doesn't end")
	return reply{}
}

func TestAFileBecomesRecordsAndIsTakenBack(t *testing.T) {
	o := newOffice(t)
	upload := o.bring("owner", "客户.csv", "公司名称,员工人数,城市,Weather\n湖蓝,12,杭州,sun\n青山,many,上海,rain\n=cmd(),x,北京,fog\n白云,7,苏州,snow\n")
	plan := o.plan("owner", upload, "accounts")
	if !strings.Contains(plan, `"column":"员工人数"`) || !strings.Contains(plan, `"field":"employees"`) || !strings.Contains(plan, `"field":null`) {
		t.Fatal(plan)
	}
	request := `{"upload":"` + upload + `","plan":` + plan + `}`
	o.tell(
		story{name: "a dry run", as: "owner", ask: "POST /api/imports/preview", body: request, header: []string{"Accept-Language", "zh"}, status: 200,
			want: []string{`"read":4`, `"inserted":2`, `"rejected":2`, `"code":"integer_invalid"`, "应为整数", `"complete":true`, `"missing_links":[]`}},
		story{name: "nothing was written", as: "owner", ask: "GET /api/records/accounts?total=true", status: 200, want: []string{`"total":0`}},
		story{name: "viewers don't import", as: "viewer", ask: "POST /api/imports", body: request, status: 403},
		story{name: "nor others with my file", as: "seller", ask: "POST /api/imports", body: request, status: 404, want: []string{`"code":"upload_unknown"`}},
		story{name: "a plan with nonsense", as: "owner", ask: "POST /api/imports", body: strings.Replace(request, `"employees"`, `"hat"`, 1), status: 422},
	)
	r := o.ask("owner", "POST", "/api/imports", request)
	if r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	id := r.at(t, "id").(string)
	done := o.ended("owner", id)
	if done.at(t, "state") != "done" || done.at(t, "read") != 4.0 || done.at(t, "inserted") != 2.0 || done.at(t, "rejected") != 2.0 {
		t.Fatal(done.text)
	}
	o.tell(
		story{name: "the records", as: "viewer", ask: "GET /api/records/accounts?fields=name,employees&order=name&total=true", status: 200, want: []string{`"total":2`, "湖蓝", `"employees":12`}},
		story{name: "the rejects", as: "owner", ask: "GET /api/imports/" + id + "/rejects", header: []string{"Accept-Language", "en"}, status: 200,
			want: []string{"\uFEFF公司名称", "青山,many", "integer_invalid", "must be a whole number", "'=cmd()"}},
		story{name: "the rejects in Chinese", as: "owner", ask: "GET /api/imports/" + id + "/rejects", header: []string{"Accept-Language", "zh-CN"}, status: 200, want: []string{"应为整数"}},
		story{name: "listed", as: "viewer", ask: "GET /api/imports", status: 200, want: []string{`"file":"客户.csv"`, `"actor_name":"The owner"`}},
		story{name: "others don't undo it", as: "seller", ask: "POST /api/imports/" + id + "/undo", status: 403, want: []string{`"code":"import_not_yours"`}},
		story{name: "undo", as: "owner", ask: "POST /api/imports/" + id + "/undo", status: 200, want: []string{`"applied":2`, `"kept":[]`}},
		story{name: "as before", as: "owner", ask: "GET /api/records/accounts?total=true", status: 200, want: []string{`"total":0`}},
		story{name: "undone once", as: "owner", ask: "POST /api/imports/" + id + "/undo", status: 409, want: []string{`"code":"import_not_undoable"`}},
		story{name: "an import that never was", as: "owner", ask: "GET /api/imports/nothing", status: 404, want: []string{`"code":"import_unknown"`}},
	)
}

func TestImportOntoABranch(t *testing.T) {
	o := newOffice(t)
	upload := o.bring("owner", "a.csv", "name,city\nA,杭州\n")
	request := `{"upload":"` + upload + `","plan":` + o.plan("owner", upload, "accounts") + `}`
	o.tell(story{name: "a branch", as: "owner", ask: "POST /api/branches", body: `{"name":"trial"}`, status: 201})
	r := o.ask("owner", "POST", "/api/imports?branch=trial", request)
	o.ended("owner", r.at(t, "id").(string))
	o.tell(
		story{name: "there", as: "owner", ask: "GET /api/records/accounts?branch=trial&total=true", status: 200, want: []string{`"total":1`}},
		story{name: "not on main", as: "owner", ask: "GET /api/records/accounts?total=true", status: 200, want: []string{`"total":0`}},
		story{name: "nor listed there", as: "owner", ask: "GET /api/imports", status: 200, want: []string{`"items":[]`}},
	)
}

func TestImportsRespectWhatPlainChangesMust(t *testing.T) {
	o := newOffice(t)
	items := o.bring("owner", "items.csv", "title,pack,section,item,body\nx,logical-data-lake,segments,large,anything\n")
	plan := `{"entity":"pack_items","match":"","on_match":"update","columns":[{"column":"title","field":"title"},{"column":"pack","field":"pack"},{"column":"section","field":"section"},{"column":"item","field":"item"}]}`
	quotes := o.bring("owner", "quotes.csv", "title,status\nx,approved\n")
	priced := `{"entity":"quotes","match":"","on_match":"update","columns":[{"column":"title","field":"title"},{"column":"status","field":"status"}]}`
	refused := []string{`"code":"pack_on_its_page"`}
	for _, door := range []string{"POST /api/imports/preview", "POST /api/imports"} {
		o.tell(
			story{name: "items of packs: " + door, as: "owner", ask: door, body: `{"upload":"` + items + `","plan":` + plan + `}`, status: 409, want: refused},
			story{name: "approved quotes: " + door, as: "owner", ask: door, body: `{"upload":"` + quotes + `","plan":` + priced + `}`, status: 409, want: []string{`"code":"quote_priced"`}},
		)
	}
	o.tell(
		story{name: "nor is a plan made for it", as: "owner", ask: "POST /api/imports/plan", body: fmt.Sprintf(`{"upload":%q,"entity":"pack_items"}`, items), status: 409, want: refused},
		story{name: "nothing is there", as: "owner", ask: "GET /api/records/pack_items?total=true", status: 200, want: []string{`"total":0`}},
		story{name: "what was changed on its page stays", as: "owner", ask: "DELETE /api/packs/logical-data-lake/reviews/focus", status: 204},
		story{name: "against a bulk delete, too", as: "owner", ask: "POST /api/records/pack_items/bulk", body: `{"filter":"","delete":true}`, status: 409, want: refused},
		story{name: "it is still there", as: "owner", ask: "GET /api/records/pack_items?total=true", status: 200, want: []string{`"total":1`}},
	)
}
