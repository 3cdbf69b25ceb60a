package sqlite

import (
	"database/sql/driver"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"headwater/source/batch"
)

// appender appends a value that isn't NULL; false: it isn't of the type.
type appender func(v driver.Value) (size int, ok bool)

// newAppender is for one engine's type, whose builder b is.
func newAppender(engine string, b array.Builder) appender {
	switch b := b.(type) {
	case *array.Int64Builder:
		return func(v driver.Value) (int, bool) {
			n, ok := v.(int64)
			if ok {
				b.Append(n)
			}
			return 0, ok
		}
	case *array.BooleanBuilder:
		return func(v driver.Value) (int, bool) {
			n, ok := v.(int64)
			if ok = ok && (n == 0 || n == 1); ok {
				b.Append(n == 1)
			}
			return 0, ok
		}
	case *array.Float64Builder:
		return func(v driver.Value) (int, bool) {
			f, ok := floatOf(v)
			if ok {
				b.Append(f)
			}
			return 0, ok
		}
	case *array.Decimal128Builder:
		t := b.Type().(*arrow.Decimal128Type)
		return func(v driver.Value) (int, bool) {
			n, ok := decimalOf(v, int(t.Precision), int(t.Scale))
			if ok {
				b.Append(n)
			}
			return 0, ok
		}
	case *array.Date32Builder:
		return func(v driver.Value) (int, bool) {
			s, _ := v.(string)
			n, ok := batch.ParseDate([]byte(s))
			if ok {
				b.Append(arrow.Date32(n))
			}
			return 0, ok
		}
	case *array.TimestampBuilder:
		return moments(engine, b)
	case *array.StringBuilder:
		return texts(engine, b)
	case *array.BinaryBuilder:
		return func(v driver.Value) (int, bool) {
			raw, ok := bytesOf(v)
			if ok {
				b.Append(raw)
			}
			return len(raw), ok
		}
	}
	return func(driver.Value) (int, bool) { return 0, false }
}

func moments(engine string, b *array.TimestampBuilder) appender {
	parse := func(s string) (int64, bool) { return batch.ParseTimestamp([]byte(s)) }
	if engine != "TIMESTAMP" {
		parse = parseZoned
	}
	return func(v driver.Value) (int, bool) {
		s, _ := v.(string)
		n, ok := parse(s)
		if ok {
			b.Append(arrow.Timestamp(n))
		}
		return 0, ok
	}
}

func texts(engine string, b *array.StringBuilder) appender {
	return func(v driver.Value) (int, bool) {
		s, ok := textOf(v)
		if engine == "JSON" {
			ok = ok && json.Valid([]byte(s))
		}
		if ok {
			b.Append(s)
		}
		return len(s), ok
	}
}

func floatOf(v driver.Value) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), v >= -exactIn && v <= exactIn
	}
	return 0, false
}

// decimalOf takes reals by the shortest text that means them: 0.99 is 0.99.
func decimalOf(v driver.Value, precision, scale int) (decimal128.Num, bool) {
	switch v := v.(type) {
	case int64:
		return batch.ParseDecimal(strconv.AppendInt(nil, v, 10), precision, scale)
	case float64:
		if math.Abs(v) < 1e18 {
			return batch.ParseDecimal(strconv.AppendFloat(nil, v, 'f', -1, 64), precision, scale)
		}
	case string:
		return batch.ParseDecimal([]byte(v), precision, scale)
	}
	return decimal128.Num{}, false
}

// textOf writes any value; texts must be UTF-8, which SQLite doesn't check.
func textOf(v driver.Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, utf8.ValidString(v)
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(s, ".eIN") {
			s += ".0"
		}
		return s, true
	case []byte:
		return escape(v), true
	}
	return "", false
}

const hexDigits = "0123456789ABCDEF"

// escape writes bytes as the engine writes BLOBs.
func escape(raw []byte) string {
	b := strings.Builder{}
	for _, c := range raw {
		if c >= 0x20 && c < 0x7f && c != '\\' && c != '\'' && c != '"' {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'\\', 'x', hexDigits[c>>4], hexDigits[c&15]})
	}
	return b.String()
}

func bytesOf(v driver.Value) ([]byte, bool) {
	switch v := v.(type) {
	case []byte:
		return v, true
	case string:
		return []byte(v), true
	}
	return nil, false
}

// parseZoned reads times with an offset, up to microseconds.
func parseZoned(s string) (int64, bool) {
	for _, layout := range []string{"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999Z07"} {
		if t, err := time.Parse(layout, s); err == nil && t.Nanosecond()%1000 == 0 && t.Year() > 0 {
			return t.UnixMicro(), true
		}
	}
	return 0, false
}
