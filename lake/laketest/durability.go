package laketest

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"headwater/lake"
)

// Concurrent lets eight writers count up one record on a branch, each reading what it
// writes on; no count may be lost. Now and then one of them merges a branch of its own.
// With several nodes, lakes over one workspace, the writers are spread over them.
func Concurrent(t *testing.T, nodes ...Opened) {
	const writers, rounds = 8, 120
	counter := keysOf["companies"][0]
	put := func(l *lake.Lake, branch string, key lake.Key, cells lake.Cells) error {
		_, err := l.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
			_, err := tx.Put("companies", key, cells)
			return err
		})
		return err
	}
	if err := put(nodes[0].Lake, "main", counter, lake.Cells{"name": "counter", "size": "0"}); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			own, l := keysOf["companies"][1+w], nodes[w%len(nodes)].Lake
			for i := range rounds {
				if err := countUp(l, counter); err != nil {
					t.Error(err)
				}
				if i%20 == w {
					name := fmt.Sprintf("writer%d-%d", w, i)
					_, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name})
					err = errors.Join(err, put(l, name, own, lake.Cells{"name": lake.Cell(name)}))
					_, merr := l.Merge(ctx, lake.System, name, lake.MergeOptions{Policy: lake.Ask})
					if err = errors.Join(err, merr); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	Settle(t, nodes...)
	for _, n := range nodes {
		r, err := n.Lake.At(ctx, lake.System, "main", 0)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Get(ctx, "companies", counter)
		if want := lake.Cell(strconv.Itoa(writers * rounds)); err != nil || got.Cells["size"] != want {
			t.Errorf("%d writers counted to %s, not %s (%v)", writers, got.Cells["size"], want, err)
		}
	}
}

func countUp(l *lake.Lake, key lake.Key) error {
	_, err := l.Write(ctx, lake.System, "main", func(tx *lake.Tx) error {
		rec, err := tx.Get("companies", key)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(rec.Cells["size"]))
		if err != nil {
			return err
		}
		_, err = tx.Put("companies", key, lake.Cells{"size": lake.Cell(strconv.Itoa(n + 1))})
		return err
	})
	return err
}

// crashDir names the directory in which this process is the child that gets killed.
const crashDir = "HEADWATER_CRASH_DIR"

// Crash kills a writing child process at random moments and looks at what is left: all
// that was acknowledged, and nothing half. The calling test must begin with it and
// hand over how to open a directory.
func Crash(t *testing.T, rounds int, open func(dir string) (*lake.Lake, func() error, error)) {
	if dir := os.Getenv(crashDir); dir != "" {
		crashChild(dir, open)
		return
	}
	dir := t.TempDir()
	acknowledged := 0
	for round := range rounds {
		acknowledged = max(acknowledged, killChild(t, dir))
		l, done, err := open(dir)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		checkPairs(t, l, round, acknowledged)
		if err := done(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d rounds, %d writes acknowledged, none lost", rounds, acknowledged)
}

// killChild runs the child for a random while and returns the last write that it
// reported as acknowledged.
func killChild(t *testing.T, dir string) int {
	c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	c.Env = append(os.Environ(), crashDir+"="+dir)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines, last := bufio.NewScanner(out), 0
	started := false
	for lines.Scan() {
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			last = n
		}
		if !started {
			started = true
			time.AfterFunc(time.Duration(rand.IntN(40_000))*time.Microsecond, func() { _ = c.Process.Kill() })
		}
	}
	if err := c.Wait(); err == nil || !started {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return last
}

// crashChild writes pairs for ever: every third one on a branch that it merges.
func crashChild(dir string, open func(dir string) (*lake.Lake, func() error, error)) {
	l, _, err := open(dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for n := countPairs(l) + 1; ; n++ {
		if err := writePair(l, n); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(n)
	}
}

func pairKeys(n int) (a, b lake.Key) {
	return lake.Key(fmt.Sprintf("pair-%09d-a", n)), lake.Key(fmt.Sprintf("pair-%09d-b", n))
}

func writePair(l *lake.Lake, n int) error {
	a, b := pairKeys(n)
	branch := "main"
	if n%3 == 0 {
		branch = fmt.Sprintf("try-%d-%d", n, time.Now().UnixNano())
		if _, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: branch}); err != nil {
			return err
		}
	}
	_, err := l.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
		if _, err := tx.Put("companies", a, lake.Cells{"name": "pair", "size": lake.Cell(strconv.Itoa(n))}); err != nil {
			return err
		}
		_, err := tx.Put("people", b, lake.Cells{"name": "pair", "company": lake.Cell(a)})
		return err
	})
	if err == nil && branch != "main" {
		_, err = l.Merge(ctx, lake.System, branch, lake.MergeOptions{Policy: lake.Ask})
	}
	return err
}

func countPairs(l *lake.Lake) int {
	n := 0
	r, err := l.At(ctx, lake.System, "main", 0)
	if err == nil {
		err = r.Scan(ctx, "companies", func(lake.Record) error { n++; return nil })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return n
}

func checkPairs(t *testing.T, l *lake.Lake, round, acknowledged int) {
	r, err := l.At(ctx, lake.System, "main", 0)
	if err != nil {
		t.Fatal(err)
	}
	companies, people := 0, 0
	err = errors.Join(r.Scan(ctx, "companies", func(lake.Record) error { companies++; return nil }),
		r.Scan(ctx, "people", func(lake.Record) error { people++; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	if companies < acknowledged {
		t.Errorf("round %d: %d writes were acknowledged, %d are there", round, acknowledged, companies)
	}
	if companies != people {
		t.Errorf("round %d: half a write: %d and %d", round, companies, people)
	}
}
