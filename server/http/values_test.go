package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A seller fills a value case with what the customer said; every figure follows, says
// what it rests on, and comes as a spreadsheet.
func TestValueCaseOfADeal(t *testing.T) {
	o := newOffice(t)
	account := o.make("seller", "accounts", `{"name":"某零件厂"}`)
	contact := o.make("seller", "contacts", `{"name":"周敏","account":"`+account+`"}`)
	deal := o.make("seller", "deals", `{"name":"数据湖一期","account":"`+account+`"}`)

	c := o.did("seller", "POST", "/api/value/cases", `{"deal":"`+deal+`","model":"benefits"}`, http.StatusCreated)
	id := c.at(t, "id").(string)
	if got := c.at(t, "account"); got != account {
		t.Fatalf("the case belongs to account %q, not the deal's", got)
	}
	before := c.at(t, "answer.results.npv")

	after := o.did("seller", "PATCH", "/api/value/cases/"+id, `{"inputs":{"people":{"low":"10","likely":"12","high":"15","source":"customer","confirmed_by":"`+contact+`","note":"访谈"}},"reason":"访谈纪要"}`, http.StatusOK)
	if after.at(t, "answer.results.npv") == before {
		t.Fatal("more people to set free change nothing")
	}
	if got := after.at(t, "people."+contact); got != "周敏" {
		t.Fatalf("confirmed by %q", got)
	}
	list := o.did("seller", "GET", "/api/records/value_cases/"+id, "", http.StatusOK)
	likely := after.json(t)["answer"].(map[string]any)["results"].([]any)[1].(map[string]any)["npv"]
	if got := list.at(t, "cells.npv").(string); got == "" || got+" USD" != likely {
		t.Fatalf("the record holds %q, the likely case says %q", got, likely)
	}

	refused := o.did("seller", "PATCH", "/api/value/cases/"+id, `{"inputs":{"people":{"low":"20","likely":"12","high":"15"}}}`, http.StatusUnprocessableEntity)
	if refused.at(t, "code") != "value_range_invalid" {
		t.Fatalf("low above likely answers %s", refused.at(t, "code"))
	}
	refused = o.did("seller", "PATCH", "/api/value/cases/"+id, `{"status":"confirmed"}`, http.StatusUnprocessableEntity)
	if refused.at(t, "code") != "value_confirmer_missing" {
		t.Fatalf("confirmed by nobody answers %s", refused.at(t, "code"))
	}
	o.did("seller", "PATCH", "/api/value/cases/"+id, `{"status":"confirmed","confirmed_by":"`+contact+`"}`, http.StatusOK)

	book := o.did("seller", "GET", "/api/value/cases/"+id+"/workbook?scenario=cautious", "", http.StatusOK)
	f, err := excelize.OpenReader(strings.NewReader(book.text))
	must(t, err)
	formulas := 0
	for _, s := range f.GetSheetList() {
		rows, err := f.GetRows(s)
		must(t, err)
		for y := range rows {
			for x := range rows[y] {
				cell, _ := excelize.CoordinatesToCellName(x+1, y+1)
				if text, _ := f.GetCellFormula(s, cell); text != "" {
					formulas++
				}
			}
		}
	}
	if formulas < 50 {
		t.Fatalf("%d formulas in the workbook", formulas)
	}

	back := o.did("seller", "PATCH", "/api/value/cases/"+id, `{"clear":["people"]}`, http.StatusOK)
	if back.at(t, "answer.results.npv") != before {
		t.Fatal("taken back, the number still counts")
	}
}

// What is tried on a branch doesn't show on main until it is merged.
func TestValueCaseOnABranch(t *testing.T) {
	o := newOffice(t)
	account := o.make("seller", "accounts", `{"name":"某物流"}`)
	deal := o.make("seller", "deals", `{"name":"试算","account":"`+account+`"}`)
	id := o.did("seller", "POST", "/api/value/cases", `{"deal":"`+deal+`","model":"benefits"}`, http.StatusCreated).at(t, "id").(string)
	o.did("seller", "POST", "/api/branches", `{"name":"what-if"}`, http.StatusCreated)
	tried := o.did("seller", "PATCH", "/api/value/cases/"+id+"?branch=what-if", `{"inputs":{"licence_price":{"likely":"60000","low":"55000","high":"70000","source":"price"}}}`, http.StatusOK)
	main := o.did("seller", "GET", "/api/value/cases/"+id, "", http.StatusOK)
	if tried.at(t, "answer.results.npv") == main.at(t, "answer.results.npv") {
		t.Fatal("the branch and main agree")
	}
}

// did asks and insists on a status.
func (o *office) did(as, method, path, body string, status int) reply {
	o.t.Helper()
	r := o.ask(as, method, path, body)
	if r.StatusCode != status {
		o.t.Fatalf("%s %s: status %d, want %d: %s", method, path, r.StatusCode, status, clip(r.text))
	}
	return r
}
