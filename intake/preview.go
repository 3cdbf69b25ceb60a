package intake

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"headwater/lake"
)

// Report is what an import would come to.
type Report struct {
	Counts
	// Complete is false when the file has more rows than were tried.
	Complete bool           `json:"complete"`
	Problems []ProblemGroup `json:"problems"`
	Rows     []PreviewRow   `json:"rows"` // the first ones
	// MissingLinks are references that find nothing, most frequent first.
	MissingLinks []MissingLink `json:"missing_links"`
}

// ProblemGroup is one kind of problem in one column.
type ProblemGroup struct {
	Code     string         `json:"code"`
	Field    lake.FieldName `json:"field,omitempty"`
	Column   string         `json:"column,omitempty"`
	Count    int64          `json:"count"`
	Examples []Example      `json:"examples"`
}

// Example is one row with a problem.
type Example struct {
	Line   int               `json:"line"`
	Value  string            `json:"value,omitempty"`
	Params map[string]string `json:"params,omitempty"`
}

// PreviewRow is one row as it would be written.
type PreviewRow struct {
	Line     int                       `json:"line"`
	Op       lake.Outcome              `json:"op"` // inserted, updated, unchanged or rejected
	Key      lake.Key                  `json:"id,omitempty"`
	Cells    map[lake.FieldName]any    `json:"cells"`
	Links    map[lake.FieldName]string `json:"links,omitempty"` // what the row calls the records it refers to
	Problems []Problem                 `json:"problems,omitempty"`
}

// MissingLink is a reference to nothing.
type MissingLink struct {
	Field      lake.FieldName `json:"field"`
	Column     string         `json:"column"`
	Value      string         `json:"value"`
	Count      int64          `json:"count"`
	Suggestion *Suggestion    `json:"suggestion,omitempty"`
}

const (
	previewRows     = 50
	previewExamples = 5
	previewMissing  = 500    // distinct values per preview
	PreviewLimit    = 200000 // rows that a preview tries unless told otherwise
	previewChunk    = 1000
)

// Preview runs a plan over the first rows of a file (limit 0: PreviewLimit) as an
// import would, without writing.
func Preview(ctx context.Context, r *lake.Reader, plan Plan, f *File, words *Synonyms, limit int64) (*Report, error) {
	p, err := compile(r.Schema(), r.Rights(), plan, f.Sniffed.Columns, words)
	if err != nil {
		return nil, err
	}
	if limit <= 0 {
		limit = PreviewLimit
	}
	v := &preview{program: p, reader: r, limit: limit, groups: map[groupKey]*ProblemGroup{}, missing: map[missingKey]*MissingLink{}}
	if v.catalog, err = newCatalog(ctx, r, p.places()); err != nil {
		return nil, err
	}
	if p.entity.Directory {
		if v.people, err = newCatalog(ctx, r, []place{{lake.Users, p.entity.Title}, {lake.Users, "email"}}); err != nil {
			return nil, err
		}
	}
	file, err := p.survey(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := v.run(ctx, f, file); err != nil {
		return nil, err
	}
	return v.report(ctx)
}

// preview is one dry run.
type preview struct {
	*program
	reader  *lake.Reader
	catalog *catalog
	people  *catalog // of the directory, when people are imported
	limit   int64
	applier *applier
	ground  *dryGround
	out     Report
	groups  map[groupKey]*ProblemGroup
	missing map[missingKey]*MissingLink
}

type groupKey struct {
	code   string
	field  lake.FieldName
	column string
}

type missingKey struct {
	field lake.FieldName
	sum   sum
}

func (v *preview) run(ctx context.Context, f *File, file inFile) error {
	in, err := f.rows()
	if err != nil {
		return err
	}
	defer in.close()
	v.ground = &dryGround{ctx: ctx, reader: v.reader, entity: v.entity.Name, matching: v.plan.Match != "", made: map[lake.Key]lake.Cells{}, fetched: map[lake.Key]*lake.Record{}}
	v.applier = &applier{program: v.program, catalog: v.catalog, ground: v.ground, keys: dryKeys{time.Now()}, inFile: file.has,
		wrote: map[lake.Key][]*row{}, missed: v.miss}
	var chunk []*row
	for in.n < v.limit {
		row, rerr := in.next()
		if rerr == nil {
			chunk = append(chunk, v.read(in.n, &row))
		} else if rerr != io.EOF {
			return rerr
		}
		if len(chunk) == previewChunk || rerr == io.EOF || in.n == v.limit {
			if err := v.try(ctx, chunk); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
		if rerr == io.EOF {
			v.out.Complete = true
			return nil
		}
	}
	_, err = in.next()
	v.out.Complete = err == io.EOF
	return nil
}

// try applies a chunk of rows; the records that they match are fetched together.
func (v *preview) try(ctx context.Context, chunk []*row) error {
	if err := v.ground.fetch(v.catalog, v.plan.Match, v.entity.Name, chunk); err != nil {
		return err
	}
	for _, r := range chunk {
		var out lake.Outcome
		var problems []Problem
		var err error
		if v.people != nil {
			out, problems = v.person(r)
		} else {
			out, problems, err = v.applier.apply(ctx, r)
		}
		if err != nil {
			return err
		}
		v.note(r, out, problems)
	}
	clear(v.applier.wrote)
	v.applier.later = v.applier.later[:0] // rows further down count as found
	v.catalog.keep(v.catalog.rev)
	return nil
}

// person tells whether someone is in the directory already.
func (v *preview) person(r *row) (lake.Outcome, []Problem) {
	c := &v.applier.counts
	c.Read++
	out, problems := lake.Inserted, r.problems
	name, email := string(r.cells[v.entity.Title]), string(r.cells["email"])
	by, text := place{lake.Users, v.entity.Title}, name
	if email != "" {
		by, text = place{lake.Users, "email"}, email
	}
	if text == "" {
		problems = append(problems, Problem{Code: CodeFieldRequired, Field: v.entity.Title})
	}
	x := v.people.indexes[by]
	if key, many := x.find(sumOf(x.fold(text))); key != "" || many {
		out = lake.Unchanged
	} else {
		v.people.wrote(lake.Users, lake.NewKey(), r.cells, false)
		v.people.keep(0)
	}
	if len(problems) > 0 {
		out = rejected
	}
	c.count(out, 1)
	return out, problems
}

// note adds the outcome of one row to the report.
func (v *preview) note(r *row, out lake.Outcome, problems []Problem) {
	for _, p := range problems {
		k := groupKey{p.Code, p.Field, p.Column}
		g := v.groups[k]
		if g == nil {
			g = &ProblemGroup{Code: p.Code, Field: p.Field, Column: p.Column}
			v.groups[k] = g
		}
		g.Count++
		if len(g.Examples) < previewExamples {
			g.Examples = append(g.Examples, Example{r.line, p.Value, p.Params})
		}
	}
	if len(v.out.Rows) < previewRows {
		v.out.Rows = append(v.out.Rows, v.show(r, out, problems))
	}
}

func (v *preview) show(r *row, out lake.Outcome, problems []Problem) PreviewRow {
	row := PreviewRow{Line: r.line, Op: out, Cells: map[lake.FieldName]any{}, Problems: problems}
	for name, c := range r.cells {
		if f := v.field(name); f != nil && c != "" {
			row.Cells[name] = f.Kind.JSON(c)
		}
	}
	for _, l := range r.links {
		if row.Links == nil {
			row.Links = map[lake.FieldName]string{}
		}
		row.Links[l.col.field.Name] = shown(l.text)
	}
	if out == lake.Updated || out == lake.Unchanged {
		row.Key, _ = v.applier.matched(r)
	}
	return row
}

func (v *preview) field(name lake.FieldName) *lake.Field {
	for _, c := range v.columns {
		if c.field.Name == name {
			return c.field
		}
	}
	f, _ := v.entity.Field(name)
	return f
}

// miss counts a reference that found nothing.
func (v *preview) miss(l linkText, text string) {
	k := missingKey{l.col.field.Name, l.sum}
	m := v.missing[k]
	if m == nil {
		if len(v.missing) >= previewMissing {
			return
		}
		m = &MissingLink{Field: l.col.field.Name, Column: l.col.spec.Column, Value: shown(strings.Clone(text))}
		v.missing[k] = m
	}
	m.Count++
}

func (v *preview) report(ctx context.Context) (*Report, error) {
	v.out.Counts = v.applier.counts
	for _, g := range v.groups {
		v.out.Problems = append(v.out.Problems, *g)
	}
	slices.SortFunc(v.out.Problems, func(a, b ProblemGroup) int {
		if a.Count != b.Count {
			return int(b.Count - a.Count)
		}
		return strings.Compare(a.Code+string(a.Field)+a.Column, b.Code+string(b.Field)+b.Column)
	})
	for _, m := range v.missing {
		v.out.MissingLinks = append(v.out.MissingLinks, *m)
	}
	slices.SortFunc(v.out.MissingLinks, func(a, b MissingLink) int {
		if a.Count != b.Count {
			return int(b.Count - a.Count)
		}
		return strings.Compare(string(a.Field)+a.Value, string(b.Field)+b.Value)
	})
	return &v.out, v.suggestLinks(ctx)
}

// suggestLinks finds records that the missing references may mean.
func (v *preview) suggestLinks(ctx context.Context) error {
	for _, c := range v.columns {
		if c.link == nil {
			continue
		}
		var values []string
		for _, m := range v.out.MissingLinks {
			if m.Field == c.field.Name {
				values = append(values, m.Value)
			}
		}
		found, err := similar(ctx, v.reader, c.link.target, c.link.by, values)
		if err != nil {
			return err
		}
		for i := range v.out.MissingLinks {
			m := &v.out.MissingLinks[i]
			if s, ok := found[m.Value]; ok && m.Field == c.field.Name {
				m.Suggestion = &Suggestion{Value: m.Value, Count: int(m.Count), To: s.to, Key: s.key, Title: s.title}
			}
		}
	}
	return nil
}

// dryGround answers as a transaction would, and writes nothing.
type dryGround struct {
	ctx      context.Context
	reader   *lake.Reader
	entity   lake.EntityName
	matching bool
	made     map[lake.Key]lake.Cells // of records that later rows may match
	fetched  map[lake.Key]*lake.Record
}

const maxMade = 50000 // records that are kept to tell updates from unchanged rows

// fetch reads the records that a chunk of rows matches.
func (g *dryGround) fetch(c *catalog, match lake.FieldName, entity lake.EntityName, chunk []*row) error {
	clear(g.fetched)
	x := c.indexes[place{entity, match}]
	if x == nil {
		return nil
	}
	var keys []lake.Key
	for _, r := range chunk {
		if key, _ := x.find(r.match); r.matches && key != "" {
			keys = append(keys, key)
		}
	}
	list, err := g.reader.GetMany(g.ctx, entity, keys)
	for key, rec := range list {
		g.fetched[key] = &rec
	}
	return err
}

func (g *dryGround) insert(e lake.EntityName, key lake.Key, cells lake.Cells) error {
	if e == g.entity && g.matching && len(g.made) < maxMade {
		g.made[key] = cells
	}
	return nil
}

func (g *dryGround) put(key lake.Key, cells lake.Cells) (lake.Outcome, error) {
	now := g.made[key]
	if now == nil {
		rec := g.fetched[key]
		if rec == nil {
			return lake.Updated, nil
		}
		now = rec.Cells
	}
	if holds(now, cells) {
		return lake.Unchanged, nil
	}
	g.changed(key, now, cells)
	return lake.Updated, nil
}

// changed remembers what a record would hold.
func (g *dryGround) changed(key lake.Key, now, cells lake.Cells) {
	if len(g.made) >= maxMade {
		return
	}
	next := now.Clone()
	for name, c := range cells {
		next[name] = c
	}
	g.made[key] = next
}

func (g *dryGround) current(key lake.Key) (*lake.Record, error) { return g.fetched[key], nil }

// dryKeys makes keys that no record will have.
type dryKeys struct{ begun time.Time }

func (d dryKeys) row(n int64) lake.Key { return rowKey("preview", d.begun, n) }

func (d dryKeys) made(p place, text string) lake.Key { return madeKey("preview", d.begun, p, text) }

func (d dryKeys) inserted(lake.Key) bool { return false }
