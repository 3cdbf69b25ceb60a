package pack_test

import (
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
	"headwater/sales"
)

// entities are what conditions of packs may read.
var entities = sync.OnceValue(func() *lake.Schema { return lake.NewSchema(sales.Entities()) })

func condition(entity, text string) error {
	e, err := entities().Entity(lake.EntityName(entity))
	if err != nil {
		return err
	}
	_, err = filter.Parse(text, entities(), e, filter.Env{Now: time.Unix(1.8e9, 0), Me: "me"})
	return err
}

var shipped = sync.OnceValues(func() (map[string]*pack.Pack, error) {
	packs, err := pack.Shipped(pack.Options{Condition: condition})
	out := map[string]*pack.Pack{}
	for _, p := range packs {
		out[p.Meta.ID] = p
	}
	return out, err
})

func load(t *testing.T, id string) *pack.Pack {
	t.Helper()
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	if packs[id] == nil {
		t.Fatalf("no pack %s", id)
	}
	return packs[id]
}

func TestShippedPacksLoad(t *testing.T) {
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range packs { // a deal has one product, so product packs are used one at a time
		together := []*pack.Pack{p}
		for _, d := range p.Meta.Depends {
			together = append(together, packs[d])
		}
		if len(p.Meta.Extends) > 0 { // an industry goes with a product; industries_test.go
			continue
		}
		if m, err := pack.Merge(together...); err != nil || m.From["needs/"+m.Needs[0].ID] == "" {
			t.Errorf("%s can't be used: %v", id, err)
		}
	}
}

// holes are what records fill in a text or template.
var holes = regexp.MustCompile(`\{+[^{}]*\}+`)

// Both languages everywhere, and each in its own column.
func TestTextsAreInBothLanguages(t *testing.T) {
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for id, p := range packs {
		texts(reflect.ValueOf(p).Elem(), id, func(where string, x pack.Text) {
			x = pack.Text{ZH: holes.ReplaceAllString(x.ZH, "…"), EN: holes.ReplaceAllString(x.EN, "…")}
			switch {
			case han(x.EN):
				t.Errorf("%s: Chinese in the English text %q", where, x.EN)
			case !han(x.ZH) && strings.ContainsFunc(x.ZH, unicode.IsLetter) && x.ZH != x.EN:
				t.Errorf("%s: no Chinese in the Chinese text %q", where, x.ZH)
			case strings.Contains(x.ZH, "  ") || strings.Contains(x.EN, "  "):
				t.Errorf("%s: two spaces in a row", where)
			}
		})
	}
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// texts visits every Text below v.
func texts(v reflect.Value, where string, visit func(string, pack.Text)) {
	if x, ok := v.Interface().(pack.Text); ok {
		visit(where, x)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), where, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			e := v.Index(i)
			name := ""
			if e.Kind() == reflect.Struct && e.FieldByName("ID").IsValid() {
				name = e.FieldByName("ID").String()
			}
			texts(e, where+"["+name+"]", visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			texts(v.Field(i), where+"."+v.Type().Field(i).Name, visit)
		}
	}
}
