package deal

import (
	"headwater/lake"
	"headwater/pack"
)

// Letter is a letter of a qualification rule with its evidence.
type Letter struct {
	ID       string     `json:"id"`
	Letter   string     `json:"letter"`
	Name     pack.Text  `json:"name"`
	Question pack.Text  `json:"question"`
	Points   float64    `json:"points"`
	Enough   float64    `json:"enough" doc:"Points from which the letter holds."`
	Holds    bool       `json:"holds"`
	Evidence []Evidence `json:"evidence"`
}

// Evidence is a kind of proof and whether it is there: by the records themselves, or by
// a proof that somebody wrote down.
type Evidence struct {
	ID      string    `json:"id"`
	Text    pack.Text `json:"text"`
	Kind    string    `json:"kind"`
	Points  float64   `json:"points"`
	State   string    `json:"state" enum:"held,open,refuted,absent"`
	Found   *Found    `json:"found,omitempty" doc:"The check that finds it by itself."`
	Records []Proof   `json:"records"`
}

// Proof is a record of letters.
type Proof struct {
	Witness
	Status   string   `json:"status"`
	SeenOn   string   `json:"seen_on,omitempty"`
	Note     string   `json:"note,omitempty"`
	Activity lake.Key `json:"activity,omitempty" doc:"The note that it was found in."`
}

// Given is an answer to a question of a list, or to a criterion that asks.
type Given struct {
	ID       lake.Key `json:"id"`
	Status   string   `json:"status"`
	Verdict  string   `json:"verdict,omitempty"`
	Answer   string   `json:"answer,omitempty"`
	On       string   `json:"on,omitempty"`
	Activity lake.Key `json:"activity,omitempty" doc:"The note that answered it."`
	Contact  lake.Key `json:"contact,omitempty"`
}

// Scored is a criterion with its points: given by the records, or by a person's yes.
type Scored struct {
	ID     string     `json:"id"`
	Text   pack.Text  `json:"text"`
	Why    pack.Text  `json:"why"`
	Ask    *pack.Text `json:"ask,omitempty"`
	Points float64    `json:"points"`
	Held   bool       `json:"held"`
	By     string     `json:"by" enum:"records,answer,none"`
	Found  *Found     `json:"found,omitempty"`
	Answer *Given     `json:"answer,omitempty"`
}

// Scorecard is a pack's scorecard filled for a deal.
type Scorecard struct {
	ID        string        `json:"id"`
	List      string        `json:"list" doc:"Where its answers are kept."`
	Name      pack.Text     `json:"name"`
	Summary   pack.Text     `json:"summary"`
	Points    float64       `json:"points"`
	Most      float64       `json:"most"`
	Threshold float64       `json:"threshold"`
	Verdict   *pack.Verdict `json:"verdict,omitempty"`
	Criteria  []Scored      `json:"criteria"`
}

// Asked is a question with its answer.
type Asked struct {
	pack.Question
	Given *Given `json:"given,omitempty"`
}

// Questions is a question list with its answers.
type Questions struct {
	ID       string    `json:"id"`
	Name     pack.Text `json:"name"`
	Before   pack.Text `json:"before"`
	Answered int       `json:"answered"`
	Items    []Asked   `json:"items"`
}

// QualifyWants are the fields that qualification reads beside its checks.
func QualifyWants() Wants {
	return Wants{
		"letters": {"title", "letter", "evidence", "status", "seen_on", "note", "activity"},
		"answers": {"title", "list", "question", "answer", "status", "verdict", "activity", "contact", "answered_on"},
	}
}

// QualifyChecks are its checks: evidence of letters, and criteria by condition.
func QualifyChecks(k *pack.Merged) (out []pack.Check) {
	for _, l := range k.Letters {
		for _, e := range l.Evidence {
			if e.Check != nil {
				out = append(out, *e.Check)
			}
		}
	}
	for _, s := range k.Scorecards {
		out = append(out, criterionChecks(s.Criteria)...)
	}
	return out
}

func criterionChecks(list []pack.Criterion) (out []pack.Check) {
	for _, c := range list {
		if c.If != "" {
			out = append(out, checkOf(c))
		}
	}
	return out
}

// checkOf is a criterion's condition: one record that matches is enough.
func checkOf(c pack.Criterion) pack.Check {
	of := c.Of
	if of == "" {
		of = "accounts"
	}
	return pack.Check{Of: of, Where: c.If}
}

// Letters answers the letters of a pack. Evidence counts once, however it is known; a
// refuted proof takes the points back that the records would give.
func Letters(s *Sight, b Subject, k *pack.Merged) []Letter {
	rows := s.Rows("letters", b)
	out := []Letter{}
	for _, l := range k.Letters {
		letter := Letter{ID: l.ID, Letter: l.Letter, Name: l.Name, Question: l.Question, Enough: float64(l.Enough), Evidence: []Evidence{}}
		for _, e := range l.Evidence {
			ev := Evidence{ID: e.ID, Text: e.Text, Kind: e.Kind, Points: float64(e.Points), State: "absent", Records: []Proof{}}
			if e.Check != nil {
				f := s.Count(*e.Check, b)
				if ev.Found = &f; f.Holds {
					ev.State = "held"
				}
			}
			for _, r := range rows {
				if string(r.Cell("letter")) != l.ID || string(r.Cell("evidence")) != e.ID {
					continue
				}
				p := Proof{r.Witness, string(r.Cell("status")), string(r.Cell("seen_on")), string(r.Cell("note")), lake.Key(r.Cell("activity"))}
				ev.Records = append(ev.Records, p)
				switch { // the newest word counts, but an open one doesn't undo what the records show
				case p.Status != "open":
					ev.State = p.Status
				case ev.State == "absent":
					ev.State = "open"
				}
			}
			if ev.State == "held" {
				letter.Points += ev.Points
			}
			letter.Evidence = append(letter.Evidence, ev)
		}
		letter.Holds = letter.Points >= letter.Enough
		out = append(out, letter)
	}
	return out
}

// answersOf are the answers of one list, by question; the newest counts. What was
// answered for the subject itself goes before what its account, or a deal of the account,
// is known by.
func answersOf(s *Sight, b Subject, list string) map[string]*Given {
	out := map[string]*Given{}
	for _, own := range []bool{false, true} {
		for _, r := range s.Rows("answers", b) {
			if string(r.Cell("list")) == list && ownOf(r, b) == own {
				out[string(r.Cell("question"))] = givenIn(r)
			}
		}
	}
	return out
}

// ownOf tells a subject's own records from those of its account, or of its deals.
func ownOf(r Row, b Subject) bool { return lake.Key(r.Cell("deal")) == b.Deal }

func givenIn(r Row) *Given {
	return &Given{r.ID, string(r.Cell("status")), string(r.Cell("verdict")), string(r.Cell("answer")), string(r.Cell("answered_on")), lake.Key(r.Cell("activity")), lake.Key(r.Cell("contact"))}
}

// score adds up criteria. A person's no goes before what the records say.
func score(s *Sight, b Subject, list string, criteria []pack.Criterion) (out []Scored, sum, most float64) {
	given := answersOf(s, b, list)
	out = []Scored{}
	for _, c := range criteria {
		x := Scored{ID: c.ID, Text: c.Text, Why: c.Why, Ask: c.Ask, Points: float64(c.Points), By: "none", Answer: given[c.ID]}
		if c.If != "" {
			f := s.Count(checkOf(c), b)
			if x.Found = &f; f.Holds {
				x.Held, x.By = true, "records"
			}
		}
		if x.Answer != nil && x.Answer.Verdict != "" {
			x.Held, x.By = x.Answer.Verdict == "yes", "answer"
		}
		if x.Held {
			sum += x.Points
		}
		most += max(x.Points, 0)
		out = append(out, x)
	}
	return out, sum, most
}

// ListOfScorecard is where the answers of a scorecard are kept.
func ListOfScorecard(id string) string { return "scorecard:" + id }

// Scorecards fills the scorecards of a pack.
func Scorecards(s *Sight, b Subject, k *pack.Merged) []Scorecard {
	out := []Scorecard{}
	for _, c := range k.Scorecards {
		card := Scorecard{ID: c.ID, List: ListOfScorecard(c.ID), Name: c.Name, Summary: c.Summary, Threshold: float64(c.Threshold)}
		card.Criteria, card.Points, card.Most = score(s, b, card.List, c.Criteria)
		for i := range c.Verdicts {
			if card.Points >= float64(c.Verdicts[i].From) {
				card.Verdict = &c.Verdicts[i]
				break
			}
		}
		out = append(out, card)
	}
	return out
}

// Lists are the question lists with what is known.
func Lists(s *Sight, b Subject, k *pack.Merged) []Questions {
	out := []Questions{}
	for _, l := range k.QuestionLists {
		list := Questions{ID: l.ID, Name: l.Name, Before: l.Before, Items: []Asked{}}
		given := answersOf(s, b, l.ID)
		for _, q := range l.Questions {
			a := Asked{q, given[q.ID]}
			if a.Given != nil && a.Given.Status != "open" {
				list.Answered++
			}
			list.Items = append(list.Items, a)
		}
		out = append(out, list)
	}
	return out
}
