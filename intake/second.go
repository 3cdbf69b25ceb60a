package intake

import (
	"context"
	"errors"
	"path/filepath"

	"headwater/lake"
)

// inFile are the values of the file's own rows by which they refer to each other.
type inFile map[place]map[sum]bool

func (f inFile) has(l *link, s sum) bool { return f[l.place()][s] }

// survey reads the file once to learn which records it holds, so that a reference to a
// row further down isn't taken for one to nothing. It costs nothing when the plan has
// no reference of the entity to itself.
func (p *program) survey(ctx context.Context, f *File) (inFile, error) {
	by := map[place]*column{}
	for _, c := range p.columns {
		if c.link == nil || !c.link.self {
			continue
		}
		for _, held := range p.columns {
			if held.field.Name == c.link.by {
				by[c.link.place()] = held
			}
		}
	}
	if len(by) == 0 {
		return nil, nil
	}
	in, err := f.rows()
	if err != nil {
		return nil, err
	}
	defer in.close()
	out := inFile{}
	for at := range by {
		out[at] = map[sum]bool{}
	}
	for {
		row, err := in.next()
		if err != nil {
			return out, ended(err)
		}
		for at, held := range by {
			if got := held.value(row.Fields[held.at], row.Fields); got.cell != "" {
				out[at][sumOf(foldFor(at.field)(string(got.cell)))] = true
			}
		}
		if in.n%batchRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}

// link is the second pass: references to rows that came later in the file are set. A
// row that refers to a row which was rejected is rejected too, and so on.
func (r *run) link(ctx context.Context) error {
	if r.mark.Later == 0 {
		return nil
	}
	s := second{run: r, links: map[lake.FieldName]*link{}}
	for _, c := range r.columns {
		if c.link != nil && c.link.self {
			s.links[c.field.Name] = c.link
		}
	}
	if err := s.findDoomed(); err != nil {
		return err
	}
	var list []deferred
	n := int64(0)
	err := s.each(func(d deferred) error {
		if n++; n <= r.mark.Linked {
			return nil
		}
		if list = append(list, d); len(list) < batchRows {
			return nil
		}
		defer func() { list = list[:0] }()
		return s.commit(ctx, list)
	})
	if err == nil && len(list) > 0 {
		err = s.commit(ctx, list)
	}
	return err
}

// second is the second pass of an import.
type second struct {
	*run
	links  map[lake.FieldName]*link
	doomed map[lake.Key]Problem // inserted records that must go again
}

func (s *second) each(fn func(deferred) error) error {
	return eachLine(filepath.Join(s.journal.dir, laterName), s.mark.Later, fn)
}

// find looks for the record that a reference names; a problem tells why there is none.
func (s *second) find(d *deferred) (lake.Key, *Problem) {
	l := s.links[d.Field]
	key, many := s.catalog.indexes[l.place()].find(sumOf(l.fold(d.Text)))
	code := CodeReferenceUnknown
	switch {
	case many:
		code = CodeReferenceAmbiguous
	case key == d.Key:
		code = CodeReferenceSelf
	case key != "":
		return key, nil
	}
	return "", &Problem{Code: code, Field: d.Field, Column: d.Column, Value: shown(d.Text), Params: map[string]string{"target": string(l.target.Name)}}
}

// findDoomed finds the inserted records whose reference finds nothing, and those that
// refer to them.
func (s *second) findDoomed() error {
	type edge struct{ from, to lake.Key }
	var edges []edge
	var problems []Problem
	s.doomed = map[lake.Key]Problem{}
	err := s.each(func(d deferred) error {
		if s.links[d.Field].missing != Reject || d.Outcome != lake.Inserted {
			return nil
		}
		to, p := s.find(&d)
		if p != nil {
			s.doomed[d.Key] = *p
			return nil
		}
		edges = append(edges, edge{d.Key, to})
		problems = append(problems, Problem{Code: CodeReferenceUnknown, Field: d.Field, Column: d.Column, Value: shown(d.Text),
			Params: map[string]string{"target": string(s.entity.Name)}})
		return nil
	})
	for again := len(s.doomed) > 0; again; {
		again = false
		for i, e := range edges {
			_, gone := s.doomed[e.to]
			if _, known := s.doomed[e.from]; gone && !known {
				s.doomed[e.from], again = problems[i], true
			}
		}
	}
	return err
}

// commit sets the references of some rows as one revision.
func (s *second) commit(ctx context.Context, list []deferred) error {
	if err := s.stopped(ctx); err != nil {
		return err
	}
	next := s.mark
	rev, err := s.lake.WriteBatch(ctx, s.who, s.branch, func(tx *lake.Tx) error {
		if err := sameBranch(tx, s.branchID); err != nil {
			return err
		}
		tx.SetIntent(s.intent())
		if err := s.catalog.catchUp(ctx, s.lake.Store(), s.lake.Store().Head(), s.branchID, tx); err != nil {
			return err
		}
		b := linking{second: s, tx: tx, counts: s.mark.Counts.clone()}
		tx.Expect(s.entity.Name, keysOf(list))
		for i := range list {
			if err := b.set(&list[i]); err != nil {
				return err
			}
		}
		next.Counts, next.Linked = b.counts, next.Linked+int64(len(list))
		if b.wrote {
			next.Batches++
		}
		var err error
		if next, err = s.journal.write(next, b.refused, nil); err != nil {
			return err
		}
		return s.journal.note(next)
	})
	if err != nil {
		s.catalog.reset()
		return err
	}
	if rev > 0 {
		next.Revision = rev
	}
	return s.passed(ctx, next)
}

func keysOf(list []deferred) []lake.Key {
	out := make([]lake.Key, len(list))
	for i := range list {
		out[i] = list[i].Key
	}
	return out
}

// linking is one batch of the second pass.
type linking struct {
	*second
	tx      *lake.Tx
	counts  Counts
	refused []RejectedRow
	wrote   bool
}

// set gives one record the reference that its row names.
func (b *linking) set(d *deferred) error {
	if p, doomed := b.doomed[d.Key]; doomed {
		return b.refuse(d, p)
	}
	if d.Set {
		return nil
	}
	l := b.links[d.Field]
	key, p := b.find(d)
	switch {
	case p == nil:
		if _, doomed := b.doomed[key]; doomed { // by a record that was there before
			b.counts.LeftEmpty++
			return nil
		}
		return b.put(d, key)
	case p.Code == CodeReferenceUnknown && l.missing == Create:
		return b.create(d, l)
	}
	b.counts.LeftEmpty++
	return nil
}

func (b *linking) create(d *deferred, l *link) error {
	a := b.applier()
	a.ground, a.counts = txGround{b.tx, b.entity.Name, &b.wrote}, b.counts
	col := &column{spec: &Column{Column: d.Column}, field: &lake.Field{Name: d.Field}, link: l}
	key, err := a.makeOne(linkText{col, d.Text, sumOf(l.fold(d.Text))})
	if err != nil {
		return err
	}
	b.counts = a.counts
	return b.put(d, key)
}

func (b *linking) put(d *deferred, key lake.Key) error {
	out, err := b.tx.Put(b.entity.Name, d.Key, lake.Cells{d.Field: lake.Cell(key)})
	if err != nil {
		if _, ok := problemOf(err); ok { // somebody deleted it meanwhile
			b.counts.LeftEmpty++
			return nil
		}
		return err
	}
	if out != lake.Unchanged {
		b.wrote = true
		if d.Outcome == lake.Unchanged {
			b.counts.Unchanged--
			b.counts.Updated++
		}
	}
	return nil
}

// refuse takes an inserted row back.
func (b *linking) refuse(d *deferred, p Problem) error {
	if d.Outcome != lake.Inserted {
		return nil
	}
	_, err := b.tx.Delete(b.entity.Name, d.Key, lake.Clear)
	if errors.Is(err, lake.ErrNotFound) { // it names two such rows
		return nil
	}
	if err != nil {
		return err
	}
	b.catalog.gone(b.entity.Name, d.Key)
	b.wrote = true
	b.counts.Inserted--
	b.counts.Rejected++
	b.refused = append(b.refused, RejectedRow{d.Row, d.Line, d.Fields, []Problem{p}})
	return nil
}

// gone stages that a record was deleted.
func (c *catalog) gone(entity lake.EntityName, key lake.Key) {
	for p, x := range c.indexes {
		if p.entity == entity {
			x.gone(key)
		}
	}
}
