package pack_test

import (
	"reflect"
	"testing"

	"headwater/pack"
)

// JSON, which the page reads, has the same keys as YAML, which people write; and every
// section has a sentence that says what it holds.
func TestTagsAgree(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(x reflect.Type) {
		for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice || x.Kind() == reflect.Map {
			x = x.Elem()
		}
		if x.Kind() != reflect.Struct || seen[x] {
			return
		}
		seen[x] = true
		for i := range x.NumField() {
			f := x.Field(i)
			if f.Tag.Get("yaml") == "" || f.Tag.Get("yaml") != f.Tag.Get("json") {
				t.Errorf("%s.%s: yaml %q, json %q", x.Name(), f.Name, f.Tag.Get("yaml"), f.Tag.Get("json"))
			}
			if x == reflect.TypeFor[pack.Pack]() && f.Tag.Get("doc") == "" {
				t.Errorf("section %s has no doc", f.Name)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[pack.Pack]())
}
