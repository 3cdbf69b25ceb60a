package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"

	"headwater/access"
	"headwater/intake"
	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/sales"
	httpapi "headwater/server/http"
)

// workspaceConfig says which workspace to open, and how.
type workspaceConfig struct {
	Dir        string
	Store      string // address of a database; "": the directory holds the records, too
	Page       fs.FS  // nil: no page
	Log        *slog.Logger
	TrustProxy bool
}

// workspace is everything that runs over one data directory, in the order of its making.
type workspace struct {
	Store   lake.Store
	Access  *access.Access
	Engine  *duckdb.Engine
	Lake    *lake.Lake
	Imports *intake.Imports
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
	if w.Lake, err = lake.Open(ctx, lake.Config{Store: w.Store, Policy: w.Access, Entities: sales.Entities(), Log: c.Log}); err != nil {
		return w, err
	}
	w.Engine, err = duckdb.Open(filepath.Join(c.Dir, "mirror.duckdb"), w.Store, duckdb.Options{Policy: w.Access, Log: c.Log})
	if err != nil {
		return w, err
	}
	w.Lake.UseEngine(w.Engine)
	w.Imports, err = intake.New(ctx, intake.Config{Lake: w.Lake, Dir: c.Dir, Synonyms: words(), People: access.Directory{Access: w.Access}, Log: c.Log})
	if err != nil {
		return w, err
	}
	w.Server, err = httpapi.New(httpapi.Config{Lake: w.Lake, Access: w.Access, Imports: w.Imports, Uploads: filepath.Join(c.Dir, "uploads"),
		Page: c.Page, Log: c.Log, Version: version, TrustProxy: c.TrustProxy})
	return w, err
}

// Close ends it all in the opposite order.
func (w *workspace) Close() error {
	var errs []error
	if w.Imports != nil {
		w.Imports.Close() // what is at work stops behind its last batch and can be resumed
	}
	if w.Engine != nil {
		errs = append(errs, w.Engine.Close())
	}
	if w.Access != nil {
		w.Access.Close()
	}
	if w.Store != nil {
		errs = append(errs, w.Store.Close())
	}
	return errors.Join(errs...)
}
