package httpapi_test

import (
	"fmt"
	"testing"
)

func TestCommittee(t *testing.T) {
	o := newOffice(t)
	account, deal := o.prospect("seller", "demonstrate", "")
	person := func(name, more string) string {
		return o.make("seller", "contacts", fmt.Sprintf(`{"name":%q,"account":%q%s}`, name, account, more))
	}
	boss := person("陈思远", `,"title":"总经理","role":"decides"`)
	cio := person("李建国", fmt.Sprintf(`,"email":"lijianguo@yunfan.cn","role":"budget","reports_to":%q`, boss))
	tech := person("张伟", fmt.Sprintf(`,"email":"zhangwei@yunfan.cn","role":"technical","stance":"supportive","reports_to":%q`, cio))
	person("赵敏", `,"email":"zhaomin@yunfan.cn"`)
	path := "/api/deals/" + deal + "/committee"
	o.tell(
		story{name: "nobody is on the map, and nobody was met", as: "seller", ask: "GET " + path, status: 200, want: []string{`"members":[]`, `"score":0`, `"state":"nobody"`, `"state":"no_start"`, `"address":"chensiyuan@yunfan.cn"`, `"pattern":"familygiven"`, `"agree":3,"of":3`}},
		story{name: "contacts come onto it", as: "seller", ask: "POST " + path, body: fmt.Sprintf(`{"contacts":[%q,%q]}`, tech, boss), status: 200, want: []string{`"ids":["`}},
		story{name: "once", as: "seller", ask: "POST " + path, body: fmt.Sprintf(`{"contacts":[%q]}`, tech), status: 200, want: []string{`"ids":[]`}},
		story{name: "somebody was met", as: "seller", ask: "POST /api/records/activities", body: fmt.Sprintf(`{"cells":{"subject":"技术交流","kind":"meeting","deal":%q,"account":%q,"contact":%q,"happened_at":"%sT08:00:00Z","done":true}}`, deal, account, tech, daysFromNow(-2)), status: 201},
		story{name: "who supports us covers a role; the way goes over a contact that isn't on the map", as: "seller", ask: "GET " + path, status: 200,
			want: []string{`"score":40`, `"state":"covered"`, `"who":"张伟"`, `"state":"found"`, `"how":"reports_to"`, `"last_met":"` + daysFromNow(-2) + `"`, `"role":"budget","name":{"zh":"预算把控"`}},
	)
	member := o.ask("seller", "GET", "/api/records/committee?filter=role%3Dtechnical", "").at(t, "items.id").(string)
	o.tell(
		story{name: "a weight of one's own goes before that of the role", as: "seller", ask: "PATCH /api/records/committee/" + member, body: `{"cells":{"weight":15}}`, status: 200},
		story{name: "15 of 15, 35 and 25 per cent are with us", as: "seller", ask: "GET " + path, status: 200, want: []string{`"score":20`, `"weight":15,"own":true`}},
		story{name: "and goes", as: "seller", ask: "PATCH /api/records/committee/" + member, body: `{"cells":{"weight":null}}`, status: 200},
		story{name: "the role's counts again", as: "seller", ask: "GET " + path, status: 200, want: []string{`"score":40`}},
		story{name: "nothing is written by itself", as: "seller", ask: "GET /api/records/contacts/" + boss, status: 200, absent: []string{"chensiyuan"}},
		story{name: "on request", as: "seller", ask: "POST " + path + "/" + boss + "/address", status: 200},
		story{name: "with where it comes from", as: "seller", ask: "GET /api/records/contacts/" + boss + "/history", status: 200, want: []string{"chensiyuan@yunfan.cn", "familygiven (3 of 3 known addresses)"}},
		story{name: "not for those who have one", as: "seller", ask: "POST " + path + "/" + tech + "/address", status: 409, want: []string{`"code":"address_not_inferred"`}},
		story{name: "viewers look", as: "viewer", ask: "POST " + path + "/" + boss + "/address", status: 403},
	)
}
