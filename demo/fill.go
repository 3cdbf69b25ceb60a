package demo

import (
	"context"
	"path/filepath"
	"time"

	"headwater/access"
	"headwater/catalog"
	"headwater/lake"
	"headwater/source"
)

// OwnerEmail is the address of the demo's owner.
const OwnerEmail = "lin.ruochuan@" + domain

// adminEmail is the address of sales operations, who connect and try things.
const adminEmail = "zhou.yuan@" + domain

// Workspace is what the demo is filled into. Without a catalog it gets records only.
type Workspace struct {
	Lake    *lake.Lake
	Access  *access.Access
	Sources *source.Sources
	Catalog *catalog.Catalog
	Dir     string // the data directory; the demo's sources lie in its Folder
}

// Fill makes the demo of an empty workspace: its name, people, teams and records, and
// sources beside them with what is made of those.
func Fill(ctx context.Context, w Workspace, now time.Time) error {
	people, err := hire(ctx, w.Access)
	if err != nil {
		return err
	}
	told := tell(Seed, now, people)
	if w.Catalog == nil {
		if _, err := load(ctx, w.Lake, told); err != nil {
			return err
		}
		return w.name(ctx)
	}
	folder, err := filepath.Abs(filepath.Join(w.Dir, Folder))
	if err != nil {
		return err
	}
	kept := told.keepBooks()
	if err := kept.write(ctx, folder); err != nil {
		return err
	}
	// Declared before there are records: looking at homes then costs nothing.
	if err := w.connect(ctx, folder); err != nil {
		return err
	}
	if _, err := load(ctx, w.Lake, told); err != nil {
		return err
	}
	if err := w.Catalog.Clone(ctx, lake.System, lake.MainName, "contacts", maskedContacts()); err != nil {
		return err
	}
	admin, err := w.Access.ByEmail(adminEmail)
	if err != nil {
		return err
	}
	if err := kept.negotiate(ctx, w.Lake, folder, lake.Principal{User: admin.ID, Name: admin.Name}); err != nil {
		return err
	}
	return w.name(ctx)
}

func (w Workspace) name(ctx context.Context) error {
	return w.Access.SetWorkspace(ctx, lake.System, access.Workspace{Name: Company, Demo: true,
		DemoNote: "演示数据：公司、人名和往来都是虚构的。Demo data: companies, people and notes are invented."})
}

// hire adds the demo's people, the owner last: a workspace that has an owner is filled.
func hire(ctx context.Context, a *access.Access) (map[string]lake.Key, error) {
	for _, team := range []string{North, South} {
		if _, err := a.CreateTeam(ctx, lake.System, team); err != nil {
			return nil, err
		}
	}
	keys := map[string]lake.Key{}
	staff := People()
	for i := len(staff) - 1; i >= 0; i-- {
		p := staff[i]
		created, err := a.CreatePerson(ctx, lake.System, access.NewPerson{Name: p.Name, Email: p.Email, Role: access.Role(p.Role), Team: p.Team, Language: "zh"})
		if err != nil {
			return nil, err
		}
		keys[p.Email] = created.ID
	}
	return keys, nil
}
