package demo

import (
	"slices"
	"strings"
	"testing"

	"headwater/lake"
)

func TestNeedsQuoteTheirNotes(t *testing.T) {
	s, _ := told(Seed)
	states, codes, deals := map[lake.Cell]int{}, map[lake.Cell]int{}, map[lake.Cell]int{}
	notes := map[lake.Cell]bool{}
	for _, n := range s["needs"] {
		note := s["activities"][lake.Key(n["activity"])]
		if n["evidence"] == "" || !strings.Contains(string(note["body"]), string(n["evidence"])) {
			t.Errorf("%s isn't in %s", n["evidence"], note["body"])
		}
		if note["deal"] != n["deal"] || s["deals"][lake.Key(n["deal"])]["account"] != n["account"] || n["owner"] == "" || n["title"] == "" {
			t.Errorf("%v", n)
		}
		if (n["status"] == "confirmed") != (n["confirmed_on"] != "") {
			t.Errorf("%v", n)
		}
		if main := n["supports"]; (n["status"] == "supporting") != (main != "") || main != "" && s["needs"][lake.Key(main)]["code"] != n["code"] {
			t.Errorf("%v", n)
		}
		states[n["status"]]++
		codes[n["code"]]++
		deals[n["deal"]]++
		notes[n["activity"]] = true
	}
	if len(notes) < 38 || len(codes) != 14 || states["confirmed"] < 20 || states["found"] < 8 || states["rejected"] < 3 || states["supporting"] < 1 {
		t.Errorf("%d notes, %d codes, states %v", len(notes), len(codes), states)
	}
	if most := slices.Max(slices.Collect(func(yield func(int) bool) {
		for _, n := range deals {
			if !yield(n) {
				return
			}
		}
	})); most < 4 {
		t.Errorf("no deal has more than %d needs", most)
	}
}
