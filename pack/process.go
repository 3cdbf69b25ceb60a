package pack

// Playbook is the way of a deal in one motion.
type Playbook struct {
	ID      string  `yaml:"id" json:"id" is:"id"`
	Name    Text    `yaml:"name" json:"name"`
	Summary Text    `yaml:"summary" json:"summary"`
	Stages  []Stage `yaml:"stages" json:"stages"`
}

// Stage is a step of the sale. Its exit criteria open the next one.
type Stage struct {
	ID           string     `yaml:"id" json:"id" is:"id"`
	Name         Text       `yaml:"name" json:"name"`
	DealStage    string     `yaml:"deal_stage" json:"deal_stage" is:"deal_stage" doc:"The option of the field stage of deals that it stands for."`
	Goals        []Text     `yaml:"goals" json:"goals"`
	Activities   []Activity `yaml:"activities" json:"activities"`
	Deliverables []string   `yaml:"deliverables,omitempty" json:"deliverables,omitempty" is:"ref:templates"`
	Exit         []Exit     `yaml:"exit,omitempty" json:"exit,omitempty" doc:"Left out only in a last stage."`
	Days         *Bounds    `yaml:"days,omitempty" json:"days,omitempty" doc:"Planned duration in days; left out: continuing."`
	Benchmarks   []string   `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks"`
}

// Bounds are the lowest and the highest of a planned duration, in calendar days unless said otherwise.
type Bounds struct {
	Min int `yaml:"min" json:"min"`
	Max int `yaml:"max" json:"max"`
}

// Activity is something that the seller does.
type Activity struct {
	ID   string `yaml:"id" json:"id" is:"id"`
	Text Text   `yaml:"text" json:"text"`
	Kind string `yaml:"kind,omitempty" json:"kind,omitempty" is:"activity" doc:"An option of the field kind of activities."`
}

// Exit is a piece of evidence without which the stage isn't over.
type Exit struct {
	ID       string `yaml:"id" json:"id" is:"id"`
	Text     Text   `yaml:"text" json:"text"`
	Check    Check  `yaml:"check" json:"check"`
	Missing  Text   `yaml:"missing" json:"missing" doc:"What to do when it is missing."`
	Override string `yaml:"override,omitempty" json:"override,omitempty" is:"enum:seller|manager|nobody" doc:"Who may go on without it, with a reason; left out: manager."`
}

// Action is a rule of the next best action.
type Action struct {
	ID       string  `yaml:"id" json:"id" is:"id"`
	When     []Check `yaml:"when" json:"when" doc:"All must hold."`
	Lacks    []Check `yaml:"lacks,omitempty" json:"lacks,omitempty" doc:"At least one must not hold."`
	Do       Text    `yaml:"do" json:"do"`
	Why      Text    `yaml:"why" json:"why"`
	Kind     string  `yaml:"kind" json:"kind" is:"activity" doc:"An option of the field kind of activities."`
	DueDays  int     `yaml:"due_days" json:"due_days"`
	Priority int     `yaml:"priority" json:"priority" doc:"1 to 5, 5 first."`
	Tactic   string  `yaml:"tactic,omitempty" json:"tactic,omitempty" is:"ref:tactics"`
}

// Nurture is a plan of touches for customers who aren't ready.
type Nurture struct {
	ID      string   `yaml:"id" json:"id" is:"id"`
	Name    Text     `yaml:"name" json:"name"`
	For     []Check  `yaml:"for" json:"for" doc:"Whom it is for; all must hold."`
	Summary Text     `yaml:"summary" json:"summary"`
	Touches []Touch  `yaml:"touches" json:"touches"`
	Repeat  int      `yaml:"repeat_days,omitempty" json:"repeat_days,omitempty" doc:"After so many days it begins again; left out: once."`
	Stop    []Check  `yaml:"stop" json:"stop" doc:"Any of them ends the plan."`
	Strike  []string `yaml:"strike,omitempty" json:"strike,omitempty" is:"ref:triggers" doc:"Events that end waiting."`
}

// Touch is one contact of the plan.
type Touch struct {
	ID   string `yaml:"id" json:"id" is:"id"`
	Day  int    `yaml:"day" json:"day" doc:"Days from the plan's start."`
	Kind string `yaml:"kind" json:"kind" is:"activity" doc:"An option of the field kind of activities."`
	Role string `yaml:"role,omitempty" json:"role,omitempty" is:"ref:roles"`
	Text Text   `yaml:"text" json:"text"`
	Goal Text   `yaml:"goal" json:"goal"`
}

// Role is a part that somebody plays when a firm buys.
type Role struct {
	ID      string   `yaml:"id" json:"id" is:"contact_role" doc:"An option of the field role of contacts."`
	Name    Text     `yaml:"name" json:"name"`
	Weight  Number   `yaml:"weight" json:"weight" doc:"Share of the decision in percent; 0: no vote of its own."`
	Decides Text     `yaml:"decides" json:"decides"`
	Worries []Text   `yaml:"worries" json:"worries"`
	Gains   []Text   `yaml:"gains" json:"gains" doc:"Personal interests that the sale may serve."`
	Reach   Text     `yaml:"reach" json:"reach" doc:"How to meet and what to bring."`
	Source  []string `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks"`
}

// Tactic is how to do one thing well.
type Tactic struct {
	ID      string `yaml:"id" json:"id" is:"id"`
	Name    Text   `yaml:"name" json:"name"`
	When    Text   `yaml:"when" json:"when"`
	Steps   []Text `yaml:"steps" json:"steps"`
	Caution Text   `yaml:"caution" json:"caution"`
}

// Objection is what customers say against us.
type Objection struct {
	ID      string   `yaml:"id" json:"id" is:"id"`
	Name    Text     `yaml:"name" json:"name"`
	Says    Phrases  `yaml:"says" json:"says" doc:"How customers put it."`
	Means   Text     `yaml:"means" json:"means" doc:"What lies behind it."`
	Ask     []Text   `yaml:"ask" json:"ask" doc:"Questions to ask back."`
	Answers []Answer `yaml:"answers" json:"answers"`
	Avoid   Text     `yaml:"avoid" json:"avoid"`
	Needs   []string `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs"`
}

// Answer is one angle of an answer; its use and the outcome are recorded.
type Answer struct {
	ID         string   `yaml:"id" json:"id" is:"id"`
	Angle      Text     `yaml:"angle" json:"angle"`
	Text       Text     `yaml:"text" json:"text"`
	Proof      Text     `yaml:"proof" json:"proof" doc:"What to show for it."`
	Capability string   `yaml:"capability,omitempty" json:"capability,omitempty" is:"ref:capabilities"`
	Benchmarks []string `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks"`
	Cases      []string `yaml:"cases,omitempty" json:"cases,omitempty" is:"ref:cases"`
}

// Battlecard is how to sell against one competitor or kind of competitor.
type Battlecard struct {
	ID         string      `yaml:"id" json:"id" is:"id"`
	Competitor Text        `yaml:"competitor" json:"competitor"`
	Also       []string    `yaml:"also" json:"also" doc:"Names in the field competitor, or of a current system, that bring the card up."`
	Kind       string      `yaml:"kind" json:"kind" is:"enum:product|cloud|open_source|self_built|none"`
	Situation  Text        `yaml:"situation" json:"situation" doc:"When one meets it."`
	Strengths  []Text      `yaml:"strengths" json:"strengths" doc:"Where they are good; say so."`
	Advantages []Advantage `yaml:"advantages" json:"advantages"`
	Plays      []Text      `yaml:"plays" json:"plays"`
	Questions  []Text      `yaml:"questions" json:"questions" doc:"Questions that let the customer see the difference."`
	Avoid      Text        `yaml:"avoid" json:"avoid"`
}

// Advantage is a difference in our favour, with its proof.
type Advantage struct {
	ID         string   `yaml:"id" json:"id" is:"id"`
	Text       Text     `yaml:"text" json:"text"`
	Proof      Text     `yaml:"proof" json:"proof"`
	Capability string   `yaml:"capability,omitempty" json:"capability,omitempty" is:"ref:capabilities"`
	Benchmarks []string `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks"`
}

// POC is a template for a proof of concept.
type POC struct {
	ID            string         `yaml:"id" json:"id" is:"id"`
	Name          Text           `yaml:"name" json:"name"`
	Summary       Text           `yaml:"summary" json:"summary"`
	Days          Bounds         `yaml:"days" json:"days"`
	Prerequisites []Text         `yaml:"prerequisites" json:"prerequisites"`
	Criteria      []POCCriterion `yaml:"criteria" json:"criteria"`
	Verdict       Text           `yaml:"verdict" json:"verdict" doc:"How the results become a verdict."`
	Ladder        string         `yaml:"ladder,omitempty" json:"ladder,omitempty" is:"ref:ladders"`
}

// POCCriterion is agreed in writing before the first day.
type POCCriterion struct {
	ID         string `yaml:"id" json:"id" is:"id"`
	Text       Text   `yaml:"text" json:"text"`
	Unit       Text   `yaml:"unit" json:"unit"`
	Better     string `yaml:"better" json:"better" is:"enum:lower|higher"`
	Threshold  Number `yaml:"threshold" json:"threshold" doc:"A proposal; the customer's own number replaces it."`
	Method     Text   `yaml:"method" json:"method" doc:"How it is measured, so that two people get the same result."`
	Need       string `yaml:"need" json:"need" is:"ref:needs"`
	Capability string `yaml:"capability" json:"capability" is:"ref:capabilities"`
	Metric     string `yaml:"metric,omitempty" json:"metric,omitempty" is:"ref:metrics"`
}

// Ladder is a trust ladder.
type Ladder struct {
	ID    string `yaml:"id" json:"id" is:"id"`
	Name  Text   `yaml:"name" json:"name"`
	Rungs []Rung `yaml:"rungs" json:"rungs" doc:"From the lowest."`
}

// Rung is one step of trust.
type Rung struct {
	ID       string `yaml:"id" json:"id" is:"id"`
	Name     Text   `yaml:"name" json:"name"`
	Believes Text   `yaml:"believes" json:"believes" doc:"What the customer believes on it."`
	Shows    Text   `yaml:"shows" json:"shows" doc:"What gets one there."`
	Check    *Check `yaml:"check,omitempty" json:"check,omitempty"`
}

// Finding is what a result of the reconnaissance means.
type Finding struct {
	ID         string   `yaml:"id" json:"id" is:"id"`
	What       string   `yaml:"what" json:"what" is:"enum:mx|ptr|spf|dkim|dmarc|dnsbl|smtp|tls|webmail|certificate|dns"`
	If         string   `yaml:"if" json:"if" is:"condition:findings"`
	Name       Text     `yaml:"name" json:"name"`
	Means      Text     `yaml:"means" json:"means"`
	Say        Text     `yaml:"say" json:"say" doc:"The argument that fits."`
	Strength   string   `yaml:"strength" json:"strength" is:"enum:strong|medium|weak|against" doc:"How much it speaks for a sale."`
	Needs      []string `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs"`
	Objections []string `yaml:"objections,omitempty" json:"objections,omitempty" is:"ref:objections"`
	Triggers   []string `yaml:"triggers,omitempty" json:"triggers,omitempty" is:"ref:triggers"`
}

// Trigger is an event that opens a time to sell.
type Trigger struct {
	ID      string   `yaml:"id" json:"id" is:"id"`
	Name    Text     `yaml:"name" json:"name"`
	Watch   string   `yaml:"watch" json:"watch" is:"enum:finding|record|news|date|person" doc:"Where one learns of it."`
	Check   *Check   `yaml:"check,omitempty" json:"check,omitempty" doc:"Finds it in the records by itself."`
	Signs   []Text   `yaml:"signs" json:"signs" doc:"How it shows."`
	Why     Text     `yaml:"why" json:"why" doc:"Why it opens a door."`
	Play    Text     `yaml:"play" json:"play"`
	Within  int      `yaml:"within_days" json:"within_days" doc:"Days in which to act."`
	Lasts   int      `yaml:"lasts_days" json:"lasts_days" doc:"Days for which the door stays open."`
	Needs   []string `yaml:"needs,omitempty" json:"needs,omitempty" is:"ref:needs"`
	Tactics []string `yaml:"tactics,omitempty" json:"tactics,omitempty" is:"ref:tactics"`
}

// Case is a past sale.
type Case struct {
	ID          string   `yaml:"id" json:"id" is:"id"`
	Name        Text     `yaml:"name" json:"name"`
	Customer    Text     `yaml:"customer" json:"customer"`
	Industry    string   `yaml:"industry" json:"industry" is:"industry"`
	Seats       int      `yaml:"seats,omitempty" json:"seats,omitempty"`
	Former      Text     `yaml:"former" json:"former" doc:"What the customer ran before."`
	Contacts    []Text   `yaml:"contacts" json:"contacts" doc:"Who was talked to."`
	CycleMonths Number   `yaml:"cycle_months" json:"cycle_months"`
	Discount    *Number  `yaml:"discount,omitempty" json:"discount,omitempty" doc:"Percent off the list price; left out: unknown."`
	Outcome     string   `yaml:"outcome" json:"outcome" is:"enum:won|lost"`
	Problems    []Text   `yaml:"problems" json:"problems"`
	Needs       []string `yaml:"needs" json:"needs" is:"ref:needs"`
	Turning     []Text   `yaml:"turning" json:"turning" doc:"What decided it."`
	Lesson      Text     `yaml:"lesson" json:"lesson"`
	Codes       Codes    `yaml:"codes" json:"codes"`
	Triggers    []string `yaml:"triggers,omitempty" json:"triggers,omitempty" is:"ref:triggers"`
	Objections  []string `yaml:"objections,omitempty" json:"objections,omitempty" is:"ref:objections"`
	Source      string   `yaml:"source" json:"source" is:"ref:pack.sources"`
}

// Codes rate a case on the five dimensions.
type Codes struct {
	NeedDepth     Code `yaml:"need_depth" json:"need_depth" doc:"How deep needs were understood."`
	SolutionFit   Code `yaml:"solution_fit" json:"solution_fit" doc:"How well the offer met them."`
	ValueProof    Code `yaml:"value_proof" json:"value_proof" doc:"How well its worth was shown."`
	Negotiation   Code `yaml:"negotiation" json:"negotiation" doc:"How the deal was led to signature."`
	FollowThrough Code `yaml:"follow_through" json:"follow_through" doc:"How the customer was kept company, before and after."`
}

// Code is a rating with its reason.
type Code struct {
	Score int  `yaml:"score" json:"score" doc:"0 (nothing known) to 5 (exemplary)."`
	Why   Text `yaml:"why" json:"why"`
}

// Phase is a phase of entering the market.
type Phase struct {
	ID        string   `yaml:"id" json:"id" is:"id"`
	Name      Text     `yaml:"name" json:"name"`
	Months    Span     `yaml:"months" json:"months"`
	Customers Span     `yaml:"customers" json:"customers" doc:"How many customers to reach."`
	Goals     []Text   `yaml:"goals" json:"goals"`
	Tactics   []Text   `yaml:"tactics" json:"tactics"`
	Source    []string `yaml:"benchmarks,omitempty" json:"benchmarks,omitempty" is:"ref:benchmarks"`
}
