package pack

import (
	"bytes"
	"encoding/json"
	"reflect"

	"headwater/lake"
)

// Heading is an item as lists show it.
type Heading struct {
	ID    string `json:"id"`
	Name  Text   `json:"name"`
	State State  `json:"state"`
}

// Section is one section of a pack with its items, removed ones at the end.
type Section struct {
	Name  string    `json:"section"`
	Doc   string    `json:"doc"` // what the section holds
	Items []Heading `json:"items"`
}

// Contents lists what a pack holds, section by section; those without items come, too,
// so that one can add the first.
func (l *Library) Contents(pack string) ([]Section, error) {
	p, ok := l.Pack(pack)
	if !ok {
		return nil, unknown(pack)
	}
	var out []Section
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		s := Section{Doc: f.Tag.Get("doc"), Items: []Heading{}}
		s.Name, _ = yamlName(f)
		if f.Type.Kind() != reflect.Slice {
			s.Items = append(s.Items, l.heading(pack, s.Name, v.Field(i)))
		}
		for j := 0; f.Type.Kind() == reflect.Slice && j < v.Field(i).Len(); j++ {
			s.Items = append(s.Items, l.heading(pack, s.Name, v.Field(i).Index(j)))
		}
		for _, gone := range l.Removed(pack) {
			if e, ok := entry(l.shipped[pack], gone.Section, gone.ID); ok && gone.Section == s.Name {
				s.Items = append(s.Items, Heading{gone.ID, NameOf(e.Interface()), Removed})
			}
		}
		out = append(out, s)
	}
	return out, nil
}

func (l *Library) heading(pack, section string, e reflect.Value) Heading {
	id := e.FieldByName("ID").String()
	return Heading{id, NameOf(e.Interface()), l.State(pack, section, id)}
}

func unknown(pack string) error {
	return lake.Fail(lake.ErrNotFound, "pack_unknown", "There is no knowledge pack "+pack+".", "pack", pack)
}

// entry finds an item of a pack by its section and id.
func entry(p *Pack, section, id string) (reflect.Value, bool) {
	if p == nil {
		return reflect.Value{}, false
	}
	f, ok := fieldFor(reflect.TypeFor[Pack](), section)
	if !ok {
		return reflect.Value{}, false
	}
	v := reflect.ValueOf(p).Elem().FieldByIndex(f.Index)
	if v.Kind() != reflect.Slice {
		return v, id == p.Meta.ID
	}
	for i := range v.Len() {
		if v.Index(i).FieldByName("ID").String() == id {
			return v.Index(i), true
		}
	}
	return reflect.Value{}, false
}

// Entry gives an item of a pack as its Go type, such as a Segment.
func (l *Library) Entry(pack, section, id string) (any, bool) {
	p, _ := l.Pack(pack)
	e, ok := entry(p, section, id)
	if !ok {
		return nil, false
	}
	return e.Interface(), true
}

// AsItWas gives an item as YAML as the pack was shipped with it.
func (l *Library) AsItWas(pack, section, id string) ([]byte, bool, error) {
	e, ok := entry(l.shipped[pack], section, id)
	if !ok {
		return nil, false, nil
	}
	body, err := encode(e.Interface())
	return body, true, err
}

// FromJSON turns an entry of a section, written as JSON with the same keys, into the
// YAML of an item. Unknown keys are errors.
func FromJSON(section string, data []byte) ([]byte, error) {
	f, ok := fieldFor(reflect.TypeFor[Pack](), section)
	if !ok {
		return nil, Problems{{File: section, Found: say("section_unknown"), Expected: oneOf(Sections())}}
	}
	t := f.Type
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	v := reflect.New(t)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v.Interface()); err != nil {
		return nil, Problems{{File: section, Found: say("not_fitting"), Why: because(err), Expected: say("by_schema")}}
	}
	return encode(v.Elem().Interface())
}

// NameOf is what people call an item: its name, or whatever text it is known by.
func NameOf(item any) Text {
	v := reflect.ValueOf(item)
	for _, field := range []string{"Name", "Title", "Headline", "Text", "Question", "Objection", "Says", "Summary", "Customer"} {
		f := v.FieldByName(field)
		if !f.IsValid() {
			continue
		}
		if t, ok := f.Interface().(Text); ok && t.ZH != "" {
			return t
		}
	}
	for i := range v.NumField() { // sentences, words: the first of each language
		if p, ok := v.Field(i).Interface().(Phrases); ok && len(p.ZH) > 0 {
			return Text{ZH: p.ZH[0], EN: first(p.EN)}
		}
		if t, ok := v.Field(i).Interface().(Text); ok && t.ZH != "" {
			return t
		}
	}
	if zh, en := v.FieldByName("ZH"), v.FieldByName("EN"); zh.IsValid() && zh.Kind() == reflect.Slice && zh.Len() > 0 {
		t := Text{ZH: zh.Index(0).String()}
		if en.IsValid() && en.Len() > 0 {
			t.EN = en.Index(0).String()
		}
		return t
	}
	id := v.FieldByName("ID").String()
	return Text{ZH: id, EN: id}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// titled is what names the record of an item: both languages, so that everybody who
// compares branches knows it.
func titled(p *Pack, id, section string, body []byte) string {
	d := &decoder{file: section, opts: &Options{}}
	one := &Pack{}
	d.item(Item{section, id, body}, reflect.ValueOf(one).Elem(), map[string]bool{})
	e, ok := entry(one, section, id)
	if !ok {
		e, ok = entry(p, section, id)
	}
	if !ok {
		return id
	}
	t := NameOf(e.Interface())
	if t.EN == "" || t.EN == t.ZH {
		return t.ZH
	}
	return t.ZH + " · " + t.EN
}
