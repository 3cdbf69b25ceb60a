package postgres_test

import (
	"testing"

	"headwater/lake/laketest"
	"headwater/lake/laketest/pgtest"
)

// nodes makes two nodes on one database, .
func nodes(t *testing.T) []laketest.Opened {
	url := pgtest.Database(t)
	var out []laketest.Opened
	for range 2 {
		n := open(t, url)
		out = append(out, laketest.Opened{Lake: n.Lake, Store: n.store})
	}
	return out
}

func TestNodes(t *testing.T) {
	list := nodes(t)
	laketest.Nodes(t, list[0], list[1])
}

func TestConcurrentNodes(t *testing.T) {
	list := nodes(t)
	laketest.Concurrent(t, list...)
}

// TestLawsAcrossNodes: the laws hold when one node goes on where the other one was.
func TestLawsAcrossNodes(t *testing.T) {
	worlds := 4
	if testing.Short() {
		worlds = 1
	}
	var list []laketest.Opened
	laketest.Laws(t, worlds, 300, func(t *testing.T) laketest.Opened {
		list = nodes(t)
		return list[0]
	}, func(t *testing.T, w *laketest.World) {
		laketest.Settle(t, list...)
		w.Lake = list[w.Dice.IntN(2)].Lake
	})
}
