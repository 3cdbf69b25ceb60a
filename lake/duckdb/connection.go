package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
)

// connection is one that questions read over. What begins and ends each question is
// prepared once: parsing and planning it took longer than the rest of a small question.
type connection struct {
	*sql.Conn
	begin, seq, end *sql.Stmt
}

const connectionsKept = 8 // between questions

// connections are those that no question has now.
type connections struct {
	mu   sync.Mutex
	idle []*connection
}

// take gives a connection in a transaction of its own, and the number of the commit that
// it sees.
func (p *connections) take(ctx context.Context, db *sql.DB) (c *connection, seq int64, err error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c, p.idle = p.idle[n-1], p.idle[:n-1]
	}
	p.mu.Unlock()
	if c == nil {
		if c, err = newConnection(ctx, db); err != nil {
			return nil, 0, err
		}
	}
	if _, err = c.begin.ExecContext(ctx); err == nil {
		err = c.seq.QueryRowContext(ctx).Scan(&seq)
	}
	if err != nil {
		p.give(c)
		return nil, 0, err
	}
	return c, seq, nil
}

func newConnection(ctx context.Context, db *sql.DB) (c *connection, err error) {
	c = &connection{}
	if c.Conn, err = db.Conn(ctx); err != nil {
		return nil, err
	}
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{{&c.begin, "BEGIN"}, {&c.seq, "SELECT value::BIGINT FROM " + metaTable + " WHERE key = 'seq'"}, {&c.end, "ROLLBACK"}} {
		if *s.to, err = c.PrepareContext(ctx, s.text); err != nil {
			return nil, errors.Join(err, c.close())
		}
	}
	return c, nil
}

// give ends the transaction and keeps the connection for the next question. One that
// can't end it isn't used again.
func (p *connections) give(c *connection) {
	_, err := c.end.ExecContext(context.Background())
	p.mu.Lock()
	keep := err == nil && len(p.idle) < connectionsKept
	if keep {
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if keep {
		return
	}
	if err != nil { // its transaction may be open still: closed, it would go back to the pool
		c.Raw(func(any) error { return driver.ErrBadConn }) //nolint:errcheck // that is the error
	}
	c.close() //nolint:errcheck // nobody waits for it
}

// close is called when no question reads any more.
func (p *connections) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.idle {
		c.close() //nolint:errcheck // the database is closed next
	}
	p.idle = nil
}

func (c *connection) close() error {
	var errs []error
	for _, s := range []*sql.Stmt{c.begin, c.seq, c.end} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(append(errs, c.Conn.Close())...)
}
