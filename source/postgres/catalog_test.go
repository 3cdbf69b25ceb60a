package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"headwater/lake"
)

func TestTableIsDescribed(t *testing.T) {
	w := newWorld(t, "CREATE SCHEMA shop", `CREATE SCHEMA "odd.schema"`, `CREATE TABLE "odd.schema"."a""b" (x integer)`, `CREATE TABLE "dotted.name" (x integer)`,
		"CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL)",
		"CREATE TABLE shop.orders (region text NOT NULL, no bigint NOT NULL, customer integer REFERENCES customers, PRIMARY KEY (no, region))",
		"COMMENT ON TABLE shop.orders IS '订单'", "COMMENT ON COLUMN shop.orders.no IS 'number'",
		"CREATE TABLE keyed (a integer, b integer NOT NULL, c integer NOT NULL, UNIQUE (a), UNIQUE (c, b))", "CREATE UNIQUE INDEX ON keyed (b) WHERE b > 0",
		"CREATE VIEW big AS SELECT * FROM shop.orders", "CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one",
		"CREATE TABLE parts (id integer, at date) PARTITION BY RANGE (at)", "CREATE TABLE parts_2024 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
		"INSERT INTO parts SELECT n, '2024-05-05' FROM generate_series(1, 1000) n", "ANALYZE")
	list, err := w.conn.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range list {
		names = append(names, s.Name)
		switch s.Name {
		case "parts":
			if s.Rows != 1000 || s.Bytes < 8192 {
				t.Error(s)
			}
		case "big":
			if !s.View || s.Writable || s.Rows != -1 || s.Bytes != -1 {
				t.Error(s)
			}
		case "shop.orders":
			if s.Label != "订单" || !s.Writable || s.Rows != 0 {
				t.Error(s)
			}
		}
	}
	if want := []string{"big", "customers", `"dotted.name"`, "kept", "keyed", "parts", `"odd.schema"."a""b"`, "shop.orders"}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
	for _, n := range names {
		if got := w.table(n); got.Name != n {
			t.Errorf("%q is described as %q", n, got.Name)
		}
	}
	orders := w.table("shop.orders")
	if !slices.Equal(orders.Key, []string{"no", "region"}) || len(orders.Relations) != 1 || orders.Relations[0].Table != "customers" ||
		!slices.Equal(orders.Relations[0].Targets, []string{"id"}) || orders.Columns[1].Label != "number" || orders.Columns[1].Nullable || !orders.Columns[2].Nullable {
		t.Errorf("%+v", orders)
	}
	if key := w.table("keyed").Key; !slices.Equal(key, []string{"c", "b"}) {
		t.Error("a partial index or one with NULLs is no key:", key)
	}
	if _, err := w.conn.Table(t.Context(), "nothing"); code(err) != "source_table_unknown" {
		t.Error(err)
	}
}

func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}

// TestTypesArriveExactly reads one value of each type and asks the engine what it holds.
func TestTypesArriveExactly(t *testing.T) {
	w := newWorld(t, append(typeSetup, "CREATE EXTENSION hstore")...)
	e := newEngine(t)
	for _, c := range []struct{ native, value, typ, kind, want string }{
		{"smallint", "-32768", "SMALLINT", "integer", "-32768"},
		{"integer", "2147483647", "INTEGER", "integer", "2147483647"},
		{"bigint", "-9223372036854775808", "BIGINT", "integer", "-9223372036854775808"},
		{"numeric(38,0)", "-99999999999999999999999999999999999999", "DECIMAL(38,0)", "decimal", "-99999999999999999999999999999999999999"},
		{"numeric(38,38)", "0.00000000000000000000000000000000000001", "DECIMAL(38,38)", "decimal", ".00000000000000000000000000000000000001"},
		{"numeric(5,2)", "100.00", "DECIMAL(5,2)", "decimal", "100.00"},
		{"numeric(3,-2)", "12300", "DECIMAL(5,0)", "decimal", "12300"},
		{"numeric(2,4)", "0.0012", "DECIMAL(4,4)", "decimal", ".0012"},
		{"numeric", "1e20", "DECIMAL(38,12)", "decimal", "100000000000000000000.000000000000"},
		{"numeric", "0.000000000001", "DECIMAL(38,12)", "decimal", "0.000000000001"},
		{"numeric(50,20)", "1.5", "VARCHAR", "text", "1.50000000000000000000"},
		{"numeric(50,2)", "1.5", "DECIMAL(38,12)", "decimal", "1.500000000000"},
		{"cents", "7", "DECIMAL(9,2)", "decimal", "7.00"},
		{"real", "0.1", "FLOAT", "float", "0.1"}, {"double precision", "1e-300", "DOUBLE", "float", "1e-300"},
		{"boolean", "t", "BOOLEAN", "boolean", "true"},
		{"text", "a\nb 上", "VARCHAR", "text", "a\nb 上"}, {"char(5)", "ab", "VARCHAR", "text", "ab"}, {"citext", "aB", "VARCHAR", "text", "aB"},
		{"name", "n", "VARCHAR", "text", "n"}, {`"char"`, "x", "VARCHAR", "text", "x"}, {"mood", "happy", "VARCHAR", "text", "happy"},
		{"uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "VARCHAR", "text", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"date", "0044-03-15 BC", "DATE", "date", "0044-03-15 (BC)"}, {"date", "2024-02-29", "DATE", "date", "2024-02-29"},
		{"timestamp", "1969-12-31 23:59:59.999999", "TIMESTAMP", "timestamp", "1969-12-31 23:59:59.999999"},
		{"timestamptz", "2024-06-01 12:00:00+08", "TIMESTAMPTZ", "timestamp", "2024-06-01 04:00:00+00"},
		{"time", "23:59:59.5", "TIME", "text", "23:59:59.5"}, {"time", "24:00:00", "TIME", "text", "24:00:00"},
		{"timetz", "12:00:00+08", "VARCHAR", "text", "12:00:00+08"}, {"interval", "1 year 2 days 03:04:05", "VARCHAR", "text", "1 year 2 days 03:04:05"},
		{"json", `{"b": 1,  "a":2}`, "JSON", "json", `{"b": 1,  "a":2}`}, {"jsonb", `{"b":12345678901234567890}`, "JSON", "json", `{"b": 12345678901234567890}`},
		{"integer[]", "{1,NULL}", "JSON", "json", "[1,null]"}, {"text[]", `{{a,"b c"},{"\"",上}}`, "JSON", "json", `[["a","b c"],["\"","上"]]`},
		{"pair", "(1,x)", "JSON", "json", `{"a":1,"b":"x"}`},
		{"bytea", `\x00ff61`, "BLOB", "text", `\x00\xFFa`},
		{"inet", "10.0.0.1/8", "VARCHAR", "text", "10.0.0.1/8"}, {"cidr", "10.0.0.0/8", "VARCHAR", "text", "10.0.0.0/8"}, {"macaddr", "08:00:2b:01:02:03", "VARCHAR", "text", "08:00:2b:01:02:03"},
		{"int4range", "[1,4]", "VARCHAR", "text", "[1,5)"}, {"point", "(1,2)", "VARCHAR", "text", "(1,2)"}, {"bit(3)", "101", "VARCHAR", "text", "101"},
		{"hstore", "a=>1", "VARCHAR", "text", `"a"=>"1"`}, {"tsvector", "a b", "VARCHAR", "text", "'a' 'b'"}, {"xid", "5", "VARCHAR", "text", "5"},
	} {
		w.run("DROP TABLE IF EXISTS one")
		w.run("CREATE TABLE one (v " + c.native + ")")
		w.run("INSERT INTO one SELECT x::text::"+c.native+" FROM (SELECT $1::text AS x) y", c.value)
		w.run("INSERT INTO one VALUES (NULL)")
		col := w.table("one").Columns[0]
		if col.Type != c.typ || string(col.Kind) != c.kind {
			t.Errorf("%s is %s (%s), want %s (%s)", c.native, col.Type, col.Kind, c.typ, c.kind)
		}
		e.load("one", w.scan(lake.Scan{Table: "one", Columns: w.columns("one")}).Rows)
		arrived := strings.Replace(e.texts("SELECT typeof(v) FROM one")[0], "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", 1)
		if c.typ == "JSON" {
			arrived = "JSON" // it comes as VARCHAR
		}
		if arrived != c.typ {
			t.Errorf("%s arrives as %s, not as %s", c.native, arrived, c.typ)
		}
		e.run("SET TimeZone = 'UTC'")
		if got := e.texts("SELECT v::VARCHAR FROM one"); got[0] != c.want || got[1] != "NULL" {
			t.Errorf("%s %s: %q, want %q", c.native, c.value, got, c.want)
		}
	}
}

// TestUnfitValuesAreErrors: what the engine can't hold names its column, and can be
// read as text.
func TestUnfitValuesAreErrors(t *testing.T) {
	w := newWorld(t)
	e := newEngine(t)
	for _, c := range []struct{ native, value string }{
		{"numeric", "NaN"}, {"numeric", "Infinity"}, {"numeric", "-Infinity"}, {"numeric", "0.0000000000001"}, {"numeric", "1e26"}, {"numeric", "1e200"}, {"numeric(10,2)", "NaN"},
		{"date", "infinity"}, {"date", "-infinity"}, {"timestamp", "infinity"}, {"timestamptz", "-infinity"}, {"timestamp", "294276-12-31 23:59:59.999999"},
	} {
		w.run("DROP TABLE IF EXISTS one")
		w.run("CREATE TABLE one (id integer, bad " + c.native + ")")
		w.run("INSERT INTO one SELECT 1, x::text::"+c.native+" FROM (SELECT $1::text AS x) y", c.value)
		_, err := count(w.scan(lake.Scan{Table: "one", Columns: w.columns("one")}).Rows)
		if code(err) != "value_unfit" || !strings.Contains(err.Error(), "bad") {
			t.Errorf("%s %s: %v", c.native, c.value, err)
		}
		if n, err := count(w.scan(lake.Scan{Table: "one", Columns: w.columns("one")[:1]}).Rows); n != 1 || err != nil {
			t.Error("a column that isn't asked for matters:", err)
		}
		e.load("one", w.scan(lake.Scan{Table: "one", Columns: []lake.ScanColumn{{Name: "bad", Type: "VARCHAR"}}}).Rows)
		if got := e.texts("SELECT bad FROM one"); !strings.HasPrefix(strings.ToLower(got[0]), strings.ToLower(c.value[:1])) {
			t.Errorf("as text, %s is %q", c.value, got)
		}
	}
}

// TestDrift: a column that went, or changed its type, is named; a number that became
// wider is read as before while its values fit.
func TestDrift(t *testing.T) {
	w := newWorld(t, "CREATE TABLE t (id integer, price numeric(10,2), name text)", "INSERT INTO t VALUES (1, 2.5, 'a')")
	columns := w.columns("t")
	w.run("ALTER TABLE t ALTER id TYPE bigint, ALTER price TYPE numeric(14,4)")
	e := newEngine(t)
	e.load("t", w.scan(lake.Scan{Table: "t", Columns: columns}).Rows)
	if got := e.texts("SELECT id || typeof(id) || price || typeof(price) FROM t"); got[0] != "1INTEGER2.50DECIMAL(10,2)" {
		t.Error(got)
	}
	w.run("UPDATE t SET id = 3000000000")
	if _, err := count(w.scan(lake.Scan{Table: "t", Columns: columns}).Rows); code(err) != "value_unfit" {
		t.Error(err)
	}
	w.run("ALTER TABLE t ALTER name TYPE integer USING 1")
	if n, err := count(w.scan(lake.Scan{Table: "t", Columns: columns[1:]}).Rows); n != 1 || err != nil {
		t.Error("an integer can be read as VARCHAR:", err)
	}
	w.run("ALTER TABLE t DROP name")
	if _, err := w.session().Scan(t.Context(), lake.Scan{Table: "t", Columns: columns}); code(err) != "source_changed" {
		t.Error(err)
	}
}
