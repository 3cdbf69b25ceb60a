package lake

// Insert inserts a record under a key that the caller knows to be fresh, for example
// one derived from an import and a row, with cells that Canonical gave. Neither the
// key is looked up nor the cells are brought into canonical form again, which halves
// the cost of long inserts. A key that exists already is the caller's mistake. Unknown
// and masked fields, defaults, required fields and the rules checked at the end of the
// transaction are as with Put. The cells are the transaction's from here on; defaults are
// added to them.
func (tx *Tx) Insert(entity EntityName, key Key, cells Cells) error {
	e, err := tx.userEntity(entity)
	if err != nil {
		return err
	}
	if e.Overlaid() && len(e.Home.Key) > 0 { // its key is what its key fields hold
		_, err := tx.createKeyed(e, cells)
		return err
	}
	if err := checkKey(key); err != nil {
		return err
	}
	for name, v := range cells {
		if _, ok := e.Field(name); !ok {
			return Fail(ErrInvalid, "field_unknown", "The entity "+string(entity)+" has no field "+string(name)+".", "entity", entity, "field", name)
		}
		if v != "" && tx.rights.MaskedField(entity, name) {
			return Fail(ErrForbidden, "field_masked", "You may not see the field "+string(name)+", so you can't change it.", "entity", entity, "field", name)
		}
	}
	if cells == nil {
		cells = Cells{}
	}
	tx.defaults(e, cells)
	if err := required(e, nil, cells); err != nil {
		return err
	}
	return tx.write(e, RowWrite{Key: key, Set: cells})
}
