package lake

import (
	"cmp"
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

// Outcome says what a Put came to.
type Outcome string

// The outcomes of a Put.
const (
	Inserted  Outcome = "inserted"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// Create inserts a record under a fresh key. The records of a derived entity are what its
// SELECT gives; none are added.
func (tx *Tx) Create(entity EntityName, cells Cells) (Key, error) {
	key := NewKey()
	if e, err := tx.schema.Entity(entity); err == nil && e.Home.Kind == Derived {
		return "", Fail(ErrInvalid, "entity_derived", "The records of "+string(entity)+" are what its SELECT gives; add them to the entities that it reads.", "entity", entity)
	} else if err == nil && e.Overlaid() && len(e.Home.Key) > 0 {
		return tx.createKeyed(e, cells)
	}
	_, err := tx.put(entity, key, cells, false)
	return key, err
}

// createKeyed inserts a record whose key is what its key fields hold.
func (tx *Tx) createKeyed(e *Entity, cells Cells) (Key, error) {
	key, cells, err := tx.keyed(e, "", cells)
	if err != nil {
		return "", err
	}
	if old, err := tx.current(e, key); err != nil || old != nil {
		return "", cmp.Or(err, error(Fail(ErrConflict, "record_exists", "There is a record "+string(key)+" in "+string(e.Name)+" already.", "entity", e.Name, "key", key)))
	}
	_, err = tx.put(e.Name, key, cells, false)
	return key, err
}

// Put changes the given cells of a record ("" empties one) or inserts a record under
// this key. The cells are checked and brought into canonical form; required fields
// are checked at once, unique fields and references when the transaction ends.
func (tx *Tx) Put(entity EntityName, key Key, cells Cells) (Outcome, error) {
	return tx.put(entity, key, cells, true)
}

func (tx *Tx) put(entity EntityName, key Key, cells Cells, mayExist bool) (Outcome, error) {
	e, err := tx.userEntity(entity)
	if err != nil {
		return "", err
	}
	var prev *Record
	if mayExist {
		if err := checkKey(key); err != nil {
			return "", err
		}
		if prev, err = tx.current(e, key); err != nil {
			return "", err
		}
	}
	if e.Overlaid() {
		if key, cells, err = tx.keyed(e, key, cells); err != nil {
			return "", err
		}
	}
	set, err := tx.changed(e, prev, cells)
	if err != nil {
		return "", err
	}
	if prev != nil && len(set) == 0 {
		return Unchanged, nil
	}
	if err := tx.write(e, RowWrite{Key: key, Prev: prev, Set: set}); err != nil {
		return "", err
	}
	if prev == nil {
		return Inserted, nil
	}
	return Updated, nil
}

func (tx *Tx) userEntity(name EntityName) (*Entity, error) {
	e, err := tx.schema.Entity(name)
	if err != nil {
		return nil, err
	}
	if e.Directory || e.Internal {
		return nil, Fail(ErrForbidden, "entity_read_only", "The entity "+string(name)+" can only be read here.", "entity", name)
	}
	return e, nil
}

func checkKey(k Key) error {
	if k == "" || len(k) > 200 {
		return Fail(ErrInvalid, "key_invalid", "A key has 1 to 200 bytes.", "key", k)
	}
	return nil
}

// changed brings cells into canonical form and keeps those that differ from prev.
func (tx *Tx) changed(e *Entity, prev *Record, cells Cells) (Cells, error) {
	set := make(Cells, len(cells))
	for name, v := range cells {
		f, ok := e.Field(name)
		if !ok {
			return nil, Fail(ErrInvalid, "field_unknown", "The entity "+string(e.Name)+" has no field "+string(name)+".", "entity", e.Name, "field", name)
		}
		c, err := f.Canonical(string(v))
		if err != nil {
			return nil, err
		}
		if prev == nil && c == "" {
			continue
		}
		if tx.rights.MaskedField(e.Name, name) { // before comparing: who guesses right must not learn it
			return nil, Fail(ErrForbidden, "field_masked", "You may not see the field "+string(name)+", so you can't change it.", "entity", e.Name, "field", name)
		}
		if prev != nil && prev.Cells[name] == c {
			continue
		}
		if _, ok := e.Home.Masks[name]; ok {
			return nil, Fail(ErrForbidden, "field_masked", "The clone "+string(e.Name)+" masks the field "+string(name)+"; it can't be changed.", "entity", e.Name, "field", name)
		}
		set[name] = c
	}
	if prev == nil {
		tx.defaults(e, set)
	}
	return set, required(e, prev, set)
}

// defaults fills what a new record leaves empty; the owner is who made it.
func (tx *Tx) defaults(e *Entity, set Cells) {
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Default != "" && set[f.Name] == "" {
			set[f.Name] = f.Default
		}
	}
	if e.Owner != "" && set[e.Owner] == "" && tx.who.User != "" {
		set[e.Owner] = Cell(tx.who.User)
	}
}

func required(e *Entity, prev *Record, set Cells) error {
	for i := range e.Fields {
		f := &e.Fields[i]
		if !f.Required {
			continue
		}
		v, touched := set[f.Name]
		if v == "" && (touched || prev == nil) {
			return Fail(ErrInvalid, "field_required", "The field "+string(f.Name)+" must not be empty.", "entity", e.Name, "field", f.Name)
		}
	}
	return nil
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

// DeleteResult counts what a delete did.
type DeleteResult struct {
	Deleted int // records deleted, cascades included
	Cleared int // references emptied
}

// Delete removes a record. References to it make the write fail (Restrict), are
// emptied (Clear), or take their records along (Cascade). With "" each reference
// field's own rule holds. What is out of the person's scope stays as it is, and so
// makes the write fail.
func (tx *Tx) Delete(entity EntityName, key Key, how OnDelete) (DeleteResult, error) {
	e, err := tx.userEntity(entity)
	if err != nil {
		return DeleteResult{}, err
	}
	r, err := tx.current(e, key)
	if err != nil {
		return DeleteResult{}, err
	}
	if r == nil {
		return DeleteResult{}, missing(entity, key)
	}
	d := deletion{Tx: tx, how: how, going: map[recordID]bool{}, cleared: map[recordID]int{}}
	if err := d.take(e, r, 0); err != nil {
		return DeleteResult{}, err
	}
	return d.run()
}

const maxCascade = 16 // levels

// deletion collects all that a delete touches before anything is written: records
// inherit their scope from records that go.
type deletion struct {
	*Tx
	how     OnDelete
	going   map[recordID]bool
	cleared map[recordID]int // where in clears
	deletes []touched
	clears  []touched
}

type recordID struct {
	entity EntityName
	key    Key
}

type touched struct {
	entity *Entity
	write  RowWrite
}

func (d *deletion) take(e *Entity, r *Record, depth int) error {
	id := recordID{e.Name, r.Key}
	if d.going[id] {
		return nil
	}
	if depth > maxCascade {
		return Fail(ErrLimit, "cascade_too_deep", "Records refer to each other over more than 16 levels.")
	}
	d.going[id] = true
	d.deletes = append(d.deletes, touched{e, RowWrite{Key: r.Key, Prev: r, Delete: true}})
	for _, ref := range d.schema.holders(e.Name) {
		if err := d.release(ref, r.Key, depth); err != nil {
			return err
		}
	}
	return nil
}

// release clears or cascades the references of one field to a record that goes. The
// check at the end finds what still refers.
func (d *deletion) release(ref Referrer, key Key, depth int) error {
	how := d.how
	if how == "" {
		how = ref.Field.OnDelete
	}
	if how != Clear && how != Cascade || how == Clear && ref.Field.Required {
		return nil
	}
	list, err := d.store.Lookup(d.ctx, ref.Entity, d.lineage, ref.Field.Name, Cell(key))
	if err != nil {
		return err
	}
	for i := range list {
		ok, err := d.inScope(ref.Entity, &list[i])
		if err != nil {
			return err
		}
		switch {
		case !ok:
		case how == Cascade:
			if err := d.take(ref.Entity, &list[i], depth+1); err != nil {
				return err
			}
		default:
			d.clear(ref, &list[i])
		}
	}
	return nil
}

func (d *deletion) clear(ref Referrer, r *Record) {
	id := recordID{ref.Entity.Name, r.Key}
	at, known := d.cleared[id]
	if !known {
		at = len(d.clears)
		d.cleared[id] = at
		d.clears = append(d.clears, touched{ref.Entity, RowWrite{Key: r.Key, Prev: r, Set: Cells{}}})
	}
	d.clears[at].write.Set[ref.Field.Name] = ""
}

func (d *deletion) run() (res DeleteResult, err error) {
	for _, t := range d.deletes {
		if err := d.write(t.entity, t.write); err != nil {
			return res, err
		}
		res.Deleted++
	}
	for _, t := range d.clears {
		if d.going[recordID{t.entity.Name, t.write.Key}] {
			continue
		}
		if err := d.write(t.entity, t.write); err != nil {
			return res, err
		}
		res.Cleared += len(t.write.Set)
	}
	return res, nil
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
