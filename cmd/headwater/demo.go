package main

import (
	"context"
	"time"

	"headwater/access"
	"headwater/demo"
)

// fillDemo makes the demo's people and records in a workspace that is still empty.
func (w *workspace) fillDemo(ctx context.Context, now time.Time) error {
	if !w.Access.SetupNeeded() || w.Store.Head() > 1 {
		return nil
	}
	return demo.Fill(ctx, w.Lake, w.Access, now)
}

// demoOwner is who signs in with the link that serve prints, if this is the demo.
func (w *workspace) demoOwner() (access.Person, bool) {
	if !w.Access.Workspace().Demo {
		return access.Person{}, false
	}
	owner, err := w.Access.ByEmail(demo.OwnerEmail)
	return owner, err == nil
}
