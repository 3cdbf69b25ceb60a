package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"headwater/lake"
	"headwater/source"
	"headwater/source/mysql"
	"headwater/source/mysql/mysqltest"
	"headwater/source/sourcetest"
)

type ctxType = context.Context

func u2(u *url.URL) *url.URL { v := *u; v.RawQuery = ""; return &v }

func numbersTable(t testing.TB, u *url.URL, n int) {
	t.Helper()
	mysqltest.Exec(t, u, "CREATE TABLE numbers (id int primary key, name varchar(200) not null)",
		fmt.Sprintf("INSERT INTO numbers SELECT seq, concat('Nummer ', seq, repeat('x', 100)) FROM seq_1_to_%d", n))
}

var numbersScan = lake.Scan{Table: "numbers", Columns: []lake.ScanColumn{{Name: "id", Type: "INTEGER"}, {Name: "name", Type: "VARCHAR"}}}

func TestSessionSeesOneState(t *testing.T) {
	u := mysqltest.Start(t)
	numbersTable(t, u, 1000)
	mysqltest.Exec(t, u, "CREATE TABLE later (id int primary key)", "CREATE TABLE loose (id int primary key) engine=MyISAM")
	c := open(t, u)
	s := session(t, c)
	mysqltest.Exec(t, u, "DELETE FROM numbers WHERE id <= 10", "INSERT INTO later VALUES (1)")
	first := scan(t, s, numbersScan)
	if n := count(t, first.Rows); n != 1000 || !first.Snapshot {
		t.Errorf("%d rows, snapshot %v", n, first.Snapshot)
	}
	if n := count(t, scan(t, s, lake.Scan{Table: "later", Columns: []lake.ScanColumn{{Name: "id", Type: "INTEGER"}}}).Rows); n != 0 {
		t.Errorf("sees %d rows written after its begin", n)
	}
	loose := scan(t, s, lake.Scan{Table: "loose"})
	loose.Rows.Release()
	if loose.Snapshot {
		t.Error("a table without transactions is called a snapshot")
	}
	if n := count(t, scan(t, session(t, c), numbersScan).Rows); n != 990 {
		t.Errorf("a new session sees %d rows", n)
	}
	bare := scan(t, s, lake.Scan{Table: "numbers"})
	if n := count(t, bare.Rows); n != 1000 {
		t.Errorf("%d rows without columns", n)
	}
}

func TestReleaseInTheMiddleKeepsTheSession(t *testing.T) {
	u := mysqltest.Start(t)
	numbersTable(t, u, 300_000)
	c := open(t, u)
	s := session(t, c)
	mysqltest.Exec(t, u, "DELETE FROM numbers WHERE id = 1")
	for range 5 {
		rows := scan(t, s, numbersScan).Rows
		if !rows.Next() {
			t.Fatal(rows.Err())
		}
		within(t, 15*time.Second, rows.Release)
	}
	if n := count(t, scan(t, s, numbersScan).Rows); n != 300_000 {
		t.Errorf("%d rows: the snapshot was lost", n)
	}
	a, b := scan(t, s, numbersScan).Rows, scan(t, s, numbersScan).Rows
	a.Next()
	if b.Next() {
		t.Error("two tables at once")
	}
	expectCode(t, b.Err(), "source_scan_open")
	b.Release()
	if n := count(t, a) + 16384; n < 300_000 {
		t.Errorf("%d rows", n)
	}
}

func TestCancelKillsTheQuery(t *testing.T) {
	u := mysqltest.Start(t)
	mysqltest.Exec(t, u, "CREATE TABLE one (id int primary key)", "INSERT INTO one VALUES (1)", "CREATE VIEW slow AS SELECT id, sleep(30) AS s FROM one")
	c := open(t, u)
	d := describe(t, c, "slow")
	s := session(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	got, err := s.Scan(ctx, sourcetest.Whole(d))
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, cancel)
	within(t, 15*time.Second, func() { got.Rows.Next() })
	if !errors.Is(got.Rows.Err(), context.Canceled) {
		t.Error(got.Rows.Err())
	}
	got.Rows.Release()
	db := mysqltest.Open(t, u)
	defer db.Close()
	left := -1
	for end := time.Now().Add(5 * time.Second); left != 0 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if err := db.QueryRow("SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%`slow`%' AND id <> connection_id()").Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
	if left != 0 {
		t.Errorf("%d queries still run on the server", left)
	}
}

// TestCutConnectionIsAnError drops the connection after each of several amounts of bytes.
func TestCutConnectionIsAnError(t *testing.T) {
	u := mysqltest.Start(t)
	numbersTable(t, u, 50_000)
	var limit atomic.Int64
	limit.Store(1 << 40)
	c, err := mysql.Open(t.Context(), source.Settings{Name: "shop", URL: u, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &dropping{Conn: conn, left: &limit}, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, after := range []int64{50, 1000, 100_000, 1_000_000, 3_000_000} {
		limit.Store(1 << 40)
		s := session(t, c)
		got := scan(t, s, numbersScan)
		limit.Store(after)
		n := int64(0)
		for got.Rows.Next() {
			n += got.Rows.RecordBatch().NumRows()
		}
		if n >= 50_000 {
			t.Errorf("cut after %d bytes: %d rows", after, n)
		}
		expectCode(t, got.Rows.Err(), "source_cut")
		got.Rows.Release()
		limit.Store(1 << 40)
		next := scan(t, s, numbersScan)
		if next.Rows.Next() {
			t.Error("a session went on after its connection was cut: its snapshot is another one")
		}
		next.Rows.Release()
		s.Close()
	}
	if n := count(t, scan(t, session(t, c), numbersScan).Rows); n != 50_000 {
		t.Errorf("afterwards %d rows", n)
	}
}

// dropping closes a connection when so many bytes have come.
type dropping struct {
	net.Conn
	left *atomic.Int64
}

func (d *dropping) Read(p []byte) (int, error) {
	left := d.left.Load()
	if left <= 0 {
		d.Conn.Close()
		return 0, io.EOF
	}
	if int64(len(p)) > left {
		p = p[:left]
	}
	n, err := d.Conn.Read(p)
	d.left.Add(-int64(n))
	return n, err
}

func TestChangedTablesAreNoticed(t *testing.T) {
	u := mysqltest.Start(t)
	numbersTable(t, u, 10)
	c := open(t, u)
	s := session(t, c)
	_, err := s.Scan(t.Context(), lake.Scan{Table: "numbers", Columns: []lake.ScanColumn{{Name: "id", Type: "BIGINT"}}})
	expectCode(t, err, "source_changed")
	_, err = s.Scan(t.Context(), lake.Scan{Table: "numbers", Columns: []lake.ScanColumn{{Name: "gone", Type: "BIGINT"}}})
	expectCode(t, err, "source_changed")
	got := scan(t, s, numbersScan)
	mysqltest.Exec(t, u, "ALTER TABLE numbers DROP COLUMN name")
	if got.Rows.Next() {
		t.Error("rows of a column that is gone")
	}
	expectCode(t, got.Rows.Err(), "source_changed")
	got.Rows.Release()
}

func TestTestNamesTheFailingStep(t *testing.T) {
	u := mysqltest.Start(t)
	numbersTable(t, u, 10)
	other := func(change func(*url.URL)) *url.URL { v := *u; change(&v); return &v }
	mysqltest.Exec(t, u, "DROP USER IF EXISTS 'poor'@'%'", "CREATE USER 'poor'@'%' IDENTIFIED BY 'poor'")
	for _, c := range []struct {
		what      string
		u         *url.URL
		last, err string
	}{
		{"good", u, "read", ""},
		{"no such host", other(func(v *url.URL) { v.Host = "nowhere.invalid:3306" }), "dns", "dns_unknown"},
		{"closed port", other(func(v *url.URL) { v.Host = "127.0.0.1:1" }), "tcp", "tcp_refused"},
		{"no encryption", other(func(v *url.URL) { v.RawQuery = "tls=true" }), "tls", "tls_missing"},
		{"wrong password", other(func(v *url.URL) { v.User = url.UserPassword("tester", "wrong") }), "signin", "signin_refused"},
		{"wrong database", other(func(v *url.URL) { v.Path = "/nothing" }), "signin", "database_unknown"},
		{"no rights", other(func(v *url.URL) { v.User = url.UserPassword("poor", "poor"); v.Path = "" }), "permission", "permission_missing"},
	} {
		guard := source.Guard{AllowPrivate: func() bool { return true }}
		conn, err := mysql.Open(t.Context(), source.Settings{Name: "shop", URL: c.u, Dial: guard.Dial})
		if err != nil {
			t.Fatal(err)
		}
		steps := conn.Test(t.Context())
		conn.Close()
		last := steps[len(steps)-1]
		if last.Name != c.last || last.Code != c.err || last.OK != (c.err == "") {
			t.Errorf("%s: %+v", c.what, steps)
		}
		if strings.Contains(fmt.Sprint(steps), mysqltest.Password) {
			t.Errorf("%s: the password shows", c.what)
		}
	}
	for _, bad := range []string{"mysql://", "mysql://h/a/b", "mysql://h/a?allowAllFiles=true", "mysql://h/a?tls=maybe"} {
		v, err := url.Parse(bad)
		if err != nil {
			t.Fatal(err)
		}
		_, err = mysql.Open(t.Context(), source.Settings{URL: v})
		expectCode(t, err, "address_invalid")
	}
}

func TestEncryption(t *testing.T) {
	u := mysqltest.StartTLS(t)
	numbersTable(t, u, 1000)
	for parameter, want := range map[string]string{"": "read ", "tls=preferred": "read ", "tls=skip-verify": "read ", "tls=false": "read ", "tls=true": "tls tls_untrusted"} {
		v := *u
		v.RawQuery = parameter
		c := open(t, &v)
		steps := c.Test(t.Context())
		last := steps[len(steps)-1]
		if last.Name+" "+last.Code != want {
			t.Errorf("%s: %+v", parameter, steps)
		}
		if want != "read " {
			continue
		}
		if encrypted := steps[2].Detail != "not encrypted"; encrypted != (parameter != "tls=false") {
			t.Errorf("%s: %s", parameter, steps[2].Detail)
		}
		if n := count(t, scan(t, session(t, c), numbersScan).Rows); n != 1000 {
			t.Errorf("%s: %d rows", parameter, n)
		}
	}
}
