package lake

import (
	"context"
	"maps"
	"slices"
	"sort"
)

// Diff is a branch compared with its parent.
type Diff struct {
	ChangeSet
	Branch    Branch
	Parent    Branch
	Head      Revision
	Conflicts int // records that both sides changed differently
	Hidden    int // changed records that the person may not see
}

// Diff compares a branch with its parent: what the branch changed since its fork
// (theirs), beside what the parent holds now (ours). Its cost follows the changes.
func (l *Lake) Diff(ctx context.Context, p Principal, branch string) (*Diff, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return nil, err
	}
	b, err := l.visible(p, rights, branch)
	if err != nil {
		return nil, err
	}
	at := l.current()
	d := &Diff{Branch: b, Parent: l.branch(b.Parent), Head: at}
	if b.ID == Main {
		return d, nil
	}
	w, err := l.mergeOf(ctx, l.store, b, at)
	if err != nil {
		return nil, err
	}
	if !d.Parent.seenBy(p, rights) {
		w.ours = w.base // the branch shows its parent as of the fork, and no more of it
	}
	rows, err := w.changes(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range rows {
		ok, err := w.seen(ctx, rights, c)
		if err != nil {
			return nil, err
		}
		if !ok {
			d.Hidden++
			continue
		}
		if c.Conflict != "" {
			d.Conflicts++
		}
		d.add(rights.veil(*c))
	}
	return d, nil
}

// veil hides masked cells: a diff says only that they changed.
func (r *Rights) veil(c RowChange) RowChange {
	if len(r.Masked[c.Entity]) == 0 {
		return c
	}
	cells := make([]CellChange, len(c.Cells))
	for i, x := range c.Cells {
		if r.MaskedField(c.Entity, x.Field) {
			x = CellChange{Field: x.Field, Masked: true, Conflict: x.Conflict}
			c.Masked = true
		}
		cells[i] = x
	}
	c.Cells = cells
	if r.MaskedField(c.Entity, c.titled) {
		c.Title = ""
	}
	return c
}

func (s *ChangeSet) add(c RowChange) {
	i := sort.Search(len(s.Entities), func(i int) bool { return s.Entities[i].Entity >= c.Entity })
	if i == len(s.Entities) || s.Entities[i].Entity != c.Entity {
		s.Entities = append(s.Entities, EntityChanges{})
		copy(s.Entities[i+1:], s.Entities[i:])
		s.Entities[i] = EntityChanges{Entity: c.Entity}
	}
	e := &s.Entities[i]
	switch c.Op {
	case RowAdded:
		e.Added++
	case RowChanged:
		e.Changed++
	case RowDeleted:
		e.Deleted++
	}
	e.Rows = append(e.Rows, c)
}

// threeSides are the places that a three-way comparison reads.
type threeSides struct {
	store              StoreReader
	schema             *Schema // of the result: which fields count
	base, ours, theirs Lineage
	// over is the side that holds overlay rows of entities with a base, and rows reads
	// them as they lie in the store; nil: the sides are states of one branch.
	over Lineage
	rows StoreReader
	// keys yields the keys that the incoming side may have changed, entity by entity.
	keys func(ctx context.Context, e *Entity) ([]Key, error)
	// overlay, where known, is the incoming side's own versions: they needn't be read again.
	overlay func(ctx context.Context, e *Entity, fn func(Record) error) error
}

// mergeOf compares a branch (theirs) with its parent (ours) since the fork (base).
func (l *Lake) mergeOf(ctx context.Context, st StoreReader, b Branch, at Revision) (*threeSides, error) {
	w := &threeSides{ours: l.lineage(b.Parent, at), theirs: l.lineage(b.ID, at), base: l.lineage(b.Parent, b.Fork)}
	rows := l.based(st, func() *Schema { return w.schema })
	w.store, w.rows, w.over = rows, rows.StoreReader, w.theirs
	w.overlay = func(ctx context.Context, e *Entity, fn func(Record) error) error {
		return rows.Overlay(ctx, e, b.ID, at, fn)
	}
	var err error
	w.schema, err = l.schema(ctx, w.theirs)
	return w, err
}

// refreshOf compares the parent now (theirs) with the branch (ours) since the fork.
// Only keys that the branch itself holds count: all others it sees through to the parent.
func (l *Lake) refreshOf(ctx context.Context, st StoreReader, b Branch, at Revision) (*threeSides, error) {
	w := &threeSides{ours: l.lineage(b.ID, head), theirs: l.lineage(b.Parent, at), base: l.lineage(b.Parent, b.Fork)}
	rows := l.based(st, func() *Schema { return w.schema })
	w.store, w.rows, w.over = rows, rows.StoreReader, w.ours
	w.keys = func(ctx context.Context, e *Entity) (keys []Key, err error) {
		err = st.Overlay(ctx, keyOnly(e), b.ID, head, func(r Record) error {
			keys = append(keys, r.Key)
			return nil
		})
		return keys, err
	}
	var err error
	w.schema, err = l.schema(ctx, w.theirs)
	return w, err
}

// changes compares all entities, those that hold the schema first.
func (w *threeSides) changes(ctx context.Context) ([]*RowChange, error) {
	var out []*RowChange
	for _, n := range w.schema.order {
		e := w.schema.entities[n]
		if e.Directory {
			continue
		}
		list, err := w.entity(ctx, e)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// entity compares one entity, in the order of the keys.
func (w *threeSides) entity(ctx context.Context, e *Entity) ([]*RowChange, error) {
	theirs := map[Key]*Record{}
	var keys []Key
	var err error
	if w.overlay != nil {
		err = w.overlay(ctx, e, func(r Record) error {
			keys = append(keys, r.Key)
			if !r.Deleted {
				theirs[r.Key] = &r
			}
			return nil
		})
	} else if keys, err = w.keys(ctx, e); err == nil {
		theirs, err = w.read(ctx, e, w.theirs, keys)
	}
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	ours, err := w.read(ctx, e, w.ours, keys)
	if err != nil {
		return nil, err
	}
	base, err := w.readBase(ctx, e, keys, ours)
	if err != nil {
		return nil, err
	}
	if e.Overlaid() && w.over != nil {
		side := theirs
		if w.overlay == nil {
			side = ours
		}
		if err := w.beforeImages(ctx, e, keys, base, side); err != nil {
			return nil, err
		}
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	var out []*RowChange
	for _, k := range keys {
		if c := threeWay(e, k, base[k], ours[k], theirs[k]); c != nil {
			out = append(out, c)
		}
	}
	return out, nil
}

// beforeImages puts, for records of an entity with a base, what the base held when they
// were first touched into the common state: what a source has changed since is the other
// side's change then, and never silently written over.
func (w *threeSides) beforeImages(ctx context.Context, e *Entity, keys []Key, base, side map[Key]*Record) error {
	over, err := w.stored(ctx, e, w.over, keys)
	if err != nil {
		return err
	}
	parents, err := w.stored(ctx, e, w.base, keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		o, parent := overlayOf(over[k], nil), overlayOf(parents[k], nil)
		if o.op != "" && o.op != OpInsert && parent.op != OpInsert {
			base[k] = o.atBase(e, k, side[k], parent)
		}
	}
	return nil
}

func (w *threeSides) stored(ctx context.Context, e *Entity, l Lineage, keys []Key) (map[Key]*Record, error) {
	list, err := w.rows.Get(ctx, e.Stored(), l, keys)
	return byKey(list), err
}

// readBase reads the base. Where ours goes on from the base, a version of ours that was
// there already at the base is the base's version too, and isn't read again.
func (w *threeSides) readBase(ctx context.Context, e *Entity, keys []Key, ours map[Key]*Record) (map[Key]*Record, error) {
	if !w.base.before(w.ours) {
		return w.read(ctx, e, w.base, keys)
	}
	upto := make(map[BranchID]Revision, len(w.base))
	for _, s := range w.base {
		upto[s.Branch] = s.Upto
	}
	same, left := map[Key]*Record{}, []Key(nil)
	for _, k := range keys {
		if r := ours[k]; r != nil && r.Rev <= upto[r.Branch] {
			same[k] = r
		} else {
			left = append(left, k)
		}
	}
	out, err := w.read(ctx, e, w.base, left)
	maps.Copy(out, same)
	return out, err
}

// before tells whether m is l at a later time: the same branches, none further back.
func (l Lineage) before(m Lineage) bool {
	return slices.EqualFunc(l, m, func(a, b Segment) bool { return a.Branch == b.Branch && a.Upto <= b.Upto })
}

func (w *threeSides) read(ctx context.Context, e *Entity, l Lineage, keys []Key) (map[Key]*Record, error) {
	list, err := w.store.Get(ctx, e, l, keys)
	return byKey(list), err
}

func byKey(list []Record) map[Key]*Record {
	out := make(map[Key]*Record, len(list))
	for i := range list {
		out[list[i].Key] = &list[i]
	}
	return out
}

// seen tells whether every state of a changed record is within the person's scope.
func (w *threeSides) seen(ctx context.Context, rights *Rights, c *RowChange) (bool, error) {
	if rights.AllRows {
		return true, nil
	}
	e, err := w.schema.Entity(c.Entity)
	if err != nil || e.Internal {
		return true, nil
	}
	for _, side := range []struct {
		r *Record
		l Lineage
	}{{c.base, w.base}, {c.ours, w.ours}, {c.theirs, w.theirs}} {
		if side.r == nil {
			continue
		}
		ok, err := scope{ctx, w.store, side.l, w.schema, rights}.holds(e, side.r)
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}
