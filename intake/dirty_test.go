package intake_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"headwater/demo"
	"headwater/intake"
	"headwater/lake"
)

// accept takes over what a plan suggests for a column.
func accept(p *intake.Plan, column string) (n int) {
	for i := range p.Columns {
		c := &p.Columns[i]
		if c.Column != column {
			continue
		}
		for _, s := range c.Suggestions {
			if s.To != "" {
				if c.Values == nil {
					c.Values = map[string]string{}
				}
				c.Values[s.Value] = s.To
				n++
			}
		}
	}
	return n
}

// Four related files with dirt: what can be mended is, what is near enough is
// suggested, the rest is rejected with its reason; undo brings everything back.
func TestFourDirtyFiles(t *testing.T) {
	w := newWorld(t)
	e, err := demo.WriteDirtyFiles(w.files, 7)
	if err != nil {
		t.Fatal(err)
	}
	open := func(f demo.DirtyFile) *intake.File { return w.openFile(filepath.Join(w.files, f.Name)) }

	accounts := open(e.Accounts)
	plan := w.plan("accounts", accounts)
	if plan.Match != "external_id" {
		t.Errorf("accounts match by %q", plan.Match)
	}
	a := w.run("", plan, accounts)
	bad := len(e.Accounts.Dirt[demo.DirtNumberWrong]) + len(e.Accounts.Dirt[demo.DirtParentUnknown]) + len(e.Accounts.Dirt[demo.DirtNameEmpty])
	twice, same := len(e.Accounts.Dirt[demo.DirtDuplicateKey]), len(e.Accounts.Dirt[demo.DirtSameRow])
	w.wantCounts(a, int64(e.Accounts.Rows), int64(e.Accounts.Rows-bad-twice-same), int64(twice), int64(same), int64(bad))
	if s := w.rejects(a.ID, "zh"); !strings.Contains(s, "从未听说集团有限公司") || !strings.Contains(s, "约五百人") || !strings.Contains(s, "必填字段") {
		t.Errorf("rejects:\n%s", s)
	}

	products := open(e.Products)
	w.wantCounts(w.run("", w.plan("products", products), products), 7, 7, 0, 0, 0)
	if got := w.all("", "products")["Lake Pro"].Cells["price"]; got != "4821 CNY" {
		t.Errorf("price %q", got)
	}
	team := open(e.Team)
	w.wantCounts(w.run("", w.plan("users", team), team), 8, 8, 0, 0, 0)

	deals := open(e.Deals)
	plan = w.plan("deals", deals)
	if accept(&plan, "客户名称") == 0 {
		t.Error("no account without its ending was suggested")
	}
	d := w.run("", plan, deals)
	rejects := w.rejects(d.ID, "en")
	for _, kind := range []demo.Dirt{demo.DirtAccountUnknown, demo.DirtProductUnknown, demo.DirtOwnerUnknown, demo.DirtStageUnknown, demo.DirtDateWrong, demo.DirtLong} {
		if len(e.Deals.Dirt[kind]) == 0 {
			t.Errorf("the file has no %s", kind)
		}
	}
	for _, must := range []string{"查无此户贸易有限公司", "Glacier 9000", "天知道", "2026-02-30", "待定", "多出来的", "isn't among the accounts"} {
		if !strings.Contains(rejects, must) {
			t.Errorf("the rejected rows lack %q", must)
		}
	}
	if strings.Contains(rejects, "LakePro") || strings.Contains(rejects, "Lake  Plus Pro") {
		t.Error("a mistyped product was rejected")
	}
	if strings.Contains(rejects, "已离职员工") || d.LeftEmpty == 0 {
		t.Errorf("who has left is no reason to reject a deal; %d left empty", d.LeftEmpty)
	}
	if d.Read != int64(e.Deals.Rows) || d.Rejected > 40 || d.Updated != 2 || d.Unchanged != 1 {
		t.Errorf("deals: %+v\n%s", d.Counts, rejects)
	}
	w.undoAll(d, a)
}

// undoAll takes imports back in order and expects an empty workspace.
func (w *world) undoAll(list ...intake.Import) {
	w.t.Helper()
	for _, i := range list {
		res, err := w.imports.Undo(ctx, boss, i.ID)
		if err != nil || len(res.Kept) > 0 {
			w.t.Errorf("undo of %s: %v, kept %d", i.File, err, len(res.Kept))
			continue
		}
		if n := w.count("", i.Entity); n != 0 {
			w.t.Errorf("%d %s are left", n, i.Entity)
		}
		if got, err := w.imports.Get(ctx, boss, i.ID); err != nil || got.State != intake.Undone {
			w.t.Errorf("%s is %s, %v", i.File, got.State, err)
		}
	}
}

// The same rows in other encodings and dialects come to the same records.
func TestDialectsComeToTheSame(t *testing.T) {
	e := demo.DirtyFiles(7)
	var want map[string]lake.Cells
	for _, v := range append([]demo.DirtyFile{e.Deals}, e.Variants...) {
		w := newWorld(t)
		for entity, f := range map[lake.EntityName]demo.DirtyFile{"accounts": e.Accounts, "products": e.Products} {
			w.bringDirty(entity, f)
		}
		w.bringDirty("users", e.Team)
		i := w.bringDirty("deals", v)
		got := map[string]lake.Cells{}
		for _, rec := range w.records("deals") {
			c := rec.Cells.Clone()
			delete(c, "account")
			delete(c, "product")
			delete(c, "owner")
			got[string(c["external_id"])] = c
		}
		if want == nil {
			want = got
			continue
		}
		if len(got) != len(want) {
			t.Errorf("%s (%s): %d deals, not %d; %+v", v.Name, v.Encoding, len(got), len(want), i.Counts)
		}
		for id, c := range want {
			if !c.Equal(got[id]) {
				t.Errorf("%s (%s): %s is %v, not %v", v.Name, v.Encoding, id, got[id], c)
				break
			}
		}
	}
}

func (w *world) bringDirty(entity lake.EntityName, f demo.DirtyFile) intake.Import {
	w.t.Helper()
	path := filepath.Join(w.files, f.Name)
	if err := os.WriteFile(path, f.Data, 0o600); err != nil {
		w.t.Fatal(err)
	}
	file := w.openFile(path)
	return w.run("", w.plan(entity, file), file)
}

func (w *world) records(entity lake.EntityName) (out []lake.Record) {
	w.t.Helper()
	r, err := w.lake.At(ctx, boss, "", 0)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := r.Scan(ctx, entity, func(rec lake.Record) error { out = append(out, rec); return nil }); err != nil {
		w.t.Fatal(err)
	}
	slices.SortFunc(out, func(a, b lake.Record) int { return strings.Compare(string(a.Key), string(b.Key)) })
	return out
}
