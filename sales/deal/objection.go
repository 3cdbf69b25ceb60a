package deal

import (
	"math"
	"slices"
	"strings"

	"headwater/lake"
	"headwater/pack"
)

// Usage is what became of an answer to an objection, over all deals that one sees.
type Usage struct {
	Objection string `json:"objection"`
	Answer    string `json:"answer"`
	Used      int    `json:"used"`
	Settled   Share  `json:"settled" doc:"Of the uses whose result is known."`
	Won       Share  `json:"won" doc:"Of the closed deals in which it was used; each deal counts once."`
	Open      int    `json:"open" doc:"Open deals in which it was used."`

	deals outcomes
}

type outcomes map[lake.Key]string // deals by stage

// Share is a count of a total with its 95% interval (Wilson); both ends are 0 to 1.
type Share struct {
	Count int     `json:"count"`
	Of    int     `json:"of"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Wilson is the share with its interval; of nothing it is 0 to 1.
func Wilson(count, of int) Share {
	if of == 0 {
		return Share{0, 0, 0, 1}
	}
	const z = 1.959964
	n, p := float64(of), float64(count)/float64(of)
	mid := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return Share{count, of, max(0, mid-half), min(1, mid+half)}
}

// Met is one objection as it was met, with the stage that its deal stands in.
type Met struct {
	Objection, Answer, Result string
	Deal                      lake.Key
	Stage                     string
}

// Statistics counts how often each answer was used, settled the objection, and how
// those deals went. Objections met without an answer count with the answer "".
func Statistics(list []Met) []Usage {
	at := map[[2]string]int{}
	out := []Usage{}
	settled := map[[2]string][2]int{}
	for _, m := range list {
		key := [2]string{m.Objection, m.Answer}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Usage{Objection: m.Objection, Answer: m.Answer, deals: outcomes{}})
		}
		out[i].Used++
		n := settled[key]
		switch m.Result {
		case "settled":
			n[0]++
			n[1]++
		case "stands":
			n[1]++
		}
		settled[key] = n
		if m.Deal != "" {
			out[i].deals[m.Deal] = m.Stage
		}
	}
	for i := range out {
		u := &out[i]
		n := settled[[2]string{u.Objection, u.Answer}]
		u.Settled = Wilson(n[0], n[1])
		won, closed := 0, 0
		for _, stage := range u.deals {
			switch stage {
			case "won":
				won++
				closed++
			case Lost:
				closed++
			default:
				u.Open++
			}
		}
		u.Won = Wilson(won, closed)
	}
	return out
}

// Fitting is a battlecard and what brought it up.
type Fitting struct {
	Card    pack.Battlecard `json:"card"`
	Because []Reason        `json:"because" doc:"Empty: nothing in the records; the card is there to look up."`
	Pack    string          `json:"pack"`
}

// Reason is the word that brought a battlecard up, and where it stands.
type Reason struct {
	Word   string   `json:"word"`
	Text   string   `json:"text"`
	Record *Witness `json:"record,omitempty" doc:"The current system; absent: the deal's field competitor."`
}

// Cards are the battlecards, those that fit the competitor and the systems first.
func Cards(s *Sight, b Subject, k *pack.Merged, competitor string) []Fitting {
	out := []Fitting{}
	for _, c := range k.Battlecards {
		f := Fitting{Card: c, Because: []Reason{}, Pack: k.From["battlecards/"+c.ID]}
		if word, ok := mentions(c, competitor); ok {
			f.Because = append(f.Because, Reason{Word: word, Text: competitor})
		}
		for _, r := range s.Rows("systems", b) {
			text := strings.TrimSpace(r.Title + " " + string(r.Cell("vendor")))
			if word, ok := mentions(c, text); ok {
				f.Because = append(f.Because, Reason{word, text, &r.Witness})
			}
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Fitting) int { return len(b.Because) - len(a.Because) })
	return out
}

// mentions finds a card's word in a text, longer words first; Latin words must stand
// alone ("glue" isn't in "glued").
func mentions(c pack.Battlecard, text string) (string, bool) {
	text = strings.ToLower(text)
	words := slices.Clone(c.Also)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, w := range words {
		w = strings.ToLower(w)
		for from := 0; ; {
			i := strings.Index(text[from:], w)
			if i < 0 || w == "" {
				break
			}
			i += from
			if !latinAt(text, i-1, w[0]) && !latinAt(text, i+len(w), w[len(w)-1]) {
				return w, true
			}
			from = i + len(w)
		}
	}
	return "", false
}

// latinAt tells whether a letter or digit stands at i and the word's end beside it is one, too.
func latinAt(text string, i int, end byte) bool {
	latin := func(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
	return i >= 0 && i < len(text) && latin(text[i]) && latin(end)
}
