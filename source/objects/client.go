package objects

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"gocloud.dev/gcerrors"

	"headwater/lake"
	"headwater/source/files"
)

// Dialer is the settings' Dial.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Client makes requests whose connections are all made by dial. It doesn't follow the
// environment's proxies: they would be connected to in the place of what was checked.
func Client(dial Dialer) *http.Client {
	t := &http.Transport{}
	guard(t, dial)
	return &http.Client{Transport: t}
}

func guard(t *http.Transport, dial Dialer) {
	t.Proxy, t.DialContext, t.ForceAttemptHTTP2 = nil, dial, true
	t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = 10*time.Second, 60*time.Second
	t.IdleConnTimeout, t.MaxIdleConnsPerHost = 60*time.Second, 16
}

func hostPort(host, port string) string { return net.JoinHostPort(host, port) }

// Handshake says whether the server's certificate is trusted.
func Handshake(ctx context.Context, dial Dialer, host, address string) error {
	conn, err := dial(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	err = tls.Client(conn, &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}).HandshakeContext(ctx)
	if err == nil {
		return nil
	}
	if e := untrusted(err); e != nil {
		return e
	}
	return lake.Fail(lake.ErrInvalid, "tls_failed", "The server doesn't speak TLS: "+err.Error())
}

func untrusted(err error) error {
	var verify *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	if errors.As(err, &verify) || errors.As(err, &authority) || errors.As(err, &name) {
		return lake.Fail(lake.ErrForbidden, "tls_untrusted", "The server's certificate isn't trusted.")
	}
	return nil
}

// failed gives the lake's error for one of a store; key is "" when no object was asked for.
func (b *Bucket) failed(key string, err error) error {
	var known *lake.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	if e := untrusted(err); e != nil {
		return e
	}
	if e := b.store.explain(err); e != nil {
		return e
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound:
		if key == "" {
			return lake.Fail(lake.ErrNotFound, "bucket_unknown", "There is no such bucket.")
		}
		return files.Changed(key)
	case gcerrors.FailedPrecondition:
		return files.Changed(key)
	case gcerrors.PermissionDenied:
		return lake.Fail(lake.ErrForbidden, "permission_missing", "The store doesn't allow this account to read here.", "file", key)
	}
	var network net.Error
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.As(err, &network) {
		return cut(key)
	}
	return lake.Fail(lake.ErrInvalid, "store_failed", "The store answered with an error: "+err.Error(), "file", key)
}
