package lake

// Insert inserts a record under a key that the caller knows to be fresh, for example
// one derived from an import and a row. It isn't looked up, which makes long inserts
// cheap: a key that exists already is the caller's mistake, and the store refuses it.
func (tx *Tx) Insert(entity EntityName, key Key, cells Cells) error {
	if err := checkKey(key); err != nil {
		return err
	}
	_, err := tx.put(entity, key, cells, false)
	return err
}
