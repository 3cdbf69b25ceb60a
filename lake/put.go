package lake

import "cmp"

// Outcome says what a Put came to.
type Outcome string

// The outcomes of a Put.
const (
	Inserted  Outcome = "inserted"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// Create inserts a record under a fresh key. The records of a derived entity are what its
// SELECT gives; none are added.
func (tx *Tx) Create(entity EntityName, cells Cells) (Key, error) {
	key := NewKey()
	if e, err := tx.schema.Entity(entity); err == nil && e.Home.Kind == Derived {
		return "", Fail(ErrInvalid, "entity_derived", "The records of "+string(entity)+" are what its SELECT gives; add them to the entities that it reads.", "entity", entity)
	} else if err == nil && e.Overlaid() && len(e.Home.Key) > 0 {
		return tx.createKeyed(e, cells)
	}
	_, err := tx.put(entity, key, cells, false)
	return key, err
}

// createKeyed inserts a record whose key is what its key fields hold.
func (tx *Tx) createKeyed(e *Entity, cells Cells) (Key, error) {
	key, cells, err := tx.keyed(e, "", cells)
	if err != nil {
		return "", err
	}
	if old, err := tx.current(e, key); err != nil || old != nil {
		return "", cmp.Or(err, error(Fail(ErrConflict, "record_exists", "There is a record "+string(key)+" in "+string(e.Name)+" already.", "entity", e.Name, "key", key)))
	}
	_, err = tx.put(e.Name, key, cells, false)
	return key, err
}

// Put changes the given cells of a record ("" empties one) or inserts a record under
// this key. The cells are checked and brought into canonical form; required fields
// are checked at once, unique fields and references when the transaction ends.
func (tx *Tx) Put(entity EntityName, key Key, cells Cells) (Outcome, error) {
	return tx.put(entity, key, cells, true)
}

func (tx *Tx) put(entity EntityName, key Key, cells Cells, mayExist bool) (Outcome, error) {
	e, err := tx.userEntity(entity)
	if err != nil {
		return "", err
	}
	var prev *Record
	if mayExist {
		if err := checkKey(key); err != nil {
			return "", err
		}
		if prev, err = tx.current(e, key); err != nil {
			return "", err
		}
	}
	if e.Overlaid() {
		if key, cells, err = tx.keyed(e, key, cells); err != nil {
			return "", err
		}
	}
	set, err := tx.changed(e, prev, cells)
	if err != nil {
		return "", err
	}
	if prev != nil && len(set) == 0 {
		return Unchanged, nil
	}
	if err := tx.write(e, RowWrite{Key: key, Prev: prev, Set: set}); err != nil {
		return "", err
	}
	if prev == nil {
		return Inserted, nil
	}
	return Updated, nil
}

func (tx *Tx) userEntity(name EntityName) (*Entity, error) {
	e, err := tx.schema.Entity(name)
	if err != nil {
		return nil, err
	}
	if e.Directory || e.Internal {
		return nil, Fail(ErrForbidden, "entity_read_only", "The entity "+string(name)+" can only be read here.", "entity", name)
	}
	return e, nil
}

func checkKey(k Key) error {
	if k == "" || len(k) > 200 {
		return Fail(ErrInvalid, "key_invalid", "A key has 1 to 200 bytes.", "key", k)
	}
	return nil
}

// changed brings cells into canonical form and keeps those that differ from prev.
func (tx *Tx) changed(e *Entity, prev *Record, cells Cells) (Cells, error) {
	set := make(Cells, len(cells))
	for name, v := range cells {
		f, ok := e.Field(name)
		if !ok {
			return nil, Fail(ErrInvalid, "field_unknown", "The entity "+string(e.Name)+" has no field "+string(name)+".", "entity", e.Name, "field", name)
		}
		c, err := f.Canonical(string(v))
		if err != nil {
			return nil, err
		}
		if prev == nil && c == "" {
			continue
		}
		if tx.rights.MaskedField(e.Name, name) { // before comparing: who guesses right must not learn it
			return nil, Fail(ErrForbidden, "field_masked", "You may not see the field "+string(name)+", so you can't change it.", "entity", e.Name, "field", name)
		}
		if prev != nil && prev.Cells[name] == c {
			continue
		}
		if _, ok := e.Home.Masks[name]; ok {
			return nil, Fail(ErrForbidden, "field_masked", "The clone "+string(e.Name)+" masks the field "+string(name)+"; it can't be changed.", "entity", e.Name, "field", name)
		}
		set[name] = c
	}
	if prev == nil {
		tx.defaults(e, set)
	}
	return set, required(e, prev, set)
}

// defaults fills what a new record leaves empty; the owner is who made it.
func (tx *Tx) defaults(e *Entity, set Cells) {
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Default != "" && set[f.Name] == "" {
			set[f.Name] = f.Default
		}
	}
	if e.Owner != "" && set[e.Owner] == "" && tx.who.User != "" {
		set[e.Owner] = Cell(tx.who.User)
	}
}

func required(e *Entity, prev *Record, set Cells) error {
	for i := range e.Fields {
		f := &e.Fields[i]
		if !f.Required {
			continue
		}
		v, touched := set[f.Name]
		if v == "" && (touched || prev == nil) {
			return Fail(ErrInvalid, "field_required", "The field "+string(f.Name)+" must not be empty.", "entity", e.Name, "field", f.Name)
		}
	}
	return nil
}
