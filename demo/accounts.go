package demo

import (
	"fmt"
	"math"
	"strings"
	"time"

	"headwater/lake"
)

// account is an invented company.
type account struct {
	key       lake.Key
	name      string
	short     string // how people call it
	trade     trade
	segment   string
	employees int
	city      string
	place     city
	foreign   *abroad
	domain    string
	form      int // of its mail addresses
	owner     *seller
	parent    *account
	created   time.Time
	status    string
	contacts  []*contact
	deals     []*deal
}

// companies makes accounts and keeps their names and domains apart.
type companies struct {
	*world
	*dice
	brands, places []syllable
	foreign        []string
	cities         []city
	trades         []trade
	names, domains map[string]bool
	number         int
}

func (w *world) makeAccounts() {
	d := newDice(w.seed, "accounts")
	c := &companies{world: w, dice: d, brands: shuffledBrands(d), places: shuffledPlaces(d), foreign: shuffledForeign(d),
		cities: cities(), trades: trades(), names: map[string]bool{}, domains: map[string]bool{}}
	for range 130 {
		c.group()
	}
	for range 100 {
		c.abroad()
	}
	for len(w.accounts) < accountCount {
		c.single(c.industry(), nil, syllable{})
	}
}

func (c *companies) industry() trade {
	return weighted(c.dice, c.trades, func(t trade) float64 { return t.weight })
}

// group makes a holding and its subsidiaries, most of them in the same industry.
func (c *companies) group() {
	t := c.industry()
	for t.name == "government" || t.name == "education" || t.name == "professional_services" {
		t = c.industry()
	}
	brand := c.brand()
	head := c.make(t, c.fillName("group", t, brand, c.town(nil)), brand, "large", nil)
	for range c.between(2, 6) {
		line := t
		if c.chance(0.3) {
			line = c.industry()
		}
		if line.name == "government" { // bodies of a place belong to no group
			line = t
		}
		c.single(line, head, brand)
	}
}

func (c *companies) brand() syllable {
	b := c.brands[0]
	c.brands = c.brands[1:]
	return b
}

func (c *companies) town(parent *account) city {
	if parent != nil && c.chance(0.4) {
		return parent.place
	}
	return weighted(c.dice, c.cities, func(p city) float64 { return p.weight })
}

// single makes a company; a subsidiary bears its group's brand.
func (c *companies) single(t trade, parent *account, group syllable) {
	town := c.town(parent)
	for {
		brand := group
		if group == (syllable{}) {
			brand = c.brands[0]
		}
		place := pick(c.dice, c.places)
		name := c.formName("company", t, brand, town, place)
		local := strings.Contains(name, place.han)
		if c.names[name] || local && parent != nil {
			town = c.town(nil)
			continue
		}
		if local { // of an invented city in a real province
			brand, town.name = place, place.han
		} else if group == (syllable{}) {
			c.brand() // used up
		}
		c.place(name, t, brand, c.segment(t, parent), town, parent)
		return
	}
}

func (c *companies) segment(t trade, parent *account) string {
	large, medium := 0.16, 0.50
	switch t.name {
	case "finance", "energy", "telecommunications":
		large, medium = 0.40, 0.45
	case "government", "healthcare", "education":
		large, medium = 0.28, 0.60
	case "professional_services", "foreign_trade", "marketing", "services":
		large, medium = 0.03, 0.37
	}
	if parent != nil {
		large += 0.1
	}
	switch p := c.Float64(); {
	case p < large:
		return "large"
	case p < large+medium:
		return "medium"
	}
	return "growth"
}

func (c *companies) formName(list string, t trade, brand syllable, town city, place syllable) string {
	s := &speaker{phrases: c.phrases, dice: c.dice, topic: t.name, used: map[string]bool{},
		vars: map[string]string{"brand": brand.han, "town": town.name, "place": place.han}}
	return s.say(list)
}

func (c *companies) fillName(list string, t trade, brand syllable, town city) string {
	for {
		name := c.formName(list, t, brand, town, syllable{})
		if !c.names[name] {
			return name
		}
	}
}

// make is place with a city of the company's own choice.
func (c *companies) make(t trade, name string, brand syllable, segment string, parent *account) *account {
	return c.place(name, t, brand, segment, c.town(parent), parent)
}

func (c *companies) place(name string, t trade, brand syllable, segment string, town city, parent *account) *account {
	a := &account{name: name, short: brand.han, trade: t, segment: segment, city: town.name, place: town, parent: parent, form: c.IntN(len(addressForms))}
	a.domain = c.domainOf(brand.pinyin, t)
	a.owner = c.ownerFor(town.region, parent)
	c.finish(a, town.region, town.province, "中国")
	return a
}

func (c *companies) abroad() {
	where := pick(c.dice, foreignPlaces())
	brand := c.foreign[0]
	c.foreign = c.foreign[1:]
	t := c.industry()
	for t.name == "government" || t.name == "education" {
		t = c.industry()
	}
	s := &speaker{phrases: c.phrases, dice: c.dice, used: map[string]bool{}, vars: map[string]string{"brandx": brand}, topic: strings.ToLower(where.country)}
	a := &account{name: s.say("foreign"), short: brand, trade: t, segment: c.segment(t, nil), city: where.city, foreign: &where, form: 1 + c.IntN(2)}
	a.domain = c.domainOf(strings.ToLower(brand), t)
	a.owner = c.ownerFor("海外", nil)
	c.finish(a, "海外", "", where.country)
}

func (c *companies) domainOf(base string, t trade) string {
	tag := strings.ReplaceAll(t.name, "_", "-")
	for _, d := range []string{base, base + "-" + strings.Split(tag, "-")[0], base + "-group", base + "-cn"} {
		if !c.domains[d] {
			c.domains[d] = true
			return d + ".example"
		}
	}
	for i := 2; ; i++ {
		if d := fmt.Sprint(base, i); !c.domains[d] {
			c.domains[d] = true
			return d + ".example"
		}
	}
}

// ownerFor gives an account to its region's team; subsidiaries mostly go with the group.
func (c *companies) ownerFor(region string, parent *account) *seller {
	if parent != nil && c.chance(0.75) {
		return parent.owner
	}
	team := teamOf(region)
	return weighted(c.dice, c.sellers, func(s *seller) float64 {
		if s.Team != team {
			return 0
		}
		return s.share
	})
}

// finish sets what doesn't depend on where the company is, and writes it.
func (c *companies) finish(a *account, region, province, country string) {
	c.names[a.name] = true
	c.number++
	a.employees = c.headcount(a)
	since := c.start.AddDate(-3, 0, 0)
	if a.parent != nil {
		since = a.parent.created
	}
	span := c.now.Sub(since) - days(25)
	a.created = c.office(since.Add(time.Duration(math.Pow(c.Float64(), 0.7) * float64(span))))
	if !a.created.After(since) {
		a.created = since.Add(time.Duration(c.between(1, 600)) * time.Minute)
	}
	a.key = c.keyAt(a.created)
	a.status = "prospect"
	switch p := c.Float64(); {
	case p < 0.015:
		a.status = "partner"
	case p < 0.05 && a.created.Before(c.start):
		a.status = "customer" // signed before the story begins
	}
	c.accounts = append(c.accounts, a)
	c.put("accounts", a.key, a.created, c.cells(a, region, province, country))
}

func (c *companies) headcount(a *account) int {
	switch a.segment {
	case "large":
		n := int(min(c.spread(2600, 0.75), 48000))
		if a.parent == nil {
			n += n / 2
		}
		return max(n, 1000)
	case "medium":
		return min(max(int(c.spread(300, 0.55)), 100), 999)
	}
	return min(max(int(c.spread(55, 0.35)), 12), 99)
}

func (c *companies) cells(a *account, region, province, country string) lake.Cells {
	cells := lake.Cells{"name": lake.Cell(a.name), "industry": lake.Cell(a.trade.name), "segment": lake.Cell(a.segment), "status": lake.Cell(a.status),
		"owner": c.owner(a.owner), "employees": intCell(a.employees), "domain": lake.Cell(a.domain), "website": lake.Cell("https://www." + a.domain),
		"region": lake.Cell(region), "city": lake.Cell(a.city), "country": lake.Cell(country), "external_id": lake.Cell(fmt.Sprintf("C%05d", c.number)),
		"founded_year": intCell(c.founded(a))}
	optional := func(f lake.FieldName, p float64, v func() lake.Cell) {
		if c.chance(p) {
			cells[f] = v()
		}
	}
	if province != "" {
		cells["province"] = lake.Cell(province)
	}
	if a.parent != nil {
		cells["parent"] = lake.Cell(a.parent.key)
	}
	optional("annual_revenue", 0.8, func() lake.Cell { return yuan(tidy(float64(a.employees) * c.spread(620_000, 0.5))) })
	optional("phone", 0.7, func() lake.Cell { return lake.Cell(c.landline(a)) })
	optional("source", 0.85, func() lake.Cell { return lake.Cell(c.source(a)) })
	optional("address", 0.6, func() lake.Cell { return lake.Cell(c.street(a)) })
	if a.foreign == nil {
		optional("credit_code", 0.75, func() lake.Cell { return lake.Cell(c.creditCode()) })
	}
	optional("description", 0.45, func() lake.Cell {
		s := c.speaker(c.dice, a, nil, a.owner)
		s.vars["year"] = fmt.Sprint(c.between(c.start.Year()-3, c.start.Year()))
		return lake.Cell(s.say("about") + "；" + s.say("about") + "。")
	})
	if a.status == "customer" {
		cells["description"] = lake.Cell(fmt.Sprintf("%d 年签约的老客户。", c.between(c.start.Year()-2, c.start.Year()-1)))
	}
	return cells
}

func (c *companies) founded(a *account) int {
	age := int(c.spread(14, 0.6))
	switch a.trade.name {
	case "government", "education", "healthcare", "energy":
		age += c.between(8, 40)
	}
	return max(c.now.Year()-1-age, 1951)
}

func (c *companies) landline(a *account) string {
	if a.foreign != nil {
		return a.foreign.code + " 555 " + digits(c.dice, 4)
	}
	n := 8
	if len(a.place.code) == 4 && c.chance(0.3) {
		n = 7
	}
	return a.place.code + "-" + pick(c.dice, []string{"5", "6", "8"}) + "000" + digits(c.dice, n-4)
}

func (c *companies) street(a *account) string {
	if a.foreign != nil {
		return fmt.Sprintf("%d %s Street", c.between(1, 240), pick(c.dice, strings.Fields("Harbour Mill Station King Market Canal Orchard")))
	}
	return fmt.Sprintf("%s市%s路%d号%s%d层", strings.TrimSuffix(a.city, "市"), pick(c.dice, strings.Fields("科创 滨江 望岳 金穗 明渠 和畅 云栈 致远 长汀 启航")), c.between(1, 899),
		pick(c.dice, strings.Fields("A座 B座 1号楼 2号楼 科技大厦 创新中心")), c.between(2, 32))
}

// creditCode looks like a unified social credit code; its region part doesn't exist.
func (c *companies) creditCode() string {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	b := []byte("91990000")
	for len(b) < 18 {
		b = append(b, letters[c.IntN(len(letters))])
	}
	return string(b)
}

func (c *companies) source(a *account) string {
	if a.segment == "growth" {
		return pick(c.dice, strings.Fields("website search content social_media trial chat advertising referral"))
	}
	return pick(c.dice, strings.Fields("event referral partner cold_call website content tender cold_call event search"))
}
