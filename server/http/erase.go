package httpapi

import (
	"context"
	"net/http"

	"headwater/lake"
)

// erasures remove a record's values from all revisions, for privacy.
type erasures struct{ *Server }

func (e erasures) register(a api) {
	route(a, operation{id: "eraseRecord", method: http.MethodPost, path: "/records/{entity}/{key}/erase", need: NeedAdmin,
		summary: "Erase a record from all revisions and branches", errors: []int{404, 409}}, e.erase)
	route(a, operation{id: "listErasures", method: http.MethodGet, path: "/erasures", need: NeedAdmin,
		summary: "What was erased; a restored backup is older than some of it"}, e.list)
}

type eraseInput struct {
	RecordPath
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

type erasuresReply struct {
	Body struct {
		Items []lake.Erasure `json:"items"`
	}
}

func (e erasures) erase(ctx context.Context, in *eraseInput) (*erasuresReply, error) {
	if err := e.lake.Erase(ctx, principal(ctx), in.Entity, in.Key, in.Body.Reason); err != nil {
		return nil, err
	}
	return e.list(ctx, nil)
}

func (e erasures) list(ctx context.Context, _ *struct{}) (*erasuresReply, error) {
	out := &erasuresReply{}
	list, err := e.lake.Erasures(ctx)
	out.Body.Items = append([]lake.Erasure{}, list...)
	return out, err
}
