package recon

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"headwater/lake"
	"headwater/pack"
)

// RunnerConfig is what a Runner needs; Lake and Prober must be set.
type RunnerConfig struct {
	Lake   *lake.Lake
	Packs  *pack.Kept // nil: as shipped
	Prober *Prober
	Again  time.Duration // before a domain is looked at again; zero: 1 min, negative: at once
	Node   string        // names this server among those on one database
	Log    *slog.Logger
	Now    func() time.Time
}

// Runner looks at many domains in the background and keeps what it saw. Jobs and the
// audit of runs are documents of the workspace.
type Runner struct {
	RunnerConfig
	life context.Context
	stop context.CancelFunc
	work sync.WaitGroup

	mu   sync.Mutex
	jobs map[string]*running
	last map[string]time.Time // when a domain was looked at; the zero time: right now
}

const (
	kindJob      = "recon_job"
	kindRun      = "recon_run"
	targetsMost  = 5_000 // of one job
	atOnce       = 4     // domains of one job
	jobsAtOnce   = 3     // jobs of many domains
	singleAtOnce = 12
	jobsKept     = 100
)

// OpenRunner marks what ran here when the process ended as interrupted.
func OpenRunner(ctx context.Context, c RunnerConfig) (*Runner, error) {
	if c.Packs == nil {
		c.Packs = pack.NewKept()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	orElse(&c.Again, time.Minute)
	r := &Runner{RunnerConfig: c, jobs: map[string]*running{}, last: map[string]time.Time{}}
	r.life, r.stop = context.WithCancel(context.Background())
	list, err := r.saved(ctx)
	if err != nil {
		return nil, err
	}
	for i, j := range list {
		switch {
		case j.State == JobRunning && j.Node == c.Node:
			j.State, j.FinishedAt = JobInterrupted, c.Now().UTC()
			err = r.registry().Save(ctx, kindJob, j.ID, j)
		case i >= jobsKept && j.State != JobRunning:
			err = r.registry().Remove(ctx, kindJob, j.ID)
		}
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Close breaks off what runs and waits for it.
func (r *Runner) Close() {
	r.stop()
	r.work.Wait()
}

func (r *Runner) registry() lake.Registry { return r.Lake.Store().Registry() }

// Start begins a job. What lies on a branch would be seen by the world outside, so only
// main may send packets.
func (r *Runner) Start(ctx context.Context, p lake.Principal, o Order) (Job, error) {
	if o.Branch != "" && o.Branch != lake.MainName {
		return Job{}, lake.Fail(lake.ErrForbidden, "recon_main_only", "Reconnaissance runs on main only; a branch sends nothing out.", "branch", o.Branch)
	}
	if len(o.Targets) == 0 {
		return Job{}, lake.Fail(lake.ErrInvalid, "recon_nothing", "There is nothing to look at.")
	}
	if len(o.Targets) > targetsMost {
		return Job{}, lake.Fail(lake.ErrLimit, "recon_too_many", "A job takes at most 5,000 domains.", "most", targetsMost)
	}
	reader, err := r.Lake.At(ctx, p, lake.MainName, 0)
	if err != nil {
		return Job{}, err
	}
	if !reader.Rights().Write {
		return Job{}, lake.Fail(lake.ErrForbidden, "write_forbidden", "You may read here, but not change anything.")
	}
	j := &running{Job: Job{ID: string(lake.NewKey()), State: JobRunning, StartedAt: r.Now().UTC(), Actor: p.User, ActorName: p.Name, Node: r.Node,
		Total: len(o.Targets), Outcomes: map[string]int{}}, now: map[string]string{}}
	for _, t := range o.Targets {
		j.Items = append(j.Items, Item{Target: t, Outcome: Waiting})
	}
	run, stop := context.WithCancel(r.life)
	j.stop = stop
	if err := r.begin(ctx, j); err != nil {
		stop()
		return Job{}, err
	}
	go func() {
		defer r.work.Done()
		defer stop()
		r.all(run, p, o, j)
	}()
	return r.Job(ctx, j.ID)
}

func (r *Runner) begin(ctx context.Context, j *running) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.life.Err() != nil {
		return lake.Fail(lake.ErrBusy, "shutting_down", "The server is shutting down.")
	}
	many, single := 0, 0
	for _, x := range r.jobs {
		if x.Total > 1 {
			many++
		} else {
			single++
		}
	}
	if j.Total > 1 && many >= jobsAtOnce || j.Total == 1 && single >= singleAtOnce {
		return lake.Fail(lake.ErrBusy, "recon_busy", "Other reconnaissance is under way; wait for it or stop it.")
	}
	if err := r.registry().Save(ctx, kindJob, j.ID, j.Job); err != nil {
		return err
	}
	r.jobs[j.ID] = j
	r.work.Add(1)
	return nil
}

// all works through the targets, a few at once.
func (r *Runner) all(ctx context.Context, p lake.Principal, o Order, j *running) {
	next := make(chan int)
	var work sync.WaitGroup
	for range min(atOnce, len(j.Items)) {
		work.Go(func() {
			for i := range next {
				r.one(ctx, p, o, j, i)
			}
		})
	}
	for i := range j.Items {
		select {
		case next <- i:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		if i%50 == 49 {
			r.save(ctx, j)
		}
	}
	close(next)
	work.Wait()
	r.mu.Lock()
	j.FinishedAt, j.Now, j.State = r.Now().UTC(), nil, JobDone
	if r.life.Err() != nil {
		j.State = JobInterrupted
	} else if ctx.Err() != nil {
		j.State = JobCancelled
	}
	r.mu.Unlock()
	r.save(ctx, j)
	r.mu.Lock()
	delete(r.jobs, j.ID)
	r.mu.Unlock()
}

func (r *Runner) save(ctx context.Context, j *running) {
	if err := r.registry().Save(context.WithoutCancel(ctx), kindJob, j.ID, r.copied(j)); err != nil {
		r.Log.Error("a reconnaissance job can't be recorded", "job", j.ID, "error", err)
	}
}

// copied is the job as it is at this moment.
func (r *Runner) copied(j *running) Job {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := j.Job
	out.Items, out.Outcomes, out.Now = slices.Clone(j.Items), map[string]int{}, nil
	for k, n := range j.Outcomes {
		out.Outcomes[k] = n
	}
	for d, q := range j.now {
		out.Now = append(out.Now, d+": "+q)
	}
	slices.Sort(out.Now)
	return out
}

// one looks at one target.
func (r *Runner) one(ctx context.Context, p lake.Principal, o Order, j *running, i int) {
	if ctx.Err() != nil {
		return
	}
	r.mu.Lock()
	j.Items[i].Outcome = Looking
	item := j.Items[i]
	r.mu.Unlock()
	err := item.Err
	item.Outcome = Skipped
	if err == nil {
		err = r.look(ctx, p, o, j, &item)
	}
	var known *lake.Error
	switch {
	case ctx.Err() != nil && err != nil:
		item.Outcome = Waiting
	case errors.As(err, &known):
		item.Code, item.Detail, item.Params = known.Code, known.Detail, known.Params
	case err != nil:
		item.Code, item.Detail = "internal", "Something went wrong here; the log has it."
		r.Log.Error("a reconnaissance failed", "domain", item.Domain, "error", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(j.now, item.Domain)
	j.Items[i] = item
	if item.Outcome != Waiting {
		j.Done++
		j.Outcomes[item.Outcome]++
	}
}

// look is one run: opt-outs first, then the audit, then the packets, then the records.
func (r *Runner) look(ctx context.Context, p lake.Principal, o Order, j *running, item *Item) error {
	barred, err := ReadOptOuts(ctx, r.Lake)
	item.Outcome = Failed
	if err != nil {
		return err
	}
	if barred.Holds(item.Domain) {
		item.Outcome = OptedOut
		return nil
	}
	if !r.claim(item.Domain) {
		item.Outcome = TooSoon
		return nil
	}
	defer r.release(item.Domain)
	audit := Run{ID: string(lake.NewKey()), Job: j.ID, Domain: item.Domain, Account: item.Account, Actor: p.User, ActorName: p.Name, Began: r.Now().UTC(), Asked: []string{}, Unanswered: []Unanswered{}}
	if err := r.registry().Save(ctx, kindRun, audit.ID, audit); err != nil {
		return err // nothing happens unseen
	}
	item.Run = audit.ID
	seen, err := r.Prober.Probe(ctx, item.Domain, Watch{Barred: barred.Holds, Asking: func(q string) {
		r.mu.Lock()
		j.now[item.Domain] = q
		r.mu.Unlock()
	}})
	item.Question = len(seen.Asked)
	if err == nil {
		err = r.keep(ctx, p, o, item, seen)
	}
	if err == nil {
		item.Outcome = Done
	}
	audit.Ended, audit.Asked, audit.Unanswered, audit.Outcome, audit.Kept = r.Now().UTC(), seen.Asked, seen.Unanswered, item.Outcome, item.Kept
	r.Log.Info("reconnaissance", "domain", item.Domain, "account", item.Account, "actor", p.Name, "run", audit.ID, "questions", len(seen.Asked), "outcome", item.Outcome)
	return errors.Join(err, r.registry().Save(context.WithoutCancel(ctx), kindRun, audit.ID, audit))
}

// keep writes findings of an account; without one, the item holds what was seen.
func (r *Runner) keep(ctx context.Context, p lake.Principal, o Order, item *Item, seen *Result) error {
	if item.Account == "" {
		item.Seen = seen.Observations
		return nil
	}
	reader, err := r.Lake.At(ctx, p, lake.MainName, 0)
	if err != nil {
		return err
	}
	library, err := r.Packs.At(ctx, reader)
	if err != nil {
		return err
	}
	rules, err := NewRules(library, reader.Schema(), r.Now())
	if err != nil {
		return err
	}
	reason := "侦察 " + item.Domain + "（" + asked(seen, "、") + "）"
	if o.Language == "en" {
		reason = "Reconnaissance of " + item.Domain + " (" + asked(seen, ", ") + ")"
	}
	var kept Kept
	rev, err := r.Lake.Write(ctx, p, lake.MainName, func(tx *lake.Tx) (err error) {
		kept, err = Keep(tx, Keeping{Account: item.Account, Run: item.Run, Reason: reason, Language: o.Language, Rules: rules}, seen)
		return err
	})
	if err == nil {
		kept.Revision = rev
		item.Kept = &kept
	}
	return err
}

// asked names what was looked at, each once.
func asked(r *Result, by string) string {
	var out []string
	for _, o := range r.Observations {
		if w := strings.ToUpper(o.What); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, by)
}

// claim keeps two runs from looking at a domain at once, or one soon after the other.
func (r *Runner) claim(domain string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	if last, ok := r.last[domain]; ok && (last.IsZero() || now.Sub(last) < r.Again) {
		return false
	}
	r.last[domain] = time.Time{}
	return true
}

func (r *Runner) release(domain string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Now()
	for d, t := range r.last {
		if !t.IsZero() && now.Sub(t) >= r.Again {
			delete(r.last, d)
		}
	}
	r.last[domain] = now
}
