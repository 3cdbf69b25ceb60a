package pack

// Need is one entry of the taxonomy; its id is the code that need mining reports.
type Need struct {
	ID           string      `yaml:"id" json:"id" is:"id"`
	Name         Text        `yaml:"name" json:"name"`
	Pain         Text        `yaml:"pain" json:"pain" doc:"What goes wrong without it."`
	Goal         Text        `yaml:"goal" json:"goal" doc:"What the customer would rather have."`
	Confirm      Text        `yaml:"confirm" json:"confirm" doc:"The question whose yes confirms it."`
	Neighbours   []Neighbour `yaml:"neighbours,omitempty" json:"neighbours,omitempty" doc:"Needs that it is easily taken for."`
	Capabilities []string    `yaml:"capabilities" json:"capabilities" is:"ref:capabilities"`
	Metrics      []string    `yaml:"metrics" json:"metrics" is:"ref:metrics"`
}

// Neighbour tells two needs apart.
type Neighbour struct {
	Need string `yaml:"need" json:"need" is:"ref:needs"`
	Rule Text   `yaml:"rule" json:"rule"`
}

// Capability is what the product can do.
type Capability struct {
	ID     string   `yaml:"id" json:"id" is:"id"`
	Name   Text     `yaml:"name" json:"name"`
	Does   Text     `yaml:"does" json:"does"`
	Limits Text     `yaml:"limits" json:"limits" doc:"What it doesn't do; a promise beyond is an over-promise."`
	Status string   `yaml:"status" json:"status" is:"enum:shipped|partial|planned"`
	Words  *Phrases `yaml:"words,omitempty" json:"words,omitempty" doc:"Words by which a promise of it is recognised."`
}

// Metric is how a customer sees that a need was met.
type Metric struct {
	ID         string   `yaml:"id" json:"id" is:"id"`
	Name       Text     `yaml:"name" json:"name"`
	Unit       Text     `yaml:"unit" json:"unit"`
	Better     string   `yaml:"better" json:"better" is:"enum:lower|higher"`
	Measure    Text     `yaml:"measure" json:"measure" doc:"How it is measured, before and after."`
	Benchmarks []string `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks"`
}

// Industry is what one knows of an industry before the first talk.
type Industry struct {
	ID          string       `yaml:"id" json:"id" is:"industry" doc:"An option of the field industry of accounts."`
	Name        Text         `yaml:"name" json:"name"`
	Summary     Text         `yaml:"summary" json:"summary"`
	Fit         int          `yaml:"fit" json:"fit" doc:"1 to 5: how well the product fits, 5 is best."`
	Why         Text         `yaml:"why" json:"why"`
	Systems     []System     `yaml:"systems,omitempty" json:"systems,omitempty" doc:"What such firms typically run."`
	Regulations []Regulation `yaml:"regulations,omitempty" json:"regulations,omitempty"`
	Pains       []string     `yaml:"pains,omitempty" json:"pains,omitempty" is:"ref:pains"`
	Needs       []string     `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs"`
	Metrics     []string     `yaml:"metrics,omitempty" json:"metrics,omitempty" is:"ref:metrics"`
}

// System is a kind of software that an industry runs.
type System struct {
	ID    string   `yaml:"id" json:"id" is:"id"`
	Name  Text     `yaml:"name" json:"name"`
	Holds Text     `yaml:"holds" json:"holds" doc:"The data it holds, or what it means for the sale."`
	Words []string `yaml:"words,omitempty" json:"words,omitempty" doc:"Names under which it appears in notes."`
}

// Regulation is a rule of a regulator or a norm.
type Regulation struct {
	ID    string   `yaml:"id" json:"id" is:"id"`
	Name  Text     `yaml:"name" json:"name"`
	Asks  Text     `yaml:"asks" json:"asks" doc:"What it demands, in one sentence."`
	Needs []string `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs"`
	URL   string   `yaml:"url,omitempty" json:"url,omitempty" is:"url"`
}

// Process is what a firm does every day, and by what signals a need shows in it.
type Process struct {
	ID       string   `yaml:"id" json:"id" is:"id"`
	Industry string   `yaml:"industry" json:"industry" is:"industry" doc:"An option of the field industry of accounts; other: any industry."`
	Name     Text     `yaml:"name" json:"name"`
	Systems  []string `yaml:"systems,omitempty" json:"systems,omitempty" doc:"Names of systems that take part, as they appear in notes."`
	Signals  []Signal `yaml:"signals" json:"signals"`
}

// Signal is a fact that shows a need.
type Signal struct {
	ID      string   `yaml:"id" json:"id" is:"id"`
	Text    Text     `yaml:"text" json:"text" doc:"The fact, as one would note it."`
	Kind    string   `yaml:"kind" json:"kind" is:"enum:explicit|hidden" doc:"explicit: asked for or complained of; hidden: implied by a fact."`
	Needs   []string `yaml:"needs" json:"needs" is:"ref:needs"`
	Because Text     `yaml:"because" json:"because" doc:"Why the fact shows the need."`
	Ask     *Text    `yaml:"ask,omitempty" json:"ask,omitempty" doc:"What to ask next."`
	Metrics []string `yaml:"metrics,omitempty" json:"metrics,omitempty" is:"ref:metrics"`
	Words   *Phrases `yaml:"words,omitempty" json:"words,omitempty" doc:"Words that together point to it."`
}

// Example is a set of sentences that show the same. Need mining is trained on them.
type Example struct {
	ID       string   `yaml:"id" json:"id" is:"id"`
	Needs    []string `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs" doc:"What the sentences show; with kind none: what they seem to show. Left out: nothing."`
	Kind     string   `yaml:"kind" json:"kind" is:"enum:explicit|hidden|none"`
	Reason   string   `yaml:"reason,omitempty" json:"reason,omitempty" is:"enum:negated|solved|unwanted|guess|plan|small_talk|neighbour" doc:"With kind none: why it is no need."`
	Industry string   `yaml:"industry,omitempty" json:"industry,omitempty" is:"industry"`
	ZH       []string `yaml:"zh,omitempty" json:"zh,omitempty" doc:"Sentences as people said them; they needn't be translated."`
	EN       []string `yaml:"en,omitempty" json:"en,omitempty"`
}
