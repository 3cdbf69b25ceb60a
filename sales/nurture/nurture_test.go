package nurture_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/lake/sqlite"
	"headwater/pack"
	"headwater/sales"
	"headwater/sales/nurture"
)

// firm is an account in a lake of its own, seen on a day.
type firm struct {
	t    *testing.T
	lake *lake.Lake
	key  lake.Key
	know *pack.Merged
	now  time.Time
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newFirm(t *testing.T) *firm {
	store, err := sqlite.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	l, err := lake.Open(t.Context(), lake.Config{Store: store, Entities: sales.Entities()})
	must(t, err)
	f := &firm{t: t, lake: l, now: time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)}
	r, err := l.At(t.Context(), lake.System, lake.MainName, 0)
	must(t, err)
	library, err := pack.NewKept().At(t.Context(), r)
	must(t, err)
	f.know, err = library.For("enterprise-mail")
	must(t, err)
	f.key = f.add("accounts", lake.Cells{"name": "客户"})
	return f
}

func (f *firm) write(fn func(*lake.Tx) error) error {
	_, err := f.lake.Write(f.t.Context(), lake.System, lake.MainName, fn)
	return err
}

func (f *firm) add(entity lake.EntityName, cells lake.Cells) (key lake.Key) {
	f.t.Helper()
	if f.key != "" {
		cells["account"] = lake.Cell(f.key)
	}
	must(f.t, f.write(func(tx *lake.Tx) (err error) { key, err = tx.Create(entity, cells); return err }))
	return key
}

func (f *firm) change(entity lake.EntityName, key lake.Key, cells lake.Cells) {
	f.t.Helper()
	must(f.t, f.write(func(tx *lake.Tx) error { _, err := tx.Put(entity, key, cells); return err }))
}

func (f *firm) plan() pack.Nurture {
	for _, n := range f.know.Nurtures {
		if n.ID == "self-hosted-year" {
			return n
		}
	}
	f.t.Fatal("the pack has lost its plan")
	return pack.Nurture{}
}

func (f *firm) stand() *nurture.Standing {
	f.t.Helper()
	r, err := f.lake.At(f.t.Context(), lake.System, lake.MainName, 0)
	must(f.t, err)
	s, err := nurture.Look(f.t.Context(), r, filter.Env{Now: f.now, Zone: time.UTC}, f.key)
	must(f.t, err)
	out, err := s.Stand(f.know, "enterprise-mail", f.plan())
	must(f.t, err)
	return out
}

func (f *firm) begin(contacts map[string]lake.Key) error {
	return f.write(func(tx *lake.Tx) error {
		_, err := nurture.Begin{Account: f.key, From: "enterprise-mail", Plan: f.plan(), Start: f.now.Truncate(24 * time.Hour), Contacts: contacts, Chinese: true}.Make(tx)
		return err
	})
}

func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}

func TestAYear(t *testing.T) {
	f := newFirm(t)
	if s := f.stand(); s.Fits || s.Stopped || s.Round != nil || len(s.For) != 2 {
		t.Errorf("nothing is known yet: %+v", s)
	}
	deal := f.add("deals", lake.Cells{"name": "商机", "stage": "prospecting"})
	f.add("findings", lake.Cells{"title": "MX", "what": "mx", "code": "own_server"})
	li := f.add("contacts", lake.Cells{"name": "李工", "role": "technical"})
	wang := f.add("contacts", lake.Cells{"name": "王工", "role": "technical"})
	f.add("contacts", lake.Cells{"name": "反对者", "role": "budget", "stance": "opposed"})

	s := f.stand()
	if !s.Fits || s.For[0].Count != 1 || s.For[0].Found[0] != deal {
		t.Errorf("it fits: %+v", s.For)
	}
	suggested := map[string]lake.Key{}
	for _, x := range s.Draft.Touches {
		suggested[x.ID] = x.Suggested
	}
	if suggested["health-check"] != li || suggested["visit"] != wang || suggested["trends"] != li || suggested["cost-page"] != "" {
		t.Errorf("contacts take turns, an opponent isn't asked: %v", suggested)
	}
	must(t, f.begin(map[string]lake.Key{"health-check": li, "visit": wang}))
	s = f.stand()
	if s.Round == nil || !s.Round.Running || len(s.Round.Touches) != 8 || s.Round.StartOn != "2026-11-22" || s.Round.NextOn != "2027-11-17" {
		t.Fatalf("%+v", s.Round)
	}
	if x := s.Round.Touches[1]; x.DueOn != "2026-12-22" || x.Contact != wang || x.State != "planned" {
		t.Errorf("%+v", x)
	}
	if err := f.begin(nil); code(err) != "nurture_running" {
		t.Errorf("twice: %v", err)
	}

	// Two months on, the first is done and the second late; an event ends the waiting.
	f.change("activities", s.Round.Touches[0].Task, lake.Cells{"done": "true"})
	f.now = f.now.AddDate(0, 2, 0)
	event := f.add("events", lake.Cells{"title": "黑名单", "trigger": "ip-blacklisted", "seen_on": "2027-01-20", "status": "open"})
	f.add("events", lake.Cells{"title": "旧", "trigger": "ip-blacklisted", "seen_on": "2026-01-20", "status": "past"})
	s = f.stand()
	if s.Round.Touches[0].State != "done" || s.Round.Touches[1].State != "overdue" || s.Round.Done != 1 {
		t.Errorf("%+v", s.Round)
	}
	if len(s.Strikes) != 1 || s.Strikes[0].Event != event || s.Strikes[0].Trigger.Within != 1 {
		t.Errorf("strikes %+v", s.Strikes)
	}

	// The deal is won: the plan is to stop; what was done stays.
	f.change("deals", deal, lake.Cells{"stage": "won"})
	if s = f.stand(); !s.Stopped || s.Fits || !s.Stop[0].Holds {
		t.Errorf("%+v", s.Stop)
	}
	dropped := 0
	must(t, f.write(func(tx *lake.Tx) (err error) {
		dropped, err = nurture.Stop(tx, f.key, "enterprise-mail", "self-hosted-year", "已成交")
		return err
	}))
	if s = f.stand(); dropped != 7 || s.Round.Running || s.Round.Done != 1 || s.Round.Touches[1].State != "dropped" {
		t.Errorf("%d dropped, %+v", dropped, s.Round)
	}
	err := f.write(func(tx *lake.Tx) error {
		_, err := nurture.Stop(tx, f.key, "enterprise-mail", "self-hosted-year", "")
		return err
	})
	if code(err) != "nurture_not_running" {
		t.Errorf("again: %v", err)
	}
	must(t, f.begin(nil)) // a new round may begin
	if s = f.stand(); s.Round.StartOn != "2027-01-22" || !s.Round.Running {
		t.Errorf("%+v", s.Round)
	}
}

func TestContactsOfOthers(t *testing.T) {
	f := newFirm(t)
	mine := f.key
	f.key = ""
	other := f.add("accounts", lake.Cells{"name": "别家"})
	stranger := f.add("contacts", lake.Cells{"name": "外人", "account": lake.Cell(other)})
	f.key = mine
	if err := f.begin(map[string]lake.Key{"visit": stranger}); code(err) != "nurture_contact_elsewhere" {
		t.Error(err)
	}
	r, err := f.lake.At(t.Context(), lake.System, lake.MainName, 0)
	must(t, err)
	tasks := 0
	must(t, r.Scan(t.Context(), "activities", func(rec lake.Record) error {
		if strings.HasPrefix(string(rec.Cells["play"]), "nurture/") {
			tasks++
		}
		return nil
	}))
	if tasks != 0 {
		t.Errorf("%d tasks of a round that was refused", tasks)
	}
}
