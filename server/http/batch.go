package httpapi

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strconv"

	"headwater/lake"
)

// batches put many records of one entity as one revision.
type batches struct{ *Server }

func (b batches) register(a api) {
	route(a, operation{id: "putRecords", method: http.MethodPost, path: "/records/{entity}/batch", need: NeedWrite, errors: []int{404, 409, 413},
		body: 64 << 20, summary: "Insert or change many records as one revision, or none of them"}, b.put)
}

type batchInput struct {
	OnBranch
	Entity lake.EntityName `path:"entity"`
	Body   Batch
}

// Batch is a list of records to put.
type Batch struct {
	Records []BatchRecord `json:"records" minItems:"1" maxItems:"20000"`
	Reason  string        `json:"reason,omitempty" maxLength:"1000"`
}

// BatchRecord changes the record with this id (or makes it); without an id it makes a new one.
type BatchRecord struct {
	ID    lake.Key `json:"id,omitempty" maxLength:"200"`
	Cells Values   `json:"cells"`
}

func (b *Batch) ids() []lake.Key {
	var out []lake.Key
	for i := range b.Records {
		if id := b.Records[i].ID; id != "" {
			out = append(out, id)
		}
	}
	return out
}

// BatchResult says what became of the records, in their order.
type BatchResult struct {
	Revision  lake.Revision `json:"revision"`
	IDs       []lake.Key    `json:"ids"`
	Inserted  int           `json:"inserted"`
	Updated   int           `json:"updated"`
	Unchanged int           `json:"unchanged"`
}

func (b batches) put(ctx context.Context, in *batchInput) (*reply[BatchResult], error) {
	write := b.lake.Write
	if len(in.Body.Records) > bulkLong {
		write = b.lake.WriteBatch
	}
	changes := map[lake.Key]Values{}
	for _, r := range in.Body.Records {
		if r.ID != "" {
			changes[r.ID] = r.Cells
		}
	}
	guard, err := b.guarded(ctx, in.OnBranch, in.Entity, changes)
	if err != nil {
		return nil, err
	}
	var out BatchResult
	rev, err := write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		e, err := publicEntity(tx.Schema(), in.Entity)
		if err != nil {
			return err
		}
		out = BatchResult{}
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		tx.Expect(in.Entity, in.Body.ids())
		for i, r := range in.Body.Records {
			if err := out.put(tx, e, r, guard); err != nil {
				return atRecord(err, i+1)
			}
		}
		return nil
	})
	out.Revision = rev
	return replyWith(out, err)
}

// atRecord says which record of the list was wrong, counted from 1.
func atRecord(err error, n int) error {
	var known *lake.Error
	if !errors.As(err, &known) {
		return err
	}
	at := *known
	at.Params = maps.Clone(known.Params)
	at.Params["record"] = strconv.Itoa(n)
	at.Detail = "Record " + strconv.Itoa(n) + ": " + known.Detail
	return &at
}

func (out *BatchResult) put(tx *lake.Tx, e *lake.Entity, r BatchRecord, guard *guard) error {
	cells, err := cellsOf(e, r.Cells)
	if err != nil {
		return err
	}
	done := lake.Inserted
	if r.ID == "" {
		r.ID, err = tx.Create(e.Name, cells)
	} else if err = guard.before(tx, r.ID, cells); err == nil {
		if done, err = tx.Put(e.Name, r.ID, cells); err == nil {
			err = guard.after(tx, r.ID)
		}
	}
	if err != nil {
		return err
	}
	out.IDs = append(out.IDs, r.ID)
	switch done {
	case lake.Inserted:
		out.Inserted++
	case lake.Updated:
		out.Updated++
	default:
		out.Unchanged++
	}
	return nil
}
