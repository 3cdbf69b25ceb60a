package lake

import (
	"context"
	"slices"
)

// ahead reads records a thousand at a time for a transaction that has said which ones it
// is about to read or write: native records, and what lies under overlays. Each alone
// would be a question to the store, or to a source.
type ahead struct {
	lineage func() Lineage // of the transaction
	on      Lineage        // what was read lies on; where the transaction's has moved, it is read again
	of      map[EntityName]*expected
}

// expected are the records of one entity that are about to be read, in order.
type expected struct {
	keys []Key
	at   map[Key]int
	read map[Key]*Record // nil: there is no such record
}

// Expect says which records the transaction is about to read or write, in about that
// order. It changes nothing but how often the store, or a source, is asked.
func (tx *Tx) Expect(entity EntityName, keys []Key) {
	e, err := tx.schema.Entity(entity)
	st, ok := tx.store.(basedTx)
	if err != nil || !ok || e.Internal || e.Directory {
		return
	}
	st.ahead.expect(entity, keys)
}

func (a *ahead) expect(entity EntityName, keys []Key) {
	if a.of == nil {
		a.of = map[EntityName]*expected{}
	}
	x := a.of[entity]
	if x == nil {
		x = &expected{at: make(map[Key]int, len(keys)), read: make(map[Key]*Record, len(keys))}
		a.of[entity] = x
	}
	for _, k := range keys {
		if _, ok := x.at[k]; !ok && k.plain() {
			x.at[k] = len(x.keys)
			x.keys = append(x.keys, k)
		}
	}
}

// expects tells whether a base's record was announced; l is where it is read.
func (a *ahead) expects(entity EntityName, l Lineage, key Key) bool {
	if a == nil || a.of[entity] == nil || !slices.Equal(l, a.lineage()) {
		return false
	}
	_, ok := a.of[entity].at[key]
	return ok
}

// readAhead gives an expected record of a base; where it hasn't been read, it is read
// together with those that are expected behind it.
func (b based) readAhead(ctx context.Context, e *Entity, l Lineage, key Key) (*Record, error) {
	if !slices.Equal(l, b.ahead.on) {
		b.ahead.on = slices.Clone(l)
		for _, x := range b.ahead.of {
			clear(x.read)
		}
	}
	x := b.ahead.of[e.Name]
	if _, ok := x.read[key]; !ok {
		if err := b.readChunk(ctx, e, l, x, x.at[key]); err != nil {
			return nil, err
		}
	}
	return x.read[key], nil
}

// wrote forgets a record of the store that the transaction has written.
func (a *ahead) wrote(entity EntityName, key Key) {
	if x := a.of[entity]; x != nil {
		delete(x.read, key)
		delete(x.at, key)
	}
}

func (b based) readChunk(ctx context.Context, e *Entity, l Lineage, x *expected, from int) error {
	var chunk []Key
	for _, k := range x.keys[from:] {
		_, read := x.read[k]
		if _, still := x.at[k]; read || !still {
			continue
		}
		if chunk = append(chunk, k); len(chunk) == baseChunk {
			break
		}
	}
	if e.Overlaid() {
		err := b.base(ctx, e, l, BaseQuery{Keys: chunk}, func(r Record) error {
			x.read[r.Key] = &r
			return nil
		})
		if err != nil {
			return err
		}
	} else {
		full, err := b.schema().Entity(e.Name) // e may be a part of it
		if err != nil {
			return err
		}
		list, err := b.StoreReader.Get(ctx, full, l, chunk)
		if err != nil {
			return err
		}
		for i := range list {
			x.read[list[i].Key] = &list[i]
		}
	}
	for _, k := range chunk {
		if _, ok := x.read[k]; !ok {
			x.read[k] = nil
		}
	}
	return nil
}
