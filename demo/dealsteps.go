package demo

import (
	"fmt"
	"time"

	"headwater/lake"
)

// write tells a deal as steps: how it began, each stage, and dates that slipped.
func (p *pipeline) write(d *deal) {
	p.number++
	d.inOrder()
	amount := tidy(d.amount * (0.8 + 0.45*p.Float64())) // the first guess
	cells := lake.Cells{"name": lake.Cell(d.project), "account": lake.Cell(d.account.key), "contact": lake.Cell(d.contact.key), "owner": p.owner(d.owner),
		"product": lake.Cell(p.editions[d.edition.code]), "amount": p.price(d, amount), "opened_on": dateCell(d.opened), "expected_close": dateCell(d.expected),
		"source": lake.Cell(d.source), "kind": lake.Cell(d.kind), "motion": lake.Cell(p.motion(d)), "external_id": lake.Cell(fmt.Sprintf("D%05d", p.number))}
	p.enter(d, d.path[0].stage, cells)
	p.put("deals", d.key, d.opened, cells)
	for i, l := range d.path[1:] {
		p.slip(d, d.path[i].at, l.at)
		cells := lake.Cells{}
		switch l.stage {
		case "won":
			p.win(d, l.at, cells)
		case "lost":
			p.lose(d, l.at, cells)
		default:
			p.advance(d, l, cells)
		}
		p.put("deals", d.key, l.at, cells)
	}
	if d.outcome == "" {
		p.slip(d, d.closed(), p.now)
	}
}

// inOrder moves a stage that is entered on the day of the one before behind it.
func (d *deal) inOrder() {
	last := d.opened
	for i := 1; i < len(d.path); i++ {
		if d.path[i].at.Before(last.Add(time.Hour)) {
			d.path[i].at = last.Add(time.Hour)
		}
		last = d.path[i].at
	}
}

func (p *pipeline) motion(d *deal) string {
	switch {
	case d.source == "partner" || d.account.segment == "medium" && p.chance(0.3):
		return "channel"
	case d.account.segment == "growth" && p.chance(0.7):
		return "self_service"
	}
	return "direct"
}

// price is in dollars for accounts abroad.
func (p *pipeline) price(d *deal, amount float64) lake.Cell {
	if d.account.foreign != nil {
		return lake.Cell(fmt.Sprintf("%.0f USD", tidy(amount/7)))
	}
	return yuan(amount)
}

func (p *pipeline) enter(d *deal, stage string, cells lake.Cells) {
	cells["stage"], cells["probability"] = lake.Cell(stage), intCell(chanceAt[stage])
	s := p.speaker(p.dice, d.account, d.contact, d.owner)
	if d.account.foreign != nil {
		cells["next_step"] = lake.Cell(s.say("ennext"))
	} else {
		cells["next_step"] = lake.Cell(s.say("next." + stage))
	}
	if stage != "discover" {
		return
	}
	list := "why.open"
	if d.account.foreign != nil {
		list = "whyx.open"
	}
	if p.chance(0.8) {
		cells["description"] = lake.Cell(s.say(list))
	}
}

// advance enters a stage: what is known gets better.
func (p *pipeline) advance(d *deal, l leg, cells lake.Cells) {
	p.enter(d, l.stage, cells)
	switch l.stage {
	case "demonstrate":
		cells["amount"] = p.price(d, tidy(d.amount*(0.95+0.15*p.Float64())))
		if d.rival != "" && p.chance(0.75) {
			cells["competitor"] = lake.Cell(d.rival)
		}
	case "negotiate":
		cells["amount"] = p.price(d, d.amount)
		if c := p.someone(d.account, l.at); p.chance(0.2) && c != nil && c.role == "decides" {
			cells["contact"] = lake.Cell(c.key)
		}
	}
}

func (p *pipeline) win(d *deal, at time.Time, cells lake.Cells) {
	discount := max(0, 0.08+p.NormFloat64()*0.07)
	if d.rival != "" {
		discount += 0.04
	}
	d.paid = tidy(d.amount * (1 - min(discount, 0.3)))
	p.enter(d, "won", cells)
	cells["closed_on"], cells["expected_close"], cells["amount"] = dateCell(at), dateCell(at), p.price(d, d.amount)
	cells["close_value"] = p.price(d, d.paid)
	if d.account.status != "customer" {
		d.account.status = "customer"
		p.put("accounts", d.account.key, at, lake.Cells{"status": "customer"})
	}
}

func (p *pipeline) lose(d *deal, at time.Time, cells lake.Cells) {
	cells["stage"], cells["probability"], cells["next_step"] = "lost", "0", ""
	cells["closed_on"], cells["lost_reason"] = dateCell(at), lake.Cell(d.reason)
	if d.reason == "competitor" {
		cells["competitor"] = lake.Cell(d.rival)
	}
}

// slip moves the expected day when a stage outlasts it. Some sellers forget to.
func (p *pipeline) slip(d *deal, from, until time.Time) {
	for d.expected.Before(until) {
		at := p.office(d.expected.AddDate(0, 0, -p.between(0, 6)))
		if at.Before(from.Add(time.Hour)) {
			at = from.Add(days(1))
		}
		if !at.Before(until.Add(-days(1))) || p.chance(0.15) {
			return
		}
		d.expected = at.Add(days(float64(p.between(20, 60)) * d.pace))
		p.put("deals", d.key, at, lake.Cells{"expected_close": dateCell(d.expected)})
		from = at
	}
}
