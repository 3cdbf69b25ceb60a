package laketest

import (
	"context"
	"slices"

	"headwater/lake"
)

// Bases is an engine that does no more than give the bases of entities that have one,
// from plain maps.
type Bases struct {
	lake.Engine
	Rows map[lake.EntityName]map[lake.Key]lake.Cells
}

// Base gives records from the maps.
func (b *Bases) Base(_ context.Context, _ lake.View, e lake.EntityName, q lake.BaseQuery, fn func(lake.Record) error) error {
	give := func(k lake.Key, c lake.Cells) error { return fn(lake.Record{Key: k, Cells: c.Clone()}) }
	rows := b.Rows[e]
	if q.Keys != nil {
		for _, k := range q.Keys {
			if c, ok := rows[k]; ok {
				if err := give(k, c); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for k, c := range rows {
		if q.Field == "" || slices.Contains(q.Values, c[q.Field]) {
			if err := give(k, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// keyField is the key of the entities of BasedEntities where their home is foreign.
const keyField lake.FieldName = "pk"

// BasedEntities are the entities of the laws with homes of a kind, and bases for them.
func BasedEntities(kind lake.HomeKind) ([]lake.Entity, *Bases) {
	list := Entities()
	bases := &Bases{Rows: map[lake.EntityName]map[lake.Key]lake.Cells{}}
	for i := range list {
		e := &list[i]
		e.Home = lake.Home{Kind: kind, Open: true}
		switch kind {
		case lake.Foreign:
			e.Home.Source, e.Home.Table, e.Home.Key = "fake", string(e.Name), []lake.FieldName{keyField}
			e.Fields = append(e.Fields, lake.Field{Name: keyField, Kind: lake.Text, Label: e.Label})
		case lake.Clone:
			e.Home.Of = "origin_" + e.Name
		}
		bases.Rows[e.Name] = baseRows(e)
	}
	if kind == lake.Clone {
		for _, e := range Entities() {
			e.Name = "origin_" + e.Name
			list = append(list, e)
		}
	}
	return list, bases
}

// baseRows fills half of the keys, within the rules.
func baseRows(e *lake.Entity) map[lake.Key]lake.Cells {
	d := newDice(11)
	out := map[lake.Key]lake.Cells{}
	for i, k := range keysOf[e.Name] {
		if i%2 == 1 {
			continue
		}
		c := d.cells(e, true)
		for n := range c {
			if f, _ := e.Field(n); f.Unique || f.Kind == lake.Reference {
				delete(c, n)
			}
		}
		if e.Home.Kind == lake.Foreign {
			c[keyField] = lake.Cell(k)
		}
		out[k] = c.Clone()
	}
	return out
}
