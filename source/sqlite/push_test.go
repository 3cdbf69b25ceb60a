package sqlite_test

import (
	"fmt"
	"reflect"
	"testing"

	"headwater/lake"
	"headwater/source/sourcetest"
)

var words = []string{"a", "A", "a ", "", " ", "é", "e\u0301", "ß", "ss", "😀", "中文", "1", "1.0", "01", "it's", "\\x00"}

// probes are columns with values, and what to compare with.
var probes = []struct {
	declared, values, options string
	compare                   []string
	pushed                    map[lake.Op]bool
	counted                   map[lake.Op]bool
}{
	{"INTEGER", "(-9223372036854775808),(-1),(0),(9007199254740993),(9223372036854775807),(NULL)", "", []string{"0", "9007199254740993", "9007199254740992", "-9223372036854775808", "9223372036854775807"}, most, countable},
	{"INTEGER", "(1),(2),(NULL)", "STRICT", []string{"1", "2", "3"}, most, countable},
	{"NUMERIC", "(1),('2'),(NULL)", "", []string{"1", "2"}, most, countable},
	{"INTEGER", "(1),(2.5),(NULL)", "", []string{"1.0", "2.5"}, none, none},
	{"INTEGER", "(1),('x'),('1'),(NULL)", "", []string{"1", "x"}, none, none},
	{"REAL", "(1),(0.1),(-0.0)", "", []string{"0.1", "0.0"}, none, none},
	{"DECIMAL(10,2)", "(1),(0.1),('1.10')", "", []string{"0.10", "1.10"}, none, none},
	{"TEXT", texts, "", words, equal, none},
	{"TEXT COLLATE NOCASE", texts, "", words, equal, none},
	{"TEXT COLLATE RTRIM", texts, "", words, equal, none},
	{"TEXT", texts, "STRICT", words, equal, equal},
	{"", "('a'),(1),('1'),(1.0),(x'61')", "", words, none, none},
	{"BLOB", "(x'61'),(x'00')", "", []string{"a"}, none, none},
	{"DATE", "('2024-02-29'),('1999-12-31'),('0001-01-01'),(NULL)", "", []string{"2024-02-29", "1999-12-31", "2000-01-01"}, most, none},
	{"DATETIME", "('2024-02-29 10:00'),('2024-02-29T10:00:00'),('2024-02-29 10:00:00.5'),('2024-02-29'),('2024-03-01 00:00:00'),('1969-12-31 23:59:59.999999'),(NULL)", "",
		[]string{"2024-02-29 10:00:00", "2024-02-29 00:00:00", "2024-03-01 00:00:00", "1969-12-31 23:59:59.999999", "2024-02-29 10:00:00.25"}, ranges, none},
	{"BOOLEAN", "(0),(1),(NULL)", "", []string{"true", "false"}, none, none},
}

const texts = "('a'),('A'),('a '),(''),(' '),('é'),('e\u0301'),('ß'),('ss'),('😀'),('中文'),(1),('01'),('1.0'),(NULL)"

var (
	none      = map[lake.Op]bool{}
	equal     = map[lake.Op]bool{lake.EQ: true, lake.ScanIn: true}
	ranges    = map[lake.Op]bool{lake.EQ: true, lake.LT: true, lake.LE: true, lake.GT: true, lake.GE: true}
	countable = map[lake.Op]bool{lake.EQ: true, lake.LT: true, lake.LE: true, lake.GT: true, lake.GE: true, lake.ScanIn: true}
	most      = map[lake.Op]bool{lake.EQ: true, lake.NE: true, lake.LT: true, lake.LE: true, lake.GT: true, lake.GE: true, lake.ScanIn: true}
)

// TestPushdownChangesNoAnswer compares rows that come with a condition pushed, and tested
// again, with all rows tested by DuckDB, for each type, operator and value.
func TestPushdownChangesNoAnswer(t *testing.T) {
	for i, p := range probes {
		t.Run(fmt.Sprint(i, p.declared, p.options), func(t *testing.T) {
			path, _ := file(t, "CREATE TABLE t (id INTEGER PRIMARY KEY, v "+p.declared+") "+p.options, "INSERT INTO t (v) VALUES "+p.values, "CREATE VIEW w AS SELECT id, v FROM t", "CREATE INDEX i ON t (v)")
			c := open(t, path)
			for _, table := range []string{"t", "w"} {
				d := sourcetest.Describe(t, c, table)
				s, r := sourcetest.Session(t, c), sourcetest.NewReferee(t)
				r.Take("every", sourcetest.Scan(t, s, sourcetest.Whole(d)).Rows)
				for _, op := range sourcetest.Operators {
					for _, cond := range sourcetest.Conditions(op, d.Columns[1], p.compare) {
						if op == lake.ScanPrefix && cond.Type != "VARCHAR" {
							continue
						}
						q := sourcetest.Whole(d)
						q.Where = []lake.ScanCondition{cond}
						got := sourcetest.Scan(t, s, q)
						r.Take("part", got.Rows)
						text := sourcetest.Condition(cond)
						want := r.Lines("SELECT * FROM every WHERE " + text)
						if again := r.Lines("SELECT * FROM part WHERE " + text); !reflect.DeepEqual(again, want) {
							t.Errorf("%s: %q, not %q\n%s", text, again, want, got.Statement)
						}
						null := op == lake.ScanNull || op == lake.ScanNotNull
						if must := p.pushed[op] || null; table == "t" && got.Pushed[0] != must && (len(cond.Values) == 0 || cond.Values[0] != "\\x00") && (op != lake.ScanIn || cond.Type == "BIGINT") {
							t.Errorf("%s pushed: %v (%s)", text, got.Pushed[0], got.Why[0])
						}
						q.Count = true
						counted := sourcetest.Scan(t, s, q)
						if !counted.Counted {
							counted.Rows.Release()
							if table == "t" && (null || p.counted[op] && cond.Type == "BIGINT" && p.options == "STRICT") {
								t.Errorf("%s wasn't counted", text)
							}
							continue
						}
						r.Take("number", counted.Rows)
						if n := r.Lines("SELECT * FROM number"); n[0] != fmt.Sprintf("(%d)", len(want)) {
							t.Errorf("%s counted %s, not %d\n%s", text, n, len(want), counted.Statement)
						}
					}
				}
				for _, direction := range []string{"", " DESC"} {
					q := sourcetest.Whole(d)
					q.Limit, q.Order = 3, []lake.ScanOrder{{Column: "v", Type: d.Columns[1].Type, Desc: direction != ""}, {Column: "id", Type: "BIGINT"}}
					got := sourcetest.Scan(t, s, q)
					r.Take("top", got.Rows)
					if want := r.Lines("SELECT * FROM every ORDER BY v" + direction + " NULLS LAST, id LIMIT 3"); got.Limited && !reflect.DeepEqual(r.Lines("SELECT * FROM top"), want) {
						t.Errorf("first by v%s: %q, not %q", direction, r.Lines("SELECT * FROM top"), want)
					}
				}
			}
		})
	}
}
