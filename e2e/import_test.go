package e2e

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"headwater/demo"
)

// dirty writes the related files with their dirt.
func dirty(t *testing.T) (string, demo.Expected) {
	t.Helper()
	dir := t.TempDir()
	e, err := demo.WriteDirtyFiles(dir, 11)
	if err != nil {
		t.Fatal(err)
	}
	return dir, e
}

// adds checks that the numbers of an import account for every row of its file.
func (a answer) adds(rows int) answer {
	a.t.Helper()
	n := func(name string) int {
		v, err := strconv.Atoi(fmt.Sprint(a.at(name)))
		if err != nil {
			a.t.Fatalf("%s: %s is no number in %s", a.command, name, a.out)
		}
		return v
	}
	if n("read") != rows || n("read") != n("inserted")+n("updated")+n("unchanged")+n("rejected") {
		a.t.Errorf("%s: the numbers don't add up to %d rows: %s", a.command, rows, a.out)
	}
	if strings.Count(a.out, "\n") != 1 {
		a.t.Errorf("%s: more than one line: %s", a.command, a.out)
	}
	for _, name := range []string{"import", "revision"} {
		if a.at(name) == nil {
			a.t.Errorf("%s: no %s in %s", a.command, name, a.out)
		}
	}
	return a
}

// Four files that refer to each other; the last again on a branch, in another encoding.
func TestImportStory(t *testing.T) {
	t.Parallel()
	files, e := dirty(t)
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	h := on(t, t.TempDir())
	at := func(f demo.DirtyFile) string { return filepath.Join(files, f.Name) }

	h.run(3, "import", "accounts", at(e.Accounts), "--match", "external_id", "--rejects", rejects).adds(e.Accounts.Rows).says("rejected", rejects)
	checkRejects(t, rejects, map[string]string{"约五百人": "integer_invalid", "从未听说集团有限公司": "reference_unknown"})
	h.run(0, "import", "products", at(e.Products)).adds(e.Products.Rows).has(e.Products.Rows, "inserted")
	h.run(0, "import", "users", at(e.Team)).adds(e.Team.Rows).has(e.Team.Rows, "inserted")

	before := h.ask("SELECT count(*) FROM deals")
	if dry := h.run(3, "import", "deals", at(e.Deals), "--match", "external_id", "--dry-run"); fmt.Sprint(dry.at("read")) != fmt.Sprint(e.Deals.Rows) {
		t.Errorf("the dry run read %v", dry.at("read"))
	}
	if after := h.ask("SELECT count(*) FROM deals"); after != before {
		t.Error("a dry run wrote")
	}
	saved := filepath.Join(t.TempDir(), "plan.json")
	first := h.run(3, "import", "deals", at(e.Deals), "--match", "external_id", "--rejects", rejects, "--save-map", saved).adds(e.Deals.Rows)
	checkRejects(t, rejects, map[string]string{"Glacier 9000": "reference_unknown", "天知道": "option_unknown", "2026-02-30": "date_invalid"})
	if n := h.ask("SELECT count(*) FROM deals d JOIN products p ON p.id = d.product WHERE p.name = 'Lake Pro'"); n == "0" {
		t.Error("no deal refers to a product")
	}

	// The same rows from another program: all known, nothing changes, on a branch or not.
	h.run(0, "branch", "create", "again")
	for _, f := range e.Variants {
		a := h.run(3, "import", "deals", at(f), "--match", "external_id", "--branch", "again").adds(f.Rows)
		if a.at("inserted") != first.at("updated") && fmt.Sprint(a.at("inserted")) != "0" {
			t.Errorf("%s inserted %v", f.Name, a.at("inserted"))
		}
		a.has(first.at("rejected"), "rejected")
	}
	h.run(0, "import", "products", at(e.Products), "--branch", "again").has(e.Products.Rows, "unchanged").has(0, "updated")

	// The whole import is taken back, but for what somebody worked on.
	h.run(0, "branch", "delete", "again")
	kept := h.ask("SELECT min(id) FROM deals")
	h.feed(`{"id":"`+kept+`","next_step":"打电话"}`).run(0, "put", "deals", "-")
	h.run(0, "undo", fmt.Sprint(first.at("import")))
	if left := h.ask("SELECT string_agg(id, ',') FROM deals"); left != kept {
		t.Errorf("after the undo: %s", left)
	}
	h.run(0, "check").has(true, "ok")
}

// checkRejects looks for a rejected row by a value of it, and for its code.
func checkRejects(t *testing.T, path string, want map[string]string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := rows[0]
	if got := strings.Join(head[len(head)-4:], ","); got != "line,column,code,reason" {
		t.Errorf("the rejects end with the columns %s", got)
	}
	found := map[string]bool{}
	for _, row := range rows[1:] {
		code, line := row[len(row)-2], row[len(row)-4]
		if _, err := strconv.Atoi(line); err != nil || row[len(row)-1] == "" {
			t.Errorf("a rejected row without line or reason: %q", row)
		}
		for value, c := range want {
			for _, cell := range row {
				found[value] = found[value] || cell == value && code == c
			}
		}
	}
	for value, code := range want {
		if !found[value] {
			t.Errorf("%s: no row with %s was rejected for %s", path, value, code)
		}
	}
}

// A plan in a file is followed; what a file can't mean is said before anything is written.
func TestImportPlans(t *testing.T) {
	t.Parallel()
	h := on(t, t.TempDir())
	list := file(t, "kunden.csv", "Firma;Ort;Leute\n\"Müller; Söhne\";Köln;1.200\nSchmidt;Bonn;x\n")
	plan := file(t, "plan.json", `{"columns":[{"column":"Firma","field":"name"},{"column":"Ort","field":"city"},{"column":"Leute","field":"employees","number_form":"comma"}],"match":"name","on_match":"update"}`)
	a := h.run(3, "import", "accounts", list, "--map", plan).adds(2).has(1, "inserted").has(1, "rejected")
	h.run(0, "get", "accounts", "name=Müller; Söhne").has("Köln", "cells", "city").has(1200, "cells", "employees")
	h.run(0, "history", "accounts", "name=Müller; Söhne").has("import", "items", 0, "kind")
	h.run(0, "undo", fmt.Sprint(a.at("revision")))
	h.run(1, "get", "accounts", "name=Müller; Söhne").silent()

	h.run(2, "import", "accounts", list, "--map", file(t, "bad.json", "{")).silent()
	for _, args := range [][]string{{"nothing", list}, {"accounts", file(t, "empty.csv", "")}, {"accounts", t.TempDir()}} {
		h.run(1, append([]string{"import"}, args...)...).silent().says("headwater: ")
	}
	h.run(1, "import", "accounts", list, "--match", "no_such_field").silent().says("no_such_field")
	if n := h.ask("SELECT count(*) FROM accounts"); n != "0" {
		t.Errorf("%s accounts came from nowhere", n)
	}
}

// Through a server, a large file goes in batches while others write, and none is lost.
func TestImportThroughServer(t *testing.T) {
	t.Parallel()
	const rows = 12_000
	dir := t.TempDir()
	key := token(t, dir, "boss@example.com", "owner")
	s := serve(t, dir)
	h := s.through(key)
	var b strings.Builder
	b.WriteString("编号,公司名称,员工人数,城市\n")
	for i := range rows {
		fmt.Fprintf(&b, "N%05d,客户第%d号,%d,上海\n", i, i, i%700)
	}
	done := make(chan answer, 1)
	many := file(t, "many.csv", b.String())
	go func() {
		defer close(done)
		done <- h.run(0, "import", "accounts", many)
	}()
	written := 0
	for working := true; working; {
		select {
		case a, ok := <-done:
			if working = false; ok {
				a.adds(rows).has(rows, "inserted")
			}
		default:
			h.feed(fmt.Sprintf(`{"name":"旁边写的 %d"}`, written)).run(0, "put", "accounts", "-")
			written++
		}
	}
	if n := h.ask("SELECT count(*) FROM accounts"); n != fmt.Sprint(rows+written) {
		t.Errorf("%s accounts, want %d + %d", n, rows, written)
	}
}
