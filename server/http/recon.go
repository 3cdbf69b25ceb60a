package httpapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/recon"
)

// recons are the verbs of reconnaissance.
type recons struct{ *Server }

func (n recons) register(a api) {
	route(a, operation{id: "accountRecon", method: http.MethodGet, path: "/accounts/{account}/recon", need: NeedRead, errors: []int{404},
		summary: "What was seen of an account's domain, and what it means for the sale"}, n.account)
	route(a, operation{id: "lookAtAccount", method: http.MethodPost, path: "/accounts/{account}/recon", need: NeedWrite, status: http.StatusAccepted, errors: []int{404, 423},
		summary: "Look at an account's domain: begins a job"}, n.lookAtAccount)
	route(a, operation{id: "startRecon", method: http.MethodPost, path: "/recon/jobs", need: NeedWrite, status: http.StatusAccepted, errors: []int{404, 413, 423},
		summary: "Look at many domains: of accounts by ids or filter, or of a list"}, n.start)
	route(a, operation{id: "listReconJobs", method: http.MethodGet, path: "/recon/jobs", need: NeedRead,
		summary: "Reconnaissance jobs, the newest first; one's own, or all for those who see all records"}, n.jobs)
	route(a, operation{id: "getReconJob", method: http.MethodGet, path: "/recon/jobs/{id}", need: NeedRead, errors: []int{404},
		summary: "How far a reconnaissance job is, domain by domain"}, n.job)
	route(a, operation{id: "cancelReconJob", method: http.MethodPost, path: "/recon/jobs/{id}/cancel", need: NeedWrite, errors: []int{404},
		summary: "Stop a reconnaissance job; what was kept stays"}, n.cancel)
	route(a, operation{id: "listReconRuns", method: http.MethodGet, path: "/recon/runs", need: NeedAdmin,
		summary: "The audit of reconnaissance: who looked at which domain, when, and every question asked"}, n.runs)
}

// runner is what looks, where this server has one.
func (n recons) runner() (*recon.Runner, error) {
	if n.config.Recon == nil {
		return nil, lake.Fail(lake.ErrNotFound, "recon_unavailable", "This server has no resolver to ask.")
	}
	return n.config.Recon, nil
}

// ReconMeaning is what a pack says about a finding.
type ReconMeaning struct {
	Pack     string       `json:"pack"`
	PackName pack.Text    `json:"pack_name"`
	Finding  pack.Finding `json:"finding"`
}

// ReconFinding is one thing that was seen.
type ReconFinding struct {
	ID       lake.Key       `json:"id"`
	Domain   string         `json:"domain"`
	What     string         `json:"what"`
	Subject  string         `json:"subject,omitempty"`
	Code     string         `json:"code"`
	Value    string         `json:"value,omitempty"`
	Product  string         `json:"product,omitempty"`
	Count    string         `json:"count,omitempty"`
	DaysLeft string         `json:"days_left,omitempty" doc:"On the day of the run."`
	SeenAt   string         `json:"seen_at"`
	Changed  bool           `json:"changed" doc:"Since the run before."`
	Before   string         `json:"before,omitempty"`
	Run      string         `json:"run,omitempty"`
	Meanings []ReconMeaning `json:"meanings"`
}

// ReconEvent is an occasion that findings, or people, have noted.
type ReconEvent struct {
	ID      lake.Key      `json:"id"`
	Title   string        `json:"title"`
	Note    string        `json:"note,omitempty"`
	SeenOn  string        `json:"seen_on"`
	Status  string        `json:"status"`
	Trigger *pack.Trigger `json:"trigger,omitempty" doc:"As a pack has it."`
}

// AccountRecon is all that is known of an account from outside.
type AccountRecon struct {
	Domain     string               `json:"domain,omitempty"`
	DomainFrom lake.FieldName       `json:"domain_from,omitempty" doc:"The field that names it."`
	Problem    *Problem             `json:"problem,omitempty" doc:"Why the account can't be looked at."`
	OptedOut   bool                 `json:"opted_out"`
	Findings   []ReconFinding       `json:"findings"`
	Names      map[string]pack.Text `json:"names" doc:"Of the needs, objections and triggers that findings mention."`
	Events     []ReconEvent         `json:"events"`
	Proposal   *recon.Proposal      `json:"proposal,omitempty" doc:"A system to add to the account's, if a person agrees."`
	LastRun    *recon.Run           `json:"last_run,omitempty"`
	Running    string               `json:"running,omitempty" doc:"The job that looks at the account now."`
	Revision   lake.Revision        `json:"revision"`
}

type accountReconInput struct {
	Place
	Account lake.Key `path:"account" maxLength:"200"`
}

func (n recons) account(ctx context.Context, in *accountReconInput) (*reply[AccountRecon], error) {
	r, err := n.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	account, err := r.Get(ctx, "accounts", in.Account)
	if err != nil {
		return nil, err
	}
	out := AccountRecon{Findings: []ReconFinding{}, Names: map[string]pack.Text{}, Events: []ReconEvent{}, Revision: r.Revision()}
	if out.Domain, out.DomainFrom, err = recon.DomainOf(account.Cells); err != nil {
		out.Problem = problemOf(ctx, err)
		out.Domain = out.Problem.Params["domain"] // what is known of it may still be seen
	} else {
		barred, err := recon.ReadOptOuts(ctx, n.lake)
		if err != nil {
			return nil, err
		}
		out.OptedOut = barred.Holds(out.Domain)
	}
	if err := n.known(ctx, r, in.Account, &out); err != nil {
		return nil, err
	}
	return replyWith(out, n.under(ctx, in.Account, &out))
}

// known reads findings with their meanings, events, and the system they show.
func (n recons) known(ctx context.Context, r *lake.Reader, account lake.Key, out *AccountRecon) error {
	library, err := n.library(ctx, r)
	if err != nil {
		return err
	}
	rules, err := recon.NewRules(library, r.Schema(), time.Now())
	if err != nil {
		return err
	}
	findings, err := linked(ctx, r, recon.Findings, "account", account)
	if err != nil {
		return err
	}
	var current []lake.Cells
	for _, f := range findings {
		out.Findings = append(out.Findings, findingFor(f, rules, library, out.Names))
		if string(f.Cells["domain"]) == out.Domain {
			current = append(current, f.Cells)
		}
	}
	order := []string{"dns", "mx", "ptr", "dnsbl", "smtp", "tls", "certificate", "spf", "dkim", "dmarc", "webmail"}
	slices.SortStableFunc(out.Findings, func(a, b ReconFinding) int { return slices.Index(order, a.What) - slices.Index(order, b.What) })
	systems, err := linked(ctx, r, "systems", "account", account)
	if err != nil {
		return err
	}
	var has []lake.Cells
	for _, s := range systems {
		has = append(has, s.Cells)
	}
	out.Proposal = recon.Propose(current, has)
	events, err := linked(ctx, r, "events", "account", account)
	if err != nil {
		return err
	}
	triggers := triggersOf(library)
	for _, e := range events {
		x := ReconEvent{ID: e.Key, Title: string(e.Cells["title"]), Note: string(e.Cells["note"]), SeenOn: string(e.Cells["seen_on"]), Status: string(e.Cells["status"])}
		if t, ok := triggers[string(e.Cells["trigger"])]; ok {
			x.Trigger = &t
		}
		out.Events = append(out.Events, x)
	}
	slices.SortStableFunc(out.Events, func(a, b ReconEvent) int { return compareDown(a.SeenOn, b.SeenOn) })
	return nil
}

func compareDown(a, b string) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

// under finds the last run and the job at work.
func (n recons) under(ctx context.Context, account lake.Key, out *AccountRecon) error {
	if n.config.Recon == nil {
		return nil
	}
	newest := ""
	for _, f := range out.Findings {
		newest = max(newest, f.Run) // ids of runs grow with time
	}
	if newest != "" {
		run, err := n.config.Recon.Run(ctx, newest)
		if err == nil {
			out.LastRun = &run
		} else if !errors.Is(err, lake.ErrNotFound) {
			return err
		}
	}
	for _, j := range n.config.Recon.Running() {
		for _, i := range j.Items {
			if i.Account == account && (i.Outcome == recon.Waiting || i.Outcome == recon.Looking) && n.mayFollow(ctx, j, nil) {
				out.Running = j.ID
			}
		}
	}
	return nil
}

// triggersOf are all triggers of a library by their ids.
func triggersOf(l *pack.Library) map[string]pack.Trigger {
	out := map[string]pack.Trigger{}
	for _, p := range l.Packs() {
		for _, t := range p.Triggers {
			out[t.ID] = t
		}
	}
	return out
}

func findingFor(rec lake.Record, rules *recon.Rules, l *pack.Library, names map[string]pack.Text) ReconFinding {
	c := func(f lake.FieldName) string { return string(rec.Cells[f]) }
	out := ReconFinding{ID: rec.Key, Domain: c("domain"), What: c("what"), Subject: c("subject"), Code: c("code"), Value: c("value"), Product: c("product"), Count: c("count"),
		DaysLeft: c("days_left"), SeenAt: c("seen_at"), Changed: c("changed") == "true", Before: c("before"), Run: c("run")}
	if out.SeenAt == "" {
		out.SeenAt = c("seen_on") // entered by a person
	}
	out.Meanings = meaningsFor(rules.Of(rec.Cells), l, names)
	return out
}

// meaningsFor adds the names of what the meanings mention.
func meaningsFor(list []recon.Meaning, l *pack.Library, names map[string]pack.Text) []ReconMeaning {
	out := []ReconMeaning{}
	for _, m := range list {
		x := ReconMeaning{Pack: m.Pack, Finding: m.Finding}
		if p, ok := l.Pack(m.Pack); ok {
			x.PackName = p.Meta.Name
			for _, need := range p.Needs {
				if slices.Contains(m.Finding.Needs, need.ID) {
					names[need.ID] = need.Name
				}
			}
			for _, o := range p.Objections {
				if slices.Contains(m.Finding.Objections, o.ID) {
					names[o.ID] = o.Name
				}
			}
			for _, t := range p.Triggers {
				if slices.Contains(m.Finding.Triggers, t.ID) {
					names[t.ID] = t.Name
				}
			}
		}
		out = append(out, x)
	}
	return out
}
