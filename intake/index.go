package intake

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"maps"

	"github.com/google/uuid"

	"headwater/lake"
)

// sum stands for a text in an index. 128 bits make a collision of two different texts
// less likely than a fault of the machine.
type sum [2]uint64

var seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

func sumOf(s string) sum {
	return sum{maphash.String(seeds[0], s), maphash.String(seeds[1], s)}
}

// slot is a key in 16 bytes: a UUID, or the number of an odd key.
type slot [16]byte

var several = slot{0: 0xFE} // more than one key

// index finds records by the value of one field. What a batch adds is staged until
// the batch is committed.
type index struct {
	entity lake.EntityName
	field  lake.FieldName
	fold   func(string) string
	at     map[sum]slot
	odd    []lake.Key
	moved  map[lake.Key]sum // present values of records that changed after they were indexed
	staged struct {
		at    map[sum]slot
		moved map[lake.Key]sum
	}
}

func newIndex(entity lake.EntityName, field lake.FieldName) *index {
	x := &index{entity: entity, field: field, fold: foldFor(field), at: map[sum]slot{}, moved: map[lake.Key]sum{}}
	x.reset()
	return x
}

// foldFor says how values of a field are compared.
func foldFor(field lake.FieldName) func(string) string {
	switch field {
	case lake.FieldID, "external_id", "code":
		return exact
	case "domain", "website":
		return func(s string) string { return domainOf(loose(s)) }
	}
	return loose
}

func (x *index) reset() {
	x.staged.at, x.staged.moved = map[sum]slot{}, map[lake.Key]sum{}
}

// keep makes staged what is.
func (x *index) keep() {
	maps.Copy(x.at, x.staged.at)
	maps.Copy(x.moved, x.staged.moved)
	x.reset()
}

func (x *index) pack(k lake.Key) slot {
	if u, err := uuid.Parse(string(k)); err == nil && len(k) == 36 && u.String() == string(k) && u[0] < 0xFE {
		return slot(u)
	}
	s := slot{0: 0xFF}
	binary.BigEndian.PutUint64(s[8:], uint64(len(x.odd)))
	x.odd = append(x.odd, k)
	return s
}

func (x *index) unpack(s slot) lake.Key {
	if s[0] == 0xFF {
		return x.odd[binary.BigEndian.Uint64(s[8:])]
	}
	return lake.Key(uuid.UUID(s).String())
}

// of is the sum of a record's value, and whether it has one.
func (x *index) of(key lake.Key, cells lake.Cells) (sum, bool) {
	if x.field == lake.FieldID {
		return sumOf(string(key)), true
	}
	v := cells[x.field]
	if v == "" {
		return sum{}, false
	}
	return sumOf(x.fold(string(v))), true
}

// load adds a record while the index is built.
func (x *index) load(rec *lake.Record) {
	if s, ok := x.of(rec.Key, rec.Cells); ok {
		if _, taken := x.at[s]; taken {
			x.at[s] = several
			return
		}
		x.at[s] = x.pack(rec.Key)
	}
}

// stage notes that a record holds a value now; before is what it may have held.
func (x *index) stage(key lake.Key, cells lake.Cells, existed bool) {
	s, ok := x.of(key, cells)
	if existed {
		if _, touched := cells[x.field]; !touched && x.field != lake.FieldID {
			return
		}
		x.staged.moved[key] = s
	}
	if !ok {
		return
	}
	if old, many := x.find(s); many || old != "" && old != key {
		x.staged.at[s] = several
		return
	}
	x.staged.at[s] = x.pack(key)
}

// gone notes that a record was deleted.
func (x *index) gone(key lake.Key) { x.staged.moved[key] = sum{} }

// find returns the key of the record with this value, "" when there is none; many
// when there are several.
func (x *index) find(s sum) (key lake.Key, many bool) {
	at, ok := x.staged.at[s]
	if !ok {
		if at, ok = x.at[s]; !ok {
			return "", false
		}
	}
	if at == several {
		return "", true
	}
	key = x.unpack(at)
	now, moved := x.staged.moved[key]
	if !moved {
		now, moved = x.moved[key]
	}
	if moved && now != s {
		return "", false
	}
	return key, false
}

// place names an index.
type place struct {
	entity lake.EntityName
	field  lake.FieldName
}

// catalog is all indexes of one import or preview, as of one revision.
type catalog struct {
	indexes map[place]*index
	rev     lake.Revision
}

// newCatalog builds the indexes; each entity is scanned once.
func newCatalog(ctx context.Context, r *lake.Reader, places []place) (*catalog, error) {
	c := &catalog{indexes: map[place]*index{}, rev: r.Revision()}
	byEntity := map[lake.EntityName][]*index{}
	for _, p := range places {
		if c.indexes[p] == nil {
			x := newIndex(p.entity, p.field)
			c.indexes[p] = x
			byEntity[p.entity] = append(byEntity[p.entity], x)
		}
	}
	for entity, list := range byEntity {
		err := r.Scan(ctx, entity, func(rec lake.Record) error {
			for _, x := range list {
				x.load(&rec)
			}
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
}

// wrote stages what was written to a record.
func (c *catalog) wrote(entity lake.EntityName, key lake.Key, cells lake.Cells, existed bool) {
	for p, x := range c.indexes {
		if p.entity == entity {
			x.stage(key, cells, existed)
		}
	}
}

func (c *catalog) keep(rev lake.Revision) {
	for _, x := range c.indexes {
		x.keep()
	}
	c.rev = max(c.rev, rev)
}

func (c *catalog) reset() {
	for _, x := range c.indexes {
		x.reset()
	}
}

// catchUp takes in what others wrote on the branch since the catalog's revision. It
// is called under the commit lock, so that nothing can come between it and the batch.
func (c *catalog) catchUp(ctx context.Context, store lake.StoreReader, head lake.Revision, branch lake.BranchID, tx *lake.Tx) error {
	if head <= c.rev {
		return nil
	}
	seen := map[lake.EntityName]bool{}
	for p := range c.indexes {
		e, err := tx.Schema().Entity(p.entity)
		if err != nil || e.Directory || seen[p.entity] {
			continue
		}
		seen[p.entity] = true
		changed := map[lake.Key]bool{}
		err = store.Changes(ctx, e, c.rev, head, func(ch lake.Change) error {
			if ch.Branch == branch {
				changed[ch.Key] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := c.renew(tx, p.entity, changed); err != nil {
			return err
		}
	}
	c.keep(head)
	return nil
}

// renew reads records again that others changed.
func (c *catalog) renew(tx *lake.Tx, entity lake.EntityName, changed map[lake.Key]bool) error {
	for key := range changed {
		rec, err := tx.Get(entity, key)
		_, gone := problemOf(err)
		if err != nil && !gone {
			return err
		}
		for p, x := range c.indexes {
			switch {
			case p.entity != entity:
			case gone:
				x.gone(key)
			default:
				x.renew(key, rec.Cells)
			}
		}
	}
	return nil
}

// renew notes the present value of a record that others changed or added.
func (x *index) renew(key lake.Key, cells lake.Cells) {
	s, ok := x.of(key, cells)
	x.staged.moved[key] = s
	if ok {
		if old, many := x.find(s); many || old != "" && old != key {
			x.staged.at[s] = several
			return
		}
		x.staged.at[s] = x.pack(key)
	}
}
