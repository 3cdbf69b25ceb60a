package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"

	"headwater/access"
	"headwater/catalog"
	"headwater/lake"
	"headwater/lake/duckdb"
	postgresstore "headwater/lake/postgres"
	"headwater/lake/sqlite"
	"headwater/sales"
	"headwater/source"
	"headwater/source/files"
	"headwater/source/mysql"
	postgressource "headwater/source/postgres"
)

// house is a workspace opened as the program opens it, without its HTTP server.
type house struct {
	dir     string
	store   lake.Store
	access  *access.Access
	sources *source.Sources
	watched *watched // the same, as lake and engine have them
	lake    *lake.Lake
	engine  *duckdb.Engine
	catalog *catalog.Catalog
}

func openHouse(ctx context.Context, dir string, engine bool) (*house, error) {
	return openHouseOn(ctx, dir, "", engine)
}

// openHouseOn keeps the records in the PostgreSQL database of an address; "": in dir.
func openHouseOn(ctx context.Context, dir, address string, engine bool) (h *house, err error) {
	h = &house{dir: dir}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if err := os.MkdirAll(h.copies(), 0o700); err != nil {
		return h, err
	}
	if h.store, err = openStore(ctx, dir, address); err != nil {
		return h, err
	}
	if h.access, err = access.Open(ctx, access.Config{Registry: h.store.Registry()}); err != nil {
		return h, err
	}
	h.sources, err = source.Open(source.Config{Registry: h.store.Registry(), Dir: dir, Kinds: map[string]source.Opener{
		"postgres": postgressource.Open, "mysql": mysql.Open, "file": files.Open}})
	if err != nil {
		return h, err
	}
	h.watched = &watched{Sources: h.sources}
	h.lake, err = lake.Open(ctx, lake.Config{Store: h.store, Policy: h.access, Entities: sales.Entities(), Sources: h.watched})
	if err != nil || !engine {
		return h, err
	}
	return h, h.openEngine(ctx)
}

func openStore(ctx context.Context, dir, address string) (lake.Store, error) {
	if address != "" {
		s, err := postgresstore.Open(ctx, address, postgresstore.Options{})
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	s, err := sqlite.Open(dir)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (h *house) openEngine(ctx context.Context) error {
	masks, err := h.sources.DerivedKey("masks")
	if err != nil {
		return err
	}
	h.engine, err = duckdb.Open(h.mirrorFile(), h.store, duckdb.Options{Policy: h.access, Sources: h.watched, Copies: h.copies(), MaskKey: masks})
	if err != nil {
		return err
	}
	h.lake.UseEngine(h.engine)
	h.catalog, err = catalog.Open(ctx, catalog.Config{Lake: h.lake, Sources: h.sources, Dir: h.dir, Copies: h.copies()})
	return err
}

// watched counts how often anybody asked for rows of a source.
type watched struct {
	lake.Sources
	scans atomic.Int64
}

func (w *watched) Session(ctx context.Context) lake.SourceSession {
	return &watchedSession{w.Sources.Session(ctx), w}
}

type watchedSession struct {
	lake.SourceSession
	of *watched
}

func (s *watchedSession) Scan(ctx context.Context, q lake.Scan) (*lake.Scanned, error) {
	s.of.scans.Add(1)
	return s.SourceSession.Scan(ctx, q)
}

func (h *house) close() error {
	if h == nil {
		return nil
	}
	var errs []error
	if h.catalog != nil {
		h.catalog.Close()
	}
	if h.engine != nil {
		errs = append(errs, h.engine.Close())
	}
	if h.sources != nil {
		errs = append(errs, h.sources.Close())
	}
	if h.access != nil {
		h.access.Close()
	}
	if h.store != nil {
		errs = append(errs, h.store.Close())
	}
	return errors.Join(errs...)
}

func (h *house) copies() string     { return absolute(filepath.Join(h.dir, "copies")) }
func (h *house) mirrorFile() string { return filepath.Join(h.dir, "mirror.duckdb") }
func (h *house) storeFile() string  { return filepath.Join(h.dir, sqlite.FileName) }

func absolute(path string) string {
	if p, err := filepath.Abs(path); err == nil {
		return p
	}
	return path
}

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
