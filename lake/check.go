package lake

import (
	"context"
	"slices"
)

// checks remembers what a transaction did that can break a rule which only the whole
// can tell: unique fields (two records may swap values), references, deletes.
type checks struct {
	written map[EntityName]map[Key]Cells // changed cells of records that exist
	deleted map[EntityName]map[Key]bool
}

func (c *checks) note(e *Entity, w RowWrite) {
	if e.Internal {
		return
	}
	if c.written == nil {
		c.written, c.deleted = map[EntityName]map[Key]Cells{}, map[EntityName]map[Key]bool{}
	}
	if c.written[e.Name] == nil {
		c.written[e.Name], c.deleted[e.Name] = map[Key]Cells{}, map[Key]bool{}
	}
	if w.Delete {
		delete(c.written[e.Name], w.Key)
		c.deleted[e.Name][w.Key] = true
		return
	}
	delete(c.deleted[e.Name], w.Key)
	known := c.written[e.Name][w.Key] // nil: nothing to check so far
	for i := range e.Fields {
		f := &e.Fields[i]
		if !f.Unique && f.Kind != Reference {
			continue
		}
		if v, ok := w.Set[f.Name]; ok {
			if known == nil {
				known = Cells{}
			}
			known[f.Name] = v
		}
	}
	c.written[e.Name][w.Key] = known
}

// check fails with a ViolationsError when the state that tx leaves breaks a rule.
func (tx *Tx) check() error {
	found, err := tx.violations()
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return &ViolationsError{found}
	}
	return nil
}

func (tx *Tx) violations() (found []Violation, err error) {
	tx.targets = map[EntityName]map[Key]bool{}
	for _, name := range tx.schema.order {
		if len(tx.checks.written[name]) == 0 && len(tx.checks.deleted[name]) == 0 {
			continue // a change costs by what it touches, not by how many entities are declared
		}
		e := tx.schema.entities[name]
		if err := tx.findTargets(e, tx.checks.written[name]); err != nil {
			return nil, err
		}
		values := map[FieldName]map[Cell]Key{} // unique values within the transaction
		for key, cells := range tx.checks.written[name] {
			for fn, v := range cells {
				f, ok := e.Field(fn)
				if !ok || v == "" {
					continue
				}
				bad, err := tx.checkCell(e, f, key, v, values)
				if err != nil {
					return nil, err
				}
				if bad != nil {
					found = append(found, *bad)
				}
			}
		}
		bad, err := tx.checkDeleted(e, tx.checks.deleted[name])
		if err != nil {
			return nil, err
		}
		found = append(found, bad...)
	}
	slices.SortFunc(found, func(a, b Violation) int {
		if a.Key != b.Key {
			if a.Key < b.Key {
				return -1
			}
			return 1
		}
		return len(a.Field) - len(b.Field)
	})
	return found, nil
}

// findTargets looks for all records at once that the written ones refer to.
func (tx *Tx) findTargets(e *Entity, written map[Key]Cells) error {
	for i := range e.Fields {
		f := &e.Fields[i]
		target := tx.schema.entities[f.Target]
		if f.Kind != Reference || f.Target == Users || target == nil {
			continue
		}
		found := tx.targets[f.Target]
		if found == nil {
			found = map[Key]bool{}
			tx.targets[f.Target] = found
		}
		var keys []Key
		for _, cells := range written {
			k := Key(cells[f.Name])
			if _, asked := found[k]; k == "" || asked {
				continue
			}
			if _, found[k] = tx.checks.written[f.Target][k]; !found[k] {
				keys = append(keys, k)
			}
		}
		for chunk := range slices.Chunk(keys, lookupChunk) {
			list, err := tx.store.Get(tx.ctx, titleOnly(target), tx.lineage, chunk)
			if err != nil {
				return err
			}
			for j := range list {
				found[list[j].Key] = true
			}
		}
	}
	return nil
}

func (tx *Tx) checkCell(e *Entity, f *Field, key Key, v Cell, values map[FieldName]map[Cell]Key) (*Violation, error) {
	if f.Unique {
		if values[f.Name] == nil {
			values[f.Name] = map[Cell]Key{}
		}
		other, taken := values[f.Name][v]
		if !taken {
			values[f.Name][v] = key
			list, err := tx.store.Lookup(tx.ctx, e, tx.lineage, f.Name, v)
			if err != nil {
				return nil, err
			}
			for i := range list {
				if list[i].Key != key {
					other, taken = list[i].Key, true
				}
			}
		}
		if taken {
			return &Violation{Entity: e.Name, Key: key, Field: f.Name, Code: "unique", Value: string(v), Other: other}, nil
		}
	}
	if f.Kind != Reference {
		return nil, nil
	}
	ok, err := tx.exists(f.Target, Key(v))
	if err != nil || ok {
		return nil, err
	}
	return &Violation{Entity: e.Name, Key: key, Field: f.Name, Code: "reference_missing", Value: string(v)}, nil
}

// exists tells whether a reference's target is there (whether or not the person sees it).
func (tx *Tx) exists(target EntityName, key Key) (bool, error) {
	if target == Users {
		if tx.people == nil {
			people, err := tx.lake.policy.People(tx.ctx)
			if err != nil {
				return false, err
			}
			tx.people = map[Key]bool{}
			for _, p := range people {
				tx.people[p.Key] = true
			}
		}
		return tx.people[key], nil
	}
	return tx.targets[target][key], nil // nothing there where the entity itself is gone
}

// checkDeleted finds the references that point to deleted records still.
func (tx *Tx) checkDeleted(e *Entity, deleted map[Key]bool) (found []Violation, err error) {
	if len(deleted) == 0 {
		return nil, nil // most changes: who refers to the entity needn't be asked of every field there is
	}
	keys := make([]Key, 0, len(deleted))
	for k := range deleted {
		keys = append(keys, k)
	}
	for _, ref := range tx.schema.holders(e.Name) {
		by, err := tx.referring(ref, keys)
		if err != nil {
			return nil, err
		}
		for key, list := range by {
			found = append(found, Violation{Entity: ref.Entity.Name, Key: key, Field: ref.Field.Name, Code: "referenced",
				Value: string(e.Name), Other: list[0], Count: len(list)})
		}
	}
	return found, nil
}

const lookupChunk = 1000 // keys looked up at once

// referring lists, by the key they refer to, the records whose field points to one of keys.
func (tx *Tx) referring(ref Referrer, keys []Key) (map[Key][]Key, error) {
	out := map[Key][]Key{}
	for chunk := range slices.Chunk(keys, lookupChunk) {
		values := make([]Cell, len(chunk))
		for i, k := range chunk {
			values[i] = Cell(k)
		}
		list, err := tx.store.Lookup(tx.ctx, ref.Entity, tx.lineage, ref.Field.Name, values...)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			to := Key(r.Cells[ref.Field.Name])
			out[to] = append(out[to], r.Key)
		}
	}
	return out, nil
}

// scope decides whether rows are within a person's scope.
type scope struct {
	ctx     context.Context
	store   StoreReader
	lineage Lineage
	schema  *Schema
	rights  *Rights
}

// holds: the row's owner is in scope, or the record that it inherits from is. Entities
// with neither are everyone's.
func (s scope) holds(e *Entity, r *Record) (bool, error) {
	return s.within(e, r, 0)
}

func (s scope) within(e *Entity, r *Record, depth int) (bool, error) {
	if s.rights.AllRows {
		return true, nil
	}
	if e.Overlaid() { // what it stands on may be out of scope
		return e.Home.Kind == Foreign && e.Home.Open, nil
	}
	if e.Owner == "" && e.Inherits == "" {
		return true, nil
	}
	if e.Owner != "" && s.rights.Owns(Key(r.Cells[e.Owner])) {
		return true, nil
	}
	up, ok := e.Field(e.Inherits)
	if !ok || r.Cells[e.Inherits] == "" || depth > 0 {
		return false, nil
	}
	parent, err := s.schema.Entity(up.Target)
	if err != nil {
		return false, nil
	}
	list, err := s.store.Get(s.ctx, titleOnly(parent), s.lineage, []Key{Key(r.Cells[e.Inherits])})
	if err != nil || len(list) == 0 {
		return false, err
	}
	return s.within(parent, &list[0], depth+1)
}

// unmasked leaves out the cells that the person may not see.
func (r *Rights) unmasked(e *Entity, c Cells) Cells {
	hidden := r.Masked[e.Name]
	if len(hidden) == 0 {
		return c
	}
	out := make(Cells, len(c))
	for n, v := range c {
		if !hidden[n] {
			out[n] = v
		}
	}
	return out
}
