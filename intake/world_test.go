package intake_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"headwater/intake"
	"headwater/lake"
	"headwater/lake/sqlite"
	"headwater/sales"
	"headwater/source/tabular"
)

// office is a policy with a directory: everybody may do everything, except the viewer,
// who reads, and the seller, who sees their own rows.
type office struct {
	mu     sync.Mutex
	people []lake.Person
	stamp  int64
}

var (
	boss   = lake.Principal{User: "boss", Name: "Boss"}
	viewer = lake.Principal{User: "viewer", Name: "Viewer"}
	seller = lake.Principal{User: "seller", Name: "Seller"}
)

func newOffice() *office {
	o := &office{}
	for _, p := range []lake.Principal{boss, viewer, seller} {
		o.people = append(o.people, lake.Person{Key: p.User, Name: p.Name, Email: strings.ToLower(p.Name) + "@example.com"})
	}
	return o
}

func (o *office) Rights(_ context.Context, p lake.Principal) (lake.Rights, error) {
	r := lake.Rights{Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true}
	switch p {
	case viewer:
		return lake.Rights{AllRows: true}, nil
	case seller:
		return lake.Rights{Write: true, Branch: true, Owners: []lake.Key{seller.User}}, nil
	}
	return r, nil
}

func (o *office) People(context.Context) ([]lake.Person, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]lake.Person(nil), o.people...), nil
}

func (o *office) PeopleStamp() int64 { return o.stamp }

func (o *office) EnsurePerson(_ context.Context, actor lake.Principal, name, email, team string) (lake.Key, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range o.people {
		if email != "" && p.Email == email || email == "" && p.Name == name {
			return p.Key, false, nil
		}
	}
	if actor != boss {
		return "", false, lake.Fail(lake.ErrForbidden, "admin_needed", "Only an administrator may add people.")
	}
	p := lake.Person{Key: lake.NewKey(), Name: name, Email: email, Team: team}
	o.people = append(o.people, p)
	o.stamp++
	return p.Key, true, nil
}

// world is a workspace with the entities of selling.
type world struct {
	t       testing.TB
	dir     string
	files   string
	store   *sqlite.Store
	lake    *lake.Lake
	imports *intake.Imports
	office  *office
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, dir: t.TempDir(), files: t.TempDir(), office: newOffice()}
	w.open()
	t.Cleanup(func() {
		found, err := w.store.Check(context.Background())
		if err != nil || len(found) > 0 {
			t.Errorf("check: %v %v", found, err)
		}
		w.close()
	})
	return w
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.store, err = sqlite.Open(w.dir); err != nil {
		w.t.Fatal(err)
	}
	if w.lake, err = lake.Open(ctx, lake.Config{Store: w.store, Policy: w.office, Entities: sales.Entities()}); err != nil {
		w.t.Fatal(err)
	}
	w.imports, err = intake.New(ctx, intake.Config{Lake: w.lake, Dir: filepath.Join(w.dir, "intake"), Synonyms: synonyms(), People: w.office})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) close() {
	w.imports.Close()
	_ = w.store.Close()
}

var ctx = context.Background()

func synonyms() intake.Synonyms {
	s := intake.Synonyms{Fields: sales.Synonyms(), Options: sales.OptionSynonyms(), TitleFrom: map[lake.EntityName][]lake.FieldName{},
		Names: map[lake.EntityName]intake.NameParts{}, JoinName: sales.JoinName, Currency: "CNY"}
	for _, e := range sales.Entities() {
		s.TitleFrom[e.Name] = sales.TitleFrom(e.Name)
	}
	for e, p := range sales.NameParts() {
		s.Names[e] = intake.NameParts(p)
	}
	for _, a := range sales.AmbiguousHeadings() {
		s.Ambiguous = append(s.Ambiguous, intake.Ambiguous(a))
	}
	return s
}

// file writes a CSV file and opens it.
func (w *world) file(name string, lines ...string) *intake.File {
	w.t.Helper()
	path := filepath.Join(w.files, name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return w.openFile(path)
}

func (w *world) openFile(path string) *intake.File {
	w.t.Helper()
	f, err := intake.OpenFile(path, "", tabular.Override{})
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

func (w *world) plan(entity lake.EntityName, f *intake.File) intake.Plan {
	w.t.Helper()
	p, err := w.imports.Suggest(ctx, boss, "", entity, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// run imports a file and waits for its end.
func (w *world) run(branch string, plan intake.Plan, f *intake.File) intake.Import {
	w.t.Helper()
	i, err := w.imports.Start(ctx, boss, branch, plan, f)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.wait(i.ID)
}

func (w *world) wait(id string) intake.Import {
	w.t.Helper()
	c, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	i, err := w.imports.Wait(c, boss, id)
	if err != nil {
		w.t.Fatal(err)
	}
	w.balanced(i)
	return i
}

func (w *world) balanced(i intake.Import) {
	w.t.Helper()
	if i.Read != i.Inserted+i.Updated+i.Unchanged+i.Rejected {
		w.t.Errorf("read %d isn't inserted %d + updated %d + unchanged %d + rejected %d", i.Read, i.Inserted, i.Updated, i.Unchanged, i.Rejected)
	}
}

// all reads an entity by title.
func (w *world) all(branch string, entity lake.EntityName) map[string]lake.Record {
	w.t.Helper()
	r, err := w.lake.At(ctx, boss, branch, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	e, err := r.Schema().Entity(entity)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]lake.Record{}
	err = r.Scan(ctx, entity, func(rec lake.Record) error {
		out[string(rec.Cells[e.Title])] = rec
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) count(branch string, entity lake.EntityName) int {
	w.t.Helper()
	r, err := w.lake.At(ctx, boss, branch, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	n := 0
	if err := r.Scan(ctx, entity, func(lake.Record) error { n++; return nil }); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *world) rejects(id, language string) string {
	w.t.Helper()
	var b strings.Builder
	if err := w.imports.Rejects(ctx, boss, id, language, &b); err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

// wantCounts checks what an import has come to.
func (w *world) wantCounts(i intake.Import, read, inserted, updated, unchanged, rejected int64) {
	w.t.Helper()
	if i.State != intake.Done {
		w.t.Errorf("%s is %s: %+v", i.File, i.State, i.Error)
	}
	if i.Read != read || i.Inserted != inserted || i.Updated != updated || i.Unchanged != unchanged || i.Rejected != rejected {
		w.t.Errorf("%s: read %d, inserted %d, updated %d, unchanged %d, rejected %d; want %d %d %d %d %d",
			i.File, i.Read, i.Inserted, i.Updated, i.Unchanged, i.Rejected, read, inserted, updated, unchanged, rejected)
	}
}
