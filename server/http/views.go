package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"headwater/lake"
)

// views are the verbs of saved lists. They belong to the workspace, not to a branch.
type views struct{ *Server }

const kindView = "view"

// View is a saved list.
type View struct {
	ID     string          `json:"id"`
	Entity lake.EntityName `json:"entity"`
	Name   string          `json:"name"`
	Shared bool            `json:"shared" doc:"Everybody sees it."`
	Mine   bool            `json:"mine"`
	State  ViewState       `json:"state"`
}

// ViewState is what a list shows.
type ViewState struct {
	Filter string   `json:"filter"`
	Order  string   `json:"order"`
	Fields []string `json:"fields"`
	Sums   []string `json:"sums"`
}

// viewDoc is a view as it is kept.
type viewDoc struct {
	View
	Owner lake.Key `json:"owner"`
}

func (v views) register(a api) {
	route(a, operation{id: "listViews", method: http.MethodGet, path: "/views", need: NeedRead,
		summary: "One's own saved lists and those that are shared"}, v.list)
	route(a, operation{id: "saveView", method: http.MethodPost, path: "/views", need: NeedRead, status: http.StatusCreated,
		summary: "Save a list"}, v.create)
	route(a, operation{id: "updateView", method: http.MethodPatch, path: "/views/{id}", need: NeedRead, errors: []int{403, 404},
		summary: "Change a saved list"}, v.update)
	route(a, operation{id: "deleteView", method: http.MethodDelete, path: "/views/{id}", need: NeedRead, status: http.StatusNoContent, errors: []int{403, 404},
		summary: "Delete a saved list"}, v.remove)
}

func (v views) registry() lake.Registry { return v.lake.Store().Registry() }

func (d viewDoc) show(me lake.Key) View {
	out := d.View
	out.Mine = d.Owner == me
	out.State.Fields, out.State.Sums = listOf(out.State.Fields).Items, listOf(out.State.Sums).Items
	return out
}

type listViewsInput struct {
	Entity lake.EntityName `query:"entity"`
}

func (v views) list(ctx context.Context, in *listViewsInput) (*reply[list[View]], error) {
	me := principal(ctx).User
	var out []View
	err := v.registry().Each(ctx, kindView, func(_ string, raw []byte) error {
		var d viewDoc
		if err := json.Unmarshal(raw, &d); err != nil {
			return err
		}
		if (d.Shared || d.Owner == me) && (in.Entity == "" || d.Entity == in.Entity) {
			out = append(out, d.show(me))
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b View) int { return strings.Compare(a.Name, b.Name) })
	return replyWith(listOf(out), err)
}

type createViewInput struct {
	Body struct {
		Entity lake.EntityName `json:"entity"`
		Name   string          `json:"name"`
		Shared bool            `json:"shared,omitempty"`
		State  ViewState       `json:"state"`
	} `nameHint:"NewView"`
}

func (v views) create(ctx context.Context, in *createViewInput) (*reply[View], error) {
	b, me := in.Body, principal(ctx).User
	d := viewDoc{View{ID: string(lake.NewKey()), Entity: b.Entity, Name: b.Name, Shared: b.Shared, State: b.State}, me}
	if err := d.check(); err != nil {
		return nil, err
	}
	if err := v.registry().Create(ctx, kindView, d.ID, d); err != nil {
		return nil, err
	}
	return replyWith(d.show(me), nil)
}

func (d *viewDoc) check() error {
	d.Name = strings.TrimSpace(d.Name)
	if n := utf8.RuneCountInString(d.Name); n == 0 || n > 100 {
		return lake.Fail(lake.ErrInvalid, "name_invalid", "A name has 1 to 100 characters.", "value", d.Name)
	}
	return nil
}

// own finds a view that the caller may change: their own, or for administrators a shared one.
func (v views) own(ctx context.Context, id string) (viewDoc, error) {
	var d viewDoc
	if err := v.registry().Load(ctx, kindView, id, &d); err != nil {
		return d, err
	}
	caller, _ := who(ctx)
	switch {
	case d.Owner == caller.Person.ID || d.Shared && caller.Person.Role.Administers():
		return d, nil
	case d.Shared:
		return d, lake.Fail(lake.ErrForbidden, "view_not_yours", "The saved list belongs to somebody else.", "id", id)
	}
	return d, lake.Fail(lake.ErrNotFound, "view_unknown", "There is no such saved list.", "id", id)
}

type updateViewInput struct {
	ID   string `path:"id"`
	Body struct {
		Name   *string    `json:"name,omitempty"`
		Shared *bool      `json:"shared,omitempty"`
		State  *ViewState `json:"state,omitempty"`
	} `nameHint:"ViewChange"`
}

func (v views) update(ctx context.Context, in *updateViewInput) (*reply[View], error) {
	d, err := v.own(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	set(&d.Name, in.Body.Name)
	set(&d.Shared, in.Body.Shared)
	set(&d.State, in.Body.State)
	if err := d.check(); err != nil {
		return nil, err
	}
	err = v.registry().Save(ctx, kindView, d.ID, d)
	return replyWith(d.show(principal(ctx).User), err)
}

func (v views) remove(ctx context.Context, in *idInput) (*nothing, error) {
	if _, err := v.own(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, v.registry().Remove(ctx, kindView, in.ID)
}
