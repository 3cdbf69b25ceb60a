package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/lake"
)

// revisions are the verbs of what was written on a branch.
type revisions struct{ *Server }

func (v revisions) register(a api) {
	route(a, operation{id: "listRevisions", method: http.MethodGet, path: "/revisions", need: NeedRead, errors: []int{404},
		summary: "What was written on a branch, newest first"}, v.list)
	route(a, operation{id: "undoRevision", method: http.MethodPost, path: "/revisions/{rev}/undo", need: NeedWrite, errors: []int{404, 409},
		summary: "Take a revision back by a new one; later work stays"}, v.undo)
}

type listRevisionsInput struct {
	OnBranch
	Limit  int           `query:"limit" default:"50" minimum:"1" maximum:"500"`
	Before lake.Revision `query:"before" minimum:"0" doc:"Older than this one."`
}

// Revision is one committed write.
type Revision struct {
	Rev       lake.Revision           `json:"rev"`
	Branch    string                  `json:"branch"`
	At        time.Time               `json:"at"`
	Actor     lake.Key                `json:"actor"`
	ActorName string                  `json:"actor_name"`
	Kind      string                  `json:"kind" doc:"write, import, merge, refresh, undo, schema"`
	Reason    string                  `json:"reason,omitempty"`
	Import    string                  `json:"import,omitempty"`
	Undoes    lake.Revision           `json:"undoes,omitempty"`
	Changes   map[lake.EntityName]int `json:"changes" doc:"Records written, by entity."`
	Undoable  bool                    `json:"undoable"`
}

func (v revisions) list(ctx context.Context, in *listRevisionsInput) (*reply[list[Revision]], error) {
	r, err := v.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	infos, err := v.lake.Revisions(ctx, principal(ctx), in.Branch, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	open := r.Rights().Write && r.Branch().State == lake.BranchOpen
	var out []Revision
	for _, i := range infos {
		item := Revision{Rev: i.Rev, Branch: r.Branch().Name, At: i.At, Actor: i.Actor, ActorName: i.ActorName, Kind: i.Kind, Reason: i.Reason,
			Import: i.Import, Undoes: i.Undoes, Changes: publicCounts(i.Changes)}
		item.Undoable = open && i.Kind != "refresh" && !(i.Kind == "schema" && i.Actor == "") && (i.Kind != "schema" || r.Rights().Schema)
		out = append(out, item)
	}
	return replyWith(listOf(out), nil)
}

// publicCounts leaves out the entities that hold the schema itself.
func publicCounts(in map[lake.EntityName]int) map[lake.EntityName]int {
	out := make(map[lake.EntityName]int, len(in))
	for e, n := range in {
		if e != "hw_fields" && e != "hw_entities" {
			out[e] = n
		}
	}
	return out
}

type undoInput struct {
	OnBranch
	Rev  lake.Revision `path:"rev" minimum:"1"`
	Body *nothing      `required:"false"`
}

func (v revisions) undo(ctx context.Context, in *undoInput) (*reply[MergeOutcome], error) {
	res, err := v.lake.Undo(ctx, principal(ctx), in.Branch, in.Rev)
	if err != nil {
		return nil, err
	}
	w, err := v.writer(ctx, in.Branch)
	if err != nil {
		return nil, err
	}
	return replyWith(w.outcome(ctx, res))
}
