package intake

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"headwater/lake"
)

// run is an import at work.
type run struct {
	*program
	lake      *lake.Lake
	registry  lake.Registry
	who       lake.Principal
	branch    string
	branchID  lake.BranchID
	catalog   *catalog
	journal   *journal
	inFile    func(*link, sum) bool
	newcomers People
	nobody    map[sum]Problem
	lost      replayed
	mark      mark // the worker's own
	cancel    atomic.Bool
	ended     chan struct{}    // closed when the worker is done
	crash     func(mark) error // tests: called between commit and save
	now       func() time.Time
	renewed   atomic.Int64 // when the lease was renewed, in nanoseconds
	taken     atomic.Bool  // by another node
	saving    sync.Mutex   // one write of the document at a time

	mu     sync.Mutex
	doc    document // what others see
	began  time.Time
	before mark // where this run began, for the rate
}

var (
	errCancelled   = errors.New("cancelled")
	errInterrupted = errors.New("interrupted")
)

// row, made and inserted make and know keys; see keymaker.
func (r *run) row(n int64) lake.Key { return rowKey(r.doc.ID, r.doc.StartedAt, n) }

func (r *run) made(p place, text string) lake.Key {
	return madeKey(r.doc.ID, r.doc.StartedAt, p, text)
}

func (r *run) inserted(key lake.Key) bool {
	n, ok := rowOf(key, r.doc.StartedAt)
	return ok && r.row(n) == key
}

func (r *run) intent() lake.Intent {
	return lake.Intent{Kind: "import", Import: r.doc.ID, Reason: r.doc.File}
}

// work runs the import from its mark to the end.
func (r *run) work(ctx context.Context, f *File) error {
	in, err := f.rows()
	if err != nil {
		return err
	}
	defer in.close()
	if err := in.skip(r.mark.Rows); err != nil {
		return ended(err)
	}
	if r.entity.Directory {
		return r.directory(ctx, in)
	}
	stop, feed := make(chan struct{}), make(chan *batch, 1)
	defer func() {
		close(stop)
		for range feed { // until the reader has noticed
		}
	}()
	go r.feed(in, feed, stop)
	for b := range feed {
		if err := r.stopped(ctx); err != nil {
			return err
		}
		if len(b.rows) > 0 {
			if err := r.commit(ctx, b); err != nil {
				return err
			}
		}
		if b.err != nil && b.err != io.EOF {
			return b.err
		}
		runtime.Gosched() // others wait for the commit lock
	}
	return r.link(ctx)
}

// ended makes the end of a file no error.
func ended(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// stopped tells whether a person or the end of the process stops the import.
func (r *run) stopped(ctx context.Context) error {
	switch {
	case r.cancel.Load():
		return errCancelled
	case ctx.Err() != nil:
		return errInterrupted
	case r.taken.Load():
		return errLost
	case r.now().UnixNano()-r.renewed.Load() > int64(leaseTime): // this process was asleep
		return r.keep(ctx)
	}
	return nil
}

// save keeps the mark, so that others see it and a later run goes on behind it.
func (r *run) save(ctx context.Context, next mark) error {
	r.mark = next
	r.mu.Lock()
	r.doc.Mark = next
	r.doc.Mark.Counts = next.Counts.clone()
	r.pace()
	r.mu.Unlock()
	return r.keep(context.WithoutCancel(ctx))
}

// pace works out rate and time left; r.mu is held.
func (r *run) pace() {
	took := time.Since(r.began).Seconds()
	if took <= 0 {
		return
	}
	r.doc.Rate = float64(r.mark.Rows-r.before.Rows) / took
	r.doc.Linking = r.mark.Linked > 0
	if done := float64(r.mark.Bytes - r.before.Bytes); done > 0 {
		r.doc.SecondsLeft = max(0, float64(r.doc.TotalBytes-r.mark.Bytes)*took/done)
	}
}

// finish keeps how the import ended.
func (r *run) finish(err error) {
	r.mu.Lock()
	now := time.Now().UTC()
	r.doc.FinishedAt, r.doc.SecondsLeft, r.doc.Linking, r.doc.Error = &now, 0, false, nil
	switch {
	case err == nil:
		r.doc.State = Done
	case errors.Is(err, errCancelled):
		r.doc.State = Cancelled
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		r.doc.State, r.doc.FinishedAt = Interrupted, nil
	default:
		r.doc.State, r.doc.Error = Failed, failure(err)
	}
	r.mu.Unlock()
	// When even this can't be saved, the import counts as interrupted after its lease.
	_ = r.keep(context.Background())
}

// failure tells people why an import stopped.
func failure(err error) *Failure {
	var e *lake.Error
	if errors.As(err, &e) {
		return &Failure{e.Code, e.Detail, e.Params}
	}
	var v *lake.ViolationsError
	if errors.As(err, &v) && len(v.Violations) > 0 {
		return &Failure{Code: v.Violations[0].Code, Detail: err.Error()}
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &Failure{Code: "disk_full", Detail: "There is no room left on the disk; free some and resume the import."}
	}
	return &Failure{Code: "import_failed", Detail: err.Error()}
}

// show is the import as it stands now.
func (r *run) show() Import {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.doc.show()
}

// settle finds out whether the batch that was noted last was committed.
func (r *run) settle(ctx context.Context) error {
	list, err := revisions(ctx, r.lake.Store(), r.doc.ID)
	if err != nil {
		return err
	}
	if len(list) <= r.mark.Batches {
		return nil
	}
	newest := list[len(list)-1]
	if note, ok := noted(filepath.Join(r.journal.dir)); ok && note.Batches == len(list) {
		note.Revision = newest
		r.mark = note
		return nil
	}
	r.mark.Batches, r.mark.Revision = len(list), newest
	r.lost = replayed{upto: r.mark.Rows + batchRows, revision: newest}
	return nil
}

// revisions are those that an import has written, oldest first.
func revisions(ctx context.Context, s lake.StoreReader, id string) ([]lake.Revision, error) {
	list, err := s.Revisions(ctx, lake.RevisionQuery{Import: id})
	if err != nil {
		return nil, err
	}
	var out []lake.Revision
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Kind == "import" {
			out = append(out, list[i].Rev)
		}
	}
	return out, nil
}
