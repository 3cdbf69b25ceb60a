package source

import (
	"context"
	"net/url"

	"headwater/lake"
)

// held is an open connector. It is closed when its source has changed and nobody uses
// it any more.
type held struct {
	Connector
	url     *url.URL // to keep its secrets out of messages
	secret  string   // of the document that it was opened from: the source is unchanged while they are equal
	private bool
	users   int
	retired bool
}

// acquire gives the connector of a source as it is now; release gives it back.
func (s *Sources) acquire(ctx context.Context, name string) (*held, error) {
	d, err := s.load(ctx, name)
	if err != nil {
		return nil, err
	}
	if h := s.cached(d); h != nil {
		return h, nil
	}
	u, err := s.address(d)
	if err != nil {
		return nil, err
	}
	if s.kinds[u.Scheme] == nil {
		return nil, lake.Fail(lake.ErrInvalid, "source_kind_unknown", "This server can't read sources of this kind.", "source", name, "kind", u.Scheme)
	}
	c, err := s.connector(ctx, Spec{Name: name, AllowPrivate: d.AllowPrivate}, u)
	if err != nil {
		return nil, err
	}
	h := &held{Connector: c, url: u, secret: d.Secret, private: d.AllowPrivate, users: 1}
	return s.keep(name, h)
}

// cached is the open connector of an unchanged source.
func (s *Sources) cached(d *document) *held {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.open[d.Name]
	if h == nil || h.secret != d.Secret || h.private != d.AllowPrivate || s.closed {
		return nil
	}
	h.users++
	return h
}

// keep caches a fresh connector in place of what was there; somebody else may have
// been quicker.
func (s *Sources) keep(name string, h *held) (*held, error) {
	s.mu.Lock()
	old := s.open[name]
	switch {
	case s.closed:
		s.mu.Unlock()
		s.end(h)
		return nil, lake.Fail(lake.ErrBusy, "shutting_down", "The server is shutting down.")
	case old != nil && old.secret == h.secret && old.private == h.private:
		old.users++
		s.mu.Unlock()
		s.end(h)
		return old, nil
	}
	s.open[name] = h
	s.mu.Unlock()
	if old != nil {
		s.drop(old)
	}
	return h, nil
}

func (s *Sources) release(h *held) {
	s.mu.Lock()
	h.users--
	last := h.retired && h.users == 0
	s.mu.Unlock()
	if last {
		s.end(h)
	}
}

// retire forgets the cached connector of a source.
func (s *Sources) retire(name string) {
	s.mu.Lock()
	h := s.open[name]
	delete(s.open, name)
	s.mu.Unlock()
	if h != nil {
		s.drop(h)
	}
}

// drop closes h as soon as nobody uses it.
func (s *Sources) drop(h *held) {
	s.mu.Lock()
	h.retired = true
	idle := h.users == 0
	s.mu.Unlock()
	if idle {
		s.end(h)
	}
}

func (s *Sources) end(h *held) {
	if err := h.Close(); err != nil {
		s.log.Warn("source doesn't close", "error", scrubbed(err.Error(), h.url))
	}
}

// Close closes all connectors; those in use are closed by their last user.
func (s *Sources) Close() error {
	s.mu.Lock()
	s.closed = true
	all := s.open
	s.open = map[string]*held{}
	s.mu.Unlock()
	for _, h := range all {
		s.drop(h)
	}
	return nil
}
