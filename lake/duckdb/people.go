package duckdb

import (
	"context"
	"database/sql/driver"

	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
)

// refreshPeople fills the mirror of the directory when people have changed.
func (e *Engine) refreshPeople(ctx context.Context, ent *lake.Entity) error {
	stamp := int64(0)
	if e.opt.Policy != nil {
		stamp = e.opt.Policy.PeopleStamp()
	}
	fresh := func() bool {
		return e.loaded.Load() && stamp == e.people.Load() && e.history.latest().covers(ent)
	}
	if fresh() {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gate.RLock()
	defer e.gate.RUnlock()
	if fresh() {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	var people []lake.Person
	if e.opt.Policy != nil {
		var err error
		if people, err = e.opt.Policy.People(ctx); err != nil {
			return err
		}
	}
	if err := e.ensure(ctx, ent.Name, ent.Title, ent.Fields); err != nil {
		return err
	}
	err := e.commit(ctx, func(s *state) error {
		h := s.change(lake.Main)
		h.Count[ent.Name] = int64(len(people))
		return e.writePeople(ctx, s.tables[ent.Name], people)
	})
	if err == nil {
		e.people.Store(stamp)
		e.loaded.Store(true)
	}
	return err
}

func (e *Engine) writePeople(ctx context.Context, t *table, people []lake.Person) error {
	if _, err := e.w.ExecContext(ctx, "DELETE FROM "+t.sqlName()); err != nil {
		return err
	}
	return e.w.Raw(func(conn any) error {
		out, err := duck.NewAppenderFromConn(conn.(driver.Conn), "_mirror", string(t.Entity))
		if err != nil {
			return err
		}
		for _, p := range people {
			r := row{to: forever}
			r.change.Key = p.Key
			r.change.Cells = lake.Cells{"name": lake.Cell(p.Name), "email": lake.Cell(p.Email), "team": lake.Cell(p.Team)}
			r.others = make([]lake.Cells, len(t.parts))
			if err := out.AppendRow(t.values(nil, &r)...); err != nil {
				out.Close()
				return err
			}
		}
		return out.Close()
	})
}
