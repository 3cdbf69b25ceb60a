package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"time"

	"headwater/access"
	"headwater/demo"
	httpapi "headwater/server/http"
)

// fillDemo makes the demo's people, records and sources in a workspace that is still
// empty. In one that is the demo already, its sources follow the data directory.
func (w *workspace) fillDemo(ctx context.Context, dir string, now time.Time) error {
	if w.Access.Workspace().Demo {
		return demo.Follow(ctx, w.Sources, dir)
	}
	if !w.Access.SetupNeeded() || w.Store.Head() > 1 {
		return nil
	}
	err := demo.Fill(ctx, demo.Workspace{Lake: w.Lake, Access: w.Access, Sources: w.Sources, Catalog: w.Catalog, Dir: dir}, now)
	if err != nil {
		return err
	}
	return w.saveDemoView(ctx)
}

// saveDemoView keeps a list of the contracts that are to be renewed, as a person would.
func (w *workspace) saveDemoView(ctx context.Context) error {
	c := &client{base: "http://headwater.local", do: func(r *http.Request) (*http.Response, error) {
		rec := httptest.NewRecorder()
		w.Server.ServeHTTP(rec, r.WithContext(httpapi.Local(r.Context())))
		return rec.Result(), nil
	}}
	return c.call(ctx, http.MethodPost, path("views"), map[string]any{
		"entity": "contracts", "name": "120 天内续约", "shared": true,
		"state": map[string]any{"filter": `status = "active" AND renews_on <= today(120)`, "order": "renews_on",
			"fields": []string{"number", "account", "edition", "seats", "price_per_year", "currency", "renews_on", "auto_renewal"}, "sums": []string{"price_per_year"}},
	}, nil)
}

// demoOwner is who signs in with the link that serve prints, if this is the demo.
func (w *workspace) demoOwner() (access.Person, bool) {
	if !w.Access.Workspace().Demo {
		return access.Person{}, false
	}
	owner, err := w.Access.ByEmail(demo.OwnerEmail)
	return owner, err == nil
}
