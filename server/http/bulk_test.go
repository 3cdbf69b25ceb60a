//go:build duckdb_arrow

package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// manyCustomers fills the connected shop up to n customers.
func manyCustomers(t testing.TB, n int) *office {
	o, db := connected(t)
	_, err := db.Exec(fmt.Sprintf("INSERT INTO customers SELECT value, 'customer ' || value, NULL, 'Bonn', value FROM generate_series(4, %d)", n))
	if err != nil { // the function isn't in every build
		tx, berr := db.Begin()
		must(t, berr)
		for i := 4; i <= n; i++ {
			_, err := tx.Exec("INSERT INTO customers VALUES (?, ?, NULL, 'Bonn', ?)", i, fmt.Sprint("customer ", i), i)
			must(t, err)
		}
		must(t, tx.Commit())
	}
	return o
}

// A bulk change over a source is one revision, by filter and by ids, and so is a batch;
// what can't be found is left alone or refused as for native records.
func TestBulkChangeOverASource(t *testing.T) {
	const n = 2500
	o := manyCustomers(t, n)
	edit := func(what, body, want string) {
		t.Helper()
		if r := o.ask("owner", http.MethodPost, "/api/records/customers/bulk", body); r.StatusCode != 200 || !strings.Contains(r.text, want) {
			t.Fatalf("%s: %d %s", what, r.StatusCode, r.text)
		}
	}
	edit("by filter", `{"filter":"city = Bonn","set":{"city":"Köln"}}`, fmt.Sprintf(`"changed":%d`, n-3))
	o.expect("changed", o.sql("owner", `SELECT city, count(*), sum(source_id) FROM customers GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1`), fmt.Sprintf(`[["Köln",%d,%d]]`, n-3, n*(n+1)/2-6))
	edit("the same again", `{"filter":"city = \"Köln\"","set":{"city":"Köln"}}`, `"changed":0`)
	edit("by ids", `{"ids":["1","2","2500"],"set":{"city":"Mainz"}}`, `"changed":3`)
	edit("deletes", `{"filter":"source_id > 2000","delete":true}`, `"changed":500`)
	o.expect("deleted", o.sql("owner", `SELECT count(*), count(*) FILTER (city = 'Mainz') FROM customers`), `[[2000,2]]`)
	if r := o.ask("owner", http.MethodPost, "/api/records/customers/bulk", `{"ids":["1","99999"],"set":{"city":"Trier"}}`); r.StatusCode != 404 {
		t.Errorf("an unknown id: %d %s", r.StatusCode, r.text)
	}
	var rows []string
	for i := 1990; i < 2010; i++ { // some are there, some are deleted, and come back as they are put
		rows = append(rows, fmt.Sprintf(`{"id":"%d","cells":{"name":"batch","city":"Trier"}}`, i))
	}
	r := o.ask("owner", http.MethodPost, "/api/records/customers/batch", `{"records":[`+strings.Join(rows, ",")+`]}`)
	if r.StatusCode != 200 || !strings.Contains(r.text, `"inserted":9,"updated":11`) {
		t.Errorf("batch: %d %s", r.StatusCode, r.text)
	}
	o.expect("batch", o.sql("owner", `SELECT count(*), sum(source_id), count(credit) FROM customers WHERE city = 'Trier'`), `[[20,39990,11]]`)
}

// BenchmarkBulkEditOverASource changes 5,000 records of a source's table at once.
func BenchmarkBulkEditOverASource(b *testing.B) {
	o := manyCustomers(b, 5000)
	for i := range b.N {
		began := time.Now()
		r := o.ask("owner", http.MethodPost, "/api/records/customers/bulk", fmt.Sprintf(`{"filter":"","set":{"city":"City %d"}}`, i))
		if r.StatusCode != 200 || !strings.Contains(r.text, `"changed":5000`) {
			b.Fatalf("%d %s", r.StatusCode, r.text)
		}
		b.Logf("round %d: %v", i, time.Since(began).Round(time.Millisecond))
	}
}
