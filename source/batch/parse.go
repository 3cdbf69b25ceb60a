package batch

import (
	"encoding/hex"
	"math/bits"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// powers of ten that fit into 64 bits.
var powers = func() (p [20]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

// ParseDecimal reads "-12.50" as a number with scale digits after the point. ok is false
// when the text is no plain decimal, has more digits after the point that aren't zero,
// or more than precision digits in all.
func ParseDecimal(s []byte, precision, scale int) (_ decimal128.Num, ok bool) {
	negative := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		negative, s = s[0] == '-', s[1:]
	}
	var acc digits
	point, after := false, 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			if point {
				if after == scale {
					if c != '0' {
						return decimal128.Num{}, false
					}
					continue
				}
				after++
			}
			acc.add(c - '0')
		case c == '.' && !point:
			point = true
		default:
			return decimal128.Num{}, false
		}
	}
	if len(s) == 0 || point && len(s) == 1 {
		return decimal128.Num{}, false
	}
	for ; after < scale; after++ {
		acc.add(0)
	}
	if acc.count > precision {
		return decimal128.Num{}, false
	}
	n := acc.number()
	if negative {
		n = n.Negate()
	}
	return n, true
}

// digits gathers up to 38 decimal digits, 18 at a time.
type digits struct {
	hi, lo  uint64
	chunk   uint64
	pending int
	count   int // without leading zeros
}

func (d *digits) add(c byte) {
	if d.count == 0 && c == 0 {
		return
	}
	d.count++
	if d.count > 38 {
		return
	}
	d.chunk = d.chunk*10 + uint64(c)
	if d.pending++; d.pending == 18 {
		d.flush()
	}
}

func (d *digits) flush() {
	if d.pending == 0 {
		return
	}
	factor := powers[d.pending]
	carry, lo := bits.Mul64(d.lo, factor)
	lo, over := bits.Add64(lo, d.chunk, 0)
	d.hi = d.hi*factor + carry + over
	d.lo, d.chunk, d.pending = lo, 0, 0
}

func (d *digits) number() decimal128.Num {
	d.flush()
	return decimal128.New(int64(d.hi), d.lo)
}

// ParseDate reads "2024-02-29" as days since 1970. ok is false for what is no such day,
// zero dates and year 0 included.
func ParseDate(s []byte) (days int64, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, okY := number(s[:4])
	m, okM := number(s[5:7])
	d, okD := number(s[8:10])
	if !okY || !okM || !okD || y < 1 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return civil(y, m, d), true
}

// ParseTimestamp reads "2024-02-29 08:30:00.123456" (or T between, any number of digits
// behind the point up to six) as microseconds since 1970. ok is as with ParseDate.
func ParseTimestamp(s []byte) (micros int64, ok bool) {
	if len(s) == 10 {
		days, ok := ParseDate(s)
		return days * 86400_000_000, ok
	}
	if len(s) < 16 || (s[10] != ' ' && s[10] != 'T') {
		return 0, false
	}
	days, ok := ParseDate(s[:10])
	clock, okT := parseClock(s[11:])
	return days*86400_000_000 + clock, ok && okT
}

// parseClock reads "08:30", "08:30:00" or "08:30:00.25" as microseconds.
func parseClock(s []byte) (int64, bool) {
	h, okH := number(s[:2])
	m, okM := number(s[3:5])
	if !okH || !okM || s[2] != ':' || h > 23 || m > 59 {
		return 0, false
	}
	total := int64(h*3600+m*60) * 1e6
	if s = s[5:]; len(s) == 0 {
		return total, true
	}
	if len(s) < 3 || s[0] != ':' {
		return 0, false
	}
	sec, ok := number(s[1:3])
	if !ok || sec > 59 {
		return 0, false
	}
	total += int64(sec) * 1e6
	if s = s[3:]; len(s) == 0 {
		return total, true
	}
	if s[0] != '.' || len(s) < 2 || len(s) > 7 {
		return 0, false
	}
	f, ok := number(s[1:])
	return total + int64(f)*int64(powers[7-len(s)]), ok
}

func number(s []byte) (n int, ok bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

var lengths = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(y, m int) int {
	if m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		return 29
	}
	return lengths[m]
}

// civil counts days since 1970 in the Gregorian calendar, years from 1 on; the year is
// taken to begin in March, so that the leap day is its last.
func civil(y, m, d int) int64 {
	if m <= 2 {
		y, m = y-1, m+12
	}
	ofYear := (153*(m-3)+2)/5 + d - 1
	return int64(365*y+y/4-y/100+y/400+ofYear) - 719468
}

// ParseBytes reads the engine's text form of bytes: ASCII, the rest as \xAB.
func ParseBytes(v string) ([]byte, bool) {
	out := []byte{} // not nil, which would be NULL
	for i := 0; i < len(v); i++ {
		if v[i] != '\\' {
			out = append(out, v[i])
			continue
		}
		if i+4 > len(v) || v[i+1] != 'x' {
			return nil, false
		}
		b, err := hex.DecodeString(v[i+2 : i+4])
		if err != nil {
			return nil, false
		}
		out = append(out, b...)
		i += 3
	}
	return out, true
}
