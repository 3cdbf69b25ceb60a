package duckdb

import (
	"context"
	"time"

	"headwater/lake"
)

// Sync applies what the mirror lacks up to the store's head.
func (e *Engine) Sync(ctx context.Context) error {
	return e.syncTo(ctx, e.store.Head(), false)
}

// syncTo brings the mirror to revision r at least. With branches, the branches are
// looked at even when there is no new revision: making one writes none.
func (e *Engine) syncTo(ctx context.Context, r lake.Revision, branches bool) (err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer func() { err = e.hide("sync", err) }()
	if err := e.life.Err(); err != nil {
		return lake.Fail(lake.ErrBusy, "engine_closed", "The engine is closed.")
	}
	if e.broken {
		if err := e.replace(ctx); err != nil {
			return err
		}
	}
	e.gate.RLock()
	defer e.gate.RUnlock()
	if !branches && e.history.latest().applied >= r {
		return nil
	}
	// What one reader waits for serves all: it isn't stopped when that reader goes, only
	// when the engine closes.
	return e.catchUp(e.life)
}

// catchUp applies everything up to the store's head; e.mu is held.
func (e *Engine) catchUp(ctx context.Context) (err error) {
	defer recovered(&err)
	upto := e.store.Head()
	touched, erased, err := e.touched(ctx, e.history.latest(), upto)
	if err != nil {
		return err
	}
	if touched == nil || touched[fieldsEntity.Name] || touched[entitiesEntity.Name] {
		if err := e.learnFields(ctx, upto); err != nil {
			return err
		}
	}
	branches, err := e.store.Branches(ctx)
	if err != nil {
		return err
	}
	forks, err := e.store.Forks(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	applied := 0
	err = e.commit(ctx, func(s *state) error {
		for name := range s.tables {
			if touched == nil || touched[name] {
				n, err := e.applyEntity(ctx, s, name, s.applied, upto)
				if err != nil {
					return err
				}
				applied += n
			}
		}
		s.applied = upto
		if err := e.forget(ctx, s, erased); err != nil {
			return err
		}
		return e.followBranches(ctx, s, branches, forks)
	})
	if applied > 100_000 {
		e.log.Info("engine: applied changes", "count", applied, "took", time.Since(began))
	}
	return err
}

// commit runs fn over a copy of the state in one transaction and publishes the copy.
func (e *Engine) commit(ctx context.Context, fn func(*state) error) (err error) {
	old := e.history.latest()
	s := old.next()
	if _, err := e.w.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			e.w.ExecContext(ctx, "ROLLBACK")
			panic(p)
		}
	}()
	if err = fn(s); err == nil && s.same(old) {
		_, err = e.w.ExecContext(ctx, "ROLLBACK")
		return err
	}
	if err == nil {
		err = e.saveState(ctx, old, s)
	}
	if err == nil {
		e.history.offer(s)
		if _, err = e.w.ExecContext(ctx, "COMMIT"); err == nil {
			e.history.confirm(s)
			return nil
		}
		e.history.reset(old)
		e.broken = true
		return err
	}
	if _, rerr := e.w.ExecContext(ctx, "ROLLBACK"); rerr != nil {
		e.broken = true
	}
	return err
}

// touched lists the entities with changes in (s.applied, upto], nil meaning all, and the
// records that were erased there.
func (e *Engine) touched(ctx context.Context, s *state, upto lake.Revision) (map[lake.EntityName]bool, []versionOf, error) {
	if s.applied == 0 {
		return nil, nil, nil
	}
	out := map[lake.EntityName]bool{}
	if s.applied >= upto {
		return out, nil, nil
	}
	var erased []versionOf
	infos, err := e.store.Revisions(ctx, lake.RevisionQuery{After: s.applied, Upto: upto})
	for _, info := range infos {
		for name := range info.Changes {
			out[name] = true
		}
		if name, key, ok := info.Erased(); ok {
			erased = append(erased, versionOf{name, key})
		}
	}
	return out, erased, err
}

// forget empties all versions of erased records that the mirror holds. Blocks that it
// doesn't use any more aren't overwritten, so it is built anew when it is opened next.
func (e *Engine) forget(ctx context.Context, s *state, erased []versionOf) error {
	for _, r := range erased {
		t := s.tables[r.entity]
		if t == nil {
			continue
		}
		set := "_title = NULL, _search = NULL"
		for i := range t.Columns {
			for _, c := range t.Columns[i].names() {
				set += ", " + quote(c) + " = NULL"
			}
		}
		if _, err := e.w.ExecContext(ctx, "UPDATE "+t.sqlName()+" SET "+set+" WHERE id = $1", string(r.key)); err != nil {
			return err
		}
	}
	if len(erased) == 0 {
		return nil
	}
	_, err := e.w.ExecContext(ctx, "INSERT INTO "+metaTable+" VALUES ('erased', '1')")
	return err
}
