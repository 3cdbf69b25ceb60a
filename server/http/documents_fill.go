package httpapi

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"headwater/lake"
	"headwater/lake/filter"
	"headwater/pack"
	"headwater/sales/document"
	"headwater/sales/value"
)

// filler finds what the inputs of a template ask for in the records of one deal, each
// with where it comes from, in one language.
type filler struct {
	*Server
	reader *lake.Reader
	pack   *pack.Merged
	deal   lake.Record
	zh     bool
	given  map[string]string // what a person typed for inputs that no record holds
	only   map[lake.EntityName]lake.Key

	result *value.Result // of the deal's value case; nil until asked, or without a case
	tried  bool
	title  string // of that case
}

// fill answers every input of a template; what has no value is left out.
func (f *filler) fill(ctx context.Context, t pack.Template) (document.Inputs, error) {
	out := document.Inputs{Values: map[string]document.Value{}, Lists: map[string][]document.Row{}}
	for _, in := range t.Inputs {
		if in.Rows != nil {
			rows, err := f.rows(ctx, *in.Rows)
			if err != nil {
				return out, err
			}
			out.Lists[in.ID] = rows
			continue
		}
		v, err := f.valueAs(ctx, in.ID, in.From, in.Kind)
		if err != nil {
			return out, err
		}
		if v.Text != "" {
			out.Values[in.ID] = v
		}
	}
	return out, nil
}

// valueAs gives amounts of a value case their currency, which its formulas leave out.
func (f *filler) valueAs(ctx context.Context, id, from, kind string) (document.Value, error) {
	v, err := f.value(ctx, id, from)
	if err == nil && kind == "money" && strings.HasPrefix(from, "value.") && v.Text != "" && !strings.Contains(v.Text, " ") {
		v.Text += " " + f.result.Currency
	}
	return v, err
}

// value follows a path such as account.name, value.npv or benchmark.id.
func (f *filler) value(ctx context.Context, id, from string) (document.Value, error) {
	first, rest, _ := strings.Cut(from, ".")
	switch first {
	case "input":
		return document.Value{Text: f.given[id], Source: f.say("填写", "entered")}, nil
	case "value":
		return f.figure(ctx, rest)
	case "quote":
		return f.quoted(ctx, rest)
	case "benchmark":
		return f.benchmark(rest), nil
	case "deal":
		return f.cell(ctx, "deals", f.deal, rest)
	case "account", "contact", "owner":
		entity := map[string]lake.EntityName{"account": "accounts", "contact": "contacts", "owner": lake.Users}[first]
		key := lake.Key(f.deal.Cells[lake.FieldName(first)])
		if key == "" {
			return document.Value{}, nil
		}
		found, err := f.reader.GetMany(ctx, entity, []lake.Key{key})
		if err != nil || len(found) == 0 {
			return document.Value{}, err
		}
		return f.cell(ctx, entity, found[key], rest)
	}
	return document.Value{}, nil
}

// cell is a field of a record as text, with the labels of where it stands.
func (f *filler) cell(ctx context.Context, entity lake.EntityName, rec lake.Record, name string) (document.Value, error) {
	e, err := f.reader.Schema().Entity(entity)
	if err != nil {
		return document.Value{}, err
	}
	field, ok := e.Field(lake.FieldName(name))
	if !ok {
		return document.Value{}, nil
	}
	text, err := f.text(ctx, field, rec.Cells[field.Name])
	return document.Value{Text: text, Source: choose(f.zh, e.Label) + " · " + choose(f.zh, field.Label)}, err
}

// text shows a cell as documents take it: labels for options, titles for references.
func (f *filler) text(ctx context.Context, field *lake.Field, c lake.Cell) (string, error) {
	switch field.Kind {
	case lake.Enum:
		if o, ok := field.Option(string(c)); ok {
			return choose(f.zh, o.Label), nil
		}
	case lake.Reference:
		return titleOf(ctx, f.reader, field.Target, lake.Key(c))
	case lake.Timestamp:
		if at, err := time.Parse(time.RFC3339Nano, string(c)); err == nil {
			return at.In(f.zone).Format(time.DateOnly), nil
		}
	case lake.Boolean:
		if c != "" {
			return map[bool]string{true: f.say("是", "yes"), false: f.say("否", "no")}[c == "true"], nil
		}
	}
	return string(c), nil
}

func (f *filler) say(zh, en string) string { return choose(f.zh, lake.Label{ZH: zh, EN: en}) }

// figure is a result of the deal's value case: the confirmed one, else the newest.
func (f *filler) figure(ctx context.Context, name string) (document.Value, error) {
	if !f.tried {
		f.tried = true
		cases, err := valueCases(ctx, f.reader, f.deal.Key)
		if err == nil && len(cases) > 0 {
			err = f.work(ctx, cases[0].Key)
		}
		if err != nil {
			return document.Value{}, err
		}
	}
	if f.result == nil {
		return document.Value{}, nil
	}
	n, uses, ok := f.result.Figure(name)
	if !ok {
		return document.Value{}, nil
	}
	open := 0
	for _, u := range uses {
		if slices.Contains(f.result.Open, u) {
			open++
		}
	}
	source := f.say("价值测算“"+f.title+"”", "value case “"+f.title+"”")
	if open > 0 {
		source += f.say("，其中", ", of its numbers ") + strconv.Itoa(open) + f.say("个数字尚为假设", " are still assumed")
	}
	return document.Value{Text: string(n), Source: source}, nil
}

func (f *filler) work(ctx context.Context, key lake.Key) error {
	c, m, err := values{f.Server}.read(ctx, f.reader, key)
	if err != nil {
		return err
	}
	model, err := modelOf(m, c.model)
	if err != nil {
		return err
	}
	f.title = c.Title
	f.result, err = model.Evaluate(c.forModel(), value.Likely)
	return err
}

// benchmark is a figure from elsewhere, with who says it.
func (f *filler) benchmark(id string) document.Value {
	i := slices.IndexFunc(f.pack.Benchmarks, func(b pack.Benchmark) bool { return b.ID == id })
	if i < 0 {
		return document.Value{}
	}
	b := f.pack.Benchmarks[i]
	n := b.Likely
	if n == nil {
		n = b.Low
	}
	if n == nil {
		return document.Value{}
	}
	source := b.Source
	for _, s := range f.pack.Meta.Sources {
		if s.ID == b.Source {
			source = choose(f.zh, lake.Label(s.Name))
		}
	}
	return document.Value{Text: n.String(), Source: source}
}

// rows are the records of an entity that belong to the deal, or to its account, and
// match the template's condition.
func (f *filler) rows(ctx context.Context, rows pack.Rows) ([]document.Row, error) {
	e, err := f.reader.Schema().Entity(lake.EntityName(rows.Of))
	if err != nil {
		return nil, err
	}
	if e.Name == "value_variables" && rows.Where == "" {
		return f.counted(ctx, rows.Columns)
	}
	where, err := filter.Parse(rows.Where, f.reader.Schema(), e, f.filterEnv(ctx))
	if err != nil {
		return nil, err
	}
	q := lake.Question{Entity: e.Name, Where: f.mine(e, where), Limit: 500}
	fields := make([]*lake.Field, len(rows.Columns))
	for i, c := range rows.Columns {
		if fields[i], err = mustField(e, c); err != nil {
			return nil, err
		}
		q.Fields = append(q.Fields, lake.Path{fields[i].Name})
	}
	if _, ok := e.Field("position"); ok {
		q.Order = []lake.Order{{Path: lake.Path{"position"}}}
	}
	a, err := f.reader.Ask(ctx, q)
	if err != nil {
		return nil, err
	}
	said, currency, err := f.wordsOf(ctx, e.Name)
	if err != nil {
		return nil, err
	}
	out := make([]document.Row, len(a.Rows))
	for i, r := range a.Rows {
		out[i] = document.Row{}
		for j, field := range fields {
			cell := r.Cells[j]
			if words, ok := said[r.Key][field.Name]; ok {
				cell = words
			}
			if out[i][string(field.Name)], err = f.text(ctx, field, cell); err != nil {
				return nil, err
			}
			if text := out[i][string(field.Name)]; currency != "" && text != "" && (field.Name == "price" || field.Name == "amount") {
				out[i][string(field.Name)] = text + " " + currency
			}
		}
	}
	return out, nil
}

func mustField(e *lake.Entity, name string) (*lake.Field, error) {
	if f, ok := e.Field(lake.FieldName(name)); ok {
		return f, nil
	}
	return nil, unknownField(e, name)
}

// mine narrows a condition to what belongs to the deal; of some entities to one record,
// such as the lines of one quote.
func (f *filler) mine(e *lake.Entity, where lake.Expr) lake.Expr {
	all := lake.And{}
	if where != nil {
		all = append(all, where)
	}
	is := func(field lake.FieldName, key lake.Key) {
		all = append(all, lake.Compare{Path: lake.Path{field}, Op: lake.EQ, Value: lake.Cell(key)})
	}
	switch key := f.only[e.Name]; {
	case e.Name == "deals":
		is("id", f.deal.Key)
	case e.Name == "accounts":
		is("id", lake.Key(f.deal.Cells["account"]))
	default:
		if key != "" {
			field := lake.FieldName("id")
			if e.Name == "quote_lines" {
				field = "quote"
			}
			is(field, key)
		}
		if _, ok := e.Field("deal"); ok {
			is("deal", f.deal.Key)
		} else if _, ok := e.Field("account"); ok {
			is("account", lake.Key(f.deal.Cells["account"]))
		}
	}
	return all
}
