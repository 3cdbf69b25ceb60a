package duckdb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/lake/duckdb"
)

// rules is a policy that gives everyone the rights in the map.
type rules struct {
	rights map[lake.Key]lake.Rights
	people []lake.Person
	stamp  int64
}

func (r *rules) Rights(_ context.Context, p lake.Principal) (lake.Rights, error) {
	return r.rights[p.User], nil
}
func (r *rules) People(context.Context) ([]lake.Person, error) { return r.people, nil }
func (r *rules) PeopleStamp() int64                            { return r.stamp }

func declared() []lake.Entity {
	l := lake.Label{ZH: "测", EN: "t"}
	text := func(n lake.FieldName) lake.Field { return lake.Field{Name: n, Kind: lake.Text, Label: l} }
	ref := func(n lake.FieldName, to lake.EntityName) lake.Field {
		return lake.Field{Name: n, Kind: lake.Reference, Target: to, Label: l}
	}
	return []lake.Entity{
		{Name: "users", Directory: true, Title: "name", Label: l, Plural: l, Fields: []lake.Field{text("name"), {Name: "email", Kind: lake.Email, Label: l}, text("team")}},
		{Name: "accounts", Title: "name", Owner: "owner", Label: l, Plural: l, Fields: []lake.Field{text("name"), text("industry"), ref("owner", "users"),
			{Name: "phone", Kind: lake.Phone, Label: l}, {Name: "about", Kind: lake.Text, Long: true, Label: l}}},
		{Name: "deals", Title: "name", Owner: "owner", Inherits: "account", Label: l, Plural: l, Fields: []lake.Field{text("name"), ref("account", "accounts"), ref("owner", "users"),
			{Name: "amount", Kind: lake.Money, Label: l}, {Name: "seats", Kind: lake.Integer, Label: l},
			{Name: "stage", Kind: lake.Enum, Label: l, Options: []lake.Option{{Name: "open"}, {Name: "won"}}}, {Name: "due", Kind: lake.Date, Label: l}}},
		{Name: "products", Title: "name", Label: l, Plural: l, Fields: []lake.Field{text("name")}},
	}
}

var (
	boss  = lake.Principal{User: "boss", Name: "Boss"}
	wang  = lake.Principal{User: "wang", Name: "王"}
	lin   = lake.Principal{User: "lin", Name: "林"}
	blind = lake.Principal{User: "blind", Name: "Blind"}
)

func selling(t testing.TB) (*lake.Lake, *rules, *duckdb.Engine) {
	all := lake.Rights{Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true}
	masked := all
	masked.Masked = map[lake.EntityName]map[lake.FieldName]bool{"accounts": {"phone": true}, "deals": {"amount": true}}
	p := &rules{stamp: 1, people: []lake.Person{{Key: "wang", Name: "王芳", Email: "wang@x.cn", Team: "华东"}, {Key: "lin", Name: "林涛", Email: "lin@x.cn"}},
		rights: map[lake.Key]lake.Rights{"boss": all, "blind": masked,
			"wang": {Write: true, Branch: true, Owners: []lake.Key{"wang"}}, "lin": {Write: true, Branch: true, Owners: []lake.Key{"lin"}}}}
	l, _, e := opened(t, p, declared())
	sell(t, l)
	return l, p, e
}

// sell writes the records of selling.
func sell(t testing.TB, l *lake.Lake) {
	write(t, l, "main", func(tx *lake.Tx) error {
		for i, name := range []string{"阿里巴巴", "重庆长安", "Contoso"} {
			owner := []lake.Cell{"wang", "lin", "wang"}[i]
			key, err := tx.Create("accounts", lake.Cells{"name": lake.Cell(name), "owner": owner, "industry": "零售", "phone": lake.Cell(fmt.Sprintf("138 0000 %04d", i)),
				"about": lake.Cell("长期客户，关注 ＡＩ 平台 number " + fmt.Sprint(i))})
			if err != nil {
				return err
			}
			_, err = tx.Create("deals", lake.Cells{"name": lake.Cell(name + " 续约"), "account": lake.Cell(key), "owner": "lin", "amount": lake.Cell(fmt.Sprintf("%d CNY", 1000*(i+1))),
				"seats": lake.Cell(fmt.Sprint(i)), "stage": []lake.Cell{"won", "open", ""}[i], "due": "2026-12-01"})
			if err != nil {
				return err
			}
		}
		_, err := tx.Create("products", lake.Cells{"name": "云平台"})
		return err
	})
}

func write(t testing.TB, l *lake.Lake, branch string, fn func(*lake.Tx) error) lake.Revision {
	t.Helper()
	r, err := l.Write(ctx, lake.System, branch, fn)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func at(t testing.TB, l *lake.Lake, p lake.Principal, branch string, rev lake.Revision) *lake.Reader {
	t.Helper()
	r, err := l.At(ctx, p, branch, rev)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// table collects what SQL gives.
type table struct {
	names, types []string
	rows         [][]any
}

func (s *table) Columns(n, t []string) error { s.names, s.types = n, t; return nil }
func (s *table) Row(v []any) error           { s.rows = append(s.rows, v); return nil }

func run(r *lake.Reader, text string) (*table, error) {
	s := &table{}
	return s, r.SQL(ctx, text, s)
}

func code(err error) string {
	var e *lake.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

func titles(hits []lake.Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Title)
	}
	return strings.Join(out, ",")
}
