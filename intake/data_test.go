package intake_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"headwater/intake"
	"headwater/lake"
)

// dataFolder is the folder of public test data that the repository doesn't hold.
func dataFolder(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("HEADWATER_DATA")
	if root == "" {
		t.Skip("skipped: no data folder; point HEADWATER_DATA to it")
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("skipped: the data folder has no %s", name)
	}
	return dir
}

// bring imports one real file with the suggested plan and prints the outcome.
func (w *world) bring(t *testing.T, entity lake.EntityName, path string) intake.Import {
	t.Helper()
	f := w.openFile(path)
	plan := w.plan(entity, f)
	for _, c := range plan.Columns {
		if testing.Verbose() {
			b, _ := json.Marshal(c)
			t.Logf("  %s", b)
		}
	}
	b, _ := json.Marshal(plan)
	var back intake.Plan
	if back, _ = intake.ParsePlan(b); back.Entity != entity {
		t.Errorf("the plan doesn't survive JSON: %s", b)
	}
	report, err := w.imports.Preview(ctx, boss, "", plan, f, 0)
	if err != nil {
		t.Fatal(err)
	}
	i := w.run("", back, f)
	t.Logf("%s → %s: match %q, read %d, inserted %d, updated %d, unchanged %d, rejected %d, created %v", filepath.Base(path), entity, plan.Match,
		i.Read, i.Inserted, i.Updated, i.Unchanged, i.Rejected, i.Created)
	if i.State != intake.Done {
		t.Errorf("state %s: %+v", i.State, i.Error)
	}
	if report.Counts.Read != i.Read || report.Inserted != i.Inserted || report.Updated != i.Updated || report.Rejected != i.Rejected {
		t.Errorf("the preview said %+v, the import came to %+v", report.Counts, i.Counts)
	}
	for _, p := range report.Problems {
		t.Logf("  problem %s %s (%s): %d, e.g. %+v", p.Code, p.Field, p.Column, p.Count, p.Examples[0])
	}
	return i
}

func TestMavenCRM(t *testing.T) {
	dir := dataFolder(t, "maven_crm")
	w := newWorld(t)
	w.wantCounts(w.bring(t, "accounts", filepath.Join(dir, "accounts.csv")), 85, 85, 0, 0, 0)
	w.wantCounts(w.bring(t, "products", filepath.Join(dir, "products.csv")), 7, 7, 0, 0, 0)
	w.wantCounts(w.bring(t, "users", filepath.Join(dir, "sales_teams.csv")), 36, 36, 0, 0, 0)
	w.wantCounts(w.bring(t, "deals", filepath.Join(dir, "sales_pipeline.csv")), 4623, 4623, 0, 0, 0)
}

func TestSampleSalesCRM(t *testing.T) {
	dir := dataFolder(t, "sample_sales_crm")
	w := newWorld(t)
	for _, f := range []struct {
		entity lake.EntityName
		file   string
	}{{"contacts", "Contacts.csv"}, {"leads", "Leads.csv"}, {"products", "Products.csv"}, {"deals", "Opportunity.csv"}, {"activities", "Activity.csv"}} {
		w.bring(t, f.entity, filepath.Join(dir, f.file))
	}
}

func TestXEducationLeads(t *testing.T) {
	dir := dataFolder(t, "xeducation_leads")
	w := newWorld(t)
	w.bring(t, "leads", filepath.Join(dir, "Leads.csv"))
}
