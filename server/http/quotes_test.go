package httpapi_test

import (
	"net/http"
	"testing"
)

// A quote is priced from the list, its discount approved by whom the list names, and it
// can't be talked round by writing its cells.
func TestQuoteFromPriceToAcceptance(t *testing.T) {
	o := newOffice(t)
	account := o.make("manager", "accounts", `{"name":"某银行"}`)
	deal := o.make("manager", "deals", `{"name":"统一数据访问","account":"`+account+`"}`)
	ask := `"list":"list-usd","ask":{"edition":"large-basic","sources":"8","volume_gb":"40000","months":24,"contract_form":"long-term","discount":"`

	priced := o.did("manager", "POST", "/api/quotes/price", `{"deal":"`+deal+`",`+ask+`0"}}`, http.StatusOK)
	if priced.at(t, "offer.exceeded") != false || priced.at(t, "gain") != nil {
		t.Fatalf("eight sources fit, and there is no value case yet: %s", clip(priced.text))
	}
	o.did("manager", "POST", "/api/value/cases", `{"deal":"`+deal+`","model":"benefits"}`, http.StatusCreated)

	made := o.did("manager", "POST", "/api/quotes", `{"deal":"`+deal+`",`+ask+`5"},"valid_until":"2027-01-31"}`, http.StatusCreated)
	id := made.at(t, "id").(string)
	if made.at(t, "gain") == nil {
		t.Fatal("the customer's gain doesn't stand beside the price")
	}
	if n := len(made.json(t)["lines"].([]any)); n < 2 {
		t.Fatalf("%d lines, want the edition and its discount", n)
	}
	for _, cells := range []string{`{"status":"approved"}`, `{"amount":"1"}`, `{"discount":"90"}`} {
		r := o.did("manager", "PATCH", "/api/records/quotes/"+id, `{"cells":`+cells+`}`, http.StatusConflict)
		if r.at(t, "code") != "quote_priced" {
			t.Fatalf("%s: %s", cells, r.text)
		}
	}
	if r := o.did("manager", "POST", "/api/records/quotes", `{"cells":{"title":"x","status":"approved"}}`, http.StatusConflict); r.at(t, "code") != "quote_priced" {
		t.Fatal(r.text)
	}

	if r := o.did("owner", "POST", "/api/records/pack_items", `{"cells":{"title":"x","pack":"logical-data-lake","section":"segments","item":"large","removed":true}}`, http.StatusConflict); r.at(t, "code") != "pack_on_its_page" {
		t.Fatal(r.text)
	}

	r := o.did("manager", "POST", "/api/quotes/"+id+"/send", `{}`, http.StatusConflict)
	if r.at(t, "code") != "quote_step_impossible" {
		t.Fatalf("sent before approval: %s", r.text)
	}
	if got := o.did("manager", "POST", "/api/quotes/"+id+"/submit", `{}`, http.StatusOK).at(t, "cells.status"); got != "approved" {
		t.Fatalf("five per cent need nobody else, but the quote is %v", got)
	}
	if got := o.did("manager", "POST", "/api/quotes/"+id+"/send", `{}`, http.StatusOK); got.at(t, "cells.status") != "sent" || got.at(t, "cells.sent_on") == nil {
		t.Fatalf("sent: %s", clip(got.text))
	}
	if r := o.did("manager", "POST", "/api/quotes/"+id+"/agreement", `{"starts_on":"2027-01-31"}`, http.StatusConflict); r.at(t, "code") != "quote_not_accepted" {
		t.Fatal(r.text)
	}
	o.did("manager", "POST", "/api/quotes/"+id+"/accept", `{}`, http.StatusOK)
	contract := o.did("manager", "POST", "/api/quotes/"+id+"/agreement", `{"starts_on":"2027-01-31","signed_on":"2027-01-15"}`, http.StatusCreated)
	for field, want := range map[string]string{"ends_on": "2029-01-30", "renew_on": "2028-08-03", "status": "signed", "model": "subscription", "account": account} {
		if got := contract.at(t, "cells."+field); got != want {
			t.Errorf("the contract's %s is %v, want %s", field, got, want)
		}
	}

	steep := o.did("manager", "POST", "/api/quotes", `{"deal":"`+deal+`",`+ask+`20"}}`, http.StatusCreated)
	if got := steep.at(t, "cells.version"); got != float64(2) {
		t.Fatalf("the second quote is version %v", got)
	}
	id = steep.at(t, "id").(string)
	if got := o.did("manager", "POST", "/api/quotes/"+id+"/submit", `{}`, http.StatusOK).at(t, "cells.status"); got != "approval" {
		t.Fatalf("twenty per cent by a manager are %v", got)
	}
	if r := o.did("manager", "POST", "/api/quotes/"+id+"/approve", `{}`, http.StatusForbidden); r.at(t, "code") != "quote_approval_role" {
		t.Fatal(r.text)
	}
	if got := o.did("owner", "POST", "/api/quotes/"+id+"/approve", `{"reason":"标杆客户"}`, http.StatusOK).at(t, "cells.status"); got != "approved" {
		t.Fatalf("approved by the owner: %v", got)
	}
	if r := o.did("manager", "POST", "/api/quotes/price", `{"deal":"`+deal+`",`+ask+`99"}}`, http.StatusUnprocessableEntity); r.at(t, "code") != "quote_discount_limit" {
		t.Fatal(r.text)
	}
}
