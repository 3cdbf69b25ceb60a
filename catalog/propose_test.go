package catalog

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"headwater/lake"
)

func TestNamesOfTablesAndColumns(t *testing.T) {
	for table, want := range map[string]string{"orders": "orders", "public.Order Items": "order_items", "2024/sales-north.csv": "sales_north", "orders/": "orders",
		"book.xlsx#Sheet1": "book", "book.xlsx#Q1 2026": "book_q1_2026", "客户名单.csv": "kehumingdan", "hw_fields": "fields", "data.csv.gz": "data",
		"customerName": "customer_name", "2024": "n_2024", "***": "table", "accounts": "shop_accounts"} {
		names := taken{"accounts": true}
		if got := string(names.entityName("shop", table)); got != want {
			t.Errorf("%s: %s, want %s", table, got, want)
		}
	}
	fields := taken{}
	var got []string
	for _, c := range []string{"id", "ID", "created_at", "Amount (USD)", "amount usd", "hw_op", "", strings.Repeat("x", 60)} {
		n := fields.fieldName(c)
		if err := lake.CheckFieldName(n); err != nil {
			t.Error(c, err)
		}
		got = append(got, string(n))
	}
	want := []string{"source_id", "source_id_2", "source_created_at", "amount_usd", "amount_usd_2", "source_hw_op", "column", strings.Repeat("x", 48)}
	if !slices.Equal(got, want) {
		t.Error(got)
	}
	twice := taken{}
	if a, b := twice.entityName("s", "t"), twice.entityName("s", "t"); a != "t" || b != "s_t" {
		t.Error(a, b)
	}
}

func column(name string, kind lake.Kind) lake.SourceColumn {
	return lake.SourceColumn{Name: name, Kind: kind, Type: map[lake.Kind]string{lake.Text: "VARCHAR", lake.Integer: "BIGINT", lake.Float: "DOUBLE"}[kind]}
}

func TestKeysTitlesAndReferencesAreProposed(t *testing.T) {
	customers := &lake.SourceTable{Name: "customers", Key: []string{"id"}, Columns: []lake.SourceColumn{column("id", lake.Integer), column("city", lake.Text), column("company_name", lake.Text)}}
	orders := &lake.SourceTable{Name: "orders", Columns: []lake.SourceColumn{column("order_id", lake.Integer), column("customer", lake.Integer), column("rate", lake.Float)},
		Relations: []lake.SourceRelation{{Columns: []string{"customer"}, Table: "customers", Targets: []string{"id"}}}}
	names := taken{}
	c, o := propose("shop", customers, names), propose("shop", orders, names)
	if c.KeyUnique == nil || !*c.KeyUnique || c.Title != "company_name" || !slices.Equal(c.Key, []lake.FieldName{"source_id"}) {
		t.Errorf("%+v", c)
	}
	if o.KeyUnique != nil || !slices.Equal(o.Key, []lake.FieldName{"order_id"}) {
		t.Errorf("a guessed key isn't proven: %+v", o)
	}
	e := c.entity("shop", "customers")
	o.link("shop", orders, map[place]*lake.Entity{{"shop", "customers"}: &e})
	if f := o.field("customer"); f.Kind != lake.Reference || f.Target != "customers" {
		t.Errorf("%+v", f)
	}
	o = propose("shop", orders, taken{})
	e.Home.Key = nil // read only: nothing can refer to it
	o.link("shop", orders, map[place]*lake.Entity{{"shop", "customers"}: &e})
	if f := o.field("customer"); f.Kind != lake.Integer {
		t.Errorf("%+v", f)
	}
	bad := propose("x", &lake.SourceTable{Name: "x", Columns: []lake.SourceColumn{column("rate", lake.Float)}}, taken{})
	bad.Key = []lake.FieldName{"rate"}
	if err := keyable(bad); !errors.Is(err, lake.ErrInvalid) {
		t.Error(err)
	}
}

func TestMasksFitKinds(t *testing.T) {
	rules := map[string]lake.MaskRule{"null": {Rule: "null"}, "constant": {Rule: "constant", Text: "7"}, "hash": {Rule: "hash"}, "first": {Rule: "first", N: 1}, "name": {Rule: "name", Lang: "zh"},
		"mail": {Rule: "mail"}, "phone": {Rule: "phone"}, "shift": {Rule: "shift", N: 3}, "round": {Rule: "round", N: 2}}
	for kind, want := range map[lake.Kind]string{
		lake.Text: "constant first hash mail name null phone", lake.Integer: "constant hash null round", lake.Money: "null round", lake.Date: "hash null shift",
		lake.Timestamp: "hash null shift", lake.Boolean: "null", lake.Vector: "null", lake.JSON: "constant null", lake.Float: "constant hash null round",
	} {
		var fits []string
		for name, rule := range rules {
			if masked(&lake.Field{Name: "f", Kind: kind}, rule) == nil {
				fits = append(fits, name)
			}
		}
		slices.Sort(fits)
		if got := strings.Join(fits, " "); got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
	f := lake.Field{Name: "f", Kind: lake.Reference, Type: "BIGINT", Target: "customers", Required: true}
	if err := masked(&f, lake.MaskRule{Rule: "hash"}); err != nil || f.Kind != lake.Text || f.Type != "VARCHAR" || f.Target != "" || f.Required {
		t.Errorf("%v %+v", err, f)
	}
	for _, rule := range []lake.MaskRule{{Rule: "rot13"}, {Rule: "shift"}, {Rule: "round", N: 99}, {Rule: "name", Lang: "fr"}} {
		if masked(&lake.Field{Name: "f", Kind: map[string]lake.Kind{"shift": lake.Date, "round": lake.Integer}[rule.Rule]}, rule) == nil {
			t.Errorf("%+v", rule)
		}
	}
}

func TestTextsOfColumns(t *testing.T) {
	at := lake.Cell("2026-11-21T08:30:00.25Z")
	for typ, want := range map[string]string{"TIMESTAMP": "2026-11-21 08:30:00.25", "TIMESTAMP WITH TIME ZONE": "2026-11-21 08:30:00.25+00"} {
		if got := columnText(&lake.Field{Kind: lake.Timestamp, Type: typ}, at); *got != want {
			t.Error(*got)
		}
	}
	if columnText(&lake.Field{Kind: lake.Text}, "") != nil {
		t.Error("an empty cell is NULL")
	}
	raw := "a\r\nb"
	texts := rawTexts{"1": {"f": &raw, "g": nil}}
	if got := texts.before("1", &lake.Field{Name: "f", Kind: lake.Text}, "a\nb"); *got != raw {
		t.Error("the source's own text is compared")
	}
	if got := texts.before("1", &lake.Field{Name: "f", Kind: lake.Text}, "other"); *got != "other" {
		t.Error("another value isn't taken for the same")
	}
}
