package pack

import (
	"slices"
	"sync"

	"headwater/sales"
)

// EntityNames are the entities that conditions, checks and templates of packs may speak
// of: those that sales declares.
func EntityNames() []string { return slices.Clone(entityNames()) }

var entityNames = sync.OnceValue(func() (out []string) {
	for _, e := range sales.Entities() {
		out = append(out, string(e.Name))
	}
	return out
})
