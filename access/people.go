package access

import (
	"context"
	"slices"
	"strings"

	"headwater/lake"
)

// NewPerson describes a person to add. Without Password the person signs in by link first.
type NewPerson struct {
	Name, Email string
	Role        Role
	Scope       Scope  // "" takes the role's default
	Team        string // a team's id or name
	Password    string
	Language    string
}

// PersonChange changes what isn't nil.
type PersonChange struct {
	Name, Email, Team *string
	Role              *Role
	Scope             *Scope
	Active            *bool
}

// All lists everybody, by name.
func (a *Access) All() []Person {
	a.mu.RLock()
	defer a.mu.RUnlock()
	out := make([]Person, 0, len(a.people))
	for _, p := range a.people {
		out = append(out, a.show(p))
	}
	seen := a.lastSeen()
	for i := range out {
		if t := seen[out[i].ID]; t.After(out[i].LastSeen) {
			out[i].LastSeen = t
		}
	}
	slices.SortFunc(out, func(x, y Person) int {
		if c := strings.Compare(x.Name, y.Name); c != 0 {
			return c
		}
		return strings.Compare(string(x.ID), string(y.ID))
	})
	return out
}

// Person finds one person.
func (a *Access) Person(id lake.Key) (Person, error) {
	p, ok := a.person(id)
	if !ok {
		return Person{}, errNoPerson(id)
	}
	return a.showNow(p), nil
}

// ByEmail finds a person by e-mail address, in any case.
func (a *Access) ByEmail(email string) (Person, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	p, ok := a.people[a.emails[foldEmail(email)]]
	if !ok {
		return Person{}, lake.Fail(lake.ErrNotFound, "person_unknown", "Nobody has this e-mail address.", "email", email)
	}
	return a.show(p), nil
}

// CreatePerson adds a person who may sign in.
func (a *Access) CreatePerson(ctx context.Context, actor lake.Principal, n NewPerson) (Person, error) {
	if err := a.requireAdmin(actor); err != nil {
		return Person{}, err
	}
	p, err := a.newPerson(ctx, n)
	if err != nil {
		return Person{}, err
	}
	a.change.Lock()
	defer a.change.Unlock()
	var added Person
	err = a.alone(ctx, func() (err error) {
		if err = a.mayGrant(actor, p.Role); err != nil {
			return err
		}
		if p.Team, err = a.teamID(n.Team); err == nil {
			added, err = a.add(ctx, actor, "person_added", p)
		}
		return err
	})
	return added, err
}

// newPerson checks all that can be checked without a lock, and hashes the password.
func (a *Access) newPerson(ctx context.Context, n NewPerson) (*person, error) {
	p := &person{Person: Person{ID: lake.NewKey(), Role: n.Role, Scope: n.Scope, Active: true, Language: n.Language, CreatedAt: a.now().UTC()}}
	var err error
	if p.Name, err = cleanName(n.Name); err != nil {
		return nil, err
	}
	if p.Email, err = cleanEmail(n.Email); err != nil {
		return nil, err
	}
	if p.Email == "" {
		return nil, lake.Fail(lake.ErrInvalid, "email_needed", "Whoever signs in needs an e-mail address.")
	}
	if err = checkRole(n.Role); err != nil {
		return nil, err
	}
	if p.Scope == "" {
		p.Scope = n.Role.DefaultScope()
	}
	if err = checkScope(p.Scope); err != nil {
		return nil, err
	}
	if err = checkLanguage(n.Language); err != nil {
		return nil, err
	}
	if n.Password != "" {
		p.Password, err = a.newPassword(ctx, n.Password, p.Email)
	}
	return p, err
}

// add saves a new person; called within alone.
func (a *Access) add(ctx context.Context, actor lake.Principal, action string, p *person) (Person, error) {
	if err := a.emailFree(p.Email, p.ID); err != nil {
		return Person{}, err
	}
	if err := a.audit(ctx, actor, action, Entry{Target: string(p.ID), Detail: describe(p)}); err != nil {
		return Person{}, err
	}
	if err := a.registry.Create(ctx, kindPerson, string(p.ID), p); err != nil {
		return Person{}, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keep(p)
	return a.show(p), nil
}

func (a *Access) emailFree(email string, id lake.Key) error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if holder, taken := a.emails[email]; taken && email != "" && holder != id {
		return lake.Fail(lake.ErrConflict, "email_taken", "Somebody has this e-mail address already.", "email", email)
	}
	return nil
}

// mayGrant lets only owners (and the system) make or change owners.
func (a *Access) mayGrant(actor lake.Principal, roles ...Role) error {
	if actor.IsSystem() || !slices.Contains(roles, Owner) {
		return nil
	}
	if p, ok := a.person(actor.User); !ok || p.Role != Owner {
		return lake.Fail(lake.ErrForbidden, "owner_needed", "Only an owner may make or change an owner.")
	}
	return nil
}

// UpdatePerson changes a person. It acts on their next request; who was deactivated
// or lost their role is signed out everywhere.
func (a *Access) UpdatePerson(ctx context.Context, actor lake.Principal, id lake.Key, c PersonChange) (Person, error) {
	a.change.Lock()
	defer a.change.Unlock()
	var p *person
	err := a.alone(ctx, func() (err error) {
		p, err = a.update(ctx, actor, id, c)
		return err
	})
	if err != nil {
		return Person{}, err
	}
	if !p.maySignIn() {
		if err := a.endSessions(ctx, id, digest{}); err != nil {
			return Person{}, err
		}
	}
	return a.showNow(p), nil
}

// update checks and makes a change of a person; called within alone.
func (a *Access) update(ctx context.Context, actor lake.Principal, id lake.Key, c PersonChange) (*person, error) {
	if err := a.requireAdmin(actor); err != nil {
		return nil, err
	}
	old, ok := a.person(id)
	if !ok {
		return nil, errNoPerson(id)
	}
	p := *old
	if err := a.apply(&p, c); err != nil {
		return nil, err
	}
	if err := a.mayGrant(actor, old.Role, p.Role); err != nil {
		return nil, err
	}
	if err := a.emailFree(p.Email, id); err != nil {
		return nil, err
	}
	if err := a.ownerRemains(old, &p); err != nil {
		return nil, err
	}
	if err := a.audit(ctx, actor, "person_changed", Entry{Target: string(id), Detail: describe(&p)}); err != nil {
		return nil, err
	}
	return a.amend(ctx, id, func(now *person) error { return a.apply(now, c) })
}

// apply checks a change and puts it into p.
func (a *Access) apply(p *person, c PersonChange) (err error) {
	if c.Name != nil {
		if p.Name, err = cleanName(*c.Name); err != nil {
			return err
		}
	}
	if c.Email != nil {
		if p.Email, err = cleanEmail(*c.Email); err != nil {
			return err
		}
	}
	if c.Team != nil {
		if p.Team, err = a.teamID(*c.Team); err != nil {
			return err
		}
	}
	if c.Role != nil {
		if err = checkRole(*c.Role); err != nil {
			return err
		}
		if p.Role != *c.Role {
			p.Role, p.Scope = *c.Role, c.Role.DefaultScope()
		}
	}
	if c.Scope != nil {
		if err = checkScope(*c.Scope); err != nil {
			return err
		}
		p.Scope = *c.Scope
	}
	if c.Active != nil {
		p.Active = *c.Active
	}
	if p.Role != "" && p.Email == "" {
		return lake.Fail(lake.ErrInvalid, "email_needed", "Whoever signs in needs an e-mail address.")
	}
	return nil
}

// ownerRemains refuses a change that would leave the workspace without an active owner.
func (a *Access) ownerRemains(old, changed *person) error {
	if old.Role != Owner || !old.Active || changed.Role == Owner && changed.Active {
		return nil
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, p := range a.people {
		if p.ID != old.ID && p.Role == Owner && p.Active {
			return nil
		}
	}
	return lake.Fail(lake.ErrConflict, "last_owner", "The workspace would be left without an active owner.")
}

func describe(p *person) map[string]string {
	out := map[string]string{"name": p.Name, "role": string(p.Role), "scope": string(p.Scope)}
	if p.Email != "" {
		out["email"] = p.Email
	}
	if !p.Active {
		out["active"] = "false"
	}
	return out
}
