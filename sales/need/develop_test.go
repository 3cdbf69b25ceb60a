package need_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"headwater/pack"
	"headwater/sales/need"
)

func merged(t testing.TB, product string) *pack.Merged {
	t.Helper()
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	packs = slices.DeleteFunc(packs, func(p *pack.Pack) bool {
		return p.Meta.ID != product && !slices.Contains(p.Meta.Extends, product)
	})
	m, err := pack.Merge(packs...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestDev(t *testing.T) {
	f, err := os.Open(os.Getenv("HEADWATER_NEEDS") + "/dev.jsonl")
	if err != nil {
		t.Skip(err)
	}
	miners := map[string]*need.Miner{}
	for _, p := range []string{"logical-data-lake", "enterprise-mail"} {
		k := merged(t, p)
		began := time.Now()
		if miners[p], err = need.New(k, nil); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s trained in %s", p, time.Since(began))
	}
	type count struct{ tp, fp, fn, hid, hit int }
	sum := map[string]*count{"": {}}
	began := time.Now()
	for s := bufio.NewScanner(f); s.Scan(); {
		var n struct {
			ID, Pack, Lang, Text string
			Labels               []struct{ Code, Kind, Evidence string }
		}
		if err := json.Unmarshal(s.Bytes(), &n); err != nil {
			t.Fatal(err)
		}
		found := miners[n.Pack].Mine(n.Text, need.Options{MinConfidence: 0.05})
		got := map[string]need.Found{}
		for _, x := range found {
			got[x.Code] = x
		}
		limit := 0.35
		fmt.Sscan(os.Getenv("BAR"), &limit)
		verbose := os.Getenv("VERBOSE") != ""
		gold := map[string]string{}
		for _, l := range n.Labels {
			gold[l.Code] = l.Kind
			for _, k := range []string{"", l.Code, n.Pack, n.Lang} {
				if sum[k] == nil {
					sum[k] = &count{}
				}
				c := sum[k]
				ok := got[l.Code].Confidence >= limit
				if ok {
					c.tp++
				} else {
					c.fn++
				}
				if l.Kind == "hidden" {
					c.hid++
					if ok {
						c.hit++
					}
				}
			}
			if x := got[l.Code]; x.Confidence < limit && verbose {
				fmt.Printf("MISS %s %s %s %.2f | %s\n", n.ID, l.Code, l.Kind, x.Confidence, l.Evidence)
			}
		}
		for code, x := range got {
			if x.Confidence >= limit && gold[code] == "" {
				for _, k := range []string{"", code, n.Pack, n.Lang} {
					if sum[k] == nil {
						sum[k] = &count{}
					}
					sum[k].fp++
				}
				if verbose {
					fmt.Printf("FALSE %s %s %.2f | %s\n", n.ID, code, x.Confidence, x.Evidence)
				}
			}
		}
	}
	if os.Getenv("VERBOSE") != "" {
		return
	}
	var keys []string
	for k := range sum {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		c := sum[k]
		p, r := float64(c.tp)/float64(max(1, c.tp+c.fp)), float64(c.tp)/float64(max(1, c.tp+c.fn))
		fmt.Printf("%-18s tp %3d fp %3d fn %3d  P %.3f R %.3f F %.3f hidden %.3f\n", k, c.tp, c.fp, c.fn, p, r, 2*p*r/max(1e-9, p+r), float64(c.hit)/float64(max(1, c.hid)))
	}
	t.Log(time.Since(began))
}
