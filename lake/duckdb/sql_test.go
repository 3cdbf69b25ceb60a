package duckdb_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/duckdb"
)

func TestSQLReadsEntities(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		`select name, amount, amount_currency from deals order by amount desc`:                                                                 `[[Contoso 续约 3000 CNY] [重庆长安 续约 2000 CNY] [阿里巴巴 续约 1000 CNY]]`,
		`select u.name, sum(d.amount) s from deals d join accounts a on a.id = d.account join users u on u.id = a.owner group by 1 order by 1`: `[[林涛 2000] [王芳 4000]]`,
		`with x as (select * from deals where seats > 0) select count(*) from x, products`:                                                     `[[2]]`,
		`with recursive c as (select 1 n union all select n+1 from c where n < 3) select list(n) from c`:                                       `[[[1 2 3]]]`,
		`with accounts as (select * from accounts where name = 'Contoso') select name from accounts`:                                           `[[Contoso]]`,
		`select name from accounts where id in (select account from deals where stage = 'won') union select 'x' order by 1`:                    `[[x] [阿里巴巴]]`,
		`select due, due + interval 1 day, 1.50::decimal(9,2), 10000000000000000000::hugeint, {'a': 1}, true, null, 1e0 from deals limit 1;`:   `[[2026-12-01 2026-12-02T00:00:00Z 1.5 10000000000000000000 map[a:1] true <nil> 1]]`,
		`from Products select name`:                                                                `[[云平台]]`,
		`select x from (select unnest([1,2]) x), range(1)`:                                         `[[1] [2]]`,
		`select count(*) filter (where a.created_at is not null) from accounts a tablesample 100%`: `[[3]]`,
		`select name, row_number() over (order by name) n from accounts qualify n = 1`:             `[[Contoso 1]]`,
	} {
		s, err := run(r, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := fmt.Sprint(s.rows); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// Numbers within JSON keep their digits, however deep they lie.
func TestSQLKeepsDigitsOfJSON(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		`select '{"n": 9007199254740993, "d": 0.1, "e": 0.12345678901234567891, "big": 123456789012345678901234567890}'::json as x`: `[JSON] [[map[big:123456789012345678901234567890 d:0.1 e:0.12345678901234567891 n:9007199254740993]]]`,
		`select '[9007199254740993, null, "a", true, 1e400]'::json x, 'y' y`:                                                        `[JSON VARCHAR] [[[9007199254740993 <nil> a true 1e400] y]]`,
		`select '{"a": {"b": [9007199254740993]}}' -> 'a' x`:                                                                        `[JSON] [[map[b:[9007199254740993]]]]`,
		`select null::json x, '9007199254740993'::json y, '"9007199254740993"'::json z`:                                             `[JSON JSON JSON] [[<nil> 9007199254740993 9007199254740993]]`,
		`select ['9007199254740993'::json] x, {'a': '9007199254740993'::json} y`:                                                    `[JSON[] STRUCT(a JSON)] [[[9007199254740993] map[a:9007199254740993]]]`,
		`select to_json(range) x, range y from range(3) order by range desc`:                                                        `[JSON BIGINT] [[2 2] [1 1] [0 0]]`,
		`select 1 x, '1'::json x`: `[INTEGER JSON] [[1 1]]`,
	} {
		s, err := run(r, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if got := fmt.Sprint(s.types, " ", s.rows); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	s, err := run(r, `select '[9007199254740993, 1.5]'::json`)
	if want := []any{int64(9007199254740993), 1.5}; err != nil || !reflect.DeepEqual(s.rows[0][0], want) {
		t.Errorf("%#v %v", s.rows, err)
	}
}

// A FLOAT is shown as the number that it was written as, not as the nearest DOUBLE's digits.
func TestSQLShowsShortFloats(t *testing.T) {
	l, _, _ := selling(t)
	s, err := run(at(t, l, boss, "main", 0), `select 1.1::float, 3.4e38::float, -0.0::float, [9.8::float], 0.1::double, 'nan'::float`)
	if want := "[[1.1 3.4e+38 -0 [9.8] 0.1 NaN]]"; err != nil || fmt.Sprint(s.rows) != want {
		t.Errorf("%v %v, want %s", s.rows, err, want)
	}
}

// A SELECT without an end gives its place back, soon after whoever asked is gone, and after
// a while in any case.
func TestSQLWithoutAnEnd(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, boss, "main", 0)
	endless := "with recursive c as (select 1 n union all select n + 1 from c) select count(*) from c"
	gone, cancel := context.WithCancel(ctx)
	time.AfterFunc(200*time.Millisecond, cancel)
	began := time.Now()
	if err := r.SQL(gone, endless, &table{}); !errors.Is(err, context.Canceled) || time.Since(began) > 30*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	duckdb.WithRecursiveTime(300*time.Millisecond, func() {
		if _, err := run(r, endless); code(err) != "sql_timeout" {
			t.Error(err)
		}
		if s, err := run(r, "with recursive c as (select 1 n union all select n + 1 from c where n < 100) select count(*) from c"); err != nil || fmt.Sprint(s.rows) != "[[100]]" {
			t.Error(s.rows, err)
		}
	})
}

func TestSQLShowsInfiniteTimes(t *testing.T) {
	l, _, _ := selling(t)
	s, err := run(at(t, l, boss, "main", 0), `select 'infinity'::timestamp, '-infinity'::timestamp, 'infinity'::timestamptz, 'infinity'::date, '-infinity'::date, ['infinity'::date], timestamp '9999-12-31 23:59:59'`)
	if want := "[[infinity -infinity infinity infinity -infinity [infinity] 9999-12-31T23:59:59Z]]"; err != nil || fmt.Sprint(s.rows) != want {
		t.Errorf("%v %v, want %s", s.rows, err, want)
	}
}

func TestSQLRefuses(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		`insert into accounts values (1)`: "sql_not_select", `drop table accounts`: "sql_not_select", `select 1; select 2`: "sql_not_select", ``: "sql_not_select",
		`describe accounts`: "sql_not_select", `show tables`: "sql_not_select", `set threads = 1`: "sql_not_select", `copy accounts to 'x'`: "sql_not_select",
		`attach 'x.db'`: "sql_not_select", `explain select 1`: "sql_not_select", `call pragma_version()`: "sql_not_select",
		`select 1e400`: "sql_invalid", `select * from nothing`: "sql_table_unknown", `select * from _mirror.accounts`: "sql_table_unknown", `select * from main.accounts`: "sql_table_unknown",
		`select * from 'x.csv'`: "sql_table_unknown", `select * from hw_fields`: "sql_table_unknown", `select * from duckdb_settings`: "sql_table_unknown",
		`select * from sqlite_master`: "sql_table_unknown", `select * from information_schema.tables`: "sql_table_unknown", `select * from pg_class`: "sql_table_unknown",
		`with duckdb_tables as (select * from duckdb_tables) select * from duckdb_tables`:                                             "sql_table_unknown",
		`select * from (with pg_class as (select 1) select * from pg_class) x, pg_class`:                                              "sql_table_unknown",
		`with recursive sqlite_master as (select * from sqlite_master union select * from sqlite_master) select * from sqlite_master`: "sql_table_unknown",
		`with recursive a as (select 1 x union all select * from a union all select * from a) select * from a`:                        "sql_table_unknown",
		`select (select count(*) from duckdb_tables)`:                                                                                 "sql_table_unknown",
		`select * from read_csv('/etc/passwd')`:                                                                                       "sql_function_denied",
		`select * from duckdb_settings()`:                                                                                             "sql_function_denied", `select * from query('select 1')`: "sql_function_denied", `select * from glob('*')`: "sql_function_denied",
		`select current_setting('threads')`: "sql_function_denied", `select getenv('HOME')`: "sql_function_denied", `select main.current_query()`: "sql_function_denied",
		`select name from accounts where (select 1 from query_table('accounts')) = 1`: "sql_function_denied",
		`select list_transform([1], x -> getvariable('a'))`:                           "sql_function_denied", `select sleep_ms(10)`: "sql_function_denied",
		`select _hidden from accounts`: "sql_invalid", `select nope from accounts`: "sql_invalid", `selec 1`: "sql_invalid", `select $1`: "sql_invalid",
		`select * from accounts at (version => null)`: "sql_invalid", `select * from accounts at (version => getenv('HOME'))`: "sql_function_denied",
		`select * from accounts at (version => 99999)`: "revision_unknown", `select 1/0, 'a'::int`: "sql_invalid", `select rowid from accounts`: "sql_invalid",
	} {
		_, err := run(r, text)
		if got := code(err); got != want {
			t.Errorf("%s: %s (%v), want %s", text, got, err, want)
		}
		if err != nil && (strings.Contains(err.Error(), "_mirror") && !strings.Contains(text, "_mirror") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%s: says too much: %v", text, err)
		}
	}
}

func TestSQLShowsOnlyWhatOneMaySee(t *testing.T) {
	l, _, _ := selling(t)
	for _, c := range []struct {
		who        lake.Principal
		text, want string
	}{
		{wang, `select name from accounts order by 1`, `[[Contoso] [阿里巴巴]]`},
		{wang, `select count(*) from deals`, `[[2]]`}, // two inherit from her accounts
		{lin, `select count(*) from deals`, `[[3]]`},  // he owns all
		{wang, `select count(*) from products`, `[[1]]`},
		{blind, `select count(phone), count(*) from accounts`, `[[0 3]]`},
		{blind, `select sum(amount), count(amount_currency) from deals`, `[[<nil> 0]]`},
		{blind, `select count(*) from deals where amount > 0`, `[[0]]`},
	} {
		s, err := run(at(t, l, c.who, "main", 0), c.text)
		if err != nil || fmt.Sprint(s.rows) != c.want {
			t.Errorf("%s: %s: %v %v, want %s", c.who.Name, c.text, s.rows, err, c.want)
		}
	}
}

// An error says what it stumbled over, so a condition must never meet a row out of scope.
func TestSQLConditionsMeetOnlyWhatOneMaySee(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, wang, "main", 0)
	for _, failing := range []string{"name::uuid is null", "name::int[] is null", "date_trunc(name, now()) is null", "error(name) is null", "strftime(now(), name || '%Q') is null"} {
		for _, entity := range []string{"accounts", "deals"} {
			text := "select count(*) from " + entity + " where case when name like '重庆%' then " + failing + " else true end"
			if s, err := run(r, text); err != nil || fmt.Sprint(s.rows) != "[[2]]" {
				t.Errorf("%s: %v %v", text, s.rows, err)
			}
		}
	}
}

func TestSQLReadsBranchesAndThePast(t *testing.T) {
	l, _, _ := selling(t)
	before := at(t, l, boss, "main", 0).Revision()
	if _, err := l.CreateBranch(ctx, boss, lake.NewBranch{Name: "plan"}); err != nil {
		t.Fatal(err)
	}
	for branch, name := range map[string]lake.Cell{"main": "Fabrikam", "plan": "Adatum"} {
		write(t, l, branch, func(tx *lake.Tx) error {
			_, err := tx.Create("accounts", lake.Cells{"name": name, "owner": "wang"})
			return err
		})
	}
	for _, c := range []struct {
		who    lake.Principal
		branch string
		rev    lake.Revision
		want   string
	}{
		{boss, "main", 0, "[[Contoso] [Fabrikam] [重庆长安] [阿里巴巴]]"}, {boss, "plan", 0, "[[Adatum] [Contoso] [重庆长安] [阿里巴巴]]"},
		{boss, "main", before, "[[Contoso] [重庆长安] [阿里巴巴]]"}, {wang, "plan", 0, "[[Adatum] [Contoso] [阿里巴巴]]"}, {wang, "main", before, "[[Contoso] [阿里巴巴]]"},
	} {
		p := c.who
		if c.branch == "plan" && p == wang {
			shared := true
			if err := l.UpdateBranch(ctx, boss, "plan", &shared, nil); err != nil {
				t.Fatal(err)
			}
		}
		s, err := run(at(t, l, p, c.branch, c.rev), "select name from accounts order by name")
		if err != nil || fmt.Sprint(s.rows) != c.want {
			t.Errorf("%s on %s@%d: %v %v, want %s", p.Name, c.branch, c.rev, s.rows, err, c.want)
		}
	}
}

func TestSQLStopsWithItsReceiver(t *testing.T) {
	l, _, _ := selling(t)
	r := at(t, l, boss, "main", 0)
	n := 0
	err := r.SQL(ctx, "select range from range(100000)", receiver(func() error {
		if n++; n == 10 {
			return lake.ErrLimit
		}
		return nil
	}))
	if err != lake.ErrLimit || n != 10 {
		t.Errorf("after %d rows: %v", n, err)
	}
}

type receiver func() error

func (receiver) Columns([]string, []string) error { return nil }
func (r receiver) Row([]any) error                { return r() }

func TestSQLShowsMapsAsObjects(t *testing.T) {
	l, _, _ := selling(t)
	var got rowsOfMaps
	if err := at(t, l, boss, "main", 0).SQL(t.Context(), `select map {'a': 1, 'b': 2}`, &got); err != nil {
		t.Fatal(err)
	}
	if m, ok := got.value.(map[string]any); !ok || len(m) != 2 || m["b"] != int64(2) {
		t.Errorf("%#v, want an object with a and b", got.value)
	}
}

type rowsOfMaps struct{ value any }

func (r *rowsOfMaps) Columns([]string, []string) error { return nil }

func (r *rowsOfMaps) Row(v []any) error {
	r.value = v[0]
	return nil
}
