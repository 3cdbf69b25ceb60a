package intake

import (
	"slices"

	"headwater/lake"
)

// column fills in how a mapped column is read.
func (s *suggester) column(i int) error {
	c, p := &s.plan.Columns[i], s.columns[i]
	f, ok := s.entity.Field(c.Field)
	if !ok || c.Part != "" {
		return nil
	}
	switch f.Kind {
	case lake.Integer, lake.Decimal, lake.Money:
		c.NumberForm, c.Unit = p.numbers.form(), headingUnit(c.Column)
	case lake.Date, lake.Timestamp:
		s.dateForm(c, p)
	case lake.Enum:
		s.options(c, p, f)
	case lake.Reference:
		return s.reference(i, f)
	}
	return nil
}

// dateForm decides the order of days and months; where a column leaves it open,
// another column of the file may tell.
func (s *suggester) dateForm(c *Column, p *profile) {
	form, guessed := p.dates.form()
	if guessed && p.dates.dmy == p.dates.mdy {
		for _, other := range s.columns {
			if f, g := other.dates.form(); !g && (f == FormDMY || f == FormMDY) && other.dates.dates()*2 > other.dates.seen {
				form, guessed = f, false
			}
		}
	}
	c.DateForm = form
	if guessed {
		s.note("date_form_guessed", c.Field, c.Column, "form", form)
	}
	if p.dates.mixed() {
		s.note("dates_mixed", c.Field, c.Column, "form", form)
	}
}

// options maps values that surely mean an option, and suggests for others.
func (s *suggester) options(c *Column, p *profile, f *lake.Field) {
	o := newOptions(f, s.words.Options[s.entity.Name][f.Name])
	for _, v := range p.values() {
		name, ok := o.find(v)
		if ok {
			if v != string(name) {
				c.value(v, string(name)) // visible, so that a person can change it
			}
			continue
		}
		like, certain := o.like(v)
		if certain {
			c.value(v, like)
			continue
		}
		c.suggest(Suggestion{Value: v, Count: p.counts[v], To: like})
	}
}

const maxValues = 200 // value maps and suggestions per column

func (c *Column) value(from, to string) {
	if c.Values == nil {
		c.Values = map[string]string{}
	}
	if len(c.Values) < maxValues {
		c.Values[from] = to
	}
}

func (c *Column) suggest(s Suggestion) {
	if len(c.Suggestions) < maxValues {
		s.Value = shown(s.Value)
		c.Suggestions = append(c.Suggestions, s)
	}
}

// reference says how records are found, maps sure typos and suggests for the rest.
func (s *suggester) reference(i int, f *lake.Field) error {
	c, p := &s.plan.Columns[i], s.columns[i]
	c.Missing = Reject
	if f.Target == lake.Users { // who left the company is no reason to lose the record
		c.Missing = Empty
	}
	found := s.found[i]
	c.LinkBy = found.by
	target, err := s.reader.Schema().Entity(f.Target)
	if err != nil {
		return err
	}
	var unknown []string
	for _, v := range p.values() {
		if !found.hits[v] {
			unknown = append(unknown, v)
		}
	}
	if target.Name == s.entity.Name { // the file's own rows may be meant
		unknown = s.notInFile(unknown, c.LinkBy, target)
	}
	like, err := similar(s.ctx, s.reader, target, c.LinkBy, unknown)
	if err != nil {
		return err
	}
	for _, v := range unknown {
		l, ok := like[v]
		if ok && l.certain {
			c.value(v, l.to)
			continue
		}
		c.suggest(Suggestion{Value: v, Count: p.counts[v], To: l.to, Key: l.key, Title: l.title})
	}
	return nil
}

// notInFile keeps the values that no row of the file itself holds.
func (s *suggester) notInFile(values []string, by lake.FieldName, target *lake.Entity) []string {
	if by == "title" {
		by = target.Title
	}
	i := slices.IndexFunc(s.plan.Columns, func(c Column) bool { return c.Field == by })
	if i < 0 {
		return values
	}
	return slices.DeleteFunc(values, func(v string) bool { return s.columns[i].counts[v] > 0 })
}
