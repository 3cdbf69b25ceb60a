package need

import "strings"

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

// correctionWeight: a decision on the company's own words counts more than a sentence
// from elsewhere.
const correctionWeight = 2

func (c Correction) lesson(codes map[string]int) lesson {
	text := c.Evidence
	if strings.TrimSpace(text) == "" {
		text = c.Text
	}
	l := lesson{text: text, group: "correction/" + text, weight: correctionWeight}
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
