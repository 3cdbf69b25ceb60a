package httpapi_test

import "testing"

func TestErasing(t *testing.T) {
	o := newOffice(t)
	id := o.make("owner", "contacts", `{"name":"要被遗忘"}`)
	path := "/api/records/contacts/" + id
	o.tell(
		story{name: "rename", as: "seller", ask: "PATCH " + path, body: `{"cells":{"name":"也要被遗忘"}}`, status: 404},
		story{name: "rename by the owner", as: "owner", ask: "PATCH " + path, body: `{"cells":{"name":"也要被遗忘"}}`, status: 200},
		story{name: "managers don't erase", as: "manager", ask: "POST " + path + "/erase", body: `{}`, status: 403},
		story{name: "erase", as: "owner", ask: "POST " + path + "/erase", body: `{"reason":"asked by letter"}`, status: 200, want: []string{id, "asked by letter"}},
		story{name: "it is gone", as: "owner", ask: "GET " + path, status: 404},
		story{name: "its history holds no values", as: "owner", ask: "GET " + path + "/history", status: 200, absent: []string{"被遗忘"}},
		story{name: "nor does its past", as: "owner", ask: "GET " + path + "?at=3", status: 200, want: []string{`"cells":{}`}, absent: []string{"被遗忘"}},
		story{name: "the list", as: "owner", ask: "GET /api/erasures", status: 200, want: []string{id}, absent: []string{"被遗忘"}},
	)
}
