package intake

import (
	"slices"
	"strings"

	"headwater/lake"
	"headwater/lake/collate"
)

// naming scores how well a column's heading names a field.
type naming struct {
	exact    map[string][]scored // by folded heading
	prefixes []string            // folded names of the entity, to be taken off
}

type scored struct {
	field lake.FieldName
	score float64
}

func newNaming(e *lake.Entity, rights *lake.Rights, words *Synonyms) *naming {
	n := &naming{exact: map[string][]scored{}}
	for i := range e.Fields {
		f := &e.Fields[i]
		if rights.MaskedField(e.Name, f.Name) {
			continue
		}
		n.add(string(f.Name), f.Name, 1)
		n.add(f.Label.ZH, f.Name, 1)
		n.add(f.Label.EN, f.Name, 1)
		for j, w := range words.Fields[e.Name][f.Name] {
			n.add(w, f.Name, max(0.85, 0.97-0.002*float64(j)))
		}
	}
	n.add(string(lake.FieldID), lake.FieldID, 0.5) // a column of our own keys, if nothing else wants it
	for _, w := range []string{string(e.Name), e.Label.EN, e.Label.ZH, e.Plural.EN, e.Plural.ZH} {
		if w = heading(w); w != "" {
			n.prefixes = append(n.prefixes, w, singular(w))
		}
	}
	return n
}

func (n *naming) add(word string, f lake.FieldName, score float64) {
	k := heading(word)
	if k == "" || slices.ContainsFunc(n.exact[k], func(s scored) bool { return s.field == f }) {
		return
	}
	n.exact[k] = append(n.exact[k], scored{f, score})
}

// of lists the fields that a heading may name, with scores up to 1.
func (n *naming) of(h string) []scored {
	best := map[lake.FieldName]float64{}
	take := func(k string, factor float64) {
		for _, s := range n.exact[k] {
			best[s.field] = max(best[s.field], s.score*factor)
		}
	}
	k := heading(h)
	take(k, 1)
	take(heading(withoutBrackets(h)), 0.98)
	take(singular(k), 0.97)
	for _, p := range n.prefixes {
		if rest, ok := strings.CutPrefix(k, p); ok && rest != "" {
			take(rest, 0.93)
		}
	}
	if len(best) == 0 && len(k) >= 6 {
		for w, list := range n.exact {
			if len(w) >= 6 && collate.Distance(k, w, 1) == 1 {
				for _, s := range list {
					best[s.field] = max(best[s.field], s.score*0.7)
				}
			}
		}
	}
	out := make([]scored, 0, len(best))
	for f, s := range best {
		out = append(out, scored{f, s})
	}
	slices.SortFunc(out, func(a, b scored) int { return strings.Compare(string(a.field), string(b.field)) })
	return out
}

// withoutBrackets drops units and hints such as (万元), [USD] or （必填）.
func withoutBrackets(h string) string {
	for _, pair := range [][2]string{{"(", ")"}, {"[", "]"}, {"（", "）"}, {"【", "】"}} {
		open, end := strings.Index(h, pair[0]), strings.LastIndex(h, pair[1])
		if open > 0 && end > open {
			h = h[:open] + h[end+len(pair[1]):]
		}
	}
	return h
}

// named tells whether a heading is one of a list.
func named(h string, list []string) bool {
	k := heading(h)
	return slices.ContainsFunc(list, func(w string) bool { return heading(w) == k })
}
