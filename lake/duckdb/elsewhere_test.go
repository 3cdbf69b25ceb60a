package duckdb_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go/v2"

	"headwater/lake"
	"headwater/lake/duckdb"
	"headwater/lake/sqlite"
)

// elsewhere is a source for tests: tables of a database of its own, which reach the
// engine as Arrow batches, or as files.
type elsewhere struct {
	t      testing.TB
	conn   *sql.Conn
	dir    string
	pushes bool // it applies conditions, orders, limits and counts

	mu    sync.Mutex
	scans []lake.Scan
	files map[string]*lake.FileSet
	fails map[string]int // after so many batches reading the table fails
	open  int            // sessions
}

func newElsewhere(t testing.TB) *elsewhere {
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	e := &elsewhere{t: t, conn: conn, dir: dir, files: map[string]*lake.FileSet{}, fails: map[string]int{}, pushes: true}
	t.Cleanup(func() {
		if e.open != 0 {
			t.Errorf("%d sessions were left open", e.open)
		}
		conn.Close()
		db.Close()
	})
	return e
}

func (e *elsewhere) exec(text string) {
	e.t.Helper()
	if _, err := e.conn.ExecContext(ctx, text); err != nil {
		e.t.Fatal(err)
	}
}

// write makes a file of a query; the table of that name is then read from it.
func (e *elsewhere) write(table, format, query string) string {
	e.t.Helper()
	path := filepath.Join(e.dir, table+"."+format)
	e.exec("COPY (" + query + ") TO '" + path + "' (FORMAT " + format + ")")
	e.files[table] = &lake.FileSet{Format: format, Paths: []string{path}, Options: map[string]string{"header": "true"}}
	return path
}

func (e *elsewhere) Places() []string { return []string{e.dir} }

func (e *elsewhere) Session(context.Context) lake.SourceSession {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open++
	return &elsewhereSession{e}
}

// asked are the scans since the last call.
func (e *elsewhere) asked() []lake.Scan {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.scans
	e.scans = nil
	return out
}

type elsewhereSession struct{ *elsewhere }

func (s *elsewhereSession) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	return nil
}

func (s *elsewhereSession) Describe(context.Context, string, string) (*lake.SourceTable, error) {
	return nil, errors.New("not here")
}

func (s *elsewhereSession) Scan(ctx context.Context, q lake.Scan) (*lake.Scanned, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans = append(s.scans, q)
	out := &lake.Scanned{Pushed: make([]bool, len(q.Where)), Why: make([]string, len(q.Where)), ObservedAt: time.Now(), Statement: "SELECT … FROM " + q.Table}
	if set, ok := s.files[q.Table]; ok {
		for i := range out.Why {
			out.Why[i] = "files"
		}
		out.Files = set
		return out, nil
	}
	text := s.statement(q, out)
	var reader array.RecordReader
	err := s.conn.Raw(func(raw any) error {
		a, err := duck.NewArrowFromConn(raw.(driver.Conn))
		if err == nil {
			reader, err = a.QueryContext(ctx, text)
		}
		return err
	})
	if err != nil {
		if strings.Contains(err.Error(), "not found in FROM") {
			return nil, lake.Fail(lake.ErrInvalid, "source_changed", "A column has gone.", "table", q.Table)
		}
		return nil, err
	}
	if n, ok := s.fails[q.Table]; ok {
		reader = &cutReader{RecordReader: reader, left: n}
	}
	out.Rows = reader
	return out, nil
}

func (s *elsewhereSession) statement(q lake.Scan, out *lake.Scanned) string {
	var columns, where, order []string
	for _, c := range q.Columns {
		columns = append(columns, `"`+c.Name+`"`)
	}
	if s.pushes {
		for i, w := range q.Where {
			where = append(where, condition(w))
			out.Pushed[i] = true
		}
		for _, o := range q.Order {
			d := " ASC"
			if o.Desc {
				d = " DESC"
			}
			order = append(order, `"`+o.Column+`"`+d+" NULLS LAST")
		}
	}
	text := "SELECT " + strings.Join(columns, ", ")
	if q.Count && s.pushes {
		text, out.Counted = `SELECT count(*) AS "count"`, true
	}
	if q.Nearest != nil && s.pushes {
		fn := map[string]string{"l2": "list_distance", "cosine": "list_cosine_distance", "ip": "list_negative_inner_product"}[q.Nearest.Metric]
		v := strings.ReplaceAll(fmt.Sprint(q.Nearest.Vector), " ", ", ")
		text += fmt.Sprintf(", %s(%s, %s::FLOAT[])::DOUBLE AS distance", fn, q.Nearest.Column, v)
		order, q.Limit, out.Nearest = []string{"distance"}, int64(q.Nearest.K), true
	}
	text += ` FROM "` + q.Table + `"`
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	if q.Limit > 0 && s.pushes {
		if len(order) > 0 {
			text += " ORDER BY " + strings.Join(order, ", ")
		}
		text += fmt.Sprintf(" LIMIT %d", q.Limit)
		out.Limited = true
	}
	return text
}

func condition(w lake.ScanCondition) string {
	values := make([]string, len(w.Values))
	for i, v := range w.Values {
		values[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'::" + w.Type
	}
	c := `"` + w.Column + `"`
	switch w.Op {
	case lake.ScanIn:
		if len(values) == 0 {
			return "FALSE"
		}
		return c + " IN (" + strings.Join(values, ", ") + ")"
	case lake.ScanNull:
		return c + " IS NULL"
	case lake.ScanNotNull:
		return c + " IS NOT NULL"
	case lake.ScanPrefix:
		return "starts_with(" + c + ", " + values[0] + ")"
	}
	return c + " " + string(w.Op) + " " + values[0]
}

// cutReader fails after some batches, as a network does.
type cutReader struct {
	array.RecordReader
	left int
	err  error
}

func (c *cutReader) Next() bool {
	if c.left--; c.left < 0 {
		c.err = errors.New("the connection was cut")
		return false
	}
	return c.RecordReader.Next()
}
func (c *cutReader) Err() error                     { return c.err }
func (c *cutReader) Record() arrow.RecordBatch      { return c.RecordReader.RecordBatch() }
func (c *cutReader) RecordBatch() arrow.RecordBatch { return c.RecordReader.RecordBatch() }

// withSources is a lake over a source, with the entities of selling.
func withSources(t testing.TB, src *elsewhere, p *rules, entities []lake.Entity) (*lake.Lake, *duckdb.Engine) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	copies := filepath.Join(dir, "copies")
	if err := os.Mkdir(copies, 0o700); err != nil {
		t.Fatal(err)
	}
	engine, err := duckdb.Open(filepath.Join(dir, "mirror.duckdb"), store,
		duckdb.Options{Policy: p, Threads: 2, Sources: src, Copies: copies, MaskKey: [32]byte{1, 2, 3}, Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		t.Fatal(err)
	}
	l, err := lake.Open(ctx, lake.Config{Store: store, Policy: p, Engine: engine, Entities: entities})
	if err != nil {
		t.Fatal(err)
	}
	engines[l] = engine
	t.Cleanup(func() {
		delete(engines, l)
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
		_ = store.Close()
	})
	return l, engine
}

var engines = map[*lake.Lake]*duckdb.Engine{}

func engineOf(_ testing.TB, l *lake.Lake) *duckdb.Engine { return engines[l] }

// viewOf is what a reader shows, without copies and the past.
func viewOf(r *lake.Reader) lake.View {
	return lake.View{Branch: r.Branch().ID, Lineage: lake.Lineage{{Branch: r.Branch().ID, Upto: r.Revision()}}, Head: true, Schema: r.Schema(), Rights: r.Rights()}
}

// people of the tests about homes.
func everyRight() *rules {
	all := lake.Rights{Write: true, Branch: true, Merge: true, Schema: true, AllBranch: true, AllRows: true}
	masked := all
	masked.Masked = map[lake.EntityName]map[lake.FieldName]bool{"customers": {"phone": true}, "accounts": {"phone": true}}
	return &rules{stamp: 1, people: []lake.Person{{Key: "wang", Name: "王芳"}, {Key: "lin", Name: "林涛"}},
		rights: map[lake.Key]lake.Rights{"boss": all, "blind": masked,
			"wang": {Write: true, Branch: true, Owners: []lake.Key{"wang"}}, "lin": {Write: true, Branch: true, Owners: []lake.Key{"lin"}}}}
}

// foreignEntity declares a table: "field kind type" per field, the first is the key.
func foreignEntity(name, table string, key int, fields ...string) lake.Entity {
	l := lake.Label{ZH: "表", EN: "t"}
	e := lake.Entity{Name: lake.EntityName(name), Label: l, Plural: l, Home: lake.Home{Kind: lake.Foreign, Source: "shop", Table: table}}
	for i, f := range fields {
		parts := strings.SplitN(f, " ", 3)
		field := lake.Field{Name: lake.FieldName(parts[0]), Kind: lake.Kind(parts[1]), Type: parts[2], Column: strings.ToUpper(parts[0]), Label: l, Position: i}
		if kind, target, ok := strings.Cut(parts[1], ">"); ok {
			field.Kind, field.Target = lake.Kind(kind), lake.EntityName(target)
		}
		e.Fields = append(e.Fields, field)
		if i < key {
			e.Home.Key = append(e.Home.Key, field.Name)
		}
		if e.Title == "" && field.Kind == lake.Text {
			e.Title = field.Name
		}
	}
	return e
}

func declare(t testing.TB, l *lake.Lake, list ...lake.Entity) {
	t.Helper()
	if err := l.DeclareEntities(ctx, lake.System, "main", list); err != nil {
		t.Fatal(err)
	}
}

func rowsOf(t testing.TB, r *lake.Reader, text string) string {
	t.Helper()
	s, err := run(r, text)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return ""
	}
	return fmt.Sprint(s.rows)
}

func askKeys(t testing.TB, r *lake.Reader, q lake.Question) string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	a, err := r.Ask(ctx, q)
	if err != nil {
		t.Errorf("%+v: %v", q, err)
		return ""
	}
	var out []string
	for _, row := range a.Rows {
		out = append(out, string(row.Key))
	}
	return strings.Join(out, ",")
}

func sorted(s string) string {
	list := strings.Split(s, ",")
	slices.Sort(list)
	return strings.Join(list, ",")
}
