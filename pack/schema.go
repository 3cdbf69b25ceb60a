package pack

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// Schema is the JSON Schema of a file of a pack, for editors: keys, kinds of values,
// choices and patterns. References, conditions, formulas and templates are tested by
// the loader only.
func Schema() ([]byte, error) {
	s := schema{defs: map[string]any{}}
	file := s.object(reflect.TypeFor[Pack]())
	return json.MarshalIndent(map[string]any{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"title":                "A file of a Headwater knowledge pack",
		"$defs":                s.defs,
		"type":                 "object",
		"properties":           file["properties"], // none required: each file holds some sections
		"additionalProperties": false,
		"minProperties":        1,
	}, "", " ")
}

type schema struct{ defs map[string]any }

func (s schema) of(t reflect.Type, rule string) map[string]any {
	name, rest, _ := strings.Cut(rule, ":")
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), rule)
	case reflect.Slice:
		return map[string]any{"type": "array", "minItems": 1, "items": s.of(t.Elem(), rule)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "number"}}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer", "minimum": 0, "maximum": 1_000_000_000}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.String:
		out := map[string]any{"type": "string", "pattern": `\S`}
		if list := choices(name, rest); list != nil {
			out = map[string]any{"type": "string", "enum": list}
		} else if p := pattern(name, rest); p != "" {
			out["pattern"] = p
		}
		return out
	}
	if _, known := s.defs[t.Name()]; !known {
		s.defs[t.Name()] = true // types may hold themselves
		s.defs[t.Name()] = s.object(t)
	}
	return map[string]any{"$ref": "#/$defs/" + t.Name()}
}

func (s schema) object(t reflect.Type) map[string]any {
	properties := map[string]any{}
	var required []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, optional := yamlName(f)
		p := s.of(f.Type, f.Tag.Get("is"))
		if doc := f.Tag.Get("doc"); doc != "" {
			p["description"] = doc
		}
		properties[name] = p
		if !optional {
			required = append(required, name)
		}
	}
	slices.Sort(required)
	out := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}
