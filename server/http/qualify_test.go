package httpapi_test

import (
	"fmt"
	"testing"
)

func TestQualification(t *testing.T) {
	o := newOffice(t)
	account, deal := o.prospect("seller", "discover", "")
	path := "/api/deals/" + deal
	o.tell(
		story{name: "nothing is known", as: "seller", ask: "GET " + path + "/qualification", status: 200, want: []string{`"letter":"M"`, `"points":0,"enough":3,"holds":false`, `"id":"four-questions"`, `"state":"absent"`}},
		story{name: "a record proves", as: "seller", ask: "POST /api/records/systems", body: fmt.Sprintf(`{"cells":{"name":"旧平台","account":%q,"yearly_cost":"300000"}}`, account), status: 201},
		story{name: "a proof that isn't of the pack", as: "seller", ask: "POST " + path + "/letters", body: `{"letter":"man-money","evidence":"hat","title":"x"}`, status: 422, want: []string{`"code":"evidence_unknown"`}},
		story{name: "a statement proves", as: "seller", ask: "POST " + path + "/letters", body: `{"letter":"man-money","evidence":"bought-before","title":"去年采购清单"}`, status: 201},
		story{name: "money holds", as: "seller", ask: "GET " + path + "/qualification", status: 200, want: []string{`"points":3,"enough":3,"holds":true`, `"title":"去年采购清单"`, `"title":"旧平台"`}},
		story{name: "a refuted one takes it back", as: "seller", ask: "POST " + path + "/letters", body: `{"letter":"man-money","evidence":"platform-fee","title":"费用已锁定","status":"refuted"}`, status: 201},
		story{name: "money doesn't hold", as: "seller", ask: "GET " + path + "/qualification", status: 200, want: []string{`"points":1,"enough":3,"holds":false`, `"state":"refuted"`}},
	)
	board := "/api/qualification"
	answer := func(q, verdict string) story {
		return story{name: q + " " + verdict, as: "seller", ask: "POST " + path + "/answers", body: fmt.Sprintf(`{"list":"matrix:condition-awareness","question":%q,"title":"?","verdict":%q,"answer":"客户说的"}`, q, verdict), status: 200}
	}
	o.tell(
		story{name: "the cell of what is unknown", as: "seller", ask: "GET " + board, status: 200, want: []string{`"cell":"leave"`, `"unknown":4`, `"list":"matrix:condition-awareness"`, "云帆 数据底座"}},
		answer("sources", "yes"), answer("owner", "yes"),
		story{name: "the condition is there", as: "seller", ask: "GET " + board, status: 200, want: []string{`"cell":"change-mind"`, `"yes":true,"points":70,"threshold":60`}},
		answer("says", "yes"),
		story{name: "go", as: "manager", ask: "GET " + board, status: 200, want: []string{`"cell":"go"`}},
		answer("says", "no"),
		story{name: "an answer is replaced", as: "seller", ask: "GET " + board, status: 200, want: []string{`"cell":"change-mind"`}},
		story{name: "one record per question", as: "seller", ask: "GET /api/records/answers?total=true", status: 200, want: []string{`"total":3`}},
		story{name: "the play becomes a task", as: "seller", ask: "POST " + path + "/actions", body: `{"play":"matrix:condition-awareness/change-mind"}`, status: 200, want: []string{`"made":true`}},
		story{name: "and is shown", as: "seller", ask: "GET " + board, status: 200, want: []string{`"task":{"entity":"activities"`}},
	)
}

func TestAccountsStandInTheMatrixToo(t *testing.T) {
	o := newOffice(t)
	account, dealKey := o.prospect("seller", "discover", "")
	board := "GET /api/qualification?of=accounts"
	path := "/api/accounts/" + account
	place := func(name, cell string, status int, want ...string) story {
		return story{name: name, as: "seller", ask: "POST " + path + "/placement", body: fmt.Sprintf(`{"matrix":"condition-awareness","cell":%q,"reason":"展会上谈过"}`, cell), status: status, want: want}
	}
	o.tell(
		story{name: "nothing is known: the question that counts most is next", as: "seller", ask: board, status: 200, want: []string{`"deals":[]`, `"cell":"leave"`, `"next":{"kind":"ask","text":{"zh":"上一次为这事付出了什么？"`, `"question":"says"`}},
		story{name: "an answer without a deal", as: "seller", ask: "POST " + path + "/answers", body: `{"list":"matrix:condition-awareness","question":"says","title":"?","verdict":"yes"}`, status: 200},
		story{name: "counts for the account", as: "seller", ask: board, status: 200, want: []string{`"cell":"catalyse"`, `"kind":"ask","text":{"zh":"有几套系统存着业务数据？"`}},
		story{name: "and for its deals", as: "seller", ask: "GET /api/qualification", status: 200, want: []string{`"cell":"catalyse"`, `"accounts":[]`}},
		story{name: "not to be changed by viewers", as: "viewer", ask: "POST " + path + "/placement", body: `{"matrix":"condition-awareness","cell":"go"}`, status: 403},
		place("a cell that isn't there", "moon", 422, `"code":"cell_unknown"`),
		place("put by hand", "go", 200),
		story{name: "stands there, against its points", as: "seller", ask: board, status: 200, want: []string{`"cell":"go"`, `"hand":{`, `"answer":"展会上谈过"`, `"next":{"kind":"play"`}},
		story{name: "its deal doesn't", as: "seller", ask: "GET /api/qualification", status: 200, want: []string{`"cell":"catalyse"`}, absent: []string{`"hand"`}},
		story{name: "only what the points don't say was written", as: "seller", ask: "GET /api/records/answers?total=true", status: 200, want: []string{`"total":2`}},
		story{name: "the play becomes a task of the account", as: "seller", ask: "POST " + path + "/actions", body: `{"play":"matrix:condition-awareness/go"}`, status: 200, want: []string{`"made":true`}},
		story{name: "once", as: "seller", ask: "POST " + path + "/actions", body: `{"play":"matrix:condition-awareness/go"}`, status: 200, want: []string{`"made":false`}},
		story{name: "which is next", as: "seller", ask: board, status: 200, want: []string{`"next":{"kind":"task"`}},
		place("taken back", "", 200),
		story{name: "stands by its points", as: "seller", ask: board, status: 200, want: []string{`"cell":"catalyse"`}, absent: []string{`"hand"`}},
		story{name: "found by name", as: "seller", ask: board + "&find=%E4%BA%91%22", status: 200, want: []string{`"accounts":[]`}},
		story{name: "others than mine are left out", as: "manager", ask: board + "&whose=mine", status: 200, want: []string{`"accounts":[]`}},
	)
	o.tell(
		story{name: "a branch", as: "seller", ask: "POST /api/branches", body: `{"name":"trial"}`, status: 201},
		story{name: "a deal put by hand there", as: "seller", ask: "POST /api/deals/" + dealKey + "/placement?branch=trial", body: `{"matrix":"condition-awareness","cell":"leave"}`, status: 200},
		story{name: "stands there", as: "seller", ask: "GET /api/qualification?branch=trial", status: 200, want: []string{`"cell":"leave"`}},
		story{name: "not on main", as: "seller", ask: "GET /api/qualification", status: 200, want: []string{`"cell":"catalyse"`}},
	)
}

// Every account stands somewhere on the board: what doesn't fit is on the next page.
func TestBoardGoesThroughAllAccounts(t *testing.T) {
	o := newOffice(t)
	for i := range 203 {
		o.make("owner", "accounts", fmt.Sprintf(`{"name":"客户%d","annual_revenue":"%d CNY"}`, i, 1000+i))
	}
	first := o.ask("owner", "GET", "/api/qualification?of=accounts&find=客户", "").json(t)
	if n := len(first["accounts"].([]any)); n != 200 || first["total"] != 203.0 {
		t.Fatalf("%d of %v", n, first["total"])
	}
	next, _ := first["next_page_token"].(string)
	second := o.ask("owner", "GET", "/api/qualification?of=accounts&find=客户&page_token="+next, "").json(t)
	rest := second["accounts"].([]any)
	if len(rest) != 3 || rest[2].(map[string]any)["name"] != "客户0" || second["next_page_token"] != nil {
		t.Fatalf("the rest is %v", rest)
	}
	o.tell(story{name: "a page of another list", as: "owner", ask: "GET /api/qualification?of=deals&page_token=" + next, status: 422, want: []string{`"code":"page_token_invalid"`}})
}

// A deal stands on the board of its product's pack, however many larger deals others have.
func TestBoardIsOfOneProduct(t *testing.T) {
	o := newOffice(t)
	mail := o.make("owner", "products", `{"name":"企业邮箱","pack":"enterprise-mail"}`)
	bare := o.make("owner", "products", `{"name":"咨询"}`)
	account := o.make("owner", "accounts", `{"name":"云帆"}`)
	deal := func(name, more string) {
		o.make("owner", "deals", fmt.Sprintf(`{"name":%q,"account":%q,"stage":"discover","opened_on":"2026-01-05"%s}`, name, account, more))
	}
	deal("邮箱商机", fmt.Sprintf(`,"product":%q`, mail))
	deal("咨询商机", fmt.Sprintf(`,"product":%q`, bare))
	deal("无产品商机", "")
	o.tell(
		story{name: "mail", as: "owner", ask: "GET /api/qualification?product=enterprise-mail", status: 200, want: []string{"邮箱商机", `"total":1`}, absent: []string{"咨询商机", "无产品商机"}},
		story{name: "the default", as: "owner", ask: "GET /api/qualification", status: 200, want: []string{"咨询商机", "无产品商机", `"total":2`}, absent: []string{"邮箱商机"}},
	)
}

func TestScorecardsAddUpRecordsAndAnswers(t *testing.T) {
	o := newOffice(t)
	product := o.make("owner", "products", `{"name":"企业邮箱","pack":"enterprise-mail"}`)
	_, deal := o.prospect("seller", "discover", fmt.Sprintf(`,"product":%q`, product))
	shown := o.ask("seller", "GET", "/api/deals/"+deal+"/qualification", "")
	cards := shown.json(t)["scorecards"].([]any)
	if len(cards) == 0 {
		t.Fatalf("no scorecard: %s", clip(shown.text))
	}
	card := cards[0].(map[string]any)
	before := card["points"].(float64)
	for _, c := range card["criteria"].([]any) {
		c := c.(map[string]any)
		if c["held"] == true || c["ask"] == nil {
			continue
		}
		o.tell(story{name: "a yes", as: "seller", ask: "POST /api/deals/" + deal + "/answers", body: fmt.Sprintf(`{"list":%q,"question":%q,"title":"?","verdict":"yes"}`, card["list"], c["id"]), status: 200})
		after := o.ask("seller", "GET", "/api/deals/"+deal+"/qualification", "").json(t)["scorecards"].([]any)[0].(map[string]any)["points"].(float64)
		if after != before+c["points"].(float64) {
			t.Errorf("%v points after a yes worth %v on %v", after, c["points"], before)
		}
		return
	}
	t.Fatal("no criterion asks")
}
