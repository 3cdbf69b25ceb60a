package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"headwater/lake"
)

// committer is this node's half of the commit lock, with group commit: writers that wait
// while another one works join its transaction, each in a savepoint of its own, and one
// durable commit acknowledges them all. The other half is the lock on hw_head, which the
// transaction takes before anything else: it keeps the other nodes out.
type committer struct {
	store   *Store
	mu      sync.Mutex
	waiting atomic.Int32
	pid     atomic.Uint32 // of the writing connection, for what it announces
	open    *group
	link    *link
	now     mark                       // uncommitted included
	before  mark                       // where the newest member began
	ensured bool                       // it has changed tables
	tables  map[lake.EntityName]*table // where the newest member began
}

// group is one transaction shared by several writers.
type group struct {
	members int
	ensured bool
	began   mark
	xid     string
	sent    bool          // the commit was sent
	done    chan struct{} // closed after the commit
	err     error
}

// maxGroup keeps a group within what PostgreSQL's snapshots hold of savepoints cheaply.
const maxGroup = 60

// run executes fn in a savepoint and returns when its group is durable.
func (c *committer) run(ctx context.Context, exclusive bool, fn func(*storeTx) error) error {
	c.waiting.Add(1)
	c.mu.Lock()
	c.waiting.Add(-1)
	if err := ctx.Err(); err != nil {
		if c.waiting.Load() == 0 { // nobody follows who would commit for the others
			c.flush()
		}
		c.mu.Unlock()
		return err
	}
	if err := c.store.life.Err(); err != nil {
		c.mu.Unlock()
		return lake.Fail(lake.ErrBusy, "store_closed", "The workspace is being closed.")
	}
	if exclusive {
		c.flush()
	}
	if err := c.begin(context.WithoutCancel(ctx)); err != nil {
		c.mu.Unlock()
		return err
	}
	g := c.open
	err := c.member(ctx, fn)
	if exclusive || c.waiting.Load() == 0 || g.members >= maxGroup || g.err != nil {
		if late := c.flush(); err == nil {
			err = late
		}
	} else if err == nil {
		err = c.confirm()
	}
	c.mu.Unlock()
	<-g.done
	if err != nil {
		return err
	}
	return g.err
}

// begin starts a group where there is none: it takes the lock and learns what other
// nodes have done since.
func (c *committer) begin(ctx context.Context) error {
	if c.open != nil {
		return nil
	}
	fresh := false
	if !c.link.alive() {
		if err := c.connect(ctx); err != nil {
			return err
		}
		fresh = true
	}
	g, err := c.lock()
	if err != nil && !fresh && !c.link.alive() { // the server has been restarted since
		if err := c.connect(ctx); err != nil {
			return err
		}
		g, err = c.lock()
	}
	if err == nil {
		err = c.admit(ctx, g)
	}
	if err != nil {
		if c.link.alive() {
			_ = c.link.plain("ROLLBACK")
		}
		return err
	}
	c.open, c.now = g, g.began
	c.store.tables.Back(nil)
	return nil
}

// writing are the settings of the connection that commits. Who waits a minute for the
// other nodes gives up, and who holds the lock for two minutes without a word loses it.
var writing = map[string]string{"enable_seqscan": "off", "lock_timeout": "60s", "idle_in_transaction_session_timeout": "120s"}

func (c *committer) connect(ctx context.Context) error {
	c.link = nil
	conn, err := c.store.address.connect(ctx, writing)
	if err != nil {
		return err
	}
	c.link = &link{conn: conn}
	c.pid.Store(conn.PgConn().PID())
	return nil
}

// lock begins a transaction and waits for its turn among the nodes.
func (c *committer) lock() (*group, error) {
	g := &group{done: make(chan struct{})}
	take := query{text: "SELECT rev, ver, epoch, form::bigint, pg_current_xact_id()::text FROM hw_head FOR UPDATE", row: func(raw [][]byte) error {
		g.began = mark{rev: rawInt(raw[0]), ver: rawInt(raw[1]), epoch: rawInt(raw[2]), form: int(rawInt(raw[3]))}
		g.xid = string(raw[4])
		return nil
	}}
	err := c.link.batch([]op{{text: "BEGIN ISOLATION LEVEL READ COMMITTED"}}, &take)
	return g, err
}

// admit lets the writers in when this node knows what it must.
func (c *committer) admit(ctx context.Context, g *group) error {
	steps, err := forms()
	if err != nil {
		return err
	}
	if g.began.form > len(steps) {
		return newer(g.began.form, len(steps))
	}
	if head := c.store.Head(); g.began.rev < int64(head) {
		return wentBack(g.began, head)
	}
	return c.store.adopt(ctx, g.began)
}

// member runs fn; when it fails, only its own work is taken back. Its last statements are
// still put off when it returns without an error.
func (c *committer) member(ctx context.Context, fn func(*storeTx) error) (err error) {
	c.before, c.ensured, c.tables = c.now, false, c.store.tables.Seen(true)
	c.link.begin()
	tx := &storeTx{
		reader:    reader{db: c.link, tables: &c.store.tables, writing: true},
		ctx:       context.WithoutCancel(ctx), // a cancelled statement would cost the connection
		committer: c,
	}
	done := false
	defer func() {
		if !done { // fn panicked
			err = c.rollback(fmt.Errorf("panic in a write: %v", recover()))
		}
	}()
	err = c.link.later(op{text: "SAVEPOINT member", step: saved, sure: true})
	if err == nil {
		err = fn(tx)
	}
	if err == nil {
		err = tx.finish()
	}
	if err == nil {
		err = c.link.later(op{text: "RELEASE SAVEPOINT member", step: released, sure: true})
	}
	done = true
	if err != nil {
		return c.rollback(err)
	}
	c.open.members++
	c.open.ensured = c.open.ensured || c.ensured
	return nil
}

// confirm executes what the newest member has put off, before the next one begins. What
// can't fail by the member's fault goes along with the next one's first question.
func (c *committer) confirm() error {
	if c.link.certain() {
		return nil
	}
	if err := c.link.settle(); err != nil {
		return c.dismiss(err)
	}
	return nil
}

// dismiss takes back a member whose last statements failed.
func (c *committer) dismiss(cause error) error {
	c.open.members--
	return c.rollback(cause)
}

var errBroken = lake.Fail(lake.ErrBusy, "database_unreachable", "The connection to the database broke; nothing of this was written. Try again.")

// rollback takes one member's work back and returns why. When even that fails, the
// others of the group fail, too.
func (c *committer) rollback(cause error) error {
	c.now = c.before
	c.store.tables.Back(c.tables)
	sent := c.link.discard()
	var end wrong
	if errors.As(cause, &end) { // of the members before, perhaps
		c.open.err = end.error
		return end.error
	}
	if sent && !c.savepoint() {
		c.open.err = errBroken
		if errors.Is(cause, lake.ErrFull) {
			c.open.err = cause
		}
		return cause
	}
	return cause
}

// savepoint goes back to the member's savepoint, if it got as far as making one.
func (c *committer) savepoint() bool {
	if !c.link.alive() {
		return false
	}
	if !c.link.saved {
		return c.link.conn.PgConn().TxStatus() == 'T'
	}
	c.link.saved = false
	return c.link.plain("ROLLBACK TO SAVEPOINT member; RELEASE SAVEPOINT member") == nil
}

// flush makes the group durable and wakes its members. The newest one's last statements
// may be put off still; when they fail, the others are committed without it, and it gets
// its error from here.
func (c *committer) flush() (member error) {
	g := c.open
	if g == nil {
		return nil
	}
	if g.err == nil {
		err := c.end(g)
		var end wrong
		if err != nil && c.link.alive() && !errors.As(err, &end) {
			member = c.dismiss(err)
			if err = g.err; err == nil {
				err = c.end(g)
			}
		}
		if errors.As(err, &end) {
			err = end.error
		}
		g.err = c.outcome(g, err)
	}
	c.open = nil
	if g.err == nil {
		c.publish(g)
	} else {
		c.abandon(g)
	}
	close(g.done)
	return member
}

// end sends what was put off and the commit in one round trip, and the announcement
// behind it: that needs no commit of its own on the disk.
func (c *committer) end(g *group) error {
	if c.now == g.began { // nothing was written
		_, _ = c.link.take()
		return c.link.plain("ROLLBACK")
	}
	for _, o := range []op{
		{text: "UPDATE hw_head SET rev = $1, ver = $2, epoch = $3", args: []any{c.now.rev, c.now.ver, c.now.epoch}, want: 1, sure: true},
		{text: "COMMIT", step: committed, sure: true},
		{text: "SELECT pg_notify($1, $2)", args: []any{c.store.channel(), fmt.Sprint(c.now.rev)}, sure: true},
	} {
		if err := c.link.later(o); err != nil {
			return err
		}
	}
	g.sent, c.link.committed = true, false
	return c.link.settle()
}

// outcome finds out what became of a group whose commit got no answer.
func (c *committer) outcome(g *group, err error) error {
	if err == nil || g.sent && c.link.committed { // what failed was the announcement
		return nil
	}
	if !g.sent || c.link.alive() {
		return err
	}
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		switch c.store.status(g.xid) {
		case "committed":
			return nil
		case "aborted":
			return errBroken
		}
	}
	return lake.Fail(lake.ErrBusy, "commit_unknown",
		"The connection to the database broke while this was being written. Look whether it is there before you try again.")
}

// status asks what became of a transaction; "" when that isn't known (yet).
func (s *Store) status(xid string) (status string) {
	ctx, cancel := context.WithTimeout(s.life, 5*time.Second)
	defer cancel()
	_ = s.db.few(ctx, "SELECT pg_xact_status($1::text::xid8)", []any{xid}, func(raw [][]byte) error {
		status = string(raw[0])
		return nil
	})
	return status
}

// publish shows the group to this node's readers.
func (c *committer) publish(g *group) {
	if c.now.epoch != g.began.epoch {
		c.store.own(c.now)
		return
	}
	c.store.advance(c.now.rev)
}

// abandon leaves a group that failed as a whole.
func (c *committer) abandon(g *group) {
	if c.link.alive() {
		_, _ = c.link.take()
		if c.link.plain("ROLLBACK") != nil {
			c.link.close()
		}
	}
	c.store.tables.Back(nil)
	if g.ensured {
		c.store.forget()
	}
}

// close waits for the writer at work and ends the connection.
func (c *committer) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flush()
	if c.link != nil {
		c.link.close()
	}
}

// Commit runs fn under the commit lock; see lake.Store.
func (s *Store) Commit(ctx context.Context, exclusive bool, fn func(lake.StoreTx) error) error {
	return s.commits.run(ctx, exclusive, func(tx *storeTx) error { return fn(tx) })
}
