package access

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"time"

	"headwater/lake"
)

// A session ends after a week without use, and after 30 days in any case.
const (
	SessionIdle = 7 * 24 * time.Hour
	SessionAge  = 30 * 24 * time.Hour
	touchEvery  = 5 * time.Minute // how often last_seen is written
	linkGrace   = time.Hour       // how long a session by link may set a password without the old one
)

// Origin is where an attempt to sign in comes from.
type Origin struct{ Address, Agent string }

// Session is a successful sign-in. Secret is the cookie's value, known to nobody else.
type Session struct {
	Secret  string
	Expires time.Time
	Person  Person
}

// Identity is who makes a request.
type Identity struct {
	Person   Person
	Language string // the person's choice, or ""
	session  digest // of a browser; zero for a token
	byLink   bool   // signed in by a link moments ago
}

// Principal is the identity as the lake knows it.
func (i Identity) Principal() lake.Principal { return i.Person.Principal() }

// session is a session as it is kept, under the digest of its secret.
type session struct {
	Person    lake.Key  `json:"person"`
	CreatedAt time.Time `json:"created_at"`
	LastSeen  time.Time `json:"last_seen"`
	Address   string    `json:"address,omitempty"`
	Agent     string    `json:"agent,omitempty"`
	ByLink    bool      `json:"by_link,omitempty"`
	seen      atomic.Int64
}

func (s *session) lastSeen() time.Time { return time.Unix(s.seen.Load(), 0).UTC() }

func (s *session) alive(now time.Time) bool {
	return now.Sub(s.CreatedAt) < SessionAge && now.Sub(s.lastSeen()) < SessionIdle
}

func (a *Access) loadSessions(ctx context.Context) error {
	return a.registry.Each(ctx, kindSession, func(id string, raw []byte) error {
		return decodeInto(id, raw, a.sessions, (*session).ready)
	})
}

// ready completes a session that was read.
func (s *session) ready() { s.seen.Store(s.LastSeen.Unix()) }

// adopt takes the place of all sessions in memory; a.mu is held. What this node has seen
// of them and not yet written stays known.
func (a *Access) adopt(fresh map[digest]*session) {
	for d, s := range fresh {
		if old := a.sessions[d]; old != nil {
			s.seen.Store(max(s.seen.Load(), old.seen.Load()))
		}
	}
	a.sessions = fresh
}

// BySession tells who holds a session's secret.
func (a *Access) BySession(secret string) (Identity, error) {
	d := digestOf(secret)
	id, known, err := a.bySession(d)
	if known {
		return id, err
	}
	if met, merr := a.meet(kindSession, d); !met {
		return id, cmp.Or(merr, err)
	}
	id, _, err = a.bySession(d)
	return id, err
}

// bySession answers from memory; known is false when there is no such session here.
func (a *Access) bySession(d digest) (id Identity, known bool, err error) {
	now := a.now()
	a.mu.RLock()
	defer a.mu.RUnlock()
	s, ok := a.sessions[d]
	if !ok {
		return Identity{}, false, errNoSession()
	}
	p := a.people[s.Person]
	if p == nil || !p.maySignIn() || !s.alive(now) {
		return Identity{}, true, errNoSession()
	}
	a.touchSession(d, s, now)
	return Identity{Person: a.show(p), Language: p.Language, session: d, byLink: s.ByLink && now.Sub(s.CreatedAt) < linkGrace}, true, nil
}

// touchSession notes that a session is in use; now and then it writes that, late, and
// only where the session still is: another node may have ended it.
func (a *Access) touchSession(d digest, s *session, now time.Time) {
	last := s.seen.Load()
	if now.Unix()-last < int64(touchEvery/time.Second) || !s.seen.CompareAndSwap(last, now.Unix()) {
		return
	}
	a.touches.Go(func() {
		a.change.Lock()
		defer a.change.Unlock()
		err := lake.Amend(context.Background(), a.registry, kindSession, d.String(), func(doc []byte) (any, error) {
			kept := new(session)
			err := json.Unmarshal(doc, kept)
			if seen := s.lastSeen(); seen.After(kept.LastSeen) {
				kept.LastSeen = seen
			}
			return kept, err
		})
		if errors.Is(err, lake.ErrNotFound) { // signed out meanwhile
			a.mu.Lock()
			defer a.mu.Unlock()
			delete(a.sessions, d)
			return
		}
		if err != nil {
			a.log.Warn("last use of a session not written", "error", err)
		}
	})
}

func (s *session) document() *session {
	return &session{Person: s.Person, CreatedAt: s.CreatedAt, LastSeen: s.lastSeen(), Address: s.Address, Agent: s.Agent, ByLink: s.ByLink}
}

// begin starts a session for p, whose password is kept as hash from now on; a.change is
// held. The session is written first and the person then, as they stand by now: so
// whoever changes a person and ends their sessions then misses none.
func (a *Access) begin(ctx context.Context, p *person, hash string, from Origin, byLink bool) (Session, error) {
	now := a.now().UTC()
	s := &session{Person: p.ID, CreatedAt: now, LastSeen: now, Address: from.Address, Agent: clip(from.Agent, 300), ByLink: byLink}
	s.seen.Store(now.Unix())
	secret := newSecret()
	d := digestOf(secret)
	if err := a.registry.Save(ctx, kindSession, d.String(), s.document()); err != nil {
		return Session{}, err
	}
	seen, err := a.amend(ctx, p.ID, func(now *person) error {
		if !now.maySignIn() || now.Password != p.Password {
			return errSignIn()
		}
		now.Password, now.LastSeen = hash, s.LastSeen
		return nil
	})
	if err != nil {
		return Session{}, errors.Join(err, a.endSession(context.WithoutCancel(ctx), d))
	}
	a.mu.Lock()
	a.sessions[d] = s
	a.mu.Unlock()
	return Session{Secret: secret, Expires: now.Add(SessionAge), Person: a.showNow(seen)}, a.sweepSessions(ctx, now)
}

// SignOut ends the session of the request.
func (a *Access) SignOut(ctx context.Context, who Identity) error {
	if who.session == (digest{}) {
		return nil
	}
	a.change.Lock()
	defer a.change.Unlock()
	if err := a.audit(ctx, who.Principal(), "signed_out", Entry{}); err != nil {
		return err
	}
	return a.endSession(ctx, who.session)
}

func (a *Access) endSession(ctx context.Context, d digest) error {
	a.mu.Lock()
	delete(a.sessions, d)
	a.mu.Unlock()
	return ignoreMissing(a.registry.Remove(ctx, kindSession, d.String()))
}

// endSessions ends all sessions of a person but one; a.change is held.
func (a *Access) endSessions(ctx context.Context, id lake.Key, but digest) error {
	if err := a.upToDate(ctx, kindSession); err != nil {
		return err
	}
	return a.endWhere(ctx, func(d digest, s *session) bool { return s.Person == id && d != but })
}

func (a *Access) sweepSessions(ctx context.Context, now time.Time) error {
	return a.endWhere(ctx, func(_ digest, s *session) bool { return !s.alive(now) })
}

func (a *Access) endWhere(ctx context.Context, ends func(digest, *session) bool) error {
	var ended []digest
	a.mu.RLock()
	for d, s := range a.sessions {
		if ends(d, s) {
			ended = append(ended, d)
		}
	}
	a.mu.RUnlock()
	for _, d := range ended {
		if err := a.endSession(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// lastSeen tells when each person was last seen by session or token; a.mu is held.
func (a *Access) lastSeen() map[lake.Key]time.Time {
	out := map[lake.Key]time.Time{}
	note := func(id lake.Key, t time.Time) {
		if t.After(out[id]) {
			out[id] = t
		}
	}
	for _, s := range a.sessions {
		note(s.Person, s.lastSeen())
	}
	for _, t := range a.tokens {
		if t.seen.Load() > 0 {
			note(t.Person, t.lastUsed())
		}
	}
	return out
}
