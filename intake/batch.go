package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"headwater/lake"
)

const (
	batchRows  = 5000
	batchBytes = 32 << 20 // of text; rows with long notes make smaller batches
)

// batch is a run of rows that is committed as one revision.
type batch struct {
	rows  []*row
	upto  int64 // rows of the file behind it
	bytes int64 // of the file
	err   error // why reading ended, io.EOF at the end of the file
}

// feed reads and converts rows into batches, while the batch before is committed. It
// ends after a batch with an error, or when stop is closed.
func (p *program) feed(in *rows, out chan<- *batch, stop <-chan struct{}) {
	defer close(out)
	defer func() {
		if p := recover(); p != nil { // a mistake in reading must not end the server
			select {
			case out <- &batch{err: fmt.Errorf("reading rows: %v", p)}:
			case <-stop:
			}
		}
	}()
	for {
		b := p.fill(in)
		select {
		case out <- b:
		case <-stop:
			return
		}
		if b.err != nil {
			return
		}
	}
}

func (p *program) fill(in *rows) *batch {
	b := &batch{rows: make([]*row, 0, batchRows)}
	size := 0
	for len(b.rows) < batchRows && size < batchBytes {
		r, err := in.next()
		if err != nil {
			b.err = err
			break
		}
		for _, f := range r.Fields {
			size += len(f)
		}
		b.rows = append(b.rows, p.read(in.n, &r))
	}
	b.upto, b.bytes = in.n, in.BytesRead()
	return b
}

// commit applies a batch as one revision and moves the mark behind it. Rows that break
// a rule are dropped, and the others tried again.
func (r *run) commit(ctx context.Context, b *batch) error {
	if err := r.people(ctx, b); err != nil {
		return err
	}
	for {
		a := r.applier()
		next, err := r.attempt(ctx, a, b)
		var broken *lake.ViolationsError
		switch {
		case err == nil:
			return r.passed(ctx, next)
		case !errors.As(err, &broken):
			r.catalog.reset()
			return err
		}
		r.catalog.reset()
		if !blame(a.wrote, broken.Violations) {
			return err
		}
	}
}

func (r *run) applier() *applier {
	return &applier{program: r.program, catalog: r.catalog, keys: r, inFile: r.inFile, nobody: r.nobody, lost: r.lost,
		counts: r.mark.Counts.clone(), wrote: map[lake.Key][]*row{}}
}

// sameBranch refuses another branch that has taken the name in the meantime.
func sameBranch(tx *lake.Tx, id lake.BranchID) error {
	if b := tx.Branch(); b.ID != id {
		return lake.Fail(lake.ErrConflict, "branch_closed", "The branch that the import began on is closed; another one has its name now.", "branch", b.Name, "state", "closed")
	}
	return nil
}

// attempt applies the batch in one transaction. Just before it ends, the mark behind
// the batch is noted.
func (r *run) attempt(ctx context.Context, a *applier, b *batch) (mark, error) {
	next := r.mark
	rev, err := r.lake.WriteBatch(ctx, r.who, r.branch, func(tx *lake.Tx) error {
		if err := sameBranch(tx, r.branchID); err != nil {
			return err
		}
		tx.SetIntent(r.intent())
		if err := r.catalog.catchUp(ctx, r.lake.Store(), r.lake.Store().Head(), r.branchID, tx); err != nil {
			return err
		}
		tx.Expect(r.entity.Name, a.expected(b.rows))
		wrote := false
		a.ground = txGround{tx, r.entity.Name, &wrote}
		var refused []RejectedRow
		for _, row := range b.rows {
			_, problems, err := a.apply(ctx, row)
			if err != nil {
				return err
			}
			if len(problems) > 0 {
				refused = append(refused, RejectedRow{row.n, row.line, row.fields, problems})
			}
		}
		next.Counts, next.Rows, next.Bytes = a.counts, b.upto, b.bytes
		if wrote {
			next.Batches++
		}
		var err error
		if next, err = r.journal.write(next, refused, a.later); err != nil {
			return err
		}
		return r.journal.note(next)
	})
	if rev > 0 {
		next.Revision = rev
	}
	return next, err
}

// passed keeps what a committed batch has come to.
func (r *run) passed(ctx context.Context, next mark) error {
	r.catalog.keep(next.Revision)
	if r.crash != nil {
		if err := r.crash(next); err != nil {
			return err
		}
	}
	return r.save(ctx, next)
}

// blame gives the violations to the rows that caused them; of two rows with the same
// unique value it is the later one. False when no row is to blame.
func blame(wrote map[lake.Key][]*row, list []lake.Violation) bool {
	found := false
	for _, v := range list {
		rows := wrote[v.Key]
		if others := wrote[v.Other]; v.Other != "" && len(others) > 0 && len(rows) > 0 && others[len(others)-1].n > rows[len(rows)-1].n {
			rows, v.Other = others, v.Key
		}
		for _, row := range rows {
			found = true
			row.problems = append(row.problems, Problem{Code: v.Code, Field: v.Field, Value: shown(v.Value), Params: map[string]string{"other": string(v.Other)}})
		}
	}
	return found
}

// txGround applies rows to a transaction.
type txGround struct {
	tx     *lake.Tx
	entity lake.EntityName
	wrote  *bool
}

func (g txGround) insert(e lake.EntityName, key lake.Key, cells lake.Cells) error {
	err := g.tx.Insert(e, key, cells)
	*g.wrote = *g.wrote || err == nil
	return err
}

func (g txGround) put(key lake.Key, cells lake.Cells) (lake.Outcome, error) {
	out, err := g.tx.Put(g.entity, key, cells)
	*g.wrote = *g.wrote || err == nil && out != lake.Unchanged
	return out, err
}

func (g txGround) current(key lake.Key) (*lake.Record, error) {
	rec, err := g.tx.Get(g.entity, key)
	if errors.Is(err, lake.ErrNotFound) {
		return nil, nil
	}
	return &rec, err
}

// people adds those to the directory whom the batch's rows name, where the plan says
// so. It can't be done within the transaction: people are not on branches.
func (r *run) people(ctx context.Context, b *batch) error {
	if r.newcomers == nil {
		return nil
	}
	for _, row := range b.rows {
		for _, l := range row.links {
			if l.col.link.target.Name != lake.Users || l.col.link.missing != Create {
				continue
			}
			x := r.catalog.indexes[l.col.link.place()]
			if key, many := x.find(l.sum); key != "" || many {
				continue
			}
			if _, refused := r.nobody[l.sum]; refused {
				continue
			}
			if err := r.newcomer(ctx, l, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// newcomer adds one person, or remembers why that isn't possible.
func (r *run) newcomer(ctx context.Context, l linkText, x *index) error {
	name, email := l.text, ""
	if l.col.link.by == "email" {
		email = l.text
		name, _, _ = strings.Cut(email, "@")
	}
	key, created, err := r.newcomers.EnsurePerson(ctx, r.who, name, email, "")
	if err != nil {
		p, ok := problemOf(err)
		if !ok {
			return err
		}
		if errors.Is(err, lake.ErrForbidden) {
			p.Code = CodePersonForbidden
		}
		p.Value = shown(l.text)
		r.nobody[l.sum] = p
		return nil
	}
	x.at[l.sum] = x.pack(key)
	if created {
		if r.mark.Counts.Created == nil {
			r.mark.Counts.Created = map[lake.EntityName]int64{}
		}
		r.mark.Counts.Created[lake.Users]++
	}
	return nil
}
