package quote

import (
	"slices"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"

	"headwater/lake"
	"headwater/pack"
)

// asked is an Ask whose numbers have been read.
type asked struct {
	Ask
	seats, sources, volume *decimal.Decimal // nil: not asked
	discount, rate         decimal.Decimal
	listPrice              *decimal.Decimal
	currency               string
	places                 int32
	extras                 []extra
}

type extra struct{ quantity, price decimal.Decimal }

// read checks an ask against the edition and its terms.
func (b Book) read(ask Ask, e pack.Edition) (asked, error) {
	a := asked{Ask: ask, currency: b.List.Currency, rate: decimal.NewFromInt(1)}
	var err error
	for _, one := range []struct {
		field string
		text  lake.Cell
		to    **decimal.Decimal
	}{{"seats", ask.Seats, &a.seats}, {"sources", ask.Sources, &a.sources}, {"volume_gb", ask.VolumeGB, &a.volume}, {"list_price", ask.ListPrice, &a.listPrice}} {
		if one.text != "" {
			var d decimal.Decimal
			if d, err = number(one.field, one.text); err != nil {
				return a, err
			}
			*one.to = &d
		}
	}
	if ask.Discount != "" {
		a.discount, err = number("discount", ask.Discount)
		if err != nil || a.discount.GreaterThanOrEqual(decimal.NewFromInt(100)) {
			return a, lake.Fail(lake.ErrInvalid, "quote_discount_invalid", "A discount is a number from 0 to below 100 per cent.", "field", "discount", "value", ask.Discount)
		}
	}
	for _, x := range ask.Extras {
		q, qerr := number("quantity", x.Quantity)
		p, perr := number("price", x.Price)
		if qerr != nil || perr != nil {
			return a, lake.Fail(lake.ErrInvalid, "quote_number_invalid", "An extra needs a quantity and a price, not below zero.", "field", x.Name.EN, "value", string(x.Quantity)+" × "+string(x.Price))
		}
		a.extras = append(a.extras, extra{q, p})
	}
	if perSeat(e) && a.seats == nil {
		return a, lake.Fail(lake.ErrInvalid, "quote_seats_missing", "This edition is priced per seat: how many?", "field", "seats", "edition", e.ID)
	}
	if err := b.money(&a); err != nil {
		return a, err
	}
	return a, b.term(a, e)
}

// money reads the currency of the quote and its rate.
func (b Book) money(a *asked) error {
	if a.Currency != "" && a.Currency != b.List.Currency {
		rate, err := number("rate", a.Rate)
		if err != nil || !rate.IsPositive() || !lake.KnownCurrency(a.Currency) {
			return lake.Fail(lake.ErrInvalid, "quote_rate_missing", "A quote in another currency than the list needs a currency of ISO 4217 and its rate.", "field", "rate", "value", a.Rate, "currency", a.Currency, "list_currency", b.List.Currency)
		}
		a.currency, a.rate = a.Currency, rate
	}
	a.places = 2
	if u, err := currency.ParseISO(a.currency); err == nil {
		scale, _ := currency.Standard.Rounding(u)
		a.places = int32(scale) // 0 to 4
	}
	return nil
}

// term checks months, contract form and support level.
func (b Book) term(a asked, e pack.Edition) error {
	if a.Months < 1 || a.Months > 120 {
		return lake.Fail(lake.ErrInvalid, "quote_term_invalid", "A term has 1 to 120 months.", "field", "months", "value", a.Months, "min", 1, "max", 120)
	}
	if a.Support != "" && b.Support != nil && !slices.ContainsFunc(b.Support, func(s pack.SupportLevel) bool { return s.ID == a.Support }) {
		return lake.Fail(lake.ErrInvalid, "quote_support_unknown", "There is no support level "+a.Support+".", "field", "support", "value", a.Support)
	}
	if a.Form == "" {
		return nil
	}
	f, known := find(b.Forms, a.Form, func(f pack.ContractForm) string { return f.ID })
	if !slices.Contains(e.Terms, a.Form) || b.Forms != nil && !known {
		return lake.Fail(lake.ErrInvalid, "quote_form_unknown", "The edition isn't sold by the contract form "+a.Form+".", "field", "contract_form", "value", a.Form, "edition", e.ID)
	}
	if lo, hi := f.Months.Min, f.Months.Max; known && (a.Months < lo || a.Months > hi) {
		return lake.Fail(lake.ErrInvalid, "quote_term_invalid", "This contract form has another term.", "field", "months", "value", a.Months, "min", lo, "max", hi)
	}
	return nil
}

// number reads a decimal that isn't below zero.
func number(field string, text lake.Cell) (decimal.Decimal, error) {
	d, err := decimal.NewFromString(string(text))
	if err != nil || d.IsNegative() || len(text) > 40 || d.Exponent() > 15 || d.Exponent() < -15 {
		return d, lake.Fail(lake.ErrInvalid, "quote_number_invalid", "This needs a number, not below zero.", "field", field, "value", text)
	}
	return d, nil
}

func perSeat(e pack.Edition) bool { return e.Per == "seat_year" || e.Per == "seat_month" }

// unitPrice is the list price of one unit in the list's currency. A list gives a span:
// within it, the price follows the customer's size between the limits of the edition; of
// several sizes the largest share counts. The more seats, the less one of them costs.
func unitPrice(e pack.Edition, a asked) (price decimal.Decimal, why string, err error) {
	from := exact(e.Price.From)
	if a.listPrice != nil {
		if a.listPrice.LessThan(from) || e.Price.To != nil && a.listPrice.GreaterThan(exact(*e.Price.To)) {
			return from, "", lake.Fail(lake.ErrInvalid, "quote_price_outside", "The list price lies outside of the edition's span; what goes below it is a discount.",
				"field", "list_price", "value", cell(*a.listPrice), "from", cell(from), "to", end(e.Price.To))
		}
		return *a.listPrice, "chosen", nil
	}
	if e.Price.To == nil {
		return from, "lowest", nil
	}
	to := exact(*e.Price.To)
	place, by := decimal.Zero, ""
	for _, size := range []struct {
		asked *decimal.Decimal
		span  *pack.Span
		why   string
	}{{a.seats, e.Seats, "by-seats"}, {a.sources, e.Sources, "by-sources"}, {a.volume, e.Volume, "by-volume"}} {
		if size.asked == nil || size.span == nil || size.span.To == nil || perSeat(e) && size.span != e.Seats {
			continue
		}
		lo, hi := exact(size.span.From), exact(*size.span.To)
		if !hi.GreaterThan(lo) {
			continue
		}
		share := decimal.Max(decimal.Zero, decimal.Min(decimal.NewFromInt(1), size.asked.Sub(lo).DivRound(hi.Sub(lo), 12)))
		if by == "" || share.GreaterThan(place) {
			place, by = share, size.why
		}
	}
	span := to.Sub(from)
	switch {
	case by == "" && perSeat(e):
		return to, "upper", nil
	case by == "":
		return from, "lower", nil
	case perSeat(e):
		return to.Sub(span.Mul(place)), "more-seats", nil
	}
	return from.Add(span.Mul(place)), by, nil
}

func end(n *pack.Number) lake.Cell {
	if n == nil {
		return ""
	}
	return lake.Cell(n.String())
}

var twelve = decimal.NewFromInt(12)

// lines writes the edition, the discount and the extras, and adds them up.
func (b Book) lines(o *Offer, e pack.Edition, a asked, unit decimal.Decimal, code string) {
	money := func(d decimal.Decimal) lake.Cell { return lake.Cell(d.String() + " " + a.currency) }
	coin := func(d decimal.Decimal) decimal.Decimal { return d.Round(a.places) }
	unit = coin(unit.Mul(a.rate))
	rate := ""
	if a.currency != b.List.Currency {
		rate = "1 " + b.List.Currency + " = " + string(cell(a.rate)) + " " + a.currency
	}
	because := reason(code, rate, a.RateSource)
	note, _ := why(because)
	months := decimal.NewFromInt(int64(a.Months))
	quantity := decimal.NewFromInt(1)
	amount := unit
	switch e.Per {
	case "year":
		quantity, amount = months.DivRound(twelve, 6), unit.Mul(months).DivRound(twelve, 12)
	case "month":
		quantity, amount = months, unit.Mul(months)
	case "seat_year":
		quantity, amount = a.seats.Mul(months).DivRound(twelve, 6), unit.Mul(*a.seats).Mul(months).DivRound(twelve, 12)
	case "seat_month":
		quantity, amount = a.seats.Mul(months), unit.Mul(*a.seats).Mul(months)
	}
	amount = coin(amount)
	o.UnitPrice = money(unit)
	o.Lines = append(o.Lines, Line{Item: ofEdition + ":" + e.ID, Reason: because, Name: e.Name, Quantity: cell(quantity), Unit: units[e.Per], Price: money(unit), Amount: money(amount), Note: note})
	off := coin(amount.Mul(a.discount).DivRound(decimal.NewFromInt(100), 12))
	if o.Approval != nil {
		name, note := discounted(cell(a.discount), o.Approval.Gives)
		o.Lines = append(o.Lines, Line{Item: ofDiscount + ":" + o.Approval.Rule, Name: name, Quantity: "1", Unit: units["once"], Price: money(off.Neg()), Amount: money(off.Neg()), Note: note})
	}
	total := amount
	for i, x := range a.Extras {
		sum := coin(a.extras[i].quantity.Mul(a.extras[i].price))
		o.Lines = append(o.Lines, Line{Name: x.Name, Quantity: cell(a.extras[i].quantity), Unit: x.Unit, Price: money(coin(a.extras[i].price)), Amount: money(sum), Note: pack.Text{ZH: x.Note, EN: x.Note}})
		total = total.Add(sum)
	}
	o.ListAmount, o.Off, o.Amount = money(total), money(off), money(total.Sub(off))
	o.Yearly = money(amount.Sub(off))
	if e.Per != "once" {
		o.Yearly = money(coin(amount.Sub(off).Mul(twelve).DivRound(months, 12)))
	}
}

func bracketed(open, text, closing string) string {
	if text == "" {
		return ""
	}
	return open + text + closing
}
