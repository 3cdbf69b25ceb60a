package pack

import (
	"bytes"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// Item is one entry of a section on its own: what the product keeps as a record, edits
// and merges. The section "pack" holds the one item that says what the pack is.
type Item struct {
	Section string
	ID      string
	Body    []byte // YAML
}

// Split takes a pack apart, in its order.
func Split(p *Pack) ([]Item, error) {
	var out []Item
	add := func(section, id string, v any) error {
		body, err := encode(v)
		out = append(out, Item{section, id, body})
		return err
	}
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		section, _ := yamlName(v.Type().Field(i))
		if f := v.Field(i); f.Kind() != reflect.Slice {
			if err := add(section, p.Meta.ID, f.Interface()); err != nil {
				return nil, err
			}
			continue
		}
		for j := range v.Field(i).Len() {
			e := v.Field(i).Index(j)
			if err := add(section, e.FieldByName("ID").String(), e.Interface()); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// Join puts items together again and tests them like files; the File of a problem is
// section/id, its lines are those of the item's body.
func Join(items []Item, opts Options) (*Pack, error) {
	p := &Pack{}
	v := reflect.ValueOf(p).Elem()
	var claims []claim
	var problems Problems
	seen := map[string]bool{}
	for _, item := range items {
		d := &decoder{file: item.Section + "/" + item.ID, opts: &opts}
		d.item(item, v, seen)
		claims, problems = append(claims, d.claims...), append(problems, d.problems...)
	}
	if p.Meta.ID == "" && len(problems) == 0 {
		problems = append(problems, Problem{File: "pack", Found: say("nothing"), Expected: say("meta_item")})
	}
	problems = append(problems, resolve(p, claims, opts.Others)...)
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	return p, nil
}

func (d *decoder) item(item Item, whole reflect.Value, seen map[string]bool) {
	var doc yaml.Node
	f, ok := fieldFor(whole.Type(), item.Section)
	key := item.Section + "[" + item.ID + "]"
	switch err := yaml.NewDecoder(bytes.NewReader(item.Body)).Decode(&doc); {
	case !ok:
		d.problem(&doc, item.Section, say("section_unknown"), oneOf(append([]string{"pack"}, Sections()...)))
		return
	case err != nil:
		d.problem(&doc, key, say("not_yaml"), say("an_item"), err)
		return
	}
	target := whole.FieldByIndex(f.Index)
	if seen[key] {
		d.problem(doc.Content[0], key, say("again", quoted(item.ID)), say("id_once"))
		return
	}
	seen[key] = true
	if target.Kind() != reflect.Slice {
		d.value(doc.Content[0], target, item.Section, "")
		return
	}
	one := reflect.New(target.Type().Elem()).Elem()
	d.value(doc.Content[0], one, key, "")
	if id := one.FieldByName("ID").String(); id != item.ID && len(d.problems) == 0 {
		d.problem(at(doc.Content[0], "id"), join(key, "id"), as(quoted(id)), say("id_same", quoted(item.ID)))
	}
	target.Set(reflect.Append(target, one))
}
