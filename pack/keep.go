package pack

import (
	"bytes"
	"slices"
	"strconv"

	"headwater/lake"
)

// RecordKey is the key of the record that holds a change of an item.
func RecordKey(pack, section, id string) lake.Key { return keyOf(pack, section, id) }

// keyOf is the same on every branch, so edits of one item meet when branches merge.
func keyOf(pack, section, id string) lake.Key {
	return lake.KeyOf(lake.Cell(pack), lake.Cell(section), lake.Cell(id))
}

// Put writes an item of a pack as the library's workspace shall have it; an item that
// the pack doesn't have is added. Body is YAML. The whole pack, and those that build on
// it, are tested with the item in place; what is wrong comes back as Problems and nothing
// is written.
func (l *Library) Put(tx *lake.Tx, pack string, item Item, condition func(entity, text string) error) error {
	next := append(l.without(pack, item), change{Item: item, pack: pack, position: l.position(pack, item)})
	if err := l.test(pack, next, condition); err != nil {
		return err
	}
	return l.write(tx, next[len(next)-1])
}

// Remove leaves an item out. What others need can't be removed.
func (l *Library) Remove(tx *lake.Tx, pack, section, id string, condition func(entity, text string) error) error {
	item := Item{Section: section, ID: id}
	next := l.without(pack, item)
	p := l.shipped[pack]
	if p == nil || !shippedItem(p, section, id) {
		if err := l.test(pack, next, condition); err != nil {
			return err
		}
		_, err := tx.Delete(Items, keyOf(pack, section, id), lake.Restrict)
		return err
	}
	next = append(next, change{Item: item, pack: pack, removed: true})
	if err := l.test(pack, next, condition); err != nil {
		return err
	}
	return l.write(tx, next[len(next)-1])
}

// Reset makes an item again what was shipped.
func (l *Library) Reset(tx *lake.Tx, pack, section, id string, condition func(entity, text string) error) error {
	if err := l.test(pack, l.without(pack, Item{Section: section, ID: id}), condition); err != nil {
		return err
	}
	_, err := tx.Delete(Items, keyOf(pack, section, id), lake.Restrict)
	return err
}

// PutPack takes a whole pack in, such as one from an archive: of a shipped pack the
// differences are kept, of any other everything. It returns how many items were written.
func (l *Library) PutPack(tx *lake.Tx, p *Pack) (int, error) {
	if err := above(p, l.others(p.Meta.ID)); err != nil {
		return 0, err
	}
	items, err := Split(p)
	if err != nil {
		return 0, err
	}
	var before []Item
	if old := l.shipped[p.Meta.ID]; old != nil {
		if before, err = Split(old); err != nil {
			return 0, err
		}
	}
	written := 0
	for i, item := range items {
		j := slices.IndexFunc(before, func(o Item) bool { return o.Section == item.Section && o.ID == item.ID })
		if j >= 0 && bytes.Equal(before[j].Body, item.Body) {
			if l.State(p.Meta.ID, item.Section, item.ID) == AsShipped {
				continue
			}
			if _, err := tx.Delete(Items, keyOf(p.Meta.ID, item.Section, item.ID), lake.Restrict); err != nil {
				return written, err
			}
		} else if now, ok, err := l.Find(p.Meta.ID, item.Section, item.ID); err != nil {
			return written, err
		} else if ok && bytes.Equal(now.Body, item.Body) {
			continue
		} else if err := l.write(tx, change{Item: item, pack: p.Meta.ID, position: i}); err != nil {
			return written, err
		}
		written++
	}
	gone := func(section, id string) bool {
		return !slices.ContainsFunc(items, func(i Item) bool { return i.Section == section && i.ID == id })
	}
	for _, b := range before {
		if gone(b.Section, b.ID) && l.State(p.Meta.ID, b.Section, b.ID) != Removed {
			if err := l.write(tx, change{Item: Item{Section: b.Section, ID: b.ID}, pack: p.Meta.ID, removed: true}); err != nil {
				return written, err
			}
			written++
		}
	}
	for _, c := range l.changes[p.Meta.ID] {
		if gone(c.Section, c.ID) && l.State(p.Meta.ID, c.Section, c.ID) == Added {
			if _, err := tx.Delete(Items, keyOf(p.Meta.ID, c.Section, c.ID), lake.Restrict); err != nil {
				return written, err
			}
			written++
		}
	}
	return written, nil
}

func (l *Library) without(pack string, item Item) []change {
	return slices.DeleteFunc(slices.Clone(l.changes[pack]), func(c change) bool { return c.Section == item.Section && c.ID == item.ID })
}

func (l *Library) position(pack string, item Item) int {
	for _, c := range l.changes[pack] {
		if c.Section == item.Section && c.ID == item.ID {
			return c.position
		}
	}
	return len(l.changes[pack]) + 1000 // behind what the pack shipped with
}

// DropPack takes every change of a pack back: a shipped one is as it was shipped again,
// an uploaded one is gone. It returns how many items were written.
func (l *Library) DropPack(tx *lake.Tx, pack string) (int, error) {
	if _, ok := l.Pack(pack); !ok && len(l.changes[pack]) == 0 {
		return 0, unknown(pack)
	}
	others := l.others(pack)
	if p := l.shipped[pack]; p != nil {
		if err := above(p, others); err != nil {
			return 0, err
		}
	} else if i := slices.IndexFunc(others, func(o *Pack) bool { return slices.Contains(o.Meta.Depends, pack) }); i >= 0 {
		return 0, Problems{{File: others[i].Meta.ID, Key: "pack.depends", Found: say("pack_going", quoted(pack)), Expected: say("packs_there")}}
	}
	for _, c := range l.changes[pack] {
		if _, err := tx.Delete(Items, keyOf(pack, c.Section, c.ID), lake.Restrict); err != nil {
			return 0, err
		}
	}
	return len(l.changes[pack]), nil
}

func (l *Library) others(pack string) []*Pack {
	return slices.DeleteFunc(l.Packs(), func(p *Pack) bool { return p.Meta.ID == pack })
}

// test tries changes of a pack, and whether what builds on it still holds together.
func (l *Library) test(pack string, changes []change, condition func(entity, text string) error) error {
	items, err := l.items(pack, changes)
	if err != nil {
		return err
	}
	others := l.others(pack)
	p, err := Join(items, Options{Condition: condition, Others: others})
	if err != nil {
		return err
	}
	return above(p, others)
}

// above tests whether the packs that build on p still hold together.
func above(p *Pack, others []*Pack) error {
	pack := p.Meta.ID
	for _, o := range others {
		if !slices.Contains(o.Meta.Depends, pack) && !slices.Contains(o.Meta.Extends, pack) {
			continue
		}
		items, err := Split(o)
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(slices.Clone(others), func(x *Pack) bool { return x == o })
		if _, err := Join(items, Options{Others: append(rest, p)}); err != nil {
			if problems, ok := err.(Problems); ok {
				return within(o.Meta.ID, problems)
			}
			return err
		}
	}
	return nil
}

func (l *Library) write(tx *lake.Tx, c change) error {
	cells := lake.Cells{"title": lake.Cell(titled(l.shipped[c.pack], c.ID, c.Section, c.Body)), "pack": lake.Cell(c.pack), "section": lake.Cell(c.Section), "item": lake.Cell(c.ID),
		"position": lake.Cell(strconv.Itoa(c.position)), "body": lake.Cell(c.Body), "removed": ""}
	if c.removed {
		cells["removed"] = "true"
	}
	_, err := tx.Put(Items, keyOf(c.pack, c.Section, c.ID), cells)
	return err
}

// Find gives an item of a pack as YAML, as the library has it.
func (l *Library) Find(pack, section, id string) (Item, bool, error) {
	e, ok := l.Entry(pack, section, id)
	if !ok {
		return Item{}, false, nil
	}
	body, err := encode(e)
	return Item{section, id, body}, true, err
}

// Encode writes one entry of a section, such as a Segment, as the body of an item.
func Encode(entry any) ([]byte, error) { return encode(entry) }
