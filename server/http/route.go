package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"headwater/lake"
)

// Need is what an operation asks of its caller.
type Need string

// The needs. A signed-in person may read; what exactly they see is the lake's business.
const (
	NeedPublic Need = "public" // nobody needs to be signed in
	NeedRead   Need = "read"   // signed in
	NeedWrite  Need = "write"  // may change records
	NeedBranch Need = "branch" // may make and merge branches
	NeedSchema Need = "schema" // may change fields
	NeedAdmin  Need = "admin"  // may change people and settings
)

const needKey = "need"

// operation is what a verb family says about one of its operations.
type operation struct {
	id, method, path string
	need             Need
	summary          string
	status           int      // of success, where it isn't 200
	body             int64    // largest request body in bytes, 0: 4 MiB
	errors           []int    // beside those that any operation can answer
	ownCheck         bool     // the handler checks every value itself; the described form needn\'t be checked before
	produces         []string // media types of an answer that is a file
}

const defaultBody = 4 << 20

// api registers operations.
type api struct {
	huma.API
	tag string
}

func (a api) tagged(name string) api { return api{a.API, name} }

// route registers an operation. Errors of the handler become problems here.
func route[I, O any](a api, o operation, handle func(context.Context, *I) (*O, error)) {
	op := huma.Operation{OperationID: o.id, Method: o.method, Path: "/api" + o.path, Summary: o.summary, Tags: []string{a.tag},
		DefaultStatus: o.status, SkipValidateBody: o.ownCheck, MaxBodyBytes: o.body, Metadata: map[string]any{needKey: o.need},
		// The library's deadline would also end the handler's context; patientBody has a better one.
		BodyReadTimeout: -1, Errors: append(commonErrors(o), o.errors...)}
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = defaultBody
	}
	if len(o.produces) > 0 {
		op.Responses = map[string]*huma.Response{"200": fileResponse(o.produces)}
	}
	if o.need != NeedPublic {
		op.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	huma.Register(a.API, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			watchedError(ctx, err)
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}

func fileResponse(kinds []string) *huma.Response {
	content := map[string]*huma.MediaType{}
	for _, k := range kinds {
		k, _, _ = strings.Cut(k, ";")
		content[k] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return &huma.Response{Description: "A file", Content: content}
}

func commonErrors(o operation) []int {
	var out []int
	if o.need != NeedPublic {
		out = append(out, http.StatusUnauthorized)
	}
	if o.need != NeedPublic && o.need != NeedRead {
		out = append(out, http.StatusForbidden)
	}
	return out
}

// satisfied tells whether rights suffice for a need.
func (n Need) satisfied(r lake.Rights, administers bool) bool {
	switch n {
	case NeedPublic, NeedRead:
		return true
	case NeedWrite:
		return r.Write
	case NeedBranch:
		return r.Branch
	case NeedSchema:
		return r.Schema
	case NeedAdmin:
		return administers
	}
	return false
}

// reply is an answer with a body and nothing else.
type reply[T any] struct{ Body T }

func replyWith[T any](body T, err error) (*reply[T], error) {
	if err != nil {
		return nil, err
	}
	return &reply[T]{body}, nil
}

// list is the body of an answer that lists things.
type list[T any] struct {
	Items []T `json:"items"`
}

func listOf[T any](items []T) list[T] {
	if items == nil {
		items = []T{}
	}
	return list[T]{items}
}

// nothing is an answer or a request without content.
type nothing struct{}
