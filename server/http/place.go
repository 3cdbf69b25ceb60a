package httpapi

import (
	"context"
	"strings"
	"time"

	"headwater/lake"
)

// OnBranch is the branch that an operation works on.
type OnBranch struct {
	Branch string `query:"branch" default:"main" maxLength:"200" doc:"The branch to work on."`
}

// Place is a branch now or at an earlier revision.
type Place struct {
	OnBranch
	At     lake.Revision `query:"at" minimum:"0" doc:"Read as of this revision; absent: now."`
	AtTime time.Time     `query:"at_time" doc:"Read as of this time, instead of a revision."`
}

// reader sees a place with the caller's rights.
func (s *Server) reader(ctx context.Context, p Place) (*lake.Reader, error) {
	if !p.AtTime.IsZero() {
		if p.At != 0 {
			return nil, lake.Fail(lake.ErrInvalid, "at_twice", "Give either a revision or a time.")
		}
		var err error
		if p.At, err = s.lake.RevisionAt(ctx, p.AtTime); err != nil {
			return nil, err
		}
	}
	return s.lake.At(ctx, principal(ctx), p.Branch, p.At)
}

// readEntity also finds the entity.
func (s *Server) readEntity(ctx context.Context, p Place, name lake.EntityName) (*lake.Reader, *lake.Entity, error) {
	r, err := s.reader(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	e, err := publicEntity(r.Schema(), name)
	return r, e, err
}

// publicEntity finds an entity; those that hold the schema itself aren't for this API.
func publicEntity(s *lake.Schema, name lake.EntityName) (*lake.Entity, error) {
	e, err := s.Entity(name)
	if err == nil && e.Internal {
		err = lake.Fail(lake.ErrNotFound, "entity_unknown", "There is no entity named "+string(name)+".", "entity", name)
	}
	return e, err
}

// column is a field that a question returns, on the entity itself or behind references.
type column struct {
	path  lake.Path
	field *lake.Field
}

// columnOf reads a path such as account.industry.
func columnOf(s *lake.Schema, e *lake.Entity, text string) (column, error) {
	var c column
	for i, name := range strings.Split(text, ".") {
		if i > 0 {
			if c.field.Kind != lake.Reference {
				return c, unknownField(e, text)
			}
			target, err := s.Entity(c.field.Target)
			if err != nil {
				return c, err
			}
			e = target
		}
		f, ok := e.Column(lake.FieldName(name))
		if !ok {
			return c, unknownField(e, text)
		}
		c.path, c.field = append(c.path, f.Name), f
	}
	return c, nil
}

func unknownField(e *lake.Entity, field string) error {
	return lake.Fail(lake.ErrInvalid, "field_unknown", "The entity "+string(e.Name)+" has no field "+field+".", "entity", e.Name, "field", field)
}

// columnsOf reads several paths; none means all fields of the entity.
func columnsOf(s *lake.Schema, e *lake.Entity, texts []string) ([]column, error) {
	var out []column
	for _, t := range texts {
		c, err := columnOf(s, e, t)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if len(texts) == 0 {
		for i := range e.Fields {
			out = append(out, column{lake.Path{e.Fields[i].Name}, &e.Fields[i]})
		}
	}
	return out, nil
}

func pathsOf(columns []column) []lake.Path {
	out := make([]lake.Path, len(columns))
	for i, c := range columns {
		out[i] = c.path
	}
	return out
}

// Titles name the records that others refer to: entity → id → title.
type Titles map[lake.EntityName]map[lake.Key]string

// mentioned collects references to find their titles.
type mentioned map[lake.EntityName]map[lake.Key]bool

func (m mentioned) note(f *lake.Field, c lake.Cell) {
	if f.Kind != lake.Reference || c == "" {
		return
	}
	if m[f.Target] == nil {
		m[f.Target] = map[lake.Key]bool{}
	}
	m[f.Target][lake.Key(c)] = true
}

func (m mentioned) noteAll(e *lake.Entity, cells lake.Cells) {
	for i := range e.Fields {
		m.note(&e.Fields[i], cells[e.Fields[i].Name])
	}
}

// titles asks several readers; the first that knows a record names it.
func (m mentioned) titles(ctx context.Context, readers ...*lake.Reader) (Titles, error) {
	out := Titles{}
	for _, r := range readers {
		ask := map[lake.EntityName][]lake.Key{}
		for e, keys := range m {
			for k := range keys {
				if _, ok := out[e][k]; !ok {
					ask[e] = append(ask[e], k)
				}
			}
		}
		if len(ask) == 0 {
			break
		}
		found, err := r.Titles(ctx, ask)
		if err != nil {
			return nil, err
		}
		for e, titles := range found {
			if out[e] == nil {
				out[e] = map[lake.Key]string{}
			}
			for k, t := range titles {
				out[e][k] = t
			}
		}
	}
	return out, nil
}
