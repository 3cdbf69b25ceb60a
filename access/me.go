package access

import (
	"context"

	"headwater/lake"
)

// ChangeMe changes what people may change about themselves. A new password takes the
// old one, except without one or right after signing in by link; it ends all other sessions.
func (a *Access) ChangeMe(ctx context.Context, who Identity, c MyChange) (Person, error) {
	was, hash, err := a.changedPassword(ctx, who, c)
	if err != nil {
		return Person{}, err
	}
	a.change.Lock()
	defer a.change.Unlock()
	if hash != "" {
		if err := a.audit(ctx, who.Principal(), "password_changed", Entry{Target: string(who.Person.ID)}); err != nil {
			return Person{}, err
		}
	}
	p, err := a.amend(ctx, who.Person.ID, func(p *person) error {
		if hash != "" {
			if p.Password != was {
				return errOldPassword()
			}
			p.Password = hash
		}
		return c.apply(p)
	})
	if err != nil {
		return Person{}, err
	}
	if hash != "" { // after the change, so that a sign-in by the old one can't come between
		if err := a.endSessions(ctx, p.ID, who.session); err != nil {
			return Person{}, err
		}
	}
	return a.showNow(p), nil
}

// apply checks a change and puts it into p, but for the password.
func (c MyChange) apply(p *person) (err error) {
	if c.Name != nil {
		if p.Name, err = cleanName(*c.Name); err != nil {
			return err
		}
	}
	if c.Language != nil {
		if err = checkLanguage(*c.Language); err != nil {
			return err
		}
		p.Language = *c.Language
	}
	return nil
}

func errOldPassword() error {
	return lake.Fail(lake.ErrForbidden, "old_password_wrong", "The old password is wrong.", "field", "old_password")
}

// MyChange changes what isn't nil.
type MyChange struct {
	Name, Language, Password *string
	OldPassword              string
}

// changedPassword checks a change of the password; was and hash are the hashes of the
// old and the new one, hash is "" when it stays.
func (a *Access) changedPassword(ctx context.Context, who Identity, c MyChange) (was, hash string, err error) {
	if c.Password == nil {
		return "", "", nil
	}
	p, ok := a.person(who.Person.ID)
	if !ok {
		return "", "", errNoPerson(who.Person.ID)
	}
	if who.session == (digest{}) {
		return "", "", lake.Fail(lake.ErrForbidden, "session_needed", "A password is changed in a browser, not by a token.")
	}
	if p.Password != "" && !who.byLink {
		if wait := a.accounts.begin(p.Email); wait > 0 {
			return "", "", errTooMany(wait)
		}
		ok, _, err := a.hasher.matches(ctx, c.OldPassword, p.Password)
		if err != nil {
			return "", "", err
		}
		if !ok {
			return "", "", errOldPassword()
		}
		a.accounts.forget(p.Email)
	}
	hash, err = a.newPassword(ctx, *c.Password, p.Email)
	return p.Password, hash, err
}
