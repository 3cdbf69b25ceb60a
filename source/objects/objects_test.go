package objects_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"headwater/lake"
	"headwater/source"
	"headwater/source/objects"
)

// store is an S3 server on loopback with the bucket "b".
type store struct {
	t        *testing.T
	backend  gofakes3.Backend
	server   *httptest.Server
	requests atomic.Int64 // GETs of objects
	bytes    atomic.Int64 // that answers to them carried
	cutAfter atomic.Int64 // bytes after which an object's answer breaks off; 0: never
	twist    atomic.Bool  // objects arrive with a bit changed
}

func newStore(t *testing.T) *store {
	t.Helper()
	s := &store{t: t, backend: s3mem.New()}
	if err := s.backend.CreateBucket("b"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(s.backend, gofakes3.WithLogger(gofakes3.StdLog(log.New(io.Discard, "", 0)))).Server()
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" && !strings.Contains(r.Header.Get("Authorization"), "Credential=reader/") {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<Error><Code>InvalidAccessKeyId</Code><Message>no such key</Message></Error>`)
			return
		}
		if r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") > 1 {
			s.requests.Add(1)
			w = &disturbed{ResponseWriter: w, s: s}
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(s.server.Close)
	return s
}

type disturbed struct {
	http.ResponseWriter
	s    *store
	sent int64
}

func (d *disturbed) Write(p []byte) (int, error) {
	if limit := d.s.cutAfter.Load(); limit > 0 && d.sent+int64(len(p)) > limit {
		_, _ = d.ResponseWriter.Write(p[:limit-d.sent])
		panic(http.ErrAbortHandler)
	}
	if d.s.twist.Load() && len(p) > 10 {
		p = bytes.Clone(p)
		p[len(p)/2] ^= 1
	}
	d.sent += int64(len(p))
	d.s.bytes.Add(int64(len(p)))
	return d.ResponseWriter.Write(p)
}

func (s *store) put(key, content string) {
	s.t.Helper()
	if _, err := s.backend.PutObject("b", key, map[string]string{}, strings.NewReader(content), int64(len(content)), nil); err != nil {
		s.t.Fatal(err)
	}
}

// open connects to a prefix of the bucket, with its files in dir.
func (s *store) open(prefix, dir string) source.Connector {
	s.t.Helper()
	return connect(s.t, "s3://reader:secret@b/"+prefix+"?region=eu-west-1&endpoint="+url.QueryEscape(s.server.URL), dir, true)
}

func connect(t *testing.T, address, dir string, private bool) source.Connector {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	guard := source.Guard{AllowPrivate: func() bool { return private }}
	c, err := objects.Open(t.Context(), source.Settings{Name: "o", URL: u, Dir: dir, Dial: guard.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// parquet gives the bytes of a Parquet file with the rows of a SELECT.
func parquet(t *testing.T, query string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x.parquet")
	duck(t, "COPY ("+query+") TO '"+file+"' (FORMAT parquet, COMPRESSION uncompressed)")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func duck(t *testing.T, text string) (out []string) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func scan(t *testing.T, c source.Connector, table string, where ...lake.ScanCondition) (*lake.Scanned, error) {
	t.Helper()
	d, err := c.Table(t.Context(), table)
	if err != nil {
		return nil, err
	}
	return scanAs(t, c, d, where...)
}

func scanAs(t *testing.T, c source.Connector, d *lake.SourceTable, where ...lake.ScanCondition) (*lake.Scanned, error) {
	t.Helper()
	s, err := c.Session(t.Context())
	if err != nil {
		return nil, err
	}
	defer s.Close()
	q := lake.Scan{Table: d.Name, Where: where}
	for _, col := range d.Columns {
		q.Columns = append(q.Columns, lake.ScanColumn{Name: col.Name, Type: col.Type})
	}
	return s.Scan(t.Context(), q)
}

// sum reads a scan's files and gives count and sum of a column.
func sum(t *testing.T, got *lake.Scanned, column string) string {
	t.Helper()
	hive := "false"
	if got.Files.Hive {
		hive = "true"
	}
	return duck(t, fmt.Sprintf("SELECT count(*) || ' ' || sum(%s) FROM read_parquet(['%s'], hive_partitioning=%s)", column, strings.Join(got.Files.Paths, "','"), hive))[0]
}

func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

func equal(t *testing.T, got, want any) {
	t.Helper()
	if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func TestTablesOfABucket(t *testing.T) {
	s := newStore(t)
	s.put("lake/customers.csv", "id,name\n1,张三\n2,李四\n")
	s.put("lake/events/kind=a/1.jsonl", "{\"n\":1}\n")
	s.put("lake/events/kind=b/1.jsonl", "{\"n\":20}\n")
	s.put("lake/parts/p-1.parquet", parquet(t, "SELECT range AS id FROM range(10)"))
	s.put("lake/parts/p-2.parquet", parquet(t, "SELECT range AS id FROM range(10, 30)"))
	s.put("elsewhere/x.csv", "a,b\n1,2\n")
	dir := t.TempDir()
	c := s.open("lake", dir)
	list, err := c.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range list {
		names = append(names, fmt.Sprint(l.Name, " ", l.Rows))
	}
	equal(t, names, []string{"customers.csv -1", "events/ -1", "parts/ 30"})
	for table, want := range map[string]string{"customers.csv id": "2 3", "events/ n": "2 21", "parts/ id": "30 435", "parts/p-2* id": "20 390"} {
		name, column, _ := strings.Cut(table, " ")
		got, err := scan(t, c, name)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, sum(t, got, column), want)
		for _, p := range got.Files.Paths {
			if !strings.HasPrefix(p, dir+"/") {
				t.Errorf("%s doesn't lie in the source's directory", p)
			}
		}
	}
	if !slices.Contains(c.(source.Placed).Places(), dir) {
		t.Error(c.(source.Placed).Places())
	}
	one := s.open("lake/customers.csv", t.TempDir())
	if list, err := one.Tables(t.Context()); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
}

// An object is brought once per version; a description of Parquet reads its end only;
// a condition on a partition leaves the others where they are.
func TestOnlyWhatIsNeeded(t *testing.T) {
	s := newStore(t)
	big := parquet(t, "SELECT range AS id, md5(range::VARCHAR) AS x FROM range(100000)")
	s.put("y=2023/a.parquet", big)
	s.put("y=2024/a.parquet", big)
	dir := t.TempDir()
	c := s.open("", dir)
	d, err := c.Table(t.Context(), "./")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, d.Rows, int64(200_000))
	if n := s.bytes.Load(); n > int64(len(big)) {
		t.Errorf("the description read %d bytes of objects of %d bytes each", n, len(big))
	}
	s.bytes.Store(0)
	only := lake.ScanCondition{Column: "y", Type: "BIGINT", Op: lake.EQ, Values: []string{"2024"}}
	got, err := scanAs(t, c, d, only)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, len(got.Files.Paths), 1)
	if n := s.bytes.Load(); n != int64(len(big)) {
		t.Errorf("%d bytes were brought, want %d", n, len(big))
	}
	s.requests.Store(0)
	for _, again := range []source.Connector{c, s.open("", dir)} { // another program finds it, too
		if _, err := scanAs(t, again, d, only); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.requests.Load(); n > 2 { // the ends of both, for the other program
		t.Errorf("%d requests for what is here already", n)
	}
	s.put("y=2024/a.parquet", parquet(t, "SELECT range AS id, 'x' AS x FROM range(5)"))
	got, err = scan(t, c, "./")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, sum(t, got, "1"), "100005 100005")
}

func TestCutAndTwisted(t *testing.T) {
	s := newStore(t)
	s.put("a.parquet", parquet(t, "SELECT range AS id FROM range(500000)"))
	s.put("a.csv", "id,v\n"+strings.Repeat("1,2\n", 100_000))
	c := s.open("", t.TempDir())
	if _, err := c.Table(t.Context(), "a.parquet"); err != nil {
		t.Fatal(err)
	}
	s.cutAfter.Store(300_000)
	for _, table := range []string{"a.parquet", "a.csv"} {
		if _, err := scan(t, c, table); code(err) != "object_cut" {
			t.Errorf("%s: %v", table, err)
		}
	}
	s.cutAfter.Store(0)
	s.twist.Store(true)
	if _, err := scan(t, c, "a.csv"); code(err) != "object_cut" {
		t.Error(err)
	}
	s.twist.Store(false)
	got, err := scan(t, c, "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, sum(t, got, "v"), "100000 200000")
	left, _ := filepath.Glob(filepath.Join(c.(source.Placed).Places()[0], "*", "*", "new-*"))
	equal(t, len(left), 0)
}

func TestConnecting(t *testing.T) {
	s := newStore(t)
	s.put("a.csv", "id,v\n1,2\n")
	at := url.QueryEscape(s.server.URL)
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := url.QueryEscape("http://" + nobody.Addr().String())
	_ = nobody.Close()
	for address, want := range map[string]string{
		"s3://reader:secret@b/?endpoint=" + at:                      "address ok, dns ok, tcp ok, signin ok, permission ok, read ok",
		"s3://other:secret@b/?endpoint=" + at:                       "address ok, dns ok, tcp ok, signin signin_refused",
		"s3://reader:secret@nothere/?endpoint=" + at:                "address ok, dns ok, tcp ok, signin ok, permission bucket_unknown",
		"s3://reader:secret@b/?endpoint=" + closed:                  "address ok, dns ok, tcp tcp_refused",
		"s3://reader:secret@b/?endpoint=http://nowhere.invalid:900": "address ok, dns dns_unknown",
	} {
		var steps []string
		for _, st := range connect(t, address, t.TempDir(), true).Test(t.Context()) {
			word := "ok"
			if !st.OK {
				word = st.Code
			}
			steps = append(steps, st.Name+" "+word)
			if strings.Contains(st.Detail, "secret") {
				t.Error(st.Detail)
			}
		}
		equal(t, strings.Join(steps, ", "), want)
	}
	guarded := connect(t, "s3://reader:secret@b/?endpoint="+at, t.TempDir(), false)
	if _, err := guarded.Tables(t.Context()); code(err) != "address_private" {
		t.Errorf("a private address without permission: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for _, bad := range []string{"s3:///x", "s3://b:9/x", "s3://b/?endpoint=ftp://x", "azblob://c/p?endpoint=http://u:p@h", "gs:///x", "fileblob://h/x"} {
		u, err := url.Parse(bad)
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("AZURE_STORAGE_ACCOUNT", "")
		if _, err := objects.Open(t.Context(), source.Settings{URL: u, Dir: t.TempDir()}); code(err) != "address_invalid" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestLocalBucket(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for name, content := range map[string]string{filepath.Join(dir, "p", "a.csv"): "id,v\n1,2\n2,3\n", filepath.Join(outside, "s.csv"): "id,v\n1,2\n"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(outside, "s.csv"), filepath.Join(dir, "p", "link.csv")); err != nil {
		t.Fatal(err)
	}
	c := connect(t, "fileblob://"+dir+"?prefix=p", t.TempDir(), false)
	list, err := c.Tables(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	got, err := scan(t, c, "a.csv")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, sum(t, got, "v"), "2 5")
	if _, err := c.Table(t.Context(), "link.csv"); code(err) != "table_unknown" {
		t.Error(err)
	}
}
