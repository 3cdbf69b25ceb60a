package deal

import (
	"cmp"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
)

func compareKeys(a, b lake.Key) int { return cmp.Compare(a, b) }

// Of finds the playbook of a motion ("": direct); nil when the pack has none for it.
func Of(k *pack.Merged, motion string) *pack.Playbook {
	if motion == "" {
		motion = "direct"
	}
	for _, m := range k.Motions {
		if m.ID != motion {
			continue
		}
		for i := range k.Playbooks {
			if k.Playbooks[i].ID == m.Playbook {
				return &k.Playbooks[i]
			}
		}
	}
	return nil
}

// Way is the order of a deal's stages: the options of the field. Lost stands apart.
type Way []string

// WayOf reads the options of deals.stage.
func WayOf(s *lake.Schema) Way {
	e, err := s.Entity("deals")
	if err != nil {
		return nil
	}
	f, ok := e.Field("stage")
	if !ok {
		return nil
	}
	var out Way
	for _, o := range f.Options {
		out = append(out, o.Name)
	}
	return out
}

// Lost is the stage of deals that were given up or went to others.
const Lost = "lost"

// Forward tells whether a move goes on along the way; losing a deal, taking it up again
// and going back do not.
func (w Way) Forward(from, to string) bool {
	i, j := slices.Index(w, from), slices.Index(w, to)
	return from != Lost && to != Lost && j > i
}

// Passed are the stages of a playbook that a move forward leaves behind it: what they
// ask for must be there. A deal that stands in no stage of the playbook passes those
// between where it stands and where it goes.
func (w Way) Passed(p *pack.Playbook, from, to string) (out []*pack.Stage) {
	if p == nil || !w.Forward(from, to) {
		return nil
	}
	first, last := slices.Index(w, from), slices.Index(w, to)
	for i := range p.Stages {
		if at := slices.Index(w, p.Stages[i].DealStage); at >= first && at < last {
			out = append(out, &p.Stages[i])
		}
	}
	return out
}

// Next is the stage of a playbook that comes after a deal's; "" when there is none.
func (w Way) Next(p *pack.Playbook, from string) string {
	now := slices.Index(w, from)
	for _, st := range all(p) {
		if from != Lost && slices.Index(w, st.DealStage) > now {
			return st.DealStage
		}
	}
	return ""
}

// StageOf finds the stage of a playbook that a deal's stage is led by; nil: none.
func StageOf(p *pack.Playbook, stage string) *pack.Stage {
	for _, st := range all(p) {
		if st.DealStage == stage {
			return st
		}
	}
	return nil
}

// Criterion is an exit criterion with its state.
type Criterion struct {
	ID       string    `json:"id"`
	Stage    string    `json:"stage"`
	Text     pack.Text `json:"text"`
	Missing  pack.Text `json:"missing" doc:"What to do when it is missing."`
	Override string    `json:"override" enum:"seller,manager,nobody" doc:"Who may go on without it, with a reason."`
	Found    Found     `json:"found"`
}

// Criteria answers the exit criteria of stages.
func Criteria(s *Sight, b Subject, stages []*pack.Stage) []Criterion {
	out := []Criterion{}
	for _, stage := range stages {
		for _, e := range stage.Exit {
			out = append(out, Criterion{e.ID, stage.ID, e.Text, e.Missing, cmp.Or(e.Override, ByManager), s.Count(e.Check, b)})
		}
	}
	return out
}

// Who may go on without a criterion.
const (
	BySeller  = "seller"
	ByManager = "manager"
	ByNobody  = "nobody"
)

// Missing keeps the criteria that don't hold, and says who may go on without all of
// them: "" when nothing is missing.
func Missing(list []Criterion) (out []Criterion, override string) {
	rank := []string{"", BySeller, ByManager, ByNobody}
	for _, c := range list {
		if c.Found.Holds {
			continue
		}
		out = append(out, c)
		if slices.Index(rank, c.Override) > slices.Index(rank, override) {
			override = c.Override
		}
	}
	return out, override
}

// Checks are all checks that the exit of stages asks for.
func Checks(stages []*pack.Stage) (out []pack.Check) {
	for _, s := range stages {
		for _, e := range s.Exit {
			out = append(out, e.Check)
		}
	}
	return out
}

// all are a playbook's stages.
func all(p *pack.Playbook) (out []*pack.Stage) {
	if p == nil {
		return nil
	}
	for i := range p.Stages {
		out = append(out, &p.Stages[i])
	}
	return out
}

// Entered is when a deal came into a stage, and how that is known.
type Entered struct {
	Stage string    `json:"stage"`
	At    time.Time `json:"at"`
	From  string    `json:"from" enum:"move,history,opened" doc:"A record of moves, the history of the field, or the day the deal was opened."`
	Move  lake.Key  `json:"move,omitempty"`
}

// Spell is a time that a deal spent in a stage.
type Spell struct {
	Entered
	Until *time.Time `json:"until,omitempty" doc:"Absent: it is still there."`
	Days  float64    `json:"days"`
}

// Change is one change of the stage cell, from a record's history.
type Change struct {
	To string
	At time.Time
}

// Spells tells how long a deal was in each stage, oldest first. From the first recorded
// move on, the moves tell; before it, the history of the stage cell does, and where both
// are silent the day the deal was opened (zero: unknown).
func Spells(stage string, opened time.Time, moves []Row, history []Change, now time.Time) []Spell {
	var entries, old []Entered
	for _, m := range moves {
		at, err := time.Parse(time.RFC3339Nano, string(m.Cell("moved_at")))
		if m.Cell("status") == "done" && err == nil {
			entries = append(entries, Entered{string(m.Cell("to_stage")), at, "move", m.ID})
		}
	}
	slices.SortStableFunc(entries, func(a, b Entered) int { return a.At.Compare(b.At) })
	for _, h := range history {
		if len(entries) == 0 || h.At.Before(entries[0].At) && h.To != entries[0].Stage {
			old = append(old, Entered{Stage: h.To, At: h.At, From: "history"})
		}
	}
	entries = append(old, entries...)
	if n := len(entries); stage != "" && (n == 0 || entries[n-1].Stage != stage) {
		if h := len(history); h > 0 && history[h-1].To == stage { // it came there without a recorded move
			entries = append(entries, Entered{Stage: stage, At: history[h-1].At, From: "history"})
		} else if n == 0 && !opened.IsZero() {
			entries = append(entries, Entered{Stage: stage, At: opened, From: "opened"})
		}
	}
	out := []Spell{}
	for i, e := range entries {
		spell := Spell{Entered: e}
		end := now
		if i+1 < len(entries) {
			end = entries[i+1].At
			spell.Until = &end
		}
		spell.Days = max(end.Sub(e.At), 0).Hours() / 24
		out = append(out, spell)
	}
	return out
}
