package quote_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/quote"
)

var shipped = sync.OnceValues(func() ([]*pack.Pack, error) { return pack.Shipped(pack.Options{}) })

// book is the price list of a shipped pack with its terms and support levels.
func book(t testing.TB, id string) quote.Book {
	t.Helper()
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if p.Meta.ID == id {
			return quote.Book{List: p.PriceLists[0], Forms: p.ContractForms, Support: p.SupportLevels}
		}
	}
	t.Fatalf("no pack %s", id)
	return quote.Book{}
}

func price(t testing.TB, b quote.Book, ask quote.Ask) quote.Offer {
	t.Helper()
	o, err := b.Price(ask)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func code(err error) string {
	var e *lake.Error
	if errors.As(err, &e) && errors.Is(err, lake.ErrInvalid) {
		return e.Code
	}
	return ""
}

func TestByHand(t *testing.T) {
	b := book(t, "logical-data-lake")
	// 4 of 3 to 5 sources is half of the way from 20,000 to 50,000; two years; 10% off.
	o := price(t, b, quote.Ask{Edition: "medium-standard", Sources: "4", VolumeGB: "2000", Months: 24, Discount: "10",
		Extras: []quote.Extra{{Name: pack.Text{ZH: "实施", EN: "Delivery"}, Quantity: "3", Price: "1000.50"}}})
	if o.UnitPrice != "35000 USD" || o.ListAmount != "73001.5 USD" || o.Off != "7000 USD" || o.Amount != "66001.5 USD" || o.Yearly != "31500 USD" {
		t.Errorf("got %+v", o)
	}
	if o.Approval == nil || o.Approval.Role != "manager" || o.Exceeded || len(o.Lines) != 3 || o.Lines[0].Quantity != "2" || o.Lines[1].Amount != "-7000 USD" {
		t.Errorf("approval %+v, lines %+v", o.Approval, o.Lines)
	}
	if !strings.Contains(o.Lines[0].Note.EN, "sources") || !strings.Contains(o.Lines[1].Note.ZH, "两年") {
		t.Errorf("explanations: %v, %v", o.Lines[0].Note, o.Lines[1].Note)
	}
}

func TestSeats(t *testing.T) {
	b := book(t, "enterprise-mail")
	// 1,010 of 20 to 2,000 seats is half of the way down from 150 to 90.
	o := price(t, b, quote.Ask{Edition: "standard", Seats: "1010", Months: 12, Form: "yearly"})
	if o.UnitPrice != "120 CNY" || o.Amount != "121200 CNY" || o.Approval != nil || o.Lines[0].Quantity != "1010" {
		t.Errorf("got %+v", o)
	}
	if _, err := b.Price(quote.Ask{Edition: "standard", Months: 12}); code(err) != "quote_seats_missing" {
		t.Errorf("without seats: %v", err)
	}
}

func TestExceededLimitsNameAnotherEdition(t *testing.T) {
	b := book(t, "logical-data-lake")
	for _, c := range []struct {
		ask       quote.Ask
		limit     string
		suggested string
	}{
		{quote.Ask{Edition: "growth-basic", Sources: "5", Months: 12}, "sources", "growth-professional"},
		{quote.Ask{Edition: "growth-basic", VolumeGB: "50000", Months: 12}, "volume_gb", "medium-professional"},
		{quote.Ask{Edition: "medium-standard", Support: "always", Months: 12}, "support", "medium-professional"},
		{quote.Ask{Edition: "large-basic", Sources: "500", VolumeGB: "9000000", Support: "on-site", Months: 12}, "sources", "large-enterprise"},
	} {
		o := price(t, b, c.ask)
		found := false
		for _, l := range o.Limits {
			found = found || l.Limit == c.limit && l.Exceeded
		}
		if !o.Exceeded || !found || o.Suggested != c.suggested {
			t.Errorf("%+v: limits %+v, suggested %q", c.ask, o.Limits, o.Suggested)
		}
	}
	if o := price(t, b, quote.Ask{Edition: "large-basic", Sources: "2", Support: "working-hours", Months: 12}); o.Exceeded || !o.Limits[0].Below {
		t.Errorf("less than the edition begins at: %+v", o.Limits)
	}
}

func TestWhoApproves(t *testing.T) {
	b := book(t, "logical-data-lake")
	for discount, role := range map[lake.Cell]string{"0": "", "": "", "0.5": "seller", "5": "seller", "5.01": "manager", "15": "manager", "25": "director", "25.0001": "executive", "40": "executive"} {
		o := price(t, b, quote.Ask{Edition: "growth-basic", Months: 12, Discount: discount})
		got := ""
		if o.Approval != nil {
			got = o.Approval.Role
		}
		if got != role {
			t.Errorf("%s%% is approved by %q, expected %q", discount, got, role)
		}
	}
	if !quote.May("director", "manager") || quote.May("seller", "manager") || quote.May("visitor", "seller") || !quote.May("seller", "seller") {
		t.Error("roles approve what they may not, or not what they may")
	}
}

func TestProblems(t *testing.T) {
	b := book(t, "logical-data-lake")
	for want, ask := range map[string]quote.Ask{
		"quote_edition_unknown":  {Edition: "tiny", Months: 12},
		"quote_number_invalid":   {Edition: "growth-basic", Months: 12, Sources: "-1"},
		"quote_term_invalid":     {Edition: "growth-basic"},
		"quote_form_unknown":     {Edition: "growth-basic", Months: 12, Form: "licence"},
		"quote_support_unknown":  {Edition: "growth-basic", Months: 12, Support: "butler"},
		"quote_price_outside":    {Edition: "growth-basic", Months: 12, ListPrice: "4999"},
		"quote_discount_invalid": {Edition: "growth-basic", Months: 12, Discount: "100"},
		"quote_discount_limit":   {Edition: "growth-basic", Months: 12, Discount: "40.01"},
		"quote_rate_missing":     {Edition: "growth-basic", Months: 12, Currency: "CNY"},
	} {
		if _, err := b.Price(ask); code(err) != want {
			t.Errorf("%s: got %v", want, err)
		}
	}
	if _, err := b.Price(quote.Ask{Edition: "growth-basic", Form: "subscription-monthly", Months: 12}); code(err) != "quote_term_invalid" {
		t.Errorf("twelve months of a monthly subscription: %v", err)
	}
	if _, err := quote.Price(b.List, quote.Ask{Edition: "growth-basic", Form: "subscription-yearly", Months: 12}); err != nil {
		t.Errorf("by the list alone: %v", err)
	}
}

func TestOtherCurrency(t *testing.T) {
	b := book(t, "logical-data-lake")
	o := price(t, b, quote.Ask{Edition: "large-enterprise", Months: 12, Currency: "CNY", Rate: "7.1234", RateSource: "PBOC 2026-11-20"})
	if o.UnitPrice != "2137020 CNY" || o.Amount != "2137020 CNY" || !strings.Contains(o.Lines[0].Note.EN, "7.1234 CNY (PBOC 2026-11-20)") {
		t.Errorf("got %+v", o)
	}
	if o = price(t, b, quote.Ask{Edition: "growth-basic", ListPrice: "5555.55", Months: 7, Currency: "JPY", Rate: "151.37"}); o.UnitPrice != "840944 JPY" || o.Amount != "490551 JPY" {
		t.Errorf("yen: %s, %s", o.UnitPrice, o.Amount)
	}
}

func TestBesideTheGain(t *testing.T) {
	b := book(t, "logical-data-lake")
	o := price(t, b, quote.Ask{Edition: "large-basic", ListPrice: "100000", Months: 36})
	g, err := o.Beside("188300 USD")
	if err != nil || g.Net != "88300 USD" || g.Times != "1.88" || g.Payback != "6.4" {
		t.Errorf("%+v (%v)", g, err)
	}
	if _, err := o.Beside("188300 CNY"); code(err) != "quote_currency_differs" {
		t.Errorf("another currency: %v", err)
	}
}

// Lines add up to the amount to the coin; a deeper discount, a shorter term never costs
// more; a higher discount never needs a lower role.
func TestLaws(t *testing.T) {
	lists := []quote.Book{book(t, "logical-data-lake"), book(t, "enterprise-mail")}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SampledFrom(lists).Draw(t, "list")
		e := rapid.SampledFrom(b.List.Editions).Draw(t, "edition")
		number := func(name string, most int) lake.Cell {
			return lake.Cell(decimal.New(int64(rapid.IntRange(0, most).Draw(t, name)), -2).String())
		}
		ask := quote.Ask{Edition: e.ID, Seats: number("seats", 300000), Sources: number("sources", 5000), Months: rapid.IntRange(1, 60).Draw(t, "months"), Discount: number("discount", 2900),
			Extras: []quote.Extra{{Quantity: number("quantity", 1000), Price: number("price", 100000)}}}
		o, err := b.Price(ask)
		if code(err) == "quote_discount_limit" {
			t.Skip()
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := decimal.Zero
		for _, l := range o.Lines {
			sum = sum.Add(amount(l.Amount))
		}
		if !sum.Equal(amount(o.Amount)) || !amount(o.ListAmount).Sub(amount(o.Off)).Equal(sum) || sum.Exponent() < -2 {
			t.Fatalf("lines give %s: %+v", sum, o)
		}
		other := ask
		other.Discount = "0"
		full, err := b.Price(other)
		if err != nil || amount(full.Amount).LessThan(sum) {
			t.Fatalf("without a discount %s, with it %s (%v)", full.Amount, o.Amount, err)
		}
		other = ask
		other.Months += 12
		longer, err := b.Price(other)
		if err != nil || amount(longer.Amount).LessThan(sum) {
			t.Fatalf("a longer term costs %s, a shorter one %s (%v)", longer.Amount, o.Amount, err)
		}
	})
}

func amount(c lake.Cell) decimal.Decimal {
	a, _ := lake.SplitMoney(c)
	return decimal.RequireFromString(a)
}
