package sqlite

import (
	"context"
	"encoding/json"

	"headwater/lake"
)

// registry keeps JSON documents in hw_documents.
type registry struct{ s *Store }

// Registry keeps what belongs to the workspace and not to a branch.
func (s *Store) Registry() lake.Registry { return registry{s} }

func (r registry) Load(ctx context.Context, kind, id string, doc any) error {
	rows, err := r.s.db.query(ctx, "SELECT body FROM hw_documents WHERE kind = ? AND id = ?", kind, id)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return nativeError(err)
		}
		return lake.Fail(lake.ErrNotFound, kind+"_unknown", "There is no "+kind+" with this id.", "kind", kind, "id", id)
	}
	var body string
	if err := rows.Scan(&body); err != nil {
		return nativeError(err)
	}
	return json.Unmarshal([]byte(body), doc)
}

func (r registry) write(ctx context.Context, text string, args ...any) (n int64, err error) {
	err = r.s.commits.run(ctx, false, func() error {
		n, err = r.s.commits.stmts.exec(ctx, text, args...)
		return err
	})
	return n, err
}

func (r registry) Save(ctx context.Context, kind, id string, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	_, err = r.write(ctx, "INSERT INTO hw_documents VALUES (?,?,?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body", kind, id, string(body))
	return err
}

func (r registry) Create(ctx context.Context, kind, id string, doc any) error {
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	n, err := r.write(ctx, "INSERT INTO hw_documents VALUES (?,?,?) ON CONFLICT DO NOTHING", kind, id, string(body))
	if err == nil && n == 0 {
		return lake.Fail(lake.ErrConflict, kind+"_exists", "There is a "+kind+" with this id already.", "kind", kind, "id", id)
	}
	return err
}

func (r registry) Remove(ctx context.Context, kind, id string) error {
	_, err := r.write(ctx, "DELETE FROM hw_documents WHERE kind = ? AND id = ?", kind, id)
	return err
}

func (r registry) Each(ctx context.Context, kind string, fn func(id string, doc []byte) error) error {
	rows, err := r.s.db.query(ctx, "SELECT id, body FROM hw_documents WHERE kind = ? ORDER BY id", kind)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, body string
		if err := rows.Scan(&id, &body); err != nil {
			return nativeError(err)
		}
		if err := fn(id, []byte(body)); err != nil {
			return err
		}
	}
	return nativeError(rows.Err())
}
