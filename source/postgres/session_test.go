package postgres_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
	"headwater/source/postgres"
)

// large makes a table of n rows that is read over several connections.
func large(w *world, n int) []lake.ScanColumn {
	w.run("CREATE TABLE large (id bigint, a text, b text) WITH (fillfactor = 10)") // many blocks
	w.run("INSERT INTO large SELECT g, repeat('x', 40), md5(g::text) FROM generate_series(1, $1::int) g", n)
	w.run("ANALYZE large")
	return w.columns("large")
}

// TestSessionSeesOneState: rows that are written between two scans aren't seen, over
// however many connections the scans go.
func TestSessionSeesOneState(t *testing.T) {
	w := newWorld(t)
	columns := large(w, 120_000)
	w.run("CREATE TABLE other (id integer)")
	s := w.session()
	first, err := s.Scan(t.Context(), lake.Scan{Table: "other", Columns: []lake.ScanColumn{{Name: "id"}}})
	if err != nil {
		t.Fatal(err)
	}
	w.run("DELETE FROM large WHERE id % 2 = 0")
	w.run("INSERT INTO large SELECT g, 'new', 'new' FROM generate_series(1, 50000) g")
	w.run("INSERT INTO other VALUES (1)")
	big, err := s.Scan(t.Context(), lake.Scan{Table: "large", Columns: columns})
	if err != nil {
		t.Fatal(err)
	}
	if !big.Snapshot || big.ObservedAt.IsZero() {
		t.Error(big)
	}
	e := newEngine(t)
	e.load("large", big.Rows)
	if got := e.texts("SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || count(*) FILTER (a = 'new') FROM large"); got[0] != "120000 120000 0" {
		t.Error(got)
	}
	if n, bytes := big.Moved(); n != 120000 || bytes < 120000*80 {
		t.Error(n, bytes)
	}
	if n, err := count(first.Rows); n != 0 || err != nil {
		t.Error(n, err)
	}
	if n, err := count(w.scan(lake.Scan{Table: "other", Columns: []lake.ScanColumn{{Name: "id"}}}).Rows); n != 1 || err != nil {
		t.Error("a new session sees the new state:", n, err)
	}
}

// TestRangesCoverEveryRow reads tables whose parts have other sizes than the whole.
func TestRangesCoverEveryRow(t *testing.T) {
	w := newWorld(t)
	columns := large(w, 120_000)
	w.run("CREATE TABLE heir () INHERITS (large)")
	w.run("INSERT INTO heir SELECT g, repeat('y', 1000), '' FROM generate_series(120001, 300000) g")
	e := newEngine(t)
	e.load("large", w.scan(lake.Scan{Table: "large", Columns: columns}).Rows)
	if got := e.texts("SELECT count(*) || ' ' || count(DISTINCT id) FROM large"); got[0] != "300000 300000" {
		t.Error(got)
	}
	some := w.scan(lake.Scan{Table: "large", Columns: columns[:1], Where: []lake.ScanCondition{{Column: "id", Type: "BIGINT", Op: lake.GT, Values: []string{"100"}}}})
	if n, err := count(some.Rows); n != 299_900 || err != nil || !strings.HasSuffix(some.Statement, `WHERE "id" > $1::bigint`) {
		t.Error(n, err, some.Statement)
	}
	if n, err := count(w.scan(lake.Scan{Table: "large"}).Rows); n != 300_000 || err != nil {
		t.Error("rows without columns:", n, err)
	}
}

// TestForgottenStatements: something in between may lose what was prepared.
func TestForgottenStatements(t *testing.T) {
	w := newWorld(t, "CREATE TABLE small (id integer)", "INSERT INTO small VALUES (1), (2)")
	q := lake.Scan{Table: "small", Columns: []lake.ScanColumn{{Name: "id"}}}
	for range 3 {
		if n, err := count(w.scan(q).Rows); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		w.finish()
		if err := postgres.Forget(t.Context(), w.conn); err != nil {
			t.Fatal(err)
		}
	}
}

// proxy passes a connection on until so many bytes came from the server; then it drops
// all connections.
type proxy struct {
	net.Listener
	left atomic.Int64
}

func newProxy(t *testing.T, server string, after int64) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: l}
	p.left.Store(after)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.pass(c, server)
		}
	}()
	return p
}

func (p *proxy) pass(c net.Conn, server string) {
	defer c.Close()
	s, err := net.Dial("tcp", server)
	if err != nil {
		return
	}
	defer s.Close()
	go func() { _, _ = io.Copy(s, c) }()
	buffer := make([]byte, 16<<10)
	for {
		n, err := s.Read(buffer)
		if p.left.Add(-int64(n)) < 0 || err != nil {
			return
		}
		if _, err := c.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// through is an address by way of a proxy.
func through(t *testing.T, address string, after int64) string {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = newProxy(t, u.Host, after).Addr().String()
	return u.String()
}

// TestCutConnection drops the connection at many places of a scan: it never ends as if
// all rows had come.
func TestCutConnection(t *testing.T) {
	w := newWorld(t)
	columns := large(w, 120_000)
	for _, after := range []int64{30_000, 100_000, 1 << 20, 5 << 20, 10 << 20, 11 << 20, 12 << 20} {
		c := open(t, through(t, w.url, after))
		s, err := c.Session(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var n int64
		got, err := s.Scan(t.Context(), lake.Scan{Table: "large", Columns: columns})
		if err == nil {
			n, err = count(got.Rows)
		}
		if err == nil && n != 120_000 {
			t.Errorf("cut after %d bytes: %d rows and no error", after, n)
		}
		if err != nil && code(err) != "source_lost" {
			t.Errorf("cut after %d bytes: %v", after, err)
		}
		if after < 10<<20 && err == nil {
			t.Errorf("cut after %d bytes: no error", after)
		}
		_ = s.Close()
	}
}

// running counts what the server does for us now.
func (w *world) running() (n int) {
	w.Helper()
	err := w.pg.QueryRow(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'headwater' AND state = 'active' AND datname = current_database()").Scan(&n)
	if err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) idle() {
	w.Helper()
	for end := time.Now().Add(5 * time.Second); w.running() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatal("the server is still busy")
		}
	}
}

// TestCancelled: whoever goes away takes the server's work along.
func TestCancelled(t *testing.T) {
	w := newWorld(t, "CREATE VIEW slow AS SELECT g AS id, pg_sleep(0.0005)::text AS x FROM generate_series(1, 10000000) g")
	scan := lake.Scan{Table: "slow", Columns: []lake.ScanColumn{{Name: "id"}, {Name: "x"}}}
	t.Run("context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		got, err := w.session().Scan(ctx, scan)
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(100*time.Millisecond, cancel)
		if _, err := count(got.Rows); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		w.idle()
	})
	t.Run("release", func(t *testing.T) {
		s := w.session()
		defer s.Close()
		got, err := s.Scan(t.Context(), scan)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
		got.Rows.Release()
		w.idle()
	})
	t.Run("close", func(t *testing.T) {
		s := w.session()
		got, err := s.Scan(t.Context(), scan)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
		_ = s.Close()
		if _, err := count(got.Rows); err == nil {
			t.Error("a scan that was stopped ends without an error")
		}
		w.idle()
	})
}

// TestServerEndsConnections: what was idle and is broken is replaced without a word.
func TestServerEndsConnections(t *testing.T) {
	w := newWorld(t, "CREATE TABLE t (id integer)")
	w.table("t")
	w.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'headwater' AND datname = current_database()")
	w.table("t")
	w.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'headwater' AND datname = current_database()")
	if _, err := count(w.scan(lake.Scan{Table: "t", Columns: w.columns("t")}).Rows); err != nil {
		t.Error(err)
	}
}

// TestReadsOnly: a view that writes can't.
func TestReadsOnly(t *testing.T) {
	w := newWorld(t, "CREATE TABLE log (n integer)",
		"CREATE FUNCTION note() RETURNS integer LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING n'", "CREATE VIEW sly AS SELECT note() AS n")
	got, err := w.session().Scan(t.Context(), lake.Scan{Table: "sly", Columns: []lake.ScanColumn{{Name: "n"}}})
	if err == nil {
		_, err = count(got.Rows)
	}
	var pg *pgconn.PgError
	if code(err) != "source_read_only" || errors.As(err, &pg) {
		t.Error(err)
	}
}
