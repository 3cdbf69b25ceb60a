package duckdb_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/filter"
)

// told says what a source was asked for, in one line per scan.
func told(scans []lake.Scan) string {
	var out []string
	for _, s := range scans {
		var columns, where, order []string
		for _, c := range s.Columns {
			columns = append(columns, strings.ToLower(c.Name))
		}
		for _, w := range s.Where {
			where = append(where, strings.TrimSpace(strings.ToLower(w.Column)+" "+string(w.Op)+" "+strings.Join(w.Values, ",")))
		}
		for _, o := range s.Order {
			d := "+"
			if o.Desc {
				d = "-"
			}
			order = append(order, d+strings.ToLower(o.Column))
		}
		slices.Sort(columns)
		slices.Sort(where)
		text := s.Table + "(" + strings.Join(columns, ",") + ")"
		if len(where) > 0 {
			text += " where " + strings.Join(where, " and ")
		}
		if s.Limit > 0 {
			text += fmt.Sprintf(" order %s limit %d", strings.Join(order, ","), s.Limit)
		}
		if s.Count {
			text += " count"
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func TestWhatIsPushed(t *testing.T) {
	l, src := shop(t)
	cloneOf(t, l, "copy1", "customers", func(e *lake.Entity) {
		e.Home.Where = "id0 < 10"
		e.Home.Masks = map[lake.FieldName]lake.MaskRule{"phone": {Rule: lake.MaskHash}}
	})
	r := at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		`select name from customers where id0 > 1 and city like '杭%' and year(since) = 2020`:                          `customers(city,id0,name,since) where city prefix 杭 and id0 > 1`,
		`select name from customers where name like 'Ab%' and limits < 24`:                                            `customers(limits,name) where limits < 24.00 and name prefix Ab`,
		`select count(*) from customers`:                                                                              `customers(id0) count`,
		`select count(*) from customers where ok`:                                                                     `customers(ok) where ok = true count`,
		`select count(*) from customers where seen > timestamp '2020-01-01' + interval 1 day`:                         `customers(seen) where seen > 2020-01-02 00:00:00 count`,
		`select name from customers order by id0 desc limit 2 offset 1`:                                               `customers(id0,name) order -id0 limit 3`,
		`select name from customers limit 2`:                                                                          `customers(name) order  limit 2`,
		`select name from customers order by name limit 2`:                                                            `customers(name)`,
		`select * from (select name from customers limit 5) limit 2`:                                                  `customers(name)`,
		`select distinct name from customers limit 5`:                                                                 `customers(name)`,
		`select name from customers c where since >= date '1998-01-01' - interval 30 day`:                             `customers(name,since) where since >= 1997-12-02`,
		`select c.name from customers c join orders o on o.customer = c.id0 where o.amount between 5 and 10`:          `customers(id0,name); orders(amount,customer) where amount <= 10.00 and amount >= 5.00`,
		`select c.name from customers c join orders o on o.customer = c.id0 where c.id0 = 10`:                         `customers(id0,name) where id0 = 10; orders(customer) where customer = 10`,
		`select c.name, o.no from customers c left join orders o on o.customer = c.id0 and o.amount > 100 where c.ok`: `customers(id0,name,ok) where ok = true; orders(amount,customer,no) where amount > 100.00`,
		`select c.name, o.no from customers c left join orders o on o.customer = c.id0 where o.amount is null`:        `customers(id0,name); orders(amount,customer,no)`,
		`select name from customers where city is null or city = 'x'`:                                                 `customers(city,name)`,
		`select name from customers where city in ('杭州', '重庆') and phone is not null`:                                 `customers(city,name,phone) where city in 杭州,重庆 and phone notnull`,
		`select a.name from customers a, customers b where a.id0 = 1 and b.id0 = 2`:                                   `customers(id0) where id0 = 2; customers(id0,name) where id0 = 1`,
		`select a.name from customers a, customers b where a.id0 = b.id0 + 1`:                                         `customers(id0,name)`,
		`select name from customers where limits > (select avg(amount) from orders where shop = 'a')`:                 `customers(limits,name); orders(amount,shop) where shop = a`,
		`with x as (select * from customers) select name from x where id0 = 3`:                                        `customers(id0,name) where id0 = 3`,
		`select name from copy1 where city = '杭州'`:                                                                    `customers(city,id0,name) where city = 杭州 and id0 < 10`,
		`select name from copy1 where phone = '138 1'`:                                                                `customers(id0,name,phone) where id0 < 10`,
		`select name from customers where ok <> true and score > 0.1 and not ok`:                                      `customers(name,ok,score) where ok != true and ok = false and score > 0.1`,
	} {
		src.asked()
		src.pushes = true
		with := rowsOf(t, r, text)
		if got := told(src.asked()); got != want {
			t.Errorf("%s\n asks %s\n want %s", text, got, want)
		}
		src.pushes = false
		if without := rowsOf(t, r, text); with != without && !strings.Contains(text, "limit 2") && !strings.Contains(text, "limit 5") {
			t.Errorf("%s: %s, and without pushing %s", text, with, without)
		}
	}
	src.pushes = true
	for _, c := range []struct {
		q    lake.Question
		want string
	}{
		{lake.Question{Entity: "customers", Limit: 2, Total: true, Fields: []lake.Path{{"name"}}}, `customers(id0) count; customers(id0,name) order +id0 limit 3`},
		{lake.Question{Entity: "customers", Limit: 2, Fields: []lake.Path{{"name"}}, Order: []lake.Order{{Path: lake.Path{"limits"}, Desc: true}}}, `customers(id0,limits,name) order -limits,+id0 limit 3`},
		{lake.Question{Entity: "customers", Limit: 2, Total: true, Order: []lake.Order{{Path: lake.Path{"name"}}}}, `customers(id0,name)`},
		{lake.Question{Entity: "customers", Total: true, Where: lake.Compare{Path: lake.Path{"limits"}, Op: lake.GE, Value: "100.5"}}, `customers(limits) where limits >= 100.50 count`},
		{lake.Question{Entity: "customers", Limit: 1, Where: lake.Compare{Path: lake.Path{"id"}, Op: lake.EQ, Value: "10"}}, `customers(id0) where id0 = 10`},
		{lake.Question{Entity: "orders", Limit: 1, Where: lake.Compare{Path: lake.Path{"id"}, Op: lake.EQ, Value: "b%7E%25~3"}}, `orders(no,shop) where no = 3 and shop = b~%`},
		{lake.Question{Entity: "orders", Limit: 9, Where: lake.Compare{Path: lake.Path{"customer", "city"}, Op: lake.EQ, Value: "杭州"}}, `customers(city,id0) where city = 杭州; orders(customer,no,shop)`},
		{lake.Question{Entity: "customers", Group: []lake.FieldName{"ok"}, Sums: []lake.FieldName{"limits"}, Total: true}, `customers(limits,ok)`},
	} {
		src.asked()
		if _, err := r.Ask(ctx, c.q); err != nil {
			t.Error(err)
		}
		if got := told(src.asked()); got != c.want {
			t.Errorf("%+v\n asks %s\n want %s", c.q, got, c.want)
		}
	}
	if _, err := r.Get(ctx, "customers", "10"); err != nil {
		t.Error(err)
	}
	if got := told(src.asked()); !strings.HasSuffix(got, "where id0 in 10") {
		t.Error(got)
	}
	write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Put("customers", "2", lake.Cells{"city": "杭州"}); return err })
	src.asked()
	r = at(t, l, boss, "main", 0)
	if got := rowsOf(t, r, "select id from customers where city = '杭州' order by id0"); got != "[[1] [2]]" {
		t.Error(got)
	}
	if got := told(src.asked()); got != "customers(city,id0) where city = 杭州; customers(city,id0) where id0 in 2" {
		t.Error(got)
	}
}

// TestPushingChangesNothing compares random questions over random overlays with and
// without a source that applies what it is asked.
func TestPushingChangesNothing(t *testing.T) {
	l, src := shop(t)
	src.exec("INSERT INTO customers SELECT 20 + range, (['Ab','ab','阿里','','Abc','b'])[range % 6 + 1], (['杭州','重庆','', NULL])[range % 4 + 1], NULL, (range % 13 - 3) * 1.25, DATE '2020-01-01' + (range % 9)::INTEGER, TIMESTAMP '2026-01-01' + to_hours(range % 30), range % 3 = 0, range / 7, (['wang','lin',NULL])[range % 3 + 1] FROM range(60)")
	cloneOf(t, l, "copy1", "customers", func(e *lake.Entity) { e.Home.Where = "id0 < 60" })
	rnd := rand.New(rand.NewPCG(7, 7))
	if _, err := l.CreateBranch(ctx, boss, lake.NewBranch{Name: "plan", Shared: true}); err != nil {
		t.Fatal(err)
	}
	cities := []lake.Cell{"杭州", "", "重庆"}
	rounds, questions := 3, 8
	if testing.Short() {
		rounds, questions = 2, 4
	}
	for range rounds {
		for _, branch := range []string{"main", "plan"} {
			write(t, l, branch, func(tx *lake.Tx) error {
				for range 5 {
					key := lake.Key(fmt.Sprint(20 + rnd.IntN(60)))
					entity := []lake.EntityName{"customers", "copy1"}[rnd.IntN(2)]
					var err error
					switch rnd.IntN(4) {
					case 0:
						_, err = tx.Delete(entity, key, "")
					case 1:
						_, err = tx.Create(entity, lake.Cells{"id0": lake.Cell(fmt.Sprint(1000 + rnd.IntN(1e6))), "name": "Ab", "city": cities[rnd.IntN(3)]})
					default:
						_, err = tx.Put(entity, key, lake.Cells{"city": cities[rnd.IntN(3)], "limits": lake.Cell(fmt.Sprint(rnd.IntN(9)))})
					}
					if err != nil && code(err) != "record_missing" && code(err) != "record_unknown" {
						return err
					}
				}
				return nil
			})
		}
		for _, branch := range []string{"main", "plan"} {
			r := at(t, l, boss, branch, 0)
			for range questions {
				compareBoth(t, l, src, r, rnd)
			}
		}
	}
}

func compareBoth(t *testing.T, _ *lake.Lake, src *elsewhere, r *lake.Reader, rnd *rand.Rand) {
	t.Helper()
	conditions := []string{"id0 > 30", "limits <= 2.5", "limits = 1.25", "city = '杭州'", "city <> '杭州'", "name like 'Ab%'", "name >= 'ab'", "since between date '2020-01-02' and date '2020-01-05'", "ok", "not ok",
		"seen < timestamp '2026-01-01 09:00:00'", "city is null", "city is not null", "rep in ('wang','x')", "id0 in (21, 25, 33)", "score > 3.1", "rep is distinct from 'lin'", "since = timestamp '2020-01-03'", "limits > 2 or ok", "since > timestamp '2020-01-03 12:00:00'", "id0 = 24.0", "id0 > 24.5"}
	pick := func() string { return conditions[rnd.IntN(len(conditions))] }
	entity := []string{"customers", "copy1"}[rnd.IntN(2)]
	texts := []string{
		fmt.Sprintf("select id, city, limits from %s where %s and %s order by id", entity, pick(), pick()),
		fmt.Sprintf("select count(*) from %s where %s", entity, pick()),
		fmt.Sprintf("select a.id, b.id from %s a left join customers b on a.id0 = b.id0 + 1 and b.%s where a.%s order by 1, 2", entity, conditions[rnd.IntN(4)], conditions[rnd.IntN(4)]),
		fmt.Sprintf("select id0 from %s where %s order by id0 desc limit 3", entity, pick()),
		fmt.Sprintf("select id from %s where limits = (select max(limits) from customers where %s) order by id", entity, pick()),
	}
	text := texts[rnd.IntN(len(texts))]
	src.pushes = true
	with := rowsOf(t, r, text)
	src.pushes = false
	if together := duckdb.WithFewKeys(0, func() string { return rowsOf(t, r, text) }); with != together {
		t.Errorf("%s\n overlay apart   %s\n overlay joined  %s", text, with, together)
	}
	if without := rowsOf(t, r, text); with != without {
		t.Errorf("%s\n pushed  %s\n not     %s", text, with, without)
	}
	q := lake.Question{Entity: lake.EntityName(entity), Limit: 3 + rnd.IntN(30), Total: true, Where: randomHomeExpr(rnd, 2), Fields: []lake.Path{{"city"}, {"limits"}, {"rep", "name"}}}
	if rnd.IntN(2) == 0 {
		q.Order = []lake.Order{{Path: lake.Path{[]lake.FieldName{"limits", "since", "name", "ok", "seen"}[rnd.IntN(5)]}, Desc: rnd.IntN(2) == 0}}
	}
	one := everyPage(t, r, q)
	if want := modelPages(t, r, q); one != want && len(q.Order) == 0 {
		t.Errorf("%+v\n engine %s\n model  %s", q, one, want)
	}
	if together := duckdb.WithFewKeys(0, func() string { return everyPage(t, r, q) }); one != together {
		t.Errorf("%+v\n overlay apart   %s\n overlay joined  %s", q, one, together)
	}
	src.pushes = true
	if two := everyPage(t, r, q); one != two {
		t.Errorf("%+v\n pushed  %s\n not     %s", q, two, one)
	}
}

func randomHomeExpr(rnd *rand.Rand, depth int) lake.Expr {
	type one struct {
		f      lake.FieldName
		values []lake.Cell
	}
	all := []one{{"id0", []lake.Cell{"25", "40"}}, {"city", []lake.Cell{"杭州", "重庆", "x"}}, {"limits", []lake.Cell{"1.25", "0", "2.50001"}}, {"since", []lake.Cell{"2020-01-03"}},
		{"seen", []lake.Cell{"2026-01-01T05:00:00Z"}}, {"ok", []lake.Cell{"true", "false"}}, {"score", []lake.Cell{"2", "0.5"}}, {"id", []lake.Cell{"30", "x"}}, {"rep", []lake.Cell{"wang"}}}
	x := all[rnd.IntN(len(all))]
	p, v := lake.Path{x.f}, x.values[rnd.IntN(len(x.values))]
	n := rnd.IntN(10)
	if depth == 0 {
		n %= 7
	}
	switch {
	case n == 0:
		return lake.Present{Path: p}
	case n == 1:
		return lake.In{Path: p, Values: x.values}
	case n < 7:
		ops := []lake.Op{lake.EQ, lake.NE, lake.LT, lake.LE, lake.GT, lake.GE}
		return lake.Compare{Path: p, Op: ops[rnd.IntN(len(ops))], Value: v}
	case n == 7:
		return lake.Not{E: randomHomeExpr(rnd, depth-1)}
	case n == 8:
		return lake.Or{randomHomeExpr(rnd, depth-1), randomHomeExpr(rnd, depth-1)}
	}
	return lake.And{randomHomeExpr(rnd, depth-1), randomHomeExpr(rnd, depth-1)}
}

func everyPage(t *testing.T, r *lake.Reader, q lake.Question) string {
	t.Helper()
	var out []string
	for {
		a, err := r.Ask(ctx, q)
		if err != nil {
			t.Errorf("%+v: %v", q, err)
			return ""
		}
		for _, row := range a.Rows {
			out = append(out, fmt.Sprint(row.Key, row.Rev, row.Cells))
			q.After = row.After
		}
		if !a.More || len(out) > 500 {
			return fmt.Sprint(a.Total, out)
		}
	}
}

// modelPages is what everyPage gives, by the lake's own reading of base and overlay and
// the model of conditions.
func modelPages(t *testing.T, r *lake.Reader, q lake.Question) string {
	t.Helper()
	var all []lake.Record
	err := r.Scan(ctx, q.Entity, func(rec lake.Record) error {
		ent, _ := r.Schema().Entity(q.Entity)
		if filter.Eval(q.Where, func(p lake.Path) (lake.Cell, lake.Kind) {
			f, _ := ent.Column(p[0])
			if p[0] == lake.FieldID {
				return lake.Cell(rec.Key), f.Kind
			}
			if f.Kind == lake.Float { // the model knows no floats: as numbers they are decimals
				return rec.Cells[p[0]], lake.Decimal
			}
			return rec.Cells[p[0]], f.Kind
		}) {
			all = append(all, rec)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b lake.Record) int {
		x, _ := strconv.Atoi(string(a.Cells["id0"]))
		y, _ := strconv.Atoi(string(b.Cells["id0"]))
		if q.Entity == "copy1" { // a clone's key is its original's, whatever its fields say
			return strings.Compare(string(a.Key), string(b.Key))
		}
		return x - y
	})
	names := map[lake.Cell]lake.Cell{"wang": "王芳", "lin": "林涛"}
	out := []string{}
	for _, rec := range all {
		out = append(out, fmt.Sprint(rec.Key, rec.Rev, []lake.Cell{rec.Cells["city"], rec.Cells["limits"], names[rec.Cells["rep"]]}))
	}
	return fmt.Sprint(len(all), out)
}
