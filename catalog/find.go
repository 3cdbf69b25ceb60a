package catalog

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"headwater/lake"
	"headwater/lake/collate"
)

// Found is an entity in a search of the catalog.
type Found struct {
	Entity     *lake.Entity
	State      lake.HomeState
	Match      string // name, label, field, source, sql; "" without words
	Field      lake.FieldName
	Dependents int
	score      int
}

// Search narrows the catalog down.
type Search struct {
	Words  string
	Kind   string // native, foreign, derived, clone; "": all
	Source string
}

// Find lists the entities that a reader may see and that match, the best first.
func (k *Catalog) Find(ctx context.Context, r *lake.Reader, q Search) ([]Found, error) {
	states, err := r.States(ctx)
	if err != nil {
		return nil, err
	}
	var out []Found
	for _, e := range r.Schema().Entities() {
		kind := string(e.Home.Kind)
		if e.Home.Kind == lake.Native {
			kind = "native"
		}
		if r.May(e) != nil || q.Kind != "" && q.Kind != kind || q.Source != "" && q.Source != e.Home.Source {
			continue
		}
		f := Found{Entity: e, State: states[e.Name], Dependents: len(r.Schema().Dependents(e.Name))}
		if f.match(q.Words) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Found) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

// match looks for every word; the best place of the first word is told.
func (f *Found) match(words string) bool {
	for i, w := range strings.Fields(collate.Fold(words)) {
		place, field, score := f.where(w)
		if score == 0 {
			return false
		}
		if f.score += score; i == 0 {
			f.Match, f.Field = place, field
		}
	}
	return true
}

func (f *Found) where(w string) (place string, field lake.FieldName, score int) {
	e := f.Entity
	try := func(p string, n lake.FieldName, most int, texts ...string) {
		for _, t := range texts {
			if s := closeness(t, w, most); s > score {
				place, field, score = p, n, s
			}
		}
	}
	try("name", "", 100, string(e.Name))
	try("label", "", 95, e.Label.ZH, e.Label.EN, e.Plural.ZH, e.Plural.EN)
	for i := range e.Fields {
		g := &e.Fields[i]
		try("field", g.Name, 60, string(g.Name), g.Label.ZH, g.Label.EN, g.Column)
	}
	try("source", "", 50, e.Home.Source, e.Home.Table, string(e.Home.Of))
	if strings.Contains(collate.Fold(e.Home.SQL), w) {
		try("sql", "", 20, w)
	}
	return place, field, score
}

// closeness is most for the same text, less for its beginning, its middle, its pinyin.
func closeness(text, word string, most int) int {
	t := collate.Fold(text)
	switch {
	case t == "":
		return 0
	case t == word:
		return most
	case strings.HasPrefix(t, word):
		return most - 5
	case strings.Contains(t, word):
		return most - 10
	}
	if !collate.HasHan(text) || collate.HasHan(word) {
		return 0
	}
	short, whole := collate.Spoken(text)
	if strings.Contains(whole, word) || strings.HasPrefix(short, word) {
		return most - 15
	}
	return 0
}

// UsedBy lists the entities over tables of a source, on all open branches, each as
// branch/entity; those of main without a branch.
func (k *Catalog) UsedBy(ctx context.Context, src string) ([]string, error) {
	branches, err := k.lake.Branches(ctx, lake.System, false)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, b := range branches {
		r, err := k.lake.At(ctx, lake.System, b.Name, 0)
		if err != nil {
			return nil, err
		}
		for _, e := range r.Schema().Entities() {
			if e.Home.Kind != lake.Foreign || e.Home.Source != src {
				continue
			}
			name := string(e.Name)
			if !slices.Contains(out, name) {
				if b.ID != lake.Main {
					name = b.Name + "/" + name
				}
				out = append(out, name)
			}
		}
	}
	return out, nil
}

// Declared lists the entities over each table of a source, as one branch sees them.
func (k *Catalog) Declared(ctx context.Context, p lake.Principal, branch, src string) (map[string][]lake.EntityName, error) {
	r, err := k.lake.At(ctx, p, branch, 0)
	if err != nil {
		return nil, err
	}
	out := map[string][]lake.EntityName{}
	for _, e := range r.Schema().Entities() {
		if e.Home.Kind == lake.Foreign && e.Home.Source == src && r.May(e) == nil {
			out[e.Home.Table] = append(out[e.Home.Table], e.Name)
		}
	}
	return out, nil
}

// previewRows is how many rows a preview shows.
const previewRows = 20

// Preview reads the first rows of a table that need not be declared.
func (k *Catalog) Preview(ctx context.Context, p lake.Principal, branch, src, table string, sink lake.SQLSink) error {
	t, d, err := k.Propose(ctx, p, branch, src, table)
	if err != nil {
		return err
	}
	if len(d.Fields) == 0 {
		return lake.Fail(lake.ErrInvalid, "table_empty", "The table "+table+" has no columns.", "table", t.Name)
	}
	d.Name = "preview_of_table"
	d.Key, d.Title = nil, d.Fields[0].Name
	columns := make([]string, len(d.Fields))
	for i := range d.Fields {
		f := &d.Fields[i]
		f.Target = ""
		if f.Kind == lake.Reference {
			f.Kind = lake.Text
		}
		columns[i] = quoted(string(f.Name)) + " AS " + quoted(f.Column)
	}
	r, err := k.lake.Trial(ctx, p, branch, d.entity(src, table))
	if err != nil {
		return err
	}
	return r.SQL(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+quoted(string(d.Name))+" LIMIT "+strconv.Itoa(previewRows), sink)
}
