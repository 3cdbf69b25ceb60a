package main

import (
	"context"
	"fmt"

	"headwater/lake"
)

// question is asked of the engine through the lake, and of the bare table in SQL.
type question struct {
	name string
	ask  lake.Question
	sql  []string // together they answer the same
	key  bool     // the condition is id = one key
}

const allColumns = "id, name, industry, segment, status, employees, annual_revenue, currency, founded_year, domain, phone, email, region, province, city, address, external_id"

func is(f lake.FieldName, op lake.Op, v string) lake.Expr {
	return lake.Compare{Path: lake.Path{f}, Op: op, Value: lake.Cell(v)}
}

func by(f lake.FieldName, desc bool) []lake.Order {
	return []lake.Order{{Path: lake.Path{f}, Desc: desc}}
}

// questions are the kinds of reads that pages and reports make.
func questions() []question {
	all := make([]lake.Path, len(columns))
	for i, c := range columns {
		all[i] = lake.Path{c}
	}
	filter := lake.And{is("industry", lake.EQ, "manufacturing"), is("employees", lake.GT, "200")}
	const where = " WHERE industry = 'manufacturing' AND employees > 200"
	return []question{
		{name: "group-by", ask: lake.Question{Group: []lake.FieldName{"industry"}},
			sql: []string{"SELECT industry, count(*) FROM accounts GROUP BY 1 ORDER BY 1"}},
		{name: "group-by with sums", ask: lake.Question{Group: []lake.FieldName{"province", "segment"}, Sums: []lake.FieldName{"annual_revenue", "employees"}},
			sql: []string{"SELECT province, segment, currency, count(*), sum(annual_revenue), sum(employees) FROM accounts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"}},
		{name: "filter + top 50", ask: lake.Question{Fields: all, Where: filter, Order: by("annual_revenue", true), Limit: 50},
			sql: []string{"SELECT " + allColumns + " FROM accounts" + where + " ORDER BY annual_revenue DESC, id LIMIT 50"}},
		{name: "filter + top 50 + total", ask: lake.Question{Fields: all, Where: filter, Order: by("annual_revenue", true), Limit: 50, Total: true},
			sql: []string{"SELECT count(*) FROM accounts" + where, "SELECT " + allColumns + " FROM accounts" + where + " ORDER BY annual_revenue DESC, id LIMIT 50"}},
		{name: "filter + sum", ask: lake.Question{Where: filter, Total: true, Sums: []lake.FieldName{"annual_revenue"}},
			sql: []string{"SELECT currency, count(*), sum(annual_revenue) FROM accounts" + where + " GROUP BY 1"}},
		{name: "count of a filter", ask: lake.Question{Where: filter, Total: true}, sql: []string{"SELECT count(*) FROM accounts" + where}},
		{name: "count", ask: lake.Question{Total: true}, sql: []string{"SELECT count(*) FROM accounts"}},
		{name: "unfiltered top 50", ask: lake.Question{Fields: all, Order: by("employees", true), Limit: 50},
			sql: []string{"SELECT " + allColumns + " FROM accounts ORDER BY employees DESC, id LIMIT 50"}},
		{name: "substring + count", ask: lake.Question{Where: is("name", lake.Has, "舟智能"), Total: true},
			sql: []string{"SELECT count(*) FROM accounts WHERE contains(lower(name), '舟智能')"}},
		{name: "point", ask: lake.Question{Fields: all, Limit: 1}, key: true, sql: []string{"SELECT " + allColumns + " FROM accounts WHERE id = $1"}},
	}
}

// put asks the question of a reader.
func (q *question) put(ctx context.Context, r *lake.Reader, key lake.Key) error {
	ask := q.ask
	ask.Entity = "accounts"
	if q.key {
		ask.Where = is(lake.FieldID, lake.EQ, string(key))
	}
	a, err := r.Ask(ctx, ask)
	if err == nil && len(a.Rows) == 0 && len(a.Groups) == 0 && a.Total == 0 {
		err = fmt.Errorf("%s: an empty answer", q.name)
	}
	return err
}

const (
	askRuns = 21
	askWarm = 2
)

// side is one of those who answer.
type side struct {
	name string
	ask  func(ctx context.Context, q *question) error
}

// compared asks all sides in turn and gives, for each side after the first, the ratios
// to the first by question. What all saw goes into numbers.
func compared(ctx context.Context, numbers map[string]float64, sides ...side) ([]map[string]float64, error) {
	out := make([]map[string]float64, len(sides))
	for _, q := range questions() {
		seen := make([]times, len(sides))
		for range askRuns + askWarm {
			for i, s := range sides {
				if err := seen[i].timed(func() error { return s.ask(ctx, &q) }); err != nil {
					return nil, fmt.Errorf("%s, %s: %w", s.name, q.name, err)
				}
			}
		}
		for i, s := range sides {
			p50 := seen[i][askWarm:].p50()
			numbers[q.name+": "+s.name] = p50
			if i == 0 {
				continue
			}
			if out[i] == nil {
				out[i] = map[string]float64{}
			}
			out[i][q.name] = p50 / seen[0][askWarm:].p50()
		}
	}
	return out[1:], nil
}

// spread writes the median of ratios with the best and the worst.
func spread(ratios map[string]float64) (mid float64, text string) {
	list := make([]float64, 0, len(ratios))
	low, high := "", ""
	for n, r := range ratios {
		list = append(list, r)
		if low == "" || r < ratios[low] {
			low = n
		}
		if high == "" || r > ratios[high] {
			high = n
		}
	}
	mid = median(list)
	return mid, fmt.Sprintf("%s (%s %.2f … %s %.2f)", ratio(mid), low, ratios[low], high, ratios[high])
}

// reader sees a branch at a revision (0: now) as the system does.
func (h *house) reader(name, branch string, rev lake.Revision, key lake.Key) side {
	return side{name, func(ctx context.Context, q *question) error {
		r, err := h.lake.At(ctx, lake.System, branch, rev)
		if err != nil {
			return err
		}
		return q.put(ctx, r, key)
	}}
}

func runEngine(ctx context.Context, b *bench) (result, error) {
	res := result{rival: "a bare DuckDB table", numbers: map[string]float64{}}
	h, err := b.useBig(ctx)
	if err != nil {
		return res, err
	}
	t, err := b.useBare(ctx)
	if err != nil {
		return res, err
	}
	keys, err := h.scattered(ctx, 3)
	if err != nil {
		return res, err
	}
	id, err := t.key(ctx)
	if err != nil {
		return res, err
	}
	bare := side{"bare", func(ctx context.Context, q *question) error {
		if q.key {
			return t.ask(ctx, q.sql, id)
		}
		return t.ask(ctx, q.sql)
	}}
	ratios, err := compared(ctx, res.numbers, bare, h.reader("engine", lake.MainName, 0, keys[1]))
	if err != nil {
		return res, err
	}
	mid, text := spread(ratios[0])
	res.measured, res.ok = text, mid <= 1.4
	return res, nil
}
