package httpapi

import (
	"context"

	"headwater/lake"
)

// linkedMost is how many records of one kind are read for one deal or case.
const linkedMost = 2000

// linked gives the records of an entity whose reference points to a record, in the
// order of their making; with scope and masks, like every read.
func linked(ctx context.Context, r *lake.Reader, entity lake.EntityName, field lake.FieldName, to lake.Key) ([]lake.Record, error) {
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	a, err := r.Ask(ctx, lake.Question{Entity: e.Name, Where: lake.Compare{Path: lake.Path{field}, Op: lake.EQ, Value: lake.Cell(to)}, Limit: linkedMost})
	if err != nil {
		return nil, err
	}
	keys := make([]lake.Key, len(a.Rows))
	for i, row := range a.Rows {
		keys[i] = row.Key
	}
	known, err := r.GetMany(ctx, e.Name, keys)
	if err != nil {
		return nil, err
	}
	out := make([]lake.Record, 0, len(keys))
	for _, k := range keys {
		if rec, ok := known[k]; ok {
			out = append(out, rec)
		}
	}
	return out, nil
}

// belonging are the cells that tie a record of the process to its deal: account and
// owner are the deal's, since row scope hangs on them.
func belonging(deal lake.Record) lake.Cells {
	return lake.Cells{"deal": lake.Cell(deal.Key), "account": deal.Cells["account"], "owner": deal.Cells["owner"]}
}

// titleOf names a record, or gives "" for one that the reader may not see.
func titleOf(ctx context.Context, r *lake.Reader, entity lake.EntityName, key lake.Key) (string, error) {
	if key == "" {
		return "", nil
	}
	t, err := r.Titles(ctx, map[lake.EntityName][]lake.Key{entity: {key}})
	return t[entity][key], err
}
