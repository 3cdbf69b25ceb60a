package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"headwater/lake"
)

// rowGroup is how many rows lie together: what the engine gives to one thread.
const rowGroup = 122_880

// batchRows is how many rows are collected before they are encoded.
const batchRows = 20_480

// writer brings rows into a Parquet file with fixed columns.
type writer struct {
	columns []lake.ScanColumn
	guesses []guess
	fills   []fill
	build   *array.RecordBuilder
	out     *pqarrow.FileWriter
	rows    int
	batches chan arrow.RecordBatch // on their way to out, which another goroutine writes
	written chan error             // its end
	ended   bool
}

// fill appends one value to a column; false when it isn't of the column's type.
type fill func(v value) bool

func newWriter(to io.Writer, columns []lake.ScanColumn) (*writer, error) {
	w := &writer{columns: columns, guesses: make([]guess, len(columns))}
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		typ, err := arrowType(c.Type)
		if err != nil {
			return nil, err
		}
		fields[i] = arrow.Field{Name: c.Name, Type: typ, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	w.build = array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i, c := range columns {
		w.fills = append(w.fills, filler(c.Type, w.build.Field(i)))
	}
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy), parquet.WithMaxRowGroupLength(rowGroup),
		parquet.WithVersion(parquet.V2_LATEST), parquet.WithStoreDecimalAsInteger(true), parquet.WithCreatedBy("headwater"))
	var err error
	if w.out, err = pqarrow.NewFileWriter(schema, to, props, pqarrow.DefaultWriterProps()); err != nil {
		return nil, err
	}
	w.batches, w.written = make(chan arrow.RecordBatch, 2), make(chan error, 1)
	go w.write()
	return w, nil
}

// write encodes batches while the next rows are read.
func (w *writer) write() {
	var err error
	for b := range w.batches {
		if err == nil {
			err = w.out.WriteBuffered(b)
		}
		b.Release()
	}
	w.written <- err
}

func arrowType(typ string) (arrow.DataType, error) {
	switch typ {
	case "VARCHAR":
		return arrow.BinaryTypes.String, nil
	case "JSON":
		return extensions.NewJSONType(arrow.BinaryTypes.String)
	case "BIGINT":
		return arrow.PrimitiveTypes.Int64, nil
	case "DOUBLE":
		return arrow.PrimitiveTypes.Float64, nil
	case "BOOLEAN":
		return arrow.FixedWidthTypes.Boolean, nil
	case "DATE":
		return arrow.FixedWidthTypes.Date32, nil
	case "TIMESTAMP":
		return &arrow.TimestampType{Unit: arrow.Microsecond}, nil
	case "TIMESTAMP WITH TIME ZONE":
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, nil
	}
	if p, s, ok := DecimalOf(typ); ok && p <= 38 {
		return &arrow.Decimal128Type{Precision: p, Scale: s}, nil
	}
	return nil, lake.Fail(lake.ErrInvalid, "type_unsupported", "Files of text can't be read as "+typ+".", "type", typ)
}

// filler gives the function that appends to a builder of a type's arrow form.
func filler(typ string, to array.Builder) fill {
	switch b := to.(type) {
	case *array.StringBuilder:
		return func(v value) bool { b.Append(v.text); return true }
	case *array.ExtensionBuilder:
		text := b.StorageBuilder().(*array.StringBuilder)
		return func(v value) bool { text.Append(jsonText(v)); return true }
	case *array.Int64Builder:
		return func(v value) bool {
			n, ok := numberOf(v)
			i, err := strconv.ParseInt(v.text, 10, 64)
			b.Append(i)
			return ok && err == nil && n.scale == 0
		}
	case *array.Float64Builder:
		return func(v value) bool {
			n, ok := numberOf(v)
			f, err := strconv.ParseFloat(v.text, 64)
			b.Append(f)
			return ok && err == nil && n.float(v.text)
		}
	case *array.BooleanBuilder:
		return func(v value) bool {
			b.Append(v.text[0] == 't' || v.text[0] == 'T')
			return v.form == boolean || v.form == plain && isBool(v.text)
		}
	case *array.Date32Builder:
		return func(v value) bool {
			t, is, ok := timeOf(v)
			b.Append(arrow.Date32FromTime(t))
			return ok && is == "DATE"
		}
	case *array.TimestampBuilder:
		return func(v value) bool {
			t, is, ok := timeOf(v)
			b.Append(arrow.Timestamp(t.UnixMicro()))
			return ok && (is == typ || is == "DATE" && typ == "TIMESTAMP")
		}
	case *array.Decimal128Builder:
		return decimalFiller(typ, b)
	}
	return nil
}

func decimalFiller(typ string, b *array.Decimal128Builder) fill {
	precision, scale, _ := DecimalOf(typ)
	return func(v value) bool {
		n, ok := numberOf(v)
		if !ok || n.exponent || n.scale > int(scale) || n.whole > int(precision-scale) {
			return false
		}
		if precision > 18 {
			d, err := decimal128.FromString(v.text, precision, scale)
			b.Append(d)
			return err == nil
		}
		digits := strings.Replace(v.text, ".", "", 1) + zeros[:int(scale)-n.scale]
		i, err := strconv.ParseInt(digits, 10, 64)
		b.Append(decimal128.FromI64(i))
		return err == nil
	}
}

const zeros = "000000000000000000"

// numberOf takes a value that the file writes as a number.
func numberOf(v value) (scanned, bool) {
	if v.form != plain && v.form != number {
		return scanned{}, false
	}
	return scanNumber(v.text)
}

func timeOf(v value) (time.Time, string, bool) {
	if v.form != plain && v.form != quoted {
		return time.Time{}, "", false
	}
	return parseTime(v.text)
}

// jsonText writes a value as JSON.
func jsonText(v value) string {
	if v.form != plain && v.form != quoted {
		return v.text
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v.text)
	return strings.TrimSuffix(out.String(), "\n")
}

// add appends a row. A column that the row is too short for is NULL. It returns the
// column, from 0, whose value doesn't fit, or -1.
func (w *writer) add(row []value) int {
	for i := range w.fills {
		if i >= len(row) || row[i].form == empty {
			w.build.Field(i).AppendNull()
			continue
		}
		w.guesses[i].add(row[i])
		if !w.fills[i](row[i]) {
			return i
		}
	}
	w.rows++
	return -1
}

// flush hands on what was collected.
func (w *writer) flush() {
	if b := w.build.NewRecordBatch(); b.NumRows() > 0 {
		w.batches <- b
	} else {
		b.Release()
	}
}

// end waits until all batches are written. It may be called again.
func (w *writer) end() error {
	if w.ended {
		return nil
	}
	w.ended = true
	close(w.batches)
	return <-w.written
}

func (w *writer) close() error {
	w.flush()
	err := w.end()
	if err == nil {
		var text []byte
		if text, err = json.Marshal(w.guesses); err == nil {
			err = w.out.AppendKeyValueMetadata(guessesKey, string(text))
		}
	}
	return errors.Join(err, w.out.Close())
}

// unfit says which value of a file doesn't fit the type of its column.
func unfit(f File, line int, column lake.ScanColumn, v value) error {
	text := v.text
	if len(text) > 80 {
		text = strings.ToValidUTF8(text[:80], "") + "…"
	}
	return lake.Fail(lake.ErrInvalid, "value_unfit", fmt.Sprintf("%s, line %d, column %s: %q is no %s.", f.Path, line, column.Name, text, column.Type),
		"file", f.Path, "line", line, "column", column.Name, "value", text, "type", column.Type)
}

// sampleRows is how many rows the first idea of a file's types comes from.
const sampleRows = 10_000

// survey reads rows, at most some of them (0: all), and says what the columns hold.
func survey(ctx context.Context, open func() (rows, error), most int) ([]lake.ScanColumn, error) {
	in, err := open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var guesses []guess
	for n := 0; most == 0 || n < most; n++ {
		row, err := in.next()
		if err == io.EOF {
			break
		}
		if err == nil && n%batchRows == 0 {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		for len(guesses) < len(row) {
			guesses = append(guesses, guess{})
		}
		for i, v := range row {
			guesses[i].add(v)
		}
	}
	out := make([]lake.ScanColumn, len(in.columns()))
	for i, name := range in.columns() {
		out[i] = lake.ScanColumn{Name: name, Type: "VARCHAR"}
		if i < len(guesses) {
			out[i].Type = guesses[i].typ()
		}
	}
	return out, nil
}

// errWider says that the columns that were thought of don't hold the file.
var errWider = errors.New("the file needs wider columns")

// writeParquet writes all rows of a file. With fixed columns a value that doesn't fit
// is an error for people, otherwise errWider. Columns of the file that aren't among
// fixed ones are left out, and those that the file lacks are NULL.
func writeParquet(ctx context.Context, to io.Writer, f File, in rows, columns []lake.ScanColumn, fixed bool) error {
	w, err := newWriter(to, columns)
	if err != nil {
		return err
	}
	defer w.end()
	var row []value
	var places []int // of the file's columns among ours; -1: not wanted
	for {
		got, err := in.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if !fixed {
			if row = got; len(got) > len(columns) {
				return errWider
			}
		} else {
			row, places = arrange(got, in.columns(), columns, row, places)
		}
		if bad := w.add(row); bad >= 0 {
			if !fixed {
				return errWider
			}
			return unfit(f, in.at(), columns[bad], row[bad])
		}
		if w.rows%batchRows == 0 {
			if w.flush(); ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return w.close()
}

// arrange puts a row's values into the order of fixed columns.
func arrange(got []value, names []string, columns []lake.ScanColumn, row []value, places []int) ([]value, []int) {
	if row == nil {
		row = make([]value, len(columns))
	}
	clear(row)
	for i := len(places); i < len(got); i++ {
		place := -1
		for j, c := range columns {
			if strings.EqualFold(c.Name, names[i]) {
				place = j
			}
		}
		places = append(places, place)
	}
	for i, v := range got {
		if places[i] >= 0 {
			row[places[i]] = v
		}
	}
	return row, places
}

// bring opens a file's rows and writes them as Parquet: by the columns given, or by
// those that a sample suggests, and when they don't hold all, by those of all rows.
func bring(ctx context.Context, to *os.File, f File, open func() (rows, error), fixed []lake.ScanColumn) error {
	columns := fixed
	for most := sampleRows; ; most = 0 {
		var err error
		if fixed == nil {
			if columns, err = survey(ctx, open, most); err != nil {
				return err
			}
		}
		if err = bringOnce(ctx, to, f, open, columns, fixed != nil); !errors.Is(err, errWider) || most == 0 {
			return err
		}
		if _, err := to.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if err := to.Truncate(0); err != nil {
			return err
		}
	}
}

func bringOnce(ctx context.Context, to *os.File, f File, open func() (rows, error), columns []lake.ScanColumn, fixed bool) error {
	in, err := open()
	if err != nil {
		return err
	}
	defer in.Close()
	return writeParquet(ctx, unclosed{to}, f, in, columns, fixed)
}

// unclosed keeps a writer from closing the file below it.
type unclosed struct{ io.Writer }
