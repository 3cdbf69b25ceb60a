package access_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"headwater/lake"
)

// memory is a registry that keeps documents in maps.
type memory struct {
	mu   sync.Mutex
	docs map[string]map[string][]byte
}

func newMemory() *memory { return &memory{docs: map[string]map[string][]byte{}} }

func missing() error {
	return lake.Fail(lake.ErrNotFound, "document_unknown", "There is no such document.")
}

func (m *memory) Load(_ context.Context, kind, id string, doc any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	raw, ok := m.docs[kind][id]
	if !ok {
		return missing()
	}
	return json.Unmarshal(raw, doc)
}

func (m *memory) Save(_ context.Context, kind, id string, doc any) error {
	raw, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.docs[kind] == nil {
		m.docs[kind] = map[string][]byte{}
	}
	m.docs[kind][id] = raw
	return nil
}

func (m *memory) Create(ctx context.Context, kind, id string, doc any) error {
	if m.Load(ctx, kind, id, new(any)) == nil {
		return lake.Fail(lake.ErrConflict, "document_taken", "There is such a document already.")
	}
	return m.Save(ctx, kind, id, doc)
}

func (m *memory) Remove(_ context.Context, kind, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.docs[kind][id]; !ok {
		return missing()
	}
	delete(m.docs[kind], id)
	return nil
}

func (m *memory) Each(_ context.Context, kind string, fn func(string, []byte) error) error {
	m.mu.Lock()
	docs := maps.Clone(m.docs[kind])
	m.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(docs)) {
		if err := fn(id, docs[id]); err != nil {
			return err
		}
	}
	return nil
}

// text is everything that was ever kept, to look for secrets in it.
func (m *memory) text() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []byte
	for _, docs := range m.docs {
		for id, doc := range docs {
			all = append(append(all, id...), doc...)
		}
	}
	return string(all)
}
