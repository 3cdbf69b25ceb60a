package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

// nativeError turns PostgreSQL's and the network's errors into the lake's; it is the only
// place that knows their codes.
func nativeError(err error) error {
	if err == nil {
		return nil
	}
	var known *lake.Error
	if errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var native *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return lake.Fail(lake.ErrNotFound, "not_found", "It isn't there.")
	case errors.Is(err, syscall.ENOSPC):
		return full()
	case errors.As(err, &native):
		return serverError(native, err)
	case lost(err):
		return lake.Fail(lake.ErrBusy, "database_unreachable", "The database can't be reached just now; try again.")
	case errors.Is(err, os.ErrPermission):
		return lake.Fail(lake.ErrForbidden, "file_denied", "The file can't be written: "+err.Error())
	}
	return err
}

func full() error {
	return lake.Fail(lake.ErrFull, "disk_full", "The disk is full; nothing of this was written. Make room and try again.")
}

func readOnly() error {
	return lake.Fail(lake.ErrForbidden, "database_read_only", "This database server only reads (a standby?); the address must lead to the one that writes.")
}

// serverError tells what PostgreSQL answered; its five-letter codes never change.
func serverError(native *pgconn.PgError, err error) error {
	switch native.Code {
	case "53100":
		return full()
	case "55P03": // lock_not_available
		return lake.Fail(lake.ErrBusy, "workspace_busy", "Somebody else holds what this needs for a long time; try again.")
	case "40001", "40P01", "53200", "53300", "57P01", "57P02", "57P03", "25P03":
		return lake.Fail(lake.ErrBusy, "database_busy", "The database is restarting or overloaded; try again.")
	case "28000", "28P01":
		return lake.Fail(lake.ErrForbidden, "database_refused", "The database doesn't let this user in; check name and password in the address.")
	case "3D000":
		return lake.Fail(lake.ErrNotFound, "database_unknown", "The database in the address doesn't exist; create it first.")
	case "42501":
		return lake.Fail(lake.ErrForbidden, "database_denied", "The database user lacks a right: "+native.Message+".")
	case "25006":
		return readOnly()
	case "22021":
		return lake.Fail(lake.ErrInvalid, "text_invalid", "The text holds bytes that are no valid UTF-8.")
	case "23505":
		return lake.Fail(lake.ErrConflict, "key_exists", "There is a record with this key already.")
	case "XX001", "XX002":
		return lake.Fail(lake.ErrInvalid, "workspace_damaged", "The database is damaged ("+native.Message+"); restore a backup.")
	}
	return err
}

// lost tells whether an error means that the connection is gone, and not that a
// statement was wrong.
func lost(err error) bool {
	var native *pgconn.PgError
	if errors.As(err, &native) {
		return strings.HasPrefix(native.Code, "08") || native.Code == "57P01" || native.Code == "57P02" || native.Code == "57P03" || native.Code == "25P03"
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.ECONNREFUSED) || strings.Contains(err.Error(), "conn closed")
}

// storable tells whether PostgreSQL can hold a text at all: no NUL, valid UTF-8. What
// can't be held can't be there.
func storable(s string) bool {
	return strings.IndexByte(s, 0) < 0 && strings.ToValidUTF8(s, "") == s
}

// described makes a text that people gave as a reason or a note storable.
func described(s string) any {
	if s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD"); s == "" {
		return nil
	}
	return s
}
