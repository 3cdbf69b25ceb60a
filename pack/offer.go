package pack

// SupportLevel is what help a customer gets.
type SupportLevel struct {
	ID    string `yaml:"id" is:"id"`
	Name  Text   `yaml:"name"`
	Hours string `yaml:"hours" is:"enum:community|working|always" doc:"community: no response time; working: working hours; always: 7×24."`
	// Response is for a stopped system.
	Response *Number `yaml:"response_hours,omitempty" doc:"Hours until an engineer answers when the system stands still; left out: not promised."`
	Named    bool    `yaml:"named_engineer,omitempty"`
	OnSite   bool    `yaml:"on_site,omitempty"`
	Text     Text    `yaml:"text"`
}

// ContractForm is a set of terms.
type ContractForm struct {
	ID         string `yaml:"id" is:"id"`
	Name       Text   `yaml:"name"`
	Model      string `yaml:"model" is:"enum:licence|subscription|mixed"`
	Months     Bounds `yaml:"months" doc:"Shortest and longest term, in months."`
	Billing    string `yaml:"billing" is:"enum:yearly|monthly|one_off"`
	NoticeDays int    `yaml:"notice_days" doc:"Days before its end from which the renewal is a task."`
	Renews     string `yaml:"renews" is:"enum:by_itself|by_signature|never"`
	Clauses    []Text `yaml:"clauses"`
}

// PriceList holds editions by segment.
type PriceList struct {
	ID        string     `yaml:"id" is:"id"`
	Name      Text       `yaml:"name"`
	Currency  string     `yaml:"currency" is:"currency"`
	Source    string     `yaml:"source" is:"ref:pack.sources"`
	Editions  []Edition  `yaml:"editions"`
	Discounts []Discount `yaml:"discounts" doc:"Ascending; the first that covers a discount says who approves it."`
	Anchor    Text       `yaml:"anchor" doc:"How the price is shown next to the customer's gain."`
}

// Edition is one thing to buy.
type Edition struct {
	ID            string   `yaml:"id" is:"id"`
	Name          Text     `yaml:"name"`
	Segment       string   `yaml:"segment" is:"ref:segments"`
	Price         Span     `yaml:"price"`
	Per           string   `yaml:"per" is:"enum:year|month|once|seat_year|seat_month"`
	Seats         *Span    `yaml:"seats,omitempty"`
	Sources       *Span    `yaml:"sources,omitempty" doc:"Data sources."`
	Volume        *Span    `yaml:"volume_gb,omitempty" doc:"Data volume in gigabytes (1 TB = 1,000 GB)."`
	Support       string   `yaml:"support" is:"ref:support_levels"`
	Customisation Text     `yaml:"customisation"`
	Terms         []string `yaml:"terms" is:"ref:contract_forms"`
	Suits         Text     `yaml:"suits" doc:"Whom it is for, and when to go one up."`
}

// Discount says who approves how much.
type Discount struct {
	ID       string `yaml:"id" is:"id"`
	UpTo     Number `yaml:"up_to" doc:"Percent off the list price."`
	Approver string `yaml:"approver" is:"enum:seller|manager|director|executive"`
	Gives    Text   `yaml:"gives" doc:"What the customer gives for it."`
	Why      Text   `yaml:"why"`
}

// ValueModel is what a solution is worth and costs, year by year. Year 0 is the start,
// years 1 to Years the term. A line's formula is worked out for each of its years; the
// cash flow of a year is its benefits minus its costs. From the flows come NPV (at
// Rate), IRR, payback in years (linear within a year) and ROI (benefits minus costs,
// over costs, not discounted).
type ValueModel struct {
	ID        string          `yaml:"id" is:"id"`
	Name      Text            `yaml:"name"`
	Summary   Text            `yaml:"summary"`
	Currency  string          `yaml:"currency" is:"currency"`
	Years     int             `yaml:"years" doc:"The term, 1 to 15."`
	Rate      string          `yaml:"rate" is:"name" doc:"The variable that holds the yearly discount rate as a share (0.08)."`
	Variables []ValueVariable `yaml:"variables"`
	Formulas  []Formula       `yaml:"formulas,omitempty" doc:"Intermediate results; each may use variables and formulas above it."`
	Lines     []ValueLine     `yaml:"lines"`
	Example   ValueExample    `yaml:"example"`
}

// ValueVariable is a number that somebody must answer for.
type ValueVariable struct {
	ID     string `yaml:"id" is:"name"`
	Name   Text   `yaml:"name"`
	Unit   Text   `yaml:"unit"`
	Range  Range  `yaml:"range" doc:"What is assumed until the customer says otherwise."`
	Source string `yaml:"source" is:"enum:customer|measured|benchmark|assumption|price" doc:"Where the number should come from."`
	From   string `yaml:"benchmark,omitempty" is:"ref:benchmarks" doc:"With source benchmark: which."`
	Ask    Text   `yaml:"ask" doc:"The question to the customer, or where to look."`
}

// Formula names a result.
type Formula struct {
	ID   string `yaml:"id" is:"name"`
	Name Text   `yaml:"name"`
	Unit Text   `yaml:"unit"`
	Expr string `yaml:"expr" is:"formula"`
}

// ValueLine is a row of benefits or costs.
type ValueLine struct {
	ID    string `yaml:"id" is:"name"`
	Name  Text   `yaml:"name"`
	Kind  string `yaml:"kind" is:"enum:benefit|cost"`
	Group string `yaml:"group" is:"enum:cost_saving|efficiency|risk|licence|hardware|operation|people|project"`
	Expr  string `yaml:"expr" is:"formula" doc:"Money of one year; may use year and term."`
	From  int    `yaml:"from_year" doc:"0: the start."`
	To    *int   `yaml:"to_year,omitempty" doc:"Left out: to the end of the term."`
	Note  *Text  `yaml:"note,omitempty"`
}

// ValueExample fills a model; its results are checked when packs are tested.
type ValueExample struct {
	Name    Text              `yaml:"name"`
	Story   Text              `yaml:"story"`
	Values  map[string]Number `yaml:"values" doc:"A number for every variable."`
	Results ValueResults      `yaml:"results"`
}

// ValueResults are money in the model's currency, shares, and years.
type ValueResults struct {
	Benefits Number  `yaml:"benefits" doc:"Sum over the term, not discounted."`
	Costs    Number  `yaml:"costs" doc:"Sum over the term, not discounted."`
	NPV      Number  `yaml:"npv"`
	ROI      Number  `yaml:"roi" doc:"A share: 1.5 is 150%."`
	IRR      *Number `yaml:"irr,omitempty" doc:"A share; left out when flows don't change sign."`
	Payback  *Number `yaml:"payback_years,omitempty" doc:"Left out when it isn't reached in the term."`
}

// Template is a deliverable that is generated from the records.
type Template struct {
	ID       string    `yaml:"id" is:"id"`
	Name     Text      `yaml:"name"`
	For      Text      `yaml:"for" doc:"Who reads it and what it should bring about."`
	Formats  []string  `yaml:"formats" is:"enum:page|docx|pdf|xlsx"`
	Inputs   []Input   `yaml:"inputs"`
	Summary  Text      `yaml:"summary" doc:"Half a page for the decision maker (text/template)."`
	Sections []Chapter `yaml:"sections"`
}

// Input is something a template needs; a missing one is listed, never invented.
type Input struct {
	ID       string `yaml:"id" is:"name"`
	Name     Text   `yaml:"name"`
	Kind     string `yaml:"kind" is:"enum:text|number|percent|money|date|list"`
	From     string `yaml:"from,omitempty" is:"path" doc:"account.name, deal.amount, value.npv, input …; not for lists."`
	Rows     *Rows  `yaml:"rows,omitempty" doc:"For lists: which records."`
	Optional bool   `yaml:"optional,omitempty"`
	Missing  *Text  `yaml:"missing,omitempty" doc:"How to get it when it is missing."`
}

// Rows selects records that belong to the deal.
type Rows struct {
	Of      string   `yaml:"of" is:"entity"`
	Where   string   `yaml:"where,omitempty" is:"condition"`
	Columns []string `yaml:"columns" is:"column" doc:"Fields that the template may use."`
}

// Chapter is a section of a document.
type Chapter struct {
	ID    string `yaml:"id" is:"id"`
	Title Text   `yaml:"title"`
	Body  Text   `yaml:"body" doc:"text/template over the inputs."`
}

// PromiseRule finds promises in what we write, and those that go too far.
type PromiseRule struct {
	ID         string  `yaml:"id" is:"id"`
	Kind       string  `yaml:"kind" is:"enum:promise|over_promise"`
	Patterns   Phrases `yaml:"patterns" is:"regex" doc:"Regular expressions (RE2), ignoring case."`
	Why        Text    `yaml:"why"`
	Instead    *Text   `yaml:"instead,omitempty" doc:"What to write instead; required for over_promise."`
	Capability string  `yaml:"capability,omitempty" is:"ref:capabilities" doc:"What must back it."`
}
