package lake

import (
	"context"
	"errors"
	"slices"
)

// Merge brings what a branch changed since its fork into its parent, as one revision
// or not at all. Open conflicts come back in the result with ErrConflict (code
// merge_conflicts) and nothing is written. Afterwards the branch is closed unless
// opt.Keep; a kept branch is refreshed, so both show the same.
func (l *Lake) Merge(ctx context.Context, p Principal, branch string, opt MergeOptions) (*MergeResult, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return nil, err
	}
	m := merger{lake: l, who: p, rights: rights, opt: opt, choices: indexChoices(opt.Choices)}
	err = l.exclusive(ctx, func(st StoreTx) error {
		b, err := l.mergeable(p, rights, branch, opt.Keep)
		if err != nil {
			return err
		}
		parent := l.branch(b.Parent)
		m.sides, err = l.mergeOf(ctx, st, b, head)
		if err != nil {
			return err
		}
		tx, err := m.run(ctx, st, parent, Intent{Kind: "merge", Reason: opt.Reason, Source: b.ID}, false)
		if err != nil {
			return err
		}
		m.res.Revision = tx.rev
		if opt.Keep {
			return m.refreshKept(ctx, st, b, max(tx.rev, l.store.Head()))
		}
		b.State = BranchMerged
		return st.SaveBranch(b)
	})
	return m.finish(err)
}

func (l *Lake) mergeable(p Principal, rights *Rights, branch string, keep bool) (Branch, error) {
	b, err := l.writable(p, rights, branch)
	if err != nil {
		return b, err
	}
	if b.ID == Main {
		return b, Fail(ErrInvalid, "branch_is_main", "main has no parent to merge into.")
	}
	parent := l.branch(b.Parent)
	if err := parentSeen(parent, p, rights); err != nil {
		return b, err
	}
	if !rights.Merge && (parent.ID == Main || parent.Owner != p.User) {
		return b, Fail(ErrForbidden, "merge_forbidden", "Merging into "+parent.Name+" needs a manager's right; ask one of them.", "parent", parent.Name)
	}
	if parent.State != BranchOpen {
		return b, closedError(parent)
	}
	if keep {
		return b, nil
	}
	return b, l.childless(b)
}

// Refresh brings what the parent changed since the fork into the branch, and moves the
// fork to the parent's head. Conflicts are as in Merge; ours is the branch.
func (l *Lake) Refresh(ctx context.Context, p Principal, branch string, opt MergeOptions) (*MergeResult, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return nil, err
	}
	m := merger{lake: l, who: p, rights: rights, opt: opt, choices: indexChoices(opt.Choices)}
	err = l.exclusive(ctx, func(st StoreTx) error {
		b, err := l.writable(p, rights, branch)
		if err != nil {
			return err
		}
		if b.ID == Main {
			return Fail(ErrInvalid, "branch_is_main", "main has no parent to be refreshed from.")
		}
		if err := parentSeen(l.branch(b.Parent), p, rights); err != nil {
			return err
		}
		at := l.store.Head()
		if same, err := l.unmoved(ctx, st, b, at); same || err != nil {
			return err
		}
		return m.refresh(ctx, st, b, at)
	})
	return m.finish(err)
}

// parentSeen: a shared branch may stand on somebody's private one.
func parentSeen(parent Branch, p Principal, rights *Rights) error {
	if parent.seenBy(p, rights) {
		return nil
	}
	return Fail(ErrForbidden, "branch_not_yours", "The branch "+parent.Name+" belongs to somebody else.", "branch", parent.Name)
}

// unmoved tells whether the parent shows the same as at the fork.
func (l *Lake) unmoved(ctx context.Context, st StoreReader, b Branch, at Revision) (bool, error) {
	newer, err := st.Revisions(ctx, RevisionQuery{Branch: &b.Parent, After: b.Fork, Upto: at, Limit: 1})
	return len(newer) == 0, err
}

// merger is one merge, refresh or undo on its way.
type merger struct {
	lake    *Lake
	who     Principal
	rights  *Rights
	opt     MergeOptions
	choices map[choiceKey]Choice
	sides   *threeSides
	res     MergeResult

	differing int // changes that the comparison found, those that were dropped included
}

var errOpenConflicts = Fail(ErrConflict, "merge_conflicts", "Both sides changed the same; choose which value to take.")

func (m *merger) finish(err error) (*MergeResult, error) {
	if err != nil && !errors.Is(err, errOpenConflicts) {
		return nil, err
	}
	if err != nil {
		m.res.Revision, m.res.Applied = 0, 0
	}
	for i := range m.res.Conflicts {
		m.res.Conflicts[i] = m.rights.veil(m.res.Conflicts[i])
	}
	return &m.res, err
}

// run compares, resolves and writes onto a branch. With force the revision is begun
// even when no record has to be written.
func (m *merger) run(ctx context.Context, st StoreTx, onto Branch, why Intent, force bool) (*Tx, error) {
	schema, err := m.lake.schema(ctx, m.lake.lineage(onto.ID, head))
	if err != nil {
		return nil, err
	}
	tx := m.lake.newTx(ctx, st, m.who, onto, schema)
	tx.rights = m.rights
	tx.SetIntent(why)
	if force {
		if err := tx.beginRevision(); err != nil {
			return nil, err
		}
	}
	if err := m.applySchema(ctx, tx); err != nil {
		return nil, err
	}
	m.sides.schema = tx.schema
	rows, err := m.sides.changes(ctx)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(c *RowChange) bool { return isInternal(c.Entity) })
	if err := m.refuseUnseen(ctx, rows); err != nil {
		return nil, err
	}
	if err := m.apply(tx, rows); err != nil {
		return nil, err
	}
	return tx, m.rules(tx)
}

// applySchema brings the records of the schema first: they say which cells there are.
func (m *merger) applySchema(ctx context.Context, tx *Tx) error {
	var rows []*RowChange
	for _, e := range internal {
		list, err := m.sides.entity(ctx, e)
		if err != nil {
			return err
		}
		rows = append(rows, list...)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := m.apply(tx, rows); err != nil {
		return err
	}
	return tx.ensureTables()
}

// refuseUnseen: who can't see or write all of it can't merge it.
func (m *merger) refuseUnseen(ctx context.Context, rows []*RowChange) error {
	n := 0
	for _, c := range rows {
		ok, err := m.sides.seen(ctx, m.rights, c)
		if err != nil {
			return err
		}
		if !ok || slices.ContainsFunc(c.Cells, func(x CellChange) bool { return m.rights.MaskedField(c.Entity, x.Field) }) {
			n++
		}
	}
	return outOfScope(n)
}

// refuseUnseenConflicts: what only the parent changed comes along with a refresh, but
// who can't see both sides of a conflict can't settle it.
func (m *merger) refuseUnseenConflicts(ctx context.Context, rows []*RowChange) error {
	n := 0
	for _, c := range rows {
		if c.Conflict == "" {
			continue
		}
		ok, err := m.sides.seen(ctx, m.rights, c)
		if err != nil {
			return err
		}
		if !ok || slices.ContainsFunc(c.Cells, func(x CellChange) bool { return x.Conflict && m.rights.MaskedField(c.Entity, x.Field) }) {
			n++
		}
	}
	return outOfScope(n)
}

func outOfScope(n int) error {
	if n == 0 {
		return nil
	}
	return Fail(ErrForbidden, "merge_out_of_scope", "The changes touch records or fields that you may not see or write; ask somebody who may.", "count", n)
}

// apply resolves the rows and writes those that are settled.
func (m *merger) apply(tx *Tx, rows []*RowChange) error {
	m.differing += len(rows)
	var writes []*RowChange
	for _, c := range rows {
		if !c.resolve(m.opt.Policy, m.choices) {
			continue
		}
		if c.Conflict != "" {
			m.res.Conflicts = append(m.res.Conflicts, *c)
			continue
		}
		writes = append(writes, c)
	}
	if len(m.res.Conflicts) > 0 {
		return errOpenConflicts
	}
	tx.expectNew(writes)
	for _, c := range writes {
		w, ok := c.outcome()
		if !ok {
			continue
		}
		e, err := tx.schema.Entity(c.Entity)
		if err != nil {
			return err
		}
		if err := tx.write(e, w); err != nil {
			return err
		}
		m.res.Applied++
	}
	return nil
}

// expectNew announces the records that are written without having been read.
func (tx *Tx) expectNew(writes []*RowChange) {
	keys := map[EntityName][]Key{}
	for _, c := range writes {
		if c.ours == nil || c.ours.over == nil {
			keys[c.Entity] = append(keys[c.Entity], c.Key)
		}
	}
	for e, list := range keys {
		tx.Expect(e, list)
	}
}

// rules checks the merged state; what breaks a rule is a conflict that can be settled
// by keeping ours for that record.
func (m *merger) rules(tx *Tx) error {
	found, err := tx.violations()
	if err != nil {
		return err
	}
	more, err := m.requiredMissing(tx)
	if err != nil {
		return err
	}
	for _, v := range append(found, more...) {
		entity := v.Entity
		if v.Code == "referenced" {
			entity = EntityName(v.Value)
		}
		rule := v
		m.res.Conflicts = append(m.res.Conflicts, RowChange{Entity: entity, Key: v.Key, Op: RowChanged, Conflict: "rule", Rule: &rule})
	}
	if len(m.res.Conflicts) > 0 {
		return errOpenConflicts
	}
	return nil
}

// requiredMissing finds merged records whose required fields are empty: one side may
// have emptied what the other made required.
func (m *merger) requiredMissing(tx *Tx) ([]Violation, error) {
	var out []Violation
	for name, written := range tx.checks.written {
		e := tx.schema.entities[name]
		if !slices.ContainsFunc(e.Fields, func(f Field) bool { return f.Required }) {
			continue
		}
		keys := make([]Key, 0, len(written))
		for k := range written {
			keys = append(keys, k)
		}
		list, err := tx.store.Get(tx.ctx, e, tx.lineage, keys)
		if err != nil {
			return nil, err
		}
		for i := range list {
			for _, f := range e.Fields {
				if f.Required && list[i].Cells[f.Name] == "" {
					out = append(out, Violation{Entity: name, Key: list[i].Key, Field: f.Name, Code: "required"})
				}
			}
		}
	}
	return out, nil
}

// refresh writes what differs for the keys that the branch itself holds, and moves its fork.
func (m *merger) refresh(ctx context.Context, st StoreTx, b Branch, at Revision) error {
	var err error
	if m.sides, err = m.lake.refreshOf(ctx, st, b, at); err != nil {
		return err
	}
	tx, err := m.runRefresh(ctx, st, b, at)
	if err != nil {
		return err
	}
	m.res.Revision = tx.rev
	return nil
}

// runRefresh is run for a refresh: the rules are checked on the state with the fork
// already moved, for all that the branch holds.
func (m *merger) runRefresh(ctx context.Context, st StoreTx, b Branch, at Revision) (*Tx, error) {
	schema, err := m.lake.schema(ctx, m.sides.ours)
	if err != nil {
		return nil, err
	}
	tx := m.lake.newTx(ctx, st, m.who, b, schema)
	tx.rights = m.rights
	tx.SetIntent(Intent{Kind: "refresh", Reason: m.opt.Reason, Source: b.Parent})
	if err := tx.beginRevision(); err != nil {
		return nil, err
	}
	moved := append(Lineage{{b.ID, head}}, m.lake.lineage(b.Parent, at)...)
	tx.lineage, tx.moved = moved, true // what is written now stands on the new fork
	if err := m.applySchema(ctx, tx); err != nil {
		return nil, err
	}
	if tx.schema, err = readSchema(ctx, st, moved); err != nil {
		return nil, err
	}
	m.sides.schema = tx.schema
	rows, err := m.sides.changes(ctx)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(c *RowChange) bool { return isInternal(c.Entity) })
	if err := m.refuseUnseenConflicts(ctx, rows); err != nil {
		return nil, err
	}
	settled := conflicting(tx.schema, rows)
	if err := m.apply(tx, rows); err != nil {
		return nil, err
	}
	for e, keys := range settled {
		if err := tx.onOverlays(e, keys, func(k Key, o *overlay) (RowWrite, bool) { return o.settle(e, k, TakeOurs) }); err != nil {
			return nil, err
		}
	}
	if err := m.noteOverlay(ctx, tx); err != nil {
		return nil, err
	}
	if err := m.rules(tx); err != nil {
		return nil, err
	}
	b.Fork = at
	if err := st.SaveFork(Fork{Branch: b.ID, From: tx.rev, At: at}); err != nil {
		return nil, err
	}
	return tx, st.SaveBranch(b)
}

// conflicting lists the records of entities with a base whose conflicts a refresh settles:
// what the branch keeps is no longer a conflict with what the source holds now.
func conflicting(s *Schema, rows []*RowChange) map[*Entity][]Key {
	out := map[*Entity][]Key{}
	for _, c := range rows {
		if e := s.entities[c.Entity]; c.Conflict != "" && e != nil && e.Overlaid() {
			out[e] = append(out[e], c.Key)
		}
	}
	return out
}

// noteOverlay lets the rules be checked for everything that the branch holds: the
// parent may have deleted what the branch refers to, or refer to what it deleted.
func (m *merger) noteOverlay(ctx context.Context, tx *Tx) error {
	for _, n := range tx.schema.order {
		e := tx.schema.entities[n]
		if e.Directory || e.Internal {
			continue
		}
		err := tx.store.Overlay(ctx, e, tx.branch.ID, head, func(r Record) error {
			tx.checks.note(e, RowWrite{Key: r.Key, Set: r.Cells, Delete: r.Deleted})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// refreshKept makes a kept branch show what its parent shows after the merge, also where
// the parent's side was chosen: all that the branch held has been decided.
// at is the parent's newest revision, the merge's own if it wrote anything.
func (m *merger) refreshKept(ctx context.Context, st StoreTx, b Branch, at Revision) error {
	if same, err := m.lake.unmoved(ctx, st, b, at); err != nil || same && m.differing == 0 {
		return err
	}
	k := merger{lake: m.lake, who: m.who, rights: m.rights, opt: MergeOptions{Policy: TakeTheirs, Reason: m.opt.Reason}}
	var err error
	if k.sides, err = m.lake.refreshOf(ctx, st, b, at); err != nil {
		return err
	}
	k.sides.base = k.sides.ours
	_, err = k.runRefresh(ctx, st, b, at)
	return err
}
