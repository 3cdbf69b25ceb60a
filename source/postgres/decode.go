package postgres

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/bits"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// decoder appends one value that isn't NULL, from its bytes on the wire. It returns
// false when the engine's type can't hold the value.
type decoder func(b []byte) bool

// sink is where a column's values go.
type sink struct {
	name    string
	plan    plan
	builder builder
	check   bool // texts may be no UTF-8
	add     decoder
}

func integerDecoder(s *sink) decoder {
	switch to := s.builder.(type) {
	case *array.Int16Builder:
		return func(b []byte) bool {
			n := integer(b)
			to.UnsafeAppend(int16(n))
			return int64(int16(n)) == n
		}
	case *array.Int32Builder:
		return func(b []byte) bool {
			n := integer(b)
			to.UnsafeAppend(int32(n))
			return int64(int32(n)) == n
		}
	}
	to := s.builder.(*array.Int64Builder)
	return func(b []byte) bool { to.UnsafeAppend(integer(b)); return true }
}

// integer reads int2, int4 and int8.
func integer(b []byte) int64 {
	switch len(b) {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.BigEndian.Uint32(b)))
	}
	return int64(binary.BigEndian.Uint64(b))
}

func floatDecoder(s *sink) decoder {
	if to, ok := s.builder.(*array.Float32Builder); ok {
		return func(b []byte) bool { to.UnsafeAppend(math.Float32frombits(binary.BigEndian.Uint32(b))); return true }
	}
	to := s.builder.(*array.Float64Builder)
	return func(b []byte) bool {
		if len(b) == 4 {
			to.UnsafeAppend(float64(math.Float32frombits(binary.BigEndian.Uint32(b))))
		} else {
			to.UnsafeAppend(math.Float64frombits(binary.BigEndian.Uint64(b)))
		}
		return true
	}
}

func booleanDecoder(s *sink) decoder {
	to := s.builder.(*array.BooleanBuilder)
	return func(b []byte) bool { to.UnsafeAppend(b[0] != 0); return true }
}

// The server counts from 2000-01-01, Arrow from 1970-01-01.
const (
	epochDays   = 10957
	epochMicros = epochDays * 86_400_000_000
)

func dateDecoder(s *sink) decoder {
	to := s.builder.(*array.Date32Builder)
	return func(b []byte) bool {
		n := int32(binary.BigEndian.Uint32(b))
		if n == math.MaxInt32 || n == math.MinInt32 { // infinity, -infinity
			return false
		}
		to.UnsafeAppend(arrow.Date32(n + epochDays))
		return true
	}
}

func timestampDecoder(s *sink) decoder {
	to := s.builder.(*array.TimestampBuilder)
	return func(b []byte) bool {
		n := int64(binary.BigEndian.Uint64(b))
		if n >= math.MaxInt64-epochMicros-1 || n == math.MinInt64 { // infinite, or later than the engine knows
			return false
		}
		to.UnsafeAppend(arrow.Timestamp(n + epochMicros))
		return true
	}
}

func timeDecoder(s *sink) decoder {
	to := s.builder.(*array.Time64Builder)
	return func(b []byte) bool { to.UnsafeAppend(arrow.Time64(binary.BigEndian.Uint64(b))); return true }
}

func textDecoder(s *sink) decoder {
	to := s.builder.(*textBuilder)
	if s.check {
		return func(b []byte) bool { to.append(b); return utf8.Valid(b) }
	}
	return func(b []byte) bool { to.append(b); return true }
}

// paddedDecoder reads char(n): the spaces that fill a value up mean nothing to the
// server, neither when it compares nor when it makes a text of it.
func paddedDecoder(s *sink) decoder {
	text := textDecoder(s)
	return func(b []byte) bool { return text(bytes.TrimRight(b, " ")) }
}

func blobDecoder(s *sink) decoder {
	to := s.builder.(*textBuilder)
	return func(b []byte) bool { to.append(b); return true }
}

func uuidDecoder(s *sink) decoder {
	to := s.builder.(*textBuilder)
	var text [36]byte
	return func(b []byte) bool {
		at := 0
		for i := 0; i < 16; i++ {
			if i == 4 || i == 6 || i == 8 || i == 10 {
				text[at] = '-'
				at++
			}
			hex.Encode(text[at:], b[i:i+1])
			at += 2
		}
		to.append(text[:])
		return true
	}
}

// vectorDecoder reads pgvector's form: dimensions (2 bytes), 2 unused, floats.
func vectorDecoder(s *sink) decoder {
	list := s.builder.(*array.ListBuilder)
	to := list.ValueBuilder().(*array.Float32Builder)
	return func(b []byte) bool {
		n := int(binary.BigEndian.Uint16(b))
		if len(b) != 4+4*n {
			return false
		}
		list.Append(true)
		to.Reserve(n)
		for b = b[4:]; len(b) > 0; b = b[4:] {
			to.UnsafeAppend(math.Float32frombits(binary.BigEndian.Uint32(b)))
		}
		return true
	}
}

func decimalDecoder(s *sink) decoder {
	to := s.builder.(*array.Decimal128Builder)
	t := s.plan.arrow.(*arrow.Decimal128Type)
	limit := decimal128.GetMaxValue(t.Precision)
	return func(b []byte) bool {
		n, ok := decimal(b, int(t.Scale))
		if !ok || n.Abs().Greater(limit) {
			return false
		}
		to.UnsafeAppend(n)
		return true
	}
}

var tens = [20]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// decimal reads a numeric: count of digits, weight of the first, sign, shown scale (two
// bytes each), digits to the base of 10000. The result is in units of 10^-scale; false
// when it isn't finite, has more places, or needs more than 127 bits.
func decimal(b []byte, scale int) (decimal128.Num, bool) {
	count, weight, sign := int(binary.BigEndian.Uint16(b)), int(int16(binary.BigEndian.Uint16(b[2:]))), binary.BigEndian.Uint16(b[4:])
	if sign != 0 && sign != 0x4000 {
		return decimal128.Num{}, false
	}
	var hi, lo uint64
	ok := true
	for i := 0; i < count; i++ {
		digit := uint64(binary.BigEndian.Uint16(b[8+2*i:]))
		places := 4
		if down := -(4*(weight-i) + scale); down > 0 { // places of this digit that are behind the scale
			if down >= 4 {
				ok = ok && digit == 0
				continue
			}
			ok = ok && digit%tens[down] == 0
			digit, places = digit/tens[down], 4-down
		}
		var fits bool
		hi, lo, fits = shift(hi, lo, places, digit)
		ok = ok && fits
	}
	if count > 0 {
		for up := 4*(weight-count+1) + scale; up > 0 && ok; up -= 19 {
			hi, lo, ok = shift(hi, lo, min(up, 19), 0)
		}
	}
	n := decimal128.New(int64(hi), lo)
	if sign != 0 {
		n = n.Negate()
	}
	return n, ok
}

// shift gives hi,lo * 10^places + add, and whether it fits into 127 bits.
func shift(hi, lo uint64, places int, add uint64) (uint64, uint64, bool) {
	over, h := bits.Mul64(hi, tens[places])
	carry, l := bits.Mul64(lo, tens[places])
	h, c1 := bits.Add64(h, carry, 0)
	l, c2 := bits.Add64(l, add, 0)
	h, c3 := bits.Add64(h, 0, c2)
	return h, l, over == 0 && c1 == 0 && c3 == 0 && h>>63 == 0
}
