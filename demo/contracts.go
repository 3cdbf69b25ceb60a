package demo

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// contract is a subscription of a customer. It runs from year to year.
type contract struct {
	number   string
	account  *account
	edition  string
	seats    int
	price    int64 // a year, in hundredths of the currency
	currency string
	starts   time.Time
	renews   time.Time // zero: it has ended
	rolls    bool      // it goes on unless somebody gives notice
	terms    int       // days to pay
}

// invoice is a part of a contract's price.
type invoice struct {
	number           string
	contract         *contract
	amount           int64 // in hundredths of the currency
	issued, due      time.Time
	paid             time.Time // zero: not yet
	status           string
	earliest, latest time.Time // of what it is for
}

// books are what the demo company keeps outside of its sales records: contracts and
// invoices in the billing system, usage in the product, tickets at the partner.
type books struct {
	*world
	*dice
	contracts []*contract
	invoices  []*invoice
	usage     []usage
	tickets   []ticket
}

// keepBooks makes the books of a story that has been told.
func (w *world) keepBooks() *books {
	b := &books{world: w, dice: newDice(w.seed, "books")}
	for _, a := range w.accounts {
		if a.status == "customer" || a.status == "former" {
			b.sign(a)
		}
	}
	slices.SortStableFunc(b.contracts, func(x, y *contract) int { return x.starts.Compare(y.starts) })
	for i, c := range b.contracts {
		c.number = fmt.Sprintf("HT-%d-%04d", c.starts.Year(), i+1)
		b.bill(c)
	}
	slices.SortStableFunc(b.invoices, func(x, y *invoice) int {
		return cmp.Or(x.issued.Compare(y.issued), cmp.Compare(x.contract.number, y.contract.number))
	})
	for i, v := range b.invoices {
		v.number = fmt.Sprintf("INV-%d-%05d", v.issued.Year(), i+1)
	}
	b.count()
	b.complain()
	return b
}

// sign makes a customer's contracts: one of each deal that was won, where a renewal
// sets a new price for the first.
func (b *books) sign(a *account) {
	var list []*contract
	renewed := 0.0
	for _, d := range a.deals {
		switch {
		case d.outcome != "won":
		case d.kind == "renewal":
			renewed = d.paid
		default:
			list = append(list, b.draw(a, d.edition.code, d.paid, d.closed()))
		}
	}
	if len(list) == 0 || !slices.ContainsFunc(a.deals, func(d *deal) bool { return d.kind == "new_business" && d.outcome == "won" }) {
		price := renewed
		e := editionOf(b.dice, a)
		if price == 0 {
			price = tidy(e.low * (1 + 0.4*b.Float64()))
		}
		old := b.draw(a, e.code, price, b.start.AddDate(0, -b.between(1, 11), -b.between(0, 27)))
		list = append([]*contract{old}, list...)
	}
	if renewed > 0 {
		list[0].price = b.hundredths(a, renewed)
	}
	b.contracts = append(b.contracts, list...)
}

// editionOf is what a customer of before the story has bought.
func editionOf(d *dice, a *account) edition {
	var fit []edition
	for _, e := range editions() {
		if e.segment == a.segment {
			fit = append(fit, e)
		}
	}
	return pick(d, fit)
}

func (b *books) draw(a *account, edition string, price float64, signed time.Time) *contract {
	starts := midnight(signed).AddDate(0, 0, b.between(1, 20))
	c := &contract{account: a, edition: edition, price: b.hundredths(a, price), currency: "CNY", starts: starts, rolls: b.chance(0.6),
		terms: pick(b.dice, []int{30, 30, 45, 60}), seats: max(5, min(a.employees/b.between(8, 30), 2000)/5*5)}
	if a.foreign != nil {
		c.currency = "USD"
	}
	if a.status != "former" {
		for c.renews = starts.AddDate(1, 0, 0); !c.renews.After(b.now); {
			c.renews = c.renews.AddDate(1, 0, 0)
		}
	}
	return c
}

func (b *books) hundredths(a *account, yuan float64) int64 {
	if a.foreign != nil {
		yuan = tidy(yuan / 7)
	}
	return int64(yuan) * 100
}

// status of a contract is active or ended.
func (c *contract) status() string {
	if c.renews.IsZero() {
		return "ended"
	}
	return "active"
}

// bill writes the invoices of a contract: by quarter or half year.
func (b *books) bill(c *contract) {
	every := map[string]int{"large": 3, "medium": 3, "growth": 6}[c.account.segment]
	end := b.now
	if c.renews.IsZero() {
		end = c.starts.AddDate(1, 0, 0)
	}
	late := b.spread(1, 0.5) // some pay later than others
	for n := 0; ; n++ {
		from := c.starts.AddDate(0, n*every, 0)
		issued := workday(from)
		if !issued.Before(end) || !issued.Before(b.now) {
			return
		}
		v := &invoice{contract: c, amount: c.price * int64(every) / 12, issued: issued, due: workday(issued.AddDate(0, 0, c.terms)),
			earliest: from, latest: from.AddDate(0, every, -1)}
		paid := workday(v.due.AddDate(0, 0, int(b.NormFloat64()*14*late)))
		if paid.Before(issued) {
			paid = issued
		}
		switch {
		case paid.Before(b.now) && !b.chance(0.02):
			v.paid, v.status = paid, "paid"
		case v.due.Before(b.now):
			v.status = "overdue"
		default:
			v.status = "open"
		}
		if v.status != "paid" && v.issued.Before(b.now.AddDate(0, -8, 0)) {
			v.status = "void"
		}
		b.invoices = append(b.invoices, v)
	}
}

func midnight(t time.Time) time.Time {
	t = t.In(china)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, china)
}

// workday moves a day at the weekend to the Monday behind it.
func workday(t time.Time) time.Time {
	switch t.Weekday() {
	case time.Saturday:
		return t.AddDate(0, 0, 2)
	case time.Sunday:
		return t.AddDate(0, 0, 1)
	}
	return t
}
