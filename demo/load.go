package demo

import (
	"context"
	"sync"
	"time"

	"headwater/lake"
)

// Seed is the shipped demo's.
const Seed = 20261121

// Loaded says what Load wrote.
type Loaded struct {
	Records   map[lake.EntityName]int
	Revisions int
}

// Load writes the story into an empty lake, on main: one revision for what was there
// when it begins and then one for each half month, and a further one where a record
// changed twice within it; revisions bear the story's dates. People gives the keys of
// People by e-mail address.
func Load(ctx context.Context, l *lake.Lake, seed uint64, today time.Time, people map[string]lake.Key) (Loaded, error) {
	return load(ctx, l, tell(seed, today, people))
}

func load(ctx context.Context, l *lake.Lake, told *world) (Loaded, error) {
	w := loading{lake: l, known: map[record]bool{}, stages: map[record]bool{}, out: Loaded{Records: map[lake.EntityName]int{}}}
	w.ctx, w.stop = context.WithCancelCause(ctx)
	defer w.stop(nil)
	err := w.run(told)
	w.writing.Wait()
	if err == nil {
		err = context.Cause(w.ctx)
	}
	return w.out, err
}

func (w *loading) run(told *world) error {
	for _, s := range told.steps {
		if half := halfMonth(s.At, told.start); half != w.half {
			if err := w.flush(); err != nil {
				return err
			}
			w.half = half
		}
		if err := w.add(s); err != nil {
			return err
		}
	}
	return w.flush()
}

// halfMonth numbers the time since begin; all before is one.
func halfMonth(t, begin time.Time) int {
	if t.Before(begin) {
		return 0
	}
	t = t.In(china)
	return 1 + t.Year()*24 + int(t.Month())*2 + t.Day()/16
}

type record struct {
	entity lake.EntityName
	key    lake.Key
}

// loading gathers steps into revisions.
type loading struct {
	ctx     context.Context // ends with the first error
	stop    context.CancelCauseFunc
	writing sync.WaitGroup
	lake    *lake.Lake
	half    int
	batch   []Step
	stages  map[record]bool // records whose stage the batch sets
	known   map[record]bool // records that are there, or on their way
	out     Loaded
}

// add puts a step into the batch. A deal's second stage begins a new one, so that
// every stage is in the history.
func (w *loading) add(s Step) error {
	r := record{s.Entity, s.Key}
	_, stage := s.Cells["stage"]
	if stage && w.stages[r] {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if stage {
		w.stages[r] = true
	}
	w.batch = append(w.batch, s)
	return nil
}

// flush hands the batch over as one revision. It returns as soon as that is being written:
// those that wait for the same durable commit share it.
func (w *loading) flush() error {
	if len(w.batch) == 0 {
		return nil
	}
	last := w.batch[len(w.batch)-1].At
	steps, there := merged(w.batch), make([]bool, 0, len(w.batch))
	expected := map[lake.EntityName][]lake.Key{}
	for _, s := range steps {
		r := record{s.Entity, s.Key}
		there = append(there, w.known[r])
		if w.known[r] {
			expected[s.Entity] = append(expected[s.Entity], s.Key)
			continue
		}
		w.known[r] = true
		w.out.Records[s.Entity]++
	}
	w.out.Revisions++
	w.batch = w.batch[:0]
	clear(w.stages)
	return w.hand(func(tx *lake.Tx) error {
		tx.Dated(last)
		tx.SetIntent(lake.Intent{Kind: "import", Reason: "演示数据 Demo data " + last.In(china).Format("2006-01"), Import: "demo"})
		for e, keys := range expected {
			tx.Expect(e, keys)
		}
		for i, s := range steps {
			if err := write(tx, s, there[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// hand begins a write behind those before it, and returns when it has its turn.
func (w *loading) hand(fn func(*lake.Tx) error) error {
	begun := make(chan struct{})
	var once sync.Once
	w.writing.Go(func() {
		_, err := w.lake.Write(w.ctx, lake.System, lake.MainName, func(tx *lake.Tx) error {
			once.Do(func() { close(begun) })
			return fn(tx)
		})
		if err != nil {
			w.stop(err)
		}
		once.Do(func() { close(begun) })
	})
	<-begun
	return context.Cause(w.ctx)
}

func write(tx *lake.Tx, s Step, there bool) error {
	if !there {
		return tx.Insert(s.Entity, s.Key, s.Cells)
	}
	_, err := tx.Put(s.Entity, s.Key, s.Cells)
	return err
}

// merged makes one step of a record's steps, at the place of its first.
func merged(batch []Step) []Step {
	var out []Step
	at := map[record]int{}
	for _, s := range batch {
		r := record{s.Entity, s.Key}
		i, seen := at[r]
		if !seen {
			at[r] = len(out)
			s.Cells = cloned(s.Cells)
			out = append(out, s)
			continue
		}
		for f, v := range s.Cells {
			out[i].Cells[f] = v
		}
	}
	return out
}

// cloned keeps empty cells, which empty a field.
func cloned(c lake.Cells) lake.Cells {
	d := make(lake.Cells, len(c))
	for f, v := range c {
		d[f] = v
	}
	return d
}
