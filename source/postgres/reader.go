package postgres

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/jackc/pgx/v5/pgconn"
)

// reader hands over the batches that its workers read. It is an array.RecordReader.
type reader struct {
	s      *session
	st     *statement
	ctx    context.Context
	cancel context.CancelFunc

	batches chan arrow.RecordBatch
	current arrow.RecordBatch
	refs    atomic.Int64

	mu     sync.Mutex
	ranges []string // not yet taken
	err    error

	rows, bytes atomic.Int64
}

// newReader makes a reader that lives until it is read or released, ctx ends, or the
// session is closed.
func newReader(ctx context.Context, s *session, st *statement, ranges []string) *reader {
	r := &reader{s: s, st: st, ranges: ranges, batches: make(chan arrow.RecordBatch, 4)}
	r.ctx, r.cancel = context.WithCancel(ctx)
	context.AfterFunc(s.ctx, r.cancel)
	r.refs.Store(1)
	return r
}

// start begins to read, on conn and on as many connections more as are worth it.
func (r *reader) start(conn *pgconn.PgConn) {
	var group sync.WaitGroup
	n := workers(len(r.ranges))
	r.s.readers.Add(1)
	for i := range n {
		group.Go(func() {
			mine := conn
			if i > 0 {
				var err error
				if mine, _, err = r.s.take(r.ctx, ""); err != nil {
					return // the first one goes on alone
				}
			}
			r.work(mine)
			r.s.give(mine)
		})
	}
	go func() {
		group.Wait()
		close(r.batches)
		r.s.readers.Done()
	}()
}

// work reads one range after the other.
func (r *reader) work(conn *pgconn.PgConn) {
	for {
		also, ok := r.next()
		if !ok {
			return
		}
		if err := r.fetch(conn, also); err != nil {
			r.fail(err)
			return
		}
	}
}

func (r *reader) next() (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil || len(r.ranges) == 0 || r.ctx.Err() != nil {
		return "", false
	}
	also := r.ranges[0]
	r.ranges = r.ranges[1:]
	return also, true
}

// fail keeps the first error and stops the others.
func (r *reader) fail(err error) {
	r.mu.Lock()
	if r.err == nil {
		r.err = r.s.c.native(r.ctx, err)
	}
	r.mu.Unlock()
	r.cancel()
}

// fetch runs the statement for one range and sends its rows.
func (r *reader) fetch(conn *pgconn.PgConn, also string) error {
	result := conn.ExecParams(r.ctx, r.st.text(also), r.st.args.values, nil, nil, r.st.formats)
	b := newBatch(r.st)
	defer func() { b.release() }()
	for result.NextRow() {
		if err := b.add(result.Values()); err != nil {
			r.cancel()
			_, _ = result.Close()
			return err
		}
		if b.full() {
			r.send(b)
		}
	}
	if _, err := result.Close(); err != nil {
		return err
	}
	if b.rows > 0 {
		r.send(b)
	}
	return r.ctx.Err()
}

func (r *reader) send(b *batch) {
	r.rows.Add(int64(b.rows))
	r.bytes.Add(int64(b.bytes))
	rec := b.record()
	select {
	case r.batches <- rec:
	case <-r.ctx.Done(): // the statement ends with an error, too
		rec.Release()
	}
}

func (r *reader) moved() (rows, bytes int64) { return r.rows.Load(), r.bytes.Load() }

func (r *reader) Schema() *arrow.Schema          { return r.st.schema }
func (r *reader) RecordBatch() arrow.RecordBatch { return r.current }
func (r *reader) Record() arrow.RecordBatch      { return r.current }
func (r *reader) Retain()                        { r.refs.Add(1) }

// Next waits for a batch. After the last one, Err tells whether all rows came.
func (r *reader) Next() bool {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
	rec, ok := <-r.batches
	if !ok {
		return false
	}
	if r.Err() != nil {
		rec.Release()
		return false
	}
	r.current = rec
	return true
}

func (r *reader) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil && len(r.ranges) > 0 && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	return r.err
}

// Release stops the reading when nobody needs it any more. Stopped before its end, it
// may take the session's transaction along; then later scans of the session fail.
func (r *reader) Release() {
	if r.refs.Add(-1) != 0 {
		return
	}
	r.cancel()
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
	for rec := range r.batches {
		rec.Release()
	}
}

// single is a result of one number.
func single(name string, n int64) (array.RecordReader, func() (int64, int64)) {
	schema := arrow.NewSchema([]arrow.Field{{Name: name, Type: arrow.PrimitiveTypes.Int64}}, nil)
	b := array.NewInt64Builder(memory.DefaultAllocator)
	defer b.Release()
	b.Append(n)
	col := b.NewArray()
	defer col.Release()
	return records(schema, []arrow.RecordBatch{array.NewRecordBatch(schema, []arrow.Array{col}, 1)}, 1, 8)
}

// empty are n rows without columns.
func empty(n int64) (array.RecordReader, func() (int64, int64)) {
	schema := arrow.NewSchema(nil, nil)
	var list []arrow.RecordBatch
	for left := n; left > 0; left -= batchRows {
		list = append(list, array.NewRecordBatch(schema, nil, min(left, batchRows)))
	}
	return records(schema, list, n, 8)
}

func records(schema *arrow.Schema, list []arrow.RecordBatch, rows, bytes int64) (array.RecordReader, func() (int64, int64)) {
	r, err := array.NewRecordReader(schema, list)
	if err != nil {
		panic(err) // all batches were made with this schema
	}
	for _, rec := range list {
		rec.Release()
	}
	return r, func() (int64, int64) { return rows, bytes }
}
