package lake

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Write runs fn as one transaction on a branch. When fn returns nil and no rule is
// broken, what it did becomes one revision, durable before Write returns; otherwise
// nothing happened. A fn that changes nothing makes no revision: Write returns 0.
//
// fn runs under the workspace's commit lock: keep it short, and don't call the Lake
// from within it.
func (l *Lake) Write(ctx context.Context, p Principal, branch string, fn func(*Tx) error) (Revision, error) {
	return l.write(ctx, p, branch, false, fn)
}

// WriteBatch is Write for long work such as a batch of an import: it doesn't keep the
// short writes of others waiting for its own durable commit.
func (l *Lake) WriteBatch(ctx context.Context, p Principal, branch string, fn func(*Tx) error) (Revision, error) {
	return l.write(ctx, p, branch, true, fn)
}

func (l *Lake) write(ctx context.Context, p Principal, branch string, alone bool, fn func(*Tx) error) (Revision, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return 0, err
	}
	l.gate.RLock()
	defer l.gate.RUnlock()
	var rev Revision
	err = l.store.Commit(ctx, alone, func(st StoreTx) error {
		tx, err := l.begin(ctx, st, p, rights, branch)
		if err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		rev = tx.rev
		return tx.check()
	})
	if err != nil {
		return 0, err
	}
	return rev, nil
}

// begin makes a transaction on a branch that the person may write, as it is now.
func (l *Lake) begin(ctx context.Context, st StoreTx, p Principal, rights *Rights, branch string) (*Tx, error) {
	b, err := l.writable(p, rights, branch)
	if err != nil {
		return nil, err
	}
	schema, err := l.schema(ctx, l.lineage(b.ID, head))
	if err != nil {
		return nil, err
	}
	tx := l.newTx(ctx, st, p, b, schema)
	tx.rights = rights
	return tx, nil
}

// Tx is one write in the making. It reads its own writes. It is not for use by
// several goroutines, nor after the function that got it returned.
type Tx struct {
	lake    *Lake
	ctx     context.Context
	store   StoreTx
	who     Principal
	rights  *Rights
	branch  Branch
	lineage Lineage
	schema  *Schema
	intent  Intent
	rev     Revision  // 0 until the first write
	at      time.Time // of the revision; zero: now
	author  Principal // of the revision; zero: who
	began   time.Time // the revision's time
	last    written
	checks  checks
	people  map[Key]bool
	targets map[EntityName]map[Key]bool // what is referred to, and whether it is there
	shaped  map[Key]bool                // records of schema that were written since schema was read; nil: none
	moved   bool                        // lineage isn't the one that schema was read on
}

func (l *Lake) newTx(ctx context.Context, st StoreTx, p Principal, b Branch, s *Schema) *Tx {
	tx := &Tx{lake: l, ctx: context.WithoutCancel(ctx), who: p, branch: b,
		lineage: l.lineage(b.ID, head), schema: s, intent: Intent{Kind: "write"}}
	reads := l.based(st, func() *Schema { return tx.schema })
	reads.ahead = &ahead{lineage: func() Lineage { return tx.lineage }}
	tx.store = basedTx{StoreTx: st, based: reads}
	return tx
}

// Schema is the schema of the branch.
func (tx *Tx) Schema() *Schema { return tx.schema }

// Branch is the branch that is written.
func (tx *Tx) Branch() Branch { return tx.branch }

// SetIntent says why the revision is written. It counts if called before the first write.
func (tx *Tx) SetIntent(i Intent) {
	if i.Kind == "" {
		i.Kind = "write"
	}
	tx.intent = i
}

// Dated gives the revision an earlier time: history that is brought in from elsewhere
// keeps its dates. Only the system may; it counts if called before the first write.
func (tx *Tx) Dated(at time.Time) {
	if tx.who.IsSystem() {
		tx.at = at
	}
}

// By names another person as the author of the revision. Only the system may.
func (tx *Tx) By(p Principal) {
	if tx.who.IsSystem() {
		tx.author = p
	}
}

// Get returns a record that is there now and in the person's scope.
func (tx *Tx) Get(entity EntityName, key Key) (Record, error) {
	e, err := tx.schema.Entity(entity)
	if err != nil {
		return Record{}, err
	}
	r, err := tx.current(e, key)
	if err != nil {
		return Record{}, err
	}
	if r == nil {
		return Record{}, missing(entity, key)
	}
	out := *r
	out.Cells = tx.rights.unmasked(e, r.Cells)
	return out, nil
}

func missing(e EntityName, k Key) error {
	return Fail(ErrNotFound, "record_unknown", "There is no record "+string(k)+" in "+string(e)+", or you may not see it.", "entity", e, "key", k)
}

// current is what the branch holds now, nil when that is nothing.
func (tx *Tx) current(e *Entity, key Key) (*Record, error) {
	list, err := tx.store.Get(tx.ctx, e, tx.lineage, []Key{key})
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ok, err := tx.inScope(e, &list[0])
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, missing(e.Name, key)
	}
	return &list[0], nil
}

func (tx *Tx) inScope(e *Entity, r *Record) (bool, error) {
	if tx.rights.AllRows {
		return true, nil
	}
	if e.Home.Kind == Clone || e.Home.Kind == Derived {
		return false, Fail(ErrForbidden, "entity_restricted", "The entity "+string(e.Name)+" is changed by people who see all records only.", "entity", e.Name)
	}
	return scope{tx.ctx, tx.store, tx.lineage, tx.schema, tx.rights}.holds(e, r)
}

// Lookup returns the records whose field holds a value; with fields that are neither
// unique nor references it costs a scan.
func (tx *Tx) Lookup(entity EntityName, f FieldName, v Cell) ([]Record, error) {
	e, err := tx.schema.Entity(entity)
	if err != nil {
		return nil, err
	}
	list, err := tx.store.Lookup(tx.ctx, e, tx.lineage, f, v)
	if err != nil {
		return nil, err
	}
	out := list[:0]
	for i := range list {
		ok, err := tx.inScope(e, &list[i])
		if err != nil {
			return nil, err
		}
		if ok && !tx.rights.MaskedField(entity, f) {
			list[i].Cells = tx.rights.unmasked(e, list[i].Cells)
			out = append(out, list[i])
		}
	}
	return out, nil
}

// write hands one version to the store and remembers what must be checked.
func (tx *Tx) write(e *Entity, w RowWrite) error {
	if tx.rev == 0 {
		if err := tx.beginRevision(); err != nil {
			return err
		}
	}
	tx.checks.note(e, w)
	tx.last = written{e, w}
	if e.Internal {
		if tx.shaped == nil {
			tx.shaped = map[Key]bool{}
		}
		tx.shaped[w.Key] = true
	}
	return tx.store.Put(e, tx.branch.ID, tx.rev, w)
}

// written is the newest write of a transaction.
type written struct {
	entity *Entity
	write  RowWrite
}

// Last is the record that was written last, as the person sees it, and the time of its
// revision; false when nothing was, or when it is out of their scope or deleted now.
func (tx *Tx) Last() (rec Record, at time.Time, ok bool, err error) {
	e, w := tx.last.entity, tx.last.write
	if e == nil || w.Delete {
		return rec, at, false, nil
	}
	rec = Record{Key: w.Key, Rev: tx.rev, Branch: tx.branch.ID, Cells: w.Set.Clone()}
	if w.Prev != nil {
		rec.Cells = w.Prev.Cells.Clone()
		for n, v := range w.Set {
			rec.Cells[n] = v
		}
	}
	if ok, err = tx.inScope(e, &rec); err != nil || !ok {
		return rec, at, false, err
	}
	rec.Cells = tx.rights.unmasked(e, rec.Cells)
	return rec, tx.began, true, nil
}

func (tx *Tx) beginRevision() (err error) {
	at, author := tx.at, tx.author
	if at.IsZero() {
		at = tx.lake.now()
	}
	if author == (Principal{}) {
		author = tx.who
	}
	tx.began = at.UTC().Truncate(time.Microsecond)
	tx.rev, err = tx.store.Begin(RevisionInfo{Branch: tx.branch.ID, At: tx.began, Actor: author.User,
		ActorName: author.Name, RequestID: RequestID(tx.ctx), Intent: tx.intent})
	return err
}

// putInternal writes records that hold schema, where they differ from what is there.
func (tx *Tx) putInternal(e *Entity, rows map[Key]Cells) error {
	keys := slices.Sorted(maps.Keys(rows))
	list, err := tx.store.Get(tx.ctx, e, tx.lineage, keys)
	if err != nil {
		return err
	}
	there := make(map[Key]*Record, len(list))
	for i := range list {
		there[list[i].Key] = &list[i]
	}
	for _, k := range keys {
		prev := there[k]
		if prev != nil && prev.Cells.Equal(rows[k]) {
			continue
		}
		if err := tx.write(e, RowWrite{Key: k, Prev: prev, Set: rows[k]}); err != nil {
			return err
		}
	}
	return nil
}

// ensureTables brings the schema up to date after it was changed within tx, and makes
// room for native fields. What lies over a base gets its tables with the first write.
func (tx *Tx) ensureTables() (err error) {
	old := tx.schema
	if tx.moved {
		tx.schema, err = readSchema(tx.ctx, tx.store, tx.lineage)
	} else {
		tx.schema, err = rereadSchema(tx.ctx, tx.store, tx.lineage, old, tx.shaped)
	}
	if err != nil {
		return err
	}
	tx.shaped = nil
	for _, e := range tx.schema.Entities() {
		if e.Directory || e.Overlaid() || old.entities[e.Name] == e {
			continue
		}
		if err := tx.store.Ensure(e); err != nil {
			return err
		}
	}
	return nil
}
