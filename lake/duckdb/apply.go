package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"

	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
)

// applier brings the versions of one entity into the mirror, within a commit.
//
// A write on main hides the version before it from main and from all free bits, and
// is itself hidden from all branches. A write on a branch hides the version before it
// from the branch, and is itself hidden from everyone else. A branch without a bit
// hides nothing and is hidden from all. A delete is a version that nobody sees.
type applier struct {
	e     *Engine
	s     *state
	t     *table
	taken uint64
	out   *duck.Appender
	gone  map[lake.VersionID]fate // what becomes of earlier versions
	alt   []map[lake.VersionID]lake.Cells
	heads map[lake.BranchID]*head
	count int
}

// fate is what a later version does to an earlier one.
type fate struct {
	hide uint64
	to   int64 // 0: its branch still holds it
}

const (
	handOver   = 1024   // changes per batch between the store and the appender
	manyFates  = 50_000 // fates that are kept before they are carried out
	singleFate = 4      // up to so many, one UPDATE each is faster than a join
)

// applyEntity applies the changes in (after, upto]; it returns how many.
func (e *Engine) applyEntity(ctx context.Context, s *state, name lake.EntityName, after, upto lake.Revision) (int, error) {
	if after >= upto {
		return 0, nil
	}
	a := &applier{e: e, s: s, t: s.tables[name], taken: s.taken(), gone: map[lake.VersionID]fate{}, heads: map[lake.BranchID]*head{}}
	if err := a.readParts(ctx, after, upto); err != nil {
		return 0, err
	}
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	batches, parcels := make(chan []lake.Change, 2), make(chan parcel, 2)
	failed := make(chan error, 2)
	go func() {
		defer close(batches)
		failed <- a.read(work, batches, after, upto)
	}()
	go func() {
		defer close(parcels)
		failed <- a.convert(work, batches, parcels)
	}()
	err := a.write(ctx, parcels)
	if err != nil {
		cancel()
	}
	for range parcels { // nobody else takes them any more
	}
	cancel() // when converting failed, the reader still waits
	for range 2 {
		if ferr := <-failed; err == nil {
			err = ferr
		}
	}
	return a.count, err
}

// readParts collects the cells of columns that share their name with another.
func (a *applier) readParts(ctx context.Context, after, upto lake.Revision) error {
	for _, part := range a.t.parts[1:] {
		cells := map[lake.VersionID]lake.Cells{}
		err := a.e.store.Changes(ctx, part, after, upto, func(c lake.Change) error {
			if len(c.Cells) > 0 {
				cells[c.Version] = c.Cells
			}
			return nil
		})
		if err != nil {
			return err
		}
		a.alt = append(a.alt, cells)
	}
	return nil
}

func (a *applier) read(ctx context.Context, batches chan<- []lake.Change, after, upto lake.Revision) (err error) {
	defer recovered(&err)
	batch := make([]lake.Change, 0, 16)
	err = a.e.store.Changes(ctx, a.t.parts[0], after, upto, func(c lake.Change) error {
		batch = append(batch, c)
		if len(batch) < handOver {
			return nil
		}
		full := batch
		batch = make([]lake.Change, 0, handOver)
		return send(ctx, batches, full)
	})
	if err == nil && len(batch) > 0 {
		err = send(ctx, batches, batch)
	}
	return err
}

func send[T any](ctx context.Context, to chan<- T, x T) error {
	select {
	case to <- x:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// parcel holds column values of new rows and what becomes of earlier ones after them.
type parcel struct {
	lines [][]driver.Value
	gone  map[lake.VersionID]fate
}

// convert works out the rows of changes; the store reads on and the database writes
// meanwhile.
func (a *applier) convert(ctx context.Context, batches <-chan []lake.Change, parcels chan<- parcel) (err error) {
	defer recovered(&err)
	width := 0
	for batch := range batches {
		p := parcel{lines: make([][]driver.Value, 0, len(batch))}
		all := make([]driver.Value, 0, len(batch)*width)
		for i := range batch {
			r := a.row(&batch[i])
			at := len(all)
			all = a.t.values(all, &r)
			p.lines = append(p.lines, all[at:len(all):len(all)])
			width = max(width, len(all)-at)
		}
		if len(a.gone) > manyFates {
			p.gone, a.gone = a.gone, map[lake.VersionID]fate{}
		}
		if err := send(ctx, parcels, p); err != nil {
			return err
		}
	}
	if len(a.gone) > 0 {
		return send(ctx, parcels, parcel{gone: a.gone})
	}
	return nil
}

func (a *applier) write(ctx context.Context, parcels <-chan parcel) (err error) {
	defer func() {
		if cerr := a.flush(); err == nil {
			err = cerr
		}
	}()
	for p := range parcels {
		for _, line := range p.lines {
			if err := a.append(line); err != nil {
				return err
			}
		}
		if len(p.gone) > 0 {
			if err := a.settle(ctx, p.gone); err != nil {
				return err
			}
		}
	}
	return nil
}

// row says who sees a new version, and notes what becomes of the one before it.
func (a *applier) row(c *lake.Change) row {
	h := a.head(c.Branch)
	r := row{change: *c, hidden: allBits, to: forever}
	var hide uint64
	switch {
	case c.Branch == lake.Main:
		hide, r.hidden = ^a.taken, a.taken
	case h.Bit != noBit:
		hide = 1 << h.Bit
		r.hidden = ^hide
	}
	if c.Deleted {
		r.hidden = allBits
	}
	for _, cells := range a.alt {
		r.others = append(r.others, cells[c.Version])
	}
	a.note(h, c)
	if c.Prev != 0 {
		f := a.gone[c.Prev]
		f.hide |= hide
		if c.PrevBranch == c.Branch {
			f.to = int64(c.Rev)
		}
		a.gone[c.Prev] = f
	}
	return r
}

func (a *applier) head(b lake.BranchID) *head {
	h, ok := a.heads[b]
	if !ok {
		h = a.s.change(b)
		a.heads[b] = h
	}
	return h
}

// note keeps a head's count and last revision.
func (a *applier) note(h *head, c *lake.Change) {
	a.count++
	h.Last[a.t.Entity] = c.Rev
	switch {
	case c.Deleted && c.Prev != 0:
		h.Count[a.t.Entity]--
	case !c.Deleted && c.Prev == 0:
		h.Count[a.t.Entity]++
	}
}

func (a *applier) append(line []driver.Value) error {
	if a.out == nil {
		err := a.e.w.Raw(func(conn any) (err error) {
			a.out, err = duck.NewAppenderFromConn(conn.(driver.Conn), "_mirror", string(a.t.Entity))
			return err
		})
		if err != nil {
			return err
		}
	}
	return a.out.AppendRow(line...)
}

func (a *applier) flush() error {
	if a.out == nil {
		return nil
	}
	out := a.out
	a.out = nil
	return out.Close()
}

// settle carries out the fates of earlier versions.
func (a *applier) settle(ctx context.Context, gone map[lake.VersionID]fate) error {
	if err := a.flush(); err != nil {
		return err
	}
	if len(gone) <= singleFate {
		for v, f := range gone {
			text := fmt.Sprintf("UPDATE %s SET _hidden = _hidden | %d::UBIGINT", a.t.sqlName(), f.hide)
			if f.to != 0 {
				text += fmt.Sprintf(", _to = %d", f.to)
			}
			if _, err := a.e.w.ExecContext(ctx, fmt.Sprintf("%s WHERE _ver = %d", text, v)); err != nil {
				return err
			}
		}
		return nil
	}
	var vers, to []int64
	var hide []uint64
	for v, f := range gone {
		vers, hide, to = append(vers, int64(v)), append(hide, f.hide), append(to, f.to)
	}
	_, err := a.e.w.ExecContext(ctx, "UPDATE "+a.t.sqlName()+" AS t SET _hidden = t._hidden | u.h, _to = CASE WHEN u.t = 0 THEN t._to ELSE u.t END"+
		" FROM (SELECT unnest($1::BIGINT[]) v, unnest($2::UBIGINT[]) h, unnest($3::BIGINT[]) t) u WHERE t._ver = u.v", vers, hide, to)
	return err
}
