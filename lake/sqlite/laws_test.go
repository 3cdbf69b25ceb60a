package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"headwater/lake"
	"headwater/lake/laketest"
	"headwater/lake/sqlite"
)

// open makes a lake over a fresh directory.
func open(t *testing.T) laketest.Opened {
	dir := t.TempDir()
	var store *sqlite.Store
	start := func() *lake.Lake {
		var err error
		if store, err = sqlite.Open(dir); err != nil {
			t.Fatal(err)
		}
		l, err := lake.Open(context.Background(), lake.Config{Store: store, Policy: laketest.Everyone{}, Entities: laketest.Entities()})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	o := laketest.Opened{Lake: start()}
	o.Store = store
	t.Cleanup(func() {
		found, err := store.Check(context.Background())
		if err != nil || len(found) > 0 {
			t.Errorf("check: %v %v", found, err)
		}
		_ = store.Close()
	})
	return o
}

func TestLaws(t *testing.T) {
	laketest.Laws(t, 24, 450, open, nil)
}

func TestConcurrentWriters(t *testing.T) {
	laketest.Concurrent(t, open(t))
}

// crashRounds are killed writers per kind of home; in all at least 200.
const crashRounds = 70

func TestCrash(t *testing.T) {
	crash(t, laketest.Entities(), nil)
}

func TestCrashOverForeignBases(t *testing.T) {
	entities, bases := laketest.BasedEntities(lake.Foreign)
	crash(t, entities, bases)
}

func TestCrashOverClones(t *testing.T) {
	entities, bases := laketest.BasedEntities(lake.Clone)
	crash(t, entities, bases)
}

func crash(t *testing.T, entities []lake.Entity, engine lake.Engine) {
	laketest.Crash(t, crashRounds, func(dir string) (*lake.Lake, func() error, error) {
		store, err := sqlite.Open(dir)
		if err != nil {
			return nil, nil, err
		}
		l, err := lake.Open(context.Background(), lake.Config{Store: store, Engine: engine, Policy: laketest.Everyone{}, Entities: entities})
		return l, store.Close, err
	})
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(dir); !errors.Is(err, lake.ErrBusy) {
		t.Errorf("a second opening must be refused as busy, not %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = sqlite.Open(dir)
	if err != nil {
		t.Fatalf("a closed directory can be opened again: %v", err)
	}
	_ = s.Close()
}

func TestNewerWorkspaceIsRefused(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite3", filepath.Join(dir, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	if _, err := sqlite.Open(dir); !errors.Is(err, lake.ErrNewer) {
		t.Errorf("a newer workspace must be refused, not %v", err)
	}
}

func TestBackupAndRestore(t *testing.T) {
	o := open(t)
	for i := range 5 {
		_, err := o.Lake.Write(context.Background(), lake.System, "main", func(tx *lake.Tx) error {
			_, err := tx.Create("companies", lake.Cells{"name": lake.Cell(fmt.Sprint("公司", i))})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	file, dir := filepath.Join(t.TempDir(), "copy.backup"), t.TempDir()
	if err := o.Store.Backup(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(file, dir); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Restore(file, dir); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("a directory with a workspace must not be overwritten: %v", err)
	}
	s, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Head() != o.Store.Head() || s.Identity() == o.Store.Identity() {
		t.Errorf("restored to revision %d under identity %s", s.Head(), s.Identity())
	}
}
