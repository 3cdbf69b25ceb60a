package demo

import (
	"fmt"
	"math"
	"strings"
	"time"

	"headwater/lake"
)

// deal is a chance to sell, and how it went.
type deal struct {
	key      lake.Key
	account  *account
	contact  *contact
	owner    *seller
	edition  edition
	kind     string
	source   string
	rival    string
	amount   float64
	paid     float64
	opened   time.Time
	path     []leg // the stages that it went through, the last one still open or closed
	outcome  string
	reason   string
	project  string
	pace     float64
	expected time.Time
}

// leg is a stage and when it was entered.
type leg struct {
	stage string
	at    time.Time
}

// length of the stages in days (median) by segment.
var length = map[string]map[string]float64{
	"large":  {"prospecting": 24, "discover": 20, "demonstrate": 34, "poc": 70, "negotiate": 34},
	"medium": {"prospecting": 14, "discover": 12, "demonstrate": 20, "poc": 38, "negotiate": 20},
	"growth": {"prospecting": 6, "discover": 6, "demonstrate": 8, "poc": 18, "negotiate": 8},
}

var chanceAt = map[string]int{"prospecting": 10, "discover": 20, "demonstrate": 40, "poc": 60, "negotiate": 80, "won": 100, "lost": 0}

// season is how many deals begin in a month: little around the Spring Festival, more
// when budgets are made and spent.
var season = [13]float64{0, 0.75, 0.45, 1.3, 1.05, 0.95, 1.2, 0.85, 0.9, 1.3, 0.9, 1.25, 1.1}

type pipeline struct {
	*world
	*dice
	number int
}

func (w *world) makeDeals() {
	p := &pipeline{world: w, dice: newDice(w.seed, "deals")}
	const repeat = 90 // renewals and more of the same
	for len(w.deals) < dealCount-repeat {
		p.fresh()
	}
	for _, x := range p.repeats(repeat) {
		p.again(x.account, x.at)
	}
	for len(w.deals) < dealCount {
		p.fresh()
	}
	p.churn()
}

// day is a time in the story, by season and growth.
func (p *pipeline) day() time.Time {
	for {
		part := p.Float64()
		t := p.start.Add(time.Duration(part * float64(p.now.Sub(p.start)-days(3))))
		if p.chance(season[t.Month()] / 1.3 * (0.5 + 0.5*part)) {
			return p.office(t)
		}
	}
}

func (p *pipeline) fresh() {
	at := p.day()
	for {
		a := weighted(p.dice, []*account{pick(p.dice, p.accounts), pick(p.dice, p.accounts), pick(p.dice, p.accounts)}, func(a *account) float64 {
			return map[string]float64{"large": 2.4, "medium": 1.4, "growth": 0.9}[a.segment] * (1 + a.trade.win)
		})
		if c := p.someone(a, at); c != nil && a.status == "prospect" && len(a.deals) < 3 {
			p.play(&deal{account: a, contact: c, opened: at, kind: "new_business"})
			return
		}
	}
}

// someone is a contact known by then; who decides or evaluates goes first.
func (p *pipeline) someone(a *account, by time.Time) *contact {
	var known []*contact
	for _, c := range a.contacts {
		if c.created.Before(by.Add(-time.Hour)) {
			known = append(known, c)
		}
	}
	if len(known) == 0 {
		return nil
	}
	return weighted(p.dice, known, func(c *contact) float64 {
		return map[string]float64{"technical": 3, "decides": 2, "business": 1.5, "insider": 1.5, "budget": 0.5, "blocker": 0.1}[c.role]
	})
}

type repeatSale struct {
	account *account
	at      time.Time
}

// repeats are customers who can renew or buy more.
func (p *pipeline) repeats(most int) []repeatSale {
	var out []repeatSale
	for _, a := range p.accounts {
		if a.status == "customer" {
			out = append(out, repeatSale{a, p.day()})
		}
		for _, d := range a.deals {
			if d.outcome != "won" {
				continue
			}
			if due := d.closed().AddDate(0, 10, p.IntN(40)); due.Before(p.now.AddDate(0, 0, -5)) && p.chance(0.85) {
				out = append(out, repeatSale{a, p.office(due)})
			}
		}
	}
	p.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:min(most, len(out))]
}

func (p *pipeline) again(a *account, at time.Time) {
	c := p.someone(a, at)
	if c == nil || !a.created.Before(at) {
		return
	}
	kind := "renewal"
	if p.chance(0.4) {
		kind = "expansion"
	}
	p.play(&deal{account: a, contact: c, opened: at, kind: kind})
}

// play lets a deal happen and writes its steps.
func (p *pipeline) play(d *deal) {
	a := d.account
	d.owner, d.key = a.owner, p.keyAt(d.opened)
	d.source = p.origin(d)
	d.edition = p.editionFor(a)
	d.amount = p.priceOf(d)
	d.rival = p.rivalOf(d)
	d.pace = a.trade.pace * d.owner.pace * p.spread(1, 0.2)
	if d.kind != "new_business" {
		d.pace *= 0.6
	}
	d.project = p.projectName(d)
	p.fate(d)
	a.deals = append(a.deals, d)
	p.deals = append(p.deals, d)
	p.write(d)
}

func (p *pipeline) origin(d *deal) string {
	if d.kind != "new_business" {
		return "referral"
	}
	if d.account.segment == "growth" {
		return pick(p.dice, strings.Fields("website search trial content chat social_media advertising referral"))
	}
	return pick(p.dice, strings.Fields("event referral partner partner cold_call website content tender search referral event"))
}

func (p *pipeline) editionFor(a *account) edition {
	var fit []edition
	for _, e := range editions() {
		if e.segment == a.segment {
			fit = append(fit, e)
		}
	}
	// the larger the company, the higher the edition
	scale := map[string]float64{"large": 2600, "medium": 300, "growth": 60}[a.segment]
	level := 0.35 + 0.35*math.Log(float64(a.employees)/scale) + p.NormFloat64()*0.35
	i := int(math.Round(level * float64(len(fit)-1)))
	return fit[min(max(i, 0), len(fit)-1)]
}

// priceOf stays within the edition's range.
func (p *pipeline) priceOf(d *deal) float64 {
	e := d.edition
	if e.high == 0 {
		return tidy(min(max(p.spread(e.low*1.35, 0.3), e.low), 8_000_000))
	}
	part := min(max(0.38+p.NormFloat64()*0.22, 0), 1)
	amount := e.low + part*(e.high-e.low)
	if d.kind == "expansion" {
		amount *= 0.4
	}
	return tidy(amount)
}

func (p *pipeline) rivalOf(d *deal) string {
	if d.kind != "new_business" || p.chance(0.3) {
		return ""
	}
	list := strings.Split("Denodo|Denodo|阿里云|AWS|Azure|云厂商数据湖|开源 Trino 自建|开源自建|湖仓创业公司|原集成商", "|")
	if d.account.segment == "growth" {
		list = strings.Split("开源 Trino 自建|开源自建|阿里云|AWS|云厂商数据湖", "|")
	}
	return pick(p.dice, list)
}

func (p *pipeline) projectName(d *deal) string {
	s := p.speaker(p.dice, d.account, d.contact, d.owner)
	if d.account.foreign != nil {
		return d.account.short + ": " + s.say("projectx")
	}
	name := d.account.short + " " + s.say("project")
	switch d.kind {
	case "renewal":
		name = fmt.Sprintf("%s %d 年续约", d.account.short, d.opened.AddDate(0, 2, 0).Year())
	case "expansion":
		name += "（" + s.say("growth") + "）"
	}
	return name
}

// fate decides outcome, path and dates; what lies after today hasn't happened yet.
func (p *pipeline) fate(d *deal) {
	win := p.chance(1 / (1 + math.Exp(-p.odds(d))))
	way := []string{"prospecting", "discover", "demonstrate", "poc", "negotiate"}
	if d.kind != "new_business" {
		way = []string{"discover", "negotiate"}
	} else if d.account.segment == "growth" && p.chance(0.35) {
		way = []string{"prospecting", "discover", "demonstrate", "negotiate"}
	}
	last := len(way)
	if !win {
		last = 1 + weighted(p.dice, []int{0, 1, 2, 3, 4}, func(i int) float64 { return []float64{0.13, 0.27, 0.26, 0.2, 0.14}[i] })%len(way)
		d.reason = p.lostReason(d, way[last-1])
	}
	at, planned := d.opened, 0.0
	for i, stage := range way {
		long := length[d.account.segment][stage] * d.pace
		planned += long
		if i >= last {
			continue
		}
		d.path = append(d.path, leg{stage, at})
		if !win && i == last-1 {
			long *= map[bool]float64{true: 2.1, false: 0.9}[d.reason == "slow_decision"]
		}
		at = p.later(at, max(p.spread(long, 0.35), 1.2))
	}
	d.expected = d.opened.Add(days(planned * 0.85))
	end := leg{"lost", at}
	if win {
		end = leg{"won", p.quarterEnd(at)}
	}
	d.path = append(d.path, end)
	for i, l := range d.path {
		if i > 0 && l.at.After(p.now.Add(-time.Hour)) {
			d.path, d.reason = d.path[:i], ""
			return
		}
	}
	d.outcome = end.stage
}

// later is some days on, in working hours, and never earlier than an hour on.
func (p *pipeline) later(t time.Time, n float64) time.Time {
	at := p.office(t.Add(days(n)))
	if least := t.Add(time.Hour); at.Before(least) {
		return least
	}
	return at
}

// odds are the log-odds of winning.
func (p *pipeline) odds(d *deal) float64 {
	x := map[string]float64{"large": -1.65, "medium": -1.4, "growth": -1.25}[d.account.segment] + d.account.trade.win + d.owner.skill
	x += map[string]float64{"referral": 0.5, "partner": 0.35, "trial": 0.3, "cold_call": -0.5, "tender": -0.3, "advertising": -0.25}[d.source]
	x += map[string]float64{"champion": 0.7, "supportive": 0.3, "sceptical": -0.4, "opposed": -0.9}[d.contact.stance]
	x += map[string]float64{"": 0.25, "Denodo": -0.1, "阿里云": -0.25, "开源自建": 0.15}[d.rival]
	x += map[string]float64{"renewal": 2.1, "expansion": 1.2}[d.kind]
	return x + p.NormFloat64()*0.4
}

func (p *pipeline) lostReason(d *deal, stage string) string {
	return weighted(p.dice, strings.Fields("slow_decision price competitor no_budget no_need product_gap in_house relationship other"), func(r string) float64 {
		w := map[string]float64{"slow_decision": 0.42, "price": 0.12, "competitor": 0.14, "no_budget": 0.1, "no_need": 0.07, "product_gap": 0.05, "in_house": 0.05, "relationship": 0.04, "other": 0.01}[r]
		switch {
		case r == "competitor" && d.rival == "":
			return 0
		case r == "product_gap" && stage == "poc":
			return w * 4
		case r == "price" && stage == "negotiate":
			return w * 3
		case r == "in_house" && strings.Contains(d.rival, "开源"):
			return w * 4
		}
		return w
	})
}

// quarterEnd draws some signatures to the last days of the quarter.
func (p *pipeline) quarterEnd(t time.Time) time.Time {
	end := time.Date(t.Year(), (t.Month()-1)/3*3+4, 1, 0, 0, 0, 0, china).AddDate(0, 0, -1)
	if wait := end.Sub(t); wait > 0 && wait < days(24) && p.chance(0.5) {
		return p.office(end.AddDate(0, 0, -p.IntN(5)))
	}
	return t
}

// closed is when a deal was won or lost.
func (d *deal) closed() time.Time { return d.path[len(d.path)-1].at }

// stageAt is the stage at a time.
func (d *deal) stageAt(t time.Time) string {
	stage := d.path[0].stage
	for _, l := range d.path {
		if !l.at.After(t) {
			stage = l.stage
		}
	}
	return stage
}

// churn ends the relation to some customers whose last contract ran out.
func (p *pipeline) churn() {
	for _, a := range p.accounts {
		won, latest := false, time.Time{}
		for _, d := range a.deals {
			if d.outcome == "won" {
				won = true
			}
			if d.closed().After(latest) {
				latest = d.closed()
			}
		}
		gone := latest.AddDate(1, 0, p.between(5, 40))
		if won && gone.Before(p.now) && p.chance(0.3) {
			p.put("accounts", a.key, p.office(gone), lake.Cells{"status": "former"})
			a.status = "former"
		}
	}
}
