package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

// listing is a list page that people ask for, and the same in SQL. Values take turns,
// so that no answer can be a remembered one.
type listing struct {
	name, filter, order  string // of the API; %s in the filter takes a value
	where, sqlOrder      string // of SQL; $1 takes the value
	values               []string
	number               bool // the value is a number
	sqlBefore, sqlBehind string
}

var listings = []listing{
	{name: "industry and size by revenue", filter: `industry = "%s" AND employees > 200`, order: "-annual_revenue",
		where: "industry = $1 AND employees > 200", sqlOrder: "annual_revenue DESC",
		values: []string{"manufacturing", "finance", "logistics", "healthcare", "energy", "software"}},
	{name: "province and status by size", filter: `province = "%s" AND status = "prospect"`, order: "-employees",
		where: "province = $1 AND status = 'prospect'", sqlOrder: "employees DESC",
		values: []string{"广东", "江苏", "浙江", "北京", "四川"}},
	{name: "young and small by year", filter: `annual_revenue < %s AND founded_year >= 2015`, order: "founded_year,-employees",
		where: "annual_revenue < $1::numeric AND founded_year >= 2015", sqlOrder: "founded_year, employees DESC",
		values: []string{"5000000", "10000000", "20000000", "40000000"}},
	{name: "part of the name by name", filter: `name : "%s"`, order: "name",
		where: "name ILIKE $1", sqlOrder: "name", sqlBefore: "%", sqlBehind: "%",
		values: []string{"舟智能", "岳电子", "程科技", "港物流", "谷医药", "图能源"}},
}

func (l *listing) target(i int) string {
	q := url.Values{"filter": {fmt.Sprintf(l.filter, l.values[i%len(l.values)])}, "order": {l.order}, "total": {"true"}, "page_size": {"50"}}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = string(c)
	}
	q.Set("fields", strings.Join(names, ","))
	return "/api/records/accounts?" + q.Encode()
}

func (l *listing) argument(i int) string {
	return l.sqlBefore + l.values[i%len(l.values)] + l.sqlBehind
}

// listPage is what a measure needs of the answer.
type listPage struct {
	Items []struct {
		ID string `json:"id"`
	} `json:"items"`
	Total int64 `json:"total"`
}

const (
	listRuns = 60
	pgRuns   = 12
)

func runList(ctx context.Context, b *bench) (result, error) {
	res := result{ok: true, numbers: map[string]float64{}}
	totals, err := b.measureLists(ctx, res.numbers)
	if err != nil {
		return res, err
	}
	pg, err := b.usePostgres(ctx)
	if err != nil && !errors.Is(err, errNoPostgres) {
		return res, err
	}
	worst, shown := 0.0, ""
	for _, l := range listings {
		ours := b.listed[l.name]
		if pg == nil {
			worst = max(worst, ours)
			continue
		}
		var theirs times
		for i := range pgRuns {
			var total int64
			if err := theirs.timed(func() (err error) { total, err = pg.page(ctx, l.where, l.sqlOrder, l.argument(i)); return err }); err != nil {
				return res, err
			}
			if want, ok := totals[l.target(i)]; ok && b.fresh && want != total {
				return res, fmt.Errorf("%s: %d records here, %d in PostgreSQL", l.name, want, total)
			}
		}
		res.numbers[l.name+": PostgreSQL p50"] = theirs.p50()
		if r := ours / theirs.p50(); r > worst {
			worst, shown = r, fmt.Sprintf("worst of %d: p95 %s", len(listings), ms(ours))
			res.rival = "PostgreSQL 15 " + ms(theirs.p50())
		}
	}
	if pg == nil {
		return result{skipped: errNoPostgres.Error() + " (p95 " + ms(worst) + ")", numbers: res.numbers}, nil
	}
	res.measured, res.ok = fmt.Sprintf("%.2f of it (%s)", worst, shown), worst <= 0.25
	return res, nil
}

// measureLists times each list page and remembers its p95 and its totals.
func (b *bench) measureLists(ctx context.Context, numbers map[string]float64) (map[string]int64, error) {
	s, err := b.useServer(ctx)
	if err != nil {
		return nil, err
	}
	b.listed = map[string]float64{}
	totals := map[string]int64{}
	for _, l := range listings {
		var t times
		for i := range listRuns + 5 {
			var page listPage
			if err := t.timed(func() error { return s.call(ctx, s.who.Owner, "GET", l.target(i), nil, &page) }); err != nil {
				return nil, err
			}
			totals[l.target(i)] = page.Total
		}
		t = t[5:] // the first ones open connections and read the file
		b.listed[l.name] = t.p95()
		numbers[l.name+": p50"], numbers[l.name+": p95"] = t.p50(), t.p95()
	}
	return totals, nil
}

func runListAfterWrite(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	if b.listed == nil {
		if _, err := b.measureLists(ctx, res.numbers); err != nil {
			return res, err
		}
	}
	s, err := b.useServer(ctx)
	if err != nil {
		return res, err
	}
	d := rand.New(rand.NewPCG(seed, 2))
	worst, shown := 0.0, ""
	for _, l := range listings {
		var page listPage
		if err := s.call(ctx, s.who.Owner, "GET", l.target(0), nil, &page); err != nil {
			return res, err
		}
		var t times
		for i := range listRuns {
			if len(page.Items) > 0 {
				change := map[string]any{"cells": map[string]any{"employees": 1 + d.IntN(9000)}}
				if err := s.call(ctx, s.who.Colleague, "PATCH", "/api/records/accounts/"+pick(d, page.Items).ID, change, nil); err != nil {
					return res, err
				}
			}
			if err := t.timed(func() error { return s.call(ctx, s.who.Owner, "GET", l.target(i), nil, &page) }); err != nil {
				return res, err
			}
		}
		res.numbers[l.name+": after a write p50"], res.numbers[l.name+": after a write p95"] = t.p50(), t.p95()
		if r := t.p95() / b.listed[l.name]; r > worst {
			worst, shown = r, fmt.Sprintf("worst of %d: p95 %s", len(listings), ms(t.p95()))
			res.rival = "without a write " + ms(b.listed[l.name])
		}
	}
	b.fresh = false
	res.measured, res.ok = ratio(worst)+" ("+shown+")", worst <= 2
	return res, nil
}
