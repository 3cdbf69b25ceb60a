package need

import (
	"slices"

	"headwater/pack"
)

// lesson is one sentence that the models learn from.
type lesson struct {
	text    string
	group   string // sentences of one group are never on both sides of a cross-validation
	shows   []int  // needs that it shows
	not     []int  // needs that it only seems to show
	open    []int  // needs about which it says nothing either way
	stance  int8   // 1 a need stands, -1 it doesn't, 0 not known
	kind    int8   // 1 hidden, -1 explicit, 0 not known
	foreign bool   // of another product's needs
	decided bool   // by a person, not written in a pack
	weight  float32
}

// lessons are the sentences of a pack, its signals and people's decisions.
func lessons(k *pack.Merged, codes map[string]int, corrections []Correction) []lesson {
	var out []lesson
	place := map[string]int{} // text → index: a sentence may stand in several items
	add := func(l lesson) {
		at, known := place[l.text]
		if !known {
			place[l.text] = len(out)
			out = append(out, l)
			return
		}
		o := &out[at]
		o.shows = append(o.shows, l.shows...)
		o.not = append(o.not, l.not...)
		o.open = append(o.open, l.open...)
		if l.stance > 0 {
			o.stance, o.kind, o.foreign = 1, l.kind, l.foreign
		}
		o.weight = max(o.weight, l.weight)
	}
	for _, e := range k.Examples {
		l := exampleLesson(e, codes)
		l.group = k.From["examples/"+e.ID] + "/" + e.ID
		for _, text := range slices.Concat(e.ZH, e.EN) {
			l.text = text
			add(l)
		}
	}
	for _, p := range k.Processes {
		for _, s := range p.Signals {
			l := exampleLesson(pack.Example{Needs: s.Needs, Kind: s.Kind}, codes)
			l.group, l.weight = p.ID+"/"+s.ID, signalWeight
			for _, text := range []string{s.Text.ZH, s.Text.EN} {
				l.text = text
				add(l)
			}
		}
	}
	for _, c := range corrections {
		add(c.lesson(codes))
	}
	regroup(out)
	for i := range out { // what one item shows, another needn't deny
		o := &out[i]
		o.not = slices.DeleteFunc(o.not, func(c int) bool { return slices.Contains(o.shows, c) })
		o.open = slices.DeleteFunc(o.open, func(c int) bool { return slices.Contains(o.shows, c) })
	}
	return out
}

// regroup lets sentences of needs with few items stand for themselves, so that each part
// of a cross-validation has some.
func regroup(all []lesson) {
	groups := map[int]map[string]bool{}
	for _, l := range all {
		for _, c := range l.shows {
			if groups[c] == nil {
				groups[c] = map[string]bool{}
			}
			groups[c][l.group] = true
		}
	}
	for i, l := range all {
		if slices.ContainsFunc(l.shows, func(c int) bool { return len(groups[c]) < folds }) {
			all[i].group = l.text
		}
	}
}

const (
	signalWeight  = 0.6 // a signal's text is a summary, not what people say
	foreignWeight = 0.4
)

func exampleLesson(e pack.Example, codes map[string]int) lesson {
	l := lesson{weight: 1}
	var named []int
	for _, n := range e.Needs {
		if c, ok := codes[n]; ok {
			named = append(named, c)
		}
	}
	l.foreign = len(named) == 0 && len(e.Needs) > 0
	if l.foreign {
		l.weight = foreignWeight
	}
	switch {
	case e.Kind == "explicit":
		l.shows, l.stance, l.kind = named, 1, -1
	case e.Kind == "hidden":
		l.shows, l.stance, l.kind = named, 1, 1
	case e.Reason == "neighbour":
		l.not = named
	default:
		l.open, l.stance = named, -1
	}
	return l
}
