package demo

import (
	"testing"

	"headwater/lake"
)

func TestOpenDealsAreLed(t *testing.T) {
	s, _ := told(1)
	last := map[lake.Cell]lake.Cells{}
	for _, m := range s["moves"] {
		if now := last[m["deal"]]; now == nil || m["moved_at"] > now["moved_at"] {
			last[m["deal"]] = m
		}
	}
	for key, m := range last {
		if d := s["deals"][lake.Key(key)]; d["stage"] != m["to_stage"] {
			t.Errorf("deal %s stands in %s, its last move went to %s", key, d["stage"], m["to_stage"])
		}
	}
	led := map[lake.EntityName]map[lake.Cell]bool{}
	for _, e := range []lake.EntityName{"committee", "answers", "objections_met", "pocs", "poc_criteria", "letters"} {
		led[e] = map[lake.Cell]bool{}
		for _, r := range s[e] {
			led[e][r["deal"]] = true
			if d := s["deals"][lake.Key(r["deal"])]; d == nil || d["account"] != r["account"] || d["owner"] != r["owner"] {
				t.Fatalf("%s %v doesn't fit its deal", e, r)
			}
		}
	}
	for e, least := range map[lake.EntityName]int{"committee": 12, "answers": 12, "objections_met": 20, "pocs": 3, "letters": 4} {
		if len(led[e]) < least {
			t.Errorf("%s in %d deals, want at least %d", e, len(led[e]), least)
		}
	}
	for _, c := range s["poc_criteria"] {
		if c["result"] != "" && c["agreed_on"] == "" {
			t.Errorf("a result before the agreement: %v", c)
		}
	}
}
