package postgres

import (
	"context"
	"fmt"

	"headwater/lake"
)

// ahead reads at once what the checks at the end of a transaction will ask one by one:
// who else holds the unique values that were written, and whether the records are there
// that were referred to. Each question alone is a round trip.
type ahead struct {
	values map[field]map[lake.Cell]bool
	keys   map[lake.EntityName]map[lake.Key]bool
	found  map[string]*answers
}

type field struct {
	entity lake.EntityName
	field  lake.FieldName
}

// answers are what is known until the next write.
type answers struct {
	asked map[string]bool
	held  map[string][]lake.Record
}

const (
	aheadAtLeast = 4    // questions; fewer aren't worth it
	aheadAtMost  = 2000 // answers at once
)

// note remembers what a write may have to be checked for; what was read before is out of date.
func (a *ahead) note(e *lake.Entity, w lake.RowWrite) {
	a.found = nil
	if e.Internal {
		return
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		v := w.Set[f.Name]
		if v == "" {
			continue
		}
		if f.Kind == lake.Reference && f.Target != lake.Users {
			add(&a.keys, f.Target, lake.Key(v))
		}
		if f.Unique {
			add(&a.values, field{e.Name, f.Name}, v)
		}
	}
}

func add[K, V comparable](to *map[K]map[V]bool, k K, v V) {
	if *to == nil {
		*to = map[K]map[V]bool{}
	}
	if (*to)[k] == nil {
		(*to)[k] = map[V]bool{}
	}
	(*to)[k][v] = true
}

func (a *ahead) answers(what string, e *lake.Entity, l lake.Lineage) *answers {
	id := fmt.Sprintf("%s %p %v", what, e, l)
	if a.found == nil {
		a.found = map[string]*answers{}
	}
	if a.found[id] == nil {
		a.found[id] = &answers{asked: map[string]bool{}, held: map[string][]lake.Record{}}
	}
	return a.found[id]
}

// batch picks one and further ones that haven't been asked yet.
func batch[V ~string](known *answers, one V, all map[V]bool) []V {
	list := []V{one}
	known.asked[string(one)] = true
	for v := range all {
		if len(list) == aheadAtMost {
			break
		}
		if !known.asked[string(v)] {
			known.asked[string(v)] = true
			list = append(list, v)
		}
	}
	return list
}

// Get is the reader's, with what was referred to read ahead.
func (tx *storeTx) Get(ctx context.Context, e *lake.Entity, l lake.Lineage, keys []lake.Key) ([]lake.Record, error) {
	noted := tx.ahead.keys[e.Name]
	if len(keys) != 1 || len(noted) < aheadAtLeast || !noted[keys[0]] {
		return tx.reader.Get(ctx, e, l, keys)
	}
	known := tx.ahead.answers("", e, l)
	if !known.asked[string(keys[0])] {
		list, err := tx.reader.Get(ctx, e, l, batch(known, keys[0], noted))
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			known.held[string(r.Key)] = append(known.held[string(r.Key)], r)
		}
	}
	return append([]lake.Record(nil), known.held[string(keys[0])]...), nil
}

// Lookup is the reader's, with unique values read ahead.
func (tx *storeTx) Lookup(ctx context.Context, e *lake.Entity, l lake.Lineage, f lake.FieldName, values ...lake.Cell) ([]lake.Record, error) {
	noted := tx.ahead.values[field{e.Name, f}]
	if len(values) != 1 || len(noted) < aheadAtLeast || !noted[values[0]] {
		return tx.reader.Lookup(ctx, e, l, f, values...)
	}
	known := tx.ahead.answers(string(f), e, l)
	if !known.asked[string(values[0])] {
		list, err := tx.reader.Lookup(ctx, e, l, f, batch(known, values[0], noted)...)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			v := string(r.Cells[f])
			known.held[v] = append(known.held[v], r)
		}
	}
	return append([]lake.Record(nil), known.held[string(values[0])]...), nil
}
