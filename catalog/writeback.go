package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"headwater/lake"
	"headwater/source"
)

// WriteResult says what became of one record.
type WriteResult struct {
	Entity lake.EntityName `json:"entity"`
	ID     lake.Key        `json:"id"`
	Done   bool            `json:"done"`
	Code   string          `json:"code,omitempty" doc:"moved, gone, exists: the source holds something else than when the record was changed; equal: it holds the same already; altered: it was written, but the source keeps it otherwise (rounded, cut), so it stays in the overlay; skipped: another record stood in the way"`
}

// Written is one write-back, as it is recorded: one transaction of one source.
type Written struct {
	ID         string         `json:"id"`
	Source     string         `json:"source"`
	Tables     []WrittenTable `json:"tables"`
	State      string         `json:"state" enum:"writing,done,refused,failed,interrupted"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt time.Time      `json:"finished_at,omitzero"`
	Actor      lake.Key       `json:"actor"`
	ActorName  string         `json:"actor_name"`
	Node       string         `json:"node,omitempty" doc:"The server that does it."`
	Revision   lake.Revision  `json:"revision,omitempty"`
	Error      *JobError      `json:"error,omitempty"`
}

// WrittenTable is what became of one entity's records.
type WrittenTable struct {
	Entity  lake.EntityName `json:"entity"`
	Table   string          `json:"table"`
	Results []WriteResult   `json:"results"`
	Written int             `json:"written" doc:"Rows changed in the source."`
	Cleared int             `json:"cleared" doc:"Records of the overlay that the source equals now."`
}

// Counts are the sums over all tables.
func (w *Written) Counts() (written, cleared int) {
	for _, t := range w.Tables {
		written, cleared = written+t.Written, cleared+t.Cleared
	}
	return written, cleared
}

// Results are those of all tables.
func (w *Written) Results() (out []WriteResult) {
	for _, t := range w.Tables {
		out = append(out, t.Results...)
	}
	return out
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
	return k.carryOut(ctx, p, []*WritePlan{plan}, map[lake.EntityName][]lake.Key{entity: ids})
}

// WriteBackSource is WriteBack for all entities of a source at once, still in one
// transaction. records, where it isn't nil, chooses entities and their records (none: all).
func (k *Catalog) WriteBackSource(ctx context.Context, p lake.Principal, source string, records map[lake.EntityName][]lake.Key) (*Written, error) {
	k.writing.Lock()
	defer k.writing.Unlock()
	plans, err := k.PlanSource(ctx, p, source)
	if err != nil {
		return nil, err
	}
	for n, ids := range records {
		if len(ids) == 0 {
			records[n] = nil
		}
		if !slices.ContainsFunc(plans, func(w *WritePlan) bool { return w.Entity == n }) {
			return nil, lake.Fail(lake.ErrNotFound, "writeback_unknown", "Nothing is to be written back of "+string(n)+".", "entity", n)
		}
	}
	if records != nil {
		plans = slices.DeleteFunc(plans, func(w *WritePlan) bool { _, ok := records[w.Entity]; return !ok })
	}
	if len(plans) == 0 {
		return nil, lake.Fail(lake.ErrNotFound, "writeback_nothing", "Nothing is to be written back to "+source+".", "source", source)
	}
	return k.carryOut(ctx, p, plans, records)
}

// carryOut writes plans of one source, and records what came of it.
func (k *Catalog) carryOut(ctx context.Context, p lake.Principal, plans []*WritePlan, records map[lake.EntityName][]lake.Key) (*Written, error) {
	doc := &Written{ID: string(lake.NewKey()), Source: plans[0].Source, State: "writing", StartedAt: k.now().UTC(), Node: k.node(), Actor: p.User, ActorName: p.Name}
	w := writing{k: k, who: p, doc: doc}
	for _, plan := range plans {
		if plan.Reason != nil {
			return nil, plan.Reason
		}
		if err := w.choose(plan, records[plan.Entity]); err != nil {
			return nil, err
		}
	}
	// From here on the work isn't left half done because a page was closed.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	if err := k.registry().Create(ctx, kindWritten, doc.ID, doc); err != nil {
		return nil, err
	}
	err := w.run(ctx)
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

// writing is one write-back on its way.
type writing struct {
	k     *Catalog
	who   lake.Principal
	doc   *Written
	parts []part // beside doc.Tables
}

// part are the chosen records of one entity.
type part struct {
	pending []lake.Pending
	changes []source.RowChange
}

// choose takes the records with these ids (nil: all) of a plan.
func (w *writing) choose(plan *WritePlan, ids []lake.Key) error {
	for _, id := range ids {
		if !slices.ContainsFunc(plan.Items, func(x PlannedWrite) bool { return x.Key == id }) {
			return lake.Fail(lake.ErrNotFound, "writeback_unknown", "Nothing is to be written back of "+string(id)+".", "entity", plan.Entity, "key", id)
		}
	}
	var of part
	for i, x := range plan.Items {
		if ids == nil || slices.Contains(ids, x.Key) {
			of.pending, of.changes = append(of.pending, x.Pending), append(of.changes, plan.changes[i])
		}
	}
	w.parts = append(w.parts, of)
	w.doc.Tables = append(w.doc.Tables, WrittenTable{Entity: plan.Entity, Table: plan.Table, Results: []WriteResult{}})
	return nil
}

// at is where the result of a change belongs.
type at struct{ table, result int }

func (w *writing) run(ctx context.Context) error {
	var first, last batch // deletes come last, those that refer to others before them
	moved := false
	for t := range w.parts {
		todo := &w.doc.Tables[t]
		for i := range w.parts[t].pending {
			x := &w.parts[t].pending[i]
			res := WriteResult{Entity: todo.Entity, ID: x.Key}
			switch {
			case x.Equal:
				res.Done, res.Code = true, "equal"
			case x.Drift:
				res.Code, moved = drifted(x), true
			case x.Op == lake.OpGone:
				last.add(todo.Table, w.parts[t].changes[i], at{t, i})
			default:
				first.add(todo.Table, w.parts[t].changes[i], at{t, i})
			}
			todo.Results = append(todo.Results, res)
		}
	}
	if moved {
		w.doc.refuse()
		return nil
	}
	slices.Reverse(last.tables)
	slices.Reverse(last.at)
	first.tables, first.at = append(first.tables, last.tables...), append(first.at, last.at...)
	if done, err := w.write(ctx, &first); err != nil || !done {
		return err
	}
	w.doc.State = "done"
	return w.clear(ctx)
}

// drifted says how the source has moved under a record.
func drifted(x *lake.Pending) string {
	switch {
	case x.Op == lake.OpInsert:
		return "exists"
	case len(x.Base) == 0:
		return "gone"
	}
	return "moved"
}

// batch are changes in the order in which they are written.
type batch struct {
	tables []source.TableChanges
	at     [][]at // beside the changes
}

func (b *batch) add(table string, c source.RowChange, to at) {
	if n := len(b.tables) - 1; n < 0 || b.at[n][0].table != to.table {
		b.tables, b.at = append(b.tables, source.TableChanges{Table: table}), append(b.at, nil)
	}
	n := len(b.tables) - 1
	b.tables[n].Changes, b.at[n] = append(b.tables[n].Changes, c), append(b.at[n], to)
}

// write hands the changes to the source; done is false when it refuses them.
func (w *writing) write(ctx context.Context, b *batch) (done bool, err error) {
	if len(b.tables) == 0 {
		return true, nil
	}
	to, err := w.k.sources.Writer(ctx, w.doc.Source)
	if err != nil {
		return false, err
	}
	results, err := to.Write(ctx, b.tables)
	if err != nil {
		return false, w.named(b, err)
	}
	done = true
	for i, list := range results {
		for j, res := range list {
			t := &w.doc.Tables[b.at[i][j].table]
			r := &t.Results[b.at[i][j].result]
			r.Done, r.Code = res.Done, res.Code
			t.Written++
			done = done && res.Done
		}
	}
	if !done {
		w.doc.refuse()
	}
	return done, nil
}

// named gives an error of one change the record that it belongs to.
func (w *writing) named(b *batch, err error) error {
	part, change, ok := source.Number(err)
	if !ok || part >= len(b.at) || change >= len(b.at[part]) {
		return err
	}
	var known *lake.Error
	errors.As(err, &known)
	at := b.at[part][change]
	t := &w.doc.Tables[at.table]
	out := &lake.Error{Family: known.Family, Code: known.Code, Params: maps.Clone(known.Params)}
	out.Params["entity"], out.Params["id"] = string(t.Entity), string(t.Results[at.result].ID)
	out.Detail = "Record " + out.Params["id"] + " of " + out.Params["entity"] + ": " + known.Detail
	return out
}

// refuse says that nothing was written because of those that moved.
func (w *Written) refuse() {
	w.State = "refused"
	for t := range w.Tables {
		w.Tables[t].Written = 0
		for i := range w.Tables[t].Results {
			if r := &w.Tables[t].Results[i]; r.Code == "" || r.Done && r.Code != "equal" {
				r.Done, r.Code = false, "skipped"
			}
		}
	}
}

// clear takes what the source holds now out of main's overlay. A kept copy must show the
// new rows first.
func (w *writing) clear(ctx context.Context) error {
	r, err := w.k.lake.At(ctx, w.who, lake.MainName, 0)
	if err != nil {
		return err
	}
	keys := map[lake.EntityName][]lake.Key{}
	for _, t := range w.doc.Tables {
		for _, res := range t.Results {
			keys[t.Entity] = append(keys[t.Entity], res.ID)
		}
		e, err := r.Schema().Entity(t.Entity)
		if err != nil {
			return err
		}
		if e.Home.Keep != nil {
			// Rows that were just changed needn't lie above a high-water mark.
			if _, err := w.k.lake.RefreshWhole(ctx, lake.System, e.Name); err != nil {
				return err
			}
		}
	}
	var cleared map[lake.EntityName]int
	w.doc.Revision, cleared, err = w.k.lake.ClearWritten(ctx, w.who, keys, "written back to "+w.doc.Source)
	if err != nil {
		return err
	}
	for i := range w.doc.Tables {
		t := &w.doc.Tables[i]
		if t.Cleared = cleared[t.Entity]; t.Cleared == len(t.Results) {
			continue
		}
		left, err := w.k.lake.Pending(ctx, w.who, t.Entity)
		if err != nil {
			return err
		}
		t.altered(left)
	}
	return nil
}

// altered marks what was written and isn't as it was written.
func (t *WrittenTable) altered(left []lake.Pending) {
	for i := range t.Results {
		r := &t.Results[i]
		if r.Done && r.Code == "" && slices.ContainsFunc(left, func(x lake.Pending) bool { return x.Key == r.ID }) {
			r.Code = "altered"
		}
	}
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
		w, err := writtenOf(doc)
		out = append(out, w)
		return err
	})
	slices.SortFunc(out, func(a, b Written) int { return b.StartedAt.Compare(a.StartedAt) })
	return out, err
}

// writtenOf reads a record of a write-back. Earlier versions wrote one table at a time.
func writtenOf(doc []byte) (Written, error) {
	var w struct {
		Written
		WrittenTable
	}
	err := json.Unmarshal(doc, &w)
	if len(w.Tables) == 0 && w.Entity != "" {
		for i := range w.WrittenTable.Results {
			w.WrittenTable.Results[i].Entity = w.Entity
		}
		w.Tables = []WrittenTable{w.WrittenTable}
	}
	return w.Written, err
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
