package lake

import (
	"regexp"
	"slices"
)

// Label is a text in the product's two languages.
type Label struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Option is one value that an enum field may hold. Name is what is stored.
type Option struct {
	Name  string `json:"name"`
	Label Label  `json:"label"`
	Color string `json:"color,omitempty"` // a token of the page: grey, green, red, amber, blue …
}

// OnDelete says what becomes of a reference when the record it points to goes.
type OnDelete string

// The three answers to a delete; Restrict is the default.
const (
	Restrict OnDelete = "restrict"
	Clear    OnDelete = "clear"
	Cascade  OnDelete = "cascade"
)

// Field describes one column of an entity.
type Field struct {
	Name     FieldName  `json:"name"`
	Kind     Kind       `json:"kind"`
	Label    Label      `json:"label"`
	Required bool       `json:"required,omitempty"`
	Unique   bool       `json:"unique,omitempty"`
	Long     bool       `json:"long,omitempty"`   // a text of several lines; not sorted in pinyin order
	Target   EntityName `json:"target,omitempty"` // what a reference points to
	OnDelete OnDelete   `json:"on_delete,omitempty"`
	Options  []Option   `json:"options,omitempty"`
	Default  Cell       `json:"default,omitempty"` // put into a new record that leaves the field empty
	Custom   bool       `json:"custom,omitempty"`  // added at run time, can be removed
	Section  string     `json:"section,omitempty"` // groups fields on the record page
	Position int        `json:"position"`
	Column   string     `json:"column,omitempty"` // of a foreign home: its name in the source
	Own      bool       `json:"own,omitempty"`    // of any home but native: only the overlay has it
	Type     string     `json:"type,omitempty"`   // of any home but native: the engine's type, which holds it exactly
}

// Option finds an enum's option by its stored name.
func (f *Field) Option(name string) (Option, bool) {
	i := slices.IndexFunc(f.Options, func(o Option) bool { return o.Name == name })
	if i < 0 {
		return Option{}, false
	}
	return f.Options[i], true
}

// Entity describes a logical dataset as one branch sees it.
type Entity struct {
	Name      EntityName `json:"name"`
	Label     Label      `json:"label"`              // singular
	Plural    Label      `json:"plural"`             // for lists
	Title     FieldName  `json:"title"`              // the field that names a record
	Owner     FieldName  `json:"owner,omitempty"`    // reference to users that scopes a record
	Inherits  FieldName  `json:"inherits,omitempty"` // reference whose record's scope this one shares
	Directory bool       `json:"directory,omitempty"`
	Internal  bool       `json:"-"`                // holds schema; no lists, no SQL
	Custom    bool       `json:"custom,omitempty"` // made at run time, can be removed
	Home      Home       `json:"home,omitzero"`
	Fields    []Field    `json:"fields"`
	position  int
	index     map[FieldName]int
	slim      *Entity // title, owner and inheritance only; see titleOnly
	bare      *Entity // no fields; see keyOnly
	stored    *Entity // as its rows lie in the store; see Stored
}

// Users is the read-only directory of people.
const Users EntityName = "users"

// Field finds a field by name.
func (e *Entity) Field(name FieldName) (*Field, bool) {
	if e.index != nil {
		if i, ok := e.index[name]; ok {
			return &e.Fields[i], true
		}
		return nil, false
	}
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			return &e.Fields[i], true
		}
	}
	return nil, false
}

// Schema is all entities as one branch sees them at one revision. It is never
// changed after it was built.
type Schema struct {
	entities map[EntityName]*Entity
	order    []EntityName
	overlaid bool                       // some entity has a base
	loose    map[EntityName][]FieldName // fields that there are records of, but no entity
}

// NewSchema indexes entities; their order is kept.
func NewSchema(entities []Entity) *Schema {
	list := make([]*Entity, len(entities))
	for i := range entities {
		list[i] = indexed(entities[i])
	}
	return schemaOf(list)
}

// indexed is an entity as a schema holds it.
func indexed(e Entity) *Entity {
	e.index = make(map[FieldName]int, len(e.Fields))
	for j := range e.Fields {
		e.index[e.Fields[j].Name] = j
	}
	e.slim, e.bare = slimOf(&e), &Entity{Name: e.Name, Internal: e.Internal, Home: e.Home}
	if e.Overlaid() {
		e.stored, e.slim.stored = storedOf(&e), storedOf(e.slim)
	}
	return &e
}

func schemaOf(list []*Entity) *Schema {
	s := &Schema{entities: make(map[EntityName]*Entity, len(list))}
	for _, e := range list {
		s.overlaid = s.overlaid || e.Overlaid()
		s.entities[e.Name] = e
		s.order = append(s.order, e.Name)
	}
	return s
}

// slimOf is e with nothing but its title and what scopes it.
func slimOf(e *Entity) *Entity {
	slim := &Entity{Name: e.Name, Title: e.Title, Owner: e.Owner, Inherits: e.Inherits, Internal: e.Internal, Home: e.Home}
	for _, n := range []FieldName{e.Title, e.Owner, e.Inherits} {
		if f, ok := e.Field(n); ok && !slices.ContainsFunc(slim.Fields, func(g Field) bool { return g.Name == n }) {
			slim.Fields = append(slim.Fields, *f)
		}
	}
	return slim
}

// titleOnly is e for reads that need no more than a title and the scope. It is made
// once per schema, so that stores can cache by identity.
func titleOnly(e *Entity) *Entity {
	if e.slim == nil {
		return e
	}
	return e.slim
}

// keyOnly is e without fields, for counting.
func keyOnly(e *Entity) *Entity {
	if e.bare == nil {
		return e
	}
	return e.bare
}

// Entity finds an entity by name.
func (s *Schema) Entity(name EntityName) (*Entity, error) {
	if e, ok := s.entities[name]; ok {
		return e, nil
	}
	return nil, Fail(ErrNotFound, "entity_unknown", "There is no entity named "+string(name)+".", "entity", name)
}

// Entities lists all entities in their order, internal ones left out.
func (s *Schema) Entities() []*Entity {
	var out []*Entity
	for _, n := range s.order {
		if e := s.entities[n]; !e.Internal {
			out = append(out, e)
		}
	}
	return out
}

// Referrers lists the fields of all entities that point to target.
func (s *Schema) Referrers(target EntityName) []Referrer {
	var out []Referrer
	for _, n := range s.order {
		e := s.entities[n]
		for i := range e.Fields {
			if e.Fields[i].Kind == Reference && e.Fields[i].Target == target {
				out = append(out, Referrer{e, &e.Fields[i]})
			}
		}
	}
	return out
}

// holders are the referrers that keep a record from being deleted. What a derived entity
// shows goes along with what it is made from; so does a clone, which keeps to its own kind.
func (s *Schema) holders(target EntityName) []Referrer {
	e := s.entities[target]
	return slices.DeleteFunc(s.Referrers(target), func(r Referrer) bool {
		return r.Entity.Home.Kind == Derived || r.Entity.Home.Kind == Clone && e != nil && !e.Overlaid()
	})
}

// Referrer is a reference field and the entity that has it.
type Referrer struct {
	Entity *Entity
	Field  *Field
}

// Pseudo fields can be read, filtered and sorted on every entity; nobody writes them.
// They come from the key and the revision of a record's version.
const (
	FieldID        FieldName = "id"
	FieldCreatedAt FieldName = "created_at" // the time in the key
	FieldUpdatedAt FieldName = "updated_at" // the time of the version's revision
)

// Column finds a field or a pseudo field.
func (e *Entity) Column(name FieldName) (*Field, bool) {
	switch name {
	case FieldID:
		return &Field{Name: name, Kind: Text}, true
	case FieldCreatedAt, FieldUpdatedAt:
		return &Field{Name: name, Kind: Timestamp}, true
	}
	return e.Field(name)
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,47}$`)

// CheckFieldName refuses names that are no plain lower-case identifiers or that are taken by pseudo fields.
func CheckFieldName(n FieldName) error {
	if slices.Contains([]FieldName{FieldID, FieldCreatedAt, FieldUpdatedAt}, n) {
		return Fail(ErrInvalid, "field_name_invalid", "The name "+string(n)+" belongs to the lake itself; every record has it.", "reason", "reserved", "field", n)
	}
	if !nameForm.MatchString(string(n)) {
		return Fail(ErrInvalid, "field_name_invalid",
			"A field name begins with a letter and holds only a-z, 0-9 and _, at most 48 of them.", "field", n)
	}
	return nil
}
