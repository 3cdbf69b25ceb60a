package demo

import (
	"context"
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
	w := loading{ctx: ctx, lake: l, known: map[record]bool{}, stages: map[record]bool{}, out: Loaded{Records: map[lake.EntityName]int{}}}
	for _, s := range told.steps {
		if half := halfMonth(s.At, told.start); half != w.half {
			if err := w.flush(); err != nil {
				return w.out, err
			}
			w.half = half
		}
		if err := w.add(s); err != nil {
			return w.out, err
		}
	}
	return w.out, w.flush()
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
	ctx    context.Context
	lake   *lake.Lake
	half   int
	batch  []Step
	stages map[record]bool // records whose stage the batch sets
	known  map[record]bool // records that are there
	out    Loaded
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

func (w *loading) flush() error {
	if len(w.batch) == 0 {
		return nil
	}
	last := w.batch[len(w.batch)-1].At
	_, err := w.lake.Write(w.ctx, lake.System, lake.MainName, func(tx *lake.Tx) error {
		tx.Dated(last)
		tx.SetIntent(lake.Intent{Kind: "import", Reason: "演示数据 Demo data " + last.In(china).Format("2006-01"), Import: "demo"})
		for _, s := range merged(w.batch) {
			if err := w.write(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, s := range w.batch {
		if r := (record{s.Entity, s.Key}); !w.known[r] {
			w.known[r] = true
			w.out.Records[s.Entity]++
		}
	}
	w.out.Revisions++
	w.batch = w.batch[:0]
	clear(w.stages)
	return nil
}

func (w *loading) write(tx *lake.Tx, s Step) error {
	if !w.known[record{s.Entity, s.Key}] {
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
