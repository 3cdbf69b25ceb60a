//go:build duckdb_arrow

package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"headwater/access"
	"headwater/lake"
	"headwater/sales/profile"
)

const newVersion = `{"value":{"id":"v2","version":"2.0","name":{"zh":"金融大客户","en":"Large finance"},"previous":"v1","reason":{"zh":"回测","en":"Back-test"},"threshold":40,
	"conditions":[{"id":"size","if":"employees >= 1000","weight":40,"must":true,"why":{"zh":"规模","en":"Size"}},{"id":"finance","if":"industry = finance","weight":20,"why":{"zh":"行业","en":"Industry"}}],
	"reach":{"zh":"直销","en":"Direct"},"lesson":{"zh":"待定","en":"Open"}},"reason":"the large ones win"}`

// street fills an office with accounts of which the large ones win, and gives the key of one.
func (o *office) street() string {
	key := ""
	for i := range 40 {
		employees := 50
		if i%2 == 0 {
			employees = 2000
		}
		key = o.make("owner", "accounts", fmt.Sprintf(`{"name":"firm %02d","employees":%d,"industry":"finance","region":"华东","status":"prospect"}`, i, employees))
		stage := "lost"
		if i > 4 && (i%4 == 0 || i%8 == 2) || i == 1 || i == 2 || i == 3 { // 13 of the 20 large ones, 2 of the small: size helps, but doesn't tell all
			stage = "won"
		}
		o.make("owner", "deals", fmt.Sprintf(`{"name":"d","account":"%s","stage":"%s","kind":"new_business","opened_on":"2026-01-10","closed_on":"2026-04-01","close_value":{"amount":"1000","currency":"CNY"}}`, key, stage))
	}
	return key
}

func TestProfileVersions(t *testing.T) {
	o := newOffice(t)
	key := o.street()
	o.tell(
		story{name: "shipped", as: "seller", ask: "GET /api/profiles", status: 200, want: []string{`"pack":"logical-data-lake"`, `"version":"1.0"`, `"published":true`, `"state":"shipped"`, `"segments":[`}},
		story{name: "a branch", as: "admin", ask: "POST /api/branches", body: `{"name":"profile-2"}`, status: 201},
		story{name: "a version there", as: "admin", ask: "PUT /api/packs/logical-data-lake/profiles/v2?branch=profile-2", body: newVersion, status: 200},
		story{name: "it has an author and a reason", as: "admin", ask: "GET /api/profiles?branch=profile-2", status: 200,
			want: []string{`"author":"The admin"`, `"change":"the large ones win"`, `"on_main":false`, `"id":"v2"`}},
		story{name: "main is as before", as: "seller", ask: "GET /api/profiles", status: 200, absent: []string{`"id":"v2"`}},
		story{name: "conditions as one types", as: "seller", ask: "POST /api/profiles/score", status: 200,
			body: `{"conditions":[{"id":"a","if":"employees >= 1000","weight":10,"why":{"zh":"大","en":"Large"}}],"threshold":10,"limit":2}`,
			want: []string{`"total":0`}},
		story{name: "the owner sees all", as: "owner", ask: "POST /api/profiles/score", status: 200,
			body: `{"conditions":[{"id":"a","if":"employees >= 1000","weight":10,"why":{"zh":"大","en":"Large"}}],"threshold":10,"limit":2}`,
			want: []string{`"total":40`, `"chosen":20`, `"why":{"zh":"大","en":"Large"},"holds":true`, `"title":"firm`}},
		story{name: "a condition that can't be asked is told", as: "owner", ask: "POST /api/profiles/score", status: 200,
			body: `{"conditions":[{"id":"a","if":"colour = red","weight":10,"why":{"zh":"大","en":"Large"}}],"threshold":10}`,
			want: []string{`"skipped":[{"condition":"a"`, `"chosen":0`}},
		story{name: "back-test on the branch", as: "owner", ask: "POST /api/profiles/backtest?branch=profile-2", status: 200, body: `{"profile":"v2","unit":"deals","on":"2026-02-01","months":6}`,
			want: []string{`"everyone":{"of":40,"hits":15`, `"code":"better"`, `"last":{"id":"v1"`, `"source":"records"`}},
		story{name: "no such version", as: "owner", ask: "POST /api/profiles/backtest", status: 404, body: `{"profile":"v9","unit":"deals","on":"2026-02-01"}`, want: []string{`"code":"profile_unknown"`}},
		story{name: "a day is needed", as: "owner", ask: "POST /api/profiles/backtest", status: 422, body: `{"profile":"v1"}`, want: []string{`"code":"backtest_date_missing"`}},
		story{name: "not in the future", as: "owner", ask: "POST /api/profiles/backtest", status: 422, body: `{"profile":"v1","on":"2190-01-01"}`, want: []string{`"code":"backtest_date_ahead"`}},
		story{name: "merge publishes", as: "admin", ask: "POST /api/branches/profile-2/merge", body: `{}`, status: 200},
		story{name: "published", as: "seller", ask: "GET /api/profiles", status: 200, want: []string{`"id":"v2"`, `"on_main":true`}},
		story{name: "how an account fits", as: "owner", ask: "GET /api/profiles/accounts/" + key, status: 200, want: []string{`"of":"v2"`, `"failed":["size"]`, `"kind":"segment"`, `"of":"growth"`, `"belongs":true`}},
		story{name: "not for everybody", as: "seller", ask: "GET /api/profiles/accounts/" + key, status: 404},
	)
}

func TestSegmentsReviewedAndAlike(t *testing.T) {
	o := newOffice(t)
	key := o.street()
	must(t, o.own(key))
	o.tell(
		story{name: "review", as: "owner", ask: "GET /api/profiles/review?by=industry", status: 200, want: []string{`"key":"finance"`, `"verdict":"keep"`, `"rule":"keep"`, `"win_rate":{"of":40,"hits":15`}},
		story{name: "by segment", as: "owner", ask: "GET /api/profiles/review", status: 200, want: []string{`"key":"large"`, `"name":{"zh":"大型企业"`}},
		story{name: "alike", as: "owner", ask: "POST /api/profiles/lookalikes", body: `{"accounts":["` + key + `"],"limit":3}`, status: 200, want: []string{`"chosen":1`, `"conditions":[`, "50 to 99 employees: 1 of the 1 chosen"}},
		story{name: "nobody chosen", as: "owner", ask: "POST /api/profiles/lookalikes", body: `{"accounts":[]}`, status: 422},
		story{name: "benchmarks", as: "owner", ask: "GET /api/profiles/benchmarks", status: 200, want: []string{`"industry":"finance"`, `"near":39`}},
		story{name: "routes", as: "owner", ask: "GET /api/profiles/routes", status: 200, want: []string{`"industries":["finance","retail_ecommerce"]`, `"accounts":40`}},
	)
}

// own makes an account a customer with a won deal.
func (o *office) own(key string) error {
	_, err := o.lake.Write(o.t.Context(), lake.System, lake.MainName, func(tx *lake.Tx) error {
		if _, err := tx.Put(profile.Accounts, lake.Key(key), lake.Cells{"status": "customer"}); err != nil {
			return err
		}
		return tx.Insert(profile.Deals, lake.NewKey(), lake.Cells{"name": "won", "account": lake.Cell(key), "stage": "won", "kind": "expansion", "opened_on": "2020-01-01", "closed_on": "2020-02-01"})
	})
	return err
}

// What a person may not see they aren't told by scores either.
func TestScoresKeepMasks(t *testing.T) {
	o := newOffice(t)
	o.street()
	must(t, o.access.SetMasks(t.Context(), lake.System, []access.Mask{{Roles: []access.Role{"viewer"}, Entity: "accounts", Field: "employees"}}))
	ask := `{"conditions":[{"id":"a","if":"employees >= 1000","weight":10,"why":{"zh":"大","en":"Large"}}],"threshold":10}`
	r := o.ask("viewer", "POST", "/api/profiles/score", ask)
	if !strings.Contains(r.text, `"chosen":0`) {
		t.Errorf("a mask leaks: %s", r.text)
	}
}
