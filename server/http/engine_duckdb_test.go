//go:build duckdb_arrow

package httpapi_test

import (
	"context"
	"testing"

	"headwater/lake"
	"headwater/lake/duckdb"
)

// With the engine built in, the stories are told over it.
func init() {
	newEngine = func(t testing.TB, store lake.Store, policy lake.Policy) lake.Engine {
		e, err := duckdb.Open("", store, duckdb.Options{Policy: policy})
		must(t, err)
		t.Cleanup(func() { must(t, e.Close()) })
		return mixed{e, scanner{store: store}}
	}
}

// mixed asks DuckDB, except for the two texts that only the scanner knows.
type mixed struct {
	lake.Engine
	scanner scanner
}

func (m mixed) SQL(ctx context.Context, v lake.View, text string, sink lake.SQLSink) error {
	return m.scanner.SQL(ctx, v, text, sink)
}

func (m mixed) Search(ctx context.Context, v lake.View, words string, limit int) ([]lake.Hit, error) {
	return m.scanner.Search(ctx, v, words, limit)
}
