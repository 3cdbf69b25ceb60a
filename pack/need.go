package pack

// Need is one entry of the taxonomy; its id is the code that need mining reports.
type Need struct {
	ID           string      `yaml:"id" is:"id"`
	Name         Text        `yaml:"name"`
	Pain         Text        `yaml:"pain" doc:"What goes wrong without it."`
	Goal         Text        `yaml:"goal" doc:"What the customer would rather have."`
	Confirm      Text        `yaml:"confirm" doc:"The question whose yes confirms it."`
	Neighbours   []Neighbour `yaml:"neighbours,omitempty" doc:"Needs that it is easily taken for."`
	Capabilities []string    `yaml:"capabilities" is:"ref:capabilities"`
	Metrics      []string    `yaml:"metrics" is:"ref:metrics"`
}

// Neighbour tells two needs apart.
type Neighbour struct {
	Need string `yaml:"need" is:"ref:needs"`
	Rule Text   `yaml:"rule"`
}

// Capability is what the product can do.
type Capability struct {
	ID     string   `yaml:"id" is:"id"`
	Name   Text     `yaml:"name"`
	Does   Text     `yaml:"does"`
	Limits Text     `yaml:"limits" doc:"What it doesn't do; a promise beyond is an over-promise."`
	Status string   `yaml:"status" is:"enum:shipped|partial|planned"`
	Words  *Phrases `yaml:"words,omitempty" doc:"Words by which a promise of it is recognised."`
}

// Metric is how a customer sees that a need was met.
type Metric struct {
	ID         string   `yaml:"id" is:"id"`
	Name       Text     `yaml:"name"`
	Unit       Text     `yaml:"unit"`
	Better     string   `yaml:"better" is:"enum:lower|higher"`
	Measure    Text     `yaml:"measure" doc:"How it is measured, before and after."`
	Benchmarks []string `yaml:"benchmarks,omitempty" is:"ref:benchmarks"`
}

// Industry is what one knows of an industry before the first talk.
type Industry struct {
	ID          string       `yaml:"id" is:"industry" doc:"An option of the field industry of accounts."`
	Name        Text         `yaml:"name"`
	Summary     Text         `yaml:"summary"`
	Fit         int          `yaml:"fit" doc:"1 to 5: how well the product fits, 5 is best."`
	Why         Text         `yaml:"why"`
	Systems     []System     `yaml:"systems,omitempty" doc:"What such firms typically run."`
	Regulations []Regulation `yaml:"regulations,omitempty"`
	Pains       []string     `yaml:"pains,omitempty" is:"ref:pains"`
	Needs       []string     `yaml:"needs,omitempty" is:"ref:needs"`
	Metrics     []string     `yaml:"metrics,omitempty" is:"ref:metrics"`
}

// System is a kind of software that an industry runs.
type System struct {
	ID    string   `yaml:"id" is:"id"`
	Name  Text     `yaml:"name"`
	Holds Text     `yaml:"holds" doc:"The data it holds, or what it means for the sale."`
	Words []string `yaml:"words,omitempty" doc:"Names under which it appears in notes."`
}

// Regulation is a rule of a regulator or a norm.
type Regulation struct {
	ID    string   `yaml:"id" is:"id"`
	Name  Text     `yaml:"name"`
	Asks  Text     `yaml:"asks" doc:"What it demands, in one sentence."`
	Needs []string `yaml:"needs,omitempty" is:"ref:needs"`
	URL   string   `yaml:"url,omitempty" is:"url"`
}

// Process is what a firm does every day, and by what signals a need shows in it.
type Process struct {
	ID       string   `yaml:"id" is:"id"`
	Industry string   `yaml:"industry" is:"industry" doc:"An option of the field industry of accounts; other: any industry."`
	Name     Text     `yaml:"name"`
	Systems  []string `yaml:"systems,omitempty" doc:"Names of systems that take part, as they appear in notes."`
	Signals  []Signal `yaml:"signals"`
}

// Signal is a fact that shows a need.
type Signal struct {
	ID      string   `yaml:"id" is:"id"`
	Text    Text     `yaml:"text" doc:"The fact, as one would note it."`
	Kind    string   `yaml:"kind" is:"enum:explicit|hidden" doc:"explicit: asked for or complained of; hidden: implied by a fact."`
	Needs   []string `yaml:"needs" is:"ref:needs"`
	Because Text     `yaml:"because" doc:"Why the fact shows the need."`
	Ask     *Text    `yaml:"ask,omitempty" doc:"What to ask next."`
	Metrics []string `yaml:"metrics,omitempty" is:"ref:metrics"`
	Words   *Phrases `yaml:"words,omitempty" doc:"Words that together point to it."`
}

// Example is a set of sentences that show the same. Need mining is trained on them.
type Example struct {
	ID       string   `yaml:"id" is:"id"`
	Needs    []string `yaml:"needs,omitempty" is:"ref:needs" doc:"What the sentences show; with kind none: what they seem to show. Left out: nothing."`
	Kind     string   `yaml:"kind" is:"enum:explicit|hidden|none"`
	Reason   string   `yaml:"reason,omitempty" is:"enum:negated|solved|unwanted|guess|plan|small_talk|neighbour" doc:"With kind none: why it is no need."`
	Industry string   `yaml:"industry,omitempty" is:"industry"`
	ZH       []string `yaml:"zh"`
	EN       []string `yaml:"en"`
}
