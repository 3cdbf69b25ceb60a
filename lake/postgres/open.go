// Package postgres keeps a workspace in one schema of a PostgreSQL database: real tables
// with real columns, as lake/sqlite does. It is the system of record for teams: several
// nodes, each a Headwater process with its own mirror, write one workspace.
//
// Words. A node is one Store on the database. hw_head is a table of one row; whoever
// holds the row's lock may commit, so the revisions of all nodes become visible in the
// order of their numbers. The epoch in that row counts changes of branches, forks and
// schema: a node that sees another epoch than its own reads these again before it
// believes the new head, and before it lets anybody write.
//
// A write costs one round trip to take the lock, one for each thing that it must read
// (what it writes goes along with the next read), and one to commit. Writers of a node
// that wait for the lock join the transaction of the one that has it, each in a
// savepoint.
//
// Documents of the registry (people, sessions …) belong to no revision: each write of one
// is a transaction of its own and announces what it wrote, and the other nodes look again
// at just that.
package postgres

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"headwater/lake"
)

// Store implements lake.Store; several may be open on one workspace, in one process or
// in many.
type Store struct {
	reader                 // over the pools
	address  address       // where to find the database
	points   *pgxpool.Pool // reads by key
	scans    *pgxpool.Pool // reads of many rows, so that they never keep the others waiting
	commits  committer     // the commit lock and group commit
	tables   tables        // physical columns of the entities
	head     atomic.Int64  // newest committed revision that is known here
	identity string
	log      *slog.Logger
	poll     time.Duration

	following sync.Mutex // one look at the other nodes' commits at a time
	epoch     int64      // the epoch that tables and reload have seen; guarded by following
	reload    func(context.Context) error
	node      string // this Store among those on the database
	hearing   hearing

	life    context.Context
	stop    context.CancelFunc
	threads sync.WaitGroup
	closed  sync.Once
}

var (
	_ lake.Store    = (*Store)(nil)
	_ lake.Follower = (*Store)(nil)
)

// Open opens or creates the workspace at an address such as
// postgres://person@host/database?schema=headwater.
func Open(ctx context.Context, url string, opt Options) (*Store, error) {
	a, err := parse(url)
	if err != nil {
		return nil, err
	}
	s := &Store{address: a, log: opt.Log, poll: opt.Poll}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.poll == 0 {
		s.poll = time.Second
	}
	s.node, s.hearing.signal = uuid.NewString(), make(chan struct{}, 1)
	s.life, s.stop = context.WithCancel(context.Background())
	s.commits.store = s
	if err := s.open(ctx, opt); err != nil {
		_ = s.Close()
		return nil, err
	}
	for _, thread := range []func(){s.listen, s.tell} {
		s.threads.Add(1)
		go thread()
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, opt Options) error {
	c, err := s.address.connect(ctx, nil)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if err := suitable(ctx, c); err != nil {
		return err
	}
	if err := migrate(ctx, c, s.address.schema); err != nil {
		return err
	}
	if err := s.introduce(ctx, c); err != nil {
		return err
	}
	size := opt.Connections
	if size < 3 {
		size = 12
	}
	if s.points, err = s.address.pool(ctx, size-size/3, byKey); err != nil {
		return err
	}
	if s.scans, err = s.address.pool(ctx, size/3, nil); err != nil {
		return err
	}
	s.reader = reader{db: pools{s.points, s.scans}, tables: &s.tables}
	return s.follow(ctx)
}

// introduce reads who the workspace is. The timeline belongs to it: after a recovery to
// an earlier moment the same revision numbers may stand for other contents.
func (s *Store) introduce(ctx context.Context, c *pgx.Conn) error {
	var timeline string
	err := c.QueryRow(ctx, "SELECT value, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) FROM hw_workspace WHERE name = 'identity'").
		Scan(&s.identity, &timeline)
	s.identity += "." + timeline
	s.epoch = -1
	return nativeError(err)
}

// Head is the newest committed revision. One of another node counts from the moment on
// when its branches, forks and schema are known here.
func (s *Store) Head() lake.Revision { return lake.Revision(s.head.Load()) }

// Identity changes when the contents were replaced by a restore.
func (s *Store) Identity() string { return s.identity }

// Close ends the connections. What was acknowledged is durable already.
func (s *Store) Close() error {
	s.closed.Do(func() {
		s.stop()
		s.threads.Wait()
		s.commits.close()
		for _, p := range []*pgxpool.Pool{s.points, s.scans} {
			if p != nil {
				p.Close()
			}
		}
	})
	return nil
}
