package duckdb_test

import (
	"fmt"
	"testing"

	"headwater/lake"
	"headwater/lake/filter"
)

func ask(t testing.TB, r *lake.Reader, entity lake.EntityName, where string, fields ...string) *lake.Answer {
	t.Helper()
	e, err := r.Schema().Entity(entity)
	if err != nil {
		t.Fatal(err)
	}
	x, err := filter.Parse(where, r.Schema(), e, filter.Env{})
	if err != nil {
		t.Fatal(err)
	}
	q := lake.Question{Entity: entity, Where: x, Limit: 100, Total: true, Order: []lake.Order{{Path: lake.Path{e.Title}}}}
	for _, f := range fields {
		q.Fields = append(q.Fields, lake.Path{lake.FieldName(f)})
	}
	q.Fields = append(q.Fields, lake.Path{e.Title})
	a, err := r.Ask(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if int(a.Total) != len(a.Rows) {
		t.Errorf("%s %s: %d rows, counted %d", entity, where, len(a.Rows), a.Total)
	}
	return a
}

func names(a *lake.Answer) string {
	out := []lake.Cell{}
	for _, r := range a.Rows {
		out = append(out, r.Cells[len(r.Cells)-1])
	}
	return fmt.Sprint(out)
}

func TestScopeAndMasks(t *testing.T) {
	l, p, _ := selling(t)
	for _, c := range []struct {
		who    lake.Principal
		entity lake.EntityName
		where  string
		want   string
	}{
		{boss, "accounts", "", "[阿里巴巴 Contoso 重庆长安]"},
		{wang, "accounts", "", "[阿里巴巴 Contoso]"},
		{wang, "deals", "", "[阿里巴巴 续约 Contoso 续约]"},
		{lin, "deals", "account.name:*", "[重庆长安 续约]"}, // the other accounts aren't his to see
		{boss, "deals", `owner.name = "林涛"`, "[阿里巴巴 续约 Contoso 续约 重庆长安 续约]"},
		{blind, "deals", "amount > 0", "[]"}, {blind, "deals", "NOT amount > 0", "[阿里巴巴 续约 Contoso 续约 重庆长安 续约]"},
		{blind, "deals", "account.phone:*", "[]"}, {boss, "users", "", "[林涛 王芳]"},
	} {
		if got := names(ask(t, at(t, l, c.who, "main", 0), c.entity, c.where)); got != c.want {
			t.Errorf("%s: %s where %s: %s, want %s", c.who.Name, c.entity, c.where, got, c.want)
		}
	}
	r := at(t, l, blind, "main", 0)
	for _, row := range ask(t, r, "deals", "", "amount").Rows {
		if row.Cells[0] != "" {
			t.Errorf("a masked amount left the engine: %v", row.Cells)
		}
	}
	a, err := r.Ask(ctx, lake.Question{Entity: "deals", Sums: []lake.FieldName{"amount"}, Group: []lake.FieldName{"amount"},
		Limit: 5, Order: []lake.Order{{Path: lake.Path{"amount"}}}, Fields: []lake.Path{{"account", "phone"}, {"account", "name"}, {"account", "owner", "name"}}})
	if err != nil || len(a.Sums["amount"]) != 0 || len(a.Groups) != 1 || a.Groups[0].Values[0] != "" || a.Rows[0].Cells[0] != "" || a.Rows[0].Cells[1] == "" || a.Rows[0].Cells[2] == "" {
		t.Errorf("%+v %v", a, err)
	}
	p.people = append(p.people, lake.Person{Key: "neu", Name: "新人"})
	p.stamp++
	if got := names(ask(t, at(t, l, boss, "main", 0), "users", "")); got != "[林涛 王芳 新人]" {
		t.Errorf("the directory isn't fresh: %s", got)
	}
}

func TestPastRevisionsShowNoMoreThanTheHeadAllows(t *testing.T) {
	l, _, _ := selling(t)
	before := at(t, l, boss, "main", 0).Revision()
	ali := ask(t, at(t, l, boss, "main", 0), "accounts", "name:阿里").Rows[0].Key
	write(t, l, "main", func(tx *lake.Tx) error {
		_, err := tx.Put("accounts", ali, lake.Cells{"owner": "lin"})
		return err
	})
	if got := names(ask(t, at(t, l, wang, "main", before), "accounts", "")); got != "[Contoso]" {
		t.Errorf("Wang still sees the past of what is now Lin's: %s", got)
	}
	if got := names(ask(t, at(t, l, boss, "main", before), "accounts", "owner = wang")); got != "[阿里巴巴 Contoso]" {
		t.Errorf("the past has changed: %s", got)
	}
	if got := names(ask(t, at(t, l, lin, "main", 0), "accounts", "")); got != "[阿里巴巴 重庆长安]" {
		t.Errorf("Lin doesn't see what is now his: %s", got)
	}
}

func TestACursorWithNothingInItIsRefused(t *testing.T) {
	l, _, _ := selling(t)
	q := lake.Question{Entity: "accounts", Limit: 1, Order: []lake.Order{{Path: lake.Path{"name"}}}, After: []lake.Cell{"", ""}}
	if _, err := at(t, l, boss, "main", 0).Ask(ctx, q); code(err) != "cursor_invalid" {
		t.Error(err)
	}
}
