package duckdb_test

import (
	"fmt"
	"strings"
	"testing"

	"headwater/lake"
)

func TestNearest(t *testing.T) {
	for _, pushes := range []bool{true, false} {
		l, src := shop(t)
		src.pushes = pushes
		src.exec("CREATE TABLE notes (ID0 INTEGER, BODY VARCHAR, EMB FLOAT[]); INSERT INTO notes VALUES (1, 'one', [1, 0]), (2, 'two', [0, 1]), (3, 'three', [0.9, 0.1]), (4, 'four', NULL), (5, 'five', [10, 0])")
		declare(t, l, foreignEntity("notes", "notes", 1, "id0 integer INTEGER", "body text VARCHAR", "emb vector FLOAT[]"))
		r := at(t, l, boss, "main", 0)
		for text, want := range map[string]string{
			`select id, body, distance from nearest('notes', 'emb', [1.0, 0], 2)`:                                      `[[1 one 0] [3 three 0.1414213`,
			`select n.id, round(n.distance, 3) from nearest('notes', 'emb', [1, 0], 3, 'cosine') n order by 2 desc, 1`: `[[3 0.006] [1 0] [5 0]]`,
			`select id, distance from nearest('notes', 'emb', [1, 0], 1, 'ip')`:                                        `[[5 -10]]`,
			`select c.name from nearest('notes', 'emb', list_value(0, 1), 1) n join customers c on c.id0 = n.id0`:      `[[Contoso]]`,
			`select id from nearest('notes', 'emb', [1.0, 0], 2) where id0 > 1`:                                        `[[3]]`,
			`select count(*) from nearest('notes', 'emb', [1.0, 0], 3)`:                                                `[[3]]`,
		} {
			if got := rowsOf(t, r, text); !strings.HasPrefix(got, want) {
				t.Errorf("%v %s: %s, want %s", pushes, text, got, want)
			}
		}
		for text, want := range map[string]string{
			`select * from nearest('notes', 'body', [1], 2)`: "field_no_vector", `select * from nearest('nothing', 'emb', [1], 2)`: "sql_table_unknown",
			`select * from nearest('notes', 'emb', [1], 0)`: "sql_invalid", `select * from nearest('notes', 'emb', [getenv('HOME')], 1)`: "sql_function_denied",
			`select * from nearest('notes', 'emb', [1], 2, 'x')`: "sql_invalid",
		} {
			if _, err := run(r, text); code(err) != want {
				t.Errorf("%s: %v, want %s", text, err, want)
			}
		}
		write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Put("notes", "1", lake.Cells{"body": "uno"}); return err })
		if got := rowsOf(t, at(t, l, boss, "main", 0), `select id, body from nearest('notes', 'emb', [1.0, 0], 1)`); got != "[[1 uno]]" {
			t.Error(got)
		}
		rec, err := r.Get(ctx, "notes", "3")
		if err != nil || rec.Cells["emb"] != "[0.9,0.1]" {
			t.Errorf("%v %v", rec, err)
		}
	}
}

func TestExplain(t *testing.T) {
	l, src := shop(t)
	write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Put("orders", "a~1", lake.Cells{"amount": "99"}); return err })
	src.write("rates", "csv", "SELECT 'CNY' AS CODE, 1.0 AS RATE")
	declare(t, l, foreignEntity("rates", "rates", 1, "code text VARCHAR", "rate decimal DECIMAL(10,4)"),
		derivedFrom("rich", "select id0 as who, name from customers where limits > 50", 1, "who integer INTEGER", "name text VARCHAR"))
	r := at(t, l, boss, "main", 0)
	x, err := engineOf(t, l).Explain(ctx, viewOf(r), "select r.name, o.amount, a.name from rich r join orders o on o.customer = r.who left join accounts a on a.name = r.name, rates where o.ordered > date '2026-01-01' and year(o.ordered) = 2026 and rate > 0.5", nil)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, s := range x.Steps {
		line := fmt.Sprintf("%d %s %s cols=%v pushed=%v", s.Depth, s.Code, s.Entity, s.Columns, s.Pushed)
		for _, c := range s.Stayed {
			line += " stayed=" + c.Condition + ":" + c.Why
		}
		lines = append(lines, line+fmt.Sprintf(" rows=%d", s.Rows))
	}
	got := strings.Join(lines, "\n")
	for _, want := range []string{"0 engine", "derived rich", "2 scan_source customers cols=[id0 name limits] pushed=[limits > 50.00]", "1 overlay orders", "rows=1", "scan_files rates cols=[rate] pushed=[rate > 0.5000]", "scan_mirror accounts", "rows=2"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q isn't in\n%s", want, got)
		}
	}
	if x.Rows != 2 && x.Rows != 3 {
		t.Errorf("%d rows", x.Rows)
	}
	x, err = engineOf(t, l).Explain(ctx, viewOf(r), "select name from customers where year(since) = 2020 and ok and score < 5", nil)
	if err != nil || len(x.Steps) != 2 || fmt.Sprint(x.Steps[1].Pushed) != "[ok = true score < 5.0]" || len(x.Steps[1].Stayed) != 1 || !strings.Contains(x.Steps[1].Stayed[0].Condition, "year") {
		t.Errorf("%+v %v", x, err)
	}
	x, err = engineOf(t, l).Explain(ctx, viewOf(r), "", &lake.Question{Entity: "customers", Limit: 1, Total: true})
	if err != nil || len(x.Steps) != 3 || x.Steps[1].Note != "limited" || x.Steps[2].Note != "counted" {
		t.Errorf("%+v %v", x, err)
	}
}

func TestProfile(t *testing.T) {
	l, src := shop(t)
	src.exec("INSERT INTO customers (ID0, LIMITS, SINCE, CITY) SELECT 100 + range, range % 50, DATE '2020-01-01' + (range % 40)::INTEGER, 'c' || (range % 3) FROM range(1000)")
	r := at(t, l, boss, "main", 0)
	e := engineOf(t, l)
	p, err := e.Profile(ctx, viewOf(r), "customers", "limits")
	if err != nil || p.Rows != 1004 || p.Nulls != 1 || p.Distinct != 53 || p.Min != "0" || p.Max != "2000" || len(p.Bins) != 20 || p.Bins[1].Value != "100" || len(p.Top) != 10 || p.Top[0].Count != 20 || p.Mean == "" {
		t.Errorf("%+v %v", p, err)
	}
	p, err = e.Profile(ctx, viewOf(r), "customers", "city")
	if err != nil || p.Nulls != 2 || p.Top[0] != (lake.Counted{Value: "c0", Count: 334}) || p.Bins != nil {
		t.Errorf("%+v %v", p, err)
	}
	p, err = e.Profile(ctx, viewOf(r), "customers", "since")
	if err != nil || p.Min != "1999-12-31" || p.Bins[0].Value != "1999-12-31" {
		t.Errorf("%+v %v", p, err)
	}
	p, err = e.Profile(ctx, viewOf(r), "customers", "score")
	if err != nil || p.Rows != 1004 {
		t.Errorf("%+v %v", p, err)
	}
	if _, err = e.Profile(ctx, viewOf(at(t, l, blind, "main", 0)), "customers", "phone"); code(err) != "field_masked" {
		t.Error(err)
	}
	if hits, err := r.Search(ctx, "Contoso", 5); err != nil || len(hits) != 0 {
		t.Errorf("a live source was searched: %v %v", hits, err)
	}
	if err := l.UpdateEntity(ctx, lake.System, "main", "customers", func(e *lake.Entity) error { e.Home.Keep = &lake.Keep{}; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := l.RefreshCopy(ctx, boss, "customers"); err != nil {
		t.Fatal(err)
	}
	hits, err := at(t, l, boss, "main", 0).Search(ctx, "conTOSO", 5)
	if err != nil || titles(hits) != "Contoso" || hits[0].Key != "2" {
		t.Errorf("%+v %v", hits, err)
	}
	hits, err = at(t, l, boss, "main", 0).Search(ctx, "杭", 5)
	if err != nil || titles(hits) != "阿里巴巴" || hits[0].Field != "city" {
		t.Errorf("%+v %v", hits, err)
	}
	if hits, _ = at(t, l, wang, "main", 0).Search(ctx, "contoso", 5); len(hits) != 0 {
		t.Errorf("%+v", hits)
	}
}
