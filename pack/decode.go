package pack

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"headwater/lake/collate"
)

// decoder turns the nodes of one file into the types of this package and notes
// everything that doesn't fit, instead of stopping at the first.
type decoder struct {
	file     string
	opts     *Options
	problems Problems
	claims   []claim // references, looked up when all files are read
}

// claim is an id that must exist in a section such as "needs" or "playbooks.stages".
type claim struct {
	section, id string
	at          Problem
}

// checker is a type with rules that span several of its values. It reports by the key
// within itself, such as "cells[2].row".
type checker interface {
	check(report report)
}

// problem notes what is wrong at a node; why is what a parser said, nil where none did.
func (d *decoder) problem(n *yaml.Node, key string, found, expected Said, why ...error) {
	p := Problem{File: d.file, Line: n.Line, Column: n.Column, Key: key, Found: found, Expected: expected}
	for _, err := range why {
		if err != nil {
			p.Why = because(err)
		}
	}
	d.problems = append(d.problems, p)
}

// value decodes one node. The rule is the tag "is" of the field that holds it.
func (d *decoder) value(n *yaml.Node, v reflect.Value, key, rule string) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.problem(n, key, say("anchor"), say("value_written_out"))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), key, rule)
	case reflect.Struct:
		d.structure(n, v, key, rule)
	case reflect.Slice:
		d.list(n, v, key, rule)
	case reflect.Map:
		d.numbers(n, v, key)
	default:
		d.scalar(n, v, key, rule)
	}
}

func (d *decoder) structure(n *yaml.Node, v reflect.Value, key, rule string) {
	if n.Kind != yaml.MappingNode {
		d.problem(n, key, shape(n), say("mapping_of", strings.Join(keysOf(v.Type()), ", ")))
		return
	}
	found := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		under := join(key, name.Value)
		f, ok := fieldFor(v.Type(), name.Value)
		switch {
		case found[name.Value]:
			d.problem(name, under, say("key_again"), say("key_once"))
		case !ok:
			d.problem(name, under, say("key_unknown"), say("one_of", strings.Join(keysOf(v.Type()), ", "), nearest(name.Value, keysOf(v.Type()))))
		default:
			is := f.Tag.Get("is")
			if is == "" && v.Type() == reflect.TypeFor[Phrases]() {
				is = rule // the rule of a pair of lists holds for its entries
			}
			d.value(value, v.FieldByIndex(f.Index), under, is)
		}
		found[name.Value] = true
	}
	for i := range v.NumField() {
		name, optional := yamlName(v.Type().Field(i))
		if !optional && !found[name] {
			d.problem(n, join(key, name), say("nothing"), say("key", name, describe(v.Type().Field(i))))
		}
	}
	d.siblings(n, v, key)
}

// siblings tests what needs more than one value of a mapping.
func (d *decoder) siblings(n *yaml.Node, v reflect.Value, key string) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		is, entity, _ := strings.Cut(f.Tag.Get("is"), ":")
		if of := v.FieldByName("Of"); of.IsValid() && of.String() != "" {
			entity = of.String()
		}
		switch name, _ := yamlName(f); {
		case is == "condition" && strings.TrimSpace(v.Field(i).String()) != "":
			d.condition(at(n, name), join(key, name), entity, v.Field(i).String())
		case is == "column":
			for j := range v.Field(i).Len() {
				inner := fmt.Sprintf("%s[%d]", name, j)
				d.field(at(n, inner), join(key, inner), entity, v.Field(i).Index(j).String())
			}
		}
	}
	if c, ok := v.Interface().(checker); ok {
		c.check(func(inner string, found, expected Said, why ...error) {
			d.problem(at(n, inner), join(key, inner), found, expected, why...)
		})
	}
}

func (d *decoder) condition(n *yaml.Node, key, entity, text string) {
	err := checkCondition(text)
	if err == nil && d.opts.Condition != nil {
		err = d.opts.Condition(entity, text)
	}
	if err != nil {
		d.problem(n, key, as(quoted(text)), say("condition_on", entity, exampleCondition(entity)), err)
	}
}

// field tests that an entity has a field, by a condition that it isn't empty.
func (d *decoder) field(n *yaml.Node, key, entity, name string) {
	if d.opts.Condition == nil || name == "" || d.opts.Condition(entity, name+":*") == nil {
		return
	}
	d.problem(n, key, as(quoted(name)), say("field_of", entity))
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, key, rule string) {
	if n.Kind != yaml.SequenceNode {
		d.problem(n, key, shape(n), say("a_list"))
		return
	}
	if len(n.Content) == 0 {
		d.problem(n, key, say("list_empty"), say("entry_or_no_key"))
	}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	seen := map[string]bool{}
	for i, c := range n.Content {
		under := key + "[" + strconv.Itoa(i) + "]"
		id := c.Value
		if named := at(c, "id"); c.Kind == yaml.MappingNode && named != c && named.Kind == yaml.ScalarNode {
			id = named.Value
			under = key + "[" + id + "]"
		}
		d.value(c, out.Index(i), under, rule)
		if id != "" && seen[id] {
			d.problem(c, under, say("again", quoted(id)), say("entry_once"))
		}
		seen[id] = true
	}
	v.Set(out)
}

func (d *decoder) numbers(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind != yaml.MappingNode {
		d.problem(n, key, shape(n), say("mapping_numbers"))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		number := reflect.New(v.Type().Elem()).Elem()
		if v.MapIndex(reflect.ValueOf(name)).IsValid() {
			d.problem(n.Content[i], join(key, name), say("key_again"), say("key_once"))
		}
		d.value(n.Content[i+1], number, join(key, name), "")
		v.SetMapIndex(reflect.ValueOf(name), number)
	}
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, key, rule string) {
	want := map[reflect.Kind]string{reflect.String: "is_text", reflect.Bool: "is_truth", reflect.Int: "is_whole", reflect.Float64: "is_number"}[v.Kind()]
	if n.Kind != yaml.ScalarNode {
		d.problem(n, key, shape(n), say(want))
		return
	}
	tag := n.ShortTag()
	ok := false
	switch v.Kind() {
	case reflect.String:
		if ok = tag == "!!str" || tag == "!!timestamp"; ok {
			v.SetString(n.Value)
			d.text(n, v, key, rule)
			return
		}
		want = "is_text_quoted"
	case reflect.Bool:
		if ok = tag == "!!bool"; ok {
			v.SetBool(n.Value == "true")
			ok = n.Value == "true" || n.Value == "false"
		}
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		ok = err == nil && tag == "!!int" && i >= 0 && i <= 1_000_000_000
		v.SetInt(int64(i))
	case reflect.Float64:
		x, err := strconv.ParseFloat(n.Value, 64)
		ok = err == nil && (tag == "!!int" || tag == "!!float") && !math.IsInf(x, 0) && !math.IsNaN(x)
		v.SetFloat(x)
	}
	if !ok {
		d.problem(n, key, shape(n), say(want))
	}
}

// text tests a text against its rule.
func (d *decoder) text(n *yaml.Node, v reflect.Value, key, rule string) {
	s := v.String()
	switch {
	case strings.TrimSpace(s) == "":
		d.problem(n, key, say("text_empty"), say("readable"))
		return
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfffd }):
		d.problem(n, key, say("text_odd"), say("letters"))
		return
	}
	name, rest, _ := strings.Cut(rule, ":")
	switch name {
	case "":
	case "ref":
		d.claims = append(d.claims, claim{rest, s, Problem{File: d.file, Line: n.Line, Column: n.Column, Key: key}})
	case "path":
		if !isPath(s) {
			d.problem(n, key, as(quoted(s)), say("path"))
			return
		}
		of, rest, _ := strings.Cut(s, ".")
		switch entity := pathEntities[of]; {
		case of == "quote" && slices.Contains(QuoteResultNames(), rest): // no field, but worked out
		case entity != "":
			d.field(n, key, entity, rest)
		case of != "input":
			d.claims = append(d.claims, claim{of, rest, Problem{File: d.file, Line: n.Line, Column: n.Column, Key: key}})
		}
	default:
		if expected, err := breaks(name, rest, s); expected.Code != "" {
			d.problem(n, key, as(quoted(s)), expected, err)
		}
	}
}

// shape names what a node is, for people.
func shape(n *yaml.Node) Said {
	switch n.Kind {
	case yaml.MappingNode:
		return say("a_mapping")
	case yaml.SequenceNode:
		return say("a_list")
	}
	switch n.ShortTag() {
	case "!!null":
		return say("nothing")
	case "!!str":
		return say("text", quoted(n.Value))
	case "!!int", "!!float":
		return say("number", n.Value)
	case "!!bool":
		return say("truth", n.Value)
	}
	return as(quoted(n.Value))
}

// at follows a key such as "lines[2].expr" as far as it leads.
func at(n *yaml.Node, key string) *yaml.Node {
	for _, part := range strings.FieldsFunc(key, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := n
		if i, err := strconv.Atoi(part); err == nil && n.Kind == yaml.SequenceNode {
			if i < len(n.Content) {
				next = n.Content[i]
			}
		} else {
			for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == part {
					next = n.Content[i+1]
				}
			}
		}
		if next == n {
			return n
		}
		n = next
	}
	return n
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// yamlName is a field's key and whether it may be left out.
func yamlName(f reflect.StructField) (name string, optional bool) {
	name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name, options == "omitempty"
}

var keys sync.Map // reflect.Type → []string

func keysOf(t reflect.Type) []string {
	if known, ok := keys.Load(t); ok {
		return known.([]string)
	}
	var out []string
	for i := range t.NumField() {
		name, _ := yamlName(t.Field(i))
		out = append(out, name)
	}
	keys.Store(t, out)
	return out
}

func fieldFor(t reflect.Type, key string) (reflect.StructField, bool) {
	i := slices.Index(keysOf(t), key)
	if i < 0 {
		return reflect.StructField{}, false
	}
	return t.Field(i), true
}

// describe is what the types say of a key; the page has the Chinese of it.
func describe(f reflect.StructField) Said {
	if doc := f.Tag.Get("doc"); doc != "" {
		return Said{EN: " (" + strings.TrimSuffix(doc, ".") + ")"}
	}
	return Said{}
}

// nearest guesses what a mistyped key was meant to be.
func nearest(wrong string, keys []string) Said {
	best, least := "", 3
	for _, k := range keys {
		if n := collate.Distance(wrong, k, least-1); n < least {
			best, least = k, n
		}
	}
	if best == "" {
		return Said{}
	}
	return say("did_you_mean", best)
}
