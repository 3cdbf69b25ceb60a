package lake

// Cells holds a record's values by field; an empty field is absent.
type Cells map[FieldName]Cell

// Equal tells whether both hold the same values; absent and "" are the same.
func (c Cells) Equal(d Cells) bool {
	for n, v := range c {
		if d[n] != v {
			return false
		}
	}
	for n, v := range d {
		if c[n] != v {
			return false
		}
	}
	return true
}

// Clone copies c.
func (c Cells) Clone() Cells {
	d := make(Cells, len(c))
	for n, v := range c {
		if v != "" {
			d[n] = v
		}
	}
	return d
}

// Record is one version of a record as a reader sees it.
type Record struct {
	Key     Key
	Cells   Cells
	Rev     Revision  // the revision that wrote this version; the record's ETag
	Version VersionID // the version itself
	Branch  BranchID  // the branch that holds it
	Deleted bool      // only where deletes are asked for (changes, history)

	over *overlay // of an entity with a base: what of it is the overlay's
}
