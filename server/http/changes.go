package httpapi

import (
	"context"

	"headwater/lake"
)

// CellChange is one cell that differs. Ours is the side that receives.
type CellChange struct {
	Field    lake.FieldName `json:"field"`
	Base     Value          `json:"base"`
	Ours     Value          `json:"ours"`
	Theirs   Value          `json:"theirs"`
	Result   Value          `json:"result"`
	Conflict bool           `json:"conflict,omitempty"`
	Masked   bool           `json:"masked,omitempty" doc:"It changed, but the caller may not see how."`
}

// RowChange is one record that differs.
type RowChange struct {
	Entity   lake.EntityName `json:"entity"`
	ID       lake.Key        `json:"id"`
	Title    string          `json:"title"`
	Op       lake.RowOp      `json:"op" enum:"added,changed,deleted"`
	Cells    []CellChange    `json:"cells"`
	Conflict string          `json:"conflict,omitempty" doc:"cell, delete_update, update_delete, insert_insert or rule; of an undo also in_source: the source itself holds it by now"`
	Rule     *lake.Violation `json:"rule,omitempty"`
	Masked   bool            `json:"masked,omitempty"`
}

// EntityChanges are the changed records of one entity.
type EntityChanges struct {
	Entity  lake.EntityName `json:"entity"`
	Added   int             `json:"added"`
	Changed int             `json:"changed"`
	Deleted int             `json:"deleted"`
	Rows    []RowChange     `json:"rows"`
}

// MergeOutcome says what a merge, refresh or undo did, or what it can't do yet.
type MergeOutcome struct {
	Revision  lake.Revision `json:"revision,omitempty" doc:"Absent: nothing was written."`
	Applied   int           `json:"applied"`
	Conflicts []RowChange   `json:"conflicts"`
	Kept      []RowChange   `json:"kept" doc:"Of an undo: what stayed as it is because of later work."`
	Titles    Titles        `json:"titles"`
}

// changeWriter shows changes as JSON. The schemas of both sides are asked for a field's
// kind: one may have fields that the other lacks.
type changeWriter struct {
	readers []*lake.Reader
	refs    mentioned
}

func newChangeWriter(readers ...*lake.Reader) *changeWriter {
	return &changeWriter{readers, mentioned{}}
}

func (w *changeWriter) field(e lake.EntityName, f lake.FieldName) *lake.Field {
	for _, r := range w.readers {
		if entity, err := r.Schema().Entity(e); err == nil {
			if field, ok := entity.Field(f); ok {
				return field
			}
		}
	}
	return &lake.Field{Name: f, Kind: lake.Text}
}

func (w *changeWriter) rows(in []lake.RowChange) []RowChange {
	out := make([]RowChange, len(in))
	for i, c := range in {
		out[i] = RowChange{Entity: c.Entity, ID: c.Key, Title: c.Title, Op: c.Op, Conflict: c.Conflict, Rule: c.Rule, Masked: c.Masked,
			Cells: make([]CellChange, len(c.Cells))}
		for j, x := range c.Cells {
			f := w.field(c.Entity, x.Field)
			for _, cell := range []lake.Cell{x.Base, x.Ours, x.Theirs, x.Result} {
				w.refs.note(f, cell)
			}
			out[i].Cells[j] = CellChange{x.Field, valueOf(f, x.Base), valueOf(f, x.Ours), valueOf(f, x.Theirs), valueOf(f, x.Result), x.Conflict, x.Masked}
		}
	}
	return out
}

func (w *changeWriter) titles(ctx context.Context) (Titles, error) {
	return w.refs.titles(ctx, w.readers...)
}

func (w *changeWriter) outcome(ctx context.Context, r *lake.MergeResult) (MergeOutcome, error) {
	out := MergeOutcome{Revision: r.Revision, Applied: r.Applied, Conflicts: w.rows(r.Conflicts), Kept: w.rows(r.Kept)}
	var err error
	out.Titles, err = w.titles(ctx)
	return out, err
}

// Choice settles one conflict; without a field, a whole record. Ours and theirs repeat
// what the person saw: if that has moved on, the conflict is open again.
type Choice struct {
	Entity lake.EntityName  `json:"entity"`
	ID     lake.Key         `json:"id"`
	Field  lake.FieldName   `json:"field,omitempty"`
	Take   lake.MergePolicy `json:"take" enum:"ours,theirs"`
	Ours   *Value           `json:"ours,omitempty"`
	Theirs *Value           `json:"theirs,omitempty"`
}

func (w *changeWriter) choices(in []Choice) ([]lake.Choice, error) {
	out := make([]lake.Choice, len(in))
	for i, c := range in {
		out[i] = lake.Choice{Entity: c.Entity, Key: c.ID, Field: c.Field, Take: c.Take}
		if c.Field == "" {
			continue
		}
		f := w.field(c.Entity, c.Field)
		for _, side := range []struct {
			from *Value
			to   **lake.Cell
		}{{c.Ours, &out[i].Ours}, {c.Theirs, &out[i].Theirs}} {
			if side.from == nil {
				continue
			}
			cell, err := f.FromJSON(side.from.JSON)
			if err != nil {
				return nil, err
			}
			*side.to = &cell
		}
	}
	return out, nil
}
