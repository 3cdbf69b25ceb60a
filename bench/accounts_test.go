package main

import (
	"reflect"
	"testing"
	"time"

	"headwater/lake"
	"headwater/sales"
)

// The measured accounts fit the product's entity as they are, and never change: a
// measure that stumbles over its own data measures nothing.
func TestAccountsFit(t *testing.T) {
	e, err := lake.NewSchema(sales.Entities()).Entity("accounts")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[lake.Cell]bool{}
	var first []account
	for _, a := range accounts(2000) {
		first = append(first, *a)
		for name, v := range a.cells() {
			f, ok := e.Field(name)
			if !ok {
				t.Fatalf("accounts have no field %s", name)
			}
			if c, err := f.Canonical(string(v)); err != nil || c != v || v == "" {
				t.Fatalf("%s %q is not as the lake keeps it: %q %v", name, v, c, err)
			}
		}
		seen[a.cells()["external_id"]] = true
	}
	if len(seen) != 2000 {
		t.Errorf("%d different numbers among 2,000 accounts", len(seen))
	}
	for i, a := range accounts(2000) {
		if !reflect.DeepEqual(*a, first[i]) {
			t.Fatalf("account %d differs the second time", i)
		}
	}
}

func TestQuantiles(t *testing.T) {
	var list times
	for i := range 100 {
		list = append(list, time.Duration(100-i)*time.Millisecond)
	}
	if list.p50() != 51 || list.p95() != 96 || median([]float64{3, 1, 2, 10}) != 2.5 {
		t.Errorf("p50 %v, p95 %v, median %v", list.p50(), list.p95(), median([]float64{3, 1, 2, 10}))
	}
}
