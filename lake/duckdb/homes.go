package duckdb

import (
	"context"

	"headwater/lake"
)

var errNoSources = lake.Fail(lake.ErrInvalid, "sources_missing", "This engine was opened without sources.")

// Base reads records from under an overlay.
func (e *Engine) Base(context.Context, lake.View, lake.EntityName, lake.BaseQuery, func(lake.Record) error) error {
	return errNoSources
}

// Copy writes an entity's rows to a file.
func (e *Engine) Copy(context.Context, lake.View, lake.EntityName, lake.CopyOrder) (lake.CopyDone, error) {
	return lake.CopyDone{}, errNoSources
}

// Explain tells how a SELECT would be answered.
func (e *Engine) Explain(context.Context, lake.View, string, *lake.Question) (*lake.Explained, error) {
	return nil, errNoSources
}

// Shape gives a SELECT's columns.
func (e *Engine) Shape(context.Context, lake.View, string) (*lake.Shaped, error) {
	return nil, errNoSources
}

// Profile describes a field's values.
func (e *Engine) Profile(context.Context, lake.View, lake.EntityName, lake.FieldName) (*lake.Profile, error) {
	return nil, errNoSources
}
