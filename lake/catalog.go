package lake

import (
	"context"
	"encoding/json"
	"fmt"
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

// schema of a lineage.
func (l *Lake) schema(ctx context.Context, lineage Lineage) (*Schema, error) {
	l.mu.RLock()
	id := ""
	for _, seg := range lineage {
		revs := l.catalog.changed[seg.Branch]
		i := sort.Search(len(revs), func(i int) bool { return revs[i] > seg.Upto })
		if i > 0 {
			id += strconv.FormatInt(int64(seg.Branch), 36) + "@" + strconv.FormatInt(int64(revs[i-1]), 36) + "/"
		}
	}
	l.mu.RUnlock()
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
	fields := map[EntityName][]Field{}
	err := s.Scan(ctx, fieldsEntity, lineage, func(r Record) error {
		f, err := fieldOf(r.Cells)
		entity := EntityName(r.Cells["entity"])
		fields[entity] = append(fields[entity], f)
		return err
	})
	if err != nil {
		return nil, err
	}
	var all []Entity
	err = s.Scan(ctx, entitiesEntity, lineage, func(r Record) error {
		e, err := entityOf(r)
		if err != nil {
			return err
		}
		e.Fields = fields[e.Name]
		sort.SliceStable(e.Fields, func(i, j int) bool {
			a, b := e.Fields[i], e.Fields[j]
			return a.Position < b.Position || a.Position == b.Position && a.Name < b.Name
		})
		e.position, _ = strconv.Atoi(string(r.Cells["position"]))
		all = append(all, e)
		return nil
	})
	sort.Slice(all, func(i, j int) bool { return all[i].position < all[j].position })
	list := []Entity{*entitiesEntity, *fieldsEntity}
	return NewSchema(append(list, all...)), err
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
			if err := tx.putInternal(entitiesEntity, Key(e.Name), entityCells(e, i)); err != nil {
				return err
			}
			for _, f := range missing(e) {
				if err := tx.putInternal(fieldsEntity, fieldKey(e.Name, f.Name), fieldCells(e.Name, &f)); err != nil {
					return err
				}
			}
		}
		return tx.ensureTables()
	})
}
