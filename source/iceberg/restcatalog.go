package iceberg

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	iceberg "github.com/apache/iceberg-go"
	icebergcatalog "github.com/apache/iceberg-go/catalog"
	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"

	"headwater/lake"
	"headwater/source"
	"headwater/source/objects"
)

// restCatalog asks a catalog behind the REST protocol.
type restCatalog struct {
	base    *url.URL // without credentials
	options []rest.Option
	http    *http.Client
	dial    objects.Dialer

	mu   sync.Mutex
	open *rest.Catalog // once it was reached
}

func openREST(s source.Settings) (catalog, string, error) {
	q := s.URL.Query()
	if s.URL.Hostname() == "" {
		return nil, "", invalid("The address isn't of the form iceberg+rest://host/path.", "form", "iceberg+rest://host/path")
	}
	local := q.Get("local")
	if local != "" && !filepath.IsAbs(local) {
		return nil, "", invalid("The local directory isn't an absolute path.", "reason", "path")
	}
	c := &restCatalog{base: &url.URL{Scheme: "https", Host: s.URL.Host, Path: s.URL.Path}, http: objects.Client(s.Dial), dial: s.Dial}
	if q.Get("tls") == "false" {
		c.base.Scheme = "http"
	}
	c.options = []rest.Option{rest.WithCustomTransport(c.http.Transport)}
	if w := q.Get("warehouse"); w != "" {
		c.options = append(c.options, rest.WithWarehouseLocation(w))
	}
	if secret, ok := s.URL.User.Password(); ok {
		if user := s.URL.User.Username(); user == "" || user == "token" {
			c.options = append(c.options, rest.WithOAuthToken(secret))
		} else {
			c.options = append(c.options, rest.WithCredential(user+":"+secret))
		}
	}
	if scope := q.Get("scope"); scope != "" {
		c.options = append(c.options, rest.WithScope(scope))
	}
	return c, local, nil
}

func (c *restCatalog) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.http.CloseIdleConnections()
	if c.open == nil {
		return nil
	}
	return c.open.Close()
}

// reach connects and signs in, once.
func (c *restCatalog) reach(ctx context.Context) (*rest.Catalog, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open != nil {
		return c.open, nil
	}
	open, err := rest.NewCatalog(ctx, "rest", c.base.String(), c.options...)
	if err != nil {
		return nil, failed("", err)
	}
	c.open = open
	return open, nil
}

// maxNamespaces bounds the walk through a catalog.
const maxNamespaces = 10_000

func (c *restCatalog) list(ctx context.Context) ([]table.Identifier, error) {
	open, err := c.reach(ctx)
	if err != nil {
		return nil, err
	}
	var out []table.Identifier
	todo, err := open.ListNamespaces(ctx, nil)
	if err != nil {
		return nil, failed("", err)
	}
	for n := 0; len(todo) > 0 && n < maxNamespaces; n++ {
		namespace := todo[0]
		todo = todo[1:]
		for ident, err := range open.ListTables(ctx, namespace) {
			if err != nil {
				return nil, failed("", err)
			}
			out = append(out, ident)
		}
		below, err := open.ListNamespaces(ctx, namespace)
		if err == nil {
			todo = append(todo, below...)
		} else if ctx.Err() != nil { // many catalogs know one level only, and say so in their own ways
			return nil, ctx.Err()
		}
	}
	return out, nil
}

func (c *restCatalog) load(ctx context.Context, name string, fs table.FSysF) (*table.Table, error) {
	open, err := c.reach(ctx)
	if err != nil {
		return nil, err
	}
	ident := strings.Split(name, ".")
	if len(ident) < 2 {
		return nil, unknown(name)
	}
	t, err := open.LoadTable(ctx, ident)
	if err != nil {
		return nil, err
	}
	// Of what the server answers only the metadata count: its files are opened by us.
	return table.New(ident, t.Metadata(), t.MetadataLocation(), fs, nil), nil
}

func (c *restCatalog) check(ctx context.Context, w *source.Walk) {
	port := c.base.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[c.base.Scheme]
	}
	if !w.Do("address", func() (string, error) { return c.base.Host, nil }) || !w.Reach(ctx, c.dial, "tcp", net.JoinHostPort(c.base.Hostname(), port)) {
		return
	}
	if c.base.Scheme == "https" {
		w.Do("tls", func() (string, error) {
			return "", objects.Handshake(ctx, c.dial, c.base.Hostname(), net.JoinHostPort(c.base.Hostname(), port))
		})
	}
	var open *rest.Catalog
	var first error
	w.Do("signin", func() (_ string, err error) {
		if open, err = c.reach(ctx); err == nil {
			_, first = open.ListNamespaces(ctx, nil)
		}
		if errors.Is(first, rest.ErrUnauthorized) {
			return "", failed("", first)
		}
		return "", err
	})
	w.Do("permission", func() (string, error) { return "", failed("", first) })
}

// failed gives the lake's error for one of the library's.
func failed(name string, err error) error {
	var known *lake.Error
	switch {
	case err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &known):
		return known
	case errors.Is(err, icebergcatalog.ErrNoSuchTable), errors.Is(err, icebergcatalog.ErrNoSuchNamespace):
		return unknown(name)
	case errors.Is(err, rest.ErrUnauthorized), errors.Is(err, rest.ErrAuthorizationExpired), errors.Is(err, rest.ErrOAuthError):
		return lake.Fail(lake.ErrForbidden, "signin_refused", "The catalog doesn't accept the credentials.")
	case errors.Is(err, rest.ErrForbidden):
		return lake.Fail(lake.ErrForbidden, "permission_missing", "The catalog doesn't allow this account to read here.", "table", name)
	case errors.Is(err, iceberg.ErrNotImplemented):
		return lake.Fail(lake.ErrInvalid, "table_unsupported", "The table uses what can't be read yet: "+err.Error(), "table", name)
	}
	return lake.Fail(lake.ErrInvalid, "iceberg_failed", "The Iceberg table can't be read: "+err.Error(), "table", name)
}
