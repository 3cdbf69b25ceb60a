package postgres

import (
	"context"
	"fmt"
)

// Check verifies the store's invariants, all at one moment, and what the server promises.
// It returns one sentence per finding; none means sound.
func (s *Store) Check(ctx context.Context) (found []string, err error) {
	snap, end, err := s.freeze(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	count := func(of string, rule invariant) error {
		var n int64
		if err := snap.tx.QueryRow(ctx, rule.count).Scan(&n); err != nil {
			return nativeError(err)
		}
		if n > 0 {
			found = append(found, fmt.Sprintf("%s: %d %s", of, n, rule.says))
		}
		return nil
	}
	for _, rule := range workspaceInvariants {
		if err := count("workspace", rule); err != nil {
			return nil, err
		}
	}
	for _, e := range s.tables.names() {
		for _, rule := range invariants(string(e)) {
			if err := count(string(e), rule); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

type invariant struct{ count, says string }

var workspaceInvariants = []invariant{
	{"SELECT count(*) FROM (VALUES ('fsync'), ('full_page_writes')) AS v(name) WHERE current_setting(name) = 'off'",
		"setting(s) of the server (fsync, full_page_writes) are off: acknowledged writes may be lost"},
	{"SELECT count(*) FROM hw_head WHERE rev <> (SELECT coalesce(max(rev), 0) FROM hw_revisions) OR ver <> (SELECT coalesce(max(last_ver), 0) FROM hw_revisions)",
		"head that isn't the newest revision"},
	{"SELECT (max(rev) - count(*))::bigint FROM hw_revisions HAVING count(*) > 0", "revision(s) are missing"},
	{"SELECT count(*) FROM hw_branches WHERE id NOT IN (SELECT branch FROM hw_forks)", "branch(es) have no fork"},
}

func invariants(entity string) []invariant {
	cur, ver := quote(entity), quote(entity+"__versions")
	return []invariant{
		{"SELECT count(*) FROM (SELECT 1 FROM " + ver + " WHERE branch > 0 AND rev_to IS NULL GROUP BY branch, id HAVING count(*) > 1) x",
			"key(s) have two open versions on one branch"},
		{"SELECT count(*) FROM " + ver + " WHERE rev_to < rev_from", "version(s) end before they begin"},
		{"SELECT count(*) FROM " + ver + " WHERE branch = 0 AND NOT deleted AND rev_to IS NULL", "superseded version(s) have no end"},
		{"SELECT count(*) FROM " + ver + " v JOIN " + cur + " c USING (ver)", "version number(s) are used twice"},
		{"SELECT count(*) FROM " + cur + " WHERE rev > (SELECT rev FROM hw_head)", "record(s) belong to no revision"},
	}
}
