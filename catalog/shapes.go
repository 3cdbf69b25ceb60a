package catalog

import (
	"context"
	"sync"

	"headwater/lake"
)

// shapes remembers where the columns of derived entities come from, per schema: a schema
// never changes after it was built.
type shapes struct {
	mu  sync.Mutex
	all map[shapeID]*lake.Shaped
}

type shapeID struct {
	schema *lake.Schema
	entity lake.EntityName
}

func newShapes() *shapes { return &shapes{all: map[shapeID]*lake.Shaped{}} }

const shapesKept = 2000

// of is nil when the SELECT can't be read any more.
func (s *shapes) of(ctx context.Context, r *lake.Reader, e *lake.Entity) *lake.Shaped {
	id := shapeID{r.Schema(), e.Name}
	s.mu.Lock()
	known, ok := s.all[id]
	s.mu.Unlock()
	if ok {
		return known
	}
	shaped, err := r.Shape(ctx, e.Home.SQL)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= shapesKept {
		s.all = map[shapeID]*lake.Shaped{}
	}
	s.all[id] = shaped
	return shaped
}
