package intake

import (
	"slices"
	"time"

	"headwater/lake"
	"headwater/source/tabular"
)

// program is a plan made ready to run over a file.
type program struct {
	plan      Plan
	words     *Synonyms
	schema    *lake.Schema
	entity    *lake.Entity
	columns   []*column
	given     int // positions of the parts of a name, -1: none
	family    int
	nameField lake.FieldName
	keyAt     int // position of the column with keys, -1: none
	empty     func(string) bool
	fold      func(string) string // of the match field
	unique    []lake.FieldName    // checked against an index before the lake does
}

// compile checks a plan against the entity and the file's columns.
func compile(s *lake.Schema, rights *lake.Rights, plan Plan, headings []string, words *Synonyms) (*program, error) {
	e, err := s.Entity(plan.Entity)
	if err != nil {
		return nil, err
	}
	if e.Internal {
		return nil, lake.Fail(lake.ErrNotFound, "entity_unknown", "There is no entity named "+string(plan.Entity)+".", "entity", plan.Entity)
	}
	p := &program{plan: plan, words: words, schema: s, entity: e, given: -1, family: -1, keyAt: -1, empty: emptiesOf(plan.Empties)}
	if err := p.settings(); err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(plan.TimeZone)
	if err != nil {
		return nil, lake.Fail(lake.ErrInvalid, "plan_zone_unknown", "There is no time zone "+plan.TimeZone+".", "zone", plan.TimeZone)
	}
	filled := map[lake.FieldName]string{}
	for i := range p.plan.Columns {
		c := &p.plan.Columns[i]
		if c.Field == "" {
			continue
		}
		at := slices.Index(headings, c.Column)
		if at < 0 {
			return nil, lake.Fail(lake.ErrInvalid, "plan_column_unknown", "The file has no column "+c.Column+".", "column", c.Column)
		}
		if other, taken := filled[c.Field]; taken && c.Part == "" {
			return nil, lake.Fail(lake.ErrInvalid, "plan_field_twice", "Two columns fill the field "+string(c.Field)+": "+other+" and "+c.Column+".",
				"field", c.Field, "column", c.Column, "other", other)
		}
		filled[c.Field] = c.Column
		if err := p.column(c, at, headings, zone, rights); err != nil {
			return nil, err
		}
	}
	return p, p.finish(filled)
}

// settings fills in and checks what concerns the whole plan.
func (p *program) settings() error {
	if p.plan.OnMatch == "" {
		p.plan.OnMatch = Update
	}
	if !slices.Contains([]string{Update, Skip, Reject}, p.plan.OnMatch) {
		return lake.Fail(lake.ErrInvalid, "plan_setting_unknown", "on_match is update, skip or reject.", "setting", "on_match", "value", p.plan.OnMatch)
	}
	if v := p.plan.EmptyCells; v != "" && v != Keep && v != Blank {
		return lake.Fail(lake.ErrInvalid, "plan_setting_unknown", "empty_cells is keep or clear.", "setting", "empty_cells", "value", v)
	}
	return nil
}

func (p *program) column(c *Column, at int, headings []string, zone *time.Location, rights *lake.Rights) error {
	if c.Field == lake.FieldID {
		p.keyAt = at
		return nil
	}
	f, ok := p.entity.Field(c.Field)
	if !ok && c.NewField != nil && c.NewField.Name == c.Field { // a preview, before the field is added
		f, ok = c.NewField, true
	}
	if !ok {
		return lake.Fail(lake.ErrInvalid, "field_unknown", "The entity "+string(p.entity.Name)+" has no field "+string(c.Field)+".", "entity", p.entity.Name, "field", c.Field)
	}
	if rights.MaskedField(p.entity.Name, c.Field) {
		return lake.Fail(lake.ErrForbidden, "field_masked", "You may not see the field "+string(c.Field)+", so you can't import into it.", "entity", p.entity.Name, "field", c.Field)
	}
	switch c.Part {
	case "given":
		p.given, p.nameField = at, c.Field
		return nil
	case "family":
		p.family, p.nameField = at, c.Field
		return nil
	}
	col := &column{at: at, spec: c, field: f, zone: zone, empty: p.empty, money: -1}
	switch f.Kind {
	case lake.Reference:
		var err error
		if col.link, err = newLink(p.schema, p.entity, f, c); err != nil {
			return err
		}
	case lake.Enum:
		col.options = newOptions(f, p.words.Options[p.entity.Name][f.Name])
	case lake.Money:
		if c.Currency == "" {
			c.Currency = p.words.currency()
		}
		if c.CurrencyColumn != "" {
			if col.money = slices.Index(headings, c.CurrencyColumn); col.money < 0 {
				return lake.Fail(lake.ErrInvalid, "plan_column_unknown", "The file has no column "+c.CurrencyColumn+".", "column", c.CurrencyColumn)
			}
		}
	}
	if f.Kind != lake.Text && f.Kind != lake.Email && f.Kind != lake.URL && col.money < 0 {
		col.known = map[string]read{}
	}
	p.columns = append(p.columns, col)
	return nil
}

// finish checks that rows can become records.
func (p *program) finish(filled map[lake.FieldName]string) error {
	if len(filled) == 0 {
		return lake.Fail(lake.ErrInvalid, "plan_empty", "No column is mapped to a field.")
	}
	if p.keyAt >= 0 { // whoever gives keys means these records
		p.plan.Match, p.fold = lake.FieldID, exact
	} else if m := p.plan.Match; m != "" {
		if _, ok := filled[m]; !ok {
			return lake.Fail(lake.ErrInvalid, "plan_match_unmapped", "No column is mapped to "+string(m)+", by which records are to be matched.", "field", m)
		}
		if f, ok := p.entity.Field(m); ok && f.Kind == lake.Reference {
			return lake.Fail(lake.ErrInvalid, "plan_match_reference", "Records can't be matched by the reference "+string(m)+".", "field", m)
		}
		p.fold = foldFor(m)
	}
	for i := range p.entity.Fields {
		f := &p.entity.Fields[i]
		if f.Unique && filled[f.Name] != "" && f.Name != p.plan.Match {
			p.unique = append(p.unique, f.Name)
		}
	}
	return nil
}

// places are the indexes that running the program needs.
func (p *program) places() []place {
	var out []place
	if p.plan.Match != "" && !p.entity.Directory {
		out = append(out, place{p.entity.Name, p.plan.Match})
	}
	for _, c := range p.columns {
		if c.link != nil {
			out = append(out, c.link.place())
		}
	}
	for _, f := range p.unique {
		out = append(out, place{p.entity.Name, f})
	}
	return out
}

// row is one row of the file, read but not yet linked and matched.
type row struct {
	n        int64 // its number, from 1
	line     int
	fields   []string // as the file has them
	cells    lake.Cells
	links    []linkText
	matches  bool // it has a value to match by
	match    sum
	key      lake.Key // from a column of keys
	titled   bool     // its title was put together from other fields
	problems []Problem
}

// linkText is a reference that a row names.
type linkText struct {
	col  *column
	text string
	sum  sum
}

// read turns a row of the file into cells. It is called by one goroutine.
func (p *program) read(n int64, in *tabular.Row) *row {
	r := &row{n: n, line: in.Line, fields: in.Fields}
	p.damage(r, in)
	r.cells = make(lake.Cells, len(p.columns)+2)
	clear := p.plan.EmptyCells == Blank
	for _, c := range p.columns {
		got := c.value(in.Fields[c.at], in.Fields)
		switch {
		case got.problem != nil:
			r.problems = append(r.problems, *got.problem)
		case got.text != "":
			r.links = append(r.links, linkText{c, got.text, got.sum})
		case got.cell != "":
			r.cells[c.field.Name] = got.cell
		case clear:
			r.cells[c.field.Name] = ""
		}
	}
	p.name(r)
	p.matching(r)
	return r
}

// name joins the parts of a person's name.
func (p *program) name(r *row) {
	if p.given < 0 && p.family < 0 {
		return
	}
	part := func(at int) string {
		if at < 0 {
			return ""
		}
		if v := trim(r.fields[at]); !p.empty(v) {
			return v
		}
		return ""
	}
	if s := p.words.joinName(part(p.given), part(p.family)); s != "" && r.cells[p.nameField] == "" {
		f, _ := p.entity.Field(p.nameField)
		c, err := f.Canonical(s)
		if err != nil {
			problem, _ := problemOf(err)
			r.problems = append(r.problems, problem)
			return
		}
		r.cells[p.nameField] = c
	}
}

// matching prepares the search for a record that is there already.
func (p *program) matching(r *row) {
	if p.keyAt >= 0 {
		r.key = lake.Key(trim(r.fields[p.keyAt]))
	}
	var v string
	switch p.plan.Match {
	case "":
		return
	case lake.FieldID:
		v = string(r.key)
	default:
		v = string(r.cells[p.plan.Match])
	}
	if v != "" {
		r.matches, r.match = true, sumOf(p.fold(v))
	}
}

// damaging are the problems of a row's form that make its cells doubtful.
var damaging = []string{tabular.CodeTooFew, tabular.CodeTooMany, tabular.CodeUnclosedQuote, tabular.CodeCellTooLarge,
	tabular.CodeNulByte, tabular.CodeBadEncoding, tabular.CodeRepeatedHeader}

// damage takes over what tabular found wrong with the row.
func (p *program) damage(r *row, in *tabular.Row) {
	for _, d := range in.Problems {
		switch {
		case d.Code == tabular.CodeTooFew && p.shortIsFine(in, d):
		case d.Code == tabular.CodeTooMany && blank(in.Extra):
		case d.Code == tabular.CodeCellError && p.used(d.Column-1):
			r.problems = append(r.problems, p.formProblem(d))
		case slices.Contains(damaging, d.Code):
			r.problems = append(r.problems, p.formProblem(d))
		}
	}
	if len(in.Extra) > 0 && !blank(in.Extra) {
		r.fields = append(slices.Clip(r.fields), in.Extra...)
	}
}

// shortIsFine tells rows that merely leave out empty cells at their end, as spreadsheets
// do, from the remains of a broken line.
func (p *program) shortIsFine(in *tabular.Row, d tabular.Problem) bool {
	switch p.plan.ShortRows {
	case "accept":
		return true
	case Reject:
		return false
	}
	return 2*(d.Column-1) > len(in.Fields)
}

func (p *program) formProblem(d tabular.Problem) Problem {
	return Problem{Code: d.Code, Params: map[string]string{"detail": d.Detail}}
}

// used tells whether a column at a position is mapped.
func (p *program) used(at int) bool {
	return at == p.given || at == p.family || at == p.keyAt || slices.ContainsFunc(p.columns, func(c *column) bool { return c.at == at })
}

func blank(list []string) bool {
	for _, s := range list {
		if trim(s) != "" {
			return false
		}
	}
	return true
}
