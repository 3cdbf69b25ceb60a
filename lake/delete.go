package lake

// DeleteResult counts what a delete did.
type DeleteResult struct {
	Deleted int // records deleted, cascades included
	Cleared int // references emptied
}

// Delete removes a record. References to it make the write fail (Restrict), are
// emptied (Clear), or take their records along (Cascade). With "" each reference
// field's own rule holds. What is out of the person's scope stays as it is, and so
// makes the write fail.
func (tx *Tx) Delete(entity EntityName, key Key, how OnDelete) (DeleteResult, error) {
	e, err := tx.userEntity(entity)
	if err != nil {
		return DeleteResult{}, err
	}
	r, err := tx.current(e, key)
	if err != nil {
		return DeleteResult{}, err
	}
	if r == nil {
		return DeleteResult{}, missing(entity, key)
	}
	d := deletion{Tx: tx, how: how, going: map[recordID]bool{}, cleared: map[recordID]int{}}
	if err := d.take(e, r, 0); err != nil {
		return DeleteResult{}, err
	}
	return d.run()
}

const maxCascade = 16 // levels

// deletion collects all that a delete touches before anything is written: records
// inherit their scope from records that go.
type deletion struct {
	*Tx
	how     OnDelete
	going   map[recordID]bool
	cleared map[recordID]int // where in clears
	deletes []touched
	clears  []touched
}

type recordID struct {
	entity EntityName
	key    Key
}

type touched struct {
	entity *Entity
	write  RowWrite
}

func (d *deletion) take(e *Entity, r *Record, depth int) error {
	id := recordID{e.Name, r.Key}
	if d.going[id] {
		return nil
	}
	if depth > maxCascade {
		return Fail(ErrLimit, "cascade_too_deep", "Records refer to each other over more than 16 levels.")
	}
	d.going[id] = true
	d.deletes = append(d.deletes, touched{e, RowWrite{Key: r.Key, Prev: r, Delete: true}})
	for _, ref := range d.schema.holders(e.Name) {
		if err := d.release(ref, r.Key, depth); err != nil {
			return err
		}
	}
	return nil
}

// release clears or cascades the references of one field to a record that goes. The
// check at the end finds what still refers.
func (d *deletion) release(ref Referrer, key Key, depth int) error {
	how := d.how
	if how == "" {
		how = ref.Field.OnDelete
	}
	if how != Clear && how != Cascade || how == Clear && ref.Field.Required {
		return nil
	}
	list, err := d.store.Lookup(d.ctx, ref.Entity, d.lineage, ref.Field.Name, Cell(key))
	if err != nil {
		return err
	}
	for i := range list {
		ok, err := d.inScope(ref.Entity, &list[i])
		if err != nil {
			return err
		}
		switch {
		case !ok:
		case how == Cascade:
			if err := d.take(ref.Entity, &list[i], depth+1); err != nil {
				return err
			}
		default:
			d.clear(ref, &list[i])
		}
	}
	return nil
}

func (d *deletion) clear(ref Referrer, r *Record) {
	id := recordID{ref.Entity.Name, r.Key}
	at, known := d.cleared[id]
	if !known {
		at = len(d.clears)
		d.cleared[id] = at
		d.clears = append(d.clears, touched{ref.Entity, RowWrite{Key: r.Key, Prev: r, Set: Cells{}}})
	}
	d.clears[at].write.Set[ref.Field.Name] = ""
}

func (d *deletion) run() (res DeleteResult, err error) {
	for _, t := range d.deletes {
		if err := d.write(t.entity, t.write); err != nil {
			return res, err
		}
		res.Deleted++
	}
	for _, t := range d.clears {
		if d.going[recordID{t.entity.Name, t.write.Key}] {
			continue
		}
		if err := d.write(t.entity, t.write); err != nil {
			return res, err
		}
		res.Cleared += len(t.write.Set)
	}
	return res, nil
}
