package demo_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"headwater/access"
	"headwater/catalog"
	"headwater/demo"
	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/sqlite"
	"headwater/sales"
	"headwater/source"
	"headwater/source/files"
	sqlitefile "headwater/source/sqlite"
)

// company is a workspace that the demo was filled into.
type company struct {
	t   *testing.T
	dir string
	demo.Workspace
}

func found(t *testing.T, today time.Time) *company {
	t.Helper()
	ctx, c := t.Context(), &company{t: t, dir: t.TempDir()}
	store, err := sqlite.Open(c.dir)
	c.must(err)
	t.Cleanup(func() { _ = store.Close() })
	c.Dir = c.dir
	c.Access, err = access.Open(ctx, access.Config{Registry: store.Registry()})
	c.must(err)
	t.Cleanup(c.Access.Close)
	c.Sources, err = source.Open(source.Config{Registry: store.Registry(), Dir: c.dir, Kinds: map[string]source.Opener{"sqlite": sqlitefile.Open, "file": files.Open}})
	c.must(err)
	t.Cleanup(func() { _ = c.Sources.Close() })
	c.Lake, err = lake.Open(ctx, lake.Config{Store: store, Policy: c.Access, Entities: sales.Entities(), Sources: c.Sources})
	c.must(err)
	engine, err := duckdb.Open(filepath.Join(c.dir, "mirror.duckdb"), store, duckdb.Options{Policy: c.Access, Sources: c.Sources, MaskKey: [32]byte{1, 2, 3}})
	c.must(err)
	t.Cleanup(func() { _ = engine.Close() })
	c.Lake.UseEngine(engine)
	c.Catalog, err = catalog.Open(ctx, catalog.Config{Lake: c.Lake, Sources: c.Sources, Dir: c.dir})
	c.must(err)
	t.Cleanup(c.Catalog.Close)
	c.must(demo.Fill(ctx, c.Workspace, today))
	return c
}

func (c *company) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// ask gives the rows of a SELECT as text.
func (c *company) ask(who lake.Principal, text string) (out []string) {
	c.t.Helper()
	r, err := c.Lake.At(c.t.Context(), who, lake.MainName, 0)
	c.must(err)
	c.must(r.SQL(c.t.Context(), text, (*lines)(&out)))
	return out
}

type lines []string

func (*lines) Columns(_, _ []string) error { return nil }

func (l *lines) Row(values []any) error {
	*l = append(*l, strings.TrimSpace(fmt.Sprintln(values...)))
	return nil
}

// hashes gives what the files of a folder hold.
func hashes(t *testing.T, dir string) string {
	t.Helper()
	var out strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, path))
		fmt.Fprintf(&out, "%s %x\n", path, sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// The demo as serve makes it today: sources, what is declared over them, and a branch.
func TestSourcesOfTheDemo(t *testing.T) {
	c := found(t, time.Now())
	for question, want := range map[string]string{
		"select count(*) from invoices i left join contracts c on c.id = i.contract left join accounts a on a.id = i.account where a.id is null or c.account <> i.account": "0",
		"select count(*) from contracts c left join accounts a on a.id = c.account where a.status not in ('customer', 'former') or a.id is null":                           "0",
		"select count(*) from usage_monthly u left join contracts c on c.account = u.account and c.status = 'active' where c.id is null":                                   "0",
		"select count(*) from tickets t left join accounts a on a.name = t.account_name where a.id is null":                                                                "0",
		"select count(*) from invoices where (status = 'paid') <> (paid_on is not null) or due_on < issued_on":                                                             "0",
		"select count(*) >= 300, count(distinct status) from invoices":                                                                                                     "true 4",
		"select count(*) >= 3000, count(distinct month) = 15, max(month) < strftime(current_date, '%Y-%m') from usage_monthly":                                             "true true true",
		"select count(*) >= 3 from renewal_risk": "true",
		"select count(*) from renewal_risk r join contracts c on c.id = r.contract where r.change_percent > -15 or c.account <> r.account":                         "0",
		"select count(*), count(m.email) from contacts_masked m join contacts c on c.id = m.id where m.email = c.email or m.name = c.name and m.mobile = c.mobile": "0 0",
		"select count(*) from contacts_masked": "5000",
	} {
		if got := c.ask(lake.System, question); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", question, got, want)
		}
	}
	seller, err := c.Access.ByEmail("zheng.qiming@chenghu.example")
	c.must(err)
	if got := c.ask(lake.Principal{User: seller.ID}, "select count(*) >= 300 from invoices"); len(got) != 1 || got[0] != "true" {
		t.Errorf("a seller sees invoices: %v", got)
	}
	c.checkNegotiation()
	c.checkReadme()
}

// checkNegotiation expects a branch with edits, one of whose rows has moved, and rows of
// main that wait to be written back.
func (c *company) checkNegotiation() {
	c.t.Helper()
	ctx := c.t.Context()
	drift, err := c.Lake.Drift(ctx, lake.System, demo.Negotiation)
	c.must(err)
	if len(drift) != 1 || drift[0].Code != "moved" || drift[0].Entity != "contracts" || len(drift[0].Cells) != 1 || drift[0].Cells[0].Field != "price_per_year" {
		c.t.Errorf("drift: %+v", drift)
	}
	diff, err := c.Lake.Diff(ctx, lake.System, demo.Negotiation)
	c.must(err)
	if len(diff.Entities) != 2 {
		c.t.Errorf("%d entities differ: %+v", len(diff.Entities), diff.Entities)
	}
	pending, err := c.Lake.Pending(ctx, lake.System, "invoices")
	c.must(err)
	if len(pending) != 2 {
		c.t.Errorf("%d rows wait to be written back", len(pending))
	}
}

// checkReadme runs the tour's question as it is printed.
func (c *company) checkReadme() {
	c.t.Helper()
	for _, name := range []string{"../README.md", "../README.zh-CN.md"} {
		text, err := os.ReadFile(name)
		c.must(err)
		_, rest, ok := strings.Cut(string(text), "```sql\n")
		question, _, closed := strings.Cut(rest, "```")
		if !ok || !closed {
			c.t.Fatalf("%s has no SQL", name)
		}
		if rows := c.ask(lake.System, question); len(rows) < 3 {
			c.t.Errorf("%s: %d rows", name, len(rows))
		}
	}
}

func TestSameDaySameFiles(t *testing.T) {
	day := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	folder := func(seed uint64, at time.Time) string {
		dir := t.TempDir()
		if err := demo.WriteSources(context.Background(), dir, seed, at, nil); err != nil {
			t.Fatal(err)
		}
		return hashes(t, dir)
	}
	first := folder(demo.Seed, day)
	if again := folder(demo.Seed, day.Add(5*time.Hour)); again != first {
		t.Errorf("the same day gave other files:\n%s\n%s", first, again)
	}
	if other := folder(1, day); other == first {
		t.Error("another seed gave the same files")
	}
	if n := strings.Count(first, "\n"); n != 17 {
		t.Errorf("%d files:\n%s", n, first)
	}
}

// The demo's sources follow a data directory that was moved; what somebody else made of
// their names stays.
func TestFollow(t *testing.T) {
	c := found(t, time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC))
	moved := t.TempDir()
	c.must(os.Rename(filepath.Join(c.dir, demo.Folder), filepath.Join(moved, demo.Folder)))
	_, err := c.Sources.Update(t.Context(), source.Spec{Name: demo.Usage, URL: "file:///elsewhere", Note: "mine"})
	c.must(err)
	c.must(demo.Follow(t.Context(), c.Sources, moved))
	if got := c.ask(lake.System, "select count(*) > 0 from contracts"); got[0] != "true" {
		t.Errorf("contracts: %v", got)
	}
	if i, err := c.Sources.Get(t.Context(), demo.Usage); err != nil || i.URL != "file:///elsewhere" {
		t.Errorf("usage: %+v, %v", i, err)
	}
}
