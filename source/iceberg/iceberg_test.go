package iceberg_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go"
	icebergcatalog "github.com/apache/iceberg-go/catalog"
	sqlcatalog "github.com/apache/iceberg-go/catalog/sql"
	"github.com/apache/iceberg-go/table"
	_ "github.com/duckdb/duckdb-go/v2"
	_ "github.com/mattn/go-sqlite3"

	"headwater/lake"
	"headwater/source"
	source_iceberg "headwater/source/iceberg"
)

// warehouse is a catalog that the test writes.
type warehouse struct {
	t       *testing.T
	dir     string
	catalog *sqlcatalog.Catalog
}

func newWarehouse(t *testing.T) *warehouse {
	t.Helper()
	dir := t.TempDir()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "catalog.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c, err := sqlcatalog.NewCatalog("test", db, sqlcatalog.SQLite, iceberg.Properties{"warehouse": "file://" + filepath.Join(dir, "data")})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CreateNamespace(t.Context(), table.Identifier{"shop"}, nil); err != nil {
		t.Fatal(err)
	}
	return &warehouse{t: t, dir: dir, catalog: c}
}

func (w *warehouse) connect() source.Connector {
	w.t.Helper()
	return open(w.t, "iceberg+sql://"+w.dir+"/catalog.db?warehouse=file://"+w.dir+"/data")
}

func open(t *testing.T, address string) source.Connector {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	guard := source.Guard{AllowPrivate: func() bool { return true }}
	c, err := source_iceberg.Open(t.Context(), source.Settings{Name: "i", URL: u, Dir: t.TempDir(), Dial: guard.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

var orders = iceberg.NewSchemaWithIdentifiers(0, []int{1},
	iceberg.NestedField{ID: 1, Name: "id", Type: iceberg.PrimitiveTypes.Int64, Required: true},
	iceberg.NestedField{ID: 2, Name: "n", Type: iceberg.PrimitiveTypes.Int32},
	iceberg.NestedField{ID: 3, Name: "name", Type: iceberg.PrimitiveTypes.String},
	iceberg.NestedField{ID: 4, Name: "day", Type: iceberg.PrimitiveTypes.Date},
	iceberg.NestedField{ID: 5, Name: "amount", Type: iceberg.DecimalTypeOf(15, 2)},
	iceberg.NestedField{ID: 6, Name: "at", Type: iceberg.PrimitiveTypes.TimestampTz},
)

func (w *warehouse) create(name string, schema *iceberg.Schema, props iceberg.Properties, opts ...icebergcatalog.CreateTableOpt) *table.Table {
	w.t.Helper()
	t, err := w.catalog.CreateTable(w.t.Context(), table.Identifier{"shop", name}, schema, append(opts, icebergcatalog.WithProperties(props))...)
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

// add appends rows as a JSON array, by the table's current schema.
func (w *warehouse) add(t *table.Table, rows string) *table.Table {
	w.t.Helper()
	schema, err := table.SchemaToArrowSchema(t.Schema(), nil, true, false)
	if err != nil {
		w.t.Fatal(err)
	}
	batch, _, err := array.RecordFromJSON(memory.DefaultAllocator, schema, strings.NewReader(rows))
	if err != nil {
		w.t.Fatal(err)
	}
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		w.t.Fatal(err)
	}
	out, err := t.Append(w.t.Context(), reader, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *warehouse) alter(t *table.Table, change func(*table.UpdateSchema) *table.UpdateSchema) *table.Table {
	w.t.Helper()
	tx := t.NewTransaction()
	if err := change(tx.UpdateSchema(true, true)).Commit(); err != nil {
		w.t.Fatal(err)
	}
	out, err := tx.Commit(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// answer is what a scan gave: how it came, and its rows as text, sorted.
type answer struct {
	how  string
	rows []string
	*lake.Scanned
}

func read(t *testing.T, c source.Connector, q lake.Scan) (answer, error) {
	t.Helper()
	if q.Columns == nil {
		d, err := c.Table(t.Context(), q.Table)
		if err != nil {
			return answer{}, err
		}
		for _, col := range d.Columns {
			q.Columns = append(q.Columns, lake.ScanColumn{Name: col.Name, Type: col.Type})
		}
	}
	s, err := c.Session(t.Context())
	if err != nil {
		return answer{}, err
	}
	defer s.Close()
	got, err := s.Scan(t.Context(), q)
	if err != nil {
		return answer{}, err
	}
	out := answer{how: "rows", Scanned: got}
	if got.Files != nil {
		out.how = "files"
		out.rows = readFiles(t, got.Files, q.Columns)
	} else {
		defer got.Rows.Release()
		for got.Rows.Next() {
			b := got.Rows.RecordBatch()
			for i := range int(b.NumRows()) {
				var row []string
				for _, c := range b.Columns() {
					row = append(row, c.ValueStr(i))
				}
				out.rows = append(out.rows, strings.Join(row, "|"))
			}
		}
		if err := got.Rows.Err(); err != nil {
			return out, err
		}
	}
	slices.Sort(out.rows)
	return out, nil
}

func readFiles(t *testing.T, set *lake.FileSet, columns []lake.ScanColumn) (out []string) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // the time zone is the connection's
	if _, err := db.Exec("SET TimeZone = 'UTC'"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range columns {
		names = append(names, fmt.Sprintf(`coalesce(CAST(%q AS VARCHAR), '(null)')`, c.Name))
	}
	rows, err := db.Query("SELECT concat_ws('|', " + strings.Join(names, ",") + ") FROM read_parquet(['" + strings.Join(set.Paths, "','") + "'], hive_partitioning=false)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func check(t *testing.T, c source.Connector, q lake.Scan, how string, want ...string) answer {
	t.Helper()
	got, err := read(t, c, q)
	if err != nil {
		t.Fatal(err)
	}
	if got.how != how || !slices.Equal(got.rows, want) {
		t.Errorf("%s %v pin %q:\n got %s %q\nwant %s %q", q.Table, q.Columns, q.Pin, got.how, got.rows, how, want)
	}
	return got
}

func columns(list ...string) []lake.ScanColumn {
	out := []lake.ScanColumn{}
	for _, l := range list {
		name, typ, _ := strings.Cut(l, " ")
		out = append(out, lake.ScanColumn{Name: name, Type: typ})
	}
	return out
}

func code(err error) string {
	var known *lake.Error
	if errors.As(err, &known) {
		return known.Code
	}
	return fmt.Sprint(err)
}

const twoOrders = `[{"id":1,"n":10,"name":"Ann","day":"2024-01-01","amount":"1.50","at":"2024-01-01T00:00:00Z"},
	{"id":2,"n":20,"name":null,"day":"2024-01-02","amount":"2.25","at":"2024-01-02T00:00:00Z"}]`

func TestDescribe(t *testing.T) {
	w := newWarehouse(t)
	w.create("empty", orders, nil)
	o := w.add(w.create("orders", orders, nil), twoOrders)
	c := w.connect()
	list, err := c.Tables(t.Context())
	if err != nil || len(list) != 2 || list[0].Name != "shop.empty" || list[1].Name != "shop.orders" {
		t.Fatal(list, err)
	}
	d, err := c.Table(t.Context(), "shop.orders")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, col := range d.Columns {
		got = append(got, col.Name+" "+col.Type+" "+string(col.Kind))
	}
	want := []string{"id BIGINT integer", "n INTEGER integer", "name VARCHAR text", "day DATE date", "amount DECIMAL(15,2) decimal", "at TIMESTAMP WITH TIME ZONE timestamp"}
	if !slices.Equal(got, want) || d.Rows != 2 || d.Bytes <= 0 || !d.Travels || d.Pin != fmt.Sprint(o.CurrentSnapshot().SnapshotID) || !slices.Equal(d.Key, []string{"id"}) {
		t.Errorf("%q %+v", got, d)
	}
	check(t, c, lake.Scan{Table: "shop.empty"}, "rows")
	if _, err := c.Table(t.Context(), "shop.none"); code(err) != "table_unknown" {
		t.Error(err)
	}
	for _, step := range c.Test(t.Context()) {
		if !step.OK {
			t.Error(step)
		}
	}
}

// Snapshots read as they were, under the names of then and of now; a column that was
// dropped and made again doesn't bring old values back.
func TestSchemasAndSnapshots(t *testing.T) {
	w := newWarehouse(t)
	o := w.add(w.create("orders", orders, nil), twoOrders)
	first := fmt.Sprint(o.CurrentSnapshot().SnapshotID)
	c := w.connect()
	all := []string{"1|10|Ann|2024-01-01|1.50|2024-01-01 00:00:00+00", "2|20|(null)|2024-01-02|2.25|2024-01-02 00:00:00+00"}
	check(t, c, lake.Scan{Table: "shop.orders"}, "files", all...)

	o = w.add(o, `[{"id":3,"n":30,"name":"Cy","day":"2024-01-03","amount":"3.00","at":"2024-01-03T00:00:00Z"}]`)
	second := fmt.Sprint(o.CurrentSnapshot().SnapshotID)
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT")}, "files", "1", "2", "3")
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT"), Pin: first}, "files", "1", "2")

	o = w.alter(o, func(u *table.UpdateSchema) *table.UpdateSchema {
		return u.RenameColumn([]string{"name"}, "title").AddColumn([]string{"extra"}, iceberg.PrimitiveTypes.String, "", false, nil).
			UpdateColumn([]string{"n"}, table.ColumnUpdate{FieldType: iceberg.Optional[iceberg.Type]{Val: iceberg.PrimitiveTypes.Int64, Valid: true}})
	})
	o = w.add(o, `[{"id":4,"n":9000000000,"title":"Di","day":"2024-01-04","amount":"4.00","at":"2024-01-04T00:00:00Z","extra":"new"}]`)
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT", "n BIGINT", "title VARCHAR", "extra VARCHAR")}, "rows",
		"1|10|Ann|(null)", "2|20|(null)|(null)", "3|30|Cy|(null)", "4|9000000000|Di|new")
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("name VARCHAR", "id BIGINT"), Pin: second}, "files", "(null)|2", "Ann|1", "Cy|3")
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("title VARCHAR", "extra VARCHAR", "n BIGINT"), Pin: first}, "rows", "(null)|(null)|20", "Ann|(null)|10")
	if _, err := read(t, c, lake.Scan{Table: "shop.orders", Columns: columns("name VARCHAR")}); code(err) != "source_changed" {
		t.Error(err)
	}

	o = w.alter(o, func(u *table.UpdateSchema) *table.UpdateSchema { return u.DeleteColumn([]string{"extra"}) })
	w.alter(o, func(u *table.UpdateSchema) *table.UpdateSchema {
		return u.AddColumn([]string{"extra"}, iceberg.PrimitiveTypes.String, "", false, nil)
	})
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT", "extra VARCHAR")}, "rows", "1|(null)", "2|(null)", "3|(null)", "4|(null)")
	for _, pin := range []string{"12345", "x", "0"} {
		if _, err := read(t, c, lake.Scan{Table: "shop.orders", Pin: pin}); code(err) != "pin_unknown" {
			t.Errorf("%s: %v", pin, err)
		}
	}
}

// What is deleted doesn't come back, and what stands beside a partition folder's name is
// read from the file.
func TestDeletesAndPartitions(t *testing.T) {
	w := newWarehouse(t)
	spec := iceberg.NewPartitionSpec(iceberg.PartitionField{SourceIDs: []int{2}, FieldID: 1000, Name: "n", Transform: iceberg.IdentityTransform{}})
	o := w.create("orders", orders, iceberg.Properties{"write.delete.mode": "merge-on-read", "format-version": "2"}, icebergcatalog.WithPartitionSpec(&spec))
	o = w.add(o, twoOrders)
	before := fmt.Sprint(o.CurrentSnapshot().SnapshotID)
	c := w.connect()
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT", "n INTEGER")}, "files", "1|10", "2|20")
	o = w.add(o, `[{"id":3,"n":10,"name":"Cy","day":"2024-01-03","amount":"3.00","at":"2024-01-03T00:00:00Z"},{"id":5,"n":10,"name":"Ed","day":"2024-01-03","amount":"3.00","at":"2024-01-03T00:00:00Z"}]`)
	if _, err := o.Delete(t.Context(), iceberg.EqualTo(iceberg.Reference("id"), int64(3)), nil); err != nil {
		t.Fatal(err)
	}
	got := check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT", "n INTEGER")}, "rows", "1|10", "2|20", "5|10")
	if rows, _ := got.Moved(); rows != 3 {
		t.Error(rows)
	}
	check(t, c, lake.Scan{Table: "shop.orders", Columns: columns("id BIGINT"), Pin: before}, "files", "1", "2")
}

// A condition that is pushed down gives the rows that it would give here.
func TestConditions(t *testing.T) {
	w := newWarehouse(t)
	o := w.create("orders", orders, iceberg.Properties{"write.delete.mode": "merge-on-read", "format-version": "2"})
	o = w.add(o, `[{"id":1,"n":-5,"name":"Ann","day":"1969-12-31","amount":"1.50"},{"id":2,"n":null,"name":"ann","day":null,"amount":"2.25"},
		{"id":3,"n":7,"name":"","day":"2024-02-29","amount":null},{"id":4,"n":2147483647,"name":"张三","day":"2024-03-01","amount":"0.10"},{"id":9,"n":0,"name":"x","day":"2024-01-01","amount":"1.00"}]`)
	if _, err := o.Delete(t.Context(), iceberg.EqualTo(iceberg.Reference("id"), int64(9)), nil); err != nil {
		t.Fatal(err)
	}
	c := w.connect()
	all := columns("id BIGINT", "n INTEGER", "name VARCHAR", "day DATE", "amount DECIMAL(15,2)")
	for _, x := range []struct {
		column string
		op     lake.Op
		values string
		want   string
		why    string
	}{
		{"n INTEGER", lake.EQ, "7", "3", ""}, {"n INTEGER", lake.LT, "7", "1", ""}, {"n INTEGER", lake.GE, "7", "3 4", ""},
		{"n INTEGER", lake.ScanIn, "-5 7 8", "1 3", ""}, {"id BIGINT", lake.GT, "2", "3 4", ""}, {"id BIGINT", lake.LE, "2", "1 2", ""},
		{"day DATE", lake.EQ, "1969-12-31", "1", ""}, {"day DATE", lake.LE, "2024-02-29", "1 3", ""}, {"day DATE", lake.GT, "1969-12-31", "3 4", ""},
		{"name VARCHAR", lake.EQ, "Ann", "1", ""}, {"name VARCHAR", lake.EQ, "张三", "4", ""}, {"name VARCHAR", lake.ScanIn, "ann 张三", "2 4", ""},
		{"name VARCHAR", lake.LT, "b", "1 2 3 4", "collation"}, {"n INTEGER", lake.NE, "7", "1 2 3 4", "operator"},
		{"amount DECIMAL(15,2)", lake.EQ, "1.50", "1 2 3 4", "type"}, {"n INTEGER", lake.EQ, "99999999999", "1 2 3 4", "type"},
	} {
		name, typ, _ := strings.Cut(x.column, " ")
		got, err := read(t, c, lake.Scan{Table: "shop.orders", Columns: all, Where: []lake.ScanCondition{{Column: name, Type: typ, Op: x.op, Values: strings.Split(x.values, " ")}}})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range got.rows {
			id, _, _ := strings.Cut(r, "|")
			ids = append(ids, id)
		}
		if strings.Join(ids, " ") != x.want || got.Pushed[0] != (x.why == "") || got.Why[0] != x.why {
			t.Errorf("%s %s %s: %v pushed %v %v, want %s %q", x.column, x.op, x.values, ids, got.Pushed, got.Why, x.want, x.why)
		}
	}
}

// A catalog can't make the source read files that it has no business with.
func TestOnlyTheWarehouse(t *testing.T) {
	w := newWarehouse(t)
	w.add(w.create("orders", orders, nil), twoOrders)
	c := open(t, "iceberg+sql://"+w.dir+"/catalog.db?warehouse="+t.TempDir())
	if _, err := c.Table(t.Context(), "shop.orders"); code(err) != "path_outside" {
		t.Error(err)
	}
	for address, want := range map[string]string{"iceberg+sql:///nowhere/x.db": "address_unknown", "iceberg+sql://" + w.dir + "/data": "catalog_failed"} {
		steps := open(t, address).Test(t.Context())
		if last := steps[len(steps)-1]; last.Code != want {
			t.Errorf("%s: %+v", address, steps)
		}
	}
	for _, bad := range []string{"iceberg+sql://host/x.db", "iceberg+sql:///x.db?warehouse=rel", "iceberg+rest:///x", "iceberg+rest://h?local=rel"} {
		u, _ := url.Parse(bad)
		if _, err := source_iceberg.Open(t.Context(), source.Settings{URL: u, Dir: t.TempDir(), Dial: func(context.Context, string, string) (net.Conn, error) { return nil, net.ErrClosed }}); code(err) != "address_invalid" {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
