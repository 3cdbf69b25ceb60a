// Package batch turns rows that come one by one into Arrow batches: which Arrow type
// holds which type of the engine, and a reader that asks for rows when it is read. It
// holds one batch at a time.
package batch

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"headwater/lake"
)

// A batch is full at MaxRows rows, or when the texts and bytes in it reach MaxBytes.
const (
	MaxRows  = 16384
	MaxBytes = 8 << 20
)

var plain = map[string]arrow.DataType{
	"BOOLEAN":   arrow.FixedWidthTypes.Boolean,
	"TINYINT":   arrow.PrimitiveTypes.Int8,
	"SMALLINT":  arrow.PrimitiveTypes.Int16,
	"INTEGER":   arrow.PrimitiveTypes.Int32,
	"BIGINT":    arrow.PrimitiveTypes.Int64,
	"UTINYINT":  arrow.PrimitiveTypes.Uint8,
	"USMALLINT": arrow.PrimitiveTypes.Uint16,
	"UINTEGER":  arrow.PrimitiveTypes.Uint32,
	"UBIGINT":   arrow.PrimitiveTypes.Uint64,
	"FLOAT":     arrow.PrimitiveTypes.Float32,
	"DOUBLE":    arrow.PrimitiveTypes.Float64,
	"VARCHAR":   arrow.BinaryTypes.String,
	"JSON":      arrow.BinaryTypes.String,
	"BLOB":      arrow.BinaryTypes.Binary,
	"DATE":      arrow.FixedWidthTypes.Date32,
	"TIMESTAMP": &arrow.TimestampType{Unit: arrow.Microsecond},

	"TIMESTAMPTZ":              &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	"TIMESTAMP WITH TIME ZONE": &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	"FLOAT[]":                  arrow.ListOf(arrow.PrimitiveTypes.Float32),
}

// Type gives the Arrow type that holds an engine's type: "DECIMAL(15,2)", "VARCHAR" …
func Type(engine string) (arrow.DataType, error) {
	if t := plain[engine]; t != nil {
		return t, nil
	}
	if p, s, ok := Decimal(engine); ok {
		return &arrow.Decimal128Type{Precision: int32(p), Scale: int32(s)}, nil
	}
	return nil, lake.Fail(lake.ErrInvalid, "type_unknown", "The type "+engine+" can't be read from a source.", "type", engine)
}

// Decimal takes "DECIMAL(p,s)" apart.
func Decimal(engine string) (precision, scale int, ok bool) {
	inner, ok := strings.CutPrefix(engine, "DECIMAL(")
	inner, closed := strings.CutSuffix(inner, ")")
	a, b, two := strings.Cut(inner, ",")
	p, perr := strconv.Atoi(a)
	s, serr := strconv.Atoi(b)
	if !ok || !closed || !two || perr != nil || serr != nil || p < 1 || p > 38 || s < 0 || s > p {
		return 0, 0, false
	}
	return p, s, true
}

// Schema is that of the asked columns.
func Schema(columns []lake.ScanColumn) (*arrow.Schema, error) {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		t, err := Type(c.Type)
		if err != nil {
			return nil, err
		}
		fields[i] = arrow.Field{Name: c.Name, Type: t, Nullable: true}
	}
	return arrow.NewSchema(fields, nil), nil
}

// Rows is where a Reader gets its rows from.
type Rows interface {
	// Fill appends rows to the columns until Room says that the batch is full, and tells
	// how many. It gives io.EOF behind the last row, with or after its rows.
	Fill(columns []array.Builder) (rows int, err error)
	// Close is called once, when the reader is released or its rows have ended. early:
	// rows may be left.
	Close(early bool)
}

// Reader reads Rows batch by batch. It is for one goroutine.
type Reader struct {
	schema  *arrow.Schema
	builder *array.RecordBuilder
	rows    Rows
	batch   arrow.RecordBatch
	err     error
	ended   bool
	refs    atomic.Int64

	countRows, countBytes atomic.Int64
}

var _ array.RecordReader = (*Reader)(nil)

// NewReader gives a reader that nothing has been asked of yet.
func NewReader(schema *arrow.Schema, rows Rows) *Reader {
	r := &Reader{schema: schema, rows: rows, builder: array.NewRecordBuilder(memory.DefaultAllocator, schema)}
	r.refs.Store(1)
	return r
}

// Moved tells how many rows and bytes have come so far.
func (r *Reader) Moved() (rows, bytes int64) { return r.countRows.Load(), r.countBytes.Load() }

// Schema is that of all batches.
func (r *Reader) Schema() *arrow.Schema { return r.schema }

// RecordBatch is the one that Next got; it is valid until the next Next.
func (r *Reader) RecordBatch() arrow.RecordBatch { return r.batch }

// Record is RecordBatch under its former name.
func (r *Reader) Record() arrow.RecordBatch { return r.batch }

// Err is what ended the rows too early.
func (r *Reader) Err() error { return r.err }

// Next gets the next batch.
func (r *Reader) Next() bool {
	r.drop()
	if r.ended {
		return false
	}
	n, err := r.rows.Fill(r.builder.Fields())
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
		r.end(true)
		return false
	}
	if err != nil {
		r.end(false)
	}
	if n == 0 {
		return r.again(err)
	}
	r.batch = r.take(n)
	return true
}

// again covers sources that have pages without rows.
func (r *Reader) again(err error) bool { return err == nil && r.Next() }

func (r *Reader) take(n int) arrow.RecordBatch {
	columns := make([]arrow.Array, len(r.builder.Fields()))
	size := uint64(0)
	for i, b := range r.builder.Fields() {
		columns[i] = b.NewArray()
		size += columns[i].Data().SizeInBytes()
	}
	out := array.NewRecordBatch(r.schema, columns, int64(n))
	for _, c := range columns {
		c.Release()
	}
	r.countRows.Add(int64(n))
	r.countBytes.Add(int64(size))
	return out
}

func (r *Reader) end(early bool) {
	if !r.ended {
		r.ended = true
		r.rows.Close(early)
	}
}

func (r *Reader) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

// Retain and Release count those who hold the reader.
func (r *Reader) Retain() { r.refs.Add(1) }

// Release frees the source's side when nobody holds the reader any more.
func (r *Reader) Release() {
	if r.refs.Add(-1) != 0 {
		return
	}
	r.drop()
	r.end(true)
	r.builder.Release()
}
