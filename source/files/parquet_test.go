package files_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal256"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"headwater/lake"
	"headwater/source"
)

// run executes statements in the engine's database.
func run(t *testing.T, statements ...string) {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// sameAsEngine compares a Parquet file's description with what the engine reads it as.
func sameAsEngine(t *testing.T, c source.Connector, dir, table string) {
	t.Helper()
	d, err := c.Table(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, col := range d.Columns {
		got = append(got, col.Name+" "+col.Type)
	}
	path := filepath.Join(dir, table)
	for _, r := range duck(t, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('"+path+"', hive_partitioning=false))") {
		want = append(want, r[0]+" "+r[1])
	}
	// The engine quotes names in structs only where it must.
	if strings.ReplaceAll(fmt.Sprint(got), `"`, "") != strings.ReplaceAll(fmt.Sprint(want), `"`, "") {
		t.Errorf("%s:\n got %s\nwant %s", table, got, want)
	}
	rows := duck(t, "SELECT count(*) FROM read_parquet('"+path+"')")
	equal(t, fmt.Sprint(d.Rows), rows[0][0])
}

func TestParquetTypes(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(p.dir, "types.parquet")
	run(t, `COPY (SELECT 1::TINYINT a, 2::SMALLINT b, 3::INTEGER c, 4::BIGINT d, 5::UTINYINT e, 6::USMALLINT f, 7::UINTEGER g, 8::UBIGINT h,
		1.5::FLOAT i, 2.5::DOUBLE j, true k, 'x' l, 12.34::DECIMAL(9,2) m, 1.5::DECIMAL(15,2) n, 1.5::DECIMAL(38,10) o, DATE '2024-01-01' p,
		TIMESTAMP '2024-01-01 00:00:00' q, TIMESTAMPTZ '2024-01-01 00:00:00+00' r, TIME '10:00:00' s, 'ab'::BLOB t, uuid() u,
		[1,2] v, {'x': 1, 'two words': 'z'} w, MAP {'k': 1} x, [1.5::FLOAT, 2] y, [{'a': [1]}] z, '{"a":1}'::JSON aa, TIMESTAMP_NS '2024-01-01 00:00:00.123456789' bb,
		INTERVAL 3 DAYS cc, TIMESTAMP_MS '2024-01-01 00:00:00.5' dd, 5::HUGEINT ee, 'a'::ENUM('a','b') ff, [1.5::DOUBLE] gg, MAP {1: ['x']} hh,
		NULL::INTEGER ii FROM range(3)) TO '`+file+`' (FORMAT parquet)`)
	sameAsEngine(t, p, p.dir, "types.parquet")
	d, _ := p.Table(t.Context(), "types.parquet")
	kinds := map[string]lake.Kind{}
	for _, c := range d.Columns {
		kinds[c.Name] = c.Kind
	}
	for name, want := range map[string]lake.Kind{"a": lake.Integer, "h": lake.Decimal, "n": lake.Decimal, "p": lake.Date, "r": lake.Timestamp, "t": lake.Text, "v": lake.JSON, "w": lake.JSON, "x": lake.JSON, "y": lake.Vector, "aa": lake.JSON} {
		if kinds[name] != want {
			t.Errorf("%s is %s, want %s", name, kinds[name], want)
		}
	}
}

func TestParquetFolder(t *testing.T) {
	p := newPlace(t)
	run(t, `COPY (SELECT i AS id, i % 3 AS part, 'n' || i AS name FROM range(1000) r(i)) TO '`+p.dir+`/t' (FORMAT parquet, PARTITION_BY (part))`)
	equal(t, names(t, p), []string{"t/"})
	d, err := p.Table(t.Context(), "t/")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, d.Rows, int64(1000))
	equal(t, d.Key, []string{"id"})
	equal(t, len(p.rows("t/")), 1000)
	got, err := p.scan("t/")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range got.Files.Paths {
		if !strings.HasPrefix(path, p.dir) {
			t.Errorf("%s isn't read in place", path)
		}
	}
}

// A folder above the source that is named like a column would take its place.
func TestFolderNamedLikeAColumn(t *testing.T) {
	p := within(t, newPlace(t), "id=9/in")
	p.write("y=1/readme.md", "")
	run(t, `COPY (SELECT 1 AS id) TO '`+p.dir+`/y=1/a.parquet' (FORMAT parquet)`)
	if _, err := p.scan("./"); code(err) != "folder_ambiguous" {
		t.Error(err)
	}
	equal(t, p.rows("y=1/a.parquet"), []string{"1"})
}

// TestParquetWideDecimals: a column whose numbers the engine can't hold is left out, and the others are there.
func TestParquetWideDecimals(t *testing.T) {
	p := newPlace(t)
	wide := &arrow.Decimal256Type{Precision: 50, Scale: 2}
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "wide", Type: wide}, {Name: "list", Type: arrow.ListOf(wide)}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).(*array.Int64Builder).Append(7)
	b.Field(1).(*array.Decimal256Builder).Append(decimal256.FromI64(110))
	b.Field(2).AppendNull()
	f, err := os.Create(filepath.Join(p.dir, "x.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(schema, f, nil, pqarrow.DefaultWriterProps())
	if err == nil {
		err = errors.Join(w.Write(b.NewRecordBatch()), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	equal(t, p.columns("x.parquet"), []string{"id BIGINT"})
	equal(t, p.rows("x.parquet"), []string{"7"})
}

func TestParquetCut(t *testing.T) {
	p := newPlace(t)
	file := filepath.Join(p.dir, "x.parquet")
	run(t, `COPY (SELECT range AS id FROM range(100000)) TO '`+file+`' (FORMAT parquet)`)
	declared, err := p.Table(t.Context(), "x.parquet")
	if err != nil {
		t.Fatal(err)
	}
	info, _ := os.Stat(file)
	if err := os.Truncate(file, info.Size()-1000); err != nil {
		t.Fatal(err)
	}
	if _, err := p.scanAs(declared); code(err) != "file_damaged" {
		t.Error(err)
	}
	run(t, `COPY (SELECT range::INTEGER AS id FROM range(10)) TO '`+file+`' (FORMAT parquet)`)
	if _, err := p.scanAs(declared); code(err) != "source_changed" {
		t.Error(err)
	}
}

func TestPublicData(t *testing.T) {
	data := os.Getenv("HEADWATER_DATA")
	if data == "" {
		t.Skip("HEADWATER_DATA doesn't point to the public data")
	}
	keys := map[string]string{"customer": "[c_custkey]", "lineitem": "[]", "nation": "[n_nationkey]", "orders": "[o_orderkey]", "part": "[p_partkey]",
		"partsupp": "[]", "region": "[r_regionkey]", "supplier": "[s_suppkey]"}
	dir := filepath.Join(data, "tpch", "sf0.1_parquet")
	c := open(t, dir)
	equal(t, len(names(t, c)), len(keys))
	for name, key := range keys {
		sameAsEngine(t, c, dir, name+".parquet")
		d, err := c.Table(t.Context(), name+".parquet")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprint(d.Key), key)
	}
	dir = filepath.Join(data, "nyc_taxi")
	for _, name := range names(t, open(t, dir)) {
		sameAsEngine(t, open(t, dir), dir, name)
	}
}
