package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
)

// records are the verbs of one record.
type records struct{ *Server }

// Record is one record of any entity.
type Record struct {
	ID        lake.Key      `json:"id"`
	Rev       lake.Revision `json:"rev" doc:"The revision that wrote it; also the ETag."`
	Branch    string        `json:"branch" doc:"The branch that was read."`
	CreatedAt *time.Time    `json:"created_at,omitempty"`
	UpdatedAt *time.Time    `json:"updated_at,omitempty"`
	Cells     Values        `json:"cells"`
	Titles    Titles        `json:"titles"`
}

func (r records) register(a api) {
	route(a, operation{id: "createRecord", method: http.MethodPost, path: "/records/{entity}", need: NeedWrite, status: http.StatusCreated, ownCheck: true,
		summary: "Add a record", errors: []int{404, 409}}, r.create)
	route(a, operation{id: "getRecord", method: http.MethodGet, path: "/records/{entity}/{key}", need: NeedRead,
		summary: "One record", errors: []int{404}}, r.get)
	route(a, operation{id: "updateRecord", method: http.MethodPatch, path: "/records/{entity}/{key}", need: NeedWrite,
		summary: "Change cells of a record", errors: []int{404, 409, 412}}, r.update)
	route(a, operation{id: "deleteRecord", method: http.MethodDelete, path: "/records/{entity}/{key}", need: NeedWrite,
		summary: "Delete a record", errors: []int{404, 409, 412}}, r.remove)
}

// RecordPath names a record on a branch.
type RecordPath struct {
	Entity lake.EntityName `path:"entity"`
	Key    lake.Key        `path:"key" maxLength:"200"`
}

// IfMatch carries the version that a change is based on.
type IfMatch struct {
	IfMatch string `header:"If-Match" doc:"The ETag that the change is based on; a newer version answers 412."`
}

type recordReply struct {
	ETag string `header:"ETag"`
	Body Record
}

type getRecordInput struct {
	Place
	RecordPath
}

func (r records) get(ctx context.Context, in *getRecordInput) (*recordReply, error) {
	reader, e, err := r.readEntity(ctx, in.Place, in.Entity)
	if err != nil {
		return nil, err
	}
	rec, err := reader.Get(ctx, e.Name, in.Key)
	if err != nil {
		return nil, err
	}
	return showRecord(ctx, reader, e, rec, time.Time{})
}

// showRecord asks when the record was written, unless that is known.
func showRecord(ctx context.Context, r *lake.Reader, e *lake.Entity, rec lake.Record, written time.Time) (*recordReply, error) {
	out := Record{ID: rec.Key, Rev: rec.Rev, Branch: r.Branch().Name, Cells: valuesOf(e, rec.Cells)}
	if t := rec.Key.CreatedAt(); !t.IsZero() {
		out.CreatedAt = &t
	}
	if written.IsZero() && rec.Rev != 0 { // people have no revision
		var err error
		if written, err = r.UpdatedAt(ctx, rec); err != nil {
			return nil, err
		}
	}
	if !written.IsZero() {
		out.UpdatedAt = &written
	}
	refs := mentioned{}
	refs.noteAll(e, rec.Cells)
	var err error
	out.Titles, err = refs.titles(ctx, r)
	return &recordReply{ETag: etag(rec.Rev), Body: out}, err
}

func etag(r lake.Revision) string { return `"` + strconv.FormatInt(int64(r), 10) + `"` }

// RecordChange is what to write into a record.
type RecordChange struct {
	Cells  Values `json:"cells"`
	Reason string `json:"reason,omitempty" maxLength:"1000" doc:"Why; it is kept in the history."`
}

type createInput struct {
	OnBranch
	Entity lake.EntityName `path:"entity"`
	Body   RecordChange
}

func (r records) create(ctx context.Context, in *createInput) (*recordReply, error) {
	if len(in.Body.Reason) > 4000 {
		return nil, lake.Fail(lake.ErrLimit, "value_too_long", "A reason has at most 1,000 characters.", "field", "reason")
	}
	if err := reserved(in.Entity, in.Body.Cells); err != nil {
		return nil, err
	}
	key := lake.NewKey()
	var made lake.Record
	var at time.Time
	var seen bool
	rev, err := r.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		e, err := publicEntity(tx.Schema(), in.Entity)
		if err != nil {
			return err
		}
		cells, err := cellsOf(e, in.Body.Cells)
		if err != nil {
			return err
		}
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		if e.Overlaid() { // the key is in the cells
			key, err = tx.Create(e.Name, cells)
		} else {
			err = tx.Insert(e.Name, key, cells)
		}
		if err != nil {
			return err
		}
		made, at, seen, err = tx.Last()
		return err
	})
	if err != nil {
		return nil, err
	}
	if !seen {
		return givenAway(in.OnBranch, key, rev), nil
	}
	reader, e, err := r.readEntity(ctx, Place{OnBranch: in.OnBranch}, in.Entity)
	if err != nil {
		return nil, err
	}
	return showRecord(ctx, reader, e, made, at)
}

// givenAway says of a record no more than that it was written: it is in other hands now.
func givenAway(b OnBranch, key lake.Key, rev lake.Revision) *recordReply {
	return &recordReply{ETag: etag(rev), Body: Record{ID: key, Rev: rev, Branch: b.Branch, Cells: Values{}, Titles: Titles{}}}
}

// written shows a record after a write, unless its writer gave it into other hands.
func (r records) written(ctx context.Context, b OnBranch, entity lake.EntityName, key lake.Key, rev lake.Revision) (*recordReply, error) {
	reader, e, err := r.readEntity(ctx, Place{OnBranch: b}, entity)
	if err != nil {
		return nil, err
	}
	rec, err := reader.Get(ctx, entity, key)
	if errors.Is(err, lake.ErrNotFound) {
		return givenAway(b, key, rev), nil
	}
	if err != nil {
		return nil, err
	}
	return showRecord(ctx, reader, e, rec, time.Time{})
}

type updateInput struct {
	OnBranch
	RecordPath
	IfMatch
	Body RecordChange
}

func (r records) update(ctx context.Context, in *updateInput) (*recordReply, error) {
	guard, err := r.guarded(ctx, in.OnBranch, in.Entity, one(in.Key, in.Body.Cells))
	if err != nil {
		return nil, err
	}
	rev, err := r.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		e, err := publicEntity(tx.Schema(), in.Entity)
		if err != nil {
			return err
		}
		if err := in.unmoved(tx, in.RecordPath); err != nil {
			return err
		}
		cells, err := cellsOf(e, in.Body.Cells)
		if err != nil {
			return err
		}
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		if err := guard.before(tx, in.Key, cells); err != nil {
			return err
		}
		if _, err = tx.Put(e.Name, in.Key, cells); err != nil {
			return err
		}
		return guard.after(tx, in.Key)
	})
	if err != nil {
		return nil, err
	}
	return r.written(ctx, in.OnBranch, in.Entity, in.Key, rev)
}

// unmoved refuses a change of a record that isn't there, or that moved on.
func (m IfMatch) unmoved(tx *lake.Tx, p RecordPath) error {
	now, err := tx.Get(p.Entity, p.Key)
	if err != nil || m.IfMatch == "" || m.IfMatch == "*" {
		return err
	}
	for tag := range strings.SplitSeq(m.IfMatch, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == etag(now.Rev) {
			return nil
		}
	}
	return lake.Fail(lake.ErrStale, "stale", "Somebody changed the record in the meantime.", "entity", p.Entity, "key", p.Key, "rev", now.Rev)
}

type deleteInput struct {
	OnBranch
	RecordPath
	IfMatch
	References lake.OnDelete `query:"references" enum:"restrict,clear,cascade" doc:"What becomes of records that refer to it; absent: as each field says."`
}

// Deletion counts what a delete did.
type Deletion struct {
	Revision lake.Revision `json:"revision"`
	Deleted  int           `json:"deleted" doc:"Records deleted, cascades included."`
	Cleared  int           `json:"cleared" doc:"References emptied."`
}

func (r records) remove(ctx context.Context, in *deleteInput) (*reply[Deletion], error) {
	if err := reserved(in.Entity, nil); err != nil {
		return nil, err
	}
	var done lake.DeleteResult
	rev, err := r.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		if _, err := publicEntity(tx.Schema(), in.Entity); err != nil {
			return err
		}
		if err := in.unmoved(tx, in.RecordPath); err != nil {
			return err
		}
		err := deletable(tx, in.Entity, in.Key)
		if err != nil {
			return err
		}
		done, err = tx.Delete(in.Entity, in.Key, in.References)
		return err
	})
	return replyWith(Deletion{rev, done.Deleted, done.Cleared}, err)
}
