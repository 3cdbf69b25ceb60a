package duckdb

import (
	"context"

	"headwater/lake"
)

func (e *Engine) SQL(ctx context.Context, v lake.View, text string, sink lake.SQLSink) error {
	return nil
}
func (e *Engine) Search(ctx context.Context, v lake.View, words string, limit int) ([]lake.Hit, error) {
	return nil, nil
}
