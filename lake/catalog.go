package lake

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// The schema is kept as records of two internal entities. So fields are branched,
// compared, merged and undone by the same rules as everything else.
var (
	entitiesEntity = internalEntity("hw_entities", "label_zh", "label_en", "plural_zh", "plural_en", "title", "owner", "inherits", "directory", "position", "home", "custom")
	fieldsEntity   = internalEntity("hw_fields", "entity", "name", "kind", "label_zh", "label_en", "required", "unique", "long",
		"target", "on_delete", "options", "default", "custom", "section", "position", "column", "type", "own")
	internal = []*Entity{entitiesEntity, fieldsEntity}
)

func internalEntity(name EntityName, fields ...FieldName) *Entity {
	e := Entity{Name: name, Internal: true, Title: fields[0]}
	for _, f := range fields {
		e.Fields = append(e.Fields, Field{Name: f, Kind: Text})
	}
	s := NewSchema([]Entity{e})
	return s.entities[name]
}

// isInternal tells whether an entity holds schema.
func isInternal(n EntityName) bool { return strings.HasPrefix(string(n), "hw_") }

// catalog caches schemas. Two lineages share one when no segment of theirs differs in
// its last change of schema.
type catalog struct {
	changed map[BranchID][]Revision // revisions that changed the schema, ascending
	upto    Revision                // how far changed is known for certain
	store   string                  // the identity of the store that it was read from
	cache   sync.Map                // string → *Schema
}

// schemaRevisions adds what was written after a revision to what is known already: a
// commit that changes branches or fields mustn't cost what all before it have.
func schemaRevisions(ctx context.Context, s StoreReader, known map[BranchID][]Revision, after Revision) (map[BranchID][]Revision, error) {
	out := make(map[BranchID][]Revision, len(known))
	for b, list := range known {
		out[b] = slices.Clone(list)
	}
	for _, e := range internal {
		err := s.Changes(ctx, e, after, head, func(c Change) error {
			if list := out[c.Branch]; len(list) == 0 || list[len(list)-1] != c.Rev {
				out[c.Branch] = append(list, c.Rev)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for b := range out {
		slices.Sort(out[b])
		out[b] = slices.Compact(out[b])
	}
	return out, nil
}

// shape names the schema of a lineage: where each segment changed it last.
func (l *Lake) shape(lineage Lineage) (id string) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, seg := range lineage {
		revs := l.catalog.changed[seg.Branch]
		i := sort.Search(len(revs), func(i int) bool { return revs[i] > seg.Upto })
		if i > 0 {
			id += strconv.FormatInt(int64(seg.Branch), 36) + "@" + strconv.FormatInt(int64(revs[i-1]), 36) + "/"
		}
	}
	return id
}

// learn keeps the schema that a committed transaction has made, which would be read again
// otherwise.
func (l *Lake) learn(tx *Tx) {
	if tx.rev > 0 {
		l.catalog.cache.LoadOrStore(l.shape(l.lineage(tx.branch.ID, tx.rev)), tx.schema)
	}
}

// schema of a lineage.
func (l *Lake) schema(ctx context.Context, lineage Lineage) (*Schema, error) {
	id := l.shape(lineage)
	if s, ok := l.catalog.cache.Load(id); ok {
		return s.(*Schema), nil
	}
	s, err := readSchema(ctx, l.store, lineage)
	if err != nil {
		return nil, err
	}
	cached, _ := l.catalog.cache.LoadOrStore(id, s)
	return cached.(*Schema), nil
}

// readSchema builds the schema from its records.
func readSchema(ctx context.Context, s StoreReader, lineage Lineage) (*Schema, error) {
	var d declared
	if err := s.Scan(ctx, fieldsEntity, lineage, d.field); err != nil {
		return nil, err
	}
	if err := s.Scan(ctx, entitiesEntity, lineage, d.entity); err != nil {
		return nil, err
	}
	return d.schema(nil, nil), nil
}

// rereadSchema builds the schema from an earlier one and the records of schema that were
// written since, by their keys: the rest isn't read again.
func rereadSchema(ctx context.Context, s StoreReader, lineage Lineage, old *Schema, written map[Key]bool) (*Schema, error) {
	var d declared
	var names, keys []Key
	again := map[EntityName]bool{}
	for k := range written {
		entity, _, field := strings.Cut(string(k), ".")
		again[EntityName(entity)] = true
		if field {
			keys = append(keys, k)
		}
	}
	for n := range again {
		names = append(names, Key(n))
		for _, f := range old.declared(n) {
			if k := fieldKey(n, f); !written[k] {
				keys = append(keys, k)
			}
		}
	}
	fields, err := s.Get(ctx, fieldsEntity, lineage, keys)
	if err != nil {
		return nil, err
	}
	entities, err := s.Get(ctx, entitiesEntity, lineage, names)
	if err != nil {
		return nil, err
	}
	for i := range fields {
		if err := d.field(fields[i]); err != nil {
			return nil, err
		}
	}
	for i := range entities {
		if err := d.entity(entities[i]); err != nil {
			return nil, err
		}
	}
	loose := maps.Clone(old.loose)
	maps.DeleteFunc(loose, func(n EntityName, _ []FieldName) bool { return again[n] })
	return d.schema(slices.DeleteFunc(old.Entities(), func(e *Entity) bool { return again[e.Name] }), loose), nil
}

// declared lists the fields that there are records of, also when the entity has none: a
// merge may leave fields behind whose entity one side has removed.
func (s *Schema) declared(n EntityName) []FieldName {
	e := s.entities[n]
	if e == nil {
		return s.loose[n]
	}
	out := make([]FieldName, len(e.Fields))
	for i := range e.Fields {
		out[i] = e.Fields[i].Name
	}
	return out
}

// declared collects the records of a schema.
type declared struct {
	fields   map[EntityName][]Field
	entities []Entity
}

func (d *declared) field(r Record) error {
	f, err := fieldOf(r.Cells)
	if d.fields == nil {
		d.fields = map[EntityName][]Field{}
	}
	entity := EntityName(r.Cells["entity"])
	d.fields[entity] = append(d.fields[entity], f)
	return err
}

func (d *declared) entity(r Record) error {
	e, err := entityOf(r)
	e.position, _ = strconv.Atoi(string(r.Cells["position"]))
	d.entities = append(d.entities, e)
	return err
}

// schema puts what was collected beside entities, and fields without one, that stay as
// they are.
func (d *declared) schema(same []*Entity, loose map[EntityName][]FieldName) *Schema {
	all := same
	for _, e := range d.entities {
		e.Fields = d.fields[e.Name]
		delete(d.fields, e.Name)
		slices.SortFunc(e.Fields, func(a, b Field) int {
			return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Name, b.Name))
		})
		all = append(all, indexed(e))
	}
	slices.SortFunc(all, func(a, b *Entity) int {
		return cmp.Or(cmp.Compare(a.position, b.position), cmp.Compare(a.Name, b.Name))
	})
	s := schemaOf(append([]*Entity{entitiesEntity, fieldsEntity}, all...))
	s.loose = loose
	for n, fields := range d.fields {
		if s.loose == nil {
			s.loose = map[EntityName][]FieldName{}
		}
		for i := range fields {
			s.loose[n] = append(s.loose[n], fields[i].Name)
		}
	}
	return s
}

func entityOf(r Record) (Entity, error) {
	c := r.Cells
	home, err := homeOf(c["home"])
	return Entity{
		Home: home, Custom: c["custom"] == "true", Name: EntityName(r.Key), Label: Label{string(c["label_zh"]), string(c["label_en"])},
		Plural: Label{string(c["plural_zh"]), string(c["plural_en"])}, Title: FieldName(c["title"]),
		Owner: FieldName(c["owner"]), Inherits: FieldName(c["inherits"]), Directory: c["directory"] == "true",
	}, err
}

func entityCells(e *Entity, position int) Cells {
	return Cells{
		"label_zh": Cell(e.Label.ZH), "label_en": Cell(e.Label.EN), "plural_zh": Cell(e.Plural.ZH), "plural_en": Cell(e.Plural.EN),
		"title": Cell(e.Title), "owner": Cell(e.Owner), "inherits": Cell(e.Inherits), "directory": flag(e.Directory),
		"position": Cell(strconv.Itoa(position)), "home": e.Home.text(), "custom": flag(e.Custom),
	}
}

func flag(b bool) Cell {
	if b {
		return "true"
	}
	return ""
}

func fieldOf(c Cells) (Field, error) {
	f := Field{
		Name: FieldName(c["name"]), Kind: Kind(c["kind"]), Label: Label{string(c["label_zh"]), string(c["label_en"])},
		Required: c["required"] == "true", Unique: c["unique"] == "true", Long: c["long"] == "true", Target: EntityName(c["target"]),
		OnDelete: OnDelete(c["on_delete"]), Default: c["default"], Custom: c["custom"] == "true", Section: string(c["section"]), Column: string(c["column"]), Type: string(c["type"]), Own: c["own"] == "true",
	}
	f.Position, _ = strconv.Atoi(string(c["position"]))
	if c["options"] == "" {
		return f, nil
	}
	if err := json.Unmarshal([]byte(c["options"]), &f.Options); err != nil {
		return f, fmt.Errorf("options of field %s: %w", f.Name, err)
	}
	return f, nil
}

func fieldCells(e EntityName, f *Field) Cells {
	c := Cells{
		"entity": Cell(e), "name": Cell(f.Name), "kind": Cell(f.Kind), "label_zh": Cell(f.Label.ZH), "label_en": Cell(f.Label.EN),
		"required": flag(f.Required), "unique": flag(f.Unique), "long": flag(f.Long), "target": Cell(f.Target),
		"on_delete": Cell(f.OnDelete), "default": f.Default, "custom": flag(f.Custom), "section": Cell(f.Section),
		"position": Cell(strconv.Itoa(f.Position)), "column": Cell(f.Column), "type": Cell(f.Type), "own": flag(f.Own),
	}
	if len(f.Options) > 0 {
		text, _ := json.Marshal(f.Options)
		c["options"] = Cell(text)
	}
	return c
}

func fieldKey(e EntityName, f FieldName) Key { return Key(string(e) + "." + string(f)) }

// declare writes the product's entities into the schema of main where it lacks them.
// Fields that are there already stay as people have changed them.
func (l *Lake) declare(ctx context.Context, entities []Entity) error {
	have, err := l.schema(ctx, l.lineage(Main, l.store.Head()))
	if err != nil {
		return err
	}
	missing := func(e *Entity) (out []Field) {
		known, _ := have.Entity(e.Name)
		for i, f := range e.Fields {
			f.Position = i
			if known != nil {
				if _, ok := known.Field(f.Name); ok {
					continue
				}
			}
			out = append(out, f)
		}
		return out
	}
	if !slices.ContainsFunc(entities, func(e Entity) bool { return len(missing(&e)) > 0 }) {
		return nil
	}
	return l.exclusive(ctx, func(st StoreTx) error {
		for _, e := range internal {
			if err := st.Ensure(e); err != nil {
				return err
			}
		}
		tx := l.newTx(ctx, st, System, l.branch(Main), have)
		tx.rights, _ = l.rights(ctx, System)
		tx.SetIntent(Intent{Kind: "schema", Reason: "declared by the product"})
		for i := range entities {
			e := &entities[i]
			if err := tx.putEntity(e, i, missing(e)); err != nil {
				return err
			}
		}
		return tx.ensureTables()
	})
}
