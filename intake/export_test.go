package intake

import (
	"headwater/lake"
)

// CrashAfter makes imports stop as if the process ended, between the commit of a batch
// and its being saved, when fn says so.
func (m *Imports) CrashAfter(fn func(rows int64) bool) {
	m.crash = func(next mark) error {
		if fn(next.Rows) {
			return errCrash
		}
		return nil
	}
}

// Journal is the directory of an import.
func (m *Imports) Journal(id string) string { return m.journalDir(id) }

// NoteName is the file that a batch's note is kept in.
const NoteName = noteName

// RowKey is the key that a row of an import inserts.
func RowKey(i Import, n int64) lake.Key { return rowKey(i.ID, i.StartedAt, n) }
