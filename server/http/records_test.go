package httpapi_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"headwater/access"
	"headwater/lake"
)

func TestOneRecord(t *testing.T) {
	o := newOffice(t)
	parent := o.make("owner", "accounts", `{"name":"湖蓝集团"}`)
	r := o.ask("seller", "POST", "/api/records/accounts",
		`{"cells":{"name":"湖蓝科技","employees":9007199254740993,"annual_revenue":{"amount":"12.50","currency":"cny"},"parent":"`+parent+`"},"reason":"met at the fair"}`)
	id, _ := r.at(t, "id").(string)
	if r.StatusCode != 201 || r.Header.Get("ETag") == "" {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	path := "/api/records/accounts/" + id
	o.tell(
		story{name: "read it", as: "viewer", ask: "GET " + path, status: 200, want: []string{`"employees":9007199254740993`,
			`"annual_revenue":{"amount":"12.5","currency":"CNY"}`, `"湖蓝集团"`, `"The seller"`, `"status":"prospect"`, `"created_at":"2`}},
		story{name: "viewers don't write", as: "viewer", ask: "PATCH " + path, body: `{"cells":{"name":"x"}}`, status: 403, want: []string{`"code":"need_write"`}},
		story{name: "nor delete", as: "viewer", ask: "DELETE " + path, status: 403},
		story{name: "strangers read nothing", ask: "GET " + path, status: 401, absent: []string{"湖蓝"}},
		story{name: "a change with the right ETag", as: "seller", ask: "PATCH " + path, body: `{"cells":{"employees":null,"city":"杭州"}}`,
			header: []string{"If-Match", r.Header.Get("ETag")}, status: 200, want: []string{`"city":"杭州"`}, absent: []string{"employees"}},
		story{name: "a change with an old one", as: "seller", ask: "PATCH " + path, body: `{"cells":{"city":"x"}}`,
			header: []string{"If-Match", r.Header.Get("ETag")}, status: 412, want: []string{`"code":"stale"`}},
		story{name: "a value that doesn't fit", as: "seller", ask: "PATCH " + path, body: `{"cells":{"employees":"many"}}`, status: 422,
			want: []string{`"code":"integer_invalid"`, `"field":"employees"`, `"value":"many"`}},
		story{name: "an unknown field", as: "seller", ask: "PATCH " + path, body: `{"cells":{"hat":"x"}}`, status: 422, want: []string{`"code":"field_unknown"`}},
		story{name: "a missing required field", as: "seller", ask: "POST /api/records/accounts", body: `{"cells":{}}`, status: 422, want: []string{`"code":"field_required"`}},
		story{name: "a reference into the void", as: "seller", ask: "PATCH " + path, body: `{"cells":{"parent":"nowhere"}}`, status: 409,
			want: []string{`"code":"rules_broken"`, `"code":"reference_missing"`}},
		story{name: "a record that isn't there is not made", as: "seller", ask: "PATCH /api/records/accounts/nothing", body: `{"cells":{"name":"x"}}`, status: 404, want: []string{`"code":"record_unknown"`}},
		story{name: "an unknown entity", as: "seller", ask: "GET /api/records/hats/1", status: 404, want: []string{`"code":"entity_unknown"`}},
		story{name: "the schema's own entities are closed", as: "owner", ask: "GET /api/records/hw_fields", status: 404},
		story{name: "people are read only", as: "owner", ask: "POST /api/records/users", body: `{"cells":{"name":"x"}}`, status: 403, want: []string{`"code":"entity_read_only"`}},
		story{name: "its history, newest first", as: "manager", ask: "GET " + path + "/history", status: 200,
			want: []string{`"reason":"met at the fair"`, `{"field":"city","from":null,"to":"杭州"}`, `"actor_name":"The seller"`, `"op":"added"`}},
	)
}

func TestDeletingShowsWhatRefers(t *testing.T) {
	o := newOffice(t)
	account := o.make("owner", "accounts", `{"name":"A"}`)
	for i := range 3 {
		o.make("owner", "contacts", fmt.Sprintf(`{"name":"C%d","account":%q}`, i, account))
	}
	o.tell(
		story{name: "what refers", as: "owner", ask: "GET /api/records/accounts/" + account + "/references", status: 200, want: []string{`{"entity":"contacts","field":"account","count":3}`}},
		story{name: "restrict", as: "owner", ask: "DELETE /api/records/accounts/" + account + "?references=restrict", status: 409,
			want: []string{`"code":"referenced"`, `"entity":"contacts"`, `"count":3`}},
		story{name: "clear", as: "owner", ask: "DELETE /api/records/accounts/" + account + "?references=clear", status: 200, want: []string{`"deleted":1,"cleared":3`}},
		story{name: "gone", as: "owner", ask: "GET /api/records/accounts/" + account, status: 404},
	)
}

func TestListsPageByPage(t *testing.T) {
	o := newOffice(t)
	for i := range 23 {
		o.make("owner", "accounts", fmt.Sprintf(`{"name":"N%02d","employees":%d}`, i, i%4))
	}
	var seen []string
	path, token := "/api/records/accounts?order=-employees,name&fields=name&page_size=5&filter="+url.QueryEscape("employees < 3"), ""
	pages := 0
	for {
		r := o.ask("viewer", "GET", path+"&total=true&page_token="+token, "")
		if r.StatusCode != 200 || r.at(t, "total") != float64(18) {
			t.Fatalf("%d %s", r.StatusCode, r.text)
		}
		for _, item := range r.at(t, "items").([]any) {
			cells := item.(map[string]any)["cells"].(map[string]any)
			if len(cells) != 1 {
				t.Fatalf("fields that nobody asked for: %v", cells)
			}
			seen = append(seen, cells["name"].(string))
		}
		pages++
		next, more := r.json(t)["next_page_token"].(string)
		if !more {
			break
		}
		token = next
	}
	if pages != 4 || len(seen) != 18 || seen[0] != "N02" || seen[17] != "N20" {
		t.Fatalf("%d pages: %v", pages, seen)
	}
	if slices.Sort(seen); len(slices.Compact(seen)) != 18 {
		t.Fatal("a record came twice")
	}
	o.tell(
		story{name: "a token of another list", as: "viewer", ask: "GET /api/records/accounts?order=name&page_token=" + token, status: 422, want: []string{`"code":"page_token_invalid"`}},
		story{name: "a filter with a mistake", as: "viewer", ask: "GET /api/records/accounts?filter=" + url.QueryEscape("employees > many"), status: 422, want: []string{`"code":"filter_invalid"`, `"position"`}},
		story{name: "an order by nothing", as: "viewer", ask: "GET /api/records/accounts?order=hat", status: 422, want: []string{`"code":"field_unknown"`}},
		story{name: "a sum of names", as: "viewer", ask: "GET /api/records/accounts?sums=name", status: 422, want: []string{`"code":"sum_of_text"`}},
		story{name: "groups", as: "viewer", ask: "GET /api/records/accounts/groups?by=employees", status: 200, want: []string{`{"values":[3],"count":5}`}},
		story{name: "search", as: "viewer", ask: "GET /api/search?q=N2", status: 200, want: []string{`"title":"N20"`}, absent: []string{"N19"}},
		story{name: "the past", as: "viewer", ask: "GET /api/records/accounts?at=3&fields=name&total=true", status: 200, want: []string{`"total":2`, `"revision":3`}},
	)
}

func TestFieldsBehindReferencesAndTitles(t *testing.T) {
	o := newOffice(t)
	account := o.make("owner", "accounts", `{"name":"湖蓝","city":"杭州"}`)
	o.make("owner", "deals", `{"name":"D","account":"`+account+`","amount":{"amount":"5","currency":"USD"}}`)
	o.tell(story{name: "a list of deals", as: "viewer", ask: "GET /api/records/deals?fields=name,account,account.city,owner", status: 200,
		want: []string{`"account.city":"杭州"`, `"` + account + `":"湖蓝"`, `:"The owner"`}, absent: []string{"amount"}})
}

func TestScopeAndMasksHoldEverywhere(t *testing.T) {
	o := newOffice(t)
	must(t, o.access.SetMasks(context.Background(), lake.System, []access.Mask{{Entity: "accounts", Field: "phone", Roles: []access.Role{access.Seller, access.Viewer}}}))
	mine := o.make("seller", "accounts", `{"name":"mine"}`)
	theirs := o.make("owner", "accounts", `{"name":"theirs","phone":"0571-1234"}`)
	o.tell(
		story{name: "the owner adds a number", as: "owner", ask: "PATCH /api/records/accounts/" + mine, body: `{"cells":{"phone":"0571-5678"}}`, status: 200, want: []string{"0571-5678"}},
		story{name: "a seller lists", as: "seller", ask: "GET /api/records/accounts?total=true", status: 200, want: []string{"mine", `"total":1`}, absent: []string{"theirs", "0571"}},
		story{name: "a seller reads", as: "seller", ask: "GET /api/records/accounts/" + mine, status: 200, absent: []string{"0571", "phone"}},
		story{name: "somebody else's", as: "seller", ask: "GET /api/records/accounts/" + theirs, status: 404},
		story{name: "writes somebody else's", as: "seller", ask: "PATCH /api/records/accounts/" + theirs, body: `{"cells":{"name":"x"}}`, status: 404},
		story{name: "the history says only that it changed", as: "seller", ask: "GET /api/records/accounts/" + mine + "/history", status: 200, want: []string{`"field":"phone","from":null,"to":null,"masked":true`}, absent: []string{"0571"}},
		story{name: "an export", as: "viewer", ask: "GET /api/records/accounts/export?fields=name,phone", status: 200, want: []string{"mine", "theirs"}, absent: []string{"0571"}},
		story{name: "a masked cell can't be written", as: "seller", ask: "PATCH /api/records/accounts/" + mine, body: `{"cells":{"phone":"123456"}}`, status: 403, want: []string{`"code":"field_masked"`}},
		story{name: "search", as: "seller", ask: "GET /api/search?q=theirs", status: 200, absent: []string{`"title"`}},
		story{name: "who gives a record away sees it no more", as: "seller", ask: "PATCH /api/records/accounts/" + mine, body: `{"cells":{"owner":"` + string(o.people["owner"].ID) + `"}}`, status: 200, want: []string{`"cells":{}`}},
	)
}

func TestBulkChangesAreOneRevision(t *testing.T) {
	o := newOffice(t)
	var ids []string
	for i := range 4 {
		ids = append(ids, o.make("owner", "accounts", fmt.Sprintf(`{"name":"B%d"}`, i)))
	}
	head := o.lake.Store().Head()
	o.tell(
		story{name: "by filter, out of scope", as: "seller", ask: "POST /api/records/accounts/bulk", body: `{"filter":"name:B","set":{"city":"上海"}}`, status: 200, want: []string{`"changed":0`}},
		story{name: "by filter, who sees all", as: "owner", ask: "POST /api/records/accounts/bulk", body: `{"filter":"name:B","set":{"city":"上海"}}`, status: 200, want: []string{`"changed":4`}},
		story{name: "by ids", as: "owner", ask: "POST /api/records/accounts/bulk", body: `{"ids":["` + ids[0] + `"],"delete":true}`, status: 200, want: []string{`"changed":1`}},
		story{name: "an id that isn't there", as: "owner", ask: "POST /api/records/accounts/bulk", body: `{"ids":["` + ids[1] + `","nothing"],"set":{"city":"x"}}`, status: 404},
		story{name: "nothing half done", as: "owner", ask: "GET /api/records/accounts/" + ids[1], status: 200, want: []string{"上海"}},
		story{name: "neither ids nor filter", as: "owner", ask: "POST /api/records/accounts/bulk", body: `{"delete":true}`, status: 422, want: []string{`"code":"bulk_invalid"`}},
	)
	if now := o.lake.Store().Head(); now != head+2 {
		t.Errorf("%d revisions", now-head)
	}
}

func TestExportsAreInert(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{`=HYPERLINK(\"http://evil\")`, "@SUM(1)", "＠SUM(1)", "-5", "+86 571", "plain"} {
		o.make("owner", "accounts", `{"name":"`+name+`","annual_revenue":{"amount":"-3","currency":"CNY"}}`)
	}
	r := o.ask("owner", "GET", "/api/records/accounts/export?fields=name,status,annual_revenue&order=name", "", "Accept-Language", "zh-CN")
	for _, want := range []string{"\uFEFF客户名称,客户状态,年营收,年营收（币种）\r\n", `"'=HYPERLINK(""http://evil"")",潜在客户,-3,CNY`, "'@SUM(1)", "'＠SUM(1)", "\n-5,", "'+86 571", "\nplain,"} {
		if !strings.Contains(r.text, want) {
			t.Errorf("%q is missing in %s", want, r.text)
		}
	}
	if d := r.Header.Get("Content-Disposition"); !strings.Contains(d, "filename*=UTF-8''%E5%AE%A2%E6%88%B7-") {
		t.Error(d)
	}
	x := o.ask("owner", "GET", "/api/records/accounts/export?format=xlsx", "", "Accept-Language", "en")
	if x.StatusCode != 200 || !strings.HasPrefix(x.text, "PK") {
		t.Errorf("%d %.40q", x.StatusCode, x.text)
	}
}

func TestCustomFields(t *testing.T) {
	o := newOffice(t)
	hat := `{"name":"hat","kind":"enum","label":{"zh":"帽子","en":"Hat"},"options":[{"name":"red","label":{"zh":"红","en":"Red"}}]}`
	o.tell(
		story{name: "sellers don't", as: "seller", ask: "POST /api/entities/accounts/fields", body: hat, status: 403, want: []string{`"code":"need_schema"`}},
		story{name: "administrators do", as: "admin", ask: "POST /api/entities/accounts/fields", body: hat, status: 200, want: []string{`"name":"hat"`, `"custom":true`, `"writable":true`}},
		story{name: "twice", as: "admin", ask: "POST /api/entities/accounts/fields", body: hat, status: 409, want: []string{`"code":"field_exists"`}},
		story{name: "use it", as: "seller", ask: "POST /api/records/accounts", body: `{"cells":{"name":"A","hat":"红"}}`, status: 201, want: []string{`"hat":"red"`}},
		story{name: "rename it", as: "admin", ask: "PATCH /api/entities/accounts/fields/hat", body: `{"label":{"zh":"帽","en":"Cap"}}`, status: 200, want: []string{`"en":"Cap"`}},
		story{name: "viewers see it, read only", as: "viewer", ask: "GET /api/entities", status: 200, want: []string{`"en":"Cap"`, `"writable":false`}, absent: []string{`"writable":true`, "hw_fields"}},
		story{name: "remove it", as: "admin", ask: "DELETE /api/entities/accounts/fields/hat", status: 200, absent: []string{`"hat"`}},
		story{name: "built-in ones stay", as: "admin", ask: "DELETE /api/entities/accounts/fields/name", status: 403, want: []string{`"code":"field_built_in"`}},
	)
}
