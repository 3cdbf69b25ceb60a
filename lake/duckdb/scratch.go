package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
)

// Rows that sources give as Arrow batches are written into tables of a second database,
// in memory (it spills into the directory for temporary files), on connections of their
// own. They are committed before the question that waits for them reads them: its own
// transaction begins in that database with its first look there. A table that the same
// transaction had made would be an empty one to the optimizer, and joins would be built
// on their larger side.
//
// An Arrow view is good for one CREATE TABLE AS SELECT * and for nothing else.

const (
	scratch   = "_scratch"
	loadersOf = 8 // that many questions load rows at once
)

// openScratch makes the database and the connections, before the configuration is
// locked.
func (e *Engine) openScratch(ctx context.Context) error {
	if _, err := e.w.ExecContext(ctx, "ATTACH ':memory:' AS "+scratch); err != nil {
		return err
	}
	e.loaders = make(chan *sql.Conn, loadersOf)
	for range loadersOf {
		c, err := e.db.Conn(ctx)
		if err != nil {
			return err
		}
		e.loaders <- c
		if _, err := c.ExecContext(ctx, "USE "+scratch); err != nil {
			return err
		}
	}
	return nil
}

// closeScratch is called when nobody reads any more.
func (e *Engine) closeScratch() {
	for range len(e.loaders) {
		(<-e.loaders).Close()
	}
}

// loader runs fn on a loading connection in a transaction.
func (e *Engine) loader(ctx context.Context, fn func(*sql.Conn) error) (err error) {
	var c *sql.Conn
	select {
	case c = <-e.loaders:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { e.loaders <- c }()
	defer recovered(&err)
	if _, err := c.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	if err = fn(c); err == nil {
		_, err = c.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		c.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") //nolint:errcheck // there is an error already
	}
	return err
}

// takeRows takes Arrow batches, shows them to look as a table, and gives its name.
func (h *homes) takeRows(rows array.RecordReader, look func(*sql.Conn, string) error) (string, error) {
	guarded := &guardedReader{RecordReader: rows, ctx: h.ctx}
	held, whole, err := h.e.holding.collect(h.conn, guarded)
	if err == nil && whole {
		n := h.e.holding.keep(held)
		h.held = append(h.held, n)
		return heldTable(n), look(h.conn, heldTable(n))
	}
	defer h.e.holding.release(held)
	table, view := h.name("rows"), h.name("arrow")
	if err == nil {
		err = h.e.loader(h.ctx, func(c *sql.Conn) error {
			if err := arrowTable(h.ctx, c, table, view, &replayed{RecordReader: guarded, first: held.batches}); err != nil {
				return err
			}
			if err := guarded.Err(); err != nil {
				return err
			}
			return look(c, table)
		})
	}
	if guarded.failed != nil {
		return "", h.broke(guarded.failed)
	}
	if rerr := rows.Err(); rerr != nil {
		return "", h.broke(rerr)
	}
	if err != nil {
		return "", err
	}
	h.rows = append(h.rows, table)
	return scratch + ".main." + table, nil
}

// replayed gives batches again that were read before the others.
type replayed struct {
	array.RecordReader
	first []arrow.RecordBatch
	now   arrow.RecordBatch
}

func (r *replayed) Next() bool {
	if len(r.first) > 0 {
		r.now, r.first = r.first[0], r.first[1:]
		return true
	}
	r.now = nil
	return r.RecordReader.Next()
}

func (r *replayed) RecordBatch() arrow.RecordBatch {
	if r.now != nil {
		return r.now
	}
	return r.RecordReader.RecordBatch()
}

func (r *replayed) Record() arrow.RecordBatch { return r.RecordBatch() }

func arrowTable(ctx context.Context, c *sql.Conn, table, view string, rows array.RecordReader) error {
	err := c.Raw(func(raw any) (err error) {
		defer recovered(&err)
		conn, ok := raw.(driver.Conn)
		run, ok2 := raw.(driver.ExecerContext)
		if !ok || !ok2 {
			return errors.New("the driver's connection can't be reached")
		}
		a, err := duck.NewArrowFromConn(conn)
		if err != nil {
			return err
		}
		release, err := a.RegisterView(rows, view)
		if err != nil {
			return err
		}
		defer release()
		_, err = run.ExecContext(ctx, "CREATE TABLE "+table+" AS SELECT * FROM "+view, nil)
		return err
	})
	if err == nil {
		_, err = c.ExecContext(ctx, "DROP VIEW "+view)
	}
	return err
}

// broke is an error in the middle of a source's rows. What sources say for people
// passes; the rest goes to the log.
func (h *homes) broke(err error) error {
	var known *lake.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	h.e.log.Warn("engine: a source broke off", "error", err)
	return lake.Fail(lake.ErrBusy, "source_broken", "A source broke off in the middle of its rows; try again.")
}

// dropRows gives the room of a question's rows back.
func (h *homes) dropRows() {
	for _, n := range h.held {
		h.e.holding.drop(n)
	}
	h.held = nil
	for _, table := range h.rows {
		err := h.e.loader(context.WithoutCancel(h.ctx), func(c *sql.Conn) error {
			_, err := c.ExecContext(context.WithoutCancel(h.ctx), "DROP TABLE "+table)
			return err
		})
		if err != nil {
			h.e.log.Warn("engine: rows of a source stay in memory", "error", err)
		}
	}
	h.rows = nil
}
