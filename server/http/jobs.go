package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/catalog"
	"headwater/lake"
)

// jobs are the verbs of work in the background.
type jobs struct{ *Server }

func (j jobs) register(a api) {
	route(a, operation{id: "refreshEntity", method: http.MethodPost, path: "/entities/{entity}/refresh", need: NeedSchema, errors: []int{404, 423},
		summary: "Begin to bring the kept copy of an entity of main up to date"}, j.refresh)
	route(a, operation{id: "listJobs", method: http.MethodGet, path: "/jobs", need: NeedRead,
		summary: "Work in the background, the newest first"}, j.list)
	route(a, operation{id: "getJob", method: http.MethodGet, path: "/jobs/{id}", need: NeedRead, errors: []int{404},
		summary: "How far a job is"}, j.get)
	route(a, operation{id: "cancelJob", method: http.MethodPost, path: "/jobs/{id}/cancel", need: NeedSchema, errors: []int{404},
		summary: "Stop a job"}, j.cancel)
}

// Job is work in the background.
type Job struct {
	ID         string           `json:"id"`
	Kind       string           `json:"kind" doc:"refresh"`
	Entity     lake.EntityName  `json:"entity"`
	State      catalog.JobState `json:"state" enum:"running,done,failed,cancelled"`
	StartedAt  time.Time        `json:"started_at"`
	FinishedAt *time.Time       `json:"finished_at,omitempty"`
	ActorName  string           `json:"actor_name,omitempty" doc:"Absent: the schedule."`
	Rows       int64            `json:"rows" doc:"In the copy."`
	Read       int64            `json:"read" doc:"Rows that came from the home for it."`
	Bytes      int64            `json:"bytes"`
	Full       bool             `json:"full,omitempty" doc:"All rows are read, whatever the high-water mark says."`
	HighWater  lake.FieldName   `json:"high_water,omitempty" doc:"Only rows above the highest value of this field were read: rows changed below it or deleted aren't noticed."`
	Error      string           `json:"error,omitempty" doc:"A code, as of a problem."`
	Detail     string           `json:"detail,omitempty"`
}

func jobFor(x catalog.Job) Job {
	out := Job{ID: x.ID, Kind: x.Kind, Entity: x.Entity, State: x.State, StartedAt: x.StartedAt, ActorName: x.ActorName, Rows: x.Rows, Read: x.Read, Bytes: x.Bytes, Full: x.Whole, HighWater: x.Above}
	if !x.FinishedAt.IsZero() {
		out.FinishedAt = &x.FinishedAt
	}
	if x.Error != nil {
		out.Error, out.Detail = x.Error.Code, x.Error.Detail
	}
	return out
}

type refreshEntityInput struct {
	Entity lake.EntityName `path:"entity" maxLength:"100"`
	Full   bool            `query:"full" doc:"Read all rows, whatever the high-water mark says."`
}

func (j jobs) refresh(ctx context.Context, in *refreshEntityInput) (*reply[Job], error) {
	x, err := j.config.Catalog.Refresh(ctx, principal(ctx), in.Entity, in.Full)
	return replyWith(jobFor(x), err)
}

type listJobsInput struct {
	Entity lake.EntityName `query:"entity"`
}

func (j jobs) list(ctx context.Context, in *listJobsInput) (*reply[list[Job]], error) {
	r, err := j.lake.At(ctx, principal(ctx), "", 0)
	if err != nil {
		return nil, err
	}
	var out []Job
	for _, x := range j.config.Catalog.Jobs(in.Entity) {
		if shows(r, x.Entity) {
			out = append(out, jobFor(x))
		}
	}
	return replyWith(listOf(out), nil)
}

// shows tells whether a person may see something about an entity; of one that has gone,
// those who see all records may.
func shows(r *lake.Reader, name lake.EntityName) bool {
	e, err := r.Schema().Entity(name)
	if err != nil {
		return r.Rights().AllRows
	}
	return r.May(e) == nil
}

func (j jobs) get(ctx context.Context, in *idInput) (*reply[Job], error) {
	x, err := j.config.Catalog.Job(in.ID)
	if err != nil {
		return nil, err
	}
	r, err := j.lake.At(ctx, principal(ctx), "", 0)
	if err != nil {
		return nil, err
	}
	if !shows(r, x.Entity) {
		return nil, lake.Fail(lake.ErrNotFound, "job_unknown", "There is no such job.", "id", in.ID)
	}
	return replyWith(jobFor(x), nil)
}

func (j jobs) cancel(_ context.Context, in *idInput) (*reply[Job], error) {
	x, err := j.config.Catalog.CancelJob(in.ID)
	return replyWith(jobFor(x), err)
}
