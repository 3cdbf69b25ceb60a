package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/lake"
)

// asked are the verbs that look at a SELECT without showing its rows.
type asked struct{ *Server }

func (q asked) register(a api) {
	route(a, operation{id: "shapeQuery", method: http.MethodPost, path: "/query/shape", need: NeedRead, errors: []int{404},
		summary: "The columns of a SELECT and the fields that they come from"}, q.shape)
	route(a, operation{id: "explainQuery", method: http.MethodPost, path: "/query/explain", need: NeedRead, errors: []int{404},
		summary: "How a SELECT is answered: what the sources do, what is done here and why"}, q.explain)
}

type shapeInput struct {
	OnBranch
	Body struct {
		SQL string `json:"sql" maxLength:"200000"`
	} `nameHint:"SQLText"`
}

// QueryShape are the columns of a SELECT.
type QueryShape struct {
	Columns []ShapedColumn `json:"columns"`
	Reads   []lake.Reading `json:"reads"`
}

// ShapedColumn is a column of a SELECT.
type ShapedColumn struct {
	Name string    `json:"name"`
	Type string    `json:"type"`
	Kind lake.Kind `json:"kind"`
}

func (q asked) shape(ctx context.Context, in *shapeInput) (*reply[QueryShape], error) {
	s, err := q.config.Catalog.Shape(ctx, principal(ctx), in.Branch, in.Body.SQL)
	if err != nil {
		return nil, err
	}
	out := QueryShape{Columns: []ShapedColumn{}, Reads: listOf(s.Reads).Items}
	for _, c := range s.Columns {
		out.Columns = append(out.Columns, ShapedColumn{c.Name, c.Type, c.Kind})
	}
	return replyWith(out, nil)
}

type explainInput struct {
	Place
	Language string `header:"Accept-Language"`
	Body     struct {
		SQL string `json:"sql" maxLength:"200000"`
	} `nameHint:"SQLText"`
}

// ExplainedStep is one step of an answer; children stand behind their parents, deeper.
type ExplainedStep struct {
	Depth        int             `json:"depth"`
	Code         string          `json:"code" doc:"scan_source, scan_files, scan_mirror, scan_copy, scan_past, overlay, derived, clone, engine"`
	Words        string          `json:"words" doc:"One sentence in the caller's language."`
	Entity       lake.EntityName `json:"entity,omitempty"`
	Source       string          `json:"source,omitempty"`
	Table        string          `json:"table,omitempty"`
	Columns      []string        `json:"columns,omitempty"`
	Pushed       []string        `json:"pushed,omitempty" doc:"Conditions that the source applied."`
	Stayed       []StayedHere    `json:"stayed,omitempty" doc:"Conditions that were tested here, and why."`
	Rows         int64           `json:"rows" doc:"-1: not counted"`
	Bytes        int64           `json:"bytes"`
	Milliseconds float64         `json:"took_ms"`
	Statement    string          `json:"statement,omitempty" doc:"What the source was asked, without values."`
	At           *time.Time      `json:"at,omitempty" doc:"When what was read was so."`
	Note         string          `json:"note,omitempty"`
}

// StayedHere is a condition that the source didn't apply.
type StayedHere struct {
	Condition string `json:"condition"`
	Why       string `json:"why"`
	Words     string `json:"words"`
}

// Explained tells how a SELECT was answered.
type Explained struct {
	Steps        []ExplainedStep `json:"steps"`
	Milliseconds float64         `json:"took_ms"`
	Rows         int64           `json:"rows"`
}

func (q asked) explain(ctx context.Context, in *explainInput) (*reply[Explained], error) {
	r, err := q.reader(ctx, in.Place)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	x, err := r.Explain(ctx, in.Body.SQL)
	if err != nil {
		return nil, stopped(ctx, err)
	}
	watchedText(ctx, r, in.Body.SQL)
	zh := chinese(ctx, in.Language)
	out := Explained{Steps: make([]ExplainedStep, len(x.Steps)), Milliseconds: milliseconds(x.Took), Rows: x.Rows}
	for i := range x.Steps {
		out.Steps[i] = explainedStep(&x.Steps[i], zh)
	}
	return replyWith(out, nil)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func explainedStep(s *lake.Step, zh bool) ExplainedStep {
	out := ExplainedStep{Depth: s.Depth, Code: s.Code, Words: stepWords(s, zh), Entity: s.Entity, Source: s.Source, Table: s.Table, Columns: s.Columns,
		Pushed: s.Pushed, Rows: s.Rows, Bytes: s.Bytes, Milliseconds: milliseconds(s.Took), Statement: s.Statement, Note: s.Note}
	if !s.At.IsZero() {
		out.At = &s.At
	}
	for _, y := range s.Stayed {
		out.Stayed = append(out.Stayed, StayedHere{y.Condition, y.Why, stayedWords(y.Why, zh)})
	}
	return out
}
