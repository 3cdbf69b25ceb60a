package catalog

import (
	"context"
	"errors"
	"slices"

	"headwater/lake"
)

// Wish says which table is to become an entity. What is left out is proposed.
type Wish struct {
	Source string            `json:"source"`
	Table  string            `json:"table"`
	Name   lake.EntityName   `json:"name,omitempty"`
	Label  *lake.Label       `json:"label,omitempty"`
	Title  lake.FieldName    `json:"title,omitempty"`
	Key    *[]lake.FieldName `json:"key,omitempty" doc:"Empty: no key, read only. Absent: proposed."`
	Open   bool              `json:"open,omitempty" doc:"Everybody may read it, not only those who see all records."`
	Fields []WishedField     `json:"fields,omitempty" doc:"Absent: all columns."`
	// Text needs a source that can write any value as text (SourceTable.Texts).
	Text []string `json:"text,omitempty" doc:"Columns that are read as the text that the source writes, whatever their type: for values that no type here holds, like a numeric's NaN."`

	spare bool // one of all tables of a source: it is left out when it can't be read
}

// WishedField chooses a column.
type WishedField struct {
	Column string          `json:"column"`
	Name   lake.FieldName  `json:"name,omitempty"`
	Kind   lake.Kind       `json:"kind,omitempty"`
	Label  *lake.Label     `json:"label,omitempty"`
	Target lake.EntityName `json:"target,omitempty"`
}

// Note tells what was done otherwise than proposed or wished.
type Note struct {
	Code   string            `json:"code" doc:"key_not_unique, key_empty, key_missing; or, of a table that was left out, the code of what is wrong with it"`
	Entity lake.EntityName   `json:"entity"`
	Field  lake.FieldName    `json:"field,omitempty"`
	Table  string            `json:"table,omitempty" doc:"The table that was left out."`
	Params map[string]string `json:"params,omitempty" doc:"Of a table that was left out: what the code's sentence names."`
	Detail string            `json:"detail"`
}

// mostTables is how many entities one call declares at most.
const mostTables = 500

// Propose drafts an entity over a table as it is now.
func (k *Catalog) Propose(ctx context.Context, p lake.Principal, branch, src, table string) (*lake.SourceTable, *Draft, error) {
	r, err := k.lake.At(ctx, p, branch, 0)
	if err != nil {
		return nil, nil, err
	}
	t, err := k.sources.Table(ctx, src, table)
	if err != nil {
		return nil, nil, err
	}
	d := propose(src, t, entityNames(r.Schema()))
	d.link(src, t, declaredOver(r.Schema()))
	return t, d, nil
}

// place is a table of a source.
type place struct{ source, table string }

// declaredOver finds the entities over tables; the first of several counts.
func declaredOver(s *lake.Schema) map[place]*lake.Entity {
	out := map[place]*lake.Entity{}
	for _, e := range s.Entities() {
		at := place{e.Home.Source, e.Home.Table}
		if e.Home.Kind == lake.Foreign && out[at] == nil {
			out[at] = e
		}
	}
	return out
}

// Everything wishes for all tables of a source that nothing is declared over yet.
func (k *Catalog) Everything(ctx context.Context, p lake.Principal, branch, src string) ([]Wish, error) {
	r, err := k.lake.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	tables, err := k.sources.Tables(ctx, src)
	if err != nil {
		return nil, err
	}
	known := declaredOver(r.Schema())
	var out []Wish
	for _, t := range tables {
		if known[place{src, t.Name}] == nil {
			out = append(out, Wish{Source: src, Table: t.Name, spare: true})
		}
	}
	return out, nil
}

// declaration is a wish on its way to become an entity.
type declaration struct {
	wish   Wish
	table  *lake.SourceTable
	draft  *Draft
	entity lake.Entity
}

// Declare adds entities over tables as one revision and returns their names. Keys that
// the source doesn't see to are checked: a proposed one that isn't unique is left out
// with a note, one that the person named is refused. Of Everything, a table that can't
// be read or has no columns is left out with a note, unless that is so of all.
func (k *Catalog) Declare(ctx context.Context, p lake.Principal, branch string, wishes []Wish) ([]lake.EntityName, []Note, error) {
	if len(wishes) > mostTables {
		return nil, nil, lake.Fail(lake.ErrLimit, "tables_too_many", "At most 500 tables are declared at once.", "limit", mostTables)
	}
	r, err := k.lake.Trial(ctx, p, branch)
	if err != nil {
		return nil, nil, err
	}
	list, notes, err := k.draftAll(ctx, p, branch, r.Schema(), wishes)
	if err != nil {
		return nil, nil, err
	}
	linkAll(r.Schema(), list)
	var names []lake.EntityName
	var entities []lake.Entity
	for _, d := range list {
		e := d.draft.entity(d.wish.Source, d.wish.Table)
		names, entities = append(names, e.Name), append(entities, e)
	}
	if len(entities) == 0 {
		return names, notes, nil
	}
	if err := k.lake.DeclareEntities(ctx, p, branch, entities); err != nil {
		return nil, nil, err
	}
	for i, d := range list {
		if err := k.remember(ctx, names[i], d.table); err != nil {
			return nil, nil, err
		}
	}
	return names, notes, nil
}

// draftAll drafts entities and settles their keys.
func (k *Catalog) draftAll(ctx context.Context, p lake.Principal, branch string, s *lake.Schema, wishes []Wish) (out []*declaration, notes []Note, err error) {
	names := entityNames(s)
	for _, w := range wishes { // named ones first, so that no proposal takes their names
		if w.Name == "" {
			continue
		}
		if err := lake.CheckEntityName(w.Name); err != nil {
			return nil, nil, err
		}
		if names[string(w.Name)] {
			return nil, nil, lake.Fail(lake.ErrConflict, "entity_exists", "There is an entity named "+string(w.Name)+" already.", "entity", w.Name)
		}
		names[string(w.Name)] = true
	}
	var broken error
	for _, w := range wishes {
		d, n, err := k.draftOne(ctx, p, branch, names, w)
		if err != nil {
			left, ok := leftOut(w, err)
			if !ok {
				return nil, nil, err
			}
			broken, notes = err, append(notes, left)
			continue
		}
		out, notes = append(out, d), append(notes, n...)
	}
	if len(out) == 0 {
		return nil, nil, broken
	}
	return out, notes, nil
}

func (k *Catalog) draftOne(ctx context.Context, p lake.Principal, branch string, names taken, w Wish) (*declaration, []Note, error) {
	t, err := k.sources.Table(ctx, w.Source, w.Table)
	if err != nil {
		return nil, nil, err
	}
	if len(t.Columns) == 0 {
		return nil, nil, lake.Fail(lake.ErrInvalid, "table_columnless", "The table "+w.Table+" has no columns.", "table", w.Table)
	}
	spare := names
	if w.Name != "" {
		spare = taken{}
	}
	d := &declaration{wish: w, table: t, draft: propose(w.Source, t, spare)}
	if err := d.readText(); err != nil {
		return nil, nil, err
	}
	if err := d.apply(); err != nil {
		return nil, nil, err
	}
	notes, err := k.settleKey(ctx, p, branch, d)
	return d, notes, err
}

// leftOut is the note of a table that something is wrong with. A source that doesn't
// answer is nothing that is wrong with a table.
func leftOut(w Wish, err error) (Note, bool) {
	var known *lake.Error
	if !w.spare || !errors.As(err, &known) || errors.Is(err, lake.ErrBusy) {
		return Note{}, false
	}
	return Note{Code: known.Code, Table: w.Table, Params: known.Params, Detail: "The table " + w.Table + " was left out: " + known.Error()}, true
}

// readText declares the wished columns as text.
func (d *declaration) readText() error {
	for _, column := range d.wish.Text {
		f := d.draft.byColumn(column)
		if f == nil {
			return lake.Fail(lake.ErrInvalid, "column_unknown", "The table "+d.wish.Table+" has no column "+column+".", "table", d.wish.Table, "column", column)
		}
		if !d.table.Texts && f.Type != "VARCHAR" {
			return lake.Fail(lake.ErrInvalid, "column_text", "The column "+column+" can't be read as text: its source gives "+f.Type+" only.", "column", column, "type", f.Type)
		}
		f.Type, f.Kind = "VARCHAR", lake.Text
	}
	return nil
}

// apply puts what the person wished over what was proposed.
func (d *declaration) apply() error {
	w, draft := d.wish, d.draft
	if w.Name != "" {
		draft.Name = w.Name
	}
	if w.Label != nil {
		draft.Label = *w.Label
	}
	draft.Open = w.Open
	if len(w.Fields) > 0 {
		if err := d.choose(); err != nil {
			return err
		}
	}
	if w.Key != nil {
		if !slices.Equal(*w.Key, draft.Key) {
			draft.KeyUnique = nil
		}
		draft.Key = *w.Key
	}
	if w.Title != "" {
		draft.Title = w.Title
	}
	for _, n := range append(slices.Clone(draft.Key), draft.Title) {
		if draft.field(n) == nil {
			return lake.Fail(lake.ErrInvalid, "field_unknown", "The entity "+string(draft.Name)+" has no field "+string(n)+".", "entity", draft.Name, "field", n)
		}
	}
	return keyable(draft)
}

func keyable(d *Draft) error {
	for _, n := range d.Key {
		if f := d.field(n); !slices.Contains(keyKinds, f.Kind) {
			return lake.Fail(lake.ErrInvalid, "key_kind", "The field "+string(n)+" can't be a key: its values have no exact text.", "entity", d.Name, "field", n, "kind", f.Kind)
		}
	}
	return nil
}

// declaredKinds are those that fields over columns can have.
var declaredKinds = append(slices.Clone(lake.Kinds), lake.Float, lake.JSON, lake.Vector)

// choose keeps the wished columns, in their order. Fields of the proposed key stay.
func (d *declaration) choose() error {
	var fields []DraftField
	renamed := map[lake.FieldName]lake.FieldName{}
	for _, w := range d.wish.Fields {
		f := d.draft.byColumn(w.Column)
		if f == nil {
			return lake.Fail(lake.ErrInvalid, "column_unknown", "The table "+d.wish.Table+" has no column "+w.Column+".", "table", d.wish.Table, "column", w.Column)
		}
		g := *f
		if w.Name != "" {
			renamed[g.Name], g.Name = w.Name, w.Name
		}
		if w.Kind != "" && !slices.Contains(declaredKinds, w.Kind) {
			return lake.Fail(lake.ErrInvalid, "kind_unknown", "There is no type "+string(w.Kind)+".", "kind", w.Kind)
		}
		if w.Kind != "" && w.Kind != lake.Reference {
			g.Kind = w.Kind
		}
		if w.Label != nil {
			g.Label = *w.Label
		}
		if g.Target = w.Target; g.Target != "" {
			g.Kind = lake.Reference
		}
		fields = append(fields, g)
	}
	old := *d.draft
	d.draft.Fields = fields
	d.draft.Key = slices.Clone(old.Key)
	for i, n := range d.draft.Key {
		if to, ok := renamed[n]; ok {
			d.draft.Key[i] = to
		} else if d.draft.field(n) == nil {
			d.draft.Key = []lake.FieldName{} // a part of it isn't wanted
			break
		}
	}
	d.draft.Title = guessTitle(d.draft)
	return nil
}

// settleKey checks a key that the source doesn't see to.
func (k *Catalog) settleKey(ctx context.Context, p lake.Principal, branch string, d *declaration) ([]Note, error) {
	draft := d.draft
	if len(draft.Key) == 0 || draft.KeyUnique != nil && *draft.KeyUnique {
		return nil, nil
	}
	state, err := k.keyState(ctx, p, branch, draft.entity(d.wish.Source, d.wish.Table))
	if err != nil {
		return nil, err
	}
	problem := state.problem()
	if problem == "" {
		return nil, nil
	}
	if d.wish.Key != nil {
		return nil, state.refuse(draft.Name, draft.Key)
	}
	n := Note{Code: problem, Entity: draft.Name, Field: draft.Key[0],
		Detail: "The column " + draft.field(draft.Key[0]).Column + " isn't a key, so records of " + string(draft.Name) + " can only be read."}
	draft.Key = []lake.FieldName{}
	return []Note{n}, nil
}

// linkAll makes references of foreign keys whose tables are declared, too.
func linkAll(s *lake.Schema, list []*declaration) {
	known := declaredOver(s)
	for _, d := range list {
		at := place{d.wish.Source, d.wish.Table}
		if known[at] == nil {
			e := d.draft.entity(d.wish.Source, d.wish.Table)
			known[at] = &e
		}
	}
	for _, d := range list {
		d.draft.link(d.wish.Source, d.table, known)
	}
}

// link turns fields into references where a foreign key of one column leads to another
// entity's key.
func (d *Draft) link(src string, t *lake.SourceTable, known map[place]*lake.Entity) {
	for _, rel := range t.Relations {
		target := known[place{src, rel.Table}]
		if len(rel.Columns) != 1 || len(rel.Targets) != 1 || target == nil || len(target.Home.Key) != 1 {
			continue
		}
		key, ok := target.Field(target.Home.Key[0])
		f := d.byColumn(rel.Columns[0])
		if !ok || key.Column != rel.Targets[0] || f == nil || f.Kind == lake.Reference {
			continue
		}
		f.Kind, f.Target = lake.Reference, target.Name
	}
}
