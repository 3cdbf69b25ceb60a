//go:build duckdb_arrow

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cli runs the program on a data directory.
type cli struct {
	t   *testing.T
	dir string
}

// run gives what a command printed and its exit code.
func (c cli) run(args ...string) (string, int) {
	c.t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		c.t.Fatal(err)
	}
	out, errs := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = w, w
	text := make(chan string)
	go func() {
		b, _ := io.ReadAll(r)
		text <- string(b)
	}()
	code := run(c.t.Context(), append([]string{"--data", c.dir}, args...))
	os.Stdout, os.Stderr = out, errs
	w.Close()
	return <-text, code
}

// story is a command, its exit code, and what must be printed.
func (c cli) story(code int, want string, args ...string) {
	c.t.Helper()
	out, got := c.run(args...)
	if got != code || !strings.Contains(out, want) {
		c.t.Errorf("headwater %s: exit code %d, want %d with %q in\n%s", strings.Join(args, " "), got, code, want, out)
	}
}

func TestSourcesFromTheCommandLine(t *testing.T) {
	t.Setenv("LANG", "en")
	folder := t.TempDir()
	for name, text := range map[string]string{"customers.csv": "id,name,city\n1,Acme,Berlin\n2,Bolt,Ulm\n", "visits.csv": "no,customer_id\n1,1\n2,1\n3,2\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := cli{t, filepath.Join(t.TempDir(), "data")}
	c.story(0, `"kind": "file"`, "source", "add", "shop", "file://"+folder)
	c.story(1, "failed: tcp_refused", "source", "add", "no", "postgres://me:hunter2@127.0.0.1:1/x", "--allow-private")
	c.story(1, "address_own", "source", "add", "own", "sqlite://"+filepath.Join(c.dir, "headwater.db"))
	c.story(1, "address_own", "source", "add", "above", "file://"+filepath.Dir(c.dir))
	c.story(1, "address_own", "source", "add", "ware", "iceberg+rest://127.0.0.1:1/?warehouse=file://"+c.dir)
	c.story(0, "customers.csv", "source", "tables", "shop")
	c.story(0, "read ", "source", "test", "shop")
	c.story(0, `"key":["source_id"]`, "entity", "add", "shop", "--all")
	c.story(0, "Acme  2", "query", "select c.name, count(*) as n from customers c join visits v on v.customer_id = c.source_id group by 1 order by 1")
	c.story(0, "the source applies source_id = 1", "query", "--explain", "select name from customers where source_id = 1", "--branch", "main")
	c.story(0, `"of": "customers"`, "entity", "clone", "customers", "trial", "--where", `city = "Berlin"`, "--mask", "name=first:1")
	c.story(0, "A***", "query", "select name from trial")
	c.story(2, "needs a number", "entity", "clone", "customers", "x", "--mask", "name=first:z")
	c.story(1, "masked", "entity", "clone", "customers", "x", "--mask", "name=hash", "--where", "name:Ac")
	c.story(0, `"state":"done"`, "entity", "derive", "busy", "--sql", "select customer_id, count(*) as n from visits group by 1", "--key", "customer_id", "--keep")
	c.story(0, `"state":"done"`, "entity", "refresh", "busy")
	c.story(0, `"state":"done"`, "entity", "derive", "lasting", "--sql", "select \"no\", customer_id from visits", "--key", "no", "--high-water", "no")
	c.story(0, "--full reads all", "entity", "refresh", "lasting")
	c.story(0, `"whole_at"`, "entity", "list")
	c.story(0, `"full":true`, "entity", "refresh", "lasting", "--full")
	c.story(0, `"distinct": 2`, "entity", "profile", "customers", "city")
	c.story(0, "column:shop/customers.csv/name", "entity", "lineage", "trial", "name")
	c.story(0, `"name":"prices"`, "entity", "add", "prices", filepath.Join(folder, "visits.csv"))
	c.story(0, `"mode": "pinned"`, "branch", "create", "plan", "--pin")
	c.story(0, "nothing moved", "branch", "drift", "main")
	c.story(0, `"reason": "source_read_only"`, "branch", "plan", "customers")
	c.story(3, "read from the source", "source", "remove", "shop")
	c.story(3, "stands on", "entity", "remove", "customers")
	c.story(0, "", "entity", "remove", "trial")
	if out, _ := c.run("source", "list"); strings.Contains(out, "hunter2") {
		t.Error("a password is shown")
	}
}
