package lake

import (
	"context"
	"slices"
)

// InSource is the Conflict of a kept change that an undo leaves as it is because the
// source itself holds it by now: it was written back, or the source came to it alone.
const InSource = "in_source"

// keepInSource lists what the undone revisions wrote over bases and what the bases say
// themselves by now. There is nothing to take back here.
func (u *undoing) keepInSource(ctx context.Context, tx *Tx) error {
	for _, name := range tx.schema.order {
		e := tx.schema.entities[name]
		if !e.Overlaid() || e.Internal {
			continue
		}
		for s, keys := range u.spans[name] {
			for chunk := range slices.Chunk(keys, baseChunk) {
				if err := u.keepChunk(ctx, tx, e, s, chunk); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (u *undoing) keepChunk(ctx context.Context, tx *Tx, e *Entity, s span, keys []Key) error {
	st := tx.store.(basedTx)
	var rows [3]map[Key]*Record // before, after, now
	for i, at := range []Lineage{u.lake.lineage(u.branch.ID, s.first-1), u.lake.lineage(u.branch.ID, s.last), tx.lineage} {
		list, err := st.StoreTx.Get(ctx, e.Stored(), at, keys)
		if err != nil {
			return err
		}
		rows[i] = make(map[Key]*Record, len(list))
		for j := range list {
			rows[i][list[j].Key] = &list[j]
		}
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return rows[1][k] == nil })
	base, err := st.baseOf(ctx, e, tx.lineage, BaseQuery{Keys: keys})
	if err != nil {
		return err
	}
	for _, k := range keys {
		was, wrote, now := overlayOf(rows[0][k], nil), overlayOf(rows[1][k], base[k]), overlayOf(rows[2][k], base[k])
		c := wrote.inSource(e, k, was, now)
		if c == nil {
			continue
		}
		ok, err := u.sides.seen(ctx, u.rights, c)
		if err != nil {
			return err
		}
		if ok {
			u.res.Kept = append(u.res.Kept, *c)
		}
	}
	return nil
}

// inSource is what an overlay row wrote and its base holds by now, where it is what is
// seen; nil when there is nothing of that kind. was is the row before it, now today's.
func (o *overlay) inSource(e *Entity, key Key, was, now *overlay) *RowChange {
	c := &RowChange{Entity: e.Name, Key: key, Op: RowChanged, Conflict: InSource, ours: now.record(e, key), theirs: &Record{Key: key}, titled: e.Title}
	c.base = c.ours
	switch {
	case was.op != "" && was.op != OpEdit, now.op != "" && now.op != OpEdit:
		return nil // it has a row of its own, before or after
	case o.op == OpGone && o.base == nil:
		c.Op, c.theirs.Cells = RowAdded, o.before
	case o.op == OpInsert && o.base != nil:
		c.Op, c.theirs = RowDeleted, nil
	case o.op == OpEdit && o.base != nil:
		c.theirs.Cells = c.ours.Cells.Clone()
		for n := range o.touched {
			if v := o.row.Cells[n]; !was.touched[n] && v == o.base.Cells[n] && v == c.ours.Cells[n] {
				c.theirs.Cells[n] = o.before[n]
			}
		}
	default:
		return nil
	}
	c.Title = titleOf(e, c.ours, c.theirs)
	ours, theirs := cellsOf(c.ours), cellsOf(c.theirs)
	for i := range e.Fields {
		if n := e.Fields[i].Name; ours[n] != theirs[n] {
			c.Cells = append(c.Cells, CellChange{Field: n, Base: ours[n], Ours: ours[n], Theirs: theirs[n], Result: ours[n]})
		}
	}
	if len(c.Cells) == 0 {
		return nil
	}
	return c
}
