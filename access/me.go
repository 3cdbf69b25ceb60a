package access

import (
	"context"

	"headwater/lake"
)

// ChangeMe changes what people may change about themselves. A new password takes the
// old one, except without one or right after signing in by link; it ends all other sessions.
func (a *Access) ChangeMe(ctx context.Context, who Identity, c MyChange) (Person, error) {
	hash, err := a.changedPassword(ctx, who, c)
	if err != nil {
		return Person{}, err
	}
	a.change.Lock()
	defer a.change.Unlock()
	old, ok := a.person(who.Person.ID)
	if !ok {
		return Person{}, errNoPerson(who.Person.ID)
	}
	p := *old
	if c.Name != nil {
		if p.Name, err = cleanName(*c.Name); err != nil {
			return Person{}, err
		}
	}
	if c.Language != nil {
		if err = checkLanguage(*c.Language); err != nil {
			return Person{}, err
		}
		p.Language = *c.Language
	}
	if hash != "" {
		p.Password = hash
		if err := a.audit(ctx, who.Principal(), "password_changed", Entry{Target: string(p.ID)}); err != nil {
			return Person{}, err
		}
		if err := a.endSessions(ctx, p.ID, who.session); err != nil {
			return Person{}, err
		}
	}
	if err := a.save(ctx, &p); err != nil {
		return Person{}, err
	}
	return a.showNow(&p), nil
}

// MyChange changes what isn't nil.
type MyChange struct {
	Name, Language, Password *string
	OldPassword              string
}

func (a *Access) changedPassword(ctx context.Context, who Identity, c MyChange) (string, error) {
	if c.Password == nil {
		return "", nil
	}
	p, ok := a.person(who.Person.ID)
	if !ok {
		return "", errNoPerson(who.Person.ID)
	}
	if who.session == (digest{}) {
		return "", lake.Fail(lake.ErrForbidden, "session_needed", "A password is changed in a browser, not by a token.")
	}
	if p.Password != "" && !who.byLink {
		if wait := a.accounts.begin(p.Email); wait > 0 {
			return "", errTooMany(wait)
		}
		ok, _, err := a.hasher.matches(ctx, c.OldPassword, p.Password)
		if err != nil {
			return "", err
		}
		if !ok {
			return "", lake.Fail(lake.ErrForbidden, "old_password_wrong", "The old password is wrong.", "field", "old_password")
		}
		a.accounts.forget(p.Email)
	}
	return a.newPassword(ctx, *c.Password, p.Email)
}
