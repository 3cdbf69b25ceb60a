package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"headwater/lake"
)

// committer is the commit lock with group commit: writers that wait for the lock
// while another one works join its SQLite transaction, each in a savepoint of its
// own, and one durable commit acknowledges them all.
type committer struct {
	store   *Store
	mu      sync.Mutex
	waiting atomic.Int32
	open    *group
	conn    *sql.Conn
	stmts   *writingStatements
	rev     lake.Revision  // newest revision, uncommitted ones included
	ver     lake.VersionID // newest version, likewise
	erased  bool           // something was erased: it must leave the log, too
}

// group is one SQLite transaction shared by several writers.
type group struct {
	members int
	done    chan struct{} // closed after the commit
	err     error
}

const maxGroup = 256

// run executes fn in a savepoint and returns when its group is durable.
func (c *committer) run(ctx context.Context, exclusive bool, fn func() error) error {
	c.waiting.Add(1)
	c.mu.Lock()
	c.waiting.Add(-1)
	if err := ctx.Err(); err != nil {
		c.flushIfLast()
		c.mu.Unlock()
		return err
	}
	if exclusive && c.open != nil {
		c.flush()
	}
	if err := c.begin(); err != nil {
		c.mu.Unlock()
		return err
	}
	g := c.open
	err := c.member(fn)
	if exclusive || c.waiting.Load() == 0 || g.members >= maxGroup || g.err != nil {
		c.flush()
	}
	c.mu.Unlock()
	<-g.done
	if err != nil {
		return err
	}
	return g.err
}

// flushIfLast commits for the others when a writer gives up and nobody follows it.
func (c *committer) flushIfLast() {
	if c.open != nil && c.waiting.Load() == 0 {
		c.flush()
	}
}

func (c *committer) begin() error {
	if c.open != nil {
		return nil
	}
	if c.conn == nil {
		conn, err := c.store.writing.Conn(context.Background())
		if err != nil {
			return nativeError(err)
		}
		// Folding the log back at every 4 MB, as SQLite does by itself, writes the same
		// pages again and again during a bulk load.
		_, err = conn.ExecContext(context.Background(), "PRAGMA wal_autocheckpoint = 4096")
		if err == nil {
			c.stmts, err = newWritingStatements(conn)
		}
		if err != nil {
			return errors.Join(nativeError(err), conn.Close())
		}
		c.conn = conn
	}
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	c.open = &group{done: make(chan struct{})}
	return nil
}

// member runs fn; when it fails, only its own work is taken back.
func (c *committer) member(fn func() error) (err error) {
	rev, ver, tables := c.rev, c.ver, c.store.tables.Seen(true)
	if err := c.exec("SAVEPOINT member"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // fn panicked
			err = fmt.Errorf("panic in a write: %v", recover())
			err = errors.Join(c.rollback(err), err)
			c.rev, c.ver = rev, ver
			c.store.tables.Back(tables)
		}
	}()
	err = fn()
	done = true
	if err == nil {
		err = c.exec("RELEASE member")
	}
	if err != nil {
		c.rev, c.ver = rev, ver
		c.store.tables.Back(tables)
		if rerr := c.rollback(err); rerr != nil {
			return errors.Join(err, rerr)
		}
		return err
	}
	c.open.members++
	return nil
}

// rollback takes one member's work back. SQLite may have ended the whole transaction
// by itself (full disk): then the others of the group must fail too, and nobody may
// join it any more, whose savepoint would become a transaction of its own.
func (c *committer) rollback(cause error) error {
	c.stmts.discard()
	err := errors.Join(c.exec("ROLLBACK TO member"), c.exec("RELEASE member"))
	if err == nil || c.open == nil {
		return err
	}
	c.open.err = nativeError(err)
	if errors.Is(cause, lake.ErrFull) {
		c.open.err = cause
	}
	return err
}

// flush makes the group durable and wakes its members.
func (c *committer) flush() {
	g := c.open
	c.open = nil
	if g.err == nil {
		g.err = c.exec("COMMIT")
	}
	if g.err != nil {
		_ = c.exec("ROLLBACK")
		c.recount()
	} else {
		c.store.tables.Publish()
		c.store.head.Store(int64(c.rev))
		if c.erased {
			g.err = c.pragma("wal_checkpoint(TRUNCATE)")
		}
	}
	c.erased = false
	close(g.done)
}

// recount reads the counters again after a group was lost.
func (c *committer) recount() {
	row := c.conn.QueryRowContext(context.Background(), "SELECT coalesce(max(rev),0), coalesce(max(last_ver),0) FROM hw_revisions")
	_ = row.Scan(&c.rev, &c.ver)
	_ = c.store.tables.load(c.conn)
}

func (c *committer) exec(text string) error {
	_, err := c.stmts.exec(context.Background(), text)
	return err
}

// pragma executes past the prepared statements: what gives a row must be read to its end.
func (c *committer) pragma(text string) error {
	_, err := c.conn.ExecContext(context.Background(), "PRAGMA "+text)
	return nativeError(err)
}

// Commit runs fn under the commit lock; see lake.Store.
func (s *Store) Commit(ctx context.Context, exclusive bool, fn func(lake.StoreTx) error) error {
	return s.commits.run(ctx, exclusive, func() error {
		tx := &storeTx{
			reader:    reader{db: s.commits.stmts.statements, tables: &s.tables, writing: true},
			ctx:       context.WithoutCancel(ctx), // a cancelled statement would cost a goroutine each
			committer: &s.commits,
		}
		err := fn(tx)
		if err == nil {
			err = tx.finish()
		}
		return err
	})
}
