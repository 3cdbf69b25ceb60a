package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"headwater/lake"
	"headwater/lake/postgres"
	"headwater/lake/sqlite"
)

// storeURL is the database that holds the workspace; "": the data directory does.
func (o *options) storeURL() string {
	if o.storeAt != "" {
		return o.storeAt
	}
	return os.Getenv("HEADWATER_STORE")
}

// openStore opens the system of record. With a database, the data directory still holds
// the mirror, uploads and imports, for one process.
func openStore(ctx context.Context, url, dir string, log *slog.Logger) (lake.Store, error) {
	if url == "" {
		s, err := sqlite.Open(dir)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	if err := checkStoreURL(url); err != nil {
		return nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	s, err := postgres.Open(ctx, url, postgres.Options{Log: log})
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &sharedStore{s, lock}, nil
}

func checkStoreURL(url string) error {
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		return nil
	}
	return usage("--store is the address of a PostgreSQL database: postgres://person:password@host/database?schema=headwater")
}

// sharedStore is a database and the lock on this process's data directory.
type sharedStore struct {
	*postgres.Store
	lock *os.File
}

func (s *sharedStore) Close() error { return errors.Join(s.Store.Close(), s.lock.Close()) }

// lockDir keeps a second process out of a data directory, as lake/sqlite does for its own.
func lockDir(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "headwater.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, lake.Fail(lake.ErrBusy, "workspace_in_use",
			"Another Headwater process holds "+dir+"; each node needs a data directory of its own (--data).", "dir", dir)
	}
	return f, nil
}

// store opens the workspace's store alone; it must exist.
func (o *options) store(ctx context.Context) (lake.Store, error) {
	if o.server != "" {
		return nil, usage("this works on a data directory or a database, not on a server")
	}
	if err := o.exists(ctx); err != nil {
		return nil, err
	}
	if url := o.storeURL(); url != "" { // needs nothing of the data directory
		return postgres.Open(ctx, url, postgres.Options{})
	}
	return sqlite.Open(o.dir())
}

// restore makes a workspace from a backup, where there is none.
func (o *options) restore(ctx context.Context, file string) (where string, err error) {
	if url := o.storeURL(); url != "" {
		if err := checkStoreURL(url); err != nil {
			return "", err
		}
		return "database", postgres.Restore(ctx, file, url)
	}
	return o.dir(), sqlite.Restore(file, o.dir())
}

// exists fails when there is no workspace.
func (o *options) exists(ctx context.Context) error {
	if url := o.storeURL(); url != "" {
		if err := checkStoreURL(url); err != nil {
			return err
		}
		there, err := postgres.Exists(ctx, url)
		if err == nil && !there {
			err = errors.New("there is no workspace in this schema of the database (serve, put, import, restore or user add begin one)")
		}
		return err
	}
	if _, err := os.Stat(filepath.Join(o.dir(), sqlite.FileName)); err != nil {
		return fmt.Errorf("there is no workspace in %s (--data names the directory; serve, put, import or user add begin one)", o.dir())
	}
	return nil
}
