package source_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"headwater/lake"
	"headwater/source"
)

// registry is a lake.Registry in memory.
type registry struct {
	mu   sync.Mutex
	docs map[string][]byte
}

func (r *registry) Load(_ context.Context, kind, id string, doc any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.docs[kind+"/"+id]
	if !ok {
		return lake.Fail(lake.ErrNotFound, kind+"_unknown", "It isn't there.")
	}
	return json.Unmarshal(b, doc)
}

func (r *registry) Save(_ context.Context, kind, id string, doc any) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, err := json.Marshal(doc)
	r.docs[kind+"/"+id] = b
	return err
}

func (r *registry) Create(ctx context.Context, kind, id string, doc any) error {
	r.mu.Lock()
	_, ok := r.docs[kind+"/"+id]
	r.mu.Unlock()
	if ok {
		return lake.Fail(lake.ErrConflict, kind+"_exists", "It is there.")
	}
	return r.Save(ctx, kind, id, doc)
}

func (r *registry) Remove(_ context.Context, kind, id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.docs, kind+"/"+id)
	return nil
}

func (r *registry) Each(_ context.Context, kind string, fn func(id string, doc []byte) error) error {
	r.mu.Lock()
	copied := map[string][]byte{}
	for k, v := range r.docs {
		copied[k] = v
	}
	r.mu.Unlock()
	var ids []string
	for k := range copied {
		if id, ok := strings.CutPrefix(k, kind+"/"); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := fn(id, copied[kind+"/"+id]); err != nil {
			return err
		}
	}
	return nil
}

// talker is a connector that puts its address into everything that it says.
type talker struct {
	source.Settings
	closed *int
}

func (c talker) fail() error {
	password, _ := c.URL.User.Password()
	return lake.Fail(lake.ErrBusy, "source_failed", "can't open "+c.URL.String(), "said", "password "+password+" of "+c.URL.Query().Get("secret"))
}

func (c talker) Test(context.Context) []source.Step {
	return []source.Step{{Name: "signin", Detail: c.fail().Error(), Code: "signin_refused"}}
}
func (c talker) Tables(context.Context) ([]lake.SourceTable, error) { return nil, c.fail() }
func (c talker) Table(context.Context, string) (*lake.SourceTable, error) {
	return nil, fmt.Errorf("about %s", c.URL)
}
func (c talker) Session(context.Context) (source.Session, error) { return talking{c}, nil }
func (c talker) Close() error                                    { *c.closed++; return c.fail() }
func (c talker) Places() []string                                { return []string{"/place/of/" + c.Name} }

type talking struct{ talker }

func (s talking) Scan(context.Context, lake.Scan) (*lake.Scanned, error) {
	r, err := array.NewRecordReader(arrow.NewSchema(nil, nil), nil)
	return &lake.Scanned{Rows: failing{r, s.fail()}}, err
}
func (s talking) Close() error { return nil }

type failing struct {
	array.RecordReader
	err error
}

func (f failing) Err() error { return f.err }

type world struct {
	*source.Sources
	registry *registry
	dir      string
	log      *bytes.Buffer
	closed   *int
}

func newWorld(t *testing.T) *world {
	w := &world{registry: &registry{docs: map[string][]byte{}}, dir: t.TempDir(), log: new(bytes.Buffer), closed: new(int)}
	w.reopen(t, nil)
	return w
}

func (w *world) reopen(t *testing.T, key []byte) {
	t.Helper()
	opener := func(_ context.Context, s source.Settings) (source.Connector, error) {
		if s.URL.Path == "/bad" {
			return nil, talker{s, w.closed}.fail()
		}
		return talker{s, w.closed}, nil
	}
	var err error
	w.Sources, err = source.Open(source.Config{Registry: w.registry, Dir: w.dir, Key: key, Kinds: map[string]source.Opener{"talk": opener, "file": opener},
		Log: slog.New(slog.NewTextHandler(w.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
}

func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return ""
}

const (
	password = "hunter2%2F+x"
	plain    = "hunter2/+x"
	address  = "talk://me:" + password + "@db.example/shop?region=eu&secret=s3cr3t-value&sslpassword=key-pass"
)

// TestSecretsStayIn looks for the secrets in everything that comes out.
func TestSecretsStayIn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	var said []any
	say := func(v ...any) { said = append(said, v...) }
	info, err := w.Add(ctx, source.Spec{Name: "shop", URL: address, Note: "a note"})
	say(info, err)
	_, err = w.Add(ctx, source.Spec{Name: "bad", URL: strings.Replace(address, "/shop", "/bad", 1)})
	say(err)
	_, err = w.Add(ctx, source.Spec{Name: "broken", URL: "talk://me:" + plain + "@ [::1/"})
	say(err)
	list, err := w.List(ctx)
	say(list, err)
	got, err := w.Get(ctx, "shop")
	say(got, err)
	steps, err := w.Test(ctx, "shop")
	say(steps, err, w.TestURL(ctx, source.Spec{URL: address}), w.TestURL(ctx, source.Spec{URL: strings.Replace(address, "/shop", "/bad", 1)}))
	_, err = w.Tables(ctx, "shop")
	say(err)
	_, err = w.Table(ctx, "shop", "t")
	say(err)
	s := w.Session(ctx)
	scanned, err := s.Scan(ctx, lake.Scan{Source: "shop"})
	say(err, scanned.Rows.Err())
	_, err = s.Describe(ctx, "shop", "t")
	say(err, s.Close(), w.Close())
	say(w.log.String())
	for _, doc := range w.registry.docs {
		say(string(doc))
	}
	for _, v := range said {
		j, _ := json.Marshal(v)
		var params string
		var known *lake.Error
		if err, ok := v.(error); ok && errors.As(err, &known) {
			params = fmt.Sprint(known.Params, known.Detail)
		}
		all := fmt.Sprintf("%v %+v %s %s", v, v, j, params)
		for _, secret := range []string{password, plain, "hunter2", "s3cr3t-value", "key-pass"} {
			if strings.Contains(all, secret) {
				t.Errorf("%q is in %s", secret, all)
			}
		}
	}
	if want := "talk://me:***@db.example/shop?region=eu&secret=***&sslpassword=***"; got.URL != want || got.Kind != "talk" {
		t.Errorf("%q", got.URL)
	}
	if len(steps) != 2 || steps[0].Name != "address" || !steps[0].OK || steps[1].Code != "signin_refused" {
		t.Error(steps)
	}
}

func TestUpdateKeepsSecretsToThemselves(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if _, err := w.Add(ctx, source.Spec{Name: "shop", URL: address}); err != nil {
		t.Fatal(err)
	}
	info, _ := w.Get(ctx, "shop")
	if _, err := w.Update(ctx, source.Spec{Name: "shop", URL: strings.Replace(info.URL, "/shop", "/other", 1)}); err != nil {
		t.Fatal(err)
	}
	// The talker says its whole address: how much of it is hidden tells what it holds.
	_, err := w.Tables(ctx, "shop")
	if got := err.Error(); !strings.Contains(got, "/other?region=eu&secret=***&sslpassword=***") {
		t.Error(got)
	}
	for _, url := range []string{strings.Replace(info.URL, "db.example", "evil.example", 1), strings.Replace(info.URL, "me:", "you:", 1), strings.Replace(info.URL, "talk:", "file:", 1),
		info.URL + "&host=evil.example"} {
		if _, err := w.Update(ctx, source.Spec{Name: "shop", URL: url}); code(err) != "secret_needed" {
			t.Error(url, err)
		}
		if steps := w.TestURL(ctx, source.Spec{Name: "shop", URL: url}); steps[0].Code != "secret_needed" {
			t.Error(url, steps)
		}
	}
	if _, err := w.Update(ctx, source.Spec{Name: "shop", Note: "only this"}); err != nil {
		t.Error(err)
	}
	if got, _ := w.Get(ctx, "shop"); got.Note != "only this" || !strings.Contains(got.URL, "/other") {
		t.Error(got)
	}
}

func TestLostKey(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if _, err := w.Add(ctx, source.Spec{Name: "shop", URL: address}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(w.dir, "secret.key")
	if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
		t.Error(i, err)
	}
	w.reopen(t, nil)
	if _, err := w.Tables(ctx, "shop"); code(err) != "source_failed" {
		t.Error("the key is read again:", err)
	}
	for _, key := range [][]byte{bytes.Repeat([]byte{7}, 32), nil} {
		if key == nil {
			_ = os.Remove(file)
		}
		w.reopen(t, key)
		_, err := w.Tables(ctx, "shop")
		steps, _ := w.Test(ctx, "shop")
		if code(err) != "secret_unreadable" || steps[0].Code != "secret_unreadable" {
			t.Error(err, steps)
		}
		if list, err := w.List(ctx); len(list) != 1 || err != nil {
			t.Error("the list needs no key:", err)
		}
	}
	if _, err := w.Update(ctx, source.Spec{Name: "shop", URL: address}); err != nil {
		t.Error("entering it again helps:", err)
	}
	if _, err := w.Tables(ctx, "shop"); code(err) != "source_failed" {
		t.Error(err)
	}
	// A secret belongs to its source: one that is copied to another name can't be read.
	w.registry.docs["source/thief"] = bytes.Replace(w.registry.docs["source/shop"], []byte(`"name":"shop"`), []byte(`"name":"thief"`), 1)
	if _, err := w.Tables(ctx, "thief"); code(err) != "secret_unreadable" {
		t.Error(err)
	}
	t.Setenv("HEADWATER_SECRET_KEY", "c2hvcnQ=")
	if _, err := source.Open(source.Config{Registry: w.registry, Dir: w.dir}); code(err) != "secret_key_invalid" {
		t.Error(err)
	}
}

// TestPrivateIsTheServersToAllow: what a source may do ends where the server forbids it.
func TestPrivateIsTheServersToAllow(t *testing.T) {
	allowed := true
	var dial func(context.Context, string, string) (net.Conn, error)
	s, err := source.Open(source.Config{Registry: &registry{docs: map[string][]byte{}}, Dir: t.TempDir(), AllowPrivate: func() bool { return allowed },
		Kinds: map[string]source.Opener{"talk": func(_ context.Context, s source.Settings) (source.Connector, error) {
			dial = s.Dial
			return talker{s, new(int)}, nil
		}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(t.Context(), source.Spec{Name: "a", URL: address, AllowPrivate: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := dial(t.Context(), "tcp", "127.0.0.1:1"); code(err) != "tcp_refused" {
		t.Error(err)
	}
	allowed = false
	if _, err := dial(t.Context(), "tcp", "127.0.0.1:1"); code(err) != "address_private" {
		t.Error(err)
	}
	if _, err := s.Add(t.Context(), source.Spec{Name: "b", URL: address, AllowPrivate: true}); code(err) != "private_disallowed" {
		t.Error(err)
	}
	allowed = true
	if _, err := s.Update(t.Context(), source.Spec{Name: "a"}); err != nil {
		t.Error(err)
	}
	if _, err := dial(t.Context(), "tcp", "127.0.0.1:1"); code(err) != "address_private" {
		t.Error(err)
	}
}

// TestConnectorsFollowTheirSources: they are opened once, and closed when the source
// changes and its last session is over, also when another node changed it.
func TestConnectorsFollowTheirSources(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if _, err := w.Add(ctx, source.Spec{Name: "shop", URL: address}); err != nil {
		t.Fatal(err)
	}
	*w.closed = 0
	s := w.Session(ctx)
	for range 3 {
		if _, err := s.Scan(ctx, lake.Scan{Source: "shop"}); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = w.Tables(ctx, "shop")
	other, err := source.Open(source.Config{Registry: w.registry, Dir: w.dir, Kinds: map[string]source.Opener{"talk": func(_ context.Context, s source.Settings) (source.Connector, error) {
		return talker{s, new(int)}, nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Update(ctx, source.Spec{Name: "shop", URL: strings.Replace(address, "/shop", "/new", 1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Tables(ctx, "shop"); !strings.Contains(err.Error(), "/new") {
		t.Error("the change of another node isn't seen:", err)
	}
	if *w.closed != 0 {
		t.Error("closed under a session")
	}
	_ = s.Close()
	if *w.closed != 1 {
		t.Error("not closed behind its last session")
	}
	if p := w.Places(); len(p) != 2 || p[0] != filepath.Join(w.dir, "sources") || p[1] != "/place/of/shop" {
		t.Error(p)
	}
	if err := w.Remove(ctx, "shop"); err != nil || *w.closed != 2 {
		t.Error(err, *w.closed)
	}
	for _, name := range []string{"shop", "../x", ""} {
		if _, err := w.Tables(ctx, name); code(err) != "source_unknown" {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "Shop", "1a", "a/b", "..", strings.Repeat("a", 49)} {
		if _, err := w.Add(ctx, source.Spec{Name: name, URL: address}); code(err) != "source_name_invalid" {
			t.Error(name, err)
		}
	}
	if _, err := w.Add(ctx, source.Spec{Name: "x", URL: "ftp://h/"}); code(err) != "source_kind_unknown" {
		t.Error(err)
	}
	if _, err := w.Writer(ctx, "shop"); code(err) != "source_unknown" {
		t.Error(err)
	}
}
