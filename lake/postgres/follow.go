package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"headwater/lake"
)

// mark is where the workspace stands.
type mark struct {
	rev, ver, epoch int64
	form            int
}

// Follow implements lake.Follower.
func (s *Store) Follow(reload func(context.Context) error) {
	s.following.Lock()
	defer s.following.Unlock()
	s.reload = reload
}

// follow makes known here what other nodes have committed.
func (s *Store) follow(ctx context.Context) error {
	s.following.Lock()
	defer s.following.Unlock()
	for {
		var m mark
		err := s.db.few(ctx, "SELECT rev, ver, epoch FROM hw_head", nil, func(raw [][]byte) error {
			m = mark{rev: rawInt(raw[0]), ver: rawInt(raw[1]), epoch: rawInt(raw[2])}
			return nil
		})
		if err != nil {
			return err
		}
		if head := s.Head(); m.rev < int64(head) {
			return wentBack(m, head)
		}
		if m.epoch == s.epoch {
			s.advance(m.rev)
			return nil
		}
		// What is read now may be newer than m: look once more until nothing has changed
		// in between.
		if err := s.learn(ctx, m.epoch); err != nil {
			return err
		}
	}
}

// adopt is follow for the holder of the commit lock, who knows where things stand.
func (s *Store) adopt(ctx context.Context, m mark) error {
	s.following.Lock()
	defer s.following.Unlock()
	if m.epoch != s.epoch {
		if err := s.learn(ctx, m.epoch); err != nil {
			return err
		}
	}
	s.advance(m.rev)
	return nil
}

// learn reads again what an epoch changes; following is held.
func (s *Store) learn(ctx context.Context, epoch int64) error {
	if err := s.tables.load(ctx, s.db); err != nil {
		return err
	}
	if s.reload != nil {
		if err := s.reload(ctx); err != nil {
			return err
		}
	}
	s.epoch = epoch
	return nil
}

// forget makes the next look read everything again.
func (s *Store) forget() {
	s.following.Lock()
	defer s.following.Unlock()
	s.epoch = -1
}

// advance moves the head; it never goes back.
func (s *Store) advance(rev int64) {
	for {
		old := s.head.Load()
		if rev <= old || s.head.CompareAndSwap(old, rev) {
			return
		}
	}
}

// own notes an epoch that this node itself has made and knows all about.
func (s *Store) own(m mark) {
	s.following.Lock()
	defer s.following.Unlock()
	s.epoch = max(s.epoch, m.epoch)
	s.tables.Publish()
	s.advance(m.rev)
}

func (s *Store) channel() string { return "headwater_" + s.address.schema }

// listen waits for the announcements of other nodes' commits. Without a connection, and
// for announcements that got lost with their sender, it looks by itself.
func (s *Store) listen() {
	defer s.threads.Done()
	var c *pgx.Conn
	var retry time.Time
	wait := 100 * time.Millisecond
	for s.life.Err() == nil {
		if c == nil && time.Now().After(retry) {
			var err error
			if c, err = s.subscribe(); err != nil {
				s.log.Warn("postgres: no announcements; looking from time to time", "error", err)
				retry = time.Now().Add(wait + rand.N(wait))
				wait = min(2*wait, 10*time.Second)
			} else {
				wait = 100 * time.Millisecond
			}
		}
		if !s.announced(&c) {
			continue
		}
		if err := s.follow(s.life); err != nil && s.life.Err() == nil {
			s.log.Warn("postgres: can't see what other nodes write", "error", err)
			s.pause(s.poll)
		}
	}
	if c != nil {
		_ = c.Close(context.Background())
	}
}

func (s *Store) subscribe() (*pgx.Conn, error) {
	c, err := s.address.connect(s.life, nil)
	if err != nil {
		return nil, err
	}
	if _, err = c.Exec(s.life, "LISTEN "+quote(s.channel())); err == nil {
		err = s.follow(s.life) // what was committed before the subscription
	}
	if err != nil {
		_ = c.Close(context.Background())
		return nil, nativeError(err)
	}
	s.hearing.add(document{}) // so too
	return c, nil
}

// announced waits for the next announcement of a commit, or until it is time to look
// without one. A broken connection is given up.
func (s *Store) announced(c **pgx.Conn) bool {
	if *c == nil {
		s.hearing.overdue(s.poll)
		return s.pause(min(s.poll, 200*time.Millisecond))
	}
	ctx, cancel := context.WithTimeout(s.life, s.poll)
	defer cancel()
	n, err := (*c).WaitForNotification(ctx)
	switch {
	case err == nil && s.note(n.Payload):
		return false
	case err == nil:
		return n.PID != s.commits.pid.Load() // what this node writes, it knows
	case errors.Is(err, context.DeadlineExceeded) && !(*c).IsClosed() && s.answers(*c):
		return true
	}
	_ = (*c).Close(context.Background())
	*c = nil
	return true
}

// answers tells whether the listening connection still leads anywhere: a network that has
// gone without a word would look like a long silence.
func (s *Store) answers(c *pgx.Conn) bool {
	ctx, cancel := context.WithTimeout(s.life, 5*time.Second)
	defer cancel()
	_, err := c.Exec(ctx, "LISTEN "+quote(s.channel())) // a second time changes nothing
	return err == nil
}

// pause waits; false when the store is closed meanwhile.
func (s *Store) pause(d time.Duration) bool {
	select {
	case <-s.life.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// wentBack is said when the database shows less than it did before.
func wentBack(m mark, head lake.Revision) error {
	return lake.Fail(lake.ErrBusy, "database_went_back",
		"The database stands at revision "+strconv.FormatInt(m.rev, 10)+", but this node has seen "+strconv.FormatInt(int64(head), 10)+
			": it was restored to an earlier moment. Restart this node.")
}
