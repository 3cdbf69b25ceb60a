package duckdb_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/lake/duckdb"
)

const customersTable = `CREATE TABLE customers (ID INTEGER, NAME VARCHAR, CITY VARCHAR, PHONE VARCHAR, LIMITS DECIMAL(15,2), SINCE DATE, SEEN TIMESTAMP, OK BOOLEAN, SCORE DOUBLE, REP VARCHAR);
	INSERT INTO customers VALUES
	(1, '阿里巴巴', '杭州', '138 1', 100.50, '2020-01-01', '2026-01-01 10:00:00.25', true, 0.5, 'wang'),
	(2, 'Contoso', '', '138 2', 2000, '2021-02-03', '2026-01-02 00:00:00', false, 1e20, 'lin'),
	(3, '重庆长安', '重庆', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(10, 'Adatum', NULL, '138 10', 7.10, '1999-12-31', '1999-12-31 23:59:59', true, -3, 'wang')`

func customers() lake.Entity {
	return foreignEntity("customers", "customers", 1, "id0 integer INTEGER", "name text VARCHAR", "city text VARCHAR", "phone phone VARCHAR", "limits decimal DECIMAL(15,2)",
		"since date DATE", "seen timestamp TIMESTAMP", "ok boolean BOOLEAN", "score float DOUBLE", "rep reference>users VARCHAR")
}

// shop is a lake with customers and their orders in a source.
func shop(t testing.TB) (*lake.Lake, *elsewhere) {
	src := newElsewhere(t)
	src.exec(strings.Replace(customersTable, "ID INTEGER", "ID0 INTEGER", 1))
	src.exec(`CREATE TABLE orders (SHOP VARCHAR, NO INTEGER, CUSTOMER INTEGER, AMOUNT DECIMAL(15,2), ORDERED DATE);
		INSERT INTO orders VALUES ('a', 1, 1, 10.00, '2026-01-05'), ('a', 2, 1, 20.50, '2026-02-05'), ('b~%', 1, 2, 5.00, '2026-03-05'), ('b~%', 3, 10, 1.25, NULL)`)
	l, _ := withSources(t, src, everyRight(), declared())
	declare(t, l, customers(), foreignEntity("orders", "orders", 2, "shop text VARCHAR", "no integer INTEGER", "customer reference>customers INTEGER", "amount decimal DECIMAL(15,2)", "ordered date DATE"))
	return l, src
}

// Rows of a source are read alike, whether they are few enough to be held, too many from
// the first on, or too many after a while.
func TestRowsOfASourceHeldOrNot(t *testing.T) {
	src := newElsewhere(t)
	src.exec(`CREATE TABLE many AS SELECT range::INTEGER AS NO, 'row ' || range AS NAME FROM range(200000)`)
	l, engine := withSources(t, src, everyRight(), declared())
	declare(t, l, foreignEntity("many", "many", 1, "no integer INTEGER", "name text VARCHAR"))
	if most := duckdb.HeldMost(engine); most < 1<<20 || most > 256<<20 {
		t.Errorf("%d bytes may be held", most)
	}
	for _, most := range []int64{0, 100_000, 1 << 30} {
		duckdb.WithHeld(engine, most, func() {
			got := rowsOf(t, at(t, l, boss, "main", 0), "select count(*), count(distinct a.no), sum(b.no), max(a.name) from many a join many b on a.no = b.no where length(b.name) > 4")
			if want := "[[200000 200000 19999900000 row 99999]]"; got != want {
				t.Errorf("with %d bytes: %s, want %s", most, got, want)
			}
		})
		if n := duckdb.Held(engine); n != 0 {
			t.Errorf("%d bytes are still held", n)
		}
	}
}

func TestInfiniteTimesOfASource(t *testing.T) {
	src := newElsewhere(t)
	src.exec(`CREATE TABLE stays (NO INTEGER, ROOM VARCHAR, LEFT_AT TIMESTAMP);
		INSERT INTO stays VALUES (1, 'a', 'infinity'), (2, 'b', '-infinity'), (3, 'c', '2026-01-02 03:04:05'), (4, 'd', NULL)`)
	l, _ := withSources(t, src, everyRight(), declared())
	declare(t, l, foreignEntity("stays", "stays", 1, "no integer INTEGER", "room text VARCHAR", "left_at timestamp TIMESTAMP"))
	q := lake.Question{Entity: "stays", Fields: []lake.Path{{"left_at"}}, Order: []lake.Order{{Path: lake.Path{"left_at"}, Desc: true}}, Limit: 1}
	got := []lake.Cell{}
	for range 4 { // page by page
		a, err := at(t, l, boss, "main", 0).Ask(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, a.Rows[0].Cells[0])
		q.After = a.Rows[0].After
	}
	slices.Sort(got)
	if want := "[ -infinity 2026-01-02T03:04:05Z infinity]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestAskForeign(t *testing.T) {
	l, _ := shop(t)
	r := at(t, l, boss, "main", 0)
	eq := func(f string, op lake.Op, v lake.Cell) lake.Expr {
		p := lake.Path{}
		for _, n := range strings.Split(f, ".") {
			p = append(p, lake.FieldName(n))
		}
		return lake.Compare{Path: p, Op: op, Value: v}
	}
	for _, c := range []struct {
		entity lake.EntityName
		where  lake.Expr
		order  string
		want   string
	}{
		{"customers", nil, "", "1,2,3,10"},
		{"customers", eq("id0", lake.GT, "2"), "", "3,10"},
		{"customers", eq("id", lake.EQ, "10"), "", "10"},
		{"customers", lake.In{Path: lake.Path{"id"}, Values: []lake.Cell{"1", "3", "x"}}, "", "1,3"},
		{"customers", lake.Not{E: lake.Present{Path: lake.Path{"city"}}}, "", "2,10"},
		{"customers", eq("city", lake.LE, "杭"), "", ""},
		{"customers", eq("name", lake.Has, "CONTO"), "", "2"},
		{"customers", eq("limits", lake.EQ, "100.5"), "", "1"},
		{"customers", eq("limits", lake.LT, "100.500001"), "", "1,10"},
		{"customers", eq("seen", lake.GT, "2026-01-01T10:00:00.2Z"), "", "1,2"},
		{"customers", eq("since", lake.NE, "2020-01-01"), "", "2,3,10"},
		{"customers", eq("ok", lake.EQ, "true"), "", "1,10"},
		{"customers", eq("score", lake.LT, "1"), "", "1,10"},
		{"customers", eq("rep.name", lake.EQ, "王芳"), "", "1,10"},
		{"customers", nil, "name", "1,3,10,2"},
		{"customers", nil, "-limits", "2,1,10,3"},
		{"orders", nil, "", "a~1,a~2,b%7E%25~1,b%7E%25~3"},
		{"orders", eq("id", lake.EQ, "b%7E%25~3"), "", "b%7E%25~3"},
		{"orders", eq("customer.city", lake.EQ, "杭州"), "", "a~1,a~2"},
		{"orders", eq("customer", lake.EQ, "10"), "", "b%7E%25~3"},
		{"orders", nil, "-customer.name", "b%7E%25~1,b%7E%25~3,a~1,a~2"},
		{"orders", eq("customer.rep.name", lake.EQ, "林涛"), "", "b%7E%25~1"},
	} {
		q := lake.Question{Entity: c.entity, Where: c.where}
		if c.order != "" {
			name, desc := strings.CutPrefix(c.order, "-")
			p := lake.Path{}
			for _, n := range strings.Split(name, ".") {
				p = append(p, lake.FieldName(n))
			}
			q.Order = []lake.Order{{Path: p, Desc: desc}}
		}
		if got := askKeys(t, r, q); got != c.want {
			t.Errorf("%s %v by %s: %s, want %s", c.entity, c.where, c.order, got, c.want)
		}
		q.Total, q.Limit = true, 1
		var paged []string
		for {
			a, err := r.Ask(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range a.Rows {
				paged = append(paged, string(row.Key))
				q.After = row.After
			}
			if n := len(strings.Split(c.want, ",")); c.want != "" && a.Total != int64(n) {
				t.Errorf("%v: total %d", c.where, a.Total)
			}
			if !a.More {
				break
			}
		}
		if got := strings.Join(paged, ","); got != c.want {
			t.Errorf("%s %v by %s in pages: %s, want %s", c.entity, c.where, c.order, got, c.want)
		}
	}
}

func TestForeignCells(t *testing.T) {
	l, _ := shop(t)
	r := at(t, l, boss, "main", 0)
	a, err := r.Ask(ctx, lake.Question{Entity: "customers", Limit: 10, Fields: []lake.Path{{"id0"}, {"name"}, {"city"}, {"limits"}, {"since"}, {"seen"}, {"ok"}, {"score"}, {"rep", "name"}, {"updated_at"}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `[[1 阿里巴巴 杭州 100.5 2020-01-01 2026-01-01T10:00:00.25Z true 0.5 王芳 ] [2 Contoso  2000 2021-02-03 2026-01-02T00:00:00Z false 100000000000000000000 林涛 ] [3 重庆长安 重庆       ] [10 Adatum  7.1 1999-12-31 1999-12-31T23:59:59Z true -3 王芳 ]]`
	var got [][]lake.Cell
	for _, row := range a.Rows {
		got = append(got, row.Cells)
	}
	if fmt.Sprint(got) != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
	rec, err := r.Get(ctx, "orders", "b%7E%25~3")
	if err != nil || fmt.Sprint(rec.Cells) != "map[amount:1.25 customer:10 no:3 shop:b~%]" {
		t.Errorf("%v %v", rec.Cells, err)
	}
	keys, err := r.Find(ctx, "customers", "limits", "7.1")
	if err != nil || fmt.Sprint(keys) != "[10]" {
		t.Errorf("%v %v", keys, err)
	}
	a, err = r.Ask(ctx, lake.Question{Entity: "customers", Sums: []lake.FieldName{"limits"}, Group: []lake.FieldName{"ok"}, Total: true})
	if err != nil || a.Total != 4 || fmt.Sprint(a.Sums) != "map[limits:[2107.6]]" || fmt.Sprint(a.Groups) != "[{[false] 1 map[limits:[2000]]} {[true] 2 map[limits:[107.6]]} {[] 1 map[limits:[0]]}]" {
		t.Errorf("%+v %v", a, err)
	}
}

func TestSQLForeign(t *testing.T) {
	l, _ := shop(t)
	r := at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		`select typeof(limits), typeof(id0), id, typeof(since) from customers where id0 = 1`:                      `[[DECIMAL(15,2) INTEGER 1 DATE]]`,
		`select c.name, sum(o.amount) from customers c join orders o on o.customer = c.id0 group by 1 order by 1`: `[[Adatum 1.25] [Contoso 5] [阿里巴巴 30.5]]`,
		`select count(*) from orders a, orders b where a.customer = b.customer and a.no < b.no`:                   `[[1]]`,
		`select u.name, count(*) from customers c join users u on u.id = c.rep group by 1 order by 1`:             `[[林涛 1] [王芳 2]]`,
		`select name from customers where city = ''`:                                                              `[[Contoso]]`,
		`with customers as (select * from customers where ok) select name from customers order by id0`:            `[[阿里巴巴] [Adatum]]`,
	} {
		if got := rowsOf(t, r, text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
	past := r.Revision()
	write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Create("products", lake.Cells{"name": "x"}); return err })
	r = at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		`select * from _scan_1`: "sql_table_unknown", `select nope from customers`: "sql_invalid",
		`select * from read_csv('/etc/passwd')`: "sql_function_denied", fmt.Sprintf(`select * from customers at (version => %d)`, past): "entity_floating",
	} {
		if _, err := run(r, text); code(err) != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestForeignIsRestricted(t *testing.T) {
	l, _ := shop(t)
	r := at(t, l, wang, "main", 0)
	if _, err := r.Ask(ctx, lake.Question{Entity: "customers", Limit: 1}); code(err) != "entity_restricted" {
		t.Error("ask:", err)
	}
	if _, err := run(r, "select * from customers"); code(err) != "sql_table_unknown" {
		t.Error(err)
	}
	if got := rowsOf(t, at(t, l, blind, "main", 0), "select count(phone), count(*) from customers"); got != "[[0 4]]" {
		t.Error(got)
	}
}

func TestForeignFailsAsAWhole(t *testing.T) {
	l, src := shop(t)
	src.exec("INSERT INTO customers SELECT 100 + range, 'x', 'y', NULL, 1, NULL, NULL, true, 1, NULL FROM range(100000)")
	src.pushes = false
	r := at(t, l, boss, "main", 0)
	for _, n := range []int{0, 1, 3} {
		src.fails["customers"] = n
		if _, err := run(r, "select count(*) from customers"); err == nil {
			t.Errorf("cut after %d batches: no error", n)
		}
		if _, err := r.Ask(ctx, lake.Question{Entity: "customers", Limit: 3}); err == nil {
			t.Errorf("cut after %d batches: no error", n)
		}
	}
	delete(src.fails, "customers")
	if got := rowsOf(t, r, "select count(*) from customers"); got != "[[100004]]" {
		t.Error(got)
	}
	src.exec("ALTER TABLE customers DROP COLUMN city")
	if _, err := run(r, "select city from customers"); code(err) != "source_changed" {
		t.Error(err)
	}
}

func TestFilesAreReadInPlace(t *testing.T) {
	l, src := shop(t)
	src.write("items", "parquet", "SELECT range AS ID0, 'item ' || range AS NAME, (range * 1.5)::DECIMAL(15,2) AS PRICE FROM range(1000)")
	src.write("rates", "csv", "SELECT * FROM (VALUES ('CNY', 1.00, DATE '2026-01-01'), ('USD', 7.10, NULL)) AS r(CODE, RATE, DAY)")
	declare(t, l, foreignEntity("items", "items", 1, "id0 integer BIGINT", "name text VARCHAR", "price decimal DECIMAL(15,2)"),
		foreignEntity("rates", "rates", 1, "code text VARCHAR", "rate decimal DECIMAL(10,4)", "day date DATE"))
	r := at(t, l, boss, "main", 0)
	if got := rowsOf(t, r, "select sum(price), max(name), typeof(any_value(price)) from items where id0 < 10"); got != "[[67.5 item 9 DECIMAL(15,2)]]" {
		t.Error(got)
	}
	if got := rowsOf(t, r, "select i.price * r.rate, day from rates r, items i where i.id0 = 2 and r.code = 'USD'"); got != "[[21.3 <nil>]]" {
		t.Error(got)
	}
	if got := askKeys(t, r, lake.Question{Entity: "items", Limit: 3, Where: lake.Compare{Path: lake.Path{"price"}, Op: lake.GT, Value: "1490"}}); got != "994,995,996" {
		t.Error(got)
	}
	src.write("rates", "csv", "SELECT 1 AS CODE, 2 AS RATE")
	if _, err := run(r, "select * from rates"); code(err) != "source_changed" {
		t.Error(err)
	}
}

func TestOverlay(t *testing.T) {
	for _, pushes := range []bool{true, false} {
		l, src := shop(t)
		src.pushes = pushes
		if _, err := l.CreateBranch(ctx, boss, lake.NewBranch{Name: "plan", Shared: true}); err != nil {
			t.Fatal(err)
		}
		write(t, l, "plan", func(tx *lake.Tx) error {
			if _, err := tx.Put("customers", "2", lake.Cells{"city": "上海", "limits": "1.5"}); err != nil {
				return err
			}
			if _, err := tx.Delete("customers", "3", ""); err != nil {
				return err
			}
			_, err := tx.Create("customers", lake.Cells{"id0": "7", "name": "新客户", "seen": "2026-05-05T05:05:05Z", "score": "2.5"})
			return err
		})
		plan, main := at(t, l, boss, "plan", 0), at(t, l, boss, "main", 0)
		text := "select id, name, city, limits, seen, score from customers order by id0"
		want := "[[1 阿里巴巴 杭州 100.5 2026-01-01T10:00:00.25Z 0.5] [2 Contoso 上海 1.5 2026-01-02T00:00:00Z 1e+20] [7 新客户 <nil> <nil> 2026-05-05T05:05:05Z 2.5] [10 Adatum <nil> 7.1 1999-12-31T23:59:59Z -3]]"
		if got := rowsOf(t, plan, text); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if got := rowsOf(t, main, "select count(*) from customers where city is not null"); got != "[[3]]" {
			t.Error(got)
		}
		if got := askKeys(t, plan, lake.Question{Entity: "customers", Where: lake.Compare{Path: lake.Path{"city"}, Op: lake.EQ, Value: "上海"}}); got != "2" {
			t.Error(got)
		}
		a, err := plan.Ask(ctx, lake.Question{Entity: "customers", Limit: 10, Total: true, Fields: []lake.Path{{"name"}, {"city"}}, Where: lake.Compare{Path: lake.Path{"limits"}, Op: lake.LT, Value: "50"}})
		if err != nil || a.Total != 2 || a.Rows[0].Key != "2" || a.Rows[0].Rev == 0 || a.Rows[1].Rev != 0 {
			t.Errorf("%+v %v", a, err)
		}
	}
}
