package demo

import (
	"context"
	"time"

	"headwater/access"
	"headwater/lake"
)

// OwnerEmail is the address of the demo's owner.
const OwnerEmail = "lin.ruochuan@" + domain

// Fill makes the demo of an empty workspace: its name, people, teams and records.
func Fill(ctx context.Context, l *lake.Lake, a *access.Access, now time.Time) error {
	people, err := hire(ctx, a)
	if err != nil {
		return err
	}
	if _, err = Load(ctx, l, Seed, now, people); err != nil {
		return err
	}
	return a.SetWorkspace(ctx, lake.System, access.Workspace{Name: Company, Demo: true,
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
