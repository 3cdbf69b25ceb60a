package postgres_test

import (
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/jackc/pgx/v5"

	"headwater/lake"
)

// pgvector starts a PostgreSQL that has the extension vector: HEADWATER_PGVECTOR_BIN is
// the folder of its programs, or HEADWATER_PYSERVERS a Python environment with the
// package pgserver.
func pgvector(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("HEADWATER_PGVECTOR_BIN")
	if bin == "" {
		home := os.Getenv("HEADWATER_PYSERVERS")
		if home == "" {
			home = "/opt/headwater-pyservers"
		}
		found, _ := filepath.Glob(home + "/lib/python3*/site-packages/pgserver/pginstall/bin")
		if len(found) == 0 {
			if os.Getenv("HEADWATER_REQUIRE_ALL") == "1" {
				t.Fatal("no PostgreSQL with pgvector")
			}
			t.Skip("skipped: no PostgreSQL with pgvector (HEADWATER_PGVECTOR_BIN, HEADWATER_PYSERVERS)")
		}
		bin = found[0]
	}
	dir, err := os.MkdirTemp("", "headwater-pgvector-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var as *syscall.Credential
	if os.Getuid() == 0 { // PostgreSQL refuses root
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("skipped: no user postgres")
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(bin, name), args...)
		c.Dir, c.SysProcAttr = dir, &syscall.SysProcAttr{Credential: as, Pdeathsig: syscall.SIGINT}
		return c
	}
	if out, err := command("initdb", "-D", dir+"/data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	server := command("postgres", "-D", dir+"/data", "-p", port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "log_min_messages=fatal")
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Signal(syscall.SIGINT); _ = server.Wait() })
	address := "postgres://tester@127.0.0.1:" + port + "/postgres"
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		c, err := pgx.Connect(t.Context(), address)
		if err == nil {
			_ = c.Close(t.Context())
			return address
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// TestNearestEqualsEngine holds pgvector's nearest rows and distances against the
// engine's functions, without an index, with one, and with a condition.
func TestNearestEqualsEngine(t *testing.T) {
	w := worldAt(t, pgvector(t), "CREATE EXTENSION vector", "CREATE TABLE docs (id integer PRIMARY KEY, kind integer, embedding vector(4))",
		"INSERT INTO docs SELECT g, g % 10, ARRAY[sin(g), cos(g * 3), sin(g * 7) * 2, g / 1000.0]::real[]::vector FROM generate_series(1, 2000) g",
		"INSERT INTO docs VALUES (5000, 1, NULL)")
	e := newEngine(t)
	columns := w.columns("docs")
	if columns[2].Type != "FLOAT[]" || w.table("docs").Columns[2].Kind != lake.Vector {
		t.Fatal(columns)
	}
	e.load("docs", w.scan(lake.Scan{Table: "docs", Columns: columns}).Rows)
	if got := e.texts("SELECT count(*) || ' ' || count(embedding) || ' ' || min(len(embedding)) || ' ' || typeof(any_value(embedding)) FROM docs"); got[0] != "2001 2000 4 FLOAT[]" {
		t.Error(got)
	}
	functions := map[string]string{"l2": "list_distance", "cosine": "list_cosine_distance", "ip": "list_negative_inner_product"}
	compare := func(metric string, k int, exact bool, where ...lake.ScanCondition) {
		t.Helper()
		got := w.scan(lake.Scan{Table: "docs", Columns: columns[:1], Where: where, Nearest: &lake.Nearest{Column: "embedding", Vector: []float32{0.5, -0.25, 1, 0.75}, K: k, Metric: metric}})
		if !got.Nearest {
			t.Fatal(metric, "isn't pushed")
		}
		ids, distances := nearest(t, got.Rows)
		if !slices.IsSorted(distances) {
			t.Error(metric, "distances aren't in order")
		}
		condition := "embedding IS NOT NULL"
		if len(where) > 0 {
			condition += " AND kind = 3"
		}
		text := fmt.Sprintf("FROM (SELECT id, %s(embedding, [0.5, -0.25, 1, 0.75]::FLOAT[])::DOUBLE AS d FROM docs WHERE %s) ORDER BY d LIMIT %d", functions[metric], condition, k)
		want := e.texts("SELECT id::VARCHAR " + text)
		if len(ids) != len(want) {
			t.Errorf("%s: %d rows, want %d", metric, len(ids), len(want))
		}
		if exact && !slices.Equal(ids, want) {
			t.Errorf("%s: the server gives %v, the engine %v", metric, ids, want)
		}
		for i, d := range e.texts("SELECT d::VARCHAR " + text) {
			if f, _ := strconv.ParseFloat(d, 64); exact && math.Abs(f-distances[i]) > 1e-5 {
				t.Errorf("%s: distance %v, the engine has %v", metric, distances[i], f)
			}
		}
	}
	three := lake.ScanCondition{Column: "kind", Type: "INTEGER", Op: lake.EQ, Values: []string{"3"}}
	for metric := range functions {
		compare(metric, 10, true)
		compare(metric, 10, true, three)
		compare(metric, 3000, true)
	}
	w.run("CREATE INDEX ON docs USING hnsw (embedding vector_l2_ops)")
	compare("l2", 10, false)
	compare("l2", 100, false) // more than an index looks at by itself
	compare("l2", 100, true, three)
	compare("l2", 1500, true)
	_, err := w.session().Scan(t.Context(), lake.Scan{Table: "docs", Columns: columns[:1], Nearest: &lake.Nearest{Column: "embedding", Vector: []float32{1}, K: 1, Metric: "l2"}})
	if code(err) != "source_failed" {
		t.Error("a vector of another length:", err)
	}
}

func nearest(t *testing.T, r array.RecordReader) (ids []string, distances []float64) {
	t.Helper()
	for r.Next() {
		rec := r.RecordBatch()
		for i, id := range rec.Column(0).(*array.Int32).Int32Values() {
			ids, distances = append(ids, strconv.Itoa(int(id))), append(distances, rec.Column(1).(*array.Float64).Value(i))
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	r.Release()
	return ids, distances
}
