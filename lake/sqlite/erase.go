package sqlite

import (
	"strings"

	"headwater/lake"
)

// Erase empties all cells of all versions of a key. The database overwrites what it
// deletes (secure_delete), so that nothing stays in free pages.
func (tx *storeTx) Erase(e *lake.Entity, key lake.Key) error {
	s := tx.shape(e)
	if s == nil || s.all == "" {
		return nil
	}
	if err := tx.committer.stmts.settle(); err != nil {
		return err
	}
	tx.committer.erased = true
	set := strings.ReplaceAll(s.all[2:], ", ", " = NULL, ") + " = NULL"
	for _, table := range []string{s.current, s.versions} {
		if _, err := tx.exec("UPDATE "+table+" SET "+set+" WHERE id = ?", string(key)); err != nil {
			return err
		}
	}
	return nil
}
