package httpapi

import (
	"context"
	"slices"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/quote"
)

// bookOf is the price list that a kept quote was made from; without one, an empty book,
// which knows no words.
func (s *Server) bookOf(ctx context.Context, r *lake.Reader, rec lake.Record) (quote.Book, error) {
	if productOf(rec) == "" {
		return quote.Book{}, nil
	}
	m, err := s.knowledge(ctx, r, productOf(rec))
	if err != nil {
		return quote.Book{}, err
	}
	i := slices.IndexFunc(m.PriceLists, func(l pack.PriceList) bool { return l.ID == string(rec.Cells["price_list"]) })
	if i < 0 {
		return quote.Book{}, nil
	}
	return quote.Book{List: m.PriceLists[i], Forms: m.ContractForms, Support: m.SupportLevels}, nil
}

// inWords puts the words of a line into one language. Lines that the price list doesn't
// know any more, and extras, stay as they were kept.
func inWords(b quote.Book, rec, line lake.Record, zh bool) {
	name, unit, note, ok := b.Words(string(line.Cells["item"]), string(line.Cells["reason"]), rec.Cells["discount"])
	if !ok {
		return
	}
	for field, words := range map[lake.FieldName]pack.Text{"name": name, "unit": unit, "note": note} {
		line.Cells[field] = lake.Cell(choose(zh, lake.Label(words)))
	}
}

// givesIn is what a customer gives for a discount, in one language; quotes keep it in
// Chinese.
func givesIn(b quote.Book, kept string, zh bool) string {
	for _, d := range b.List.Discounts {
		if d.Gives.ZH == kept {
			return choose(zh, lake.Label(d.Gives))
		}
	}
	return kept
}
