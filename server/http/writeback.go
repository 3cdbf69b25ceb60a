package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/catalog"
	"headwater/lake"
)

// writebacks are the verbs that bring what main holds over sources into them.
type writebacks struct{ *Server }

func (w writebacks) register(a api) {
	route(a, operation{id: "writeBackPlan", method: http.MethodGet, path: "/writeback", need: NeedRead, errors: []int{403, 404},
		summary: "What would be written to the source of an entity; without an entity: how much of which"}, w.plan)
	route(a, operation{id: "writeBack", method: http.MethodPost, path: "/writeback", need: NeedWrite, errors: []int{404, 409},
		summary: "Write records of main's overlay to their source, all or none"}, w.write)
	route(a, operation{id: "writeBacks", method: http.MethodGet, path: "/writebacks", need: NeedRead, errors: []int{403},
		summary: "Past write-backs, the newest first"}, w.past)
}

// WriteBackCell is a cell that would be written.
type WriteBackCell struct {
	Field  lake.FieldName `json:"field"`
	Before Value          `json:"before" doc:"What the source held when it was changed here."`
	Now    Value          `json:"now" doc:"What it holds now."`
	To     Value          `json:"to"`
}

// WriteBackRow is a record that would be written.
type WriteBackRow struct {
	ID    lake.Key        `json:"id"`
	Title string          `json:"title"`
	Op    string          `json:"op" enum:"insert,update,delete"`
	SQL   string          `json:"sql" doc:"What would be run."`
	Cells []WriteBackCell `json:"cells"`
	Drift bool            `json:"drift" doc:"The source holds something else by now: it wouldn't be written."`
	Equal bool            `json:"equal" doc:"The source holds the same already."`
}

// WriteBackCount is how much could be written back of an entity.
type WriteBackCount struct {
	Entity lake.EntityName `json:"entity"`
	Label  lake.Label      `json:"label"`
	Source string          `json:"source"`
	Count  int             `json:"count" doc:"-1: the source can't be read now."`
}

// WriteBackPlan is shown before anything is written.
type WriteBackPlan struct {
	Items    []WriteBackRow   `json:"items"`
	Entities []WriteBackCount `json:"entities" doc:"Without an entity: what could be written back."`
	Source   string           `json:"source"`
	Table    string           `json:"table"`
	Writable bool             `json:"writable"`
	Reason   string           `json:"reason,omitempty" doc:"A code: why it can't be written."`
	Titles   Titles           `json:"titles"`
}

type planWriteInput struct {
	Entity lake.EntityName `query:"entity"`
}

func (w writebacks) plan(ctx context.Context, in *planWriteInput) (*reply[WriteBackPlan], error) {
	out := WriteBackPlan{Items: []WriteBackRow{}, Entities: []WriteBackCount{}, Titles: Titles{}}
	if in.Entity == "" {
		counts, err := w.config.Catalog.WriteCounts(ctx, principal(ctx))
		for _, c := range counts {
			out.Entities = append(out.Entities, WriteBackCount{c.Entity, c.Label, c.Source, c.Count})
		}
		return replyWith(out, err)
	}
	r, e, err := w.readEntity(ctx, Place{}, in.Entity)
	if err != nil {
		return nil, err
	}
	plan, err := w.config.Catalog.Plan(ctx, principal(ctx), in.Entity)
	if err != nil {
		return nil, err
	}
	out.Source, out.Table, out.Writable = plan.Source, plan.Table, plan.Writable
	if plan.Reason != nil {
		out.Reason = plan.Reason.Code
	}
	refs := mentioned{}
	for i := range plan.Items {
		out.Items = append(out.Items, writeBackRow(e, &plan.Items[i], refs))
	}
	out.Titles, err = refs.titles(ctx, r)
	return replyWith(out, err)
}

var writeOps = map[string]string{lake.OpEdit: "update", lake.OpInsert: "insert", lake.OpGone: "delete"}

func writeBackRow(e *lake.Entity, x *catalog.PlannedWrite, refs mentioned) WriteBackRow {
	out := WriteBackRow{ID: x.Key, Title: x.Title, Op: writeOps[x.Op], SQL: x.SQL, Cells: []WriteBackCell{}, Drift: x.Drift, Equal: x.Equal}
	for i := range e.Fields {
		f := &e.Fields[i]
		to, ok := x.Cells[f.Name]
		before, was := x.Before[f.Name]
		if !ok && !was || to == "" && before == "" && x.Base[f.Name] == "" {
			continue
		}
		for _, c := range []lake.Cell{before, x.Base[f.Name], to} {
			refs.note(f, c)
		}
		out.Cells = append(out.Cells, WriteBackCell{f.Name, valueOf(f, before), valueOf(f, x.Base[f.Name]), valueOf(f, to)})
	}
	return out
}

type writeInput struct {
	Body struct {
		Entity lake.EntityName `json:"entity"`
		IDs    []lake.Key      `json:"ids,omitempty" maxItems:"20000" doc:"Absent: all."`
	} `nameHint:"WriteBackOrder"`
}

// WriteBackDone says what became of each record.
type WriteBackDone struct {
	Results  []catalog.WriteResult `json:"results"`
	Written  int                   `json:"written" doc:"Rows changed in the source; 0 when one of them had moved."`
	Cleared  int                   `json:"cleared" doc:"Records taken out of the overlay, since the source holds the same."`
	Revision lake.Revision         `json:"revision,omitempty"`
}

func (w writebacks) write(ctx context.Context, in *writeInput) (*reply[WriteBackDone], error) {
	done, err := w.config.Catalog.WriteBack(ctx, principal(ctx), in.Body.Entity, in.Body.IDs)
	if err != nil {
		return nil, err
	}
	return replyWith(WriteBackDone{done.Results, done.Written, done.Cleared, done.Revision}, nil)
}

// PastWriteBack is the record of a write-back.
type PastWriteBack struct {
	ID        string                `json:"id"`
	At        time.Time             `json:"at"`
	Entity    lake.EntityName       `json:"entity"`
	Source    string                `json:"source"`
	Table     string                `json:"table"`
	State     string                `json:"state" enum:"writing,done,refused,failed,interrupted"`
	ActorName string                `json:"actor_name"`
	Written   int                   `json:"written"`
	Cleared   int                   `json:"cleared"`
	Failed    int                   `json:"failed" doc:"Records that stood in the way or were left."`
	Revision  lake.Revision         `json:"revision,omitempty"`
	Error     string                `json:"error,omitempty" doc:"A code."`
	Results   []catalog.WriteResult `json:"results"`
}

func (w writebacks) past(ctx context.Context, _ *nothing) (*reply[list[PastWriteBack]], error) {
	done, err := w.config.Catalog.Writes(ctx, principal(ctx))
	if err != nil {
		return nil, err
	}
	r, err := w.lake.At(ctx, principal(ctx), "", 0)
	if err != nil {
		return nil, err
	}
	var out []PastWriteBack
	for _, d := range done {
		if !shows(r, d.Entity) {
			continue
		}
		one := PastWriteBack{ID: d.ID, At: d.StartedAt, Entity: d.Entity, Source: d.Source, Table: d.Table, State: d.State, ActorName: d.ActorName,
			Written: d.Written, Cleared: d.Cleared, Revision: d.Revision, Results: listOf(d.Results).Items}
		if d.Error != nil {
			one.Error = d.Error.Code
		}
		for _, x := range d.Results {
			if !x.Done {
				one.Failed++
			}
		}
		out = append(out, one)
	}
	return replyWith(listOf(out), nil)
}
