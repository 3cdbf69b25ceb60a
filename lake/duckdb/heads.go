package duckdb

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"headwater/lake"
)

// followBranches gives new branches a bit, moves refreshed ones, and marks closed ones
// so that housekeeping frees their bits.
func (e *Engine) followBranches(ctx context.Context, s *state, branches []lake.Branch, forks []lake.Fork) error {
	f := newForkBook(branches, forks)
	for _, b := range branches {
		if b.ID == lake.Main {
			continue
		}
		h, known := s.heads[b.ID]
		closed := b.State != lake.BranchOpen
		if closed {
			if known && h.Bit != noBit && !h.Closed {
				s.change(b.ID).Closed = true
				e.nudge()
			}
			continue
		}
		tail, ok := f.tail(b.ID, s.applied)
		if !ok {
			continue
		}
		if err := e.follow(ctx, s, b.ID, tail); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) follow(ctx context.Context, s *state, b lake.BranchID, tail lake.Lineage) error {
	old := s.heads[b]
	if old != nil && slices.Equal(old.Tail, tail) && (old.Bit != noBit || s.freeBit() == noBit) {
		return nil
	}
	from := lake.Lineage{{Branch: lake.Main, Upto: forever}} // what a free bit sees
	if old != nil && old.Bit != noBit {
		from = old.lineage(b)
	}
	h := s.change(b)
	h.Tail = tail
	if h.Bit == noBit {
		if h.Bit = s.freeBit(); h.Bit == noBit {
			return nil
		}
		clear(h.Count)
		for n, c := range s.heads[lake.Main].Count {
			h.Count[n] = c
		}
	}
	return e.move(ctx, s, b, from, h.lineage(b))
}

// move changes a head's bit in all entities from what one lineage sees to what
// another one sees.
func (e *Engine) move(ctx context.Context, s *state, b lake.BranchID, from, to lake.Lineage) error {
	names := make([]lake.EntityName, 0, len(s.tables))
	for n := range s.tables {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool { return names[i] < names[j] })
	for _, n := range names {
		if err := e.moveEntity(ctx, s, s.tables[n], b, from, to); err != nil {
			return err
		}
	}
	return nil
}

// moveEntity does it for one entity. Only keys can differ that have a version in a
// segment that one lineage reaches and the other doesn't; for those the lineage rule
// says what the head sees.
func (e *Engine) moveEntity(ctx context.Context, s *state, t *table, b lake.BranchID, from, to lake.Lineage) error {
	affected := between(s, t.Entity, from, to)
	if affected == "" {
		return nil
	}
	bit := fmt.Sprintf("%d::UBIGINT", uint64(1)<<s.heads[b].Bit)
	keys := "(SELECT id FROM " + t.sqlName() + " WHERE " + affected + ")"
	seen := "(SELECT _ver FROM (" + lineageRows(t, to, "_ver, id") + ") WHERE id IN " + keys + ")"
	for _, text := range []string{
		"UPDATE " + t.sqlName() + " SET _hidden = _hidden | " + bit + " WHERE _hidden & " + bit + " = 0 AND id IN " + keys + " AND _ver NOT IN " + seen,
		"UPDATE " + t.sqlName() + " SET _hidden = _hidden & ~" + bit + " WHERE _hidden & " + bit + " <> 0 AND _ver IN " + seen,
	} {
		if _, err := e.w.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	var n int64
	err := e.w.QueryRowContext(ctx, "SELECT count(*) FROM "+t.sqlName()+" WHERE _hidden & "+bit+" = 0").Scan(&n)
	h := s.change(b)
	h.Count[t.Entity] = n
	return err
}

// between is the condition on versions that one of two lineages reaches and the other
// doesn't; "" when there are none.
func between(s *state, name lake.EntityName, from, to lake.Lineage) string {
	reach := map[lake.BranchID][2]lake.Revision{}
	for i, l := range []lake.Lineage{from, to} {
		for _, seg := range l {
			r := reach[seg.Branch]
			r[i] = seg.Upto
			reach[seg.Branch] = r
		}
	}
	var out []string
	for b, r := range reach {
		low, high := min(r[0], r[1]), max(r[0], r[1])
		last := lake.Revision(0)
		if h := s.heads[b]; h != nil {
			last = h.Last[name]
		}
		if low < high && last > low {
			out = append(out, fmt.Sprintf("_branch = %d AND _from > %d AND _from <= %d", b, low, high))
		}
	}
	return strings.Join(out, " OR ")
}

// lineageRows selects what a lineage sees, by the rule itself: the nearest segment
// that has a version of a key decides.
func lineageRows(t *table, l lake.Lineage, columns string) string {
	var parts []string
	nearer := ""
	for _, seg := range l {
		part := fmt.Sprintf("SELECT %s FROM %s AS v WHERE _branch = %d AND _from <= %d AND _to > %d AND NOT _deleted",
			columns, t.sqlName(), seg.Branch, seg.Upto, min(seg.Upto, forever-1))
		if nearer != "" {
			part += " AND NOT EXISTS (SELECT 1 FROM " + t.sqlName() + " AS o WHERE o.id = v.id AND (" + nearer + "))"
		}
		parts = append(parts, part)
		if nearer != "" {
			nearer += " OR "
		}
		nearer += fmt.Sprintf("o._branch = %d AND o._from <= %d", seg.Branch, seg.Upto)
	}
	return strings.Join(parts, " UNION ALL ")
}

// forkBook answers which revision of its parent a branch sees.
type forkBook struct {
	parent map[lake.BranchID]lake.BranchID
	forks  map[lake.BranchID][]lake.Fork
}

func newForkBook(branches []lake.Branch, forks []lake.Fork) *forkBook {
	f := &forkBook{parent: map[lake.BranchID]lake.BranchID{}, forks: map[lake.BranchID][]lake.Fork{}}
	for _, b := range branches {
		f.parent[b.ID] = b.Parent
	}
	for _, k := range forks {
		f.forks[k.Branch] = append(f.forks[k.Branch], k)
	}
	return f
}

// tail is the lineage behind a branch's own segment as of a revision. It fails when a
// fork lies behind what is applied: the next sync will see it.
func (f *forkBook) tail(b lake.BranchID, r lake.Revision) (lake.Lineage, bool) {
	var out lake.Lineage
	for b != lake.Main {
		list := f.forks[b]
		i := sort.Search(len(list), func(i int) bool { return list[i].From > r }) - 1
		if len(list) == 0 || i < 0 && len(out) == 0 {
			return nil, false
		}
		k := list[max(i, 0)]
		b, r = f.parent[b], k.At
		out = append(out, lake.Segment{Branch: b, Upto: r})
	}
	return out, true
}

// nudge wakes housekeeping.
func (e *Engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// idleEvery is how often the engine looks whether the writers have paused.
const idleEvery = 1500 * time.Millisecond

// housekeeping catches up when the writers pause, frees the bits of closed branches and
// hands them to waiting ones.
func (e *Engine) housekeeping() {
	defer e.background.Done()
	idle := time.NewTicker(idleEvery)
	defer idle.Stop()
	var seen lake.Revision
	for {
		select {
		case <-e.life.Done():
			return
		case <-idle.C:
			// Nobody has written for a while: catch up, so that the next reader needn't.
			if head := e.store.Head(); head != seen {
				seen = head
			} else if err := e.Sync(e.life); err != nil && e.life.Err() == nil {
				e.hide("catch up", err)
			}
			continue
		case <-e.wake:
		}
		for more := true; more && e.life.Err() == nil; {
			var err error
			if more, err = e.release(e.life); err != nil {
				e.hide("release a bit", err)
				break
			}
			time.Sleep(10 * time.Millisecond) // readers go first
		}
	}
}

// release frees one closed branch's bit: it becomes equal to main's.
func (e *Engine) release(ctx context.Context) (more bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.broken || ctx.Err() != nil {
		return false, nil
	}
	defer recovered(&err)
	closed := []lake.BranchID{}
	for b, h := range e.history.latest().heads {
		if h.Closed && h.Bit != noBit {
			closed = append(closed, b)
		}
	}
	if len(closed) == 0 {
		return false, nil
	}
	b := slices.Min(closed)
	ctx = context.WithoutCancel(ctx)
	return len(closed) > 1, e.commit(ctx, func(s *state) error {
		h := s.change(b)
		if err := e.move(ctx, s, b, h.lineage(b), lake.Lineage{{Branch: lake.Main, Upto: forever}}); err != nil {
			return err
		}
		h = s.change(b)
		h.Bit = noBit
		clear(h.Count)
		return nil
	})
}
