package intake

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"headwater/lake"
)

// rowKey is the key of the record that row n of an import inserts. It is the same
// whenever it is asked for, so that a row can't be inserted twice. Keys ascend with
// the rows, which keeps inserts cheap: the time in the key is the import's beginning
// plus a millisecond for every 4,096 rows.
func rowKey(importID string, begun time.Time, n int64) lake.Key {
	h := sha256.New()
	var num [8]byte
	binary.BigEndian.PutUint64(num[:], uint64(n))
	h.Write([]byte(importID))
	h.Write(num[:])
	return keyAt(begun.Add(time.Duration(n/4096)*time.Millisecond), uint16(n%4096), h.Sum(nil))
}

// rowOf is the number of the row that can have inserted a record under a key.
func rowOf(key lake.Key, begun time.Time) (n int64, ok bool) {
	u, err := uuid.Parse(string(key))
	if err != nil {
		return 0, false
	}
	ms := int64(binary.BigEndian.Uint64(u[:8]) >> 16)
	n = (ms-begun.UnixMilli())*4096 + int64(binary.BigEndian.Uint16(u[6:8])&0xFFF)
	return n, n > 0
}

// madeKey is the key of a record that an import makes because a row refers to it.
func madeKey(importID string, begun time.Time, p place, text string) lake.Key {
	h := sha256.Sum256([]byte(importID + "\x00" + string(p.entity) + "\x00" + string(p.field) + "\x00" + text))
	return keyAt(begun, binary.BigEndian.Uint16(h[8:])&0xFFF, h[:])
}

// keyAt builds a UUIDv7 from a time, 12 bits of order and a hash.
func keyAt(t time.Time, order uint16, hash []byte) lake.Key {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(t.UnixMilli())<<16)
	binary.BigEndian.PutUint16(u[6:8], 0x7000|order)
	copy(u[8:], hash)
	u[8] = u[8]&0x3F | 0x80
	return lake.Key(u.String())
}
