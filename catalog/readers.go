package catalog

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"headwater/lake"
)

// ReaderCount tells how often somebody read an entity, and when last.
type ReaderCount struct {
	User   lake.Key  `json:"user_id"`
	Via    string    `json:"via" enum:"page,sql,export,api"`
	Count  int64     `json:"count"`
	LastAt time.Time `json:"last_at"`
}

const (
	kindReaders   = "readers"
	readersEvery  = 5 * time.Second
	readersQueued = 256
)

// readerDoc are the readers of one entity, as they are kept.
type readerDoc struct {
	Since time.Time              `json:"since"`
	By    map[string]ReaderCount `json:"by"`
}

// readers counts in memory; the counts are written every few seconds.
type readers struct {
	mu    sync.Mutex
	fresh map[lake.EntityName]map[string]ReaderCount
	texts chan readText
}

// readText is a SELECT of which it isn't known yet what it reads.
type readText struct {
	reader *lake.Reader
	user   lake.Key
	via    string
	text   string
	at     time.Time
}

func newReaders() *readers {
	return &readers{fresh: map[lake.EntityName]map[string]ReaderCount{}, texts: make(chan readText, readersQueued)}
}

// Read counts that somebody read entities.
func (k *Catalog) Read(user lake.Key, via string, entities ...lake.EntityName) {
	k.readers.count(user, via, k.now().UTC(), entities...)
}

func (c *readers) count(user lake.Key, via string, at time.Time, entities ...lake.EntityName) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range entities {
		if c.fresh[e] == nil {
			c.fresh[e] = map[string]ReaderCount{}
		}
		id := string(user) + "|" + via
		n := c.fresh[e][id]
		c.fresh[e][id] = ReaderCount{User: user, Via: via, Count: n.Count + 1, LastAt: at}
	}
}

// ReadText counts what a SELECT read. It is found out in the background; when too many
// wait, some aren't counted.
func (k *Catalog) ReadText(r *lake.Reader, user lake.Key, via, text string) {
	select {
	case k.readers.texts <- readText{r, user, via, text, k.now().UTC()}:
	default:
	}
}

func (k *Catalog) countReaders() {
	tick := time.NewTicker(readersEvery)
	defer tick.Stop()
	for {
		select {
		case <-k.life.Done():
			for len(k.readers.texts) > 0 {
				k.countText(context.Background(), <-k.readers.texts)
			}
			k.flushReaders(context.Background())
			return
		case t := <-k.readers.texts:
			k.countText(k.life, t)
		case <-tick.C:
			k.flushReaders(k.life)
		}
	}
}

func (k *Catalog) countText(ctx context.Context, t readText) {
	ctx, cancel := context.WithTimeout(ctx, readersEvery)
	defer cancel()
	shaped, err := t.reader.Shape(ctx, t.text)
	if err != nil {
		return
	}
	var entities []lake.EntityName
	for _, r := range shaped.Reads {
		if !slices.Contains(entities, r.Entity) {
			entities = append(entities, r.Entity)
		}
	}
	k.readers.count(t.user, t.via, t.at, entities...)
}

func (k *Catalog) flushReaders(ctx context.Context) {
	k.readers.mu.Lock()
	fresh := k.readers.fresh
	k.readers.fresh = map[lake.EntityName]map[string]ReaderCount{}
	k.readers.mu.Unlock()
	for e, counts := range fresh {
		if err := k.addReaders(ctx, e, counts); err != nil {
			k.log.Warn("readers can't be counted", "entity", e, "error", err)
		}
	}
}

func (k *Catalog) addReaders(ctx context.Context, e lake.EntityName, counts map[string]ReaderCount) error {
	var doc readerDoc
	if err := k.registry().Load(ctx, kindReaders, string(e), &doc); err != nil && !errors.Is(err, lake.ErrNotFound) {
		return err
	}
	if doc.By == nil {
		doc = readerDoc{Since: k.now().UTC(), By: map[string]ReaderCount{}}
	}
	for id, n := range counts {
		n.Count += doc.By[id].Count
		doc.By[id] = n
	}
	return k.registry().Save(ctx, kindReaders, string(e), doc)
}

// Readers lists who read an entity, the last ones first, and since when that is counted.
func (k *Catalog) Readers(ctx context.Context, e lake.EntityName) ([]ReaderCount, time.Time, error) {
	k.flushReaders(ctx)
	var doc readerDoc
	if err := k.registry().Load(ctx, kindReaders, string(e), &doc); err != nil && !errors.Is(err, lake.ErrNotFound) {
		return nil, time.Time{}, err
	}
	var out []ReaderCount
	for _, n := range doc.By {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b ReaderCount) int {
		return cmp.Or(b.LastAt.Compare(a.LastAt), cmp.Compare(a.User, b.User), cmp.Compare(a.Via, b.Via))
	})
	return out, doc.Since, nil
}
