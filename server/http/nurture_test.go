package httpapi_test

import (
	"fmt"
	"testing"
	"time"
)

func TestNurtureOfAnAccount(t *testing.T) {
	o := newOffice(t)
	seller := string(o.people["seller"].ID)
	kehu := o.make("seller", "accounts", `{"name":"客户","owner":"`+seller+`"}`)
	deal := o.make("seller", "deals", `{"name":"商机","account":"`+kehu+`","stage":"prospecting","owner":"`+seller+`"}`)
	li := o.make("seller", "contacts", `{"name":"李工","role":"technical","account":"`+kehu+`","owner":"`+seller+`"}`)
	at := "/api/accounts/" + kehu + "/nurture"
	round := `{"pack":"enterprise-mail","plan":"self-hosted-year","contacts":{"health-check":"` + li + `"}}`
	next := time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly)
	o.tell(
		story{name: "a plan that nearly fits", as: "seller", ask: "GET " + at, status: 200, want: []string{`"fits":false`, `"of":"findings"`, `"holds":true`, `"id":"self-hosted-year"`, `"id":"not-yet"`, `"name":"李工","role":"technical"`}},
		story{name: "what it lacks", as: "seller", ask: "POST /api/records/findings", body: `{"cells":{"title":"MX","what":"mx","code":"own_server","account":"` + kehu + `","owner":"` + seller + `"}}`, status: 201},
		story{name: "now it does, and names a contact", as: "seller", ask: "GET " + at, status: 200, want: []string{`"pack":"enterprise-mail"`, `"fits":true`, `"suggested":"` + li + `"`}},
		story{name: "viewers begin nothing", as: "viewer", ask: "POST " + at, body: round, status: 403},
		story{name: "an unknown plan", as: "seller", ask: "POST " + at, body: `{"pack":"enterprise-mail","plan":"x"}`, status: 404, want: []string{`"code":"nurture_unknown"`}},
		story{name: "a branch", as: "seller", ask: "POST /api/branches", body: `{"name":"try"}`, status: 201},
		story{name: "begin on it", as: "seller", ask: "POST " + at + "?branch=try", body: round, status: 200, want: []string{`"tasks":8`}},
		story{name: "main has nothing of it", as: "seller", ask: "GET " + at, status: 200, absent: []string{`"running":true`}},
		story{name: "begin", as: "seller", ask: "POST " + at, body: round, header: []string{"Accept-Language", "en"}, status: 200, want: []string{`"tasks":8`}},
		story{name: "twice", as: "seller", ask: "POST " + at, body: round, status: 409, want: []string{`"code":"nurture_running"`}},
		story{name: "as it runs", as: "seller", ask: "GET " + at, status: 200, want: []string{`"running":true`, `"due_on":"` + next + `"`, `"contact":"` + li + `"`}},
		story{name: "the tasks are activities", as: "seller", ask: "GET /api/records/activities?filter=kind%20%3D%20task&total=true", status: 200,
			want: []string{`"total":8`, "A one-page health check of the domain", fmt.Sprintf(`"due_on":"%s"`, next), `"play":"nurture/enterprise-mail/self-hosted-year/`}},
		story{name: "lost", as: "seller", ask: "PATCH /api/records/deals/" + deal, body: `{"cells":{"stage":"lost"}}`, status: 200},
		story{name: "so it is to stop", as: "seller", ask: "GET " + at, status: 200, want: []string{`"stopped":true`}},
		story{name: "stop", as: "seller", ask: "POST " + at + "/stop", body: `{"pack":"enterprise-mail","plan":"self-hosted-year","reason":"丢单"}`, status: 200, want: []string{`"tasks":8`}},
		story{name: "it can't begin again", as: "seller", ask: "POST " + at, body: round, status: 409, want: []string{`"code":"nurture_stopped"`}},
		story{name: "nothing is left to stop", as: "seller", ask: "POST " + at + "/stop", body: `{"pack":"enterprise-mail","plan":"self-hosted-year"}`, status: 409, want: []string{`"code":"nurture_not_running"`}},
		story{name: "an account of nobody", as: "seller", ask: "GET /api/accounts/x/nurture", status: 404},
	)
}
