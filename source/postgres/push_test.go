package postgres_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"headwater/lake"
	"headwater/source"
)

// matter is a type with values that are known to make trouble.
type matter struct {
	native string
	values []string // as the server reads them
	asked  []string // as the engine writes them; they are what is compared with
	ops    []lake.Op
	order  bool // is proven equal
}

var (
	comparing = []lake.Op{lake.EQ, lake.NE, lake.LT, lake.LE, lake.GT, lake.GE, lake.ScanIn, lake.ScanNull, lake.ScanNotNull}
	equality  = []lake.Op{lake.EQ, lake.NE, lake.ScanIn, lake.ScanNull, lake.ScanNotNull}
	presence  = []lake.Op{lake.ScanNull, lake.ScanNotNull}
	texting   = append(slices.Clone(comparing), lake.ScanPrefix)
)

var nastyTexts = []string{"", " ", "a", "A", "a ", " a", "ab", "AB", "aB", "b", "B", "é", "é", "e", "É", "ß", "ss", "ſ", "İ", "i", "ı",
	"上海", "上", "北京", "😀", "😀😀", "𝔄", "\uffff", "\U0010ffff", "a\u200bb", "a\u00adb", "co-op", "coop", "co op", `\`, `\\`, `"`, "'", "{}", "%", "_", "a_b", "NULL",
	"\t", "\n", "\x01", "~", "Zürich", "zurich"}

var instantsOfYear = []string{"2024-03-10 06:59:59.999999+00", "2024-03-10 07:00:00+00", "2024-03-31 01:00:00+00", "2024-11-03 05:30:00+00",
	"2024-11-03 06:30:00+00", "1969-12-31 23:59:59.999999+00", "0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00", "1883-11-18 17:00:00+00"}

var matters = map[string]matter{
	"int2": {"smallint", []string{"0", "1", "-1", "32767", "-32768"}, []string{"0", "1", "-1", "32767", "-32768"}, comparing, true},
	"int4": {"integer", []string{"0", "1", "-1", "2147483647", "-2147483648"}, []string{"0", "7", "2147483647", "-2147483648"}, comparing, true},
	"int8": {"bigint", []string{"0", "1", "9223372036854775807", "-9223372036854775808", "9007199254740993", "9007199254740992"},
		[]string{"9223372036854775807", "-9223372036854775808", "9007199254740993", "0"}, comparing, true},
	"bool": {"boolean", []string{"true", "false"}, []string{"true", "false"}, comparing, true},
	"float8": {"double precision", []string{"0", "-0", "NaN", "Infinity", "-Infinity", "1.7976931348623157e308", "5e-324", "0.1", "-0.1", "0.30000000000000004"},
		[]string{"0", "-0.0", "nan", "inf", "-inf", "1.7976931348623157e+308", "5e-324", "0.1", "0.30000000000000004", "0.3"}, comparing, true},
	"float4": {"real", []string{"0", "-0", "NaN", "Infinity", "-Infinity", "3.4028235e38", "1e-45", "0.1", "16777216", "16777217"},
		[]string{"0", "-0.0", "nan", "inf", "-inf", "0.1", "3.4028235e+38", "16777216", "1e-45"}, comparing, true},
	"numeric": {"numeric(15,2)", []string{"0", "0.10", "-0.10", "1.00", "9999999999999.99", "-9999999999999.99", "12345678.90", "0.01"},
		[]string{"0.00", "0.10", "0.1", "1.00", "1", "9999999999999.99", "-0.10", "0.01"}, comparing, true},
	"numeric38": {"numeric(38,20)", []string{"0", "123456789012345678.12345678901234567890", "-999999999999999999.99999999999999999999", "0.00000000000000000001"},
		[]string{"123456789012345678.12345678901234567890", "0.00000000000000000001", "-999999999999999999.99999999999999999999", "0"}, comparing, true},
	"plain": {"numeric", []string{"0", "1.10", "1.1", "1.100000000000", "-99999999999999999999999999.999999999999", "10000", "100000000"},
		[]string{"1.1", "1.100000000000", "10000", "100000000", "-99999999999999999999999999.999999999999"}, comparing, true},
	"date": {"date", []string{"2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31", "1970-01-01", "1582-10-10", "0044-03-15 BC", "12024-01-01"},
		[]string{"2024-02-29", "0001-01-01", "9999-12-31", "1970-01-01", "1582-10-10"}, comparing, true},
	"timestamp": {"timestamp", []string{"2024-03-10 02:30:00", "2024-03-10 02:30:00.000001", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "0044-03-15 12:00:00 BC"},
		[]string{"2024-03-10 02:30:00", "2024-03-10 02:30:00.000001", "1969-12-31 23:59:59.999999", "2024-03-10", "2024-03-10T02:30:00Z"}, comparing, true},
	"timestamptz": {"timestamptz", instantsOfYear, append([]string{"2024-03-10 02:59:59.999999-04", "2024-03-31 02:00:00+01", "2024-11-03T05:30:00Z"}, instantsOfYear...), comparing, true},
	"uuid": {"uuid", []string{"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "7fffffff-ffff-4fff-8fff-ffffffffffff", "80000000-0000-4000-8000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		[]string{"00000000-0000-0000-0000-000000000000", "80000000-0000-4000-8000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}, comparing, true},
	"text":     {"text", nastyTexts, nastyTexts, texting, true},
	"varchar":  {"varchar(20)", nastyTexts, nastyTexts, texting, true},
	"textc":    {`text COLLATE "C"`, nastyTexts, nastyTexts, texting, true},
	"loose":    {"text COLLATE loose", nastyTexts, nastyTexts, texting, true},
	"mood":     {"mood", []string{"sad", "ok", "happy", "Happy", ""}, []string{"sad", "ok", "happy", "", "none"}, equality, false},
	"bpchar":   {"char(5)", []string{"", "a", "a ", "A", "abcde", "上海"}, []string{"a", "a    ", "", "     "}, presence, false},
	"citext":   {"citext", []string{"a", "A", "b"}, []string{"a", "A"}, presence, false},
	"jsonb":    {"jsonb", []string{`{"b": 1, "a": [1.10, null]}`, "null", `"x"`, "12345678901234567890"}, []string{`"x"`}, presence, false},
	"json":     {"json", []string{`{"b": 1,  "a":2}`, "null"}, nil, presence, false},
	"ints":     {"integer[]", []string{"{1,NULL,3}", "{}", "{{1,2},{3,4}}"}, nil, presence, false},
	"bytea":    {"bytea", []string{`\x`, `\x00ff`, `\x61`}, nil, presence, false},
	"interval": {"interval", []string{"1 mon", "30 days", "24:00:00", "-1 year 2 days"}, nil, presence, false},
	"inet":     {"inet", []string{"10.0.0.1", "10.0.0.1/8", "::1"}, nil, presence, false},
	"time":     {"time", []string{"00:00:00", "23:59:59.999999"}, nil, presence, false},
	"timetz":   {"timetz", []string{"12:00:00+08"}, nil, presence, false},
	"pair":     {"pair", []string{"(,)", "(1,x)"}, nil, presence, false},
	"range":    {"int4range", []string{"[1,5)", "empty"}, nil, presence, false},
	"domain":   {"cents", []string{"0.10", "5"}, []string{"0.10", "5.00"}, comparing, true},
}

var typeSetup = []string{"CREATE EXTENSION citext", "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', 'Happy', '')", "CREATE TYPE pair AS (a integer, b text)",
	"CREATE DOMAIN money2 AS numeric(9,2)", "CREATE DOMAIN cents AS money2 CHECK (value >= 0)",
	`CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`}

// fill makes a table m_<name> with every value twice, and NULL.
func (w *world) fill(name string, m matter) string {
	table := "m_" + name
	w.run("CREATE TABLE " + table + " (id integer PRIMARY KEY, v " + m.native + ")")
	id := 0
	for _, v := range slices.Concat(m.values, m.values[:1]) {
		id++
		w.run("INSERT INTO "+table+" SELECT $1, x::text::"+castOf(m.native)+" FROM (SELECT $2::text AS x) y", id, v)
	}
	w.run("INSERT INTO "+table+" VALUES ($1, NULL)", id+1)
	return table
}

func castOf(native string) string { first, _, _ := strings.Cut(native, " COLLATE"); return first }

// ids reads the first column, an INTEGER.
func (w *world) ids(r array.RecordReader) (out []string) {
	w.Helper()
	for r.Next() {
		col := r.RecordBatch().Column(0).(*array.Int32)
		for _, v := range col.Int32Values() {
			out = append(out, strconv.Itoa(int(v)))
		}
	}
	if r.Err() != nil {
		w.Fatal(r.Err())
	}
	r.Release()
	slices.Sort(out)
	return out
}

// TestPushedEqualsEngine holds what the server does for a condition against what the
// engine does, for every type, operator and troublesome value.
func TestPushedEqualsEngine(t *testing.T) {
	w := newWorld(t, typeSetup...)
	w.run("DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET timezone = ''America/New_York'''; END $$")
	e := newEngine(t)
	for name, m := range matters {
		t.Run(name, func(t *testing.T) {
			w := worldAt(t, w.url)
			e := &engine{TB: t, conn: e.conn, arrow: e.arrow}
			table := w.fill(name, m)
			columns := w.columns(table)
			e.load(table, w.scan(lake.Scan{Table: table, Columns: columns}).Rows)
			s := w.session()
			for _, zone := range zonesFor(m) {
				e.run("SET TimeZone = '" + zone + "'")
				for _, op := range texting {
					for _, values := range combinations(op, m.asked) {
						check(w, e, s, table, columns, m, lake.ScanCondition{Column: "v", Type: columns[1].Type, Op: op, Values: values})
					}
				}
			}
		})
	}
}

func zonesFor(m matter) []string {
	if m.native == "timestamptz" {
		return []string{"UTC", "America/New_York", "Asia/Shanghai"}
	}
	return []string{"UTC"}
}

func combinations(op lake.Op, asked []string) (out [][]string) {
	switch {
	case op == lake.ScanNull || op == lake.ScanNotNull:
		return [][]string{nil}
	case op == lake.ScanIn && len(asked) > 0:
		return [][]string{asked, asked[:1], {}}
	case op == lake.ScanIn:
		return nil
	}
	for _, v := range asked {
		out = append(out, []string{v})
	}
	return out
}

func check(w *world, e *engine, s source.Session, table string, columns []lake.ScanColumn, m matter, c lake.ScanCondition) {
	w.Helper()
	got, err := s.Scan(w.Context(), lake.Scan{Table: table, Columns: columns[:1], Where: []lake.ScanCondition{c}})
	if err != nil {
		w.Fatal(c, err)
	}
	ids := w.ids(got.Rows)
	if pushed := slices.Contains(m.ops, c.Op); got.Pushed[0] != pushed {
		w.Errorf("%v %q: pushed %v (%s), expected %v", c.Op, c.Values, got.Pushed[0], got.Why[0], pushed)
	}
	if !got.Pushed[0] {
		if got.Why[0] == "" {
			w.Error(c, "isn't pushed, and nobody says why")
		}
		if len(ids) != len(m.values)+2 {
			w.Errorf("%v isn't pushed, but only the rows %v come", c, ids)
		}
		return
	}
	want := e.texts("SELECT id::VARCHAR FROM " + table + " WHERE " + engineCondition(c))
	slices.Sort(want)
	if !slices.Equal(ids, want) {
		w.Errorf("%s: %v %q: the server gives %v, the engine %v", got.Statement, c.Op, c.Values, ids, want)
	}
	n, err := s.Scan(w.Context(), lake.Scan{Table: table, Where: []lake.ScanCondition{c}, Count: true})
	if err != nil || !n.Counted {
		w.Fatal(n, err)
	}
	n.Rows.Next()
	if count := n.Rows.RecordBatch().Column(0).(*array.Int64).Value(0); count != int64(len(want)) {
		w.Errorf("%v %q: counted %d, want %d", c.Op, c.Values, count, len(want))
	}
	n.Rows.Release()
}

// engineCondition is the condition as the engine writes it.
func engineCondition(c lake.ScanCondition) string {
	list := make([]string, len(c.Values))
	for i, v := range c.Values {
		list[i] = "CAST('" + strings.ReplaceAll(v, "'", "''") + "' AS " + c.Type + ")"
	}
	switch c.Op {
	case lake.ScanNull:
		return "v IS NULL"
	case lake.ScanNotNull:
		return "v IS NOT NULL"
	case lake.ScanPrefix:
		return "starts_with(v, " + list[0] + ")"
	case lake.ScanIn:
		if len(list) == 0 {
			return "false"
		}
		return "v IN (" + strings.Join(list, ", ") + ")"
	}
	return fmt.Sprintf("v %s %s", c.Op, list[0])
}

// TestOrderEqualsEngine holds the server's first rows against the engine's.
func TestOrderEqualsEngine(t *testing.T) {
	w := newWorld(t, typeSetup...)
	e := newEngine(t)
	for name, m := range matters {
		table := w.fill(name, m)
		columns := w.columns(table)
		e.load(table, w.scan(lake.Scan{Table: table, Columns: columns}).Rows)
		for _, desc := range []bool{false, true} {
			for limit := int64(1); limit <= int64(len(m.values)+2); limit += 3 {
				got := w.scan(lake.Scan{Table: table, Columns: columns, Limit: limit,
					Order: []lake.ScanOrder{{Column: "v", Type: columns[1].Type, Desc: desc}}})
				if got.Limited != m.order {
					t.Fatalf("%s: limited %v", name, got.Limited)
				}
				if !got.Limited {
					got.Rows.Release()
					continue
				}
				e.load("few", got.Rows)
				order := "coalesce(v::VARCHAR, '') = '', v"
				if desc {
					order += " DESC"
				}
				// Equal values may change places, and -0 equals 0.
				text := "SELECT coalesce(nullif(v::VARCHAR, '')" + minusZero + ", '-') FROM %s ORDER BY " + order + " LIMIT %d"
				want, have := e.texts(fmt.Sprintf(text, table, limit)), e.texts(fmt.Sprintf(text, "few", limit+100))
				if !slices.Equal(want, have) {
					t.Errorf("%s desc %v limit %d: the server gives %q, the engine %q", name, desc, limit, have, want)
				}
			}
		}
	}
}

const minusZero = ".replace('-0.0', '0.0')"

// TestNotProvenIsNotPushed names constants that the two sides may read differently.
func TestNotProvenIsNotPushed(t *testing.T) {
	w := newWorld(t, "CREATE TABLE t (i integer, n numeric(10,2), d date, ts timestamp, tz timestamptz, u uuid, f double precision, s text)")
	s := w.session()
	for _, c := range []struct{ column, typ, value, why string }{
		{"i", "INTEGER", "1.5", "type"}, {"i", "INTEGER", "9223372036854775808", "type"}, {"i", "INTEGER", "x", "type"}, {"i", "VARCHAR", "1", "type"},
		{"n", "DECIMAL(10,2)", "1.005", "type"}, {"n", "DECIMAL(10,2)", "NaN", "type"}, {"n", "DECIMAL(10,2)", "1e3", "type"},
		{"d", "DATE", "infinity", "type"}, {"d", "DATE", "2024-02-30", "type"}, {"d", "DATE", "0000-01-01", "type"},
		{"ts", "TIMESTAMP", "2024-01-01 00:00:00+08", "zone"}, {"ts", "TIMESTAMP", "2024-01-01 00:00:00.0000005", "type"},
		{"tz", "TIMESTAMPTZ", "2024-01-01 00:00:00", "zone"}, {"tz", "TIMESTAMPTZ", "2024-01-01", "zone"}, {"tz", "TIMESTAMPTZ", "infinity", "type"},
		{"u", "VARCHAR", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "type"}, {"u", "VARCHAR", "a", "type"},
		{"f", "DOUBLE", "1e400", "type"}, {"f", "DOUBLE", "0x10", "type"}, {"f", "DOUBLE", "1e-400", "type"}, {"s", "VARCHAR", "a\x00b", "type"}, {"s", "VARCHAR", "\xff", "type"},
		{"missing", "VARCHAR", "a", "type"},
	} {
		got, err := s.Scan(t.Context(), lake.Scan{Table: "t", Columns: []lake.ScanColumn{{Name: "i"}}, Limit: 5,
			Where: []lake.ScanCondition{{Column: c.column, Type: c.typ, Op: lake.EQ, Values: []string{c.value}}}})
		if err != nil {
			t.Fatal(c, err)
		}
		if _, err := count(got.Rows); err != nil {
			t.Fatal(err)
		}
		if got.Pushed[0] || got.Why[0] != c.why || got.Limited {
			t.Errorf("%v: pushed %v, why %q, limited %v", c, got.Pushed[0], got.Why[0], got.Limited)
		}
	}
}
