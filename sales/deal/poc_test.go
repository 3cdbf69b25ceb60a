package deal_test

import (
	"testing"

	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/sales/deal"
)

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		better, threshold, result lake.Cell
		want                      string
	}{
		{"lower", "4", "4", "passed"}, {"lower", "4", "4.0001", "failed"}, {"higher", "99.9", "99.90", "passed"}, {"higher", "99.9", "99.8", "failed"},
		{"lower", "0", "0", "passed"}, {"lower", "", "1", "open"}, {"lower", "1", "", "open"}, {"", "1", "2", "failed"},
	} {
		if got := deal.CriterionVerdict(c.better, c.threshold, c.result); got != c.want {
			t.Errorf("%v: %s", c, got)
		}
	}
	for _, c := range []struct {
		verdicts []string
		mend     lake.Cell
		want     string
	}{
		{nil, "", "open"}, {[]string{"passed", "open"}, "", "open"}, {[]string{"passed"}, "", "passed"}, {[]string{"passed", "passed", "failed"}, "", "failed"},
		{[]string{"passed", "passed", "failed"}, "2026-01-01", "partly"}, {[]string{"passed", "failed"}, "2026-01-01", "failed"},
		{[]string{"passed", "passed", "passed", "passed", "failed", "failed", "failed"}, "2026-01-01", "failed"},
	} {
		if got := deal.POCVerdict(c.verdicts, c.mend); got != c.want {
			t.Errorf("%v %q: %s", c.verdicts, c.mend, got)
		}
	}
}

// A better result never makes a verdict worse.
func TestVerdictIsMonotone(t *testing.T) {
	rank := map[string]int{"failed": 0, "partly": 1, "passed": 2}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.SampledFrom([]string{"passed", "failed"}), 1, 9).Draw(t, "verdicts")
		mend := rapid.SampledFrom([]lake.Cell{"", "2026-01-01"}).Draw(t, "mend")
		before := deal.POCVerdict(list, mend)
		i := rapid.IntRange(0, len(list)-1).Draw(t, "mended")
		list[i] = "passed"
		if after := deal.POCVerdict(list, mend); rank[after] < rank[before] {
			t.Fatalf("%s became %s", before, after)
		}
	})
}

func TestIntervals(t *testing.T) {
	if w := deal.Wilson(0, 0); w.Low != 0 || w.High != 1 {
		t.Error(w)
	}
	if w := deal.Wilson(8, 10); w.Low < 0.489 || w.Low > 0.491 || w.High < 0.942 || w.High > 0.944 { // Wilson 1927, as in Brown, Cai and DasGupta 2001
		t.Error(w)
	}
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 500).Draw(t, "of")
		n := rapid.IntRange(0, of).Draw(t, "n")
		w, p := deal.Wilson(n, of), float64(n)/float64(of)
		if w.Low < 0 || w.High > 1 || w.Low > p+1e-9 || w.High < p-1e-9 {
			t.Fatal(w, p)
		}
	})
}
