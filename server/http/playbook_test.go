package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
)

// prospect makes an account and a deal in a stage, owned by somebody.
func (o *office) prospect(as, stage, more string) (account, deal string) {
	o.t.Helper()
	account = o.make(as, "accounts", `{"name":"云帆制造","industry":"manufacturing","employees":800}`)
	deal = o.make(as, "deals", fmt.Sprintf(`{"name":"云帆 数据底座","account":%q,"stage":%q,"opened_on":"2026-01-05"%s}`, account, stage, more))
	return account, deal
}

// of adds a record of the selling process to a deal.
func (o *office) of(as, entity, account, deal, cells string) string {
	o.t.Helper()
	return o.make(as, entity, fmt.Sprintf(`{"account":%q,"deal":%q,%s}`, account, deal, cells))
}

func TestADealMovesWhenTheCriteriaHold(t *testing.T) {
	o := newOffice(t)
	account, deal := o.prospect("seller", "discover", "")
	path := "/api/deals/" + deal
	o.tell(
		story{name: "what is missing, and what to do", as: "seller", ask: "GET " + path + "/playbook", status: 200,
			want: []string{`"playbook":"direct"`, `"next":"demonstrate"`, `"override":"manager"`, `"may_override":"ask"`, `其中至少一条是隐性需求`, `"holds":false`, `"where":"status = confirmed AND kind = hidden"`, `"from":"history"`}},
		story{name: "it stays", as: "seller", ask: "POST " + path + "/move", body: `{"to":"demonstrate"}`, status: 409, want: []string{`"code":"stage_criteria_missing"`, "discover/decider-known", `"reason":"manager"`}},
		story{name: "not by the field either", as: "seller", ask: "PATCH /api/records/deals/" + deal, body: `{"cells":{"stage":"demonstrate"}}`, status: 409, want: []string{`"code":"stage_criteria_missing"`, "missing_zh"}},
		story{name: "nor in bulk", as: "manager", ask: "POST /api/records/deals/bulk", body: `{"ids":["` + deal + `"],"set":{"stage":"won"}}`, status: 409, want: []string{`"code":"stage_criteria_missing"`}},
		story{name: "nor in a batch", as: "owner", ask: "POST /api/records/deals/batch", body: `{"records":[{"id":"` + deal + `","cells":{"stage":"negotiate"}}]}`, status: 409, want: []string{`"code":"stage_criteria_missing"`}},
		story{name: "other fields are free", as: "seller", ask: "PATCH /api/records/deals/" + deal, body: `{"cells":{"stage":"discover","next_step":"拜访"}}`, status: 200},
		story{name: "going back is free", as: "seller", ask: "PATCH /api/records/deals/" + deal, body: `{"cells":{"stage":"prospecting"}}`, status: 200},
		story{name: "so is what no stage of the playbook stands for", as: "seller", ask: "PATCH /api/records/deals/" + deal, body: `{"cells":{"stage":"discover"}}`, status: 200},
	)
	for i := range 3 {
		o.of("seller", "needs", account, deal, fmt.Sprintf(`"title":"N%d","status":"confirmed","kind":%q`, i, []string{"hidden", "explicit", "explicit"}[i]))
	}
	o.of("seller", "committee", account, deal, `"name":"王总","role":"decides"`)
	for i := range 4 {
		o.of("seller", "answers", account, deal, fmt.Sprintf(`"title":"Q%d","list":"four-questions","question":"q%d","status":"answered"`, i, i))
	}
	o.tell(
		story{name: "ready", as: "seller", ask: "GET " + path + "/playbook", status: 200, want: []string{`"missing":[]`, `"may_override":"yes"`, `"title":"王总"`}},
		story{name: "it goes on", as: "seller", ask: "POST " + path + "/move", body: `{"to":"demonstrate"}`, status: 200, want: []string{`"status":"done"`}},
		story{name: "the stage is changed and the move is recorded", as: "seller", ask: "GET /api/records/moves?filter=" + "to_stage%3Ddemonstrate", status: 200,
			want: []string{`"from_stage":"discover"`, `"status":"done"`, account, o.people["seller"].Name}, absent: []string{`"override"`}},
		story{name: "days are counted from the move", as: "seller", ask: "GET " + path + "/playbook", status: 200, want: []string{`"stage":"demonstrate"`, `"from":"move"`, `"days_here":`}},
		story{name: "nowhere", as: "seller", ask: "POST " + path + "/move", body: `{"to":"demonstrate"}`, status: 422, want: []string{`"code":"move_nowhere"`}},
		story{name: "no way past the next stages", as: "seller", ask: "POST " + path + "/move", body: `{"to":"won"}`, status: 409, want: []string{"negotiate/signed", "poc/criteria-agreed", `"reason":"nobody"`}},
		story{name: "not with a reason", as: "owner", ask: "POST " + path + "/move", body: `{"to":"won","override":true,"reason":"x"}`, status: 403, want: []string{`"code":"stage_override_forbidden"`}},
		story{name: "lost is always open", as: "seller", ask: "POST " + path + "/move", body: `{"to":"lost"}`, status: 200},
	)
}

func TestOverridesNeedAReasonAndAManager(t *testing.T) {
	o := newOffice(t)
	_, deal := o.prospect("seller", "discover", "")
	path := "/api/deals/" + deal
	o.tell(
		story{name: "a reason is needed", as: "seller", ask: "POST " + path + "/move", body: `{"to":"demonstrate","override":true,"reason":" "}`, status: 422, want: []string{`"code":"move_reason_missing"`}},
		story{name: "a seller asks", as: "seller", ask: "POST " + path + "/move", body: `{"to":"demonstrate","override":true,"reason":"客户已发采购计划"}`, status: 200, want: []string{`"status":"asked"`}},
		story{name: "once", as: "seller", ask: "POST " + path + "/move", body: `{"to":"demonstrate","override":true,"reason":"再问一次"}`, status: 409, want: []string{`"code":"move_asked_already"`}},
		story{name: "the deal waits", as: "seller", ask: "GET " + path + "/playbook", status: 200, want: []string{`"stage":"discover"`, `"status":"asked"`, "客户已发采购计划"}},
	)
	asked := o.ask("manager", "GET", "/api/moves/asked", "")
	move := asked.at(t, "items.id").(string)
	if !strings.Contains(asked.text, "云帆 数据底座") || !strings.Contains(asked.text, "其中至少一条是隐性需求") {
		t.Errorf("what is asked: %s", asked.text)
	}
	o.tell(
		story{name: "sellers don't decide", as: "seller", ask: "POST /api/moves/" + move + "/decision", body: `{"grant":true}`, status: 403, want: []string{`"code":"move_approval_forbidden"`}},
		story{name: "a manager does", as: "manager", ask: "POST /api/moves/" + move + "/decision", body: `{"grant":true,"reason":"可以"}`, status: 200, want: []string{`"status":"done"`}},
		story{name: "once", as: "manager", ask: "POST /api/moves/" + move + "/decision", body: `{"grant":false}`, status: 409, want: []string{`"code":"move_decided"`}},
		story{name: "the deal moved", as: "seller", ask: "GET " + path + "/playbook", status: 200, want: []string{`"stage":"demonstrate"`}, absent: []string{`"asked":{`}},
		story{name: "with who and why", as: "seller", ask: "GET /api/records/moves/" + move, status: 200, want: []string{`"override":true`, o.people["manager"].Name, "可以"}},
		story{name: "a manager goes on at once", as: "manager", ask: "POST " + path + "/move", body: `{"to":"poc","override":true,"reason":"战略客户"}`, status: 200, want: []string{`"status":"done"`}},
	)
}

func TestMotionsHaveTheirOwnPlaybooks(t *testing.T) {
	o := newOffice(t)
	account, deal := o.prospect("seller", "discover", `,"motion":"channel"`)
	o.tell(story{name: "the channel's", as: "seller", ask: "GET /api/deals/" + deal + "/playbook", status: 200, want: []string{`"playbook":"channel"`, `"id":"registered"`}})
	o.of("seller", "registrations", account, deal, `"title":"报备","status":"granted"`)
	for i := range 2 {
		o.of("seller", "needs", account, deal, fmt.Sprintf(`"title":"N%d","status":"confirmed"`, i))
	}
	o.tell(
		story{name: "two needs are enough there", as: "seller", ask: "PATCH /api/records/deals/" + deal, body: `{"cells":{"stage":"demonstrate"}}`, status: 200},
		story{name: "and the move is recorded", as: "seller", ask: "GET /api/deals/" + deal + "/playbook", status: 200, want: []string{`"from":"move"`}},
		story{name: "on a branch, too", as: "seller", ask: "POST /api/branches", body: `{"name":"trial"}`, status: 201},
		story{name: "the branch has its own stage", as: "seller", ask: "POST /api/deals/" + deal + "/move?branch=trial", body: `{"to":"discover"}`, status: 200},
		story{name: "main stays", as: "seller", ask: "GET /api/deals/" + deal + "/playbook", status: 200, want: []string{`"stage":"demonstrate"`}},
	)
}
