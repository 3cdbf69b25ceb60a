package deal

import (
	"strings"
	"time"

	"headwater/lake"
)

// Move is a step of a deal to another stage.
type Move struct {
	Deal     lake.Key
	From, To string
	Missing  []Criterion // what was missing
	Override bool
	Reason   string
	By       lake.Key
	At       time.Time
}

// Make changes the deal's stage and records the move, both in one transaction. The deal
// must still stand where the move begins.
func (m Move) Make(tx *lake.Tx) (lake.Key, error) {
	now, err := m.check(tx)
	if err != nil {
		return "", err
	}
	if _, err := tx.Put("deals", m.Deal, lake.Cells{"stage": lake.Cell(m.To)}); err != nil {
		return "", err
	}
	return m.record(tx, now, "done")
}

// Ask records a move that somebody has to approve; the deal stays where it is.
func (m Move) Ask(tx *lake.Tx) (lake.Key, error) {
	now, err := m.check(tx)
	if err != nil {
		return "", err
	}
	waiting, err := tx.Lookup("moves", "deal", lake.Cell(m.Deal))
	if err != nil {
		return "", err
	}
	for _, w := range waiting {
		if w.Cells["status"] == "asked" {
			return "", lake.Fail(lake.ErrConflict, "move_asked_already", "This deal already waits for an approval.", "deal", m.Deal, "move", w.Key)
		}
	}
	return m.record(tx, now, "asked")
}

// Note records a move whose stage the transaction sets by other means.
func (m Move) Note(tx *lake.Tx) error {
	now, err := m.check(tx)
	if err == nil {
		_, err = m.record(tx, now, "done")
	}
	return err
}

func (m Move) check(tx *lake.Tx) (lake.Record, error) {
	now, err := tx.Get("deals", m.Deal)
	if err != nil {
		return now, err
	}
	if string(now.Cells["stage"]) != m.From {
		return now, lake.Fail(lake.ErrConflict, "move_outdated", "The deal has moved in the meantime.", "deal", m.Deal, "stage", now.Cells["stage"])
	}
	return now, nil
}

func (m Move) record(tx *lake.Tx, deal lake.Record, status lake.Cell) (lake.Key, error) {
	cells := lake.Cells{
		"title": lake.Cell(m.From + " → " + m.To), "from_stage": lake.Cell(m.From), "to_stage": lake.Cell(m.To), "status": status,
		"moved_at": lake.TimeCell(m.At), "moved_by": lake.Cell(m.By), "reason": lake.Cell(m.Reason),
		"missing": lake.Cell(MissingText(m.Missing, true)), "deal": lake.Cell(m.Deal), "account": deal.Cells["account"], "owner": deal.Cells["owner"],
	}
	if m.Override {
		cells["override"] = "true"
	}
	return tx.Create("moves", cells)
}

// MissingText names what is missing in one line, in Chinese or English.
func MissingText(list []Criterion, zh bool) string {
	names := make([]string, len(list))
	for i, c := range list {
		if names[i] = c.Text.EN; zh {
			names[i] = c.Text.ZH
		}
	}
	if zh {
		return strings.Join(names, "；")
	}
	return strings.Join(names, "; ")
}

// Decide grants or refuses a move that was asked for.
func Decide(tx *lake.Tx, move lake.Key, grant bool, by lake.Key, reason string, at time.Time) (lake.Record, error) {
	rec, err := tx.Get("moves", move)
	if err != nil {
		return rec, err
	}
	if rec.Cells["status"] != "asked" {
		return rec, lake.Fail(lake.ErrConflict, "move_decided", "Somebody has already decided on this move.", "move", move, "status", rec.Cells["status"])
	}
	cells := lake.Cells{"status": "refused", "approved_by": lake.Cell(by)}
	if reason != "" {
		cells["reason"] = rec.Cells["reason"] + "\n" + lake.Cell(reason)
	}
	if grant {
		m := Move{Deal: lake.Key(rec.Cells["deal"]), From: string(rec.Cells["from_stage"])}
		if _, err := m.check(tx); err != nil {
			return rec, err
		}
		if _, err := tx.Put("deals", m.Deal, lake.Cells{"stage": rec.Cells["to_stage"]}); err != nil {
			return rec, err
		}
		cells["status"], cells["moved_at"] = "done", lake.TimeCell(at)
	}
	_, err = tx.Put("moves", move, cells)
	return rec, err
}
