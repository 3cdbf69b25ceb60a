package lake

import (
	"context"
	"slices"
)

// MaxMarks is how many conditions one Marking can tell apart.
const MaxMarks = 63

// Marking asks of every record of an entity which of some conditions hold. It is one
// query, whatever the number of records and conditions.
type Marking struct {
	Entity EntityName
	Where  Expr   // which records; nil: all
	Marks  []Mark // at most MaxMarks
	// Rows gives each record by itself, those with most points first, then by key; without
	// it comes one count for each set of conditions that holds somewhere.
	Rows    bool
	Limit   int    // of Rows; 0: all
	Need    uint64 // only records for which all of these conditions hold (bit i: Marks[i])
	AtLeast *int64 // only records with at least so many points
}

// Mark is one condition: on the record itself, or on the records of another entity that
// point to it, of which one must match.
type Mark struct {
	Where  Expr  // nil: always (of another entity: there is a record)
	Points int64 // when it holds, in any unit; negative takes away
	// Of is the other entity, By its reference that points to the record, or to what On
	// (a reference of the record) points to.
	Of EntityName
	By FieldName
	On Path
}

// Marked is a record with the conditions that hold for it (bit i: Marks[i]), or how
// many records have the same.
type Marked struct {
	Key   Key
	Set   uint64
	Count int64
}

// Points adds up what a set of marks is worth.
func (m Marking) Points(set uint64) (sum int64) {
	for i, mark := range m.Marks {
		if set&(1<<i) != 0 {
			sum += mark.Points
		}
	}
	return sum
}

// Mark answers a Marking; fn gets what was found, and an error of its stops.
func (r *Reader) Mark(ctx context.Context, m Marking, fn func(Marked) error) error {
	v, err := r.asked(ctx)
	if err != nil {
		return err
	}
	if len(m.Marks) > MaxMarks {
		return Fail(ErrLimit, "marks_too_many", "At most 63 conditions can be told apart at once.", "limit", MaxMarks)
	}
	names := []EntityName{m.Entity}
	for _, mark := range m.Marks {
		if mark.Of != "" && !slices.Contains(names, mark.Of) {
			names = append(names, mark.Of)
		}
	}
	for _, n := range names {
		e, err := r.schema.Entity(n)
		if err == nil && e.Internal {
			err = Fail(ErrNotFound, "entity_unknown", "There is no entity named "+string(n)+".", "entity", n)
		}
		if err == nil {
			err = r.May(e)
		}
		if err != nil {
			return err
		}
	}
	return r.lake.engine.Mark(ctx, v, m, fn)
}
