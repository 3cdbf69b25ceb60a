package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"headwater/lake"
)

// Branches lists all branches ever made, main left out, by id.
func (r *reader) Branches(ctx context.Context) ([]lake.Branch, error) {
	rows, err := r.db.query(ctx, "SELECT id, name, parent, fork, coalesce(owner,''), shared, state, created_at, coalesce(note,''), coalesce(pins,'') FROM hw_branches ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []lake.Branch
	for rows.Next() {
		var b lake.Branch
		var at, pins string
		if err := rows.Scan(&b.ID, &b.Name, &b.Parent, &b.Fork, &b.Owner, &b.Shared, &b.State, &at, &b.Note, &pins); err != nil {
			return nil, nativeError(err)
		}
		if pins != "" {
			if err := json.Unmarshal([]byte(pins), &b.Pins); err != nil {
				return nil, err
			}
		}
		if b.CreatedAt, err = time.Parse(time.RFC3339Nano, at); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nativeError(rows.Err())
}

// Forks lists all forks, ascending by From.
func (r *reader) Forks(ctx context.Context) ([]lake.Fork, error) {
	rows, err := r.db.query(ctx, "SELECT branch, from_rev, at_rev FROM hw_forks ORDER BY from_rev")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []lake.Fork
	for rows.Next() {
		var f lake.Fork
		if err := rows.Scan(&f.Branch, &f.From, &f.At); err != nil {
			return nil, nativeError(err)
		}
		out = append(out, f)
	}
	return out, nativeError(rows.Err())
}

const revisionColumns = `rev, branch, at, coalesce(actor,''), actor_name, coalesce(request_id,''), kind, coalesce(reason,''),
	coalesce(import,''), coalesce(undoes,0), coalesce(source,0), changes`

func scanRevision(rows interface{ Scan(...any) error }) (lake.RevisionInfo, error) {
	var i lake.RevisionInfo
	var at, changes string
	err := rows.Scan(&i.Rev, &i.Branch, &at, &i.Actor, &i.ActorName, &i.RequestID, &i.Kind, &i.Reason, &i.Import, &i.Undoes, &i.Source, &changes)
	if err != nil {
		return i, nativeError(err)
	}
	if i.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return i, err
	}
	return i, json.Unmarshal([]byte(changes), &i.Changes)
}

// Revision tells about one revision.
func (r *reader) Revision(ctx context.Context, rev lake.Revision) (lake.RevisionInfo, error) {
	list, err := r.revisions(ctx, "SELECT "+revisionColumns+" FROM hw_revisions WHERE rev = ?", int64(rev))
	if err != nil {
		return lake.RevisionInfo{}, err
	}
	if len(list) == 0 {
		return lake.RevisionInfo{}, lake.Fail(lake.ErrNotFound, "revision_unknown", "There is no such revision.", "revision", rev)
	}
	return list[0], nil
}

// Revisions selects revisions, newest first.
func (r *reader) Revisions(ctx context.Context, q lake.RevisionQuery) ([]lake.RevisionInfo, error) {
	cond := []string{"rev > ?"}
	args := []any{int64(q.After)}
	add := func(c string, v any) { cond, args = append(cond, c), append(args, v) }
	if q.Branch != nil {
		add("branch = ?", int64(*q.Branch))
	}
	if q.Import != "" {
		add("import = ?", q.Import)
	}
	if q.Upto > 0 {
		add("rev <= ?", int64(q.Upto))
	}
	limit := int64(-1)
	if q.Limit > 0 {
		limit = int64(q.Limit)
	}
	return r.revisions(ctx, "SELECT "+revisionColumns+" FROM hw_revisions WHERE "+strings.Join(cond, " AND ")+
		" ORDER BY rev DESC LIMIT ?", append(args, limit)...)
}

func (r *reader) revisions(ctx context.Context, text string, args ...any) ([]lake.RevisionInfo, error) {
	rows, err := r.db.query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []lake.RevisionInfo
	for rows.Next() {
		i, err := scanRevision(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nativeError(rows.Err())
}

// Written returns the keys that a revision wrote.
func (r *reader) Written(ctx context.Context, rev lake.Revision) (map[lake.EntityName][]lake.Key, error) {
	info, err := r.Revision(ctx, rev)
	if err != nil {
		return nil, err
	}
	out := map[lake.EntityName][]lake.Key{}
	for e := range info.Changes {
		cur, ver := quote(string(e)), quote(string(e)+"__versions")
		const within = " WHERE ver BETWEEN (SELECT first_ver FROM hw_revisions WHERE rev = ?1) AND (SELECT last_ver FROM hw_revisions WHERE rev = ?1)"
		rows, err := r.db.query(ctx, "SELECT ver, id FROM "+cur+within+" UNION ALL SELECT ver, id FROM "+ver+within+" ORDER BY 1", int64(rev))
		if err != nil {
			return nil, err
		}
		if out[e], err = keysOf(rows); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func keysOf(rows *sql.Rows) ([]lake.Key, error) {
	defer rows.Close()
	var keys []lake.Key
	seen := map[lake.Key]bool{}
	for rows.Next() {
		var ver int64
		var k lake.Key
		if err := rows.Scan(&ver, &k); err != nil {
			return nil, nativeError(err)
		}
		if !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	return keys, nativeError(rows.Err())
}

// SaveBranch inserts or updates a branch.
func (tx *storeTx) SaveBranch(b lake.Branch) error {
	var pins []byte
	if len(b.Pins) > 0 {
		var err error
		if pins, err = json.Marshal(b.Pins); err != nil {
			return err
		}
	}
	_, err := tx.exec(`INSERT INTO hw_branches (id, name, parent, fork, owner, shared, state, created_at, note, pins) VALUES (?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (id) DO UPDATE SET name=excluded.name, parent=excluded.parent, fork=excluded.fork, owner=excluded.owner,
		shared=excluded.shared, state=excluded.state, note=excluded.note, pins=excluded.pins`,
		int64(b.ID), b.Name, int64(b.Parent), int64(b.Fork), text(string(b.Owner)), b.Shared, string(b.State), string(lake.TimeCell(b.CreatedAt)), text(b.Note), text(string(pins)))
	return err
}

// SaveFork records a fork.
func (tx *storeTx) SaveFork(f lake.Fork) error {
	_, err := tx.exec("INSERT OR REPLACE INTO hw_forks VALUES (?,?,?)", int64(f.Branch), int64(f.From), int64(f.At))
	return err
}
