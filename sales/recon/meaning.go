package recon

import (
	"strconv"
	"strings"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
	"headwater/sales"
)

// Findings is the entity of what runs have seen.
const Findings lake.EntityName = "findings"

// Meaning is what a pack says about a finding.
type Meaning struct {
	Pack    string       `json:"pack"`
	Finding pack.Finding `json:"finding"`
}

// rule is a pack's finding with its condition read.
type rule struct {
	Meaning
	where lake.Expr
}

// Rules are the findings that the packs of a branch know, with the events they open.
type Rules struct {
	rules    []rule
	triggers map[string]pack.Trigger // by pack/id
	entity   *lake.Entity
}

// NewRules reads the rules of every product's pack. A rule whose condition can't be read
// any more, because somebody took a field away, is left out.
func NewRules(l *pack.Library, schema *lake.Schema, now time.Time) (*Rules, error) {
	var products []*pack.Merged
	for _, p := range l.Products() {
		m, err := l.For(p.Meta.ID)
		if err != nil {
			return nil, err
		}
		products = append(products, m)
	}
	return rulesOf(products, schema, now)
}

// ShippedRules are those of the packs as shipped, where there is no workspace.
func ShippedRules(now time.Time) (*Rules, error) {
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		return nil, err
	}
	var products []*pack.Merged
	for _, p := range packs {
		if len(p.Meta.Depends) > 0 || len(p.Findings) == 0 {
			continue
		}
		m, err := pack.Merge(p)
		if err != nil {
			return nil, err
		}
		products = append(products, m)
	}
	return rulesOf(products, lake.NewSchema(sales.Entities()), now)
}

func rulesOf(products []*pack.Merged, schema *lake.Schema, now time.Time) (*Rules, error) {
	e, err := schema.Entity(Findings)
	if err != nil {
		return nil, err
	}
	r := &Rules{triggers: map[string]pack.Trigger{}, entity: e}
	seen := map[string]bool{}
	for _, m := range products {
		for _, t := range m.Triggers {
			r.triggers[m.From["triggers/"+t.ID]+"/"+t.ID] = t
		}
		for _, f := range m.Findings {
			from := m.From["findings/"+f.ID]
			if seen[from+"/"+f.ID] {
				continue
			}
			seen[from+"/"+f.ID] = true
			where, err := filter.Parse(f.If, schema, e, filter.Env{Now: now, Zone: time.UTC})
			if err == nil {
				r.rules = append(r.rules, rule{Meaning{from, f}, where})
			}
		}
	}
	return r, nil
}

// Of gives what the packs say about a finding, in their order.
func (r *Rules) Of(cells lake.Cells) []Meaning {
	out := []Meaning{}
	for _, x := range r.rules {
		if x.Finding.What == string(cells["what"]) && r.holds(x, cells) {
			out = append(out, x.Meaning)
		}
	}
	return out
}

func (r *Rules) holds(x rule, cells lake.Cells) bool {
	return filter.Eval(x.where, func(p lake.Path) (lake.Cell, lake.Kind) {
		f, ok := r.entity.Field(p[0])
		if !ok || len(p) > 1 {
			return "", lake.Text
		}
		return cells[p[0]], f.Kind
	})
}

// OfObservation is for those that are no records yet.
func (r *Rules) OfObservation(o Observation) []Meaning { return r.Of(cellsOf(o)) }

func cellsOf(o Observation) lake.Cells {
	c := lake.Cells{"what": lake.Cell(o.What), "subject": lake.Cell(o.Subject), "code": lake.Cell(o.Code), "value": lake.Cell(o.Value), "product": lake.Cell(o.Product),
		"seen_on": lake.Cell(o.At.Format(time.DateOnly)), "seen_at": lake.Cell(o.At.Format(time.RFC3339)), "count": "", "days_left": ""}
	if o.Count != nil {
		c["count"] = lake.Cell(strconv.Itoa(*o.Count))
	}
	if o.DaysLeft != nil {
		c["days_left"] = lake.Cell(strconv.Itoa(*o.DaysLeft))
	}
	return c
}

// Proposal is a system that an account seems to run, for a person to accept.
type Proposal struct {
	Name string `json:"name"`
	Kind string `json:"kind" doc:"An option of systems.kind."`
	Note string `json:"note" doc:"What it was seen by."`
}

// Propose reads the mail system from findings; nil when they don't show one, or when the
// account's systems hold it already.
func Propose(findings, systems []lake.Cells) *Proposal {
	p := Proposal{Kind: "mail"}
	own := false
	for _, f := range findings {
		switch {
		case f["what"] == WhatMX && f["code"] == "hosted":
			p.Name, p.Note = string(f["product"]), "MX "+string(f["value"])
		case f["what"] == WhatMX && f["code"] == "gateway":
			p.Name, p.Note, p.Kind = string(f["product"]), "MX "+string(f["value"]), "antispam"
		case f["what"] == WhatMX && f["code"] == "own_server":
			own = true
		}
	}
	for _, what := range []lake.Cell{WhatSMTP, WhatWebmail} { // webmail knows better: a relay may stand in front
		for _, f := range findings {
			if own && f["what"] == what && f["product"] != "" {
				p.Name, p.Note = string(f["product"]), strings.Join(strings.Fields(strings.ToUpper(string(what))+" "+string(f["subject"])+" "+string(f["value"])), " ")
			}
		}
	}
	if p.Name == "" {
		return nil
	}
	name := strings.ToLower(p.Name)
	for _, s := range systems {
		other := strings.ToLower(string(s["name"]))
		if other != "" && (strings.Contains(other, name) || strings.Contains(name, other)) {
			return nil
		}
	}
	return &p
}
