package catalog

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"headwater/lake"
)

// JobState is how far a job is.
type JobState string

// The states of a job: running → done, failed or cancelled.
const (
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobFailed    JobState = "failed"
	JobCancelled JobState = "cancelled"
)

// Job is work in the background.
type Job struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind" doc:"refresh: a kept copy is made anew or brought up to date"`
	Entity     lake.EntityName `json:"entity"`
	State      JobState        `json:"state" enum:"running,done,failed,cancelled"`
	StartedAt  time.Time       `json:"started_at"`
	FinishedAt time.Time       `json:"finished_at,omitzero"`
	ActorName  string          `json:"actor_name,omitempty" doc:"Absent: the schedule."`
	Node       string          `json:"node,omitempty" doc:"The server that does it."`
	Rows       int64           `json:"rows" doc:"In the copy."`
	Read       int64           `json:"read" doc:"Rows that came from the home for it."`
	Bytes      int64           `json:"bytes"`
	Whole      bool            `json:"whole,omitempty" doc:"All rows are read, whatever the high-water mark says."`
	Above      lake.FieldName  `json:"above,omitempty" doc:"Only rows above the mark of this field were read."`
	Error      *JobError       `json:"error,omitempty"`
}

// JobError says why a job failed.
type JobError struct {
	Code   string            `json:"code"`
	Detail string            `json:"detail"`
	Params map[string]string `json:"params,omitempty"`
}

const (
	kindJob  = "job"
	jobsKept = 200
	jobTime  = 6 * time.Hour
)

// jobs knows what is running, and the last ones that did.
type jobs struct {
	mu   sync.Mutex
	all  map[string]*Job
	stop map[lake.EntityName]context.CancelFunc
	busy map[lake.EntityName]string    // the running job of an entity
	next map[lake.EntityName]time.Time // not before, after a failure
}

// node names this server among those on one database.
func (k *Catalog) node() string {
	host, _ := os.Hostname()
	sum := sha256.Sum256([]byte(host + ":" + k.dir))
	return hex.EncodeToString(sum[:4])
}

// openJobs reads what ran before. What was running here when the process ended has
// failed; what other servers run goes on.
func (k *Catalog) openJobs(ctx context.Context) (*jobs, error) {
	j := &jobs{all: map[string]*Job{}, stop: map[lake.EntityName]context.CancelFunc{}, busy: map[lake.EntityName]string{}, next: map[lake.EntityName]time.Time{}}
	err := k.registry().Each(ctx, kindJob, func(id string, doc []byte) error {
		var one Job
		err := json.Unmarshal(doc, &one)
		j.all[id] = &one
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, one := range j.all {
		if one.State != JobRunning || one.Node != "" && one.Node != k.node() {
			continue
		}
		one.State, one.FinishedAt = JobFailed, k.now().UTC()
		one.Error = &JobError{Code: "job_interrupted", Detail: "The server stopped before the job was done."}
		if err := k.registry().Save(ctx, kindJob, one.ID, one); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// Refresh begins to make the kept copy of an entity of main anew or, where it has a
// high-water field and not the whole is wanted, to bring it up to date. A refresh that is
// under way is given back as it is, unless it reads less than is wanted.
func (k *Catalog) Refresh(ctx context.Context, p lake.Principal, entity lake.EntityName, whole bool) (Job, error) {
	r, err := k.lake.Trial(ctx, p, lake.MainName) // who may not, learns it at once
	if err != nil {
		return Job{}, err
	}
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return Job{}, err
	}
	if e.Home.Keep == nil {
		return Job{}, lake.Fail(lake.ErrInvalid, "entity_not_kept", "No copy of "+string(entity)+" is kept.", "entity", entity)
	}
	return k.begin(ctx, p, entity, whole)
}

func (k *Catalog) begin(ctx context.Context, p lake.Principal, entity lake.EntityName, whole bool) (Job, error) {
	job := &Job{ID: string(lake.NewKey()), Kind: "refresh", Entity: entity, State: JobRunning, StartedAt: k.now().UTC(), ActorName: p.Name, Node: k.node(), Whole: whole}
	if p.IsSystem() {
		job.ActorName = ""
	}
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	if id, ok := k.jobs.busy[entity]; ok {
		if whole && !k.jobs.all[id].Whole {
			return Job{}, lake.Fail(lake.ErrBusy, "refresh_running", "A refresh of "+string(entity)+" that reads less is under way; begin this one after it.", "entity", entity)
		}
		return *k.jobs.all[id], nil
	}
	if k.life.Err() != nil {
		return Job{}, lake.Fail(lake.ErrBusy, "shutting_down", "The server is shutting down.")
	}
	if err := k.registry().Save(ctx, kindJob, job.ID, job); err != nil {
		return Job{}, err
	}
	run, stop := context.WithTimeout(k.life, jobTime)
	k.jobs.all[job.ID], k.jobs.busy[entity], k.jobs.stop[entity] = job, job.ID, stop
	k.work.Add(1)
	go func() {
		defer k.work.Done()
		defer stop()
		refresh := k.lake.RefreshCopy
		if whole {
			refresh = k.lake.RefreshWhole
		}
		made, err := refresh(run, p, entity)
		k.finish(run, job, made, err)
	}()
	return *job, nil
}

// finish records what became of a job.
func (k *Catalog) finish(run context.Context, job *Job, made lake.CopyOf, err error) {
	ctx := context.WithoutCancel(run)
	var above lake.FieldName
	if err == nil && made.Whole.Before(made.At) {
		above = k.highWater(ctx, job.Entity)
	}
	k.jobs.mu.Lock()
	job.FinishedAt = k.now().UTC()
	switch {
	case err == nil:
		job.State, job.Rows, job.Read, job.Bytes = JobDone, made.Rows, made.Read, made.Bytes
		job.Above = above
		delete(k.jobs.next, job.Entity)
	case errors.Is(run.Err(), context.Canceled):
		job.State = JobCancelled
	default:
		job.State, job.Error = JobFailed, jobError(err)
		k.jobs.next[job.Entity] = k.now().Add(retryAfter)
		k.log.Warn("a refresh failed", "entity", job.Entity, "error", err.Error())
	}
	delete(k.jobs.busy, job.Entity)
	delete(k.jobs.stop, job.Entity)
	old := k.jobs.excess()
	done := *job
	k.jobs.mu.Unlock()
	if err := k.registry().Save(ctx, kindJob, done.ID, done); err != nil {
		k.log.Error("a job can't be recorded", "error", err)
	}
	for _, id := range old {
		if err := k.registry().Remove(ctx, kindJob, id); err != nil {
			k.log.Warn("an old job can't be forgotten", "error", err)
		}
	}
	k.Suspect(done.Entity)
	if done.State == JobDone {
		k.sweep(ctx, copyGrace)
	}
}

// highWater is the field that an entity's kept copy is brought up to date by.
func (k *Catalog) highWater(ctx context.Context, entity lake.EntityName) lake.FieldName {
	r, err := k.lake.At(ctx, lake.System, lake.MainName, 0)
	if err != nil {
		return ""
	}
	e, err := r.Schema().Entity(entity)
	if err != nil || e.Home.Keep == nil {
		return ""
	}
	return e.Home.Keep.HighWater
}

const (
	retryAfter = time.Minute
	copyGrace  = 24 * time.Hour
)

func jobError(err error) *JobError {
	var known *lake.Error
	if errors.As(err, &known) {
		return &JobError{known.Code, known.Detail, known.Params}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &JobError{Code: "timeout", Detail: "The job took too long."}
	}
	return &JobError{Code: "internal", Detail: "Something went wrong here; the log has it."}
}

// excess forgets the oldest finished jobs; j.mu is held.
func (j *jobs) excess() (ids []string) {
	var done []*Job
	for _, one := range j.all {
		if one.State != JobRunning {
			done = append(done, one)
		}
	}
	slices.SortFunc(done, func(a, b *Job) int { return b.StartedAt.Compare(a.StartedAt) })
	for _, one := range done[min(jobsKept, len(done)):] {
		delete(j.all, one.ID)
		ids = append(ids, one.ID)
	}
	return ids
}

// Jobs lists the newest first; of one entity where it is given.
func (k *Catalog) Jobs(entity lake.EntityName) []Job {
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	var out []Job
	for _, one := range k.jobs.all {
		if entity == "" || one.Entity == entity {
			out = append(out, *one)
		}
	}
	slices.SortFunc(out, func(a, b Job) int { return cmp.Or(b.StartedAt.Compare(a.StartedAt), cmp.Compare(b.ID, a.ID)) })
	return out
}

// Job gives one.
func (k *Catalog) Job(id string) (Job, error) {
	k.jobs.mu.Lock()
	defer k.jobs.mu.Unlock()
	if one, ok := k.jobs.all[id]; ok {
		return *one, nil
	}
	return Job{}, lake.Fail(lake.ErrNotFound, "job_unknown", "There is no such job.", "id", id)
}

// CancelJob stops a running job; its old copy stays.
func (k *Catalog) CancelJob(id string) (Job, error) {
	job, err := k.Job(id)
	if err == nil && job.State == JobRunning {
		k.jobs.cancelFor(job.Entity)
	}
	return job, err
}

func (j *jobs) cancelFor(e lake.EntityName) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if stop, ok := j.stop[e]; ok {
		stop()
	}
}

const scheduleTick = time.Second

// schedule begins the refreshes that are due, and looks for unused copies once an hour.
func (k *Catalog) schedule() {
	tick := time.NewTicker(scheduleTick)
	defer tick.Stop()
	swept := k.now()
	for {
		select {
		case <-k.life.Done():
			return
		case <-tick.C:
		}
		if err := k.due(k.life); err != nil && k.life.Err() == nil {
			k.log.Warn("scheduled refreshes can't begin", "error", err)
		}
		if k.now().Sub(swept) > time.Hour {
			swept = k.now()
			k.sweep(k.life, copyGrace)
		}
	}
}

func (k *Catalog) due(ctx context.Context) error {
	r, err := k.lake.At(ctx, lake.System, lake.MainName, 0)
	if err != nil {
		return err
	}
	var kept []*lake.Entity
	for _, e := range r.Schema().Entities() {
		if e.Home.Keep != nil && e.Home.Keep.Every > 0 {
			kept = append(kept, e)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	states, err := r.States(ctx)
	if err != nil {
		return err
	}
	for _, e := range kept {
		k.jobs.mu.Lock()
		wait := k.jobs.next[e.Name]
		k.jobs.mu.Unlock()
		if now := k.now(); now.Before(states[e.Name].At.Add(e.Home.Keep.Every)) || now.Before(wait) {
			continue
		}
		if _, err := k.begin(ctx, lake.System, e.Name, false); err != nil {
			return err
		}
	}
	return nil
}
