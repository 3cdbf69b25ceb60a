package deal_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/deal"
)

var way = deal.Way{"prospecting", "discover", "demonstrate", "poc", "negotiate", "won", "lost"}

func TestPassed(t *testing.T) {
	p := &pack.Playbook{Stages: []pack.Stage{{ID: "a", DealStage: "discover"}, {ID: "b", DealStage: "demonstrate"}, {ID: "c", DealStage: "negotiate"}, {ID: "d", DealStage: "won"}}}
	for _, c := range []struct {
		from, to string
		want     string
	}{
		{"prospecting", "discover", ""}, {"discover", "demonstrate", "a"}, {"discover", "negotiate", "ab"}, {"poc", "negotiate", ""}, {"prospecting", "won", "abc"},
		{"negotiate", "discover", ""}, {"discover", "lost", ""}, {"lost", "negotiate", ""}, {"won", "lost", ""}, {"discover", "discover", ""}, {"discover", "elsewhere", ""},
	} {
		got := ""
		for _, s := range way.Passed(p, c.from, c.to) {
			got += s.ID
		}
		if got != c.want {
			t.Errorf("%s → %s passes %q, want %q", c.from, c.to, got, c.want)
		}
	}
}

// No way of moving forward in steps asks for less than moving at once.
func TestStepsAskForAsMuchAsAJump(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p pack.Playbook
		for _, s := range way[:6] {
			if rapid.Bool().Draw(t, s) {
				p.Stages = append(p.Stages, pack.Stage{ID: s, DealStage: s})
			}
		}
		at := rapid.IntRange(0, 5).Draw(t, "from")
		end := rapid.IntRange(at, 5).Draw(t, "to")
		jump := len(way.Passed(&p, way[at], way[end]))
		steps := 0
		for at < end {
			next := rapid.IntRange(at+1, end).Draw(t, "next")
			steps += len(way.Passed(&p, way[at], way[next]))
			at = next
		}
		if steps != jump {
			t.Fatalf("steps ask for %d stages, the jump for %d", steps, jump)
		}
	})
}

func move(to string, at time.Time) deal.Row {
	fields := []lake.FieldName{"title", "status", "to_stage", "moved_at"}
	return deal.NewRow("moves", lake.Key(to), fields, []lake.Cell{"x", "done", lake.Cell(to), lake.TimeCell(at)})
}

func TestSpells(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	history := []deal.Change{{To: "prospecting", At: day(1)}, {To: "discover", At: day(5)}, {To: "demonstrate", At: day(12)}}
	for name, c := range map[string]struct {
		stage   string
		moves   []deal.Row
		history []deal.Change
		want    string
		days    float64 // of the last
	}{
		"history alone":             {"demonstrate", nil, history, "prospecting/history discover/history demonstrate/history ", 8},
		"moves go before it":        {"demonstrate", []deal.Row{move("discover", day(4)), move("demonstrate", day(10))}, history, "prospecting/history discover/move demonstrate/move ", 10},
		"a move without a record":   {"demonstrate", []deal.Row{move("discover", day(4))}, history, "prospecting/history discover/move demonstrate/history ", 8},
		"only the opening is known": {"discover", nil, nil, "discover/opened ", 18},
	} {
		got := ""
		spells := deal.Spells(c.stage, day(2), c.moves, c.history, day(20))
		for i, s := range spells {
			got += s.Stage + "/" + s.From + " "
			if i+1 < len(spells) && s.Until == nil || i+1 == len(spells) && s.Until != nil {
				t.Errorf("%s: until of %v", name, s)
			}
		}
		if got != c.want || spells[len(spells)-1].Days != c.days {
			t.Errorf("%s: %s%v days, want %s%v", name, got, spells[len(spells)-1].Days, c.want, c.days)
		}
	}
}
