//go:build duckdb_arrow

package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A quote is priced, kept, read and written to files, and so are documents of its deal.
func TestQuotesAndDocumentsFromTheCommandLine(t *testing.T) {
	t.Setenv("LANG", "en")
	folder := t.TempDir()
	file := func(name, text string) string {
		at := filepath.Join(folder, name)
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return at
	}
	c := cli{t, filepath.Join(t.TempDir(), "data")}
	c.story(0, "revision", "put", "accounts", file("a.json", `{"id":"acme","name":"Acme","segment":"large"}`))
	c.story(0, "revision", "put", "deals", file("d.json", `{"id":"base","name":"One base","account":"acme"}`))

	order := []string{"quote", "make", "--deal", "name=One base", "--edition", "large-basic", "--sources", "8", "--volume", "40000", "--months", "24"}
	c.story(0, "152000 USD", append(order, "--discount", "5", "--dry-run")...)
	c.story(0, "approved by: seller", append(order, "--discount", "5", "--dry-run")...)
	c.story(0, "what does: --edition large-professional", "quote", "make", "--deal", "base", "--edition", "large-basic", "--sources", "15", "--dry-run")
	out, _ := c.run("quote", "list")
	if strings.Count(out, "\n") != 1 {
		t.Fatalf("only priced, it is kept: %s", out)
	}
	out, code := c.run(append(order, "--discount", "5", "--valid-until", "2027-01-31")...)
	id, _, _ := strings.Cut(out, "\n")
	if code != 0 || !strings.Contains(out, "Discount 5%") {
		t.Fatalf("exit %d: %s", code, out)
	}
	c.story(0, "One base", "quote", "list", "--deal", "name=One base", "--status", "draft")
	c.story(0, "next: refuse, submit", "quote", "show", id)
	c.story(0, `"amount": "152000"`, "quote", "show", id, "--json")
	c.story(1, "no price list", append(order, "--list", "gone")...)
	c.story(2, "required flag", "quote", "make", "--deal", "base")
	t.Setenv("LANG", "zh_CN.UTF-8")
	c.story(0, "折扣 5%", "quote", "show", id)
	t.Setenv("LANG", "en")

	word := filepath.Join(folder, "q.docx")
	c.story(0, word, "quote", "export", id, "-o", word)
	if z, err := zip.OpenReader(word); err != nil {
		t.Fatal(err)
	} else {
		z.Close()
	}
	c.story(0, "q.html", "quote", "export", id, "-o", filepath.Join(folder, "q.html"))
	if out, _ := c.run("document", "list", "--deal", "base", "--template", "quotation"); strings.Count(out, "quotation") != 1 {
		t.Errorf("exported twice, it was made so often: %s", out)
	}
	c.story(1, "no value case", "quote", "export", id, "-o", filepath.Join(folder, "q.xlsx"))
	c.story(2, "--format is one of", "quote", "export", id, "-o", filepath.Join(folder, "q.odt"))
	if _, err := os.Stat(filepath.Join(folder, "q.odt")); err == nil {
		t.Error("a file of no format was written")
	}

	c.story(0, "need-document", "document", "templates", "--deal", "base")
	out, code = c.run("document", "make", "need-document", "--deal", "base", "--language", "en")
	key, _, _ := strings.Cut(out, "\n")
	if code != 0 || !strings.Contains(out, "missing: ") {
		t.Fatalf("exit %d: %s", code, out)
	}
	c.story(0, "[summary]", "document", "show", key)
	c.story(0, "written by hand: 12", "document", "edit", key, file("s.md", "We agreed on **12** weeks.\n"), "--part", "summary", "--reason", "as agreed")
	c.story(0, "**12** weeks", "document", "show", key)
	c.story(0, "as agreed", "history", "documents", key)
	c.story(2, "give --part", "document", "edit", key)
	c.story(1, "no part nowhere", "document", "edit", key, filepath.Join(folder, "s.md"), "--part", "nowhere")
	page := filepath.Join(folder, "n.html")
	c.story(0, page, "document", "export", key, "-o", page)
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "12*") {
		t.Errorf("the page lacks the edited number: %v", err)
	}
	c.story(2, "NAME=TEXT", "document", "make", "need-document", "--deal", "base", "--input", "nothing")
}
