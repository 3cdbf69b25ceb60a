package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

// link is the writing connection, used under the commit lock only. Statements whose
// answer nobody waits for are put off: they go along with the next query, in one round
// trip. Many of them are worked off by a goroutine of their own while the transaction
// prepares the next ones.
type link struct {
	conn    *pgx.Conn
	waiting []op
	size    int // of the arguments that wait, roughly in bytes
	before  int // how many of those that wait belong to earlier members
	busy    sync.WaitGroup
	failed  atomic.Pointer[error]
	cursors int

	saved     bool // the member's savepoint is there
	committed bool // the group's commit was answered
}

// op is one statement that was put off.
type op struct {
	text string
	args []any    // int64, string or nil
	want int64    // how many rows it must touch; 0: any number
	into *copying // not nil: a plain insert, so that many of them may be copied instead
	step step     // what it means for the transaction
	sure bool     // can't fail by what a member wrote; when it does, the whole group fails
}

// step is what a statement does to the transaction.
type step int

const (
	saved step = iota + 1
	released
	committed
)

const (
	handOver     = 1000    // statements; fewer are executed by whoever put them off
	handOverSize = 4 << 20 // bytes of their arguments
	atOnce       = 256     // statements in one round trip
)

// later executes in order, but not necessarily now. After an error nothing more is
// executed until few, exec or settle have reported it, or discard was called.
func (l *link) later(o op) error {
	if err := l.failed.Load(); err != nil {
		return *err
	}
	l.waiting = append(l.waiting, o)
	for _, a := range o.args {
		if s, ok := a.(string); ok {
			l.size += len(s)
		}
	}
	if len(l.waiting) < handOver && l.size < handOverSize {
		return nil
	}
	l.busy.Wait()
	list := l.waiting
	l.waiting, l.size, l.before = make([]op, 0, handOver), 0, 0
	l.busy.Add(1)
	go func() {
		defer l.busy.Done()
		if err := l.run(list); err != nil {
			l.failed.Store(&err)
		}
	}()
	return nil
}

// settle returns when everything that was put off is done.
func (l *link) settle() error {
	list, err := l.take()
	if err != nil {
		return err
	}
	return l.run(list)
}

// take waits for the goroutine and takes over what still waits.
func (l *link) take() ([]op, error) {
	l.busy.Wait()
	list := l.waiting
	l.waiting, l.size, l.before = nil, 0, 0
	if err := l.failed.Swap(nil); err != nil {
		return nil, *err
	}
	return list, nil
}

// begin marks that the next statements belong to another member.
func (l *link) begin() { l.before = len(l.waiting) }

// discard forgets what the newest member has put off, errors included; the caller takes
// back the rest. It tells whether anything of that member was executed at all.
func (l *link) discard() (sent bool) {
	l.busy.Wait()
	sent = l.before == 0
	l.waiting, l.size = l.waiting[:l.before], 0
	l.failed.Store(nil)
	return sent
}

// run executes a list: long stretches of inserts into one table by COPY, everything else
// in batches.
func (l *link) run(list []op) error {
	for len(list) > 0 {
		n := copied(list)
		if n > 0 {
			if err := l.copy(list[:n]); err != nil {
				return nativeError(err)
			}
			list = list[n:]
			continue
		}
		for n = 1; n < len(list) && n < atOnce && copied(list[n:]) == 0; {
			n++
		}
		if err := l.batch(list[:n], nil); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// certain tells whether what still waits can only fail for all of the group together.
func (l *link) certain() bool {
	l.busy.Wait()
	return l.failed.Load() == nil && !slices.ContainsFunc(l.waiting, func(o op) bool { return !o.sure })
}

// wrong is an error of a statement that was sure to succeed.
type wrong struct{ error }

func (w wrong) Unwrap() error { return w.error }

// batch executes a list in one round trip, and a query behind it.
func (l *link) batch(list []op, q *query) error {
	b := &pgx.Batch{}
	for i := range list {
		b.Queue(list[i].text, list[i].args...)
	}
	if q != nil {
		b.Queue(q.text, q.args...)
	}
	br := l.conn.SendBatch(context.Background(), b)
	err := l.read(br, list)
	if err == nil && q != nil {
		err = q.read(br)
	}
	if cerr := br.Close(); err == nil {
		err = nativeError(cerr)
	}
	return err
}

func (l *link) read(br pgx.BatchResults, list []op) error {
	for i := range list {
		tag, err := br.Exec()
		if err == nil {
			err = l.done(&list[i], tag)
		}
		if err = nativeError(err); err != nil && list[i].sure {
			return wrong{err}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// done notes what a statement has come to.
func (l *link) done(o *op, tag pgconn.CommandTag) error {
	switch {
	case o.want > 0 && tag.RowsAffected() != o.want:
		return lake.Fail(lake.ErrStale, "version_unknown", "The version that was to be changed isn't there.")
	case o.step == committed && tag.String() != "COMMIT":
		return errBroken
	case o.step == committed:
		l.committed = true
	case o.step == saved || o.step == released:
		l.saved = o.step == saved
	}
	return nil
}

// query is a question with a short answer.
type query struct {
	text string
	args []any
	row  func(raw [][]byte) error
}

func (q *query) read(br pgx.BatchResults) error {
	rows, err := br.Query()
	if err != nil {
		return nativeError(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := q.row(rows.RawValues()); err != nil {
			return err
		}
	}
	rows.Close()
	return nativeError(rows.Err())
}

// few implements source.
func (l *link) few(_ context.Context, text string, args []any, row func(raw [][]byte) error) error {
	list, err := l.take()
	if err != nil {
		return err
	}
	if len(list) > atOnce || copied(list) > 0 {
		if err := l.run(list); err != nil {
			return err
		}
		list = nil
	}
	return l.batch(list, &query{text, args, row})
}

const fetched = 1000 // rows at once

// many implements source: it reads through a cursor, so that the connection is free for
// other questions while the rows are looked at.
func (l *link) many(ctx context.Context, text string, args []any, row func(raw [][]byte) error, pause func() error) error {
	if err := l.settle(); err != nil {
		return err
	}
	l.cursors++
	name := fmt.Sprintf("hw_cursor_%d", l.cursors)
	// A cancelled statement would cost the connection: whoever has gone is noticed between two.
	if _, err := l.conn.Exec(context.WithoutCancel(ctx), "DECLARE "+name+" NO SCROLL CURSOR FOR "+text, append([]any{pgx.QueryExecModeExec}, args...)...); err != nil {
		return nativeError(err)
	}
	for n := fetched; n == fetched; {
		if err := errors.Join(ctx.Err(), l.settle()); err != nil {
			return err
		}
		var err error
		if n, err = l.fetch(name, row); err != nil {
			return err
		}
		if err := pause(); err != nil {
			return err
		}
	}
	if err := l.settle(); err != nil { // pause may have written
		return err
	}
	return l.plain("CLOSE " + name)
}

func (l *link) fetch(name string, row func(raw [][]byte) error) (n int, err error) {
	res := l.conn.PgConn().ExecParams(context.Background(), fmt.Sprintf("FETCH %d FROM %s", fetched, name), nil, nil, nil, []int16{1})
	for res.NextRow() {
		n++
		if err == nil {
			err = row(res.Values())
		}
	}
	if _, cerr := res.Close(); err == nil {
		err = nativeError(cerr)
	}
	return n, err
}

// plain executes statements without arguments, now, also in a transaction that failed.
func (l *link) plain(text string) error {
	_, err := l.conn.PgConn().Exec(context.Background(), text).ReadAll()
	return nativeError(err)
}

// alive tells whether the connection can still be used.
func (l *link) alive() bool {
	return l != nil && !l.conn.IsClosed() && !l.conn.PgConn().IsClosed()
}

func (l *link) close() {
	l.busy.Wait()
	_ = l.conn.Close(context.Background())
}
