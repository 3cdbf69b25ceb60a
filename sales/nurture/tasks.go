package nurture

import (
	"strings"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// Begin is a round to be laid out.
type Begin struct {
	Account  lake.Key
	From     string // the pack's id
	Plan     pack.Nurture
	Start    time.Time
	Contacts map[string]lake.Key // by touch; those left out have nobody yet
	Chinese  bool                // the language of the tasks
	By       lake.Key            // owns the tasks where the account has no owner
}

// Make writes the round's tasks and gives their keys. A plan with open tasks can't begin again.
func (b Begin) Make(tx *lake.Tx) ([]lake.Key, error) {
	account, err := tx.Get("accounts", b.Account)
	if err != nil {
		return nil, err
	}
	open, err := openTasks(tx, b.Account, b.From, b.Plan.ID)
	if err != nil {
		return nil, err
	}
	if len(open) > 0 {
		return nil, lake.Fail(lake.ErrConflict, "nurture_running", "This plan is under way; finish or stop it first.", "plan", b.Plan.ID)
	}
	owner := account.Cells["owner"]
	if owner == "" {
		owner = lake.Cell(b.By)
	}
	say := func(t pack.Text) string {
		if b.Chinese {
			return t.ZH
		}
		return t.EN
	}
	tx.SetIntent(lake.Intent{Reason: say(b.Plan.Name)})
	var out []lake.Key
	for _, t := range b.Plan.Touches {
		if c := b.Contacts[t.ID]; c != "" {
			contact, err := tx.Get("contacts", c)
			if err != nil {
				return nil, err
			}
			if lake.Key(contact.Cells["account"]) != b.Account {
				return nil, lake.Fail(lake.ErrInvalid, "nurture_contact_elsewhere", "The contact belongs to another account.", "key", c)
			}
		}
		key, err := tx.Create("activities", lake.Cells{"subject": lake.Cell(say(t.Text)), "body": lake.Cell(say(t.Goal)), "kind": "task", "due_on": lake.Cell(b.Start.AddDate(0, 0, t.Day).Format(time.DateOnly)),
			"play": lake.Cell(play(b.From, b.Plan.ID, b.Start.Format(time.DateOnly), t.ID)), "account": lake.Cell(b.Account), "contact": lake.Cell(b.Contacts[t.ID]), "owner": owner, "done": "false"})
		if err != nil {
			return nil, err
		}
		out = append(out, key)
	}
	return out, nil
}

// Stop drops what is still open of a plan, and says why in the history; what was done stays.
func Stop(tx *lake.Tx, account lake.Key, from, plan, reason string) (int, error) {
	open, err := openTasks(tx, account, from, plan)
	if err != nil {
		return 0, err
	}
	tx.SetIntent(lake.Intent{Reason: reason})
	for _, t := range open {
		if _, err := tx.Delete("activities", t.Key, ""); err != nil {
			return 0, err
		}
	}
	if len(open) == 0 {
		return 0, lake.Fail(lake.ErrConflict, "nurture_not_running", "Nothing of this plan is open.", "plan", plan)
	}
	return len(open), nil
}

func openTasks(tx *lake.Tx, account lake.Key, from, plan string) ([]lake.Record, error) {
	if _, err := tx.Get("accounts", account); err != nil {
		return nil, err
	}
	list, err := tx.Lookup("activities", "account", lake.Cell(account))
	var out []lake.Record
	for _, t := range list {
		if strings.HasPrefix(string(t.Cells["play"]), "nurture/"+from+"/"+plan+"/") && t.Cells["done"] != "true" {
			out = append(out, t)
		}
	}
	return out, err
}
