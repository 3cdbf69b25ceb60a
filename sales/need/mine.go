package need

import (
	"errors"
	"math"
	"runtime"
	"slices"

	"headwater/pack"
)

// Kinds of needs.
const (
	Explicit = "explicit" // asked for or complained of
	Hidden   = "hidden"   // implied by a fact
)

var workers = max(1, runtime.GOMAXPROCS(0))

// Miner finds the needs that a pack knows in texts. It is safe for concurrent use.
type Miner struct {
	needs        []pack.Need
	capabilities map[string]pack.Capability
	model        *model
	rejected     rejections
}

// Options of one call.
type Options struct {
	Industry      string  // of the account, an option of accounts.industry: signals of others are no reasons; empty: not known
	MinConfidence float64 // from which needs are reported; 0: the miner's own bar
}

// Found is a need in a text.
type Found struct {
	Code       string  // the need's id
	Kind       string  // Explicit or Hidden
	Evidence   string  // the words that show it, exactly as they stand in the text
	Start, End int     // where they stand, in bytes
	Confidence float64 // 0 to 1: how often such a finding is right
	Assisted   bool    // a language model found it
	Why        []Reason
	Pain       pack.Text
	Goal       pack.Text
	Question   pack.Text // its yes confirms the need
	Capability string    // id of the capability that meets it best; empty: none is named
}

// New makes a miner of a pack, together with what people decided on earlier findings. It
// trains in about a second on the shipped packs.
func New(k *pack.Merged, corrections []Correction) (*Miner, error) {
	if len(k.Needs) == 0 {
		return nil, errors.New("the pack has no needs")
	}
	m := &Miner{needs: k.Needs, capabilities: map[string]pack.Capability{}}
	codes := map[string]int{}
	for i, n := range k.Needs {
		codes[n.ID] = i
	}
	for _, c := range k.Capabilities {
		m.capabilities[c.ID] = c
	}
	m.model = newModel(newReader(signalsOf(k.Processes)), len(k.Needs), lessons(k, codes, corrections))
	m.rejected = rejected(corrections, codes)
	return m, nil
}

// bar is the confidence from which a need is reported. Below even chances: people can
// reject a finding with one key, but don't see what is kept from them. Chosen so that four
// of five findings are right in notes that the packs hold no sentence of.
const bar = 0.35

// faint is the confidence from which a stretch supports a finding elsewhere in the text.
const faint = 0.1

// Mine finds needs, each at most once, in the order of the pack's needs. Chinese and
// English may be mixed.
func (m *Miner) Mine(text string, o Options) []Found {
	limit := o.MinConfidence
	if limit == 0 {
		limit = bar
	}
	shown := make([][]showing, len(m.needs))
	r := reading{m.model, text, map[asking]judged{}}
	for _, w := range windows(text) {
		j := r.judge(w.asked, w.span)
		stands := math.Pow(r.stands(w), doubt)
		for c, p := range j.topic {
			p *= stands
			if p >= min(limit, faint) && !m.rejected.holds(c, w.of(text)) {
				shown[c] = append(shown[c], showing{w.span, p, j.hidden})
			}
		}
	}
	var out []Found
	for c, s := range shown {
		if best, p := strongest(s); p >= limit {
			f := Found{Code: m.needs[c].ID, Kind: kindOf(s, best), Confidence: p, Start: best.start, End: best.end}
			m.tell(&f, text, o.Industry)
			out = append(out, f)
		}
	}
	return out
}

// showing is a stretch that shows a need, and how likely.
type showing struct {
	span
	p, hidden float64
}

const (
	doubt   = 1.5 // power of the probability that what is said stands
	support = 0.6 // how much a second stretch counts beside the best
	nearly  = 0.5 // of the best's probability: from there a stretch has a say in the kind
)

// strongest is the best of the stretches that show a need, and how likely it is by that
// and by the best that lies apart from it.
func strongest(all []showing) (best showing, p float64) {
	for _, s := range all {
		if s.p > best.p {
			best = s
		}
	}
	second := 0.0
	for _, s := range all {
		if s.end <= best.start || s.start >= best.end {
			second = max(second, s.p)
		}
	}
	return best, 1 - (1-best.p)*math.Pow(1-second, support)
}

// reading is one text with what was judged of it: windows overlap, so that most
// stretches come up twice.
type reading struct {
	model *model
	text  string
	known map[asking]judged
}

// asking is a stretch and the question before it.
type asking struct{ asked, said span }

func (r reading) judge(asked, said span) judged {
	j, known := r.known[asking{asked, said}]
	if !known {
		j = r.model.judge(window{asked: asked}.answering(r.text, said))
		r.known[asking{asked, said}] = j
	}
	return j
}

// stands is how likely it is that what a window speaks of stands: by its words, with
// what follows them, and, of an answer, without the question.
func (r reading) stands(w window) float64 {
	out := min(r.judge(w.asked, w.span).stands, r.judge(w.asked, w.tail).stands)
	if w.asked.end > w.asked.start {
		out = min(out, r.judge(span{}, w.span).stands)
	}
	return out
}

// kindOf is Explicit when one of the stretches that show a need nearly as well as the
// best asks for it or complains: the facts around it don't make it hidden.
func kindOf(all []showing, best showing) string {
	for _, s := range all {
		if s.p >= nearly*best.p && s.hidden < 0.5 {
			return Explicit
		}
	}
	return Hidden
}

// tell adds what the pack knows of a finding.
func (m *Miner) tell(f *Found, text, industry string) {
	f.Evidence = text[f.Start:f.End]
	at := slices.IndexFunc(m.needs, func(n pack.Need) bool { return n.ID == f.Code })
	n := m.needs[at]
	f.Why = m.why(at, f.Evidence, industry)
	f.Pain, f.Goal, f.Question = n.Pain, n.Goal, n.Confirm
	f.Capability = m.capability(n)
}

// capability is the first of a need that is shipped, or else the first.
func (m *Miner) capability(n pack.Need) string {
	first := ""
	for _, id := range n.Capabilities {
		c, known := m.capabilities[id]
		if known && c.Status == "shipped" {
			return id
		}
		if known && first == "" {
			first = id
		}
	}
	return first
}
