package need

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"headwater/pack"
)

// Reason is something that spoke for a finding: a signal of a process, or what the
// learned model leaned on.
type Reason struct {
	Signal  string    // id of the signal; empty: the model's reason
	Process string    // id of the signal's process
	Because pack.Text // why the fact shows the need; of the model: the pack's sentence that is most like it
	Words   []string  // what stands in the evidence
}

// anyIndustry is how packs mark processes that all industries have.
const anyIndustry = "other"

// most words that are named as the model's reason.
const mostWords = 4

// why gives the signals of the need in a text, those of the industry and of any, then
// what the model leaned on.
func (m *Miner) why(need int, text, industry string) []Reason {
	var out []Reason
	toks, places := tokensAt(text)
	words := map[int][]string{} // signal → its words that are there
	for _, h := range m.model.words.find(toks) {
		if s, ok := m.model.signal[h.class]; ok {
			if w := text[places[h.start].start:places[h.end-1].end]; !slices.Contains(words[s], w) {
				words[s] = append(words[s], w)
			}
		}
	}
	for s, k := range m.model.signals {
		if industry != "" && k.industry != industry && k.industry != anyIndustry {
			continue
		}
		if len(words[s]) >= enough && slices.Contains(k.Needs, m.needs[need].ID) {
			out = append(out, Reason{Signal: k.ID, Process: k.process, Because: k.Because, Words: words[s]})
		}
	}
	if leaned := m.model.leaned(need, text, toks, places); len(leaned) > 0 {
		r := Reason{Words: leaned}
		if like := m.model.like(need, text); like != "" {
			r.Because = pack.Text{ZH: "像知识包里的这句话：" + like, EN: "Like this sentence of the pack: " + like}
		}
		out = append(out, r)
	}
	return out
}

// leaned are the stretches of tokens that spoke most for a need.
func (m *model) leaned(need int, text string, toks []string, places []span) []string {
	weight := make([]float32, len(toks)) // of each token, by the runs that it is part of
	for i := range toks {
		h := newHash
		for n := 0; n < longest && i+n < len(toks) && toks[i+n] != "|"; n++ {
			h = h.with(stem(toks[i+n]))
			if id, ok := m.ids[uint64(h)]; ok {
				w := m.linear.weights[int(id)*m.linear.outputs+need] * m.idf[id] / float32(n+1)
				for j := i; j <= i+n; j++ {
					weight[j] += w
				}
			}
		}
	}
	type stretch struct {
		words string
		sum   float32
	}
	var found []stretch
	for i := 0; i < len(toks); {
		j, sum := i, float32(0)
		for j < len(toks) && weight[j] > 0 && toks[j] != "|" && toks[j] != "?" {
			sum += weight[j]
			j++
		}
		if j > i {
			if words := text[places[i].start:places[j-1].end]; utf8.RuneCountInString(words) > 1 {
				found = append(found, stretch{words, sum})
			}
		}
		i = max(j, i+1)
	}
	slices.SortStableFunc(found, func(a, b stretch) int { return cmp.Compare(b.sum, a.sum) })
	var out []string
	for _, s := range found[:min(len(found), mostWords)] {
		out = append(out, s.words)
	}
	return out
}

// like is the lesson of a need that is nearest to a text.
func (m *model) like(need int, text string) string {
	v := m.vector(m.read(text))
	at := map[int32]float32{}
	for _, f := range v {
		at[f.id] = f.weight
	}
	best, nearest := float32(0), ""
	for _, l := range m.taught[need] {
		sum := float32(0)
		for _, f := range l.vector {
			sum += f.weight * at[f.id]
		}
		if sum > best {
			best, nearest = sum, l.text
		}
	}
	return nearest
}
