package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	duck "github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/arrowmapping"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// Rows that sources give as Arrow batches are held as they came while they are few. A
// table function shows them to the database without a copy: as often as the statement
// wants, to several threads, and only the columns that are wanted. What is more than that
// is written into the scratch database, which can spill (see scratch.go).
//
// People's SQL can't call the function; its argument is the number under which the rows
// are held.

const (
	heldFunction = "_held_rows"
	heldMost     = 256 << 20 // bytes that all questions of an engine hold together
	heldShare    = 8         // … but no more than this part of what the database may take
	heldThread   = 1 << 15   // rows for each thread: a second one for few costs more than it reads
)

// holding is what an engine's questions hold.
type holding struct {
	rows  sync.Map // number → *held
	last  atomic.Int64
	bytes atomic.Int64
	most  int64
}

// held are the rows of one scan. They live until the question that reads them ends: the
// database looks into the batches' own memory.
type held struct {
	conn    mapping.Connection // of the question
	columns []duck.ColumnInfo
	schema  *arrow.Schema
	batches []arrow.RecordBatch
	rows    int64
	bytes   int64

	mu    sync.Mutex
	forms []arrowmapping.ArrowConvertedSchema // of places that read them
}

// driverKnown tells whether the driver's structures are those that this file reads; where
// they aren't, all rows go into the scratch database.
var driverKnown = hasField[duck.Conn, mapping.Connection]("conn") &&
	hasField[duck.DataChunk, mapping.DataChunk]("chunk") && hasField[duck.DataChunk, []int]("projection")

func hasField[S, F any](name string) bool {
	f, ok := reflect.TypeFor[S]().FieldByName(name)
	return ok && f.Type == reflect.TypeFor[F]()
}

// field reads a field of the driver's that it keeps to itself and hasField has found.
func field[F, S any](of *S, name string) F {
	f, _ := reflect.TypeFor[S]().FieldByName(name)
	return *(*F)(unsafe.Add(unsafe.Pointer(of), f.Offset))
}

// register makes the function known to the database.
func (g *holding) register(c *sql.Conn) error {
	number, err := duck.NewTypeInfo(duck.TYPE_BIGINT)
	if err != nil || !driverKnown {
		return err
	}
	g.most = heldMost
	return duck.RegisterTableUDF(c, heldFunction, duck.ParallelChunkTableFunction{
		Config: duck.TableFunctionConfig{Arguments: []duck.TypeInfo{number}},
		BindArguments: func(_ map[string]any, args ...any) (duck.ParallelChunkTableSource, error) {
			h, ok := g.rows.Load(args[0])
			if !ok {
				return nil, fmt.Errorf("no rows are held under %v", args[0])
			}
			return &heldScan{held: h.(*held)}, nil
		},
	})
}

// limit heeds how much memory the database may take.
func (g *holding) limit(ctx context.Context, c *sql.Conn) error {
	var text, unit string
	if err := c.QueryRowContext(ctx, "SELECT current_setting('memory_limit')").Scan(&text); err != nil {
		return err
	}
	var n float64
	if _, err := fmt.Sscanf(text, "%f %s", &n, &unit); err != nil {
		return nil
	}
	bytes := n * map[string]float64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}[unit]
	g.most = min(heldMost, int64(bytes)/heldShare)
	return nil
}

// collect reads rows as long as they may be held; whole tells whether these were all.
func (g *holding) collect(c *sql.Conn, rows array.RecordReader) (h *held, whole bool, err error) {
	h = &held{schema: rows.Schema()}
	known := driverKnown
	if known {
		h.columns, known = heldColumns(h.schema)
	}
	if !known {
		return h, false, nil
	}
	err = c.Raw(func(raw any) error {
		conn, ok := raw.(*duck.Conn)
		if !ok {
			return errors.New("the driver's connection can't be reached")
		}
		h.conn = field[mapping.Connection](conn, "conn")
		return nil
	})
	if err != nil {
		return h, false, err
	}
	for rows.Next() {
		b := rows.RecordBatch()
		b.Retain()
		size := sizeOf(b)
		h.batches, h.rows, h.bytes = append(h.batches, b), h.rows+b.NumRows(), h.bytes+size
		if g.bytes.Add(size) > g.most {
			return h, false, nil
		}
	}
	return h, true, rows.Err()
}

// sizeOf is how many bytes a batch takes.
func sizeOf(b arrow.RecordBatch) (n int64) {
	for _, c := range b.Columns() {
		for _, part := range c.Data().Buffers() {
			if part != nil {
				n += int64(part.Cap())
			}
		}
	}
	return n
}

// keep holds rows and gives their number.
func (g *holding) keep(h *held) int64 {
	n := g.last.Add(1)
	g.rows.Store(n, h)
	return n
}

func heldTable(n int64) string { return heldFunction + "(" + strconv.FormatInt(n, 10) + ")" }

// drop lets the rows of a number go.
func (g *holding) drop(n int64) {
	if h, ok := g.rows.LoadAndDelete(n); ok {
		g.release(h.(*held))
	}
}

func (g *holding) release(h *held) {
	for _, b := range h.batches {
		b.Release()
	}
	for i := range h.forms {
		arrowmapping.DestroyArrowConvertedSchema(&h.forms[i])
	}
	g.bytes.Add(-h.bytes)
	h.batches, h.forms, h.bytes = nil, nil, 0
}

// heldTypes are the database's types of Arrow's; rows of other types aren't held.
var heldTypes = map[arrow.Type]duck.Type{
	arrow.INT8: duck.TYPE_TINYINT, arrow.INT16: duck.TYPE_SMALLINT, arrow.INT32: duck.TYPE_INTEGER, arrow.INT64: duck.TYPE_BIGINT,
	arrow.UINT8: duck.TYPE_UTINYINT, arrow.UINT16: duck.TYPE_USMALLINT, arrow.UINT32: duck.TYPE_UINTEGER, arrow.UINT64: duck.TYPE_UBIGINT,
	arrow.FLOAT32: duck.TYPE_FLOAT, arrow.FLOAT64: duck.TYPE_DOUBLE, arrow.BOOL: duck.TYPE_BOOLEAN,
	arrow.STRING: duck.TYPE_VARCHAR, arrow.BINARY: duck.TYPE_BLOB, arrow.DATE32: duck.TYPE_DATE,
}

func heldColumns(schema *arrow.Schema) ([]duck.ColumnInfo, bool) {
	out := make([]duck.ColumnInfo, schema.NumFields())
	for i, f := range schema.Fields() {
		t, err := heldType(f.Type)
		if err != nil || f.Metadata.Len() > 0 { // an extension's type
			return nil, false
		}
		out[i] = duck.ColumnInfo{Name: "r" + strconv.Itoa(i), T: t}
	}
	return out, len(out) > 0
}

var errNotHeld = errors.New("rows of this type aren't held")

func heldType(t arrow.DataType) (duck.TypeInfo, error) {
	switch t := t.(type) {
	case *arrow.Decimal128Type:
		return duck.NewDecimalInfo(uint8(t.Precision), uint8(t.Scale))
	case *arrow.TimestampType:
		switch {
		case t.Unit != arrow.Microsecond:
			return nil, errNotHeld
		case t.TimeZone != "":
			return duck.NewTypeInfo(duck.TYPE_TIMESTAMP_TZ)
		}
		return duck.NewTypeInfo(duck.TYPE_TIMESTAMP)
	}
	if known, ok := heldTypes[t.ID()]; ok {
		return duck.NewTypeInfo(known)
	}
	return nil, errNotHeld
}

// heldScan is one place of a statement that reads held rows; its threads share it.
type heldScan struct {
	*held
	once   sync.Once
	mu     sync.Mutex
	batch  int   // the next rows are in this one …
	row    int64 // … from this one on
	shown  []int // the columns that are wanted, in the order of the place
	schema *arrow.Schema
	form   arrowmapping.ArrowConvertedSchema
	err    error
}

func (s *heldScan) ColumnInfos() []duck.ColumnInfo { return s.columns }
func (s *heldScan) NewLocalState() any             { return new(int) }

func (s *heldScan) Init() duck.ParallelTableSourceInfo {
	return duck.ParallelTableSourceInfo{MaxThreads: int(min(64, 1+s.rows/heldThread))}
}

func (s *heldScan) Cardinality() *duck.CardinalityInfo {
	return &duck.CardinalityInfo{Cardinality: uint(s.rows), Exact: true}
}

// FillChunk gives the next rows.
func (s *heldScan) FillChunk(_ any, chunk duck.DataChunk) (err error) {
	defer recovered(&err)
	s.once.Do(func() { s.err = s.choose(field[[]int](&chunk, "projection")) })
	if s.err != nil {
		return s.err
	}
	batch, from, to := s.piece()
	if batch != nil && len(s.shown) > 0 {
		if err := s.show(field[mapping.DataChunk](&chunk, "chunk"), batch, from, to); err != nil {
			return err
		}
	}
	return chunk.SetSize(int(to - from))
}

// choose notes the columns that the place wants: at each column's place where it goes, or
// -1.
func (s *heldScan) choose(projection []int) error {
	count := 0
	for _, at := range projection {
		count = max(count, at+1)
	}
	s.shown = make([]int, count)
	fields := make([]arrow.Field, count)
	for i, at := range projection {
		if at >= 0 {
			s.shown[at], fields[at] = i, s.held.schema.Field(i)
		}
	}
	if slices.ContainsFunc(fields, func(f arrow.Field) bool { return f.Type == nil }) {
		return errors.New("a place wants columns that held rows don't have")
	}
	s.schema = arrow.NewSchema(fields, nil)
	if count == 0 {
		return nil
	}
	var failed mapping.ErrorData
	s.form, failed = arrowmapping.SchemaFromArrow(s.conn, s.schema)
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	s.held.forms = append(s.held.forms, s.form)
	return arrowError(failed)
}

// piece gives the rows that are next; no batch when there are none.
func (s *heldScan) piece() (batch arrow.RecordBatch, from, to int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ; s.batch < len(s.batches); s.batch, s.row = s.batch+1, 0 {
		b := s.batches[s.batch]
		if s.row < b.NumRows() {
			from = s.row
			s.row = min(from+int64(duck.GetDataChunkCapacity()), b.NumRows())
			return b, from, s.row
		}
	}
	return nil, 0, 0
}

// show lets a chunk of the database look at some rows of a batch.
func (s *heldScan) show(out mapping.DataChunk, batch arrow.RecordBatch, from, to int64) error {
	columns := make([]arrow.Array, len(s.shown))
	for i, c := range s.shown {
		columns[i] = array.NewSlice(batch.Column(c), from, to)
		defer columns[i].Release()
	}
	rec := array.NewRecordBatch(s.schema, columns, to-from)
	defer rec.Release()
	in, failed := arrowmapping.DataChunkFromArrow(s.conn, rec, s.form)
	if err := arrowError(failed); err != nil {
		return err
	}
	defer mapping.DestroyDataChunk(&in) // what is referenced lives on
	for i := range columns {
		at := mapping.IdxT(i)
		mapping.VectorReferenceVector(mapping.DataChunkGetVector(out, at), mapping.DataChunkGetVector(in, at))
	}
	return nil
}

func arrowError(failed mapping.ErrorData) error {
	defer mapping.DestroyErrorData(&failed)
	if failed.Ptr == nil || !mapping.ErrorDataHasError(failed) {
		return nil
	}
	return errors.New(mapping.ErrorDataMessage(failed))
}
