package catalog

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"headwater/lake"
)

// TableChange is one difference between what an entity was declared with and what its
// home holds now.
type TableChange struct {
	Code   string         `json:"code" enum:"column_gone,column_new,type_changed,key_changed" doc:"column_gone, column_new, type_changed or key_changed"`
	Column string         `json:"column"`
	Field  lake.FieldName `json:"field,omitempty"`
	Was    string         `json:"was,omitempty"`
	Now    string         `json:"now,omitempty"`
	Breaks []string       `json:"breaks" doc:"What stands on it: entity, entity.field or view:NAME."`
}

// SchemaDrift is what has changed of an entity's home.
type SchemaDrift struct {
	Changes   []TableChange `json:"changes"`
	CheckedAt time.Time     `json:"checked_at"`
}

const kindSeen = "table_seen"

// seen is a table as it was when an entity was declared over it or last adopted: columns
// that were left out then are no news.
type seen struct {
	Table   string              `json:"table"`
	Columns []lake.SourceColumn `json:"columns"`
	Key     []string            `json:"key"`
}

func (k *Catalog) remember(ctx context.Context, e lake.EntityName, t *lake.SourceTable) error {
	return k.registry().Save(ctx, kindSeen, string(e), seen{Table: t.Name, Columns: t.Columns, Key: t.Key})
}

// SchemaDrift compares an entity with its home as it is now.
func (k *Catalog) SchemaDrift(ctx context.Context, p lake.Principal, branch string, entity lake.EntityName) (*SchemaDrift, error) {
	r, err := k.lake.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return nil, err
	}
	if err := r.May(e); err != nil {
		return nil, err
	}
	changes, _, err := k.compare(ctx, branch, r.Schema(), e)
	if err != nil {
		return nil, err
	}
	out := &SchemaDrift{Changes: []TableChange{}, CheckedAt: k.now().UTC()}
	if len(changes) > 0 {
		g, err := k.graph(ctx, r)
		if err != nil {
			return nil, err
		}
		for _, c := range changes {
			c.Breaks = g.breaks(e, c)
			out.Changes = append(out.Changes, c)
		}
	}
	if branch == "" || branch == lake.MainName {
		k.drifts.set(entity, len(out.Changes), out.CheckedAt)
	}
	return out, nil
}

// compare gives the changes, and the home's columns as they are now.
func (k *Catalog) compare(ctx context.Context, branch string, s *lake.Schema, e *lake.Entity) ([]TableChange, []lake.SourceColumn, error) {
	switch e.Home.Kind {
	case lake.Foreign:
		return k.compareTable(ctx, e)
	case lake.Derived:
		shaped, err := k.Shape(ctx, lake.System, branch, e.Home.SQL)
		if err != nil {
			return nil, nil, err
		}
		return compareColumns(e, shaped.Columns, nil), shaped.Columns, nil
	case lake.Clone:
		columns, err := originalColumns(s, e)
		return compareColumns(e, columns, columns), columns, err
	}
	return nil, nil, nil
}

func (k *Catalog) compareTable(ctx context.Context, e *lake.Entity) ([]TableChange, []lake.SourceColumn, error) {
	t, err := k.sources.Table(ctx, e.Home.Source, e.Home.Table)
	if err != nil {
		return nil, nil, err
	}
	var was seen
	err = k.registry().Load(ctx, kindSeen, string(e.Name), &was)
	if errors.Is(err, lake.ErrNotFound) {
		was, err = seen{Key: t.Key}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	changes := compareColumns(e, t.Columns, was.Columns)
	if was.Table == e.Home.Table && !slices.Equal(was.Key, t.Key) {
		changes = append(changes, TableChange{Code: "key_changed", Was: names(was.Key), Now: names(t.Key)})
	}
	return changes, t.Columns, nil
}

func names(list []string) string {
	out := ""
	for i, n := range list {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}

// columnOf is the name that a field's values have in its entity's home.
func columnOf(f *lake.Field) string {
	if f.Column != "" {
		return f.Column
	}
	return string(f.Name)
}

// compareColumns compares fields with columns. Columns in known aren't new.
func compareColumns(e *lake.Entity, now, known []lake.SourceColumn) (out []TableChange) {
	find := func(list []lake.SourceColumn, name string) *lake.SourceColumn {
		i := slices.IndexFunc(list, func(c lake.SourceColumn) bool { return c.Name == name })
		if i < 0 {
			return nil
		}
		return &list[i]
	}
	declared := map[string]bool{}
	for i := range e.Fields {
		f := &e.Fields[i]
		if f.Own {
			continue
		}
		declared[columnOf(f)] = true
		c := find(now, columnOf(f))
		_, hidden := e.Home.Masks[f.Name]
		switch {
		case c == nil:
			out = append(out, TableChange{Code: "column_gone", Column: columnOf(f), Field: f.Name, Was: f.Type})
		case c.Type != f.Type && !hidden && !readAsText(e, f, c, find(known, c.Name)):
			out = append(out, TableChange{Code: "type_changed", Column: c.Name, Field: f.Name, Was: f.Type, Now: c.Type})
		}
	}
	for _, c := range now {
		if !declared[c.Name] && find(known, c.Name) == nil {
			out = append(out, TableChange{Code: "column_new", Column: c.Name, Now: c.Type})
		}
	}
	return out
}

// readAsText tells whether a column was declared as text, and has the type that it had then.
func readAsText(e *lake.Entity, f *lake.Field, now, then *lake.SourceColumn) bool {
	return e.Home.Kind == lake.Foreign && f.Type == "VARCHAR" && f.Kind == lake.Text && then != nil && then.Type == now.Type
}

// originalColumns are the columns of a clone's original.
func originalColumns(s *lake.Schema, e *lake.Entity) ([]lake.SourceColumn, error) {
	original, err := s.Entity(e.Home.Of)
	if err != nil {
		return nil, err
	}
	var out []lake.SourceColumn
	for _, f := range original.Fields {
		out = append(out, lake.SourceColumn{Name: string(f.Name), Type: f.Type, Kind: f.Kind})
	}
	return out, nil
}

// Adopt brings columns of an entity in line with its home: gone ones are removed, new
// ones added, changed ones get their new type. Without columns, all.
func (k *Catalog) Adopt(ctx context.Context, p lake.Principal, branch string, entity lake.EntityName, columns []string) error {
	r, err := k.lake.Trial(ctx, p, branch)
	if err != nil {
		return err
	}
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return err
	}
	changes, now, err := k.compare(ctx, branch, r.Schema(), e)
	if err != nil {
		return err
	}
	next := loose(e)
	for _, c := range changes {
		if len(columns) > 0 && !slices.Contains(columns, c.Column) {
			continue
		}
		if err := adopt(&next, c, now); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(next.Fields, func(f lake.Field) bool { return f.Name == next.Title }) {
		next.Title = titleOf(&next)
	}
	err = k.lake.UpdateEntity(ctx, p, branch, entity, func(e *lake.Entity) error {
		e.Title, e.Fields = next.Title, next.Fields
		return nil
	})
	if err != nil || e.Home.Kind != lake.Foreign {
		return err
	}
	t, err := k.sources.Table(ctx, e.Home.Source, e.Home.Table)
	if err != nil {
		return err
	}
	k.drifts.set(entity, 0, k.now())
	return k.remember(ctx, entity, t)
}

func adopt(e *lake.Entity, c TableChange, now []lake.SourceColumn) error {
	i := slices.IndexFunc(e.Fields, func(f lake.Field) bool { return !f.Own && columnOf(&f) == c.Column })
	switch c.Code {
	case "column_gone":
		if slices.Contains(e.Home.Key, c.Field) {
			return lake.Fail(lake.ErrConflict, "drift_key_gone", "The column "+c.Column+" is the key; choose another key first.", "entity", e.Name, "column", c.Column)
		}
		e.Fields = slices.Delete(e.Fields, i, i+1)
	case "type_changed", "column_new":
		j := slices.IndexFunc(now, func(x lake.SourceColumn) bool { return x.Name == c.Column })
		if j < 0 {
			return nil
		}
		if i < 0 {
			fields := taken{}
			for _, f := range e.Fields {
				fields[string(f.Name)] = true
			}
			e.Fields = append(e.Fields, lake.Field{Name: fields.fieldName(c.Column), Label: spokenLabel(now[j].Label, c.Column), Custom: true})
			i = len(e.Fields) - 1
			if e.Home.Kind == lake.Foreign {
				e.Fields[i].Column = c.Column
			}
		}
		f := &e.Fields[i]
		f.Type = now[j].Type
		if f.Kind != lake.Reference {
			f.Kind = now[j].Kind
		}
	}
	return nil
}

// drifts remembers which entities of main were found to differ from their homes.
type drifts struct {
	mu    sync.Mutex
	found map[lake.EntityName]int
	last  map[lake.EntityName]time.Time
}

func newDrifts() *drifts {
	return &drifts{found: map[lake.EntityName]int{}, last: map[lake.EntityName]time.Time{}}
}

func (d *drifts) set(e lake.EntityName, n int, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.found[e], d.last[e] = n, at
}

// Drifted tells how many changes were last found of an entity's home.
func (k *Catalog) Drifted(e lake.EntityName) int {
	k.drifts.mu.Lock()
	defer k.drifts.mu.Unlock()
	return k.drifts.found[e]
}

const suspectPause = 30 * time.Second

// Suspect has an entity compared with its home in the background: a read has failed,
// or a copy was refreshed.
func (k *Catalog) Suspect(e lake.EntityName) {
	k.drifts.mu.Lock()
	recent := k.now().Sub(k.drifts.last[e]) < suspectPause
	if !recent {
		k.drifts.last[e] = k.now()
	}
	k.drifts.mu.Unlock()
	if recent || k.life.Err() != nil {
		return
	}
	k.work.Add(1)
	go func() {
		defer k.work.Done()
		ctx, cancel := context.WithTimeout(k.life, suspectPause)
		defer cancel()
		if _, err := k.SchemaDrift(ctx, lake.System, lake.MainName, e); err != nil && ctx.Err() == nil {
			k.log.Info("a home can't be compared", "entity", e, "error", err)
		}
	}()
}

// SuspectTable is Suspect for the entities of main over a table ("": of a source).
func (k *Catalog) SuspectTable(ctx context.Context, src, table string) {
	r, err := k.lake.At(ctx, lake.System, lake.MainName, 0)
	if err != nil {
		return
	}
	for _, e := range r.Schema().Entities() {
		if e.Home.Kind == lake.Foreign && e.Home.Source == src && (table == "" || e.Home.Table == table) {
			k.Suspect(e.Name)
		}
	}
}
