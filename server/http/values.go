package httpapi

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"

	"headwater/lake"
	"headwater/pack"
	"headwater/sales/value"
)

// values are the verbs of value models and of the cases filled with a customer's numbers.
type values struct{ *Server }

func (v values) register(a api) {
	route(a, operation{id: "listValueModels", method: http.MethodGet, path: "/value/models", need: NeedRead, errors: []int{404},
		summary: "The value models of a product, with what is asked of the customer"}, v.models)
	route(a, operation{id: "evaluateValue", method: http.MethodPost, path: "/value/evaluate", need: NeedRead, errors: []int{404, 409},
		summary: "Work a value model out for numbers that aren't kept"}, v.evaluate)
	route(a, operation{id: "createValueCase", method: http.MethodPost, path: "/value/cases", need: NeedWrite, status: http.StatusCreated, errors: []int{404, 409},
		summary: "Begin a value case of a deal"}, v.create)
	route(a, operation{id: "getValueCase", method: http.MethodGet, path: "/value/cases/{key}", need: NeedRead, errors: []int{404, 409},
		summary: "A value case, worked out"}, v.get)
	route(a, operation{id: "updateValueCase", method: http.MethodPatch, path: "/value/cases/{key}", need: NeedWrite, errors: []int{404, 409},
		summary: "Change numbers or the status of a value case, in one revision"}, v.update)
	route(a, operation{id: "valueWorkbook", method: http.MethodGet, path: "/value/cases/{key}/workbook", need: NeedRead, errors: []int{404, 409},
		summary: "The value case as a live spreadsheet: formulas, not values", produces: []string{kindXLSX}}, v.workbook)
}

// simulationRuns is how often a case is worked out with numbers drawn from their ranges.
const simulationRuns = 10_000

// ValueModel is a model with everything a form needs.
type ValueModel struct {
	ID       string               `json:"id"`
	Pack     string               `json:"pack" doc:"The pack that it comes from."`
	Name     pack.Text            `json:"name"`
	Summary  pack.Text            `json:"summary"`
	Currency string               `json:"currency"`
	Years    int                  `json:"years"`
	Vars     []pack.ValueVariable `json:"variables"`
	Lines    []pack.ValueLine     `json:"lines"`
	Example  pack.ValueExample    `json:"example"`
}

type modelsInput struct {
	Place
	Pack string   `query:"pack" maxLength:"100" doc:"A product's pack; absent: the default product."`
	Deal lake.Key `query:"deal" maxLength:"200" doc:"Instead of a pack: that of this deal's product."`
}

// product is the pack that is meant.
func (in *modelsInput) product(ctx context.Context, s *Server, r *lake.Reader) (string, error) {
	if in.Deal == "" {
		return in.Pack, nil
	}
	deal, err := r.Get(ctx, "deals", in.Deal)
	if err != nil {
		return "", err
	}
	return s.packOf(ctx, r, deal)
}

func (v values) models(ctx context.Context, in *modelsInput) (*reply[list[ValueModel]], error) {
	r, err := v.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	product, err := in.product(ctx, v.Server, r)
	if err != nil {
		return nil, err
	}
	m, err := v.knowledge(ctx, r, product)
	if err != nil {
		return nil, err
	}
	var out []ValueModel
	for _, d := range m.ValueModels {
		out = append(out, shownModel(m, d))
	}
	return replyWith(listOf(out), nil)
}

func shownModel(m *pack.Merged, d pack.ValueModel) ValueModel {
	return ValueModel{d.ID, m.From["value_models/"+d.ID], d.Name, d.Summary, d.Currency, d.Years, d.Variables, d.Lines, d.Example}
}

// modelOf finds a model of a product's pack and reads its formulas.
func modelOf(m *pack.Merged, id string) (*value.Model, error) {
	i := slices.IndexFunc(m.ValueModels, func(d pack.ValueModel) bool { return d.ID == id })
	if i < 0 {
		return nil, lake.Fail(lake.ErrNotFound, "value_model_unknown", "The pack has no value model "+id+".", "model", id)
	}
	return value.Compile(m.ValueModels[i])
}

// ValueAnswer is a model worked out for one customer: the result in each scenario, what
// each number alone does, and how the outcome is spread.
type ValueAnswer struct {
	Model      ValueModel        `json:"model"`
	Results    []*value.Result   `json:"results" doc:"Cautious, likely, hopeful."`
	Tornado    []value.Swing     `json:"tornado"`
	Simulation *value.Simulation `json:"simulation"`
	Benchmarks []pack.Benchmark  `json:"benchmarks" doc:"Those that the numbers rest on."`
	Sources    []pack.Source     `json:"sources" doc:"Where the benchmarks come from."`
}

// worked works a model out; the same numbers always give the same answer.
func worked(ctx context.Context, m *pack.Merged, id string, in value.Inputs) (*ValueAnswer, error) {
	model, err := modelOf(m, id)
	if err != nil {
		return nil, err
	}
	out := &ValueAnswer{Model: shownModel(m, model.Definition())}
	for _, s := range value.Scenarios {
		r, err := model.Evaluate(in, s)
		if err != nil {
			return nil, err
		}
		out.Results = append(out.Results, r)
	}
	if out.Tornado, err = model.Tornado(in); err != nil {
		return nil, err
	}
	if out.Simulation, err = model.Simulate(ctx, in, simulationRuns, 1); err != nil {
		return nil, err
	}
	used, from := benchmarksOf(m, model.Definition())
	out.Benchmarks, out.Sources = listOf(used).Items, listOf(from).Items
	return out, nil
}

// benchmarksOf are the figures from elsewhere that a model names, and their sources.
func benchmarksOf(m *pack.Merged, d pack.ValueModel) (used []pack.Benchmark, from []pack.Source) {
	for _, b := range m.Benchmarks {
		if slices.ContainsFunc(d.Variables, func(v pack.ValueVariable) bool { return v.From == b.ID }) {
			used = append(used, b)
		}
	}
	for _, s := range m.Meta.Sources {
		if slices.ContainsFunc(used, func(b pack.Benchmark) bool { return b.Source == s.ID }) {
			from = append(from, s)
		}
	}
	return used, from
}

type evaluateInput struct {
	Place
	Body struct {
		Pack   string       `json:"pack,omitempty" maxLength:"100"`
		Model  string       `json:"model" maxLength:"100"`
		Inputs value.Inputs `json:"inputs,omitempty" doc:"By variable; what is absent is as the model assumes."`
	} `nameHint:"ValueQuestion"`
}

func (v values) evaluate(ctx context.Context, in *evaluateInput) (*reply[ValueAnswer], error) {
	r, err := v.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	m, err := v.knowledge(ctx, r, in.Body.Pack)
	if err != nil {
		return nil, err
	}
	out, err := worked(ctx, m, in.Body.Model, in.Body.Inputs)
	if err != nil {
		return nil, err
	}
	return replyWith(*out, nil)
}

// ValueCase is a case with what it comes to.
type ValueCase struct {
	ID       lake.Key                  `json:"id"`
	Rev      lake.Revision             `json:"rev"`
	Title    string                    `json:"title"`
	Status   string                    `json:"status" enum:"draft,shared,confirmed"`
	Deal     lake.Key                  `json:"deal"`
	Account  lake.Key                  `json:"account"`
	Customer string                    `json:"customer"`
	Pack     string                    `json:"pack"`
	Inputs   map[string]ValueCaseInput `json:"inputs" doc:"The numbers that somebody gave, by variable."`
	Answer   *ValueAnswer              `json:"answer"`
	Confirm  ValueConfirmation         `json:"confirmation"`
	People   map[lake.Key]string       `json:"people" doc:"Names of the contacts that are mentioned."`
}

// ValueConfirmation says who at the customer stands for a case.
type ValueConfirmation struct {
	By lake.Key `json:"by,omitempty"`
	On string   `json:"on,omitempty"`
}

// ValueCaseInput is a number of a case, with the record that holds it.
type ValueCaseInput struct {
	ID          lake.Key  `json:"id,omitempty" readOnly:"true"`
	Low         lake.Cell `json:"low,omitempty"`
	Likely      lake.Cell `json:"likely,omitempty"`
	High        lake.Cell `json:"high,omitempty"`
	Source      string    `json:"source,omitempty" enum:"customer,measured,price,benchmark,assumption,"`
	ConfirmedBy lake.Key  `json:"confirmed_by,omitempty" doc:"A contact."`
	Note        string    `json:"note,omitempty" maxLength:"2000"`
}

type createCaseInput struct {
	OnBranch
	Language string `header:"Accept-Language"`
	Body     struct {
		Deal  lake.Key `json:"deal" minLength:"1" maxLength:"200"`
		Model string   `json:"model" minLength:"1" maxLength:"100"`
		Title string   `json:"title,omitempty" maxLength:"200"`
	} `nameHint:"NewValueCase"`
}

func (v values) create(ctx context.Context, in *createCaseInput) (*reply[ValueCase], error) {
	r, err := v.reader(ctx, Place{OnBranch: in.OnBranch})
	if err != nil {
		return nil, err
	}
	deal, err := r.Get(ctx, "deals", in.Body.Deal)
	if err != nil {
		return nil, err
	}
	product, err := v.packOf(ctx, r, deal)
	if err != nil {
		return nil, err
	}
	m, err := v.knowledge(ctx, r, product)
	if err != nil {
		return nil, err
	}
	model, err := modelOf(m, in.Body.Model)
	if err != nil {
		return nil, err
	}
	title := in.Body.Title
	if title == "" {
		title = choose(chinese(ctx, in.Language), lake.Label(model.Definition().Name))
	}
	cells := belonging(deal)
	cells["title"], cells["model"], cells["pack"], cells["currency"] = lake.Cell(title), lake.Cell(in.Body.Model), lake.Cell(product), lake.Cell(model.Definition().Currency)
	if err := outcome(model, value.Inputs{}, cells); err != nil {
		return nil, err
	}
	var key lake.Key
	if _, err := v.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		key, err = tx.Create("value_cases", cells)
		return err
	}); err != nil {
		return nil, err
	}
	return v.show(ctx, Place{OnBranch: in.OnBranch}, key)
}

// outcome puts the figures of a case into its cells, so that conditions of playbooks
// and lists can use them.
func outcome(m *value.Model, in value.Inputs, cells lake.Cells) error {
	r, err := m.Evaluate(in, value.Likely)
	if err != nil {
		return err
	}
	amount := func(c lake.Cell) lake.Cell { a, _ := lake.SplitMoney(c); return lake.Cell(a) }
	cells["npv"], cells["roi"], cells["irr"], cells["payback_years"], cells["yearly_benefit"] = amount(r.NPV), r.ROI, r.IRR, r.Payback, ""
	if n, _, ok := r.Figure("yearly_gain"); ok {
		cells["yearly_benefit"] = n
	}
	return nil
}

// ValueCasePath names a value case in a place.
type ValueCasePath struct {
	Place
	Key lake.Key `path:"key" maxLength:"200"`
}

func (v values) get(ctx context.Context, in *ValueCasePath) (*reply[ValueCase], error) {
	return v.show(ctx, in.Place, in.Key)
}

func (v values) show(ctx context.Context, p Place, key lake.Key) (*reply[ValueCase], error) {
	r, err := v.reader(ctx, p)
	if err != nil {
		return nil, err
	}
	c, m, err := v.read(ctx, r, key)
	if err != nil {
		return nil, err
	}
	c.Answer, err = worked(ctx, m, c.model, c.forModel())
	return replyWith(c.ValueCase, err)
}

// valueCase is a case as it is read: the records, not yet worked out.
type valueCase struct {
	ValueCase
	model string
}

// forModel are the inputs as the model takes them, with names in place of keys.
func (c *valueCase) forModel() value.Inputs {
	out := value.Inputs{}
	for id, i := range c.Inputs {
		out[id] = value.Input{Low: i.Low, Likely: i.Likely, High: i.High, Source: i.Source, ConfirmedBy: c.People[i.ConfirmedBy], Note: i.Note}
	}
	return out
}

func (v values) read(ctx context.Context, r *lake.Reader, key lake.Key) (*valueCase, *pack.Merged, error) {
	rec, err := r.Get(ctx, "value_cases", key)
	if err != nil {
		return nil, nil, err
	}
	cell := func(n lake.FieldName) string { return string(rec.Cells[n]) }
	m, err := v.knowledge(ctx, r, cell("pack"))
	if err != nil {
		return nil, nil, err
	}
	c := &valueCase{ValueCase{ID: rec.Key, Rev: rec.Rev, Title: cell("title"), Status: cell("status"), Deal: lake.Key(cell("deal")), Account: lake.Key(cell("account")), Pack: cell("pack"),
		Inputs: map[string]ValueCaseInput{}, Confirm: ValueConfirmation{lake.Key(cell("confirmed_by")), cell("confirmed_on")}, People: map[lake.Key]string{}}, cell("model")}
	if c.Customer, err = titleOf(ctx, r, "accounts", c.Account); err != nil {
		return nil, nil, err
	}
	given, err := linked(ctx, r, "value_variables", "value_case", key)
	if err != nil {
		return nil, nil, err
	}
	people := []lake.Key{c.Confirm.By}
	for _, g := range given {
		i := ValueCaseInput{ID: g.Key, Low: g.Cells["low"], Likely: g.Cells["likely"], High: g.Cells["high"], Source: string(g.Cells["source"]), ConfirmedBy: lake.Key(g.Cells["confirmed_by"]), Note: string(g.Cells["note"])}
		c.Inputs[string(g.Cells["variable"])] = i
		people = append(people, i.ConfirmedBy)
	}
	titles, err := r.Titles(ctx, map[lake.EntityName][]lake.Key{"contacts": slices.DeleteFunc(people, func(k lake.Key) bool { return k == "" })})
	for k, n := range titles["contacts"] {
		c.People[k] = n
	}
	return c, m, err
}

type updateCaseInput struct {
	OnBranch
	Key  lake.Key `path:"key" maxLength:"200"`
	Body struct {
		Title       *string                   `json:"title,omitempty" minLength:"1" maxLength:"200"`
		Status      string                    `json:"status,omitempty" enum:"draft,shared,confirmed"`
		ConfirmedBy *lake.Key                 `json:"confirmed_by,omitempty" doc:"The contact who stands for the case; with status confirmed."`
		Inputs      map[string]ValueCaseInput `json:"inputs,omitempty" doc:"By variable."`
		Clear       []string                  `json:"clear,omitempty" maxItems:"1000" doc:"Variables that go back to what the model assumes."`
		Reason      string                    `json:"reason,omitempty" maxLength:"1000"`
	} `nameHint:"ValueCaseChange"`
}

func (v values) update(ctx context.Context, in *updateCaseInput) (*reply[ValueCase], error) {
	place := Place{OnBranch: in.OnBranch}
	r, err := v.reader(ctx, place)
	if err != nil {
		return nil, err
	}
	c, m, err := v.read(ctx, r, in.Key)
	if err != nil {
		return nil, err
	}
	model, err := modelOf(m, c.model)
	if err != nil {
		return nil, err
	}
	if in.Body.Status == "confirmed" && c.Confirm.By == "" && (in.Body.ConfirmedBy == nil || *in.Body.ConfirmedBy == "") {
		return nil, lake.Fail(lake.ErrInvalid, "value_confirmer_missing", "Name the contact who confirmed the case.", "field", "confirmed_by")
	}
	cells := lake.Cells{}
	if in.Body.Title != nil {
		cells["title"] = lake.Cell(*in.Body.Title)
	}
	if in.Body.Status != "" {
		cells["status"] = lake.Cell(in.Body.Status)
	}
	if in.Body.ConfirmedBy != nil {
		cells["confirmed_by"], cells["confirmed_on"] = lake.Cell(*in.Body.ConfirmedBy), ""
		if *in.Body.ConfirmedBy != "" {
			cells["confirmed_on"] = v.today()
		}
	}
	maps.Copy(c.Inputs, in.Body.Inputs)
	for _, id := range in.Body.Clear {
		delete(c.Inputs, id)
	}
	if err := outcome(model, c.forModel(), cells); err != nil {
		return nil, err
	}
	_, err = v.lake.Write(ctx, principal(ctx), in.Branch, func(tx *lake.Tx) error {
		tx.SetIntent(lake.Intent{Reason: in.Body.Reason})
		rec, err := tx.Get("value_cases", in.Key)
		if err != nil {
			return err
		}
		for id, i := range in.Body.Inputs {
			if err := v.putInput(tx, rec, model.Definition(), id, i); err != nil {
				return err
			}
		}
		for _, id := range in.Body.Clear {
			if _, err := tx.Delete("value_variables", inputKey(in.Key, id), lake.Clear); err != nil && !errors.Is(err, lake.ErrNotFound) {
				return err
			}
		}
		_, err = tx.Put("value_cases", in.Key, cells)
		return err
	})
	if err != nil {
		return nil, err
	}
	return v.show(ctx, place, in.Key)
}

// today is the day where the company is.
func (s *Server) today() lake.Cell { return lake.Cell(time.Now().In(s.zone).Format(time.DateOnly)) }

// inputKey is made of case and variable, so that a number changed on two branches meets
// itself when they merge.
func inputKey(c lake.Key, variable string) lake.Key {
	return lake.KeyOf(lake.Cell(c), lake.Cell(variable))
}

// putInput writes one number of a case.
func (v values) putInput(tx *lake.Tx, c lake.Record, d pack.ValueModel, id string, in ValueCaseInput) error {
	i := slices.IndexFunc(d.Variables, func(x pack.ValueVariable) bool { return x.ID == id })
	if i < 0 {
		return lake.Fail(lake.ErrInvalid, "value_variable_unknown", "The model has no variable "+id+".", "variable", id)
	}
	cells := lake.Cells{"name": lake.Cell(d.Variables[i].Name.ZH), "value_case": lake.Cell(c.Key), "variable": lake.Cell(id), "unit": lake.Cell(d.Variables[i].Unit.ZH),
		"low": in.Low, "likely": in.Likely, "high": in.High, "source": lake.Cell(in.Source), "confirmed_by": lake.Cell(in.ConfirmedBy), "note": lake.Cell(in.Note), "confirmed_on": "",
		"deal": c.Cells["deal"], "account": c.Cells["account"], "owner": c.Cells["owner"]}
	if in.ConfirmedBy != "" {
		cells["confirmed_on"] = v.today()
	}
	if in.Source == "" {
		cells["source"] = "assumption"
	}
	_, err := tx.Put("value_variables", inputKey(c.Key, id), cells)
	return err
}

type workbookInput struct {
	ValueCasePath
	Scenario value.Scenario `query:"scenario" enum:"cautious,likely,hopeful"`
	Language string         `header:"Accept-Language"`
}

func (v values) workbook(ctx context.Context, in *workbookInput) (*file, error) {
	r, err := v.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	c, m, err := v.read(ctx, r, in.Key)
	if err != nil {
		return nil, err
	}
	model, err := modelOf(m, c.model)
	if err != nil {
		return nil, err
	}
	o := value.Workbook{Lang: languageOf(ctx, in.Language), Customer: c.Customer, MadeOn: string(v.today()), Scenario: in.Scenario, Benchmarks: map[string]pack.Benchmark{}, Sources: map[string]pack.Source{}}
	for _, b := range m.Benchmarks {
		o.Benchmarks[b.ID] = b
	}
	for _, s := range m.Meta.Sources {
		o.Sources[s.ID] = s
	}
	book, err := model.Workbook(c.forModel(), o)
	if err != nil {
		return nil, err
	}
	return deliver(kindXLSX, c.Title+".xlsx", func(_ context.Context, w io.Writer) error {
		_, err := w.Write(book)
		return err
	}), nil
}
