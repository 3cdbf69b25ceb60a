package httpapi_test

import (
	"fmt"
	"testing"
)

func TestThePipelineCountsAllAndShowsSome(t *testing.T) {
	o := newOffice(t)
	account, first := o.prospect("seller", "discover", `,"amount":{"amount":"300000.10","currency":"CNY"}`)
	for i, amount := range []string{`{"amount":"5000","currency":"USD"}`, `{"amount":"100000.20","currency":"CNY"}`} {
		o.make("seller", "deals", fmt.Sprintf(`{"name":"D%d","account":%q,"stage":"discover","amount":%s}`, i, account, amount))
	}
	o.make("seller", "deals", fmt.Sprintf(`{"name":"老单","account":%q,"stage":"won","closed_on":"2026-02-01"}`, account))
	path := "/api/deals/" + first
	o.tell(
		story{name: "all are counted and added up, per currency", as: "seller", ask: "GET /api/pipeline?cards=1", status: 200,
			want: []string{`"stage":"discover","count":3`, `{"amount":"400000.3","currency":"CNY"}`, `{"amount":"5000","currency":"USD"}`, `"stage":"won","count":1,"sums":[],`, `"stage":"poc","count":0`}},
		story{name: "what keeps it, and what is next", as: "seller", ask: "GET /api/pipeline?find=%E4%BA%91%E5%B8%86", status: 200,
			want: []string{`"count":1`, `"to":"demonstrate"`, `"id":"decider-known"`, `"next":{"deal":"` + first, `"days":`, `"plan":{"min":7`}},
		story{name: "a stage can show more", as: "seller", ask: "GET /api/pipeline?cards=1&more=discover.3", status: 200, want: []string{`"name":"D0"`, `"name":"D1"`, "云帆 数据底座"}},
		story{name: "one's own only", as: "manager", ask: "GET /api/pipeline?whose=mine", status: 200, want: []string{`"stage":"discover","count":0`}},
		story{name: "before a move one can see what it lacks", as: "seller", ask: "GET " + path + "/move?to=poc", status: 200, want: []string{`"from":"discover","to":"poc"`, `"stage":"discover"`, `"stage":"demonstrate"`, `"override":"ask"`}},
		story{name: "nobody goes past a signature", as: "owner", ask: "GET " + path + "/move?to=won", status: 200, want: []string{`"override":"no"`}},
		story{name: "losing needs nothing", as: "seller", ask: "GET " + path + "/move?to=lost", status: 200, want: []string{`"missing":[]`, `"override":"yes"`}},
		story{name: "viewers may not", as: "viewer", ask: "GET " + path + "/move?to=poc", status: 200, want: []string{`"override":"no"`}},
		story{name: "a move that waits stands on the card", as: "seller", ask: "POST " + path + "/move", body: `{"to":"demonstrate","override":true,"reason":"客户已立项"}`, status: 200, want: []string{`"status":"asked"`}},
		story{name: "there", as: "seller", ask: "GET /api/pipeline", status: 200, want: []string{`"asked":"demonstrate"`}},
	)
}
