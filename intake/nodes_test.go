package intake_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"headwater/intake"
	"headwater/lake"
	"headwater/lake/laketest/pgtest"
	"headwater/lake/postgres"
	"headwater/sales"
)

// branchOffice is a workspace on one database, with imports on two nodes.
type branchOffice struct {
	*world // its imports, lake and files are those of node a
	url    string
	b      *intake.Imports
	ahead  atomic.Int64 // how far b's clock is moved on, in seconds
}

func newBranchOffice(t *testing.T) *branchOffice {
	o := &branchOffice{world: &world{t: t, files: t.TempDir(), office: newOffice()}, url: pgtest.Database(t)}
	o.lake, o.imports = o.node(t.TempDir(), time.Now)
	_, o.b = o.node(t.TempDir(), func() time.Time { return time.Now().Add(time.Duration(o.ahead.Load()) * time.Second) })
	return o
}

func (o *branchOffice) node(dir string, now func() time.Time) (*lake.Lake, *intake.Imports) {
	o.t.Helper()
	s, err := postgres.Open(ctx, o.url, postgres.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	l, err := lake.Open(ctx, lake.Config{Store: s, Policy: o.office, Entities: sales.Entities()})
	if err != nil {
		o.t.Fatal(err)
	}
	m, err := intake.New(ctx, intake.Config{Lake: l, Dir: filepath.Join(dir, "intake"), Synonyms: synonyms(), People: o.office, Now: now})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() {
		m.Close()
		_ = s.Close()
	})
	return l, m
}

// held begins an import on node a that waits after its first batch until goOn is called.
func (o *branchOffice) held(f *intake.File) (i intake.Import, goOn func()) {
	o.t.Helper()
	reached, release := make(chan bool), make(chan bool)
	o.imports.CrashAfter(func(rows int64) bool {
		if rows == 5000 {
			close(reached)
			<-release
		}
		return false
	})
	i, err := o.imports.Start(ctx, boss, "", o.plan("accounts", f), f)
	if err != nil {
		o.t.Fatal(err)
	}
	<-reached
	o.imports.CrashAfter(func(int64) bool { return false })
	return i, func() { close(release) }
}

func (o *branchOffice) state(on *intake.Imports, id string, want intake.State) {
	o.t.Helper()
	i, err := on.Get(ctx, boss, id)
	if err != nil || i.State != want {
		o.t.Errorf("the import is %s, not %s (%v)", i.State, want, err)
	}
	list, err := on.List(ctx, boss, "")
	if err != nil || len(list) == 0 || list[0].State != want {
		o.t.Errorf("listed: %+v (%v)", list, err)
	}
}

func (o *branchOffice) refused(err error, code string) {
	o.t.Helper()
	var known *lake.Error
	if !errors.As(err, &known) || known.Code != code {
		o.t.Errorf("want %s, got %v", code, err)
	}
}

// TestAnImportBelongsToItsNode: another node that starts meanwhile leaves it alone, and
// can have it stopped; going on is for the node that has the file.
func TestAnImportBelongsToItsNode(t *testing.T) {
	o := newBranchOffice(t)
	i, goOn := o.held(o.numbered("a.csv", 12_000))
	_, late := o.node(t.TempDir(), time.Now) // a node that starts now
	o.state(late, i.ID, intake.Running)
	_, err := late.Resume(ctx, boss, i.ID)
	o.refused(err, "import_not_resumable")
	_, err = o.b.Undo(ctx, boss, i.ID)
	o.refused(err, "import_not_undoable")

	time.AfterFunc(300*time.Millisecond, goOn)
	stopped, err := o.b.Cancel(ctx, boss, i.ID, false)
	if err != nil || stopped.State != intake.Cancelled || stopped.Inserted != 5000 {
		t.Fatalf("cancelled from the other node: %+v, %v", stopped, err)
	}
	if _, err := o.imports.Resume(ctx, boss, i.ID); err != nil {
		t.Fatal(err)
	}
	done, err := o.b.Wait(ctx, boss, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	o.wantCounts(done, 12_000, 12_000, 0, 0, 0)
	if n := o.count("", "accounts"); n != 12_000 {
		t.Errorf("%d accounts", n)
	}
}

// TestANodeThatFellSilent: when a node's lease has expired, its import is interrupted for
// all; should the node wake up, it writes nothing more of it.
func TestANodeThatFellSilent(t *testing.T) {
	o := newBranchOffice(t)
	f := o.numbered("a.csv", 12_000)
	i, goOn := o.held(f)
	o.state(o.b, i.ID, intake.Running)
	o.ahead.Store(60)
	o.state(o.b, i.ID, intake.Interrupted)
	if _, err := o.b.Resume(ctx, boss, i.ID); err != nil { // the file lies where both can read it
		t.Fatal(err)
	}
	done, err := o.b.Wait(ctx, boss, i.ID)
	if err != nil {
		t.Fatal(err)
	}
	o.wantCounts(done, 12_000, 12_000, 0, 0, 0)
	goOn()
	if _, err := o.imports.Wait(ctx, boss, i.ID); err != nil {
		t.Fatal(err)
	}
	o.state(o.imports, i.ID, intake.Done)
	if n := o.count("", "accounts"); n != 12_000 {
		t.Errorf("%d accounts", n)
	}
}

// TestResumeElsewhere: a node that has neither file nor journal says so.
func TestResumeElsewhere(t *testing.T) {
	o := newBranchOffice(t)
	var b strings.Builder
	b.WriteString("Account Name,Employees\n")
	for i := range 6000 {
		b.WriteString("Company,12\n")
		if i%10 == 0 {
			b.WriteString("Rejected,many\n")
		}
	}
	f := o.file("r.csv", strings.TrimSuffix(b.String(), "\n"))
	o.imports.CrashAfter(func(rows int64) bool { return rows > 5000 })
	i, err := o.imports.Start(ctx, boss, "", o.plan("accounts", f), f)
	if err != nil {
		t.Fatal(err)
	}
	o.wait(i.ID)
	o.ahead.Store(60)
	if now, err := o.b.Get(ctx, boss, i.ID); err != nil || now.State != intake.Interrupted || now.Rejected == 0 {
		t.Fatalf("%+v, %v", now, err)
	}
	_, err = o.b.Resume(ctx, boss, i.ID)
	o.refused(err, "import_elsewhere")
	o.refused(o.b.Rejects(ctx, boss, i.ID, "en", &b), "rejects_elsewhere")
	if _, err := o.b.Undo(ctx, boss, i.ID); err != nil {
		t.Error(err)
	}
	o.state(o.imports, i.ID, intake.Undone)
}
