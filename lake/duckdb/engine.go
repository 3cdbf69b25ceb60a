package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
	"headwater/lake/collate"
)

// format changes whenever the mirror's tables or their contents are made otherwise.
var format = "1." + strconv.Itoa(collate.Version)

// Options are what an engine needs besides its store.
type Options struct {
	Policy  lake.Policy   // for the directory of people; nil: it is empty
	Log     *slog.Logger  // nil: silent
	Memory  string        // of DuckDB, for example "2GB"; "": half of the machine's
	Threads int           // 0: all
	Timeout time.Duration // of one SQL text; 0: 60 s

	Sources lake.Sources // what lies outside of the lake; nil: nothing
	Copies  string       // the directory of kept copies, absolute; "": there are none
	MaskKey [32]byte     // of masks that hash; it never leaves the engine
}

// Engine implements lake.Engine.
type Engine struct {
	store lake.Store
	path  string
	opt   Options
	log   *slog.Logger

	gate    sync.RWMutex // readers and the writer share it; replacing the database has it alone
	db      *sql.DB
	history history

	mu       sync.Mutex // the writer
	w        *sql.Conn  // the writer's connection
	saving   *sql.Stmt  // of the state, on the writer's connection
	broken   bool       // the database must be opened anew before it is used again
	outdated bool       // the mirror must be built anew, too

	people atomic.Int64 // stamp of the directory in the mirror
	loaded atomic.Bool  // the directory was loaded at all

	background sync.WaitGroup
	stop       context.CancelFunc
	life       context.Context
	wake       chan struct{}
	asking     chan struct{}  // places for texts of people
	questions  connections    // that read
	loaders    chan *sql.Conn // connections that write rows of sources; see scratch.go
	holding    holding        // rows of sources that questions look at as they came
	places     []string       // directories that the database may open files in; written with gate held
	plans      planner
	parser     parser
	presences  remembered[presence]
	mark       string   // stands for the tag of a question in what is remembered
	columnsOf  sync.Map // kept copy → its columns: a copy never changes
	fileTables sync.Map // tables of sources that came as files when they were read last
}

var _ lake.Engine = (*Engine)(nil)

// Open opens the mirror at path ("": in memory), builds it where it is missing, doesn't
// belong to this store, or can't be read, and brings it up to date.
func Open(path string, store lake.Store, opt Options) (*Engine, error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Threads == 0 {
		opt.Threads = runtime.GOMAXPROCS(0)
	}
	if opt.Timeout == 0 {
		opt.Timeout = time.Minute
	}
	e := &Engine{store: store, path: path, opt: opt, log: opt.Log, wake: make(chan struct{}, 1), asking: make(chan struct{}, maxSQLAtOnce),
		mark: newTag()}
	e.life, e.stop = context.WithCancel(context.Background())
	if err := e.connect(e.life); err != nil {
		e.stop()
		return nil, err
	}
	if err := e.Sync(e.life); err != nil {
		e.stop()
		e.disconnect()
		return nil, err
	}
	e.background.Add(1)
	go e.housekeeping()
	return e, nil
}

// Close stops the background work and closes the database.
func (e *Engine) Close() error {
	e.stop()
	e.background.Wait()
	e.gate.Lock()
	defer e.gate.Unlock()
	return e.disconnect()
}

func (e *Engine) disconnect() error {
	if e.db == nil {
		return nil
	}
	if e.saving != nil {
		e.saving.Close()
		e.saving = nil
	}
	e.questions.close()
	e.closeScratch()
	e.w.Close()
	e.plans.close()
	err := e.db.Close()
	e.db = nil
	if err != nil {
		return e.hide("close", err)
	}
	return nil
}

// connect opens the file; a file that isn't ours or is damaged is replaced.
func (e *Engine) connect(ctx context.Context) error {
	err := e.openFile(ctx)
	if err == nil {
		err = e.adopt(ctx)
	}
	if err == nil {
		return nil
	}
	e.log.Info("engine: the mirror is built anew", "path", e.path, "reason", err)
	e.disconnect()
	if e.path != "" {
		for _, p := range []string{e.path, e.path + ".wal"} {
			if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	if err := e.openFile(ctx); err != nil {
		return err
	}
	return e.create(ctx)
}

func (e *Engine) openFile(ctx context.Context) (err error) {
	defer recovered(&err)
	connector, err := duck.NewConnector(e.path, nil)
	if err != nil {
		return err
	}
	e.db = sql.OpenDB(connector)
	e.db.SetMaxIdleConns(8)
	if e.w, err = e.db.Conn(ctx); err != nil {
		e.db.Close()
		e.db = nil
		return err
	}
	e.places = e.wantedPlaces()
	settings := append(e.filePlaces(), []string{
		"SET autoinstall_known_extensions = false", "SET autoload_known_extensions = false",
		"SET enable_external_access = false", "SET allow_community_extensions = false",
		"SET threads = " + strconv.Itoa(e.opt.Threads), "SET checkpoint_threshold = '64MB'",
		"SET preserve_insertion_order = true", "SET TimeZone = 'UTC'",
	}...)
	memory := e.opt.Memory
	if memory == "" {
		if memory, err = halfOfMemory(ctx, e.w); err != nil {
			return err
		}
	}
	settings = append(settings, "SET memory_limit = '"+sqlText(memory)+"'")
	if err := e.openScratch(ctx); err != nil {
		return err
	}
	if err := e.holding.register(e.w); err != nil {
		return err
	}
	for _, s := range append(settings, "SET lock_configuration = true") {
		if _, err := e.w.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return e.holding.limit(ctx, e.w)
}

// halfOfMemory is half of what the machine has: the database sets itself 80% of that,
// and its limit isn't a hard one.
func halfOfMemory(ctx context.Context, c *sql.Conn) (string, error) {
	var text string
	if err := c.QueryRowContext(ctx, "SELECT current_setting('memory_limit')").Scan(&text); err != nil {
		return "", err
	}
	var n float64
	var unit string
	if _, err := fmt.Sscanf(text, "%f %s", &n, &unit); err != nil {
		return text, nil
	}
	return fmt.Sprintf("%.2f%s", n*0.5/0.8, unit), nil
}

// adopt takes over what the file holds, if it is a mirror of this store.
func (e *Engine) adopt(ctx context.Context) (err error) {
	defer recovered(&err)
	s, identity, f, err := loadState(ctx, e.w)
	if err != nil {
		return err
	}
	if identity != e.store.Identity() || f != format || s.applied > e.store.Head() {
		return errors.New("it belongs to another store, state or version")
	}
	var erased int
	if err := e.w.QueryRowContext(ctx, "SELECT count(*) FROM "+metaTable+" WHERE key = 'erased'").Scan(&erased); err != nil {
		return err
	}
	if erased > 0 && !e.broken {
		return errors.New("its free blocks may hold values that were erased")
	}
	e.history.reset(s)
	e.saving, err = e.w.PrepareContext(ctx, saveText)
	return err
}

// create makes the tables of an empty mirror.
func (e *Engine) create(ctx context.Context) (err error) {
	defer recovered(&err)
	for _, s := range []string{
		"CREATE SCHEMA _mirror", "CREATE TABLE " + metaTable + " (key VARCHAR, value VARCHAR)",
		"INSERT INTO " + metaTable + " VALUES ('identity', '" + sqlText(e.store.Identity()) + "'), ('format', '" + format +
			"'), ('seq', '0'), ('applied', '0'), ('head:0', '{\"bit\":0,\"last\":{},\"count\":{}}')",
	} {
		if _, err := e.w.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	e.loaded.Store(false)
	e.history.reset(newState())
	e.saving, err = e.w.PrepareContext(ctx, saveText)
	return err
}

// Rebuild throws the mirror away and builds it again from the store.
func (e *Engine) Rebuild(ctx context.Context) error {
	e.mu.Lock()
	e.broken, e.outdated = true, true
	e.mu.Unlock()
	return e.Sync(ctx)
}

// replace opens the database anew; an outdated mirror is removed before. It is called
// with e.mu held.
func (e *Engine) replace(ctx context.Context) error {
	e.gate.Lock()
	defer e.gate.Unlock()
	e.disconnect()
	if e.outdated && e.path != "" {
		os.Remove(e.path)
		os.Remove(e.path + ".wal")
	}
	if err := e.connect(ctx); err != nil {
		return err
	}
	e.broken, e.outdated = false, false
	return nil
}

// recovered turns a panic of the driver into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// ErrEngine is a failure of the engine itself; its cause is in the log.
var ErrEngine = errors.New("the engine failed; the log tells why")

// hide keeps the database's words from people: errors of the lake and of the context
// pass, everything else is logged. A database that can't go on is replaced.
func (e *Engine) hide(doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *lake.Error
	var receiver sinkError
	if errors.As(err, &receiver) {
		return receiver.error
	}
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var native *duck.Error
	if errors.As(err, &native) {
		switch native.Type {
		case duck.ErrorTypeFatal, duck.ErrorTypeInternal:
			go e.probe()
		case duck.ErrorTypeOutOfMemory:
			return lake.Fail(lake.ErrLimit, "engine_memory", "The question needs more memory than the engine may take.")
		case duck.ErrorTypeInterrupt:
			return context.Canceled
		}
	}
	e.log.Error("engine", "doing", doing, "error", err)
	return ErrEngine
}

// probe finds out whether the database still works after an error that may have
// stopped it.
func (e *Engine) probe() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gate.RLock()
	defer e.gate.RUnlock()
	if e.db == nil {
		return
	}
	if _, err := e.w.ExecContext(e.life, "SELECT count(*) FROM "+metaTable); err != nil {
		e.broken = true
	}
}

// sqlText escapes a text for a literal; only for values of our own.
func sqlText(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' {
			out = append(out, '\'')
		}
		out = append(out, s[i])
	}
	return string(out)
}
