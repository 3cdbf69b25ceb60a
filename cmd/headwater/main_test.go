package main

import "testing"

func TestUnknownWordsAreMistakes(t *testing.T) {
	for _, args := range [][]string{{"nope"}, {"branch", "nope"}, {"source", "nope"}, {"entity", "nope"}, {"pack", "nope"}, {"profile", "nope"}, {"quote", "nope"}, {"document", "nope"}, {"mine"}, {"query"}, {"--nope"}, {"branch", "list", "--nope"}} {
		if code := run(t.Context(), args); code != exitUsage {
			t.Errorf("%v ends with %d", args, code)
		}
	}
	if code := run(t.Context(), []string{"branch"}); code != exitDone {
		t.Errorf("a group by itself ends with %d instead of its help", code)
	}
}
