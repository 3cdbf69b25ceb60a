//go:build duckdb_arrow

package httpapi_test

import (
	"fmt"
	"strings"
	"testing"
)

// An import into an entity of a source finds its records there by their key, changes
// those that are there and adds the others, over more rows than are read at once.
func TestImportOverASource(t *testing.T) {
	o, db := connected(t)
	var text strings.Builder
	text.WriteString("id,name,city\n")
	for i := 4; i < 1504; i++ {
		_, err := db.Exec(`INSERT INTO customers VALUES (?, ?, NULL, 'Rom', '1.00')`, i, fmt.Sprint("C", i))
		must(t, err)
		fmt.Fprintf(&text, "%d,C%d,%s\n", i, i, []string{"Rom", "Wien"}[i%2])
	}
	text.WriteString("9001,Nova,Oslo\n9002,Vega,Oslo\n")
	upload := o.bring("owner", "customers.csv", text.String())
	plan := strings.NewReplacer(`"field":"id"`, `"field":"source_id"`, `"match":"id"`, `"match":"source_id"`).Replace(o.plan("owner", upload, "customers"))
	r := o.ask("owner", "POST", "/api/imports", `{"upload":"`+upload+`","plan":`+plan+`}`)
	if r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	done := o.ended("owner", r.at(t, "id").(string))
	if done.at(t, "state") != "done" || done.at(t, "inserted") != 2.0 || done.at(t, "updated") != 750.0 || done.at(t, "unchanged") != 750.0 || done.at(t, "rejected") != 0.0 {
		t.Fatal(done.text)
	}
	o.expect("the records", o.sql("owner", `SELECT city, count(*) FROM customers WHERE source_id > 3 GROUP BY city ORDER BY city`), `[["Oslo",2],["Rom",750],["Wien",750]]`)
	var wien int
	must(t, db.QueryRow(`SELECT count(*) FROM customers WHERE city = 'Wien'`).Scan(&wien))
	if wien != 0 {
		t.Errorf("the source has %d of the imported values", wien)
	}
}
