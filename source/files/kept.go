package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"headwater/lake"
)

// Kept holds what was made of versions of files: DIR/<file>/<version>/[year=2024/…]name.
// A version is made once, under a name of its own that is changed when it is complete,
// and found again by later programs. The least recently used go when there are too many.
type Kept struct {
	dir  string
	most int64 // bytes

	mu      sync.Mutex
	making  map[string]chan struct{}
	cleaned time.Time
	running chan struct{} // as many as may be made at a time
}

// What isn't used for this long may be removed: queries that got its path have read it.
const (
	restingTime   = time.Hour
	abandonedTime = 24 * time.Hour
)

// NewKept keeps at most a number of bytes in a directory, which is made when needed.
func NewKept(dir string, most int64) *Kept {
	return &Kept{dir: dir, most: most, making: map[string]chan struct{}{}, running: make(chan struct{}, 4)}
}

// Dir is where it lies.
func (k *Kept) Dir() string { return k.dir }

// Get gives the path of what was made of a file's version, and makes it if it isn't
// there. How tells different things apart that are made of one version.
func (k *Kept) Get(ctx context.Context, f File, how, name string, make func(ctx context.Context, path string) error) (string, error) {
	folder := filepath.Join(k.dir, digest(f.Path)[:16])
	version := digest(fmt.Sprint(f.Path, "\x00", f.Size, "\x00", f.Modified.UnixNano(), "\x00", f.Tag, "\x00", how))[:32]
	inner := filepath.Join(append(slices.Clone(hive(f.Path)), name)...)
	final := filepath.Join(folder, version)
	for {
		if err := touch(final); err == nil {
			return filepath.Join(final, inner), nil
		}
		done, mine := k.begin(final)
		if mine {
			err := k.make(ctx, final, inner, make)
			k.end(final)
			if err == nil {
				k.clean(folder, version)
			}
			return filepath.Join(final, inner), err
		}
		select {
		case <-done: // made by somebody else, or failed: look again
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func touch(p string) error {
	now := time.Now()
	return os.Chtimes(p, now, now)
}

func (k *Kept) begin(key string) (done chan struct{}, mine bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c := k.making[key]; c != nil {
		return c, false
	}
	c := make(chan struct{})
	k.making[key] = c
	return c, true
}

func (k *Kept) end(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.making[key])
	delete(k.making, key)
}

func (k *Kept) make(ctx context.Context, final, inner string, fill func(ctx context.Context, path string) error) error {
	select {
	case k.running <- struct{}{}:
		defer func() { <-k.running }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := os.MkdirAll(filepath.Dir(final), 0o700); err != nil {
		return noRoom(err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(final), "new-")
	if err != nil {
		return noRoom(err)
	}
	defer os.RemoveAll(temp)
	to := filepath.Join(temp, inner)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return noRoom(err)
	}
	if err := fill(ctx, to); err != nil {
		return noRoom(err)
	}
	if err := os.Rename(temp, final); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// clean removes other versions of a file that rest, then the least recently used of all
// until the rest is small enough.
func (k *Kept) clean(folder, current string) {
	if !k.cleanNow() {
		return
	}
	type entry struct {
		path  string
		used  time.Time
		bytes int64
	}
	var list []entry
	var sum int64
	now := time.Now()
	versions, _ := filepath.Glob(filepath.Join(k.dir, "*", "*"))
	for _, v := range versions {
		info, err := os.Stat(v)
		if err != nil {
			continue
		}
		rests := now.Sub(info.ModTime())
		superseded := filepath.Dir(v) == folder && filepath.Base(v) != current
		if (superseded || strings.HasPrefix(filepath.Base(v), "new-")) && rests > abandonedTime {
			_ = os.RemoveAll(v)
			continue
		}
		e := entry{v, info.ModTime(), sizeOf(v)}
		sum += e.bytes
		if rests > restingTime && !strings.HasPrefix(filepath.Base(v), "new-") {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b entry) int { return a.used.Compare(b.used) })
	for _, e := range list {
		if sum <= k.most {
			return
		}
		if os.RemoveAll(e.path) == nil {
			sum -= e.bytes
		}
	}
}

// cleanNow says yes once a minute.
func (k *Kept) cleanNow() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.cleaned) < time.Minute {
		return false
	}
	k.cleaned = time.Now()
	return true
}

func sizeOf(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if info, err := e.Info(); err == nil {
				sum += info.Size()
			}
		}
		return nil
	})
	return sum
}

// noRoom names a full disk.
func noRoom(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return lake.Fail(lake.ErrFull, "disk_full", "The disk of the server is full: a file couldn't be kept.")
	}
	return err
}

// Base is the name that a kept file has: the original's with another ending.
func Base(f File, ending string) string {
	name := path.Base(f.Path)
	if i := strings.IndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	keep := strings.Map(func(r rune) rune {
		if r == '=' || r < ' ' {
			return '_'
		}
		return r
	}, name)
	if len(keep) > 100 {
		keep = "file"
	}
	return keep + ending
}
