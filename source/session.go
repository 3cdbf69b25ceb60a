package source

import (
	"context"
	"errors"
	"strings"

	"headwater/lake"
)

// Tables lists what a source holds.
func (s *Sources) Tables(ctx context.Context, name string) ([]lake.SourceTable, error) {
	h, err := s.acquire(ctx, name)
	if err != nil {
		return nil, err
	}
	defer s.release(h)
	list, err := h.Tables(ctx)
	return list, clean(err, h.url)
}

// Table describes one table of a source as it is now.
func (s *Sources) Table(ctx context.Context, name, table string) (*lake.SourceTable, error) {
	h, err := s.acquire(ctx, name)
	if err != nil {
		return nil, err
	}
	defer s.release(h)
	if strings.ContainsRune(table, 0) { // what no table can be called, servers don't answer alike
		return nil, lake.Fail(lake.ErrNotFound, "source_table_unknown", "The source has no such table.", "source", name, "table", table)
	}
	t, err := h.Table(ctx, table)
	return t, clean(err, h.url)
}

// Places lists the directories that files of sources lie in: the connectors' own, and
// those that sources point to. A source that can't be opened has none.
func (s *Sources) Places() []string {
	ctx := context.Background()
	out := []string{s.dir}
	var names []string
	err := s.registry.Each(ctx, kindSource, func(name string, _ []byte) error {
		names = append(names, name)
		return nil
	})
	if err != nil {
		s.log.Error("sources can't be listed", "error", err)
	}
	for _, name := range names {
		h, err := s.acquire(ctx, name)
		if err != nil {
			s.log.Warn("source can't be opened", "source", name, "error", err)
			continue
		}
		if p, ok := h.Connector.(Placed); ok {
			out = append(out, p.Places()...)
		}
		s.release(h)
	}
	return out
}

// Session begins a query. A source is opened when it is first asked.
func (s *Sources) Session(context.Context) lake.SourceSession {
	return &session{sources: s, of: map[string]*part{}}
}

// session is one query's reading. It is for one goroutine.
type session struct {
	sources *Sources
	of      map[string]*part
}

// part is what a session reads from one source.
type part struct {
	*held
	session Session // nil until a scan
}

func (q *session) part(ctx context.Context, name string) (*part, error) {
	if p := q.of[name]; p != nil {
		return p, nil
	}
	h, err := q.sources.acquire(ctx, name)
	if err != nil {
		return nil, err
	}
	p := &part{held: h}
	q.of[name] = p
	return p, nil
}

func (q *session) Scan(ctx context.Context, scan lake.Scan) (*lake.Scanned, error) {
	p, err := q.part(ctx, scan.Source)
	if err != nil {
		return nil, err
	}
	if p.session == nil {
		if p.session, err = p.Connector.Session(ctx); err != nil {
			p.session = nil
			return nil, clean(err, p.url)
		}
	}
	out, err := p.session.Scan(ctx, scan)
	if err != nil {
		return nil, clean(err, p.url)
	}
	if out.Rows != nil {
		out.Rows = &guarded{RecordReader: out.Rows, url: p.url}
	}
	return out, nil
}

func (q *session) Describe(ctx context.Context, source, table string) (*lake.SourceTable, error) {
	p, err := q.part(ctx, source)
	if err != nil {
		return nil, err
	}
	t, err := p.Connector.Table(ctx, table)
	return t, clean(err, p.url)
}

func (q *session) Close() error {
	var errs []error
	for _, p := range q.of {
		if p.session != nil {
			errs = append(errs, clean(p.session.Close(), p.url))
		}
		q.sources.release(p.held)
	}
	q.of = nil
	return errors.Join(errs...)
}

// Writer gives what writes back to a source; source_read_only when it can't be written.
func (s *Sources) Writer(ctx context.Context, name string) (Writer, error) {
	h, err := s.acquire(ctx, name)
	if err != nil {
		return nil, err
	}
	defer s.release(h)
	if _, err := h.writer(name); err != nil {
		return nil, err
	}
	return writer{s, name}, nil
}

func (h *held) writer(name string) (Writer, error) {
	w, ok := h.Connector.(Writer)
	if !ok {
		return nil, lake.Fail(lake.ErrInvalid, "source_read_only", "Sources of this kind can't be written.", "source", name)
	}
	return w, nil
}

// writer acquires the connector for each call, so that it never holds a retired one.
type writer struct {
	sources *Sources
	name    string
}

func (w writer) Write(ctx context.Context, tables []TableChanges) (out [][]RowResult, err error) {
	err = w.with(ctx, func(to Writer) error { out, err = to.Write(ctx, tables); return err })
	return out, err
}

func (w writer) Statements(ctx context.Context, table string, changes []RowChange) (out []string, err error) {
	err = w.with(ctx, func(to Writer) error { out, err = to.Statements(ctx, table, changes); return err })
	return out, err
}

func (w writer) with(ctx context.Context, fn func(Writer) error) error {
	h, err := w.sources.acquire(ctx, w.name)
	if err != nil {
		return err
	}
	defer w.sources.release(h)
	to, err := h.writer(w.name)
	if err != nil {
		return err
	}
	return clean(fn(to), h.url)
}

var _ lake.Sources = (*Sources)(nil)
