package need

import (
	"slices"
	"strings"
)

// Verdicts of people.
const (
	Accepted  = "accepted"
	Rejected  = "rejected"
	Corrected = "corrected"
)

// Correction is what a person decided on a finding; it trains the next run.
type Correction struct {
	Text     string // the whole text; only needed when Evidence is empty
	Evidence string // the words that were quoted
	Code     string // the need: as found, or with Corrected as it should have been
	Was      string // with Corrected: the need that was found; may be empty
	Kind     string // explicit, hidden or not known
	Verdict  string // Accepted, Rejected or Corrected; others teach nothing
}

// correctionWeight: decisions teach like the packs' sentences. They have no say in how
// sure the miner is: labels come in the company's own words, rejections only where it erred.
const correctionWeight = 1

func (c Correction) lesson(codes map[string]int) lesson {
	text := c.Evidence
	if strings.TrimSpace(text) == "" {
		text = c.Text
	}
	l := lesson{text: text, group: "correction/" + text, decided: true, weight: correctionWeight}
	code, known := codes[c.Code]
	was, had := codes[c.Was]
	switch {
	case c.Verdict == Accepted && known, c.Verdict == Corrected && known:
		l.shows, l.stance = []int{code}, 1
		if c.Kind == Hidden {
			l.kind = 1
		} else if c.Kind == Explicit {
			l.kind = -1
		}
		if c.Verdict == Corrected && had && was != code {
			l.not = []int{was}
		}
	case c.Verdict == Rejected && known:
		l.not = []int{code}
	}
	return l
}

// rejections are clauses that a person said don't show a need, by need.
type rejections map[int]map[string]bool

// rejected collects them; what was accepted elsewhere word for word isn't among them.
func rejected(corrections []Correction, codes map[string]int) rejections {
	out := rejections{}
	for _, c := range corrections {
		code := c.Code
		if c.Verdict == Corrected {
			code = c.Was
		}
		at, known := codes[code]
		if !known || c.Verdict == Accepted || strings.TrimSpace(c.Evidence) == "" {
			continue
		}
		accepted := slices.ContainsFunc(corrections, func(o Correction) bool {
			return o.Code == code && o.Verdict != Rejected && o.Evidence == c.Evidence
		})
		if !accepted {
			if out[at] == nil {
				out[at] = map[string]bool{}
			}
			for _, clause := range alike(c.Evidence) {
				out[at][clause] = true
			}
		}
	}
	return out
}

// holds is whether one of the clauses was rejected.
func (r rejections) holds(need int, words string) bool {
	return len(r[need]) > 0 && slices.ContainsFunc(alike(words), func(c string) bool { return r[need][c] })
}

// alike gives a text's clauses of at least four tokens, the same for texts that differ in
// marks, case and numbers only.
func alike(text string) []string {
	var out []string
	for _, clause := range strings.Split(strings.Join(tokens(text), " "), "|") {
		if clause = strings.TrimSpace(clause); strings.Count(clause, " ") >= 3 {
			out = append(out, clause)
		}
	}
	return out
}
