package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWhatIfOnABranch(t *testing.T) {
	o := newOffice(t)
	a := o.make("seller", "accounts", `{"name":"A","employees":1}`)
	path := "/api/records/accounts/" + a
	o.tell(
		story{name: "viewers make none", as: "viewer", ask: "POST /api/branches", body: `{"name":"v"}`, status: 403, want: []string{`"code":"need_branch"`}},
		story{name: "a branch", as: "seller", ask: "POST /api/branches", body: `{"name":"北方团队","note":"what if"}`, status: 201,
			want: []string{`"parent":"main"`, `"owner_name":"The seller"`, `"mine":true`, `"state":"open"`, `"ahead":0`}},
		story{name: "its name is taken", as: "seller", ask: "POST /api/branches", body: `{"name":"北方团队"}`, status: 409, want: []string{`"code":"branch_exists"`}},
		story{name: "private", as: "manager", ask: "GET " + path + "?branch=北方团队", status: 404, want: []string{`"code":"branch_unknown"`}},
		story{name: "change there", as: "seller", ask: "PATCH " + path + "?branch=北方团队", body: `{"cells":{"employees":2}}`, status: 200, want: []string{`"employees":2`, `"branch":"北方团队"`}},
		story{name: "main doesn't change", as: "seller", ask: "GET " + path, status: 200, want: []string{`"employees":1`}},
		story{name: "compare", as: "seller", ask: "GET /api/branches/北方团队/diff", status: 200,
			want: []string{`"changed":1`, `{"field":"employees","base":1,"ours":1,"theirs":2,"result":2}`, `"title":"A"`, `"conflicts":0`, `"branch":"main"`}},
		story{name: "main moves on", as: "seller", ask: "PATCH " + path, body: `{"cells":{"employees":3}}`, status: 200},
		story{name: "the list tells", as: "seller", ask: "GET /api/branches", status: 200, want: []string{`"ahead":1`, `"behind":1`, `"parent":null`}},
		story{name: "sellers don't merge into main", as: "seller", ask: "POST /api/branches/北方团队/merge", body: `{"policy":"ask"}`, status: 403, want: []string{`"code":"merge_forbidden"`}},
		story{name: "share it", as: "seller", ask: "PATCH /api/branches/北方团队", body: `{"shared":true}`, status: 200, want: []string{`"shared":true`}},
		story{name: "a conflict refuses the merge", as: "owner", ask: "POST /api/branches/北方团队/merge", body: `{"policy":"ask"}`, status: 409,
			want: []string{`"code":"merge_conflicts"`, `"conflict":"cell"`, `{"field":"employees","base":1,"ours":3,"theirs":2,`}},
		story{name: "a choice from before main moved again", as: "owner", ask: "POST /api/branches/北方团队/merge", status: 409, want: []string{`"code":"merge_conflicts"`},
			body: `{"policy":"ask","choices":[{"entity":"accounts","id":"` + a + `","field":"employees","take":"theirs","ours":9,"theirs":2}]}`},
		story{name: "the choice that was seen", as: "owner", ask: "POST /api/branches/北方团队/merge", status: 200, want: []string{`"applied":1`, `"conflicts":[]`},
			body: `{"policy":"ask","reason":"agreed","choices":[{"entity":"accounts","id":"` + a + `","field":"employees","take":"theirs","ours":3,"theirs":2}]}`},
		story{name: "main shows it", as: "seller", ask: "GET " + path, status: 200, want: []string{`"employees":2`}},
		story{name: "the branch is closed", as: "seller", ask: "PATCH " + path + "?branch=北方团队", body: `{"cells":{"employees":5}}`, status: 409, want: []string{`"code":"branch_closed"`, `"state":"merged"`}},
		story{name: "closed ones are listed on wish", as: "seller", ask: "GET /api/branches?closed=true", status: 200, want: []string{`"state":"merged"`}},
	)
	rev := fmt.Sprint(o.ask("owner", "GET", "/api/revisions", "").at(t, "items.rev"))
	o.tell(
		story{name: "revisions", as: "owner", ask: "GET /api/revisions?limit=2", status: 200, want: []string{`"kind":"merge"`, `"reason":"agreed"`, `"changes":{"accounts":1}`, `"undoable":true`}},
		story{name: "undo the merge", as: "owner", ask: "POST /api/revisions/" + rev + "/undo", status: 200, want: []string{`"applied":1`, `"kept":[]`}},
		story{name: "as before", as: "owner", ask: "GET " + path, status: 200, want: []string{`"employees":3`}},
		story{name: "the first revision stays", as: "owner", ask: "POST /api/revisions/1/undo", body: "{}", status: 422, want: []string{`"code":"undo_begin"`}},
	)
}

func TestRefreshAndDiscard(t *testing.T) {
	o := newOffice(t)
	a := o.make("owner", "accounts", `{"name":"A"}`)
	o.tell(
		story{name: "branch", as: "owner", ask: "POST /api/branches", body: `{"name":"b"}`, status: 201},
		story{name: "change main", as: "owner", ask: "PATCH /api/records/accounts/" + a, body: `{"cells":{"city":"杭州"}}`, status: 200},
		story{name: "the branch doesn't see it", as: "owner", ask: "GET /api/records/accounts/" + a + "?branch=b", status: 200, absent: []string{"杭州"}},
		story{name: "refresh", as: "owner", ask: "POST /api/branches/b/refresh", body: `{}`, status: 200, want: []string{`"conflicts":[]`}},
		story{name: "now it does", as: "owner", ask: "GET /api/records/accounts/" + a + "?branch=b", status: 200, want: []string{"杭州"}},
		story{name: "a child", as: "owner", ask: "POST /api/branches", body: `{"name":"c","from":"b"}`, status: 201, want: []string{`"parent":"b"`}},
		story{name: "parents of open branches stay", as: "owner", ask: "DELETE /api/branches/b", status: 409, want: []string{`"code":"branch_has_children"`}},
		story{name: "discard", as: "owner", ask: "DELETE /api/branches/c", status: 204},
		story{name: "main can't be", as: "owner", ask: "DELETE /api/branches/main", status: 422, want: []string{`"code":"branch_is_main"`}},
	)
}

func TestQueries(t *testing.T) {
	o := newOffice(t)
	o.tell(
		story{name: "rows", as: "viewer", ask: "POST /api/query", body: `{"sql":"SELECT 3","limit":2}`, status: 200,
			want: []string{`"columns":[{"name":"n","type":"integer"},{"name":"t","type":"text"}]`, `[0,"=1+1"],["1152921504606846976","=1+1"]]`, `"more":true`}},
		story{name: "a mistake", as: "viewer", ask: "POST /api/query", body: `{"sql":"DROP TABLE x"}`, status: 422, want: []string{`"code":"sql_not_select"`}},
		story{name: "a row too large", as: "viewer", ask: "POST /api/query", body: `{"sql":"SELECT HUGE"}`, status: 413, want: []string{`"code":"query_row_too_large"`}},
		story{name: "as a file", as: "viewer", ask: "POST /api/query/export", body: `{"sql":"SELECT 3"}`, status: 200, want: []string{"\uFEFFn,t\r\n", "2305843009213693952,'=1+1"}},
		story{name: "a mistake instead of a file", as: "viewer", ask: "POST /api/query/export", body: `{"sql":"x"}`, status: 422, want: []string{`"code":"sql_invalid"`}},
		story{name: "strangers don't", ask: "POST /api/query", body: `{"sql":"SELECT 3"}`, status: 401},
	)
	done := make(chan reply)
	go func() { done <- o.ask("viewer", "POST", "/api/query", `{"sql":"SELECT WAIT","id":"q1"}`) }()
	for {
		o.ask("seller", "DELETE", "/api/query/q1", "") // somebody else's: nothing happens
		o.ask("viewer", "DELETE", "/api/query/q1", "")
		select {
		case r := <-done:
			if r.StatusCode != 409 || r.at(t, "code") != "query_cancelled" {
				t.Fatalf("%d %s", r.StatusCode, r.text)
			}
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestSavedViews(t *testing.T) {
	o := newOffice(t)
	view := `{"entity":"deals","name":"Large","shared":%v,"state":{"filter":"amount > 1000","order":"-amount","fields":["name"],"sums":[]}}`
	r := o.ask("seller", "POST", "/api/views", strings.Replace(view, "%v", "false", 1))
	id := r.at(t, "id").(string)
	o.tell(
		story{name: "mine", as: "seller", ask: "GET /api/views?entity=deals", status: 200, want: []string{`"name":"Large"`, `"mine":true`}},
		story{name: "not for others", as: "manager", ask: "GET /api/views", status: 200, want: []string{`"items":[]`}},
		story{name: "not even to change", as: "owner", ask: "PATCH /api/views/" + id, body: `{"name":"x"}`, status: 404},
		story{name: "share", as: "seller", ask: "PATCH /api/views/" + id, body: `{"shared":true}`, status: 200, want: []string{`"shared":true`}},
		story{name: "now they see it", as: "manager", ask: "GET /api/views", status: 200, want: []string{`"mine":false`}},
		story{name: "but don't change it", as: "manager", ask: "DELETE /api/views/" + id, status: 403, want: []string{`"code":"view_not_yours"`}},
		story{name: "delete", as: "seller", ask: "DELETE /api/views/" + id, status: 204},
		story{name: "gone", as: "seller", ask: "DELETE /api/views/" + id, status: 404},
	)
}
