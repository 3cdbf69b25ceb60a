package httpapi

import (
	"context"
	"net/http"

	"headwater/access"
)

// teams are the verbs of teams and of fields hidden from roles.
type teams struct{ *Server }

func (t teams) register(a api) {
	route(a, operation{id: "listTeams", method: http.MethodGet, path: "/teams", need: NeedRead, summary: "The teams"}, t.list)
	route(a, operation{id: "createTeam", method: http.MethodPost, path: "/teams", need: NeedAdmin, summary: "Add a team", errors: []int{409}}, t.create)
	route(a, operation{id: "listMasks", method: http.MethodGet, path: "/masks", need: NeedAdmin, summary: "Which fields are hidden from which roles"}, t.masks)
	route(a, operation{id: "setMasks", method: http.MethodPut, path: "/masks", need: NeedAdmin, summary: "Replace the hidden fields"}, t.setMasks)
}

func (t teams) list(context.Context, *nothing) (*reply[list[access.Team]], error) {
	return replyWith(listOf(t.access.Teams()), nil)
}

type createTeamInput struct {
	Body struct {
		Name string `json:"name"`
	} `nameHint:"CreateTeam"`
}

func (t teams) create(ctx context.Context, in *createTeamInput) (*reply[access.Team], error) {
	return replyWith(t.access.CreateTeam(ctx, principal(ctx), in.Body.Name))
}

func (t teams) masks(context.Context, *nothing) (*reply[list[access.Mask]], error) {
	return replyWith(listOf(t.access.Masks()), nil)
}

type masksInput struct{ Body list[access.Mask] }

func (t teams) setMasks(ctx context.Context, in *masksInput) (*reply[list[access.Mask]], error) {
	err := t.access.SetMasks(ctx, principal(ctx), in.Body.Items)
	return replyWith(listOf(t.access.Masks()), err)
}
