package postgres

import (
	"context"
	"strings"
	"sync"
	"time"
)

// hearing hands on which documents of the registry other nodes have written. Their
// announcements belong to the transactions that write them, so none is lost as long as
// the listening connection stands; what came while it didn't counts as anything.
type hearing struct {
	mu     sync.Mutex
	heard  []func(ctx context.Context, kind, id string) error
	news   map[document]bool
	signal chan struct{} // holds one when there is news
	all    time.Time     // when it was last supposed, without a connection, that there is
}

// document names one of the registry's; without an id all of the kind, without a kind all.
type document struct{ kind, id string }

const (
	docPrefix  = "doc " // of announcements about documents
	longestDoc = 7000   // bytes of an announcement; PostgreSQL takes 8000
	mostNews   = 10_000 // documents; more of them are everything
)

// announcement is what a node tells about a document: who says it, kind and id.
func (s *Store) announcement(kind, id string) string {
	text := docPrefix + s.node + " " + kind + " "
	if len(text)+len(id) > longestDoc {
		id = ""
	}
	return text + id
}

// note takes in an announcement; false when it isn't about a document.
func (s *Store) note(payload string) bool {
	rest, ok := strings.CutPrefix(payload, docPrefix)
	if !ok {
		return false
	}
	if from, rest, _ := strings.Cut(rest, " "); from != s.node {
		kind, id, _ := strings.Cut(rest, " ")
		s.hearing.add(document{kind, id})
	}
	return true
}

func (h *hearing) add(d document) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.heard) == 0 {
		return
	}
	if d.kind == "" || len(h.news) >= mostNews || h.news[document{}] {
		h.news, d = nil, document{}
	}
	if h.news == nil {
		h.news = map[document]bool{}
	}
	h.news[d] = true
	select {
	case h.signal <- struct{}{}:
	default:
	}
}

// overdue makes everything news when that is longer ago than every.
func (h *hearing) overdue(every time.Duration) {
	if now := time.Now(); now.Sub(h.all) >= every {
		h.all = now
		h.add(document{})
	}
}

func (h *hearing) take() (map[document]bool, []func(context.Context, string, string) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	news := h.news
	h.news = nil
	return news, h.heard
}

// Follow implements lake.SharedRegistry.
func (r registry) Follow(heard func(ctx context.Context, kind, id string) error) {
	h := &r.s.hearing
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard = append(h.heard, heard)
}

// tell hands on what was heard, until the store is closed. What somebody couldn't take in
// is everything at the next attempt.
func (s *Store) tell() {
	defer s.threads.Done()
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.hearing.signal:
		}
		news, heard := s.hearing.take()
		for d := range news {
			for _, fn := range heard {
				if err := fn(s.life, d.kind, d.id); err != nil && s.life.Err() == nil {
					s.log.Warn("postgres: can't take in what another node has written", "kind", d.kind, "error", err)
					s.pause(s.poll)
					s.hearing.add(document{})
				}
			}
		}
	}
}
