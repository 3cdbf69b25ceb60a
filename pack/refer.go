package pack

import (
	"reflect"
	"slices"
	"strings"
)

// index knows the ids of every section, and of lists within items ("playbooks.stages").
type index map[string]map[string]bool

func (x index) add(section, id string) {
	if x[section] == nil {
		x[section] = map[string]bool{}
	}
	x[section][id] = true
}

func (x index) walk(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			e := v.Index(i)
			if e.Kind() != reflect.Struct {
				return
			}
			if id := e.FieldByName("ID"); id.IsValid() {
				x.add(path, id.String())
			}
			x.walk(e, path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, _ := yamlName(v.Type().Field(i))
			x.walk(v.Field(i), join(path, name))
		}
	}
}

// ValueResultNames are what a path may ask of a value case besides the variables and
// formulas of its model.
func ValueResultNames() []string {
	return []string{"benefits", "costs", "npv", "roi", "irr", "payback_years"}
}

// QuoteResultNames are what a path may ask of a quote besides its fields: the customer's
// gain beside the price.
func QuoteResultNames() []string { return []string{"gain", "net", "times", "payback_months"} }

// paths lists what the paths "benchmark." and "value." may lead to.
func (x index) paths() {
	x["benchmark"] = x["benchmarks"]
	for _, n := range ValueResultNames() {
		x.add("value", n)
	}
	for _, list := range []string{"value_models.variables", "value_models.formulas"} {
		for id := range x[list] {
			x.add("value", id)
		}
	}
}

// resolve tests that everything referred to is there: in the pack itself, in the packs
// that it depends on, and in those that it extends. While a pack that it extends is
// absent, what may lie in it isn't a problem.
func resolve(p *Pack, claims []claim, others []*Pack) (problems Problems) {
	x := index{}
	x.walk(reflect.ValueOf(p).Elem(), "")
	missing, lenient := []string{}, false
	byID := map[string]*Pack{}
	for _, o := range others {
		byID[o.Meta.ID] = o
	}
	visited := map[string]bool{p.Meta.ID: true}
	var visit func(ids []string)
	visit = func(ids []string) {
		for _, id := range ids {
			o := byID[id]
			if o == nil || visited[id] {
				continue
			}
			visited[id] = true
			x.walk(reflect.ValueOf(o).Elem(), "")
			visit(o.Meta.Depends)
		}
	}
	for _, id := range p.Meta.Depends {
		if byID[id] == nil {
			missing = append(missing, id)
		}
	}
	for _, id := range p.Meta.Extends {
		lenient = lenient || byID[id] == nil
	}
	visit(p.Meta.Depends)
	visit(p.Meta.Extends)
	x.paths()
	for _, id := range missing {
		problems = append(problems, Problem{File: "pack.yaml", Key: "pack.depends", Found: say("pack_absent", quoted(id)), Expected: say("packs_loaded")})
	}
	for _, c := range claims {
		if x[c.section][c.id] || lenient || len(missing) > 0 {
			continue
		}
		at := c.at
		at.Found, at.Expected = say("id_dangling", quoted(c.id), c.section), say("id_of_one", c.section, known(x[c.section], c.id))
		problems = append(problems, at)
	}
	return problems
}

// known lists ids to choose from, or the one that was probably meant.
func known(ids map[string]bool, wrong string) Said {
	var all []string
	for id := range ids {
		all = append(all, id)
	}
	slices.Sort(all)
	if n := nearest(wrong, all); n.Code != "" {
		return n
	}
	if len(all) == 0 {
		return say("there_is_none")
	}
	more := ""
	if len(all) > 12 {
		all, more = all[:12], " …"
	}
	return say("these", strings.Join(all, ", "), more)
}
