package postgres

import (
	"strings"

	"headwater/lake"
)

// Erase empties all cells of all versions of a key. What the server still holds of them
// in dead rows goes with its next vacuum.
func (tx *storeTx) Erase(e *lake.Entity, key lake.Key) error {
	s := tx.tables.shape(e)
	if s == nil || s.all == "" {
		return nil
	}
	set := strings.ReplaceAll(s.all[2:], ", ", " = NULL, ") + " = NULL"
	for _, table := range []string{s.current, s.versions} {
		if err := tx.later("UPDATE "+table+" SET "+set+" WHERE id = $1", string(key)); err != nil {
			return err
		}
	}
	return nil
}
