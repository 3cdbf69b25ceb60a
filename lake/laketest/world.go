package laketest

import (
	"context"
	"fmt"
	"math/rand/v2"

	"headwater/lake"
)

// Entities are the declarations that the laws run on: every kind of field and rule.
func Entities() []lake.Entity {
	label := lake.Label{ZH: "测试", EN: "test"}
	return []lake.Entity{
		{Name: "companies", Label: label, Plural: label, Title: "name", Fields: []lake.Field{
			{Name: "name", Kind: lake.Text, Label: label, Required: true},
			{Name: "code", Kind: lake.Text, Label: label, Unique: true},
			{Name: "size", Kind: lake.Integer, Label: label},
			{Name: "revenue", Kind: lake.Money, Label: label},
			{Name: "rate", Kind: lake.Decimal, Label: label},
			{Name: "active", Kind: lake.Boolean, Label: label},
			{Name: "founded", Kind: lake.Date, Label: label},
			{Name: "seen", Kind: lake.Timestamp, Label: label},
			{Name: "tier", Kind: lake.Enum, Label: label, Options: []lake.Option{{Name: "gold"}, {Name: "silver"}, {Name: "bronze"}}},
			{Name: "parent", Kind: lake.Reference, Target: "companies", OnDelete: lake.Clear, Label: label},
		}},
		{Name: "people", Label: label, Plural: label, Title: "name", Inherits: "company", Fields: []lake.Field{
			{Name: "name", Kind: lake.Text, Label: label, Required: true},
			{Name: "email", Kind: lake.Email, Label: label, Unique: true},
			{Name: "notes", Kind: lake.Text, Label: label, Long: true},
			{Name: "company", Kind: lake.Reference, Target: "companies", OnDelete: lake.Restrict, Label: label},
		}},
	}
}

// Everyone is a policy without people.
type Everyone struct{}

// Rights lets everybody do everything.
func (Everyone) Rights(context.Context, lake.Principal) (lake.Rights, error) {
	return lake.Rights{Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true}, nil
}

// People is empty.
func (Everyone) People(context.Context) ([]lake.Person, error) { return nil, nil }

// PeopleStamp never changes.
func (Everyone) PeopleStamp() int64 { return 1 }

var keysOf = map[lake.EntityName][]lake.Key{}

func init() {
	for _, e := range []lake.EntityName{"companies", "people"} {
		for i := range 24 {
			keysOf[e] = append(keysOf[e], lake.Key(fmt.Sprintf("019a0000-0000-7000-8000-%s%011d", string(e[0]), i)))
		}
	}
}

// dice makes random operations; the same seed makes the same ones.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 7))} }

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

var words = []string{"阿里山", "北京数据", "重庆水务", "Acme", "acme", "Ärger", "zebra", "上海云", "１２３", "a b", "张三", "O'Brien", "100%_", "-5", "é"}

// value makes a canonical cell for a field, now and then an empty one.
func (d dice) value(f *lake.Field) lake.Cell {
	if d.chance(12) && !f.Required {
		return ""
	}
	switch f.Kind {
	case lake.Integer:
		return lake.Cell(fmt.Sprint(d.IntN(40) - 10))
	case lake.Decimal:
		return lake.Cell(pick(d, []string{"0", "0.1", "-2.5", "12.000000000001", "3"}))
	case lake.Money:
		return lake.Cell(fmt.Sprintf("%d %s", d.IntN(20)*100, pick(d, []string{"CNY", "USD"})))
	case lake.Boolean:
		return lake.Cell(pick(d, []string{"true", "false"}))
	case lake.Date:
		return lake.Cell(fmt.Sprintf("2026-%02d-%02d", 1+d.IntN(12), 1+d.IntN(28)))
	case lake.Timestamp:
		return lake.Cell(fmt.Sprintf("2026-01-%02dT08:30:00.25Z", 1+d.IntN(28)))
	case lake.Enum:
		return lake.Cell(pick(d, f.Options).Name)
	case lake.Reference:
		return lake.Cell(pick(d, keysOf[f.Target]))
	case lake.Email:
		return lake.Cell(fmt.Sprintf("p%d@example.com", d.IntN(60)))
	}
	if f.Unique {
		return lake.Cell(fmt.Sprintf("code-%d", d.IntN(60)))
	}
	return lake.Cell(pick(d, words))
}

// cells makes values for some fields of an entity; a new record gets its required ones.
func (d dice) cells(e *lake.Entity, insert bool) lake.Cells {
	out := lake.Cells{}
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Name == keyField {
			continue
		}
		if insert && f.Required || d.chance(30) {
			out[f.Name] = d.value(f)
		}
	}
	return out
}
