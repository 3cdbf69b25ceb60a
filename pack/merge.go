package pack

import (
	"reflect"
	"slices"
	"strings"
)

// Merged is several packs seen as one: what a workspace works with.
type Merged struct {
	Pack
	Packs []Meta
	// From says which pack an item comes from; the key is section/id, such as
	// "objections/too-expensive".
	From map[string]string
}

// Merge lays packs over each other, those depended on first, otherwise in the order
// given. An item of the same section and id as one in a pack that it depends on
// replaces that; between packs that don't depend on each other this is a problem. The
// packs depended on must be among those given.
func Merge(packs ...*Pack) (*Merged, error) {
	m := &Merged{From: map[string]string{}}
	byID := map[string]*Pack{}
	for _, p := range packs {
		byID[p.Meta.ID] = p
	}
	var problems Problems
	ordered, err := order(packs, byID)
	problems = append(problems, err...)
	place := map[string]int{} // section/id → index
	whole := reflect.ValueOf(&m.Pack).Elem()
	for _, p := range ordered {
		m.Packs = append(m.Packs, p.Meta)
		m.Meta.Sources = append(m.Meta.Sources, p.Meta.Sources...)
		below := beneath(p, byID)
		part := reflect.ValueOf(p).Elem()
		for i := range part.NumField() {
			section, _ := yamlName(part.Type().Field(i))
			for j := 0; part.Field(i).Kind() == reflect.Slice && j < part.Field(i).Len(); j++ {
				e := part.Field(i).Index(j)
				key := section + "/" + e.FieldByName("ID").String()
				at, taken := place[key]
				switch {
				case !taken:
					place[key] = whole.Field(i).Len()
					whole.Field(i).Set(reflect.Append(whole.Field(i), e))
				case below[m.From[key]]:
					whole.Field(i).Index(at).Set(e)
				default:
					problems = append(problems, Problem{File: p.Meta.ID, Key: key, Found: say("id_in_pack", m.From[key]), Expected: say("id_other", m.From[key])})
					continue
				}
				m.From[key] = p.Meta.ID
			}
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return m, nil
}

// order puts packs behind those that they depend on, or extend.
func order(packs []*Pack, byID map[string]*Pack) (out []*Pack, problems Problems) {
	state := map[string]int{} // 1: on the way, 2: placed
	var visit func(p *Pack, way []string)
	visit = func(p *Pack, way []string) {
		id := p.Meta.ID
		if state[id] == 1 {
			problems = append(problems, Problem{File: id, Key: "pack.depends", Found: say("pack_circle", strings.Join(append(way, id), " → ")), Expected: say("packs_free")})
			return
		}
		if state[id] == 2 {
			return
		}
		state[id] = 1
		for _, d := range slices.Concat(p.Meta.Depends, p.Meta.Extends) {
			if o := byID[d]; o != nil {
				visit(o, append(way, id))
			} else if slices.Contains(p.Meta.Depends, d) {
				problems = append(problems, Problem{File: id, Key: "pack.depends", Found: say("pack_absent", quoted(d)), Expected: say("packs_loaded")})
			}
		}
		state[id] = 2
		out = append(out, p)
	}
	for _, p := range packs {
		visit(p, nil)
	}
	return out, problems
}

// beneath are the packs that p depends on, directly or not.
func beneath(p *Pack, byID map[string]*Pack) map[string]bool {
	out := map[string]bool{}
	var visit func(ids []string)
	visit = func(ids []string) {
		for _, id := range ids {
			if o := byID[id]; o != nil && !out[id] {
				out[id] = true
				visit(o.Meta.Depends)
			}
		}
	}
	visit(p.Meta.Depends)
	return out
}
