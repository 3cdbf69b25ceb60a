package duckdb_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// TestErasedValuesLeaveTheMirror is law 9 for a mirror that held the values already.
func TestErasedValuesLeaveTheMirror(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	file := filepath.Join(dir, "mirror.duckdb")
	engine, err := duckdb.Open(file, store, duckdb.Options{Policy: laketest.Everyone{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: laketest.Everyone{}, Engine: engine, Entities: laketest.Entities()})
	if err != nil {
		t.Fatal(err)
	}
	put := func(cells lake.Cells) {
		t.Helper()
		_, err := l.Write(ctx, lake.System, "", func(tx *lake.Tx) error {
			_, err := tx.Put("people", "p1", cells)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := engine.Sync(ctx); err != nil {
			t.Fatal(err)
		}
	}
	put(lake.Cells{"name": laketest.Secret})
	put(lake.Cells{"name": laketest.Secret + " again", "notes": laketest.Secret})
	if err := l.Erase(ctx, lake.System, "people", "p1", ""); err != nil {
		t.Fatal(err)
	}
	r, err := l.At(ctx, lake.System, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	hits, err := r.Search(ctx, laketest.Secret, 10)
	if err != nil || len(hits) != 0 {
		t.Errorf("search finds %v %v", hits, err)
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT m::VARCHAR FROM _mirror.people m")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		if n++; strings.Contains(fmt.Sprint(text), laketest.Secret) {
			t.Errorf("the mirror holds %s", text)
		}
	}
	if n == 0 {
		t.Error("the mirror holds no versions at all")
	}
	db.Close()
	if engine, err = duckdb.Open(file, store, duckdb.Options{Policy: laketest.Everyone{}}); err != nil {
		t.Fatal(err)
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(laketest.Secret)) {
		t.Error("the mirror's file holds the value after it was opened again")
	}
}
