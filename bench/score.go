package main

import (
	"context"
	"fmt"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
	"headwater/sales/profile"
)

// runScore scores every account by the shipped profile: five conditions, one of them on
// the account's systems. The rival is the same sum of cases, written by hand over a bare
// table without branches, rights or history.
func runScore(ctx context.Context, b *bench) (result, error) {
	res := result{rival: "CASE by hand over a bare DuckDB table", numbers: map[string]float64{}}
	h, err := b.useBig(ctx)
	if err != nil {
		return res, err
	}
	t, err := b.useBare(ctx)
	if err != nil {
		return res, err
	}
	s, err := shippedProfile(h)
	if err != nil {
		return res, err
	}
	const byHand = `SELECT (CASE WHEN employees >= 100 THEN 30 ELSE 0 END) + (CASE WHEN industry IN ('finance', 'retail_ecommerce') THEN 30 ELSE 0 END) +
		(CASE WHEN industry IN ('manufacturing', 'logistics', 'energy', 'telecommunications', 'healthcare', 'gaming_internet') THEN 20 ELSE 0 END) +
		(CASE WHEN annual_revenue >= 100000000 AND currency = 'CNY' THEN 20 ELSE 0 END) AS points, count(*) FROM accounts GROUP BY 1 ORDER BY 1`
	var ours, top, bare times
	var counts *profile.Counts
	for range askRuns + askWarm {
		r, err := h.lake.At(ctx, lake.System, lake.MainName, 0)
		if err != nil {
			return res, err
		}
		if err := ours.timed(func() error { counts, err = s.Count(ctx, r, nil); return err }); err != nil {
			return res, err
		}
		if err := top.timed(func() error { _, err := s.Top(ctx, r, nil, 50); return err }); err != nil {
			return res, err
		}
		if err := bare.timed(func() error { return t.ask(ctx, []string{byHand}) }); err != nil {
			return res, err
		}
	}
	all, best, rival := ours[askWarm:].p50(), top[askWarm:].p50(), bare[askWarm:].p50()
	res.numbers["all"], res.numbers["top 50 with reasons"], res.numbers["bare"] = all, best, rival
	res.numbers["accounts (count)"], res.numbers["chosen (count)"] = float64(counts.Total), float64(counts.Chosen)
	res.measured = fmt.Sprintf("%d scored in %.0f ms (%.1f ×), the best 50 with reasons in %.0f ms", counts.Total, all, all/rival, best)
	res.ok = all <= 200
	return res, nil
}

// shippedProfile is the first version of the profile that ships with the main product.
func shippedProfile(h *house) (*profile.Scorer, error) {
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		if p.Meta.ID == "logical-data-lake" && len(p.Profiles) > 0 {
			r, err := h.lake.At(context.Background(), lake.System, lake.MainName, 0)
			if err != nil {
				return nil, err
			}
			return profile.Compile(profile.OfProfile(p.Profiles[0]), profile.Accounts, r.Schema(), filter.Env{Now: time.Now()})
		}
	}
	return nil, fmt.Errorf("the pack ships no profile")
}
