package duckdb_test

import (
	"fmt"
	"testing"

	"headwater/lake"
	"headwater/lake/duckdb"
)

// An edit whose row the source has lost shows with its key fields, however it is read.
func TestEditWhoseRowIsGoneKeepsItsKey(t *testing.T) {
	l, src := shop(t)
	cloneOf(t, l, "copies", "orders", func(e *lake.Entity) { e.Home.Key = []lake.FieldName{"shop", "no"} })
	put := func(e lake.EntityName, key lake.Key, cells lake.Cells) {
		t.Helper()
		write(t, l, "main", func(tx *lake.Tx) error { _, err := tx.Put(e, key, cells); return err })
	}
	put("customers", "2", lake.Cells{"city": "上海"})
	put("customers", "10", lake.Cells{"city": "深圳"})
	put("orders", "b%7E%25~3", lake.Cells{"amount": "9"})
	put("copies", "b%7E%25~3", lake.Cells{"amount": "8"})
	src.exec("DELETE FROM customers WHERE ID0 = 2; DELETE FROM orders WHERE SHOP = 'b~%' AND NO = 3")
	r := at(t, l, boss, "main", 0)
	for text, want := range map[string]string{
		"select id, id0, name, city from customers where city is not null order by id0":                "[[1 1 阿里巴巴 杭州] [2 2 <nil> 上海] [3 3 重庆长安 重庆] [10 10 Adatum 深圳]]",
		"select city from customers where id0 = 2":                                                     "[[上海]]",
		"select id, shop, no, customer, amount from orders where shop = 'b~%' order by no":             "[[b%7E%25~1 b~% 1 2 5] [b%7E%25~3 b~% 3 <nil> 9]]",
		"select id, shop, no, amount from copies where no = 3":                                         "[[b%7E%25~3 b~% 3 8]]",
		"select count(*), count(id0), sum(id0) from customers":                                         "[[4 4 16]]",
		"select c.city, o.amount from customers c join orders o on o.customer = c.id0 where c.id0 = 2": "[[上海 5]]",
	} {
		few := rowsOf(t, r, text)
		many := duckdb.WithFewKeys(0, func() string { return rowsOf(t, r, text) })
		if few != want || many != want {
			t.Errorf("%s:\ngives    %s\nand, with many edits, %s\nnot      %s", text, few, many, want)
		}
	}
	if got := askKeys(t, r, lake.Question{Entity: "customers", Where: lake.Compare{Path: lake.Path{"id0"}, Op: lake.LE, Value: "2"}}); got != "1,2" {
		t.Errorf("a list finds %s", got)
	}
	rec, err := r.Get(ctx, "orders", "b%7E%25~3")
	if err != nil || rec.Cells["shop"] != "b~%" || rec.Cells["no"] != "3" || rec.Cells["amount"] != "9" || rec.Cells["customer"] != "" {
		t.Errorf("the record reads %v (%v)", rec.Cells, err)
	}
	put("customers", "2", lake.Cells{"name": "又改"}) // the key isn't a change of a person's
	pending, err := l.Pending(ctx, boss, "customers")
	got := map[lake.Key]string{}
	for _, w := range pending {
		got[w.Key] = fmt.Sprint(w.Cells)
	}
	if err != nil || len(got) != 2 || got["2"] != "map[city:上海 name:又改]" || got["10"] != "map[city:深圳]" {
		t.Errorf("to be written back: %v (%v)", got, err)
	}
}
