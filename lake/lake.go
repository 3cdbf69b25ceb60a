package lake

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Config is what a Lake is made of.
type Config struct {
	Store    Store
	Policy   Policy
	Engine   Engine   // nil: no questions, only records by key
	Entities []Entity // declared by the product; fields that a workspace lacks are added
	Sources  Sources  // nil: there are none
	Now      func() time.Time
	Log      *slog.Logger
}

// Lake is one open workspace.
type Lake struct {
	store  Store
	policy Policy
	engine Engine
	src    Sources
	now    func() time.Time
	log    *slog.Logger

	loading  sync.Mutex   // one reload at a time, so that the last one to end has seen the most
	gate     sync.RWMutex // writers share it; what changes branches or schema has it alone
	mu       sync.RWMutex // guards what follows; changed by exclusive commits only
	held     *Revision    // the head for readers while an exclusive commit is on its way
	branches map[BranchID]Branch
	forks    map[BranchID][]Fork
	catalog  catalog
}

// Follower is a store that other nodes write, too.
type Follower interface {
	// Follow sets what is to be done when another node has changed branches, forks or
	// schema: before Head shows that commit, and before the next Commit runs its function.
	Follow(reload func(context.Context) error)
}

// head stands for "as of now" within a transaction.
const head Revision = math.MaxInt64 / 2

// Open makes a Lake over a store and brings its declared schema up to date.
func Open(ctx context.Context, c Config) (*Lake, error) {
	l := &Lake{store: c.Store, policy: c.Policy, engine: c.Engine, src: c.Sources, now: c.Now, log: c.Log}
	if l.now == nil {
		l.now = time.Now
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	if f, ok := c.Store.(Follower); ok {
		f.Follow(l.reload)
	}
	if err := l.reload(ctx); err != nil {
		return nil, err
	}
	if err := l.declare(ctx, c.Entities); err != nil {
		return nil, err
	}
	return l, nil
}

// UseEngine sets the engine of a lake that was opened without one (an engine may
// need the lake's schema to open).
func (l *Lake) UseEngine(e Engine) { l.engine = e }

// Store is the system of record, for engines, backup and checks.
func (l *Lake) Store() Store { return l.store }

// reload reads branches, forks and the revisions that changed the schema.
func (l *Lake) reload(ctx context.Context) error {
	l.loading.Lock()
	defer l.loading.Unlock()
	branches, err := l.store.Branches(ctx)
	if err != nil {
		return err
	}
	forks, err := l.store.Forks(ctx)
	if err != nil {
		return err
	}
	upto, store := l.store.Head(), l.store.Identity() // read first: what is committed meanwhile is read twice
	l.mu.RLock()
	known, after := l.catalog.changed, l.catalog.upto
	if l.catalog.store != store {
		known, after = nil, 0
	}
	l.mu.RUnlock()
	changed, err := schemaRevisions(ctx, l.store, known, after)
	if err != nil {
		return err
	}
	main := Branch{ID: Main, Name: MainName, State: BranchOpen, Shared: true}
	if first, err := l.store.Revision(ctx, 1); err == nil {
		main.CreatedAt = first.At
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.branches = map[BranchID]Branch{Main: main}
	for _, b := range branches {
		l.branches[b.ID] = b
	}
	l.forks = map[BranchID][]Fork{}
	for _, f := range forks {
		l.forks[f.Branch] = append(l.forks[f.Branch], f)
	}
	l.catalog.changed, l.catalog.upto, l.catalog.store = changed, upto, store
	return nil
}

// exclusive runs fn as a commit of its own and refreshes what is kept in memory.
func (l *Lake) exclusive(ctx context.Context, fn func(StoreTx) error) error {
	l.gate.Lock()
	defer l.gate.Unlock()
	before := l.store.Head()
	l.hold(&before)
	defer l.hold(nil)
	if err := l.store.Commit(ctx, true, fn); err != nil {
		return err
	}
	return l.reload(context.WithoutCancel(ctx))
}

func (l *Lake) hold(r *Revision) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = r
}

// current is the head as readers see it. What an exclusive commit wrote counts only
// when its branches, forks and schema are known here, too: a refresh read over the old
// fork would be half a refresh.
func (l *Lake) current() Revision {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.held != nil {
		return *l.held
	}
	return l.store.Head()
}

// lineage is the way from (b, r) to main.
func (l *Lake) lineage(b BranchID, r Revision) Lineage {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.lineageLocked(b, r)
}

func (l *Lake) lineageLocked(b BranchID, r Revision) Lineage {
	var out Lineage
	for b != Main {
		out = append(out, Segment{b, r})
		forks := l.forks[b]
		i, exact := slices.BinarySearchFunc(forks, r, func(f Fork, r Revision) int { return int(f.From - r) })
		if !exact {
			i--
		}
		if i < 0 { // before the branch began: what it began with
			i = 0
		}
		if len(forks) == 0 {
			return append(out, Segment{Main, 0})
		}
		b, r = l.branches[b].Parent, forks[i].At
	}
	return append(out, Segment{Main, r})
}

// find resolves a branch name; open branches go before closed ones of the same name.
func (l *Lake) find(name string) (Branch, error) {
	name = norm.NFC.String(name)
	l.mu.RLock()
	defer l.mu.RUnlock()
	if name == "" || name == MainName {
		return l.branches[Main], nil
	}
	var found *Branch
	for _, b := range l.branches {
		if b.Name == name && (b.State == BranchOpen || found == nil || found.State != BranchOpen && b.ID > found.ID) {
			found = &b
		}
	}
	if found == nil {
		return Branch{}, Fail(ErrNotFound, "branch_unknown", "There is no branch named "+name+".", "branch", name)
	}
	return *found, nil
}

func (l *Lake) branch(id BranchID) Branch {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.branches[id]
}

func (b Branch) seenBy(p Principal, rights *Rights) bool {
	return b.ID == Main || b.Shared || rights.AllBranch || b.Owner == p.User
}

// visible finds a branch that the person may see.
func (l *Lake) visible(p Principal, rights *Rights, name string) (Branch, error) {
	b, err := l.find(name)
	if err != nil {
		return b, err
	}
	if b.seenBy(p, rights) {
		return b, nil
	}
	return Branch{}, Fail(ErrNotFound, "branch_unknown", "There is no branch named "+name+".", "branch", name)
}

// writable finds a branch that is open and that the person may write.
func (l *Lake) writable(p Principal, rights *Rights, name string) (Branch, error) {
	b, err := l.visible(p, rights, name)
	if err != nil {
		return b, err
	}
	if !rights.Write {
		return b, Fail(ErrForbidden, "write_forbidden", "You may read here, but not change anything.")
	}
	if b.State != BranchOpen {
		return b, closedError(b)
	}
	return b, nil
}

func closedError(b Branch) error {
	return Fail(ErrConflict, "branch_closed", "The branch "+b.Name+" is closed ("+string(b.State)+"); nothing more can be written on it.",
		"branch", b.Name, "state", b.State)
}

// rights asks the policy; the system may do everything.
func (l *Lake) rights(ctx context.Context, p Principal) (*Rights, error) {
	if p.IsSystem() {
		all := *seesAll
		return &all, nil
	}
	r, err := l.policy.Rights(ctx, p)
	return &r, err
}
