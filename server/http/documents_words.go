package httpapi

import (
	"context"
	"slices"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/document"
)

// wordsOf are the cells of an entity's records that the pack can say in the document's
// language, whatever language they were kept in; and what amounts of quote lines count in.
func (f *filler) wordsOf(ctx context.Context, e lake.EntityName) (said map[lake.Key]lake.Cells, currency string, err error) {
	switch e {
	case "quote_lines":
		currency, said, err = f.quoteLines(ctx)
	case "value_variables":
		said, err = f.variables(ctx)
	case "needs":
		said, err = f.eachOf(ctx, e, f.need)
	case "answers":
		said, err = f.eachOf(ctx, e, f.question)
	case "promises":
		said, err = f.eachOf(ctx, e, f.capability)
	}
	return said, currency, err
}

// eachOf asks for the words of every record of the deal.
func (f *filler) eachOf(ctx context.Context, e lake.EntityName, words func(lake.Cells) lake.Cells) (map[lake.Key]lake.Cells, error) {
	kept, err := linked(ctx, f.reader, e, "deal", f.deal.Key)
	said := map[lake.Key]lake.Cells{}
	for _, k := range kept {
		said[k.Key] = words(k.Cells)
	}
	return said, err
}

// need says a need as the pack does, where nobody wrote words of their own.
func (f *filler) need(c lake.Cells) lake.Cells {
	i := slices.IndexFunc(f.pack.Needs, func(n pack.Need) bool { return n.ID == string(c["code"]) })
	if i < 0 {
		return nil
	}
	out := lake.Cells{}
	for field, words := range map[lake.FieldName]pack.Text{"title": f.pack.Needs[i].Name, "pain": f.pack.Needs[i].Pain, "goal": f.pack.Needs[i].Goal} {
		if kept := string(c[field]); kept == "" || kept == words.ZH || kept == words.EN {
			out[field] = lake.Cell(choose(f.zh, lake.Label(words)))
		}
	}
	return out
}

// question is the text of a question, which records keep by its id.
func (f *filler) question(c lake.Cells) lake.Cells {
	for _, l := range f.pack.QuestionLists {
		for _, q := range l.Questions {
			if l.ID == string(c["list"]) && q.ID == string(c["question"]) {
				return lake.Cells{"question": lake.Cell(choose(f.zh, lake.Label(q.Text)))}
			}
		}
	}
	return lake.Cells{"question": c["title"]}
}

// capability names what backs a promise.
func (f *filler) capability(c lake.Cells) lake.Cells {
	i := slices.IndexFunc(f.pack.Capabilities, func(x pack.Capability) bool { return x.ID == string(c["capability"]) })
	if i < 0 {
		return nil
	}
	return lake.Cells{"capability": lake.Cell(choose(f.zh, lake.Label(f.pack.Capabilities[i].Name)))}
}

// counted are all variables that the deal's value case stands on: those that somebody gave,
// and those for which the model's own range counts; each with where it comes from.
func (f *filler) counted(ctx context.Context, columns []string) ([]document.Row, error) {
	e, err := f.reader.Schema().Entity("value_variables")
	if err != nil {
		return nil, err
	}
	source, err := mustField(e, "source")
	if err != nil {
		return nil, err
	}
	if _, err := f.figure(ctx, "npv"); err != nil || f.result == nil {
		return nil, err
	}
	var out []document.Row
	for _, v := range f.result.Variables {
		from, err := f.text(ctx, source, lake.Cell(v.Source))
		if err != nil {
			return nil, err
		}
		all := document.Row{"name": choose(f.zh, lake.Label(v.Name)), "unit": choose(f.zh, lake.Label(v.Unit)), "low": string(v.Low), "likely": string(v.Likely), "high": string(v.High),
			"source": from, "variable": v.ID, "note": v.Note}
		row := document.Row{}
		for _, c := range columns {
			row[c] = all[c]
		}
		out = append(out, row)
	}
	return out, nil
}

// variables names the variables of the deal's value cases as their models do.
func (f *filler) variables(ctx context.Context) (map[lake.Key]lake.Cells, error) {
	cases, err := linked(ctx, f.reader, "value_cases", "deal", f.deal.Key)
	if err != nil {
		return nil, err
	}
	models := map[lake.Cell]pack.ValueModel{} // by case
	for _, c := range cases {
		if i := slices.IndexFunc(f.pack.ValueModels, func(m pack.ValueModel) bool { return m.ID == string(c.Cells["model"]) }); i >= 0 {
			models[lake.Cell(c.Key)] = f.pack.ValueModels[i]
		}
	}
	kept, err := linked(ctx, f.reader, "value_variables", "deal", f.deal.Key)
	said := map[lake.Key]lake.Cells{}
	for _, k := range kept {
		vars := models[k.Cells["value_case"]].Variables
		if i := slices.IndexFunc(vars, func(v pack.ValueVariable) bool { return v.ID == string(k.Cells["variable"]) }); i >= 0 {
			said[k.Key] = lake.Cells{"name": lake.Cell(choose(f.zh, lake.Label(vars[i].Name))), "unit": lake.Cell(choose(f.zh, lake.Label(vars[i].Unit)))}
		}
	}
	return said, err
}
