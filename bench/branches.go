package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"headwater/lake"
)

const (
	createRuns   = 60
	smallRows    = 1000
	changedRows  = 1000 // of compare, merge and bytes
	mergeRounds  = 5
	changedShare = 100 // one in so many, of branch reads
)

func runBranchCreate(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	dir := b.path("small")
	if _, err := makeDirectory(ctx, dir, smallRows); err != nil && !errors.Is(err, lake.ErrConflict) {
		return res, err
	}
	small, err := openHouse(ctx, dir, true)
	if err != nil {
		return res, err
	}
	defer small.close()
	big, err := b.useBig(ctx)
	if err != nil {
		return res, err
	}
	var many, few, first times
	for i := range createRuns {
		if err := errors.Join(big.createTimed(ctx, i, &many, &first), small.createTimed(ctx, i, &few, nil)); err != nil {
			return res, err
		}
	}
	res.numbers = map[string]float64{"p50": many.p50(), "p95": many.p95(), "p50 on 1,000 accounts": few.p50(), "p95 on 1,000 accounts": few.p95(),
		"first read of the new branch p50": first.p50()}
	res.measured = fmt.Sprintf("p50 %s, %s", ms(many.p50()), ratio(many.p50()/few.p50()))
	res.rival = "1,000 accounts " + ms(few.p50())
	res.ok = many.p50() <= 2 && many.p50() <= 2*few.p50()
	return res, nil
}

// createTimed makes a branch, reads it once, and discards it.
func (h *house) createTimed(ctx context.Context, i int, create, read *times) error {
	name := "new " + strconv.Itoa(i)
	err := create.timed(func() error {
		_, err := h.lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name})
		return err
	})
	if err != nil {
		return err
	}
	if read != nil {
		err = read.timed(func() error {
			r, err := h.lake.At(ctx, lake.System, name, 0)
			if err == nil {
				_, err = r.Ask(ctx, lake.Question{Entity: "accounts", Total: true})
			}
			return err
		})
	}
	return errors.Join(err, h.lake.DiscardBranch(ctx, lake.System, name))
}

// branch makes a branch with n accounts changed, scattered over all.
func (h *house) branch(ctx context.Context, name, from string, n, salt int) error {
	if _, err := h.lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name, From: from}); err != nil {
		return err
	}
	keys, err := h.scattered(ctx, n)
	if err != nil {
		return err
	}
	_, err = h.lake.WriteBatch(ctx, lake.System, name, func(tx *lake.Tx) error {
		for i, k := range keys {
			cells := lake.Cells{"employees": lake.Cell(strconv.Itoa(1 + (i*7919+salt)%5000)), "annual_revenue": lake.Cell(fmt.Sprintf("%d.5 CNY", 1000+i*31+salt))}
			if _, err := tx.Put("accounts", k, cells); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func runBranchReads(ctx context.Context, b *bench) (result, error) {
	res := result{rival: "main", numbers: map[string]float64{}}
	h, err := b.useBig(ctx)
	if err != nil {
		return res, err
	}
	past := h.store.Head()
	keys, err := h.scattered(ctx, 3)
	if err != nil {
		return res, err
	}
	defer h.discard(ctx, "child", "one percent")
	if err := h.branch(ctx, "one percent", "", b.rows/changedShare, 1); err != nil {
		return res, err
	}
	if err := h.branch(ctx, "child", "one percent", changedRows, 2); err != nil {
		return res, err
	}
	if err := h.touch(ctx, keys[0]); err != nil { // so that the past is no longer the head
		return res, err
	}
	ratios, err := compared(ctx, res.numbers, h.reader("main", lake.MainName, 0, keys[1]), h.reader("branch", "one percent", 0, keys[1]),
		h.reader("branch of the branch", "child", 0, keys[1]), h.reader("past revision of main", lake.MainName, past, keys[1]))
	if err != nil {
		return res, err
	}
	mid, text := spread(ratios[0])
	child, _ := spread(ratios[1])
	before, _ := spread(ratios[2])
	res.numbers["branch of the branch, median ratio"], res.numbers["past revision, median ratio"] = child, before
	res.measured = fmt.Sprintf("%s; branch of it %.2f, past revision %.2f", text, child, before)
	res.ok = mid <= 1.3
	return res, nil
}

func (h *house) touch(ctx context.Context, key lake.Key) error {
	_, err := h.lake.Write(ctx, lake.System, lake.MainName, func(tx *lake.Tx) error {
		_, err := tx.Put("accounts", key, lake.Cells{"address": "解放路1号"})
		return err
	})
	return err
}

func (h *house) discard(ctx context.Context, names ...string) {
	for _, n := range names {
		if err := h.lake.DiscardBranch(ctx, lake.System, n); err != nil && !errors.Is(err, lake.ErrNotFound) {
			say("branch %s: %v", n, err)
		}
	}
}

func runMerge(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	h, err := b.useBig(ctx)
	if err != nil {
		return res, err
	}
	var compare, merge, read times
	for i := range mergeRounds {
		name := fmt.Sprintf("merge %d of %d", i, h.store.Head())
		if err := h.branch(ctx, name, "", changedRows, 100+i); err != nil {
			return res, err
		}
		if err := h.engine.Sync(ctx); err != nil {
			return res, err
		}
		if err := h.compareAndMerge(ctx, name, &compare, &merge); err != nil {
			return res, err
		}
		if err := read.timed(func() error { return h.engine.Sync(ctx) }); err != nil {
			return res, err
		}
	}
	res.numbers = map[string]float64{"compare p50": compare.p50(), "compare p95": compare.p95(), "merge p50": merge.p50(), "merge p95": merge.p95(),
		"the mirror follows p50": read.p50()}
	res.measured = fmt.Sprintf("p50 %s and %s", ms(compare.p50()), ms(merge.p50()))
	res.ok = compare.p50() <= 30 && merge.p50() <= 150
	return res, nil
}

func (h *house) compareAndMerge(ctx context.Context, name string, compare, merge *times) error {
	for range 3 {
		var d *lake.Diff
		if err := compare.timed(func() (err error) { d, err = h.lake.Diff(ctx, lake.System, name); return err }); err != nil {
			return err
		}
		if len(d.Entities) != 1 || len(d.Entities[0].Rows) != changedRows {
			return fmt.Errorf("the comparison doesn't show %d changed accounts", changedRows)
		}
	}
	var m *lake.MergeResult
	err := merge.timed(func() (err error) {
		m, err = h.lake.Merge(ctx, lake.System, name, lake.MergeOptions{Policy: lake.Ask})
		return err
	})
	if err == nil && m.Applied != changedRows {
		err = fmt.Errorf("the merge wrote %d accounts, not %d", m.Applied, changedRows)
	}
	return err
}

func runBranchBytes(ctx context.Context, b *bench) (result, error) {
	res := result{}
	if _, err := b.useBig(ctx); err != nil {
		return res, err
	}
	store, mirror, err := b.checkpointed(ctx)
	if err != nil {
		return res, err
	}
	name := fmt.Sprintf("bytes of %d", b.big.store.Head())
	if err := errors.Join(b.big.branch(ctx, name, "", changedRows, 7), b.big.engine.Sync(ctx)); err != nil {
		return res, err
	}
	storeAfter, mirrorAfter, err := b.checkpointed(ctx)
	if err != nil {
		return res, err
	}
	b.big.discard(ctx, name)
	grown, mirrored := float64(storeAfter-store)/1e6, float64(mirrorAfter-mirror)/1e6
	res.numbers = map[string]float64{"store MB": grown, "mirror MB": mirrored, "whole store MB": float64(storeAfter) / 1e6, "whole mirror MB": float64(mirrorAfter) / 1e6}
	res.measured = fmt.Sprintf("%.2f MB; mirror %+.2f MB", grown, mirrored)
	res.ok = grown <= 1
	return res, nil
}
