package demo

import (
	"fmt"
	"strings"
	"time"

	"headwater/lake"
)

// lead is a person who asked or was found.
type lead struct {
	key     lake.Key
	human   human
	company string
	trade   trade
	owner   *seller
	created time.Time
	status  string
	deal    *deal // of a converted one
	city    city
}

func (w *world) makeLeads() {
	d := newDice(w.seed, "leads")
	m := &inbox{world: w, dice: d, brands: shuffledBrands(d), places: shuffledPlaces(d), cities: cities(), trades: trades()}
	for _, x := range w.deals {
		if x.kind == "new_business" && x.account.foreign == nil && strings.Contains("website search content social_media chat trial advertising event", x.source) && d.chance(0.55) {
			m.converted(x)
		}
	}
	for len(w.leads) < leadCount {
		m.fresh()
	}
}

type inbox struct {
	*world
	*dice
	brands, places []syllable
	cities         []city
	trades         []trade
}

// converted is the lead that a deal came from.
func (m *inbox) converted(x *deal) {
	earliest := m.start.AddDate(0, -1, 0)
	l := &lead{human: x.contact.human, company: x.account.name, trade: x.account.trade, owner: x.owner, status: "converted", deal: x, city: x.account.place}
	l.created = m.office(x.opened.Add(-days(float64(m.between(4, 35)))))
	if l.created.Before(earliest) {
		return
	}
	cells := m.begin(l, lake.Cell(x.contact.email), x.source)
	cells["industry"] = lake.Cell(x.account.trade.name)
	m.put("leads", l.key, l.created, cells)
	m.put("leads", l.key, l.created.Add(time.Duration(m.between(1, 40))*time.Hour), lake.Cells{"status": "working"})
	m.put("leads", l.key, x.opened.Add(time.Minute), lake.Cells{"status": "converted", "converted_account": lake.Cell(x.account.key),
		"converted_contact": lake.Cell(x.contact.key), "converted_deal": lake.Cell(x.key)})
}

// fresh is a lead that didn't become a deal, or not yet.
func (m *inbox) fresh() {
	town := weighted(m.dice, m.cities, func(c city) float64 { return c.weight })
	l := &lead{human: m.chinese(), trade: weighted(m.dice, m.trades, func(t trade) float64 { return t.weight }), city: town}
	brand := pick(m.dice, m.brands)
	l.company = m.companyName(l.trade, brand, town)
	var ours []*seller
	for _, s := range m.sellers {
		if s.Team == teamOf(town.region) {
			ours = append(ours, s)
		}
	}
	l.owner = pick(m.dice, ours)
	part := m.Float64()
	l.created = m.office(m.start.Add(time.Duration((0.3*part + 0.7*part*(2-part)) * float64(m.now.Sub(m.start)-days(1)))))
	if !l.created.Before(m.now) {
		l.created = m.now.Add(-time.Hour)
	}
	mail := lake.Cell("")
	if m.chance(0.72) {
		mail = lake.Cell(pick(m.dice, addressForms)(l.human) + "@" + brand.pinyin + ".example")
	}
	cells := m.begin(l, mail, pick(m.dice, strings.Fields("website website search search content social_media chat trial advertising event event referral partner cold_call purchased_list direct_traffic email_campaign")))
	if m.chance(0.8) {
		cells["industry"] = lake.Cell(l.trade.name)
	}
	m.put("leads", l.key, l.created, cells)
	m.outcome(l)
}

func (m *inbox) companyName(t trade, brand syllable, town city) string {
	s := &speaker{phrases: m.phrases, dice: m.dice, topic: t.name, used: map[string]bool{},
		vars: map[string]string{"brand": brand.han, "town": town.name, "place": pick(m.dice, m.places).han}}
	name := s.say("company")
	if m.chance(0.15) { // as people type it
		name = strings.NewReplacer("股份有限公司", "", "有限公司", "", "(", "（", ")", "）").Replace(name)
	}
	return name
}

func (m *inbox) begin(l *lead, mail lake.Cell, source string) lake.Cells {
	l.key = m.keyAt(l.created)
	m.leads = append(m.leads, l)
	s := m.speaker(m.dice, nil, nil, l.owner)
	role := pick(m.dice, strings.Fields("technical technical business decides insider budget"))
	cells := lake.Cells{"name": lake.Cell(l.human.name), "company": lake.Cell(l.company), "source": lake.Cell(source), "status": "new",
		"owner": m.owner(l.owner), "created_on": dateCell(l.created), "city": lake.Cell(l.city.name), "country": "中国",
		"external_id": lake.Cell(fmt.Sprintf("L%05d", len(m.leads)))}
	if mail != "" {
		cells["email"] = mail
	}
	if l.city.province != "" {
		cells["province"] = lake.Cell(l.city.province)
	}
	if mail == "" || m.chance(0.8) {
		cells["mobile"] = lake.Cell(m.mobile())
	}
	if m.chance(0.7) {
		cells["title"] = lake.Cell(s.say("title." + role))
	}
	if m.chance(0.5) {
		cells["employees"] = intCell(int(m.spread(220, 1.1)) + 5)
	}
	if m.chance(0.6) {
		cells["rating"] = lake.Cell(pick(m.dice, strings.Fields("hot warm warm cold cold")))
	}
	if m.chance(0.4) {
		cells["notes"] = lake.Cell(s.say("ask") + "？")
	}
	return cells
}

// outcome says what became of a lead by now.
func (m *inbox) outcome(l *lead) {
	l.status = "new"
	touched := l.created.Add(time.Duration(m.between(2, 140)) * time.Hour)
	if !touched.Before(m.now) || m.chance(0.06) {
		return
	}
	l.status = "working"
	m.put("leads", l.key, touched, lake.Cells{"status": "working"})
	decided := m.office(touched.Add(days(m.spread(14, 0.6))))
	if !decided.After(touched) || !decided.Before(m.now) || m.chance(0.12) {
		return
	}
	l.status = weighted(m.dice, strings.Fields("unqualified lost qualified"), func(s string) float64 {
		return map[string]float64{"unqualified": 5, "lost": 3.5, "qualified": 1}[s]
	})
	m.put("leads", l.key, decided, lake.Cells{"status": lake.Cell(l.status)})
}
