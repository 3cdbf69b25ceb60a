package sqlite

import (
	"database/sql"
	"errors"
	"os"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"headwater/lake"
)

// nativeError turns SQLite's and the file system's errors into the lake's; it is the
// only place that knows their codes.
func nativeError(err error) error {
	if err == nil {
		return nil
	}
	var known *lake.Error
	if errors.As(err, &known) {
		return err
	}
	var native sqlite3.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return lake.Fail(lake.ErrNotFound, "not_found", "It isn't there.")
	case errors.Is(err, syscall.ENOSPC), errors.As(err, &native) && native.Code == sqlite3.ErrFull:
		return lake.Fail(lake.ErrFull, "disk_full", "The disk is full; nothing of this was written. Make room and try again.")
	case errors.As(err, &native) && (native.Code == sqlite3.ErrBusy || native.Code == sqlite3.ErrLocked):
		return lake.Fail(lake.ErrBusy, "workspace_busy", "Another program holds the database; try again.")
	case errors.As(err, &native) && (native.Code == sqlite3.ErrCorrupt || native.Code == sqlite3.ErrNotADB):
		return lake.Fail(lake.ErrInvalid, "workspace_damaged", "The database file is damaged ("+native.Error()+"); restore a backup.")
	case errors.Is(err, os.ErrPermission):
		return lake.Fail(lake.ErrForbidden, "directory_denied", "The data directory can't be written: "+err.Error())
	}
	return err
}
