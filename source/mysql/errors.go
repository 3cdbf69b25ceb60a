package mysql

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	sqldriver "database/sql/driver"
	"errors"
	"io"
	"net"

	driver "github.com/go-sql-driver/mysql"

	"headwater/lake"
)

// codes says what the numbers of the server's errors mean for a person.
var codes = map[uint16]struct {
	family error
	code   string
	detail string
}{
	1040: {lake.ErrBusy, "source_busy", "The server has no connection left."},
	1203: {lake.ErrBusy, "source_busy", "The account has no connection left."},
	1226: {lake.ErrBusy, "source_busy", "The account has used up what the server allows it."},
	1044: {lake.ErrForbidden, "permission_missing", "The account may not use this database."},
	1045: {lake.ErrForbidden, "signin_refused", "The server refuses this account or its password."},
	1698: {lake.ErrForbidden, "signin_refused", "The server refuses this account or its password."},
	1820: {lake.ErrForbidden, "signin_refused", "The account's password has expired."},
	1862: {lake.ErrForbidden, "signin_refused", "The account's password has expired."},
	4151: {lake.ErrForbidden, "signin_refused", "The account is locked."},
	3118: {lake.ErrForbidden, "signin_refused", "The account is locked."},
	1130: {lake.ErrForbidden, "signin_refused", "The server takes no connections from this host."},
	3159: {lake.ErrForbidden, "tls_required", "The server takes encrypted connections only."},
	1049: {lake.ErrNotFound, "database_unknown", "The server has no such database."},
	1142: {lake.ErrForbidden, "permission_missing", "The account may not do this with the table."},
	1143: {lake.ErrForbidden, "permission_missing", "The account may not do this with one of the columns."},
	1370: {lake.ErrForbidden, "permission_missing", "The account may not run a routine that the view needs."},
	1356: {lake.ErrConflict, "source_changed", "The view needs something that is gone, or that its owner may not read."},
	1290: {lake.ErrForbidden, "source_read_only", "The server is read-only."},
	1836: {lake.ErrForbidden, "source_read_only", "The server is read-only."},
	1054: {lake.ErrConflict, "source_changed", "The table has other columns by now."},
	1146: {lake.ErrConflict, "source_changed", "The table is gone."},
	1412: {lake.ErrConflict, "source_changed", "The table was altered while it was being read."},
	1048: {lake.ErrConflict, "write_refused", "A rule of the source refuses the change."},
	1451: {lake.ErrConflict, "write_refused", "A rule of the source refuses the change."},
	1452: {lake.ErrConflict, "write_refused", "A rule of the source refuses the change."},
	3819: {lake.ErrConflict, "write_refused", "A rule of the source refuses the change."},
	4025: {lake.ErrConflict, "write_refused", "A rule of the source refuses the change."},
	1205: {lake.ErrBusy, "source_locked", "Somebody else holds the rows for too long."},
	1213: {lake.ErrBusy, "source_locked", "Somebody else changes the same rows; try again."},
	1317: {lake.ErrBusy, "source_cut", "The server ended the query."},
	1969: {lake.ErrLimit, "source_timeout", "The server ended the query: it took too long."},
	3024: {lake.ErrLimit, "source_timeout", "The server ended the query: it took too long."},
}

// translate makes the lake's errors of the driver's.
func (c *connector) translate(ctx context.Context, err error, table string) error {
	var known *lake.Error
	var server *driver.MySQLError
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &server):
		return c.refused(server, table)
	case errors.Is(err, driver.ErrNoTLS):
		return lake.Fail(lake.ErrInvalid, "tls_missing", "The server offers no encrypted connections.", "source", c.name)
	case untrusted(err):
		return lake.Fail(lake.ErrInvalid, "tls_untrusted", "The server's certificate isn't trusted: "+err.Error(), "source", c.name)
	case broken(err):
		return lake.Fail(lake.ErrBusy, "source_cut", "The connection to the source broke.", "source", c.name, "table", table)
	}
	return lake.Fail(lake.ErrBusy, "source_failed", "The source can't be read: "+err.Error(), "source", c.name, "table", table, "said", err.Error())
}

func (c *connector) refused(err *driver.MySQLError, table string) error {
	if known, ok := codes[err.Number]; ok {
		return lake.Fail(known.family, known.code, known.detail+" ("+err.Message+")", "source", c.name, "table", table, "said", err.Message)
	}
	return lake.Fail(lake.ErrInvalid, "source_refused", "The source refused the statement: "+err.Message, "source", c.name, "table", table, "number", err.Number, "said", err.Message)
}

func untrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var header tls.RecordHeaderError
	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &header)
}

func broken(err error) bool {
	var network net.Error
	return errors.Is(err, driver.ErrInvalidConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.As(err, &network) || errors.Is(err, sqldriver.ErrBadConn)
}
