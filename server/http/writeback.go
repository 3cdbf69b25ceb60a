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
		summary: "What would be written to the source of an entity, or to a whole source in one transaction; without either: how much of which"}, w.plan)
	route(a, operation{id: "writeBack", method: http.MethodPost, path: "/writeback", need: NeedWrite, errors: []int{404, 409},
		summary: "Write records of main's overlay to their source, of one entity or of all, in one transaction: all or none"}, w.write)
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
	Tables   []WriteBackTable `json:"tables" doc:"Of a source: its tables, those that others refer to first."`
	Source   string           `json:"source"`
	Table    string           `json:"table"`
	Writable bool             `json:"writable"`
	Reason   string           `json:"reason,omitempty" doc:"A code: why it can't be written."`
	Titles   Titles           `json:"titles"`
}

// WriteBackTable is what would be written to one table of a source.
type WriteBackTable struct {
	Entity   lake.EntityName `json:"entity"`
	Table    string          `json:"table"`
	Writable bool            `json:"writable"`
	Reason   string          `json:"reason,omitempty" doc:"A code: why it can't be written."`
	Items    []WriteBackRow  `json:"items"`
}

type planWriteInput struct {
	Entity lake.EntityName `query:"entity"`
	Source string          `query:"source" doc:"Instead of an entity: all that main holds over this source."`
}

func (w writebacks) plan(ctx context.Context, in *planWriteInput) (*reply[WriteBackPlan], error) {
	out := WriteBackPlan{Items: []WriteBackRow{}, Entities: []WriteBackCount{}, Tables: []WriteBackTable{}, Titles: Titles{}}
	if in.Source != "" {
		return w.planSource(ctx, in.Source, out)
	}
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
	refs := mentioned{}
	t := writeBackTable(e, plan, refs)
	out.Source, out.Table, out.Writable, out.Reason, out.Items = plan.Source, t.Table, t.Writable, t.Reason, t.Items
	out.Titles, err = refs.titles(ctx, r)
	return replyWith(out, err)
}

func (w writebacks) planSource(ctx context.Context, source string, out WriteBackPlan) (*reply[WriteBackPlan], error) {
	plans, err := w.config.Catalog.PlanSource(ctx, principal(ctx), source)
	if err != nil {
		return nil, err
	}
	r, err := w.lake.At(ctx, principal(ctx), "", 0)
	if err != nil {
		return nil, err
	}
	out.Source, out.Writable = source, len(plans) > 0
	refs := mentioned{}
	for _, plan := range plans {
		e, err := r.Schema().Entity(plan.Entity)
		if err != nil {
			return nil, err
		}
		t := writeBackTable(e, plan, refs)
		if !t.Writable {
			out.Writable, out.Reason = false, t.Reason
		}
		out.Tables = append(out.Tables, t)
	}
	out.Titles, err = refs.titles(ctx, r)
	return replyWith(out, err)
}

func writeBackTable(e *lake.Entity, plan *catalog.WritePlan, refs mentioned) WriteBackTable {
	out := WriteBackTable{Entity: e.Name, Table: plan.Table, Writable: plan.Writable, Items: []WriteBackRow{}}
	if plan.Reason != nil {
		out.Reason = plan.Reason.Code
	}
	for i := range plan.Items {
		out.Items = append(out.Items, writeBackRow(e, &plan.Items[i], refs))
	}
	return out
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
		Entity  lake.EntityName                `json:"entity,omitempty"`
		IDs     []lake.Key                     `json:"ids,omitempty" maxItems:"20000" doc:"Of the entity; absent: all."`
		Source  string                         `json:"source,omitempty" doc:"Instead of an entity: all of its entities in one transaction."`
		Records map[lake.EntityName][]lake.Key `json:"records,omitempty" doc:"With a source: these entities and their records only; an empty list: all of an entity."`
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
	done, err := w.carryOut(ctx, in)
	if err != nil {
		return nil, err
	}
	out := WriteBackDone{Results: listOf(done.Results()).Items, Revision: done.Revision}
	out.Written, out.Cleared = done.Counts()
	return replyWith(out, nil)
}

func (w writebacks) carryOut(ctx context.Context, in *writeInput) (*catalog.Written, error) {
	switch b := &in.Body; {
	case (b.Entity == "") == (b.Source == ""), b.Source != "" && b.IDs != nil, b.Source == "" && b.Records != nil:
		return nil, lake.Fail(lake.ErrInvalid, "writeback_invalid", "Give either an entity and its ids, or a source and its records.")
	case b.Source != "":
		return w.config.Catalog.WriteBackSource(ctx, principal(ctx), b.Source, b.Records)
	default:
		return w.config.Catalog.WriteBack(ctx, principal(ctx), b.Entity, b.IDs)
	}
}

// PastWriteBack is what a write-back did to one table. Those of one transaction follow
// each other.
type PastWriteBack struct {
	ID        string                `json:"id" doc:"Of the transaction and the entity."`
	Together  string                `json:"together" doc:"Of the transaction; the same for all of its tables."`
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
		for _, t := range d.Tables {
			if shows(r, t.Entity) {
				out = append(out, pastWriteBack(&d, t))
			}
		}
	}
	return replyWith(listOf(out), nil)
}

func pastWriteBack(d *catalog.Written, t catalog.WrittenTable) PastWriteBack {
	out := PastWriteBack{ID: d.ID + "." + string(t.Entity), Together: d.ID, At: d.StartedAt, Entity: t.Entity, Source: d.Source, Table: t.Table, State: d.State,
		ActorName: d.ActorName, Written: t.Written, Cleared: t.Cleared, Revision: d.Revision, Results: listOf(t.Results).Items}
	if d.Error != nil {
		out.Error = d.Error.Code
	}
	for _, x := range t.Results {
		if !x.Done {
			out.Failed++
		}
	}
	return out
}
