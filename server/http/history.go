package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/lake"
)

// history are the verbs that tell what became of a record and who refers to it.
type history struct{ *Server }

func (h history) register(a api) {
	route(a, operation{id: "referencesOf", method: http.MethodGet, path: "/records/{entity}/{key}/references", need: NeedRead, errors: []int{404},
		summary: "How many records refer to a record, by field"}, h.references)
	route(a, operation{id: "recordHistory", method: http.MethodGet, path: "/records/{entity}/{key}/history", need: NeedRead, errors: []int{404},
		summary: "Who changed what, when and from what, newest first"}, h.list)
}

func (h history) references(ctx context.Context, in *getRecordInput) (*reply[list[lake.ReferenceCount]], error) {
	r, e, err := h.readEntity(ctx, in.Place, in.Entity)
	if err != nil {
		return nil, err
	}
	if _, err := r.Get(ctx, e.Name, in.Key); err != nil {
		return nil, err
	}
	counts, err := r.References(ctx, e.Name, in.Key)
	return replyWith(listOf(counts), err)
}

// HistoryItem is one version of a record.
type HistoryItem struct {
	Rev       lake.Revision `json:"rev"`
	At        time.Time     `json:"at"`
	Actor     lake.Key      `json:"actor"`
	ActorName string        `json:"actor_name"`
	Kind      string        `json:"kind" doc:"write, import, merge, refresh, undo, schema"`
	Reason    string        `json:"reason,omitempty"`
	Import    string        `json:"import,omitempty"`
	Branch    string        `json:"branch"`
	Op        lake.RowOp    `json:"op" enum:"added,changed,deleted"`
	Cells     []HistoryCell `json:"cells"`
}

// HistoryCell is one cell that a version changed.
type HistoryCell struct {
	Field  lake.FieldName `json:"field"`
	From   Value          `json:"from"`
	To     Value          `json:"to"`
	Masked bool           `json:"masked,omitempty" doc:"It changed, but the caller may not see how."`
}

// RecordHistory is all versions, newest first.
type RecordHistory struct {
	Items  []HistoryItem `json:"items"`
	Titles Titles        `json:"titles"`
}

func (h history) list(ctx context.Context, in *getRecordInput) (*reply[RecordHistory], error) {
	r, e, err := h.readEntity(ctx, in.Place, in.Entity)
	if err != nil {
		return nil, err
	}
	entries, err := r.History(ctx, e.Name, in.Key)
	if err != nil {
		return nil, err
	}
	out := RecordHistory{Items: make([]HistoryItem, len(entries))}
	refs := mentioned{}
	for i, entry := range entries {
		out.Items[i] = historyItem(e, entry, refs)
	}
	out.Titles, err = refs.titles(ctx, r)
	return replyWith(out, err)
}

func historyItem(e *lake.Entity, h lake.HistoryEntry, refs mentioned) HistoryItem {
	out := HistoryItem{Rev: h.Rev, At: h.At, Actor: h.Actor, ActorName: h.ActorName, Kind: h.Kind, Reason: h.Reason, Import: h.Import,
		Branch: h.BranchName, Op: h.Op, Cells: make([]HistoryCell, 0, len(h.Cells))}
	for _, c := range h.Cells {
		f, ok := e.Field(c.Field)
		if !ok {
			continue
		}
		refs.note(f, c.From)
		refs.note(f, c.To)
		out.Cells = append(out.Cells, HistoryCell{c.Field, valueOf(f, c.From), valueOf(f, c.To), c.Masked})
	}
	return out
}
