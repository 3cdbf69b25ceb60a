package iceberg

import (
	"context"
	"iter"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/compute"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/iceberg-go/table"

	"headwater/lake"
)

// reader gives the library's batches with the columns asked for, in their order.
type reader struct {
	ctx    context.Context
	table  string
	picks  []picked
	schema *arrow.Schema
	places []int // of the columns in the library's batches; -1: all NULL
	next   func() (arrow.RecordBatch, error, bool)
	stop   func()
	batch  arrow.RecordBatch
	err    error
	refs   atomic.Int64
	rows   atomic.Int64
	bytes  atomic.Int64
}

// rowsOf reads what was planned.
func rowsOf(ctx context.Context, scan *table.Scan, tasks []table.FileScanTask, picks []picked, s lake.Scan) (array.RecordReader, func() (int64, int64), error) {
	schema, batches, err := scan.ReadTasks(ctx, tasks)
	if err != nil {
		return nil, nil, failed(s.Table, err)
	}
	r := &reader{ctx: ctx, table: s.Table, picks: picks}
	r.refs.Store(1)
	fields := make([]arrow.Field, len(picks))
	for i, p := range picks {
		place := -1
		typ := arrowType(p.want.Type)
		if at := schema.FieldIndices(p.name); p.name != "" && len(at) == 1 {
			place = at[0]
			if p.typ == p.want.Type {
				typ = schema.Field(place).Type
			}
		}
		r.places = append(r.places, place)
		fields[i] = arrow.Field{Name: p.want.Name, Type: typ, Nullable: true}
	}
	r.schema = arrow.NewSchema(fields, nil)
	r.next, r.stop = iter.Pull2(batches)
	return r, func() (int64, int64) { return r.rows.Load(), r.bytes.Load() }, nil
}

// arrowType is for columns that don't come as they are: NULLs, and widened numbers.
func arrowType(typ string) arrow.DataType {
	switch typ {
	case "BIGINT":
		return arrow.PrimitiveTypes.Int64
	case "DOUBLE":
		return arrow.PrimitiveTypes.Float64
	case "TIMESTAMP":
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	}
	return arrow.BinaryTypes.String
}

func (r *reader) Schema() *arrow.Schema          { return r.schema }
func (r *reader) Record() arrow.RecordBatch      { return r.batch }
func (r *reader) RecordBatch() arrow.RecordBatch { return r.batch }
func (r *reader) Err() error                     { return r.err }
func (r *reader) Retain()                        { r.refs.Add(1) }

func (r *reader) Release() {
	if r.refs.Add(-1) == 0 {
		r.drop()
		r.stop()
	}
}

func (r *reader) drop() {
	if r.batch != nil {
		r.batch.Release()
		r.batch = nil
	}
}

func (r *reader) Next() bool {
	r.drop()
	if r.err != nil {
		return false
	}
	batch, err, ok := r.next()
	if err != nil {
		r.err = failed(r.table, err)
		return false
	}
	if !ok {
		r.err = r.ctx.Err()
		return false
	}
	defer batch.Release()
	if r.batch, r.err = r.arrange(batch); r.err != nil {
		return false
	}
	r.rows.Add(batch.NumRows())
	for _, c := range r.batch.Columns() {
		r.bytes.Add(int64(c.Data().SizeInBytes()))
	}
	return true
}

// arrange brings the columns into the order asked for.
func (r *reader) arrange(batch arrow.RecordBatch) (arrow.RecordBatch, error) {
	columns := make([]arrow.Array, len(r.places))
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	for i, place := range r.places {
		typ := r.schema.Field(i).Type
		switch {
		case place < 0:
			columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, typ, int(batch.NumRows()))
		case arrow.TypeEqual(batch.Column(place).DataType(), typ):
			columns[i] = batch.Column(place)
			columns[i].Retain()
		default:
			cast, err := compute.CastArray(r.ctx, batch.Column(place), compute.SafeCastOptions(typ))
			if err != nil {
				return nil, failed(r.table, err)
			}
			columns[i] = cast
		}
	}
	return array.NewRecordBatch(r.schema, columns, batch.NumRows()), nil
}

// nothing is a reader of no rows.
func nothing(columns []lake.ScanColumn) (array.RecordReader, func() (int64, int64)) {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: arrowType(c.Type), Nullable: true}
	}
	r, _ := array.NewRecordReader(arrow.NewSchema(fields, nil), nil)
	return r, func() (int64, int64) { return 0, 0 }
}
