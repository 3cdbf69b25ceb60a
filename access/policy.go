package access

import (
	"context"
	"slices"
	"strings"

	"headwater/lake"
)

var _ lake.Policy = (*Access)(nil)

// Rights tells what a person may see and do today. Callers only read the answer.
func (a *Access) Rights(_ context.Context, p lake.Principal) (lake.Rights, error) {
	if p.IsSystem() {
		all := Owner.rights()
		all.AllRows, all.Principals = true, p
		return all, nil
	}
	a.mu.RLock()
	r, ok := a.rights[p.User]
	a.mu.RUnlock()
	if ok {
		return r, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	who, ok := a.people[p.User]
	if !ok || !who.maySignIn() {
		return lake.Rights{}, lake.Fail(lake.ErrForbidden, "person_inactive", "This person isn't active.", "id", p.User)
	}
	r = a.rightsOf(who)
	a.rights[p.User] = r
	return r, nil
}

func (a *Access) rightsOf(p *person) lake.Rights {
	r := p.Role.rights()
	r.Principals = p.Principal()
	r.Masked = a.masked(p.Role)
	switch p.Scope {
	case ScopeAll:
		r.AllRows = true
	case ScopeTeam:
		r.Owners = a.teammates(p)
	default:
		r.Owners = []lake.Key{p.ID}
	}
	return r
}

// teammates are all people of p's team, former ones too, sorted; at least p.
func (a *Access) teammates(p *person) []lake.Key {
	out := []lake.Key{p.ID}
	for _, q := range a.people {
		if q.ID != p.ID && p.Team != "" && q.Team == p.Team {
			out = append(out, q.ID)
		}
	}
	slices.Sort(out)
	return out
}

// People lists the users directory, by name. Callers only read the answer.
func (a *Access) People(context.Context) ([]lake.Person, error) {
	a.mu.RLock()
	known := a.directory
	a.mu.RUnlock()
	if known != nil {
		return known, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.directory = make([]lake.Person, 0, len(a.people))
	for _, p := range a.people {
		a.directory = append(a.directory, lake.Person{Key: p.ID, Name: p.Name, Email: p.Email, Team: a.teams[p.Team].Name})
	}
	slices.SortFunc(a.directory, func(x, y lake.Person) int {
		if c := strings.Compare(x.Name, y.Name); c != 0 {
			return c
		}
		return strings.Compare(string(x.Key), string(y.Key))
	})
	return a.directory, nil
}

// PeopleStamp changes with every change of people, teams or masks.
func (a *Access) PeopleStamp() int64 { return a.stamp.Load() }
