package httpapi

import (
	"context"
	"slices"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/document"
)

// quoteMoney are the fields of quotes that count in the quote's currency.
var quoteMoney = []string{"amount", "list_amount", "yearly"}

// quoted follows a path such as quote.number or quote.gain in the quote that a document
// is about; without one there is no value.
func (f *filler) quoted(ctx context.Context, name string) (document.Value, error) {
	key := f.only["quotes"]
	if key == "" {
		return document.Value{}, nil
	}
	rec, err := f.reader.Get(ctx, "quotes", key)
	if err != nil {
		return document.Value{}, err
	}
	if slices.Contains(pack.QuoteResultNames(), name) {
		return f.quotedGain(ctx, rec, name)
	}
	v, err := f.cell(ctx, "quotes", rec, name)
	if err != nil || v.Text == "" {
		return v, err
	}
	if name == "gives" {
		book, err := f.bookOf(ctx, f.reader, rec)
		if err != nil {
			return v, err
		}
		v.Text = givesIn(book, v.Text, f.zh)
	}
	v.Text = f.quoteText(rec, name, v.Text)
	v.Source += " " + string(rec.Cells["number"])
	return v, nil
}

// quoteText names what a quote keeps by its id, in the price list's words, and adds the
// currency to its amounts.
func (f *filler) quoteText(rec lake.Record, name, text string) string {
	named := func(names map[string]pack.Text) string {
		if n, ok := names[text]; ok {
			return choose(f.zh, lake.Label(n))
		}
		return text
	}
	names := map[string]pack.Text{}
	switch name {
	case "edition":
		for _, l := range f.pack.PriceLists {
			for _, e := range l.Editions {
				names[e.ID] = e.Name
			}
		}
		return named(names)
	case "support":
		for _, s := range f.pack.SupportLevels {
			names[s.ID] = s.Name
		}
		return named(names)
	case "contract_form":
		for _, c := range f.pack.ContractForms {
			names[c.ID] = c.Name
		}
		return named(names)
	}
	if slices.Contains(quoteMoney, name) {
		return text + " " + string(rec.Cells["currency"])
	}
	return text
}

// quotedGain is what the customer gains beside the price, from the quote's value case.
func (f *filler) quotedGain(ctx context.Context, rec lake.Record, name string) (document.Value, error) {
	g, err := quotes{f.Server}.gain(ctx, f.reader, rec)
	if err != nil || g == nil {
		return document.Value{}, err
	}
	title, err := titleOf(ctx, f.reader, "value_cases", lake.Key(rec.Cells["value_case"]))
	text := map[string]lake.Cell{"gain": g.Gain, "net": g.Net, "times": g.Times, "payback_months": g.Payback}[name]
	return document.Value{Text: string(text), Source: f.say("价值测算“"+title+"”", "value case “"+title+"”")}, err
}

// quoteLines are what the amounts of the lines of the document's quote count in, and the
// words of those lines in the document's language; nothing when there is no quote.
func (f *filler) quoteLines(ctx context.Context) (currency string, said map[lake.Key]lake.Cells, err error) {
	key := f.only["quotes"]
	if key == "" {
		return "", nil, nil
	}
	rec, err := f.reader.Get(ctx, "quotes", key)
	if err != nil {
		return "", nil, err
	}
	book, err := f.bookOf(ctx, f.reader, rec)
	if err != nil {
		return "", nil, err
	}
	lines, err := linked(ctx, f.reader, "quote_lines", "quote", key)
	said = map[lake.Key]lake.Cells{}
	for _, l := range lines {
		inWords(book, rec, l, f.zh)
		said[l.Key] = lake.Cells{"name": l.Cells["name"], "unit": l.Cells["unit"], "note": l.Cells["note"]}
	}
	return string(rec.Cells["currency"]), said, err
}
