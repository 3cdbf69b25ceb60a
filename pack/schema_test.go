package pack_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"headwater/pack"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

func TestSchemaIsCurrent(t *testing.T) {
	got, err := pack.Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "schema/pack.schema.json", append(got, '\n'))
}

// fits is the part of JSON Schema that ours uses.
func fits(root, s map[string]any, v any) bool {
	if ref, ok := s["$ref"].(string); ok {
		return fits(root, root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any), v)
	}
	switch s["type"] {
	case "object":
		m, ok := v.(map[string]any)
		if !ok || s["minProperties"] != nil && len(m) == 0 {
			return false
		}
		properties, _ := s["properties"].(map[string]any)
		for k, x := range m {
			p, ok := properties[k].(map[string]any)
			if !ok {
				if p, ok = s["additionalProperties"].(map[string]any); !ok {
					return false
				}
			}
			if !fits(root, p, x) {
				return false
			}
		}
		required, _ := s["required"].([]any)
		return !slices.ContainsFunc(required, func(k any) bool { _, ok := m[k.(string)]; return !ok })
	case "array":
		list, ok := v.([]any)
		return ok && len(list) > 0 && !slices.ContainsFunc(list, func(x any) bool { return !fits(root, s["items"].(map[string]any), x) })
	case "string":
		x, ok := v.(string)
		if e, choice := s["enum"].([]any); choice {
			return ok && slices.Contains(e, any(x))
		}
		return ok && regexp.MustCompile(s["pattern"].(string)).MatchString(x)
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "number":
		_, ok := v.(float64)
		return ok
	case "integer":
		x, ok := v.(float64)
		return ok && x == math.Trunc(x) && x >= 0
	}
	panic(fmt.Sprint("the schema has a type that this test doesn't know: ", s))
}

func plain(t interface{ Fatal(...any) }, data []byte) any {
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func schemaRoot(t *testing.T) map[string]any {
	text, err := pack.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	return root
}

// The schema and the loader agree: shipped files fit it, and a file that was damaged
// somewhere is refused by both.
func TestSchemaAgreesWithTheLoader(t *testing.T) {
	root := schemaRoot(t)
	all := others(t)
	exports := map[string]fstest.MapFS{}
	for _, p := range all {
		exports[p.Meta.ID] = exported(t, p)
		for name, data := range exports[p.Meta.ID] {
			if !fits(root, root, plain(t, data.Data)) {
				t.Errorf("%s/%s doesn't fit the schema", p.Meta.ID, name)
			}
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		files := exports[rapid.SampledFrom(slices.Sorted(maps.Keys(exports))).Draw(r, "pack")]
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(files))).Draw(r, "file")
		doc := plain(r, files[name].Data)
		what := damage(r, doc)
		text, err := yaml.Marshal(doc)
		if err != nil {
			r.Fatal(err)
		}
		if fits(root, root, plain(r, text)) {
			r.Fatalf("%s: %s fits the schema", name, what)
		}
		alone := fstest.MapFS{"pack.yaml": files["pack.yaml"]}
		alone[name] = file(string(text))
		if _, err := pack.Load(alone, pack.Options{}); !malformed(err) {
			r.Fatalf("%s: %s loads: %v", name, what, err)
		}
	})
}

// malformed: there is a problem besides references into files that were left out.
func malformed(err error) bool {
	var problems pack.Problems
	return errors.As(err, &problems) && slices.ContainsFunc(problems, func(p pack.Problem) bool { return !strings.Contains(p.Found.EN, "which isn't in") })
}

// damage breaks a document in one place.
func damage(r *rapid.T, doc any) string {
	where := ""
	for {
		switch x := doc.(type) {
		case map[string]any:
			key := rapid.SampledFrom(slices.Sorted(maps.Keys(x))).Draw(r, "key")
			where += "." + key
			_, deep := x[key].(map[string]any)
			_, list := x[key].([]any)
			if (deep || list) && rapid.IntRange(0, 5).Draw(r, "deeper") > 0 {
				doc = x[key]
				continue
			}
			if rapid.Bool().Draw(r, "unknown key") {
				x["no_such_key"] = "x"
				return where + " has an unknown neighbour"
			}
			x[key] = map[string]any{"zz": []any{}}
			return where + " isn't what it was"
		case []any:
			i := rapid.IntRange(0, len(x)-1).Draw(r, "index")
			where += fmt.Sprintf("[%d]", i)
			switch x[i].(type) {
			case map[string]any, []any:
				doc = x[i]
				continue
			}
			x[i] = []any{}
			return where + " is an empty list"
		}
	}
}
