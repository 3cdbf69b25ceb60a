package iceberg

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/apache/iceberg-go/table"

	"headwater/lake"
	"headwater/source"
)

// catalog knows the tables there are.
type catalog interface {
	list(ctx context.Context) ([]table.Identifier, error)
	load(ctx context.Context, name string, fs table.FSysF) (*table.Table, error)
	// check takes the steps of a connection test before reading.
	check(ctx context.Context, w *source.Walk)
	close() error
}

// Connector is an open catalog.
type Connector struct {
	catalog catalog
	stores  *stores
	home    string
	footers sync.Map // of data files, which never change
}

// Open makes the connector of a catalog. It doesn't connect yet.
func Open(_ context.Context, s source.Settings) (source.Connector, error) {
	home, err := filepath.Abs(s.Dir)
	if err != nil {
		return nil, err
	}
	c := &Connector{home: home, stores: newStores(s, home)}
	switch s.URL.Scheme {
	case "iceberg+sql":
		c.catalog, c.stores.local, err = openSQL(s.URL)
	case "iceberg+rest":
		c.catalog, c.stores.local, err = openREST(s)
	default:
		err = invalid("The address isn't of the form iceberg+sql:///catalog.db or iceberg+rest://host.", "form", "iceberg+sql:///catalog.db or iceberg+rest://host")
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func invalid(detail string, params ...any) error {
	return lake.Fail(lake.ErrInvalid, "address_invalid", detail, params...)
}

// Places lists where the engine finds data files.
func (c *Connector) Places() []string {
	if c.stores.local == "" {
		return []string{c.home}
	}
	return []string{c.home, c.stores.local}
}

// Close ends the connector.
func (c *Connector) Close() error { return errors.Join(c.catalog.close(), c.stores.close()) }

// Test goes to the catalog, signs in and reads one table's metadata.
func (c *Connector) Test(ctx context.Context) []source.Step {
	w := new(source.Walk)
	c.catalog.check(ctx, w)
	w.Do("read", func() (string, error) {
		list, err := c.catalog.list(ctx)
		if err != nil || len(list) == 0 {
			return "no tables", err
		}
		_, err = c.table(ctx, strings.Join(list[0], "."))
		return strconv.Itoa(len(list)) + " tables", err
	})
	return w.Steps
}

// Tables lists all tables of all namespaces.
func (c *Connector) Tables(ctx context.Context) ([]lake.SourceTable, error) {
	list, err := c.catalog.list(ctx)
	if err != nil {
		return nil, err
	}
	out := []lake.SourceTable{}
	for _, ident := range list {
		out = append(out, lake.SourceTable{Name: strings.Join(ident, "."), Label: ident[len(ident)-1], Rows: -1, Bytes: -1, Travels: true})
	}
	slices.SortFunc(out, func(a, b lake.SourceTable) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (c *Connector) table(ctx context.Context, name string) (*table.Table, error) {
	t, err := c.catalog.load(ctx, name, c.stores.open)
	if err != nil {
		return nil, failed(name, err)
	}
	return t, nil
}

// Table describes a table as of its current snapshot.
func (c *Connector) Table(ctx context.Context, name string) (*lake.SourceTable, error) {
	t, err := c.table(ctx, name)
	if err != nil {
		return nil, err
	}
	ident := t.Identifier()
	out := &lake.SourceTable{Name: name, Label: ident[len(ident)-1], Rows: 0, Bytes: 0, Travels: true}
	if s := t.CurrentSnapshot(); s != nil {
		out.Pin = strconv.FormatInt(s.SnapshotID, 10)
		out.Rows, out.Bytes = total(s, "total-records"), total(s, "total-files-size")
	}
	for _, f := range t.Schema().Fields() {
		typ := typeOf(f.Type)
		if typ == "" {
			continue // a type that the engine doesn't have
		}
		out.Columns = append(out.Columns, lake.SourceColumn{Name: f.Name, Native: f.Type.String(), Type: typ, Kind: kindOf(typ), Nullable: !f.Required, Label: f.Doc})
	}
	for _, id := range t.Schema().IdentifierFieldIDs {
		if f, ok := t.Schema().FindFieldByID(id); ok {
			out.Key = append(out.Key, f.Name)
		}
	}
	return out, nil
}

func total(s *table.Snapshot, name string) int64 {
	if s.Summary == nil {
		return -1
	}
	n, err := strconv.ParseInt(s.Summary.Properties[name], 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// Session begins a query. A table is loaded once in it.
func (c *Connector) Session(context.Context) (source.Session, error) {
	return &session{c: c, tables: map[string]*table.Table{}}, nil
}

type session struct {
	c      *Connector
	tables map[string]*table.Table
}

func (q *session) Close() error { return nil }

func (q *session) table(ctx context.Context, name string) (*table.Table, error) {
	if t := q.tables[name]; t != nil {
		return t, nil
	}
	t, err := q.c.table(ctx, name)
	if err == nil {
		q.tables[name] = t
	}
	return t, err
}

// Scan reads a table at its current snapshot, or at the pinned one.
func (q *session) Scan(ctx context.Context, s lake.Scan) (*lake.Scanned, error) {
	t, err := q.table(ctx, s.Table)
	if err != nil {
		return nil, err
	}
	snapshot, schema, err := snapshotOf(t, s)
	if err != nil {
		return nil, err
	}
	picks, err := pick(t.Schema(), schema, s)
	if err != nil {
		return nil, err
	}
	out := &lake.Scanned{ObservedAt: time.Now(), Statement: statement(s.Table, snapshot), Snapshot: s.Pin != "",
		Pushed: make([]bool, len(s.Where)), Why: make([]string, len(s.Where))}
	filter := conditions(s.Where, picks, out)
	if snapshot == nil {
		out.Rows, out.Moved = nothing(s.Columns)
		return out, nil
	}
	scan := scanOf(t, s, picks, filter)
	tasks, err := scan.PlanFiles(ctx)
	if err != nil {
		return nil, failed(s.Table, err)
	}
	if len(tasks) == 0 {
		out.Rows, out.Moved = nothing(s.Columns)
		return out, nil
	}
	if set, err := q.c.inPlace(ctx, tasks, schema, picks); err != nil {
		return nil, failed(s.Table, err)
	} else if set != nil {
		out.Files = set
		for i := range out.Pushed {
			out.Pushed[i], out.Why[i] = false, "files"
		}
		return out, nil
	}
	out.Rows, out.Moved, err = rowsOf(ctx, scan, tasks, picks, s)
	return out, err
}

func statement(name string, s *table.Snapshot) string {
	if s == nil {
		return name
	}
	return name + " AT SNAPSHOT " + strconv.FormatInt(s.SnapshotID, 10)
}
