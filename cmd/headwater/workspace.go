package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"headwater/access"
	"headwater/catalog"
	"headwater/intake"
	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/pack"
	"headwater/sales"
	"headwater/sales/need"
	"headwater/sales/recon"
	httpapi "headwater/server/http"
	"headwater/source"
)

// workspaceConfig says which workspace to open, and how.
type workspaceConfig struct {
	Dir        string
	Store      string // address of a database; "": the directory holds the records, too
	Copies     string // directory of kept and pinned rows; "": in Dir
	Page       fs.FS  // nil: no page
	Log        *slog.Logger
	TrustProxy bool
	Recon      reconOptions
	Assistant  *need.Assistant // nil: no language model is asked
}

// workspace is everything that runs over one data directory, in the order of its making.
type workspace struct {
	Store   lake.Store
	Access  *access.Access
	Sources *source.Sources
	Engine  *duckdb.Engine
	Lake    *lake.Lake
	Catalog *catalog.Catalog
	Imports *intake.Imports
	Packs   *pack.Kept
	Recon   *recon.Runner
	Server  *httpapi.Server
}

func openWorkspace(ctx context.Context, c workspaceConfig) (w *workspace, err error) {
	w = &workspace{}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Close())
		}
	}()
	if w.Store, err = openStore(ctx, c.Store, c.Dir, c.Log); err != nil {
		return w, err
	}
	if w.Access, err = access.Open(ctx, access.Config{Registry: w.Store.Registry(), Log: c.Log}); err != nil {
		return w, err
	}
	if w.Sources, err = source.Open(source.Config{Registry: w.Store.Registry(), Dir: c.Dir, Kinds: sourceKinds(c.Dir), Log: c.Log}); err != nil {
		return w, err
	}
	w.Lake, err = lake.Open(ctx, lake.Config{Store: w.Store, Policy: w.Access, Entities: sales.Entities(), Sources: w.Sources, Log: c.Log})
	if err != nil {
		return w, err
	}
	if err = w.openEngine(c); err != nil {
		return w, err
	}
	w.Catalog, err = catalog.Open(ctx, catalog.Config{Lake: w.Lake, Sources: w.Sources, Dir: c.Dir, Copies: c.copies(), Shared: c.Store != "" || c.Copies != "", Log: c.Log})
	if err != nil {
		return w, err
	}
	w.Imports, err = intake.New(ctx, intake.Config{Lake: w.Lake, Dir: c.Dir, Synonyms: words(), People: access.Directory{Access: w.Access}, Log: c.Log})
	if err != nil {
		return w, err
	}
	w.Packs = pack.NewKept()
	if w.Recon, err = c.Recon.runner(ctx, w, c.Dir, c.Log); err != nil {
		return w, err
	}
	w.Server, err = httpapi.New(httpapi.Config{Lake: w.Lake, Access: w.Access, Packs: w.Packs, Recon: w.Recon, Imports: w.Imports, Catalog: w.Catalog, Uploads: filepath.Join(c.Dir, "uploads"), Assistant: c.Assistant,
		Page: c.Page, Log: c.Log, Version: version, TrustProxy: c.TrustProxy})
	return w, err
}

// openEngine opens the mirror; it reads sources and kept copies, too.
func (w *workspace) openEngine(c workspaceConfig) error {
	copies, err := filepath.Abs(c.copies())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(copies, 0o700); err != nil {
		return err
	}
	masks, err := w.Sources.DerivedKey("masks")
	if err != nil {
		return err
	}
	w.Engine, err = duckdb.Open(filepath.Join(c.Dir, "mirror.duckdb"), w.Store,
		duckdb.Options{Policy: w.Access, Log: c.Log, Sources: w.Sources, Copies: copies, MaskKey: masks})
	if err == nil {
		w.Lake.UseEngine(w.Engine)
	}
	return err
}

// copies is where kept and pinned rows lie.
func (c workspaceConfig) copies() string {
	if c.Copies != "" {
		return c.Copies
	}
	return filepath.Join(c.Dir, "copies")
}

// Close ends it all in the opposite order.
func (w *workspace) Close() error {
	var errs []error
	if w.Recon != nil {
		w.Recon.Close() // behind the questions that are out
	}
	if w.Imports != nil {
		w.Imports.Close() // what is at work stops behind its last batch and can be resumed
	}
	if w.Catalog != nil {
		w.Catalog.Close() // jobs end before what they read
	}
	if w.Engine != nil {
		errs = append(errs, w.Engine.Close())
	}
	if w.Sources != nil {
		errs = append(errs, w.Sources.Close())
	}
	if w.Access != nil {
		w.Access.Close()
	}
	if w.Store != nil {
		errs = append(errs, w.Store.Close())
	}
	return errors.Join(errs...)
}
