// Package sqlite keeps a workspace in one SQLite database: real tables with real
// columns that a person can open and understand. It is the system of record of a
// workspace that lives in a data directory.
package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/google/uuid"
	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"headwater/lake"
)

//go:embed migrations/*.sql
var migrations embed.FS

// FileName is the database within a data directory.
const FileName = "headwater.db"

// Store implements lake.Store. One process at a time may hold a directory.
type Store struct {
	reader                // over the pool of read-only connections
	lock     *os.File     // held while the store is open
	pool     *sql.DB      // read-only
	writing  *sql.DB      // exactly one connection
	commits  committer    // the commit lock and group commit
	tables   tables       // physical columns of the entities
	head     atomic.Int64 // newest committed revision
	path     string
	identity string
	closed   sync.Once
}

var _ lake.Store = (*Store)(nil)

// Open opens or creates the workspace in dir. ErrBusy: another process holds it;
// ErrNewer: a newer Headwater has written it.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nativeError(err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{lock: lock}
	if err := s.open(filepath.Join(dir, FileName)); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "headwater.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nativeError(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(f.Name())
		_ = f.Close()
		return nil, lake.Fail(lake.ErrBusy, "workspace_in_use",
			"Another Headwater process ("+strings.TrimSpace(string(holder))+") holds "+dir+"; stop it, or reach it with --server.", "dir", dir)
	}
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte("process "+strconv.Itoa(os.Getpid())+"\n"), 0)
	return f, nil
}

func (s *Store) open(path string) error {
	uri := fileURI(path)
	s.path = path
	var err error
	s.writing, err = sql.Open("sqlite3", uri+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_cache_size=-65536&_txlock=immediate&_foreign_keys=off&_secure_delete=on")
	if err != nil {
		return nativeError(err)
	}
	s.writing.SetMaxOpenConns(1)
	if err := s.migrate(); err != nil {
		return err
	}
	s.pool, err = sql.Open("sqlite3", uri+"?mode=ro&_query_only=true&_busy_timeout=10000&_cache_size=-16384")
	if err != nil {
		return nativeError(err)
	}
	s.pool.SetMaxOpenConns(16)
	s.pool.SetMaxIdleConns(16)
	s.reader = reader{db: newStatements(s.pool), tables: &s.tables}
	s.commits.store = s
	return s.reload()
}

// migrate brings the database to the newest form, one step per transaction.
func (s *Store) migrate() error {
	var at int
	if err := s.writing.QueryRow("PRAGMA user_version").Scan(&at); err != nil {
		return nativeError(err)
	}
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	if at > len(steps) {
		return lake.Fail(lake.ErrNewer, "workspace_newer", fmt.Sprintf(
			"This workspace was written by a newer Headwater (form %d, this one knows %d); install that version or newer.", at, len(steps)))
	}
	for i := at; i < len(steps); i++ {
		text, err := migrations.ReadFile(steps[i])
		if err != nil {
			return err
		}
		if err := s.step(string(text), i+1); err != nil {
			return fmt.Errorf("%s: %w", steps[i], err)
		}
	}
	return nil
}

func (s *Store) step(text string, version int) error {
	tx, err := s.writing.Begin()
	if err != nil {
		return nativeError(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(text); err != nil {
		return nativeError(err)
	}
	if _, err := tx.Exec("INSERT OR IGNORE INTO hw_workspace VALUES ('identity', ?)", uuid.NewString()); err != nil {
		return nativeError(err)
	}
	if _, err := tx.Exec("PRAGMA user_version = " + strconv.Itoa(version)); err != nil {
		return nativeError(err)
	}
	return nativeError(tx.Commit())
}

// reload reads what is kept in memory: physical columns, counters, identity.
func (s *Store) reload() error {
	if err := s.tables.load(s.writing); err != nil {
		return err
	}
	var rev, ver int64
	err := s.writing.QueryRow("SELECT coalesce(max(rev),0), coalesce(max(last_ver),0) FROM hw_revisions").Scan(&rev, &ver)
	if err != nil {
		return nativeError(err)
	}
	s.head.Store(rev)
	s.commits.rev, s.commits.ver = lake.Revision(rev), lake.VersionID(ver)
	return nativeError(s.writing.QueryRow("SELECT value FROM hw_workspace WHERE name='identity'").Scan(&s.identity))
}

// Head is the newest committed revision.
func (s *Store) Head() lake.Revision { return lake.Revision(s.head.Load()) }

// Identity changes when the contents were replaced by a restore.
func (s *Store) Identity() string { return s.identity }

// Backup writes a consistent copy to a new file.
func (s *Store) Backup(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return lake.Fail(lake.ErrConflict, "file_exists", "The file "+path+" exists already.", "file", path)
	}
	return copyInto(ctx, s.path, path)
}

// copyInto reads one database as of now into a new file.
func copyInto(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite3", fileURI(from)+"?mode=ro&_busy_timeout=10000")
	if err != nil {
		return nativeError(err)
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", to)
	return nativeError(err)
}

func fileURI(path string) string {
	return "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// Restore puts a backup into an empty data directory, under a new identity.
func Restore(file, dir string) error {
	target := filepath.Join(dir, FileName)
	if _, err := os.Stat(target); err == nil {
		return lake.Fail(lake.ErrConflict, "directory_not_empty", "There is a workspace in "+dir+" already; restore into an empty directory.", "dir", dir)
	}
	if err := checkBackup(file); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nativeError(err)
	}
	if err := copyInto(context.Background(), file, target); err != nil {
		return err
	}
	s, err := Open(dir)
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = s.writing.Exec("UPDATE hw_workspace SET value=? WHERE name='identity'", uuid.NewString())
	return nativeError(err)
}

func checkBackup(file string) error {
	db, err := sql.Open("sqlite3", fileURI(file)+"?mode=ro")
	if err != nil {
		return nativeError(err)
	}
	defer db.Close()
	var identity string
	if err := db.QueryRow("SELECT value FROM hw_workspace WHERE name='identity'").Scan(&identity); err != nil {
		return lake.Fail(lake.ErrInvalid, "backup_invalid", "The file "+file+" is no backup of a Headwater workspace.", "file", file)
	}
	return nil
}

// Close releases the directory. What was acknowledged is on the disk already.
func (s *Store) Close() error {
	var err error
	s.closed.Do(func() {
		if s.pool != nil {
			s.db.close()
			err = s.pool.Close()
		}
		if s.writing != nil {
			if s.commits.conn != nil {
				s.commits.stmts.close()
				_ = s.commits.conn.Close()
			}
			if cerr := s.writing.Close(); err == nil {
				err = cerr
			}
		}
		_ = s.lock.Close()
	})
	return err
}
