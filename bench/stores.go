package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"time"

	"headwater/lake"
)

const storeRounds = 7

// runStores compares the two systems of record, called in this process by eight writers.
func runStores(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	pg, err := b.cluster(ctx)
	if err != nil {
		return skippedWithout(err, res)
	}
	c, err := pg.database(ctx, "records")
	if err != nil {
		return res, err
	}
	if err := c.Close(ctx); err != nil {
		return res, err
	}
	small, err := b.newHouse(ctx, "records-sqlite")
	if err != nil {
		return res, err
	}
	defer small.close()
	dir := b.path("records-postgres")
	if err := os.RemoveAll(dir); err != nil {
		return res, err
	}
	shared, err := openHouseOn(ctx, dir, pg.address("records"), true)
	if err != nil {
		return res, err
	}
	defer shared.close()
	var rates [2][]float64
	var branches [2]times
	for round := range storeRounds {
		for i, h := range []*house{small, shared} {
			r, err := h.createRate(ctx, round)
			if err != nil {
				return res, err
			}
			rates[i] = append(rates[i], r)
			for n := range createRuns / storeRounds {
				if err := h.createTimed(ctx, round*100+n, &branches[i], nil); err != nil {
					return res, err
				}
			}
		}
	}
	res.numbers = map[string]float64{"SQLite per second": median(rates[0]), "PostgreSQL per second": median(rates[1]),
		"SQLite branch create p50": branches[0].p50(), "PostgreSQL branch create p50": branches[1].p50()}
	res.measured = fmt.Sprintf("%.0f/s; branch create p50 %s", median(rates[1]), ms(branches[1].p50()))
	res.rival = fmt.Sprintf("SQLite %.0f/s; %s", median(rates[0]), ms(branches[0].p50()))
	res.ok = true // it is told, not bounded
	return res, nil
}

// createRate lets eight writers create accounts for a while, each durable by itself.
func (h *house) createRate(ctx context.Context, round int) (float64, error) {
	var all sync.WaitGroup
	done, failed := make([]int, writers), make([]error, writers)
	began := time.Now()
	for w := range writers {
		d := rand.New(rand.NewPCG(seed, uint64(300+round*writers+w)))
		all.Go(func() {
			for ; time.Since(began) < createFor && failed[w] == nil; done[w]++ {
				a := newAccount(d, 1000*w+done[w])
				a[len(a)-1] = strconv.Itoa(round) + "-" + strconv.Itoa(w) + "-" + strconv.Itoa(done[w]) // the number in another system is unique
				_, failed[w] = h.lake.Write(ctx, lake.System, lake.MainName, func(tx *lake.Tx) error {
					_, err := tx.Create("accounts", a.cells())
					return err
				})
			}
		})
	}
	all.Wait()
	took, sum := time.Since(began).Seconds(), 0
	for _, n := range done {
		sum += n
	}
	return float64(sum) / took, errors.Join(failed...)
}
