package lake

import (
	"encoding/json"
	"slices"
	"strings"
)

// overlay is what an entity's own row does to the base's record of the same key.
//
// An edit holds the touched cells only: the others stay the base's, and float with it.
// The before-image is what the base held in a cell when it was first touched; where the
// base holds something else by now, the edit has drifted.
type overlay struct {
	row     *Record // as it lies in the store; nil: no row
	base    *Record // nil: the base has no such record
	op      string
	touched map[FieldName]bool
	before  Cells
}

// overlayOf reads a stored overlay row; nil gives an overlay that does nothing.
func overlayOf(row, base *Record) *overlay {
	o := &overlay{row: row, base: base, touched: map[FieldName]bool{}, before: Cells{}}
	if row == nil || row.Deleted {
		o.row = nil
		return o
	}
	o.op = string(row.Cells[OverlayOp])
	for _, n := range strings.Split(strings.Trim(string(row.Cells[OverlayTouched]), "|"), "|") {
		if n != "" {
			o.touched[FieldName(n)] = true
		}
	}
	if text := row.Cells[OverlayBefore]; text != "" {
		_ = json.Unmarshal([]byte(text), &o.before) // written by cells below
	}
	return o
}

// record is what is seen: the base's record, the overlay's, or both; nil when nothing is.
// What was edited and has lost its base since shows its edits, and its key fields.
func (o *overlay) record(e *Entity, key Key) *Record {
	out := &Record{Key: key, over: o}
	if o.row != nil {
		out.Rev, out.Version, out.Branch = o.row.Rev, o.row.Version, o.row.Branch
	}
	switch {
	case o.op == OpGone, o.op == "" && o.base == nil:
		return nil
	case o.op == "":
		out.Cells = o.base.Cells
		return out
	case o.op == OpInsert:
		out.Cells = ownCells(o.row.Cells)
		return out
	}
	out.Cells = Cells{}
	if o.base != nil {
		out.Cells = o.base.Cells.Clone()
	} else {
		for i, part := range key.Parts(len(e.Home.Key)) {
			out.Cells[e.Home.Key[i]] = part
		}
	}
	for n := range o.touched {
		out.Cells[n] = o.row.Cells[n]
	}
	return out
}

// ownCells leaves the hidden fields out.
func ownCells(c Cells) Cells {
	out := c.Clone()
	delete(out, OverlayOp)
	delete(out, OverlayTouched)
	delete(out, OverlayBefore)
	return out
}

// write turns a write of what is seen into a write of the overlay row. ok is false when
// there is nothing to write: the base says the same already.
func (o *overlay) write(e *Entity, w RowWrite) (out RowWrite, ok bool) {
	next := &overlay{op: o.op, touched: map[FieldName]bool{}, before: o.before.Clone()}
	for n := range o.touched {
		next.touched[n] = true
	}
	set := Cells{}
	switch {
	case w.Delete:
		next.delete(o, set)
	case o.base == nil && o.op != OpEdit:
		next.insert(e, o, w, set)
	default:
		next.edit(e, o, w, set)
	}
	out = RowWrite{Key: w.Key, Prev: o.row}
	if next.op == "" { // the base alone is right
		out.Delete = true
		return out, o.row != nil
	}
	out.Set = set
	set[OverlayOp], set[OverlayTouched], set[OverlayBefore] = Cell(next.op), next.touchedText(), next.beforeText()
	return out, true
}

func (next *overlay) delete(o *overlay, set Cells) {
	for n := range o.touched {
		set[n] = ""
	}
	next.touched = map[FieldName]bool{}
	if o.base == nil {
		next.op = ""
		return
	}
	next.op, next.before = OpGone, o.base.Cells.Clone()
	for n := range o.touched {
		if was, ok := o.before[n]; ok {
			next.before[n] = was
		}
	}
}

func (next *overlay) insert(e *Entity, o *overlay, w RowWrite, set Cells) {
	next.op, next.before = OpInsert, nil
	for n, v := range w.Set {
		set[n] = v
		next.touched[n] = true
	}
	if w.Prev != nil {
		return
	}
	for i := range e.Fields { // nothing of an earlier row comes back
		if n := e.Fields[i].Name; w.Set[n] == "" {
			set[n] = ""
		}
	}
}

func (next *overlay) edit(e *Entity, o *overlay, w RowWrite, set Cells) {
	if o.op == OpInsert { // the base got the same key later
		for n, v := range w.Set {
			set[n], next.touched[n] = v, true
		}
		return
	}
	cells := w.Set
	if w.Prev == nil { // it was deleted and is made again: every cell is the person's word
		cells = Cells{}
		for i := range e.Fields {
			cells[e.Fields[i].Name] = w.Set[e.Fields[i].Name]
		}
		next.touched, next.before = map[FieldName]bool{}, Cells{}
	}
	base := cellsOf(o.base)
	for n, v := range cells {
		if o.base != nil && v == base[n] {
			delete(next.touched, n)
			delete(next.before, n)
			set[n] = ""
			continue
		}
		if !next.touched[n] {
			next.before[n] = base[n]
		}
		next.touched[n], set[n] = true, v
	}
	next.op = OpEdit
	if len(next.touched) == 0 {
		next.op = ""
	}
}

func (o *overlay) touchedText() Cell {
	if len(o.touched) == 0 {
		return ""
	}
	names := make([]string, 0, len(o.touched))
	for n := range o.touched {
		names = append(names, string(n))
	}
	slices.Sort(names)
	return Cell("|" + strings.Join(names, "|") + "|")
}

func (o *overlay) beforeText() Cell {
	if len(o.before) == 0 {
		return ""
	}
	text, _ := json.Marshal(o.before)
	return Cell(text)
}

// atBase is the state that a three-way comparison takes as the common one for a record
// that a side holds an overlay row of: the before-image in the touched cells, the side's
// own in the others, so that what only floated isn't a change. parent is the overlay row
// that the parent held at the fork already: what that touched is the parent's word.
func (o *overlay) atBase(e *Entity, key Key, side *Record, parent *overlay) *Record {
	if parent.op == OpGone {
		return nil
	}
	out := &Record{Key: key, Cells: Cells{}}
	if side != nil {
		out.Cells = side.Cells.Clone()
	}
	if o.op == OpGone {
		out.Cells = o.before.Clone()
	}
	for i := range e.Fields {
		n := e.Fields[i].Name
		switch {
		case parent.touched[n]:
			out.Cells[n] = parent.row.Cells[n]
		case o.op == OpEdit && o.touched[n]:
			out.Cells[n] = o.before[n]
		}
	}
	return out
}
