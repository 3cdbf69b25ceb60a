package intake

import "headwater/lake"

// linked is a row with its references resolved.
type linked struct {
	cells     lake.Cells
	problems  []Problem
	make      []linkText // records to make before the row is written
	later     []linkText // references to rows of the same file, for the second pass
	set       []bool     // beside later: the reference could be set at once
	leftEmpty int64
}

// links finds the records that a row refers to.
func (a *applier) links(r *row, found *linked) {
	for _, l := range r.links {
		delete(found.cells, l.col.field.Name) // of an attempt before
		key, many := a.indexes[l.col.link.place()].find(l.sum)
		own := l.col.link.self && a.inFile != nil && a.inFile(l.col.link, l.sum)
		switch {
		case many:
			found.problems = append(found.problems, l.problem(CodeReferenceAmbiguous))
		case own && a.itself(r, &l):
			a.nothing(l, CodeReferenceSelf, found)
		case key != "":
			found.cells[l.col.field.Name] = lake.Cell(key)
			if own && l.col.link.missing == Reject { // the row named may yet be rejected
				found.later, found.set = append(found.later, l), append(found.set, true)
			}
		case own:
			found.later, found.set = append(found.later, l), append(found.set, false)
		default:
			a.missing(l, found)
		}
	}
}

// itself tells whether a row names itself.
func (a *applier) itself(r *row, l *linkText) bool {
	v := r.cells[l.col.link.by]
	return v != "" && sumOf(l.col.link.fold(string(v))) == l.sum
}

// nothing leaves a reference empty or rejects the row, as the plan says.
func (a *applier) nothing(l linkText, code string, found *linked) {
	if l.col.link.missing == Reject {
		found.problems = append(found.problems, l.problem(code))
		return
	}
	found.leftEmpty++
}

func (l *linkText) problem(code string) Problem {
	return Problem{Code: code, Field: l.col.field.Name, Column: l.col.spec.Column, Value: shown(l.text),
		Params: map[string]string{"target": string(l.col.link.target.Name)}}
}

// missing does what the plan says of references that find nothing.
func (a *applier) missing(l linkText, found *linked) {
	if a.missed != nil {
		a.missed(l, l.text)
	}
	switch l.col.link.missing {
	case Empty:
		found.leftEmpty++
	case Create:
		if p, refused := a.nobody[l.sum]; refused {
			p.Field, p.Column = l.col.field.Name, l.col.spec.Column
			found.problems = append(found.problems, p)
			return
		}
		if _, p := l.col.link.minimal(l.text); p != nil {
			p.Column = l.col.spec.Column
			found.problems = append(found.problems, *p)
			return
		}
		found.make = append(found.make, l)
	default:
		found.problems = append(found.problems, l.problem(CodeReferenceUnknown))
	}
}

// make makes the records that a row refers to and that are to be created.
func (a *applier) make(r *row, found *linked) error {
	for _, l := range found.make {
		key, err := a.makeOne(l)
		if err != nil {
			return err
		}
		a.wrote[key] = append(a.wrote[key], r)
		found.cells[l.col.field.Name] = lake.Cell(key)
	}
	return nil
}

func (a *applier) makeOne(l linkText) (lake.Key, error) {
	at := l.col.link.place()
	if key, _ := a.indexes[at].find(l.sum); key != "" { // named twice in one row
		return key, nil
	}
	cells, p := l.col.link.minimal(l.text)
	if p != nil {
		return "", lake.Fail(lake.ErrInvalid, p.Code, "A record can't be made of this value.", "field", l.col.field.Name, "value", p.Value)
	}
	key := a.keys.made(at, l.col.link.fold(l.text))
	if err := a.ground.insert(at.entity, key, cells); err != nil {
		return "", err
	}
	a.catalog.wrote(at.entity, key, cells, false)
	if a.counts.Created == nil {
		a.counts.Created = map[lake.EntityName]int64{}
	}
	a.counts.Created[at.entity]++
	return key, nil
}
