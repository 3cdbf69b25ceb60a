package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

// registry keeps JSON documents in hw_documents. Each write is a commit of its own: they
// belong to no revision, so they needn't wait for the commit lock.
type registry struct{ s *Store }

var _ lake.SharedRegistry = registry{}

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

// write executes a statement that returns a row for each document that it wrote, and
// announces those in the same transaction: who hears of them finds them, and nobody who
// listens misses one.
func (r registry) write(ctx context.Context, kind, id, text string, args ...any) (int64, error) {
	n := len(args)
	text = fmt.Sprintf("WITH done AS (%s RETURNING 1) SELECT pg_notify($%d, $%d) FROM done", text, n+1, n+2)
	args = append(args, r.s.channel(), r.s.announcement(kind, id))
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
	return r.write(ctx, kind, id, "INSERT INTO hw_documents VALUES ($1, $2, $3::text::json) ON CONFLICT (kind, id) DO "+conflict, kind, id, string(body))
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
	_, err := r.write(ctx, kind, id, "DELETE FROM hw_documents WHERE kind = $1 AND id = $2", kind, id)
	return err
}

// Amend implements lake.SharedRegistry: it writes only over what it has read.
func (r registry) Amend(ctx context.Context, kind, id string, fn func(doc []byte) (any, error)) error {
	for {
		var was json.RawMessage
		if err := r.Load(ctx, kind, id, &was); err != nil {
			return err
		}
		doc, err := fn(was)
		if err != nil {
			return err
		}
		body, err := json.Marshal(doc)
		if err != nil {
			return err
		}
		n, err := r.write(ctx, kind, id, "UPDATE hw_documents SET body = $3::text::json WHERE kind = $1 AND id = $2 AND body::text = $4",
			kind, id, string(body), string(was))
		if err != nil || n > 0 {
			return err
		}
	}
}

// Alone implements lake.SharedRegistry by a lock that goes with its connection.
func (r registry) Alone(ctx context.Context, name string, fn func() error) error {
	c, err := r.s.points.Acquire(ctx)
	if err != nil {
		return nativeError(err)
	}
	defer c.Release()
	name = "headwater " + r.s.address.schema + " " + name
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", name); err != nil {
		if !lost(err) {
			return nativeError(err)
		}
		r.s.points.Reset() // the server was restarted since the connection was made
		return lake.Fail(lake.ErrBusy, "database_unreachable", "The database can't be reached just now; try again.")
	}
	defer func() {
		if _, err := c.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(hashtextextended($1, 0))", name); err != nil {
			_ = c.Conn().Close(context.WithoutCancel(ctx))
		}
	}()
	return fn()
}

func (r registry) Each(ctx context.Context, kind string, fn func(id string, doc []byte) error) error {
	var id string
	var body []byte
	return r.s.db.many(ctx, "SELECT id, body::text FROM hw_documents WHERE kind = $1 ORDER BY id", []any{kind}, func(raw [][]byte) error {
		id, body = string(raw[0]), append([]byte(nil), raw[1]...)
		return nil
	}, func() error { return fn(id, body) })
}
