package files_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"headwater/source/files"
)

func TestKept(t *testing.T) {
	dir := t.TempDir()
	a, b := files.File{Path: "y=1/a.csv", Size: 1}, files.File{Path: "b.csv", Size: 1}
	var made atomic.Int64
	fill := func(_ context.Context, to string) error {
		made.Add(1)
		time.Sleep(20 * time.Millisecond)
		return os.WriteFile(to, make([]byte, 1000), 0o600)
	}
	k := files.NewKept(dir, 1500)
	var all sync.WaitGroup
	paths := make([]string, 8)
	for i := range paths {
		all.Go(func() {
			var err error
			if paths[i], err = k.Get(t.Context(), a, "x", "a.parquet", fill); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made.Load() != 1 || !strings.HasSuffix(paths[7], "/y=1/a.parquet") {
		t.Errorf("made %d times, at %s", made.Load(), paths[7])
	}
	if _, err := k.Get(t.Context(), b, "x", "b.parquet", func(context.Context, string) error { return os.ErrInvalid }); !errors.Is(err, os.ErrInvalid) {
		t.Error(err)
	}
	// Too much is kept, and a rests: it goes. What was used a moment ago stays.
	version := filepath.Dir(filepath.Dir(paths[0]))
	for _, rests := range []bool{false, true} {
		if rests {
			old := time.Now().Add(-2 * time.Hour)
			if err := os.Chtimes(version, old, old); err != nil {
				t.Fatal(err)
			}
			b.Size++
		}
		if _, err := files.NewKept(dir, 1500).Get(t.Context(), b, "x", "b.parquet", fill); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(paths[0]); os.IsNotExist(err) != rests {
			t.Errorf("rests %v: %v", rests, err)
		}
	}
}
