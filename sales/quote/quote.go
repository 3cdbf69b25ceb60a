// Package quote prices an edition of a pack's price list for a customer: what it costs
// over the term, which limits the customer's size exceeds, and who has to approve the
// discount.
//
// All amounts are exact decimals, rounded to the currency's smallest coin where an
// amount is stated; money is text with its currency ("84000 USD"), as in the lake. Each
// line says in both languages how its amount came about. The package is pure.
package quote

import (
	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/pack"
)

// Book is a price list with what its editions refer to. Without Forms or Support the
// checks that need them are left out.
type Book struct {
	List    pack.PriceList
	Forms   []pack.ContractForm
	Support []pack.SupportLevel
}

// Ask is what a customer wants to buy. Numbers are decimals as text; empty: not asked.
type Ask struct {
	Edition  string    `json:"edition"`
	Seats    lake.Cell `json:"seats,omitempty"` // required by editions that are priced per seat
	Sources  lake.Cell `json:"sources,omitempty"`
	VolumeGB lake.Cell `json:"volume_gb,omitempty"` // 1 TB = 1,000 GB
	Support  string    `json:"support,omitempty"`   // a support level; empty: what the edition includes
	Months   int       `json:"months"`              // the term
	Form     string    `json:"contract_form,omitempty"`

	Discount lake.Cell `json:"discount,omitempty"` // per cent off the list price, 0 to below 100
	// ListPrice is a price within the edition's span that the seller chose; empty: by the
	// customer's size.
	ListPrice lake.Cell `json:"list_price,omitempty"`
	Extras    []Extra   `json:"extras,omitempty"` // delivery, training …: no discount applies

	// Currency of the quote, if it isn't that of the list; Rate is what one unit of the
	// list's currency costs in it, RateSource where that comes from.
	Currency   string    `json:"currency,omitempty"`
	Rate       lake.Cell `json:"rate,omitempty"`
	RateSource string    `json:"rate_source,omitempty"`
}

// Extra is something beside the edition, in the quote's currency.
type Extra struct {
	Name     pack.Text `json:"name"`
	Quantity lake.Cell `json:"quantity"`
	Unit     pack.Text `json:"unit"`
	Price    lake.Cell `json:"price"`
	Note     string    `json:"note,omitempty"`
}

// Offer is the priced quote.
type Offer struct {
	Edition    string    `json:"edition"`
	Name       pack.Text `json:"name"`
	Currency   string    `json:"currency"`
	Months     int       `json:"months"`
	UnitPrice  lake.Cell `json:"unit_price"` // money, list, per year, month, once, or seat
	Per        string    `json:"per"`
	Lines      []Line    `json:"lines"`
	ListAmount lake.Cell `json:"list_amount"` // money over the term before the discount, with extras
	Discount   lake.Cell `json:"discount"`    // per cent
	Off        lake.Cell `json:"off"`         // money that the discount takes away
	Amount     lake.Cell `json:"amount"`      // money over the term
	Yearly     lake.Cell `json:"yearly"`      // money a year for the edition, after the discount, without extras; of one-off prices the whole
	Limits     []Limit   `json:"limits"`
	Exceeded   bool      `json:"exceeded"`            // a limit is exceeded: this edition doesn't do
	Suggested  string    `json:"suggested,omitempty"` // the cheapest edition that does, when this one doesn't
	Approval   *Approval `json:"approval,omitempty"`  // nil without a discount
	Source     string    `json:"source"`              // of the price list
}

// Line is a row of the quote.
type Line struct {
	Name     pack.Text `json:"name"`
	Quantity lake.Cell `json:"quantity"`
	Unit     pack.Text `json:"unit"`
	Price    lake.Cell `json:"price"`  // money for one
	Amount   lake.Cell `json:"amount"` // money; below zero for the discount
	Note     pack.Text `json:"note"`   // how the amount came about

	Item   string `json:"item,omitempty"`   // edition:ID or discount:RULE of the price list; extras have none
	Reason string `json:"reason,omitempty"` // how the price came about, as a code; see Book.Words
}

// Limit compares what was asked with what an edition includes.
type Limit struct {
	Limit    string    `json:"limit"` // seats, sources, volume_gb, support
	Asked    lake.Cell `json:"asked"`
	From     lake.Cell `json:"from,omitempty"`
	To       lake.Cell `json:"to,omitempty"` // empty: no upper end
	Exceeded bool      `json:"exceeded"`
	Below    bool      `json:"below"` // less than the edition begins at; a smaller one may do
}

// Approval says who decides on a discount, and what the customer gives for it.
type Approval struct {
	Rule  string    `json:"rule"`
	Role  string    `json:"role"` // seller, manager, director, executive
	UpTo  lake.Cell `json:"up_to"`
	Gives pack.Text `json:"gives"`
	Why   pack.Text `json:"why"`
}

// Roles that approve, each more than the one before.
var Roles = []string{"seller", "manager", "director", "executive"}

// Price prices an ask by a list alone; see Book.Price.
func Price(list pack.PriceList, ask Ask) (Offer, error) { return Book{List: list}.Price(ask) }

// Price works an offer out. Exceeded limits don't stop it: the offer says so and names
// the edition that does. Errors are invalid: quote_edition_unknown, quote_number_invalid
// (with the field), quote_seats_missing, quote_term_invalid, quote_form_unknown,
// quote_support_unknown, quote_price_outside, quote_discount_invalid,
// quote_discount_limit (nobody may approve so much), quote_rate_missing.
func (b Book) Price(ask Ask) (Offer, error) {
	e, ok := find(b.List.Editions, ask.Edition, func(e pack.Edition) string { return e.ID })
	if !ok {
		return Offer{}, lake.Fail(lake.ErrInvalid, "quote_edition_unknown", "The price list has no edition "+ask.Edition+".", "value", ask.Edition, "list", b.List.ID)
	}
	a, err := b.read(ask, e)
	if err != nil {
		return Offer{}, err
	}
	approval, err := b.approval(a.discount)
	if err != nil {
		return Offer{}, err
	}
	unit, why, err := unitPrice(e, a)
	if err != nil {
		return Offer{}, err
	}
	o := Offer{Edition: e.ID, Name: e.Name, Currency: a.currency, Months: ask.Months, Per: e.Per, Source: b.List.Source, Discount: cell(a.discount), Approval: approval}
	o.Limits = b.limits(e, a)
	for _, l := range o.Limits {
		o.Exceeded = o.Exceeded || l.Exceeded
	}
	if o.Exceeded {
		o.Suggested = b.suggest(e, a)
	}
	b.lines(&o, e, a, unit, why)
	return o, nil
}

func find[T any](list []T, id string, of func(T) string) (T, bool) {
	for _, x := range list {
		if of(x) == id {
			return x, true
		}
	}
	var none T
	return none, false
}

// May tells whether a role may approve what needs the approver.
func May(role, approver string) bool { return rank(role) >= rank(approver) && rank(approver) >= 0 }

func rank(role string) int {
	for i, r := range Roles {
		if r == role {
			return i
		}
	}
	return -1
}

// approval is the first rule that covers a discount.
func (b Book) approval(discount decimal.Decimal) (*Approval, error) {
	if discount.IsZero() {
		return nil, nil // no discount, no approval
	}
	most := lake.Cell("0")
	for _, d := range b.List.Discounts {
		most = lake.Cell(d.UpTo.String())
		if discount.LessThanOrEqual(exact(d.UpTo)) {
			return &Approval{Rule: d.ID, Role: d.Approver, UpTo: most, Gives: d.Gives, Why: d.Why}, nil
		}
	}
	return nil, lake.Fail(lake.ErrInvalid, "quote_discount_limit", "Nobody may approve a discount above "+string(most)+" per cent.", "value", cell(discount), "most", most)
}

func exact(n pack.Number) decimal.Decimal { return decimal.RequireFromString(n.String()) }

func cell(d decimal.Decimal) lake.Cell { return lake.Cell(d.String()) }
