package intake_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"headwater/intake"
	"headwater/lake"
	"headwater/source/tabular"
)

// numbered writes a file of accounts with a number, a name and a parent.
func (w *world) numbered(name string, rows int) *intake.File {
	w.t.Helper()
	lines := make([]string, 0, rows+1)
	lines = append(lines, "Account ID,Account Name,Employees,City")
	for i := 1; i <= rows; i++ {
		lines = append(lines, fmt.Sprintf("N%06d,Company %d,%d,上海", i, i, i%977))
	}
	return w.file(name, lines...)
}

func TestFileInBatches(t *testing.T) {
	w := newWorld(t)
	f := w.numbered("many.csv", 12_001)
	i := w.run("", w.plan("accounts", f), f)
	w.wantCounts(i, 12_001, 12_001, 0, 0, 0)
	if len(i.Revisions) != 3 || i.Revision != i.Revisions[2] || i.DoneBytes != i.TotalBytes {
		t.Errorf("revisions %v, newest %d, %d of %d bytes", i.Revisions, i.Revision, i.DoneBytes, i.TotalBytes)
	}
	again := w.run("", w.plan("accounts", f), f)
	w.wantCounts(again, 12_001, 0, 0, 12_001, 0)
	if again.Revision != 0 || len(again.Revisions) != 0 {
		t.Errorf("an import that changes nothing wrote revision %d", again.Revision)
	}
	small := w.numbered("few.csv", 5000)
	if i := w.run("", withMatch(w.plan("accounts", small), "", intake.Update), small); len(i.Revisions) != 1 {
		t.Errorf("5,000 rows made %d revisions", len(i.Revisions))
	}
}

func withMatch(p intake.Plan, field lake.FieldName, how string) intake.Plan {
	p.Match, p.OnMatch = field, how
	return p
}

func TestMatchingRows(t *testing.T) {
	w := newWorld(t)
	before := w.file("a.csv", "Account ID,Account Name,City", "1,Alpha,北京", "2,Beta,上海")
	w.run("", w.plan("accounts", before), before)
	after := w.file("b.csv", "Account ID,Account Name,City", "1,Alpha,深圳", "2,Beta,", "3,Gamma,广州", "3,Gamma GmbH,广州", ",Delta,", "4,,")
	plan := w.plan("accounts", after)
	plan.Match = "external_id"
	w.wantCounts(w.run("what-if", plan, w.branch("what-if", after)), 6, 2, 2, 1, 1)
	if got := w.all("what-if", "accounts"); got["Beta"].Cells["city"] != "上海" || got["Alpha"].Cells["city"] != "深圳" || got["Gamma GmbH"].Key == "" {
		t.Errorf("after the update: %v", got)
	}
	if got := w.all("", "accounts"); len(got) != 2 || got["Alpha"].Cells["city"] != "北京" {
		t.Errorf("main has changed: %v", got)
	}
	plan.EmptyCells = intake.Blank
	w.wantCounts(w.run("cleared", plan, w.branch("cleared", after)), 6, 2, 3, 0, 1)
	if got := w.all("cleared", "accounts"); got["Beta"].Cells["city"] != "" {
		t.Errorf("an empty cell was kept: %v", got["Beta"])
	}
	w.wantCounts(w.run("skipped", withMatch(plan, "external_id", intake.Skip), w.branch("skipped", after)), 6, 2, 0, 3, 1)
	i := w.run("refused", withMatch(plan, "external_id", intake.Reject), w.branch("refused", after))
	w.wantCounts(i, 6, 2, 0, 0, 4)
	if s := w.rejects(i.ID, "en"); !strings.Contains(s, "there is a record with the external_id “1” already") {
		t.Error(s)
	}
}

// branch makes a branch and gives back the file, for use within a call.
func (w *world) branch(name string, f *intake.File) *intake.File {
	w.t.Helper()
	if _, err := w.lake.CreateBranch(ctx, boss, lake.NewBranch{Name: name}); err != nil {
		w.t.Fatal(err)
	}
	return f
}

func TestMatchByKey(t *testing.T) {
	w := newWorld(t)
	f := w.file("a.csv", "Account Name,City", "Alpha,北京")
	w.run("", w.plan("accounts", f), f)
	key := w.all("", "accounts")["Alpha"].Key
	f = w.file("b.csv", "id,Account Name", string(key)+",Alpha 2", "my-own-key,Beta")
	plan := intake.Plan{Entity: "accounts", Columns: []intake.Column{{Column: "id", Field: "id"}, {Column: "Account Name", Field: "name"}}}
	w.wantCounts(w.run("", plan, f), 2, 1, 1, 0, 0)
	if got := w.all("", "accounts"); got["Alpha 2"].Key != key || got["Beta"].Key != "my-own-key" {
		t.Errorf("%v", got)
	}
}

// Parents may come later in the file, in another batch, or never.
func TestParentsOfTheSameFile(t *testing.T) {
	w := newWorld(t)
	lines := []string{"Account Name,Parent Account,Employees"}
	for i := range 6000 {
		lines = append(lines, fmt.Sprintf("Child %d,Group %d,5", i, i%3))
	}
	lines = append(lines, "Group 0,,9", "Group 1,Group 0,9", "Group 2,Group 2,9", "Orphan,Nobody,9", "Child of nonsense,Bad,1", "Grandchild,Child of nonsense,1", "Bad,,not a number")
	f := w.file("groups.csv", lines...)
	plan := w.plan("accounts", f)
	report, err := w.imports.Preview(ctx, boss, "", plan, f, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.MissingLinks) != 1 || report.MissingLinks[0].Value != "Nobody" {
		t.Errorf("missing: %+v", report.MissingLinks)
	}
	i := w.run("", plan, f)
	w.wantCounts(i, 6007, 6007-2000-5, 0, 0, 5+2000)
	s := w.rejects(i.ID, "zh")
	for _, must := range []string{"Nobody", "Child of nonsense", "Grandchild", "指向记录自己"} {
		if !strings.Contains(s, must) {
			t.Errorf("the rejected rows lack %s", must)
		}
	}
	got := w.all("", "accounts")
	if got["Child 4"].Cells["parent"] != lake.Cell(got["Group 1"].Key) || got["Group 1"].Cells["parent"] != lake.Cell(got["Group 0"].Key) {
		t.Error("a parent from further down isn't set")
	}
	w.undoAll(i)
	plan.Columns[1].Missing = intake.Empty
	i = w.run("", plan, f)
	w.wantCounts(i, 6007, 6006, 0, 0, 1)
	if i.LeftEmpty != 3 {
		t.Errorf("left empty: %d", i.LeftEmpty)
	}
}

func TestReferencesMadeOnTheFly(t *testing.T) {
	w := newWorld(t)
	f := w.file("contacts.csv", "Name,Company,Owner", "Ann,Acme,New Seller", "Bob,ACME ,New Seller", "Cid,Other,Boss")
	plan := w.plan("contacts", f)
	for i := range plan.Columns {
		plan.Columns[i].Missing = intake.Create
	}
	report, err := w.imports.Preview(ctx, boss, "", plan, f, 0)
	if err != nil {
		t.Fatal(err)
	}
	i := w.run("", plan, f)
	w.wantCounts(i, 3, 3, 0, 0, 0)
	for _, c := range []intake.Counts{report.Counts, i.Counts} {
		if c.Created["accounts"] != 2 || c.Created["users"] != 1 {
			t.Errorf("created %v", c.Created)
		}
	}
	people := w.all("", "contacts")
	if people["Ann"].Cells["account"] != people["Bob"].Cells["account"] || people["Ann"].Cells["owner"] != people["Bob"].Cells["owner"] {
		t.Errorf("%v", people)
	}
	w.undoAll(i)
	if n := w.count("", "accounts"); n != 0 {
		t.Errorf("%d accounts that the import made are left", n)
	}
}

func TestWhoMayNot(t *testing.T) {
	w := newWorld(t)
	f := w.numbered("a.csv", 3)
	plan := w.plan("accounts", f)
	if _, err := w.imports.Start(ctx, viewer, "", plan, f); !errors.Is(err, lake.ErrForbidden) {
		t.Errorf("a viewer's import: %v", err)
	}
	i := w.run("", plan, f)
	for name, call := range map[string]func() error{
		"undo":    func() error { _, err := w.imports.Undo(ctx, viewer, i.ID); return err },
		"cancel":  func() error { _, err := w.imports.Cancel(ctx, viewer, i.ID, true); return err },
		"resume":  func() error { _, err := w.imports.Resume(ctx, viewer, i.ID); return err },
		"rejects": func() error { return w.imports.Rejects(ctx, viewer, i.ID, "en", io.Discard) },
		"seller":  func() error { _, err := w.imports.Undo(ctx, seller, i.ID); return err },
	} {
		if err := call(); !errors.Is(err, lake.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	people := w.file("people.csv", "Name,E-mail", "Somebody New,new@example.com")
	plan = w.plan("users", people)
	started, err := w.imports.Start(ctx, seller, "", plan, people)
	if err != nil {
		t.Fatal(err)
	}
	if got := w.wait(started.ID); got.State != intake.Failed || got.Error.Code != "admin_needed" {
		t.Errorf("a seller's import of people: %+v", got)
	}
	contacts := w.file("contacts.csv", "Name,Owner", "Ann,Somebody New")
	plan = w.plan("contacts", contacts)
	plan.Columns[1].Missing = intake.Create
	if started, err = w.imports.Start(ctx, seller, "", plan, contacts); err != nil {
		t.Fatal(err)
	}
	w.wantCounts(w.wait(started.ID), 1, 0, 0, 0, 1)
}

func TestPlansThatMakeNoSense(t *testing.T) {
	w := newWorld(t)
	f := w.numbered("a.csv", 3)
	name := intake.Column{Column: "Account Name", Field: "name"}
	for code, p := range map[string]intake.Plan{
		"entity_unknown":       {Entity: "nothing", Columns: []intake.Column{name}},
		"plan_empty":           {Entity: "accounts"},
		"plan_column_unknown":  {Entity: "accounts", Columns: []intake.Column{{Column: "Nope", Field: "name"}}},
		"field_unknown":        {Entity: "accounts", Columns: []intake.Column{{Column: "City", Field: "nope"}}},
		"plan_field_twice":     {Entity: "accounts", Columns: []intake.Column{name, {Column: "City", Field: "name"}}},
		"plan_match_unmapped":  {Entity: "accounts", Columns: []intake.Column{name}, Match: "external_id"},
		"plan_setting_unknown": {Entity: "accounts", Columns: []intake.Column{name}, OnMatch: "explode"},
		"plan_link_unknown":    {Entity: "accounts", Columns: []intake.Column{name, {Column: "City", Field: "parent", LinkBy: "nope"}}},
		"plan_zone_unknown":    {Entity: "accounts", Columns: []intake.Column{name}, TimeZone: "Mars/Olympus"},
	} {
		_, err := w.imports.Start(ctx, boss, "", p, f)
		var e *lake.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	if list, err := w.imports.List(ctx, boss, ""); err != nil || len(list) != 0 {
		t.Errorf("refused plans left imports: %v, %v", list, err)
	}
}

// Formulas become harmless in the file of rejected rows, and come back as they were.
func TestFormulasAreNeutralised(t *testing.T) {
	w := newWorld(t)
	f := w.file("evil.csv", "Account Name,Employees,Description", `"=HYPERLINK(""http://evil"")",many,@SUM(A1)`, "Fine,-5x,-12.5", "+86 138,none at all,=cmd|x", "＝1+1,many,x")
	plan := w.plan("accounts", f)
	plan = plan.With(intake.Plan{Columns: []intake.Column{{Column: "Employees", Field: "employees"}}})
	i := w.run("", plan, f)
	w.wantCounts(i, 4, 0, 0, 0, 4)
	s := w.rejects(i.ID, "zh")
	for _, must := range []string{"\n'＝1+1,", `"'=HYPERLINK(""http://evil"")"`, ",'@SUM(A1),", ",-12.5,", "'+86 138,", "'=cmd|x", "应为整数"} {
		if !strings.Contains(s, must) {
			t.Errorf("the rejected rows lack %s:\n%s", must, s)
		}
	}
	path := filepath.Join(w.files, "mended.csv")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(strings.ReplaceAll(s, "many", "5"), "none at all", "6")), 0o600); err != nil {
		t.Fatal(err)
	}
	mended := w.openFile(path)
	w.wantCounts(w.run("", w.plan("accounts", mended).With(intake.Plan{Columns: []intake.Column{{Column: "Employees", Field: "employees"}}}), mended), 4, 3, 0, 0, 1)
	if _, ok := w.all("", "accounts")[`=HYPERLINK("http://evil")`]; !ok {
		t.Errorf("the apostrophe stayed: %v", w.all("", "accounts"))
	}
}

// A crash between the commit of a batch and its being saved loses and repeats nothing,
// whether the note of the batch is there or lost.
func TestCrashBetweenCommitAndSave(t *testing.T) {
	for _, lost := range []bool{false, true} {
		for _, how := range []string{intake.Update, intake.Reject} {
			t.Run(fmt.Sprintf("note lost %v, %s", lost, how), func(t *testing.T) {
				w := newWorld(t)
				seed := w.file("seed.csv", "Account ID,Account Name", "N000003,Old 3", "N007001,Old 7001", "N007002,Company 7002")
				w.run("", w.plan("accounts", seed), seed)
				lines := []string{"Account ID,Account Name,Parent,Employees"}
				for i := 1; i <= 12_000; i++ {
					lines = append(lines, fmt.Sprintf("N%06d,Company %d,Company %d,%d", i, i, 12_000-i%5, i))
				}
				lines[8000] = lines[7999] // twice
				lines[6000] = "N006000,Company 6000,,wrong"
				lines[6500] = "broken"
				f := w.file("crash.csv", lines...)
				plan := withMatch(w.plan("accounts", f), "external_id", how)
				want := w.expected(plan, f)

				w.imports.CrashAfter(func(rows int64) bool { return rows == 10_000 })
				i, err := w.imports.Start(ctx, boss, "", plan, f)
				if err != nil {
					t.Fatal(err)
				}
				w.wait(i.ID)
				w.close()
				if lost {
					if err := os.Remove(filepath.Join(w.dir, "intake", "imports", i.ID, intake.NoteName)); err != nil {
						t.Fatal(err)
					}
				}
				w.open()
				got, err := w.imports.Get(ctx, boss, i.ID)
				if err != nil || got.State != intake.Interrupted || got.Read != 5000 {
					t.Fatalf("after the crash: %+v, %v", got, err)
				}
				if _, err := w.imports.Resume(ctx, boss, i.ID); err != nil {
					t.Fatal(err)
				}
				got = w.wait(i.ID)
				if got.State != intake.Done {
					t.Fatalf("%+v", got)
				}
				w.sameOutcome(got, want)
				for name, rec := range w.all("", "accounts") {
					if n := strings.TrimPrefix(name, "Company "); n != name && rec.Cells["parent"] == "" && rec.Cells["employees"] != "" {
						t.Errorf("%s has no parent", name)
						break
					}
				}
				if res, err := w.imports.Undo(ctx, boss, i.ID); err != nil || len(res.Kept) > 0 {
					t.Errorf("undo: %v, kept %d", err, len(res.Kept))
					for _, k := range res.Kept {
						t.Logf("%s: %+v", k.Title, k.Rule)
					}
				}
				if n := w.count("", "accounts"); n != 3 {
					t.Errorf("%d accounts are left", n)
				}
			})
		}
	}
}

type outcome struct {
	counts  intake.Counts
	rejects string
	records int
}

// expected runs a plan on a branch, undisturbed.
func (w *world) expected(p intake.Plan, f *intake.File) outcome {
	w.t.Helper()
	name := fmt.Sprint("expected", time.Now().UnixNano())
	i := w.run(name, p, w.branch(name, f))
	return outcome{i.Counts, w.rejects(i.ID, "en"), w.count(name, p.Entity)}
}

func (w *world) sameOutcome(i intake.Import, want outcome) {
	w.t.Helper()
	if fmt.Sprint(i.Counts) != fmt.Sprint(want.counts) {
		w.t.Errorf("came to %+v, not %+v", i.Counts, want.counts)
	}
	if got := w.rejects(i.ID, "en"); len(got) != len(want.rejects) {
		w.t.Errorf("rejected\n%.600s\nnot\n%.600s", got, want.rejects)
	}
	if n := w.count("", i.Entity); n != want.records {
		w.t.Errorf("%d records, not %d", n, want.records)
	}
}

func TestCancel(t *testing.T) {
	w := newWorld(t)
	f := w.numbered("long.csv", 25_000)
	plan := w.plan("accounts", f)
	start := func() string {
		i, err := w.imports.Start(ctx, boss, "", plan, f)
		if err != nil {
			t.Fatal(err)
		}
		for { // until something is written
			got, err := w.imports.Get(ctx, boss, i.ID)
			if err != nil {
				t.Fatal(err)
			}
			if got.Inserted > 0 {
				return i.ID
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	kept, err := w.imports.Cancel(ctx, boss, start(), false)
	if err != nil || kept.State != intake.Cancelled || kept.Inserted == 25_000 || int64(w.count("", "accounts")) != kept.Inserted {
		t.Fatalf("kept: %+v, %v", kept, err)
	}
	if _, err := w.imports.Resume(ctx, boss, kept.ID); err != nil {
		t.Fatal(err)
	}
	w.wantCounts(w.wait(kept.ID), 25_000, 25_000, 0, 0, 0)
	w.undoAll(w.wait(kept.ID))
	undone, err := w.imports.Cancel(ctx, boss, start(), true)
	if err != nil || undone.State != intake.Undone || w.count("", "accounts") != 0 {
		t.Errorf("undone: %+v, %v", undone, err)
	}
	if _, err := w.imports.Resume(ctx, boss, undone.ID); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("an import that was undone was resumed: %v", err)
	}
}

// Two imports of overlapping files at once, and writes of others between: no record
// comes twice.
func TestTwoAtOnce(t *testing.T) {
	w := newWorld(t)
	a, b := w.numbered("a.csv", 15_000), w.numbered("b.csv", 20_000)
	plan := w.plan("accounts", a)
	var wg sync.WaitGroup
	imports := make([]intake.Import, 2)
	for n, f := range []*intake.File{a, b} {
		wg.Go(func() {
			i, err := w.imports.Start(ctx, boss, "", plan, f)
			if err != nil {
				t.Error(err)
				return
			}
			imports[n], err = w.imports.Wait(ctx, boss, i.ID)
			if err != nil {
				t.Error(err)
			}
		})
	}
	others := 0
	for n := 19_990; n < 20_000; n++ { // a person adds what the file holds too
		_, err := w.lake.Write(ctx, boss, "", func(tx *lake.Tx) error {
			_, err := tx.Create("accounts", lake.Cells{"name": "By hand", "external_id": lake.Cell(fmt.Sprintf("N%06d", n))})
			return err
		})
		if err != nil {
			t.Error(err)
		}
		others++
	}
	wg.Wait()
	for _, i := range imports {
		w.balanced(i)
		if i.State != intake.Done || i.Rejected != 0 {
			t.Errorf("%+v", i)
		}
	}
	seen := map[lake.Cell]int{}
	for _, rec := range w.records("accounts") {
		seen[rec.Cells["external_id"]]++
	}
	twice := 0
	for _, n := range seen {
		if n > 1 {
			twice++
		}
	}
	// Only what the person added after the file's row had come can be there twice.
	if len(seen) != 20_000 || imports[0].Inserted+imports[1].Inserted+int64(others) != int64(20_000+twice) || twice > others {
		t.Errorf("%d numbers, %d of them twice; inserted %d and %d", len(seen), twice, imports[0].Inserted, imports[1].Inserted)
	}
}

// Unique values are checked by the lake at the end of each batch too: of two rows with
// the same one the later is rejected.
func TestUniqueValues(t *testing.T) {
	w := newWorld(t)
	if _, err := w.lake.Write(ctx, boss, "", func(tx *lake.Tx) error {
		_, err := tx.Create("products", lake.Cells{"name": "Taken", "code": "T"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	f := w.file("p.csv", "Product,Code,Price", "One,A,5", "Two,B,6", "One,C,7", "Taken,D,8", "One,E,9", "Three,T,1")
	plan := withMatch(w.plan("products", f), "code", intake.Update)
	report, err := w.imports.Preview(ctx, boss, "", plan, f, 0)
	if err != nil {
		t.Fatal(err)
	}
	i := w.run("", plan, f)
	w.wantCounts(i, 6, 2, 1, 0, 3)
	if fmt.Sprint(report.Counts) != fmt.Sprint(i.Counts) {
		t.Errorf("the preview said %+v, not %+v", report.Counts, i.Counts)
	}
	swap := w.file("swap.csv", "Product,Code", "Two,A", "One,B", "Three,A", "Three,B")
	i = w.run("", withMatch(w.plan("products", swap), "code", intake.Update), swap)
	if i.Updated+i.Rejected+i.Unchanged != 4 || i.Rejected == 0 || i.State != intake.Done {
		t.Errorf("%+v", i)
	}
}

func TestNewFieldsAreAdded(t *testing.T) {
	w := newWorld(t)
	f := w.file("a.csv", "Account Name,合同等级,Floor Area", "Alpha,甲,1.200,50", "Beta,乙,7")
	f = w.file("a.csv", "Account Name;合同等级;Floor Area", "Alpha;甲;1.200,50", "Beta;乙;7")
	plan := w.plan("accounts", f)
	for i := range plan.Columns {
		if plan.Columns[i].NewField != nil {
			plan.Columns[i].Field = plan.Columns[i].NewField.Name
		}
	}
	plan.Columns[2].NumberForm = intake.CommaForm
	if r, err := w.imports.Preview(ctx, boss, "", plan, f, 0); err != nil || r.Inserted != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	w.wantCounts(w.run("", plan, f), 2, 2, 0, 0, 0)
	c := w.all("", "accounts")["Alpha"].Cells
	if c[plan.Columns[1].Field] != "甲" || c["floor_area"] != "1200.5" {
		t.Errorf("%v", c)
	}
}

// A branch that is discarded under an import stops it with the reason.
func TestBranchDiscardedMeanwhile(t *testing.T) {
	w := newWorld(t)
	f := w.branch("short-lived", w.numbered("a.csv", 11_000))
	w.imports.CrashAfter(func(rows int64) bool {
		if rows == 5000 {
			if err := w.lake.DiscardBranch(ctx, boss, "short-lived"); err != nil {
				t.Error(err)
			}
		}
		return false
	})
	i := w.run("short-lived", w.plan("accounts", f), f)
	if i.State != intake.Failed || i.Error.Code != "branch_closed" || i.Inserted != 5000 {
		t.Errorf("%+v, %+v", i, i.Error)
	}
	if _, err := w.imports.Start(ctx, boss, "short-lived", w.plan("accounts", f), f); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("an import into a discarded branch: %v", err)
	}
}

func TestFileThatChanged(t *testing.T) {
	w := newWorld(t)
	f := w.numbered("a.csv", 11_000)
	w.imports.CrashAfter(func(rows int64) bool { return rows == 5000 })
	i, err := w.imports.Start(ctx, boss, "", w.plan("accounts", f), f)
	if err != nil {
		t.Fatal(err)
	}
	w.wait(i.ID)
	w.close()
	w.open()
	w.numbered("a.csv", 11_001)
	if _, err := w.imports.Resume(ctx, boss, i.ID); !errors.Is(err, lake.ErrConflict) {
		t.Errorf("resumed with another file: %v", err)
	}
	w.undoAll(i)
}

// TestKilled kills a process that imports, at random moments, and goes on.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("INTAKE_CHILD"); dir != "" {
		childImports(t, dir)
		return
	}
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		w := newWorld(t)
		w.numbered("k.csv", 30_000)
		w.close()
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "INTAKE_CHILD="+w.dir+"|"+w.files)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(150+170*round) * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		w.open()
		list, err := w.imports.List(ctx, boss, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 || list[0].State == intake.Done {
			continue // before it began, or after its end
		}
		if list[0].State != intake.Interrupted {
			t.Errorf("round %d: %+v", round, list[0])
		}
		if _, err := w.imports.Resume(ctx, boss, list[0].ID); err != nil {
			t.Fatal(err)
		}
		i := w.wait(list[0].ID)
		w.wantCounts(i, 30_000, 30_000, 0, 0, 0)
		if n := w.count("", "accounts"); n != 30_000 {
			t.Errorf("round %d, interrupted after %d: %d accounts", round, list[0].Read, n)
		}
		t.Logf("round %d: killed after %d rows", round, list[0].Read)
	}
}

func childImports(t *testing.T, dirs string) {
	w := &world{t: t, office: newOffice()}
	w.dir, w.files, _ = strings.Cut(dirs, "|")
	w.open()
	f, err := intake.OpenFile(filepath.Join(w.files, "k.csv"), "", tabular.Override{})
	if err != nil {
		t.Fatal(err)
	}
	w.run("", w.plan("accounts", f), f)
}
