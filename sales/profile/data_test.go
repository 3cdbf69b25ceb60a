package profile_test

import (
	"os"
	"path/filepath"
	"testing"

	"headwater/intake"
	"headwater/lake"
	"headwater/sales"
	"headwater/sales/profile"
	"headwater/source/tabular"
)

func dataFolder(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("HEADWATER_DATA")
	if root == "" {
		t.Skip("skipped: no data folder; point HEADWATER_DATA to it")
	}
	return filepath.Join(root, name)
}

// bring imports a file as the product would.
func (w *world) bring(imports *intake.Imports, entity lake.EntityName, path string) {
	w.t.Helper()
	f, err := intake.OpenFile(path, "", tabular.Override{})
	must(w.t, err)
	plan, err := imports.Suggest(ctx, lake.System, "", entity, f)
	must(w.t, err)
	for i := range plan.Columns {
		c := &plan.Columns[i]
		if c.Field == "" && c.NewField != nil {
			c.Field = c.NewField.Name
		}
		c.Missing = intake.Empty
	}
	started, err := imports.Start(ctx, lake.System, "", plan, f)
	must(w.t, err)
	done, err := imports.Wait(ctx, lake.System, started.ID)
	must(w.t, err)
	w.t.Logf("%s: inserted %d, rejected %d", filepath.Base(path), done.Inserted, done.Rejected)
}

func (w *world) imports() *intake.Imports {
	s := intake.Synonyms{Fields: sales.Synonyms(), Options: sales.OptionSynonyms(), TitleFrom: map[lake.EntityName][]lake.FieldName{},
		Names: map[lake.EntityName]intake.NameParts{}, JoinName: sales.JoinName, Currency: "CNY"}
	for _, e := range sales.Entities() {
		s.TitleFrom[e.Name] = sales.TitleFrom(e.Name)
	}
	for e, p := range sales.NameParts() {
		s.Names[e] = intake.NameParts(p)
	}
	out, err := intake.New(ctx, intake.Config{Lake: w.lake, Dir: filepath.Join(w.dir, "intake"), Synonyms: s})
	must(w.t, err)
	w.t.Cleanup(out.Close)
	return out
}

func report(t *testing.T, b *profile.Backtest) {
	t.Helper()
	t.Logf("everyone %.3f (%.3f–%.3f) of %d; precision %.3f (%.3f–%.3f) of %d, recall %.3f, lift %.2f, AUC %.3f, difference %+.3f (%+.3f to %+.3f), first decile lift %.2f",
		b.Everyone.Rate, b.Everyone.Low, b.Everyone.High, b.Everyone.Of, b.Version.Precision.Rate, b.Version.Precision.Low, b.Version.Precision.High, b.Version.Precision.Of,
		b.Version.Recall.Rate, b.Version.Lift, b.Version.Area, b.VsEveryone.Value, b.VsEveryone.Low, b.VsEveryone.High, b.Version.Deciles[0].Lift)
	t.Log(b.Verdict.Code, b.Verdict.Words.EN, b.Verdict.Words.ZH)
	for _, l := range b.Leaks {
		t.Logf("leak %s used %v strong %v: %s", l.Field, l.Used, l.Strong, l.Words.EN)
	}
}

// The leads of an online school: the columns that are written during and after the sales
// talk are named, with or without being used.
func TestKnownLeaksAreNamed(t *testing.T) {
	dir := dataFolder(t, "xeducation_leads")
	w := newWorld(t)
	w.bring(w.imports(), "leads", filepath.Join(dir, "Leads.csv"))
	r := w.now()
	e, err := r.Schema().Entity("leads")
	must(t, err)
	name := map[string]lake.FieldName{}
	for _, f := range e.Fields {
		name[f.Label.EN] = f.Name
	}
	for _, f := range []string{"Tags", "Last Activity", "Last Notable Activity"} {
		if name[f] == "" {
			t.Fatalf("no field for %s among %v", f, name)
		}
	}
	leaky := definition("tags", 10, condition("tag", string(name["Tags"])+` = ("Will revert after reading the email" OR "Closed by Horizzon" OR "Lost to EINS")`, 10))
	b, err := profile.Run(ctx, profile.Input{Test: profile.Test{Unit: profile.Leads}, Version: leaky, Now: r, Env: env()})
	must(t, err)
	report(t, b)
	if b.Everyone.Of != 9240 || b.Everyone.Hits != 3561 {
		t.Errorf("everyone %+v", b.Everyone)
	}
	if b.Verdict.Code != "leaks" {
		t.Errorf("verdict %+v", b.Verdict)
	}
	found := map[lake.FieldName]profile.Leak{}
	for _, l := range b.Leaks {
		found[l.Field] = l
	}
	if l := found[name["Tags"]]; !l.Used || !l.Strong || l.Area < 0.9 {
		t.Errorf("tags: %+v", l)
	}
	for _, f := range []lake.FieldName{"rating", name["Last Activity"], name["Last Notable Activity"], name["Lead Profile"]} {
		if !found[f].Strong {
			t.Errorf("%s isn't named: %+v", f, found[f])
		}
	}
	for _, f := range []string{"Do Not Email", "Search", "A free copy of Mastering The Interview"} {
		if l, ok := found[name[f]]; ok && l.Strong {
			t.Errorf("%s is no leak: %+v", f, l)
		}
	}
	honest := definition("origin", 10, condition("source", "source = referral", 10))
	if b, err = profile.Run(ctx, profile.Input{Test: profile.Test{Unit: profile.Leads}, Version: honest, Now: r, Env: env()}); err != nil || b.Verdict.Code == "leaks" {
		t.Errorf("a source that is known beforehand: %+v %v", b.Verdict, err)
	}
	report(t, b)
}

// A pipeline whose outcomes don't depend on the accounts' size or sector: honest
// profiles are no better than the base rate.
func TestNothingToLearn(t *testing.T) {
	dir := dataFolder(t, "maven_crm")
	w := newWorld(t)
	i := w.imports()
	w.bring(i, "accounts", filepath.Join(dir, "accounts.csv"))
	w.bring(i, "products", filepath.Join(dir, "products.csv"))
	w.bring(i, "deals", filepath.Join(dir, "sales_pipeline.csv"))
	for _, text := range []string{"employees >= 1000", "industry = (retail_ecommerce OR technology)", "founded_year >= 1995"} {
		b, err := profile.Run(ctx, profile.Input{Test: profile.Test{Unit: profile.Deals, On: date("2017-01-31"), Months: 5}, Version: definition("v", 1, condition("c", text, 1)), Now: w.now(), Env: env()})
		must(t, err)
		t.Log(text)
		report(t, b)
		if b.Verdict.Code != "no_better" {
			t.Errorf("%s: %+v", text, b.Verdict)
		}
	}
}
