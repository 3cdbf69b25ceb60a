package lake

import "time"

// Mode says what time does to what is read of an entity at a place.
type Mode string

// The modes.
const (
	ModeNative   Mode = "native"   // a revision fixes it
	ModeFloating Mode = "floating" // the base is read as it is now; a revision fixes the overlay only
	ModePinned   Mode = "pinned"   // the base is fixed, too
	ModeKept     Mode = "kept"     // the base is read from a copy that is refreshed
)

// HomeState is how an entity is seen at a reader's place.
type HomeState struct {
	Mode Mode      `json:"mode"`
	At   time.Time `json:"at,omitzero"` // how old a kept or pinned base is
	Rows int64     `json:"rows,omitempty"`

	// Above is the high-water field by which a kept base has been brought up to date
	// since all of its rows were read (Whole; zero: not known when). Rows that were
	// changed below the mark, or deleted, since then aren't noticed.
	Above FieldName `json:"above,omitempty"`
	Whole time.Time `json:"whole,omitzero"`
}

// floats tells whether an entity's base moves without a revision. Copies that are kept
// float, too: they are refreshed.
func (s *Schema) floats(e *Entity, pins map[EntityName]CopyOf, depth int) bool {
	if _, ok := pins[e.Name]; ok || depth > MaxDerived {
		return false
	}
	var below []EntityName
	switch e.Home.Kind {
	case Foreign:
		return true
	case Clone:
		below = []EntityName{e.Home.Of}
	case Derived:
		if e.Home.Keep != nil {
			return true
		}
		below = e.Home.Reads
	}
	for _, n := range below {
		if b, ok := s.entities[n]; ok && b.Overlaid() && s.floats(b, pins, depth+1) {
			return true
		}
	}
	return false
}

// MaxDerived is how many entities may stand on each other.
const MaxDerived = 32

// State tells how an entity is seen at this place.
func (r *Reader) State(e *Entity, copies map[EntityName]CopyOf) HomeState {
	pins := r.branch.Pins
	if c, ok := pins[e.Name]; ok {
		return HomeState{Mode: ModePinned, At: c.At, Rows: c.Rows}
	}
	if c, ok := copies[e.Name]; ok {
		out := HomeState{Mode: ModeKept, At: c.At, Rows: c.Rows}
		if e.Home.Keep != nil && e.Home.Keep.HighWater != "" && c.Whole.Before(c.At) {
			out.Above, out.Whole = e.Home.Keep.HighWater, c.Whole
		}
		return out
	}
	switch {
	case !e.Overlaid():
		return HomeState{Mode: ModeNative}
	case r.schema.floats(e, pins, 0):
		return HomeState{Mode: ModeFloating}
	}
	return HomeState{Mode: ModePinned}
}

// mayRead refuses entities whose rows weren't made for this workspace's row scope, and
// the past of what floats.
func (r *Reader) mayRead(e *Entity) error {
	if !e.Overlaid() {
		return nil
	}
	if r.past && r.schema.floats(e, r.branch.Pins, 0) {
		return Fail(ErrInvalid, "entity_floating", "The entity "+string(e.Name)+" is read from its source as it is now; it has no past here.", "entity", e.Name)
	}
	if r.rights.AllRows || e.Home.Open || e.Home.Kind != Foreign && e.Home.Keep == nil {
		return nil
	}
	return Fail(ErrForbidden, "entity_restricted", "The entity "+string(e.Name)+" is open to people who see all records only.", "entity", e.Name)
}
