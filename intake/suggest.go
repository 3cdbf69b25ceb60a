package intake

import (
	"context"
	"maps"
	"slices"
	"strings"

	"headwater/lake"
)

// Suggest makes a plan for a file: columns are matched to fields by name in both
// languages, then by content; forms of dates and numbers are inferred from up to
// 50,000 rows; values that are surely typos are mapped, others are suggested.
// Columns that match nothing are left out, each with a field that could be added.
func Suggest(ctx context.Context, r *lake.Reader, entity lake.EntityName, f *File, words *Synonyms) (Plan, error) {
	e, err := r.Schema().Entity(entity)
	if err != nil {
		return Plan{}, err
	}
	s := &suggester{ctx: ctx, reader: r, entity: e, words: words}
	if s.columns, s.kept, err = profiles(ctx, f); err != nil {
		return Plan{}, err
	}
	s.plan = Plan{Entity: entity, OnMatch: Update, Columns: make([]Column, len(s.columns))}
	for i, p := range s.columns {
		s.plan.Columns[i].Column = p.heading
	}
	if err := s.ownKeys(); err != nil {
		return Plan{}, err
	}
	s.byName()
	s.byParts()
	s.byDay()
	if err := s.links(); err != nil {
		return Plan{}, err
	}
	s.byContent()
	for i := range s.columns {
		if err := s.column(i); err != nil {
			return Plan{}, err
		}
	}
	s.currencies()
	s.empties()
	s.titles()
	s.matching()
	s.newFields()
	return s.plan, nil
}

// suggester is a plan in the making.
type suggester struct {
	ctx     context.Context
	reader  *lake.Reader
	entity  *lake.Entity
	words   *Synonyms
	columns []*profile
	kept    [][]string
	plan    Plan
	found   map[int]linkFound
}

func (s *suggester) note(code string, field lake.FieldName, column string, params ...string) {
	n := Note{Code: code, Field: field, Column: column}
	for i := 0; i+1 < len(params); i += 2 {
		if n.Params == nil {
			n.Params = map[string]string{}
		}
		n.Params[params[i]] = params[i+1]
	}
	s.plan.Notes = append(s.plan.Notes, n)
}

// claim is a column that may fill a field.
type claim struct {
	column int
	field  lake.FieldName
	score  float64
}

const keySample = 50 // values by which a column of our own keys is known

// ownKeys finds the column that an export of ours has under the heading id.
func (s *suggester) ownKeys() error {
	for i, p := range s.columns {
		if heading(p.heading) != "id" {
			continue
		}
		var keys []lake.Key
		for _, v := range p.values() {
			if len(keys) < keySample {
				keys = append(keys, lake.Key(v))
			}
		}
		known, err := s.reader.GetMany(s.ctx, s.entity.Name, keys)
		if err != nil {
			return err
		}
		if len(known) > 0 && len(known)*2 >= len(keys) {
			s.plan.Columns[i].Field, s.plan.Columns[i].Confidence = lake.FieldID, 1
		}
		return nil
	}
	return nil
}

// byName gives each field the column whose heading and contents fit it best.
func (s *suggester) byName() {
	names := newNaming(s.entity, s.reader.Rights(), s.words)
	var claims []claim
	for i, p := range s.columns {
		for _, n := range names.of(p.heading) {
			if score := n.score * s.fitness(p, n.field); score > 0 {
				claims = append(claims, claim{i, n.field, score})
			}
		}
	}
	s.assign(claims)
}

// assign takes claims from the best on; each column and each field once.
func (s *suggester) assign(claims []claim) {
	slices.SortFunc(claims, func(a, b claim) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		case a.column != b.column:
			return a.column - b.column
		}
		return strings.Compare(string(a.field), string(b.field))
	})
	for _, c := range claims {
		if s.plan.Columns[c.column].Field == "" && !s.filled(c.field) {
			s.plan.Columns[c.column].Field, s.plan.Columns[c.column].Confidence = c.field, round(c.score)
		}
	}
}

func (s *suggester) filled(f lake.FieldName) bool {
	return slices.ContainsFunc(s.plan.Columns, func(c Column) bool { return c.Field == f })
}

func round(x float64) float64 { return float64(int(x*100+0.5)) / 100 }

// fitness is how well contents fit a field, from 0 (not at all) to 1.
func (s *suggester) fitness(p *profile, name lake.FieldName) float64 {
	f, ok := s.entity.Field(name)
	if !ok {
		return 1
	}
	if p.filled == 0 {
		return 0.9
	}
	share := 1.0
	switch f.Kind {
	case lake.Integer, lake.Decimal, lake.Money:
		share = p.share(p.numbers.numbers)
	case lake.Date, lake.Timestamp:
		share = p.share(max(p.dates.dates(), p.dates.serial, p.dates.unix))
	case lake.Boolean:
		share = p.share(p.booleans)
	case lake.Email:
		share = p.share(p.emails)
	case lake.Enum:
		share = s.resolved(p, f)
	case lake.Reference:
		if p.share(p.emails) > 0.9 && f.Target != lake.Users && f.Target != "contacts" {
			share = 0.6
		}
	}
	if share < 0.5 {
		return 0
	}
	return 0.4 + 0.6*share
}

// resolved is the share of rows whose value is an option, surely meant typos included.
func (s *suggester) resolved(p *profile, f *lake.Field) float64 {
	o := newOptions(f, s.words.Options[s.entity.Name][f.Name])
	hit := 0
	for v, n := range p.counts {
		_, ok := o.find(v)
		if !ok {
			_, ok = o.like(v)
		}
		if ok {
			hit += n
		}
	}
	return float64(hit) / float64(max(1, p.filled))
}

// byParts finds the two columns of a person's name.
func (s *suggester) byParts() {
	parts, ok := s.words.Names[s.entity.Name]
	if !ok || s.filled(s.entity.Title) {
		return
	}
	for i, p := range s.columns {
		c := &s.plan.Columns[i]
		switch {
		case c.Field != "":
		case named(p.heading, parts.Given):
			c.Field, c.Part, c.Confidence = s.entity.Title, "given", 0.95
		case named(p.heading, parts.Family):
			c.Field, c.Part, c.Confidence = s.entity.Title, "family", 0.95
		}
	}
}

// byDay settles headings that may mean the expected or the actual day.
func (s *suggester) byDay() {
	for _, a := range s.words.Ambiguous {
		if a.Entity != s.entity.Name {
			continue
		}
		for i := range s.plan.Columns {
			c := &s.plan.Columns[i]
			if heading(c.Column) != heading(a.Heading) || c.Field != a.Open && c.Field != a.Closed && c.Field != "" {
				continue
			}
			want := a.Open
			if s.onlyClosed(i, a) {
				want = a.Closed
			}
			if c.Field == want || !s.filled(want) {
				c.Field, c.Confidence = want, max(c.Confidence, 0.9)
			}
		}
	}
}

// onlyClosed tells whether a column is filled only in rows whose stage is closed.
func (s *suggester) onlyClosed(column int, a Ambiguous) bool {
	stage := slices.IndexFunc(s.plan.Columns, func(c Column) bool { return c.Field == a.Stage })
	f, ok := s.entity.Field(a.Stage)
	if stage < 0 || !ok {
		return false
	}
	o := newOptions(f, s.words.Options[s.entity.Name][a.Stage])
	closed, open := 0, 0
	for _, row := range s.kept {
		if v := trim(row[column]); v == "" || placeholder(v) {
			continue
		}
		name, _ := o.find(trim(row[stage]))
		if slices.Contains(a.ClosedOptions, string(name)) {
			closed++
		} else {
			open++
		}
	}
	return closed > 0 && open*50 <= closed
}

// byContent matches columns whose headings say nothing.
func (s *suggester) byContent() {
	var claims []claim
	for i, p := range s.columns {
		if s.plan.Columns[i].Field != "" || p.filled == 0 {
			continue
		}
		for j := range s.entity.Fields {
			f := &s.entity.Fields[j]
			if s.reader.Rights().MaskedField(s.entity.Name, f.Name) {
				continue
			}
			if score := s.likeness(p, f); score >= 0.5 {
				claims = append(claims, claim{i, f.Name, score})
			}
		}
	}
	s.assign(claims)
}

// likeness is how much contents alone speak for a field.
func (s *suggester) likeness(p *profile, f *lake.Field) float64 {
	switch f.Kind {
	case lake.Email:
		return 0.75 * floor(p.share(p.emails), 0.9)
	case lake.URL:
		return 0.7 * floor(p.share(p.urls), 0.9)
	case lake.Phone:
		return 0.6 * floor(p.share(p.phones), 0.9)
	case lake.Enum:
		if p.distinct() >= 2 && !p.full && p.share(p.booleans) < 0.5 && p.share(p.numbers.numbers) < 0.5 {
			return 0.6 * floor(s.resolved(p, f), 0.85)
		}
	}
	return 0
}

func floor(x, least float64) float64 {
	if x < least {
		return 0
	}
	return x
}

// currencies finds the column that holds them, and what to assume without one.
func (s *suggester) currencies() {
	by := ""
	for i, p := range s.columns {
		k := heading(p.heading)
		isName := strings.Contains(k, "currency") || strings.Contains(k, "币种") || strings.Contains(k, "货币")
		if s.plan.Columns[i].Field == "" && p.filled > 0 && p.share(p.codes) > 0.9 && (isName || p.distinct() > 1) {
			by = p.heading
		}
	}
	for i := range s.plan.Columns {
		c := &s.plan.Columns[i]
		f, ok := s.entity.Field(c.Field)
		if !ok || f.Kind != lake.Money {
			continue
		}
		c.CurrencyColumn = by
		switch written := s.columns[i].numbers.currency(); {
		case written != "":
			c.Currency = written
		case headingCurrency(c.Column) != "":
			c.Currency = headingCurrency(c.Column)
		default:
			c.Currency = s.words.currency()
			if by == "" {
				s.note("currency_assumed", c.Field, c.Column, "currency", c.Currency)
			}
		}
	}
}

// empties lists the placeholders of mapped columns, where they are no option.
func (s *suggester) empties() {
	words := map[string]bool{}
	for i, p := range s.columns {
		c := &s.plan.Columns[i]
		f, ok := s.entity.Field(c.Field)
		if !ok {
			continue
		}
		for w := range p.nothing {
			if f.Kind == lake.Text && strings.EqualFold(w, "na") {
				continue // Namibia, sodium, a name
			}
			words[strings.ToLower(w)] = true
		}
	}
	seen := map[string]bool{}
	for _, p := range s.columns { // as the file writes them
		for _, w := range slices.Sorted(maps.Keys(p.nothing)) {
			if k := strings.ToLower(w); words[k] && !seen[k] {
				seen[k] = true
				s.plan.Empties = append(s.plan.Empties, w)
			}
		}
	}
}

// titles says what stands in for a title that the file doesn't have.
func (s *suggester) titles() {
	if !s.filled(s.entity.Title) {
		for _, f := range s.words.TitleFrom[s.entity.Name] {
			if s.filled(f) {
				s.plan.TitleFrom = append(s.plan.TitleFrom, f)
			}
		}
		if len(s.plan.TitleFrom) == 0 {
			s.note("required_unmapped", s.entity.Title, "")
		} else {
			s.note("title_from", s.entity.Title, "", "fields", joinFields(s.plan.TitleFrom))
		}
	}
	for i := range s.entity.Fields {
		f := &s.entity.Fields[i]
		if f.Required && f.Default == "" && f.Name != s.entity.Title && f.Name != s.entity.Owner && !s.filled(f.Name) {
			s.note("required_unmapped", f.Name, "")
		}
	}
}

func joinFields(list []lake.FieldName) string {
	var out []string
	for _, f := range list {
		out = append(out, string(f))
	}
	return strings.Join(out, ", ")
}

// matching picks the field that tells records apart: a number of another system or an
// address that hardly any rows share, or a name that none share.
func (s *suggester) matching() {
	for i := range s.plan.Columns { // whoever gives keys means these records
		if s.plan.Columns[i].Field == lake.FieldID {
			s.plan.Match = lake.FieldID
			return
		}
	}
	for _, name := range []lake.FieldName{"external_id", "email", "code", s.entity.Title} {
		for i := range s.plan.Columns {
			c := &s.plan.Columns[i]
			f, ok := s.entity.Field(c.Field)
			if !ok || c.Field != name || c.Part != "" || f.Kind == lake.Reference {
				continue
			}
			p := s.columns[i]
			if p.unique() || name != s.entity.Title && p.nearlyUnique() {
				s.plan.Match = name
				if p.repeats > 0 {
					s.note("match_repeats", name, c.Column, "rows", itoa(p.repeats))
				}
				return
			}
		}
	}
	s.note("match_none", "", "")
}
