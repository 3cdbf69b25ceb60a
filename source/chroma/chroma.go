// Package chroma reads the collections of a Chroma server (HTTP API, version 2) as
// tables: id, document, embedding, metadata.
//
// Chroma has no transactions: a scan is no snapshot. Rows come by pages; when the
// collection's size isn't the same before and after, or another number of rows came,
// the scan fails rather than giving rows twice or not at all.
package chroma

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"headwater/lake"
	"headwater/source"
)

// maxAnswer is the largest answer that is read, in bytes.
const maxAnswer = 1 << 28

type connector struct {
	name      string
	base      string // of the database, without a slash at its end
	api       string
	address   string
	encrypted bool
	authorize func(*http.Request)
	client    *http.Client
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
}

// addressForm is shown to those whose address can't be used.
const addressForm = "chroma://:token@host:8000"

// Open checks an address chroma://:token@host:port. With a user name, user and password
// are sent (basic authentication). Parameters:
//
//	tenant, database   default_tenant and default_database unless given
//	tls                true: HTTPS
func Open(_ context.Context, s source.Settings) (source.Connector, error) {
	tenant, database := "default_tenant", "default_database"
	c := &connector{name: s.Name, dial: s.Dial}
	for name, values := range s.URL.Query() {
		value := values[len(values)-1]
		switch {
		case name == "tenant" && value != "":
			tenant = value
		case name == "database" && value != "":
			database = value
		case name == "tls" && (value == "true" || value == "false"):
			c.encrypted = value == "true"
		default:
			return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address has a parameter that isn't known: "+name+".", "reason", "parameter", "parameter", name)
		}
	}
	host, port := s.URL.Hostname(), s.URL.Port()
	if host == "" || s.URL.Path != "" && s.URL.Path != "/" {
		return nil, lake.Fail(lake.ErrInvalid, "address_invalid", "The address must be chroma:// with a host, and no path.", "form", addressForm)
	}
	scheme := "http"
	if c.encrypted {
		scheme = "https"
	}
	if port == "" {
		port = map[bool]string{false: "8000", true: "443"}[c.encrypted]
	}
	if err := c.credentials(s.URL.User); err != nil {
		return nil, err
	}
	c.address = net.JoinHostPort(host, port)
	c.api = scheme + "://" + c.address + "/api/v2"
	c.base = c.api + "/tenants/" + url.PathEscape(tenant) + "/databases/" + url.PathEscape(database)
	c.client = &http.Client{
		Transport: &http.Transport{DialContext: s.Dial, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 5 * time.Minute, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// credentials wants a token where a password stands: user names are shown.
func (c *connector) credentials(u *url.Userinfo) error {
	password, has := u.Password()
	switch {
	case u == nil || !has && u.Username() == "":
		c.authorize = func(*http.Request) {}
	case !has:
		return lake.Fail(lake.ErrInvalid, "address_invalid", "A token stands where a password does, behind a colon: chroma://:token@host.", "form", addressForm)
	case u.Username() == "":
		c.authorize = func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+password)
			r.Header.Set("X-Chroma-Token", password)
		}
	default:
		c.authorize = func(r *http.Request) { r.SetBasicAuth(u.Username(), password) }
	}
	return nil
}

// Close ends idle connections.
func (c *connector) Close() error {
	c.client.CloseIdleConnections()
	return nil
}

// call sends body as JSON (nil: GET) and reads the answer into out.
func (c *connector) call(ctx context.Context, address string, body, out any) error {
	method, content := http.MethodGet, io.Reader(http.NoBody)
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		method, content = http.MethodPost, bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	c.authorize(req)
	answer, err := c.client.Do(req)
	if err != nil {
		return c.unreachable(ctx, err)
	}
	defer answer.Body.Close()
	limited := io.LimitReader(answer.Body, maxAnswer)
	if answer.StatusCode/100 != 2 {
		return c.refused(answer.StatusCode, limited)
	}
	if err := json.NewDecoder(limited).Decode(out); err != nil {
		return c.unreachable(ctx, err)
	}
	return nil
}

func (c *connector) unreachable(ctx context.Context, err error) error {
	var known *lake.Error
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var header tls.RecordHeaderError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &known):
		return known
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &certificate), errors.As(err, &authority):
		return lake.Fail(lake.ErrInvalid, "tls_untrusted", "The server's certificate isn't trusted.", "source", c.name)
	case errors.As(err, &header):
		return lake.Fail(lake.ErrInvalid, "tls_missing", "The server offers no encrypted connections.", "source", c.name)
	case errors.As(err, &syntax):
		return lake.Fail(lake.ErrInvalid, "api_unsupported", "The server doesn't answer as Chroma does.", "source", c.name)
	}
	return lake.Fail(lake.ErrBusy, "source_cut", "The connection to the source broke.", "source", c.name)
}

func (c *connector) refused(status int, body io.Reader) error {
	var said struct{ Message string }
	_ = json.NewDecoder(body).Decode(&said)
	if said.Message == "" {
		said.Message = "it says " + strconv.Itoa(status)
	}
	family, code := lake.ErrInvalid, "source_refused"
	switch status {
	case http.StatusUnauthorized:
		family, code = lake.ErrForbidden, "signin_refused"
	case http.StatusForbidden:
		family, code = lake.ErrForbidden, "permission_missing"
	case http.StatusNotFound:
		family, code = lake.ErrNotFound, "source_table_unknown"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		family, code = lake.ErrBusy, "source_busy"
	case http.StatusGone, http.StatusMethodNotAllowed:
		code = "api_unsupported"
	}
	return lake.Fail(family, code, "The source refused: "+said.Message+".", "source", c.name, "said", said.Message)
}

// Test goes through dns, tcp, tls, signin, permission and read.
func (c *connector) Test(ctx context.Context) []source.Step {
	w := &source.Walk{}
	if !w.Reach(ctx, c.dial, "tcp", c.address) {
		return w.Steps
	}
	if c.encrypted {
		w.Do("tls", func() (string, error) { return "", c.encryption(ctx) })
	}
	var list []collection
	w.Do("signin", func() (string, error) {
		var ignored any
		if err := c.call(ctx, c.api+"/heartbeat", nil, &ignored); err != nil {
			return "", err
		}
		return "", c.call(ctx, c.api+"/auth/identity", nil, &ignored)
	})
	w.Do("permission", func() (detail string, err error) {
		list, err = c.collections(ctx)
		return strconv.Itoa(len(list)) + " collections", err
	})
	w.Do("read", func() (string, error) {
		if len(list) == 0 {
			return "", nil
		}
		_, err := c.count(ctx, list[0].ID)
		return "", err
	})
	return w.Steps
}

// encryption fails unless the server speaks TLS; what it says then is for later steps.
func (c *connector) encryption(ctx context.Context) error {
	var ignored any
	err := c.call(ctx, c.api+"/heartbeat", nil, &ignored)
	var known *lake.Error
	switch {
	case !errors.As(err, &known):
		return err
	case known.Code == "source_cut":
		return lake.Fail(lake.ErrInvalid, "tls_missing", "The server offers no encrypted connections.", "source", c.name)
	case known.Code == "tls_missing", known.Code == "tls_untrusted":
		return err
	}
	return nil
}
