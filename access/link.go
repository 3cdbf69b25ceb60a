package access

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"headwater/lake"
)

// LinkAge is how long an invitation or a reset can be used.
const LinkAge = 7 * 24 * time.Hour

// link is a one-time link as it is kept, under the digest of its code.
type link struct {
	Person    lake.Key  `json:"person"`
	ExpiresAt time.Time `json:"expires_at"`
	Used      bool      `json:"used,omitempty"` // for the moment until it is gone
}

func (a *Access) loadLinks(ctx context.Context) error {
	return a.registry.Each(ctx, kindLink, func(id string, raw []byte) error {
		return decodeInto(id, raw, a.links, func(*link) {})
	})
}

// CreateLink makes a code that signs a person in once, within age. Older links of
// the person stop working.
func (a *Access) CreateLink(ctx context.Context, actor lake.Principal, id lake.Key, age time.Duration) (string, error) {
	a.change.Lock()
	defer a.change.Unlock()
	if err := a.mayInvite(actor, id); err != nil {
		return "", err
	}
	return a.createLink(ctx, actor, id, age)
}

// Reset clears a person's password, ends their sessions and returns a link's code.
func (a *Access) Reset(ctx context.Context, actor lake.Principal, id lake.Key) (string, error) {
	a.change.Lock()
	defer a.change.Unlock()
	if err := a.mayInvite(actor, id); err != nil {
		return "", err
	}
	if err := a.audit(ctx, actor, "password_reset", Entry{Target: string(id)}); err != nil {
		return "", err
	}
	if _, err := a.amend(ctx, id, func(p *person) error { p.Password = ""; return nil }); err != nil {
		return "", err
	}
	if err := a.endSessions(ctx, id, digest{}); err != nil {
		return "", err
	}
	if err := a.endTokens(ctx, id); err != nil {
		return "", err
	}
	return a.createLink(ctx, actor, id, LinkAge)
}

func (a *Access) mayInvite(actor lake.Principal, id lake.Key) error {
	if err := a.requireAdmin(actor); err != nil {
		return err
	}
	p, ok := a.person(id)
	if !ok {
		return errNoPerson(id)
	}
	if !p.maySignIn() {
		return lake.Fail(lake.ErrConflict, "person_inactive", "This person isn't active or has no role.", "id", id)
	}
	return a.mayGrant(actor, p.Role)
}

func (a *Access) createLink(ctx context.Context, actor lake.Principal, id lake.Key, age time.Duration) (string, error) {
	if err := a.audit(ctx, actor, "link_created", Entry{Target: string(id)}); err != nil {
		return "", err
	}
	if err := a.upToDate(ctx, kindLink); err != nil {
		return "", err
	}
	if err := a.dropLinks(ctx, func(l *link) bool { return l.Person == id || a.now().After(l.ExpiresAt) }); err != nil {
		return "", err
	}
	code := newSecret()
	d := digestOf(code)
	l := &link{Person: id, ExpiresAt: a.now().UTC().Add(age)}
	if err := a.registry.Save(ctx, kindLink, d.String(), l); err != nil {
		return "", err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.links[d] = l
	return code, nil
}

func (a *Access) dropLinks(ctx context.Context, which func(*link) bool) error {
	var drop []digest
	a.mu.RLock()
	for d, l := range a.links {
		if which(l) {
			drop = append(drop, d)
		}
	}
	a.mu.RUnlock()
	for _, d := range drop {
		if err := a.dropLink(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (a *Access) dropLink(ctx context.Context, d digest) error {
	if err := ignoreMissing(a.registry.Remove(ctx, kindLink, d.String())); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.links, d)
	return nil
}

// SignInLink signs in by a link's code, once.
func (a *Access) SignInLink(ctx context.Context, code string, from Origin) (Session, error) {
	if err := a.attempt("", from); err != nil {
		return Session{}, err
	}
	p, err := a.useLink(ctx, digestOf(code), from)
	if err != nil {
		return Session{}, err
	}
	a.addresses.forgive(addressKey(from.Address))
	return a.admit(ctx, p, p.Password, from, true)
}

// useLink marks a link as used and removes it before anything else, so that it can't
// serve twice, on another node neither.
func (a *Access) useLink(ctx context.Context, d digest, from Origin) (*person, error) {
	a.change.Lock()
	defer a.change.Unlock()
	var l link
	err := lake.Amend(ctx, a.registry, kindLink, d.String(), func(doc []byte) (any, error) {
		l = link{}
		if err := json.Unmarshal(doc, &l); err != nil {
			return nil, err
		}
		if l.Used || a.now().After(l.ExpiresAt) {
			return nil, errLink()
		}
		l.Used = true
		return l, nil
	})
	if errors.Is(err, lake.ErrNotFound) {
		err = errLink()
	}
	if errors.Is(err, ErrSignedOut) {
		return nil, cmp.Or(a.auditFailure(ctx, "link_failed", "", from), err)
	}
	if err != nil {
		return nil, err
	}
	if err := a.dropLink(ctx, d); err != nil {
		return nil, err
	}
	if a.shared != nil { // whoever made the link may just have added the person
		if err := a.relearn(ctx, kindPerson, string(l.Person)); err != nil {
			return nil, err
		}
	}
	p, ok := a.person(l.Person)
	if !ok {
		return nil, errNoPerson(l.Person)
	}
	return p, nil
}

func errLink() error {
	return lake.Fail(ErrSignedOut, "link_invalid", "The link has been used or is too old.")
}
