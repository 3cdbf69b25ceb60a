package demo

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"headwater/lake"
)

func amountOf(c lake.Cell) float64 {
	a, currency := lake.SplitMoney(c)
	x, _ := strconv.ParseFloat(a, 64)
	if currency == "USD" {
		x *= 7
	}
	return x
}

// The funnel must make sense, or nothing that is computed on the demo does.
func TestFunnelMakesSense(t *testing.T) {
	s, steps := told(1)
	type tally struct{ won, lost, open int }
	all, bySegment, byOwner, byStage := tally{}, map[lake.Cell]*tally{}, map[lake.Cell]*tally{}, map[lake.Cell]int{}
	cycles := map[lake.Cell][]float64{}
	reasons := map[lake.Cell]int{}
	value := 0.0
	for _, d := range s["deals"] {
		seg := s["accounts"][lake.Key(d["account"])]["segment"]
		if bySegment[seg] == nil {
			bySegment[seg] = &tally{}
		}
		if byOwner[d["owner"]] == nil {
			byOwner[d["owner"]] = &tally{}
		}
		byStage[d["stage"]]++
		if a := amountOf(d["amount"]); a < 10_000 || a > 9_000_000 {
			t.Errorf("amount %s", d["amount"])
		}
		for _, x := range []*tally{&all, bySegment[seg], byOwner[d["owner"]]} {
			switch d["stage"] {
			case "won":
				x.won++
			case "lost":
				x.lost++
			default:
				x.open++
			}
		}
		if d["stage"] == "lost" {
			reasons[d["lost_reason"]]++
		}
		if d["stage"] != "won" && d["stage"] != "lost" {
			if d["closed_on"] != "" {
				t.Errorf("an open deal is closed on %s", d["closed_on"])
			}
			continue
		}
		from, _ := time.Parse(time.DateOnly, string(d["opened_on"]))
		to, _ := time.Parse(time.DateOnly, string(d["closed_on"]))
		if to.Before(from) {
			t.Errorf("closed %s before it was opened %s", to, from)
		}
		if d["stage"] == "won" && d["kind"] == "new_business" {
			cycles[seg] = append(cycles[seg], to.Sub(from).Hours()/24)
		}
		if d["stage"] == "won" {
			value += amountOf(d["close_value"])
			if amountOf(d["close_value"]) > amountOf(d["amount"]) {
				t.Errorf("paid %s for %s", d["close_value"], d["amount"])
			}
		}
	}
	rate := func(x *tally) float64 { return float64(x.won) / float64(max(x.won+x.lost, 1)) }
	t.Logf("stages %v, win rate %.2f, won %.1f million, lost for %v", byStage, rate(&all), value/1e6, reasons)
	if r := rate(&all); r < 0.25 || r > 0.45 {
		t.Errorf("win rate %.2f", r)
	}
	if all.open < 80 || all.open > 260 {
		t.Errorf("%d open deals", all.open)
	}
	best, worst := 0.0, 1.0
	for _, x := range byOwner {
		best, worst = max(best, rate(x)), min(worst, rate(x))
	}
	if len(byOwner) != 8 || best-worst < 0.15 {
		t.Errorf("%d sellers, win rates from %.2f to %.2f", len(byOwner), worst, best)
	}
	median := map[lake.Cell]float64{}
	for seg, list := range cycles {
		slices.Sort(list)
		median[seg] = list[len(list)/2]
		t.Logf("%s: %d won, median %.0f days, win rate %.2f", seg, len(list), median[seg], rate(bySegment[seg]))
	}
	if !(median["growth"] < median["medium"] && median["medium"] < median["large"]) {
		t.Errorf("cycles by segment: %v", median)
	}
	stages := 0
	for _, x := range steps {
		if _, moved := x.Cells["stage"]; moved && x.Entity == "deals" {
			stages++
		}
	}
	if stages < 3*len(s["deals"]) {
		t.Errorf("only %d stages in the history", stages)
	}
}

func TestLinksAreThere(t *testing.T) {
	s, _ := told(1)
	subsidiaries, converted, tasks, english, foreign := 0, 0, 0, 0, 0
	for _, a := range s["accounts"] {
		if a["parent"] != "" {
			subsidiaries++
		}
		if a["country"] != "中国" {
			foreign++
		}
		if !strings.HasSuffix(string(a["domain"]), ".example") {
			t.Errorf("domain %s could be somebody's", a["domain"])
		}
	}
	for _, l := range s["leads"] {
		if l["status"] == "converted" {
			converted++
			if l["converted_deal"] == "" {
				t.Error("converted to nothing")
			}
		}
	}
	for _, a := range s["activities"] {
		if a["done"] == "false" {
			tasks++
		}
		if strings.IndexFunc(string(a["body"]), func(r rune) bool { return r > 0x2000 && r < 0xff00 }) < 0 {
			english++
		}
	}
	t.Logf("%d subsidiaries, %d foreign, %d converted leads, %d open tasks, %d English notes", subsidiaries, foreign, converted, tasks, english)
	if subsidiaries < 300 || foreign != 100 || converted < 60 || tasks < 60 || english < 200 {
		t.Error("too few of something")
	}
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		for range Generate(1, today, keys()) {
		}
	}
}
