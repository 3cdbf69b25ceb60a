package main

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"headwater/demo"
	"headwater/lake"
	"headwater/source"
)

// Of the data directory, a source may have the demo's folder, and not by a way through it.
func TestOnlyTheDemosFolderIsASource(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, demo.Folder)
	for _, made := range []error{os.Mkdir(folder, 0o700), os.WriteFile(filepath.Join(dir, "secret.key"), nil, 0o600), os.Symlink(dir, filepath.Join(folder, "up")),
		os.Mkdir(filepath.Join(dir, demo.Folder+"-of-mine"), 0o700)} {
		if made != nil {
			t.Fatal(made)
		}
	}
	for path, refused := range map[string]bool{folder: false, folder + "/billing.sqlite": false, folder + "/..": true, folder + "/../secret.key": true,
		folder + "/up": true, folder + "/up/secret.key": true, folder + "-of-mine": true, dir: true, dir + "/secret.key": true} {
		for _, scheme := range []string{"file", "sqlite"} {
			c, err := sourceKinds(dir)[scheme](t.Context(), source.Settings{Name: "x", URL: &url.URL{Scheme: scheme, Path: path}, Dir: t.TempDir()})
			var known *lake.Error
			if got := errors.As(err, &known) && known.Code == "address_own"; got != refused {
				t.Errorf("%s %s: %v", scheme, path, err)
			}
			if err == nil {
				_ = c.Close()
			}
		}
	}
}

// The demo is made once: a later start leaves everything as people left it.
func TestDemoIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	start := func() (lake.Revision, time.Time) {
		w, err := openWorkspace(t.Context(), workspaceConfig{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if err := w.fillDemo(t.Context(), dir, time.Now()); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, demo.Folder, "billing.sqlite"))
		if err != nil {
			t.Fatal(err)
		}
		return w.Store.Head(), info.ModTime()
	}
	head, written := start()
	if again, touched := start(); again != head || !touched.Equal(written) {
		t.Errorf("revision %d became %d; the file was written at %s and %s", head, again, written, touched)
	}
}
