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
	newEngine = func(t testing.TB, store lake.Store, policy lake.Policy, sources lake.Sources, copies string) lake.Engine {
		e, err := duckdb.Open("", store, duckdb.Options{Policy: policy, Sources: sources, Copies: copies, MaskKey: [32]byte{1, 2, 3}})
		must(t, err)
		t.Cleanup(func() { must(t, e.Close()) })
		return mixed{e, scanner{store: store}}
	}
}

// mixed asks DuckDB, except for the texts that only the scanner knows.
type mixed struct {
	lake.Engine
	scanner scanner
}

func (m mixed) SQL(ctx context.Context, v lake.View, text string, sink lake.SQLSink) error {
	if text == "SELECT WAIT" || text == "SELECT 3" || text == "SELECT HUGE" {
		return m.scanner.SQL(ctx, v, text, sink)
	}
	return m.Engine.SQL(ctx, v, text, sink)
}
