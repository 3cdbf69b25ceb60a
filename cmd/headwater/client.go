package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"

	"headwater/lake"
	"headwater/pack"
	httpapi "headwater/server/http"
)

// client speaks the HTTP API: to a running server, or to the same handler within this
// process over a data directory. So every command does what the page does.
type client struct {
	base  string
	token string
	do    func(*http.Request) (*http.Response, error)
	close func() error
}

// connect names the server or opens the data directory; only with create may that be new,
// so that a mistyped --data isn't answered from an empty workspace.
func (o *options) connect(ctx context.Context, create bool) (*client, error) {
	if o.server != "" {
		token := o.token
		if token == "" {
			token = os.Getenv("HEADWATER_TOKEN")
		}
		return &client{base: strings.TrimRight(o.server, "/"), token: token, do: http.DefaultClient.Do, close: func() error { return nil }}, nil
	}
	if err := o.exists(ctx); err != nil && !create {
		return nil, err
	}
	w, err := openWorkspace(ctx, workspaceConfig{Dir: o.dir(), Store: o.storeURL(), Copies: o.copies(), Recon: o.recon})
	if err != nil {
		return nil, err
	}
	return &client{base: "http://headwater.local", close: w.Close, do: func(r *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		w.Server.ServeHTTP(rec, r.WithContext(httpapi.Local(r.Context())))
		return rec.Result(), nil
	}}, nil
}

// with connects to a workspace that exists, runs fn and closes.
func (o *options) with(ctx context.Context, fn func(*client) error) error {
	return o.withClient(ctx, false, fn)
}

// withNew is with for commands that may begin a workspace.
func (o *options) withNew(ctx context.Context, fn func(*client) error) error {
	return o.withClient(ctx, true, fn)
}

func (o *options) withClient(ctx context.Context, create bool, fn func(*client) error) error {
	c, err := o.connect(ctx, create)
	if err != nil {
		return err
	}
	return errors.Join(fn(c), c.close())
}

// problem is an error answer of the API (RFC 9457).
type problem struct {
	Status     int              `json:"status"`
	Code       string           `json:"code"`
	Detail     string           `json:"detail"`
	Violations []lake.Violation `json:"violations"`
	Errors     []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
	} `json:"errors"`
	Result json.RawMessage `json:"result"`
	Steps  []triedStep     `json:"steps"`
	Wrong  pack.Problems   `json:"problems"`
}

func (p *problem) Error() string {
	text := p.Detail
	for _, v := range p.Violations {
		text += fmt.Sprintf("\n  %s %s: %s %s", v.Entity, v.Key, v.Field, v.Code)
		if v.Count > 0 {
			text += fmt.Sprintf(" (%d)", v.Count)
		}
	}
	for _, w := range p.Wrong {
		text += "\n  " + w.Error()
	}
	for _, e := range p.Errors {
		text += fmt.Sprintf("\n  %s: %s", e.Location, e.Message)
	}
	return text
}

// exitOf gives an error its exit code.
func exitOf(err error) int {
	var p *problem
	switch {
	case errors.As(err, &p) && (p.Status == http.StatusConflict || p.Status == http.StatusPreconditionFailed):
		return exitConflict
	case errors.As(err, &p) && p.Status == http.StatusUnprocessableEntity && p.Code == "request_invalid":
		return exitUsage
	}
	return exitFailed
}

// path joins escaped segments below /api.
func path(segments ...string) string {
	out := "/api"
	for _, s := range segments {
		out += "/" + url.PathEscape(s)
	}
	return out
}

// query builds a query string from name, value pairs; empty values are left out.
func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// send makes a request with a JSON body (nil: none) and returns the open answer.
func (c *client) send(ctx context.Context, method, target string, body any) (*http.Response, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(b)
	}
	return c.sendBody(ctx, method, target, "application/json", r)
}

func (c *client) sendBody(ctx context.Context, method, target, kind string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+target, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Accept-Language", language())
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := c.do(req)
	if err != nil {
		return nil, fmt.Errorf("can't reach %s: %w", c.base, err)
	}
	if res.StatusCode < 400 {
		return res, nil
	}
	defer res.Body.Close()
	p := &problem{Status: res.StatusCode}
	b, _ := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if json.Unmarshal(b, p) != nil || p.Detail == "" {
		p.Detail = fmt.Sprintf("the server answered %s", res.Status)
	}
	return nil, p
}

// language is the one of the person's locale: what the server words for people comes in it.
func language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "zh") {
				return "zh-CN"
			}
			return "en"
		}
	}
	return "en"
}

// call makes a request and decodes the answer into out (nil: ignore it).
func (c *client) call(ctx context.Context, method, target string, body, out any) error {
	res, err := c.send(ctx, method, target, body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if out == nil {
		return nil
	}
	d := json.NewDecoder(res.Body)
	d.UseNumber()
	return d.Decode(out)
}

// show makes a request and prints the JSON answer, indented.
func (c *client) show(ctx context.Context, method, target string, body any) error {
	var out any
	if err := c.call(ctx, method, target, body, &out); err != nil {
		return err
	}
	return printJSON(out)
}

func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// printLine prints one JSON object on one line.
func printLine(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// keyOf resolves KEY: an id, or field=value that exactly one record holds.
func (c *client) keyOf(ctx context.Context, entity, key, branch string) (string, error) {
	field, value, ok := strings.Cut(key, "=")
	if !ok {
		return key, nil
	}
	literal, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	var found struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	err = c.call(ctx, "GET", path("records", entity)+query("branch", branch, "fields", "id", "filter", field+" = "+string(literal), "page_size", "2"), nil, &found)
	if err != nil {
		return "", err
	}
	switch len(found.Items) {
	case 0:
		return "", fmt.Errorf("no record in %s has %s", entity, key)
	case 1:
		return found.Items[0].ID, nil
	}
	return "", &exitError{code: exitConflict, err: fmt.Errorf("several records in %s have %s; use the id", entity, key)}
}
