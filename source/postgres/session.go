package postgres

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
	"headwater/source"
)

// session reads one snapshot over one or several connections. The first one, the
// leader, holds the snapshot; it stays in its transaction to the end.
type session struct {
	c        *connector
	ctx      context.Context // ends with the session, and with it all of its scans
	cancel   context.CancelFunc
	observed time.Time

	mu       sync.Mutex
	snapshot string
	leader   *pgconn.PgConn
	ended    bool             // the leader's transaction failed
	idle     []*pgconn.PgConn // in their transactions, between two statements
	closed   bool
	readers  sync.WaitGroup // those that use connections
}

const begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

// Session begins a query; it connects with the first scan.
func (c *connector) Session(context.Context) (source.Session, error) {
	ctx, cancel := context.WithCancel(context.Background())
	return &session{c: c, ctx: ctx, cancel: cancel}, nil
}

// take gives a connection that sees the session's snapshot and, unless its name is "",
// what the catalog says of a table.
func (s *session) take(ctx context.Context, name string) (*pgconn.PgConn, *table, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, nil, errors.New("the session is closed")
	}
	if n := len(s.idle); n > 0 {
		conn := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.mu.Unlock()
		if name == "" {
			return conn, nil, nil
		}
		t, err := s.c.glance(ctx, conn, name, nil)
		if err != nil {
			s.give(conn)
		}
		return conn, t, err
	}
	first, then := s.leader == nil, "SELECT pg_export_snapshot()"
	if !first {
		then = "SET TRANSACTION SNAPSHOT '" + s.snapshot + "'" // the server's own word: hexadecimal and dashes
	}
	lost := !first && (s.leader.IsClosed() || s.ended)
	s.mu.Unlock()
	if lost { // another connection would see another state
		return nil, nil, lake.Fail(lake.ErrBusy, "source_lost", "The connection to the source "+s.c.name+" broke off.", "source", s.c.name)
	}
	conn, results, err := s.begin(ctx, then, name)
	if err != nil {
		return nil, nil, err
	}
	if first {
		s.lead(conn, results[1])
	}
	if name == "" {
		return conn, nil, nil
	}
	t, err := s.c.glance(ctx, conn, name, results[2].Rows)
	if err != nil {
		s.give(conn)
	}
	return conn, t, err
}

// lead notes the first connection. Scans of a session begin one after the other, so
// nobody else does the same now.
func (s *session) lead(conn *pgconn.PgConn, exported *pgconn.Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leader, s.observed = conn, time.Now().UTC()
	s.snapshot = string(exported.Rows[0][0])
}

// begin starts a transaction with a first statement and a glance at a table, all of it
// sent at once. A connection that was idle may have been lost meanwhile; then another one
// is taken.
func (s *session) begin(ctx context.Context, then, name string) (*pgconn.PgConn, []*pgconn.Result, error) {
	for {
		conn, used, err := s.c.pool.get(ctx)
		if err != nil {
			return nil, nil, err
		}
		all := &pgconn.Batch{}
		all.ExecParams(begin, nil, nil, nil, nil)
		all.ExecParams(then, nil, nil, nil, nil)
		if name != "" {
			s.c.glancing(conn, name, all)
		}
		results, err := conn.ExecBatch(ctx, all).ReadAll()
		if err == nil {
			return conn, results, nil
		}
		lost := conn.IsClosed() || s.c.forgotten(err)
		s.c.pool.discard(conn)
		if !lost || !used || ctx.Err() != nil {
			return nil, nil, s.c.native(ctx, err)
		}
	}
}

// give takes a connection back.
func (s *session) give(conn *pgconn.PgConn) {
	s.mu.Lock()
	if !s.closed && !conn.IsClosed() && conn.TxStatus() == 'T' {
		s.idle = append(s.idle, conn)
		s.mu.Unlock()
		return
	}
	s.ended = s.ended || conn == s.leader
	s.mu.Unlock()
	s.end(conn)
}

// end brings a connection out of its transaction and back into the pool.
func (s *session) end(conn *pgconn.PgConn) {
	if conn.IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := exec(ctx, conn, "ROLLBACK"); err != nil {
		s.c.pool.discard(conn)
		return
	}
	s.c.pool.put(conn)
}

// Close stops what is still being read. Transactions end behind it: nobody needs to wait
// for the server's word.
func (s *session) Close() error {
	s.cancel()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.readers.Wait()
	for _, conn := range s.idle {
		go s.end(conn)
	}
	s.idle = nil
	return nil
}

// Scan asks for some columns of a table.
func (s *session) Scan(ctx context.Context, q lake.Scan) (*lake.Scanned, error) {
	if q.Pin != "" {
		return nil, lake.Fail(lake.ErrInvalid, "pin_unsupported", "PostgreSQL keeps no past states to read.", "source", s.c.name)
	}
	conn, t, err := s.take(ctx, q.Table)
	if err != nil {
		return nil, err
	}
	out, err := s.scan(ctx, conn, t, q)
	if err != nil {
		s.give(conn)
		return nil, err
	}
	out.Snapshot, out.ObservedAt = true, s.observed
	return out, nil
}
