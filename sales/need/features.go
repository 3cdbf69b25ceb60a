package need

import (
	"math"
	"slices"
	"strings"
)

// feature is one coordinate of a window's vector.
type feature struct {
	id     int32
	weight float32
}

type vector []feature

// kinds of features; each kind has its own share of a vector's length.
const (
	grams   = iota // runs of characters and words
	classes        // classes of the thesaurus
	couples        // two classes in one window
	signs          // signals of the packs' processes
	kinds
)

// share of each kind in the length of a vector. Chosen, like the other constants here
// and in model.go, so that sentences of the packs that a model hasn't seen, and the
// development notes, come out well; the result hardly depends on any one of them.
var share = [kinds]float64{1, 0.7, 0.4, 0.4}

const (
	longest = 2 // tokens of a run
	near    = 8 // tokens between two classes that make a couple
)

// raw is what a window holds before rare features are left out.
type raw [kinds][]uint64

// reader turns text into features.
type reader struct {
	words   *thesaurus
	signals []knownSignal
	own     int         // classes from here on stand for words of signals
	signal  map[int]int // class that stands for a signal's word → signal
	ids     map[uint64]int32
	idf     []float32
	typical [kinds]float64 // length of a lesson's features of each kind; shorter windows weigh less
}

func newReader(signals []knownSignal) *reader {
	r := &reader{words: newThesaurus(), signals: signals, signal: map[int]int{}, ids: map[uint64]int32{}}
	r.own = len(r.words.classes)
	for i, s := range signals {
		if s.Words == nil {
			continue
		}
		for _, w := range slices.Concat(s.Words.ZH, s.Words.EN) {
			class := r.words.class(s.process + "/" + s.ID + "/" + w)
			r.words.add(class, strings.ReplaceAll(w, " ", "_"))
			r.signal[class] = i
		}
	}
	return r
}

// read finds what a text holds.
func (r *reader) read(text string) raw {
	toks := tokens(text)
	var out raw
	for i := range toks {
		if toks[i] == "|" {
			continue
		}
		h := newHash
		for n := 0; n < longest && i+n < len(toks) && toks[i+n] != "|"; n++ {
			h = h.with(stem(toks[i+n]))
			out[grams] = append(out[grams], uint64(h))
		}
	}
	hits := r.words.find(toks)
	var found []int
	for _, h := range hits {
		found = append(found, h.class)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	for _, s := range firing(r.signals, r.signal, found) {
		out[signs] = append(out[signs], 1<<40+uint64(s))
	}
	for i, a := range hits {
		if a.class >= r.own {
			continue
		}
		out[classes] = append(out[classes], uint64(a.class)+1)
		for _, b := range hits[i+1:] {
			if b.class >= r.own || b.class == a.class || b.start < a.end || b.start-a.end > near {
				continue
			}
			x, y := min(a.class, b.class), max(a.class, b.class)
			out[couples] = append(out[couples], uint64(x+1)<<16+uint64(y+1))
		}
	}
	for k := range out {
		slices.Sort(out[k])
		out[k] = slices.Compact(out[k])
	}
	return out
}

// hash is FNV-1a over words, the same in every run.
type hash uint64

const newHash hash = 14695981039346656037

func (h hash) with(word string) hash {
	for i := range len(word) {
		h = (h ^ hash(word[i])) * 1099511628211
	}
	return (h ^ ' ') * 1099511628211
}

// rare is in how many lessons a feature must stand to count, when there are thousands.
const rare = 2

// learn gives features a place in vectors: those of people's decisions, and those that
// several lessons hold.
func (r *reader) learn(texts []raw, all []lesson) {
	least := min(rare, 1+len(texts)/1_000)
	count, decided := map[uint64]int{}, map[uint64]bool{}
	for i, t := range texts {
		for k := range t {
			for _, f := range t[k] {
				count[f]++
				if all[i].decided {
					decided[f] = true
				}
			}
		}
	}
	for _, t := range texts { // in the order of the texts, so that two runs agree
		for k := range t {
			for _, f := range t[k] {
				if _, known := r.ids[f]; !known && (count[f] >= least || decided[f]) {
					r.ids[f] = int32(len(r.idf))
					r.idf = append(r.idf, float32(math.Log(1+float64(len(texts))/float64(count[f]))))
				}
			}
		}
	}
}

// settle learns how long the features of a lesson usually are.
func (r *reader) settle(texts []raw) {
	for k := range r.typical {
		lengths := make([]float64, 0, len(texts))
		for _, t := range texts {
			sum := 0.0
			for _, f := range t[k] {
				if id, ok := r.ids[f]; ok {
					w := float64(r.idf[id])
					sum += w * w
				}
			}
			if sum > 0 {
				lengths = append(lengths, math.Sqrt(sum))
			}
		}
		slices.Sort(lengths)
		if len(lengths) > 0 {
			r.typical[k] = lengths[int(float64(len(lengths)-1)*usual)]
		}
	}
}

// usual is the share of lessons that are shorter than a typical one.
const usual = 0.9

// vector places what was read; features that training never saw are left out.
func (r *reader) vector(t raw) vector {
	n := 0
	for k := range t {
		n += len(t[k])
	}
	out := make(vector, 0, n+1)
	for k := range t {
		from, sum := len(out), 0.0
		for _, f := range t[k] {
			if id, ok := r.ids[f]; ok {
				w := r.idf[id]
				out = append(out, feature{id, w})
				sum += float64(w) * float64(w)
			}
		}
		if sum > 0 {
			scale := float32(share[k] / math.Max(math.Sqrt(sum), r.typical[k]))
			for i := from; i < len(out); i++ {
				out[i].weight *= scale
			}
		}
	}
	return out
}

// stem takes the commonest English endings off.
func stem(word string) string {
	if len(word) < 5 || word[0] >= 0x80 {
		return word
	}
	for _, end := range []string{"ing", "ies", "ed", "es", "s"} {
		if rest, ok := strings.CutSuffix(word, end); ok && len(rest) >= 3 {
			return rest
		}
	}
	return word
}
