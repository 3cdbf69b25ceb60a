package mysql

import (
	"database/sql/driver"
	"encoding/binary"
	"math"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"headwater/source/batch"
)

// decoder appends the values of rows, as the binary protocol has them, to builders.
type decoder struct {
	columns []appender
	zeros   int64 // dates that no calendar has
}

// appender appends one value that isn't NULL and tells how many bytes of text it had.
// notNull false: the value counts as NULL.
type appender struct {
	column *column
	to     array.Builder
	add    func(v driver.Value) (size int, result outcome)
}

type outcome int

const (
	done outcome = iota
	zero         // a date that no calendar has: NULL
	unfit
)

// unfitError names the column whose value isn't of its type.
type unfitError struct{ column, engine string }

func (e *unfitError) Error() string { return "a value of " + e.column + " is no " + e.engine }

func newDecoder(columns []*column, builders []array.Builder) decoder {
	d := decoder{}
	for i, k := range columns {
		d.columns = append(d.columns, appender{k, builders[i], k.appender(builders[i])})
	}
	return d
}

func (d *decoder) row(values []driver.Value) (size int, err error) {
	for i := range d.columns {
		c := &d.columns[i]
		v := values[i]
		if v == nil {
			c.to.AppendNull()
			continue
		}
		n, result := c.add(v)
		switch result {
		case zero:
			d.zeros++
			c.to.AppendNull()
		case unfit:
			return size, &unfitError{c.column.name, c.column.engine}
		}
		size += n
	}
	return size, nil
}

func (k *column) appender(b array.Builder) func(driver.Value) (int, outcome) {
	switch b := b.(type) {
	case *array.Int8Builder:
		return number(math.MinInt8, math.MaxInt8, func(n int64) { b.Append(int8(n)) })
	case *array.Int16Builder:
		return number(math.MinInt16, math.MaxInt16, func(n int64) { b.Append(int16(n)) })
	case *array.Int32Builder:
		return number(math.MinInt32, math.MaxInt32, func(n int64) { b.Append(int32(n)) })
	case *array.Int64Builder:
		if k.class == bits {
			return func(v driver.Value) (int, outcome) { n, result := bitsOf(v); b.Append(int64(n)); return 0, result }
		}
		return number(math.MinInt64, math.MaxInt64, b.Append)
	case *array.Uint8Builder:
		return number(0, math.MaxUint8, func(n int64) { b.Append(uint8(n)) })
	case *array.Uint16Builder:
		return number(0, math.MaxUint16, func(n int64) { b.Append(uint16(n)) })
	case *array.Uint32Builder:
		return number(0, math.MaxUint32, func(n int64) { b.Append(uint32(n)) })
	case *array.Uint64Builder:
		if k.class == bits {
			return func(v driver.Value) (int, outcome) { n, result := bitsOf(v); b.Append(n); return 0, result }
		}
		return large(b)
	case *array.BooleanBuilder:
		return truth(b)
	case *array.Float32Builder:
		return func(v driver.Value) (int, outcome) {
			f, ok := v.(float32)
			if ok {
				b.Append(f)
			}
			return 0, is(ok)
		}
	case *array.Float64Builder:
		return func(v driver.Value) (int, outcome) {
			f, ok := v.(float64)
			if ok {
				b.Append(f)
			}
			return 0, is(ok)
		}
	case *array.Decimal128Builder:
		return exact(b)
	case *array.Date32Builder:
		return date(b)
	case *array.TimestampBuilder:
		return timestamp(b)
	case *array.StringBuilder:
		return content(b.BinaryBuilder)
	case *array.BinaryBuilder:
		return content(b)
	}
	return func(driver.Value) (int, outcome) { return 0, unfit }
}

func is(ok bool) outcome {
	if ok {
		return done
	}
	return unfit
}

// number is for integers from low to high; the column may have grown since it was described.
func number(low, high int64, add func(int64)) func(driver.Value) (int, outcome) {
	return func(v driver.Value) (int, outcome) {
		n, ok := v.(int64)
		if ok = ok && n >= low && n <= high; ok {
			add(n)
		}
		return 0, is(ok)
	}
}

// large is for bigint unsigned: what is beyond int64 comes as text.
func large(b *array.Uint64Builder) func(driver.Value) (int, outcome) {
	return func(v driver.Value) (int, outcome) {
		switch v := v.(type) {
		case int64:
			b.Append(uint64(v))
		case []byte:
			n, err := strconv.ParseUint(string(v), 10, 64)
			if err != nil {
				return 0, unfit
			}
			b.Append(n)
		default:
			return 0, unfit
		}
		return 0, done
	}
}

func truth(b *array.BooleanBuilder) func(driver.Value) (int, outcome) {
	return func(v driver.Value) (int, outcome) {
		n, ok := v.(int64)
		if !ok || n != 0 && n != 1 {
			return 0, unfit
		}
		b.Append(n == 1)
		return 0, done
	}
}

func exact(b *array.Decimal128Builder) func(driver.Value) (int, outcome) {
	t := b.Type().(*arrow.Decimal128Type)
	p, s := int(t.Precision), int(t.Scale)
	return func(v driver.Value) (int, outcome) {
		text, ok := v.([]byte)
		if !ok {
			return 0, unfit
		}
		n, ok := batch.ParseDecimal(text, p, s)
		if ok {
			b.Append(n)
		}
		return 0, is(ok)
	}
}

func date(b *array.Date32Builder) func(driver.Value) (int, outcome) {
	return func(v driver.Value) (int, outcome) {
		text, ok := v.([]byte)
		if !ok {
			return 0, unfit
		}
		days, ok := batch.ParseDate(text)
		if !ok {
			return 0, calendar(text)
		}
		b.Append(arrow.Date32(days))
		return 0, done
	}
}

func timestamp(b *array.TimestampBuilder) func(driver.Value) (int, outcome) {
	return func(v driver.Value) (int, outcome) {
		text, ok := v.([]byte)
		if !ok {
			return 0, unfit
		}
		micros, ok := batch.ParseTimestamp(text)
		if !ok {
			return 0, calendar(text)
		}
		b.Append(arrow.Timestamp(micros))
		return 0, done
	}
}

// calendar tells dates that don't exist from texts that are no dates at all.
func calendar(text []byte) outcome {
	if len(text) < 10 || text[4] != '-' || text[7] != '-' {
		return unfit
	}
	for _, c := range text {
		if c > ':' {
			return unfit
		}
	}
	return zero
}

func content(b *array.BinaryBuilder) func(driver.Value) (int, outcome) {
	return func(v driver.Value) (int, outcome) {
		text, ok := v.([]byte)
		if ok {
			b.Append(text)
		}
		return len(text), is(ok)
	}
}

// bitsOf reads bit(n), which comes as up to eight bytes, the highest first.
func bitsOf(v driver.Value) (uint64, outcome) {
	text, ok := v.([]byte)
	if !ok || len(text) > 8 {
		return 0, unfit
	}
	var all [8]byte
	copy(all[8-len(text):], text)
	return binary.BigEndian.Uint64(all[:]), done
}
