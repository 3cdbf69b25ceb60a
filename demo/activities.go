package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"headwater/lake"
)

// moment is something that happened, or is to be done, with somebody.
type moment struct {
	at      time.Time
	due     time.Time // of a task that isn't done
	stage   string    // what it is about: a stage, nurture, customer or lead
	kind    string
	account *account
	contact *contact
	deal    *deal
	lead    *lead
	owner   *seller
}

// kindsAt are the usual ways to meet in a stage.
var kindsAt = map[string]string{
	"prospecting": "call call call wechat email note", "discover": "call meeting visit visit meeting wechat email note",
	"demonstrate": "demo demo meeting visit call email wechat", "poc": "meeting call visit wechat wechat note demo email",
	"negotiate": "call meeting visit email wechat wechat note", "won": "note meeting call", "lost": "note call",
	"nurture": "call call wechat email visit note", "customer": "call visit meeting wechat email", "lead": "call call call wechat email note",
}

type diary struct {
	*world
	*dice
	moments []moment
	number  int
}

func (w *world) makeActivities() {
	y := &diary{world: w, dice: newDice(w.seed, "activities")}
	for _, d := range w.deals {
		y.follow(d)
	}
	for _, l := range w.leads {
		y.handle(l)
	}
	y.plan()
	for len(y.moments) < activityCount {
		y.nurture()
	}
	y.moments = y.moments[:activityCount]
	slices.SortStableFunc(y.moments, func(a, b moment) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for i := range y.moments {
		y.write(&y.moments[i])
	}
}

// follow fills the stages of a deal; who is more skilled keeps closer.
func (y *diary) follow(d *deal) {
	for i, l := range d.path {
		end := y.now
		if i+1 < len(d.path) {
			end = d.path[i+1].at
		}
		n := 1
		switch l.stage {
		case "won":
			y.note(d, "won", l.at)
			y.serve(d)
			continue
		case "lost":
			if y.chance(0.85) {
				y.note(d, "lost", l.at)
			}
			continue
		case "prospecting":
			n = y.between(0, 2)
		default:
			n = y.between(1, 3)
			if y.chance(0.5 + d.owner.skill*0.4) {
				n++
			}
		}
		for range n {
			at := y.office(l.at.Add(time.Duration(y.Float64() * float64(min(end.Sub(l.at), days(120))))))
			y.note(d, l.stage, at)
		}
	}
}

func (y *diary) note(d *deal, stage string, at time.Time) {
	at = y.within(at, d.opened.Add(2*time.Minute))
	y.moments = append(y.moments, moment{at: at, stage: stage, account: d.account, contact: y.present(d.account, d.contact, at), deal: d, owner: d.owner,
		kind: pick(y.dice, strings.Fields(kindsAt[stage]))})
}

// present is whom one met: mostly the known one, sometimes somebody else.
func (y *diary) present(a *account, c *contact, at time.Time) *contact {
	if c != nil && c.created.Before(at) && !y.chance(0.3) {
		return c
	}
	for range 4 {
		if other := pick(y.dice, a.contacts); other.created.Before(at) {
			return other
		}
	}
	if c != nil && c.created.Before(at) {
		return c
	}
	return nil
}

// within keeps a time after what it refers to and before today.
func (y *diary) within(at, after time.Time) time.Time {
	if !at.After(after) {
		at = after.Add(time.Duration(y.between(5, 180)) * time.Minute)
	}
	if !at.Before(y.now) {
		at = y.now.Add(-time.Duration(y.between(5, 600)) * time.Minute)
	}
	if !at.After(after) {
		at = after.Add(time.Minute)
	}
	return at
}

// serve looks after a customer once the deal is won.
func (y *diary) serve(d *deal) {
	for at := d.closed().Add(days(y.spread(35, 0.4))); at.Before(y.now); at = at.Add(days(y.spread(75, 0.5))) {
		if y.chance(0.75) {
			y.note(d, "customer", y.office(at))
		}
	}
}

func (y *diary) handle(l *lead) {
	n := y.between(0, 2)
	if l.status == "new" {
		n = 0
	}
	for range n {
		m := moment{stage: "lead", lead: l, owner: l.owner, kind: pick(y.dice, strings.Fields(kindsAt["lead"]))}
		m.at = y.within(y.office(l.created.Add(days(y.spread(5, 0.9)))), l.created.Add(time.Hour))
		if l.deal != nil {
			m.at = y.within(l.created.Add(time.Duration(y.Float64()*float64(l.deal.opened.Sub(l.created)))), l.created.Add(time.Minute))
			if l.deal.account.created.Before(m.at) {
				m.account = l.deal.account
			}
		}
		y.moments = append(y.moments, m)
	}
}

// plan leaves tasks for open deals, some of them overdue.
func (y *diary) plan() {
	for _, d := range y.deals {
		if d.outcome != "" || !y.chance(0.8) {
			continue
		}
		due := y.now.AddDate(0, 0, y.between(-9, 21))
		at := y.within(y.office(y.now.AddDate(0, 0, -y.between(1, 20))), d.opened.Add(3*time.Minute))
		y.moments = append(y.moments, moment{at: at, due: due, stage: "task", kind: "task", account: d.account, deal: d, owner: d.owner,
			contact: y.present(d.account, d.contact, at)})
	}
}

// nurture keeps in touch with accounts that have no deal just now.
func (y *diary) nurture() {
	a := pick(y.dice, y.accounts)
	from := a.created
	if from.Before(y.start) {
		from = y.start
	}
	at := y.within(y.office(from.Add(time.Duration(y.Float64()*float64(y.now.Sub(from))))), a.created.Add(time.Hour))
	stage := "nurture"
	if a.status == "customer" {
		stage = "customer"
	}
	y.moments = append(y.moments, moment{at: at, stage: stage, kind: pick(y.dice, strings.Fields(kindsAt[stage])), account: a, owner: a.owner, contact: y.present(a, nil, at)})
}

func (y *diary) write(m *moment) {
	y.number++
	s := y.voice(m)
	english := m.account != nil && m.account.foreign != nil
	cells := lake.Cells{"kind": lake.Cell(m.kind), "owner": y.owner(m.owner), "external_id": lake.Cell(fmt.Sprintf("A%06d", y.number)),
		"subject": lake.Cell(y.subject(s, m, english)), "body": lake.Cell(y.body(s, m, english))}
	if m.due.IsZero() {
		cells["happened_at"], cells["done"] = lake.TimeCell(m.at), "true"
	} else {
		cells["due_on"], cells["done"] = dateCell(m.due), "false"
	}
	if m.account != nil {
		cells["account"] = lake.Cell(m.account.key)
	}
	if m.contact != nil {
		cells["contact"] = lake.Cell(m.contact.key)
	}
	if m.deal != nil {
		cells["deal"] = lake.Cell(m.deal.key)
	}
	if m.lead != nil {
		cells["lead"] = lake.Cell(m.lead.key)
	}
	y.put("activities", y.keyAt(m.at), m.at, cells)
}

// voice is a speaker who knows what the moment is about.
func (y *diary) voice(m *moment) *speaker {
	s := y.speaker(y.dice, m.account, m.contact, m.owner)
	amount := float64(y.between(8, 60)) * 10_000
	if m.lead != nil {
		s.topic = m.lead.trade.name
		s.vars["contact"] = spoken(m.lead.human, "", false)
		s.vars["city"] = m.lead.city.name
	}
	if m.deal != nil {
		amount = m.deal.amount
		if m.deal.rival != "" {
			s.vars["rival"] = m.deal.rival
		}
	}
	s.vars["amount"], s.vars["price2"] = wan(amount), wan(tidy(amount*(0.65+0.25*y.Float64())))
	if m.account != nil && m.account.foreign != nil {
		s.vars["amount"], s.vars["db"] = fmt.Sprintf("USD %.0fk", amount/7000), "Oracle"
	}
	return s
}

func (y *diary) subject(s *speaker, m *moment, english bool) string {
	if english {
		return s.say("subjectx." + m.kind)
	}
	return s.say("subject." + m.kind)
}

// body is a note in the style of its kind; wrote messages are often just notes too.
func (y *diary) body(s *speaker, m *moment, english bool) string {
	list := m.stage
	if list == "prospecting" {
		list = "discover"
	}
	decided := m.stage == "won" || m.stage == "lost" || m.stage == "lead" || m.stage == "customer"
	if (m.kind == "wechat" || m.kind == "email" || m.kind == "task") && !decided {
		list = m.kind
	}
	if english {
		return s.say("en." + list)
	}
	return s.say("note." + list)
}
