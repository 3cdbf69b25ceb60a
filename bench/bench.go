package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// bench holds what several measures share; each part is made when it is first needed.
type bench struct {
	rows   int
	binary string
	dir    string
	keep   bool // dir was given: leave it behind

	big    *house  // open over the big directory, or nil
	server *server // likewise; never both
	pg     *postgres
	pgErr  error
	loads  error // why the accounts aren't in PostgreSQL
	copied times // PostgreSQL's COPY of the file; empty: they aren't there yet
	outer  outer // what lies outside of the lake, and the house over it
	bare   *bareTable
	fresh  bool // the big directory holds exactly what accounts yields
}

func newBench(rows int, binary, dir string) (*bench, error) {
	b := &bench{rows: rows, dir: dir, keep: dir != ""}
	var err error
	if b.binary, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	if b.keep {
		return b, os.MkdirAll(dir, 0o755)
	}
	if b.dir, err = os.MkdirTemp("", "headwater-bench-"); err != nil {
		return nil, err
	}
	return b, os.Chmod(b.dir, 0o755) // PostgreSQL may run as somebody else
}

func (b *bench) close() error {
	errs := []error{b.closeBig(), b.stopServer(), b.outer.close()}
	if b.pg != nil {
		errs = append(errs, b.pg.close())
	}
	if b.bare != nil {
		errs = append(errs, b.bare.close())
	}
	if !b.keep {
		errs = append(errs, os.RemoveAll(b.dir))
	}
	return errors.Join(errs...)
}

// runs is how often something is measured: n times, or once where there is so little
// that it can only be a trial.
func (b *bench) runs(n int) int {
	if b.rows < 10_000 {
		return 1
	}
	return n
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// csvFile is the file that all sides read.
func (b *bench) csvFile() (string, error) {
	path := b.path(fmt.Sprintf("accounts-%d.csv", b.rows))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, writeCSV(path, b.rows)
}

// logins are the API tokens of a data directory's two people.
type logins struct{ Owner, Colleague string }

// loaded is the big data directory, filled and mirrored.
func (b *bench) loaded(ctx context.Context) (string, logins, error) {
	dir := b.path(fmt.Sprintf("big-%d", b.rows))
	known := filepath.Join(dir, "logins.json")
	var who logins
	if text, err := os.ReadFile(known); err == nil {
		return dir, who, json.Unmarshal(text, &who)
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", who, err
	}
	began := time.Now()
	who, err := makeDirectory(ctx, dir, b.rows)
	if err != nil {
		return "", who, err
	}
	filled := time.Now()
	h, err := openHouse(ctx, dir, true)
	if err != nil {
		return "", who, err
	}
	say("%d accounts written in %.1f s, mirrored in %.1f s", b.rows, filled.Sub(began).Seconds(), time.Since(filled).Seconds())
	b.fresh = true
	text, _ := json.Marshal(who) // two texts can't fail
	return dir, who, errors.Join(h.close(), os.WriteFile(known, text, 0o600))
}

// useBig opens the big directory in this process.
func (b *bench) useBig(ctx context.Context) (*house, error) {
	if b.big != nil {
		return b.big, nil
	}
	if err := b.stopServer(); err != nil {
		return nil, err
	}
	dir, _, err := b.loaded(ctx)
	if err != nil {
		return nil, err
	}
	b.big, err = openHouse(ctx, dir, true)
	return b.big, err
}

func (b *bench) closeBig() error {
	h := b.big
	b.big = nil
	return h.close()
}

// useServer runs the built program over the big directory.
func (b *bench) useServer(ctx context.Context) (*server, error) {
	if b.server != nil {
		return b.server, nil
	}
	if err := b.closeBig(); err != nil {
		return nil, err
	}
	dir, who, err := b.loaded(ctx)
	if err != nil {
		return nil, err
	}
	b.server, err = startServer(ctx, b.binary, dir, who)
	return b.server, err
}

func (b *bench) stopServer() error {
	s := b.server
	b.server = nil
	return s.stop()
}

// cluster is a PostgreSQL server with nothing in it at first.
func (b *bench) cluster(ctx context.Context) (*postgres, error) {
	if b.pg == nil && b.pgErr == nil {
		b.pg, b.pgErr = startPostgres(ctx, b.dir)
	}
	return b.pg, b.pgErr
}

// usePostgres has the same rows, copied from the file and analysed.
func (b *bench) usePostgres(ctx context.Context) (*postgres, error) {
	if b.loads != nil {
		return nil, b.loads
	}
	pg, err := b.cluster(ctx)
	if err != nil || len(b.copied) > 0 {
		return pg, err
	}
	b.loads = b.loadPostgres(ctx, pg)
	return pg, b.loads
}

func (b *bench) loadPostgres(ctx context.Context, pg *postgres) error {
	file, err := b.csvFile()
	if err != nil {
		return err
	}
	for range 2 {
		if err := b.copied.timed(func() error { return pg.load(ctx, file) }); err != nil {
			return err
		}
	}
	return pg.settle(ctx)
}

// useBare is a DuckDB table with the same rows and nothing else.
func (b *bench) useBare(ctx context.Context) (*bareTable, error) {
	if b.bare != nil {
		return b.bare, nil
	}
	file, err := b.csvFile()
	if err != nil {
		return nil, err
	}
	b.bare, err = makeBare(ctx, b.path("bare.duckdb"), file)
	return b.bare, err
}
