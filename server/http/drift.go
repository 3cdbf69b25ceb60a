package httpapi

import (
	"context"
	"net/http"

	"headwater/lake"
)

// drifts are the verbs of what moved under the rows that a branch wrote over sources.
type drifts struct{ *Server }

func (d drifts) register(a api) {
	route(a, operation{id: "branchDrift", method: http.MethodGet, path: "/branches/{name}/drift", need: NeedRead, errors: []int{404},
		summary: "Which rows under a branch's changes hold something else by now"}, d.list)
	route(a, operation{id: "settleDrift", method: http.MethodPost, path: "/branches/{name}/drift", need: NeedWrite, errors: []int{404, 409},
		summary: "Keep what was written over moved rows, or take what their home holds now"}, d.settle)
}

// DriftCell is a cell of which the home holds something else than when it was changed.
type DriftCell struct {
	Field  lake.FieldName `json:"field"`
	Before Value          `json:"before"`
	Now    Value          `json:"now"`
	Mine   Value          `json:"mine"`
	Masked bool           `json:"masked,omitempty"`
}

// DriftRow is a record whose home has changed under what was written over it.
type DriftRow struct {
	Entity lake.EntityName `json:"entity"`
	ID     lake.Key        `json:"id"`
	Title  string          `json:"title"`
	Code   string          `json:"code" enum:"moved,gone,exists"`
	Cells  []DriftCell     `json:"cells"`
}

// Drift is all that moved under a branch.
type Drift struct {
	Items  []DriftRow `json:"items"`
	Titles Titles     `json:"titles"`
}

func (d drifts) list(ctx context.Context, in *NamedBranch) (*reply[Drift], error) {
	rows, err := d.lake.Drift(ctx, principal(ctx), in.Name)
	if err != nil {
		return nil, err
	}
	r, err := d.lake.At(ctx, principal(ctx), in.Name, 0)
	if err != nil {
		return nil, err
	}
	out := Drift{Items: make([]DriftRow, len(rows))}
	refs := mentioned{}
	for i, row := range rows {
		out.Items[i] = DriftRow{row.Entity, row.Key, row.Title, row.Code, make([]DriftCell, 0, len(row.Cells))}
		e, err := r.Schema().Entity(row.Entity)
		if err != nil {
			return nil, err
		}
		for _, c := range row.Cells {
			f, ok := e.Field(c.Field)
			if !ok {
				continue
			}
			for _, cell := range []lake.Cell{c.Before, c.Now, c.Mine} {
				refs.note(f, cell)
			}
			out.Items[i].Cells = append(out.Items[i].Cells, DriftCell{c.Field, valueOf(f, c.Before), valueOf(f, c.Now), valueOf(f, c.Mine), c.Masked})
		}
	}
	out.Titles, err = refs.titles(ctx, r)
	return replyWith(out, err)
}

type settleInput struct {
	NamedBranch
	Body struct {
		Entity lake.EntityName  `json:"entity"`
		IDs    []lake.Key       `json:"ids" minItems:"1" maxItems:"20000"`
		Take   lake.MergePolicy `json:"take" enum:"ours,theirs" doc:"ours: what was written here; theirs: what the home holds now."`
	} `nameHint:"DriftSettlement"`
}

// Written is a revision that was written; 0: nothing had to be.
type Written struct {
	Revision lake.Revision `json:"revision"`
}

func (d drifts) settle(ctx context.Context, in *settleInput) (*reply[Written], error) {
	rev, err := d.lake.Settle(ctx, principal(ctx), in.Name, in.Body.Entity, in.Body.IDs, in.Body.Take)
	return replyWith(Written{rev}, err)
}
