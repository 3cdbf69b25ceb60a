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
	listRuns = 12 // rounds of listEach requests and one of PostgreSQL
	listEach = 5
)

func runList(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	pg, err := b.usePostgres(ctx)
	if err != nil && !errors.Is(err, errNoPostgres) {
		return res, err
	}
	s, err := b.useServer(ctx)
	if err != nil {
		return res, err
	}
	worst := worstOf{}
	for _, l := range listings {
		ours, theirs, err := b.listBoth(ctx, s, pg, &l)
		if err != nil {
			return res, err
		}
		res.numbers[l.name+": p50"], res.numbers[l.name+": p95"] = ours.p50(), ours.p95()
		if pg != nil {
			res.numbers[l.name+": PostgreSQL p50"] = theirs.p50()
			worst.note(l.name, ours.p95(), theirs.p50())
		}
	}
	if pg == nil {
		return result{skipped: errNoPostgres.Error(), numbers: res.numbers}, nil
	}
	res.measured = fmt.Sprintf("%.2f of it (worst of %d, %s: p95 %s)", worst.ratio, len(listings), worst.name, ms(worst.ours))
	res.rival, res.ok = "PostgreSQL 15 "+ms(worst.theirs), worst.ratio <= 0.25
	return res, nil
}

// worstOf keeps the comparison with the highest ratio.
type worstOf struct {
	name                string
	ratio, ours, theirs float64
}

func (w *worstOf) note(name string, ours, theirs float64) {
	if r := ours / theirs; r > w.ratio {
		*w = worstOf{name, r, ours, theirs}
	}
}

// listBoth times a list page and the same in PostgreSQL (nil: not there) in turns, and
// sees to it that both count the same.
func (b *bench) listBoth(ctx context.Context, s *server, pg *postgres, l *listing) (ours, theirs times, err error) {
	for i := -1; i < listRuns; i++ { // the first round opens connections and reads files
		var page listPage
		for range listEach {
			if err := ours.timed(func() error { return s.call(ctx, s.who.Owner, "GET", l.target(i+1), nil, &page) }); err != nil {
				return nil, nil, err
			}
		}
		if pg != nil {
			var total int64
			if err := theirs.timed(func() (err error) { total, err = pg.page(ctx, l.where, l.sqlOrder, l.argument(i+1)); return err }); err != nil {
				return nil, nil, err
			}
			if b.fresh && total != page.Total {
				return nil, nil, fmt.Errorf("%s: %d records here, %d in PostgreSQL", l.name, page.Total, total)
			}
		}
		if i < 0 {
			ours, theirs = nil, nil
		}
	}
	return ours, theirs, nil
}

func runListAfterWrite(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	s, err := b.useServer(ctx)
	if err != nil {
		return res, err
	}
	b.fresh = false
	worst := worstOf{}
	for _, l := range listings {
		after, again, err := listTwice(ctx, s, &l)
		if err != nil {
			return res, err
		}
		res.numbers[l.name+": after a write p50"], res.numbers[l.name+": after a write p95"] = after.p50(), after.p95()
		res.numbers[l.name+": p95"] = again.p95()
		worst.note(l.name, after.p95(), again.p95())
	}
	res.measured = fmt.Sprintf("%s (worst of %d, %s: p95 %s)", ratio(worst.ratio), len(listings), worst.name, ms(worst.ours))
	res.rival, res.ok = "without a write "+ms(worst.theirs), worst.ratio <= 2
	return res, nil
}

// listTwice lets somebody write and then times the same list page twice: right after
// the write, and once more.
func listTwice(ctx context.Context, s *server, l *listing) (after, again times, err error) {
	d := rand.New(rand.NewPCG(seed, 2))
	var page listPage
	if err := s.call(ctx, s.who.Owner, "GET", l.target(0), nil, &page); err != nil {
		return nil, nil, err
	}
	for i := range listRuns * listEach {
		if len(page.Items) > 0 {
			change := map[string]any{"cells": map[string]any{"employees": 1 + d.IntN(9000)}}
			if err := s.call(ctx, s.who.Colleague, "PATCH", "/api/records/accounts/"+pick(d, page.Items).ID, change, nil); err != nil {
				return nil, nil, err
			}
		}
		for _, t := range []*times{&after, &again} {
			if err := t.timed(func() error { return s.call(ctx, s.who.Owner, "GET", l.target(i), nil, &page) }); err != nil {
				return nil, nil, err
			}
		}
	}
	return after, again, nil
}
