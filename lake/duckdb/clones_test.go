package duckdb_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/duckdb"
)

// cloneOf declares a clone with all fields of its original.
func cloneOf(t testing.TB, l *lake.Lake, name string, of lake.EntityName, change func(*lake.Entity)) lake.Entity {
	r := at(t, l, boss, "main", 0)
	orig, err := r.Schema().Entity(of)
	if err != nil {
		t.Fatal(err)
	}
	e := *orig
	e.Fields = append([]lake.Field(nil), orig.Fields...)
	e.Name, e.Owner, e.Inherits = lake.EntityName(name), "", ""
	e.Home = lake.Home{Kind: lake.Clone, Of: of, Branch: r.Branch().ID, At: r.Revision()}
	for i := range e.Fields {
		e.Fields[i].Column = string(e.Fields[i].Name)
		e.Fields[i].Unique, e.Fields[i].Required = false, false
	}
	if change != nil {
		change(&e)
	}
	declare(t, l, e)
	return e
}

func derivedFrom(name, text string, key int, fields ...string) lake.Entity {
	e := foreignEntity(name, "", key, fields...)
	e.Home = lake.Home{Kind: lake.Derived, SQL: text, Key: e.Home.Key}
	for i := range e.Fields {
		e.Fields[i].Column = string(e.Fields[i].Name)
	}
	return e
}

func TestCloneOfForeign(t *testing.T) {
	l, _ := shop(t)
	write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Put("customers", "1", lake.Cells{"city": "宁波"}); return err })
	cloneOf(t, l, "copy1", "customers", func(e *lake.Entity) {
		e.Home.Where = "id0 < 10"
		e.Home.Masks = map[lake.FieldName]lake.MaskRule{"phone": {Rule: lake.MaskFirst, N: 4}, "limits": {Rule: lake.MaskRound, N: 3}, "since": {Rule: lake.MaskShift, N: 10}, "score": {Rule: lake.MaskNull}}
	})
	r := at(t, l, boss, "main", 0)
	if got := rowsOf(t, r, "select id, name, city, phone, limits, score from copy1 order by id0"); got != "[[1 阿里巴巴 宁波 138 * 0 <nil>] [2 Contoso  138 * 2000 <nil>] [3 重庆长安 重庆 <nil> <nil> <nil>]]" {
		t.Error(got)
	}
	if got := rowsOf(t, r, "select count(*) from copy1 c join customers o on c.id = o.id where abs(date_diff('day', c.since, o.since)) <= 10"); got != "[[2]]" {
		t.Error(got)
	}
	write(t, l, "main", func(tx *lake.Tx) error {
		if _, err := tx.Put("copy1", "2", lake.Cells{"name": "Contoso Ltd."}); err != nil {
			return err
		}
		_, err := tx.Delete("copy1", "3", "")
		return err
	})
	r = at(t, l, boss, "main", 0)
	if got := rowsOf(t, r, "select id, name, phone from copy1 order by id0"); got != "[[1 阿里巴巴 138 *] [2 Contoso Ltd. 138 *]]" {
		t.Error(got)
	}
	if got := rowsOf(t, r, "select name from customers where id0 in (2, 3) order by id0"); got != "[[Contoso] [重庆长安]]" {
		t.Error(got)
	}
	rec, err := r.Get(ctx, "copy1", "2")
	if err != nil || rec.Cells["phone"] != "138 *" || rec.Cells["name"] != "Contoso Ltd." {
		t.Errorf("%v %v", rec, err)
	}
	if got := askKeys(t, r, lake.Question{Entity: "copy1", Where: lake.Compare{Path: lake.Path{"name"}, Op: lake.Has, Value: "ltd"}}); got != "2" {
		t.Error(got)
	}
	// A role that mustn't see the original's column doesn't see the clone's.
	if got := rowsOf(t, at(t, l, blind, "main", 0), "select count(phone) from copy1"); got != "[[0]]" {
		t.Error(got)
	}
}

func TestCloneOfNativeStaysWhereItWasCloned(t *testing.T) {
	l, _, engine := sellingWithSources(t)
	_ = engine
	cloneOf(t, l, "deals2", "deals", func(e *lake.Entity) { e.Home.Where = "seats > 0" })
	cloneOf(t, l, "accounts2", "accounts", func(e *lake.Entity) {
		e.Home.Masks = map[lake.FieldName]lake.MaskRule{"name": {Rule: lake.MaskName, Lang: "zh"}}
		e.Owner = "owner"
	})
	before := at(t, l, boss, "main", 0)
	text := "select name, amount, amount_currency, stage from deals2 order by amount"
	want := "[[重庆长安 续约 2000 CNY open] [Contoso 续约 3000 CNY <nil>]]"
	if got := rowsOf(t, before, text); got != want {
		t.Error(got)
	}
	write(t, l, "main", func(tx *lake.Tx) error {
		keys := strings.Split(askKeys(t, before, lake.Question{Entity: "deals"}), ",")
		for _, k := range keys {
			if _, err := tx.Put("deals", lake.Key(k), lake.Cells{"amount": "1 CNY"}); err != nil {
				return err
			}
		}
		return nil
	})
	now := at(t, l, boss, "main", 0)
	if got := rowsOf(t, now, text); got != want {
		t.Error(got)
	}
	if got := rowsOf(t, now, "select sum(amount) from deals"); got != "[[3]]" {
		t.Error(got)
	}
	a, err := now.Ask(ctx, lake.Question{Entity: "deals2", Limit: 5, Fields: []lake.Path{{"amount"}, {"account", "name"}}, Sums: []lake.FieldName{"amount"}, Order: []lake.Order{{Path: lake.Path{"amount"}, Desc: true}}})
	if err != nil || a.Rows[0].Cells[0] != "3000 CNY" || a.Rows[0].Cells[1] != "Contoso" || fmt.Sprint(a.Sums) != "map[amount:[5000 CNY]]" {
		t.Errorf("%+v %v", a, err)
	}
	// The row scope of the original holds in the clone.
	if got := rowsOf(t, at(t, l, wang, "main", 0), "select count(*) from deals2"); got != "[[1]]" {
		t.Error(got)
	}
	if got := rowsOf(t, at(t, l, lin, "main", 0), "select count(*) from accounts2"); got != "[[1]]" {
		t.Error(got)
	}
	if got := askKeys(t, at(t, l, lin, "main", 0), lake.Question{Entity: "accounts2"}); got == "" || strings.Contains(got, ",") {
		t.Error(got)
	}
	past := fmt.Sprintf("select (select sum(amount) from deals at (version => %d)), (select sum(amount) from deals), (select count(*) from deals2 at (version => %[1]d))", before.Revision())
	if got := rowsOf(t, now, past); got != "[[6000 3 2]]" {
		t.Error(got)
	}
	when := time.Now().Add(time.Second).UTC().Format("2006-01-02 15:04:05")
	if got := rowsOf(t, now, "select sum(amount) from deals at (timestamp => timestamp '"+when+"')"); got != "[[3]]" {
		t.Error(got)
	}
}

func sellingWithSources(t testing.TB) (*lake.Lake, *elsewhere, *duckdb.Engine) {
	src := newElsewhere(t)
	l, e := withSources(t, src, everyRight(), declared())
	sell(t, l)
	return l, src, e
}

func TestMasks(t *testing.T) {
	l, src := shop(t)
	src.exec("CREATE TABLE people (K INTEGER, NAME VARCHAR, MAIL VARCHAR, PHONE VARCHAR, BORN DATE, PAY INTEGER); INSERT INTO people VALUES (1,'张三','a@b.cn','138','2000-01-01',1234),(2,'张三','c@d.cn','138','2000-01-01',-987),(3,'李四',NULL,NULL,NULL,NULL)")
	people := foreignEntity("people", "people", 1, "k integer INTEGER", "name text VARCHAR", "mail email VARCHAR", "phone phone VARCHAR", "born date DATE", "pay integer INTEGER")
	declare(t, l, people)
	mask := func(name string, rules map[lake.FieldName]lake.MaskRule) {
		cloneOf(t, l, name, "people", func(e *lake.Entity) { e.Home.Masks = rules })
	}
	mask("p1", map[lake.FieldName]lake.MaskRule{"name": {Rule: lake.MaskHash}, "mail": {Rule: lake.MaskMail}, "phone": {Rule: lake.MaskPhone, Lang: "zh"}, "born": {Rule: lake.MaskShift, N: 30}, "pay": {Rule: lake.MaskRound, N: 2}})
	mask("p2", map[lake.FieldName]lake.MaskRule{"name": {Rule: lake.MaskName, Lang: "en"}, "mail": {Rule: lake.MaskConstant, Text: "x@example.invalid"}, "phone": {Rule: lake.MaskPhone, Lang: "en"}, "born": {Rule: lake.MaskNull}, "pay": {Rule: lake.MaskConstant, Text: "5"}})
	mask("p3", map[lake.FieldName]lake.MaskRule{"name": {Rule: lake.MaskHash}, "phone": {Rule: lake.MaskName, Lang: "zh"}})
	r := at(t, l, boss, "main", 0)
	one, two := rowsOf(t, r, "select * exclude (id, created_at, updated_at) from p1 order by k"), rowsOf(t, r, "select * exclude (id, created_at, updated_at) from p2 order by k")
	if !regexp.MustCompile(`^\[\[1 [0-9a-f]{64} [a-z]+\.[a-z]+\d+@mail\.example 1\d\d-0000-\d{4} \d{4}-\d\d-\d\d 1200\] \[2 [0-9a-f]{64} .* -1000\] \[3 [0-9a-f]{64} <nil> <nil> <nil> <nil>\]\]$`).MatchString(one) {
		t.Error(one)
	}
	if !regexp.MustCompile(`^\[\[1 [A-Z][a-z]+ [A-Z][a-z]+ x@example\.invalid \+1 \d{3} 555-01\d\d <nil> 5\] .*\[3 [A-Z][a-z]+ [A-Z][a-z]+ x@example\.invalid <nil> <nil> 5\]\]$`).MatchString(two) {
		t.Error(two)
	}
	for _, plain := range []string{"张三", "李四", "a@b", "138", "2000-01-01", "1234"} {
		if strings.Contains(one+two, plain) {
			t.Errorf("%s is to be seen", plain)
		}
	}
	// Equal values stay equal, in other clones and at other times.
	if got := rowsOf(t, r, "select count(*) from p1 a join p3 b on a.name = b.name"); got != "[[5]]" {
		t.Error(got)
	}
	if again := rowsOf(t, r, "select * exclude (id, created_at, updated_at) from p1 order by k"); again != one {
		t.Errorf("%s is not %s", again, one)
	}
	if _, err := run(r, "select error(name) from p1"); err == nil || strings.Contains(err.Error(), "张三") {
		t.Error(err)
	}
	e := cloneOf(t, l, "p4", "people", func(e *lake.Entity) {
		e.Home.Masks = map[lake.FieldName]lake.MaskRule{"name": {Rule: lake.MaskShift, N: 3}}
	})
	if _, err := run(at(t, l, boss, "main", 0), "select * from p4"); code(err) != "mask_invalid" {
		t.Error(e.Name, err)
	}
}

func TestDerived(t *testing.T) {
	l, _ := shop(t)
	declare(t, l, derivedFrom("sums", "with s as (select customer, sum(amount) total, count(*) n from orders group by 1) select c.id0 as who, c.name, s.total, s.n, c.phone from customers c join s on s.customer = c.id0", 1,
		"who integer INTEGER", "name text VARCHAR", "total decimal DECIMAL(38,2)", "n integer BIGINT", "phone phone VARCHAR"))
	declare(t, l, derivedFrom("top", "select * exclude (id, created_at, updated_at) from sums where total > 4", 0, "who integer INTEGER", "name text VARCHAR", "total decimal DECIMAL(38,2)"))
	r := at(t, l, boss, "main", 0)
	if got := rowsOf(t, r, "select id, name, total, n from sums order by who"); got != "[[1 阿里巴巴 30.5 2] [2 Contoso 5 1] [10 Adatum 1.25 1]]" {
		t.Error(got)
	}
	if got := rowsOf(t, r, "select id, name from top order by total"); got != "[[ Contoso] [ 阿里巴巴]]" {
		t.Error(got)
	}
	if got := askKeys(t, r, lake.Question{Entity: "sums", Where: lake.Compare{Path: lake.Path{"total"}, Op: lake.GE, Value: "5"}}); got != "1,2" {
		t.Error(got)
	}
	write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Put("sums", "2", lake.Cells{"total": "6"}); return err })
	r = at(t, l, boss, "main", 0)
	if got := rowsOf(t, r, "select name, total from top order by total"); got != "[[Contoso 6] [阿里巴巴 30.5]]" {
		t.Error(got)
	}
	if got := rowsOf(t, at(t, l, blind, "main", 0), "select count(phone), count(*) from sums"); got != "[[0 3]]" {
		t.Error(got)
	}
	if _, err := run(at(t, l, wang, "main", 0), "select * from sums"); code(err) != "entity_restricted" {
		t.Error(err)
	}
}

func TestCopies(t *testing.T) {
	l, src := shop(t)
	keep := func(name string, k lake.Keep) {
		t.Helper()
		if err := l.UpdateEntity(ctx, lake.System, "main", lake.EntityName(name), func(e *lake.Entity) error { e.Home.Keep = &k; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	declare(t, l, derivedFrom("cities", "select id0 as who, city, phone as tel from customers", 1, "who integer INTEGER", "city text VARCHAR", "tel text VARCHAR"))
	keep("customers", lake.Keep{HighWater: "id0"})
	keep("cities", lake.Keep{})
	refresh := func(name lake.EntityName) lake.CopyOf {
		t.Helper()
		c, err := l.RefreshCopy(ctx, boss, name)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := refresh("customers"); c.Rows != 4 || c.High != "10" || c.Bytes == 0 {
		t.Errorf("%+v", c)
	}
	if c := refresh("cities"); c.Rows != 4 {
		t.Errorf("%+v", c)
	}
	src.asked()
	r := at(t, l, boss, "main", 0)
	all := "select id, name, city, limits, seen, score from customers order by id0"
	if got := rowsOf(t, r, all); got != "[[1 阿里巴巴 杭州 100.5 2026-01-01T10:00:00.25Z 0.5] [2 Contoso  2000 2026-01-02T00:00:00Z 1e+20] [3 重庆长安 重庆 <nil> <nil> <nil>] [10 Adatum <nil> 7.1 1999-12-31T23:59:59Z -3]]" {
		t.Error(got)
	}
	if got := askKeys(t, r, lake.Question{Entity: "customers", Where: lake.Compare{Path: lake.Path{"city"}, Op: lake.EQ, Value: "杭州"}}); got != "1" {
		t.Error(got)
	}
	if scans := src.asked(); len(scans) != 0 {
		t.Errorf("the source was asked: %+v", scans)
	}
	src.exec("INSERT INTO customers (ID0, NAME) VALUES (11, 'new'); UPDATE customers SET NAME = 'Adatum 2' WHERE ID0 = 10; UPDATE customers SET NAME = 'unseen' WHERE ID0 = 1")
	if c := refresh("customers"); c.Rows != 5 || c.High != "11" {
		t.Errorf("%+v", c)
	}
	if got := rowsOf(t, r, "select count(*) from customers"); got != "[[4]]" && got != "[[5]]" {
		t.Error(got)
	}
	if got := rowsOf(t, at(t, l, boss, "main", 0), "select list(name order by id0) from customers"); got != "[[[阿里巴巴 Contoso 重庆长安 Adatum 2 new]]]" {
		t.Error(got)
	}
	// A copy doesn't show to a role what its base would have hidden from it.
	if got := rowsOf(t, at(t, l, boss, "main", 0), "select count(tel) from cities"); got != "[[3]]" {
		t.Error(got)
	}
	if got := rowsOf(t, at(t, l, blind, "main", 0), "select count(tel), count(city) from cities"); got != "[[0 3]]" {
		t.Error(got)
	}
	if _, err := l.RefreshCopy(ctx, boss, "orders"); code(err) != "entity_not_kept" {
		t.Error(err)
	}
}

func TestShape(t *testing.T) {
	l, src := shop(t)
	r := at(t, l, boss, "main", 0)
	engine := engineOf(t, l)
	_ = src
	got, err := engine.Shape(ctx, viewOf(r), "with s as (select customer c, sum(amount) total from orders group by all) select c.*, s.total + 1 as more, u.name rep_name, (select count(*) from deals) n from customers c join s on s.c = c.id0 left join users u on u.id = c.rep where c.ok")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range got.Columns {
		names = append(names, c.Name+" "+c.Type)
	}
	if s := strings.Join(names, ", "); s != "id VARCHAR, created_at TIMESTAMP, updated_at TIMESTAMP, id0 INTEGER, name VARCHAR, city VARCHAR, phone VARCHAR, limits DECIMAL(15,2), since DATE, seen TIMESTAMP, ok BOOLEAN, score DOUBLE, rep VARCHAR, more DECIMAL(38,2), rep_name VARCHAR, n BIGINT" {
		t.Error(s)
	}
	reads := fmt.Sprint(got.Reads)
	for _, want := range []string{"{more orders amount}", "{rep_name users name}", "{ customers ok}", "{limits customers limits}", "{ users id}", "{ orders customer}", "{ deals }"} {
		if !strings.Contains(reads, want) {
			t.Errorf("%s isn't in %s", want, reads)
		}
	}
	if len(src.asked()) > 0 {
		t.Error("the source was asked")
	}
	if _, err := engine.Shape(ctx, viewOf(r), "select nope from customers"); code(err) != "sql_invalid" {
		t.Error(err)
	}
}

func TestPlacesGrow(t *testing.T) {
	l, src := shop(t)
	r := at(t, l, boss, "main", 0)
	if got := rowsOf(t, r, "select count(*) from customers"); got != "[[4]]" {
		t.Error(got)
	}
	src.dir = filepath.Join(t.TempDir(), "more")
	if err := os.Mkdir(src.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	src.write("late", "parquet", "SELECT 1 AS K, 'x' AS NAME")
	declare(t, l, foreignEntity("late", "late", 1, "k integer INTEGER", "name text VARCHAR"))
	if got := rowsOf(t, at(t, l, boss, "main", 0), "select name from late"); got != "[[x]]" {
		t.Error(got)
	}
	if _, err := run(r, "select * from read_parquet('"+src.dir+"/late.parquet')"); code(err) != "sql_function_denied" {
		t.Error(err)
	}
}
