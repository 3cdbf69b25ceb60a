package pack_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"headwater/pack"
)

// industryPacks are the shipped packs that extend products.
func industryPacks(t *testing.T) (industries, products []*pack.Pack) {
	t.Helper()
	packs, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Keys(packs)) {
		if p := packs[id]; len(p.Meta.Extends) > 0 {
			industries = append(industries, p)
		} else {
			products = append(products, p)
		}
	}
	return industries, products
}

func TestIndustriesAreTheTwelve(t *testing.T) {
	industries, _ := industryPacks(t)
	var ids []string
	for _, p := range industries {
		if len(p.Industries) != 1 {
			t.Fatalf("%s has %d industries", p.Meta.ID, len(p.Industries))
		}
		ids = append(ids, p.Industries[0].ID)
	}
	slices.Sort(ids)
	want := []string{"education", "energy", "finance", "foreign_trade", "gaming_internet", "government", "healthcare", "logistics", "manufacturing", "professional_services", "retail_ecommerce", "software"}
	if !slices.Equal(ids, want) {
		t.Errorf("industries %v", ids)
	}
}

// A workspace sells one product to all industries.
func TestIndustriesMergeWithEachProductTheyExtend(t *testing.T) {
	industries, products := industryPacks(t)
	for _, product := range products {
		together := []*pack.Pack{product}
		for _, p := range industries {
			if slices.Contains(p.Meta.Extends, product.Meta.ID) {
				together = append(together, p)
			}
		}
		m, err := pack.Merge(together...)
		if err != nil {
			t.Fatalf("%s: %v", product.Meta.ID, err)
		}
		if len(together) > 1 && len(m.Industries) != len(together)-1 {
			t.Errorf("%s: %d industries of %d packs", product.Meta.ID, len(m.Industries), len(together)-1)
		}
	}
}

// What an industry pack must hold to be of use: enough to prepare a talk, to train on, and
// a way from each process over need and capability to a metric.
func TestIndustriesAreDeepEnough(t *testing.T) {
	industries, products := industryPacks(t)
	needs := map[string]pack.Need{}
	for _, p := range products {
		for _, n := range p.Needs {
			needs[n.ID] = n
		}
	}
	for _, p := range industries {
		i := p.Industries[0]
		signals, sentences, none := 0, 0, 0
		shown, moved := map[string]bool{}, map[string]bool{}
		for _, e := range p.Examples {
			if e.Industry != i.ID {
				t.Errorf("%s: %s belongs to %q", p.Meta.ID, e.ID, e.Industry)
			}
			sentences += len(e.ZH) + len(e.EN)
			if e.Kind == "none" {
				none += len(e.ZH) + len(e.EN)
				continue
			}
			for _, n := range e.Needs {
				shown[n] = true
			}
		}
		for _, x := range p.Processes {
			signals += len(x.Signals)
			if x.Industry != i.ID {
				t.Errorf("%s: %s belongs to %q", p.Meta.ID, x.ID, x.Industry)
			}
			for _, s := range x.Signals {
				for _, m := range s.Metrics {
					moved[m] = true
				}
				for _, n := range s.Needs {
					switch {
					case len(needs[n].Capabilities) == 0 || len(s.Metrics)+len(needs[n].Metrics) == 0:
						t.Errorf("%s: %s leads from %s nowhere", p.Meta.ID, s.ID, n)
					case !shown[n]:
						t.Errorf("%s: no sentence for %s, which %s shows", p.Meta.ID, n, s.ID)
					}
				}
			}
		}
		for _, m := range p.Metrics {
			if !moved[m.ID] {
				t.Errorf("%s: no signal leads to the metric %s", p.Meta.ID, m.ID)
			}
		}
		for what, enough := range map[string]bool{
			"processes": len(p.Processes) >= 8, "signals": signals >= 10, "sentences": sentences >= 60, "negative sentences": none >= 10,
			"systems": len(i.Systems) >= 6, "regulations": len(i.Regulations) >= 4, "pains": len(p.Pains) >= 3, "metrics": len(p.Metrics) >= 4,
		} {
			if !enough {
				t.Errorf("%s: too few %s", p.Meta.ID, what)
			}
		}
		t.Logf("%s: %d processes, %d signals, %d sentences (%d negative)", p.Meta.ID, len(p.Processes), signals, sentences, none)
	}
}

// A sentence that stands in two packs would be both training and test of itself.
func TestSentencesOfIndustriesAreTheirOwn(t *testing.T) {
	industries, products := industryPacks(t)
	seen := map[string]string{}
	for _, p := range slices.Concat(products, industries) {
		for _, e := range p.Examples {
			for _, s := range slices.Concat(e.ZH, e.EN) {
				if other := seen[s]; other != "" && other != p.Meta.ID {
					t.Errorf("%q stands in %s and %s", s, other, p.Meta.ID)
				}
				seen[s] = p.Meta.ID
			}
		}
	}
}

// Nobody counted these figures, so they must say that they are assumptions and be ranges.
func TestFiguresOfIndustriesAreLabelledAsAssumptions(t *testing.T) {
	industries, _ := industryPacks(t)
	for _, p := range industries {
		for _, b := range p.Benchmarks {
			if !strings.Contains(b.Name.ZH, "假设") || !strings.Contains(b.Name.EN, "assumption") || !strings.HasSuffix(b.Source, "-assumptions") {
				t.Errorf("%s: %s doesn't say that it is an assumption", p.Meta.ID, b.ID)
			}
			if b.Low == nil || b.Likely == nil || b.High == nil || *b.Low >= *b.High {
				t.Errorf("%s: %s isn't a range", p.Meta.ID, b.ID)
			}
		}
		for _, m := range p.Metrics {
			if len(m.Benchmarks) == 0 {
				t.Errorf("%s: %s has no range", p.Meta.ID, m.ID)
			}
		}
	}
}
