package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

// native turns the server's and the connection's errors into the lake's; this file is
// the only place that knows SQLSTATEs.
func (c *connector) native(ctx context.Context, err error) error {
	var known *lake.Error
	var pg *pgconn.PgError
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &pg):
		return c.serverError(pg)
	}
	return lake.Fail(lake.ErrBusy, "source_lost", "The connection to the source "+c.name+" broke off.", "source", c.name)
}

func (c *connector) serverError(pg *pgconn.PgError) error {
	fail := func(family error, code, detail string) error {
		return lake.Fail(family, code, detail+" ("+pg.Message+")", "source", c.name, "said", pg.Message, "sqlstate", pg.Code)
	}
	switch {
	case strings.HasPrefix(pg.Code, "28"):
		return fail(lake.ErrForbidden, "signin_refused", "The source refuses the user or the password.")
	case pg.Code == "42501":
		return fail(lake.ErrForbidden, "permission_missing", "The source's user may not do that.")
	case pg.Code == "3D000":
		return fail(lake.ErrNotFound, "database_unknown", "The server has no such database.")
	case pg.Code == "42P01", pg.Code == "42703", pg.Code == "3F000":
		return fail(lake.ErrConflict, "source_changed", "The table or a column isn't there any more.")
	case pg.Code == "57014":
		return fail(lake.ErrBusy, "source_timeout", "The server gave up the statement.")
	case strings.HasPrefix(pg.Code, "53"):
		return fail(lake.ErrBusy, "source_busy", "The server has no room for this now.")
	case strings.HasPrefix(pg.Code, "57P"), strings.HasPrefix(pg.Code, "08"):
		return fail(lake.ErrBusy, "source_lost", "The server ended the connection.")
	case strings.HasPrefix(pg.Code, "23"):
		return fail(lake.ErrConflict, "write_refused", "A rule of the source refuses the change.")
	case pg.Code == "25006":
		return fail(lake.ErrForbidden, "source_read_only", "The server can only be read.")
	}
	return fail(lake.ErrInvalid, "source_failed", "The server refuses the statement.")
}

// connectError is for what goes wrong before a connection is there.
func (c *connector) connectError(ctx context.Context, err error) error {
	if code := tlsCode(err); code != "" {
		return lake.Fail(lake.ErrForbidden, code, tlsDetail[code], "source", c.name)
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if pgconn.Timeout(err) {
		return lake.Fail(lake.ErrBusy, "tcp_timeout", "The server doesn't answer.", "source", c.name)
	}
	return c.native(context.WithoutCancel(ctx), err)
}

var tlsDetail = map[string]string{
	"tls_untrusted": "The server's certificate isn't signed by an authority that is trusted here.",
	"tls_host":      "The server's certificate is for another host.",
	"tls_expired":   "The server's certificate isn't valid now.",
	"tls_refused":   "The server speaks no TLS, and the address asks for it.",
	"tls_failed":    "No encrypted connection could be made.",
}

// tlsCode is "" when err has nothing to do with TLS. With sslmode=prefer, a refusal of
// TLS comes before the error of the second try, which is the one that counts.
func tlsCode(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return ""
	}
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var certificate x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &authority):
		return "tls_untrusted"
	case errors.As(err, &host):
		return "tls_host"
	case errors.As(err, &certificate):
		if certificate.Reason == x509.Expired {
			return "tls_expired"
		}
		return "tls_untrusted"
	case strings.Contains(err.Error(), "server refused TLS connection"): // pgconn has no value for it
		return "tls_refused"
	case errors.As(err, &record), errors.As(err, &alert), strings.Contains(err.Error(), "tls error"):
		return "tls_failed"
	}
	return ""
}

// unfit says that a value can't be held by the engine's type of its column.
func unfit(column, typ string) error {
	return lake.Fail(lake.ErrInvalid, "value_unfit", "The column "+column+" holds a value that "+typ+
		" can't hold (not a number, infinite, or too long). Declare the table anew with this column read as text.", "column", column, "type", typ)
}

func changed(source, table, column string) error {
	return lake.Fail(lake.ErrConflict, "source_changed", "The column "+column+" of "+table+" isn't there any more, or has another type.",
		"source", source, "table", table, "column", column)
}
