package catalog

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"headwater/lake"
	"headwater/source"
)

// Config is what Open needs; Lake and Sources must be set.
type Config struct {
	Lake    *lake.Lake
	Sources *source.Sources
	Dir     string // the workspace's data directory: files that were dropped lie in files/
	Copies  string // the engine's directory of copies; "": unused ones aren't removed
	Shared  bool   // other processes write copies into it, too
	Log     *slog.Logger
	Zone    *time.Location // of days in filters; nil: the machine's
	Now     func() time.Time
}

// Catalog works over one lake. Close ends what it does in the background.
type Catalog struct {
	lake    *lake.Lake
	sources *source.Sources
	dir     string
	copies  string
	log     *slog.Logger
	zone    *time.Location
	now     func() time.Time

	jobs    *jobs
	readers *readers
	drifts  *drifts
	shapes  *shapes
	writing sync.Mutex // one write-back at a time

	life context.Context
	stop context.CancelFunc
	work sync.WaitGroup
}

// Open starts the background work: scheduled refreshes, counts of readers, and the
// removal of copies that nothing reads any more.
func Open(ctx context.Context, c Config) (*Catalog, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Zone == nil {
		c.Zone = time.Local
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	k := &Catalog{lake: c.Lake, sources: c.Sources, dir: filepath.Join(dir, "files"), copies: c.Copies, log: c.Log, zone: c.Zone, now: c.Now}
	k.life, k.stop = context.WithCancel(context.Background())
	k.readers, k.drifts, k.shapes = newReaders(), newDrifts(), newShapes()
	if k.jobs, err = k.openJobs(ctx); err != nil {
		k.stop()
		return nil, err
	}
	if err := k.interruptedWrites(ctx); err != nil {
		k.stop()
		return nil, err
	}
	if err := k.ownSource(ctx); err != nil {
		k.stop()
		return nil, err
	}
	if !c.Shared {
		k.sweep(ctx, 0) // what a crash left behind
	}
	for _, f := range []func(){k.schedule, k.countReaders} {
		k.work.Add(1)
		go func() { defer k.work.Done(); f() }()
	}
	return k, nil
}

// Close stops what runs and waits for it. The lake, its engine and its sources must
// still be open.
func (k *Catalog) Close() {
	k.stop()
	k.work.Wait()
}

// Sources are the sources that the catalog works with.
func (k *Catalog) Sources() *source.Sources { return k.sources }

func (k *Catalog) registry() lake.Registry { return k.lake.Store().Registry() }

// sweep removes copies that nothing reads any more and that are older than a grace
// period: a question that is under way may still read one, and a branch that is being
// pinned isn't known yet.
func (k *Catalog) sweep(ctx context.Context, grace time.Duration) {
	if k.copies == "" {
		return
	}
	used, err := k.lake.UsedCopies(ctx)
	if err != nil {
		k.log.Warn("copies can't be counted", "error", err)
		return
	}
	entries, err := os.ReadDir(k.copies)
	if err != nil {
		if !os.IsNotExist(err) {
			k.log.Warn("copies can't be listed", "error", err)
		}
		return
	}
	for _, e := range entries {
		id := e.Name()[:len(e.Name())-len(filepath.Ext(e.Name()))]
		info, err := e.Info()
		if err != nil || e.IsDir() || used[id] || time.Since(info.ModTime()) < grace {
			continue
		}
		if err := os.Remove(filepath.Join(k.copies, e.Name())); err != nil {
			k.log.Warn("an unused copy can't be removed", "error", err)
		}
	}
}
