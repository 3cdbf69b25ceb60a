package main

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"

	"headwater/access"
	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/sqlite"
	"headwater/sales"
)

// house is a workspace opened as the program opens it, without its HTTP server.
type house struct {
	dir    string
	store  *sqlite.Store
	access *access.Access
	lake   *lake.Lake
	engine *duckdb.Engine
}

func openHouse(ctx context.Context, dir string, engine bool) (h *house, err error) {
	h = &house{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if h.store, err = sqlite.Open(dir); err != nil {
		return h, err
	}
	if h.access, err = access.Open(ctx, access.Config{Registry: h.store.Registry()}); err != nil {
		return h, err
	}
	if h.lake, err = lake.Open(ctx, lake.Config{Store: h.store, Policy: h.access, Entities: sales.Entities()}); err != nil || !engine {
		return h, err
	}
	if h.engine, err = duckdb.Open(h.mirrorFile(), h.store, duckdb.Options{Policy: h.access}); err == nil {
		h.lake.UseEngine(h.engine)
	}
	return h, err
}

func (h *house) close() error {
	if h == nil {
		return nil
	}
	var errs []error
	if h.engine != nil {
		errs = append(errs, h.engine.Close())
	}
	if h.access != nil {
		h.access.Close()
	}
	if h.store != nil {
		errs = append(errs, h.store.Close())
	}
	return errors.Join(errs...)
}

func (h *house) mirrorFile() string { return filepath.Join(h.dir, "mirror.duckdb") }
func (h *house) storeFile() string  { return filepath.Join(h.dir, sqlite.FileName) }

const batch = 20_000 // accounts per revision while loading

// makeDirectory fills a new data directory with n accounts and two people.
func makeDirectory(ctx context.Context, dir string, n int) (logins, error) {
	var who logins
	h, err := openHouse(ctx, dir, false)
	if err != nil {
		return who, err
	}
	err = h.fill(ctx, n)
	if err == nil {
		who.Owner, err = h.person(ctx, "owner@bench.example", access.Owner)
	}
	if err == nil {
		who.Colleague, err = h.person(ctx, "colleague@bench.example", access.Admin)
	}
	return who, errors.Join(err, h.close())
}

func (h *house) fill(ctx context.Context, n int) error {
	waiting := make([]*account, 0, batch)
	write := func() error {
		_, err := h.lake.WriteBatch(ctx, lake.System, lake.MainName, func(tx *lake.Tx) error {
			for _, a := range waiting {
				if _, err := tx.Create("accounts", a.cells()); err != nil {
					return err
				}
			}
			return nil
		})
		waiting = waiting[:0]
		return err
	}
	for _, a := range accounts(n) {
		if waiting = append(waiting, a); len(waiting) == batch {
			if err := write(); err != nil {
				return err
			}
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	return write()
}

// person makes somebody and returns their API token.
func (h *house) person(ctx context.Context, email string, role access.Role) (string, error) {
	p, err := h.access.CreatePerson(ctx, lake.System, access.NewPerson{Name: email, Email: email, Role: role})
	if err != nil {
		return "", err
	}
	secret, _, err := h.access.CreateToken(ctx, p.Principal(), "bench", 30)
	return secret, err
}

// scattered picks n keys evenly from all accounts of main.
func (h *house) scattered(ctx context.Context, n int) ([]lake.Key, error) {
	db, err := sql.Open("sqlite3", "file:"+h.storeFile()+"?mode=ro")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, `SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM accounts)
		WHERE nth % (SELECT max(1, count(*) / ?1) FROM accounts) = 0 LIMIT ?1`, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []lake.Key
	for rows.Next() {
		var k lake.Key
		if err := rows.Scan(&k); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// checkpointed gives the bytes in use of store and mirror with their logs folded in;
// the house is closed and opened again for it.
func (b *bench) checkpointed(ctx context.Context) (store, mirror int64, err error) {
	h, err := b.useBig(ctx)
	if err != nil {
		return 0, 0, err
	}
	if err := b.closeBig(); err != nil {
		return 0, 0, err
	}
	if store, err = usedPages(ctx, "sqlite3", h.storeFile(), "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"); err != nil {
		return 0, 0, err
	}
	if mirror, err = usedPages(ctx, "duckdb", h.mirrorFile(), "SELECT used_blocks * block_size FROM pragma_database_size()"); err != nil {
		return 0, 0, err
	}
	_, err = b.useBig(ctx)
	return store, mirror, err
}

func usedPages(ctx context.Context, driver, file, query string) (n int64, err error) {
	db, err := sql.Open(driver, file)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return n, db.QueryRowContext(ctx, query).Scan(&n)
}
