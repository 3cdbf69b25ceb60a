//go:build duckdb_arrow

package catalog_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"headwater/catalog"
	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/sqlite"
	"headwater/source"
	"headwater/source/files"
)

// shelf is a workspace with a folder of files as its source, whose clock can be moved.
type shelf struct {
	t       *testing.T
	dir     string
	folder  string
	ahead   atomic.Int64
	lake    *lake.Lake
	catalog *catalog.Catalog
	close   func()
}

// everybody may do everything.
type everybody struct{}

func (everybody) Rights(context.Context, lake.Principal) (lake.Rights, error) {
	return lake.Rights{Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true}, nil
}
func (everybody) People(context.Context) ([]lake.Person, error) { return nil, nil }
func (everybody) PeopleStamp() int64                            { return 1 }

func newShelf(t *testing.T) *shelf {
	s := &shelf{t: t, dir: t.TempDir(), folder: t.TempDir()}
	s.open()
	t.Cleanup(func() { s.close() })
	return s
}

func (s *shelf) now() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }

func (s *shelf) open() {
	ctx := context.Background()
	store, err := sqlite.Open(s.dir)
	must(s.t, err)
	kept, err := source.Open(source.Config{Registry: store.Registry(), Dir: s.dir, Kinds: map[string]source.Opener{"file": files.Open}})
	must(s.t, err)
	s.lake, err = lake.Open(ctx, lake.Config{Store: store, Policy: everybody{}, Sources: kept, Now: s.now})
	must(s.t, err)
	copies := filepath.Join(s.dir, "copies")
	must(s.t, os.MkdirAll(copies, 0o700))
	engine, err := duckdb.Open("", store, duckdb.Options{Policy: everybody{}, Sources: kept, Copies: copies})
	must(s.t, err)
	s.lake.UseEngine(engine)
	s.catalog, err = catalog.Open(ctx, catalog.Config{Lake: s.lake, Sources: kept, Dir: s.dir, Copies: copies, Now: s.now})
	must(s.t, err)
	s.close = func() {
		s.catalog.Close()
		must(s.t, engine.Close())
		must(s.t, kept.Close())
		must(s.t, store.Close())
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// put writes a file of the source.
func (s *shelf) put(name, text string) {
	must(s.t, os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600))
}

// count asks for the number of an entity's rows.
func (s *shelf) count(entity string) (n int64) {
	s.t.Helper()
	r, err := s.lake.At(s.t.Context(), lake.System, "", 0)
	must(s.t, err)
	must(s.t, r.SQL(s.t.Context(), "SELECT count(*) FROM "+entity, row(func(v []any) { n = v[0].(int64) })))
	return n
}

type row func([]any)

func (row) Columns(_, _ []string) error { return nil }
func (f row) Row(v []any) error         { f(v); return nil }

// eventually waits for something that is done in the background.
func (s *shelf) eventually(what string, ok func() bool) {
	s.t.Helper()
	for begin := time.Now(); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			s.t.Fatalf("%s: %+v", what, s.catalog.Jobs(""))
		}
	}
}

func TestKeptCopiesAreRefreshedOnTime(t *testing.T) {
	s := newShelf(t)
	ctx := t.Context()
	s.put("sales.csv", "no,v\n1,a\n2,b\n")
	_, err := s.catalog.Sources().Add(ctx, source.Spec{Name: "folder", URL: "file://" + s.folder})
	must(t, err)
	_, _, err = s.catalog.Declare(ctx, lake.System, "", []catalog.Wish{{Source: "folder", Table: "sales.csv", Name: "sales", Key: &[]lake.FieldName{"no"}}})
	must(t, err)
	keep := &catalog.KeepOrder{EverySeconds: 600}
	must(t, s.catalog.Update(ctx, lake.System, "", "sales", catalog.Change{Keep: &keep}))
	done := func(n int) func() bool {
		return func() bool {
			jobs, finished := s.catalog.Jobs("sales"), 0
			for _, j := range jobs {
				if j.State == catalog.JobDone {
					finished++
				}
			}
			return finished == n
		}
	}
	s.eventually("the first copy", done(1))
	s.put("sales.csv", "no,v\n1,a\n2,b\n3,c\n")
	if n := s.count("sales"); n != 2 {
		t.Errorf("%d rows before it was time", n)
	}
	s.ahead.Store(int64(11 * time.Minute))
	s.eventually("the second copy", done(2))
	if n := s.count("sales"); n != 3 {
		t.Errorf("%d rows after it was time", n)
	}
	if jobs := s.catalog.Jobs("sales"); jobs[0].ActorName != "" || jobs[0].Rows != 3 {
		t.Errorf("%+v", jobs[0])
	}
	must(t, os.Remove(filepath.Join(s.folder, "sales.csv")))
	s.ahead.Store(int64(22 * time.Minute))
	s.eventually("a failure", func() bool { return s.catalog.Jobs("sales")[0].State == catalog.JobFailed })
	if n := s.count("sales"); n != 3 {
		t.Errorf("the old copy counts while the source is away: %d", n)
	}
	if e := s.catalog.Jobs("sales")[0].Error; e == nil || e.Code == "internal" {
		t.Errorf("%+v", e)
	}
}

func TestWhatACrashLeftBehind(t *testing.T) {
	s := newShelf(t)
	ctx := t.Context()
	s.put("a.csv", "no\n1\n")
	_, err := s.catalog.Sources().Add(ctx, source.Spec{Name: "folder", URL: "file://" + s.folder})
	must(t, err)
	_, _, err = s.catalog.Declare(ctx, lake.System, "", []catalog.Wish{{Source: "folder", Table: "a.csv", Name: "a", Key: &[]lake.FieldName{"no"}}})
	must(t, err)
	_, err = s.lake.CreateBranch(ctx, lake.System, lake.NewBranch{Name: "pinned", Pin: true})
	must(t, err)
	registry := s.lake.Store().Registry()
	must(t, registry.Save(ctx, "job", "j", catalog.Job{ID: "j", Entity: "a", State: catalog.JobRunning}))
	must(t, registry.Save(ctx, "writeback", "w", catalog.Written{ID: "w", Tables: []catalog.WrittenTable{{Entity: "a"}}, State: "writing"}))
	lost := filepath.Join(s.dir, "copies", "half.parquet.part")
	must(t, os.WriteFile(lost, []byte("PAR1"), 0o600))
	s.close()
	s.open()
	if _, err := os.Stat(lost); !os.IsNotExist(err) {
		t.Error("half a copy is still there")
	}
	job, err := s.catalog.Job("j")
	must(t, err)
	writes, err := s.catalog.Writes(ctx, lake.System)
	must(t, err)
	if job.State != catalog.JobFailed || job.Error.Code != "job_interrupted" || writes[0].State != "interrupted" {
		t.Errorf("%+v %+v", job, writes)
	}
	must(t, os.Remove(filepath.Join(s.folder, "a.csv")))
	r, err := s.lake.At(ctx, lake.System, "pinned", 0)
	must(t, err)
	if _, err := r.Get(ctx, "a", "1"); err != nil {
		t.Errorf("the pinned branch still sees its rows: %v", err)
	}
}

func TestDroppedFilesMoveWithTheDirectory(t *testing.T) {
	s := newShelf(t)
	ctx := t.Context()
	name, _, err := s.catalog.Drop(ctx, lake.System, "", "", "leads 2026.csv", strings.NewReader("no,v\n1,a\n"))
	must(t, err)
	if name != "leads_2026" || s.count("leads_2026") != 1 {
		t.Error(name)
	}
	again, _, err := s.catalog.Drop(ctx, lake.System, "", "", "leads 2026.csv", strings.NewReader("no,v\n1,a\n2,b\n"))
	must(t, err)
	if again == name || s.count(string(again)) != 2 || s.count(string(name)) != 1 {
		t.Errorf("a second file of the same name is another: %s", again)
	}
	if _, _, err := s.catalog.Drop(ctx, lake.System, "", "", "../../x.bin", strings.NewReader("no table")); err == nil {
		t.Error("that is no table")
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, "files"))
	must(t, err)
	if len(entries) != 2 {
		t.Errorf("what couldn't be declared isn't kept: %v", entries)
	}
	s.close()
	moved := filepath.Join(t.TempDir(), "elsewhere")
	must(t, os.CopyFS(moved, os.DirFS(s.dir)))
	must(t, os.RemoveAll(filepath.Join(s.dir, "files")))
	s.dir = moved
	s.open()
	if n := s.count("leads_2026"); n != 1 {
		t.Error(n)
	}
}

func TestReadersAreCounted(t *testing.T) {
	s := newShelf(t)
	ctx := t.Context()
	must(t, s.catalog.Create(ctx, lake.System, "", catalog.NativeOrder{Name: "rooms", Fields: []lake.Field{{Name: "name", Kind: lake.Text}}}))
	for i := range 3 {
		s.catalog.Read("ann", "page", "rooms")
		s.catalog.Read(lake.Key(fmt.Sprint("p", i%2)), "sql", "rooms")
	}
	list, since, err := s.catalog.Readers(ctx, "rooms")
	must(t, err)
	total := int64(0)
	for _, r := range list {
		total += r.Count
	}
	if len(list) != 3 || total != 6 || since.IsZero() {
		t.Errorf("%+v %v", list, since)
	}
	s.catalog.Read("ann", "page", "rooms")
	s.close()
	s.open()
	if list, _, err = s.catalog.Readers(ctx, "rooms"); err != nil || list[0].User != "ann" || list[0].Count != 4 {
		t.Errorf("they survive a restart: %+v %v", list, err)
	}
}

// A copy that is brought up to date by a high-water field says what it misses, and since
// when; a full refresh misses nothing, and says nothing.
func TestHighWaterSaysWhatItMisses(t *testing.T) {
	s := newShelf(t)
	ctx := t.Context()
	s.put("sales.csv", "no,v\n1,a\n2,b\n")
	_, err := s.catalog.Sources().Add(ctx, source.Spec{Name: "folder", URL: "file://" + s.folder})
	must(t, err)
	_, _, err = s.catalog.Declare(ctx, lake.System, "", []catalog.Wish{{Source: "folder", Table: "sales.csv", Name: "sales", Key: &[]lake.FieldName{"no"}}})
	must(t, err)
	keep := &catalog.KeepOrder{HighWater: "no"}
	must(t, s.catalog.Update(ctx, lake.System, "", "sales", catalog.Change{Keep: &keep}))
	ended := func() bool {
		list := s.catalog.Jobs("sales")
		return len(list) > 0 && list[0].State != catalog.JobRunning
	}
	s.eventually("the first copy", ended)
	state := func() lake.HomeState {
		r, err := s.lake.At(ctx, lake.System, "", 0)
		must(t, err)
		states, err := r.States(ctx)
		must(t, err)
		return states["sales"]
	}
	refresh := func(whole bool) catalog.Job {
		t.Helper()
		_, err := s.catalog.Refresh(ctx, lake.System, "sales", whole)
		must(t, err)
		s.eventually("a refresh", ended)
		return s.catalog.Jobs("sales")[0]
	}
	first := state()
	if first.Mode != lake.ModeKept || first.Above != "" || !first.Whole.IsZero() {
		t.Errorf("a whole copy is said to miss something: %+v", first)
	}
	s.put("sales.csv", "no,v\n2,changed\n3,c\n")
	if job := refresh(false); job.State != catalog.JobDone || job.Above != "no" || job.Whole {
		t.Errorf("%+v", job)
	}
	if got := state(); got.Above != "no" || !got.Whole.Equal(first.At) || !got.At.After(first.At) || got.Rows != 3 {
		t.Errorf("after a refresh by the mark: %+v, the whole was read at %v", got, first.At)
	}
	if job := refresh(false); job.Above != "no" {
		t.Errorf("%+v", job)
	}
	if got := state(); !got.Whole.Equal(first.At) {
		t.Errorf("the second refresh by the mark forgets when all was read: %+v", got)
	}
	if job := refresh(true); job.State != catalog.JobDone || job.Above != "" || !job.Whole || job.Read != 2 {
		t.Errorf("%+v", job)
	}
	if got := state(); got.Above != "" || !got.Whole.IsZero() || got.Rows != 2 || s.count("sales") != 2 {
		t.Errorf("after a full refresh: %+v", got)
	}
}
