package mysql_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/source/mysql/mysqltest"
	"headwater/source/sourcetest"
)

// probes are columns with values that differ in how servers compare them, and values to
// compare with (in the engine's text form).
var probes = []struct {
	name, native string
	rows         []string
	values       []string
	always       bool // all comparisons are pushed exactly
	equal        bool // = and IN are pushed
}{
	{"i8", "tinyint", []string{"-128", "-1", "0", "1", "127"}, []string{"-128", "0", "127", "1"}, true, true},
	{"i32", "int", []string{"-2147483648", "-1", "0", "1", "2147483647"}, []string{"-2147483648", "-1", "0", "2147483647"}, true, true},
	{"i64", "bigint", []string{"-9223372036854775808", "-1", "0", "9007199254740993", "9007199254740992", "9223372036854775807"}, []string{"-9223372036854775808", "9007199254740993", "9223372036854775807", "0"}, true, true},
	{"u64", "bigint unsigned", []string{"0", "1", "9223372036854775807", "9223372036854775808", "18446744073709551615"}, []string{"0", "9223372036854775807", "9223372036854775808", "18446744073709551615"}, true, true},
	{"y", "year", []string{"0", "1901", "1999", "2020", "2155"}, []string{"1901", "2020", "2155"}, true, true},
	{"dec", "decimal(15,2)", []string{"-0.01", "0", "0.10", "9999999999999.99", "9999999999999.98", "1.1"}, []string{"0.10", "1.10", "9999999999999.99", "-0.01", "0.00"}, true, true},
	{"wide", "decimal(38,10)", []string{"0.0000000001", "0.0000000002", "-9999999999999999999999999999.9999999999", "9999999999999999999999999999.9999999998"}, []string{"0.0000000001", "9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999"}, true, true},
	{"dbl", "double", []string{"0.1", "0.30000000000000004", "0.3", "-0.0", "1e308", "5e-324"}, []string{"0.1", "0.3", "0.30000000000000004", "0.0", "1e308", "5e-324"}, true, true},
	{"flt", "float", []string{"0.1", "16777216", "3.4e38"}, []string{"0.1", "16777216"}, false, false},
	{"d", "date", []string{"'0000-00-00'", "'2024-00-10'", "'2024-02-30'", "'0001-01-01'", "'1999-12-31'", "'2024-02-29'", "'9999-12-31'"}, []string{"1999-12-31", "2024-02-29", "0001-01-01", "9999-12-31"}, true, true},
	{"dt", "datetime(6)", []string{"'0000-00-00 00:00:00'", "'2024-02-30 10:00:00'", "'2024-02-29 10:00:00'", "'2024-02-29 10:00:00.000001'", "'1969-12-31 23:59:59.999999'"}, []string{"2024-02-29 10:00:00", "2024-02-29 10:00:00.000001", "1969-12-31 23:59:59.999999"}, true, true},
	{"dt0", "datetime", []string{"'2024-02-29 10:00:00'", "'2024-02-29 10:00:01'"}, []string{"2024-02-29 10:00:00", "2024-02-29 10:00:00.5"}, true, true},
	{"ts", "timestamp(3)", []string{"'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2024-03-31 01:30:00.250'", "'2024-10-27 01:30:00'"}, []string{"2024-03-31 01:30:00.25+00", "2024-03-31 03:30:00.25+02", "1970-01-01 00:00:01+00", "2024-10-27 01:30:00+00"}, true, true},
	{"txt", "varchar(40)", texts, words, false, true},
	{"cs", "varchar(40) collate utf8mb4_bin", texts, words, false, true},
	{"nopad", "varchar(40) collate utf8mb4_nopad_bin", texts, words, false, true},
	{"uca", "varchar(40) collate uca1400_ai_ci", texts, words, false, true},
	{"german", "varchar(40) collate utf8mb4_german2_ci", texts, words, false, true},
	{"ch", "char(40)", texts, words, false, true},
	{"long_txt", "longtext", texts, words, false, true},
	{"mb3", "varchar(40) character set utf8mb3", slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return strings.Contains(s, "😀") }), words, false, false},
	{"lat", "varchar(40) character set latin1", []string{"'a'", "'A'", "'é'", "'e'", "'ß'", "'ss'", "' '", "''"}, words, false, false},
	{"en", "enum('small','LARGE','1','')", []string{"'small'", "'LARGE'", "'1'", "''"}, []string{"small", "large", "1", "2", ""}, false, true},
	{"st", "set('a','b','c')", []string{"'a'", "'a,b'", "'c'", "''"}, []string{"a", "a,b", "b,a", "", "1"}, false, true},
	{"uid", "uuid", []string{"'123e4567-e89b-12d3-a456-426655440000'"}, []string{"123e4567-e89b-12d3-a456-426655440000", "123E4567-E89B-12D3-A456-426655440000", "nothing"}, false, true},
	{"tm", "time", []string{"'10:00:00'", "'-01:00:00'"}, []string{"10:00:00"}, false, false},
	{"js", "json", []string{`'{"a": 1}'`, "'1'", "'null'"}, []string{"1"}, false, false},
	{"bl", "varbinary(10)", []string{"'a'", "x'00'", "'A'"}, []string{"a"}, false, false},
	{"bt", "bit(5)", []string{"1", "2", "31"}, []string{"2"}, false, false},
	{"huge", "decimal(65,10)", []string{"1", "1.5"}, []string{"1.5000000000"}, false, false},
}

// texts and words differ in case, accents (composed and not), padding, width and script.
var texts = []string{"'a'", "'A'", "'a '", "' a'", "''", "'  '", "'é'", "'e\u0301'", "'e'", "'ß'", "'ss'", "'SS'", "'ẞ'", "'😀'", "'😁'",
	"'中文'", "'中文 '", "'中'", "'ａ'", "'ﬁ'", "'fi'", "'I'", "'ı'", "'İ'", "'a\\tb'", "'a\\nb'", "'\\\\'", "'%'", "'1'", "'01'", "'1e0'", "'\u200da'", "'ä'", "'ae'"}
var words = []string{"a", "A", "a ", " a", "", "  ", "é", "e\u0301", "e", "ß", "ss", "SS", "ẞ", "😀", "中文", "中文 ", "ａ", "ﬁ", "fi", "I", "ı", "İ", "a\tb", "\\", "%", "1", "01", "\u200da", "ä", "ae", "it's"}

// TestPushdownChangesNoAnswer compares, for each type, operator and value: the rows that
// come with the condition pushed, tested again, with all rows tested by DuckDB. Where
// the server limits or counts, its rows need no second test.
func TestPushdownChangesNoAnswer(t *testing.T) {
	u := mysqltest.Start(t)
	for _, null := range []string{"NULL", "NOT NULL"} {
		for _, p := range probes {
			table := p.name + "_" + null[:3]
			statement := "SET sql_mode='ALLOW_INVALID_DATES'; SET time_zone='+00:00'; CREATE TABLE `" + table + "` (id int primary key, `" + p.name + "` " + p.native + " " + null + ");"
			rows := slices.Clone(p.rows)
			if null == "NULL" {
				rows = append(rows, "NULL")
			}
			for i, v := range rows {
				statement += fmt.Sprintf("INSERT INTO `%s` VALUES (%d, %s);", table, i, v)
			}
			mysqltest.Exec(t, u, statement)
		}
	}
	c := open(t, u)
	checked, pushed := 0, 0
	for _, null := range []string{"NULL", "NOT NULL"} {
		for _, p := range probes {
			table := p.name + "_" + null[:3]
			t.Run(table, func(t *testing.T) {
				d := describe(t, c, table)
				s, r := session(t, c), sourcetest.NewReferee(t)
				r.Take("every", scan(t, s, sourcetest.Whole(d)).Rows)
				for _, op := range sourcetest.Operators {
					values := p.values
					if !p.always && op != lake.EQ && op != lake.ScanIn {
						values = values[:1] // isn't pushed, whatever the value
					}
					for _, cond := range sourcetest.Conditions(op, d.Columns[1], values) {
						q := lake.Scan{Table: table, Columns: sourcetest.Whole(d).Columns, Where: []lake.ScanCondition{cond}}
						got := scan(t, s, q)
						r.Take("part", got.Rows)
						checked++
						if op == lake.ScanPrefix {
							if got.Pushed[0] {
								t.Errorf("prefix was pushed")
							}
							continue
						}
						want := r.Lines("SELECT * FROM every WHERE " + sourcetest.Condition(cond))
						if again := r.Lines("SELECT * FROM part WHERE " + sourcetest.Condition(cond)); !reflect.DeepEqual(again, want) {
							t.Errorf("%s: %q, not %q\n%s", sourcetest.Condition(cond), again, want, got.Statement)
						}
						if got.Pushed[0] {
							pushed++
						} else if got.Why[0] == "" {
							t.Errorf("%s wasn't pushed, and nobody says why", sourcetest.Condition(cond))
						}
						equality := op == lake.EQ || op == lake.ScanIn
						if must := p.always || p.equal && equality || op == lake.ScanNull || op == lake.ScanNotNull; must && !got.Pushed[0] {
							t.Errorf("%s wasn't pushed: %s", sourcetest.Condition(cond), got.Why[0])
						}
						q.Count = true
						counted := scan(t, s, q)
						if counted.Counted {
							r.Take("number", counted.Rows)
							if n := r.Lines("SELECT * FROM number"); n[0] != fmt.Sprintf("(%d)", len(want)) {
								t.Errorf("%s counted %s, not %d\n%s", sourcetest.Condition(cond), n, len(want), counted.Statement)
							}
						} else {
							counted.Rows.Release()
						}
						if mustCount := p.always && (op != lake.NE || null == "NOT NULL" && !strings.HasPrefix(d.Columns[1].Type, "DATE") && !strings.HasPrefix(d.Columns[1].Type, "TIMES")); mustCount != counted.Counted && (op != lake.ScanNull && op != lake.ScanNotNull) {
							t.Errorf("%s counted: %v, %s", sourcetest.Condition(cond), counted.Counted, counted.Statement)
						}
					}
				}
				ordered(t, r, s, d, table)
			})
		}
	}
	t.Logf("%d conditions, %d pushed", checked, pushed)
}

// ordered compares limited scans with the engine's order, ties broken by id.
func ordered(t *testing.T, r *sourcetest.Referee, s interface {
	Scan(ctx ctxType, s lake.Scan) (*lake.Scanned, error)
}, d *lake.SourceTable, table string) {
	t.Helper()
	for _, desc := range []bool{false, true} {
		k := d.Columns[1]
		got, err := s.Scan(t.Context(), lake.Scan{Table: table, Columns: sourcetest.Whole(d).Columns, Limit: 3,
			Order: []lake.ScanOrder{{Column: k.Name, Type: k.Type, Desc: desc}, {Column: "id", Type: "INTEGER"}}})
		if err != nil {
			t.Fatal(err)
		}
		r.Take("top", got.Rows)
		if !got.Limited {
			continue
		}
		direction := map[bool]string{true: " DESC", false: " ASC"}[desc]
		want := r.Lines("SELECT * FROM every ORDER BY \"" + k.Name + "\"" + direction + " NULLS LAST, id LIMIT 3")
		if top := r.Lines("SELECT * FROM top"); !reflect.DeepEqual(top, want) {
			t.Errorf("first by %s%s: %q, not %q\n%s", k.Name, direction, top, want, got.Statement)
		}
	}
}
