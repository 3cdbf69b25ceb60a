package sqlite

import (
	"context"
	"database/sql"
	"sync"
)

// preparer is a pool or a single connection.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// statements prepares each SQL text once.
type statements struct {
	on     preparer
	mu     sync.RWMutex
	known  map[string]*sql.Stmt
	before func() error // nil, or what must be done before a query
}

func newStatements(on preparer) *statements {
	return &statements{on: on, known: map[string]*sql.Stmt{}}
}

func (s *statements) get(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.RLock()
	st := s.known[text]
	s.mu.RUnlock()
	if st != nil {
		return st, nil
	}
	st, err := s.on.PrepareContext(ctx, text)
	if err != nil {
		return nil, nativeError(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other := s.known[text]; other != nil {
		_ = st.Close()
		return other, nil
	}
	s.known[text] = st
	return st, nil
}

func (s *statements) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if s.before != nil {
		if err := s.before(); err != nil {
			return nil, err
		}
	}
	st, err := s.get(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, args...)
	return rows, nativeError(err)
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.known {
		_ = st.Close()
	}
	clear(s.known)
}
