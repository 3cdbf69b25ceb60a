package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"headwater/lake"
	"headwater/lake/laketest/pgtest"
)

// ears collects what a node's registry hands on.
type ears struct {
	mu    sync.Mutex
	heard []string
	fail  error
}

func listenTo(n node) *ears {
	e := &ears{}
	n.store.Registry().(lake.SharedRegistry).Follow(func(_ context.Context, kind, id string) error {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, kind+"/"+id)
		err := e.fail
		e.fail = nil
		return err
	})
	return e
}

func (e *ears) take() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := strings.Join(e.heard, " ")
	e.heard = nil
	return out
}

// wait returns what was heard, once there is something.
func (e *ears) wait(t *testing.T) string {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if s := e.take(); s != "" {
			return s
		}
	}
	t.Fatal("nothing was heard")
	return ""
}

// TestDocumentsAreFollowed: what one node writes into its registry is told to the others,
// and to nobody else; what was written while the connection was broken counts as anything.
func TestDocumentsAreFollowed(t *testing.T) {
	url := pgtest.Database(t)
	a, b := open(t, url), open(t, url)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	r := a.store.Registry()
	own, other := listenTo(a), listenTo(b)
	time.Sleep(50 * time.Millisecond) // what was before the subscription
	own.take()
	other.take()
	must(r.Save(ctx, "person", "lin", 1))
	if got := other.wait(t); got != "person/lin" {
		t.Errorf("heard %q", got)
	}
	must(r.Remove(ctx, "person", "nobody")) // nothing happens
	must(lake.Amend(ctx, r, "person", "lin", func([]byte) (any, error) { return 2, nil }))
	if got := other.wait(t); got != "person/lin" {
		t.Errorf("heard %q", got)
	}
	must(r.Remove(ctx, "person", "lin"))
	if got := other.wait(t); got != "person/lin" {
		t.Errorf("heard %q", got)
	}
	must(r.Create(ctx, "erased", strings.Repeat("长 ", 3000), 1)) // longer than an announcement
	if got := other.wait(t); got != "erased/" {
		t.Errorf("heard %q", got)
	}
	if got := own.take(); got != "" {
		t.Errorf("a node was told what it wrote itself: %q", got)
	}

	other.mu.Lock()
	other.fail = errors.New("not now")
	other.mu.Unlock()
	must(r.Save(ctx, "person", "wu", 1))
	if got := other.wait(t); got != "person/wu" {
		t.Errorf("heard %q", got)
	}
	if got := other.wait(t); got != "/" {
		t.Errorf("what couldn't be taken in was told again as %q", got)
	}
	sql(t, url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	must(r.Save(ctx, "person", "li", 1))
	for got := other.wait(t); !strings.Contains(got+" ", "/ "); got = other.wait(t) {
	}
}

// TestAmend: two nodes count in one document, and no count is lost; what is gone stays gone.
func TestAmend(t *testing.T) {
	url := pgtest.Database(t)
	list := []node{open(t, url), open(t, url)}
	r := list[0].store.Registry()
	if err := r.Save(ctx, "counter", "n", 0); err != nil {
		t.Fatal(err)
	}
	count := func(doc []byte) (any, error) {
		n := 0
		err := json.Unmarshal(doc, &n)
		return n + 1, err
	}
	inside := 0 // guarded by Alone, across nodes
	var all sync.WaitGroup
	for w := range 6 {
		shared := list[w%2].store.Registry()
		all.Go(func() {
			for range 25 {
				if err := lake.Amend(ctx, shared, "counter", "n", count); err != nil {
					t.Error(err)
				}
			}
			if w > 1 { // one of each node: callers of one node take turns themselves
				return
			}
			for range 25 {
				if err := lake.Alone(ctx, shared, "test", func() error {
					if inside++; inside != 1 {
						return fmt.Errorf("%d at once", inside)
					}
					time.Sleep(time.Millisecond)
					inside--
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	n := 0
	if err := r.Load(ctx, "counter", "n", &n); err != nil || n != 150 {
		t.Errorf("counted to %d (%v)", n, err)
	}
	if err := r.Remove(ctx, "counter", "n"); err != nil {
		t.Fatal(err)
	}
	if err := lake.Amend(ctx, r, "counter", "n", count); !errors.Is(err, lake.ErrNotFound) {
		t.Errorf("a document that is gone was amended: %v", err)
	}
}
