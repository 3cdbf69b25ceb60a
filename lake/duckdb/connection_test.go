package duckdb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"headwater/lake"
)

// Questions that are given up at any moment leave no transaction open: others over the
// same connections are answered.
func TestQuestionsThatAreGivenUp(t *testing.T) {
	m := companies(t)
	before := ask(t, at(t, m.lake, lake.System, lake.MainName, 0), "companies", "").Total
	var list []string
	for i := range 300 {
		list = append(list, fmt.Sprint("company ", i))
	}
	m.add(lake.MainName, list...)
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 1))
			for range 60 {
				limited, cancel := context.WithTimeout(ctx, time.Duration(r.IntN(3000))*time.Microsecond)
				if reader, err := m.lake.At(limited, lake.System, lake.MainName, 0); err == nil {
					reader.Ask(limited, lake.Question{Entity: "companies", Limit: 100, Total: true}) //nolint:errcheck // it may be given up
				}
				cancel()
			}
		})
	}
	all.Wait()
	for range 30 { // more than there are connections
		all.Go(func() {
			reader, err := m.lake.At(ctx, lake.System, lake.MainName, 0)
			if err != nil {
				t.Error(err)
				return
			}
			if a, err := reader.Ask(ctx, lake.Question{Entity: "companies", Limit: 1, Total: true}); err != nil || a.Total != before+300 {
				t.Error("after many that were given up:", a, err)
			}
		})
	}
	all.Wait()
}
