package catalog

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"headwater/lake"
	"headwater/source"
)

// PlannedWrite is one record of main's overlay as it would be written to its source.
type PlannedWrite struct {
	lake.Pending
	SQL string `json:"sql"` // with its values as comments; "" when it can't be written
}

// WritePlan is what would be written to one source.
type WritePlan struct {
	Source   string
	Table    string
	Writable bool
	Reason   *lake.Error // why not
	Items    []PlannedWrite
	changes  []source.RowChange // beside Items
}

// WriteCount is how much could be written back of an entity.
type WriteCount struct {
	Entity lake.EntityName
	Label  lake.Label
	Source string
	Count  int // -1: the source can't be read now
}

// mayWriteBack: it changes what others own, so it is for those who may merge into main.
func (k *Catalog) mayWriteBack(ctx context.Context, p lake.Principal) (*lake.Reader, error) {
	r, err := k.lake.At(ctx, p, lake.MainName, 0)
	if err != nil {
		return nil, err
	}
	if !r.Rights().Merge && !r.Rights().Schema {
		return nil, lake.Fail(lake.ErrForbidden, "writeback_forbidden", "You may not write to sources.")
	}
	return r, nil
}

// WriteCounts tells what could be written back, by entity.
func (k *Catalog) WriteCounts(ctx context.Context, p lake.Principal) ([]WriteCount, error) {
	r, err := k.mayWriteBack(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []WriteCount
	for _, e := range r.Schema().Entities() {
		if e.Home.Kind != lake.Foreign || r.May(e) != nil {
			continue
		}
		list, err := k.lake.Pending(ctx, p, e.Name)
		n := len(list)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			n = -1
		}
		if n != 0 {
			out = append(out, WriteCount{e.Name, e.Label, e.Home.Source, n})
		}
	}
	return out, nil
}

// Plan shows what writing an entity's overlay back would run.
func (k *Catalog) Plan(ctx context.Context, p lake.Principal, entity lake.EntityName) (*WritePlan, error) {
	r, err := k.mayWriteBack(ctx, p)
	if err != nil {
		return nil, err
	}
	list, err := k.lake.Pending(ctx, p, entity)
	if err != nil {
		return nil, err
	}
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	plan := &WritePlan{Source: e.Home.Source, Table: e.Home.Table, Items: make([]PlannedWrite, len(list))}
	for i := range list {
		plan.Items[i].Pending = list[i]
	}
	w, err := k.sources.Writer(ctx, e.Home.Source)
	if err == nil && len(e.Home.Key) == 0 {
		err = lake.Fail(lake.ErrInvalid, "entity_keyless", "The entity "+string(entity)+" has no key.", "entity", entity)
	}
	var t *lake.SourceTable
	if err == nil {
		if t, err = k.sources.Table(ctx, e.Home.Source, e.Home.Table); err == nil && !t.Writable {
			err = lake.Fail(lake.ErrInvalid, "table_read_only", "The table "+t.Name+" can't be written.", "table", t.Name)
		}
	}
	if err != nil {
		known, ok := err.(*lake.Error)
		if !ok {
			return nil, err
		}
		plan.Reason = known
		return plan, nil
	}
	plan.Writable = true
	raw, err := k.rawOf(ctx, p, e, list)
	if err != nil {
		return nil, err
	}
	changes := make([]source.RowChange, len(list))
	for i := range list {
		changes[i] = rowChange(e, &list[i], raw)
		plan.changes = append(plan.changes, changes[i])
	}
	texts, err := w.Statements(ctx, e.Home.Table, changes)
	for i := range texts {
		plan.Items[i].SQL = texts[i]
	}
	return plan, err
}

// rowChange is a record's overlay in the words of its source.
func rowChange(e *lake.Entity, w *lake.Pending, raw rawTexts) source.RowChange {
	c := source.RowChange{Op: map[string]string{lake.OpEdit: "update", lake.OpInsert: "insert", lake.OpGone: "delete"}[w.Op],
		Key: map[string]string{}, Set: map[string]*string{}, Before: map[string]*string{}, Types: map[string]string{}}
	put := func(n lake.FieldName) {
		if f, ok := e.Field(n); ok && !f.Own {
			c.Set[columnOf(f)], c.Types[columnOf(f)] = columnText(f, w.Cells[n]), f.Type
		}
	}
	was := func(n lake.FieldName) {
		if f, ok := e.Field(n); ok && !f.Own {
			c.Before[columnOf(f)], c.Types[columnOf(f)] = raw.before(w.Key, f, w.Before[n]), f.Type
		}
	}
	parts := w.Key.Parts(len(e.Home.Key))
	for i, n := range e.Home.Key {
		f, ok := e.Field(n)
		if !ok || i >= len(parts) {
			continue
		}
		text := columnText(f, parts[i])
		if text == nil {
			text = new(string)
		}
		c.Key[columnOf(f)], c.Types[columnOf(f)] = *text, f.Type
	}
	for n := range w.Cells {
		put(n)
	}
	switch w.Op {
	case lake.OpEdit:
		for n := range w.Cells {
			was(n)
		}
	case lake.OpGone:
		for i := range e.Fields {
			was(e.Fields[i].Name)
		}
	}
	return c
}

// columnText is a cell in the text form of its column's type; nil is NULL.
func columnText(f *lake.Field, c lake.Cell) *string {
	if c == "" {
		return nil
	}
	text := string(c)
	if f.Kind == lake.Timestamp {
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			text = at.UTC().Format("2006-01-02 15:04:05.999999")
			if t := strings.ToUpper(f.Type); t == "TIMESTAMPTZ" || strings.Contains(t, "TIME ZONE") {
				text += "+00"
			}
		}
	}
	return &text
}

// WriteResult says what became of one record.
type WriteResult struct {
	ID   lake.Key `json:"id"`
	Done bool     `json:"done"`
	Code string   `json:"code,omitempty" doc:"moved, gone, exists: the source holds something else than when the record was changed; equal: it holds the same already; altered: it was written, but the source keeps it otherwise (rounded, cut), so it stays in the overlay; skipped: another record stood in the way"`
}

// Written is one write-back, as it is recorded.
type Written struct {
	ID         string          `json:"id"`
	Entity     lake.EntityName `json:"entity"`
	Source     string          `json:"source"`
	Table      string          `json:"table"`
	State      string          `json:"state" enum:"writing,done,refused,failed,interrupted"`
	StartedAt  time.Time       `json:"started_at"`
	FinishedAt time.Time       `json:"finished_at,omitzero"`
	Actor      lake.Key        `json:"actor"`
	ActorName  string          `json:"actor_name"`
	Node       string          `json:"node,omitempty" doc:"The server that does it."`
	Results    []WriteResult   `json:"results"`
	Written    int             `json:"written" doc:"Rows changed in the source."`
	Cleared    int             `json:"cleared" doc:"Records of the overlay that the source equals now."`
	Revision   lake.Revision   `json:"revision,omitempty"`
	Error      *JobError       `json:"error,omitempty"`
}

const (
	kindWritten  = "writeback"
	writtenKept  = 500
	writeTimeout = 5 * time.Minute
)

// WriteBack writes records of an entity's overlay on main (nil: all) to its source, in
// one transaction: all of them, or none when one of their rows has changed there. What
// the source holds then is taken out of the overlay.
func (k *Catalog) WriteBack(ctx context.Context, p lake.Principal, entity lake.EntityName, ids []lake.Key) (*Written, error) {
	k.writing.Lock()
	defer k.writing.Unlock()
	plan, err := k.Plan(ctx, p, entity)
	if err != nil {
		return nil, err
	}
	if plan.Reason != nil {
		return nil, plan.Reason
	}
	doc := &Written{ID: string(lake.NewKey()), Entity: entity, Source: plan.Source, Table: plan.Table, State: "writing", StartedAt: k.now().UTC(), Node: k.node(),
		Actor: p.User, ActorName: p.Name, Results: []WriteResult{}}
	var todo []lake.Pending
	var prepared []source.RowChange
	for _, id := range ids {
		if !slices.ContainsFunc(plan.Items, func(w PlannedWrite) bool { return w.Key == id }) {
			return nil, lake.Fail(lake.ErrNotFound, "writeback_unknown", "Nothing is to be written back of "+string(id)+".", "entity", entity, "key", id)
		}
	}
	for i, w := range plan.Items {
		if ids == nil || slices.Contains(ids, w.Key) {
			todo, prepared = append(todo, w.Pending), append(prepared, plan.changes[i])
		}
	}
	// From here on the work isn't left half done because a page was closed.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	if err := k.registry().Create(ctx, kindWritten, doc.ID, doc); err != nil {
		return nil, err
	}
	err = k.writeBack(ctx, p, doc, todo, prepared)
	doc.FinishedAt = k.now().UTC()
	if err != nil {
		doc.State, doc.Error = "failed", jobError(err)
	}
	if serr := k.registry().Save(ctx, kindWritten, doc.ID, doc); err == nil {
		err = serr
	}
	k.forgetWrites(ctx)
	return doc, err
}

func (k *Catalog) writeBack(ctx context.Context, p lake.Principal, doc *Written, todo []lake.Pending, prepared []source.RowChange) error {
	r, err := k.lake.At(ctx, p, lake.MainName, 0)
	if err != nil {
		return err
	}
	e, err := r.Schema().Entity(doc.Entity)
	if err != nil {
		return err
	}
	var changes []source.RowChange
	var at []int // the result of each change
	var clear []lake.Key
	moved := false
	for i := range todo {
		w := &todo[i]
		res := WriteResult{ID: w.Key}
		switch {
		case w.Equal:
			res.Done, res.Code = true, "equal"
			clear = append(clear, w.Key)
		case w.Drift:
			res.Code, moved = "moved", true
			if w.Op == lake.OpInsert {
				res.Code = "exists"
			} else if len(w.Base) == 0 {
				res.Code = "gone"
			}
		default:
			changes, at = append(changes, prepared[i]), append(at, i)
		}
		doc.Results = append(doc.Results, res)
	}
	if moved {
		doc.refuse()
		return nil
	}
	if len(changes) > 0 {
		w, err := k.sources.Writer(ctx, doc.Source)
		if err != nil {
			return err
		}
		results, err := w.Write(ctx, doc.Table, changes)
		if err != nil {
			return err
		}
		for j, res := range results {
			doc.Results[at[j]].Done, doc.Results[at[j]].Code = res.Done, res.Code
			if !res.Done {
				moved = true
			}
		}
		if moved {
			doc.refuse()
			return nil
		}
		for _, i := range at {
			clear = append(clear, todo[i].Key)
		}
		doc.Written = len(changes)
	}
	doc.State = "done"
	return k.clear(ctx, p, e, doc, clear)
}

// refuse says that nothing was written because of those that moved.
func (w *Written) refuse() {
	w.State, w.Written = "refused", 0
	for i := range w.Results {
		if r := &w.Results[i]; r.Code == "" || r.Done && r.Code != "equal" {
			r.Done, r.Code = false, "skipped"
		}
	}
}

// clear takes what the source holds now out of main's overlay. A kept copy must show the
// new rows first.
func (k *Catalog) clear(ctx context.Context, p lake.Principal, e *lake.Entity, doc *Written, keys []lake.Key) error {
	if len(keys) == 0 {
		return nil
	}
	if e.Home.Keep != nil {
		if _, err := k.lake.RefreshCopy(ctx, lake.System, e.Name); err != nil {
			return err
		}
	}
	var err error
	doc.Revision, doc.Cleared, err = k.lake.ClearWritten(ctx, p, e.Name, keys, "written back to "+doc.Source)
	if err != nil || doc.Cleared == len(keys) {
		return err
	}
	left, err := k.lake.Pending(ctx, p, e.Name)
	for i := range doc.Results {
		r := &doc.Results[i]
		if r.Done && r.Code == "" && slices.ContainsFunc(left, func(w lake.Pending) bool { return w.Key == r.ID }) {
			r.Code = "altered"
		}
	}
	return err
}

// Writes lists past write-backs, the newest first.
func (k *Catalog) Writes(ctx context.Context, p lake.Principal) ([]Written, error) {
	if _, err := k.mayWriteBack(ctx, p); err != nil {
		return nil, err
	}
	return k.writes(ctx)
}

func (k *Catalog) writes(ctx context.Context) ([]Written, error) {
	var out []Written
	err := k.registry().Each(ctx, kindWritten, func(_ string, doc []byte) error {
		var w Written
		err := json.Unmarshal(doc, &w)
		out = append(out, w)
		return err
	})
	slices.SortFunc(out, func(a, b Written) int { return b.StartedAt.Compare(a.StartedAt) })
	return out, err
}

func (k *Catalog) forgetWrites(ctx context.Context) {
	list, err := k.writes(ctx)
	for i := writtenKept; err == nil && i < len(list); i++ {
		err = k.registry().Remove(ctx, kindWritten, list[i].ID)
	}
	if err != nil {
		k.log.Warn("old write-backs can't be forgotten", "error", err)
	}
}

// interruptedWrites marks what was being written when the process ended: the source may
// hold it or not. The next plan tells, since it compares with the source.
func (k *Catalog) interruptedWrites(ctx context.Context) error {
	list, err := k.writes(ctx)
	if err != nil {
		return err
	}
	for _, w := range list {
		if w.State != "writing" || w.Node != "" && w.Node != k.node() {
			continue
		}
		w.State = "interrupted"
		if err := k.registry().Save(ctx, kindWritten, w.ID, w); err != nil {
			return err
		}
	}
	return nil
}
