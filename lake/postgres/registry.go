package postgres

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

// registry keeps JSON documents in hw_documents. Each write is a commit of its own: they
// belong to no revision, so they needn't wait for the commit lock.
type registry struct{ s *Store }

// Registry keeps what belongs to the workspace and not to a branch.
func (s *Store) Registry() lake.Registry { return registry{s} }

func (r registry) Load(ctx context.Context, kind, id string, doc any) error {
	var body []byte
	if storable(id) {
		err := r.s.db.few(ctx, "SELECT body::text FROM hw_documents WHERE kind = $1 AND id = $2", []any{kind, id}, func(raw [][]byte) error {
			body = append([]byte(nil), raw[0]...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if body == nil {
		return lake.Fail(lake.ErrNotFound, kind+"_unknown", "There is no "+kind+" with this id.", "kind", kind, "id", id)
	}
	return json.Unmarshal(body, doc)
}

func (r registry) write(ctx context.Context, text string, args ...any) (int64, error) {
	// Once begun it is carried through: a cancelled write might have happened all the same.
	tag, err := r.s.points.Exec(context.WithoutCancel(ctx), text, args...)
	if err != nil && pgconn.SafeToRetry(err) { // nothing was sent
		tag, err = r.s.points.Exec(context.WithoutCancel(ctx), text, args...)
	}
	return tag.RowsAffected(), nativeError(err)
}

func (r registry) put(ctx context.Context, conflict, kind, id string, doc any) (int64, error) {
	if !storable(id) {
		return 0, lake.Fail(lake.ErrInvalid, "key_invalid", "An id is a text without zero bytes.")
	}
	body, err := json.Marshal(doc)
	if err != nil {
		return 0, err
	}
	return r.write(ctx, "INSERT INTO hw_documents VALUES ($1, $2, $3::text::json) ON CONFLICT (kind, id) DO "+conflict, kind, id, string(body))
}

func (r registry) Save(ctx context.Context, kind, id string, doc any) error {
	_, err := r.put(ctx, "UPDATE SET body = excluded.body", kind, id, doc)
	return err
}

func (r registry) Create(ctx context.Context, kind, id string, doc any) error {
	n, err := r.put(ctx, "NOTHING", kind, id, doc)
	if err == nil && n == 0 {
		return lake.Fail(lake.ErrConflict, kind+"_exists", "There is a "+kind+" with this id already.", "kind", kind, "id", id)
	}
	return err
}

func (r registry) Remove(ctx context.Context, kind, id string) error {
	if !storable(id) {
		return nil
	}
	_, err := r.write(ctx, "DELETE FROM hw_documents WHERE kind = $1 AND id = $2", kind, id)
	return err
}

func (r registry) Each(ctx context.Context, kind string, fn func(id string, doc []byte) error) error {
	var id string
	var body []byte
	return r.s.db.many(ctx, "SELECT id, body::text FROM hw_documents WHERE kind = $1 ORDER BY id", []any{kind}, func(raw [][]byte) error {
		id, body = string(raw[0]), append([]byte(nil), raw[1]...)
		return nil
	}, func() error { return fn(id, body) })
}
