package postgres

import (
	"context"
	"encoding/json"

	"headwater/lake"
)

// Branches lists all branches ever made, main left out, by id.
func (r *reader) Branches(ctx context.Context) (out []lake.Branch, err error) {
	err = r.db.few(ctx, "SELECT id, name, parent, fork, owner, shared, state, created_at, note, pins::text FROM hw_branches ORDER BY id", nil, func(raw [][]byte) error {
		b := lake.Branch{ID: lake.BranchID(rawInt(raw[0])), Name: string(raw[1]), Parent: lake.BranchID(rawInt(raw[2])),
			Fork: lake.Revision(rawInt(raw[3])), Owner: lake.Key(raw[4]), Shared: rawBool(raw[5]), State: lake.BranchState(raw[6]),
			CreatedAt: rawTime(raw[7]), Note: string(raw[8])}
		if raw[9] != nil {
			if err := json.Unmarshal(raw[9], &b.Pins); err != nil {
				return err
			}
		}
		out = append(out, b)
		return nil
	})
	return out, err
}

// Forks lists all forks, ascending by From.
func (r *reader) Forks(ctx context.Context) (out []lake.Fork, err error) {
	err = r.db.few(ctx, "SELECT branch, from_rev, at_rev FROM hw_forks ORDER BY from_rev", nil, func(raw [][]byte) error {
		out = append(out, lake.Fork{Branch: lake.BranchID(rawInt(raw[0])), From: lake.Revision(rawInt(raw[1])), At: lake.Revision(rawInt(raw[2]))})
		return nil
	})
	return out, err
}

const selectRevisions = "SELECT rev, branch, at, actor, actor_name, request_id, kind, reason, import, undoes, source, changes::text FROM hw_revisions"

func decodeRevision(raw [][]byte) (lake.RevisionInfo, error) {
	i := lake.RevisionInfo{Rev: lake.Revision(rawInt(raw[0])), Branch: lake.BranchID(rawInt(raw[1])), At: rawTime(raw[2]),
		Actor: lake.Key(raw[3]), ActorName: string(raw[4]), RequestID: string(raw[5]),
		Intent: lake.Intent{Kind: string(raw[6]), Reason: string(raw[7]), Import: string(raw[8]),
			Undoes: lake.Revision(rawInt(raw[9])), Source: lake.BranchID(rawInt(raw[10]))}}
	return i, json.Unmarshal(raw[11], &i.Changes)
}

func (r *reader) revisions(ctx context.Context, q *statement) (out []lake.RevisionInfo, err error) {
	err = r.db.few(ctx, q.text.String(), q.args, func(raw [][]byte) error {
		i, err := decodeRevision(raw)
		out = append(out, i)
		return err
	})
	return out, err
}

// Revision tells about one revision.
func (r *reader) Revision(ctx context.Context, rev lake.Revision) (lake.RevisionInfo, error) {
	var q statement
	q.add(selectRevisions+" WHERE rev = ?", int64(rev))
	list, err := r.revisions(ctx, &q)
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
	if !storable(q.Import) {
		return nil, nil
	}
	var s statement
	s.add(selectRevisions+" WHERE rev > ?", int64(q.After))
	if q.Branch != nil {
		s.add(" AND branch = ?", int64(*q.Branch))
	}
	if q.Import != "" {
		s.add(" AND import = ?", q.Import)
	}
	if q.Upto > 0 {
		s.add(" AND rev <= ?", int64(q.Upto))
	}
	s.add(" ORDER BY rev DESC")
	if q.Limit > 0 {
		s.add(" LIMIT ?", int64(q.Limit))
	}
	return r.revisions(ctx, &s)
}

// Written returns the keys that a revision wrote.
func (r *reader) Written(ctx context.Context, rev lake.Revision) (map[lake.EntityName][]lake.Key, error) {
	info, err := r.Revision(ctx, rev)
	if err != nil {
		return nil, err
	}
	out := map[lake.EntityName][]lake.Key{}
	for e := range info.Changes {
		const within = " WHERE ver BETWEEN (SELECT first_ver FROM hw_revisions WHERE rev = $1) AND (SELECT last_ver FROM hw_revisions WHERE rev = $1)"
		seen := map[lake.Key]bool{}
		text := "SELECT ver, id FROM " + quote(versionsOf(e)) + within + " UNION ALL SELECT ver, id FROM " + quote(string(e)) + within + " ORDER BY 1"
		err := r.db.few(ctx, text, []any{int64(rev)}, func(raw [][]byte) error {
			if k := lake.Key(raw[1]); !seen[k] {
				seen[k] = true
				out[e] = append(out[e], k)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
