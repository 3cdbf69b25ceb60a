package profile_test

import (
	"fmt"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/profile"
)

func text(s string) pack.Text { return pack.Text{ZH: s, EN: s} }

// history has forty decided deals in finance, of which 30 are won, forty in retail, of
// which 10 are won at more effort, and four in energy.
func history(w *world) map[string]lake.Key {
	keys := map[string]lake.Key{}
	w.on("2026-10-01", func(tx *lake.Tx) error {
		for industry, n := range map[string]int{"finance": 40, "retail_ecommerce": 40, "energy": 4} {
			for i := range n {
				key := lake.NewKey()
				won := map[string]int{"finance": 30, "retail_ecommerce": 10, "energy": 2}[industry]
				status := "prospect"
				if i < won {
					status = "customer"
				}
				keys[fmt.Sprintf("%s %d", industry, i)] = key
				err := tx.Insert("accounts", key, lake.Cells{"name": lake.Cell(fmt.Sprintf("%s %d", industry, i)), "industry": lake.Cell(industry), "region": "华东", "status": lake.Cell(status), "employees": "300"})
				if err != nil {
					return err
				}
				cells := lake.Cells{"name": "deal", "account": lake.Cell(key), "stage": "lost", "kind": "new_business", "opened_on": "2026-03-01", "closed_on": "2026-05-30", "competitor": "甲、乙"}
				if i < won {
					cells["stage"], cells["close_value"] = "won", "100000 CNY"
				}
				if err := tx.Insert("deals", lake.NewKey(), cells); err != nil {
					return err
				}
				kind := map[bool]lake.Cell{true: "call", false: "visit"}[industry == "finance"]
				if err := tx.Insert("activities", lake.NewKey(), lake.Cells{"subject": "talk", "account": lake.Cell(key), "kind": kind, "happened_at": "2026-04-01T02:00:00Z"}); err != nil {
					return err
				}
			}
		}
		for i := range 3 { // three renewals, of which one is lost
			stage := lake.Cell("won")
			if i == 2 {
				stage = "lost"
			}
			if err := tx.Insert("deals", lake.NewKey(), lake.Cells{"name": "renewal", "account": lake.Cell(keys["finance 0"]), "stage": stage, "kind": "renewal", "opened_on": "2026-06-01", "closed_on": "2026-07-01", "close_value": "50000 CNY"}); err != nil {
				return err
			}
		}
		return nil
	})
	return keys
}

var rules = pack.Review{ID: "focus", Name: text("focus"), Verdicts: []pack.ReviewRule{
	{ID: "few", Verdict: "watch", If: "deals < 20", Why: text("few"), Do: text("wait")},
	{ID: "grow", Verdict: "grow", If: "win_rate_low > all_win_rate and effort_per_won < all_effort_per_won", Why: text("better"), Do: text("more")},
	{ID: "drop", Verdict: "drop", If: "win_rate_high < all_win_rate", Why: text("worse"), Do: text("less")},
	{ID: "keep", Verdict: "keep", If: "true", Why: text("same"), Do: text("on")},
}}

func TestReviewSaysWhatToDoAndWhy(t *testing.T) {
	w := newWorld(t)
	history(w)
	v, err := profile.Review(ctx, profile.ReviewInput{Reader: w.now(), Rules: rules, By: profile.ByIndustry, Months: 24, Now: today})
	must(t, err)
	want := map[string]string{"finance": "grow", "retail_ecommerce": "drop", "energy": "watch"}
	for _, g := range v.Groups {
		if g.Verdict == nil || g.Verdict.Verdict != want[g.Key] {
			t.Errorf("%s: %+v", g.Key, g.Verdict)
		}
		delete(want, g.Key)
		if g.Key != "finance" {
			continue
		}
		near(t, "win rate", g.WinRate.Rate, 0.75)
		near(t, "cycle", g.Cycle.Value, 90)
		near(t, "size", g.Size.Value, 100000)
		near(t, "effort for a win", *g.Measures["effort_per_won"], 40*0.5/30)
		near(t, "competitors", *g.Measures["competitors_per_deal"], 2)
		if g.Renewal.Hits != 2 || g.Renewal.Of != 3 || *g.Measures["reference_customers"] != 30 || g.Measures["discount"] != nil {
			t.Errorf("finance: %+v", g)
		}
		if !strings.Contains(g.Verdict.Figures, "win_rate_low = 0.59") {
			t.Errorf("figures %q", g.Verdict.Figures)
		}
	}
	if len(want) > 0 || v.All.WinRate.Of != 84 {
		t.Errorf("missing %v of %+v", want, v.All)
	}
}

func TestLookAlikesTellWhy(t *testing.T) {
	w := newWorld(t)
	keys := history(w)
	w.on("2026-10-02", func(tx *lake.Tx) error {
		for _, name := range []string{"finance 0", "finance 1", "finance 35"} {
			if err := tx.Insert("systems", lake.NewKey(), lake.Cells{"name": "lake", "kind": "lake", "account": lake.Cell(keys[name])}); err != nil {
				return err
			}
		}
		return nil
	})
	a, err := profile.LookAlikes(ctx, w.now(), env(), []lake.Key{keys["finance 0"], keys["finance 1"]}, 5)
	must(t, err)
	if len(a.Accounts) == 0 || a.Accounts[0].ID != keys["finance 35"] {
		t.Fatalf("the best is %+v", a.Accounts)
	}
	reasons := ""
	for _, x := range a.Accounts[0].Answers {
		if x.Holds {
			reasons += x.Why.EN + "\n"
		}
	}
	if !strings.Contains(reasons, "Industry: Finance: 2 of the 2 chosen") || !strings.Contains(reasons, "Current system, Kind: Data lake") {
		t.Errorf("reasons %s", reasons)
	}
	for _, x := range a.Accounts {
		if strings.HasPrefix(x.Title, "energy") {
			t.Errorf("%s is alike before all of finance", x.Title)
		}
	}
	b, err := profile.Benchmarks(ctx, w.now(), "", "", 2)
	must(t, err)
	if len(b) != 6 || b[0].Industry != "retail_ecommerce" || b[0].Near != 30 {
		t.Errorf("benchmarks %+v", b)
	}
	for _, x := range b {
		if x.Industry == "finance" && x.Name == "finance 0" && (x.Renewed != 2 || x.Value != "200000 CNY") {
			t.Errorf("%+v", x)
		}
	}
	waves, err := profile.Progress(ctx, w.now(), pack.Route{Waves: []pack.Wave{{ID: "a", Industries: []string{"finance"}}}})
	must(t, err)
	if x := waves[0]; x.Accounts != 40 || x.Customers != 30 || x.References != 1 || x.WinRate.Of != 43 {
		t.Errorf("wave %+v", x)
	}
}

func TestScoresExplainThemselves(t *testing.T) {
	w := newWorld(t)
	keys := history(w)
	must2 := condition("must", "status = prospect", 5)
	must2.Must = true
	contacts := condition("deal", "stage = lost", 20)
	contacts.Of = "deals"
	d := definition("v", 30, condition("industry", "industry = finance", 30), must2, contacts, condition("broken", "colour = red", 10))
	s, err := profile.Compile(d, profile.Accounts, w.now().Schema(), env())
	must(t, err)
	if len(s.Skipped) != 1 || s.Skipped[0].Condition != "broken" {
		t.Errorf("skipped %+v", s.Skipped)
	}
	c, err := s.Count(ctx, w.now(), nil)
	must(t, err)
	if c.Total != 84 || c.Chosen != 10 || c.Conditions[0].Holds != 40 || c.Conditions[1].Decides != 10 || c.Points[0].Points != 55 || c.Points[0].Count != 10 {
		t.Errorf("counts %+v", c)
	}
	top, err := s.Top(ctx, w.now(), nil, 3)
	must(t, err)
	if len(top) != 3 || top[0].Points != 55 || !top[0].Chosen || !strings.HasPrefix(top[0].Title, "finance") {
		t.Errorf("top %+v", top)
	}
	one, err := s.Of(ctx, w.now(), keys["finance 0"])
	must(t, err)
	if len(one) != 1 || one[0].Chosen || len(one[0].Failed) != 1 || !one[0].Answers[0].Holds || one[0].Answers[3].Skipped == "" {
		t.Errorf("of one %+v", one)
	}
}
