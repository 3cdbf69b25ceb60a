package httpapi

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"headwater/intake"
	"headwater/lake"
)

// imports are the verbs of running imports.
type imports struct{ *Server }

func (m imports) register(a api) {
	route(a, operation{id: "startImport", method: http.MethodPost, path: "/imports", need: NeedWrite, errors: []int{404, 409}, body: 16 << 20,
		summary: "Begin an import; it goes on by itself"}, m.start)
	route(a, operation{id: "listImports", method: http.MethodGet, path: "/imports", need: NeedRead, errors: []int{404},
		summary: "The imports into a branch, newest first"}, m.list)
	route(a, operation{id: "getImport", method: http.MethodGet, path: "/imports/{id}", need: NeedRead, errors: []int{404},
		summary: "How an import goes"}, m.get)
	route(a, operation{id: "cancelImport", method: http.MethodPost, path: "/imports/{id}/cancel", need: NeedWrite, errors: []int{404, 409},
		summary: "Stop an import, and take back what it wrote if asked to"}, m.cancel)
	route(a, operation{id: "resumeImport", method: http.MethodPost, path: "/imports/{id}/resume", need: NeedWrite, errors: []int{404, 409},
		summary: "Go on with an import that stopped"}, m.resume)
	route(a, operation{id: "undoImport", method: http.MethodPost, path: "/imports/{id}/undo", need: NeedWrite, errors: []int{404, 409},
		summary: "Take back all that an import wrote; later work stays"}, m.undo)
	route(a, operation{id: "importRejects", method: http.MethodGet, path: "/imports/{id}/rejects", need: NeedWrite, errors: []int{404},
		summary: "The rejected rows with line, column and reason", produces: []string{kindCSV}}, m.rejects)
}

// ImportCounts says what became of the rows: read = inserted + updated + unchanged + rejected.
type ImportCounts struct {
	Read      int64                     `json:"read"`
	Inserted  int64                     `json:"inserted"`
	Updated   int64                     `json:"updated"`
	Unchanged int64                     `json:"unchanged"`
	Rejected  int64                     `json:"rejected"`
	Created   map[lake.EntityName]int64 `json:"created,omitempty" doc:"Records made because a row referred to them."`
	LeftEmpty int64                     `json:"left_empty,omitempty" doc:"References that found nothing and stay empty, as planned."`
}

func countsOf(c intake.Counts) ImportCounts { return ImportCounts(c) }

// Import is one run of a plan over a file.
type Import struct {
	ID         string          `json:"id"`
	State      intake.State    `json:"state" enum:"running,done,failed,cancelled,interrupted,undone"`
	Entity     lake.EntityName `json:"entity"`
	Branch     string          `json:"branch"`
	File       string          `json:"file"`
	StartedAt  time.Time       `json:"started_at"`
	FinishedAt *time.Time      `json:"finished_at,omitempty"`
	Actor      lake.Key        `json:"actor,omitempty"`
	ActorName  string          `json:"actor_name"`
	ImportCounts
	TotalBytes  int64             `json:"total_bytes"`
	DoneBytes   int64             `json:"done_bytes"`
	Rate        float64           `json:"rate" doc:"Rows a second."`
	SecondsLeft float64           `json:"seconds_left"`
	Linking     bool              `json:"linking,omitempty" doc:"The rows are in; those that refer to each other are being linked."`
	Revisions   []lake.Revision   `json:"revisions"`
	Revision    lake.Revision     `json:"revision,omitempty" doc:"The newest one."`
	Error       string            `json:"error,omitempty" doc:"One English sentence."`
	ErrorCode   string            `json:"error_code,omitempty"`
	ErrorParams map[string]string `json:"error_params,omitempty"`
}

func importFor(i intake.Import) Import {
	out := Import{ID: i.ID, State: i.State, Entity: i.Entity, Branch: i.Branch, File: i.File, StartedAt: i.StartedAt, FinishedAt: i.FinishedAt,
		Actor: i.Actor, ActorName: i.ActorName, ImportCounts: countsOf(i.Counts), TotalBytes: i.TotalBytes, DoneBytes: i.DoneBytes, Rate: i.Rate,
		SecondsLeft: i.SecondsLeft, Linking: i.Linking, Revisions: listOf(i.Revisions).Items, Revision: i.Revision}
	if i.Error != nil {
		out.Error, out.ErrorCode, out.ErrorParams = i.Error.Detail, i.Error.Code, i.Error.Params
	}
	return out
}

func replyImport(i intake.Import, err error) (*reply[Import], error) {
	return replyWith(importFor(i), err)
}

func (m imports) start(ctx context.Context, in *planInput) (*reply[Import], error) {
	if err := importable(in.Body.Plan.Plan); err != nil {
		return nil, err
	}
	f, err := uploads(m).file(ctx, in.Body.Upload)
	if err != nil {
		return nil, err
	}
	return replyImport(m.config.Imports.Start(ctx, principal(ctx), in.Branch, in.Body.Plan.Plan, f))
}

func (m imports) list(ctx context.Context, in *OnBranch) (*reply[list[Import]], error) {
	found, err := m.config.Imports.List(ctx, principal(ctx), in.Branch)
	if err != nil {
		return nil, err
	}
	out := make([]Import, len(found))
	for i := range found {
		out[i] = importFor(found[i])
	}
	return replyWith(listOf(out), nil)
}

func (m imports) get(ctx context.Context, in *idInput) (*reply[Import], error) {
	return replyImport(m.config.Imports.Get(ctx, principal(ctx), in.ID))
}

type cancelInput struct {
	ID   string `path:"id"`
	Body struct {
		Undo bool `json:"undo,omitempty" doc:"Take back what it wrote."`
	} `nameHint:"CancelImport"`
}

func (m imports) cancel(ctx context.Context, in *cancelInput) (*reply[Import], error) {
	return replyImport(m.config.Imports.Cancel(ctx, principal(ctx), in.ID, in.Body.Undo))
}

func (m imports) resume(ctx context.Context, in *idInput) (*reply[Import], error) {
	return replyImport(m.config.Imports.Resume(ctx, principal(ctx), in.ID))
}

func (m imports) undo(ctx context.Context, in *idInput) (*reply[MergeOutcome], error) {
	i, err := m.config.Imports.Get(ctx, principal(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	res, err := m.config.Imports.Undo(ctx, principal(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	w, err := m.writer(ctx, i.Branch)
	if err != nil {
		return nil, err
	}
	return replyWith(w.outcome(ctx, res))
}

type rejectsInput struct {
	ID       string `path:"id"`
	Language string `header:"Accept-Language"`
}

func (m imports) rejects(ctx context.Context, in *rejectsInput) (*file, error) {
	i, err := m.config.Imports.Get(ctx, principal(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(strings.TrimSuffix(i.File, ".csv"), ".xlsx") + "-rejected.csv"
	return deliver(kindCSV, name, func(ctx context.Context, w io.Writer) error {
		return m.config.Imports.Rejects(ctx, principal(ctx), in.ID, languageOf(ctx, in.Language), w)
	}), nil
}
