package profile

import (
	"cmp"
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"headwater/lake"
	"headwater/pack"
)

// Benchmark is a customer that neighbours can be shown.
type Benchmark struct {
	ID       lake.Key `json:"id"`
	Name     string   `json:"name"`
	Industry string   `json:"industry"`
	Region   string   `json:"region"`
	Won      int      `json:"won" doc:"Deals won."`
	Renewed  int      `json:"renewed" doc:"Renewals won."`
	Value    string   `json:"value,omitempty" doc:"What the won deals come to, in their main currency."`
	Last     string   `json:"last,omitempty" doc:"Day of the last deal won."`
	Near     int      `json:"near" doc:"Prospects of the same industry and region."`
}

// sums adds up the deals of a customer.
type sums struct {
	Benchmark
	amounts map[string]decimal.Decimal // by currency
}

// main is what the deals in the main currency come to.
func (s *sums) main() decimal.Decimal { n, _ := largest(s.amounts); return n }

// Benchmarks are the best customers of each industry and region: those who renewed, then
// those who bought most. At most so many of each.
func Benchmarks(ctx context.Context, r *lake.Reader, industry, region string, most int) ([]Benchmark, error) {
	closed, err := closing(ctx, r)
	if err != nil {
		return nil, err
	}
	where := lake.And{compare("stage", lake.EQ, "won"), lake.Compare{Path: lake.Path{"account", "status"}, Op: lake.EQ, Value: "customer"}}
	if industry != "" {
		where = append(where, lake.Compare{Path: lake.Path{"account", "industry"}, Op: lake.EQ, Value: lake.Cell(industry)})
	}
	if region != "" {
		where = append(where, lake.Compare{Path: lake.Path{"account", "region"}, Op: lake.EQ, Value: lake.Cell(region)})
	}
	found := map[lake.Key]*sums{}
	q := lake.Question{Entity: Deals, Where: where, Fields: []lake.Path{{"account"}, {"account", "name"}, {"account", "industry"}, {"account", "region"}, {"kind"}, {closed}, {"close_value"}, {"amount"}}}
	err = each(ctx, r, q, func(row lake.AnswerRow) {
		key := lake.Key(row.Cells[0])
		s := found[key]
		if s == nil {
			s = &sums{Benchmark{ID: key, Name: string(row.Cells[1]), Industry: string(row.Cells[2]), Region: string(row.Cells[3])}, map[string]decimal.Decimal{}}
			found[key] = s
		}
		if s.Won++; row.Cells[4] == "renewal" {
			s.Renewed++
		}
		s.Last = max(s.Last, string(row.Cells[5]))
		text, currency := lake.SplitMoney(cmp.Or(row.Cells[6], row.Cells[7]))
		if n, err := decimal.NewFromString(text); err == nil {
			s.amounts[currency] = s.amounts[currency].Add(n)
		}
	})
	if err != nil {
		return nil, err
	}
	groups := map[[2]string][]*sums{}
	for _, s := range found {
		groups[[2]string{s.Industry, s.Region}] = append(groups[[2]string{s.Industry, s.Region}], s)
	}
	near, err := neighbours(ctx, r)
	if err != nil {
		return nil, err
	}
	out := []Benchmark{}
	for place, list := range groups {
		slices.SortFunc(list, func(a, b *sums) int {
			return cmp.Or(cmp.Compare(b.Renewed, a.Renewed), b.main().Cmp(a.main()), cmp.Compare(a.ID, b.ID))
		})
		for _, s := range list[:min(len(list), most)] {
			s.Near = near[place]
			if _, currency := largest(s.amounts); currency != "" {
				s.Value = s.amounts[currency].String() + " " + currency
			}
			out = append(out, s.Benchmark)
		}
	}
	slices.SortFunc(out, func(a, b Benchmark) int {
		return cmp.Or(cmp.Compare(b.Near, a.Near), cmp.Compare(a.Industry, b.Industry), cmp.Compare(a.Region, b.Region), cmp.Compare(b.Renewed, a.Renewed), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func largest(amounts map[string]decimal.Decimal) (most decimal.Decimal, currency string) {
	for c, n := range amounts {
		if d := n.Cmp(most); d > 0 || d == 0 && (currency == "" || c < currency) {
			most, currency = n, c
		}
	}
	return most, currency
}

// neighbours counts prospects by industry and region.
func neighbours(ctx context.Context, r *lake.Reader) (map[[2]string]int, error) {
	a, err := r.Ask(ctx, lake.Question{Entity: Accounts, Where: compare("status", lake.EQ, "prospect"), Group: []lake.FieldName{"industry", "region"}})
	if err != nil {
		return nil, err
	}
	out := map[[2]string]int{}
	for _, g := range a.Groups {
		out[[2]string{string(g.Values[0]), string(g.Values[1])}] = int(g.Count)
	}
	return out, nil
}

// Wave is a wave of the industry route with how far it is.
type Wave struct {
	pack.Wave
	Accounts   int64 `json:"accounts"`
	Customers  int64 `json:"customers"`
	Open       int64 `json:"open" doc:"Accounts with an open deal."`
	WinRate    Rate  `json:"win_rate" doc:"Of all decided deals."`
	References int64 `json:"references" doc:"Customers that renewed."`
}

// Progress counts the accounts of each wave, by its industries. A wave's regions are
// words for people; accounts aren't divided by them.
func Progress(ctx context.Context, r *lake.Reader, route pack.Route) ([]Wave, error) {
	out := []Wave{}
	open := lake.Not{E: decided}
	for _, w := range route.Waves {
		one := Wave{Wave: w}
		var where lake.Expr
		if len(w.Industries) > 0 {
			in := lake.In{Path: lake.Path{"industry"}}
			for _, i := range w.Industries {
				in.Values = append(in.Values, lake.Cell(i))
			}
			where = in
		}
		marks := []lake.Mark{{Where: compare("status", lake.EQ, "customer")}, {Of: Deals, By: "account", Where: open},
			{Of: Deals, By: "account", Where: lake.And{compare("stage", lake.EQ, "won"), compare("kind", lake.EQ, "renewal")}}}
		err := r.Mark(ctx, lake.Marking{Entity: Accounts, Where: where, Marks: marks}, func(m lake.Marked) error {
			one.Accounts += m.Count
			one.Customers += m.Count * int64(m.Set&1)
			one.Open += m.Count * int64(m.Set>>1&1)
			one.References += m.Count * int64(m.Set&m.Set>>2&1)
			return nil
		})
		if err != nil {
			return nil, err
		}
		var won, all int64
		dealsOf := lake.And{decided}
		if where != nil {
			dealsOf = append(dealsOf, behind(where, "account"))
		}
		err = r.Mark(ctx, lake.Marking{Entity: Deals, Where: dealsOf, Marks: []lake.Mark{{Where: compare("stage", lake.EQ, "won")}}}, func(m lake.Marked) error {
			all += m.Count
			won += m.Count * int64(m.Set&1)
			return nil
		})
		if err != nil {
			return nil, err
		}
		one.WinRate = Wilson(won, all)
		out = append(out, one)
	}
	return out, nil
}
