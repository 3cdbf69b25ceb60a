package demo

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"headwater/lake"
)

// dice are the generator's only source of chance. Each part of the demo has a stream
// of its own, so that a change in one part leaves the others as they were.
type dice struct{ *rand.Rand }

func newDice(seed uint64, stream string) *dice {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(stream) {
		h = (h ^ uint64(stream[i])) * 1099511628211
	}
	return &dice{rand.New(rand.NewPCG(seed, h))}
}

func (d *dice) chance(p float64) bool { return d.Float64() < p }

// between is a whole number in [low, high].
func (d *dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// spread is log-normal around a median.
func (d *dice) spread(median, sigma float64) float64 { return median * math.Exp(d.NormFloat64()*sigma) }

func pick[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }

// weighted chooses by weight.
func weighted[T any](d *dice, list []T, weight func(T) float64) T {
	sum := 0.0
	for _, x := range list {
		sum += weight(x)
	}
	at := d.Float64() * sum
	for _, x := range list {
		if at -= weight(x); at < 0 {
			return x
		}
	}
	return list[len(list)-1]
}

// keyAt is a UUIDv7 of that time, from the dice.
func (d *dice) keyAt(t time.Time) lake.Key {
	var u uuid.UUID
	ms, a, b := uint64(t.UnixMilli()), d.Uint64(), d.Uint64()
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	for i := range 2 {
		u[6+i] = byte(a >> (8 * i))
	}
	for i := range 8 {
		u[8+i] = byte(b >> (8 * i))
	}
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return lake.Key(u.String())
}

// china is the vendor's time zone; it has had no summer time since 1991.
var china = time.FixedZone("CST", 8*3600)

// office moves a time into working hours of a working day.
func (d *dice) office(t time.Time) time.Time {
	t = t.In(china)
	switch t.Weekday() {
	case time.Saturday:
		t = t.AddDate(0, 0, -1)
	case time.Sunday:
		t = t.AddDate(0, 0, -2)
	}
	minute := d.between(9*60, 18*60+30)
	return time.Date(t.Year(), t.Month(), t.Day(), minute/60, minute%60, d.IntN(60), 0, china)
}

func days(n float64) time.Duration { return time.Duration(n * 24 * float64(time.Hour)) }
