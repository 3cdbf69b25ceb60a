package httpapi

import (
	"context"
	"slices"

	"headwater/lake"
	"headwater/pack"
)

// wordsOf are the cells of an entity's records that the pack can say in the document's
// language, whatever language they were kept in; and what amounts of quote lines count in.
func (f *filler) wordsOf(ctx context.Context, e lake.EntityName) (said map[lake.Key]lake.Cells, currency string, err error) {
	switch e {
	case "quote_lines":
		currency, said, err = f.quoteLines(ctx)
	case "value_variables":
		said, err = f.variables(ctx)
	}
	return said, currency, err
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
