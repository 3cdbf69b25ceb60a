package postgres

import (
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

const (
	firstRows  = 1<<8 - 1  // small results, which are most, need no room for a whole batch
	batchRows  = 1<<13 - 1 // builders make room for the power of two above what they are asked for
	batchBytes = 32 << 20  // long texts make smaller batches
)

// builder is what a batch needs of Arrow's builders.
type builder interface {
	Reserve(n int)
	AppendNull()
	NewArray() arrow.Array
	Release()
}

// batch collects rows in Arrow columns.
type batch struct {
	st    *statement
	sinks []sink
	rows  int
	most  int // of rows: each batch has room for twice as many as the one before
	bytes int
}

func newBatch(st *statement) *batch {
	b := &batch{st: st, sinks: make([]sink, len(st.plans)), most: firstRows}
	for i := range st.plans {
		s := &b.sinks[i]
		*s = sink{name: st.columns[i].Name, plan: st.plans[i], check: !st.table.utf8}
		switch s.plan.arrow.ID() {
		case arrow.STRING, arrow.BINARY:
			s.builder = &textBuilder{typ: s.plan.arrow}
		default:
			s.builder = array.NewBuilder(memory.DefaultAllocator, s.plan.arrow)
		}
		s.add = s.plan.decode(s)
	}
	return b
}

// add appends one row.
func (b *batch) add(values [][]byte) error {
	if b.rows == 0 {
		for i := range b.sinks {
			b.sinks[i].builder.Reserve(b.most)
		}
	}
	for i, v := range values {
		s := &b.sinks[i]
		if v == nil {
			s.builder.AppendNull()
			continue
		}
		b.bytes += len(v)
		if !s.add(v) {
			return unfit(s.name, s.plan.typ)
		}
	}
	b.rows++
	return nil
}

// full tells whether the batch holds as much as it should.
func (b *batch) full() bool { return b.rows == b.most || b.bytes >= batchBytes }

// record gives what was collected and begins anew.
func (b *batch) record() arrow.RecordBatch {
	columns := make([]arrow.Array, len(b.sinks))
	for i := range b.sinks {
		columns[i] = b.sinks[i].builder.NewArray()
	}
	rec := array.NewRecordBatch(b.st.schema, columns, int64(b.rows))
	for _, c := range columns {
		c.Release()
	}
	b.rows, b.bytes, b.most = 0, 0, min(2*b.most+1, batchRows)
	return rec
}

func (b *batch) release() {
	for i := range b.sinks {
		b.sinks[i].builder.Release()
	}
}

// textBuilder collects texts or bytes; it is several times faster than Arrow's own.
type textBuilder struct {
	typ     arrow.DataType
	data    []byte
	offsets []int32 // where each value begins
	nulls   []int   // which are NULL
	width   int     // of the values of the batch before, in bytes, rounded up
}

func (b *textBuilder) append(v []byte) {
	b.offsets = append(b.offsets, int32(len(b.data)))
	b.data = append(b.data, v...)
}

// AppendNull appends a NULL.
func (b *textBuilder) AppendNull() {
	b.nulls = append(b.nulls, len(b.offsets))
	b.offsets = append(b.offsets, int32(len(b.data)))
}

// Reserve makes room for n values, and for texts as long as those before.
func (b *textBuilder) Reserve(n int) {
	b.offsets = slices.Grow(b.offsets, n+1)
	b.data = slices.Grow(b.data, n*b.width)
}

// NewArray gives what was collected and begins anew.
func (b *textBuilder) NewArray() arrow.Array {
	n := len(b.offsets)
	offsets := append(b.offsets, int32(len(b.data)))
	var valid *memory.Buffer
	if len(b.nulls) > 0 {
		bits := make([]byte, bitutil.BytesForBits(int64(n)))
		bitutil.SetBitsTo(bits, 0, int64(n), true)
		for _, i := range b.nulls {
			bitutil.ClearBit(bits, i)
		}
		valid = memory.NewBufferBytes(bits)
	}
	data := array.NewData(b.typ, n, []*memory.Buffer{valid, memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(offsets)),
		memory.NewBufferBytes(b.data)}, nil, len(b.nulls), 0)
	defer data.Release()
	*b = textBuilder{typ: b.typ, width: (len(b.data) + n) / max(n, 1)}
	return array.MakeFromData(data)
}

// Release has nothing to do: the memory is Go's.
func (b *textBuilder) Release() {}
