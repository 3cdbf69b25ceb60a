package access

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"headwater/lake"
)

// Person is someone in the users directory. Persons are values: a change makes a new one.
type Person struct {
	ID          lake.Key  `json:"id"`
	Name        string    `json:"name"`
	Email       string    `json:"email,omitempty"` // lower case; may be empty for a directory-only person
	Role        Role      `json:"role,omitempty"`  // empty: directory only
	Scope       Scope     `json:"scope,omitempty"`
	Team        string    `json:"team,omitempty"` // a team's id
	TeamName    string    `json:"-"`
	Active      bool      `json:"active"`
	Language    string    `json:"language,omitempty"` // "zh", "en" or "" (as the browser asks)
	HasPassword bool      `json:"-"`
	CreatedAt   time.Time `json:"created_at"`
	LastSeen    time.Time `json:"last_seen,omitzero"`
}

// Principal is the person as the lake knows them.
func (p Person) Principal() lake.Principal { return lake.Principal{User: p.ID, Name: p.Name} }

// person is a Person as it is kept, with the password's hash.
type person struct {
	Person
	Password string `json:"password,omitempty"`
}

func (p *person) maySignIn() bool { return p.Active && p.Role != "" }

func (a *Access) loadPeople(ctx context.Context) error {
	return each(ctx, a.registry, kindPerson, func(_ string, p person) error {
		a.keep(&p)
		return nil
	})
}

// keep puts a person into memory; a.mu is held.
func (a *Access) keep(p *person) {
	old := a.people[p.ID]
	if old != nil && a.emails[old.Email] == p.ID {
		delete(a.emails, old.Email)
	}
	a.people[p.ID] = p
	if p.Email != "" {
		a.emails[p.Email] = p.ID
	}
	if old == nil || old.standing() != p.standing() {
		a.changed()
	}
}

// drop takes a person out of memory; a.mu is held.
func (a *Access) drop(id lake.Key) {
	if old := a.people[id]; old != nil && a.emails[old.Email] == id {
		delete(a.emails, old.Email)
	}
	delete(a.people, id)
	a.changed()
}

// standing is all of a person that the directory or anybody's rights depend on.
func (p *person) standing() Person {
	q := p.Person
	q.Language, q.LastSeen = "", time.Time{}
	return q
}

// show is a person for the outside; a.mu is held.
func (a *Access) show(p *person) Person {
	out := p.Person
	out.HasPassword = p.Password != ""
	out.TeamName = a.teams[p.Team].Name
	return out
}

func (a *Access) showNow(p *person) Person {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.show(p)
}

func cleanName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || utf8.RuneCountInString(s) > 200 || !utf8.ValidString(s) {
		return "", lake.Fail(lake.ErrInvalid, "name_invalid", "A name has 1 to 200 characters.", "value", s)
	}
	return s, nil
}

func cleanEmail(s string) (string, error) {
	field := lake.Field{Name: "email", Kind: lake.Email}
	c, err := field.Canonical(s)
	return string(c), err
}

func checkLanguage(s string) error {
	if s != "" && s != "zh" && s != "en" {
		return lake.Fail(lake.ErrInvalid, "language_unknown", "A language is zh or en.", "value", s)
	}
	return nil
}
