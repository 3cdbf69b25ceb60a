package recon

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"headwater/lake"
)

// Change is what differs between two runs.
type Change struct {
	Kind   string   `json:"kind" enum:"new,changed,gone"`
	What   string   `json:"what"`
	About  string   `json:"subject,omitempty"`
	Before string   `json:"before,omitempty" doc:"Code and value of the run before."`
	Now    string   `json:"now,omitempty"`
	Key    lake.Key `json:"finding,omitempty"`
}

// Kept is what became of a run's observations.
type Kept struct {
	Revision lake.Revision `json:"revision"`
	Findings int           `json:"findings"`
	Changes  []Change      `json:"changes"`
	Events   []lake.Key    `json:"events" doc:"Events that the packs' triggers made of them."`
	First    bool          `json:"first" doc:"There was nothing to compare with."`
}

// Keeping says whose findings are written, and why.
type Keeping struct {
	Account  lake.Key
	Run      string
	Reason   string
	Language string // of the events' names: zh or en
	Rules    *Rules
}

// KeyOf is the same for the same question in every run.
func KeyOf(account lake.Key, domain, what, subject string) lake.Key {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(account), domain, what, subject}, "\x00")))
	return lake.Key("recon-" + hex.EncodeToString(sum[:12]))
}

// Keep writes what a run saw as findings of an account: new ones, changed ones with what
// was before, and those of hosts that are gone are deleted. It is for the function of a
// lake.Write on main.
func Keep(tx *lake.Tx, k Keeping, r *Result) (Kept, error) {
	out := Kept{Changes: []Change{}, Events: []lake.Key{}}
	account, err := tx.Get("accounts", k.Account)
	if err != nil {
		return out, err
	}
	tx.SetIntent(lake.Intent{Reason: k.Reason})
	list, err := tx.Lookup(Findings, "account", lake.Cell(k.Account))
	if err != nil {
		return out, err
	}
	before := map[lake.Key]lake.Record{}
	for _, rec := range list {
		if string(rec.Cells["domain"]) == r.Domain {
			before[rec.Key] = rec
		}
	}
	out.First = len(before) == 0
	e := events{tx: tx, Keeping: k, owner: account.Cells["owner"], out: &out}
	for _, o := range r.Observations {
		if err := keepOne(tx, k, r.Domain, account, o, before, &e); err != nil {
			return out, err
		}
	}
	for _, rec := range list {
		if _, unseen := before[rec.Key]; !unseen || !r.judges(rec.Cells) {
			continue
		}
		if _, err := tx.Delete(Findings, rec.Key, ""); err != nil {
			return out, err
		}
		out.Changes = append(out.Changes, Change{Kind: "gone", What: string(rec.Cells["what"]), About: string(rec.Cells["subject"]), Before: seen(rec.Cells)})
	}
	return out, nil
}

// keepOne writes one observation and takes its finding of the run before out of before.
func keepOne(tx *lake.Tx, k Keeping, domain string, account lake.Record, o Observation, before map[lake.Key]lake.Record, e *events) error {
	key := KeyOf(k.Account, domain, o.What, o.Subject)
	cells := cellsOf(o)
	cells["title"] = lake.Cell(strings.TrimSpace(strings.ToUpper(o.What) + " " + orText(o.Subject, domain)))
	cells["domain"], cells["run"] = lake.Cell(domain), lake.Cell(k.Run)
	cells["account"], cells["owner"] = lake.Cell(k.Account), account.Cells["owner"]
	cells["changed"], cells["before"] = "false", ""
	prev, known := before[key]
	delete(before, key)
	change := Change{Kind: "new", What: o.What, About: o.Subject, Now: seen(cells), Key: key}
	differs := known && (seen(prev.Cells) != seen(cells) || prev.Cells["product"] != cells["product"])
	if differs {
		cells["changed"], cells["before"] = "true", lake.Cell(seen(prev.Cells))
		change.Kind, change.Before = "changed", seen(prev.Cells)
	}
	if differs || !known && !e.out.First {
		e.out.Changes = append(e.out.Changes, change)
	}
	e.out.Findings++
	if _, err := tx.Put(Findings, key, cells); err != nil {
		return err
	}
	if !known {
		prev.Cells = nil
	}
	return e.open(cells, prev.Cells, differs)
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// seen is what counts when two runs are compared: days until a date aren't a change.
func seen(c lake.Cells) string { return string(c["code"]) + ": " + string(c["value"]) }

// judges tells whether a run would have seen a finding if it still held: its question was
// asked, and so were those on which it rests.
func (r *Result) judges(c lake.Cells) bool {
	what, subject := string(c["what"]), string(c["subject"])
	if !slices.ContainsFunc(r.Observations, func(o Observation) bool { return o.What == WhatMX }) {
		return false
	}
	open := func(list ...string) bool {
		return slices.ContainsFunc(r.Unanswered, func(u Unanswered) bool { return slices.Contains(list, u.What) })
	}
	host, _, _ := strings.Cut(subject, ":")
	for _, o := range r.Observations {
		if o.What == WhatSMTP && o.Subject == host && o.Code == "unreachable" && what != WhatSMTP {
			return false // there, but it couldn't be asked
		}
	}
	switch what {
	case WhatPTR, WhatDNSBL:
		return !open(WhatSPF, what) && (what == WhatPTR || slices.ContainsFunc(r.Observations, func(o Observation) bool { return o.What == WhatDNSBL }) || !slices.ContainsFunc(r.Observations, func(o Observation) bool { return o.What == WhatPTR }))
	case WhatSMTP:
		return !open(WhatSMTP)
	case WhatTLS:
		return !open(WhatSMTP, WhatTLS)
	case WhatCertificate:
		return !open(WhatSMTP, WhatTLS, WhatWebmail)
	}
	return false // one per domain: it is overwritten or stays
}

// events makes records of what the packs call an occasion.
type events struct {
	Keeping
	tx    *lake.Tx
	owner lake.Cell
	list  []lake.Record // the account's events; nil: not read yet
	out   *Kept
}

// open makes events of a finding whose meaning names triggers, if it didn't mean the same
// in the run before, or has changed since. One that is open already isn't opened again.
func (e *events) open(cells, prev lake.Cells, changed bool) error {
	was := map[string]bool{}
	if prev != nil && !changed {
		for _, m := range e.Rules.Of(prev) {
			was[m.Pack+"/"+m.Finding.ID] = true
		}
	}
	for _, m := range e.Rules.Of(cells) {
		if was[m.Pack+"/"+m.Finding.ID] {
			continue
		}
		for _, id := range m.Finding.Triggers {
			if err := e.make(m, id, cells); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *events) make(m Meaning, id string, cells lake.Cells) error {
	t, ok := e.Rules.triggers[m.Pack+"/"+id]
	if !ok {
		return nil
	}
	if e.list == nil {
		var err error
		if e.list, err = e.tx.Lookup("events", "account", lake.Cell(e.Account)); err != nil {
			return err
		}
	}
	today, _ := time.Parse(time.DateOnly, string(cells["seen_on"]))
	for _, x := range e.list {
		on, err := time.Parse(time.DateOnly, string(x.Cells["seen_on"]))
		if string(x.Cells["trigger"]) == id && x.Cells["status"] == "open" && err == nil && today.Sub(on) <= time.Duration(t.Lasts)*24*time.Hour {
			return nil
		}
	}
	title, name := t.Name.ZH, m.Finding.Name.ZH
	if e.Language == "en" {
		title, name = t.Name.EN, m.Finding.Name.EN
	}
	event := lake.Cells{"title": lake.Cell(title), "trigger": lake.Cell(id), "seen_on": cells["seen_on"], "status": "open",
		"note": lake.Cell(name + " · " + strings.TrimSpace(string(cells["title"])+" · "+string(cells["value"]))), "account": lake.Cell(e.Account), "owner": e.owner}
	key, err := e.tx.Create("events", event)
	if err == nil {
		e.list = append(e.list, lake.Record{Key: key, Cells: event})
		e.out.Events = append(e.out.Events, key)
	}
	return err
}
