package e2e

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/mattn/go-sqlite3" // to make a newer and a broken workspace
)

// A backup holds everything up to its revision; a restore makes a workspace of it.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	dir, again := t.TempDir(), t.TempDir()
	h := on(t, dir)
	h.feed(people...).run(0, "put", "accounts", "-")
	h.run(0, "branch", "create", "plan")
	h.feed(`{"id":"hu","city":"苏州"}`).run(0, "put", "accounts", "-", "--branch", "plan")
	copied := filepath.Join(t.TempDir(), "copy.db")
	h.run(0, "backup", copied).has(copied, "backup")
	h.run(1, "backup", copied).silent().says("exists")
	h.feed(`{"id":"late","name":"备份之后"}`).run(0, "put", "accounts", "-")

	h.run(1, "restore", copied).silent().says("already")
	back := on(t, again)
	back.run(0, "restore", copied).has(again, "restored")
	back.run(0, "check").has(true, "ok")
	back.run(0, "get", "accounts", "hu", "--branch", "plan").has("苏州", "cells", "city")
	back.run(1, "get", "accounts", "late").silent()
	back.run(0, "branch", "merge", "plan")
	back.run(0, "get", "accounts", "hu").has("苏州", "cells", "city")
	h.run(0, "get", "accounts", "hu").has("上海", "cells", "city")

	on(t, t.TempDir()).run(1, "restore", file(t, "notes.txt", "no database")).silent().says("no backup")
	on(t, t.TempDir()).run(1, "check").silent().says("no workspace")
}

// The mirror is a cache: without it, or with a broken one, everything reads the same.
func TestMirrorIsACache(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := on(t, dir)
	h.feed(people...).run(0, "put", "accounts", "-")
	sum := "SELECT count(*) || ':' || sum(employees) FROM accounts"
	want := h.ask(sum)
	mirrors, err := filepath.Glob(filepath.Join(dir, "mirror*"))
	if err != nil || len(mirrors) == 0 {
		t.Fatalf("no mirror: %v", err)
	}
	for _, spoil := range []func(string) error{os.Remove, func(p string) error { return os.WriteFile(p, []byte("no database at all"), 0o600) }, func(p string) error { return os.Truncate(p, 5000) }} {
		for _, m := range mirrors {
			if err := spoil(m); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		if got := h.ask(sum); got != want {
			t.Errorf("after spoiling the mirror: %s, want %s", got, want)
		}
	}
}

// What a newer Headwater has written, or what is no database, is refused and left alone.
func TestForeignWorkspaces(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := on(t, dir)
	h.feed(people...).run(0, "put", "accounts", "-")
	path := filepath.Join(dir, "headwater.db")
	version := func(v string) {
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("PRAGMA user_version = " + v); err != nil {
			t.Fatal(err)
		}
	}
	version("99")
	for _, command := range []string{"check", "serve", "log"} {
		h.run(1, command).silent().says("newer")
	}
	version("1; ALTER TABLE hw_branches DROP COLUMN pins") // as the first form had it: it is brought up to date
	h.run(0, "get", "accounts", "hu")

	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "headwater.db"), []byte("this is no database at all, but long enough to be taken for one"), 0o600); err != nil {
		t.Fatal(err)
	}
	on(t, broken).run(1, "log").silent()
	if b, _ := os.ReadFile(filepath.Join(broken, "headwater.db")); len(b) > 100 {
		t.Error("a file that is no database was written over")
	}
}
