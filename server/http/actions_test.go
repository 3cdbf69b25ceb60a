package httpapi_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"
)

func daysFromNow(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

func TestNextActionsHaveReasonsAndBecomeTasksOnce(t *testing.T) {
	o := newOffice(t)
	account, deal := o.prospect("seller", "poc", "")
	path := "/api/deals/" + deal + "/actions"
	o.tell(story{name: "what is missing, and a deal that nobody speaks about", as: "seller", ask: "GET " + path, status: 200,
		want: []string{`"play":"action:agree-criteria"`, `"play":"action:silent-deal"`, `"play":"exit:direct/poc/verdict"`, `"play":"action:meet-budget"`, `"tactic":{"id":"reach-the-top"`, `"pack":"logical-data-lake"`,
			`"at_most":0`}, absent: []string{"exit:direct/poc/criteria-agreed", "value-case", "trigger:renewal-of-platform"}})
	o.make("seller", "systems", fmt.Sprintf(`{"name":"旧平台","kind":"warehouse","account":%q,"renew_on":%q}`, account, daysFromNow(100)))
	o.make("seller", "events", fmt.Sprintf(`{"title":"新 CIO 到任","trigger":"new-data-leader","status":"open","account":%q,"seen_on":%q}`, account, daysFromNow(-3)))
	o.of("seller", "committee", account, deal, fmt.Sprintf(`"name":"赵总","role":"budget","met_on":%q`, daysFromNow(-45)))
	o.of("seller", "activities", account, deal, fmt.Sprintf(`"subject":"通话","kind":"call","happened_at":%q`, time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)))
	o.tell(story{name: "events and silent people", as: "seller", ask: "GET " + path, status: 200,
		want:   []string{`"play":"trigger:renewal-of-platform"`, "新 CIO 到任", `"due_on":"` + daysFromNow(11) + `"`, `"source":"contact"`, "45 天没有往来"},
		absent: []string{"action:silent-deal", "action:meet-budget"}})
	made := o.ask("seller", "POST", path, `{"play":"action:agree-criteria"}`)
	task, _ := made.at(t, "task").(string)
	o.tell(
		story{name: "made", as: "seller", ask: "GET /api/records/activities/" + task, status: 200, want: []string{`"kind":"task"`, `"play":"action:agree-criteria"`, `"due_on":"` + daysFromNow(3) + `"`, deal, account, o.people["seller"].Name}},
		story{name: "not twice", as: "seller", ask: "POST " + path, body: `{"play":"action:agree-criteria"}`, status: 200, want: []string{`"made":false`, task}},
		story{name: "the action shows its task", as: "seller", ask: "GET " + path, status: 200, want: []string{`"task":{"entity":"activities","id":"` + task}},
		story{name: "an activity of the playbook", as: "seller", ask: "POST " + path, body: `{"play":"playbook:direct/poc/run"}`, status: 200, want: []string{`"made":true`}},
		story{name: "what no rule asks for", as: "seller", ask: "POST " + path, body: `{"play":"action:withdraw-promise"}`, status: 409, want: []string{`"code":"action_gone"`}},
		story{name: "today", as: "seller", ask: "GET /api/today", status: 200, want: []string{`"play":"event:`, "云帆 数据底座", task, `"approvals":[]`, `"deal_count":1`}},
		story{name: "somebody else's day", as: "manager", ask: "GET /api/today", status: 200, want: []string{`"actions":[]`, `"tasks":[]`}},
		story{name: "a manager may look at all", as: "manager", ask: "GET /api/today?whose=all", status: 200, want: []string{"云帆 数据底座", task}},
		story{name: "done", as: "seller", ask: "PATCH /api/records/activities/" + task, body: fmt.Sprintf(`{"cells":{"done":true,"happened_at":%q}}`, time.Now().UTC().Format(time.RFC3339)), status: 200},
		story{name: "and at rest for a while", as: "seller", ask: "GET " + path, status: 200, want: []string{"trigger:renewal-of-platform"}, absent: []string{"action:agree-criteria"}},
	)
	o.of("seller", "agreements", account, deal, fmt.Sprintf(`"title":"年度合同","status":"signed","renew_on":%q`, daysFromNow(40)))
	o.tell(
		story{name: "a renewal by the pack's rule, once", as: "seller", ask: "GET " + path, status: 200, want: []string{"action:renewal-near"}, absent: []string{`"source":"renewal"`}},
		story{name: "once values are measured, by the product's", as: "seller", ask: "POST /api/records/measurements", body: fmt.Sprintf(`{"cells":{"name":"m","account":%q,"deal":%q,"actual":"3"}}`, account, deal), status: 201},
		story{name: "renewal", as: "seller", ask: "GET " + path, status: 200, want: []string{`"source":"renewal"`, "40 天"}, absent: []string{"action:renewal-near"}},
		story{name: "a task by its play", as: "seller", ask: "GET /api/records/activities?filter=" + url.QueryEscape(`play = "playbook:direct/poc/run"`), status: 200, want: []string{deal}},
		story{name: "the playbook knows it as planned", as: "seller", ask: "GET /api/deals/" + deal + "/playbook", status: 200, want: []string{`"state":"planned"`}},
	)
}
