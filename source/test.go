package source

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/url"
	"time"

	"headwater/lake"
)

// testTimeout is for all steps of a connection test together.
const testTimeout = 30 * time.Second

// Test tries a source that is kept: steps up to the first that fails. An error means
// that there is no such source.
func (s *Sources) Test(ctx context.Context, name string) ([]Step, error) {
	d, err := s.load(ctx, name)
	if err != nil {
		return nil, err
	}
	u, err := s.address(d)
	if err != nil {
		w := new(Walk)
		w.Do("address", func() (string, error) { return "", err })
		return w.Steps, nil
	}
	return s.test(ctx, Spec{Name: name, AllowPrivate: d.AllowPrivate}, u), nil
}

// TestURL tries what is about to be added or changed. With the name of a source that is
// there, *** stands for its secrets.
func (s *Sources) TestURL(ctx context.Context, spec Spec) []Step {
	var u, old *url.URL
	w := new(Walk)
	ok := w.Do("address", func() (string, error) {
		if d, err := s.load(ctx, spec.Name); err == nil {
			old, _ = s.address(d)
		}
		var err error
		u, err = s.parse(spec, old)
		return "", err
	})
	if !ok {
		return w.Steps
	}
	return s.test(ctx, spec, u)
}

func (s *Sources) test(ctx context.Context, spec Spec, u *url.URL) []Step {
	ctx, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	var c Connector
	w := new(Walk)
	ok := w.Do("address", func() (_ string, err error) { c, err = s.connector(ctx, spec, u); return "", err })
	if !ok {
		return w.scrub(u)
	}
	defer func() { s.end(&held{Connector: c, url: u}) }()
	for _, step := range c.Test(ctx) {
		if step.Name != "address" || !step.OK {
			w.Steps = append(w.Steps, step)
		}
	}
	return w.scrub(u)
}

// Walk goes through the steps of a connection test, up to the first that fails.
type Walk struct{ Steps []Step }

// Do takes one step and tells whether to go on. What fn says in case of success is
// shown; an error gives the step's code when it is the lake's.
func (w *Walk) Do(name string, fn func() (detail string, err error)) bool {
	if n := len(w.Steps); n > 0 && !w.Steps[n-1].OK {
		return false
	}
	start := time.Now()
	detail, err := fn()
	w.Steps = append(w.Steps, stepOf(name, time.Since(start), detail, err))
	return err == nil
}

func stepOf(name string, took time.Duration, detail string, err error) Step {
	step := Step{Name: name, OK: err == nil, Took: took, Detail: detail}
	if err == nil {
		return step
	}
	step.Detail, step.Code = err.Error(), name+"_failed"
	var known *lake.Error
	if errors.As(err, &known) {
		step.Code, step.Params = known.Code, known.Params
	} else if errors.Is(err, context.DeadlineExceeded) {
		step.Code = name + "_timeout"
	}
	return step
}

// Reach takes the steps dns and tcp to a host by the settings' Dial.
func (w *Walk) Reach(ctx context.Context, dial func(ctx context.Context, network, address string) (net.Conn, error), network, address string) bool {
	if n := len(w.Steps); n > 0 && !w.Steps[n-1].OK {
		return false
	}
	t := &trace{}
	start := time.Now()
	conn, err := dial(context.WithValue(ctx, traceKey{}, t), network, address)
	if conn != nil {
		_ = conn.Close()
	}
	if network != "unix" {
		if err != nil && t.resolved.IsZero() && beforeTCP(err) {
			w.Steps = append(w.Steps, stepOf("dns", time.Since(start), "", err))
			return false
		}
		if t.resolved.IsZero() {
			t.resolved = start
		}
		w.Steps = append(w.Steps, stepOf("dns", t.resolved.Sub(start), "", nil))
		start = t.resolved
	}
	w.Steps = append(w.Steps, stepOf("tcp", time.Since(start), "", err))
	return err == nil
}

// beforeTCP tells whether the way ended before a connection was tried.
func beforeTCP(err error) bool {
	var known *lake.Error
	if !errors.As(err, &known) {
		return false
	}
	switch known.Code {
	case "dns_unknown", "dns_failed", "address_private", "address_invalid":
		return true
	}
	return false
}

func (w *Walk) scrub(u *url.URL) []Step {
	for i := range w.Steps {
		step := &w.Steps[i]
		step.Detail = scrubbed(step.Detail, u)
		if step.Params = maps.Clone(step.Params); step.Params != nil {
			for k, v := range step.Params {
				step.Params[k] = scrubbed(v, u)
			}
		}
	}
	return w.Steps
}

// trace notes when a name was resolved.
type trace struct{ resolved time.Time }

type traceKey struct{}

func traceOf(ctx context.Context) *trace {
	t, _ := ctx.Value(traceKey{}).(*trace)
	return t
}
