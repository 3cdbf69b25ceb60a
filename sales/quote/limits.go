package quote

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/pack"
)

// limits compares each size that was asked with what an edition includes.
func (b Book) limits(e pack.Edition, a asked) []Limit {
	out := []Limit{}
	for _, one := range []struct {
		name  string
		asked *decimal.Decimal
		span  *pack.Span
	}{{"seats", a.seats, e.Seats}, {"sources", a.sources, e.Sources}, {"volume_gb", a.volume, e.Volume}} {
		if one.asked == nil || one.span == nil {
			continue
		}
		l := Limit{Limit: one.name, Asked: cell(*one.asked), From: lake.Cell(one.span.From.String()), To: end(one.span.To)}
		l.Below = one.asked.LessThan(exact(one.span.From))
		l.Exceeded = one.span.To != nil && one.asked.GreaterThan(exact(*one.span.To))
		out = append(out, l)
	}
	if a.Support != "" && a.Support != e.Support {
		want, known := find(b.Support, a.Support, func(s pack.SupportLevel) string { return s.ID })
		has, there := find(b.Support, e.Support, func(s pack.SupportLevel) string { return s.ID })
		out = append(out, Limit{Limit: "support", Asked: lake.Cell(a.Support), To: lake.Cell(e.Support), Exceeded: !known || !there || !covers(has, want)})
	}
	return out
}

// covers tells whether one support level includes all of another.
func covers(has, want pack.SupportLevel) bool {
	hours := []string{"community", "working", "always"}
	answers := want.Response == nil || has.Response != nil && *has.Response <= *want.Response
	return slices.Index(hours, has.Hours) >= slices.Index(hours, want.Hours) && answers && (has.Named || !want.Named) && (has.OnSite || !want.OnSite)
}

// suggest is the cheapest edition that includes what was asked, those of the same segment
// first, of equal ones the nearest in the list; "" when there is none.
func (b Book) suggest(asked pack.Edition, a asked) string {
	var fits []pack.Edition
	for _, e := range b.List.Editions {
		if !slices.ContainsFunc(b.limits(e, a), func(l Limit) bool { return l.Exceeded }) && (!perSeat(e) || a.seats != nil) {
			fits = append(fits, e)
		}
	}
	if len(fits) == 0 {
		return ""
	}
	other := func(e pack.Edition) int {
		if e.Segment == asked.Segment {
			return 0
		}
		return 1
	}
	place := func(e pack.Edition) int {
		return slices.IndexFunc(b.List.Editions, func(o pack.Edition) bool { return o.ID == e.ID })
	}
	away := func(e pack.Edition) int { return max(place(e)-place(asked), place(asked)-place(e)) }
	return slices.MinFunc(fits, func(x, y pack.Edition) int {
		return cmp.Or(other(x)-other(y), cmp.Compare(x.Price.From, y.Price.From), away(x)-away(y))
	}).ID
}

// Gain is a price beside what the customer gains.
type Gain struct {
	Gain    lake.Cell `json:"gain"`           // money a year
	Yearly  lake.Cell `json:"yearly"`         // money a year
	Net     lake.Cell `json:"net"`            // money a year
	Times   lake.Cell `json:"times"`          // gain over price; empty when the price is nothing
	Payback lake.Cell `json:"payback_months"` // months of gain that pay the first year; empty without a gain
}

// Beside puts the customer's yearly gain, money from the value model, next to the price.
// Another currency than the offer's is quote_currency_differs.
func (o Offer) Beside(gain lake.Cell) (Gain, error) {
	amount, currency := lake.SplitMoney(gain)
	g, err := decimal.NewFromString(amount)
	if err != nil || currency != o.Currency {
		return Gain{}, lake.Fail(lake.ErrInvalid, "quote_currency_differs", "The gain and the offer need the same currency.", "value", gain, "currency", o.Currency)
	}
	text, _ := lake.SplitMoney(o.Yearly)
	price := decimal.RequireFromString(text)
	out := Gain{Gain: gain, Yearly: o.Yearly, Net: lake.Cell(g.Sub(price).String() + " " + o.Currency)}
	if price.IsPositive() {
		out.Times = cell(g.DivRound(price, 2))
	}
	if g.IsPositive() {
		out.Payback = cell(price.Mul(twelve).DivRound(g, 1))
	}
	return out, nil
}
