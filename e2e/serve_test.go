package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// token makes an API token for a person of a workspace that nobody holds.
func token(t *testing.T, dir, email, role string) string {
	t.Helper()
	h := on(t, dir)
	h.run(0, "user", "add", email, "--role", role, "--password", "correct-horse-battery")
	return fmt.Sprint(h.run(0, "user", "token", email).says("keep it secret").at("token"))
}

// The same commands work through a server, with the rights of the token's person.
func TestThroughServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owner, viewer := token(t, dir, "boss@example.com", "owner"), token(t, dir, "guest@example.com", "viewer")
	s := serve(t, dir)
	h := s.through(owner)
	h.feed(people...).run(0, "put", "accounts", "-").has(3, "inserted")
	if n := h.ask("SELECT count(*) FROM accounts"); n != "3" {
		t.Errorf("the server counts %s", n)
	}
	h.run(0, "branch", "create", "plan", "--shared")
	h.feed(`{"id":"hu","city":"苏州"}`).run(0, "put", "accounts", "-", "--branch", "plan")
	h.feed(`{"id":"hu","city":"无锡"}`).run(0, "put", "accounts", "-")
	h.run(3, "branch", "merge", "plan").has("city", "conflicts", 0, "cells", 0, "field")
	h.run(0, "history", "accounts", "hu").has("boss@example.com", "items", 0, "actor_name")

	guest := s.through(viewer)
	guest.run(0, "get", "accounts", "hu").has("无锡", "cells", "city")
	guest.feed(`{"id":"hu","city":"x"}`).run(1, "put", "accounts", "-").silent()
	guest.run(1, "delete", "accounts", "hu").silent()
	guest.run(1, "branch", "create", "mine").silent()
	s.through("hw_wrong").run(1, "get", "accounts", "hu").silent().says("token")
	s.through("").run(1, "get", "accounts", "hu").silent()
	for _, args := range []string{"backup /tmp/never.db", "check", "serve", "user token boss@example.com"} {
		h.run(2, strings.Fields(args)...).silent()
	}

	// Who holds the directory is said, and how to get in nevertheless.
	direct := on(t, dir)
	for _, args := range []string{"get accounts hu", "check", "user list", "serve --listen 127.0.0.1:0"} {
		direct.run(1, strings.Fields(args)...).silent().says(fmt.Sprint("process ", s.command.Process.Pid), dir, "--server")
	}
	if code := s.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("SIGTERM ended with %d: %s", code, s.errs.String())
	}
	direct.run(0, "get", "accounts", "hu").has("无锡", "cells", "city")
	direct.run(0, "check").has(true, "ok")
}

// load is several clients that create accounts until the server is gone.
type load struct {
	url, token string
	mu         sync.Mutex
	acked      map[string]string // id → name of what the server acknowledged
	wrong      atomic.Value      // an answer that is neither an acknowledgement nor the end
}

func (l *load) client(n int) {
	for i := 0; ; i++ {
		name := fmt.Sprintf("客户 %d-%d", n, i)
		body, _ := json.Marshal(map[string]any{"cells": map[string]any{"name": name, "employees": i}})
		r, _ := http.NewRequest(http.MethodPost, l.url+"/api/records/accounts", bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+l.token)
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return // the server is gone
		}
		text, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			return
		}
		var made struct{ ID string }
		if res.StatusCode != http.StatusCreated || json.Unmarshal(text, &made) != nil {
			l.wrong.Store(fmt.Sprintf("%d %s", res.StatusCode, text))
			return
		}
		l.mu.Lock()
		l.acked[made.ID] = name
		l.mu.Unlock()
	}
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// What the server acknowledged is there after it was stopped or killed under load.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(sig.String(), func(t *testing.T) {
			dir := t.TempDir()
			key := token(t, dir, "boss@example.com", "owner")
			all := map[string]string{}
			for round := range 3 {
				s := serve(t, dir)
				l := &load{url: s.url, token: key, acked: map[string]string{}}
				var clients sync.WaitGroup
				for n := range 8 {
					clients.Go(func() { l.client(n) })
				}
				for end := time.Now().Add(20 * time.Second); l.count() < 200+round*137 && time.Now().Before(end); {
					time.Sleep(time.Millisecond)
				}
				code := s.stop(sig)
				clients.Wait()
				if wrong := l.wrong.Load(); wrong != nil {
					t.Errorf("an odd answer: %v", wrong)
				}
				if sig == syscall.SIGTERM && code != 0 {
					t.Errorf("exit %d: %s", code, s.errs.String())
				}
				if l.count() < 200 {
					t.Fatalf("only %d records were acknowledged", l.count())
				}
				for id, name := range l.acked {
					all[id] = name
				}
				allThere(t, dir, all)
			}
		})
	}
}

func allThere(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	h := on(t, dir)
	h.run(0, "check").has(true, "ok")
	got := map[string]string{}
	for _, row := range h.run(0, "query", "SELECT id, name FROM accounts", "--format", "csv").rows() {
		got[row[0]] = row[1]
	}
	lost := 0
	for id, name := range want {
		if got[id] != name {
			lost++
		}
	}
	if lost > 0 {
		t.Fatalf("%d of %d acknowledged records are lost", lost, len(want))
	}
	if extra := len(got) - 1 - len(want); extra > 8*3 {
		t.Errorf("%d records that nobody was told of", extra)
	}
}

// A second server finds its port or its directory taken, and says which.
func TestSecondServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := serve(t, dir)
	if !strings.Contains(s.greeted, "/setup?code=") && !strings.Contains(s.greeted, "\n") {
		t.Errorf("greeting: %s", s.greeted)
	}
	port := strings.TrimPrefix(s.url, "http://")
	on(t, t.TempDir()).run(1, "serve", "--listen", port).silent().says("can't listen on " + port)
	on(t, dir).run(1, "serve", "--listen", "127.0.0.1:0").silent().says("holds " + dir)
	for _, path := range []string{"/healthz", "/readyz"} {
		res, err := http.Get(s.url + path)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Errorf("%s: %v %v", path, res, err)
		}
	}
	if code := s.stop(syscall.SIGINT); code != 0 {
		t.Errorf("SIGINT ended with %d: %s", code, s.errs.String())
	}
}

// Ctrl-C in the middle of a command ends it without a trace of half a write.
func TestInterruptedCommand(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := on(t, dir)
	h.feed(people...).run(0, "put", "accounts", "-")
	c := exec.Command(bin, "put", "accounts", "-", "--data", dir)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(in, `{"name":"half"}`+"\n")
	_ = c.Process.Signal(syscall.SIGKILL)
	_ = c.Wait()
	if n := h.ask("SELECT count(*) FROM accounts"); n != "3" {
		t.Errorf("%s accounts", n)
	}
	h.run(0, "check").has(true, "ok")
}
