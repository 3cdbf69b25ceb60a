package httpapi

import (
	"context"
	"net/http"

	"headwater/access"
)

// tokens are the verbs of one's own API tokens.
type tokens struct{ *Server }

// NewToken is a token with its secret, shown this once.
type NewToken struct {
	ID    string `json:"id"`
	Token string `json:"token" doc:"Send it as Authorization: Bearer hw_…"`
}

func (t tokens) register(a api) {
	route(a, operation{id: "listTokens", method: http.MethodGet, path: "/tokens", need: NeedRead, summary: "One's own API tokens"}, t.list)
	route(a, operation{id: "createToken", method: http.MethodPost, path: "/tokens", need: NeedRead, summary: "Make an API token"}, t.create)
	route(a, operation{id: "deleteToken", method: http.MethodDelete, path: "/tokens/{id}", need: NeedRead, status: http.StatusNoContent,
		summary: "End an API token", errors: []int{404}}, t.remove)
}

func (t tokens) list(ctx context.Context, _ *nothing) (*reply[list[access.Token]], error) {
	return replyWith(listOf(t.access.Tokens(principal(ctx).User)), nil)
}

type createTokenInput struct {
	Body struct {
		Name string `json:"name"`
		Days int    `json:"days,omitempty" minimum:"0" maximum:"3650" doc:"0: a year."`
	} `nameHint:"CreateToken"`
}

func (t tokens) create(ctx context.Context, in *createTokenInput) (*reply[NewToken], error) {
	secret, token, err := t.access.CreateToken(ctx, principal(ctx), in.Body.Name, in.Body.Days)
	return replyWith(NewToken{ID: token.ID, Token: secret}, err)
}

type idInput struct {
	ID string `path:"id"`
}

func (t tokens) remove(ctx context.Context, in *idInput) (*nothing, error) {
	return nil, t.access.DeleteToken(ctx, principal(ctx), in.ID)
}
