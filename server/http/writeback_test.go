//go:build duckdb_arrow

package httpapi_test

import (
	"strings"
	"testing"
)

// What main holds over several tables of a source is written to it in one transaction:
// parents before their children, deletes the other way round.
func TestWriteBackOfAWholeSource(t *testing.T) {
	o, db := connected(t)
	text := func(q string) (s string) {
		t.Helper()
		must(t, db.QueryRow(q).Scan(&s))
		return s
	}
	const inSource = `SELECT (SELECT group_concat(id || ' ' || city, ', ') FROM (SELECT * FROM customers ORDER BY id)) || ' / ' || (SELECT group_concat(no || ' ' || customer_id, ', ') FROM (SELECT * FROM orders ORDER BY no))`
	before := text(inSource)
	o.tell(
		story{name: "nothing yet", as: "admin", ask: "GET /api/writeback?source=shop", status: 200, want: []string{`"tables":[]`, `"writable":false`}},
		story{name: "nothing to write", as: "admin", ask: "POST /api/writeback", body: `{"source":"shop"}`, status: 404, want: []string{`"code":"writeback_nothing"`}},
		story{name: "a new customer", as: "owner", ask: "POST /api/records/customers", body: `{"cells":{"source_id":9,"name":"Neu","city":"Trier"}}`, status: 201},
		story{name: "its order", as: "owner", ask: "POST /api/records/orders", body: `{"cells":{"no":99,"customer_id":"9","total":"1.00"}}`, status: 201},
		story{name: "an order goes", as: "owner", ask: "DELETE /api/records/orders/12", status: 200},
		story{name: "and its customer", as: "owner", ask: "DELETE /api/records/customers/2", status: 200},
		story{name: "another moves", as: "owner", ask: "PATCH /api/records/customers/1", body: `{"cells":{"city":"上海"}}`, status: 200},
		story{name: "the plan", as: "admin", ask: "GET /api/writeback?source=shop", status: 200, want: []string{`"source":"shop"`, `"writable":true`, `"entity":"customers"`, `"entity":"orders"`, "UPDATE", "DELETE", "INSERT"}},
		story{name: "one table alone can't be", as: "admin", ask: "POST /api/writeback", body: `{"entity":"orders","ids":["99"]}`, status: 422, want: []string{`"code":"source_refused"`}},
		story{name: "sellers don't", as: "seller", ask: "POST /api/writeback", body: `{"source":"shop"}`, status: 403},
		story{name: "either", as: "admin", ask: "POST /api/writeback", body: `{"source":"shop","entity":"orders"}`, status: 422, want: []string{`"code":"writeback_invalid"`}},
		story{name: "or", as: "admin", ask: "POST /api/writeback", body: `{}`, status: 422, want: []string{`"code":"writeback_invalid"`}},
		story{name: "of what isn't to be written", as: "admin", ask: "POST /api/writeback", body: `{"source":"shop","records":{"notes":["1"]}}`, status: 404, want: []string{`"code":"writeback_unknown"`}},
	)
	plan := o.ask("admin", "GET", "/api/writeback?source=shop", "").text
	if strings.Index(plan, `"entity":"customers"`) > strings.Index(plan, `"entity":"orders"`) {
		t.Error("children stand before those that they refer to")
	}
	o.expect("so far", text(inSource), before)
	_, err := db.Exec(`UPDATE customers SET city = 'Paris' WHERE id = 1`)
	must(t, err)
	moved := text(inSource)
	o.tell(story{name: "one row has moved", as: "admin", ask: "POST /api/writeback", body: `{"source":"shop"}`, status: 200,
		want: []string{`"written":0`, `{"entity":"customers","id":"1","done":false,"code":"moved"}`, `{"entity":"orders","id":"99","done":false,"code":"skipped"}`}})
	o.expect("nothing is written", text(inSource), moved)
	o.tell(
		story{name: "all but that one", as: "admin", ask: "POST /api/writeback", body: `{"source":"shop","records":{"customers":["9","2"],"orders":[]}}`, status: 200, want: []string{`"written":4,"cleared":4`}},
		story{name: "what is left", as: "admin", ask: "GET /api/writeback", status: 200, want: []string{`"source":"shop","count":1}`}},
	)
	o.expect("the source holds it", text(inSource), "1 Paris, 3 Berlin, 9 Trier / 10 1, 11 1, 99 9")
	past := o.ask("admin", "GET", "/api/writebacks", "").text
	var together []string
	for _, part := range strings.Split(past, `"together":"`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		together = append(together, id)
	}
	if len(together) != 5 || together[0] != together[1] || together[2] != together[3] || together[1] == together[2] || together[4] == together[3] || !strings.Contains(past, `"state":"failed"`) || !strings.Contains(past, `"state":"refused"`) {
		t.Errorf("recorded: %v\n%s", together, past)
	}
}

// After a write-back there is nothing left that an undo of the merge could take back: it
// says so, with the reason.
func TestUndoAfterWriteBackSaysWhatStays(t *testing.T) {
	o, _ := connected(t)
	o.tell(
		story{name: "branch", as: "owner", ask: "POST /api/branches", body: `{"name":"b"}`, status: 201},
		story{name: "edit", as: "owner", ask: "PATCH /api/records/customers/2?branch=b", body: `{"cells":{"city":"Köln"}}`, status: 200},
	)
	merged := o.ask("owner", "POST", "/api/branches/b/merge", `{}`)
	_, revision, _ := strings.Cut(merged.text, `"revision":`)
	revision, _, _ = strings.Cut(revision, ",")
	o.tell(
		story{name: "write back", as: "admin", ask: "POST /api/writeback", body: `{"entity":"customers"}`, status: 200, want: []string{`"written":1,"cleared":1`}},
		story{name: "undo", as: "owner", ask: "POST /api/revisions/" + revision + "/undo", body: `{}`, status: 200,
			want: []string{`"applied":0`, `"conflict":"in_source"`, `"ours":"Köln","theirs":"Berlin"`}},
	)
}
