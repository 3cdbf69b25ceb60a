package quote_test

import (
	"testing"

	"headwater/lake"
	"headwater/sales/quote"
)

// Kept item and reason give the words of a line again, in both languages, as they were.
func TestLinesAreNamedAnew(t *testing.T) {
	list := book(t, "logical-data-lake").List
	book := quote.Book{List: list}
	for _, e := range list.Editions {
		for _, ask := range []quote.Ask{{Edition: e.ID, Months: 24, Sources: "5", Seats: "40", Discount: "5"}, {Edition: e.ID, Months: 12, Seats: "7"},
			{Edition: e.ID, Months: 12, Seats: "7", ListPrice: lake.Cell(e.Price.From.String())}, {Edition: e.ID, Months: 12, Seats: "7", Currency: "JPY", Rate: "150.5", RateSource: "bank"}} {
			o, err := book.Price(ask)
			if err != nil {
				t.Fatalf("%s: %v", e.ID, err)
			}
			for _, l := range o.Lines {
				name, unit, note, ok := book.Words(l.Item, l.Reason, o.Discount)
				if !ok || name != l.Name || unit != l.Unit || note != l.Note || note.ZH == "" || note.EN == "" {
					t.Errorf("%s %s is named %v, %v, %v (%v), and was %+v", l.Item, l.Reason, name, unit, note, ok, l)
				}
			}
		}
	}
	for _, item := range []string{"", "edition:gone", "discount:gone", "other"} {
		if _, _, _, ok := book.Words(item, "chosen", "5"); ok {
			t.Errorf("%q has words", item)
		}
	}
	if _, _, _, ok := book.Words("edition:"+list.Editions[0].ID, "of another version", "5"); ok {
		t.Error("a reason that isn't known has words")
	}
}
