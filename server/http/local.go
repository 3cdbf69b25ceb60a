package httpapi

import (
	"context"

	"headwater/access"
	"headwater/lake"
)

type localKey struct{}

// Local marks the context of requests that this process makes to its own handler: the
// command line on a data directory. Whoever holds the directory may do everything.
// Nothing that comes over a network can carry the mark.
func Local(ctx context.Context) context.Context { return context.WithValue(ctx, localKey{}, true) }

func localIdentity(ctx context.Context) (access.Identity, bool) {
	if ctx.Value(localKey{}) == nil {
		return access.Identity{}, false
	}
	return access.Identity{Person: access.Person{Name: lake.System.Name, Role: access.Owner}}, true
}
