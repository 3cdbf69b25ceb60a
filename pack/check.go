package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

type report = func(key, found, expected string)

func (m Meta) check(report report) {
	if !slices.Contains(m.Languages, "zh") || !slices.Contains(m.Languages, "en") {
		report("languages", strings.Join(m.Languages, ", "), "both zh and en")
	}
	for i, d := range m.Depends {
		if d == m.ID {
			report(fmt.Sprintf("depends[%d]", i), "the pack itself", "another pack")
		}
	}
}

func (r Range) check(report report) {
	if r.Low > r.Likely || r.Likely > r.High {
		report("likely", fmt.Sprintf("low %v, likely %v, high %v", r.Low, r.Likely, r.High), "low ≤ likely ≤ high")
	}
}

func (s Span) check(report report) {
	if s.To != nil && *s.To < s.From {
		report("to", s.To.String(), "a number from "+s.From.String()+" on")
	}
}

func (b Budget) check(report report) {
	if b.To != nil && *b.To < b.From {
		report("to", b.To.String(), "a number from "+b.From.String()+" on")
	}
}

func (b Bounds) check(report report) {
	if b.Max < b.Min {
		report("max", fmt.Sprint(b.Max), fmt.Sprintf("a number from %d on", b.Min))
	}
}

func (c Check) check(report report) {
	if c.AtLeast != nil && c.AtMost != nil && *c.AtMost < *c.AtLeast {
		report("at_most", fmt.Sprint(*c.AtMost), fmt.Sprintf("a number from %d on", *c.AtLeast))
	}
}

func (b Benchmark) check(report report) {
	last := (*Number)(nil)
	for _, n := range []*Number{b.Low, b.Likely, b.High} {
		if n != nil && last != nil && *n < *last {
			report("", "figures that don't ascend", "low ≤ likely ≤ high")
		}
		if n != nil {
			last = n
		}
	}
	if last == nil {
		report("", "no figure", "low, likely or high")
	}
}

func stars(report report, key string, n int) {
	if n < 1 || n > 5 {
		report(key, fmt.Sprint(n), "a number from 1 to 5")
	}
}

func (s Segment) check(report report) {
	stars(report, "priority", s.Priority)
	reachable(report, s.Conditions, s.Threshold)
}

func (p Profile) check(report report) { reachable(report, p.Conditions, p.Threshold) }

// reachable: a threshold that nobody can reach is a mistake.
func reachable(report report, conditions []Condition, threshold Number) {
	var most Number
	for _, c := range conditions {
		most += max(c.Weight, 0)
	}
	if threshold > most {
		report("threshold", threshold.String(), "at most "+most.String()+", what the conditions can add up to")
	}
}

func (i Industry) check(report report) { stars(report, "fit", i.Fit) }

func (a Action) check(report report) { stars(report, "priority", a.Priority) }

func (l Letter) check(report report) {
	var most Number
	for _, e := range l.Evidence {
		most += e.Points
	}
	if l.Enough > most {
		report("enough", l.Enough.String(), "at most "+most.String()+", what all evidence adds up to")
	}
}

func (c Criterion) check(report report) {
	if c.If == "" && c.Ask == nil {
		report("", "a criterion that nothing answers", "if, ask or both")
	}
}

func (a Axis) check(report report) { total(report, a.Criteria, a.Threshold) }

func (s Scorecard) check(report report) {
	total(report, s.Criteria, s.Threshold)
	for i := 1; i < len(s.Verdicts); i++ {
		if s.Verdicts[i].From >= s.Verdicts[i-1].From {
			report(fmt.Sprintf("verdicts[%d].from", i), s.Verdicts[i].From.String(), "less than "+s.Verdicts[i-1].From.String()+": verdicts descend")
		}
	}
}

func total(report report, criteria []Criterion, threshold Number) {
	var most Number
	for _, c := range criteria {
		most += max(c.Points, 0)
	}
	if threshold > most {
		report("threshold", threshold.String(), "at most "+most.String()+", what the criteria add up to")
	}
}

func (m Matrix) check(report report) {
	seen := map[[2]bool]bool{}
	for i, c := range m.Cells {
		if at := [2]bool{c.Row, c.Column}; seen[at] {
			report(fmt.Sprintf("cells[%d]", i), fmt.Sprintf("row %t, column %t a second time", c.Row, c.Column), "each combination once")
		} else {
			seen[at] = true
		}
	}
	if len(seen) != 4 {
		report("cells", fmt.Sprintf("%d combinations", len(seen)), "all four combinations of row and column")
	}
}

func (e Example) check(report report) {
	switch {
	case e.Kind == "none" && e.Reason == "":
		report("kind", "none without a reason", "the key reason, too")
	case e.Kind != "none" && e.Reason != "":
		report("reason", quoted(e.Reason), "a reason only with kind none")
	case e.Kind != "none" && len(e.Needs) == 0:
		report("kind", e.Kind+" without needs", "the key needs, too")
	case len(e.ZH)+len(e.EN) == 0:
		report("id", "no sentence", "the key zh or en")
	}
}

func (p Playbook) check(report report) {
	for i, s := range p.Stages {
		if i < len(p.Stages)-1 && len(s.Exit) == 0 {
			report(fmt.Sprintf("stages[%d]", i), "a stage without exit criteria", "the key exit: only the last stage may go without")
		}
	}
}

func (n Nurture) check(report report) {
	for i := 1; i < len(n.Touches); i++ {
		if n.Touches[i].Day < n.Touches[i-1].Day {
			report(fmt.Sprintf("touches[%d].day", i), fmt.Sprint(n.Touches[i].Day), "days that ascend")
		}
	}
}

func (c Code) check(report report) {
	if c.Score > 5 {
		report("score", fmt.Sprint(c.Score), "a number from 0 to 5")
	}
}

func (p PriceList) check(report report) {
	for i := 1; i < len(p.Discounts); i++ {
		if p.Discounts[i].UpTo <= p.Discounts[i-1].UpTo {
			report(fmt.Sprintf("discounts[%d].up_to", i), p.Discounts[i].UpTo.String(), "more than "+p.Discounts[i-1].UpTo.String()+": discounts ascend")
		}
	}
}

func (r PromiseRule) check(report report) {
	if r.Kind == "over_promise" && r.Instead == nil {
		report("kind", "over_promise without what to write instead", "the key instead, too")
	}
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

func (v ValueProposition) check(report report) {
	known := map[string]bool{}
	for _, x := range v.Variables {
		known[x.ID] = true
	}
	used := map[string]map[string]bool{}
	for language, text := range map[string]string{"zh": v.Text.ZH, "en": v.Text.EN} {
		used[language] = map[string]bool{}
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			used[language][m[1]] = true
			if !known[m[1]] {
				report("text."+language, "{"+m[1]+"}", "a variable that is declared under variables")
			}
		}
	}
	for i, x := range v.Variables {
		if !used["zh"][x.ID] || !used["en"][x.ID] {
			report(fmt.Sprintf("variables[%d]", i), "a variable that isn't used in both languages", "{"+x.ID+"} in text.zh and text.en")
		}
	}
}
