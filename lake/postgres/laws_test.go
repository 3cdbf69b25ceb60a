package postgres_test

import (
	"context"
	"os"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/laketest/pgtest"
	"headwater/lake/postgres"
)

var ctx = context.Background()

// node is one Headwater process on a database, as far as this package goes.
type node struct {
	*lake.Lake
	store *postgres.Store
}

func start(url string) (n node, err error) {
	if n.store, err = postgres.Open(ctx, url, postgres.Options{}); err != nil {
		return n, err
	}
	n.Lake, err = lake.Open(ctx, lake.Config{Store: n.store, Policy: laketest.Everyone{}, Entities: laketest.Entities()})
	return n, err
}

// open makes a node that is checked and closed when the test ends.
func open(t testing.TB, url string) node {
	t.Helper()
	n, err := start(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		sound(t, n.store)
		_ = n.store.Close()
	})
	return n
}

func sound(t testing.TB, s lake.Store) {
	t.Helper()
	if found, err := s.Check(ctx); err != nil || len(found) > 0 {
		t.Errorf("check: %v %v", found, err)
	}
}

func opened(t *testing.T) laketest.Opened {
	n := open(t, pgtest.Database(t))
	return laketest.Opened{Lake: n.Lake, Store: n.store}
}

func TestLaws(t *testing.T) {
	worlds, steps := 5, 300
	if testing.Short() {
		worlds = 1
	}
	laketest.Laws(t, worlds, steps, opened, nil)
}

func TestConcurrentWriters(t *testing.T) {
	laketest.Concurrent(t, opened(t))
}

// crashURL names the database for the child that gets killed.
const crashURL = "HEADWATER_CRASH_URL"

func TestCrash(t *testing.T) {
	crash(t, 20, laketest.Entities(), nil)
}

func TestCrashOverBases(t *testing.T) {
	entities, bases := laketest.BasedEntities(lake.Foreign)
	crash(t, 10, entities, bases)
}

func crash(t *testing.T, rounds int, entities []lake.Entity, engine lake.Engine) {
	url := os.Getenv(crashURL)
	if url == "" {
		url = pgtest.Database(t)
		t.Setenv(crashURL, url)
	}
	if testing.Short() {
		rounds = 3
	}
	laketest.Crash(t, rounds, func(string) (*lake.Lake, func() error, error) {
		store, err := postgres.Open(ctx, url, postgres.Options{})
		if err != nil {
			return nil, nil, err
		}
		l, err := lake.Open(ctx, lake.Config{Store: store, Engine: engine, Policy: laketest.Everyone{}, Entities: entities})
		return l, store.Close, err
	})
}
