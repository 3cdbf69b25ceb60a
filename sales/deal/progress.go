package deal

import (
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// Progress is where a deal stands in its playbook.
type Progress struct {
	Deal     lake.Key    `json:"deal"`
	Stage    string      `json:"stage" doc:"The deal's stage."`
	Motion   string      `json:"motion"`
	Pack     string      `json:"pack" doc:"The pack that the playbook comes from; empty: there is none."`
	Playbook string      `json:"playbook"`
	Name     pack.Text   `json:"name"`
	Summary  pack.Text   `json:"summary"`
	Stages   []Standing  `json:"stages"`
	Next     string      `json:"next,omitempty" doc:"The stage that comes next; absent: none."`
	Missing  []Criterion `json:"missing" doc:"What keeps the deal from the next stage."`
	Override string      `json:"override,omitempty" enum:"seller,manager,nobody" doc:"Who may go on without what is missing."`
	Spells   []Spell     `json:"spells" doc:"How long it was in each stage, oldest first."`
	DaysHere *float64    `json:"days_here,omitempty" doc:"Days in the stage of now; absent: unknown, or the deal is closed."`
}

// Standing is one stage of the playbook and how far it is done.
type Standing struct {
	ID           string           `json:"id"`
	Name         pack.Text        `json:"name"`
	DealStage    string           `json:"deal_stage"`
	State        string           `json:"state" enum:"past,current,ahead"`
	Goals        []pack.Text      `json:"goals"`
	Activities   []Done           `json:"activities"`
	Deliverables []Deliverable    `json:"deliverables"`
	Criteria     []Criterion      `json:"criteria"`
	Days         *pack.Bounds     `json:"days,omitempty" doc:"Planned duration in days; absent: continuing."`
	Spent        *float64         `json:"spent,omitempty" doc:"Days that the deal spent in it."`
	Benchmarks   []pack.Benchmark `json:"benchmarks"`
	Sources      []pack.Source    `json:"sources" doc:"Where the benchmarks come from."`
}

// Done is an activity of the playbook with the records that show it.
type Done struct {
	ID   string    `json:"id"`
	Text pack.Text `json:"text"`
	Kind string    `json:"kind"`
	Play string    `json:"play" doc:"What a record of this activity bears in its field play."`
	// Records bear the activity's play; Alike are of its kind, from the time of the stage,
	// and may be it: somebody has to say so.
	State   string    `json:"state" enum:"done,planned,open"`
	Records []Witness `json:"records"`
	Alike   []Witness `json:"alike"`
}

// Deliverable is a document of a stage with the versions that were made.
type Deliverable struct {
	Template  string    `json:"template"`
	Name      pack.Text `json:"name"`
	Documents []Witness `json:"documents"`
}

// ProgressWants are the fields that Progress reads beside the checks.
func ProgressWants() Wants {
	return Wants{
		"activities": {"kind", "happened_at", "due_on", "done", "play", "subject"},
		"documents":  {"template", "title", "version"},
		"moves":      {"from_stage", "to_stage", "moved_at", "status"},
	}
}

// ProgressChecks are the checks of a whole playbook.
func ProgressChecks(p *pack.Playbook) []pack.Check { return Checks(all(p)) }

// Position tells where a deal stands; p may be nil. Of the pack only what the playbook
// names is read.
func Position(s *Sight, b Subject, stage, motion string, k *pack.Merged, p *pack.Playbook, w Way, spells []Spell) Progress {
	out := Progress{Deal: b.Deal, Stage: stage, Motion: motion, Stages: []Standing{}, Missing: []Criterion{}, Spells: spells}
	if n := len(spells); n > 0 && stage != "won" && stage != Lost && spells[n-1].Stage == stage {
		out.DaysHere = &spells[n-1].Days
	}
	if p == nil {
		return out
	}
	out.Pack, out.Playbook, out.Name, out.Summary = k.From["playbooks/"+p.ID], p.ID, p.Name, p.Summary
	now := slices.Index(w, stage)
	for i := range p.Stages {
		st := &p.Stages[i]
		at := slices.Index(w, st.DealStage)
		standing := Standing{ID: st.ID, Name: st.Name, DealStage: st.DealStage, Goals: st.Goals, Days: st.Days, State: "ahead",
			Criteria: Criteria(s, b, []*pack.Stage{st}), Benchmarks: benchmarks(k, st.Benchmarks), Sources: sources(k, st.Benchmarks), Deliverables: deliverables(s, b, k, st)}
		switch {
		case stage == Lost:
		case at < now:
			standing.State = "past"
		case at == now:
			standing.State = "current"
		case out.Next == "":
			out.Next = st.DealStage
		}
		standing.Activities, standing.Spent = activities(s, b, p, st, spells), spent(st, spells)
		out.Stages = append(out.Stages, standing)
	}
	if out.Next != "" {
		out.Missing, out.Override = Missing(Criteria(s, b, w.Passed(p, stage, out.Next)))
		if out.Missing == nil {
			out.Missing = []Criterion{}
		}
	}
	return out
}

func benchmarks(k *pack.Merged, ids []string) []pack.Benchmark {
	out := []pack.Benchmark{}
	for _, b := range k.Benchmarks {
		if slices.Contains(ids, b.ID) {
			out = append(out, b)
		}
	}
	return out
}

// sources are where the figures of a stage come from.
func sources(k *pack.Merged, ids []string) []pack.Source {
	out := []pack.Source{}
	for _, src := range k.Meta.Sources {
		if slices.ContainsFunc(benchmarks(k, ids), func(b pack.Benchmark) bool { return b.Source == src.ID }) {
			out = append(out, src)
		}
	}
	return out
}

func spent(st *pack.Stage, spells []Spell) *float64 {
	sum, seen := 0.0, false
	for _, sp := range spells {
		if sp.Stage == st.DealStage {
			sum, seen = sum+sp.Days, true
		}
	}
	if !seen {
		return nil
	}
	return &sum
}

func deliverables(s *Sight, b Subject, k *pack.Merged, st *pack.Stage) []Deliverable {
	out := []Deliverable{}
	for _, id := range st.Deliverables {
		d := Deliverable{Template: id, Documents: []Witness{}}
		for _, t := range k.Templates {
			if t.ID == id {
				d.Name = t.Name
			}
		}
		for _, r := range s.Rows("documents", b) {
			if string(r.Cell("template")) == id {
				d.Documents = append(d.Documents, r.Witness)
			}
		}
		out = append(out, d)
	}
	return out
}

// PlayOf is what the field play of an activity says for an activity of a playbook.
func PlayOf(p *pack.Playbook, st *pack.Stage, activity string) string {
	return "playbook:" + p.ID + "/" + st.ID + "/" + activity
}

func activities(s *Sight, b Subject, p *pack.Playbook, st *pack.Stage, spells []Spell) []Done {
	rows := s.Rows("activities", b)
	out := []Done{}
	for _, a := range st.Activities {
		d := Done{ID: a.ID, Text: a.Text, Kind: a.Kind, Play: PlayOf(p, st, a.ID), State: "open", Records: []Witness{}, Alike: []Witness{}}
		for _, r := range rows {
			switch {
			case string(r.Cell("play")) == d.Play:
				d.Records = append(d.Records, r.Witness)
				if happened(r) {
					d.State = "done"
				} else if d.State == "open" {
					d.State = "planned"
				}
			case a.Kind != "" && a.Kind != "task" && string(r.Cell("kind")) == a.Kind && r.Cell("play") == "" && within(st, spells, r.Cell("happened_at")):
				d.Alike = append(d.Alike, r.Witness)
			}
		}
		out = append(out, d)
	}
	return out
}

// happened: a task is done when it is ticked, anything else once its time has come.
func happened(r Row) bool {
	return r.Cell("done") == "true" || r.Cell("kind") != "task" && r.Cell("happened_at") != ""
}

func within(st *pack.Stage, spells []Spell, at lake.Cell) bool {
	t, err := time.Parse(time.RFC3339Nano, string(at))
	return err == nil && slices.ContainsFunc(spells, func(sp Spell) bool {
		return sp.Stage == st.DealStage && !t.Before(sp.At) && (sp.Until == nil || t.Before(*sp.Until))
	})
}
