package recon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"headwater/lake"
)

// JobState is how far a job is.
type JobState string

// The states of a job: running → done, cancelled or interrupted.
const (
	JobRunning     JobState = "running"
	JobDone        JobState = "done"
	JobCancelled   JobState = "cancelled"
	JobInterrupted JobState = "interrupted"
)

// Job is a look at one or many domains.
type Job struct {
	ID         string         `json:"id"`
	State      JobState       `json:"state" enum:"running,done,cancelled,interrupted"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt time.Time      `json:"finished_at,omitzero"`
	Actor      lake.Key       `json:"actor,omitempty"`
	ActorName  string         `json:"actor_name"`
	Node       string         `json:"node,omitempty"`
	Total      int            `json:"total"`
	Done       int            `json:"done"`
	Outcomes   map[string]int `json:"outcomes" doc:"How many ended how."`
	Now        []string       `json:"now,omitempty" doc:"What is being asked."`
	Items      []Item         `json:"items"`
}

// Target is a domain to look at; with an account, what is seen becomes its findings.
type Target struct {
	Account lake.Key `json:"account,omitempty"`
	Name    string   `json:"name,omitempty"` // the account's
	Domain  string   `json:"domain"`
	Err     error    `json:"-"` // why it can't be looked at
}

// Outcomes of a target.
const (
	Waiting  = "waiting"
	Looking  = "looking"
	Done     = "done"
	OptedOut = "opted_out"
	TooSoon  = "too_soon"
	Skipped  = "skipped" // it has no domain, or none that can be looked at
	Failed   = "failed"
)

// Item is what became of a target.
type Item struct {
	Target
	Outcome  string            `json:"outcome" enum:"waiting,looking,done,opted_out,too_soon,skipped,failed"`
	Code     string            `json:"code,omitempty" doc:"Of the problem."`
	Detail   string            `json:"detail,omitempty"`
	Params   map[string]string `json:"params,omitempty"`
	Run      string            `json:"run,omitempty"`
	Kept     *Kept             `json:"kept,omitempty"`
	Seen     []Observation     `json:"seen,omitempty" doc:"Where there is no account to keep it."`
	Question int               `json:"questions,omitempty" doc:"How many were asked."`
}

// Run is the audit entry of one look at one domain. It is there before the first packet.
type Run struct {
	ID         string       `json:"id"`
	Job        string       `json:"job"`
	Domain     string       `json:"domain"`
	Account    lake.Key     `json:"account,omitempty"`
	Actor      lake.Key     `json:"actor,omitempty"`
	ActorName  string       `json:"actor_name"`
	Began      time.Time    `json:"began"`
	Ended      time.Time    `json:"ended,omitzero" doc:"Absent: it was broken off with the process."`
	Outcome    string       `json:"outcome,omitempty"`
	Asked      []string     `json:"asked" doc:"Every question that went out."`
	Unanswered []Unanswered `json:"unanswered"`
	Kept       *Kept        `json:"kept,omitempty"`
}

// Order says what to look at, for whom.
type Order struct {
	Branch   string // must be main
	Language string // of what is written: zh or en
	Targets  []Target
}

// running is a job at work.
type running struct {
	Job
	stop context.CancelFunc
	now  map[string]string // domain → question
}

// Job gives one, with its items.
func (r *Runner) Job(ctx context.Context, id string) (Job, error) {
	r.mu.Lock()
	j := r.jobs[id]
	r.mu.Unlock()
	if j != nil {
		return r.copied(j), nil
	}
	var out Job
	err := r.registry().Load(ctx, kindJob, id, &out)
	if errors.Is(err, lake.ErrNotFound) {
		err = lake.Fail(lake.ErrNotFound, "job_unknown", "There is no such job.", "id", id)
	}
	return out, err
}

// Jobs lists the newest first.
func (r *Runner) Jobs(ctx context.Context) ([]Job, error) {
	list, err := r.saved(ctx)
	for i := range list {
		r.mu.Lock()
		j := r.jobs[list[i].ID]
		r.mu.Unlock()
		if j != nil {
			list[i] = r.copied(j)
		}
	}
	return list, err
}

func (r *Runner) saved(ctx context.Context) ([]Job, error) {
	var out []Job
	err := r.registry().Each(ctx, kindJob, func(_ string, doc []byte) error {
		var j Job
		err := json.Unmarshal(doc, &j)
		out = append(out, j)
		return err
	})
	slices.SortFunc(out, func(a, b Job) int { return cmp.Compare(b.ID, a.ID) })
	return out, err
}

// Cancel stops a job behind the questions that are out; what was kept stays.
func (r *Runner) Cancel(ctx context.Context, id string) (Job, error) {
	r.mu.Lock()
	if j := r.jobs[id]; j != nil {
		j.stop()
	}
	r.mu.Unlock()
	return r.Job(ctx, id)
}

// Run gives one audit entry.
func (r *Runner) Run(ctx context.Context, id string) (Run, error) {
	var out Run
	err := r.registry().Load(ctx, kindRun, id, &out)
	if errors.Is(err, lake.ErrNotFound) {
		err = lake.Fail(lake.ErrNotFound, "recon_run_unknown", "There is no such run.", "id", id)
	}
	return out, err
}

// Runs gives the newest audit entries, newest first; of one domain where it is given.
func (r *Runner) Runs(ctx context.Context, domain string, limit int) ([]Run, error) {
	var out []Run
	err := r.registry().Each(ctx, kindRun, func(_ string, doc []byte) error {
		var x Run
		if err := json.Unmarshal(doc, &x); err != nil {
			return err
		}
		if domain == "" || x.Domain == domain {
			out = append(out, x)
		}
		if len(out) >= 2*limit {
			out = slices.Delete(out, 0, len(out)-limit)
		}
		return nil
	})
	if len(out) > limit {
		out = out[len(out)-limit:]
	}
	slices.Reverse(out)
	return out, err
}

// Running gives the jobs at work here.
func (r *Runner) Running() []Job {
	r.mu.Lock()
	var list []*running
	for _, j := range r.jobs {
		list = append(list, j)
	}
	r.mu.Unlock()
	out := make([]Job, len(list))
	for i, j := range list {
		out[i] = r.copied(j)
	}
	return out
}
