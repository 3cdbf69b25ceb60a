package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "github.com/mattn/go-sqlite3" // the rival

	"headwater/lake"
)

const (
	createRounds = 9
	createFor    = 600 * time.Millisecond // the rival: half of it
	writers      = 8
	createSingle = 400
)

func runCreate(ctx context.Context, b *bench) (result, error) {
	res := result{numbers: map[string]float64{}}
	s, err := b.useServer(ctx)
	if err != nil {
		return res, err
	}
	b.fresh = false
	rival, err := newBareWriter(b.path("bare.sqlite"))
	if err != nil {
		return res, err
	}
	defer rival.db.Close()
	one, err := createOneByOne(ctx, s)
	if err != nil {
		return res, err
	}
	var ours, theirs, shares []float64
	for round := range createRounds {
		r, err := rival.rate(ctx, round)
		if err != nil {
			return res, err
		}
		o, err := createRate(s, round)
		if err != nil {
			return res, err
		}
		theirs, ours, shares = append(theirs, r), append(ours, o), append(shares, o/r)
	}
	o, r, share := median(ours), median(theirs), median(shares) // of neighbours: the disk's mood changes
	res.numbers = map[string]float64{"8 clients per second": o, "bare writer per second": r, "share": share, "one client p50": one.p50(), "one client p95": one.p95()}
	res.measured = fmt.Sprintf("%.0f/s = %.2f of it; one client p50 %s", o, share, ms(one.p50()))
	res.rival = fmt.Sprintf("bare SQLite writer (FULL) %.0f/s", r)
	res.ok = share >= 0.5 && one.p50() <= 3
	return res, nil
}

func createOneByOne(ctx context.Context, s *server) (times, error) {
	var t times
	d := rand.New(rand.NewPCG(seed, 3))
	for i := range createSingle + 20 {
		body := map[string]any{"cells": newAccount(d, 10_000_000+i).json()}
		if err := t.timed(func() error { return s.call(ctx, s.who.Owner, "POST", "/api/records/accounts", body, nil) }); err != nil {
			return nil, err
		}
	}
	return t[20:], nil
}

// createRate lets eight clients create for a while and counts.
func createRate(s *server, round int) (float64, error) {
	lines := make([]*posting, writers)
	for w := range lines {
		var err error
		if lines[w], err = newPosting(s, round*writers+w); err != nil {
			return 0, err
		}
		defer lines[w].conn.Close()
	}
	var all sync.WaitGroup
	done, failed := make([]int, writers), make([]error, writers)
	began := time.Now()
	for w, line := range lines {
		all.Go(func() {
			for time.Since(began) < createFor && failed[w] == nil {
				failed[w] = line.post(done[w])
				done[w]++
			}
		})
	}
	all.Wait()
	took, sum := time.Since(began).Seconds(), 0
	for w := range writers {
		if failed[w] != nil {
			return 0, failed[w]
		}
		sum += done[w]
	}
	return float64(sum) / took, nil
}

// posting is one connection with requests made beforehand: the eight clients share the
// machine with the server and shall cost it little.
type posting struct {
	conn     net.Conn
	in       *bufio.Reader
	requests [][]byte
}

func newPosting(s *server, stream int) (*posting, error) {
	host := strings.TrimPrefix(s.base, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	p := &posting{conn: conn, in: bufio.NewReader(conn)}
	d := rand.New(rand.NewPCG(seed, uint64(100+stream)))
	for i := range 500 {
		body, err := json.Marshal(map[string]any{"cells": newAccount(d, 11_000_000+stream*1000+i).json()})
		if err != nil {
			return nil, err
		}
		head := fmt.Sprintf("POST /api/records/accounts HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
			host, s.who.Owner, len(body))
		p.requests = append(p.requests, append([]byte(head), body...))
	}
	return p, nil
}

func (p *posting) post(i int) error {
	if _, err := p.conn.Write(p.requests[i%len(p.requests)]); err != nil {
		return err
	}
	res, err := http.ReadResponse(p.in, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusCreated {
		err = fmt.Errorf("create: %s %s", res.Status, text[:min(len(text), 300)])
	}
	return err
}

// bareWriter inserts the same rows into one SQLite table, one durable commit each.
type bareWriter struct {
	db     *sql.DB
	insert *sql.Stmt
}

func newBareWriter(path string) (*bareWriter, error) {
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(path)+"?_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = string(c)
	}
	if _, err := db.Exec("DROP TABLE IF EXISTS accounts; CREATE TABLE accounts (ver INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, " + strings.Join(names, ", ") + ")"); err != nil {
		return nil, err
	}
	insert, err := db.Prepare("INSERT INTO accounts (id, " + strings.Join(names, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(names)) + ")")
	return &bareWriter{db, insert}, err
}

func (w *bareWriter) rate(ctx context.Context, round int) (float64, error) {
	d := rand.New(rand.NewPCG(seed, uint64(200+round)))
	began, n := time.Now(), 0
	for ; time.Since(began) < createFor/2; n++ {
		a := newAccount(d, n)
		args := []any{string(lake.NewKey())}
		for _, v := range a {
			args = append(args, v)
		}
		if _, err := w.insert.ExecContext(ctx, args...); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}
