package intake

import (
	"context"

	"headwater/lake"
)

// ground is what rows are applied to: a transaction, or a preview that writes nothing.
type ground interface {
	insert(e lake.EntityName, key lake.Key, cells lake.Cells) error
	// put changes a record of the import's entity, or inserts it where it isn't.
	put(key lake.Key, cells lake.Cells) (lake.Outcome, error)
	// current is what a record holds now; nil when it isn't there.
	current(key lake.Key) (*lake.Record, error)
}

// Counts is what an import has come to. Read is always the sum of the four after it.
type Counts struct {
	Read      int64 `json:"read"`
	Inserted  int64 `json:"inserted"`
	Updated   int64 `json:"updated"`
	Unchanged int64 `json:"unchanged"`
	Rejected  int64 `json:"rejected"`
	// Created are the records made on the fly because a row referred to them, by entity.
	Created map[lake.EntityName]int64 `json:"created,omitempty"`
	// LeftEmpty are references that found nothing and, as planned, stay empty.
	LeftEmpty int64 `json:"left_empty,omitempty"`
}

// rejected is the outcome of a row that was refused, beside lake's outcomes.
const rejected lake.Outcome = "rejected"

func (c *Counts) count(o lake.Outcome, by int64) {
	switch o {
	case lake.Inserted:
		c.Inserted += by
	case lake.Updated:
		c.Updated += by
	case lake.Unchanged:
		c.Unchanged += by
	case rejected:
		c.Rejected += by
	}
}

func (c Counts) clone() Counts {
	made := make(map[lake.EntityName]int64, len(c.Created))
	for e, n := range c.Created {
		made[e] = n
	}
	c.Created = made
	return c
}

// applier applies rows in order to a ground. One is made for every attempt at a batch.
type applier struct {
	*program
	*catalog
	ground ground
	keys   keymaker
	counts Counts
	inFile func(*link, sum) bool // rows of the file hold this value of a self reference
	nobody map[sum]Problem       // people who couldn't be added to the directory
	lost   replayed
	later  []deferred                   // self references for the second pass
	wrote  map[lake.Key][]*row          // which rows wrote a record, or refer to a made one
	missed func(l linkText, key string) // told of every reference that found nothing
}

// keymaker makes the keys of inserted records.
type keymaker interface {
	row(n int64) lake.Key
	made(p place, text string) lake.Key
	inserted(key lake.Key) bool // by a row of this import
}

// replayed recognises what a batch wrote whose note was lost. The zero value knows of
// no such batch.
type replayed struct {
	upto     int64 // the last row that it can have held
	revision lake.Revision
}

// apply inserts or updates one row; problems tell why it was rejected.
func (a *applier) apply(ctx context.Context, r *row) (lake.Outcome, []Problem, error) {
	a.counts.Read++
	if len(r.problems) > 0 {
		a.counts.Rejected++
		return rejected, r.problems, nil
	}
	out, problems, err := a.decide(r)
	if err != nil {
		p, ok := problemOf(err)
		if !ok {
			return "", nil, err
		}
		problems = append(problems, p)
	}
	if len(problems) > 0 {
		out = rejected
	}
	a.counts.count(out, 1)
	return out, problems, ctx.Err()
}

// decide links and matches a row, and writes it when nothing speaks against it.
func (a *applier) decide(r *row) (lake.Outcome, []Problem, error) {
	found := linked{cells: r.cells}
	a.links(r, &found)
	key, problems := a.matched(r)
	problems = append(found.problems, problems...)
	if len(problems) > 0 {
		return rejected, problems, nil
	}
	if r.n <= a.lost.upto {
		if out, known, err := a.known(r, key); known || err != nil {
			if out == lake.Inserted {
				key = a.keys.row(r.n)
			}
			a.remember(r, key, &found, out)
			return out, nil, err
		}
	}
	switch {
	case key == "":
		return a.insert(r, &found)
	case a.plan.OnMatch == Skip:
		return lake.Unchanged, nil, nil
	case a.plan.OnMatch == Reject:
		return rejected, []Problem{{Code: CodeMatchExists, Field: a.plan.Match, Value: a.matchText(r), Params: map[string]string{"key": string(key)}}}, nil
	}
	return a.update(r, key, &found)
}

// known tells what a row came to in a committed batch whose note was lost: a record
// under the row's own key was inserted by it; one that the batch wrote was updated by
// it, unless another row of the import inserted it just as it is.
func (a *applier) known(r *row, matched lake.Key) (lake.Outcome, bool, error) {
	rec, err := a.ground.current(a.keys.row(r.n))
	if err != nil || rec != nil {
		return lake.Inserted, rec != nil, err
	}
	if matched == "" || a.plan.OnMatch != Update {
		return "", false, nil
	}
	rec, err = a.ground.current(matched)
	if err != nil || rec == nil || rec.Rev != a.lost.revision {
		return "", false, err
	}
	if a.keys.inserted(matched) && holds(rec.Cells, r.cells) {
		return lake.Unchanged, true, nil
	}
	return lake.Updated, true, nil
}

// holds tells whether a record has a row's values already.
func holds(now, cells lake.Cells) bool {
	for name, c := range cells {
		if now[name] != c {
			return false
		}
	}
	return true
}

func (a *applier) matchText(r *row) string {
	if a.plan.Match == lake.FieldID {
		return string(r.key)
	}
	return shown(string(r.cells[a.plan.Match]))
}

// matched finds the record that the row means, "" when it is a new one.
func (a *applier) matched(r *row) (lake.Key, []Problem) {
	if !r.matches {
		return "", nil
	}
	key, many := a.indexes[place{a.entity.Name, a.plan.Match}].find(r.match)
	if many {
		return "", []Problem{{Code: CodeMatchAmbiguous, Field: a.plan.Match, Value: a.matchText(r)}}
	}
	return key, nil
}

// expected are the records that rows are about to change or, where the key is what an
// entity's fields hold, to become.
func (a *applier) expected(rows []*row) []lake.Key {
	var out []lake.Key
	for _, r := range rows {
		if len(r.problems) > 0 {
			continue
		}
		key, _ := a.matched(r)
		if key == "" {
			key = a.becomes(r)
		}
		if key != "" {
			out = append(out, key)
		}
	}
	return out
}

// becomes is the key that a row's cells make, "" when they don't.
func (a *applier) becomes(r *row) lake.Key {
	var parts []lake.Cell
	for _, n := range a.entity.Home.Key {
		c := r.cells[n]
		if c == "" { // a link that isn't resolved yet, or a mistake
			return ""
		}
		parts = append(parts, c)
	}
	if len(parts) == 0 {
		return ""
	}
	return lake.KeyOf(parts...)
}

func (a *applier) insert(r *row, found *linked) (lake.Outcome, []Problem, error) {
	a.title(r, found)
	problems := a.required(found.cells)
	for _, f := range a.unique {
		if v := found.cells[f]; v != "" {
			x := a.indexes[place{a.entity.Name, f}]
			if other, many := x.find(sumOf(x.fold(string(v)))); many || other != "" {
				problems = append(problems, Problem{Code: CodeUnique, Field: f, Value: shown(string(v)), Params: map[string]string{"other": string(other)}})
			}
		}
	}
	if len(problems) > 0 {
		return rejected, problems, nil
	}
	key := a.keys.row(r.n)
	if a.plan.Match == lake.FieldID && r.key != "" {
		key = r.key
	}
	if err := a.make(r, found); err != nil {
		return "", nil, err
	}
	if err := a.ground.insert(a.entity.Name, key, found.cells); err != nil {
		return "", nil, err
	}
	a.done(r, key, found, lake.Inserted)
	return lake.Inserted, nil, nil
}

func (a *applier) update(r *row, key lake.Key, found *linked) (lake.Outcome, []Problem, error) {
	for _, l := range r.links {
		if l.col.link.self && found.cells[l.col.field.Name] == lake.Cell(key) {
			return rejected, []Problem{l.problem(CodeReferenceSelf)}, nil
		}
	}
	if r.titled { // inserted by an attempt before that another row's removal has changed
		delete(found.cells, a.entity.Title)
	}
	if err := a.make(r, found); err != nil {
		return "", nil, err
	}
	out, err := a.ground.put(key, found.cells)
	if err != nil {
		return "", nil, err
	}
	a.done(r, key, found, out)
	return out, nil, nil
}

// done notes what a row wrote.
func (a *applier) done(r *row, key lake.Key, found *linked, out lake.Outcome) {
	a.wrote[key] = append(a.wrote[key], r)
	if out != lake.Unchanged {
		a.catalog.wrote(a.entity.Name, key, found.cells, out == lake.Updated)
	}
	a.remember(r, key, found, out)
}

// remember keeps what the second pass needs.
func (a *applier) remember(r *row, key lake.Key, found *linked, out lake.Outcome) {
	a.counts.LeftEmpty += found.leftEmpty
	for i, l := range found.later {
		a.later = append(a.later, deferred{Row: r.n, Line: r.line, Key: key, Outcome: out, Column: l.col.spec.Column,
			Field: l.col.field.Name, Text: l.text, Set: found.set[i], Fields: r.fields})
	}
}

// required names the fields that a new record must not leave empty.
func (a *applier) required(cells lake.Cells) (out []Problem) {
	for i := range a.entity.Fields {
		f := &a.entity.Fields[i]
		if f.Required && cells[f.Name] == "" && f.Default == "" && f.Name != a.entity.Owner {
			out = append(out, Problem{Code: CodeFieldRequired, Field: f.Name})
		}
	}
	return out
}

const maxTitle = 200 // bytes of a title put together from other fields

// title puts a missing title together: the best field that has a value and, when that
// is a reference, the next one too.
func (a *applier) title(r *row, found *linked) {
	if r.titled { // by an attempt before
		delete(found.cells, a.entity.Title)
	}
	if found.cells[a.entity.Title] != "" {
		return
	}
	title := ""
	for _, name := range a.plan.TitleFrom {
		text, isLink := a.display(r, found, name)
		switch {
		case text == "":
			continue
		case title != "":
			title += " · " + text
		default:
			title = text
		}
		if !isLink || title != text {
			break
		}
	}
	if title != "" {
		found.cells[a.entity.Title], r.titled = lake.Cell(shown(title)), true
	}
}

func (a *applier) display(r *row, found *linked, name lake.FieldName) (text string, isLink bool) {
	for _, l := range r.links {
		if l.col.field.Name == name {
			return l.text, true
		}
	}
	v := string(found.cells[name])
	if i := indexNewline(v); i >= 0 {
		v = v[:i]
	}
	return v, false
}

func indexNewline(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			return i
		}
	}
	return -1
}
