package pack

import "slices"

// Segment is a kind of customer.
type Segment struct {
	ID         string      `yaml:"id" json:"id" is:"id"`
	Group      string      `yaml:"group,omitempty" json:"group,omitempty" is:"id" doc:"Segments of one group are alternatives: an account belongs to the one with most points. Left out: the main group."`
	Name       Text        `yaml:"name" json:"name"`
	Summary    Text        `yaml:"summary" json:"summary"`
	Priority   int         `yaml:"priority" json:"priority" doc:"1 to 5, 5 is the best."`
	Traits     []Text      `yaml:"traits,omitempty" json:"traits,omitempty" doc:"How one recognises it."`
	Conditions []Condition `yaml:"conditions" json:"conditions"`
	Threshold  Number      `yaml:"threshold" json:"threshold" doc:"Points from which an account belongs to the segment."`
	Pains      []string    `yaml:"pains,omitempty" json:"pains,omitempty" is:"ref:pains"`
	Needs      []string    `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs"`
	Motion     string      `yaml:"motion,omitempty" json:"motion,omitempty" is:"ref:motions"`
	Budget     *Budget     `yaml:"budget,omitempty" json:"budget,omitempty"`
	Benchmarks []string    `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks"`
}

// Pain is what hurts, and what it costs.
type Pain struct {
	ID    string   `yaml:"id" json:"id" is:"id"`
	Text  Text     `yaml:"text" json:"text"`
	Costs Text     `yaml:"costs" json:"costs" doc:"How the customer pays for it today."`
	Needs []string `yaml:"needs" json:"needs" is:"ref:needs"`
}

// ValueProposition is said to one segment.
type ValueProposition struct {
	ID         string     `yaml:"id" json:"id" is:"id"`
	Segment    string     `yaml:"segment,omitempty" json:"segment,omitempty" is:"ref:segments"`
	Headline   Text       `yaml:"headline" json:"headline"`
	Text       Text       `yaml:"text" json:"text" doc:"With {variables}; the same ones in both languages."`
	Variables  []Variable `yaml:"variables,omitempty" json:"variables,omitempty"`
	Needs      []string   `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs"`
	Benchmarks []string   `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks" doc:"Shown beside the text, with their sources."`
}

// Variable is a place in a text that a record fills.
type Variable struct {
	ID     string `yaml:"id" json:"id" is:"name"`
	Name   Text   `yaml:"name" json:"name"`
	From   string `yaml:"from" json:"from" is:"path" doc:"account.name, deal.amount, value.npv, input …"`
	Format string `yaml:"format,omitempty" json:"format,omitempty" is:"enum:text|number|percent|money|date" doc:"Left out: text."`
}

// Motion is a way of selling.
type Motion struct {
	ID       string    `yaml:"id" json:"id" is:"enum:direct|channel|self_service" doc:"An option of the field motion of deals."`
	Name     Text      `yaml:"name" json:"name"`
	Summary  Text      `yaml:"summary" json:"summary"`
	Segments []string  `yaml:"segments,omitempty" json:"segments,omitempty" is:"ref:segments"`
	Deal     *Budget   `yaml:"deal,omitempty" json:"deal,omitempty" doc:"Size of a deal."`
	Approach []Text    `yaml:"approach" json:"approach"`
	Partners []Partner `yaml:"partners,omitempty" json:"partners,omitempty"`
	Keys     []Text    `yaml:"keys" json:"keys" doc:"What it succeeds or fails by."`
	Playbook string    `yaml:"playbook,omitempty" json:"playbook,omitempty" is:"ref:playbooks"`
}

// Partner is a kind of firm that sells with us.
type Partner struct {
	ID     string `yaml:"id" json:"id" is:"id"`
	Name   Text   `yaml:"name" json:"name"`
	Brings Text   `yaml:"brings" json:"brings" doc:"What it adds to the sale."`
	Wants  Text   `yaml:"wants" json:"wants" doc:"What it earns by it."`
}

// Profile is one version of the ideal customer profile.
type Profile struct {
	ID         string      `yaml:"id" json:"id" is:"id"`
	Version    string      `yaml:"version" json:"version" is:"pattern:[0-9]+\\.[0-9]+" doc:"Such as 3.0."`
	Name       Text        `yaml:"name" json:"name"`
	Previous   string      `yaml:"previous,omitempty" json:"previous,omitempty" is:"ref:profiles"`
	Reason     Text        `yaml:"reason" json:"reason" doc:"Why this version replaced the last one."`
	Conditions []Condition `yaml:"conditions" json:"conditions"`
	Threshold  Number      `yaml:"threshold" json:"threshold" doc:"Points from which an account is chosen."`
	Reach      Text        `yaml:"reach" json:"reach" doc:"How these customers are found and approached."`
	Lesson     Text        `yaml:"lesson" json:"lesson" doc:"What the version taught."`
	Motion     string      `yaml:"motion,omitempty" json:"motion,omitempty" is:"ref:motions"`
}

// Letter is one letter of a qualification rule.
type Letter struct {
	ID       string     `yaml:"id" json:"id" is:"id"`
	Letter   string     `yaml:"letter" json:"letter" is:"pattern:[A-Z]"`
	Name     Text       `yaml:"name" json:"name"`
	Question Text       `yaml:"question" json:"question"`
	Enough   Number     `yaml:"enough" json:"enough" doc:"Points of evidence from which the letter holds."`
	Evidence []Evidence `yaml:"evidence" json:"evidence"`
}

// Evidence is a kind of proof for a letter.
type Evidence struct {
	ID     string `yaml:"id" json:"id" is:"id"`
	Text   Text   `yaml:"text" json:"text"`
	Kind   string `yaml:"kind" json:"kind" is:"enum:statement|document|record|behaviour|finding" doc:"What the proof is: said, written, in our records, done by the customer, found from outside."`
	Points Number `yaml:"points" json:"points"`
	Check  *Check `yaml:"check,omitempty" json:"check,omitempty" doc:"Finds the proof in the records by itself."`
}

// Matrix qualifies by two questions.
type Matrix struct {
	ID      string `yaml:"id" json:"id" is:"id"`
	Name    Text   `yaml:"name" json:"name"`
	Summary Text   `yaml:"summary" json:"summary"`
	Rows    Axis   `yaml:"rows" json:"rows"`
	Columns Axis   `yaml:"columns" json:"columns"`
	Cells   []Cell `yaml:"cells" json:"cells" doc:"Four: each combination of rows and columns."`
}

// Axis is one question with the criteria that answer it.
type Axis struct {
	Name      Text        `yaml:"name" json:"name"`
	Question  Text        `yaml:"question" json:"question"`
	Criteria  []Criterion `yaml:"criteria" json:"criteria"`
	Threshold Number      `yaml:"threshold" json:"threshold" doc:"Points from which the answer is yes."`
}

// Cell is what to do for one combination.
type Cell struct {
	ID      string `yaml:"id" json:"id" is:"id"`
	Row     bool   `yaml:"row" json:"row"`
	Column  bool   `yaml:"column" json:"column"`
	Name    Text   `yaml:"name" json:"name"`
	Play    Text   `yaml:"play" json:"play"`
	Why     Text   `yaml:"why" json:"why"`
	Steps   []Text `yaml:"steps" json:"steps"`
	DueDays *int   `yaml:"due_days,omitempty" json:"due_days,omitempty" doc:"Days until the first step; left out: no task."`
}

// Criterion gives points by a condition on the account, or by a person's answer.
type Criterion struct {
	ID     string `yaml:"id" json:"id" is:"id"`
	Text   Text   `yaml:"text" json:"text"`
	Points Number `yaml:"points" json:"points"`
	Why    Text   `yaml:"why" json:"why"`
	Of     string `yaml:"of,omitempty" json:"of,omitempty" is:"entity" doc:"Left out: accounts."`
	If     string `yaml:"if,omitempty" json:"if,omitempty" is:"condition:accounts" doc:"Gives the points by itself."`
	Ask    *Text  `yaml:"ask,omitempty" json:"ask,omitempty" doc:"The question whose yes gives the points."`
}

// Scorecard adds up criteria.
type Scorecard struct {
	ID        string      `yaml:"id" json:"id" is:"id"`
	Name      Text        `yaml:"name" json:"name"`
	Summary   Text        `yaml:"summary" json:"summary"`
	Criteria  []Criterion `yaml:"criteria" json:"criteria"`
	Threshold Number      `yaml:"threshold" json:"threshold" doc:"Points from which the account is a target."`
	Verdicts  []Verdict   `yaml:"verdicts" json:"verdicts" doc:"Descending by from; the first that is reached counts."`
}

// Verdict is what a score means.
type Verdict struct {
	ID   string `yaml:"id" json:"id" is:"id"`
	From Number `yaml:"from" json:"from"`
	Name Text   `yaml:"name" json:"name"`
	Play Text   `yaml:"play" json:"play"`
}

// QuestionList is what must be known at some point of the sale.
type QuestionList struct {
	ID        string     `yaml:"id" json:"id" is:"id"`
	Name      Text       `yaml:"name" json:"name"`
	Before    Text       `yaml:"before" json:"before" doc:"By when the answers are needed."`
	Stage     string     `yaml:"stage,omitempty" json:"stage,omitempty" is:"ref:playbooks.stages" doc:"The stage that these questions open."`
	Questions []Question `yaml:"questions" json:"questions"`
}

// Question is one of them.
type Question struct {
	ID       string   `yaml:"id" json:"id" is:"id"`
	Text     Text     `yaml:"text" json:"text"`
	Why      Text     `yaml:"why" json:"why"`
	Usable   Text     `yaml:"usable" json:"usable" doc:"What a usable answer holds."`
	Needs    []string `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs" doc:"Needs that the answer may show."`
	Role     string   `yaml:"role,omitempty" json:"role,omitempty" is:"ref:roles" doc:"Who can answer it."`
	Field    string   `yaml:"field,omitempty" json:"field,omitempty" is:"path" doc:"Where the answer is kept, if a field holds it."`
	Optional bool     `yaml:"optional,omitempty" json:"optional,omitempty"`
}

// Review says what becomes of a segment, by its figures.
type Review struct {
	ID       string       `yaml:"id" json:"id" is:"id"`
	Name     Text         `yaml:"name" json:"name"`
	Summary  Text         `yaml:"summary" json:"summary"`
	Ask      []Text       `yaml:"ask" json:"ask" doc:"Questions that the review answers."`
	Verdicts []ReviewRule `yaml:"verdicts" json:"verdicts" doc:"The first whose formula holds counts."`
}

// ReviewRule is a formula over ReviewMeasures.
type ReviewRule struct {
	ID      string `yaml:"id" json:"id" is:"id"`
	Verdict string `yaml:"verdict" json:"verdict" is:"enum:grow|keep|drop|watch"`
	If      string `yaml:"if" json:"if" is:"formula" doc:"True or false, over the measures of the review."`
	Why     Text   `yaml:"why" json:"why"`
	Do      Text   `yaml:"do" json:"do"`
}

// ReviewMeasures are the numbers that a review's formulas know, for one segment (or
// industry, or region) and, with the prefix all_, for everyone. Rates are 0 to 1.
func ReviewMeasures() []string {
	own := []string{"deals", "won", "win_rate", "win_rate_low", "win_rate_high", "cycle_days", "deal_size", "effort_hours",
		"effort_per_won", "renewal_rate", "renewal_low", "renewal_high", "competitors_per_deal", "discount", "reference_customers"}
	all := slices.Clone(own)
	for _, n := range own {
		all = append(all, "all_"+n)
	}
	return all
}

// Route is the order in which industries and regions are won.
type Route struct {
	ID      string `yaml:"id" json:"id" is:"id"`
	Name    Text   `yaml:"name" json:"name"`
	Summary Text   `yaml:"summary" json:"summary"`
	Steps   []Text `yaml:"steps" json:"steps" doc:"How one industry is opened."`
	Waves   []Wave `yaml:"waves" json:"waves"`
}

// Wave is a set of industries and regions that are opened together.
type Wave struct {
	ID         string   `yaml:"id" json:"id" is:"id"`
	Name       Text     `yaml:"name" json:"name"`
	Industries []string `yaml:"industries,omitempty" json:"industries,omitempty" is:"industry"`
	Regions    []Text   `yaml:"regions,omitempty" json:"regions,omitempty"`
	Why        Text     `yaml:"why" json:"why"`
	Goal       Text     `yaml:"goal" json:"goal"`
}
