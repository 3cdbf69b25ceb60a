package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"headwater/lake/laketest/pgtest"
	"headwater/lake/sqlite"
)

// TestStoreInDatabase: every command works on a workspace in PostgreSQL, and the
// workspace moves to a data directory and back.
func TestStoreInDatabase(t *testing.T) {
	url := pgtest.Database(t)
	here, there := t.TempDir(), filepath.Join(t.TempDir(), "moved")
	records, copied, back := filepath.Join(here, "in.jsonl"), filepath.Join(here, "a.backup"), filepath.Join(here, "b.backup")
	if err := os.WriteFile(records, []byte(`{"id":"one","name":"重庆水务"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in := []string{"--data", filepath.Join(here, "data"), "--store", url}
	for _, step := range []struct {
		want int
		args []string
	}{
		{exitFailed, append([]string{"check"}, in...)}, // nothing there yet
		{exitDone, append([]string{"put", "accounts", records}, in...)},
		{exitDone, append([]string{"branch", "create", "try"}, in...)},
		{exitDone, append([]string{"put", "accounts", records, "--branch", "try"}, in...)},
		{exitDone, append([]string{"query", "select name from accounts"}, in...)},
		{exitDone, append([]string{"check"}, in...)},
		{exitDone, append([]string{"backup", copied}, in...)},
		{exitDone, []string{"restore", copied, "--data", there}},
		{exitDone, []string{"check", "--data", there}},
		{exitDone, []string{"backup", back, "--data", there}},
		{exitFailed, append([]string{"restore", back}, in...)}, // nothing is written over
		{exitDone, []string{"restore", back, "--store", url + "?schema=moved"}},
		{exitDone, []string{"check", "--store", url + "?schema=moved"}},
		{exitUsage, []string{"check", "--store", "mysql://host/db"}},
	} {
		if got := run(context.Background(), step.args); got != step.want {
			t.Errorf("%v ended with %d, not %d", step.args, got, step.want)
		}
	}
	if _, err := os.Stat(filepath.Join(here, "data", sqlite.FileName)); err == nil {
		t.Error("the records are in the data directory, too")
	}
}
