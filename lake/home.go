package lake

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// HomeKind says what sort of place an entity's rows live in.
type HomeKind string

// The homes of entities.
const (
	Native  HomeKind = ""        // in the store
	Foreign HomeKind = "foreign" // a table or files of a source, read in place
	Derived HomeKind = "derived" // a SELECT over entities
	Clone   HomeKind = "clone"   // another entity, filtered and masked; its keys stay
)

// Home is where an entity's base lives: the rows under its overlay. A native entity has
// no base, only rows of its own. On every other home rows are put and deleted in an
// overlay that lies in the store, by the lineage rule, like native rows.
type Home struct {
	Kind HomeKind `json:"kind,omitempty"`

	// Foreign: a table of a source of the workspace. Every field's Column and Type say
	// what it is there.
	Source string `json:"source,omitempty"`
	Table  string `json:"table,omitempty"`

	// SQL of a derived entity: one SELECT. It runs with the rights of whoever reads.
	// Reads lists the entities that it names.
	SQL   string       `json:"sql,omitempty"`
	Reads []EntityName `json:"reads,omitempty"`

	// Key lists the fields that together are the key, in order; a record's key is their
	// canonical text (KeyOf). Empty: the home has no key and can only be read. A clone
	// has its original's keys.
	Key []FieldName `json:"key,omitempty"`

	// Clone: of which entity, filtered how (AIP-160), with which masks. A clone of a
	// native entity is fixed to the place that was cloned; others float or are pinned
	// like their original.
	Of     EntityName             `json:"of,omitempty"`
	Where  string                 `json:"where,omitempty"`
	Masks  map[FieldName]MaskRule `json:"masks,omitempty"`
	Branch BranchID               `json:"branch,omitempty"`
	At     Revision               `json:"at,omitempty"`

	// Keep, where set, has a copy of the base kept beside the engine, and says how it
	// is refreshed: an accelerated foreign entity, or a materialised derived one.
	Keep *Keep `json:"keep,omitempty"`

	// Open homes are read by everybody. Others are read by those who see all rows:
	// what a source holds wasn't made for this workspace's row scope.
	Open bool `json:"open,omitempty"`
}

// Keep says how a kept copy is refreshed.
type Keep struct {
	Every     time.Duration `json:"every,omitempty"`      // 0: by hand
	HighWater FieldName     `json:"high_water,omitempty"` // a field that only grows: refreshing reads what lies above
}

// MaskRule is what a clone shows instead of a value: a function of the value and, for
// MaskShift, the record's key, so that equal values stay equal and joins still work.
type MaskRule struct {
	Rule string `json:"rule"`
	N    int    `json:"n,omitempty"`    // of first: characters kept; shift: days at most; round: digits before the point
	Text string `json:"text,omitempty"` // of constant: the value
	Lang string `json:"lang,omitempty"` // of fake names: zh or en
}

// The rules of masks.
const (
	MaskNull     = "null"     // nothing
	MaskConstant = "constant" // always Text
	MaskHash     = "hash"     // a keyed hash in hex
	MaskFirst    = "first"    // the first N characters, the rest as asterisks
	MaskName     = "name"     // an invented name in Lang
	MaskMail     = "mail"     // an invented address
	MaskPhone    = "phone"    // an invented number in the form of Lang's country
	MaskShift    = "shift"    // a date or time moved by up to N days, all of a record's by the same
	MaskRound    = "round"    // a number rounded to N digits before the point
)

func (h *Home) text() Cell {
	if h.Kind == Native {
		return ""
	}
	b, _ := json.Marshal(h)
	return Cell(b)
}

func homeOf(c Cell) (h Home, err error) {
	if c != "" {
		err = json.Unmarshal([]byte(c), &h)
	}
	return h, err
}

// Overlaid tells whether the entity's own rows lie over a base.
func (e *Entity) Overlaid() bool { return e.Home.Kind != Native }

// The hidden fields of an overlay row, beside the entity's own.
const (
	OverlayOp      FieldName = "hw_op"      // edit, insert or gone
	OverlayTouched FieldName = "hw_touched" // the fields that the overlay holds: "|name|phone|"
	OverlayBefore  FieldName = "hw_before"  // JSON: what the base held in them, or (gone) in all fields, when they were first touched
)

// The operations of an overlay row.
const (
	OpEdit   = "edit"   // some cells differ from the base's
	OpInsert = "insert" // the base has no such record
	OpGone   = "gone"   // the base's record isn't shown
)

var overlayFields = []Field{{Name: OverlayOp, Kind: Text, Long: true}, {Name: OverlayTouched, Kind: Text, Long: true}, {Name: OverlayBefore, Kind: Text, Long: true}}

// Stored is the entity as its own rows lie in the store: itself when it is native,
// otherwise with the hidden fields of an overlay row.
func (e *Entity) Stored() *Entity {
	if !e.Overlaid() || e.Internal {
		return e
	}
	if e.stored != nil {
		return e.stored
	}
	return storedOf(e)
}

func storedOf(e *Entity) *Entity {
	s := *e
	s.Fields = append(slices.Clone(e.Fields), overlayFields...)
	s.index = make(map[FieldName]int, len(s.Fields))
	for i := range s.Fields {
		s.index[s.Fields[i].Name] = i
	}
	s.stored, s.slim, s.bare = nil, nil, nil
	return &s
}

// KeyOf joins the canonical texts of a key's fields. One field's text is the key itself;
// several are joined with ~, and ~ and % within them are written %7E and %25. It is ""
// when a part is empty: such a row has no key.
func KeyOf(parts ...Cell) Key {
	if len(parts) == 1 {
		return Key(parts[0])
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		if p == "" {
			return ""
		}
		out[i] = keyEscape.Replace(string(p))
	}
	return Key(strings.Join(out, "~"))
}

var (
	keyEscape   = strings.NewReplacer("%", "%25", "~", "%7E")
	keyUnescape = strings.NewReplacer("%7E", "~", "%25", "%")
)

// Parts takes a key of n fields apart; nil when it has another form.
func (k Key) Parts(n int) []Cell {
	if n == 1 {
		return []Cell{Cell(k)}
	}
	list := strings.Split(string(k), "~")
	if len(list) != n {
		return nil
	}
	out := make([]Cell, n)
	for i, p := range list {
		out[i] = Cell(keyUnescape.Replace(p))
	}
	return out
}
