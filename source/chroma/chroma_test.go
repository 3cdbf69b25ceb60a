package chroma_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"headwater/lake"
	"headwater/source"
	"headwater/source/chroma"
	"headwater/source/sourcetest"
)

var server struct {
	address string
	stop    func()
}

func TestMain(m *testing.M) {
	code := m.Run()
	if server.stop != nil {
		server.stop()
	}
	os.Exit(code)
}

// start runs a Chroma server for all tests of this package.
func start(t testing.TB) string {
	t.Helper()
	if server.address != "" {
		return server.address
	}
	folder := os.Getenv("HEADWATER_PYSERVERS")
	if folder == "" {
		folder = "/opt/headwater-pyservers"
	}
	program := filepath.Join(folder, "bin", "chroma")
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("HEADWATER_REQUIRE_ALL") == "1" {
			t.Fatalf("there is no Chroma server in %s (HEADWATER_PYSERVERS)", folder)
		}
		t.Skipf("skipped: no Chroma server in %s (HEADWATER_PYSERVERS)", folder)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	dir, err := os.MkdirTemp("", "chroma-")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "run", "--path", dir, "--host", "127.0.0.1", "--port", strconv.Itoa(port))
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	server.stop = func() {
		cmd.Process.Kill()
		cmd.Wait()
		os.RemoveAll(dir)
	}
	address := "127.0.0.1:" + strconv.Itoa(port)
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		answer, err := http.Get("http://" + address + "/api/v2/heartbeat")
		if err == nil {
			answer.Body.Close()
			server.address = address
			return address
		}
	}
	t.Fatal("the Chroma server doesn't answer")
	return ""
}

func open(t testing.TB, address string) source.Connector {
	t.Helper()
	u, err := url.Parse("chroma://" + address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := chroma.Open(t.Context(), source.Settings{Name: "docs", URL: u, Dial: (&net.Dialer{}).DialContext})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

const collections = "/api/v2/tenants/default_tenant/databases/default_database/collections"

// post sends JSON to the server without any of the product's code.
func post(t testing.TB, path string, body any) map[string]any {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post("http://"+server.address+path, "application/json", bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode/100 != 2 {
		t.Fatalf("%s: %s", path, text)
	}
	out := map[string]any{}
	_ = json.Unmarshal(text, &out)
	return out
}

// fill makes a collection of n rows with vectors of so many dimensions.
func fill(t testing.TB, name, metric string, n, dimensions int) [][]float32 {
	t.Helper()
	id := post(t, collections, map[string]any{"name": name, "configuration": map[string]any{"hnsw": map[string]any{"space": metric}}})["id"].(string)
	random := rand.New(rand.NewPCG(1, 2))
	var all [][]float32
	for from := 0; from < n; from += 2000 {
		var ids, documents []string
		var vectors [][]float32
		var metas []map[string]any
		for i := from; i < min(n, from+2000); i++ {
			v := make([]float32, dimensions)
			for j := range v {
				v[j] = random.Float32()*2 - 1
			}
			ids, documents, vectors = append(ids, "doc-"+strconv.Itoa(i)), append(documents, "text "+strconv.Itoa(i)), append(vectors, v)
			metas = append(metas, map[string]any{"n": i, "lang": "zh"})
		}
		post(t, collections+"/"+id+"/add", map[string]any{"ids": ids, "documents": documents, "embeddings": vectors, "metadatas": metas})
		all = append(all, vectors...)
	}
	return all
}

func TestRowsAreReadExactly(t *testing.T) {
	c := open(t, start(t))
	id := post(t, collections, map[string]any{"name": "exact", "metadata": map[string]any{"description": "Few rows"}})["id"].(string)
	post(t, collections+"/"+id+"/add", map[string]any{"ids": []string{"a", "b", "中"}, "embeddings": [][]float32{{1, 0.1}, {-3.4e38, 0}, {0, 1e-45}},
		"documents": []any{"x", nil, "文"}, "metadatas": []any{map[string]any{"z": "<&>", "a": int64(9007199254740993), "f": 0.1, "b": true}, nil, map[string]any{"k": ""}}})
	d := sourcetest.Describe(t, c, "exact")
	if d.Rows != 3 || d.Label != "Few rows" || !reflect.DeepEqual(d.Key, []string{"id"}) || d.Columns[2].Kind != lake.Vector || d.Columns[2].Native != "vector(2)" || d.Writable {
		t.Errorf("%+v", d)
	}
	s := sourcetest.Session(t, c)
	r := sourcetest.NewReferee(t)
	got := sourcetest.Scan(t, s, sourcetest.Whole(d))
	r.Take("now", got.Rows)
	if got.Snapshot {
		t.Error("Chroma has no snapshots")
	}
	want := []string{`(a, x, [1.0, 0.1], '{"a":9007199254740993,"b":true,"f":0.1,"z":"<&>"}')`, "(b, NULL, [-3.4e+38, 0.0], NULL)", `(中, 文, [0.0, 1e-45], '{"k":""}')`}
	if now := r.Lines("SELECT * FROM now"); !reflect.DeepEqual(now, want) {
		t.Errorf("%q", now)
	}
	for _, x := range []struct {
		where  []lake.ScanCondition
		pushed []bool
		rows   int64
	}{
		{[]lake.ScanCondition{{Column: "id", Type: "VARCHAR", Op: lake.EQ, Values: []string{"中"}}}, []bool{true}, 1},
		{[]lake.ScanCondition{{Column: "id", Type: "VARCHAR", Op: lake.EQ, Values: []string{"A"}}}, []bool{true}, 0},
		{[]lake.ScanCondition{{Column: "id", Type: "VARCHAR", Op: lake.ScanIn, Values: []string{"b", "a", "b", "zz"}}}, []bool{true}, 2},
		{[]lake.ScanCondition{{Column: "id", Type: "VARCHAR", Op: lake.NE, Values: []string{"a"}}}, []bool{false}, 3},
		{[]lake.ScanCondition{{Column: "document", Type: "VARCHAR", Op: lake.EQ, Values: []string{"x"}}, {Column: "id", Type: "VARCHAR", Op: lake.EQ, Values: []string{"b"}}}, []bool{false, true}, 1},
	} {
		q := sourcetest.Whole(d)
		q.Where = x.where
		got := sourcetest.Scan(t, s, q)
		if n := sourcetest.Count(t, got.Rows); n != x.rows || !reflect.DeepEqual(got.Pushed, x.pushed) {
			t.Errorf("%+v: %d rows, pushed %v", x.where, n, got.Pushed)
		}
		q.Count = true
		counted := sourcetest.Scan(t, s, q)
		if counted.Counted == strings.Contains(fmt.Sprint(x.pushed), "false") {
			t.Errorf("%+v: counted %v", x.where, counted.Counted)
		}
		r.Take("n", counted.Rows)
		if n := r.Lines("SELECT * FROM n"); counted.Counted && n[0] != fmt.Sprintf("(%d)", x.rows) {
			t.Errorf("%+v: counted %s", x.where, n)
		}
	}
	if n := sourcetest.Count(t, sourcetest.Scan(t, s, lake.Scan{Table: "exact"}).Rows); n != 3 {
		t.Errorf("%d rows without columns", n)
	}
	_, err := c.Table(t.Context(), "nowhere")
	sourcetest.ExpectCode(t, err, "source_table_unknown")
}

// TestNearestIsWhatTheEngineFinds compares with DuckDB over all rows.
func TestNearestIsWhatTheEngineFinds(t *testing.T) {
	c := open(t, start(t))
	functions := map[string]string{"l2": "list_distance", "cosine": "list_cosine_distance", "ip": "list_negative_inner_product"}
	for metric, function := range functions {
		vectors := fill(t, "near-"+metric, metric, 300, 8)
		d := sourcetest.Describe(t, c, "near-"+metric)
		s, r := sourcetest.Session(t, c), sourcetest.NewReferee(t)
		r.Take("every", sourcetest.Scan(t, s, sourcetest.Whole(d)).Rows)
		q := lake.Scan{Table: d.Name, Columns: []lake.ScanColumn{{Name: "id", Type: "VARCHAR"}}, Nearest: &lake.Nearest{Column: "embedding", Vector: vectors[7], K: 5, Metric: metric}}
		got := sourcetest.Scan(t, s, q)
		r.Take("near", got.Rows)
		vector, _ := json.Marshal(vectors[7])
		distance := function + "(embedding, CAST('" + string(vector) + "' AS FLOAT[]))"
		want := r.Lines("SELECT id FROM every ORDER BY " + distance + " LIMIT 5")
		if ids := r.Lines("SELECT id FROM near"); !got.Nearest || !reflect.DeepEqual(ids, want) {
			t.Errorf("%s: %q, not %q", metric, ids, want)
		}
		if off := r.Lines("SELECT id FROM near JOIN every USING (id) WHERE abs(distance - " + distance + ") > 1e-5"); len(off) > 0 {
			t.Errorf("%s: other distances for %q", metric, off)
		}
		q.Nearest = &lake.Nearest{Column: "embedding", Vector: vectors[7], K: 5, Metric: map[string]string{"l2": "ip", "ip": "cosine", "cosine": "l2"}[metric]}
		other := sourcetest.Scan(t, s, q)
		if n := sourcetest.Count(t, other.Rows); other.Nearest || n != 300 {
			t.Errorf("another metric: pushed %v, %d rows", other.Nearest, n)
		}
	}
}

// TestChangesAndCutsAreErrors reads by pages through a proxy that changes the collection,
// or drops the connection, behind one of them.
func TestChangesAndCutsAreErrors(t *testing.T) {
	address := start(t)
	fill(t, "pages", "l2", 5000, 2)
	target, _ := url.Parse("http://" + address)
	proxy := httputil.NewSingleHostReverseProxy(target)
	var gets atomic.Int64
	var trouble atomic.Value
	trouble.Store("")
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "/get") && gets.Add(1) == 2 {
			switch trouble.Load() {
			case "change":
				id := strings.Split(req.URL.Path, "/")[8]
				post(t, collections+"/"+id+"/delete", map[string]any{"ids": []string{"doc-1"}})
			case "drop":
				w.Header().Set("Content-Length", "100000")
				fmt.Fprint(w, `{"ids":["doc-1",`)
				panic(http.ErrAbortHandler)
			case "close":
				panic(http.ErrAbortHandler)
			}
		}
		proxy.ServeHTTP(w, req)
	}))
	defer front.Close()
	c := open(t, strings.TrimPrefix(front.URL, "http://"))
	d := sourcetest.Describe(t, c, "pages")
	for what, code := range map[string]string{"drop": "source_cut", "close": "source_cut", "": "", "change": "source_moved"} {
		trouble.Store(what)
		gets.Store(0)
		n, err := sourcetest.Drain(sourcetest.Scan(t, sourcetest.Session(t, c), sourcetest.Whole(d)).Rows)
		if code == "" && (err != nil || n < 4999) {
			t.Errorf("%d rows, %v", n, err)
		}
		if code != "" {
			sourcetest.ExpectCode(t, err, code)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, err := sourcetest.Session(t, c).Scan(ctx, sourcetest.Whole(d))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := sourcetest.Drain(got.Rows); err != context.Canceled {
		t.Error(err)
	}
}

func TestTestNamesTheFailingStep(t *testing.T) {
	address := start(t)
	guard := source.Guard{AllowPrivate: func() bool { return true }}
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasSuffix(req.URL.Path, "heartbeat") {
			fmt.Fprint(w, "{}")
			return
		}
		if req.Header.Get("X-Chroma-Token") != "good" || req.Header.Get("Authorization") != "Bearer good" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	defer refusing.Close()
	other := strings.TrimPrefix(refusing.URL, "http://")
	for u, want := range map[string]string{
		"chroma://" + address:               "read true ",
		"chroma://127.0.0.1:1":              "tcp false tcp_refused",
		"chroma://nowhere.invalid":          "dns false dns_unknown",
		"chroma://" + address + "?tls=true": "tls false tls_missing",
		"chroma://:secret@" + other:         "signin false signin_refused",
		"chroma://:good@" + other:           "signin false permission_missing",
	} {
		parsed, err := url.Parse(u)
		if err != nil {
			t.Fatal(err)
		}
		c, err := chroma.Open(t.Context(), source.Settings{Name: "docs", URL: parsed, Dial: guard.Dial})
		if err != nil {
			t.Fatal(err)
		}
		steps := c.Test(t.Context())
		c.Close()
		last := steps[len(steps)-1]
		if got := fmt.Sprint(last.Name, " ", last.OK, " ", last.Code); got != want || strings.Contains(fmt.Sprint(steps), "secret") {
			t.Errorf("%s: %+v", u, steps)
		}
	}
	for _, bad := range []string{"chroma://", "chroma://h/path", "chroma://token@h", "chroma://h?x=1"} {
		u, err := url.Parse(bad)
		if err != nil {
			t.Fatal(err)
		}
		_, err = chroma.Open(t.Context(), source.Settings{URL: u})
		sourcetest.ExpectCode(t, err, "address_invalid")
	}
}

// BenchmarkScan reads vectors of 384 dimensions.
func BenchmarkScan(b *testing.B) {
	const n = 10_000
	c := open(b, start(b))
	fill(b, "bench", "l2", n, 384)
	q := sourcetest.Whole(sourcetest.Describe(b, c, "bench"))
	for b.Loop() {
		sourcetest.Count(b, sourcetest.Scan(b, sourcetest.Session(b, c), q).Rows)
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
