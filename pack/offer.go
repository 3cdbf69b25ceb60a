package pack

// SupportLevel is what help a customer gets.
type SupportLevel struct {
	ID    string `yaml:"id" json:"id" is:"id"`
	Name  Text   `yaml:"name" json:"name"`
	Hours string `yaml:"hours" json:"hours" is:"enum:community|working|always" doc:"community: no response time; working: working hours; always: 7×24."`
	// Response is for a stopped system.
	Response *Number `yaml:"response_hours,omitempty" json:"response_hours,omitempty" doc:"Hours until an engineer answers when the system stands still; left out: not promised."`
	Named    bool    `yaml:"named_engineer,omitempty" json:"named_engineer,omitempty"`
	OnSite   bool    `yaml:"on_site,omitempty" json:"on_site,omitempty"`
	Text     Text    `yaml:"text" json:"text"`
}

// ContractForm is a set of terms.
type ContractForm struct {
	ID         string `yaml:"id" json:"id" is:"id"`
	Name       Text   `yaml:"name" json:"name"`
	Model      string `yaml:"model" json:"model" is:"enum:licence|subscription|mixed"`
	Months     Bounds `yaml:"months" json:"months" doc:"Shortest and longest term, in months."`
	Billing    string `yaml:"billing" json:"billing" is:"enum:yearly|monthly|one_off"`
	NoticeDays int    `yaml:"notice_days" json:"notice_days" doc:"Days before its end from which the renewal is a task."`
	Renews     string `yaml:"renews" json:"renews" is:"enum:by_itself|by_signature|never"`
	Clauses    []Text `yaml:"clauses" json:"clauses"`
}

// PriceList holds editions by segment.
type PriceList struct {
	ID        string     `yaml:"id" json:"id" is:"id"`
	Name      Text       `yaml:"name" json:"name"`
	Currency  string     `yaml:"currency" json:"currency" is:"currency"`
	Source    string     `yaml:"source" json:"source" is:"ref:pack.sources"`
	Editions  []Edition  `yaml:"editions" json:"editions"`
	Discounts []Discount `yaml:"discounts" json:"discounts" doc:"Ascending; the first that covers a discount says who approves it."`
	Anchor    Text       `yaml:"anchor" json:"anchor" doc:"How the price is shown next to the customer's gain."`
}

// Edition is one thing to buy.
type Edition struct {
	ID            string   `yaml:"id" json:"id" is:"id"`
	Name          Text     `yaml:"name" json:"name"`
	Segment       string   `yaml:"segment" json:"segment" is:"ref:segments"`
	Price         Span     `yaml:"price" json:"price"`
	Per           string   `yaml:"per" json:"per" is:"enum:year|month|once|seat_year|seat_month"`
	Seats         *Span    `yaml:"seats,omitempty" json:"seats,omitempty"`
	Sources       *Span    `yaml:"sources,omitempty" json:"sources,omitempty" doc:"Data sources."`
	Volume        *Span    `yaml:"volume_gb,omitempty" json:"volume_gb,omitempty" doc:"Data volume in gigabytes (1 TB = 1,000 GB)."`
	Support       string   `yaml:"support" json:"support" is:"ref:support_levels"`
	Customisation Text     `yaml:"customisation" json:"customisation"`
	Terms         []string `yaml:"terms" json:"terms" is:"ref:contract_forms"`
	Suits         Text     `yaml:"suits" json:"suits" doc:"Whom it is for, and when to go one up."`
}

// Discount says who approves how much.
type Discount struct {
	ID       string `yaml:"id" json:"id" is:"id"`
	UpTo     Number `yaml:"up_to" json:"up_to" doc:"Percent off the list price."`
	Approver string `yaml:"approver" json:"approver" is:"enum:seller|manager|director|executive"`
	Gives    Text   `yaml:"gives" json:"gives" doc:"What the customer gives for it."`
	Why      Text   `yaml:"why" json:"why"`
}

// ValueModel is what a solution is worth and costs, year by year. Year 0 is the start,
// years 1 to Years the term. A line's formula is worked out for each of its years; the
// cash flow of a year is its benefits minus its costs. From the flows come NPV (at
// Rate), IRR, payback in years (linear within a year) and ROI (benefits minus costs,
// over costs, not discounted).
type ValueModel struct {
	ID        string          `yaml:"id" json:"id" is:"id"`
	Name      Text            `yaml:"name" json:"name"`
	Summary   Text            `yaml:"summary" json:"summary"`
	Currency  string          `yaml:"currency" json:"currency" is:"currency"`
	Years     int             `yaml:"years" json:"years" doc:"The term, 1 to 15."`
	Rate      string          `yaml:"rate" json:"rate" is:"name" doc:"The variable that holds the yearly discount rate as a share (0.08)."`
	Variables []ValueVariable `yaml:"variables" json:"variables"`
	Formulas  []Formula       `yaml:"formulas,omitempty" json:"formulas,omitempty" doc:"Intermediate results; each may use variables and formulas above it."`
	Lines     []ValueLine     `yaml:"lines" json:"lines"`
	Example   ValueExample    `yaml:"example" json:"example"`
}

// ValueVariable is a number that somebody must answer for.
type ValueVariable struct {
	ID     string `yaml:"id" json:"id" is:"name"`
	Name   Text   `yaml:"name" json:"name"`
	Unit   Text   `yaml:"unit" json:"unit"`
	Range  Range  `yaml:"range" json:"range" doc:"What is assumed until the customer says otherwise."`
	Source string `yaml:"source" json:"source" is:"enum:customer|measured|benchmark|assumption|price" doc:"Where the number should come from."`
	From   string `yaml:"benchmark,omitempty" json:"benchmark,omitempty" is:"ref:benchmarks" doc:"With source benchmark: which."`
	Ask    Text   `yaml:"ask" json:"ask" doc:"The question to the customer, or where to look."`
}

// Formula names a result.
type Formula struct {
	ID   string `yaml:"id" json:"id" is:"name"`
	Name Text   `yaml:"name" json:"name"`
	Unit Text   `yaml:"unit" json:"unit"`
	Expr string `yaml:"expr" json:"expr" is:"formula"`
}

// ValueLine is a row of benefits or costs.
type ValueLine struct {
	ID    string `yaml:"id" json:"id" is:"name"`
	Name  Text   `yaml:"name" json:"name"`
	Kind  string `yaml:"kind" json:"kind" is:"enum:benefit|cost"`
	Group string `yaml:"group" json:"group" is:"enum:cost_saving|efficiency|risk|licence|hardware|operation|people|project"`
	Expr  string `yaml:"expr" json:"expr" is:"formula" doc:"Money of one year; may use year and term."`
	From  int    `yaml:"from_year" json:"from_year" doc:"0: the start."`
	To    *int   `yaml:"to_year,omitempty" json:"to_year,omitempty" doc:"Left out: to the end of the term."`
	Note  *Text  `yaml:"note,omitempty" json:"note,omitempty"`
}

// ValueExample fills a model; its results are checked when packs are tested.
type ValueExample struct {
	Name    Text              `yaml:"name" json:"name"`
	Story   Text              `yaml:"story" json:"story"`
	Values  map[string]Number `yaml:"values" json:"values" doc:"A number for every variable."`
	Results ValueResults      `yaml:"results" json:"results"`
}

// ValueResults are money in the model's currency, shares, and years.
type ValueResults struct {
	Benefits Number  `yaml:"benefits" json:"benefits" doc:"Sum over the term, not discounted."`
	Costs    Number  `yaml:"costs" json:"costs" doc:"Sum over the term, not discounted."`
	NPV      Number  `yaml:"npv" json:"npv"`
	ROI      Number  `yaml:"roi" json:"roi" doc:"A share: 1.5 is 150%."`
	IRR      *Number `yaml:"irr,omitempty" json:"irr,omitempty" doc:"A share; left out when flows don't change sign."`
	Payback  *Number `yaml:"payback_years,omitempty" json:"payback_years,omitempty" doc:"Left out when it isn't reached in the term."`
}

// Template is a deliverable that is generated from the records.
type Template struct {
	ID       string    `yaml:"id" json:"id" is:"id"`
	Name     Text      `yaml:"name" json:"name"`
	For      Text      `yaml:"for" json:"for" doc:"Who reads it and what it should bring about."`
	Formats  []string  `yaml:"formats" json:"formats" is:"enum:page|docx|pdf|xlsx"`
	Inputs   []Input   `yaml:"inputs" json:"inputs"`
	Summary  Text      `yaml:"summary" json:"summary" doc:"Half a page for the decision maker (text/template)."`
	Sections []Chapter `yaml:"sections" json:"sections"`
}

// Input is something a template needs; a missing one is listed, never invented.
type Input struct {
	ID       string `yaml:"id" json:"id" is:"name"`
	Name     Text   `yaml:"name" json:"name"`
	Kind     string `yaml:"kind" json:"kind" is:"enum:text|number|percent|money|date|list"`
	From     string `yaml:"from,omitempty" json:"from,omitempty" is:"path" doc:"account.name, deal.amount, value.npv, input …; not for lists."`
	Rows     *Rows  `yaml:"rows,omitempty" json:"rows,omitempty" doc:"For lists: which records."`
	Optional bool   `yaml:"optional,omitempty" json:"optional,omitempty"`
	Missing  *Text  `yaml:"missing,omitempty" json:"missing,omitempty" doc:"How to get it when it is missing."`
}

// Rows selects records that belong to the deal.
type Rows struct {
	Of      string   `yaml:"of" json:"of" is:"entity"`
	Where   string   `yaml:"where,omitempty" json:"where,omitempty" is:"condition"`
	Columns []string `yaml:"columns" json:"columns" is:"column" doc:"Fields that the template may use."`
}

// Chapter is a section of a document.
type Chapter struct {
	ID    string `yaml:"id" json:"id" is:"id"`
	Title Text   `yaml:"title" json:"title"`
	Body  Text   `yaml:"body" json:"body" doc:"text/template over the inputs."`
}

// PromiseRule finds promises in what we write, and those that go too far.
type PromiseRule struct {
	ID         string  `yaml:"id" json:"id" is:"id"`
	Kind       string  `yaml:"kind" json:"kind" is:"enum:promise|over_promise"`
	Patterns   Phrases `yaml:"patterns" json:"patterns" is:"regex" doc:"Regular expressions (RE2), ignoring case."`
	Why        Text    `yaml:"why" json:"why"`
	Instead    *Text   `yaml:"instead,omitempty" json:"instead,omitempty" doc:"What to write instead; required for over_promise."`
	Capability string  `yaml:"capability,omitempty" json:"capability,omitempty" is:"ref:capabilities" doc:"What must back it."`
}
