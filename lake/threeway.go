package lake

import "slices"

// threeWay compares one record in three states and says what must become of ours.
// It returns nil when there is nothing to do: the incoming side changed nothing, or
// ours has it already. Only fields of e count.
func threeWay(e *Entity, key Key, base, ours, theirs *Record) *RowChange {
	if alike(e, theirs, base) || alike(e, theirs, ours) {
		return nil
	}
	c := &RowChange{Entity: e.Name, Key: key, Op: RowChanged, base: base, ours: ours, theirs: theirs}
	c.Title, c.titled = titleOf(e, theirs, ours, base), e.Title
	switch {
	case theirs == nil:
		c.Op = RowDeleted
		if !alike(e, ours, base) {
			c.Conflict = "delete_update"
		}
	case base == nil:
		c.Op = RowAdded
		if ours != nil {
			c.Conflict = "insert_insert"
		}
	case ours == nil:
		c.Conflict = "update_delete"
	}
	c.Cells = threeWayCells(e, c)
	if c.Conflict == "" && slices.ContainsFunc(c.Cells, func(x CellChange) bool { return x.Conflict }) {
		c.Conflict = "cell"
	}
	return c
}

func threeWayCells(e *Entity, c *RowChange) []CellChange {
	var out []CellChange
	b, o, t := cellsOf(c.base), cellsOf(c.ours), cellsOf(c.theirs)
	for i := range e.Fields {
		n := e.Fields[i].Name
		x := CellChange{Field: n, Base: b[n], Ours: o[n], Theirs: t[n], Result: t[n]}
		switch {
		case x.Theirs == x.Base && x.Ours == x.Base:
			continue
		case x.Theirs == x.Base: // only ours changed
			x.Result = x.Ours
			if c.Conflict == "" {
				continue
			}
		case x.Ours == x.Base || x.Ours == x.Theirs:
		case c.Op == RowChanged && c.Conflict == "", c.Conflict == "insert_insert":
			x.Conflict, x.Result = true, x.Ours
		}
		out = append(out, x)
	}
	return out
}

func cellsOf(r *Record) Cells {
	if r == nil {
		return nil
	}
	return r.Cells
}

// alike tells whether two states of a record are the same in e's fields.
func alike(e *Entity, a, b *Record) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if a.Version == b.Version && a.Version != 0 {
		return true
	}
	for i := range e.Fields {
		if n := e.Fields[i].Name; a.Cells[n] != b.Cells[n] {
			return false
		}
	}
	return true
}

func titleOf(e *Entity, states ...*Record) string {
	for _, r := range states {
		if r != nil && r.Cells[e.Title] != "" {
			return string(r.Cells[e.Title])
		}
	}
	return ""
}

// outcome is what a resolved change makes of our record: the cells to set, or a delete.
// ok is false when there is nothing to write.
func (c *RowChange) outcome() (w RowWrite, ok bool) {
	w = RowWrite{Key: c.Key, Prev: c.ours}
	if c.theirs == nil {
		w.Delete = true
		return w, c.ours != nil
	}
	w.Set = Cells{}
	if c.ours == nil {
		for n, v := range c.theirs.Cells {
			w.Set[n] = v
		}
		return w, true
	}
	for _, x := range c.Cells {
		if x.Result != x.Ours {
			w.Set[x.Field] = x.Result
		}
	}
	return w, len(w.Set) > 0
}

// resolve settles a conflict by the person's choices, then by the policy. It returns
// false when the change is dropped in favour of ours; an open conflict keeps c.Conflict.
func (c *RowChange) resolve(policy MergePolicy, choices map[choiceKey]Choice) (apply bool) {
	if row, ok := choices[choiceKey{c.Entity, c.Key, ""}]; ok {
		if row.Take == TakeOurs {
			return false
		}
		c.takeAll()
		return true
	}
	if c.Conflict == "" {
		return true
	}
	if c.Conflict == "delete_update" || c.Conflict == "update_delete" {
		switch policy {
		case TakeOurs:
			return false
		case TakeTheirs:
			c.Conflict = ""
		}
		return true
	}
	open := false
	for i := range c.Cells {
		if c.Cells[i].Conflict && !c.Cells[i].settle(policy, choices[choiceKey{c.Entity, c.Key, c.Cells[i].Field}]) {
			open = true
		}
	}
	if !open {
		c.Conflict = ""
	}
	return true
}

// takeAll takes the incoming side's cells wherever there is a conflict.
func (c *RowChange) takeAll() {
	c.Conflict = ""
	for i := range c.Cells {
		if c.Cells[i].Conflict {
			c.Cells[i].Conflict, c.Cells[i].Result = false, c.Cells[i].Theirs
		}
	}
}

func (x *CellChange) settle(policy MergePolicy, choice Choice) bool {
	take := choice.Take
	if take == "" || choice.Ours != nil && *choice.Ours != x.Ours || choice.Theirs != nil && *choice.Theirs != x.Theirs {
		take = policy // none, or made for values that have moved on
	}
	switch take {
	case TakeOurs:
		x.Conflict, x.Result = false, x.Ours
	case TakeTheirs:
		x.Conflict, x.Result = false, x.Theirs
	default:
		return false
	}
	return true
}

type choiceKey struct {
	entity EntityName
	key    Key
	field  FieldName
}

func indexChoices(list []Choice) map[choiceKey]Choice {
	out := make(map[choiceKey]Choice, len(list))
	for _, c := range list {
		out[choiceKey{c.Entity, c.Key, c.Field}] = c
	}
	return out
}
