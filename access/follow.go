package access

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"time"

	"headwater/lake"
)

// What other nodes write into the registry is taken in under a.change, by looking again
// at the document itself: whichever of two nodes wrote last, all of them end with that.

// kindPeople is the kind of the document that changes with the directory; see alone.
const kindPeople = "people"

// heard takes in what another node has written; see lake.SharedRegistry.
func (a *Access) heard(ctx context.Context, kind, id string) error {
	if a.closed.Load() {
		return nil
	}
	switch kind {
	case "", kindPerson, kindTeam, kindSession, kindToken, kindLink, kindMask, kindSetting:
	default:
		return nil
	}
	if id == "" {
		return a.Reload(ctx)
	}
	a.change.Lock()
	defer a.change.Unlock()
	return a.relearn(ctx, kind, id)
}

// relearn takes in one document as it is now; a.change is held.
func (a *Access) relearn(ctx context.Context, kind, id string) error {
	switch kind {
	case kindPerson:
		return again(ctx, a, kind, id, func(p *person) {
			if p == nil {
				a.drop(lake.Key(id))
			} else {
				a.keep(p)
			}
		})
	case kindTeam:
		return again(ctx, a, kind, id, func(t *Team) {
			if delete(a.teams, id); t != nil {
				a.teams[id] = *t
			}
			a.changed()
		})
	case kindMask:
		return again(ctx, a, kind, id, func(m *maskDoc) {
			if a.masks = nil; m != nil {
				a.masks = m.Masks
			}
			a.changed()
		})
	case kindSetting:
		return again(ctx, a, kind, id, func(w *Workspace) {
			if w != nil && id == settingWorkspace {
				a.workspace = *w
			}
		})
	}
	d, err := parseDigest(id)
	if err != nil {
		return err
	}
	switch kind {
	case kindSession:
		return again(ctx, a, kind, id, func(s *session) { place(a.sessions, d, s, (*session).ready) })
	case kindToken:
		return again(ctx, a, kind, id, func(t *token) { place(a.tokens, d, t, (*token).ready) })
	case kindLink:
		return again(ctx, a, kind, id, func(l *link) { place(a.links, d, l, func(*link) {}) })
	}
	return nil
}

// again reads a document and has it taken in, with a.mu held; nil when it is gone.
func again[T any](ctx context.Context, a *Access, kind, id string, take func(*T)) error {
	doc := new(T)
	err := a.registry.Load(ctx, kind, id, doc)
	if errors.Is(err, lake.ErrNotFound) {
		doc, err = nil, nil
	}
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	take(doc)
	return nil
}

func place[T any](into map[digest]*T, d digest, doc *T, ready func(*T)) {
	if doc == nil {
		delete(into, d)
		return
	}
	ready(doc)
	into[d] = doc
}

// meetTime is how long a request waits for the registry when its proof is unknown here.
const meetTime = 5 * time.Second

// meet looks for a proof of identity that another node may have made a moment ago. It
// tells whether there is one by now.
func (a *Access) meet(kind string, d digest) (bool, error) {
	if a.shared == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), meetTime)
	defer cancel()
	var doc struct {
		Person lake.Key `json:"person"`
	}
	if err := a.registry.Load(ctx, kind, d.String(), &doc); err != nil {
		return false, ignoreMissing(err)
	}
	a.change.Lock()
	defer a.change.Unlock()
	if _, known := a.person(doc.Person); !known {
		if err := a.relearn(ctx, kindPerson, string(doc.Person)); err != nil {
			return false, err
		}
	}
	// Only what is read under the lock is kept: it may have been ended since.
	return true, a.relearn(ctx, kind, d.String())
}

// upToDate reads again what proofs of a kind there are, before some of them are ended:
// other nodes may have made some that weren't heard of here yet. a.change is held.
func (a *Access) upToDate(ctx context.Context, kind string) error {
	if a.shared == nil {
		return nil
	}
	fresh := a.empty()
	load := map[string]func(context.Context) error{kindSession: fresh.loadSessions, kindToken: fresh.loadTokens, kindLink: fresh.loadLinks}[kind]
	if err := load(ctx); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	switch kind {
	case kindSession:
		a.adopt(fresh.sessions)
	case kindToken:
		a.tokens = fresh.tokens
	case kindLink:
		a.links = fresh.links
	}
	return nil
}

// alone runs a change of the directory that depends on all of it (nobody else has this
// e-mail address, one owner remains) while no other node makes one, on the newest state.
// a.change is held.
func (a *Access) alone(ctx context.Context, fn func() error) error {
	if a.shared == nil {
		return fn()
	}
	return a.shared.Alone(ctx, kindPeople, func() error {
		var newest string
		if err := ignoreMissing(a.registry.Load(ctx, kindPeople, "newest", &newest)); err != nil {
			return err
		}
		if newest != a.newest {
			if err := a.reload(ctx); err != nil {
				return err
			}
		}
		a.newest = string(lake.NewKey())
		if err := a.registry.Save(ctx, kindPeople, "newest", a.newest); err != nil {
			a.newest = ""
			return err
		}
		return fn()
	})
}

// amend changes a person durably, from what the registry holds, and then in memory;
// a.change is held.
func (a *Access) amend(ctx context.Context, id lake.Key, fn func(*person) error) (*person, error) {
	var changed *person
	err := lake.Amend(ctx, a.registry, kindPerson, string(id), func(doc []byte) (any, error) {
		changed = new(person)
		if err := json.Unmarshal(doc, changed); err != nil {
			return nil, err
		}
		return changed, fn(changed)
	})
	if errors.Is(err, lake.ErrNotFound) {
		err = errNoPerson(id)
	}
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keep(changed)
	return changed, nil
}

// sameAs tells whether rights and directory follow from both alike; a.mu is held.
func (a *Access) sameAs(b *Access) bool {
	return maps.EqualFunc(a.people, b.people, func(p, q *person) bool { return p.standing() == q.standing() }) &&
		maps.Equal(a.teams, b.teams) && reflect.DeepEqual(a.masks, b.masks)
}
