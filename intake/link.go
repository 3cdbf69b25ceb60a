package intake

import (
	"strings"

	"headwater/lake"
)

// link is how a reference column finds its records.
type link struct {
	target  *lake.Entity
	by      lake.FieldName
	missing string
	self    bool // the target is the entity of the import
	fold    func(string) string
}

func newLink(s *lake.Schema, e *lake.Entity, f *lake.Field, c *Column) (*link, error) {
	target, err := s.Entity(f.Target)
	if err != nil {
		return nil, err
	}
	l := &link{target: target, by: c.LinkBy, missing: c.Missing, self: target.Name == e.Name}
	switch l.by {
	case "", "title":
		l.by = target.Title
	}
	if _, ok := target.Column(l.by); !ok {
		return nil, lake.Fail(lake.ErrInvalid, "plan_link_unknown", "The entity "+string(target.Name)+" has no field "+string(l.by)+" to link by.",
			"entity", target.Name, "field", l.by, "column", c.Column)
	}
	if l.missing == "" {
		l.missing = Reject
	}
	if l.missing == Create && l.by == lake.FieldID {
		return nil, lake.Fail(lake.ErrInvalid, "plan_create_by_id", "Records that are linked by their id can't be made on the fly.", "column", c.Column)
	}
	l.fold = foldFor(l.by)
	return l, nil
}

func (l *link) place() place { return place{l.target.Name, l.by} }

// minimal is what a record made on the fly holds: what the file said of it, also as
// its title.
func (l *link) minimal(text string) (lake.Cells, *Problem) {
	cells := lake.Cells{}
	for _, name := range []lake.FieldName{l.by, l.target.Title} {
		f, ok := l.target.Field(name)
		if !ok {
			continue
		}
		c, err := f.Canonical(text)
		if err != nil {
			p, _ := problemOf(err)
			p.Field = name
			return nil, &p
		}
		cells[name] = c
	}
	for i := range l.target.Fields {
		if f := &l.target.Fields[i]; f.Required && f.Default == "" && cells[f.Name] == "" && f.Name != l.target.Owner {
			return nil, &Problem{Code: CodeFieldRequired, Field: f.Name, Value: shown(text)}
		}
	}
	return cells, nil
}

// domainOf is the domain of an address or a web page, without www.
func domainOf(s string) string {
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+3:]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if i := strings.IndexAny(s, "/?#:"); i >= 0 {
		s = s[:i]
	}
	return strings.TrimPrefix(strings.ToLower(s), "www.")
}
