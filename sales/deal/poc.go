package deal

import (
	"time"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/pack"
)

// agreed are the fields of a criterion that stand as they were agreed.
var agreed = []lake.FieldName{"name", "poc", "criterion", "method", "unit", "better", "threshold", "agreed_on", "agreed_by"}

// StartPOC makes a proof of concept of a pack's template: its criteria are proposals
// until both sides agree on them.
func StartPOC(tx *lake.Tx, t *pack.POC, zh bool, deal lake.Record) (lake.Key, error) {
	say := func(x pack.Text) lake.Cell {
		if zh {
			return lake.Cell(x.ZH)
		}
		return lake.Cell(x.EN)
	}
	with := func(c lake.Cells) lake.Cells {
		c["deal"], c["account"], c["owner"] = lake.Cell(deal.Key), deal.Cells["account"], deal.Cells["owner"]
		return c
	}
	poc, err := tx.Create("pocs", with(lake.Cells{"title": say(t.Name), "template": lake.Cell(t.ID), "verdict": "open"}))
	if err != nil {
		return "", err
	}
	for _, c := range t.Criteria {
		_, err := tx.Create("poc_criteria", with(lake.Cells{"name": say(c.Text), "poc": lake.Cell(poc), "criterion": lake.Cell(c.ID), "method": say(c.Method), "unit": say(c.Unit), "better": lake.Cell(c.Better),
			"threshold": lake.Cell(c.Threshold.String()), "verdict": "open"}))
		if err != nil {
			return "", err
		}
	}
	return poc, nil
}

// Agree fixes the criteria of a proof of concept: from then on what they say stands,
// and results may be entered. Each needs a threshold and a way to measure.
func Agree(tx *lake.Tx, poc lake.Key, on time.Time, by lake.Key) error {
	criteria, err := tx.Lookup("poc_criteria", "poc", lake.Cell(poc))
	if err != nil {
		return err
	}
	if len(criteria) == 0 {
		return lake.Fail(lake.ErrConflict, "poc_without_criteria", "There is nothing to agree on yet.", "poc", poc)
	}
	day := lake.Cell(on.Format(time.DateOnly))
	for _, c := range criteria {
		if c.Cells["threshold"] == "" || c.Cells["method"] == "" {
			return lake.Fail(lake.ErrConflict, "criterion_incomplete", "The criterion "+string(c.Cells["name"])+" needs a threshold and a method.", "name", c.Cells["name"])
		}
		if c.Cells["agreed_on"] != "" {
			continue
		}
		if _, err := tx.Put("poc_criteria", c.Key, lake.Cells{"agreed_on": day, "agreed_by": lake.Cell(by)}); err != nil {
			return err
		}
	}
	_, err = tx.Put("pocs", poc, lake.Cells{"agreed_on": day})
	return err
}

// Reopen takes the agreement back, so that criteria can change: results and verdicts of
// what was agreed are emptied, the history keeps them.
func Reopen(tx *lake.Tx, poc lake.Key) error {
	criteria, err := tx.Lookup("poc_criteria", "poc", lake.Cell(poc))
	if err != nil {
		return err
	}
	for _, c := range criteria {
		if _, err := tx.Put("poc_criteria", c.Key, lake.Cells{"agreed_on": "", "agreed_by": "", "result": "", "verdict": "open", "proof": ""}); err != nil {
			return err
		}
	}
	_, err = tx.Put("pocs", poc, lake.Cells{"agreed_on": "", "verdict": "open", "ended_on": ""})
	return err
}

// Unchanged refuses to change what was agreed, or a verdict, which follows from the
// results; and results before the agreement.
func Unchanged(now lake.Record, change lake.Cells) error {
	for _, f := range agreed {
		if v, set := change[f]; set && v != now.Cells[f] && now.Cells["agreed_on"] != "" {
			return lake.Fail(lake.ErrConflict, "criterion_agreed", "This was agreed with the customer; take the agreement back to change it.", "entity", "poc_criteria", "field", f, "key", now.Key)
		}
	}
	if v, set := change["result"]; set && v != "" && v != now.Cells["result"] && now.Cells["agreed_on"] == "" {
		return lake.Fail(lake.ErrConflict, "criteria_not_agreed", "Agree on the criteria before you measure.", "entity", "poc_criteria", "key", now.Key)
	}
	return nil
}

// CriterionVerdict follows from threshold and result; open where one of them is missing.
func CriterionVerdict(better, threshold, result lake.Cell) string {
	t, err := decimal.NewFromString(string(threshold))
	r, err2 := decimal.NewFromString(string(result))
	switch {
	case err != nil || err2 != nil:
		return "open"
	case better == "higher" && r.GreaterThanOrEqual(t), better != "higher" && r.LessThanOrEqual(t):
		return "passed"
	}
	return "failed"
}

// mendable is how many criteria may be missed for a proof that passed in part.
const mendable = 2

// POCVerdict follows from those of the criteria: open while one isn't measured; passed
// when all are met; partly when at most two are missed, fewer than are met, and a date to
// mend them is agreed; otherwise failed.
func POCVerdict(verdicts []string, mendBy lake.Cell) string {
	passed, failed := 0, 0
	for _, v := range verdicts {
		switch v {
		case "passed":
			passed++
		case "failed":
			failed++
		default:
			return "open"
		}
	}
	switch {
	case passed+failed == 0:
		return "open"
	case failed == 0:
		return "passed"
	case failed <= mendable && failed < passed && mendBy != "":
		return "partly"
	}
	return "failed"
}

// Conclude brings the verdicts of a proof of concept up to date with its results.
func Conclude(tx *lake.Tx, poc lake.Key) error {
	now, err := tx.Get("pocs", poc)
	if err != nil {
		return err
	}
	criteria, err := tx.Lookup("poc_criteria", "poc", lake.Cell(poc))
	if err != nil {
		return err
	}
	var verdicts []string
	for _, c := range criteria {
		v := "open"
		if c.Cells["agreed_on"] != "" {
			v = CriterionVerdict(c.Cells["better"], c.Cells["threshold"], c.Cells["result"])
		}
		verdicts = append(verdicts, v)
		if string(c.Cells["verdict"]) != v {
			if _, err := tx.Put("poc_criteria", c.Key, lake.Cells{"verdict": lake.Cell(v)}); err != nil {
				return err
			}
		}
	}
	if v := POCVerdict(verdicts, now.Cells["mend_by"]); string(now.Cells["verdict"]) != v {
		_, err = tx.Put("pocs", poc, lake.Cells{"verdict": lake.Cell(v)})
	}
	return err
}

// RungState is a step of the trust ladder and whether the records show it.
type RungState struct {
	pack.Rung
	Found *Found `json:"found,omitempty" doc:"Absent: nothing in the records can show it."`
}

// Climb tells how high a deal stands on a ladder.
func Climb(s *Sight, b Subject, l pack.Ladder) []RungState {
	out := []RungState{}
	for _, r := range l.Rungs {
		st := RungState{Rung: r}
		if r.Check != nil {
			f := s.Count(*r.Check, b)
			st.Found = &f
		}
		out = append(out, st)
	}
	return out
}
