package need

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"headwater/pack"
)

type devNote struct {
	ID, Pack, Lang, Text string
	Labels               []struct{ Code, Kind string }
}

func loadDev() (out []devNote) {
	f, _ := os.Open(os.Getenv("HEADWATER_NEEDS") + "/dev.jsonl")
	for s := bufio.NewScanner(f); s.Scan(); {
		var n devNote
		json.Unmarshal(s.Bytes(), &n)
		out = append(out, n)
	}
	return
}

func TestTune(t *testing.T) {
	if os.Getenv("TUNE") == "" {
		t.Skip()
	}
	packs, err := pack.Shipped(pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dev := loadDev()
	ms := map[string]*pack.Merged{}
	for _, product := range []string{"logical-data-lake", "enterprise-mail"} {
		var some []*pack.Pack
		for _, p := range packs {
			if p.Meta.ID == product || slices.Contains(p.Meta.Extends, product) {
				some = append(some, p)
			}
		}
		ms[product], _ = pack.Merge(some...)
	}
	run := func(name string) {
		var line []string
		miners := map[string]*Miner{}
		for p, m := range ms {
			miners[p], _ = New(m, nil)
		}
		found := make([][]Found, len(dev))
		for i, n := range dev {
			found[i] = miners[n.Pack].Mine(n.Text, Options{MinConfidence: 0.02})
		}
		best, bestAt := 0.0, ""
		for b := 0.05; b < 0.9; b += 0.05 {
			var tp, fp, fn, hid, hit float64
			for i, n := range dev {
				gold := map[string]string{}
				for _, l := range n.Labels {
					gold[l.Code] = l.Kind
				}
				for _, x := range found[i] {
					if x.Confidence < b {
						continue
					}
					if gold[x.Code] != "" {
						tp++
						if gold[x.Code] == "hidden" {
							hit++
						}
					} else {
						fp++
					}
				}
				fn += float64(len(gold))
				for _, k := range gold {
					if k == "hidden" {
						hid++
					}
				}
			}
			p, r := tp/max(1, tp+fp), tp/fn
			f := 2 * p * r / max(1e-9, p+r)
			if f > best {
				best, bestAt = f, fmt.Sprintf("%.2f: P %.3f R %.3f H %.3f", b, p, r, hit/hid)
			}
			line = append(line, fmt.Sprintf("%.2f", f))
		}
		fmt.Printf("%-28s best %.3f at %s  [%s]\n", name, best, bestAt, strings.Join(line, " "))
	}
	switch os.Getenv("TUNE") {
	case "1":
		run("base")
	case "share":
		for _, s := range [][kinds]float64{{1, 1, .8, .7}, {1, 0, 0, 0}, {1, 1, 0, 0}, {1, 1, .8, 0}, {.7, 1, .8, .7}, {1, 1, .5, .7}, {1, .7, .4, .4}, {1, 1, 1.2, .7}, {.6, 1, 1.2, .7}, {1, 1.4, .8, .7}} {
			share = s
			run(fmt.Sprint("share ", s))
		}
	}
}
