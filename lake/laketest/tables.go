package laketest

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"headwater/lake"
)

// Tables sees to it that tables made within a write show to nobody before it is committed,
// and to nobody at all when it fails: entities over a base get theirs with the first write.
func Tables(t *testing.T, store lake.Store) {
	s := tablesStory{t, store}
	s.hidden(s.fresh("late_one"))
	s.failed(s.fresh("late_two"))
	s.grown(s.fresh("late_three"))
	s.together()
}

type tablesStory struct {
	*testing.T
	store lake.Store
}

// fresh is an entity that nothing was stored of.
func (tablesStory) fresh(name lake.EntityName, fields ...lake.Field) *lake.Entity {
	fields = append([]lake.Field{{Name: "name", Kind: lake.Text}, {Name: "code", Kind: lake.Text, Unique: true}}, fields...)
	e, _ := lake.NewSchema([]lake.Entity{{Name: name, Title: "name", Fields: fields}}).Entity(name)
	return e
}

var errTaken = errors.New("the write is taken back")

// write makes the entity's tables and one record, and then what more says.
func (s tablesStory) write(e *lake.Entity, key lake.Key, cells lake.Cells, more func() error) error {
	return s.store.Commit(ctx, false, func(tx lake.StoreTx) error {
		rev, err := tx.Begin(lake.RevisionInfo{At: time.Now().UTC(), Intent: lake.Intent{Kind: "write"}})
		if err != nil {
			return err
		}
		if err := tx.Ensure(e); err != nil {
			return err
		}
		if err := tx.Put(e, lake.Main, rev, lake.RowWrite{Key: key, Set: cells}); err != nil {
			return err
		}
		if got, err := tx.Get(ctx, e, lake.Lineage{{Upto: rev}}, []lake.Key{key}); err != nil || len(got) != 1 || !got[0].Cells.Equal(cells) {
			s.Errorf("%s: the transaction reads %v of what it wrote (%v)", e.Name, got, err)
		}
		return more()
	})
}

// expect reads an entity at the head in each way that doesn't need an index.
func (s tablesStory) expect(e *lake.Entity, want int) {
	s.Helper()
	at := lake.Lineage{{Upto: s.store.Head()}}
	n := 0
	err := s.store.Scan(ctx, e, at, func(lake.Record) error { n++; return nil })
	got, gerr := s.store.Get(ctx, e, at, []lake.Key{"a"})
	found, lerr := s.store.Lookup(ctx, e, at, "code", "x")
	if err = errors.Join(err, gerr, lerr); err != nil || n != want || len(got) != want || len(found) != want {
		s.Errorf("%s: scan gives %d, get %d, lookup %d records, not %d (%v)", e.Name, n, len(got), len(found), want, err)
	}
}

func (s tablesStory) hidden(e *lake.Entity) {
	s.expect(e, 0)
	err := s.write(e, "a", lake.Cells{"name": "A", "code": "x"}, func() error {
		var reading sync.WaitGroup
		reading.Go(func() { s.expect(e, 0) })
		reading.Wait()
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
	s.expect(e, 1)
}

func (s tablesStory) failed(e *lake.Entity) {
	for range 2 {
		if err := s.write(e, "a", lake.Cells{"name": "A", "code": "x"}, func() error { return errTaken }); !errors.Is(err, errTaken) {
			s.Errorf("the write ends with %v", err)
		}
		s.expect(e, 0)
	}
	if err := s.write(e, "a", lake.Cells{"name": "A", "code": "x"}, func() error { return nil }); err != nil {
		s.Fatal(err)
	}
	s.expect(e, 1)
}

// grown: a column more, taken back once, and another kind of the same name beside it.
func (s tablesStory) grown(e *lake.Entity) {
	wide := s.fresh(e.Name, lake.Field{Name: "size", Kind: lake.Integer})
	other := s.fresh(e.Name, lake.Field{Name: "size", Kind: lake.Text})
	nothing := func() error { return nil }
	err := s.write(e, "a", lake.Cells{"name": "A", "code": "x"}, nothing)
	if taken := s.write(wide, "b", lake.Cells{"name": "B", "size": "7"}, func() error { return errTaken }); !errors.Is(taken, errTaken) {
		s.Errorf("the write ends with %v", taken)
	}
	err = errors.Join(err, s.write(wide, "b", lake.Cells{"name": "B", "size": "7"}, nothing), s.write(other, "c", lake.Cells{"name": "C", "size": "seven"}, nothing))
	if err != nil {
		s.Fatal(err)
	}
	for _, as := range []struct {
		e    *lake.Entity
		b, c lake.Cell
	}{{e, "", ""}, {wide, "7", ""}, {other, "", "seven"}} {
		got := map[lake.Key]lake.Cell{}
		err := s.store.Scan(ctx, as.e, lake.Lineage{{Upto: s.store.Head()}}, func(r lake.Record) error { got[r.Key] = r.Cells["size"]; return nil })
		if err != nil || len(got) != 3 || got["b"] != as.b || got["c"] != as.c {
			s.Errorf("%d fields read %v (%v)", len(as.e.Fields), got, err)
		}
	}
}

// together: several writers share one durable commit, some of them fail.
func (s tablesStory) together() {
	const writers = 12
	list := make([]*lake.Entity, writers)
	var all sync.WaitGroup
	for i := range writers {
		list[i] = s.fresh(lake.EntityName("late_" + strconv.Itoa(i)))
		all.Go(func() {
			for round := range 6 {
				err := s.write(list[i], "a", lake.Cells{"name": "A", "code": "x"}, func() error {
					if round < 5 {
						return errTaken
					}
					return nil
				})
				if round < 5 && !errors.Is(err, errTaken) || round == 5 && err != nil {
					s.Errorf("round %d ends with %v", round, err)
				}
			}
		})
	}
	all.Wait()
	for _, e := range list {
		s.expect(e, 1)
	}
}
