package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"headwater/lake/laketest/pgtest"
)

// browser holds a session's cookie and shows it to any node.
type browser struct {
	t      *testing.T
	cookie string
}

// try sends a request and returns its status and answer.
func (b *browser) try(on *server, method, path string, body any) (int, map[string]any) {
	b.t.Helper()
	text, _ := json.Marshal(body)
	r, err := http.NewRequest(method, on.url+"/api"+path, bytes.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if c.Value != "" { // a thief would keep the cookie after the sign-out, too
			b.cookie = c.Name + "=" + c.Value
		}
	}
	text, _ = io.ReadAll(res.Body)
	var out map[string]any
	_ = json.Unmarshal(text, &out)
	return res.StatusCode, out
}

// do is try for what must succeed.
func (b *browser) do(on *server, method, path string, body any) map[string]any {
	b.t.Helper()
	status, out := b.try(on, method, path, body)
	if status >= 300 {
		b.t.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

// soon fails unless it holds before long: a second where nothing else runs.
func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("%s: not within 20 seconds", what)
			return
		}
	}
}

// nodesOn starts two servers on one database; key is a token of the owner.
func nodesOn(t *testing.T) (a, b *server, key string, again func() *server) {
	url, dirs := pgtest.Database(t), []string{t.TempDir(), t.TempDir()}
	h := &shell{t: t, flags: []string{"--data", dirs[0], "--store", url}}
	for _, p := range [][2]string{{"boss@example.com", "owner"}, {"wu@example.com", "seller"}} {
		h.run(0, "user", "add", p[0], "--role", p[1], "--password", "correct-horse-battery")
	}
	key = fmt.Sprint(h.run(0, "user", "token", "boss@example.com").at("token"))
	again = func() *server { return serve(t, dirs[0], "--store", url) }
	return again(), serve(t, dirs[1], "--store", url), key, again
}

// Two servers on one database are one workspace: whoever signs in, writes, branches,
// merges, is demoted or signs out on one of them finds it so on the other.
func TestTwoServersAreOneWorkspace(t *testing.T) {
	t.Parallel()
	a, b, key, _ := nodesOn(t)
	boss, wu := &browser{t: t}, &browser{t: t}
	boss.do(a, "POST", "/session", map[string]any{"email": "boss@example.com", "password": "correct-horse-battery"})
	if s := boss.do(b, "GET", "/session", nil); fmt.Sprint(s["user"]) == "<nil>" {
		t.Errorf("the session isn't known on the other node: %v", s)
	}
	made := boss.do(a, "POST", "/records/accounts", map[string]any{"cells": map[string]any{"name": "湖蓝科技", "employees": 70}})
	id := fmt.Sprint(made["id"])
	soon(t, "a record of the other node", func() bool { status, _ := boss.try(b, "GET", "/records/accounts/"+id, nil); return status == 200 })
	if n := b.through(key).ask("SELECT count(*) || ':' || max(name) FROM accounts WHERE employees > 50"); n != "1:湖蓝科技" {
		t.Errorf("the engine of the other node shows %s", n)
	}

	a.through(key).run(0, "branch", "create", "plan", "--shared")
	soon(t, "a branch of the other node", func() bool {
		status, _ := boss.try(b, "GET", "/records/accounts/"+id+"?branch=plan", nil)
		return status == 200
	})
	b.through(key).feed(`{"id":"`+id+`","city":"苏州"}`).run(0, "put", "accounts", "-", "--branch", "plan")
	a.through(key).run(0, "branch", "merge", "plan")
	b.through(key).feed(`{"id":"`+id+`","city":"无锡"}`).run(3, "put", "accounts", "-", "--branch", "plan").says("closed")
	soon(t, "what was merged on the other node", func() bool {
		return b.through(key).ask("SELECT city FROM accounts") == "苏州"
	})

	wu.do(b, "POST", "/session", map[string]any{"email": "wu@example.com", "password": "correct-horse-battery"})
	may := func(on *server) int {
		status, _ := wu.try(on, "POST", "/records/leads", map[string]any{"cells": map[string]any{"name": "x", "company": "y"}})
		return status
	}
	if status := may(a); status != http.StatusCreated {
		t.Errorf("a seller's lead: %d", status)
	}
	var person string
	for _, u := range boss.do(a, "GET", "/users", nil)["items"].([]any) {
		if u := u.(map[string]any); u["email"] == "wu@example.com" {
			person = fmt.Sprint(u["id"])
		}
	}
	boss.do(a, "PATCH", "/users/"+person, map[string]any{"role": "viewer"})
	soon(t, "a role that was taken on the other node", func() bool { return may(b) == http.StatusForbidden })
	boss.do(b, "PATCH", "/users/"+person, map[string]any{"active": false})
	soon(t, "a person who was disabled on the other node", func() bool { return may(a) == http.StatusUnauthorized })

	boss.do(a, "DELETE", "/session", nil)
	soon(t, "signed out on the other node", func() bool {
		status, _ := boss.try(b, "GET", "/records/accounts/"+id, nil)
		return status == http.StatusUnauthorized
	})
	for _, s := range []*server{a, b} {
		if code := s.stop(syscall.SIGTERM); code != 0 {
			t.Errorf("exit %d: %s", code, s.errs.String())
		}
	}
}

// A server is killed in the middle of writes: what it acknowledged is there, the other
// one goes on writing meanwhile, and the killed one comes back.
func TestTheOtherServerGoesOn(t *testing.T) {
	t.Parallel()
	a, b, key, again := nodesOn(t)
	killed, other := &load{url: a.url, token: key, acked: map[string]string{}}, &load{url: b.url, token: key, acked: map[string]string{}}
	var clients, others sync.WaitGroup
	for n := range 4 {
		clients.Go(func() { killed.client(n) })
		others.Go(func() { other.client(10 + n) })
	}
	until := func(l *load, n int) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); l.count() < n; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("only %d records were acknowledged", l.count())
			}
		}
	}
	until(killed, 150)
	until(other, 150)
	a.stop(syscall.SIGKILL)
	clients.Wait()
	until(other, other.count()+150) // goes on
	back := again()
	until(other, other.count()+50)
	for _, s := range []*server{b, back} {
		got := map[string]string{}
		for _, row := range s.through(key).run(0, "query", "SELECT id, name FROM accounts", "--format", "csv").rows() {
			got[row[0]] = row[1]
		}
		lost := 0
		for id, name := range killed.acked {
			if got[id] != name {
				lost++
			}
		}
		if lost > 0 {
			t.Errorf("%d of %d records that the killed server acknowledged are lost", lost, len(killed.acked))
		}
	}
	if code := b.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit %d: %s", code, b.errs.String())
	}
	others.Wait()
	for _, l := range []*load{killed, other} {
		if wrong := l.wrong.Load(); wrong != nil {
			t.Errorf("an odd answer: %v", wrong)
		}
	}
}
