package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"headwater/lake"
)

// bulk changes many records as one revision.
type bulk struct{ *Server }

const (
	bulkMost = 20_000 // records of one bulk change
	bulkPage = 5_000
	bulkLong = 200 // from here on, others don't wait for its commit
)

func (b bulk) register(a api) {
	route(a, operation{id: "bulkEdit", method: http.MethodPost, path: "/records/{entity}/bulk", need: NeedWrite, errors: []int{404, 409, 413},
		summary: "Change or delete many records as one revision"}, b.edit)
}

type bulkInput struct {
	OnBranch
	Entity lake.EntityName `path:"entity"`
	Body   BulkChange
}

// BulkChange says which records, by ids or by filter, and what becomes of them.
type BulkChange struct {
	IDs        []lake.Key    `json:"ids,omitempty"`
	Filter     *string       `json:"filter,omitempty" doc:"Instead of ids; empty: all records."`
	Set        Values        `json:"set,omitempty"`
	Delete     bool          `json:"delete,omitempty"`
	References lake.OnDelete `json:"references,omitempty" enum:"restrict,clear,cascade"`
	Reason     string        `json:"reason,omitempty" maxLength:"1000"`
}

// BulkResult counts what a bulk change did.
type BulkResult struct {
	Revision lake.Revision `json:"revision"`
	Changed  int           `json:"changed"`
}

func (b bulk) edit(ctx context.Context, in *bulkInput) (*reply[BulkResult], error) {
	if (in.Body.Filter == nil) == (in.Body.IDs == nil) || in.Body.Delete == (in.Body.Set != nil) {
		return nil, lake.Fail(lake.ErrInvalid, "bulk_invalid", "Give either ids or a filter, and either set or delete.")
	}
	keys, err := b.keys(ctx, in)
	if err != nil {
		return nil, err
	}
	guard, err := b.guarded(ctx, in.OnBranch, in.Entity, same(keys, in.Body.Set))
	if err != nil {
		return nil, err
	}
	write := b.lake.Write
	if len(keys) > bulkLong {
		write = b.lake.WriteBatch
	}
	out := BulkResult{}
	out.Revision, err = write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		out.Changed = 0
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		tx.Expect(in.Entity, keys)
		if in.Body.Delete {
			return b.delete(tx, in, keys, &out)
		}
		return b.set(tx, in, keys, guard, &out)
	})
	return replyWith(out, err)
}

// keys are the records that are meant, as of now.
func (b bulk) keys(ctx context.Context, in *bulkInput) ([]lake.Key, error) {
	keys := in.Body.IDs
	if in.Body.Filter != nil {
		r, e, err := b.readEntity(ctx, Place{OnBranch: in.OnBranch}, in.Entity)
		if err != nil {
			return nil, err
		}
		q, err := b.question(ctx, r, e, Selection{Entity: in.Entity, Filter: *in.Body.Filter})
		if err != nil {
			return nil, err
		}
		q.Limit = bulkPage
		err = eachPage(ctx, r, q, func(rows []lake.AnswerRow) error {
			for _, row := range rows {
				keys = append(keys, row.Key)
			}
			return tooMany(len(keys))
		})
		return keys, err
	}
	return keys, tooMany(len(keys))
}

func tooMany(n int) error {
	if n <= bulkMost {
		return nil
	}
	return lake.Fail(lake.ErrLimit, "bulk_too_many", "A bulk change takes at most "+strconv.Itoa(bulkMost)+" records.", "most", bulkMost)
}

// eachPage asks until there is no more.
func eachPage(ctx context.Context, r *lake.Reader, q lake.Question, fn func([]lake.AnswerRow) error) error {
	for {
		a, err := r.Ask(ctx, q)
		if err != nil {
			return err
		}
		if err := fn(a.Rows); err != nil || !a.More || len(a.Rows) == 0 {
			return err
		}
		q.After = a.Rows[len(a.Rows)-1].After
	}
}

func (b bulk) set(tx *lake.Tx, in *bulkInput, keys []lake.Key, guard *guard, out *BulkResult) error {
	e, err := publicEntity(tx.Schema(), in.Entity)
	if err != nil {
		return err
	}
	cells, err := cellsOf(e, in.Body.Set)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if _, err := tx.Get(e.Name, key); err != nil {
			if in.Body.IDs == nil && errors.Is(err, lake.ErrNotFound) {
				continue // it went after the filter found it
			}
			return err
		}
		if err := guard.before(tx, key, cells); err != nil {
			return err
		}
		outcome, err := tx.Put(e.Name, key, cells)
		if err != nil {
			return err
		}
		if outcome != lake.Unchanged {
			out.Changed++
			if err := guard.after(tx, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b bulk) delete(tx *lake.Tx, in *bulkInput, keys []lake.Key, out *BulkResult) error {
	for _, key := range keys {
		if err := deletable(tx, in.Entity, key); err != nil && !errors.Is(err, lake.ErrNotFound) {
			return err
		}
		done, err := tx.Delete(in.Entity, key, in.Body.References)
		if errors.Is(err, lake.ErrNotFound) {
			continue // a cascade took it along
		}
		if err != nil {
			return err
		}
		out.Changed += done.Deleted
	}
	return nil
}
