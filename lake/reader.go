package lake

import (
	"cmp"
	"context"
	"errors"
	"time"
)

// At gives a reader fixed to a revision of a branch (0: its head now), seen with one
// person's rights of today.
func (l *Lake) At(ctx context.Context, p Principal, branch string, rev Revision) (*Reader, error) {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return nil, err
	}
	now := l.current()
	b, err := l.visible(p, rights, branch)
	if err != nil {
		return nil, err
	}
	past := rev != 0 && rev != now
	if rev == 0 {
		rev = now
	}
	if rev < 0 || rev > now {
		return nil, Fail(ErrNotFound, "revision_unknown", "There is no such revision yet.", "revision", rev)
	}
	r := &Reader{lake: l, who: p, rights: rights, branch: b, rev: rev, past: past, lineage: l.lineage(b.ID, rev)}
	r.schema, err = l.schema(ctx, r.lineage)
	return r, err
}

// Reader sees one branch at one revision with one person's rights. Its answers never
// change. Several goroutines may use it.
type Reader struct {
	lake    *Lake
	who     Principal
	rights  *Rights
	branch  Branch
	rev     Revision
	past    bool
	lineage Lineage
	schema  *Schema
}

// Schema is the schema at this place.
func (r *Reader) Schema() *Schema { return r.schema }

// Branch is the branch that is read.
func (r *Reader) Branch() Branch { return r.branch }

// Revision is the revision that is read.
func (r *Reader) Revision() Revision { return r.rev }

// Rights are the person's rights.
func (r *Reader) Rights() *Rights { return r.rights }

// rows reads records as the person may see them, row scope and masks of native
// entities aside.
func (r *Reader) rows() based {
	b := r.lake.based(r.lake.store, nil)
	b.rights = r.rights
	return b
}

func (r *Reader) view(ctx context.Context) (View, error) {
	return r.lake.complete(ctx, View{Branch: r.branch.ID, Lineage: r.lineage, Head: !r.past, Schema: r.schema, Rights: r.rights})
}

// Get returns one record; ErrNotFound when it isn't there or isn't in scope.
func (r *Reader) Get(ctx context.Context, entity EntityName, key Key) (Record, error) {
	list, err := r.GetMany(ctx, entity, []Key{key})
	if err != nil {
		return Record{}, err
	}
	rec, ok := list[key]
	if !ok {
		return Record{}, missing(entity, key)
	}
	return rec, nil
}

// GetMany returns the records that exist among keys and are in scope.
func (r *Reader) GetMany(ctx context.Context, entity EntityName, keys []Key) (map[Key]Record, error) {
	e, err := r.schema.Entity(entity)
	if err != nil {
		return nil, err
	}
	if e.Directory {
		return r.people(ctx, keys)
	}
	if err := r.mayRead(e); err != nil {
		return nil, err
	}
	list, err := r.rows().Get(ctx, e, r.lineage, keys)
	if err != nil {
		return nil, err
	}
	return r.permitted(ctx, e, list)
}

// permitted keeps what is in scope and takes masked cells out.
func (r *Reader) permitted(ctx context.Context, e *Entity, list []Record) (map[Key]Record, error) {
	out := make(map[Key]Record, len(list))
	for i := range list {
		ok, err := r.inScope(ctx, e, &list[i])
		if err != nil {
			return nil, err
		}
		if ok {
			list[i].Cells = r.rights.unmasked(e, list[i].Cells)
			out[list[i].Key] = list[i]
		}
	}
	return out, nil
}

// inScope tests the version read and, for the past, what has become of it since.
func (r *Reader) inScope(ctx context.Context, e *Entity, rec *Record) (bool, error) {
	if r.rights.AllRows {
		return true, nil
	}
	if e.Overlaid() {
		return r.mayRead(e) == nil, nil // what lies below was read with the person's rights
	}
	ok, err := scope{ctx, r.rows(), r.lineage, r.schema, r.rights}.holds(e, rec)
	if err != nil || !ok || !r.past {
		return ok, err
	}
	return r.inScopeNow(ctx, e, rec.Key)
}

// inScopeNow tests what the branch's head holds, which may be nothing.
func (r *Reader) inScopeNow(ctx context.Context, e *Entity, key Key) (bool, error) {
	if r.rights.AllRows {
		return true, nil
	}
	if e.Overlaid() {
		return r.mayRead(e) == nil, nil
	}
	now := r.lake.lineage(r.branch.ID, r.lake.current())
	list, err := r.rows().Get(ctx, titleOnly(e), now, []Key{key})
	if err != nil || len(list) == 0 {
		return true, err
	}
	return scope{ctx, r.rows(), now, r.schema, r.rights}.holds(e, &list[0])
}

func (r *Reader) people(ctx context.Context, keys []Key) (map[Key]Record, error) {
	people, err := r.lake.policy.People(ctx)
	if err != nil {
		return nil, err
	}
	wanted := make(map[Key]bool, len(keys))
	for _, k := range keys {
		wanted[k] = true
	}
	out := map[Key]Record{}
	for _, p := range people {
		if wanted[p.Key] {
			out[p.Key] = p.record()
		}
	}
	return out, nil
}

func (p Person) record() Record {
	return Record{Key: p.Key, Cells: Cells{"name": Cell(p.Name), "email": Cell(p.Email), "team": Cell(p.Team)}.Clone()}
}

func (r *Reader) scanPeople(ctx context.Context, fn func(Record) error) error {
	people, err := r.lake.policy.People(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := fn(p.record()); err != nil {
			return err
		}
	}
	return nil
}

// Find returns the keys of the records whose field holds a value ("id" finds the key).
func (r *Reader) Find(ctx context.Context, entity EntityName, field FieldName, v Cell) ([]Key, error) {
	e, err := r.schema.Entity(entity)
	if err != nil {
		return nil, err
	}
	if field == FieldID {
		rec, err := r.Get(ctx, entity, Key(v))
		if errors.Is(err, ErrNotFound) {
			return nil, nil
		}
		return []Key{rec.Key}, err
	}
	if e.Directory {
		return r.findPerson(ctx, field, v)
	}
	f, ok := e.Field(field)
	if !ok || r.rights.MaskedField(entity, field) {
		return nil, Fail(ErrInvalid, "field_unknown", "The entity "+string(entity)+" has no field "+string(field)+".", "entity", entity, "field", field)
	}
	c, err := f.Canonical(string(v))
	if err != nil {
		return nil, err
	}
	if err := r.mayRead(e); err != nil {
		return nil, err
	}
	list, err := r.rows().Lookup(ctx, e, r.lineage, field, c)
	if err != nil {
		return nil, err
	}
	seen, err := r.permitted(ctx, e, list)
	var keys []Key
	for k := range seen {
		keys = append(keys, k)
	}
	return keys, err
}

func (r *Reader) findPerson(ctx context.Context, field FieldName, v Cell) ([]Key, error) {
	people, err := r.lake.policy.People(ctx)
	var keys []Key
	for _, p := range people {
		if field == "name" && p.Name == string(v) || field == "email" && p.Email == string(v) || field == "team" && p.Team == string(v) {
			keys = append(keys, p.Key)
		}
	}
	return keys, err
}

// Titles returns what names the records of several entities; those out of scope are absent.
func (r *Reader) Titles(ctx context.Context, keys map[EntityName][]Key) (map[EntityName]map[Key]string, error) {
	out := map[EntityName]map[Key]string{}
	for name, list := range keys {
		e, err := r.schema.Entity(name)
		if err != nil {
			continue
		}
		var records map[Key]Record
		if e.Directory {
			records, err = r.people(ctx, list)
		} else {
			var found []Record
			if r.mayRead(e) != nil {
				continue
			}
			if found, err = r.rows().Get(ctx, titleOnly(e), r.lineage, list); err == nil {
				records, err = r.permitted(ctx, e, found)
			}
		}
		if err != nil {
			return nil, err
		}
		out[name] = make(map[Key]string, len(records))
		for k, rec := range records {
			out[name][k] = string(rec.Cells[e.Title])
		}
	}
	return out, nil
}

// Ask answers a question over one entity.
func (r *Reader) Ask(ctx context.Context, q Question) (*Answer, error) {
	if r.lake.engine == nil {
		return nil, errNoEngine
	}
	v, err := r.view(ctx)
	if err != nil {
		return nil, err
	}
	return r.lake.engine.Ask(ctx, v, q)
}

var errNoEngine = Fail(ErrInvalid, "engine_missing", "This workspace was opened without an engine; it can't answer questions.")

// SQL runs one SELECT over the entities of this place.
func (r *Reader) SQL(ctx context.Context, text string, sink SQLSink) error {
	if r.lake.engine == nil {
		return errNoEngine
	}
	v, err := r.view(ctx)
	if err != nil {
		return err
	}
	return r.lake.engine.SQL(ctx, v, text, sink)
}

// Search finds records by words, substrings or pinyin.
func (r *Reader) Search(ctx context.Context, words string, limit int) ([]Hit, error) {
	if r.lake.engine == nil {
		return nil, errNoEngine
	}
	v, err := r.view(ctx)
	if err != nil {
		return nil, err
	}
	return r.lake.engine.Search(ctx, v, words, limit)
}

// ReferenceCount says how many records of an entity refer to a record by one field.
type ReferenceCount struct {
	Entity EntityName `json:"entity"`
	Field  FieldName  `json:"field"`
	Count  int64      `json:"count"`
}

// References counts what refers to a record, as far as the person sees it.
func (r *Reader) References(ctx context.Context, entity EntityName, key Key) ([]ReferenceCount, error) {
	var out []ReferenceCount
	for _, ref := range r.schema.Referrers(entity) {
		if r.May(ref.Entity) != nil || r.mayRead(ref.Entity) != nil {
			continue
		}
		a, err := r.Ask(ctx, Question{Entity: ref.Entity.Name, Total: true,
			Where: Compare{Path: Path{ref.Field.Name}, Op: EQ, Value: Cell(key)}})
		if err != nil {
			return nil, err
		}
		out = append(out, ReferenceCount{ref.Entity.Name, ref.Field.Name, a.Total})
	}
	return out, nil
}

// HistoryEntry is one version of a record and who made it.
type HistoryEntry struct {
	RevisionInfo
	BranchName string
	Op         RowOp
	Cells      []HistoryCell
}

// HistoryCell is one cell that a revision changed.
type HistoryCell struct {
	Field    FieldName
	From, To Cell
	Masked   bool
}

// History lists the versions of a record along the branch's lineage, newest first.
func (r *Reader) History(ctx context.Context, entity EntityName, key Key) ([]HistoryEntry, error) {
	e, err := r.schema.Entity(entity)
	if err != nil {
		return nil, err
	}
	if e.Overlaid() && !r.rights.AllRows { // the base decides whether the record is in scope
		if _, err := r.Get(ctx, entity, key); err != nil {
			return nil, err
		}
	}
	versions, err := r.rows().History(ctx, e, r.lineage, key)
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, missing(entity, key)
	}
	if ok, err := r.inScopeNow(ctx, e, key); err != nil || !ok {
		return nil, cmp.Or(err, missing(entity, key))
	}
	var out []HistoryEntry
	var before *Record
	for i := range versions {
		v := &versions[i]
		if v.Rev == 0 { // the base's, before anything was written over it
			before = v
			continue
		}
		if !v.Deleted {
			ok, err := r.inScope(ctx, e, v)
			if err != nil {
				return nil, err
			}
			if !ok {
				before = nil
				continue
			}
		} else if before == nil {
			continue // what went was out of scope
		}
		info, err := r.lake.store.Revision(ctx, v.Rev)
		if err != nil {
			return nil, err
		}
		out = append([]HistoryEntry{r.entry(e, info, before, v)}, out...)
		before = v
	}
	if len(out) == 0 && !e.Overlaid() {
		return nil, missing(entity, key)
	}
	return out, nil
}

func (r *Reader) entry(e *Entity, info RevisionInfo, before, v *Record) HistoryEntry {
	h := HistoryEntry{RevisionInfo: info, BranchName: r.lake.branch(v.Branch).Name, Op: RowChanged}
	from, to := Cells{}, v.Cells
	if before != nil && !before.Deleted {
		from = before.Cells
	} else {
		h.Op = RowAdded
	}
	if v.Deleted {
		h.Op, to = RowDeleted, Cells{}
	}
	for _, f := range e.Fields {
		if from[f.Name] == to[f.Name] {
			continue
		}
		c := HistoryCell{Field: f.Name, From: from[f.Name], To: to[f.Name]}
		if r.rights.MaskedField(e.Name, f.Name) {
			c = HistoryCell{Field: f.Name, Masked: true}
		}
		h.Cells = append(h.Cells, c)
	}
	return h
}

// UpdatedAt is when the version was written.
func (r *Reader) UpdatedAt(ctx context.Context, rec Record) (time.Time, error) {
	info, err := r.lake.store.Revision(ctx, rec.Rev)
	return info.At, err
}

// Scan calls fn for every record that is in scope, in no promised order.
func (r *Reader) Scan(ctx context.Context, entity EntityName, fn func(Record) error) error {
	e, err := r.schema.Entity(entity)
	if err != nil {
		return err
	}
	if e.Directory {
		return r.scanPeople(ctx, fn)
	}
	if err := r.mayRead(e); err != nil {
		return err
	}
	return r.rows().Scan(ctx, e, r.lineage, func(rec Record) error {
		ok, err := r.inScope(ctx, e, &rec)
		if err != nil || !ok {
			return err
		}
		rec.Cells = r.rights.unmasked(e, rec.Cells)
		return fn(rec)
	})
}
