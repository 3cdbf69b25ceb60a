package profile

import (
	"context"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// reviewing counts what a review needs.
type reviewing struct {
	ReviewInput
	from     time.Time
	closed   lake.FieldName
	segment  map[lake.Key]string
	groups   map[string]*tally
	all      *tally
	currency string
	notes    []pack.Text
	groupOf  map[lake.Key]string // account → group, of those with a decided deal
}

func newTally() *tally {
	return &tally{accounts: map[lake.Key]bool{}, references: map[lake.Key]bool{}}
}

// each reads a question page by page.
func each(ctx context.Context, r *lake.Reader, q lake.Question, fn func(lake.AnswerRow)) error {
	q.Limit = 10_000
	for {
		a, err := r.Ask(ctx, q)
		if err != nil {
			return err
		}
		for _, row := range a.Rows {
			fn(row)
		}
		if !a.More || len(a.Rows) == 0 {
			return nil
		}
		q.After = a.Rows[len(a.Rows)-1].After
	}
}

func (v *reviewing) read(ctx context.Context) error {
	var err error
	if v.closed, err = closing(ctx, v.Reader); err != nil {
		return err
	}
	if v.closed != "closed_on" {
		v.notes = append(v.notes, pack.Text{ZH: "成交日期为空，用预计成交日期代替。", EN: "Deals have no closing date; the expected one stands in."})
	}
	if v.By == BySegment {
		if v.segment, err = Belongs(ctx, v.Reader, v.Segments, v.Ranks); err != nil {
			return err
		}
	}
	v.groupOf = map[lake.Key]string{}
	if err := v.deals(ctx); err != nil {
		return err
	}
	if err := v.effort(ctx); err != nil {
		return err
	}
	return v.discounts(ctx)
}

// of gives the tallies that an account counts in.
func (v *reviewing) of(account lake.Key, group string) []*tally {
	if v.groups[group] == nil {
		v.groups[group] = newTally()
	}
	v.groupOf[account] = group
	return []*tally{v.all, v.groups[group]}
}

func (v *reviewing) deals(ctx context.Context) error {
	q := lake.Question{Entity: Deals, Where: lake.And{decided, lake.Present{Path: lake.Path{"account"}}, compare(v.closed, lake.GE, lake.Cell(day(v.from))), compare(v.closed, lake.LE, lake.Cell(day(v.Now)))},
		Fields: []lake.Path{{"account"}, {"account", "industry"}, {"account", "region"}, {"account", "status"}, {"stage"}, {"opened_on"}, {v.closed}, {"close_value"}, {"amount"}, {"kind"}, {"competitor"}}}
	var rows []lake.AnswerRow
	currencies := map[string]int{}
	err := each(ctx, v.Reader, q, func(r lake.AnswerRow) {
		rows = append(rows, r)
		if _, currency := worth(r); currency != "" && r.Cells[4] == "won" {
			currencies[currency]++
		}
	})
	for c, n := range currencies {
		if n > currencies[v.currency] || n == currencies[v.currency] && c < v.currency {
			v.currency = c
		}
	}
	if len(currencies) > 1 {
		v.notes = append(v.notes, pack.Text{ZH: "成交规模只算 " + v.currency + " 的商机。", EN: "Deal sizes are those in " + v.currency + " only."})
	}
	for _, r := range rows {
		account := lake.Key(r.Cells[0])
		group := map[By]string{ByIndustry: string(r.Cells[1]), ByRegion: string(r.Cells[2]), BySegment: v.segment[account]}[v.By]
		for _, t := range v.of(account, group) {
			v.count(t, account, r)
		}
	}
	return err
}

// worth is what a deal was signed for, or else its amount.
func worth(r lake.AnswerRow) (amount float64, currency string) {
	c := r.Cells[7]
	if c == "" {
		c = r.Cells[8]
	}
	text, currency := lake.SplitMoney(c)
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, ""
	}
	return n, currency
}

func (v *reviewing) count(t *tally, account lake.Key, r lake.AnswerRow) {
	won := r.Cells[4] == "won"
	t.accounts[account] = true
	if won && r.Cells[3] == "customer" {
		t.references[account] = true
	}
	if r.Cells[9] == "renewal" {
		t.renewals++
		if won {
			t.renewed++
		}
		return
	}
	t.deals++
	if c := strings.TrimSpace(string(r.Cells[10])); c != "" {
		t.competitors += float64(len(strings.FieldsFunc(c, func(r rune) bool { return strings.ContainsRune(",;/、，；", r) })))
	}
	if !won {
		t.lost++
		return
	}
	t.won++
	opened, err := time.Parse(time.DateOnly, string(r.Cells[5]))
	closed, err2 := time.Parse(time.DateOnly, string(r.Cells[6]))
	if err == nil && err2 == nil && !closed.Before(opened) {
		t.cycles = append(t.cycles, closed.Sub(opened).Hours()/24)
	}
	if amount, currency := worth(r); currency == v.currency && currency != "" {
		t.sizes = append(t.sizes, amount)
	}
}

// effort adds the hours of activities with accounts that have a decided deal.
func (v *reviewing) effort(ctx context.Context) error {
	q := lake.Question{Entity: "activities", Fields: []lake.Path{{"account"}, {"kind"}},
		Where: lake.And{compare("happened_at", lake.GE, lake.TimeCell(v.from)), compare("happened_at", lake.LE, lake.TimeCell(v.Now))}}
	return each(ctx, v.Reader, q, func(r lake.AnswerRow) {
		group, ok := v.groupOf[lake.Key(r.Cells[0])]
		if !ok {
			return
		}
		h := float64(hours[string(r.Cells[1])])
		v.all.hours += h
		v.groups[group].hours += h
	})
}

func (v *reviewing) discounts(ctx context.Context) error {
	q := lake.Question{Entity: "quotes", Fields: []lake.Path{{"account"}, {"discount"}}, Where: lake.And{lake.Present{Path: lake.Path{"discount"}},
		lake.In{Path: lake.Path{"status"}, Values: []lake.Cell{"sent", "accepted", "refused"}}}}
	return each(ctx, v.Reader, q, func(r lake.AnswerRow) {
		group, ok := v.groupOf[lake.Key(r.Cells[0])]
		x, err := strconv.ParseFloat(string(r.Cells[1]), 64)
		if ok && err == nil {
			v.all.discounts = append(v.all.discounts, x)
			v.groups[group].discounts = append(v.groups[group].discounts, x)
		}
	})
}
