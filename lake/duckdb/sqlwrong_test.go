package duckdb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"headwater/lake"
)

// What is wrong with a text is told by a reason with the names and the place in it, so
// that a page can say it in its language; the database's words stay beside it.
func TestSQLMistakesAreRecognised(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		"selec 1":                     "syntax near=selec line=1 at=1",
		"select 1,\n  from, accounts": "syntax near=, line=2 at=7",
		"select name from accounts -- 客\nwhere": "end line=2 at=6",
		"select 'abc":                                                "quote line=1 at=8",
		"select 客户, nam from accounts":                               "column column=客户 line=1 at=8",
		"select '客', nam from accounts":                              "near column=nam candidates=name line=1 at=13",
		"select a.nam from accounts a":                               "near column=nam candidates=name",
		`select name from accounts where name = "Acme"`:              "quoted column=Acme line=1 at=41",
		"select x.name from accounts a":                              "alias table=x",
		"select name from accounts a, accounts b":                    "ambiguous column=name",
		"select * from accounts a, accounts a":                       "twice table=a",
		"select lenght('a')":                                         "function function=lenght line=1 at=8",
		"select sum(name) from accounts":                             "arguments call=sum(VARCHAR)",
		"select name from accounts where name > 5":                   "compare left=VARCHAR right=INTEGER",
		"select cast('abc' as int)":                                  "convert value=abc type=INTEGER",
		"select cast(name as bigint) from accounts":                  "convert type=BIGINT",
		"select date '2024-13-01'":                                   "date value=2024-13-01",
		"select 'a' > date '2024-01-01'":                             "date value=a",
		"select cast(300 as tinyint)":                                "range value=300 type=TINYINT",
		"select 9223372036854775807 + 1":                             "overflow",
		"select name, count(*) from accounts":                        "group column=name",
		"select name from accounts where count(*) > 1 group by name": "aggregate",
		"select 1 union select 1, 2":                                 "union",
		"select 1 order by 9":                                        "order count=1",
		"select (select 1 union all select 2)":                       "rows",
		"select 1 in (select 1, 2)":                                  "columns",
		"select $1":                                                  "parameter",
		"select '[1'::json":                                          "json",
		"select name，id from accounts":                               "wide near=name，id",
		"select “name” from accounts":                                "wide",
	} {
		_, err := run(r, text)
		var known *lake.Error
		if !errors.As(err, &known) || known.Code != "sql_invalid" {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if known.Params["message"] == "" {
			t.Errorf("%s: the database's words are lost: %v", text, known.Params)
		}
		reason, params := strings.Fields(want)[0], strings.Fields(want)[1:]
		if known.Params["reason"] != reason {
			t.Errorf("%s: %v, want %s", text, known.Params, want)
		}
		for _, p := range params {
			name, value, _ := strings.Cut(p, "=")
			if known.Params[name] != value {
				t.Errorf("%s: %v, want %s", text, known.Params, want)
			}
		}
	}
	_, err := run(r, "select * from acounts")
	var known *lake.Error
	if !errors.As(err, &known) || known.Code != "sql_table_unknown" || known.Params["reason"] != "near" || known.Params["candidates"] != "accounts" || known.Params["at"] != "15" {
		t.Errorf("%v %#v", err, known)
	}
}

// A call that would fill gigabytes is refused before it begins to, however its count is written.
func TestSQLValuesThatWouldBeTooLong(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, boss, "main", 0)
	for _, text := range []string{
		"select repeat('x', 4000000000)", "select length(repeat('ab', 2000 * 1000000))", "select repeat(repeat('x', 100000), 100000)",
		"select repeat('x', i) from range(4000000000, 4000000002) t(i)", "with a as (select repeat('x', 1000000) s) select length(repeat(s, 1000000)) from a",
		"select lpad('x', 2000000000, 'y')", "select rpad('x', i::int, 'y') from range(2000000000, 2000000001) t(i)", "select len(range(1000000000))",
		"select length(format('{:>1000000000}', 'x'))", "select printf('%1000000000d', 1)", "select len(list_resize([1], 1000000000))",
		"select upper(repeat(name, 1000000000)) from accounts",
	} {
		began := time.Now()
		if _, err := run(r, text); code(err) != "sql_value_long" || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %v after %v", text, err, time.Since(began))
		}
	}
	for text, want := range map[string]string{
		"select repeat('ab', 3), lpad('x', 3, '0'), rpad('x', 3, '0'), repeat([1], 2), repeat('x', -1)":                                                       "[[ababab 00x x00 [1 1] ]]",
		"select repeat(s, i::int), repeat(s::blob, i), lpad(s, i::int, '.'), repeat(repeat(s, i), i), repeat(s, null) from (select 'ab' s), range(3, 4) t(i)": "[[ababab 616261626162 .ab ababababababababab <nil>]]",
	} {
		s, err := run(r, text)
		if got := fmt.Sprint(s.rows); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", text, got, err, want)
		}
	}
}
