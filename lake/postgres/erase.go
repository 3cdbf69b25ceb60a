package postgres

import (
	"strings"

	"headwater/lake"
)

// Erase empties all cells of all versions of a key. No statement shows them any more;
// the server's files may hold them until they are vacuumed and the log is recycled.
func (tx *storeTx) Erase(e *lake.Entity, key lake.Key) error {
	s := tx.shape(e)
	if s == nil || s.all == "" || !storable(string(key)) {
		return nil
	}
	tx.ahead.found = nil
	set := strings.ReplaceAll(s.all[2:], ", ", " = NULL, ") + " = NULL"
	for _, table := range []string{s.versions, s.current} {
		if err := tx.later("UPDATE "+table+" SET "+set+" WHERE id = $1", string(key)); err != nil {
			return err
		}
	}
	return nil
}
