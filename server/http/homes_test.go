//go:build duckdb_arrow

package httpapi_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"headwater/access"
	"headwater/lake"
)

// shop is a SQLite file that somebody else owns.
func shop(t testing.TB) (path string, db *sql.DB) {
	path = filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite3", path)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	for _, text := range []string{
		`CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT, city TEXT, credit DECIMAL(12,2))`,
		`CREATE TABLE orders (no INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), placed DATE, total DECIMAL(12,2))`,
		`CREATE TABLE notes (customer_id INTEGER, text TEXT)`,
		`INSERT INTO customers VALUES (1,'湖蓝科技','li@lake.example','杭州','1200.50'), (2,'Acme','bob@acme.example','Berlin','99.10'), (3,'Bolt','eve@bolt.example','Berlin','5000.00')`,
		`INSERT INTO orders VALUES (10,1,'2026-01-05','5.50'), (11,1,'2026-02-06','6.50'), (12,2,'2026-03-07','100.00')`,
		`INSERT INTO notes VALUES (1,'a'), (1,'b'), (2,'c')`,
	} {
		_, err := db.Exec(text)
		must(t, err)
	}
	return path, db
}

// connected is an office with the shop as a source, all of it declared.
func connected(t testing.TB) (*office, *sql.DB) {
	o := newOffice(t)
	path, db := shop(t)
	o.tell(
		story{name: "connect", as: "admin", ask: "POST /api/sources", body: `{"name":"shop","url":"sqlite://` + path + `","note":"the till"}`, status: 201, want: []string{`"kind":"sqlite"`, `"tested":{`, `"ok":true`}},
		story{name: "declare", as: "admin", ask: "POST /api/entities", body: `{"source":"shop","all":true}`, status: 200,
			want: []string{`"name":"customers"`, `"name":"orders"`, `"key":["source_id"]`, `"target":"customers"`}},
	)
	return o, db
}

// ask sql runs a SELECT and gives its rows as text.
func (o *office) sql(as, text string, places ...string) string {
	o.t.Helper()
	r := o.ask(as, "POST", "/api/query?"+strings.Join(places, "&"), fmt.Sprintf(`{"sql":%q}`, text))
	if r.StatusCode != 200 {
		return fmt.Sprint(r.StatusCode, " ", r.at(o.t, "code"))
	}
	_, rows, _ := strings.Cut(r.text, `"rows":`)
	rows, _, _ = strings.Cut(rows, `,"more"`)
	return rows
}

func (o *office) expect(name, got, want string) {
	o.t.Helper()
	if got != want {
		o.t.Errorf("%s: %s, want %s", name, got, want)
	}
}

func TestFromASourceToItAndBack(t *testing.T) {
	o, db := connected(t)
	o.make("owner", "accounts", `{"name":"Acme","city":"Bonn"}`)
	o.expect("native and foreign in one SELECT",
		o.sql("owner", `SELECT a.city, c.city, sum(o.total) FROM customers c JOIN accounts a ON a.name = c.name JOIN orders o ON o.customer_id = c.source_id GROUP BY ALL`),
		`[["Bonn","Berlin","100"]]`)
	o.tell(
		story{name: "a list with a filter, an order and titles", as: "owner", ask: "GET /api/records/orders?order=-total&total=true&filter=" + url.QueryEscape(`customer_id.city = "杭州"`), status: 200,
			want: []string{`"total":2`, `"customer_id":"1"`, `"1":"湖蓝科技"`, `"id":"11"`}, absent: []string{`"id":"12"`}},
		story{name: "a table without a key can only be read", as: "owner", ask: "GET /api/entities", status: 200, want: []string{`"table":"notes"}`, `"mode":"floating"`}},
		story{name: "its records too", as: "owner", ask: "POST /api/records/notes", body: `{"cells":{"text":"x"}}`, status: 422, want: []string{`"code":"entity_keyless"`}},
		story{name: "clone with masks", as: "admin", ask: "POST /api/entities/customers/clone",
			body:   `{"name":"vips","where":"credit > 100","masks":{"email":{"rule":"hash"},"name":{"rule":"name","lang":"en"},"city":{"rule":"first","n":2}}}`,
			status: 200, want: []string{`"kind":"clone"`, `"of":"customers"`, `"writable":true`}},
		story{name: "what it shows", as: "owner", ask: "GET /api/records/vips?total=true", status: 200, want: []string{`"total":2`, `"city":"Be****"`}, absent: []string{"li@lake", "eve@bolt", "Bolt", "湖蓝"}},
		story{name: "branch", as: "owner", ask: "POST /api/branches", body: `{"name":"b"}`, status: 201, want: []string{`"mode":"floating"`}},
		story{name: "edit the clone", as: "owner", ask: "PATCH /api/records/vips/1?branch=b", body: `{"cells":{"credit":"7777"}}`, status: 200, want: []string{`"credit":"7777"`}},
		story{name: "a masked cell can't be", as: "owner", ask: "PATCH /api/records/vips/1?branch=b", body: `{"cells":{"email":"x"}}`, status: 403, want: []string{`"code":"field_masked"`}},
		story{name: "edit the original", as: "owner", ask: "PATCH /api/records/customers/2?branch=b", body: `{"cells":{"city":"Köln"}}`, status: 200, want: []string{`"city":"Köln"`}},
		story{name: "delete", as: "owner", ask: "DELETE /api/records/orders/12?branch=b", status: 200, want: []string{`"deleted":1`}},
		story{name: "add", as: "owner", ask: "POST /api/records/customers?branch=b", body: `{"cells":{"source_id":9,"name":"Neu","credit":"1.25"}}`, status: 201, want: []string{`"id":"9"`}},
		story{name: "twice the same key", as: "owner", ask: "POST /api/records/customers?branch=b", body: `{"cells":{"source_id":1,"name":"x"}}`, status: 409, want: []string{`"code":"record_exists"`}},
		story{name: "compare", as: "owner", ask: "GET /api/branches/b/diff", status: 200, want: []string{`"entity":"customers","added":1,"changed":1`, `"entity":"orders"`, `"theirs":"Köln"`, `"theirs":"7777"`}, absent: []string{"li@lake"}},
		story{name: "main shows nothing of it", as: "owner", ask: "GET /api/records/customers/2", status: 200, want: []string{"Berlin"}},
		story{name: "merge", as: "owner", ask: "POST /api/branches/b/merge", body: `{}`, status: 200, want: []string{`"applied":4`}},
		story{name: "now it does", as: "owner", ask: "GET /api/records/customers/2", status: 200, want: []string{"Köln"}},
		story{name: "how much could be written back", as: "admin", ask: "GET /api/writeback", status: 200, want: []string{`{"entity":"customers","label":`, `"source":"shop","count":2}`}},
		story{name: "the plan", as: "admin", ask: "GET /api/writeback?entity=customers", status: 200, want: []string{`"writable":true`, `"op":"update"`, `"op":"insert"`, "UPDATE", `"before":"Berlin","now":"Berlin","to":"Köln"`}},
		story{name: "sellers don't write back", as: "seller", ask: "POST /api/writeback", body: `{"entity":"customers"}`, status: 403},
		story{name: "write it back", as: "admin", ask: "POST /api/writeback", body: `{"entity":"customers"}`, status: 200, want: []string{`"written":2,"cleared":2`}},
		story{name: "nothing is left", as: "admin", ask: "GET /api/writeback?entity=customers", status: 200, want: []string{`"items":[]`}},
		story{name: "it is recorded", as: "admin", ask: "GET /api/writebacks", status: 200, want: []string{`"state":"done"`, `"actor_name":"The admin"`, `"written":2`}},
	)
	var city, name string
	must(t, db.QueryRow(`SELECT city FROM customers WHERE id = 2`).Scan(&city))
	must(t, db.QueryRow(`SELECT name FROM customers WHERE id = 9`).Scan(&name))
	o.expect("the file holds it", city+" "+name, "Köln Neu")
}

func TestWriteBackComparesWithTheSourcesOwnText(t *testing.T) {
	o, db := connected(t)
	_, err := db.Exec(`INSERT INTO customers VALUES (20, 'two' || char(13,10) || 'lines', '', 'Ulm', '1.00'), (21, 'Zoe'||char(776), NULL, 'Ulm', '2.00')`)
	must(t, err)
	o.tell(
		story{name: "over an empty text and line ends", as: "owner", ask: "PATCH /api/records/customers/20", body: `{"cells":{"email":"x@y.example","name":"one line"}}`, status: 200},
		story{name: "over NULL and a letter in two parts", as: "owner", ask: "PATCH /api/records/customers/21", body: `{"cells":{"email":"z@y.example","name":"Zoe"}}`, status: 200},
		story{name: "a delete compares all", as: "owner", ask: "DELETE /api/records/orders/12", status: 200},
		story{name: "written", as: "admin", ask: "POST /api/writeback", body: `{"entity":"customers"}`, status: 200, want: []string{`"written":2,"cleared":2`}},
		story{name: "deleted", as: "admin", ask: "POST /api/writeback", body: `{"entity":"orders"}`, status: 200, want: []string{`"written":1,"cleared":1`}},
	)
	var n int
	must(t, db.QueryRow(`SELECT (SELECT count(*) FROM customers WHERE email LIKE '%@y.example') + (SELECT count(*) FROM orders)`).Scan(&n))
	o.expect("the file holds it", fmt.Sprint(n), "4")
}

func TestWriteBackNeverOverwritesWhatMoved(t *testing.T) {
	o, db := connected(t)
	o.tell(
		story{name: "edit one", as: "owner", ask: "PATCH /api/records/customers/1", body: `{"cells":{"city":"上海"}}`, status: 200},
		story{name: "edit another", as: "owner", ask: "PATCH /api/records/customers/2", body: `{"cells":{"city":"Köln"}}`, status: 200},
	)
	_, err := db.Exec(`UPDATE customers SET city = 'Paris' WHERE id = 2`)
	must(t, err)
	o.tell(
		story{name: "drift", as: "owner", ask: "GET /api/branches/main/drift", status: 200, want: []string{`"code":"moved"`, `"before":"Berlin","now":"Paris","mine":"Köln"`}, absent: []string{"上海"}},
		story{name: "none or all", as: "owner", ask: "POST /api/writeback", body: `{"entity":"customers"}`, status: 200, want: []string{`"written":0`, `{"entity":"customers","id":"1","done":false,"code":"skipped"}`, `"id":"2","done":false,"code":"moved"}`}},
		story{name: "those that didn't move", as: "owner", ask: "POST /api/writeback", body: `{"entity":"customers","ids":["1"]}`, status: 200, want: []string{`"written":1,"cleared":1`}},
		story{name: "settle", as: "owner", ask: "POST /api/branches/main/drift", body: `{"entity":"customers","ids":["2"],"take":"theirs"}`, status: 200, want: []string{`"revision":`}},
		story{name: "the source's word", as: "owner", ask: "GET /api/records/customers/2", status: 200, want: []string{"Paris"}},
	)
	var city string
	must(t, db.QueryRow(`SELECT city FROM customers WHERE id = 1`).Scan(&city))
	o.expect("written", city, "上海")
}

func TestSchemaDriftAndWhatItBreaks(t *testing.T) {
	o, db := connected(t)
	o.tell(
		story{name: "derive", as: "admin", ask: "POST /api/entities/derive", body: `{"name":"spend","sql":"SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id","key":["customer_id"]}`, status: 200, want: []string{`"reads":["orders"]`, `"writable":true`}},
		story{name: "on itself", as: "admin", ask: "PATCH /api/entities/spend", body: `{"sql":"SELECT * FROM spend"}`, status: 422},
		story{name: "a key that is none", as: "admin", ask: "POST /api/entities/derive", body: `{"name":"x","sql":"SELECT customer_id FROM orders","key":["customer_id"]}`, status: 409, want: []string{`"code":"key_not_unique"`}},
		story{name: "clone", as: "admin", ask: "POST /api/entities/orders/clone", body: `{"name":"big","where":"total > 50"}`, status: 200},
		story{name: "no drift", as: "viewer", ask: "GET /api/entities/orders/schema-drift", status: 200, want: []string{`"changes":[]`}},
	)
	for _, text := range []string{`ALTER TABLE orders DROP COLUMN total`, `ALTER TABLE orders ADD COLUMN channel TEXT`} {
		_, err := db.Exec(text)
		must(t, err)
	}
	o.tell(
		story{name: "drift", as: "viewer", ask: "GET /api/entities/orders/schema-drift", status: 200,
			want: []string{`{"code":"column_gone","column":"total","field":"total"`, `"breaks":["big","big.total","spend.total"]`, `{"code":"column_new","column":"channel"`}},
		story{name: "reading says so", as: "owner", ask: "POST /api/query", body: `{"sql":"SELECT total FROM orders"}`, status: 409, want: []string{`"code":"source_changed"`}},
		story{name: "sellers don't adopt", as: "seller", ask: "POST /api/entities/orders/schema-drift", body: `{}`, status: 403},
		story{name: "adopt", as: "admin", ask: "POST /api/entities/orders/schema-drift", body: `{"adopt":["total","channel"]}`, status: 200, want: []string{`"name":"channel"`}, absent: []string{`"name":"total"`}},
		story{name: "read again", as: "owner", ask: "GET /api/records/orders", status: 200, want: []string{`"id":"10"`}},
		story{name: "nothing left", as: "owner", ask: "GET /api/entities/orders/schema-drift", status: 200, want: []string{`"changes":[]`}},
	)
}

func TestMaskedColumnsStayMasked(t *testing.T) {
	o, _ := connected(t)
	o.tell(
		story{name: "clone", as: "admin", ask: "POST /api/entities/customers/clone", body: `{"name":"safe","masks":{"email":{"rule":"hash"},"name":{"rule":"null"},"credit":{"rule":"round","n":3}}}`, status: 200},
		story{name: "a filter of a clone on what it masks", as: "admin", ask: "POST /api/entities/customers/clone", body: `{"name":"x","where":"email:lake","masks":{"email":{"rule":"hash"}}}`, status: 422, want: []string{`"code":"filter_masked"`}},
		story{name: "a filter added later", as: "admin", ask: "PATCH /api/entities/safe", body: `{"where":"email:lake"}`, status: 422, want: []string{`"code":"filter_masked"`}},
		story{name: "a masked key", as: "admin", ask: "POST /api/entities/customers/clone", body: `{"name":"x","masks":{"source_id":{"rule":"hash"}}}`, status: 422, want: []string{`"code":"mask_key"`}},
		story{name: "a mask that doesn't fit", as: "admin", ask: "POST /api/entities/customers/clone", body: `{"name":"x","masks":{"email":{"rule":"shift","n":3}}}`, status: 422, want: []string{`"code":"mask_kind"`}},
		story{name: "no such mask", as: "admin", ask: "POST /api/entities/customers/clone", body: `{"name":"x","masks":{"email":{"rule":"rot13"}}}`, status: 422, want: []string{`"code":"mask_unknown"`}},
		story{name: "a clone of the clone", as: "admin", ask: "POST /api/entities/safe/clone", body: `{"name":"safer"}`, status: 200},
		story{name: "derived of it", as: "admin", ask: "POST /api/entities/derive", body: `{"name":"mails","sql":"SELECT email, count(*) AS n FROM safer GROUP BY email"}`, status: 200},
		story{name: "an edit beside", as: "owner", ask: "PATCH /api/records/safe/1", body: `{"cells":{"city":"上海"}}`, status: 200},
		story{name: "a delete keeps a before-image", as: "owner", ask: "DELETE /api/records/safe/2", status: 200},
		story{name: "on a branch", as: "owner", ask: "POST /api/branches", body: `{"name":"b","pin":true}`, status: 201, want: []string{`"mode":"pinned"`}},
		story{name: "an edit there", as: "owner", ask: "PATCH /api/records/safe/3?branch=b", body: `{"cells":{"city":"Ulm"}}`, status: 200},
	)
	plain := []string{"lake.example", "acme.example", "bolt.example", "湖蓝", "Acme", "Bolt", "1200.5"}
	for _, q := range []string{`SELECT * FROM safe`, `SELECT email || name FROM safe`, `SELECT max(email), min(name) FROM safe`, `SELECT * FROM safe WHERE email = 'li@lake.example'`,
		`SELECT * FROM safe WHERE email LIKE '%lake%'`, `SELECT safe FROM safe`, `SELECT * FROM safer ORDER BY email`, `SELECT * FROM mails`, `SELECT a.email FROM safe a JOIN safer b ON a.email = b.email`} {
		for _, path := range []string{"/api/query", "/api/query?branch=b", "/api/query/explain", "/api/query/export"} {
			o.tell(story{name: q, as: "owner", ask: "POST " + path, body: fmt.Sprintf(`{"sql":%q}`, q), status: 200, absent: plain})
		}
	}
	o.expect("nothing is found by the plain value", o.sql("owner", `SELECT count(*) FROM safe WHERE email = 'eve@bolt.example' OR name = 'Bolt' OR credit = 5000.01`), `[[0]]`)
	o.expect("equal values stay equal", o.sql("owner", `SELECT count(*) FROM safe a JOIN safer b ON a.email = b.email`), `[[2]]`)
	for _, path := range []string{"/api/records/safe", "/api/records/safe/1", "/api/records/safe/1/history", "/api/records/safe/2/history", "/api/records/safe/3/history?branch=b",
		"/api/records/safe?order=email,-name", "/api/records/safe/groups?by=email", "/api/records/safe/export", "/api/records/safe/export?branch=b", "/api/records/safer",
		"/api/entities/safe/profile?field=email", "/api/entities/safe/profile?field=credit", "/api/branches/b/diff", "/api/branches/main/drift", "/api/lineage?entity=safe"} {
		o.tell(story{name: path, as: "owner", ask: "GET " + path, status: 200, absent: plain})
	}
	for _, f := range []string{`email = "li@lake.example"`, `email:lake`, `name = "Acme"`, `credit = 1200.5`} {
		o.tell(story{name: f, as: "owner", ask: "GET /api/records/safe?total=true&filter=" + url.QueryEscape(f), status: 200, want: []string{`"total":0`}})
	}
}

// limited adds somebody who sees their own records only and may read.
func TestRestrictedEntities(t *testing.T) {
	o, _ := connected(t)
	o.tell(
		story{name: "derived of it, live", as: "admin", ask: "POST /api/entities/derive", body: `{"name":"spend","sql":"SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id"}`, status: 200},
		story{name: "clone of it", as: "admin", ask: "POST /api/entities/customers/clone", body: `{"name":"copy"}`, status: 200},
		story{name: "an edit", as: "owner", ask: "POST /api/branches", body: `{"name":"b","shared":true}`, status: 201},
		story{name: "of it", as: "owner", ask: "PATCH /api/records/customers/1?branch=b", body: `{"cells":{"city":"上海"}}`, status: 200},
		story{name: "records", as: "seller", ask: "GET /api/records/customers", status: 403, want: []string{`"code":"entity_restricted"`}},
		story{name: "one", as: "seller", ask: "GET /api/records/customers/1", status: 403},
		story{name: "its history", as: "seller", ask: "GET /api/records/customers/1/history", status: 403},
		story{name: "groups", as: "seller", ask: "GET /api/records/customers/groups?by=city", status: 403},
		story{name: "an export", as: "seller", ask: "GET /api/records/customers/export", status: 403},
		story{name: "a profile", as: "seller", ask: "GET /api/entities/customers/profile?field=city", status: 403},
		story{name: "the derived one", as: "seller", ask: "GET /api/records/spend", status: 403},
		story{name: "the clone", as: "seller", ask: "GET /api/records/copy/1", status: 403},
		story{name: "search", as: "seller", ask: "GET /api/search?q=Acme", status: 200, want: []string{`"items":[]`}},
		story{name: "the schema", as: "seller", ask: "GET /api/entities", status: 200, want: []string{`"accounts"`}, absent: []string{"customers", `"orders"`, "spend", `"copy"`}},
		story{name: "the catalog", as: "seller", ask: "GET /api/catalog", status: 200, want: []string{`"accounts"`}, absent: []string{"customers", `"orders"`, "spend"}},
		story{name: "lineage", as: "seller", ask: "GET /api/lineage", status: 200, absent: []string{"customers", "shop"}},
		story{name: "its lineage", as: "seller", ask: "GET /api/lineage?entity=customers", status: 403},
		story{name: "drift", as: "seller", ask: "GET /api/branches/b/drift", status: 200, want: []string{`"items":[]`}},
		story{name: "a diff", as: "seller", ask: "GET /api/branches/b/diff", status: 200, absent: []string{"上海", "杭州", "湖蓝"}},
		story{name: "tables", as: "seller", ask: "GET /api/sources/shop/tables", status: 403},
		story{name: "a preview", as: "seller", ask: "GET /api/sources/shop/preview?table=customers", status: 403},
		story{name: "jobs", as: "seller", ask: "GET /api/jobs", status: 200},
	)
	for _, text := range []string{`SELECT * FROM customers`, `SELECT * FROM spend`, `SELECT * FROM "copy"`, `SELECT name, (SELECT max(name) FROM customers) FROM accounts`} {
		if got := o.sql("seller", text); !strings.HasPrefix(got, "403") && !strings.HasPrefix(got, "422") {
			t.Errorf("%s: %s", text, got)
		}
	}
	o.tell(
		story{name: "open it", as: "admin", ask: "PATCH /api/entities/customers", body: `{"open":true}`, status: 200, want: []string{`"open":true`}},
		story{name: "now everybody reads", as: "seller", ask: "GET /api/records/customers", status: 200, want: []string{"Acme"}},
		story{name: "who reads it", as: "owner", ask: "GET /api/entities/customers/readers", status: 200, want: []string{`"name":"The seller"`, `"via":"api"`}},
		story{name: "that is not for all", as: "seller", ask: "GET /api/entities/customers/readers", status: 403, want: []string{`"code":"readers_forbidden"`}},
	)
}

func TestCredentialsAreNeverShown(t *testing.T) {
	o := newOffice(t)
	const secret = "hunter2-very-secret"
	address := "postgres://me:" + secret + "@127.0.0.1:1/db"
	all := ""
	keep := func(r reply) reply { all += r.text; return r }
	r := keep(o.ask("admin", "POST", "/api/sources", `{"name":"pg","url":"`+address+`","allow_private":true}`))
	if r.StatusCode != 422 || r.at(t, "code") != "source_unreachable" || !strings.Contains(r.text, `"tcp_refused"`) || !strings.Contains(r.text, `"steps":[`) {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
	if r := keep(o.ask("admin", "POST", "/api/sources?untested=true", `{"name":"pg","url":"`+address+`"}`)); r.StatusCode != 201 {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	if r := keep(o.ask("admin", "POST", "/api/sources/pg/test", "")); !strings.Contains(r.text, "address_private") {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
	if r := keep(o.ask("admin", "GET", "/api/sources", "")); !strings.Contains(r.text, "me:***@127.0.0.1") {
		t.Error(r.text)
	}
	for _, path := range []string{"/api/sources/pg/tables", "/api/sources/pg/table?table=x", "/api/sources/pg/preview?table=x"} {
		keep(o.ask("admin", "GET", path, ""))
	}
	keep(o.ask("admin", "PATCH", "/api/sources/pg", `{"url":"postgres://me:***@elsewhere.example/db"}`))
	keep(o.ask("admin", "POST", "/api/sources/test", `{"name":"pg","url":"postgres://me:***@127.0.0.1:1/db","allow_private":true}`))
	keep(o.ask("admin", "POST", "/api/entities", `{"source":"pg","all":true}`))
	if strings.Contains(all, secret) {
		t.Errorf("the password is in an answer: %s", all)
	}
	o.tell(
		story{name: "others see no address", as: "viewer", ask: "GET /api/sources", status: 200, want: []string{`"name":"pg"`, `"may_manage":false`}, absent: []string{"127.0.0.1"}},
		story{name: "forget it", as: "admin", ask: "DELETE /api/sources/pg", status: 204},
		story{name: "it is gone", as: "admin", ask: "POST /api/sources/pg/test", status: 404, want: []string{`"code":"source_unknown"`}},
	)
	must(t, filepath.WalkDir(o.dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(p)
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the password lies in %s", p)
		}
		return err
	}))
}

func TestKeptCopies(t *testing.T) {
	o, db := connected(t)
	o.tell(
		story{name: "derive and keep", as: "admin", ask: "POST /api/entities/derive", body: `{"name":"spend","sql":"SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id","key":["customer_id"],"keep":{}}`, status: 200, want: []string{`"keep":{}`}},
		story{name: "keep an entity of a source", as: "admin", ask: "PATCH /api/entities/orders", body: `{"keep":{"every_seconds":3600,"high_water":"no"}}`, status: 200, want: []string{`"every_seconds":3600`}},
		story{name: "by a text", as: "admin", ask: "PATCH /api/entities/customers", body: `{"keep":{"high_water":"name"}}`, status: 422, want: []string{`"code":"high_water_kind"`}},
		story{name: "what isn't kept isn't refreshed", as: "admin", ask: "POST /api/entities/customers/refresh", status: 422, want: []string{`"code":"entity_not_kept"`}},
	)
	o.tell(
		story{name: "a derived entity's records come from its SELECT", as: "owner", ask: "POST /api/records/spend", body: `{"cells":{"customer_id":"7","total":"1"}}`, status: 422, want: []string{`"code":"entity_derived"`}},
		story{name: "the page is told", as: "owner", ask: "GET /api/entities", status: 200, want: []string{`"writable":true,"creatable":false`, `"writable":true,"creatable":true`}},
	)
	o.settle("spend", "orders")
	_, err := db.Exec(`INSERT INTO orders VALUES (13, 3, '2026-04-08', '7.25')`)
	must(t, err)
	o.expect("the copy stays as it was", o.sql("owner", `SELECT count(*) FROM orders`)+o.sql("owner", `SELECT count(*) FROM spend`), `[[3]][[2]]`)
	o.tell(story{name: "its age is told", as: "owner", ask: "GET /api/entities", status: 200, want: []string{`"state":{"mode":"kept","at":"20`, `"rows":3`}})
	r := o.ask("admin", "POST", "/api/entities/orders/refresh", "")
	if r.StatusCode != 200 {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	o.settle("orders")
	job := o.ask("admin", "GET", "/api/jobs/"+r.at(t, "id").(string), "")
	if job.at(t, "state") != "done" || job.at(t, "rows") != float64(4) || job.at(t, "read").(float64) > 2 {
		t.Errorf("only what is new is read: %s", job.text)
	}
	o.expect("refreshed", o.sql("owner", `SELECT count(*) FROM orders`), `[[4]]`)
	_, err = db.Exec(`DELETE FROM orders WHERE no = 10`)
	must(t, err)
	o.tell(
		story{name: "what is missed, and since when", as: "owner", ask: "GET /api/entities", status: 200, want: []string{`"high_water":"no","whole_at":"20`}},
		story{name: "the job says so", as: "admin", ask: "GET /api/jobs?entity=orders", status: 200, want: []string{`"high_water":"no"`}},
		story{name: "all of it", as: "admin", ask: "POST /api/entities/orders/refresh?full=true", status: 200, want: []string{`"full":true`}},
	)
	o.settle("orders")
	o.tell(story{name: "nothing is missed", as: "owner", ask: "GET /api/entities", status: 200, absent: []string{`"whole_at"`}})
	o.expect("deletes are seen", o.sql("owner", `SELECT count(*) FROM orders`), `[[3]]`)
	o.tell(story{name: "no longer kept", as: "admin", ask: "PATCH /api/entities/orders", body: `{"keep":null}`, status: 200, absent: []string{`"keep"`}})
}

// settle waits until no job of some entities runs.
func (o *office) settle(entities ...string) {
	o.t.Helper()
	for _, e := range entities {
		for begin := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			r := o.ask("admin", "GET", "/api/jobs?entity="+e, "")
			if strings.Contains(r.text, `"state":"failed"`) || time.Since(begin) > time.Minute {
				o.t.Fatalf("jobs of %s: %s", e, r.text)
			}
			if strings.Contains(r.text, `"state":"done"`) && !strings.Contains(r.text, `"state":"running"`) {
				break
			}
		}
	}
}

// TestAllTablesSaveTheBrokenOnes: of all tables of a source those that can't be read are left out and named;
// asked for by name, such a table is refused.
func TestAllTablesSaveTheBrokenOnes(t *testing.T) {
	o := newOffice(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"good.csv": "id,v\n1,a\n2,b\n", "empty.csv": "", "cut.jsonl": `{"id":`} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	o.tell(
		story{name: "a folder", as: "admin", ask: "POST /api/sources", body: `{"name":"shelf","url":"file://` + dir + `"}`, status: 201},
		story{name: "a broken one by name", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"shelf","table":"good.csv"},{"source":"shelf","table":"empty.csv"}]}`, status: 422, want: []string{`"code":"empty_file"`}},
		story{name: "all", as: "admin", ask: "POST /api/entities", body: `{"source":"shelf","all":true}`, status: 200, want: []string{`"name":"good"`, `"code":"empty_file"`, `"table":"empty.csv"`, `"table":"cut.jsonl"`}},
		story{name: "nothing but broken ones", as: "admin", ask: "POST /api/entities", body: `{"source":"shelf","all":true}`, status: 422},
	)
	o.expect("its rows", o.sql("owner", `SELECT source_id, v FROM good ORDER BY 1`), `[[1,"a"],[2,"b"]]`)
}

func TestDroppedFilesAndDeclaring(t *testing.T) {
	o := newOffice(t)
	must(t, o.access.SetMasks(context.Background(), lake.System, []access.Mask{{Entity: "accounts", Field: "phone", Roles: []access.Role{access.Admin}}}))
	r := o.drop("admin", "?name=leads_2026", "线索.csv", "编号,姓名,金额\n1,张三,5.5\n2,李四,6\n")
	if r.StatusCode != 200 || !strings.Contains(r.text, `"key":["bianhao"]`) {
		t.Fatalf("%d %s", r.StatusCode, r.text)
	}
	o.expect("its rows", o.sql("owner", `SELECT bianhao, xingming, jine FROM leads_2026 ORDER BY 1`), `[[1,"张三","5.5"],[2,"李四","6"]]`)
	r = o.drop("admin", "", "twice.csv", "id,v\n1,a\n1,b\n")
	if r.StatusCode != 200 || !strings.Contains(r.text, `"code":"key_not_unique"`) || !strings.Contains(r.text, `"writable":false`) {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
	if r := o.drop("seller", "", "x.csv", "a\n1\n"); r.StatusCode != 403 {
		t.Error(r.StatusCode)
	}
	if r := o.drop("admin", "", "x.pdf", "%PDF-1.4"); r.StatusCode != 422 {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
	o.tell(
		story{name: "a key that the person named is checked", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"files","table":"twice.csv","name":"t2","key":["source_id"]}]}`, status: 409, want: []string{`"code":"key_not_unique"`, `"field":"source_id"`}},
		story{name: "one that is there", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"files","table":"twice.csv","name":"accounts"}]}`, status: 409, want: []string{`"code":"entity_exists"`}},
		story{name: "some columns under other names", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"files","table":"线索.csv","name":"people","fields":[{"column":"姓名","name":"who"},{"column":"编号","name":"no"}]}]}`, status: 200,
			want: []string{`"key":["no"]`, `"name":"who"`}, absent: []string{"jine"}},
		story{name: "pinyin finds it", as: "owner", ask: "GET /api/catalog?q=xingming", status: 200, want: []string{`"entity":"leads_2026"`, `"match":"field"`}},
		story{name: "a proposal", as: "admin", ask: "GET /api/sources/files/table?table=" + url.QueryEscape("线索.csv"), status: 200, want: []string{`"proposal":{"name":`, `"key_unique":null`, `"column":"金额"`}},
		story{name: "a preview", as: "admin", ask: "GET /api/sources/files/preview?table=" + url.QueryEscape("线索.csv"), status: 200, want: []string{`{"name":"姓名"`, "李四"}},
		story{name: "a source in use stays", as: "admin", ask: "DELETE /api/sources/files", status: 409, want: []string{`"code":"source_used"`}},
		story{name: "by hand", as: "admin", ask: "POST /api/entities/native", body: `{"name":"rooms","label":{"zh":"会议室","en":"Rooms"},"fields":[{"name":"name","kind":"text","label":{"zh":"名称","en":"Name"}},{"name":"seats","kind":"integer","label":{"zh":"座位","en":"Seats"}}]}`, status: 200, want: []string{`"kind":"native"`, `"writable":true`}},
		story{name: "use it", as: "seller", ask: "POST /api/records/rooms", body: `{"cells":{"name":"A","seats":5}}`, status: 201},
		story{name: "remove it", as: "admin", ask: "DELETE /api/entities/rooms", status: 204},
		story{name: "built-in ones stay", as: "admin", ask: "DELETE /api/entities/accounts", status: 403, want: []string{`"code":"entity_built_in"`}},
		story{name: "a filter on what the person may not see", as: "admin", ask: "POST /api/entities/accounts/clone", body: `{"name":"x","where":"phone:5"}`, status: 403, want: []string{`"code":"field_masked"`}},
		story{name: "a clone of native records", as: "admin", ask: "POST /api/entities/accounts/clone", body: `{"name":"accounts_safe","columns":["name","city"],"masks":{"name":{"rule":"first","n":1}}}`, status: 200, want: []string{`"mode":"pinned"`, `"writable":true`}},
	)
	o.make("owner", "accounts", `{"name":"later"}`)
	o.expect("it shows what was there", o.sql("owner", `SELECT count(*) FROM accounts_safe`), `[[0]]`)
}

// drop sends a file as a form.
func (o *office) drop(as, query, name, text string) reply {
	o.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	must(o.t, err)
	_, err = part.Write([]byte(text))
	must(o.t, err)
	must(o.t, form.Close())
	return o.ask(as, http.MethodPost, "/api/entities/file"+query, b.String(), "Content-Type", form.FormDataContentType())
}

func TestTimeTravelAndExplain(t *testing.T) {
	o, _ := connected(t)
	id := o.make("owner", "accounts", `{"name":"before"}`)
	rev := o.lake.Store().Head()
	time.Sleep(20 * time.Millisecond)
	at := time.Now().UTC()
	time.Sleep(20 * time.Millisecond)
	o.tell(
		story{name: "a change", as: "owner", ask: "PATCH /api/records/accounts/" + id, body: `{"cells":{"name":"after"}}`, status: 200},
		story{name: "as of a time", as: "owner", ask: "GET /api/records/accounts/" + id + "?at_time=" + url.QueryEscape(at.Format(time.RFC3339Nano)), status: 200, want: []string{`"before"`}},
		story{name: "before there was anything", as: "owner", ask: "GET /api/records/accounts?at_time=2001-01-01T00:00:00Z", status: 404, want: []string{`"code":"revision_before"`}},
		story{name: "what floats has no past", as: "owner", ask: fmt.Sprintf("GET /api/records/customers?at=%d", rev), status: 422, want: []string{`"code":"entity_floating"`, `"entity":"customers"`}},
		story{name: "explain", as: "owner", ask: "POST /api/query/explain", body: `{"sql":"SELECT name FROM customers WHERE source_id = 2"}`, status: 200,
			want: []string{`"code":"scan_source"`, `"words":"Read`, `"took_ms":`}, header: []string{"Accept-Language", "en"}},
		story{name: "in Chinese", as: "owner", ask: "POST /api/query/explain", body: `{"sql":"SELECT name FROM customers WHERE source_id = 2"}`, status: 200, want: []string{`"words":"从来源 shop`}, header: []string{"Accept-Language", "zh-CN"}},
		story{name: "shape", as: "viewer", ask: "POST /api/query/shape", body: `{"sql":"SELECT name AS n, credit FROM customers"}`, status: 200, want: []string{`{"name":"n","type":"VARCHAR","kind":"text"}`, `{"column":"n","entity":"customers","field":"name"}`}},
		story{name: "profile", as: "owner", ask: "GET /api/entities/customers/profile?field=city", status: 200, want: []string{`"rows":3`, `"distinct":2`, `{"value":"Berlin","count":2}`}},
		story{name: "lineage", as: "owner", ask: "GET /api/lineage?entity=orders&field=total", status: 200, want: []string{`"column:shop/orders/total"`, `"field:orders.total"`, `"page:orders"`}, absent: []string{"field:orders.placed"}},
	)
	o.expect("a table in the past", o.sql("owner", fmt.Sprintf(`SELECT p.name, n.name FROM accounts p AT (VERSION => %d) JOIN accounts n ON n.id = p.id`, rev)), `[["before","after"]]`)
	o.expect("who wins", o.sql("owner", `SELECT count(*) FROM customers`, fmt.Sprintf("at=%d", rev)), "422 entity_floating")
}

func TestASourceThatIsAway(t *testing.T) {
	o := newOffice(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "visits.csv")
	account := o.make("owner", "accounts", `{"name":"Acme"}`)
	must(t, os.WriteFile(file, []byte("no,account,note\n1,"+account+",hello\n"), 0o600))
	o.tell(
		story{name: "connect", as: "admin", ask: "POST /api/sources", body: `{"name":"folder","url":"file://` + folder + `"}`, status: 201},
		story{name: "declare with a reference", as: "admin", ask: "POST /api/entities", status: 200, want: []string{`"target":"accounts"`},
			body: `{"drafts":[{"source":"folder","table":"visits.csv","name":"visits","key":["no"],"fields":[{"column":"no"},{"column":"account","target":"accounts"},{"column":"note"}]}]}`},
		story{name: "what refers", as: "owner", ask: "GET /api/records/accounts/" + account + "/references", status: 200, want: []string{`{"entity":"visits","field":"account","count":1}`}},
		story{name: "a title behind the reference", as: "owner", ask: "GET /api/records/visits?fields=account,account.name", status: 200, want: []string{`"account.name":"Acme"`}},
		story{name: "give it to a seller", as: "owner", ask: "PATCH /api/records/accounts/" + account, body: `{"cells":{"owner":"` + string(o.people["seller"].ID) + `"}}`, status: 200},
		story{name: "who may not read that isn't told", as: "seller", ask: "GET /api/records/accounts/" + account + "/references", status: 200, want: []string{`"contacts"`}, absent: []string{"visits"}},
		story{name: "a record that a source refers to stays", as: "owner", ask: "DELETE /api/records/accounts/" + account + "?references=restrict", status: 409, want: []string{`"entity":"visits"`}},
		story{name: "branch", as: "owner", ask: "POST /api/branches", body: `{"name":"b"}`, status: 201},
		story{name: "edit", as: "owner", ask: "PATCH /api/records/visits/1?branch=b", body: `{"cells":{"note":"x"}}`, status: 200},
		story{name: "edit main", as: "owner", ask: "PATCH /api/records/visits/1", body: `{"cells":{"note":"y"}}`, status: 200},
	)
	must(t, os.Remove(file))
	o.tell(
		story{name: "branches are listed", as: "owner", ask: "GET /api/branches", status: 200, want: []string{`"name":"b"`, `"ahead":1`}},
		story{name: "entities", as: "owner", ask: "GET /api/entities", status: 200, want: []string{`"visits"`}},
		story{name: "the catalog", as: "owner", ask: "GET /api/catalog?q=visits", status: 200, want: []string{`"visits"`}},
		story{name: "what could be written back", as: "admin", ask: "GET /api/writeback", status: 200, want: []string{`"count":-1`}},
		story{name: "reading says which file is missing", as: "owner", ask: "GET /api/records/visits", status: 404, want: []string{`"code":"table_unknown"`, "visits.csv"}},
		story{name: "search goes on", as: "owner", ask: "GET /api/search?q=Acme", status: 200, want: []string{`"title":"Acme"`}},
		story{name: "native records too", as: "owner", ask: "PATCH /api/records/accounts/" + account, body: `{"cells":{"city":"Bonn"}}`, status: 200},
	)
}

// Orders by money, by a reference's title and by an integer key take several cells of a
// page's end each.
func TestForeignListsPageByPage(t *testing.T) {
	o, _ := connected(t)
	for _, order := range []string{"", "name", "-credit", "city,name"} {
		path := "/api/records/customers?page_size=1&order=" + url.QueryEscape(order)
		seen, token := map[string]bool{}, ""
		for range 4 {
			r := o.ask("owner", "GET", path+"&page_token="+token, "")
			if r.StatusCode != 200 {
				t.Fatalf("order %q: %d %s", order, r.StatusCode, r.text)
			}
			for _, item := range r.at(t, "items").([]any) {
				seen[item.(map[string]any)["id"].(string)] = true
			}
			next, more := r.json(t)["next_page_token"].(string)
			if !more {
				break
			}
			token = next
		}
		if len(seen) != 3 {
			t.Errorf("order %q: %v, want all three records", order, seen)
		}
	}
}

func TestAllTablesAreOpenedWhenWished(t *testing.T) {
	o, _ := connected(t)
	o.tell(
		story{name: "forget one", as: "admin", ask: "DELETE /api/entities/notes", status: 204},
		story{name: "declare all that is left, open", as: "admin", ask: "POST /api/entities", body: `{"source":"shop","all":true,"open":true}`, status: 200, want: []string{`"open":true`}},
		story{name: "a seller reads it", as: "seller", ask: "GET /api/records/notes", status: 200},
		story{name: "and not the others", as: "seller", ask: "GET /api/records/customers", status: 403},
	)
}
