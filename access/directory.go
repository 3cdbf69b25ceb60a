package access

import (
	"context"
	"strings"

	"headwater/lake"
)

// EnsurePerson finds the person whom a file names, or adds them to the directory
// without a role, so that records can point to them; they can't sign in until
// invited. An e-mail address decides when given; otherwise the name does, and the
// team settles between people of the same name. A team not yet known is added too.
func (a *Access) EnsurePerson(ctx context.Context, actor lake.Principal, name, email, team string) (Person, bool, error) {
	name, err := cleanName(name)
	if err != nil {
		return Person{}, false, err
	}
	if email, err = cleanEmail(email); err != nil {
		return Person{}, false, err
	}
	a.change.Lock()
	defer a.change.Unlock()
	if p, err := a.find(name, email, team); p != nil || err != nil {
		return a.showFound(p), false, err
	}
	if err := a.mayAddPeople(actor); err != nil {
		return Person{}, false, err
	}
	var out Person
	created := false
	err = a.alone(ctx, func() error {
		if p, err := a.find(name, email, team); p != nil || err != nil { // another node was faster
			out = a.showFound(p)
			return err
		}
		p := &person{Person: Person{ID: lake.NewKey(), Name: name, Email: email, Active: true, CreatedAt: a.now().UTC()}}
		if p.Team, err = a.ensureTeam(ctx, actor, team); err != nil {
			return err
		}
		out, err = a.add(ctx, actor, "person_listed", p)
		created = err == nil
		return err
	})
	return out, created, err
}

func (a *Access) showFound(p *person) Person {
	if p == nil {
		return Person{}
	}
	return a.showNow(p)
}

// find looks a person up by e-mail address, or else by name.
func (a *Access) find(name, email, team string) (*person, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if email != "" {
		return a.people[a.emails[email]], nil
	}
	var named, teammates []*person
	for _, p := range a.people {
		if !strings.EqualFold(p.Name, name) {
			continue
		}
		named = append(named, p)
		if team != "" && strings.EqualFold(a.teams[p.Team].Name, strings.TrimSpace(team)) {
			teammates = append(teammates, p)
		}
	}
	switch {
	case len(named) == 1:
		return named[0], nil
	case len(teammates) == 1:
		return teammates[0], nil
	case len(named) > 1:
		return nil, lake.Fail(lake.ErrConflict, "person_ambiguous", "Several people have this name.", "name", name, "count", len(named))
	}
	return nil, nil
}

// mayAddPeople lets managers and above add people to the directory.
func (a *Access) mayAddPeople(actor lake.Principal) error {
	if actor.IsSystem() {
		return nil
	}
	if p, ok := a.person(actor.User); !ok || !p.Active || !p.Role.rights().Merge {
		return lake.Fail(lake.ErrForbidden, "people_forbidden", "Adding people takes a manager or an administrator.")
	}
	return nil
}

// Directory is the people of a workspace as imports see them: found or added by name.
type Directory struct{ Access *Access }

// EnsurePerson is Access.EnsurePerson, of which imports need the key only.
func (d Directory) EnsurePerson(ctx context.Context, actor lake.Principal, name, email, team string) (lake.Key, bool, error) {
	p, created, err := d.Access.EnsurePerson(ctx, actor, name, email, team)
	return p.ID, created, err
}
