package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	duck "github.com/duckdb/duckdb-go/v2"
	"pgregory.net/rapid"
)

// Rows that are held read as the same rows in a table: all types, NULLs, batches of any
// size, slices of batches, some columns or none, twice in one statement.
func TestHeldRowsReadAsATable(t *testing.T) {
	if !driverKnown {
		t.Fatal("the driver's structures aren't known: no rows are held")
	}
	ctx := context.Background()
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	c, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var g holding
	if err := g.register(c); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		schema, batches := anyRows(t)
		rows, err := array.NewRecordReader(schema, batches)
		if err != nil {
			t.Fatal(err)
		}
		h, whole, err := g.collect(c, rows)
		if err != nil || !whole {
			t.Fatal("not held:", err)
		}
		n := g.keep(h)
		defer g.drop(n)
		again, _ := array.NewRecordReader(schema, batches)
		if err := arrowTable(ctx, c, "plain", "plain_rows", again); err != nil {
			t.Fatal(err)
		}
		defer c.ExecContext(ctx, "DROP TABLE plain")
		names := []string{}
		for i := range schema.NumFields() {
			if i == 0 || rapid.Bool().Draw(t, "shown") {
				names = append(names, fmt.Sprint("r", i, "::VARCHAR"))
			}
		}
		list := strings.Join(names, ", ")
		for _, text := range []string{
			"SELECT " + list + " FROM %s ORDER BY ALL", "SELECT count(*) FROM %s", "SELECT max(r1::VARCHAR), count(r3), count(r0), min(r2) FROM %s WHERE r0 % 2 = 0",
			"SELECT count(*), max(b.r0) FROM %[1]s AS a(r0) JOIN %[1]s AS b(r0) ON a.r0 = b.r0",
		} {
			name := func(table string) string {
				return strings.ReplaceAll(strings.ReplaceAll(text, "%s", table), "%[1]s", table)
			}
			ours, theirs := allText(t, c, name(heldTable(n))), allText(t, c, name("plain"))
			if ours != theirs {
				t.Fatalf("%s gives\n%.400s\nnot\n%.400s", text, ours, theirs)
			}
		}
	})
	if g.bytes.Load() != 0 {
		t.Error("bytes are still held:", g.bytes.Load())
	}
}

func allText(t *rapid.T, c *sql.Conn, text string) string {
	rows, err := c.QueryContext(context.Background(), text)
	if err != nil {
		t.Fatal(text, err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	var out strings.Builder
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&out, values...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// anyRows are batches with one column of each type that can be held.
func anyRows(t *rapid.T) (*arrow.Schema, []arrow.RecordBatch) {
	var fields []arrow.Field
	for i, typ := range []arrow.DataType{arrow.PrimitiveTypes.Int64, arrow.BinaryTypes.String, &arrow.Decimal128Type{Precision: 30, Scale: 4},
		arrow.FixedWidthTypes.Boolean, &arrow.Decimal128Type{Precision: 9, Scale: 2}, &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
		&arrow.TimestampType{Unit: arrow.Microsecond}, arrow.FixedWidthTypes.Date32, arrow.PrimitiveTypes.Float64, arrow.PrimitiveTypes.Float32,
		arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Uint64, arrow.BinaryTypes.Binary} {
		fields = append(fields, arrow.Field{Name: fmt.Sprint("r", i), Type: typ, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	var out []arrow.RecordBatch
	seed := rapid.Int64().Draw(t, "seed")
	row := 0
	for _, n := range rapid.SliceOfN(rapid.IntRange(0, 5000), 0, 3).Draw(t, "batches") {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for range n {
			row++
			appendAny(b, seed*31+int64(row)*2654435761, row)
		}
		rec := b.NewRecordBatch()
		if from := rapid.IntRange(0, n).Draw(t, "from"); rapid.Bool().Draw(t, "sliced") {
			rec = rec.NewSlice(int64(from), int64(n))
		}
		out = append(out, rec)
	}
	return schema, out
}

func appendAny(b *array.RecordBuilder, x int64, row int) {
	for i, f := range b.Fields() {
		if i > 0 && (x>>i)&3 == 0 {
			f.AppendNull()
			continue
		}
		switch f := f.(type) {
		case *array.Int64Builder:
			f.Append(int64(row))
		case *array.StringBuilder:
			f.Append(strings.Repeat("文a", int(uint64(x)%9)))
		case *array.Decimal128Builder:
			f.Append(decimal128.FromI64(x % 1_000_000_000))
		case *array.BooleanBuilder:
			f.Append(x%5 < 2)
		case *array.TimestampBuilder:
			f.Append(arrow.Timestamp(x % (1 << 50)))
		case *array.Date32Builder:
			f.Append(arrow.Date32(x % 100_000))
		case *array.Float64Builder:
			f.Append(float64(x) / 7)
		case *array.Float32Builder:
			f.Append(float32(x) / 7)
		case *array.Int16Builder:
			f.Append(int16(x))
		case *array.Int32Builder:
			f.Append(int32(x))
		case *array.Uint64Builder:
			f.Append(uint64(x))
		case *array.BinaryBuilder:
			f.Append([]byte(fmt.Sprint(x)))
		}
	}
}
