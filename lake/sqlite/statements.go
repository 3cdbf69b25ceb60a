package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"

	"github.com/mattn/go-sqlite3"
)

// preparer is a pool or a single connection.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// statements prepares each SQL text once.
type statements struct {
	on    preparer
	mu    sync.RWMutex
	known map[string]*sql.Stmt
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

// writingStatements are those of the writing connection. What they execute goes to the
// driver itself, one call at a time under the commit lock: in bulk loads database/sql
// would take a sixth of the time.
type writingStatements struct {
	*statements
	conn   *sqlite3.SQLiteConn
	direct map[string]*sqlite3.SQLiteStmt
	args   []driver.NamedValue
}

func newWritingStatements(on *sql.Conn) (*writingStatements, error) {
	s := &writingStatements{statements: newStatements(on), direct: map[string]*sqlite3.SQLiteStmt{}}
	err := on.Raw(func(c any) error {
		s.conn = c.(*sqlite3.SQLiteConn)
		return nil
	})
	return s, err
}

func (s *writingStatements) exec(ctx context.Context, text string, args ...any) (int64, error) {
	st := s.direct[text]
	if st == nil {
		made, err := s.conn.Prepare(text)
		if err != nil {
			return 0, nativeError(err)
		}
		st = made.(*sqlite3.SQLiteStmt)
		s.direct[text] = st
	}
	s.args = s.args[:0]
	for i, a := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(a)
		if err != nil {
			return 0, err
		}
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	res, err := st.ExecContext(ctx, s.args)
	if err != nil {
		return 0, nativeError(err)
	}
	return res.RowsAffected()
}

func (s *writingStatements) close() {
	for _, st := range s.direct {
		_ = st.Close()
	}
	clear(s.direct)
	s.statements.close()
}
