package access

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"headwater/lake"
)

// The kinds of documents that this package keeps in the registry.
const (
	kindPerson  = "person"
	kindTeam    = "team"
	kindSession = "session"
	kindToken   = "token"
	kindLink    = "link"
	kindMask    = "mask"
	kindSetting = "setting"
	kindAudit   = "audit"
)

// Config is what Open needs; only Registry must be set.
type Config struct {
	Registry lake.Registry
	Log      *slog.Logger
	Now      func() time.Time
}

// Access holds one workspace's people and proofs of identity.
type Access struct {
	registry  lake.Registry
	log       *slog.Logger
	now       func() time.Time
	hasher    *hasher
	accounts  *throttle // failed sign-ins by e-mail address
	addresses *throttle // failed sign-ins by network address
	setupCode string
	touches   sync.WaitGroup // late writes of last_seen

	change sync.Mutex // one change at a time, held across its durable write

	mu        sync.RWMutex // guards all below, for moments only
	people    map[lake.Key]*person
	emails    map[string]lake.Key
	teams     map[string]Team
	sessions  map[digest]*session
	tokens    map[digest]*token
	links     map[digest]*link
	masks     []Mask
	workspace Workspace
	rights    map[lake.Key]lake.Rights // computed on demand, dropped by every change
	directory []lake.Person            // so too
	stamp     atomic.Int64
}

// Open loads a workspace's people.
func Open(ctx context.Context, c Config) (*Access, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	a := &Access{registry: c.Registry, log: c.Log, now: c.Now, hasher: newHasher(), setupCode: newSetupCode(),
		accounts: newThrottle(c.Now, 5), addresses: newThrottle(c.Now, 30)}
	return a, a.Reload(ctx)
}

// Reload reads everything from the registry again: after a restore, or when
// another node on the same database changed something.
func (a *Access) Reload(ctx context.Context) error {
	a.change.Lock()
	defer a.change.Unlock()
	fresh := &Access{registry: a.registry, people: map[lake.Key]*person{}, emails: map[string]lake.Key{}, teams: map[string]Team{},
		sessions: map[digest]*session{}, tokens: map[digest]*token{}, links: map[digest]*link{}}
	for _, load := range []func(context.Context) error{fresh.loadPeople, fresh.loadTeams, fresh.loadSessions,
		fresh.loadTokens, fresh.loadLinks, fresh.loadMasks, fresh.loadWorkspace} {
		if err := load(ctx); err != nil {
			return err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.people, a.emails, a.teams, a.sessions, a.tokens = fresh.people, fresh.emails, fresh.teams, fresh.sessions, fresh.tokens
	a.links, a.masks, a.workspace = fresh.links, fresh.masks, fresh.workspace
	a.changed()
	return nil
}

// Close waits for late writes.
func (a *Access) Close() { a.touches.Wait() }

// changed drops what was computed from people, teams and masks; a.mu is held.
func (a *Access) changed() {
	a.rights, a.directory = map[lake.Key]lake.Rights{}, nil
	a.stamp.Add(1)
}

// each decodes all documents of a kind.
func each[T any](ctx context.Context, r lake.Registry, kind string, fn func(id string, doc T) error) error {
	return r.Each(ctx, kind, func(id string, raw []byte) error {
		var doc T
		if err := json.Unmarshal(raw, &doc); err != nil {
			return err
		}
		return fn(id, doc)
	})
}

// requireAdmin refuses everybody but administrators and the system.
func (a *Access) requireAdmin(actor lake.Principal) error {
	if actor.IsSystem() {
		return nil
	}
	if p, ok := a.person(actor.User); !ok || !p.Active || !p.Role.Administers() {
		return lake.Fail(lake.ErrForbidden, "admin_needed", "Only an owner or an administrator may do that.")
	}
	return nil
}

func (a *Access) person(id lake.Key) (*person, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	p, ok := a.people[id]
	return p, ok
}

func foldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
