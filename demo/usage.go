package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// usage is what a customer did with one feature of the product in a month.
type usage struct {
	account *account
	month   string // 2026-09
	feature string
	calls   int64
	people  int64
	storage int64 // in hundredths of a GB
}

// usageMonths is how far back the product's counts go.
const usageMonths = 15

var features = []struct {
	name  string
	share float64
}{{"query", 0.55}, {"sync", 0.25}, {"branch", 0.12}, {"api", 0.08}}

// count makes the months that are over, oldest first.
func (b *books) count() {
	first := map[*account]*contract{} // of those who are customers
	soonest := map[*account]time.Time{}
	var customers []*account
	for _, c := range b.contracts {
		if c.renews.IsZero() {
			continue
		}
		if first[c.account] == nil {
			first[c.account] = c
			customers = append(customers, c.account)
		}
		if at := soonest[c.account]; at.IsZero() || c.renews.Before(at) {
			soonest[c.account] = c.renews
		}
	}
	for _, a := range customers {
		b.countOne(a, first[a], b.falls(a, soonest[a]))
	}
	slices.SortStableFunc(b.usage, func(x, y usage) int { return cmp.Compare(x.month, y.month) })
}

// falls tells whether a customer uses the product less and less. Such are more frequent
// among those who are about to decide.
func (b *books) falls(a *account, renews time.Time) bool {
	p := 0.08
	switch {
	case slices.ContainsFunc(a.deals, func(d *deal) bool { return d.kind == "renewal" && d.outcome == "" }):
		p = 0.7
	case renews.Before(b.now.AddDate(0, 0, 120)):
		p = 0.3
	}
	return b.chance(p)
}

func (b *books) countOne(a *account, c *contract, falls bool) {
	level := b.spread(map[string]float64{"large": 180_000, "medium": 40_000, "growth": 6_000}[a.segment], 0.5)
	growth, people := 1+0.012+b.NormFloat64()*0.015, float64(c.seats)*(0.35+0.5*b.Float64())
	storage := level * (0.01 + 0.03*b.Float64())
	end := time.Date(b.now.Year(), b.now.Month(), 1, 0, 0, 0, 0, china)
	for back := usageMonths; back >= 1; back-- {
		month := end.AddDate(0, -back, 0)
		since := month.Sub(c.starts).Hours() / 24 / 30
		if since < 0 {
			continue
		}
		factor := math.Pow(growth, since) * min(1, 0.4+0.2*since) // it takes a while until all use it
		if falls && back <= 4 {
			factor *= []float64{0, 0.47, 0.6, 0.76, 0.9}[back]
		}
		for _, f := range features {
			calls := level * f.share * factor * b.spread(1, 0.03)
			b.usage = append(b.usage, usage{account: a, month: month.Format("2006-01"), feature: f.name, calls: int64(calls) + 1,
				people: int64(people*min(factor, 1.2)*(0.4+f.share)) + 1, storage: int64(storage * f.share * (1 + since/20) * 100)})
		}
	}
}

// ticket is a case at the partner who does the support.
type ticket struct {
	number, name, severity string
	opened, closed         time.Time // closed: zero, if it isn't
}

const ticketCount = 320

// complain makes the tickets of customers. The partner writes names as they come.
func (b *books) complain() {
	for len(b.tickets) < ticketCount {
		c := pick(b.dice, b.contracts)
		from := c.starts
		if year := b.now.AddDate(-1, 0, 0); from.Before(year) {
			from = year
		}
		span := b.now.Sub(from)
		if span < days(10) {
			continue
		}
		t := ticket{name: c.account.name, severity: weighted(b.dice, strings.Fields("一般 严重 紧急"), func(s string) float64 {
			return map[string]float64{"一般": 6, "严重": 3, "紧急": 1}[s]
		})}
		t.opened = midnight(b.office(from.Add(time.Duration(b.Float64() * float64(span-days(1))))))
		if t.closed = t.opened.AddDate(0, 0, int(b.spread(5, 0.9))); !t.closed.Before(b.now) {
			t.closed = time.Time{}
		}
		b.tickets = append(b.tickets, t)
	}
	slices.SortStableFunc(b.tickets, func(x, y ticket) int { return x.opened.Compare(y.opened) })
	for i := range b.tickets {
		b.tickets[i].number = fmt.Sprintf("T%06d", 10001+i)
	}
}
