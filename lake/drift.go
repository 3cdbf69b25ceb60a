package lake

import (
	"context"
	"maps"
	"slices"
	"sort"
)

// DriftRow is a record whose base has changed under what was written over it.
type DriftRow struct {
	Entity EntityName  `json:"entity"`
	Key    Key         `json:"id"`
	Title  string      `json:"title"`
	Code   string      `json:"code"` // moved: cells changed; gone: the base has lost it; exists: the base got one of the same key
	Cells  []DriftCell `json:"cells"`
}

// DriftCell is a cell of which the base holds something else than when it was touched.
type DriftCell struct {
	Field  FieldName `json:"field"`
	Before Cell      `json:"before"` // what the base held when it was touched
	Now    Cell      `json:"now"`    // what it holds now
	Mine   Cell      `json:"mine"`   // what is written over it
	Masked bool      `json:"masked,omitempty"`
}

// Drift lists what has moved under the rows that a branch itself wrote over bases.
func (l *Lake) Drift(ctx context.Context, p Principal, branch string) ([]DriftRow, error) {
	r, err := l.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	var out []DriftRow
	for _, n := range r.schema.order {
		e := r.schema.entities[n]
		if !e.Overlaid() || r.mayRead(e) != nil || !r.rights.AllRows && e.Home.Kind != Foreign {
			continue
		}
		err := l.ownOverlays(ctx, r, e, func(k Key, o *overlay) error {
			if d := o.drift(e, k); d != nil {
				out = append(out, r.rights.veilDrift(*d))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *Rights) veilDrift(d DriftRow) DriftRow {
	for i, c := range d.Cells {
		if r.MaskedField(d.Entity, c.Field) {
			d.Cells[i] = DriftCell{Field: c.Field, Masked: true}
		}
	}
	return d
}

// ownOverlays calls fn for every overlay row that the branch itself holds, with the
// base's record as it is now.
func (l *Lake) ownOverlays(ctx context.Context, r *Reader, e *Entity, fn func(Key, *overlay) error) error {
	var rows []Record
	take := func(rec Record) error {
		if !rec.Deleted {
			rows = append(rows, rec)
		}
		return nil
	}
	var err error
	if r.branch.ID == Main {
		err = l.store.Scan(ctx, e.Stored(), r.lineage, take)
	} else {
		err = l.store.Overlay(ctx, e.Stored(), r.branch.ID, r.rev, take)
	}
	if err != nil {
		return err
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].Key < rows[j].Key })
	reads := l.based(l.store, nil)
	for chunk := range slices.Chunk(rows, baseChunk) {
		keys := make([]Key, len(chunk))
		for i := range chunk {
			keys[i] = chunk[i].Key
		}
		base, err := reads.baseOf(ctx, e, r.lineage, BaseQuery{Keys: keys})
		if err != nil {
			return err
		}
		for i := range chunk {
			if err := fn(chunk[i].Key, overlayOf(&chunk[i], base[chunk[i].Key])); err != nil {
				return err
			}
		}
	}
	return nil
}

// drift is nil when the base holds what the before-image says.
func (o *overlay) drift(e *Entity, key Key) *DriftRow {
	d := &DriftRow{Entity: e.Name, Key: key, Code: "moved", Title: titleOf(e, o.record(e, key), o.base)}
	base := cellsOf(o.base)
	switch {
	case o.op == OpInsert && o.base != nil:
		d.Code = "exists"
		for i := range e.Fields {
			if n := e.Fields[i].Name; base[n] != o.row.Cells[n] {
				d.Cells = append(d.Cells, DriftCell{Field: n, Now: base[n], Mine: o.row.Cells[n]})
			}
		}
		return d
	case o.op == OpInsert || o.op == OpGone && o.base == nil:
		return nil
	case o.base == nil:
		d.Code = "gone"
	}
	for i := range e.Fields {
		n := e.Fields[i].Name
		if (o.op == OpGone || o.touched[n]) && base[n] != o.before[n] {
			d.Cells = append(d.Cells, DriftCell{Field: n, Before: o.before[n], Now: base[n], Mine: o.row.Cells[n]})
		}
	}
	if len(d.Cells) == 0 && d.Code == "moved" {
		return nil
	}
	return d
}

// Settle decides about drifted records of a branch: TakeOurs keeps what was written, and
// takes what the base holds now as its before-image; TakeTheirs gives the base's cells
// back. It returns the revision, 0 when nothing had to be written.
func (l *Lake) Settle(ctx context.Context, p Principal, branch string, entity EntityName, keys []Key, take MergePolicy) (Revision, error) {
	return l.Write(ctx, p, branch, func(tx *Tx) error {
		tx.SetIntent(Intent{Kind: "write", Reason: "drift settled: " + string(take)})
		e, err := tx.userEntity(entity)
		if err != nil {
			return err
		}
		if !e.Overlaid() {
			return Fail(ErrInvalid, "entity_native", "The entity "+string(entity)+" has no base that could drift.", "entity", entity)
		}
		return tx.onOverlays(e, keys, func(k Key, o *overlay) (RowWrite, bool) { return o.settle(e, k, take) })
	})
}

// onOverlays writes overlay rows themselves.
func (tx *Tx) onOverlays(e *Entity, keys []Key, fn func(Key, *overlay) (RowWrite, bool)) error {
	st := tx.store.(basedTx)
	all, err := st.overlays(tx.ctx, e, tx.lineage, keys)
	if err != nil {
		return err
	}
	for _, k := range keys {
		o := all[k]
		if o == nil || o.row == nil {
			continue
		}
		if ok, err := tx.inScope(e, o.row); err != nil || !ok {
			if err == nil {
				err = missing(e.Name, k)
			}
			return err
		}
		w, ok := fn(k, o)
		if !ok {
			continue
		}
		if tx.rev == 0 {
			if err := tx.beginRevision(); err != nil {
				return err
			}
		}
		if err := st.putOverlay(e, tx.branch.ID, tx.rev, w); err != nil {
			return err
		}
	}
	return nil
}

func (o *overlay) settle(e *Entity, key Key, take MergePolicy) (RowWrite, bool) {
	d := o.drift(e, key)
	if d == nil {
		return RowWrite{}, false
	}
	base := cellsOf(o.base)
	w := RowWrite{Key: key, Prev: o.row, Set: Cells{}}
	switch {
	case take == TakeTheirs && (o.op != OpEdit || o.base == nil):
		w.Delete, w.Set = true, nil
		return w, true
	case o.op == OpInsert: // keep every cell as an edit of the base's record
		next := &overlay{op: OpEdit, touched: map[FieldName]bool{}, before: Cells{}}
		for i := range e.Fields {
			if n := e.Fields[i].Name; o.row.Cells[n] != base[n] {
				next.touched[n], next.before[n] = true, base[n]
			} else {
				w.Set[n] = ""
			}
		}
		w.Set[OverlayOp], w.Set[OverlayTouched], w.Set[OverlayBefore] = OpEdit, next.touchedText(), next.beforeText()
		return w, true
	case o.op == OpEdit && o.base == nil: // keep: it is the lake's own record now
		w.Set[OverlayOp], w.Set[OverlayBefore] = OpInsert, ""
		return w, true
	}
	for _, c := range d.Cells {
		if take == TakeTheirs {
			delete(o.touched, c.Field)
			delete(o.before, c.Field)
			w.Set[c.Field] = ""
			continue
		}
		o.before[c.Field] = c.Now
	}
	if o.op == OpEdit && len(o.touched) == 0 {
		w.Delete, w.Set = true, nil
		return w, true
	}
	w.Set[OverlayTouched], w.Set[OverlayBefore] = o.touchedText(), o.beforeText()
	return w, true
}

// Pending is one record whose overlay on main could be written back to its source.
type Pending struct {
	Key    Key    `json:"id"`
	Title  string `json:"title"`
	Op     string `json:"op"`               // edit, insert, gone
	Cells  Cells  `json:"cells"`            // what is to be written
	Before Cells  `json:"before"`           // what the source held in them, or (gone) in all cells
	Drift  bool   `json:"drift,omitempty"`  // the source holds something else by now
	Equal  bool   `json:"equal,omitempty"`  // the source holds what is to be written already
	Base   Cells  `json:"source,omitempty"` // what the source holds now; empty: no such record
}

// Pending lists what main holds over a foreign entity, for write-back.
func (l *Lake) Pending(ctx context.Context, p Principal, entity EntityName) ([]Pending, error) {
	r, err := l.At(ctx, p, MainName, 0)
	if err != nil {
		return nil, err
	}
	e, err := r.schema.Entity(entity)
	if err != nil {
		return nil, err
	}
	if err := r.mayRead(e); err != nil {
		return nil, err
	}
	if e.Home.Kind != Foreign {
		return nil, Fail(ErrInvalid, "entity_not_foreign", "Only entities that live in a source can be written back.", "entity", entity)
	}
	if len(r.rights.Masked[entity]) > 0 {
		return nil, Fail(ErrForbidden, "entity_restricted", "Fields of this entity are masked for you; ask somebody who sees them.", "entity", entity)
	}
	var out []Pending
	err = l.ownOverlays(ctx, r, e, func(k Key, o *overlay) error {
		if w := o.pending(e, k); w.Op != OpEdit || len(w.Cells) > 0 {
			out = append(out, w)
		}
		return nil
	})
	return out, err
}

func (o *overlay) pending(e *Entity, key Key) Pending {
	w := Pending{Key: key, Title: titleOf(e, o.record(e, key), o.base), Op: o.op, Before: o.before, Drift: o.drift(e, key) != nil}
	if o.base != nil {
		w.Base = o.base.Cells
	}
	switch o.op {
	case OpGone:
		w.Equal = o.base == nil
		return w
	case OpInsert:
		w.Cells = ownCells(o.row.Cells)
	default:
		w.Cells = Cells{}
		for n := range o.touched {
			w.Cells[n] = o.row.Cells[n]
		}
	}
	for i := range e.Fields {
		if f := &e.Fields[i]; f.Own { // its source has no place for it
			delete(w.Cells, f.Name)
		}
	}
	w.Equal = o.base != nil
	for n, v := range w.Cells {
		w.Equal = w.Equal && w.Base[n] == v
	}
	return w
}

// written is what is left of an overlay row when the base holds what it said: the cells
// that only the overlay has.
func (o *overlay) written(e *Entity, key Key) RowWrite {
	left := &overlay{touched: map[FieldName]bool{}}
	set := Cells{OverlayOp: OpEdit, OverlayBefore: ""}
	for i := range e.Fields {
		n := e.Fields[i].Name
		switch {
		case e.Fields[i].Own && o.op != OpGone && o.row.Cells[n] != "":
			left.touched[n] = true
		case o.row.Cells[n] != "":
			set[n] = ""
		}
	}
	if len(left.touched) == 0 {
		return RowWrite{Key: key, Prev: o.row, Delete: true}
	}
	set[OverlayTouched] = left.touchedText()
	return RowWrite{Key: key, Prev: o.row, Set: set}
}

// ClearWritten removes overlay rows of main that the base equals by now, as one revision,
// and returns how many of each entity.
func (l *Lake) ClearWritten(ctx context.Context, p Principal, written map[EntityName][]Key, reason string) (Revision, map[EntityName]int, error) {
	n := map[EntityName]int{}
	rev, err := l.Write(ctx, p, MainName, func(tx *Tx) error {
		tx.SetIntent(Intent{Kind: "writeback", Reason: reason})
		for _, name := range slices.Sorted(maps.Keys(written)) {
			e, err := tx.userEntity(name)
			if err != nil {
				return err
			}
			err = tx.onOverlays(e, written[name], func(k Key, o *overlay) (RowWrite, bool) {
				if !o.pending(e, k).Equal {
					return RowWrite{}, false
				}
				n[name]++
				return o.written(e, k), true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return rev, n, err
}
