package deal

import (
	"headwater/pack"
)

// Placed is where a subject stands in a matrix, and what to do about it.
type Placed struct {
	Cell    string   `json:"cell"`
	Row     AxisDone `json:"row"`
	Column  AxisDone `json:"column"`
	Unknown int      `json:"unknown" doc:"Criteria that nobody answered and no record gives."`
	Task    *Witness `json:"task,omitempty" doc:"The open task of the cell's play."`
	Next    NextStep `json:"next"`
}

// AxisDone is one question of a matrix with its points.
type AxisDone struct {
	Yes       bool     `json:"yes"`
	Points    float64  `json:"points"`
	Threshold float64  `json:"threshold"`
	Criteria  []Scored `json:"criteria"`
	Hand      *Given   `json:"hand,omitempty" doc:"Where somebody put it, against what the points say."`
}

// NextStep is what to do next by the pack: the open task of the play, else the question that
// could change the cell, else the first step of the cell's play.
type NextStep struct {
	Kind     string    `json:"kind" enum:"task,ask,play"`
	Text     pack.Text `json:"text"`
	Question string    `json:"question,omitempty" doc:"The criterion that asks."`
}

// ListOfMatrix is where the answers of a matrix are kept.
func ListOfMatrix(id string) string { return "matrix:" + id }

// The questions under which a person's placement is kept; no criterion can be named so.
const (
	HandRow    = "@row"
	HandColumn = "@column"
)

// MatrixWants are the fields that Place reads beside its checks.
func MatrixWants() Wants {
	return Wants{"answers": QualifyWants()["answers"], "activities": {"play", "done", "subject"}}
}

// MatrixChecks are those of one matrix.
func MatrixChecks(m pack.Matrix) []pack.Check {
	return append(criterionChecks(m.Rows.Criteria), criterionChecks(m.Columns.Criteria)...)
}

// Place finds a subject's cell.
func Place(s *Sight, b Subject, m pack.Matrix) Placed {
	p := Placed{Row: axisDone(s, b, m, m.Rows, HandRow), Column: axisDone(s, b, m, m.Columns, HandColumn)}
	p.Unknown = len(p.Row.unknown()) + len(p.Column.unknown())
	var cell pack.Cell
	for _, c := range m.Cells {
		if c.Row == p.Row.Yes && c.Column == p.Column.Yes {
			p.Cell, cell = c.ID, c
		}
	}
	for _, r := range s.Rows("activities", b) {
		if string(r.Cell("play")) == PlayOfCell(m.ID, p.Cell) && r.Cell("done") != "true" && ownOf(r, b) {
			p.Task = &r.Witness
		}
	}
	p.Next = p.next(cell)
	return p
}

func axisDone(s *Sight, b Subject, m pack.Matrix, a pack.Axis, hand string) AxisDone {
	done := AxisDone{Threshold: float64(a.Threshold)}
	done.Criteria, done.Points, _ = score(s, b, ListOfMatrix(m.ID), a.Criteria)
	done.Yes = done.Points >= done.Threshold
	for _, r := range s.Rows("answers", b) {
		if string(r.Cell("list")) == ListOfMatrix(m.ID) && string(r.Cell("question")) == hand && ownOf(r, b) {
			done.Hand = givenIn(r)
		}
	}
	if done.Hand != nil && (done.Hand.Verdict == "" || (done.Hand.Verdict == "yes") == done.Yes) {
		done.Hand = nil // taken back, or the records say the same by now
	}
	if done.Hand != nil {
		done.Yes = !done.Yes
	}
	return done
}

// unknown are the criteria that somebody could answer and nobody did.
func (a AxisDone) unknown() (out []Scored) {
	for _, c := range a.Criteria {
		if c.By == "none" && c.Ask != nil {
			out = append(out, c)
		}
	}
	return out
}

func (p Placed) next(cell pack.Cell) NextStep {
	if p.Task != nil {
		return NextStep{Kind: "task", Text: pack.Text{ZH: p.Task.Title, EN: p.Task.Title}}
	}
	var best *Scored
	for _, axis := range []AxisDone{p.Column, p.Row} {
		if axis.Yes || axis.Hand != nil {
			continue
		}
		for _, c := range axis.unknown() {
			if best == nil || c.Points > best.Points {
				best = &c
			}
		}
	}
	switch {
	case best != nil:
		return NextStep{Kind: "ask", Text: *best.Ask, Question: best.ID}
	case len(cell.Steps) > 0:
		return NextStep{Kind: "play", Text: cell.Steps[0]}
	}
	return NextStep{Kind: "play", Text: cell.Play}
}

// Hand is one word of a person on where a subject stands.
type Hand struct {
	Question string // HandRow or HandColumn
	Axis     pack.Axis
	Verdict  string // yes, no, or "" where the points say the same
}

// Hands are what has to be written down so that a subject stands in a cell: only what the
// points don't say themselves. Without a cell it stands by its points again.
func (p Placed) Hands(m pack.Matrix, cell *pack.Cell) []Hand {
	word := func(a AxisDone, yes bool) string {
		switch {
		case cell == nil || (a.Points >= a.Threshold) == yes:
			return ""
		case yes:
			return "yes"
		}
		return "no"
	}
	rows, columns := Hand{Question: HandRow, Axis: m.Rows}, Hand{Question: HandColumn, Axis: m.Columns}
	if cell != nil {
		rows.Verdict, columns.Verdict = word(p.Row, cell.Row), word(p.Column, cell.Column)
	}
	return []Hand{rows, columns}
}

// PlayOfCell is what the task of a cell's play bears.
func PlayOfCell(matrix, cell string) string { return "matrix:" + matrix + "/" + cell }

// CellTask is the play of a matrix's cell as something to do about a deal or, without
// one, about the account.
func CellTask(k *pack.Merged, play string, at Standpoint) (Action, bool) {
	for _, m := range k.Matrices {
		for _, c := range m.Cells {
			if PlayOfCell(m.ID, c.ID) != play || c.DueDays == nil {
				continue
			}
			a := at.action(play, "rule", "task", c.Play, c.Why, 3, *c.DueDays)
			a.Tactic = &TacticNote{ID: c.ID, Name: c.Name, Steps: c.Steps}
			if a.Deal == "" {
				a.Account = at.Subject.Account
			}
			return a, true
		}
	}
	return Action{}, false
}
