package sqlite

import (
	"context"
	"fmt"
)

// Check verifies the database and the store's own invariants. It returns one
// sentence per finding; none means sound.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	var found []string
	rows, err := s.pool.QueryContext(ctx, "PRAGMA integrity_check(20)")
	if err != nil {
		return nil, nativeError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, nativeError(err)
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, nativeError(err)
	}
	for e := range s.tables.Seen(false) {
		for _, rule := range invariants(string(e)) {
			var n int
			if err := s.pool.QueryRowContext(ctx, rule.count).Scan(&n); err != nil {
				return nil, nativeError(err)
			}
			if n > 0 {
				found = append(found, fmt.Sprintf("%s: %d %s", e, n, rule.says))
			}
		}
	}
	return found, nil
}

type invariant struct{ count, says string }

func invariants(entity string) []invariant {
	cur, ver := quote(entity), quote(entity+"__versions")
	return []invariant{
		{"SELECT count(*) FROM (SELECT 1 FROM " + ver + " WHERE branch > 0 AND rev_to IS NULL GROUP BY branch, id HAVING count(*) > 1)",
			"key(s) have two open versions on one branch"},
		{"SELECT count(*) FROM " + ver + " WHERE rev_to < rev_from", "version(s) end before they begin"},
		{"SELECT count(*) FROM " + ver + " v WHERE branch = 0 AND deleted = 0 AND rev_to IS NULL", "superseded version(s) have no end"},
		{"SELECT count(*) FROM " + cur + " WHERE ver IN (SELECT ver FROM " + ver + ")", "version number(s) are used twice"},
		{"SELECT count(*) FROM " + cur + " WHERE rev > (SELECT coalesce(max(rev),0) FROM hw_revisions)", "record(s) belong to no revision"},
	}
}
