package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headwater/lake"
)

// keyState counts what a key must not have.
type keyState struct{ rows, distinct, empty int64 }

// problem is "" when the fields are a key.
func (s keyState) problem() string {
	switch {
	case s.empty > 0:
		return "key_empty"
	case s.distinct != s.rows:
		return "key_not_unique"
	}
	return ""
}

func (s keyState) refuse(e lake.EntityName, key []lake.FieldName) error {
	names := make([]string, len(key))
	for i, n := range key {
		names[i] = string(n)
	}
	list := strings.Join(names, ", ")
	if s.empty > 0 {
		return lake.Fail(lake.ErrConflict, "key_empty", fmt.Sprintf("%d rows have nothing in %s.", s.empty, list), "entity", e, "field", list, "count", s.empty)
	}
	return lake.Fail(lake.ErrConflict, "key_not_unique", fmt.Sprintf("Several rows hold the same in %s: %d rows, %d values.", list, s.rows, s.distinct),
		"entity", e, "field", list, "count", s.rows-s.distinct, "rows", s.rows)
}

// keyState asks the home of an entity that need not be declared yet.
func (k *Catalog) keyState(ctx context.Context, p lake.Principal, branch string, e lake.Entity) (keyState, error) {
	key := e.Home.Key
	e.Fields = slices.DeleteFunc(slices.Clone(e.Fields), func(f lake.Field) bool { return f.Own })
	e.Home.Key = nil // tried without one: the key isn't proven
	r, err := k.lake.Trial(ctx, p, branch, e)
	if err != nil {
		return keyState{}, err
	}
	columns, empty := make([]string, len(key)), make([]string, len(key))
	for i, n := range key {
		columns[i] = quoted(string(n))
		empty[i] = columns[i] + " IS NULL"
		if f, _ := e.Field(n); f.Type == "" || strings.EqualFold(f.Type, "VARCHAR") {
			empty[i] += " OR " + columns[i] + "::VARCHAR = ''"
		}
	}
	distinct := columns[0]
	if len(columns) > 1 {
		distinct = "(" + strings.Join(columns, ", ") + ")"
	}
	text := "SELECT count(*), count(DISTINCT " + distinct + "), count(*) FILTER (WHERE " + strings.Join(empty, " OR ") + ") FROM " + quoted(string(e.Name))
	var s keyState
	sink := rowsOf(func(v []any) error {
		s = keyState{whole(v[0]), whole(v[1]), whole(v[2])}
		return nil
	})
	return s, r.SQL(ctx, text, sink)
}

// rowsOf is a sink that wants no columns.
type rowsOf func([]any) error

func (rowsOf) Columns(_, _ []string) error { return nil }
func (f rowsOf) Row(v []any) error         { return f(v) }

func whole(v any) int64 {
	n, _ := v.(int64)
	return n
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
