package lake

import (
	"context"
	"maps"
	"slices"
)

// Undo takes a revision back by a new one on the same branch. Cells edited since, and
// records referred to since, stay as they are and are listed in Kept.
func (l *Lake) Undo(ctx context.Context, p Principal, branch string, rev Revision) (*MergeResult, error) {
	info, err := l.store.Revision(ctx, rev)
	if err != nil {
		return nil, err
	}
	if info.Kind == "refresh" {
		return nil, Fail(ErrInvalid, "undo_refresh", "A refresh can't be undone: the branch would stand on an older parent.", "revision", rev)
	}
	if info.Kind == eraseKind {
		return nil, Fail(ErrInvalid, "undo_erase", "What was erased is gone for good.", "revision", rev)
	}
	if rev == 1 && info.Kind == "schema" {
		return nil, Fail(ErrInvalid, "undo_begin", "The first revision made the workspace; it can't be undone.", "revision", rev)
	}
	return l.undo(ctx, p, branch, []RevisionInfo{info}, Intent{Kind: "undo", Undoes: rev})
}

// UndoImport takes all revisions of an import back.
func (l *Lake) UndoImport(ctx context.Context, p Principal, branch, id string) (*MergeResult, error) {
	list, err := l.store.Revisions(ctx, RevisionQuery{Import: id})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(i RevisionInfo) bool { return i.Kind == "undo" })
	if len(list) == 0 {
		return nil, Fail(ErrNotFound, "import_unknown", "There is no import "+id+" that wrote anything.", "import", id)
	}
	slices.Reverse(list)
	return l.undo(ctx, p, branch, list, Intent{Kind: "undo", Import: id, Undoes: list[len(list)-1].Rev})
}

func (l *Lake) undo(ctx context.Context, p Principal, branch string, revisions []RevisionInfo, why Intent) (*MergeResult, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return nil, err
	}
	b, err := l.writable(p, rights, branch)
	if err != nil {
		return nil, err
	}
	if revisions[0].Branch != b.ID {
		elsewhere := l.branch(revisions[0].Branch)
		if !elsewhere.seenBy(p, rights) {
			return nil, Fail(ErrNotFound, "revision_unknown", "There is no such revision here.", "revision", revisions[0].Rev)
		}
		return nil, Fail(ErrInvalid, "undo_elsewhere", "The revision was written on another branch; undo it there.", "branch", elsewhere.Name)
	}
	all := undoing{}
	if err := all.collect(ctx, l.store, revisions); err != nil {
		return nil, err
	}
	parts, err := all.parts(ctx, l, b.ID)
	if err != nil {
		return nil, err
	}
	var res MergeResult
	for _, part := range parts {
		m := merger{lake: l, who: p, rights: rights}
		err := l.exclusive(ctx, func(st StoreTx) error {
			b, err := l.writable(p, rights, branch)
			if err != nil {
				return err
			}
			u := undoing{merger: &m, branch: b, why: why, spans: part}
			return u.run(ctx, st)
		})
		if err != nil {
			return nil, err
		}
		res.add(&m.res)
	}
	for i := range res.Kept {
		res.Kept[i] = rights.veil(res.Kept[i])
	}
	return &res, nil
}

func (r *MergeResult) add(part *MergeResult) {
	if part.Revision != 0 {
		r.Revision = part.Revision
	}
	r.Applied += part.Applied
	r.Kept = append(r.Kept, part.Kept...)
}

// undoing is one undo on its way, or a part of a large one.
type undoing struct {
	*merger
	branch Branch
	why    Intent
	spans  spans
}

// spans are the keys of an undo by entity and by the revisions that wrote them.
type spans map[EntityName]map[span][]Key

// span is the first and the last revision that wrote a key.
type span struct{ first, last Revision }

const undoPart = 5000 // records; others may write between the parts of a larger undo

// parts cuts a large undo into several revisions. What refers to a record goes before
// it or with it: entities that refer to others come first, and records that refer to
// each other stay together. Schema goes with the first part.
func (u *undoing) parts(ctx context.Context, l *Lake, b BranchID) ([]spans, error) {
	lineage := l.lineage(b, l.current())
	schema, err := l.schema(ctx, lineage)
	if err != nil {
		return nil, err
	}
	order, ok := u.referrersFirst(schema)
	if !ok || u.size() <= undoPart {
		return []spans{u.spans}, nil
	}
	out := []spans{{}}
	for name, list := range u.spans {
		if _, known := schema.entities[name]; !known || schema.entities[name].Internal {
			out[0][name] = list
		}
	}
	for _, e := range order {
		together, err := u.knotted(ctx, l.based(l.store, nil), e, lineage)
		if err != nil {
			return nil, err
		}
		out = append(out, cut(e.Name, u.spans[e.Name], together)...)
	}
	return slices.DeleteFunc(out, func(s spans) bool { return len(s) == 0 }), nil
}

func (u *undoing) size() (n int) {
	for _, list := range u.spans {
		for _, keys := range list {
			n += len(keys)
		}
	}
	return n
}

// referrersFirst orders the written entities so that each comes before those it
// refers to; false when they refer to each other in a circle.
func (u *undoing) referrersFirst(s *Schema) (order []*Entity, ok bool) {
	left := map[EntityName]bool{}
	for name := range u.spans {
		if e := s.entities[name]; e != nil && !e.Internal {
			left[name] = true
		}
	}
	for len(left) > 0 {
		before := len(left)
		for _, name := range s.order {
			referred := slices.ContainsFunc(s.holders(name), func(r Referrer) bool { return r.Entity.Name != name && left[r.Entity.Name] })
			if left[name] && !referred {
				order = append(order, s.entities[name])
				delete(left, name)
			}
		}
		if len(left) == before {
			return nil, false
		}
	}
	return order, true
}

// knotted tells whether written records of an entity refer to each other.
func (u *undoing) knotted(ctx context.Context, st StoreReader, e *Entity, l Lineage) (bool, error) {
	own := slices.DeleteFunc(slices.Clone(e.Fields), func(f Field) bool { return f.Kind != Reference || f.Target != e.Name })
	if len(own) == 0 {
		return false, nil
	}
	for _, keys := range u.spans[e.Name] {
		for chunk := range slices.Chunk(keys, undoPart) {
			list, err := st.Get(ctx, e, l, chunk)
			if err != nil {
				return false, err
			}
			for i := range list {
				for _, f := range own {
					if list[i].Cells[f.Name] != "" {
						return true, nil
					}
				}
			}
		}
	}
	return false, nil
}

// cut makes parts of one entity's records, the last written first.
func cut(e EntityName, list map[span][]Key, together bool) []spans {
	order := slices.SortedFunc(maps.Keys(list), func(a, b span) int {
		if a.last != b.last {
			return int(b.last - a.last)
		}
		return int(b.first - a.first)
	})
	var out []spans
	size := 0
	for _, s := range order {
		if n := len(list[s]); len(out) == 0 || !together && size+n > undoPart {
			out, size = append(out, spans{e: map[span][]Key{}}), 0
		}
		out[len(out)-1][e][s] = list[s]
		size += len(list[s])
	}
	return out
}

func (u *undoing) collect(ctx context.Context, st StoreReader, revisions []RevisionInfo) error {
	at := map[EntityName]map[Key]span{}
	for _, info := range revisions {
		written, err := st.Written(ctx, info.Rev)
		if err != nil {
			return err
		}
		for e, keys := range written {
			if at[e] == nil {
				at[e] = map[Key]span{}
			}
			for _, k := range keys {
				s, ok := at[e][k]
				if !ok {
					s.first = info.Rev
				}
				s.last = info.Rev
				at[e][k] = s
			}
		}
	}
	u.spans = spans{}
	for e, keys := range at {
		u.spans[e] = map[span][]Key{}
		for k, s := range keys {
			u.spans[e][s] = append(u.spans[e][s], k)
		}
	}
	return nil
}

func (u *undoing) run(ctx context.Context, st StoreTx) error {
	schema, err := u.lake.schema(ctx, u.lake.lineage(u.branch.ID, head))
	if err != nil {
		return err
	}
	tx := u.lake.newTx(ctx, st, u.who, u.branch, schema)
	tx.rights = u.rights
	tx.SetIntent(u.why)
	if err := u.undoSchema(ctx, tx); err != nil {
		return err
	}
	rows, err := u.changes(ctx, tx.store, tx.schema, false)
	if err != nil {
		return err
	}
	if err := u.keepInSource(ctx, tx); err != nil {
		return err
	}
	rows = u.keepLater(rows)
	if rows, err = u.keepReferenced(tx, rows); err != nil {
		return err
	}
	if err := u.apply(tx, rows); err != nil {
		return err
	}
	u.res.Revision = tx.rev
	return tx.check()
}

func (u *undoing) undoSchema(ctx context.Context, tx *Tx) error {
	rows, err := u.changes(ctx, tx.store, NewSchema([]Entity{*entitiesEntity, *fieldsEntity}), true)
	if err != nil || len(rows) == 0 {
		return err
	}
	if err := u.rights.mayShape(); err != nil {
		return err
	}
	if err := u.apply(tx, u.keepLater(rows)); err != nil {
		return err
	}
	return tx.ensureTables()
}

// changes compares, per span: base after it, theirs before it, ours now.
func (u *undoing) changes(ctx context.Context, st StoreReader, schema *Schema, internalOnly bool) ([]*RowChange, error) {
	var out []*RowChange
	for _, name := range schema.order {
		e := schema.entities[name]
		if e.Internal != internalOnly {
			continue
		}
		for s, keys := range u.spans[name] {
			u.sides = &threeSides{store: st, schema: schema, base: u.lake.lineage(u.branch.ID, s.last),
				theirs: u.lake.lineage(u.branch.ID, s.first-1), ours: u.lake.lineage(u.branch.ID, head),
				keys: func(context.Context, *Entity) ([]Key, error) { return keys, nil }}
			list, err := u.sides.entity(ctx, e)
			if err != nil {
				return nil, err
			}
			if err := u.refuseUnseen(ctx, list); err != nil && !internalOnly {
				return nil, err
			}
			out = append(out, list...)
		}
	}
	return out, nil
}

// keepLater settles what was edited since in favour of the edit, and lists it.
func (u *undoing) keepLater(rows []*RowChange) []*RowChange {
	u.opt.Policy = TakeOurs
	var out []*RowChange
	for _, c := range rows {
		if c.Conflict != "" {
			u.res.Kept = append(u.res.Kept, *c)
		}
		if c.resolve(TakeOurs, nil) {
			out = append(out, c)
		}
	}
	return out
}

// keepReferenced keeps records that would be deleted although others, which stay,
// refer to them now.
func (u *undoing) keepReferenced(tx *Tx, rows []*RowChange) ([]*RowChange, error) {
	going := map[EntityName]map[Key]bool{}
	for _, c := range rows {
		if c.theirs == nil {
			if going[c.Entity] == nil {
				going[c.Entity] = map[Key]bool{}
			}
			going[c.Entity][c.Key] = true
		}
	}
	referrers, err := referrersOf(tx, going)
	if err != nil {
		return nil, err
	}
	released := referencesReleased(tx.schema, rows)
	for changed := true; changed; {
		changed = false
		for i, c := range rows {
			if c == nil || !going[c.Entity][c.Key] {
				continue
			}
			if by := staying(c, referrers[c.Entity][c.Key], going, released); by != nil {
				c.Conflict, c.Rule = "rule", by
				u.res.Kept = append(u.res.Kept, *c)
				delete(going[c.Entity], c.Key)
				rows[i], changed = nil, true
			}
		}
	}
	return slices.DeleteFunc(rows, func(c *RowChange) bool { return c == nil }), nil
}

// referrersOf lists, for every record that would go, the cells that refer to it now.
func referrersOf(tx *Tx, going map[EntityName]map[Key]bool) (map[EntityName]map[Key][]referenceCell, error) {
	out := map[EntityName]map[Key][]referenceCell{}
	for name, keys := range going {
		out[name] = map[Key][]referenceCell{}
		list := slices.Collect(maps.Keys(keys))
		for _, ref := range tx.schema.holders(name) {
			by, err := tx.referring(ref, list)
			if err != nil {
				return nil, err
			}
			for to, from := range by {
				for _, k := range from {
					out[name][to] = append(out[name][to], referenceCell{ref.Entity.Name, k, ref.Field.Name})
				}
			}
		}
	}
	return out, nil
}

// staying finds a reference to a record that stays when the record would go.
func staying(c *RowChange, referrers []referenceCell, going map[EntityName]map[Key]bool, released map[referenceCell]bool) *Violation {
	for _, r := range referrers {
		if !going[r.entity][r.key] && !released[r] {
			return &Violation{Entity: r.entity, Key: c.Key, Field: r.field, Code: "referenced",
				Value: string(c.Entity), Other: r.key, Count: len(referrers)}
		}
	}
	return nil
}

type referenceCell struct {
	entity EntityName
	key    Key
	field  FieldName
}

// referencesReleased are the references that the undo itself sets back to something else.
func referencesReleased(s *Schema, rows []*RowChange) map[referenceCell]bool {
	out := map[referenceCell]bool{}
	for _, c := range rows {
		e, err := s.Entity(c.Entity)
		if err != nil {
			continue
		}
		for _, x := range c.Cells {
			if f, ok := e.Field(x.Field); ok && f.Kind == Reference && x.Result != x.Ours {
				out[referenceCell{c.Entity, c.Key, x.Field}] = true
			}
		}
	}
	return out
}
