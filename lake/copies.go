package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"
)

// complete adds to a view what only entities with a base need.
func (l *Lake) complete(ctx context.Context, v View) (View, error) {
	v.Past = func(ctx context.Context, rev Revision, at time.Time) (View, error) {
		return l.pastView(ctx, v, rev, at)
	}
	if !v.Schema.overlaid {
		return v, nil
	}
	v.Elsewhere = func(ctx context.Context, b BranchID, r Revision) (View, error) {
		return l.viewAt(ctx, v, b, r)
	}
	var err error
	v.Copies, err = l.copies(ctx, v.Branch, v.Schema)
	return v, err
}

// viewAt is another place seen with the same rights.
func (l *Lake) viewAt(ctx context.Context, v View, b BranchID, r Revision) (View, error) {
	w := View{Branch: b, Lineage: l.lineage(b, r), Head: r == l.current(), Rights: v.Rights}
	var err error
	if w.Schema, err = l.schema(ctx, w.Lineage); err != nil {
		return w, err
	}
	return l.complete(ctx, w)
}

// pastView is the same branch at another revision, or at the last one before a time.
func (l *Lake) pastView(ctx context.Context, v View, rev Revision, at time.Time) (View, error) {
	now := l.current()
	if !at.IsZero() {
		var err error
		if rev, err = l.revisionAt(ctx, at, now); err != nil {
			return v, err
		}
	}
	if rev <= 0 || rev > now {
		return v, Fail(ErrNotFound, "revision_unknown", "There is no such revision yet.", "revision", rev)
	}
	return l.viewAt(ctx, v, v.Branch, rev)
}

const revisionPage = 1000

// revisionAt finds the last revision that was written no later than a time.
func (l *Lake) revisionAt(ctx context.Context, at time.Time, now Revision) (Revision, error) {
	for upto := now; upto > 0; {
		list, err := l.store.Revisions(ctx, RevisionQuery{Upto: upto, Limit: revisionPage})
		if err != nil {
			return 0, err
		}
		for _, i := range list {
			if !i.At.After(at) {
				return i.Rev, nil
			}
		}
		if len(list) < revisionPage {
			break
		}
		upto = list[len(list)-1].Rev - 1
	}
	return 0, Fail(ErrNotFound, "revision_before", "Nothing had been written at "+at.UTC().Format(time.RFC3339)+" yet.", "at", at.UTC().Format(time.RFC3339))
}

// keptKind is the kind of the documents that say which copy of an entity is kept.
const keptKind = "copy"

// kept is a copy and what it is a copy of.
type kept struct {
	CopyOf
	Stamp string `json:"stamp"`
}

// stamp changes when a copy made before can't be used any more.
func (e *Entity) stamp() string {
	h := e.Home
	h.Keep, h.Open = nil, false
	text, _ := json.Marshal(h)
	sum := sha256.New()
	sum.Write(text)
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Own {
			continue
		}
		sum.Write([]byte("\x00" + string(f.Name) + "\x00" + string(f.Kind) + "\x00" + f.Column + "\x00" + f.Type))
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// copies are what a branch reads instead of bases: its pins, and the kept copies.
func (l *Lake) copies(ctx context.Context, b BranchID, s *Schema) (map[EntityName]CopyOf, error) {
	out := map[EntityName]CopyOf{}
	for n, e := range s.entities {
		if !e.Overlaid() || e.Home.Keep == nil {
			continue
		}
		k, err := l.kept(ctx, e)
		if err != nil {
			return nil, err
		}
		if k != nil {
			out[n] = k.CopyOf
		}
	}
	for n, pin := range l.branch(b).Pins {
		pin.Pinned = true
		out[n] = pin
	}
	return out, nil
}

// kept is the kept copy of an entity as it is defined now; nil when there is none.
func (l *Lake) kept(ctx context.Context, e *Entity) (*kept, error) {
	var k kept
	err := l.store.Registry().Load(ctx, keptKind, string(e.Name), &k)
	if errors.Is(err, ErrNotFound) || err == nil && k.Stamp != e.stamp() {
		return nil, nil
	}
	return &k, err
}

// RefreshCopy makes the kept copy of an entity on main anew, or brings it up to date by
// its high-water field, and has it read from then on. By that field alone, rows that were
// changed and lie below the mark, and rows that were deleted, aren't noticed.
func (l *Lake) RefreshCopy(ctx context.Context, p Principal, entity EntityName) (CopyOf, error) {
	return l.refreshCopy(ctx, p, entity, false)
}

// RefreshWhole is RefreshCopy that reads all rows, whether or not there is a high-water
// field.
func (l *Lake) RefreshWhole(ctx context.Context, p Principal, entity EntityName) (CopyOf, error) {
	return l.refreshCopy(ctx, p, entity, true)
}

func (l *Lake) refreshCopy(ctx context.Context, p Principal, entity EntityName, whole bool) (CopyOf, error) {
	if err := l.mayShape(ctx, p); err != nil {
		return CopyOf{}, err
	}
	lineage := l.lineage(Main, l.current())
	s, err := l.schema(ctx, lineage)
	if err != nil {
		return CopyOf{}, err
	}
	e, err := s.Entity(entity)
	if err != nil {
		return CopyOf{}, err
	}
	if e.Home.Keep == nil {
		return CopyOf{}, Fail(ErrInvalid, "entity_not_kept", "No copy of "+string(entity)+" is kept.", "entity", entity)
	}
	order := CopyOrder{BaseOnly: true}
	old, err := l.kept(ctx, e)
	if err != nil {
		return CopyOf{}, err
	}
	if order.HighWater = e.Home.Keep.HighWater; old != nil && order.HighWater != "" && !whole {
		order.Previous, order.High = old.ID, old.High
	}
	v := View{Branch: Main, Lineage: lineage, Head: true, Schema: s, Rights: seesAll}
	made, err := l.copyBase(ctx, v, e, order)
	if err != nil {
		return CopyOf{}, err
	}
	if order.Previous != "" && order.High != "" { // as the engine decides it
		made.Whole = old.Whole
	}
	return made, l.store.Registry().Save(ctx, keptKind, string(entity), kept{made, e.stamp()})
}

// copyBase writes a copy of what lies under an entity's overlay now.
func (l *Lake) copyBase(ctx context.Context, v View, e *Entity, order CopyOrder) (CopyOf, error) {
	if l.engine == nil {
		return CopyOf{}, errNoEngine
	}
	v, err := l.complete(ctx, v)
	if err != nil {
		return CopyOf{}, err
	}
	delete(v.Copies, e.Name)
	order.ID = string(NewKey())
	at := l.now().UTC()
	done, err := l.engine.Copy(ctx, v, e.Name, order)
	return CopyOf{ID: order.ID, At: at, Whole: at, Rows: done.Rows, Read: done.Read, Bytes: done.Bytes, High: done.High}, err
}

// UsedCopies lists the ids of all copies that something may still read.
func (l *Lake) UsedCopies(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	l.mu.RLock()
	for _, b := range l.branches {
		for _, c := range b.Pins {
			out[c.ID] = true
		}
	}
	l.mu.RUnlock()
	err := l.store.Registry().Each(ctx, keptKind, func(_ string, doc []byte) error {
		var k kept
		err := json.Unmarshal(doc, &k)
		out[k.ID] = true
		return err
	})
	return out, err
}

// pin makes the pins of a new branch: every home that would float on the parent is copied
// now, or held by the source itself; what the parent has pinned stays as it is there.
func (l *Lake) pin(ctx context.Context, parent Branch, only []EntityName) (map[EntityName]CopyOf, error) {
	lineage := l.lineage(parent.ID, l.current())
	s, err := l.schema(ctx, lineage)
	if err != nil {
		return nil, err
	}
	for _, n := range only {
		if _, err := s.Entity(n); err != nil {
			return nil, err
		}
	}
	pins := map[EntityName]CopyOf{}
	maps.Copy(pins, parent.Pins)
	for _, n := range s.order {
		e := s.entities[n]
		if e.Home.Kind != Foreign && e.Home.Keep == nil || len(only) > 0 && !slices.Contains(only, n) {
			continue
		}
		if _, done := pins[n]; done {
			continue
		}
		if pins[n], err = l.pinOne(ctx, View{Branch: parent.ID, Lineage: lineage, Head: true, Schema: s, Rights: seesAll}, e); err != nil {
			return nil, err
		}
	}
	return pins, nil
}

func (l *Lake) pinOne(ctx context.Context, v View, e *Entity) (CopyOf, error) {
	if l.src != nil && e.Home.Kind == Foreign && e.Home.Keep == nil {
		session := l.src.Session(ctx)
		t, err := session.Describe(ctx, e.Home.Source, e.Home.Table)
		_ = session.Close()
		if err != nil {
			return CopyOf{}, err
		}
		if t.Travels && t.Pin != "" {
			return CopyOf{Pin: t.Pin, At: l.now().UTC(), Rows: t.Rows}, nil
		}
	}
	return l.copyBase(ctx, v, e, CopyOrder{BaseOnly: true})
}
