package pack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"

	"headwater/lake"
)

// Items is the entity that holds what a workspace changed in its packs.
const Items lake.EntityName = "pack_items"

// Kept gives the packs as a branch sees them: those of the binary, and over them the
// items that people changed, added or left out, which are records. It is safe for
// concurrent use.
type Kept struct {
	shipped func() ([]*Pack, error)

	mu    sync.Mutex
	known map[[32]byte]*Library // by what was changed; a handful, see remember
}

// NewKept reads nothing yet; the shipped packs are read at the first question.
func NewKept() *Kept {
	return &Kept{shipped: sync.OnceValues(func() ([]*Pack, error) { return Shipped(Options{}) }), known: map[[32]byte]*Library{}}
}

// Prepare reads the shipped packs ahead: else the first question waits for it, about half
// a second. What is wrong with them the questions tell.
func (k *Kept) Prepare() { k.shipped() } //nolint:errcheck // it is remembered, and told to whoever asks

// change is what a workspace says of one item.
type change struct {
	Item
	pack     string
	removed  bool
	position int
}

// At gives the packs that a reader sees. An item that can't be read, because somebody
// broke its record, is told in Problems and left out; a pack that doesn't hold together
// then is as it was shipped.
func (k *Kept) At(ctx context.Context, r *lake.Reader) (*Library, error) {
	var changes []change
	digest := sha256.New()
	err := r.Scan(ctx, Items, func(rec lake.Record) error {
		c := change{Item: Item{string(rec.Cells["section"]), string(rec.Cells["item"]), []byte(rec.Cells["body"])}, pack: string(rec.Cells["pack"]), removed: rec.Cells["removed"] == "true"}
		c.position, _ = strconv.Atoi(string(rec.Cells["position"]))
		fmt.Fprintf(digest, "%q %q %q %v %d %q\n", c.pack, c.Section, c.ID, c.removed, c.position, c.Body)
		changes = append(changes, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	key := [32]byte(digest.Sum(nil))
	k.mu.Lock()
	l := k.known[key]
	k.mu.Unlock()
	if l != nil {
		return l, nil
	}
	shipped, err := k.shipped()
	if err != nil {
		return nil, err
	}
	if l, err = newLibrary(shipped, changes); err == nil {
		k.remember(key, l)
	}
	return l, err
}

// remember keeps a few libraries: main's, and those of branches where packs differ.
func (k *Kept) remember(key [32]byte, l *Library) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= 16 {
		clear(k.known)
	}
	k.known[key] = l
}

// Library is all packs of a workspace on one branch. It isn't changed once it is made.
type Library struct {
	shipped map[string]*Pack
	packs   []*Pack
	changes map[string][]change // by pack
	// Problems are of items whose records are broken; their packs are without them.
	Problems Problems

	mu     sync.Mutex
	merged map[string]*Merged
}

func newLibrary(shipped []*Pack, changes []change) (*Library, error) {
	l := &Library{shipped: map[string]*Pack{}, changes: map[string][]change{}, merged: map[string]*Merged{}}
	ids := []string{}
	for _, p := range shipped {
		l.shipped[p.Meta.ID] = p
		ids = append(ids, p.Meta.ID)
	}
	for _, c := range changes {
		if l.changes[c.pack] == nil && l.shipped[c.pack] == nil {
			ids = append(ids, c.pack)
		}
		l.changes[c.pack] = append(l.changes[c.pack], c)
	}
	var others []*Pack
	for _, p := range shipped { // what depends on nothing comes first, so its changes are seen by the rest
		others = append(others, p)
	}
	for _, id := range ids {
		p, ok := l.shipped[id]
		if list := l.changes[id]; len(list) > 0 {
			changed, problems, err := l.applied(id, list, others)
			if err != nil {
				return nil, err
			}
			if l.Problems = append(l.Problems, within(id, problems)...); changed != nil {
				p, ok = changed, true
			}
		}
		if ok {
			l.packs = append(l.packs, p)
			others = append(slices.DeleteFunc(slices.Clone(others), func(o *Pack) bool { return o.Meta.ID == id }), p)
		}
	}
	return l, nil
}

// applied is a pack with its changes, broken ones left out and told. It is nil when it
// doesn't hold together even without them.
func (l *Library) applied(id string, changes []change, others []*Pack) (*Pack, Problems, error) {
	var told Problems
	changes = slices.DeleteFunc(slices.Clone(changes), func(c change) bool { // what can't be read by itself
		d := &decoder{file: c.Section + "/" + c.ID, opts: &Options{}}
		if !c.removed {
			d.item(c.Item, reflect.ValueOf(&Pack{}).Elem(), map[string]bool{})
		}
		told = append(told, d.problems...)
		return len(d.problems) > 0
	})
	for { // what doesn't fit the rest
		p, err := l.apply(id, changes, others)
		if err == nil {
			return p, told, nil
		}
		problems, ok := err.(Problems)
		if !ok {
			return nil, nil, err
		}
		told = append(told, problems...)
		n := len(changes)
		changes = slices.DeleteFunc(slices.Clone(changes), func(c change) bool {
			return !c.removed && slices.ContainsFunc(problems, func(p Problem) bool { return p.File == c.Section+"/"+c.ID })
		})
		if len(changes) == n {
			return nil, told, nil
		}
	}
}

// apply puts changes over a pack as it was shipped, if it was.
func (l *Library) apply(id string, changes []change, others []*Pack) (*Pack, error) {
	items, err := l.items(id, changes)
	if err != nil {
		return nil, err
	}
	return Join(items, Options{Others: slices.DeleteFunc(slices.Clone(others), func(o *Pack) bool { return o.Meta.ID == id })})
}

func (l *Library) items(id string, changes []change) ([]Item, error) {
	var items []Item
	if p := l.shipped[id]; p != nil {
		var err error
		if items, err = Split(p); err != nil {
			return nil, err
		}
	}
	at := map[string]int{}
	for i, item := range items {
		at[item.Section+"/"+item.ID] = i
	}
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.position, b.position), cmp.Compare(a.Section, b.Section), cmp.Compare(a.ID, b.ID))
	})
	out := slices.Clone(items)
	for _, c := range changes {
		i, known := at[c.Section+"/"+c.ID]
		switch {
		case known && c.removed:
			out[i].Section = ""
		case known:
			out[i] = c.Item
		case !c.removed:
			out = append(out, c.Item)
		}
	}
	return slices.DeleteFunc(out, func(i Item) bool { return i.Section == "" }), nil
}

// Packs are all packs, the shipped ones first.
func (l *Library) Packs() []*Pack { return slices.Clone(l.packs) }

// Pack finds one by its id.
func (l *Library) Pack(id string) (*Pack, bool) {
	i := slices.IndexFunc(l.packs, func(p *Pack) bool { return p.Meta.ID == id })
	if i < 0 {
		return nil, false
	}
	return l.packs[i], true
}

// Products are the packs that say how to sell a product, not those that know an industry.
func (l *Library) Products() []*Pack {
	return slices.DeleteFunc(l.Packs(), func(p *Pack) bool { return len(p.Meta.Extends) > 0 })
}

// For gives the pack of a product together with those it depends on and the industries
// that extend it. The errors are a lake error pack_unknown, and Problems.
func (l *Library) For(product string) (*Merged, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := l.merged[product]; m != nil {
		return m, nil
	}
	first, ok := l.Pack(product)
	if !ok {
		return nil, lake.Fail(lake.ErrNotFound, "pack_unknown", "There is no knowledge pack "+product+".", "pack", product)
	}
	list := []*Pack{first}
	has := func(id string) bool { return slices.ContainsFunc(list, func(p *Pack) bool { return p.Meta.ID == id }) }
	for i := 0; i < len(list); i++ {
		for _, id := range list[i].Meta.Depends {
			if p, ok := l.Pack(id); ok && !has(id) {
				list = append(list, p)
			}
		}
	}
	for _, p := range l.packs {
		if slices.ContainsFunc(p.Meta.Extends, has) && !has(p.Meta.ID) {
			list = append(list, p)
		}
	}
	m, err := Merge(list...)
	if err == nil {
		l.merged[product] = m
	}
	return m, err
}

// State says how an item stands to the pack as it was shipped.
type State string

// The states of an item.
const (
	AsShipped State = "shipped"
	Changed   State = "changed"
	Added     State = "added"
	Removed   State = "removed"
)

// State of an item; what is unknown is as shipped.
func (l *Library) State(pack, section, id string) State {
	i := slices.IndexFunc(l.changes[pack], func(c change) bool { return c.Section == section && c.ID == id })
	if i < 0 {
		return AsShipped
	}
	switch p := l.shipped[pack]; {
	case l.changes[pack][i].removed:
		return Removed
	case p != nil && shippedItem(p, section, id):
		return Changed
	}
	return Added
}

func shippedItem(p *Pack, section, id string) bool {
	_, ok := entry(p, section, id)
	return ok
}

// Removed lists the items of a shipped pack that the workspace left out.
func (l *Library) Removed(pack string) (out []Item) {
	for _, c := range l.changes[pack] {
		if c.removed {
			out = append(out, c.Item)
		}
	}
	return out
}
