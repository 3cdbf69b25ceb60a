package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// TestErase is law 9: what was erased is in no revision, on no branch, and not in the file.
func TestErase(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.Open(context.Background(), lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: laketest.Entities()})
	if err != nil {
		t.Fatal(err)
	}
	laketest.Erase(t, l)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{sqlite.FileName, sqlite.FileName + "-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(laketest.Secret)) {
			t.Errorf("%s holds the erased value still", name)
		}
	}
}
