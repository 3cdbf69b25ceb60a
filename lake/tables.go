package lake

import (
	"maps"
	"sync"
)

// Tables holds what a store knows of its entities' tables; T is what it knows of one.
// Tables are made while others read, so what is committed and what the writers'
// transaction has made beside it are two maps, of which neither is changed once it stands.
type Tables[T any] struct {
	mu    sync.RWMutex
	known map[EntityName]*T // what is committed
	ahead map[EntityName]*T // what writers see; nil: the same
}

// Load replaces what is committed.
func (t *Tables[T]) Load(known map[EntityName]*T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known = known
}

// Seen is the map that readers or, with writing, writers go by. It isn't to be changed.
func (t *Tables[T]) Seen(writing bool) map[EntityName]*T {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if writing && t.ahead != nil {
		return t.ahead
	}
	return t.known
}

// Put shows a new or a changed table to writers.
func (t *Tables[T]) Put(e EntityName, table *T) {
	next := maps.Clone(t.Seen(true))
	next[e] = table
	t.Back(next)
}

// Back is what writers see from now on: what Seen gave before, or nil for what is
// committed.
func (t *Tables[T]) Back(ahead map[EntityName]*T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ahead = ahead
}

// Publish shows to everybody what was made.
func (t *Tables[T]) Publish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ahead != nil {
		t.known, t.ahead = t.ahead, nil
	}
}
