package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"headwater/access"
	"headwater/catalog"
	"headwater/intake"
	"headwater/lake"
	"headwater/lake/sqlite"
	"headwater/sales"
	httpapi "headwater/server/http"
	"headwater/source"
	filesource "headwater/source/files"
	mysqlsource "headwater/source/mysql"
	pgsource "headwater/source/postgres"
	sqlitesource "headwater/source/sqlite"
)

const password = "correct horse battery"

// office is a running server on a real store, with one person of each role.
type office struct {
	t      testing.TB
	lake   *lake.Lake
	access *access.Access
	server *httptest.Server
	people map[string]access.Person
	tokens map[string]string
	dir    string // of the workspace's own files
}

// newEngine makes what answers questions; see engine_duckdb_test.go.
var newEngine = func(_ testing.TB, store lake.Store, _ lake.Policy, _ lake.Sources, _ string) lake.Engine {
	return scanner{store: store}
}

func newOffice(t testing.TB, adjust ...func(*httpapi.Config)) *office {
	ctx := context.Background()
	store, err := sqlite.Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	o := &office{t: t, people: map[string]access.Person{}, tokens: map[string]string{}}
	o.access, err = access.Open(ctx, access.Config{Registry: store.Registry()})
	must(t, err)
	t.Cleanup(o.access.Close)
	files := t.TempDir()
	o.dir = files
	kept, err := source.Open(source.Config{Registry: store.Registry(), Dir: files,
		Kinds: map[string]source.Opener{"file": filesource.Open, "sqlite": sqlitesource.Open, "postgres": pgsource.Open, "mysql": mysqlsource.Open}})
	must(t, err)
	t.Cleanup(func() { must(t, kept.Close()) })
	o.lake, err = lake.Open(ctx, lake.Config{Store: store, Policy: o.access, Entities: sales.Entities(), Sources: kept})
	must(t, err)
	copies := filepath.Join(files, "copies")
	must(t, os.MkdirAll(copies, 0o700))
	o.lake.UseEngine(newEngine(t, store, o.access, kept, copies))
	known, err := catalog.Open(ctx, catalog.Config{Lake: o.lake, Sources: kept, Dir: files, Copies: copies, Zone: time.UTC})
	must(t, err)
	t.Cleanup(known.Close)
	runs, err := intake.New(ctx, intake.Config{Lake: o.lake, Dir: files, Synonyms: intake.Synonyms{Fields: sales.Synonyms()}, People: access.Directory{Access: o.access}})
	must(t, err)
	t.Cleanup(runs.Close)
	page := fstest.MapFS{
		"index.html":         {Data: []byte("<!doctype html><title>Headwater</title>")},
		"assets/app-1234.js": {Data: []byte("plain()")}, "assets/app-1234.js.br": {Data: []byte("packed")},
	}
	config := httpapi.Config{Lake: o.lake, Access: o.access, Page: page, Version: "test", Zone: time.UTC,
		Imports: runs, Catalog: known, Uploads: filepath.Join(files, "uploads")}
	for _, a := range adjust {
		a(&config)
	}
	handler, err := httpapi.New(config)
	must(t, err)
	o.server = httptest.NewServer(handler)
	t.Cleanup(o.server.Close)
	_, err = o.access.CreateTeam(ctx, lake.System, "North")
	must(t, err)
	for _, role := range access.Roles {
		p, err := o.access.CreatePerson(ctx, lake.System, access.NewPerson{Name: "The " + string(role), Email: string(role) + "@example.com", Role: role, Team: "North"})
		must(t, err)
		o.people[string(role)] = p
		o.tokens[string(role)], _, err = o.access.CreateToken(ctx, p.Principal(), "test", 0)
		must(t, err)
	}
	return o
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an answer with its body read.
type reply struct {
	*http.Response
	text string
}

// json reads the body into a tree.
func (r reply) json(t testing.TB) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal([]byte(r.text), &out); err != nil {
		t.Fatalf("%v in %s", err, r.text)
	}
	return out
}

func (r reply) at(t testing.TB, path string) any {
	t.Helper()
	var v any = r.json(t)
	for name := range strings.SplitSeq(path, ".") {
		if list, ok := v.([]any); ok && len(list) > 0 {
			v = list[0]
		}
		x, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("nothing at %s in %s", path, clip(r.text))
		}
		v = x[name]
	}
	return v
}

// clip keeps messages readable.
func clip(s string) string {
	if len(s) > 900 {
		return s[:900] + "…"
	}
	return s
}

// ask sends a request as somebody ("": nobody); extra are header names and values.
func (o *office) ask(as, method, path, body string, extra ...string) reply {
	o.t.Helper()
	req, err := http.NewRequest(method, o.server.URL+path, bytes.NewBufferString(body))
	must(o.t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if as != "" {
		req.Header.Set("Authorization", "Bearer "+o.tokens[as])
	}
	for i := 0; i+1 < len(extra); i += 2 {
		req.Header.Set(extra[i], extra[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	must(o.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(o.t, err)
	return reply{res, string(text)}
}

// story is a request, what must appear, and what must not.
type story struct {
	name   string
	as     string
	ask    string // method and path
	body   string
	header []string
	status int
	want   []string
	absent []string
}

func (o *office) tell(stories ...story) {
	o.t.Helper()
	for _, s := range stories {
		method, path, _ := strings.Cut(s.ask, " ")
		r := o.ask(s.as, method, path, s.body, s.header...)
		if r.StatusCode != s.status {
			o.t.Errorf("%s: status %d, want %d: %s", s.name, r.StatusCode, s.status, clip(r.text))
			continue
		}
		for _, w := range s.want {
			if !strings.Contains(r.text, w) {
				o.t.Errorf("%s: %q is missing in %s", s.name, w, clip(r.text))
			}
		}
		for _, a := range s.absent {
			if strings.Contains(r.text, a) {
				o.t.Errorf("%s: %q must not appear in %s", s.name, a, clip(r.text))
			}
		}
	}
}

// make adds a record and returns its id.
func (o *office) make(as, entity, cells string) string {
	o.t.Helper()
	r := o.ask(as, "POST", "/api/records/"+entity, `{"cells":`+cells+`}`)
	if r.StatusCode != http.StatusCreated {
		o.t.Fatalf("create in %s: %d %s", entity, r.StatusCode, r.text)
	}
	return r.at(o.t, "id").(string)
}
