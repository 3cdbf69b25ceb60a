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
	shared    lake.SharedRegistry // the same, when other nodes write it, too; else nil
	log       *slog.Logger
	now       func() time.Time
	hasher    *hasher
	accounts  *throttle // failed sign-ins by e-mail address
	addresses *throttle // failed sign-ins by network address
	setupCode string
	touches   sync.WaitGroup // late writes of last_seen
	closed    atomic.Bool

	change sync.Mutex // one change at a time, held across its durable write
	newest string     // the last change of the directory that was taken in whole; see alone

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
	a := (&Access{registry: c.Registry}).empty()
	a.log, a.now, a.hasher, a.setupCode = c.Log, c.Now, newHasher(), newSetupCode()
	a.accounts, a.addresses = newThrottle(c.Now, 5), newThrottle(c.Now, 30)
	if shared, ok := c.Registry.(lake.SharedRegistry); ok {
		a.shared = shared
		shared.Follow(a.heard) // before it is read, so that nothing is missed
	}
	return a, a.Reload(ctx)
}

// empty is an Access on the same registry that knows nobody yet.
func (a *Access) empty() *Access {
	return &Access{registry: a.registry, people: map[lake.Key]*person{}, emails: map[string]lake.Key{}, teams: map[string]Team{},
		sessions: map[digest]*session{}, tokens: map[digest]*token{}, links: map[digest]*link{}, rights: map[lake.Key]lake.Rights{}}
}

// Reload reads everything from the registry again: after a restore, or when another
// node on the same database may have changed anything.
func (a *Access) Reload(ctx context.Context) error {
	a.change.Lock()
	defer a.change.Unlock()
	return a.reload(ctx)
}

// reload is Reload; a.change is held.
func (a *Access) reload(ctx context.Context) error {
	fresh := a.empty()
	for _, load := range []func(context.Context) error{fresh.loadPeople, fresh.loadTeams, fresh.loadSessions,
		fresh.loadTokens, fresh.loadLinks, fresh.loadMasks, fresh.loadWorkspace} {
		if err := load(ctx); err != nil {
			return err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	same := a.sameAs(fresh)
	a.people, a.emails, a.teams, a.tokens = fresh.people, fresh.emails, fresh.teams, fresh.tokens
	a.links, a.masks, a.workspace = fresh.links, fresh.masks, fresh.workspace
	a.adopt(fresh.sessions)
	if !same {
		a.changed()
	}
	return nil
}

// Close waits for late writes.
func (a *Access) Close() {
	a.closed.Store(true)
	a.touches.Wait()
}

// changed drops what was computed from people, teams and masks; a.mu is held.
func (a *Access) changed() {
	clear(a.rights)
	a.directory = nil
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
