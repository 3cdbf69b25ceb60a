package httpapi

import (
	"context"
	"errors"
	"net/http"

	"headwater/catalog"
	"headwater/lake"
)

// sourceTables are the verbs that look into a source.
type sourceTables struct{ *Server }

func (s sourceTables) register(a api) {
	route(a, operation{id: "listSourceTables", method: http.MethodGet, path: "/sources/{name}/tables", need: NeedSchema, errors: []int{404},
		summary: "What a source holds"}, s.list)
	route(a, operation{id: "getSourceTable", method: http.MethodGet, path: "/sources/{name}/table", need: NeedSchema, errors: []int{404},
		summary: "One table as it is now, and the entity it would make"}, s.get)
	route(a, operation{id: "previewSourceTable", method: http.MethodGet, path: "/sources/{name}/preview", need: NeedSchema, errors: []int{404},
		summary: "The first rows of a table"}, s.preview)
}

// ListedTable is a table in a list.
type ListedTable struct {
	Name     string            `json:"name"`
	Label    string            `json:"label,omitempty"`
	Rows     int64             `json:"rows" doc:"An estimate; -1: unknown."`
	Bytes    int64             `json:"bytes" doc:"-1: unknown"`
	View     bool              `json:"view"`
	Writable bool              `json:"writable" doc:"What is written over it can be written back."`
	Travels  bool              `json:"travels" doc:"The source keeps its past states itself."`
	Entities []lake.EntityName `json:"entities" doc:"Declared over it on this branch."`
}

type sourceTablesInput struct {
	NamedSource
	OnBranch
}

func (s sourceTables) list(ctx context.Context, in *sourceTablesInput) (*reply[list[ListedTable]], error) {
	declared, err := s.config.Catalog.Declared(ctx, principal(ctx), in.Branch, in.Name)
	if err != nil {
		return nil, err
	}
	tables, err := s.sources().Tables(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	out := make([]ListedTable, len(tables))
	for i, t := range tables {
		out[i] = ListedTable{t.Name, t.Label, t.Rows, t.Bytes, t.View, t.Writable, t.Travels, listOf(declared[t.Name]).Items}
	}
	return replyWith(listOf(out), nil)
}

type sourceTableInput struct {
	NamedSource
	OnBranch
	Table string `query:"table" required:"true" maxLength:"1000"`
}

// TableAndDraft is a table and the entity that is proposed for it.
type TableAndDraft struct {
	Table    *lake.SourceTable `json:"table"`
	Proposal *catalog.Draft    `json:"proposal"`
}

func (s sourceTables) get(ctx context.Context, in *sourceTableInput) (*reply[TableAndDraft], error) {
	t, d, err := s.config.Catalog.Propose(ctx, principal(ctx), in.Branch, in.Name, in.Table)
	return replyWith(TableAndDraft{t, d}, err)
}

// TablePreview are the first rows of a table.
type TablePreview struct {
	Columns []SQLColumn `json:"columns"`
	Rows    [][]any     `json:"rows"`
}

func (s sourceTables) preview(ctx context.Context, in *sourceTableInput) (*reply[TablePreview], error) {
	sink := &rowSink{limit: 100, answer: SQLAnswer{Columns: []SQLColumn{}, Rows: [][]any{}}}
	err := s.config.Catalog.Preview(ctx, principal(ctx), in.Branch, in.Name, in.Table, sink)
	if errors.Is(err, errEnough) {
		err = nil
	}
	return replyWith(TablePreview{sink.answer.Columns, sink.answer.Rows}, err)
}

// absentIsFine takes "not found" for an answer.
func absentIsFine(err error) error {
	if errors.Is(err, lake.ErrNotFound) {
		return nil
	}
	return err
}
