package deal

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// Action is something to do next about a deal, and why.
type Action struct {
	Deal     lake.Key    `json:"deal"`
	Account  lake.Key    `json:"account,omitempty" doc:"Where it is about an account without a deal."`
	Play     string      `json:"play" doc:"The rule; the task that is made of it bears it."`
	Source   string      `json:"source" enum:"rule,criterion,overdue,contact,event,trigger,renewal" doc:"What kind of rule asks for it."`
	Do       pack.Text   `json:"do"`
	Why      pack.Text   `json:"why"`
	Kind     string      `json:"kind" doc:"An option of the field kind of activities."`
	Priority int         `json:"priority" minimum:"1" maximum:"5" doc:"5 first."`
	DueOn    string      `json:"due_on" format:"date"`
	Because  []Found     `json:"because" doc:"The checks that it rests on."`
	About    []Witness   `json:"about" doc:"The records that it rests on, where no check names them."`
	Pack     string      `json:"pack,omitempty" doc:"The pack that has the rule; absent: a rule of the product."`
	Tactic   *TacticNote `json:"tactic,omitempty" doc:"How to do it well."`
	Task     *Witness    `json:"task,omitempty" doc:"The task that was made of it and isn't done."`
	Contact  lake.Key    `json:"contact,omitempty"`
}

// TacticNote is how to do one thing well.
type TacticNote struct {
	ID      string      `json:"id"`
	Name    pack.Text   `json:"name"`
	Steps   []pack.Text `json:"steps"`
	Caution pack.Text   `json:"caution"`
}

// Standpoint is what is known of a deal besides the records that checks count.
type Standpoint struct {
	Subject  Subject
	Stage    string
	DaysHere *float64 // in the stage; nil: unknown or closed
	Know     *pack.Merged
	Book     *pack.Playbook // may be nil
	Way      Way
	Today    time.Time // a day
}

// The product's own rules; those of a pack are Action, Exit and Trigger.
const (
	silentDays  = 30 // after which a person who decides counts as silent
	renewalDays = 90 // before a renewal when it becomes something to do
	restDays    = 14 // for which a task that was done isn't asked for again
	// RecentDays is how long a meeting counts as recent for the coverage of a committee.
	RecentDays = 60
)

// NextChecks are the checks that Next makes.
func NextChecks(k *pack.Merged, p *pack.Playbook) []pack.Check {
	out := ProgressChecks(p)
	for _, a := range k.Actions {
		out = append(append(out, a.When...), a.Lacks...)
	}
	for _, t := range k.Triggers {
		if t.Check != nil {
			out = append(out, *t.Check)
		}
	}
	return out
}

// NextWants are the fields that Next reads beside its checks.
func NextWants() Wants {
	return Wants{
		"activities": {"kind", "happened_at", "due_on", "done", "play", "contact", "subject"},
		"committee":  {"name", "role", "met_on", "contact"},
		"events":     {"title", "trigger", "status", "seen_on"},
		"agreements": {"title", "status", "renew_on"},
		"moves":      {"from_stage", "to_stage", "moved_at", "status"},
	}
}

// Next ranks what to do about a deal: highest priority first, then what is due first.
// What became a task that isn't done yet comes with it; what was done within the last 14
// days is left out.
func Next(s *Sight, at Standpoint) []Action {
	out := at.rules(s)
	if at.Stage != "won" && at.Stage != Lost {
		out = append(out, at.criteria(s, out)...)
		out = append(out, at.overdue()...)
		out = append(out, at.contacts(s)...)
	}
	if at.Stage != Lost {
		out = append(out, at.events(s)...)
		out = append(out, at.triggers(s)...)
		out = append(out, at.renewals(s, out)...)
	}
	out = at.tasks(s, out)
	slices.SortStableFunc(out, func(a, b Action) int {
		return cmp.Or(cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.DueOn, b.DueOn))
	})
	return out
}

func (at Standpoint) action(play, source, kind string, do, why pack.Text, priority, days int) Action {
	return Action{Deal: at.Subject.Deal, Play: play, Source: source, Do: do, Why: why, Kind: kind, Priority: priority,
		DueOn: at.Today.AddDate(0, 0, days).Format(time.DateOnly), Because: []Found{}, About: []Witness{}}
}

func (at Standpoint) rules(s *Sight) (out []Action) {
	for _, rule := range at.Know.Actions {
		var because []Found
		holds := true
		for _, c := range rule.When {
			f := s.Count(c, at.Subject)
			holds, because = holds && f.Holds, append(because, f)
		}
		lacks := len(rule.Lacks) == 0
		for _, c := range rule.Lacks {
			f := s.Count(c, at.Subject)
			lacks, because = lacks || !f.Holds && f.Problem == "", append(because, f)
		}
		if !holds || !lacks {
			continue
		}
		a := at.action("action:"+rule.ID, "rule", rule.Kind, rule.Do, rule.Why, rule.Priority, rule.DueDays)
		a.Because, a.Pack, a.Tactic = because, at.Know.From["actions/"+rule.ID], tactic(at.Know, rule.Tactic)
		out = append(out, a)
	}
	return out
}

func tactic(k *pack.Merged, id string) *TacticNote {
	for _, t := range k.Tactics {
		if t.ID == id {
			return &TacticNote{t.ID, t.Name, t.Steps, t.Caution}
		}
	}
	return nil
}

// here is the playbook's stage where the deal stands; nil when there is none.
func (at Standpoint) here() *pack.Stage {
	for _, st := range all(at.Book) {
		if st.DealStage == at.Stage {
			return st
		}
	}
	return nil
}

func (at Standpoint) late(st *pack.Stage) bool {
	return st != nil && st.Days != nil && at.DaysHere != nil && *at.DaysHere > float64(st.Days.Max)
}

// criteria are what is missing to leave the stage, unless a rule of the pack asks for
// the same evidence.
func (at Standpoint) criteria(s *Sight, known []Action) (out []Action) {
	st := at.here()
	if st == nil {
		return nil
	}
	priority := 3
	if at.late(st) {
		priority = 4
	}
	for _, c := range Criteria(s, at.Subject, []*pack.Stage{st}) {
		if c.Found.Holds || slices.ContainsFunc(known, func(a Action) bool {
			return slices.ContainsFunc(a.Because, func(f Found) bool { return !f.Holds && f.Of == c.Found.Of && f.Where == c.Found.Where })
		}) {
			continue
		}
		a := at.action("exit:"+at.Book.ID+"/"+st.ID+"/"+c.ID, "criterion", "task", c.Missing,
			pack.Text{ZH: "离开“" + st.Name.ZH + "”还缺：" + c.Text.ZH, EN: "Still missing to leave " + st.Name.EN + ": " + c.Text.EN}, priority, 7)
		a.Because, a.Pack = []Found{c.Found}, at.Know.From["playbooks/"+at.Book.ID]
		out = append(out, a)
	}
	return out
}

func (at Standpoint) overdue() []Action {
	st := at.here()
	if !at.late(st) {
		return nil
	}
	days := int(*at.DaysHere)
	a := at.action("overdue:"+at.Book.ID+"/"+st.ID, "overdue", "meeting",
		pack.Text{ZH: "与客户约定一个推进或暂停的日期，并说清各自要做什么", EN: "Agree with the customer on a date to go on or to pause, and who does what until then"},
		pack.Text{ZH: fmt.Sprintf("已在“%s”停留 %d 天，计划最多 %d 天", st.Name.ZH, days, st.Days.Max), EN: fmt.Sprintf("%d days in %s, planned for at most %d", days, st.Name.EN, st.Days.Max)}, 4, 3)
	a.Pack = at.Know.From["playbooks/"+at.Book.ID]
	return []Action{a}
}

// contacts are people with a say whom nobody has spoken to for long.
func (at Standpoint) contacts(s *Sight) (out []Action) {
	last := LastContacts(s, at.Subject)
	for _, m := range s.Rows("committee", at.Subject) {
		role, ok := roleOf(at.Know, string(m.Cell("role")))
		met := lastMet(m, last)
		if !ok || role.Weight == 0 && role.ID != "decides" || met.IsZero() || at.Today.Sub(met) < silentDays*24*time.Hour {
			continue
		}
		days := int(at.Today.Sub(met).Hours() / 24)
		a := at.action("silent:"+string(m.ID), "contact", "call",
			pack.Text{ZH: "联系" + m.Title + "：" + role.Reach.ZH, EN: "Reach " + m.Title + ": " + role.Reach.EN},
			pack.Text{ZH: fmt.Sprintf("%s（%s）已有 %d 天没有往来", m.Title, role.Name.ZH, days), EN: fmt.Sprintf("No word with %s (%s) for %d days", m.Title, role.Name.EN, days)}, 3, 3)
		a.About, a.Pack, a.Contact = []Witness{m.Witness}, at.Know.From["roles/"+role.ID], lake.Key(m.Cell("contact"))
		out = append(out, a)
	}
	return out
}

// LastContacts is when each contact was last met or spoken to, by the records of activities.
func LastContacts(s *Sight, b Subject) map[lake.Key]time.Time {
	out := map[lake.Key]time.Time{}
	for _, r := range s.Rows("activities", b) {
		who := lake.Key(r.Cell("contact"))
		at, err := time.Parse(time.RFC3339Nano, string(r.Cell("happened_at")))
		if who != "" && err == nil && happened(r) && at.After(out[who]) {
			out[who] = at
		}
	}
	return out
}

// lastMet is the later of what the map says and what the activities say; zero: never.
func lastMet(m Row, last map[lake.Key]time.Time) time.Time {
	met := day(m.Cell("met_on"))
	if t := last[lake.Key(m.Cell("contact"))]; t.After(met) {
		return t
	}
	return met
}

func day(c lake.Cell) time.Time {
	t, _ := time.Parse(time.DateOnly, string(c))
	return t
}

func roleOf(k *pack.Merged, id string) (pack.Role, bool) {
	for _, r := range k.Roles {
		if r.ID == id {
			return r, true
		}
	}
	return pack.Role{}, false
}

// events are what somebody noted, or the reconnaissance found, and is still open.
func (at Standpoint) events(s *Sight) (out []Action) {
	for _, e := range s.Rows("events", at.Subject) {
		seen := day(e.Cell("seen_on"))
		t, ok := triggerOf(at.Know, string(e.Cell("trigger")))
		if e.Cell("status") != "open" || !ok || seen.IsZero() || at.Today.After(seen.AddDate(0, 0, t.Lasts)) {
			continue
		}
		a := at.action("event:"+string(e.ID), "event", "call", t.Play,
			pack.Text{ZH: e.Title + "（" + seen.Format(time.DateOnly) + "）：" + t.Why.ZH, EN: e.Title + " (" + seen.Format(time.DateOnly) + "): " + t.Why.EN}, 4, 0)
		a.DueOn = seen.AddDate(0, 0, t.Within).Format(time.DateOnly)
		a.About, a.Pack = []Witness{e.Witness}, at.Know.From["triggers/"+t.ID]
		if len(t.Tactics) > 0 {
			a.Tactic = tactic(at.Know, t.Tactics[0])
		}
		out = append(out, a)
	}
	return out
}

func triggerOf(k *pack.Merged, id string) (pack.Trigger, bool) {
	for _, t := range k.Triggers {
		if t.ID == id {
			return t, true
		}
	}
	return pack.Trigger{}, false
}

// triggers are those that the records themselves show.
func (at Standpoint) triggers(s *Sight) (out []Action) {
	if at.Stage == "won" {
		return nil
	}
	for _, t := range at.Know.Triggers {
		if t.Check == nil {
			continue
		}
		f := s.Count(*t.Check, at.Subject)
		if !f.Holds {
			continue
		}
		a := at.action("trigger:"+t.ID, "trigger", "call", t.Play, pack.Text{ZH: t.Name.ZH + "：" + t.Why.ZH, EN: t.Name.EN + ": " + t.Why.EN}, 4, t.Within)
		a.Because, a.Pack = []Found{f}, at.Know.From["triggers/"+t.ID]
		out = append(out, a)
	}
	return out
}

// renewals are contracts that end soon, unless a rule of the pack speaks of them already.
func (at Standpoint) renewals(s *Sight, known []Action) (out []Action) {
	for _, c := range s.Rows("agreements", at.Subject) {
		on := day(c.Cell("renew_on"))
		if c.Cell("status") != "signed" || on.IsZero() || on.Before(at.Today) || on.After(at.Today.AddDate(0, 0, renewalDays)) {
			continue
		}
		if slices.ContainsFunc(known, func(a Action) bool {
			return slices.ContainsFunc(a.Because, func(f Found) bool {
				return slices.ContainsFunc(f.Witnesses, func(w Witness) bool { return w.ID == c.ID })
			})
		}) {
			continue
		}
		left := int(on.Sub(at.Today).Hours() / 24)
		a := at.action("renewal:"+string(c.ID), "renewal", "meeting",
			pack.Text{ZH: "带着实际成效谈续约：" + c.Title, EN: "Talk about the renewal with measured results: " + c.Title},
			pack.Text{ZH: fmt.Sprintf("还有 %d 天到续约日（%s）", left, on.Format(time.DateOnly)), EN: fmt.Sprintf("%d days to the renewal date (%s)", left, on.Format(time.DateOnly))}, 4, min(14, left))
		a.About = []Witness{c.Witness}
		out = append(out, a)
	}
	return out
}

// tasks joins actions with the tasks that were made of them, and leaves out what was
// done of late.
func (at Standpoint) tasks(s *Sight, list []Action) (out []Action) {
	rows := s.Rows("activities", at.Subject)
	for _, a := range list {
		done := false
		for _, r := range rows {
			switch {
			case string(r.Cell("play")) != a.Play:
			case r.Cell("done") != "true":
				a.Task = &r.Witness
			default:
				done = done || at.Today.Sub(doneAt(r)) < restDays*24*time.Hour
			}
		}
		if a.Task != nil || !done {
			out = append(out, a)
		}
	}
	return out
}

func doneAt(r Row) time.Time {
	if t, err := time.Parse(time.RFC3339Nano, string(r.Cell("happened_at"))); err == nil {
		return t
	}
	return day(r.Cell("due_on"))
}
