package access

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"headwater/lake"
)

const (
	tokenPrefix = "hw_"
	tokenDays   = 365  // when nobody chose
	tokenMax    = 3650 // days
)

// Token is a program's proof of identity; it has its person's rights.
type Token struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Person    lake.Key  `json:"person"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	LastUsed  time.Time `json:"last_used,omitzero"`
}

// token is a Token as it is kept, under the digest of its secret.
type token struct {
	Token
	seen atomic.Int64
}

func (t *token) lastUsed() time.Time { return time.Unix(t.seen.Load(), 0).UTC() }

func (t *token) document() Token {
	out := t.Token
	if t.seen.Load() > 0 {
		out.LastUsed = t.lastUsed()
	}
	return out
}

func (a *Access) loadTokens(ctx context.Context) error {
	return a.registry.Each(ctx, kindToken, func(id string, raw []byte) error {
		return decodeInto(id, raw, a.tokens, (*token).ready)
	})
}

// ready completes a token that was read.
func (t *token) ready() {
	if !t.LastUsed.IsZero() {
		t.seen.Store(t.LastUsed.Unix())
	}
}

// decodeInto puts a document that is kept under a digest into memory.
func decodeInto[T any](id string, raw []byte, into map[digest]*T, ready func(*T)) error {
	d, err := parseDigest(id)
	if err != nil {
		return err
	}
	doc := new(T)
	if err := json.Unmarshal(raw, doc); err != nil {
		return err
	}
	ready(doc)
	into[d] = doc
	return nil
}

// CreateToken makes a token for its owner; the secret is shown this once. Days 0
// means a year.
func (a *Access) CreateToken(ctx context.Context, owner lake.Principal, name string, days int) (string, Token, error) {
	name, err := cleanName(name)
	if err != nil {
		return "", Token{}, err
	}
	if days == 0 {
		days = tokenDays
	}
	if days < 1 || days > tokenMax {
		return "", Token{}, lake.Fail(lake.ErrInvalid, "days_invalid", "A token lives 1 to 3650 days.", "value", days)
	}
	a.change.Lock()
	defer a.change.Unlock()
	if p, ok := a.person(owner.User); !ok || !p.maySignIn() {
		return "", Token{}, errNoPerson(owner.User)
	}
	now := a.now().UTC()
	t := &token{Token: Token{ID: string(lake.NewKey()), Name: name, Person: owner.User, CreatedAt: now, ExpiresAt: now.AddDate(0, 0, days)}}
	if err := a.audit(ctx, owner, "token_created", Entry{Target: t.ID, Detail: map[string]string{"name": name}}); err != nil {
		return "", Token{}, err
	}
	secret := tokenPrefix + newSecret()
	d := digestOf(secret)
	if err := a.registry.Save(ctx, kindToken, d.String(), t.document()); err != nil {
		return "", Token{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens[d] = t
	return secret, t.Token, nil
}

// Tokens lists a person's tokens, newest first.
func (a *Access) Tokens(owner lake.Key) []Token {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var out []Token
	for _, t := range a.tokens {
		if t.Person == owner {
			out = append(out, t.document())
		}
	}
	slices.SortFunc(out, func(x, y Token) int { return strings.Compare(y.ID, x.ID) })
	return out
}

// DeleteToken ends a token of one's own; administrators may end anybody's.
func (a *Access) DeleteToken(ctx context.Context, actor lake.Principal, id string) error {
	a.change.Lock()
	defer a.change.Unlock()
	d, t, ok := a.tokenByID(id)
	if !ok || t.Person != actor.User && a.requireAdmin(actor) != nil {
		return lake.Fail(lake.ErrNotFound, "token_unknown", "There is no such token.", "id", id)
	}
	if err := a.audit(ctx, actor, "token_deleted", Entry{Target: id, Detail: map[string]string{"name": t.Name}}); err != nil {
		return err
	}
	a.mu.Lock()
	delete(a.tokens, d)
	a.mu.Unlock()
	return ignoreMissing(a.registry.Remove(ctx, kindToken, d.String()))
}

// endTokens ends all tokens of a person; a.change is held.
func (a *Access) endTokens(ctx context.Context, id lake.Key) error {
	if err := a.upToDate(ctx, kindToken); err != nil {
		return err
	}
	var ended []digest
	a.mu.Lock()
	for d, t := range a.tokens {
		if t.Person == id {
			ended = append(ended, d)
			delete(a.tokens, d)
		}
	}
	a.mu.Unlock()
	for _, d := range ended {
		if err := ignoreMissing(a.registry.Remove(ctx, kindToken, d.String())); err != nil {
			return err
		}
	}
	return nil
}

func (a *Access) tokenByID(id string) (digest, *token, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for d, t := range a.tokens {
		if t.ID == id {
			return d, t, true
		}
	}
	return digest{}, nil, false
}

// ByToken tells whose token a secret is.
func (a *Access) ByToken(secret string) (Identity, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return Identity{}, errToken()
	}
	d := digestOf(secret)
	id, known, err := a.byToken(d)
	if known {
		return id, err
	}
	if met, merr := a.meet(kindToken, d); !met {
		return id, cmp.Or(merr, err)
	}
	id, _, err = a.byToken(d)
	return id, err
}

func errToken() error {
	return lake.Fail(ErrSignedOut, "token_invalid", "The token is unknown or too old.")
}

// byToken answers from memory; known is false when there is no such token here.
func (a *Access) byToken(d digest) (id Identity, known bool, err error) {
	now := a.now()
	a.mu.RLock()
	defer a.mu.RUnlock()
	t, ok := a.tokens[d]
	if !ok {
		return Identity{}, false, errToken()
	}
	p := a.people[t.Person]
	if p == nil || !p.maySignIn() || now.After(t.ExpiresAt) {
		return Identity{}, true, errToken()
	}
	a.touchToken(d, t, now)
	return Identity{Person: a.show(p), Language: p.Language}, true, nil
}

func (a *Access) touchToken(d digest, t *token, now time.Time) {
	last := t.seen.Load()
	if now.Unix()-last < int64(touchEvery/time.Second) || !t.seen.CompareAndSwap(last, now.Unix()) {
		return
	}
	a.touches.Go(func() {
		a.change.Lock()
		defer a.change.Unlock()
		err := lake.Amend(context.Background(), a.registry, kindToken, d.String(), func(doc []byte) (any, error) {
			var kept Token
			err := json.Unmarshal(doc, &kept)
			if used := t.lastUsed(); used.After(kept.LastUsed) {
				kept.LastUsed = used
			}
			return kept, err
		})
		if errors.Is(err, lake.ErrNotFound) { // ended meanwhile
			a.mu.Lock()
			defer a.mu.Unlock()
			delete(a.tokens, d)
			return
		}
		if err != nil {
			a.log.Warn("last use of a token not written", "error", err)
		}
	})
}

func ignoreMissing(err error) error {
	if errors.Is(err, lake.ErrNotFound) {
		return nil
	}
	return err
}
