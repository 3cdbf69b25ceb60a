package laketest

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"headwater/lake"
)

// crashDir names the directory in which this process is the child that gets killed.
const crashDir = "HEADWATER_CRASH_DIR"

// Crash kills a child process that writes, merges, refreshes, undoes and discards, at
// random moments, and looks at what is left: all that was acknowledged, and nothing half.
// The calling test must begin with it and hand over how to open a directory; the entities
// may have bases (BasedEntities).
func Crash(t *testing.T, rounds int, open func(dir string) (*lake.Lake, func() error, error)) {
	if dir := os.Getenv(crashDir); dir != "" {
		crashChild(dir, open)
		return
	}
	dir := t.TempDir()
	c := crashes{t: t, unfinished: map[int]bool{}}
	for round := range rounds {
		c.kill(dir)
		l, done, err := open(dir)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		c.check(l)
		if round%20 == 19 || round == rounds-1 {
			if found, err := l.Store().Check(ctx); err != nil || len(found) > 0 {
				t.Errorf("check: %v %v", found, err)
			}
		}
		if err := done(); err != nil {
			t.Fatal(err)
		}
		if t.Failed() {
			t.Fatalf("round %d, %d works acknowledged", round, c.acknowledged)
		}
	}
	t.Logf("%d rounds, %d works acknowledged, none lost, %d cut", rounds, c.acknowledged, len(c.unfinished))
}

// crashes is what is known about the children so far.
type crashes struct {
	t            *testing.T
	acknowledged int
	unfinished   map[int]bool // works that were there, but never acknowledged
}

// kill runs the child for a random while and notes what it reports.
func (c *crashes) kill(dir string) {
	cmd := exec.Command(os.Args[0], "-test.run=^"+c.t.Name()+"$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	lines, started := bufio.NewScanner(out), false
	for lines.Scan() {
		if n, err := strconv.Atoi(lines.Text()); err == nil {
			c.acknowledged = n
		}
		if there, ok := strings.CutPrefix(lines.Text(), "there: "); ok {
			started = true
			n, _ := strconv.Atoi(there)
			for c.acknowledged < n {
				c.acknowledged++
				c.unfinished[c.acknowledged] = true
			}
			time.AfterFunc(time.Duration(rand.IntN(80_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || !started || cmd.ProcessState.Exited() {
		c.t.Fatalf("the child ended by itself: %v", err)
	}
}

// crashChild does one work after the other for ever. It goes on behind what is there.
func crashChild(dir string, open func(dir string) (*lake.Lake, func() error, error)) {
	l, _, err := open(dir)
	n := 0
	if err == nil {
		n, err = countWorks(l)
	}
	fmt.Println("there:", n)
	if err == nil {
		err = discardLeft(l)
	}
	for err == nil {
		n++
		if err = work(l, n); err == nil {
			fmt.Println(n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// discardLeft closes the branches that killed children have left, but for the one that is kept.
func discardLeft(l *lake.Lake) error {
	list, err := l.Branches(ctx, lake.System, false)
	for _, b := range list {
		if err == nil && b.ID != lake.Main && b.Name != keptBranch {
			err = l.DiscardBranch(ctx, lake.System, b.Name)
		}
	}
	return err
}

// A work leaves a pair, a company and a person who belongs to it, and its number in both
// of two twins, which lie over the base where there is one. Whatever way it takes, main
// gets all four in one revision.
const (
	keptBranch = "kept"
	pairName   = "pair"
	wrongName  = "wrong"
)

func pairKeys(n int) (a, b lake.Key) {
	return lake.Key(fmt.Sprintf("pair-%09d-a", n)), lake.Key(fmt.Sprintf("pair-%09d-b", n))
}

func work(l *lake.Lake, n int) error {
	switch n % 5 {
	case 1:
		return workByMerge(l, n)
	case 2:
		return workWithUndo(l, n)
	case 3:
		return workByKeptBranch(l, n)
	}
	_, err := putWork(l, lake.MainName, n, true, true)
	return err
}

// putWork writes the companies' half of a work, the people's, or both in one revision.
func putWork(l *lake.Lake, branch string, n int, companies, people bool) (lake.Revision, error) {
	a, b := pairKeys(n)
	number := lake.Cell(strconv.Itoa(n))
	return l.Write(ctx, lake.System, branch, func(tx *lake.Tx) error {
		var errs []error
		put := func(e lake.EntityName, key lake.Key, cells lake.Cells) {
			_, err := tx.Put(e, key, cells)
			errs = append(errs, err)
		}
		if companies {
			put("companies", a, lake.Cells{"name": pairName, "size": number})
			put("companies", keysOf["companies"][0], lake.Cells{"name": "twin", "size": number})
		}
		if people {
			put("people", b, lake.Cells{"name": pairName, "company": lake.Cell(a)})
			put("people", keysOf["people"][0], lake.Cells{"name": "twin", "notes": number})
		}
		return errors.Join(errs...)
	})
}

// workByMerge makes the halves on a branch, in two revisions, and merges it.
func workByMerge(l *lake.Lake, n int) error {
	name := fmt.Sprintf("try-%d-%d", n, time.Now().UnixNano())
	if _, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: name}); err != nil {
		return err
	}
	if _, err := putWork(l, name, n, true, false); err != nil {
		return err
	}
	if _, err := putWork(l, name, n, false, true); err != nil {
		return err
	}
	_, err := l.Merge(ctx, lake.System, name, lake.MergeOptions{Policy: lake.Ask})
	return err
}

// workWithUndo spoils both of the pair in one revision and undoes that.
func workWithUndo(l *lake.Lake, n int) error {
	if _, err := putWork(l, lake.MainName, n, true, true); err != nil {
		return err
	}
	a, b := pairKeys(n)
	rev, err := l.Write(ctx, lake.System, lake.MainName, func(tx *lake.Tx) error {
		_, err := tx.Put("companies", a, lake.Cells{"name": wrongName})
		if err == nil {
			_, err = tx.Put("people", b, lake.Cells{"name": wrongName})
		}
		return err
	})
	if err != nil {
		return err
	}
	_, err = l.Undo(ctx, lake.System, lake.MainName, rev)
	return err
}

// workByKeptBranch refreshes a branch that lives on, writes there and merges it.
func workByKeptBranch(l *lake.Lake, n int) error {
	if _, err := l.At(ctx, lake.System, keptBranch, 0); errors.Is(err, lake.ErrNotFound) {
		if _, err := l.CreateBranch(ctx, lake.System, lake.NewBranch{Name: keptBranch}); err != nil {
			return err
		}
	}
	if _, err := l.Refresh(ctx, lake.System, keptBranch, lake.MergeOptions{Policy: lake.Ask}); err != nil {
		return err
	}
	if _, err := putWork(l, keptBranch, n, true, false); err != nil {
		return err
	}
	if _, err := putWork(l, keptBranch, n, false, true); err != nil {
		return err
	}
	_, err := l.Merge(ctx, lake.System, keptBranch, lake.MergeOptions{Policy: lake.Ask, Keep: true})
	return err
}

// pairs reads the names of the records that works have left, and the numbers of the twins.
func pairs(l *lake.Lake) (names map[lake.Key]lake.Cell, twins [2]lake.Cell, err error) {
	names = map[lake.Key]lake.Cell{}
	r, err := l.At(ctx, lake.System, lake.MainName, 0)
	if err != nil {
		return nil, twins, err
	}
	for i, e := range []lake.EntityName{"companies", "people"} {
		err = errors.Join(err, r.Scan(ctx, e, func(rec lake.Record) error {
			switch {
			case strings.HasPrefix(string(rec.Key), "pair-"):
				names[rec.Key] = rec.Cells["name"]
			case rec.Key == keysOf[e][0] && rec.Cells["name"] == "twin":
				twins[i] = rec.Cells[[]lake.FieldName{"size", "notes"}[i]]
			}
			return nil
		}))
	}
	return names, twins, err
}

func countWorks(l *lake.Lake) (int, error) {
	names, _, err := pairs(l)
	return (len(names) + 1) / 2, err
}

// check compares what is there with what was acknowledged.
func (c *crashes) check(l *lake.Lake) {
	names, twins, err := pairs(l)
	if err != nil {
		c.t.Fatal(err)
	}
	there := (len(names) + 1) / 2
	if there < c.acknowledged {
		c.t.Errorf("%d works were acknowledged, %d are there", c.acknowledged, there)
	}
	for n := 1; n <= there; n++ {
		a, b := pairKeys(n)
		cut := n > c.acknowledged || c.unfinished[n]
		if names[a] != names[b] || names[a] != pairName && !(cut && names[a] == wrongName) {
			c.t.Errorf("work %d is half there: %q and %q", n, names[a], names[b])
		}
	}
	if want := lake.Cell(strconv.Itoa(there)); there > 0 && (twins[0] != want || twins[1] != want) {
		c.t.Errorf("after %d works the twins say %q and %q", there, twins[0], twins[1])
	}
}
