package lake

import (
	"context"
	"slices"
	"time"
)

// based reads entities that have a base: the store's overlay rows over what the engine
// gives of the base. Native entities pass through.
type based struct {
	StoreReader
	lake   *Lake
	schema func() *Schema // nil: the schema of the lineage that is read
	rights *Rights        // of whoever reads; the base is read with them
	ahead  *ahead         // of a transaction; nil: nothing is read ahead
}

// seesAll are the rights of the product itself.
var seesAll = &Rights{Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true}

func (l *Lake) based(st StoreReader, schema func() *Schema) based {
	if b, ok := st.(basedTx); ok {
		return b.based
	}
	return based{StoreReader: st, lake: l, schema: schema, rights: seesAll}
}

// Get returns the records that exist among keys.
func (b based) Get(ctx context.Context, e *Entity, l Lineage, keys []Key) ([]Record, error) {
	if !e.Overlaid() && len(keys) == 1 && b.ahead.expects(e.Name, l, keys[0]) {
		r, err := b.readAhead(ctx, e, l, keys[0])
		if err != nil || r == nil {
			return nil, err
		}
		return []Record{*r}, nil
	}
	if !e.Overlaid() || len(keys) == 0 {
		return b.StoreReader.Get(ctx, e, l, keys)
	}
	all, err := b.overlays(ctx, e, l, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Record, 0, len(all))
	for _, k := range keys {
		if o, ok := all[k]; ok {
			delete(all, k) // a key may be asked for twice
			if r := o.record(e, k); r != nil {
				out = append(out, *r)
			}
		}
	}
	return out, nil
}

// overlays reads, for each key, the overlay row and the base's record.
func (b based) overlays(ctx context.Context, e *Entity, l Lineage, keys []Key) (map[Key]*overlay, error) {
	out := make(map[Key]*overlay, len(keys))
	rows, err := b.StoreReader.Get(ctx, e.Stored(), l, keys)
	if err != nil {
		return nil, err
	}
	base, err := b.baseOf(ctx, e, l, BaseQuery{Keys: keys})
	if err != nil {
		return nil, err
	}
	for i := range rows {
		out[rows[i].Key] = overlayOf(&rows[i], base[rows[i].Key])
	}
	for k, r := range base {
		if out[k] == nil {
			out[k] = overlayOf(nil, r)
		}
	}
	for k, o := range out {
		if b.hidden(o) {
			delete(out, k)
		}
	}
	return out, nil
}

// hidden: an edit whose base the reader may not see, or that has lost its base, which
// can't be told apart, isn't shown to those who don't see everything.
func (b based) hidden(o *overlay) bool { return o.op == OpEdit && o.base == nil && !b.rights.AllRows }

const baseChunk = 1000 // keys asked of a base at once

func (b based) baseOf(ctx context.Context, e *Entity, l Lineage, q BaseQuery) (map[Key]*Record, error) {
	if len(q.Keys) == 1 && b.ahead.expects(e.Name, l, q.Keys[0]) {
		r, err := b.readAhead(ctx, e, l, q.Keys[0])
		if err != nil || r == nil {
			return nil, err
		}
		return map[Key]*Record{r.Key: r}, nil
	}
	if slices.ContainsFunc(q.Keys, func(k Key) bool { return !k.plain() }) {
		q.Keys = slices.DeleteFunc(slices.Clone(q.Keys), func(k Key) bool { return !k.plain() })
	}
	out := map[Key]*Record{}
	take := func(r Record) error {
		out[r.Key] = &r
		return nil
	}
	if q.Keys == nil {
		return out, b.base(ctx, e, l, q, take)
	}
	for chunk := range slices.Chunk(q.Keys, baseChunk) {
		if err := b.base(ctx, e, l, BaseQuery{Keys: chunk}, take); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b based) base(ctx context.Context, e *Entity, l Lineage, q BaseQuery, fn func(Record) error) error {
	if b.lake.engine == nil {
		return errNoEngine
	}
	v, err := b.view(ctx, l)
	if err != nil {
		return err
	}
	return b.lake.engine.Base(ctx, v, e.Name, q, fn)
}

// view is what the engine may show of a base at a place.
func (b based) view(ctx context.Context, l Lineage) (v View, err error) {
	now := b.lake.store.Head()
	l = slices.Clone(l)
	for i := range l {
		l[i].Upto = min(l[i].Upto, now)
	}
	v = View{Branch: l[0].Branch, Lineage: l, Head: l[0].Upto == now, Rights: b.rights}
	if b.schema != nil {
		v.Schema = b.schema()
	} else if v.Schema, err = b.lake.schema(ctx, l); err != nil {
		return v, err
	}
	return b.lake.complete(ctx, v)
}

// Lookup returns the records whose field holds one of the values.
func (b based) Lookup(ctx context.Context, e *Entity, l Lineage, f FieldName, values ...Cell) ([]Record, error) {
	if !e.Overlaid() {
		return b.StoreReader.Lookup(ctx, e, l, f, values...)
	}
	base, err := b.baseOf(ctx, e, l, BaseQuery{Field: f, Values: values})
	if err != nil {
		return nil, err
	}
	keys := make([]Key, 0, len(base))
	for k := range base {
		keys = append(keys, k)
	}
	over, err := b.StoreReader.Lookup(ctx, e.Stored(), l, f, values...)
	if err != nil {
		return nil, err
	}
	for i := range over {
		if base[over[i].Key] == nil {
			keys = append(keys, over[i].Key)
		}
	}
	list, err := b.Get(ctx, e, l, keys)
	return slices.DeleteFunc(list, func(r Record) bool { return !slices.Contains(values, r.Cells[f]) }), err
}

// Scan calls fn for every record.
func (b based) Scan(ctx context.Context, e *Entity, l Lineage, fn func(Record) error) error {
	if !e.Overlaid() {
		return b.StoreReader.Scan(ctx, e, l, fn)
	}
	rows := map[Key]*Record{}
	err := b.StoreReader.Scan(ctx, e.Stored(), l, func(r Record) error {
		rows[r.Key] = &r
		return nil
	})
	if err != nil {
		return err
	}
	give := func(o *overlay, k Key) error {
		if b.hidden(o) {
			return nil
		}
		if r := o.record(e, k); r != nil {
			return fn(*r)
		}
		return nil
	}
	err = b.base(ctx, e, l, BaseQuery{}, func(r Record) error {
		row := rows[r.Key]
		delete(rows, r.Key)
		return give(overlayOf(row, &r), r.Key)
	})
	if err != nil {
		return err
	}
	for k, row := range rows {
		if err := give(overlayOf(row, nil), k); err != nil {
			return err
		}
	}
	return nil
}

// Overlay calls fn with what is seen of every key that the branch itself holds a row of;
// Deleted where nothing is.
func (b based) Overlay(ctx context.Context, e *Entity, id BranchID, upto Revision, fn func(Record) error) error {
	if !e.Overlaid() || len(e.Fields) == 0 {
		return b.StoreReader.Overlay(ctx, e, id, upto, fn)
	}
	var rows []Record
	err := b.StoreReader.Overlay(ctx, e.Stored(), id, upto, func(r Record) error {
		rows = append(rows, r)
		return nil
	})
	if err != nil {
		return err
	}
	lineage := b.lake.lineage(id, upto)
	for chunk := range slices.Chunk(rows, baseChunk) {
		keys := make([]Key, len(chunk))
		for i := range chunk {
			keys[i] = chunk[i].Key
		}
		base, err := b.baseOf(ctx, e, lineage, BaseQuery{Keys: keys})
		if err != nil {
			return err
		}
		for i := range chunk {
			row := &chunk[i]
			r := overlayOf(row, base[row.Key]).record(e, row.Key)
			if r == nil {
				r = &Record{Key: row.Key, Rev: row.Rev, Version: row.Version, Branch: row.Branch, Deleted: true}
			}
			if err := fn(*r); err != nil {
				return err
			}
		}
	}
	return nil
}

// History returns what was seen of a key after each write to its overlay, oldest first;
// before the first, as revision 0, what the base held.
func (b based) History(ctx context.Context, e *Entity, l Lineage, key Key) ([]Record, error) {
	if !e.Overlaid() {
		return b.StoreReader.History(ctx, e, l, key)
	}
	rows, err := b.StoreReader.History(ctx, e.Stored(), l, key)
	if err != nil {
		return nil, err
	}
	base, err := b.baseOf(ctx, e, l, BaseQuery{Keys: []Key{key}})
	if err != nil {
		return nil, err
	}
	var out []Record
	if len(rows) > 0 {
		if first := overlayOf(&rows[0], base[key]); first.op == OpEdit || first.op == OpGone {
			out = append(out, Record{Key: key, Cells: first.began()})
		}
	} else if base[key] != nil {
		return []Record{{Key: key, Cells: base[key].Cells}}, nil
	}
	for i := range rows {
		r := overlayOf(&rows[i], base[key]).record(e, key)
		if r == nil {
			r = &Record{Key: key, Cells: Cells{}, Deleted: true}
		}
		r.Rev, r.Version, r.Branch = rows[i].Rev, rows[i].Version, rows[i].Branch
		out = append(out, *r)
	}
	return out, nil
}

// began is what the base held when the overlay row was made, as far as is known.
func (o *overlay) began() Cells {
	c := cellsOf(o.base).Clone()
	for n, v := range o.before {
		c[n] = v
	}
	return c
}

// basedTx is a transaction that writes overlay rows for entities with a base.
type basedTx struct {
	StoreTx
	based
}

func (t basedTx) Get(ctx context.Context, e *Entity, l Lineage, keys []Key) ([]Record, error) {
	return t.based.Get(ctx, e, l, keys)
}

func (t basedTx) Lookup(ctx context.Context, e *Entity, l Lineage, f FieldName, values ...Cell) ([]Record, error) {
	return t.based.Lookup(ctx, e, l, f, values...)
}

func (t basedTx) Scan(ctx context.Context, e *Entity, l Lineage, fn func(Record) error) error {
	return t.based.Scan(ctx, e, l, fn)
}

func (t basedTx) Overlay(ctx context.Context, e *Entity, id BranchID, upto Revision, fn func(Record) error) error {
	return t.based.Overlay(ctx, e, id, upto, fn)
}

func (t basedTx) History(ctx context.Context, e *Entity, l Lineage, key Key) ([]Record, error) {
	return t.based.History(ctx, e, l, key)
}

// sourceWait is how long a write may wait for a source: others wait for it, too.
const sourceWait = 15 * time.Second

// Put writes a new version; of an entity with a base, of its overlay row.
func (t basedTx) Put(e *Entity, b BranchID, r Revision, w RowWrite) error {
	if !e.Overlaid() || e.Internal {
		t.ahead.wrote(e.Name, w.Key)
		return t.StoreTx.Put(e, b, r, w)
	}
	if e.Home.Kind != Clone && len(e.Home.Key) == 0 {
		return Fail(ErrInvalid, "entity_keyless", "The entity "+string(e.Name)+" has no key, so its records can't be changed; declare a key first.", "entity", e.Name)
	}
	var o *overlay
	if w.Prev != nil && w.Prev.over != nil {
		o = w.Prev.over
	} else {
		ctx, cancel := context.WithTimeout(context.Background(), sourceWait)
		defer cancel()
		all, err := t.overlays(ctx, e, t.ahead.lineage(), []Key{w.Key})
		if err != nil {
			return err
		}
		if o = all[w.Key]; o == nil {
			o = overlayOf(nil, nil)
		}
	}
	out, ok := o.write(e, w)
	if !ok {
		return nil
	}
	return t.putOverlay(e, b, r, out)
}

// putOverlay writes an overlay row as it is. Its table is made with the first of them:
// declaring an entity, or cloning one, costs none.
func (t basedTx) putOverlay(e *Entity, b BranchID, r Revision, w RowWrite) error {
	stored := e.Stored()
	if err := t.StoreTx.Ensure(stored); err != nil {
		return err
	}
	return t.StoreTx.Put(stored, b, r, w)
}
