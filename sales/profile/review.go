package profile

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"

	"headwater/lake"
	"headwater/pack"
)

// By is what a focus review divides customers by.
type By string

// The divisions.
const (
	BySegment  By = "segment" // of the pack: those that Belongs finds
	ByIndustry By = "industry"
	ByRegion   By = "region"
)

// Reviewed is a focus review: figures of each group of customers, and what to do.
type Reviewed struct {
	Rule     string          `json:"rule" doc:"The review of the pack whose rules were applied."`
	Name     pack.Text       `json:"name"`
	Ask      []pack.Text     `json:"ask" doc:"Questions that the review answers."`
	By       By              `json:"by" enum:"segment,industry,region"`
	From     string          `json:"from"`
	Until    string          `json:"until"`
	Currency string          `json:"currency,omitempty" doc:"Of deal sizes; deals in others are left out of them."`
	All      ReviewGroup     `json:"all"`
	Groups   []ReviewGroup   `json:"groups" doc:"Those with most decided deals first."`
	Hours    map[string]Hour `json:"hours" doc:"What an activity is taken to cost, since activities bear no duration."`
	Notes    []pack.Text     `json:"notes"`
}

// Hour is the assumed time of an activity of a kind.
type Hour = pack.Number

// ReviewGroup is a group of customers with its figures.
type ReviewGroup struct {
	Key      string              `json:"key" doc:"Segment, option of the industry, or region; empty: none."`
	Name     pack.Text           `json:"name,omitzero"`
	Accounts int                 `json:"accounts" doc:"With a decided deal in the period."`
	Measures map[string]*float64 `json:"measures" doc:"The names of the review's formulas, for this group; null: unknown."`
	WinRate  Rate                `json:"win_rate"`
	Renewal  Rate                `json:"renewal"`
	Cycle    *Interval           `json:"cycle,omitempty" doc:"Days from opening to winning: mean with a 95% interval."`
	Size     *Interval           `json:"size,omitempty" doc:"Value of a won deal: mean with a 95% interval."`
	Verdict  *ReviewVerdict      `json:"verdict,omitempty"`
}

// ReviewVerdict is what the first rule says whose formula holds.
type ReviewVerdict struct {
	Verdict string    `json:"verdict" enum:"grow,keep,watch,drop"`
	Rule    string    `json:"rule"`
	If      string    `json:"if"`
	Figures string    `json:"figures" doc:"The formula's names with this group's values."`
	Why     pack.Text `json:"why"`
	Do      pack.Text `json:"do"`
}

// hours are assumptions, shown with the review: an activity has no duration.
var hours = map[string]Hour{"note": 0.1, "call": 0.5, "meeting": 1.5, "visit": 4, "email": 0.25, "demo": 2, "task": 0.5, "wechat": 0.1}

// ReviewInput is what a review works on.
type ReviewInput struct {
	Reader   *lake.Reader
	Rules    pack.Review
	By       By
	Segments []*Scorer // of the main group; by segment only
	Ranks    []int     // their priorities
	Months   int       // how far back decided deals count
	Now      time.Time
}

// tally is what is counted of a group.
type tally struct {
	accounts, references     map[lake.Key]bool
	deals, won, lost         int
	renewals, renewed        int
	competitors, hours       float64
	cycles, sizes, discounts []float64
}

// Review works out the figures of every group and applies the rules.
func Review(ctx context.Context, in ReviewInput) (*Reviewed, error) {
	v := &reviewing{ReviewInput: in, from: in.Now.AddDate(0, -in.Months, 0), groups: map[string]*tally{}, all: newTally(), notes: []pack.Text{}}
	if err := v.read(ctx); err != nil {
		return nil, err
	}
	out := &Reviewed{Rule: in.Rules.ID, Name: in.Rules.Name, Ask: in.Rules.Ask, By: in.By, From: day(v.from), Until: day(in.Now), Currency: v.currency, Hours: hours,
		Groups: []ReviewGroup{}, Notes: v.notes}
	out.All = v.all.figures("")
	for key, t := range v.groups {
		g := t.figures(key)
		var err error
		if g.Verdict, err = judge(in.Rules, g.Measures, out.All.Measures); err != nil {
			return nil, err
		}
		for _, s := range in.Segments {
			if in.By == BySegment && s.ID == key {
				g.Name = s.Name
			}
		}
		out.Groups = append(out.Groups, g)
	}
	slices.SortFunc(out.Groups, func(a, b ReviewGroup) int {
		if a.WinRate.Of != b.WinRate.Of {
			return int(b.WinRate.Of - a.WinRate.Of)
		}
		return strings.Compare(a.Key, b.Key)
	})
	return out, nil
}

// figures are the measures of a group.
func (t *tally) figures(key string) ReviewGroup {
	g := ReviewGroup{Key: key, Accounts: len(t.accounts), WinRate: Wilson(int64(t.won), int64(t.won+t.lost)), Renewal: Wilson(int64(t.renewed), int64(t.renewals)),
		Cycle: mean(t.cycles), Size: mean(t.sizes), Measures: map[string]*float64{}}
	set := func(name string, x float64, known bool) {
		g.Measures[name] = nil
		if known {
			g.Measures[name] = &x
		}
	}
	value := func(i *Interval) (float64, bool) {
		if i == nil {
			return 0, false
		}
		return i.Value, true
	}
	set("deals", float64(t.deals), true)
	set("won", float64(t.won), true)
	set("win_rate", g.WinRate.Rate, g.WinRate.Of > 0)
	set("win_rate_low", g.WinRate.Low, g.WinRate.Of > 0)
	set("win_rate_high", g.WinRate.High, g.WinRate.Of > 0)
	cycle, ok := value(g.Cycle)
	set("cycle_days", cycle, ok)
	size, ok := value(g.Size)
	set("deal_size", size, ok)
	set("effort_hours", t.hours/float64(max(t.deals, 1)), t.deals > 0)
	set("effort_per_won", t.hours/float64(max(t.won, 1)), t.won > 0)
	set("renewal_rate", g.Renewal.Rate, g.Renewal.Of > 0)
	set("renewal_low", g.Renewal.Low, g.Renewal.Of > 0)
	set("renewal_high", g.Renewal.High, g.Renewal.Of > 0)
	set("competitors_per_deal", t.competitors/float64(max(t.deals, 1)), t.deals > 0)
	discount, ok := value(mean(t.discounts))
	set("discount", discount/100, ok)
	set("reference_customers", float64(len(t.references)), true)
	return g
}

// mean with its 95% interval by the normal approximation; nil of none.
func mean(list []float64) *Interval {
	if len(list) == 0 {
		return nil
	}
	sum, squares := 0.0, 0.0
	for _, x := range list {
		sum += x
	}
	m := sum / float64(len(list))
	for _, x := range list {
		squares += (x - m) * (x - m)
	}
	half := 0.0
	if n := float64(len(list)); n > 1 {
		half = z95 * math.Sqrt(squares/(n-1)/n)
	}
	return &Interval{m, m - half, m + half}
}

// judge finds the first rule whose formula holds. What is unknown makes a comparison
// false.
func judge(r pack.Review, own, all map[string]*float64) (*ReviewVerdict, error) {
	env := map[string]any{}
	put := func(prefix string, from map[string]*float64) {
		for name, x := range from {
			env[prefix+name] = math.NaN()
			if x != nil {
				env[prefix+name] = *x
			}
		}
	}
	put("", own)
	put("all_", all)
	for _, rule := range r.Verdicts {
		program, err := expr.Compile(rule.If, expr.Env(env), expr.AsBool())
		if err != nil {
			return nil, err
		}
		holds, err := expr.Run(program, env)
		if err != nil {
			return nil, err
		}
		if holds == true {
			return &ReviewVerdict{rule.Verdict, rule.ID, rule.If, shownFigures(rule.If, env), rule.Why, rule.Do}, nil
		}
	}
	return nil, nil
}

// names collects the names of a formula, in the order of their first use.
type names struct{ list []string }

func (n *names) Visit(node *ast.Node) {
	if x, ok := (*node).(*ast.IdentifierNode); ok && !slices.Contains(n.list, x.Value) {
		n.list = append(n.list, x.Value)
	}
}

func shownFigures(text string, env map[string]any) string {
	program, err := expr.Compile(text, expr.Env(env), expr.Optimize(false))
	if err != nil {
		return ""
	}
	var used names
	tree := program.Node()
	ast.Walk(&tree, &used)
	var out []string
	for _, n := range used.list {
		if x, ok := env[n].(float64); ok && !math.IsNaN(x) {
			out = append(out, fmt.Sprintf("%s = %.4g", n, x))
		} else if ok {
			out = append(out, n+" = ?")
		}
	}
	return strings.Join(out, ", ")
}
