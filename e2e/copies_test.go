package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A process is killed while it makes a kept copy anew: the old copy is read still, or the
// new one as a whole; what was half written is never read, and gone after the next start.
func TestCopyKilledHalfWay(t *testing.T) {
	t.Parallel()
	const rows = 150_000
	dir, folder := t.TempDir(), t.TempDir()
	h := on(t, dir)
	fill := func(round int) {
		var b strings.Builder
		b.WriteString("code,round\n")
		for i := range rows {
			fmt.Fprintf(&b, "%d,%d\n", i, round)
		}
		// As a whole: the source itself isn't what is tested.
		if err := os.WriteFile(filepath.Join(folder, "new"), []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(folder, "new"), filepath.Join(folder, "big.csv")); err != nil {
			t.Fatal(err)
		}
	}
	fill(0)
	h.run(0, "source", "add", "shelf", "file://"+folder)
	h.run(0, "entity", "add", "shelf", "big.csv")
	h.run(0, "entity", "derive", "wide", "--key", "code", "--keep", "--sql",
		"SELECT code, round, sha256(code || 'a') AS a, sha256(code || 'b') AS b, sha256(code || 'c') AS c FROM big")
	seen := 0
	shown := func(newest int) {
		t.Helper()
		row := h.run(0, "query", "SELECT min(round), max(round), count(*) FROM wide", "--format", "csv").rows()[1]
		old, fresh := fmt.Sprint(seen), fmt.Sprint(newest)
		if row[0] != row[1] || row[0] != old && row[0] != fresh || row[2] != fmt.Sprint(rows) {
			t.Fatalf("round %d: the copy holds rounds %s to %s in %s rows; before it was %s", newest, row[0], row[1], row[2], old)
		}
		if row[0] == fresh {
			seen = newest
		}
		if left := list(t, filepath.Join(dir, "copies")); len(left) != 1 || filepath.Ext(left[0]) != ".parquet" {
			t.Errorf("round %d: in the directory of copies lies %v", newest, left)
		}
	}
	shown(0)
	halves := 0
	for round := 1; round <= 8; round++ {
		fill(round)
		c := exec.Command(bin, "entity", "refresh", "wide", "--data", dir)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && len(list(t, filepath.Join(dir, "copies"))) < 2; {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rand.IntN(60_000)) * time.Microsecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		for _, name := range list(t, filepath.Join(dir, "copies")) {
			if strings.HasSuffix(name, ".part") {
				halves++
			}
		}
		shown(round)
	}
	t.Logf("killed 8 times, %d times with a half file", halves)
	h.run(0, "entity", "refresh", "wide").has("done", "state")
	if shown(8); seen != 8 {
		t.Errorf("refreshed, but round %d is shown", seen)
	}
	h.run(0, "check").has(true, "ok")
}

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
