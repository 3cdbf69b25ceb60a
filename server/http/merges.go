package httpapi

import (
	"context"
	"errors"
	"net/http"

	"headwater/lake"
)

// merges are the verbs that bring branches together.
type merges struct{ *Server }

func (m merges) register(a api) {
	route(a, operation{id: "diffBranch", method: http.MethodGet, path: "/branches/{name}/diff", need: NeedRead, errors: []int{404},
		summary: "What a branch changed since its fork, beside what its parent holds now"}, m.diff)
	route(a, operation{id: "refreshBranch", method: http.MethodPost, path: "/branches/{name}/refresh", need: NeedWrite, errors: []int{404, 409},
		summary: "Bring what the parent changed into the branch"}, m.refresh)
	route(a, operation{id: "mergeBranch", method: http.MethodPost, path: "/branches/{name}/merge", need: NeedBranch, errors: []int{404, 409},
		summary: "Bring what the branch changed into its parent, as one revision"}, m.merge)
}

type diffInput struct {
	NamedBranch
	Against string          `query:"against" default:"parent" enum:"parent"`
	Entity  lake.EntityName `query:"entity" doc:"Rows of this entity only; counts are of all."`
	Limit   int             `query:"limit" default:"5000" minimum:"0" maximum:"50000" doc:"Rows per entity."`
}

// DiffBase is what a branch is compared with.
type DiffBase struct {
	Branch string        `json:"branch"`
	Fork   lake.Revision `json:"fork"`
}

// BranchDiff is a branch compared with its parent.
type BranchDiff struct {
	Base      DiffBase        `json:"base"`
	Head      lake.Revision   `json:"head"`
	Entities  []EntityChanges `json:"entities"`
	Titles    Titles          `json:"titles"`
	Conflicts int             `json:"conflicts" doc:"Records that both sides changed differently."`
	Hidden    int             `json:"hidden" doc:"Changed records that the caller may not see."`
}

func (m merges) diff(ctx context.Context, in *diffInput) (*reply[BranchDiff], error) {
	d, err := m.lake.Diff(ctx, principal(ctx), in.Name)
	if err != nil {
		return nil, err
	}
	w, err := m.writer(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	out := BranchDiff{Head: d.Head, Conflicts: d.Conflicts, Hidden: d.Hidden, Entities: []EntityChanges{}}
	out.Base.Branch, out.Base.Fork = d.Parent.Name, d.Branch.Fork
	for _, e := range d.Entities {
		rows := e.Rows
		if in.Entity != "" && in.Entity != e.Entity {
			rows = nil
		}
		if len(rows) > in.Limit {
			rows = rows[:in.Limit]
		}
		out.Entities = append(out.Entities, EntityChanges{e.Entity, e.Added, e.Changed, e.Deleted, w.rows(rows)})
	}
	out.Titles, err = w.titles(ctx)
	return replyWith(out, err)
}

// writer knows the schemas and the titles of a branch and of its parent.
func (s *Server) writer(ctx context.Context, branch string) (*changeWriter, error) {
	r, err := s.lake.At(ctx, principal(ctx), branch, 0)
	if err != nil {
		return nil, err
	}
	readers := []*lake.Reader{r}
	info, err := s.lake.Describe(ctx, principal(ctx), branch)
	if err == nil && info.ParentName != "" {
		var parent *lake.Reader
		// Who sees a branch need not see its parent; then its titles are missing, no more.
		if parent, err = s.lake.At(ctx, principal(ctx), info.ParentName, 0); err == nil {
			readers = append(readers, parent)
		} else if errors.Is(err, lake.ErrNotFound) {
			err = nil
		}
	}
	return newChangeWriter(readers...), err
}

// MergeRequest steers a merge or a refresh.
type MergeRequest struct {
	Policy  lake.MergePolicy `json:"policy,omitempty" default:"ask" enum:"ask,ours,theirs" doc:"For conflicts that no choice settles; ask refuses."`
	Choices []Choice         `json:"choices,omitempty"`
	Keep    bool             `json:"keep,omitempty" doc:"Merge only: leave the branch open."`
	Reason  string           `json:"reason,omitempty" maxLength:"1000"`
}

type mergeInput struct {
	NamedBranch
	Body MergeRequest
}

func (m merges) refresh(ctx context.Context, in *mergeInput) (*reply[MergeOutcome], error) {
	return m.run(ctx, in, m.lake.Refresh)
}

func (m merges) merge(ctx context.Context, in *mergeInput) (*reply[MergeOutcome], error) {
	return m.run(ctx, in, m.lake.Merge)
}

type mergeCall func(context.Context, lake.Principal, string, lake.MergeOptions) (*lake.MergeResult, error)

func (m merges) run(ctx context.Context, in *mergeInput, call mergeCall) (*reply[MergeOutcome], error) {
	w, err := m.writer(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	choices, err := w.choices(in.Body.Choices)
	if err != nil {
		return nil, err
	}
	res, err := call(ctx, principal(ctx), in.Name, lake.MergeOptions{Policy: in.Body.Policy, Choices: choices, Keep: in.Body.Keep, Reason: in.Body.Reason})
	if res == nil {
		return nil, err
	}
	out, shown := w.outcome(ctx, res)
	if err != nil { // open conflicts: the problem carries them
		p := problemOf(ctx, err)
		p.Result = &out
		return nil, p
	}
	return replyWith(out, shown)
}
