package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// report tells a problem by the key within what is tested; why is what a parser said.
type report = func(key string, found, expected Said, why ...error)

func (m Meta) check(report report) {
	if !slices.Contains(m.Languages, "zh") || !slices.Contains(m.Languages, "en") {
		report("languages", as(strings.Join(m.Languages, ", ")), say("both_languages"))
	}
	for i, d := range m.Depends {
		if d == m.ID {
			report(fmt.Sprintf("depends[%d]", i), say("pack_itself"), say("pack_other"))
		}
	}
}

func (r Range) check(report report) {
	if r.Low > r.Likely || r.Likely > r.High {
		report("likely", say("range", r.Low, r.Likely, r.High), say("ascending"))
	}
}

func (s Span) check(report report) {
	if s.To != nil && *s.To < s.From {
		report("to", as(s.To.String()), say("from_on", s.From))
	}
}

func (b Budget) check(report report) {
	if b.To != nil && *b.To < b.From {
		report("to", as(b.To.String()), say("from_on", b.From))
	}
}

func (b Bounds) check(report report) {
	if b.Max < b.Min {
		report("max", as(fmt.Sprint(b.Max)), say("from_on", b.Min))
	}
}

func (c Check) check(report report) {
	if c.AtLeast != nil && c.AtMost != nil && *c.AtMost < *c.AtLeast {
		report("at_most", as(fmt.Sprint(*c.AtMost)), say("from_on", *c.AtLeast))
	}
}

func (b Benchmark) check(report report) {
	last := (*Number)(nil)
	for _, n := range []*Number{b.Low, b.Likely, b.High} {
		if n != nil && last != nil && *n < *last {
			report("", say("figures_unordered"), say("ascending"))
		}
		if n != nil {
			last = n
		}
	}
	if last == nil {
		report("", say("no_figure"), say("a_figure"))
	}
}

func stars(report report, key string, n int) {
	if n < 1 || n > 5 {
		report(key, as(fmt.Sprint(n)), say("between", 1, 5))
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
		report("threshold", as(threshold.String()), say("most_conditions", most.String()))
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
		report("enough", as(l.Enough.String()), say("most_evidence", most.String()))
	}
}

func (c Criterion) check(report report) {
	if c.If == "" && c.Ask == nil {
		report("", say("unanswerable"), say("if_or_ask"))
	}
}

func (a Axis) check(report report) { total(report, a.Criteria, a.Threshold) }

func (s Scorecard) check(report report) {
	total(report, s.Criteria, s.Threshold)
	for i := 1; i < len(s.Verdicts); i++ {
		if s.Verdicts[i].From >= s.Verdicts[i-1].From {
			report(fmt.Sprintf("verdicts[%d].from", i), as(s.Verdicts[i].From.String()), say("descending", s.Verdicts[i-1].From.String()))
		}
	}
}

func total(report report, criteria []Criterion, threshold Number) {
	var most Number
	for _, c := range criteria {
		most += max(c.Points, 0)
	}
	if threshold > most {
		report("threshold", as(threshold.String()), say("most_criteria", most.String()))
	}
}

func (m Matrix) check(report report) {
	seen := map[[2]bool]bool{}
	for i, c := range m.Cells {
		if at := [2]bool{c.Row, c.Column}; seen[at] {
			report(fmt.Sprintf("cells[%d]", i), say("cell_again", c.Row, c.Column), say("combination_once"))
		} else {
			seen[at] = true
		}
	}
	if len(seen) != 4 {
		report("cells", say("combinations", len(seen)), say("four_combinations"))
	}
}

func (e Example) check(report report) {
	switch {
	case e.Kind == "none" && e.Reason == "":
		report("kind", say("none_without_reason"), say("key_too", "reason"))
	case e.Kind != "none" && e.Reason != "":
		report("reason", as(quoted(e.Reason)), say("reason_with_none"))
	case e.Kind != "none" && len(e.Needs) == 0:
		report("kind", say("without_needs", e.Kind), say("key_too", "needs"))
	case len(e.ZH)+len(e.EN) == 0:
		report("id", say("no_sentence"), say("key_either", "zh", "en"))
	}
}

func (p Playbook) check(report report) {
	for i, s := range p.Stages {
		if i < len(p.Stages)-1 && len(s.Exit) == 0 {
			report(fmt.Sprintf("stages[%d]", i), say("no_exit"), say("key_exit"))
		}
	}
}

func (n Nurture) check(report report) {
	for i := 1; i < len(n.Touches); i++ {
		if n.Touches[i].Day < n.Touches[i-1].Day {
			report(fmt.Sprintf("touches[%d].day", i), as(fmt.Sprint(n.Touches[i].Day)), say("days_ascend"))
		}
	}
}

func (c Code) check(report report) {
	if c.Score > 5 {
		report("score", as(fmt.Sprint(c.Score)), say("between", 0, 5))
	}
}

func (p PriceList) check(report report) {
	for i := 1; i < len(p.Discounts); i++ {
		if p.Discounts[i].UpTo <= p.Discounts[i-1].UpTo {
			report(fmt.Sprintf("discounts[%d].up_to", i), as(p.Discounts[i].UpTo.String()), say("discounts_ascend", p.Discounts[i-1].UpTo.String()))
		}
	}
}

func (r PromiseRule) check(report report) {
	if r.Kind == "over_promise" && r.Instead == nil {
		report("kind", say("no_instead"), say("key_too", "instead"))
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
				report("text."+language, as("{"+m[1]+"}"), say("variable_declared"))
			}
		}
	}
	for i, x := range v.Variables {
		if !used["zh"][x.ID] || !used["en"][x.ID] {
			report(fmt.Sprintf("variables[%d]", i), say("variable_unused"), say("in_both_texts", x.ID))
		}
	}
}
