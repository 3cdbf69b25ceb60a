package demo

import (
	"fmt"
	"strings"
	"time"

	"headwater/lake"
)

// contact is an invented person at an account.
type contact struct {
	key     lake.Key
	human   human
	address string // how one speaks of them: 王总, 李工, Ms …
	role    string
	stance  string
	email   string
	created time.Time
}

// crew is the mix of roles in an account, by the order in which one meets them.
var crew = []string{"technical", "business", "decides", "technical", "budget", "insider", "technical", "business", "blocker", "business"}

func (w *world) makeContacts() {
	d := newDice(w.seed, "contacts")
	size := w.crewSizes(d)
	for i, a := range w.accounts {
		taken := map[string]bool{}
		for n := range size[i] {
			w.makeContact(d, a, n, taken)
		}
	}
}

// crewSizes shares out the contacts: more where the account is larger.
func (w *world) crewSizes(d *dice) []int {
	size := make([]int, len(w.accounts))
	left := contactCount
	for i, a := range w.accounts {
		switch a.segment {
		case "large":
			size[i] = d.between(3, 5)
		case "medium":
			size[i] = d.between(1, 3)
		default:
			size[i] = d.between(1, 2)
		}
		left -= size[i]
	}
	for left != 0 {
		i := d.IntN(len(size))
		switch {
		case left > 0 && size[i] < len(crew) && (w.accounts[i].segment != "growth" || size[i] < 3):
			size[i]++
			left--
		case left < 0 && size[i] > 1:
			size[i]--
			left++
		}
	}
	return size
}

func (w *world) makeContact(d *dice, a *account, n int, taken map[string]bool) {
	c := &contact{role: crew[n]}
	if n > 0 && d.chance(0.2) {
		c.role = pick(d, crew)
	}
	if a.foreign != nil {
		c.human = d.western()
	} else {
		c.human = d.chinese()
	}
	list := "title." + c.role
	if a.foreign != nil {
		list += "x"
	}
	s := w.speaker(d, a, nil, a.owner)
	title := s.say(list)
	c.address = spoken(c.human, title, a.foreign != nil)
	c.email = mailbox(a, c.human, taken)
	span := min(w.now.Sub(a.created)-days(1), days(60+float64(n)*120))
	c.created = d.office(a.created.Add(time.Duration(d.Float64() * float64(span))))
	if !c.created.After(a.created) {
		c.created = a.created.Add(time.Duration(1+n) * time.Minute)
	}
	c.key = d.keyAt(c.created)
	c.stance = weighted(d, strings.Fields("champion supportive neutral sceptical opposed"), func(s string) float64 {
		return map[string]float64{"champion": 1, "supportive": 3, "neutral": 5, "sceptical": 2, "opposed": 0.6}[s]
	})
	w.put("contacts", c.key, c.created, w.contactCells(d, a, c, s, title))
	a.contacts = append(a.contacts, c)
}

func (w *world) contactCells(d *dice, a *account, c *contact, s *speaker, title string) lake.Cells {
	cells := lake.Cells{"name": lake.Cell(c.human.name), "account": lake.Cell(a.key), "title": lake.Cell(title), "owner": w.owner(a.owner),
		"email": lake.Cell(c.email), "city": lake.Cell(a.city), "role": lake.Cell(c.role), "external_id": lake.Cell(fmt.Sprintf("P%s", digits(d, 7)))}
	if d.chance(0.7) {
		cells["stance"] = lake.Cell(c.stance)
	}
	if a.foreign != nil {
		cells["country"], cells["phone"] = lake.Cell(a.foreign.country), lake.Cell(a.foreign.code+" 555 "+digits(d, 4))
		return cells
	}
	cells["country"], cells["province"], cells["department"] = "中国", lake.Cell(a.place.province), lake.Cell(s.say("department."+c.role))
	if d.chance(0.88) {
		cells["mobile"] = lake.Cell(d.mobile())
	}
	if d.chance(0.5) {
		cells["wechat"] = lake.Cell(c.human.family + "_" + c.human.short + digits(d, 3))
	}
	if d.chance(0.15) {
		cells["notes"] = lake.Cell(s.say("contactnote") + "。")
	}
	if boss := a.boss(); boss != nil && c.role != "decides" && boss.created.Before(c.created) && d.chance(0.6) {
		cells["reports_to"] = lake.Cell(boss.key)
	}
	return cells
}

// boss is the first person met who decides.
func (a *account) boss() *contact {
	for _, c := range a.contacts {
		if c.role == "decides" {
			return c
		}
	}
	return nil
}

// spoken is how a colleague would call a person in a note.
func spoken(h human, title string, foreign bool) string {
	if foreign {
		return h.name
	}
	for _, t := range []struct{ in, out string }{{"院长", "院长"}, {"校", "校长"}, {"局长", "局长"}, {"处长", "处长"}, {"主任", "主任"}, {"科长", "科长"},
		{"总", "总"}, {"董事", "总"}, {"CIO", "总"}, {"CTO", "总"}, {"副总裁", "总"}, {"首席", "总"}, {"架构", "工"}, {"工程师", "工"}, {"DBA", "工"},
		{"经理", "经理"}, {"主管", "主管"}} {
		if strings.Contains(title, t.in) {
			return h.surname + t.out
		}
	}
	return h.name
}

// mailbox is an address at the account's domain in the form that the company uses.
func mailbox(a *account, h human, taken map[string]bool) string {
	base := addressForms[a.form](h)
	for n := 1; ; n++ {
		local := base
		if n > 1 {
			local = fmt.Sprint(base, n)
		}
		if !taken[local] {
			taken[local] = true
			return local + "@" + a.domain
		}
	}
}
