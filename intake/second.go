package intake

import (
	"context"
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

// link is the second pass: references to rows that came later in the file are set.
func (r *run) link(ctx context.Context) error {
	if r.mark.Later == 0 {
		return nil
	}
	links := map[lake.FieldName]*link{}
	for _, c := range r.columns {
		if c.link != nil && c.link.self {
			links[c.field.Name] = c.link
		}
	}
	var list []deferred
	n := int64(0)
	err := eachLine(filepath.Join(r.journal.dir, laterName), r.mark.Later, func(d deferred) error {
		if n++; n <= r.mark.Linked {
			return nil
		}
		if list = append(list, d); len(list) < batchRows {
			return nil
		}
		defer func() { list = list[:0] }()
		return r.linkBatch(ctx, links, list)
	})
	if err == nil && len(list) > 0 {
		err = r.linkBatch(ctx, links, list)
	}
	return err
}

func (r *run) linkBatch(ctx context.Context, links map[lake.FieldName]*link, list []deferred) error {
	if err := r.stopped(ctx); err != nil {
		return err
	}
	next := r.mark
	rev, err := r.lake.WriteBatch(ctx, r.who, r.branch, func(tx *lake.Tx) error {
		tx.SetIntent(r.intent())
		if err := r.catalog.catchUp(ctx, r.lake.Store(), r.lake.Store().Head(), r.branchID, tx); err != nil {
			return err
		}
		s := linking{run: r, tx: tx, links: links, counts: r.mark.Counts.clone()}
		for i := range list {
			if err := s.set(&list[i]); err != nil {
				return err
			}
		}
		next.Counts, next.Linked = s.counts, next.Linked+int64(len(list))
		if s.wrote {
			next.Batches++
		}
		var err error
		if next, err = r.journal.write(next, s.refused, nil); err != nil {
			return err
		}
		return r.journal.note(next)
	})
	if err != nil {
		r.catalog.reset()
		return err
	}
	if rev > 0 {
		next.Revision = rev
	}
	return r.passed(ctx, next)
}

// linking is one batch of the second pass.
type linking struct {
	*run
	tx      *lake.Tx
	links   map[lake.FieldName]*link
	counts  Counts
	refused []RejectedRow
	wrote   bool
}

// set gives one record the reference that its row names.
func (s *linking) set(d *deferred) error {
	l := s.links[d.Field]
	x := s.catalog.indexes[l.place()]
	key, many := x.find(sumOf(l.fold(d.Text)))
	code := CodeReferenceUnknown
	switch {
	case many:
		code = CodeReferenceAmbiguous
	case key == d.Key:
		code = CodeReferenceSelf
	case key == "" && l.missing == Create:
		return s.create(d, l)
	case key != "":
		return s.put(d, key)
	}
	if l.missing != Reject {
		s.counts.LeftEmpty++
		return nil
	}
	return s.refuse(d, Problem{Code: code, Field: d.Field, Column: d.Column, Value: shown(d.Text),
		Params: map[string]string{"target": string(l.target.Name)}})
}

func (s *linking) create(d *deferred, l *link) error {
	a := s.applier()
	a.ground, a.counts = txGround{s.tx, s.entity.Name, &s.wrote}, s.counts
	key, err := a.makeOne(linkText{&column{spec: &Column{}, field: &lake.Field{Name: d.Field}, link: l}, d.Text, sumOf(l.fold(d.Text))})
	if err != nil {
		return err
	}
	s.counts = a.counts
	return s.put(d, key)
}

func (s *linking) put(d *deferred, key lake.Key) error {
	out, err := s.tx.Put(s.entity.Name, d.Key, lake.Cells{d.Field: lake.Cell(key)})
	if err != nil {
		if p, ok := problemOf(err); ok {
			return s.refuse(d, p)
		}
		return err
	}
	if out != lake.Unchanged {
		s.wrote = true
		if d.Outcome == lake.Unchanged {
			s.counts.Unchanged--
			s.counts.Updated++
		}
	}
	return nil
}

// refuse takes a row back that turned out to refer to nothing: the row that it named
// was rejected itself. A record that was there before the import keeps its other
// changes; its reference stays as it is.
func (s *linking) refuse(d *deferred, p Problem) error {
	if d.Outcome != lake.Inserted {
		s.counts.LeftEmpty++
		return nil
	}
	rec, err := s.tx.Get(s.entity.Name, d.Key)
	if err != nil || rec.Rev == 0 {
		s.counts.LeftEmpty++
		return nil
	}
	if _, err := s.tx.Delete(s.entity.Name, d.Key, lake.Clear); err != nil {
		return err
	}
	s.catalog.wroteGone(s.entity.Name, d.Key)
	s.wrote = true
	s.counts.Inserted--
	s.counts.Rejected++
	s.refused = append(s.refused, RejectedRow{d.Row, d.Line, d.Fields, []Problem{p}})
	return nil
}

// wroteGone stages that a record was deleted.
func (c *catalog) wroteGone(entity lake.EntityName, key lake.Key) {
	for p, x := range c.indexes {
		if p.entity == entity {
			x.gone(key)
		}
	}
}
