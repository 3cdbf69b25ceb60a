package profile_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"headwater/lake"
	"headwater/sales/profile"
)

// market has ten large and ten small accounts with a deal each, opened in January; six of
// the large ones and two of the small ones win after the first of February. Two more
// don't count: one is won before that day, one is opened after it.
func market(w *world) (large, small []lake.Key) {
	w.on("2026-01-20", func(tx *lake.Tx) error {
		for i := range 22 {
			key, employees := lake.NewKey(), 500
			if i >= 10 && i < 20 {
				employees = 20
			}
			if err := tx.Insert("accounts", key, lake.Cells{"name": lake.Cell(fmt.Sprintf("firm %02d", i)), "employees": lake.Cell(fmt.Sprint(employees)), "industry": "finance"}); err != nil {
				return err
			}
			if i < 10 {
				large = append(large, key)
			} else if i < 20 {
				small = append(small, key)
			}
			cells := lake.Cells{"name": "deal", "account": lake.Cell(key), "stage": "poc", "opened_on": "2026-01-10"}
			switch {
			case i < 6 || i == 10 || i == 11:
				cells["stage"], cells["closed_on"] = "won", "2026-03-15"
			case i == 20:
				cells["stage"], cells["closed_on"] = "won", "2026-01-25"
			case i == 21:
				cells["opened_on"], cells["stage"], cells["closed_on"] = "2026-02-15", "won", "2026-03-01"
			case i == 7:
				cells["stage"], cells["closed_on"] = "lost", "2026-03-15"
			case i == 8: // too late for a horizon of six months
				cells["stage"], cells["closed_on"] = "won", "2026-10-01"
			}
			if err := tx.Insert("deals", lake.NewKey(), cells); err != nil {
				return err
			}
		}
		return nil
	})
	return large, small
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 0.0005 {
		t.Errorf("%s is %.4f, not %.4f", what, got, want)
	}
}

// The figures of this case are worked out by hand.
func TestBacktestByHand(t *testing.T) {
	w := newWorld(t)
	market(w)
	last := definition("all", 5, condition("any", "employees > 0", 5))
	b, err := profile.Run(ctx, profile.Input{Test: profile.Test{Unit: profile.Deals, On: date("2026-02-01"), Months: 6},
		Version: definition("large", 10, condition("size", "employees >= 100", 10)), Last: &last, Now: w.now(), Env: env()})
	must(t, err)
	if b.Source != profile.Records || b.On != "2026-02-01" || b.Until != "2026-08-01" {
		t.Errorf("%s from %s to %s", b.Source, b.On, b.Until)
	}
	if b.Everyone.Of != 20 || b.Everyone.Hits != 8 {
		t.Fatalf("everyone: %+v", b.Everyone)
	}
	v := b.Version
	near(t, "base rate", b.Everyone.Rate, 0.4)
	near(t, "its low end", b.Everyone.Low, 0.2188)
	near(t, "its high end", b.Everyone.High, 0.6134)
	near(t, "precision", v.Precision.Rate, 0.6)
	near(t, "its low end", v.Precision.Low, 0.3127)
	near(t, "its high end", v.Precision.High, 0.8318)
	near(t, "recall", v.Recall.Rate, 0.75)
	near(t, "coverage", v.Coverage.Rate, 0.5)
	near(t, "lift", v.Lift, 1.5)
	near(t, "area", v.Area, 68.0/96)
	for i, d := range v.Deciles {
		rate, lift := 0.6, 1.5
		if i >= 5 {
			rate, lift = 0.2, 0.5
		}
		near(t, "count of a tenth", d.Count, 2)
		near(t, "rate of a tenth", d.Rate, rate)
		near(t, "lift of a tenth", d.Lift, lift)
	}
	near(t, "caught by half", v.Deciles[4].Caught, 0.75)
	near(t, "difference", b.VsEveryone.Value, 0.2)
	if b.VsEveryone.Low > b.VsEveryone.Value || b.VsEveryone.High < b.VsEveryone.Value || b.VsEveryone.Low > 0.1 {
		t.Errorf("interval %+v", b.VsEveryone)
	}
	near(t, "precision of the last", b.Last.Precision.Rate, 0.4)
	near(t, "difference to the last", b.VsLast.Value, 0.2)
	near(t, "recall against the last", b.Recall.Value, -0.25)
	if b.Verdict.Code != "too_few" || !strings.Contains(b.Verdict.Words.ZH, "样本太少") {
		t.Errorf("eight outcomes are too few: %+v", b.Verdict)
	}
}

// Accounts: who was known by a deal up to the day, and has won one after it.
func TestBacktestOfAccounts(t *testing.T) {
	w := newWorld(t)
	market(w)
	b, err := profile.Run(ctx, profile.Input{Test: profile.Test{Unit: profile.Accounts, On: date("2026-02-01"), Months: 6},
		Version: definition("large", 10, condition("size", "employees >= 100", 10)), Now: w.now(), Env: env()})
	must(t, err)
	if b.Everyone.Of != 21 || b.Everyone.Hits != 8 || b.Version.Precision.Of != 11 || b.Version.Precision.Hits != 6 {
		t.Errorf("everyone %+v, chosen %+v", b.Everyone, b.Version.Precision)
	}
}

// With history the conditions see the day, not what was written after the outcome; and
// the field that was written after it is named.
func TestBacktestTravelsBack(t *testing.T) {
	w := newWorld(t)
	large, _ := market(w)
	w.on("2026-05-01", func(tx *lake.Tx) error {
		for _, key := range large[:6] {
			if _, err := tx.Put("accounts", key, lake.Cells{"status": "customer", "employees": "2000"}); err != nil {
				return err
			}
		}
		return nil
	})
	leaky := definition("customers", 10, condition("status", "status = customer", 10))
	in := profile.Input{Test: profile.Test{Unit: profile.Accounts, On: date("2026-02-01"), Months: 6}, Version: leaky, Now: w.now(), Then: w.then("2026-02-01"), Env: env()}
	b, err := profile.Run(ctx, in)
	must(t, err)
	if b.Source != profile.History || b.Version.Precision.Of != 0 {
		t.Errorf("%s, chosen %+v", b.Source, b.Version.Precision)
	}
	i := slices.IndexFunc(b.Leaks, func(l profile.Leak) bool { return l.Field == "status" })
	if i < 0 || !slices.Contains(b.Leaks[i].Signs, "after") || b.Leaks[i].After.Hits != 6 || b.Leaks[i].After.Of != 9 || !b.Leaks[i].Used {
		t.Errorf("leaks %+v", b.Leaks)
	}
	in.Then = nil
	if b, err = profile.Run(ctx, in); err != nil || b.Source != profile.Records || b.Version.Precision.Of != 6 || len(b.Notes) == 0 {
		t.Errorf("without history %+v %v", b, err)
	}
}

// Many accounts of which the large ones really win more: the verdict says so.
func TestVerdicts(t *testing.T) {
	w := newWorld(t)
	w.on("2026-01-20", func(tx *lake.Tx) error {
		for i := range 600 {
			key := lake.NewKey()
			employees, city := "50", "北京"
			if i%2 == 0 {
				employees = "500"
			}
			if i%3 == 0 {
				city = "上海"
			}
			if err := tx.Insert("accounts", key, lake.Cells{"name": "firm", "employees": lake.Cell(employees), "city": lake.Cell(city)}); err != nil {
				return err
			}
			cells := lake.Cells{"name": "deal", "account": lake.Cell(key), "stage": "lost", "opened_on": "2026-01-10", "closed_on": "2026-03-15"}
			if i%2 == 0 && i%10 < 6 || i%2 == 1 && i%10 == 1 { // 60% and 20%
				cells["stage"] = "won"
			}
			if err := tx.Insert("deals", lake.NewKey(), cells); err != nil {
				return err
			}
		}
		return nil
	})
	for text, want := range map[string]string{"employees >= 100": "better", "employees < 100": "worse", "city = 上海": "no_better"} {
		b, err := profile.Run(ctx, profile.Input{Test: profile.Test{Unit: profile.Deals, On: date("2026-02-01")}, Version: definition("x", 1, condition("c", text, 1)), Now: w.now(), Env: env()})
		must(t, err)
		if b.Verdict.Code != want {
			t.Errorf("%s: %+v", text, b.Verdict)
		}
	}
}
