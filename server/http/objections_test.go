package httpapi_test

import (
	"fmt"
	"testing"
)

func TestObjectionsAndBattlecards(t *testing.T) {
	o := newOffice(t)
	account, deal := o.prospect("seller", "demonstrate", `,"competitor":"Denodo 平台"`)
	_, other := o.prospect("seller", "won", "")
	o.make("seller", "systems", fmt.Sprintf(`{"name":"Trino 集群","vendor":"内部","account":%q}`, account))
	path := "/api/deals/" + deal + "/objections"
	o.tell(
		story{name: "cards that fit come first, with why", as: "seller", ask: "GET " + path, status: 200,
			want: []string{`"cards":[{"card":{"id":"denodo"`, `"word":"denodo","text":"Denodo 平台"`, `"word":"trino"`, `"title":"Trino 集群"`, `"id":"performance"`, `"met":[]`, `"usage":[]`}},
		story{name: "an objection that was met", as: "seller", ask: "POST " + path, body: `{"title":"隔着一层会不会慢","objection":"performance","answer":"measure","result":"settled"}`, status: 201},
		story{name: "an answer that isn't one of it", as: "seller", ask: "POST " + path, body: `{"title":"x","objection":"performance","answer":"beside"}`, status: 422, want: []string{`"code":"objection_unknown"`}},
		story{name: "in a deal that was won", as: "seller", ask: "POST /api/deals/" + other + "/objections", body: `{"title":"慢","objection":"performance","answer":"measure","result":"stands","met_on":"2026-01-05"}`, status: 201},
		story{name: "how the answer fared, with its interval", as: "seller", ask: "GET " + path, status: 200,
			want: []string{`"answer":"measure","used":2,"settled":{"count":1,"of":2,"low":0.09`, `"won":{"count":1,"of":1,"low":0.20`, `"open":1`, `"title":"隔着一层会不会慢"`}, absent: []string{`"title":"慢"`}},
		story{name: "filled with the deal's account and owner", as: "seller", ask: "GET /api/records/objections_met", status: 200, want: []string{account, o.people["seller"].Name}},
	)
}
