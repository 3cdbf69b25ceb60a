package nurture

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
)

// Check is a condition of a plan with what it found.
type Check struct {
	pack.Check
	Holds bool       `json:"holds"`
	Found []lake.Key `json:"found" doc:"The records that match, at most 20."`
	Count int        `json:"count"`
}

// Touch is a planned contact of a round, as its task stands.
type Touch struct {
	pack.Touch
	Task      lake.Key `json:"task,omitempty" doc:"Absent: its task is gone."`
	DueOn     string   `json:"due_on"`
	Contact   lake.Key `json:"contact,omitempty"`
	State     string   `json:"state" enum:"done,overdue,planned,dropped"`
	Suggested lake.Key `json:"suggested,omitempty" doc:"The contact whose role fits, in a round that hasn't begun."`
}

// Round is a plan under way, or as it would be.
type Round struct {
	StartOn string  `json:"start_on"`
	Running bool    `json:"running" doc:"It has tasks that aren't done."`
	Done    int     `json:"done"`
	NextOn  string  `json:"next_on,omitempty" doc:"When the next round begins; absent: once is enough."`
	Touches []Touch `json:"touches"`
}

// Strike is an event that ends the waiting.
type Strike struct {
	Event   lake.Key     `json:"event"`
	SeenOn  string       `json:"seen_on"`
	Note    string       `json:"note,omitempty"`
	Trigger pack.Trigger `json:"trigger"`
}

// Standing is how an account stands to a plan.
type Standing struct {
	Pack    string       `json:"pack"`
	Plan    pack.Nurture `json:"plan"`
	Fits    bool         `json:"fits" doc:"All conditions of whom it is for hold."`
	For     []Check      `json:"for"`
	Stop    []Check      `json:"stop" doc:"Any that holds ends the plan."`
	Stopped bool         `json:"stopped"`
	Strikes []Strike     `json:"strikes"`
	Round   *Round       `json:"round,omitempty" doc:"The newest one."`
	Draft   Round        `json:"draft" doc:"What a round from today would be."`
}

// Sight reads an account's records once for all plans.
type Sight struct {
	ctx     context.Context
	reader  *lake.Reader
	env     filter.Env
	account lake.Record
	known   map[lake.EntityName][]lake.Record
}

// Look begins to read an account as the reader sees it.
func Look(ctx context.Context, r *lake.Reader, env filter.Env, account lake.Key) (*Sight, error) {
	rec, err := r.Get(ctx, "accounts", account)
	return &Sight{ctx: ctx, reader: r, env: env, account: rec, known: map[lake.EntityName][]lake.Record{}}, err
}

// Records gives those of an entity that belong to the account, by their keys; of accounts it is
// the account itself.
func (s *Sight) Records(entity lake.EntityName) ([]lake.Record, error) {
	if entity == "accounts" {
		return []lake.Record{s.account}, nil
	}
	if list, ok := s.known[entity]; ok {
		return list, nil
	}
	e, err := s.reader.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	list := []lake.Record{}
	if f, ok := e.Field("account"); ok && f.Kind == lake.Reference && f.Target == "accounts" {
		keys, err := s.reader.Find(s.ctx, entity, "account", lake.Cell(s.account.Key))
		if err != nil {
			return nil, err
		}
		found, err := s.reader.GetMany(s.ctx, entity, keys)
		if err != nil {
			return nil, err
		}
		slices.Sort(keys)
		for _, k := range slices.Compact(keys) {
			if rec, ok := found[k]; ok {
				list = append(list, rec)
			}
		}
	}
	s.known[entity] = list
	return list, nil
}

const foundMost = 20

// Check counts what matches a condition among the account's records.
func (s *Sight) Check(c pack.Check) (Check, error) {
	out := Check{Check: c, Found: []lake.Key{}}
	e, err := s.reader.Schema().Entity(lake.EntityName(c.Of))
	if err != nil {
		return out, err
	}
	where, err := filter.Parse(c.Where, s.reader.Schema(), e, s.env)
	if err != nil {
		return out, err
	}
	list, err := s.Records(e.Name)
	if err != nil {
		return out, err
	}
	for _, rec := range list {
		var failed error
		if filter.Eval(where, func(p lake.Path) (lake.Cell, lake.Kind) {
			cell, kind, err := s.cell(e, rec, p)
			failed = cmp.Or(failed, err)
			return cell, kind
		}) {
			if out.Count++; out.Count <= foundMost {
				out.Found = append(out.Found, rec.Key)
			}
		}
		if failed != nil {
			return out, failed
		}
	}
	least := 1
	if c.AtMost != nil {
		least = 0
	}
	if c.AtLeast != nil {
		least = *c.AtLeast
	}
	out.Holds = out.Count >= least && (c.AtMost == nil || out.Count <= *c.AtMost)
	return out, nil
}

// cell reads a field, or one behind references.
func (s *Sight) cell(e *lake.Entity, rec lake.Record, p lake.Path) (lake.Cell, lake.Kind, error) {
	f, ok := e.Column(p[0])
	if !ok {
		return "", lake.Text, nil
	}
	c := rec.Cells[p[0]]
	if p[0] == lake.FieldID {
		c = lake.Cell(rec.Key)
	}
	if len(p) == 1 || c == "" {
		return c, f.Kind, nil
	}
	target, err := s.reader.Schema().Entity(f.Target)
	if err != nil {
		return "", lake.Text, err
	}
	found, err := s.reader.GetMany(s.ctx, target.Name, []lake.Key{lake.Key(c)})
	next, ok := found[lake.Key(c)]
	if err != nil || !ok {
		return "", lake.Text, err
	}
	return s.cell(target, next, p[1:])
}

func (s *Sight) checks(list []pack.Check) (out []Check, all, any bool, err error) {
	all, out = true, []Check{}
	for _, c := range list {
		x, err := s.Check(c)
		if err != nil {
			return nil, false, false, err
		}
		out = append(out, x)
		all, any = all && x.Holds, any || x.Holds
	}
	return out, all, any, nil
}

// Stand tells how the account stands to a plan of a pack.
func (s *Sight) Stand(k *pack.Merged, from string, plan pack.Nurture) (*Standing, error) {
	out := &Standing{Pack: from, Plan: plan, Strikes: []Strike{}}
	var err error
	if out.For, out.Fits, _, err = s.checks(plan.For); err != nil {
		return nil, err
	}
	if out.Stop, _, out.Stopped, err = s.checks(plan.Stop); err != nil {
		return nil, err
	}
	if out.Round, err = s.round(from, plan); err != nil {
		return nil, err
	}
	if out.Draft, err = s.draft(plan, s.today()); err != nil {
		return nil, err
	}
	events, err := s.Records("events")
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		id := string(e.Cells["trigger"])
		at := slices.IndexFunc(k.Triggers, func(t pack.Trigger) bool { return t.ID == id })
		if e.Cells["status"] == "open" && slices.Contains(plan.Strike, id) && at >= 0 {
			out.Strikes = append(out.Strikes, Strike{e.Key, string(e.Cells["seen_on"]), string(e.Cells["note"]), k.Triggers[at]})
		}
	}
	return out, nil
}

func (s *Sight) today() time.Time {
	now := s.env.Now
	if s.env.Zone != nil {
		now = now.In(s.env.Zone)
	}
	y, m, d := now.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// play names a touch of a round in its task.
func play(from, plan, start, touch string) string {
	return strings.Join([]string{"nurture", from, plan, start, touch}, "/")
}

// round finds the newest round of a plan by its tasks; nil when there is none.
func (s *Sight) round(from string, plan pack.Nurture) (*Round, error) {
	list, err := s.Records("activities")
	if err != nil {
		return nil, err
	}
	tasks := map[string]map[string]lake.Record{} // start → touch → task
	for _, t := range list {
		p := strings.Split(string(t.Cells["play"]), "/")
		if len(p) != 5 || p[0] != "nurture" || p[1] != from || p[2] != plan.ID {
			continue
		}
		if tasks[p[3]] == nil {
			tasks[p[3]] = map[string]lake.Record{}
		}
		tasks[p[3]][p[4]] = t
	}
	newest := ""
	for start := range tasks {
		newest = max(newest, start)
	}
	start, err := time.Parse(time.DateOnly, newest)
	if newest == "" || err != nil {
		return nil, nil //nolint:nilerr // a play that somebody wrote by hand is no round
	}
	r := &Round{StartOn: newest, Touches: []Touch{}}
	for _, t := range plan.Touches {
		x := Touch{Touch: t, DueOn: start.AddDate(0, 0, t.Day).Format(time.DateOnly), State: "dropped"}
		if task, ok := tasks[newest][t.ID]; ok {
			x.Task, x.Contact, x.State = task.Key, lake.Key(task.Cells["contact"]), "planned"
			if due := string(task.Cells["due_on"]); due != "" {
				x.DueOn = due
			}
			switch {
			case task.Cells["done"] == "true":
				x.State = "done"
				r.Done++
			case x.DueOn < s.today().Format(time.DateOnly):
				x.State = "overdue"
			}
			r.Running = r.Running || x.State != "done"
		}
		r.Touches = append(r.Touches, x)
	}
	if plan.Repeat > 0 {
		r.NextOn = start.AddDate(0, 0, plan.Repeat).Format(time.DateOnly)
	}
	return r, nil
}

// draft lays out a round from a day. Touches of one role go to its contacts in turn, so
// that a plan doesn't hang on a single person; opponents are left out.
func (s *Sight) draft(plan pack.Nurture, start time.Time) (Round, error) {
	contacts, err := s.Records("contacts")
	if err != nil {
		return Round{}, err
	}
	r := Round{StartOn: start.Format(time.DateOnly), Touches: []Touch{}}
	turn := map[string]int{}
	for _, t := range plan.Touches {
		x := Touch{Touch: t, DueOn: start.AddDate(0, 0, t.Day).Format(time.DateOnly), State: "planned"}
		var fit []lake.Key
		for _, c := range contacts {
			if string(c.Cells["role"]) == t.Role && t.Role != "" && c.Cells["stance"] != "opposed" {
				fit = append(fit, c.Key)
			}
		}
		if len(fit) > 0 {
			x.Suggested = fit[turn[t.Role]%len(fit)]
			turn[t.Role]++
		}
		r.Touches = append(r.Touches, x)
	}
	if plan.Repeat > 0 {
		r.NextOn = start.AddDate(0, 0, plan.Repeat).Format(time.DateOnly)
	}
	return r, nil
}
