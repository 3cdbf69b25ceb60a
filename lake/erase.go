package lake

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// erasureKind is the kind of the documents that list what was erased. A restored backup
// is older than some of them: ReplayErasures does them again.
const erasureKind = "erasure"

// Erasure says that the values of one record were removed from all revisions.
type Erasure struct {
	Entity EntityName `json:"entity"`
	Key    Key        `json:"id"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
	Reason string     `json:"reason,omitempty"`
}

// eraseKind marks the revisions of an erasure; their reason is "entity key", for engines.
const eraseKind = "erase"

// Erased tells which record a revision erased; engines forget its values.
func (i RevisionInfo) Erased() (e EntityName, key Key, ok bool) {
	if i.Kind != eraseKind {
		return "", "", false
	}
	name, rest, ok := strings.Cut(i.Reason, " ")
	return EntityName(name), Key(rest), ok
}

// Erase removes a record's values from all revisions of all branches, and those of its
// clones' overlays. What is left is a deleted record without values. References to it are
// emptied on every open branch; where a required one stands in the way, nothing happens.
// It can't be undone. Erasing what is already erased does it again, for replays.
func (l *Lake) Erase(ctx context.Context, p Principal, entity EntityName, key Key, reason string) error {
	rights, err := l.rights(ctx, p)
	if err != nil {
		return err
	}
	if !rights.AllRows || !rights.Merge || !rights.Schema || len(rights.Masked[entity]) > 0 {
		return Fail(ErrForbidden, "erase_forbidden", "Erasing needs the rights of an administrator.")
	}
	if strings.ContainsRune(string(entity), ' ') || checkKey(key) != nil {
		return missing(entity, key)
	}
	done := Erasure{Entity: entity, Key: key, At: l.now().UTC(), By: p.Name, Reason: reason}
	if err := l.heldBySource(ctx, p, entity, key); err != nil {
		return err
	}
	// Listed first: an erasure that a crash cut off is done again by a replay.
	if err := l.store.Registry().Save(ctx, erasureKind, string(entity)+"/"+string(key), done); err != nil {
		return err
	}
	return l.exclusive(ctx, func(st StoreTx) error {
		known := false
		for _, b := range l.openBranches() {
			ok, err := l.eraseOn(ctx, st, p, rights, b, entity, key)
			if err != nil {
				return err
			}
			known = known || ok
		}
		if !known {
			return Fail(ErrNotFound, "entity_unknown", "There is no entity named "+string(entity)+".", "entity", entity)
		}
		return nil
	})
}

// heldBySource refuses to erase what would be shown again from its source at once.
func (l *Lake) heldBySource(ctx context.Context, p Principal, entity EntityName, key Key) error {
	lineage := l.lineage(Main, l.current())
	s, err := l.schema(ctx, lineage)
	if err != nil {
		return err
	}
	e, err := s.Entity(entity)
	if err != nil || e.Home.Kind == Native {
		return nil // on another branch, perhaps
	}
	base, err := l.based(l.store, nil).baseOf(ctx, e, lineage, BaseQuery{Keys: []Key{key}})
	if err != nil {
		return err
	}
	if len(base) == 0 {
		return nil
	}
	return Fail(ErrConflict, "erase_held", "The home of "+string(entity)+" holds this record: delete it there first (write the delete back, refresh copies), then erase what the lake has kept of it.",
		"entity", entity, "key", key)
}

func (l *Lake) openBranches() []Branch {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []Branch
	for _, b := range l.branches {
		if b.State == BranchOpen {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Branch) int { return int(a.ID - b.ID) })
	return out
}

// eraseOn deletes the record where a branch still shows it, and blanks all its versions.
func (l *Lake) eraseOn(ctx context.Context, st StoreTx, p Principal, rights *Rights, b Branch, entity EntityName, key Key) (bool, error) {
	schema, err := l.schema(ctx, l.lineage(b.ID, head))
	if err != nil {
		return false, err
	}
	if e, err := schema.Entity(entity); err != nil || e.Internal || e.Directory {
		return false, nil
	}
	tx := l.newTx(ctx, st, p, b, schema)
	tx.rights = rights
	for _, e := range schema.copiesOf(entity) {
		tx.SetIntent(Intent{Kind: eraseKind, Reason: string(e.Name) + " " + string(key)})
		tx.rev = 0 // one revision each: it says what was erased
		if err := tx.beginRevision(); err != nil {
			return false, err
		}
		if err := tx.takeAway(e, key); err != nil {
			return false, err
		}
		if err := st.Erase(e.Stored(), key); err != nil {
			return false, err
		}
	}
	return true, tx.check()
}

// takeAway deletes a record or, of an entity with a base, what was written over it.
func (tx *Tx) takeAway(e *Entity, key Key) error {
	if e.Overlaid() {
		list, err := tx.store.(basedTx).StoreReader.Get(tx.ctx, e.Stored(), tx.lineage, []Key{key})
		if err != nil || len(list) == 0 {
			return err
		}
		return tx.store.(basedTx).putOverlay(e, tx.branch.ID, tx.rev, RowWrite{Key: key, Prev: &list[0], Delete: true})
	}
	_, err := tx.Delete(e.Name, key, Clear)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// copiesOf lists an entity and its clones: their records have the same keys.
func (s *Schema) copiesOf(name EntityName) []*Entity {
	out := []*Entity{s.entities[name]}
	for i := 0; i < len(out); i++ {
		for _, n := range s.order {
			if e := s.entities[n]; e.Home.Kind == Clone && e.Home.Of == out[i].Name && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// Erasures lists what was erased.
func (l *Lake) Erasures(ctx context.Context) ([]Erasure, error) {
	var out []Erasure
	err := l.store.Registry().Each(ctx, erasureKind, func(_ string, doc []byte) error {
		var e Erasure
		err := json.Unmarshal(doc, &e)
		out = append(out, e)
		return err
	})
	return out, err
}

// ReplayErasures erases again what a restored backup had from before; it returns how many.
// What isn't there any more is left out.
func (l *Lake) ReplayErasures(ctx context.Context, list []Erasure) (int, error) {
	n := 0
	for _, e := range list {
		err := l.Erase(ctx, System, e.Entity, e.Key, e.Reason)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
