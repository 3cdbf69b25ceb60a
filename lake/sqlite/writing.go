package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"
	"sync/atomic"

	"github.com/mattn/go-sqlite3"
)

// writingStatements are those of the writing connection, used under the commit lock.
// What they execute goes to the driver itself, because in bulk loads database/sql takes
// a sixth of the time. Inserts may be put off: many of them are worked off by a
// goroutine of their own while the transaction prepares the next ones. Whatever else
// uses the connection waits until they are done.
type writingStatements struct {
	*statements
	conn   *sqlite3.SQLiteConn
	direct map[string]*sqlite3.SQLiteStmt
	args   []driver.NamedValue

	waiting []insert       // put off and not yet handed over
	work    chan []insert  // to the goroutine, which is there while work isn't nil
	busy    sync.WaitGroup // what was handed over
	failed  atomic.Pointer[error]
}

// insert is a statement whose outcome nobody waits for.
type insert struct {
	text string
	args []any
}

const handOver = 64 // inserts; fewer are executed by whoever put them off

func newWritingStatements(on *sql.Conn) (*writingStatements, error) {
	s := &writingStatements{statements: newStatements(on), direct: map[string]*sqlite3.SQLiteStmt{}}
	s.before = s.settle
	err := on.Raw(func(c any) error {
		s.conn = c.(*sqlite3.SQLiteConn)
		return nil
	})
	return s, err
}

// exec executes at once, after what was put off; an error may be of either.
func (s *writingStatements) exec(ctx context.Context, text string, args ...any) (int64, error) {
	if err := s.settle(); err != nil {
		return 0, err
	}
	return s.run(ctx, text, args)
}

// later executes in order, but not necessarily now. After an error nothing more is
// executed until exec, query or settle have reported it, or discard was called.
func (s *writingStatements) later(text string, args []any) error {
	if err := s.failed.Load(); err != nil {
		return *err
	}
	s.waiting = append(s.waiting, insert{text, args})
	if len(s.waiting) < handOver {
		return nil
	}
	if s.work == nil {
		s.work = make(chan []insert, 8)
		go s.workOff(s.work)
	}
	s.busy.Add(1)
	s.work <- s.waiting
	s.waiting = make([]insert, 0, handOver)
	return nil
}

func (s *writingStatements) workOff(work <-chan []insert) {
	for list := range work {
		s.runAll(list)
		s.busy.Done()
	}
}

func (s *writingStatements) runAll(list []insert) {
	for _, i := range list {
		if s.failed.Load() != nil {
			return
		}
		if _, err := s.run(context.Background(), i.text, i.args); err != nil {
			s.failed.Store(&err)
		}
	}
}

// settle returns when everything put off is done.
func (s *writingStatements) settle() error {
	s.busy.Wait()
	s.runAll(s.waiting)
	s.waiting = s.waiting[:0]
	if err := s.failed.Swap(nil); err != nil {
		return *err
	}
	return nil
}

// discard forgets what was put off, errors included; the caller takes back the rest.
func (s *writingStatements) discard() {
	s.busy.Wait()
	s.waiting = s.waiting[:0]
	s.failed.Store(nil)
}

func (s *writingStatements) run(ctx context.Context, text string, args []any) (int64, error) {
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
	s.discard()
	if s.work != nil {
		close(s.work)
	}
	for _, st := range s.direct {
		_ = st.Close()
	}
	clear(s.direct)
	s.statements.close()
}
