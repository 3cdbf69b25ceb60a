package laketest

import (
	"errors"
	"fmt"
	"maps"

	"headwater/lake"
)

// step does one random operation.
func (w *World) step() {
	switch n := w.Dice.IntN(100); {
	case n < 62:
		w.write()
	case n < 70:
		w.branch()
	case n < 76:
		w.refresh()
	case n < 83:
		w.merge()
	case n < 85:
		w.discard()
	case n < 93:
		w.undo()
	case n < 96:
		w.field()
	case n < 97 && w.opened.Reopen != nil:
		w.note("reopen")
		w.Lake = w.opened.Reopen()
	default:
		w.diff()
	}
}

func (w *World) schema(b *branchModel) *lake.Schema {
	r, err := w.Lake.At(ctx, lake.System, b.name, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Schema()
}

// write puts and deletes a few records in one transaction.
func (w *World) write() {
	b := w.openBranch()
	s := w.schema(b)
	next := b.head().clone()
	type op struct {
		e      *lake.Entity
		key    lake.Key
		cells  lake.Cells
		delete bool
		how    lake.OnDelete
	}
	var ops []op
	touched := map[rowKey]bool{} // written, even if taken back within the same transaction
	for range 1 + w.Dice.IntN(4) {
		e, _ := s.Entity(pick(w.Dice, []lake.EntityName{"companies", "people"}))
		k := rowKey{e.Name, pick(w.Dice, keysOf[e.Name])}
		_, there := next.rows[k]
		if there && w.Dice.chance(20) {
			o := op{e: e, key: k.key, delete: true, how: pick(w.Dice, []lake.OnDelete{"", lake.Restrict, lake.Clear, lake.Cascade})}
			ops, touched[k] = append(ops, o), true
			next.delete(s, k, o.how)
			continue
		}
		o := op{e: e, key: k.key, cells: w.Dice.cells(e, !there)}
		before := next.rows[k]
		if !there {
			next.rows[k] = lake.Cells{}
		}
		next.set(k, o.cells)
		if _, keyed := e.Field(keyField); keyed {
			next.set(k, lake.Cells{keyField: lake.Cell(k.key)})
		}
		ops = append(ops, o)
		touched[k] = touched[k] || !there || !before.Equal(next.rows[k])
	}
	rev, err := w.Lake.Write(ctx, lake.System, b.name, func(tx *lake.Tx) error {
		for _, o := range ops {
			var err error
			if o.delete {
				_, err = tx.Delete(o.e.Name, o.key, o.how)
			} else {
				_, err = tx.Put(o.e.Name, o.key, o.cells)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	w.note("write on %s: %v → %d, %v", b.name, ops, rev, err)
	w.settle(b, next, s, rev, err)
	if err == nil {
		for k, yes := range touched {
			b.own[k] = b.own[k] || yes
		}
	}
}

// settle compares what the lake did with whether the model's state keeps the rules.
func (w *World) settle(b *branchModel, next *state, s *lake.Schema, rev lake.Revision, err error) {
	why := next.broken(s)
	switch {
	case why != "" && err == nil:
		w.t.Errorf("the lake took what breaks a rule: %s", why)
	case why == "" && err != nil:
		w.t.Errorf("the lake refused what keeps the rules: %v", err)
	case err == nil && rev != 0:
		w.undoable = append(w.undoable, done{b, rev, b.head(), next})
		b.commit(rev, next)
	}
}

// delete removes a row and treats its referrers as asked.
func (s *state) delete(schema *lake.Schema, k rowKey, how lake.OnDelete) {
	delete(s.rows, k)
	for _, ref := range schema.Referrers(k.entity) {
		rule := how
		if rule == "" {
			rule = ref.Field.OnDelete
		}
		if rule != lake.Clear && rule != lake.Cascade {
			continue
		}
		for other := range maps.Clone(s.rows) {
			if other.entity != ref.Entity.Name || s.visible(other)[ref.Field.Name] != lake.Cell(k.key) {
				continue
			}
			if rule == lake.Cascade {
				s.delete(schema, other, rule)
			} else {
				s.set(other, lake.Cells{ref.Field.Name: ""})
			}
		}
	}
}

func (w *World) branch() {
	parent := w.openBranch()
	open := 0
	for _, b := range w.branches {
		if b.open {
			open++
		}
	}
	if open > 8 {
		return
	}
	w.made++
	name := fmt.Sprintf("b%d", w.made)
	_, err := w.Lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name, From: parent.name})
	w.note("branch %s from %s: %v", name, parent.name, err)
	if err != nil {
		w.t.Error(err)
		return
	}
	w.branches = append(w.branches, &branchModel{name: name, parent: parent, fork: parent.head(), open: true,
		own: map[rowKey]bool{}, history: []snapshot{{w.Lake.Store().Head(), parent.head()}}})
}

var policies = []lake.MergePolicy{lake.Ask, lake.TakeOurs, lake.TakeTheirs}

func (w *World) merge() {
	b := w.openBranch()
	if b.parent == nil {
		return
	}
	policy, keep := pick(w.Dice, policies), w.Dice.chance(40)
	for _, c := range w.branches {
		if c.parent == b && c.open {
			keep = true
		}
	}
	want, ok := merged(b.fork, b.parent.head(), b.head(), policy, func(rowKey) bool { return true })
	was := w.Lake.Store().Head()
	res, err := w.Lake.Merge(ctx, lake.System, b.name, lake.MergeOptions{Policy: policy, Keep: keep})
	w.note("merge %s into %s (%s, keep %v): %+v %v", b.name, b.parent.name, policy, keep, res, err)
	if !w.expect(want, ok, err) {
		return
	}
	before := b.parent.head()
	w.nothingLeft(res, before, want)
	if res.Revision != 0 {
		w.undoable = append(w.undoable, done{b.parent, res.Revision, before, want})
		b.parent.commit(res.Revision, want)
	}
	if !keep {
		b.open = false
		return
	}
	if head := w.Lake.Store().Head(); head > was {
		w.kept(b, head)
	} else if why := w.differs(b); why != "" {
		w.t.Errorf("a kept branch shows what its parent shows; not so %s", why)
	}
}

// kept is what a branch shows that was merged and kept: what its parent shows.
func (w *World) kept(b *branchModel, rev lake.Revision) {
	parent := b.parent.head()
	want, _ := merged(b.head(), b.head(), parent, lake.TakeTheirs, func(k rowKey) bool { return b.own[k] })
	w.seeThrough(b, want, rev)
	if why := w.differs(b); why != "" {
		w.t.Errorf("the model's kept branch differs: %s", why)
	}
}

func (w *World) differs(b *branchModel) string {
	mine, parent := b.head(), b.parent.head()
	for k := range union(mine, parent) {
		x, y := mine.visible(k), parent.visible(k)
		if !x.Equal(y) || (x == nil) != (y == nil) {
			return string(k.entity) + " " + string(k.key)
		}
	}
	return ""
}

// expect compares the outcome of a merge with the model's; it is true when both merged.
func (w *World) expect(want *state, ok bool, err error) bool {
	why := "open conflict"
	if ok {
		why = want.broken(want.schema(w.rules))
	}
	switch {
	case why == "" && err != nil:
		w.t.Errorf("the lake refused a merge that the model makes: %v", err)
	case why != "" && err == nil:
		w.t.Errorf("the lake made a merge that the model refuses: %s", why)
	case why != "" && !errors.Is(err, lake.ErrConflict):
		w.t.Errorf("a refused merge must be a conflict, not %v", err)
	}
	return why == "" && err == nil
}

// schema rebuilds the rules for a state's fields.
func (s *state) schema(rules []*lake.Entity) *lake.Schema {
	list := make([]lake.Entity, len(rules))
	for i, e := range rules {
		list[i] = lake.Entity{Name: e.Name}
		for _, f := range e.Fields {
			if _, ok := s.fields[fieldKey{e.Name, f.Name}]; ok {
				list[i].Fields = append(list[i].Fields, f)
			}
		}
	}
	return lake.NewSchema(list)
}

// refreshState is what the branch shows after a refresh, in the model.
func (b *branchModel) refreshState(policy lake.MergePolicy) (*state, bool) {
	out, ok := merged(b.fork, b.head(), b.parent.head(), policy, func(k rowKey) bool { return b.own[k] })
	if !ok {
		return nil, false
	}
	b.fillIn(out)
	return out, true
}

// fillIn: rows that the branch never wrote are seen through, they are the parent's.
func (b *branchModel) fillIn(s *state) {
	for k := range s.rows {
		if !b.own[k] {
			delete(s.rows, k)
		}
	}
	for k, row := range b.parent.head().rows {
		if !b.own[k] {
			s.rows[k] = row
		}
	}
}

// seeThrough puts a refreshed state into the branch's history.
func (w *World) seeThrough(b *branchModel, want *state, rev lake.Revision) {
	b.fillIn(want)
	b.fork = b.parent.head()
	own := maps.Clone(b.own)
	b.commit(rev, want)
	b.own = own // rows seen through to the parent aren't the branch's own
}

func (w *World) refresh() {
	b := w.openBranch()
	if b.parent == nil {
		return
	}
	policy := pick(w.Dice, policies)
	want, ok := b.refreshState(policy)
	res, err := w.Lake.Refresh(ctx, lake.System, b.name, lake.MergeOptions{Policy: policy})
	w.note("refresh %s (%s): %+v %v", b.name, policy, res, err)
	if err == nil && res.Revision == 0 {
		if b.fork != b.parent.head() {
			w.t.Error("the lake says that there is nothing to refresh")
		}
		return
	}
	if w.expect(want, ok, err) {
		w.seeThrough(b, want, res.Revision)
	}
}

func (w *World) discard() {
	b := w.openBranch()
	if b.parent == nil {
		return
	}
	err := w.Lake.DiscardBranch(ctx, lake.System, b.name)
	w.note("discard %s: %v", b.name, err)
	for _, c := range w.branches {
		if c.parent == b && c.open {
			if err == nil {
				w.t.Error("a branch with open children was discarded")
			}
			return
		}
	}
	if err != nil {
		w.t.Error(err)
	}
	b.open = false
}

// undo takes the newest revision of a branch back: then the model knows the answer
// exactly. Older ones are tried for their side conditions only.
func (w *World) undo() {
	if len(w.undoable) == 0 {
		return
	}
	d := pick(w.Dice, w.undoable[max(0, len(w.undoable)-6):])
	if !d.branch.open {
		return
	}
	res, err := w.Lake.Undo(ctx, lake.System, d.branch.name, d.rev)
	w.note("undo %d on %s: %+v %v", d.rev, d.branch.name, res, err)
	if err != nil {
		var broken *lake.ViolationsError
		if !errors.As(err, &broken) || d.branch.head() == d.after {
			w.t.Errorf("undo: %v", err)
		}
		return
	}
	want, _ := merged(d.after, d.branch.head(), d.before, lake.TakeOurs, func(rowKey) bool { return true })
	for _, k := range res.Kept {
		if k.Rule != nil { // kept because a later record refers to it
			want.rows[rowKey{k.Entity, k.Key}] = d.branch.head().rows[rowKey{k.Entity, k.Key}]
		}
	}
	if d.branch.head() == d.after && len(res.Kept) > 0 {
		w.t.Errorf("the newest revision must undo whole, kept %+v", res.Kept)
	}
	w.nothingLeft(res, d.branch.head(), want)
	if res.Revision != 0 {
		w.undoable = append(w.undoable, done{d.branch, res.Revision, d.branch.head(), want})
		d.branch.commit(res.Revision, want)
	}
}

// nothingLeft: a result without a revision claims that there was nothing to do.
func (w *World) nothingLeft(res *lake.MergeResult, before, want *state) {
	if res.Revision != 0 {
		return
	}
	same := maps.Equal(before.fields, want.fields)
	for k := range union(before, want) {
		b, a := before.visible(k), want.visible(k)
		same = same && b.Equal(a) && (b == nil) == (a == nil)
	}
	if !same {
		w.t.Error("the lake found nothing to do where the model changes something")
	}
}

// field adds or removes a custom field.
func (w *World) field() {
	b := w.openBranch()
	e := pick(w.Dice, []lake.EntityName{"companies", "people"})
	name := lake.FieldName(fmt.Sprintf("extra%d", w.Dice.IntN(3)))
	key := fieldKey{e, name}
	next := b.head().clone()
	var err error
	if _, there := next.fields[key]; there {
		delete(next.fields, key)
		err = w.Lake.RemoveField(ctx, lake.System, b.name, e, name)
	} else {
		kind := pick(w.Dice, []lake.Kind{lake.Text, lake.Integer})
		next.fields[key] = kind
		err = w.Lake.AddField(ctx, lake.System, b.name, e, lake.Field{Name: name, Kind: kind, Position: 1000}) // the model knows no positions
	}
	w.note("field %s.%s on %s: %v", e, name, b.name, err)
	if err != nil {
		w.t.Error(err)
		return
	}
	rev := w.Lake.Store().Head()
	w.undoable = append(w.undoable, done{b, rev, b.head(), next})
	b.commit(rev, next)
}

// diff: applied to the fork, it gives the branch (law 3).
func (w *World) diff() {
	b := w.openBranch()
	if b.parent == nil {
		return
	}
	d, err := w.Lake.Diff(ctx, lake.System, b.name)
	if err != nil {
		w.t.Error(err)
		return
	}
	got := b.fork.clone()
	got.fields = b.head().fields
	for _, e := range d.Entities {
		for _, c := range e.Rows {
			k := rowKey{e.Entity, c.Key}
			if e.Entity == "hw_fields" {
				continue
			}
			if c.Op == lake.RowDeleted {
				delete(got.rows, k)
				continue
			}
			set := lake.Cells{}
			for _, x := range c.Cells {
				set[x.Field] = x.Theirs
			}
			got.set(k, set)
		}
	}
	// Where parent and branch made the same change, there is no difference to show.
	parent, want := b.parent.head(), b.head()
	for k := range union(got, want) {
		g, w1, p := got.visible(k), want.visible(k), visibleAs(want, parent, k)
		if !g.Equal(w1) && !(p.Equal(w1) && (p == nil) == (w1 == nil)) {
			w.t.Errorf("diff of %s applied to its fork gives %s %s %v, not %v", b.name, k.entity, k.key, g, w1)
		}
	}
}

func visibleAs(schema, from *state, k rowKey) lake.Cells {
	c, ok := shown(schema, from, k)
	if !ok {
		return nil
	}
	return c.Clone()
}

func union(a, b *state) map[rowKey]bool {
	out := map[rowKey]bool{}
	for k := range a.rows {
		out[k] = true
	}
	for k := range b.rows {
		out[k] = true
	}
	return out
}
