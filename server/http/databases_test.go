//go:build duckdb_arrow

package httpapi_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"headwater/lake/laketest/pgtest"
	"headwater/source/mysql/mysqltest"
)

// owned is somebody else's database with a table of every kind of value.
type owned struct {
	url  string
	exec func(text string)
	text func(query string) string // of one value
}

func ownedPostgres(t *testing.T) owned {
	address := pgtest.Database(t)
	connection, err := pgx.Connect(context.Background(), address)
	must(t, err)
	t.Cleanup(func() { connection.Close(context.Background()) })
	o := owned{url: address, exec: func(text string) {
		_, err := connection.Exec(context.Background(), text)
		must(t, err)
	}, text: func(query string) (out string) {
		must(t, connection.QueryRow(context.Background(), query).Scan(&out))
		return out
	}}
	o.exec(`CREATE TABLE things (region text, no bigint, name varchar(40) NOT NULL, at timestamptz, local timestamp, day date, price numeric(15,2),
		ok boolean, doc jsonb, tags text[], ratio double precision, u uuid, PRIMARY KEY (region, no))`)
	o.exec(`INSERT INTO things SELECT 'r~' || i % 2, i, 'thing ' || i, '2026-03-29 01:30:00+01', '2026-03-29 01:30:00.25', '2026-02-28', i * 1.1, i % 2 = 0, '{"a": 1}', '{x,"y z"}', 0.1,
		'6f9619ff-8b86-d011-b42d-00c04fc964ff' FROM generate_series(1, 6) i`)
	return o
}

func ownedMySQL(t *testing.T) owned {
	u := mysqltest.Start(t)
	db := mysqltest.Open(t, u)
	t.Cleanup(func() { db.Close() })
	o := owned{url: u.String(), exec: func(text string) {
		_, err := db.Exec(text)
		must(t, err)
	}, text: func(query string) (out string) {
		must(t, db.QueryRow(query).Scan(&out))
		return out
	}}
	o.exec("CREATE TABLE things (region varchar(10), no bigint, name varchar(40) NOT NULL, at timestamp NULL, local datetime(6), day date, price decimal(15,2), " +
		"ok boolean, doc json, tags varchar(50), ratio double, u char(36), PRIMARY KEY (region, no))")
	for i := 1; i <= 6; i++ {
		o.exec(fmt.Sprintf(`INSERT INTO things VALUES ('r~%d', %d, 'thing %d', '2026-03-29 01:30:00', '2026-03-29 01:30:00.25', '2026-02-28', %d * 1.1, %d %% 2 = 0, '{"a": 1}', 'x', 0.1, '6f9619ff-8b86-d011-b42d-00c04fc964ff')`, i%2, i, i, i, i))
	}
	return o
}

func TestEveryKindGoesThereAndBack(t *testing.T) {
	for name, start := range map[string]func(*testing.T) owned{"postgres": ownedPostgres, "mysql": ownedMySQL} {
		t.Run(name, func(t *testing.T) {
			db := start(t)
			o := newOffice(t)
			table := "things"
			if name == "postgres" {
				table = "public.things"
			}
			r := o.ask("admin", "POST", "/api/sources", `{"name":"other","url":"`+db.url+`","allow_private":true}`)
			if r.StatusCode != 201 {
				t.Fatal(r.text)
			}
			if tables := o.ask("admin", "GET", "/api/sources/other/tables", ""); !strings.Contains(tables.text, `"`+table+`"`) {
				table = "things"
			}
			key, yes, no := url.PathEscape("r%7E1~3"), "true", "false"
			if name == "mysql" {
				yes, no = "1", "0"
			}
			half := map[string]string{"postgres": ".5", "mysql": ""}[name] // its timestamp(0) has no place for halves
			o.tell(
				story{name: "declare", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"other","table":"` + table + `","name":"things"}]}`, status: 200, want: []string{`"key":["region","no"]`}},
				story{name: "every kind is shown", as: "owner", ask: "GET /api/records/things/" + key, status: 200,
					want: []string{`"price":"3.3"`, `"day":"2026-02-28"`, `"local":"2026-03-29T01:30:00.25Z"`, `"name":"thing 3"`, `"id":"r%7E1~3"`}},
				story{name: "every kind is changed", as: "owner", ask: "PATCH /api/records/things/" + key, status: 200,
					body: `{"cells":{"name":"改 'q' \\ \"","at":"2026-10-25T02:30:00` + half + `+02:00","local":"2026-10-25T02:30:00.125Z","day":"2028-02-29","price":"1234567890123.45","ok":` + yes + `,"doc":"{\"b\":[1,2]}","ratio":"2.5"}}`},
				story{name: "emptied", as: "owner", ask: "PATCH /api/records/things/" + url.PathEscape("r%7E0~4"), body: `{"cells":{"at":null,"price":null,"doc":null}}`, status: 200},
				story{name: "deleted", as: "owner", ask: "DELETE /api/records/things/" + url.PathEscape("r%7E1~5"), status: 200},
				story{name: "added", as: "owner", ask: "POST /api/records/things", body: `{"cells":{"region":"new","no":7,"name":"seven","day":"2026-01-01","ok":` + no + `}}`, status: 201, want: []string{`"id":"new~7"`}},
				story{name: "in a SELECT", as: "owner", ask: "POST /api/query", body: `{"sql":"SELECT count(*), sum(price)::VARCHAR FROM things"}`, status: 200, want: []string{`[[6,"1234567890133.35"]]`}},
				story{name: "the plan", as: "admin", ask: "GET /api/writeback?entity=things", status: 200, want: []string{`"writable":true`, "UPDATE", "DELETE", "INSERT"}},
				story{name: "written", as: "admin", ask: "POST /api/writeback", body: `{"entity":"things"}`, status: 200, want: []string{`"written":4,"cleared":4`}},
				story{name: "nothing is left", as: "admin", ask: "GET /api/writeback?entity=things", status: 200, want: []string{`"items":[]`}},
				story{name: "and nothing drifts", as: "owner", ask: "GET /api/branches/main/drift", status: 200, want: []string{`"items":[]`}},
			)
			if name == "mysql" {
				o.tell(
					story{name: "half a second", as: "owner", ask: "PATCH /api/records/things/" + key, body: `{"cells":{"at":"2026-10-25T02:30:00.5Z"}}`, status: 200},
					story{name: "is cut, and that is told", as: "admin", ask: "POST /api/writeback", body: `{"entity":"things"}`, status: 200, want: []string{`"done":true,"code":"altered"`, `"written":1,"cleared":0`}},
				)
			}
			o.expect("text", db.text(`SELECT name FROM things WHERE no = 3`), `改 'q' \ "`)
			o.expect("amount", db.text(`SELECT CAST(price AS char(20)) FROM things WHERE no = 3`)[:16], "1234567890123.45")
			o.expect("rows", db.text(`SELECT CAST(count(*) AS char(1)) FROM things`), "6")
			o.expect("emptied", db.text(`SELECT CAST(count(*) AS char(1)) FROM things WHERE no = 4 AND price IS NULL AND at IS NULL`), "1")
			if name == "postgres" {
				o.expect("an instant", db.text(`SELECT (at AT TIME ZONE 'UTC')::text FROM things WHERE no = 3`), "2026-10-25 00:30:00.5")
			}
		})
	}
}

// TestColumnsReadAsText: a value that no type of the engine holds fails the question and names the way out, which is there.
func TestColumnsReadAsText(t *testing.T) {
	db := ownedPostgres(t)
	db.exec(`CREATE TABLE odd (no int PRIMARY KEY, n numeric, day date)`)
	db.exec(`INSERT INTO odd VALUES (1, 'NaN', 'infinity'), (2, 1.50, '2026-02-28')`)
	o := newOffice(t)
	o.tell(
		story{name: "a source", as: "admin", ask: "POST /api/sources", body: `{"name":"other","url":"` + db.url + `","allow_private":true}`, status: 201},
		story{name: "as it is", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"other","table":"odd"}]}`, status: 200},
		story{name: "can't be read", as: "owner", ask: "POST /api/query", body: `{"sql":"SELECT n FROM odd"}`, status: 422, want: []string{`"code":"value_unfit"`, `"column":"n"`}},
		story{name: "no such column", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"other","table":"odd","name":"texts","text":["x"]}]}`, status: 422, want: []string{`"code":"column_unknown"`}},
		story{name: "as text", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"other","table":"odd","name":"texts","text":["n","day"]}]}`, status: 200, want: []string{`"type":"VARCHAR"`}},
		story{name: "which is no drift", as: "admin", ask: "GET /api/entities/texts/schema-drift", status: 200, want: []string{`"changes":[]`}},
	)
	o.expect("its values", o.sql("owner", `SELECT no, n, day FROM texts ORDER BY 1`), `[[1,"NaN","infinity"],[2,"1.50","2026-02-28"]]`)
	db.exec(`ALTER TABLE odd ALTER n TYPE text`)
	o.tell(story{name: "another type is", as: "admin", ask: "GET /api/entities/texts/schema-drift", status: 200, absent: []string{`"code":"column_gone"`}})
}

// TestRefusedRowsAreNamed: of several rows one that breaks a rule of the source stops them all, and is named.
func TestRefusedRowsAreNamed(t *testing.T) {
	for name, start := range map[string]func(*testing.T) owned{"postgres": ownedPostgres, "mysql": ownedMySQL} {
		t.Run(name, func(t *testing.T) {
			db := start(t)
			db.exec(`CREATE TABLE ruled (no int PRIMARY KEY, n int CHECK (n > 0))`)
			db.exec(`INSERT INTO ruled VALUES (1, 1), (2, 2), (3, 3)`)
			o := newOffice(t)
			o.tell(
				story{name: "a source", as: "admin", ask: "POST /api/sources", body: `{"name":"other","url":"` + db.url + `","allow_private":true}`, status: 201},
				story{name: "an entity", as: "admin", ask: "POST /api/entities", body: `{"drafts":[{"source":"other","table":"ruled"}]}`, status: 200},
				story{name: "two changes", as: "owner", ask: "POST /api/records/ruled/batch", body: `{"records":[{"id":"1","cells":{"n":10}},{"id":"3","cells":{"n":-5}}]}`, status: 200},
				story{name: "one is refused", as: "owner", ask: "POST /api/writeback", body: `{"entity":"ruled"}`, status: 409, want: []string{`"id":"3"`, "Record 3 of ruled"}},
			)
			if got := db.text(`SELECT cast(n AS char(5)) FROM ruled WHERE no = 1`); strings.TrimSpace(got) != "1" {
				t.Errorf("the other row was written: %s", got)
			}
		})
	}
}
