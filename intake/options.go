package intake

import (
	"strings"

	"headwater/lake"
	"headwater/lake/collate"
)

// options finds the option that a word means.
type options struct {
	names  map[string]lake.Cell // exact
	folded map[string]lake.Cell // by letters; names and labels before synonyms
	words  []optionWord         // for suggestions
	field  *lake.Field
}

type optionWord struct {
	folded string
	name   string
}

func newOptions(f *lake.Field, synonyms map[string][]string) *options {
	o := &options{names: map[string]lake.Cell{}, folded: map[string]lake.Cell{}, field: f}
	for _, opt := range f.Options {
		o.names[opt.Name] = lake.Cell(opt.Name)
		o.add(opt.Name, opt.Name, opt.Label.ZH, opt.Label.EN)
	}
	for _, opt := range f.Options {
		o.add(opt.Name, synonyms[opt.Name]...)
	}
	return o
}

func (o *options) add(name string, words ...string) {
	for _, w := range words {
		k := letters(w)
		if _, taken := o.folded[k]; k == "" || taken {
			continue
		}
		o.folded[k] = lake.Cell(name)
		o.words = append(o.words, optionWord{k, name})
	}
}

// find takes an option's name, label or synonym, whatever its case and punctuation.
func (o *options) find(v string) (lake.Cell, bool) {
	if c, ok := o.names[v]; ok {
		return c, true
	}
	c, ok := o.folded[letters(v)]
	return c, ok
}

// like finds the option whose words are nearest to v. certain: near enough, and the
// only one.
func (o *options) like(v string) (name string, certain bool) {
	k := letters(v)
	best := tolerance(k) + 1
	several := false
	for _, w := range o.words {
		d := collate.Distance(k, w.folded, min(best, tolerance(k)))
		switch {
		case d < best:
			best, name, several = d, w.name, false
		case d == best && w.name != name && name != "":
			several = true
		}
	}
	if name == "" {
		return o.within(k), false
	}
	return name, !several && certainTypo(k, best)
}

// within finds an option that is a part of the value, or the other way round.
func (o *options) within(k string) string {
	best := ""
	length := 0
	for _, w := range o.words {
		if len(w.folded) >= 6 && len(w.folded) > length && strings.Contains(k, w.folded) {
			best, length = w.name, len(w.folded)
		}
	}
	return best
}
