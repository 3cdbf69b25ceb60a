package deal

import (
	"strings"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// Limits are the days that the product's own rules count by.
func Limits() map[string]int {
	return map[string]int{"silent": silentDays, "renewal": renewalDays, "rest": restDays, "recent": RecentDays}
}

// PlaybookTask is an activity of a playbook as something to do within a week.
func PlaybookTask(p *pack.Playbook, play string, deal lake.Key, today time.Time) (Action, bool) {
	for _, st := range all(p) {
		for _, a := range st.Activities {
			if PlayOf(p, st, a.ID) == play {
				return Action{Deal: deal, Play: play, Do: a.Text, Why: st.Name, Kind: a.Kind, DueOn: today.AddDate(0, 0, 7).Format(time.DateOnly)}, true
			}
		}
	}
	return Action{}, false
}

// MakeTask makes a task of an action, unless one that isn't done is there already; in
// which language its words are is the caller's. It belongs to the deal's owner (without a
// deal: the account's), or to whoever asks where there is none.
func MakeTask(tx *lake.Tx, a Action, zh bool, by lake.Key) (lake.Key, bool, error) {
	rec, known, err := concerned(tx, a)
	if err != nil {
		return "", false, err
	}
	for _, t := range known {
		if string(t.Cells["play"]) == a.Play && t.Cells["done"] != "true" && lake.Key(t.Cells["deal"]) == a.Deal {
			return t.Key, false, nil
		}
	}
	account := rec.Cells["account"]
	if a.Deal == "" {
		account = lake.Cell(a.Account)
	}
	owner := rec.Cells["owner"]
	if owner == "" {
		owner = lake.Cell(by)
	}
	say := func(t pack.Text) string {
		if zh {
			return t.ZH
		}
		return t.EN
	}
	body := []string{say(a.Why)}
	if a.Tactic != nil {
		for _, s := range a.Tactic.Steps {
			body = append(body, "- "+say(s))
		}
		body = append(body, say(a.Tactic.Caution))
	}
	key, err := tx.Create("activities", lake.Cells{"subject": lake.Cell(say(a.Do)), "kind": "task", "due_on": lake.Cell(a.DueOn), "play": lake.Cell(a.Play), "body": lake.Cell(strings.Join(body, "\n")),
		"deal": lake.Cell(a.Deal), "account": account, "contact": lake.Cell(a.Contact), "owner": owner})
	return key, true, err
}

// concerned is the deal or account that an action is about, with its activities.
func concerned(tx *lake.Tx, a Action) (rec lake.Record, known []lake.Record, err error) {
	entity, field, key := lake.EntityName("deals"), lake.FieldName("deal"), a.Deal
	if key == "" {
		entity, field, key = "accounts", "account", a.Account
	}
	if rec, err = tx.Get(entity, key); err == nil {
		known, err = tx.Lookup("activities", field, lake.Cell(key))
	}
	return rec, known, err
}
