package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/lake"
)

// branches are the verbs of making and closing branches.
type branches struct{ *Server }

// Branch is a line of revisions.
type Branch struct {
	Name      string                  `json:"name"`
	ID        lake.BranchID           `json:"id"`
	Parent    *string                 `json:"parent" nullable:"true" doc:"null for main."`
	Fork      lake.Revision           `json:"fork" doc:"The parent's revision that it sees."`
	Owner     lake.Key                `json:"owner"`
	OwnerName string                  `json:"owner_name"`
	Shared    bool                    `json:"shared"`
	State     lake.BranchState        `json:"state" enum:"open,merged,discarded"`
	CreatedAt time.Time               `json:"created_at"`
	Note      string                  `json:"note"`
	Ahead     int                     `json:"ahead" doc:"Records that were changed here."`
	Behind    int                     `json:"behind" doc:"Revisions of the parent since the fork; counted to 1000."`
	Color     int                     `json:"color" minimum:"0" maximum:"7"`
	Mine      bool                    `json:"mine"`
	Mode      lake.Mode               `json:"mode" enum:"native,floating,pinned" doc:"floating: some entity is read from its home as it is now, so the branch is no snapshot of it."`
	Pins      map[lake.EntityName]Pin `json:"pins,omitempty" doc:"Entities of which the branch sees a fixed state."`
}

// Pin is the state of an entity that a branch sees.
type Pin struct {
	At   time.Time `json:"at"`
	Rows int64     `json:"rows"`
}

func (b branches) register(a api) {
	route(a, operation{id: "listBranches", method: http.MethodGet, path: "/branches", need: NeedRead,
		summary: "The branches that the caller may see, main first"}, b.list)
	route(a, operation{id: "createBranch", method: http.MethodPost, path: "/branches", need: NeedBranch, status: http.StatusCreated, errors: []int{404, 409},
		summary: "Make a branch of another as it is now"}, b.create)
	route(a, operation{id: "getBranch", method: http.MethodGet, path: "/branches/{name}", need: NeedRead, errors: []int{404},
		summary: "One branch"}, b.get)
	route(a, operation{id: "updateBranch", method: http.MethodPatch, path: "/branches/{name}", need: NeedBranch, errors: []int{404, 409},
		summary: "Share a branch, or change its note"}, b.update)
	route(a, operation{id: "discardBranch", method: http.MethodDelete, path: "/branches/{name}", need: NeedBranch, status: http.StatusNoContent,
		errors: []int{404, 409}, summary: "Close a branch without merging it"}, b.discard)
}

func (b branches) show(ctx context.Context, i lake.BranchInfo) Branch {
	me := principal(ctx).User
	out := Branch{Name: i.Name, ID: i.ID, Fork: i.Fork, Owner: i.Owner, Shared: i.Shared, State: i.State, CreatedAt: i.CreatedAt, Note: i.Note,
		Ahead: i.Ahead, Behind: i.Behind, Color: int(i.ID % 8), Mine: i.Owner == me && i.ID != lake.Main}
	if i.ID != lake.Main {
		out.Parent = &i.ParentName
	}
	if p, err := b.access.Person(i.Owner); err == nil {
		out.OwnerName = p.Name
	}
	for n, c := range i.Pins {
		if out.Pins == nil {
			out.Pins = map[lake.EntityName]Pin{}
		}
		out.Pins[n] = Pin{c.At, c.Rows}
	}
	out.Mode = b.mode(ctx, i.Name)
	return out
}

// mode is floating when anything on the branch floats.
func (b branches) mode(ctx context.Context, name string) lake.Mode {
	mode := lake.ModeNative
	r, err := b.lake.At(ctx, principal(ctx), name, 0)
	if err != nil {
		return mode
	}
	for _, e := range r.Schema().Entities() {
		switch r.State(e, nil).Mode {
		case lake.ModeFloating, lake.ModeKept:
			return lake.ModeFloating
		case lake.ModePinned:
			mode = lake.ModePinned
		}
	}
	return mode
}

type listBranchesInput struct {
	Closed bool `query:"closed" doc:"Closed ones too."`
}

func (b branches) list(ctx context.Context, in *listBranchesInput) (*reply[list[Branch]], error) {
	infos, err := b.lake.Branches(ctx, principal(ctx), in.Closed)
	if err != nil {
		return nil, err
	}
	var out []Branch
	for _, i := range infos {
		out = append(out, b.show(ctx, i))
	}
	return replyWith(listOf(out), nil)
}

// NamedBranch is a branch in the path.
type NamedBranch struct {
	Name string `path:"name" maxLength:"200"`
}

func (b branches) get(ctx context.Context, in *NamedBranch) (*reply[Branch], error) {
	i, err := b.lake.Describe(ctx, principal(ctx), in.Name)
	if err != nil {
		return nil, err
	}
	return replyWith(b.show(ctx, i), nil)
}

type createBranchInput struct {
	Body struct {
		Name   string            `json:"name"`
		From   string            `json:"from,omitempty" doc:"The parent; absent: main."`
		Shared bool              `json:"shared,omitempty" doc:"Others may see it."`
		Note   string            `json:"note,omitempty" maxLength:"2000"`
		Pin    bool              `json:"pin,omitempty" doc:"Fix what would float: rows are copied where their home can't keep a state itself."`
		Only   []lake.EntityName `json:"only,omitempty" doc:"With pin: these entities only."`
	} `nameHint:"NewBranch"`
}

func (b branches) create(ctx context.Context, in *createBranchInput) (*reply[Branch], error) {
	n := in.Body
	made, err := b.lake.CreateBranch(ctx, principal(ctx), lake.NewBranch{Name: n.Name, From: n.From, Shared: n.Shared, Note: n.Note, Pin: n.Pin, Only: n.Only})
	if err != nil {
		return nil, err
	}
	return b.get(ctx, &NamedBranch{made.Name})
}

type updateBranchInput struct {
	NamedBranch
	Body struct {
		Shared *bool   `json:"shared,omitempty"`
		Note   *string `json:"note,omitempty" maxLength:"2000"`
	} `nameHint:"BranchChange"`
}

func (b branches) update(ctx context.Context, in *updateBranchInput) (*reply[Branch], error) {
	if err := b.lake.UpdateBranch(ctx, principal(ctx), in.Name, in.Body.Shared, in.Body.Note); err != nil {
		return nil, err
	}
	return b.get(ctx, &in.NamedBranch)
}

func (b branches) discard(ctx context.Context, in *NamedBranch) (*nothing, error) {
	return nil, b.lake.DiscardBranch(ctx, principal(ctx), in.Name)
}
