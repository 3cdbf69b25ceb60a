package lake

import (
	"context"
	"time"

	"github.com/google/uuid"
)

type (
	// EntityName names an entity, for example "accounts".
	EntityName string
	// FieldName names a field within its entity; it never changes, labels do.
	FieldName string
	// Key identifies a record within its entity. Native records carry a UUIDv7.
	Key string
	// Revision numbers a committed write, workspace-wide, from 1. 0 means "the head".
	Revision int64
	// BranchID identifies a branch for ever; names of closed branches can be used again.
	BranchID int64
	// VersionID identifies one version of one record, workspace-wide and ascending
	// with the revisions; engines use it as their integer row number.
	VersionID int64
)

// Main is the branch that every workspace begins with.
const (
	Main     BranchID = 0
	MainName          = "main"
)

// NewKey returns a fresh UUIDv7.
func NewKey() Key { return Key(uuid.Must(uuid.NewV7()).String()) }

// NewKeyAt returns a UUIDv7 whose time part is t: records brought in with a known
// time of creation keep it.
func NewKeyAt(t time.Time) Key {
	u := uuid.Must(uuid.NewV7())
	ms := uint64(t.UnixMilli())
	for i := 0; i < 6; i++ {
		u[i] = byte(ms >> (40 - 8*i))
	}
	return Key(u.String())
}

// CreatedAt is the time in a UUIDv7 key, in UTC; zero for any other key.
func (k Key) CreatedAt() time.Time {
	u, err := uuid.Parse(string(k))
	if err != nil || u.Version() != 7 {
		return time.Time{}
	}
	sec, nsec := u.Time().UnixTime()
	return time.Unix(sec, nsec).UTC().Truncate(time.Millisecond)
}

// Principal is who asks: a person, or the system itself.
type Principal struct {
	User Key    // the person's key in the users directory; empty for the system
	Name string // for messages and history
}

// System is the product itself: it sees and may do everything.
var System = Principal{Name: "system"}

// IsSystem tells whether p is the product itself.
func (p Principal) IsSystem() bool { return p == System }

type requestIDKey struct{}

// WithRequestID carries the id of a request to the revisions that it writes.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID is the id given by WithRequestID, or "".
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
