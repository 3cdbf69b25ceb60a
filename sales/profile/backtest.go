package profile

import (
	"context"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
)

// Test says what a back-test asks.
type Test struct {
	Unit    Unit
	On      time.Time // whom would one have chosen on this day; zero (leads only): of all there are
	Months  int       // how long the outcome may take; 0: until now
	Outcome string    // of leads: filter text; "": converted
}

// Input is what a back-test works on.
type Input struct {
	Test
	Version Definition
	Last    *Definition  // compared with; nil: only with everyone
	Now     *lake.Reader // what became of it
	Then    *lake.Reader // the lake on the day; nil: its history doesn't reach back
	Env     filter.Env
}

// Source says where the features of a back-test come from.
type Source string

// The sources.
const (
	History Source = "history" // the lake's revision of the day
	Records Source = "records" // today's values of records that are dated before the day
)

// Backtest is what a version would have chosen, and what became of it.
type Backtest struct {
	Unit       Unit        `json:"unit"`
	On         string      `json:"on,omitempty" doc:"The day; absent: all records, whenever they came."`
	Until      string      `json:"until,omitempty" doc:"Outcomes up to here count."`
	Source     Source      `json:"source" enum:"history,records" doc:"history: values as of the day; records: values as of today of records dated before it."`
	Everyone   Rate        `json:"everyone" doc:"The base rate: choosing all."`
	Version    Result      `json:"version"`
	Last       *Result     `json:"last,omitempty"`
	VsEveryone Interval    `json:"vs_everyone" doc:"Precision of the version minus the base rate."`
	VsLast     *Interval   `json:"vs_last,omitempty" doc:"Precision of the version minus that of the last one."`
	Recall     *Interval   `json:"recall_vs_last,omitempty" doc:"Recall of the version minus that of the last one."`
	Verdict    Verdict     `json:"verdict"`
	Leaks      []Leak      `json:"leaks" doc:"Fields that seem to know the outcome, those that the version uses first."`
	Notes      []pack.Text `json:"notes" doc:"What limits the test."`
}

// Result is how one version did.
type Result struct {
	ID        string    `json:"id"`
	Version   string    `json:"version,omitempty"`
	Name      pack.Text `json:"name"`
	Precision Rate      `json:"precision" doc:"Of the chosen, those with the outcome."`
	Recall    Rate      `json:"recall" doc:"Of those with the outcome, the chosen."`
	Coverage  Rate      `json:"coverage" doc:"Of all, the chosen."`
	Lift      float64   `json:"lift" doc:"Precision over the base rate."`
	Area      float64   `json:"auc" doc:"How well the points order: 0.5 is chance, 1 is perfect."`
	Deciles   []Decile  `json:"deciles"`
	Skipped   []Skipped `json:"skipped,omitempty"`
}

// Verdict is the result in words.
type Verdict struct {
	Code  string      `json:"code" enum:"better,no_better,worse,too_few,leaks"`
	Words pack.Text   `json:"words"`
	More  []pack.Text `json:"more,omitempty" doc:"Against the last version, and about leaks."`
}

// Run makes a back-test.
func Run(ctx context.Context, in Input) (*Backtest, error) {
	t, err := prepare(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := t.outcomes(ctx); err != nil {
		return nil, err
	}
	if err := t.score(ctx); err != nil {
		return nil, err
	}
	out := &Backtest{Unit: in.Unit, Source: t.source, Notes: t.notes, Leaks: []Leak{}}
	if !in.On.IsZero() {
		out.On, out.Until = day(in.On), day(t.until)
	}
	t.figures(out)
	if out.Leaks, err = t.leaks(ctx); err != nil {
		return nil, err
	}
	out.Verdict = t.verdict(out)
	return out, nil
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// testing is a back-test on its way.
type testing struct {
	Input
	until    time.Time
	closed   lake.FieldName // the day on which a deal was decided
	source   Source
	features *lake.Reader
	version  *Scorer
	last     *Scorer
	known    population
	hits     map[lake.Key]bool
	keys     []lake.Key // of the population
	cells    []cell     // kinds of records: conditions of both versions, and the outcome
	notes    []pack.Text
}

func prepare(ctx context.Context, in Input) (*testing, error) {
	if in.On.IsZero() && in.Unit != Leads {
		return nil, lake.Fail(lake.ErrInvalid, "backtest_date_missing", "Name the day on which the choice would have been made.")
	}
	if in.On.After(in.Env.Now) {
		return nil, lake.Fail(lake.ErrInvalid, "backtest_date_ahead", "A back-test looks back: the day must lie in the past.", "value", day(in.On))
	}
	t := &testing{Input: in, until: in.Env.Now, source: Records, features: in.Now, notes: []pack.Text{}}
	if in.Months > 0 && !in.On.IsZero() {
		if end := in.On.AddDate(0, in.Months, 0); end.Before(t.until) {
			t.until = end
		} else {
			t.note("观察期还没走完，只看到今天为止。", "The time for an outcome isn't over; it is counted up to today.")
		}
	}
	var err error
	if t.closed, err = closing(ctx, in.Now); err != nil {
		return nil, err
	}
	if t.closed != "closed_on" && in.Unit != Leads {
		t.note("成交日期为空，用预计成交日期代替。", "Deals have no closing date; the expected one stands in.")
	}
	if err := t.choose(ctx); err != nil {
		return nil, err
	}
	env := in.Env
	if !in.On.IsZero() {
		env.Now = in.On // what a condition calls today is the day of the choice
	}
	if t.version, err = Compile(in.Version, in.Unit, t.features.Schema(), env); err != nil {
		return nil, err
	}
	if in.Last != nil {
		if t.last, err = Compile(*in.Last, in.Unit, t.features.Schema(), env); err != nil {
			return nil, err
		}
	}
	if t.source == Records {
		t.date()
	}
	return t, nil
}

func (t *testing) note(zh, en string) { t.notes = append(t.notes, pack.Text{ZH: zh, EN: en}) }

// choose decides where features come from: the lake's own history when it knew then
// nine in ten of the records that are dated before the day.
func (t *testing) choose(ctx context.Context) error {
	t.known = byRecords(t.Unit, t.On, t.closed, t.Now.Schema())
	if t.On.IsZero() {
		t.note("这些线索没有日期可依，无法区分“之前”与“之后”：下面的泄漏警告要先看。", "Nothing is dated here, so before and after can't be told apart: look at the leak warnings first.")
		return nil
	}
	if t.Then != nil {
		then := byHistory(t.Unit, t.On, t.closed)
		if _, err := t.Then.Schema().Entity(t.Unit); err == nil {
			now, err := t.known.size(ctx, t.Now)
			if err != nil {
				return err
			}
			had, err := then.size(ctx, t.Then)
			if err != nil {
				return err
			}
			if had > 0 && had*10 >= now*9 {
				t.source, t.features, t.known = History, t.Then, then
				return nil
			}
		}
	}
	t.note("当天的历史版本不在湖里：条件按今天的字段值判断，只取日期在当天之前的记录。事后才填的字段会让结果虚高。",
		"The lake's history doesn't reach back to that day: conditions are tested on today's values of records dated before it. Fields filled later flatter the result.")
	return nil
}

// score counts the records of the population by the conditions that hold and outcome.
func (t *testing) score(ctx context.Context) error {
	m := t.version.Marking(t.known.where)
	if t.last != nil {
		m.Marks = append(m.Marks, t.last.Marks()...)
	}
	conditions := len(m.Marks)
	m.Marks = append(m.Marks, t.known.marks...)
	m.Rows = true
	counts := map[cell]int64{}
	err := t.features.Mark(ctx, m, func(x lake.Marked) error {
		if len(t.known.marks) > 0 && x.Set>>conditions == 0 {
			return nil // nothing says that it was known then
		}
		counts[cell{set: x.Set & (1<<conditions - 1), hit: t.hits[x.Key]}]++
		t.keys = append(t.keys, x.Key)
		return nil
	})
	for c, n := range counts {
		c.n = n
		t.cells = append(t.cells, c)
	}
	sortCells(t.cells)
	return err
}

// figures fills in rates, intervals and deciles.
func (t *testing) figures(out *Backtest) {
	var all, hits int64
	for _, c := range t.cells {
		all += c.n
		if c.hit {
			hits += c.n
		}
	}
	out.Everyone = Wilson(hits, all)
	first := t.scoredBy(t.version, 0)
	out.Version = t.result(t.version, first, hits, all)
	out.VsEveryone = bootstrap(t.cells, func(cells []cell) float64 { return precision(cells, first) - precision(cells, nil) })
	if t.last == nil {
		return
	}
	second := t.scoredBy(t.last, len(t.version.asked))
	r := t.result(t.last, second, hits, all)
	out.Last = &r
	p := bootstrap(t.cells, func(cells []cell) float64 { return precision(cells, first) - precision(cells, second) })
	q := bootstrap(t.cells, func(cells []cell) float64 { return recall(cells, first) - recall(cells, second) })
	out.VsLast, out.Recall = &p, &q
}

// scoredBy gives the score of each kind of record by a version whose conditions begin
// at a bit.
func (t *testing) scoredBy(s *Scorer, from int) []Score {
	out := make([]Score, len(t.cells))
	for i, c := range t.cells {
		out[i] = s.Score(c.set >> from & (1<<len(s.asked) - 1))
	}
	return out
}

// precision of the chosen; without scores everyone is chosen. Of none it is the base rate.
func precision(cells []cell, scores []Score) float64 {
	var n, hits, all, allHits float64
	for i, c := range cells {
		all += c.draw
		if c.hit {
			allHits += c.draw
		}
		if scores != nil && !scores[i].Chosen {
			continue
		}
		n += c.draw
		if c.hit {
			hits += c.draw
		}
	}
	switch {
	case n > 0:
		return hits / n
	case all > 0:
		return allHits / all
	}
	return 0
}

func recall(cells []cell, scores []Score) float64 {
	var caught, hits float64
	for i, c := range cells {
		if c.hit {
			hits += c.draw
			if scores[i].Chosen {
				caught += c.draw
			}
		}
	}
	if hits == 0 {
		return 0
	}
	return caught / hits
}

func (t *testing) result(s *Scorer, scores []Score, hits, all int64) Result {
	out := Result{ID: s.ID, Version: s.Version, Name: s.Name, Skipped: s.Skipped}
	var chosen, caught int64
	groups := map[float64]*ranked{}
	for i, c := range t.cells {
		if scores[i].Chosen {
			chosen += c.n
			if c.hit {
				caught += c.n
			}
		}
		p := float64(scores[i].Points)
		if len(scores[i].Failed) > 0 {
			p = failed
		}
		if groups[p] == nil {
			groups[p] = &ranked{score: p}
		}
		if c.hit {
			groups[p].hits += float64(c.n)
		} else {
			groups[p].others += float64(c.n)
		}
	}
	out.Precision, out.Recall, out.Coverage = Wilson(caught, chosen), Wilson(caught, hits), Wilson(chosen, all)
	if chosen > 0 && hits > 0 {
		out.Lift = out.Precision.Rate / (float64(hits) / float64(all))
	}
	var list []ranked
	for _, g := range groups {
		list = append(list, *g)
	}
	out.Area, out.Deciles = area(list), deciles(list)
	return out
}

// failed is the score of those that miss a must: below all others.
const failed = -1e18
