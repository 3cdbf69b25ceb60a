package pack

// Pack is everything one pack holds, in the order of its files.
type Pack struct {
	Meta Meta `yaml:"pack" json:"pack" doc:"What the pack is; stands in pack.yaml."`

	Benchmarks        []Benchmark        `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" doc:"Figures from elsewhere, each with its source."`
	Segments          []Segment          `yaml:"segments,omitempty" json:"segments,omitempty" doc:"Kinds of customers, told apart by conditions."`
	Pains             []Pain             `yaml:"pains,omitempty" json:"pains,omitempty" doc:"What hurts customers."`
	ValuePropositions []ValueProposition `yaml:"value_propositions,omitempty" json:"value_propositions,omitempty" doc:"What we say to a segment, filled with the customer's own numbers."`
	Motions           []Motion           `yaml:"motions,omitempty" json:"motions,omitempty" doc:"Ways of selling: direct, channel, self-service."`
	Profiles          []Profile          `yaml:"profiles,omitempty" json:"profiles,omitempty" doc:"Versions of the ideal customer profile."`
	Letters           []Letter           `yaml:"letters,omitempty" json:"letters,omitempty" doc:"Letters of a qualification rule such as MAN, each with its evidence."`
	Matrices          []Matrix           `yaml:"matrices,omitempty" json:"matrices,omitempty" doc:"Two-by-two qualifications with the play for each cell."`
	Scorecards        []Scorecard        `yaml:"scorecards,omitempty" json:"scorecards,omitempty" doc:"Criteria with points and a threshold."`
	QuestionLists     []QuestionList     `yaml:"question_lists,omitempty" json:"question_lists,omitempty" doc:"What must be known before an offer."`
	Reviews           []Review           `yaml:"reviews,omitempty" json:"reviews,omitempty" doc:"Rules of the focus review: which segments to grow, keep or drop."`
	Routes            []Route            `yaml:"routes,omitempty" json:"routes,omitempty" doc:"Industry routes: the order in which industries and regions are won."`

	Needs        []Need       `yaml:"needs,omitempty" json:"needs,omitempty" doc:"The needs that the product meets; the taxonomy of need mining."`
	Capabilities []Capability `yaml:"capabilities,omitempty" json:"capabilities,omitempty" doc:"What the product can do, with its limits; promises are backed by these."`
	Metrics      []Metric     `yaml:"metrics,omitempty" json:"metrics,omitempty" doc:"Value metrics: how a customer sees that a need was met."`
	Industries   []Industry   `yaml:"industries,omitempty" json:"industries,omitempty" doc:"Systems, regulations and fit of an industry."`
	Processes    []Process    `yaml:"processes,omitempty" json:"processes,omitempty" doc:"Knowledge graph: processes of an industry, their signals, and the needs these show."`
	Examples     []Example    `yaml:"examples,omitempty" json:"examples,omitempty" doc:"Typical sentences, the training examples of need mining."`

	Playbooks   []Playbook   `yaml:"playbooks,omitempty" json:"playbooks,omitempty" doc:"Stages with goals, activities, deliverables and exit criteria."`
	Actions     []Action     `yaml:"actions,omitempty" json:"actions,omitempty" doc:"Rules of the next best action."`
	Nurtures    []Nurture    `yaml:"nurtures,omitempty" json:"nurtures,omitempty" doc:"Planned touches over a long cycle."`
	Roles       []Role       `yaml:"roles,omitempty" json:"roles,omitempty" doc:"Roles of the buying committee, with weights."`
	Tactics     []Tactic     `yaml:"tactics,omitempty" json:"tactics,omitempty" doc:"How to do one thing well, such as winning an insider."`
	Objections  []Objection  `yaml:"objections,omitempty" json:"objections,omitempty" doc:"Objection, what it means, answers, proof."`
	Battlecards []Battlecard `yaml:"battlecards,omitempty" json:"battlecards,omitempty" doc:"How to sell against a competitor."`
	POCs        []POC        `yaml:"pocs,omitempty" json:"pocs,omitempty" doc:"Templates for proofs of concept."`
	Ladders     []Ladder     `yaml:"ladders,omitempty" json:"ladders,omitempty" doc:"Trust ladders: from feasible to valuable."`
	Findings    []Finding    `yaml:"findings,omitempty" json:"findings,omitempty" doc:"What a finding of the reconnaissance means for the sale."`
	Triggers    []Trigger    `yaml:"triggers,omitempty" json:"triggers,omitempty" doc:"Events that open a time to sell."`
	Cases       []Case       `yaml:"cases,omitempty" json:"cases,omitempty" doc:"Past sales, coded on five dimensions."`
	Phases      []Phase      `yaml:"phases,omitempty" json:"phases,omitempty" doc:"Phases of entering the market."`

	SupportLevels []SupportLevel `yaml:"support_levels,omitempty" json:"support_levels,omitempty" doc:"Support that editions include."`
	ContractForms []ContractForm `yaml:"contract_forms,omitempty" json:"contract_forms,omitempty" doc:"Terms of contracts."`
	PriceLists    []PriceList    `yaml:"price_lists,omitempty" json:"price_lists,omitempty" doc:"Editions, prices, limits and discount rules."`
	ValueModels   []ValueModel   `yaml:"value_models,omitempty" json:"value_models,omitempty" doc:"Benefits and costs as formulas, with a filled example."`
	Templates     []Template     `yaml:"templates,omitempty" json:"templates,omitempty" doc:"Deliverables generated from the records."`
	PromiseRules  []PromiseRule  `yaml:"promise_rules,omitempty" json:"promise_rules,omitempty" doc:"Words that promise, and words that promise too much."`
}

// Meta says what a pack is.
type Meta struct {
	ID      string `yaml:"id" json:"id" is:"id" doc:"Never changes; also the folder's name."`
	Version string `yaml:"version" json:"version" is:"version" doc:"Three numbers, such as 1.4.0."`
	Name    Text   `yaml:"name" json:"name"`
	Product Text   `yaml:"product" json:"product" doc:"What is sold."`
	Summary Text   `yaml:"summary" json:"summary"`
	// Languages that every text is written in.
	Languages []string `yaml:"languages" json:"languages" is:"enum:zh|en"`
	Depends   []string `yaml:"depends,omitempty" json:"depends,omitempty" is:"id" doc:"Packs that must be there; their items can be referred to, and replaced by an item of the same id."`
	Extends   []string `yaml:"extends,omitempty" json:"extends,omitempty" is:"id" doc:"Packs whose items can be referred to when they are there; needs of absent packs are skipped."`
	Sources   []Source `yaml:"sources,omitempty" json:"sources,omitempty" doc:"Where figures and claims come from."`
}

// Source is where figures come from.
type Source struct {
	ID   string `yaml:"id" json:"id" is:"id"`
	Name Text   `yaml:"name" json:"name"`
	Note *Text  `yaml:"note,omitempty" json:"note,omitempty" doc:"How far it can be trusted."`
}

// Text is one text in both languages.
type Text struct {
	ZH string `yaml:"zh" json:"zh" doc:"Chinese."`
	EN string `yaml:"en" json:"en" doc:"English."`
}

// Phrases are sentences or words of both languages; they needn't be translations.
type Phrases struct {
	ZH []string `yaml:"zh" json:"zh"`
	EN []string `yaml:"en" json:"en"`
}

// Range is an estimate: low ≤ likely ≤ high.
type Range struct {
	Low    Number `yaml:"low" json:"low"`
	Likely Number `yaml:"likely" json:"likely"`
	High   Number `yaml:"high" json:"high"`
}

// Span goes from a number to another; without to it is open.
type Span struct {
	From Number  `yaml:"from" json:"from"`
	To   *Number `yaml:"to,omitempty" json:"to,omitempty" doc:"Left out: no upper end."`
}

// Budget is money per period.
type Budget struct {
	From     Number  `yaml:"from" json:"from"`
	To       *Number `yaml:"to,omitempty" json:"to,omitempty" doc:"Left out: no upper end."`
	Currency string  `yaml:"currency" json:"currency" is:"currency"`
	Per      string  `yaml:"per" json:"per" is:"enum:year|month|once"`
}

// Condition adds its weight to a record's score when it holds.
type Condition struct {
	ID     string `yaml:"id" json:"id" is:"id"`
	Of     string `yaml:"of,omitempty" json:"of,omitempty" is:"entity" doc:"Entity whose fields the condition reads; left out: accounts."`
	If     string `yaml:"if" json:"if" is:"condition:accounts" doc:"Filter text (AIP-160)."`
	Weight Number `yaml:"weight" json:"weight" doc:"Points when it holds; negative takes away."`
	Must   bool   `yaml:"must,omitempty" json:"must,omitempty" doc:"A record that fails it is out, whatever its score."`
	Why    Text   `yaml:"why" json:"why" doc:"The reason that people see."`
}

// Check counts records that belong to the deal (or account) at hand: of deals and
// accounts it is the record itself, of others those that point to it.
type Check struct {
	Of      string `yaml:"of" json:"of" is:"entity"`
	Where   string `yaml:"where,omitempty" json:"where,omitempty" is:"condition" doc:"Filter text (AIP-160); left out: any record."`
	AtLeast *int   `yaml:"at_least,omitempty" json:"at_least,omitempty" doc:"How many must match; left out: 1, or 0 beside at_most."`
	AtMost  *int   `yaml:"at_most,omitempty" json:"at_most,omitempty" doc:"How many may match."`
}

// Benchmark is a figure from elsewhere. It is shown with its source, for comparison.
type Benchmark struct {
	ID     string  `yaml:"id" json:"id" is:"id"`
	Name   Text    `yaml:"name" json:"name"`
	Unit   Text    `yaml:"unit" json:"unit"`
	Low    *Number `yaml:"low,omitempty" json:"low,omitempty"`
	Likely *Number `yaml:"likely,omitempty" json:"likely,omitempty"`
	High   *Number `yaml:"high,omitempty" json:"high,omitempty"`
	Kind   string  `yaml:"kind" json:"kind" is:"enum:claim|survey|practice|price" doc:"claim: its author says so; survey: counted somewhere; practice: a habit of the trade; price: an offer."`
	Source string  `yaml:"source" json:"source" is:"ref:pack.sources"`
	Note   *Text   `yaml:"note,omitempty" json:"note,omitempty"`
}
