package httpapi

import (
	"context"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/recon"
)

// ReconJob is a look at one or many domains.
type ReconJob struct {
	ID         string         `json:"id"`
	State      recon.JobState `json:"state" enum:"running,done,cancelled,interrupted"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt *time.Time     `json:"finished_at,omitempty"`
	ActorName  string         `json:"actor_name"`
	Total      int            `json:"total"`
	Done       int            `json:"done"`
	Outcomes   map[string]int `json:"outcomes" doc:"How many ended how."`
	Now        []string       `json:"now" doc:"What is being asked."`
	Items      []ReconItem    `json:"items,omitempty" doc:"Left out of lists."`
}

// ReconItem is what became of one domain.
type ReconItem struct {
	Account   lake.Key          `json:"account,omitempty"`
	Name      string            `json:"name,omitempty" doc:"The account's."`
	Domain    string            `json:"domain"`
	Outcome   string            `json:"outcome" enum:"waiting,looking,done,opted_out,too_soon,skipped,failed"`
	Code      string            `json:"code,omitempty" doc:"Of the problem."`
	Detail    string            `json:"detail,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
	Questions int               `json:"questions"`
	Findings  int               `json:"findings"`
	Changes   []recon.Change    `json:"changes"`
	Events    int               `json:"events"`
	Seen      []ReconSeen       `json:"seen,omitempty" doc:"Where no account keeps it."`
}

// ReconSeen is an observation with what it means.
type ReconSeen struct {
	recon.Observation
	Meanings []ReconMeaning `json:"meanings"`
}

func reconJobFor(j recon.Job) ReconJob {
	out := ReconJob{ID: j.ID, State: j.State, StartedAt: j.StartedAt, ActorName: j.ActorName, Total: j.Total, Done: j.Done, Outcomes: j.Outcomes, Now: j.Now}
	if !j.FinishedAt.IsZero() {
		out.FinishedAt = &j.FinishedAt
	}
	if out.Outcomes == nil {
		out.Outcomes = map[string]int{}
	}
	if out.Now == nil {
		out.Now = []string{}
	}
	return out
}

// whole adds what became of each domain.
func (n recons) whole(ctx context.Context, j recon.Job) (ReconJob, error) {
	out := reconJobFor(j)
	r, err := n.lake.At(ctx, principal(ctx), "", 0)
	if err != nil {
		return out, err
	}
	library, err := n.library(ctx, r)
	if err != nil {
		return out, err
	}
	rules, err := recon.NewRules(library, r.Schema(), time.Now())
	if err != nil {
		return out, err
	}
	for _, i := range j.Items {
		x := ReconItem{Account: i.Account, Name: i.Name, Domain: i.Domain, Outcome: i.Outcome, Code: i.Code, Detail: i.Detail, Params: i.Params, Questions: i.Question, Changes: []recon.Change{}}
		if i.Kept != nil {
			x.Findings, x.Changes, x.Events = i.Kept.Findings, i.Kept.Changes, len(i.Kept.Events)
		}
		for _, o := range i.Seen {
			x.Seen = append(x.Seen, ReconSeen{o, meaningsFor(rules.OfObservation(o), library, map[string]pack.Text{})})
		}
		out.Items = append(out.Items, x)
	}
	return out, nil
}

// mayFollow tells whether the caller may see a job: their own, or any for those who see
// all records.
func (n recons) mayFollow(ctx context.Context, j recon.Job, r *lake.Rights) bool {
	if p := principal(ctx); p.User == j.Actor {
		return true
	}
	if r == nil {
		reader, err := n.lake.At(ctx, principal(ctx), "", 0)
		if err != nil {
			return false
		}
		r = reader.Rights()
	}
	return r.AllRows
}

type lookAtAccountInput struct {
	OnBranch
	Account  lake.Key `path:"account" maxLength:"200"`
	Language string   `header:"Accept-Language"`
}

func (n recons) lookAtAccount(ctx context.Context, in *lookAtAccountInput) (*reply[ReconJob], error) {
	if _, err := n.runner(); err != nil {
		return nil, err
	}
	r, err := n.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	account, err := r.Get(ctx, "accounts", in.Account)
	if err != nil {
		return nil, err
	}
	t := targetOf(account)
	if t.Err != nil && in.Branch == lake.MainName {
		return nil, t.Err
	}
	return n.begin(ctx, in.OnBranch, in.Language, []recon.Target{t})
}

func targetOf(account lake.Record) recon.Target {
	t := recon.Target{Account: account.Key, Name: string(account.Cells["name"])}
	t.Domain, _, t.Err = recon.DomainOf(account.Cells)
	return t
}

func (n recons) begin(ctx context.Context, b OnBranch, language string, targets []recon.Target) (*reply[ReconJob], error) {
	runner, err := n.runner()
	if err != nil {
		return nil, err
	}
	j, err := runner.Start(ctx, principal(ctx), recon.Order{Branch: b.Branch, Language: languageOf(ctx, language), Targets: targets})
	if err != nil {
		return nil, err
	}
	return replyWith(n.whole(ctx, j))
}

// ReconOrder says what to look at: accounts by ids or filter, or a list of domains.
type ReconOrder struct {
	IDs     []lake.Key `json:"ids,omitempty" maxItems:"5000"`
	Filter  *string    `json:"filter,omitempty" doc:"Of accounts, instead of ids; empty: all."`
	Domains []string   `json:"domains,omitempty" maxItems:"5000" doc:"Instead of accounts. Those that an account has become its findings."`
}

type startReconInput struct {
	OnBranch
	Language string `header:"Accept-Language"`
	Body     ReconOrder
}

func (n recons) start(ctx context.Context, in *startReconInput) (*reply[ReconJob], error) {
	given := 0
	for _, g := range []bool{in.Body.IDs != nil, in.Body.Filter != nil, in.Body.Domains != nil} {
		if g {
			given++
		}
	}
	if given != 1 {
		return nil, lake.Fail(lake.ErrInvalid, "recon_targets_invalid", "Give ids or a filter of accounts, or domains.")
	}
	r, err := n.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	var targets []recon.Target
	switch {
	case in.Body.Domains != nil:
		targets, err = n.ofDomains(ctx, r, in.Body.Domains)
	case in.Body.Filter != nil:
		targets, err = n.ofFilter(ctx, r, *in.Body.Filter)
	default:
		targets, err = n.ofIDs(ctx, r, in.Body.IDs)
	}
	if err != nil {
		return nil, err
	}
	return n.begin(ctx, in.OnBranch, in.Language, targets)
}

func (n recons) ofIDs(ctx context.Context, r *lake.Reader, ids []lake.Key) ([]recon.Target, error) {
	found, err := r.GetMany(ctx, "accounts", ids)
	var out []recon.Target
	for _, id := range ids {
		if rec, ok := found[id]; ok {
			out = append(out, targetOf(rec))
		}
	}
	return out, err
}

const reconMost = 5_000 // domains of one job

func (n recons) ofFilter(ctx context.Context, r *lake.Reader, text string) ([]recon.Target, error) {
	e, err := r.Schema().Entity("accounts")
	if err != nil {
		return nil, err
	}
	q, err := n.question(ctx, r, e, Selection{Entity: e.Name, Filter: text})
	if err != nil {
		return nil, err
	}
	q.Fields, q.Limit = []lake.Path{{"name"}, {"domain"}, {"website"}, {"email"}}, 1000
	var out []recon.Target
	err = eachPage(ctx, r, q, func(rows []lake.AnswerRow) error {
		for _, row := range rows {
			cells := lake.Cells{}
			for i, p := range q.Fields {
				cells[p[0]] = row.Cells[i]
			}
			out = append(out, targetOf(lake.Record{Key: row.Key, Cells: cells}))
		}
		if len(out) > reconMost {
			return lake.Fail(lake.ErrLimit, "recon_too_many", "A job takes at most 5,000 domains.", "most", reconMost)
		}
		return nil
	})
	return out, err
}

// ofDomains reads a list and finds the accounts that have these domains.
func (n recons) ofDomains(ctx context.Context, r *lake.Reader, list []string) ([]recon.Target, error) {
	var out []recon.Target
	at := map[string]int{}
	for _, text := range list {
		d, err := recon.ParseDomain(text)
		if err != nil {
			out = append(out, recon.Target{Domain: text[:min(len(text), 253)], Err: err})
			continue
		}
		if _, twice := at[d]; !twice {
			at[d] = len(out)
			out = append(out, recon.Target{Domain: d})
		}
	}
	names := make([]lake.Cell, 0, len(at))
	for d := range at {
		names = append(names, lake.Cell(d))
	}
	slices.Sort(names)
	for part := range slices.Chunk(names, 500) {
		q := lake.Question{Entity: "accounts", Fields: []lake.Path{{"name"}, {"domain"}}, Where: lake.In{Path: lake.Path{"domain"}, Values: part}, Limit: 1000}
		err := eachPage(ctx, r, q, func(rows []lake.AnswerRow) error {
			for _, row := range rows {
				if t := &out[at[string(row.Cells[1])]]; t.Account == "" {
					t.Account, t.Name = row.Key, string(row.Cells[0])
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (n recons) jobs(ctx context.Context, _ *nothing) (*reply[list[ReconJob]], error) {
	var out []ReconJob
	if n.config.Recon == nil {
		return replyWith(listOf(out), nil)
	}
	r, err := n.lake.At(ctx, principal(ctx), "", 0)
	if err != nil {
		return nil, err
	}
	all, err := n.config.Recon.Jobs(ctx)
	for _, j := range all {
		if n.mayFollow(ctx, j, r.Rights()) {
			out = append(out, reconJobFor(j))
		}
	}
	return replyWith(listOf(out), err)
}

func (n recons) seen(ctx context.Context, id string) (recon.Job, error) {
	runner, err := n.runner()
	if err != nil {
		return recon.Job{}, err
	}
	j, err := runner.Job(ctx, id)
	if err == nil && !n.mayFollow(ctx, j, nil) {
		err = lake.Fail(lake.ErrNotFound, "job_unknown", "There is no such job.", "id", id)
	}
	return j, err
}

func (n recons) job(ctx context.Context, in *idInput) (*reply[ReconJob], error) {
	j, err := n.seen(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return replyWith(n.whole(ctx, j))
}

func (n recons) cancel(ctx context.Context, in *idInput) (*reply[ReconJob], error) {
	if _, err := n.seen(ctx, in.ID); err != nil {
		return nil, err
	}
	j, err := n.config.Recon.Cancel(ctx, in.ID)
	return replyWith(reconJobFor(j), err)
}

type reconRunsInput struct {
	Domain string `query:"domain" maxLength:"253"`
	Limit  int    `query:"limit" default:"100" minimum:"1" maximum:"1000"`
}

func (n recons) runs(ctx context.Context, in *reconRunsInput) (*reply[list[recon.Run]], error) {
	runner, err := n.runner()
	if err != nil {
		return nil, err
	}
	all, err := runner.Runs(ctx, in.Domain, in.Limit)
	return replyWith(listOf(all), err)
}
