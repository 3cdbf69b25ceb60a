package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/laketest/pgtest"
	"headwater/lake/postgres"
)

// TestAnnouncements: a node hears of the other's commits at once, again after its
// listening connection broke, and finds what was announced to nobody by looking.
func TestAnnouncements(t *testing.T) {
	url := pgtest.Database(t)
	a := open(t, url)
	listener := func(poll time.Duration) *postgres.Store {
		s, err := postgres.Open(ctx, url, postgres.Options{Poll: poll})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	hears, looks := listener(time.Hour), listener(20*time.Millisecond)
	seen := func(s *postgres.Store, want lake.Revision, what string) {
		t.Helper()
		began := time.Now()
		for s.Head() < want {
			if time.Since(began) > time.Minute {
				t.Fatalf("%s: still at revision %d, not %d", what, s.Head(), want)
			}
			time.Sleep(100 * time.Microsecond)
		}
		t.Logf("%s: seen after %v", what, time.Since(began))
	}
	write := func() {
		t.Helper()
		if err := name(a, "k", lake.Cell(fmt.Sprint(time.Now().UnixNano()))); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		write()
		seen(hears, a.store.Head(), "announced")
	}
	sql(t, url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	write()
	seen(hears, a.store.Head(), "after the connection broke")
	sql(t, url, `WITH head AS (UPDATE headwater.hw_head SET rev = rev + 1 RETURNING rev, ver)
		INSERT INTO headwater.hw_revisions (rev, branch, at, actor_name, kind, first_ver, last_ver, changes)
		SELECT rev, 0, now(), 'died before it told anybody', 'write', ver + 1, ver, '{}' FROM head`)
	seen(looks, hears.Head()+1, "by looking")
}
