package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"headwater/catalog"
	"headwater/intake"
	"headwater/lake"
)

// plans are the verbs of deciding how a file becomes records.
type plans struct{ *Server }

func (p plans) register(a api) {
	route(a, operation{id: "planImport", method: http.MethodPost, path: "/imports/plan", need: NeedWrite, errors: []int{404},
		summary: "Suggest which columns become which fields"}, p.suggest)
	route(a, operation{id: "previewImport", method: http.MethodPost, path: "/imports/preview", need: NeedWrite, errors: []int{404}, body: 16 << 20,
		summary: "Run a plan over the file without writing"}, p.preview)
}

// Plan says how the columns of a file become fields of an entity.
type Plan struct{ intake.Plan }

// MarshalJSON implements json.Marshaler.
func (p Plan) MarshalJSON() ([]byte, error) { return json.Marshal(p.Plan) }

// UnmarshalJSON implements json.Unmarshaler.
func (p *Plan) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &p.Plan) }

// Schema implements huma.SchemaProvider: a person's plan may leave out what has a
// default, and a column without a field has null there.
func (Plan) Schema(r huma.Registry) *huma.Schema {
	ref := r.Schema(reflect.TypeFor[intake.Plan](), true, "")
	plan, column := r.Map()["Plan"], r.Map()["PlanColumn"]
	field := *column.Properties["new_field"]
	if field.Ref != "" {
		field = *r.SchemaFromRef(field.Ref)
	}
	field.Required = []string{"name", "kind", "label"}
	column.Properties["new_field"] = &field
	column.Properties["field"] = &huma.Schema{Type: huma.TypeString, Nullable: true, Description: "null: the column is left out."}
	for schema, required := range map[*huma.Schema][]string{plan: {"entity", "columns"}, column: {"column"}, r.Map()["Suggestion"]: {"value"}} {
		schema.Required = required
	}
	for _, s := range []*huma.Schema{&field, column, plan, r.Map()["Suggestion"]} {
		s.PrecomputeMessages()
	}
	return ref
}

// schemaName keeps apart types of the same name; those of imports say so.
func schemaName(t reflect.Type, hint string) string {
	names := map[reflect.Type]string{
		reflect.TypeFor[intake.Column](): "PlanColumn", reflect.TypeFor[intake.Note](): "PlanNote",
		reflect.TypeFor[lake.MoneyJSON](): "Money", reflect.TypeFor[lake.ReferenceCount](): "ReferenceCount",
		reflect.TypeFor[lake.Reading](): "FieldReading", reflect.TypeFor[catalog.Wish](): "EntityWish", reflect.TypeFor[catalog.Note](): "DeclarationNote",
		reflect.TypeFor[catalog.Draft](): "EntityDraft", reflect.TypeFor[catalog.KeepOrder](): "Keep", reflect.TypeFor[catalog.Edge](): "LineageEdge",
		reflect.TypeFor[catalog.WriteResult](): "WriteBackResult",
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if name, ok := names[t]; ok {
		return name
	}
	return prefixed(t, huma.DefaultSchemaNamer(t, hint))
}

// prefixed tells the types of packs and of the domains of selling apart: a value.Result
// is ValueResult, a pack.Need is PackNeed.
func prefixed(t reflect.Type, name string) string {
	room := path.Base(t.PkgPath())
	if room != "pack" && !strings.HasPrefix(t.PkgPath(), "headwater/sales/") {
		return name
	}
	if prefix := strings.ToUpper(room[:1]) + room[1:]; !strings.HasPrefix(name, prefix) {
		return prefix + name
	}
	return name
}

type suggestInput struct {
	OnBranch
	Body struct {
		Upload string          `json:"upload"`
		Entity lake.EntityName `json:"entity"`
	} `nameHint:"PlanRequest"`
}

// SuggestedPlan is a plan to begin with.
type SuggestedPlan struct {
	Plan Plan `json:"plan"`
}

func (p plans) suggest(ctx context.Context, in *suggestInput) (*reply[SuggestedPlan], error) {
	if err := reserved(in.Body.Entity, nil); err != nil {
		return nil, err
	}
	f, err := uploads(p).file(ctx, in.Body.Upload)
	if err != nil {
		return nil, err
	}
	plan, err := p.config.Imports.Suggest(ctx, principal(ctx), in.Branch, in.Body.Entity, f)
	if plan.TimeZone == "" {
		plan.TimeZone = p.zone.String()
	}
	return replyWith(SuggestedPlan{Plan{plan}}, err)
}

type planInput struct {
	OnBranch
	Language string `header:"Accept-Language"`
	Body     struct {
		Upload string `json:"upload"`
		Plan   Plan   `json:"plan"`
	} `nameHint:"ImportRequest"`
}

// DryRun is what an import would come to.
type DryRun struct {
	ImportCounts
	Complete     bool                 `json:"complete" doc:"False: the file has more rows than were tried."`
	Problems     []ProblemGroup       `json:"problems"`
	Rows         []PreviewRow         `json:"rows" doc:"The first ones."`
	MissingLinks []intake.MissingLink `json:"missing_links" doc:"References that find nothing, most frequent first."`
}

// ProblemGroup is one kind of problem in one column.
type ProblemGroup struct {
	Code     string           `json:"code"`
	Field    lake.FieldName   `json:"field,omitempty"`
	Column   string           `json:"column,omitempty"`
	Count    int64            `json:"count"`
	Examples []ProblemExample `json:"examples"`
}

// ProblemExample is one row with a problem; detail is in the caller's language.
type ProblemExample struct {
	Line   int    `json:"line"`
	Value  string `json:"value"`
	Detail string `json:"detail"`
}

// PreviewRow is one row as it would be written.
type PreviewRow struct {
	Line     int                       `json:"line"`
	Op       lake.Outcome              `json:"op" doc:"inserted, updated, unchanged or rejected"`
	ID       lake.Key                  `json:"id,omitempty"`
	Cells    Values                    `json:"cells"`
	Links    map[lake.FieldName]string `json:"links,omitempty" doc:"What the row calls the records that it refers to."`
	Problems []RowProblem              `json:"problems,omitempty"`
}

// RowProblem is why a row would be rejected; detail is in the caller's language.
type RowProblem struct {
	Code   string         `json:"code"`
	Field  lake.FieldName `json:"field,omitempty"`
	Column string         `json:"column,omitempty"`
	Value  string         `json:"value,omitempty"`
	Detail string         `json:"detail"`
}

func (p plans) preview(ctx context.Context, in *planInput) (*reply[DryRun], error) {
	if err := importable(in.Body.Plan.Plan); err != nil {
		return nil, err
	}
	f, err := uploads(p).file(ctx, in.Body.Upload)
	if err != nil {
		return nil, err
	}
	report, err := p.config.Imports.Preview(ctx, principal(ctx), in.Branch, in.Body.Plan.Plan, f, 0)
	if err != nil {
		return nil, err
	}
	return replyWith(dryRun(report, languageOf(ctx, in.Language)), nil)
}

func dryRun(r *intake.Report, language string) DryRun {
	out := DryRun{ImportCounts: countsOf(r.Counts), Complete: r.Complete, Problems: make([]ProblemGroup, len(r.Problems)),
		Rows: make([]PreviewRow, len(r.Rows)), MissingLinks: listOf(r.MissingLinks).Items}
	for i, g := range r.Problems {
		out.Problems[i] = ProblemGroup{g.Code, g.Field, g.Column, g.Count, make([]ProblemExample, len(g.Examples))}
		for j, e := range g.Examples {
			text := intake.Reason(intake.Problem{Code: g.Code, Field: g.Field, Column: g.Column, Value: e.Value, Params: e.Params}, language)
			out.Problems[i].Examples[j] = ProblemExample{e.Line, e.Value, text}
		}
	}
	for i, row := range r.Rows {
		out.Rows[i] = PreviewRow{Line: row.Line, Op: row.Op, ID: row.Key, Cells: row.Cells, Links: row.Links}
		for _, problem := range row.Problems {
			out.Rows[i].Problems = append(out.Rows[i].Problems,
				RowProblem{problem.Code, problem.Field, problem.Column, problem.Value, intake.Reason(problem, language)})
		}
		if row.Cells == nil {
			out.Rows[i].Cells = Values{}
		}
	}
	return out
}
