package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/access"
	"headwater/lake"
)

// users are the verbs of the people of a workspace.
type users struct{ *Server }

// User is a person. Only administrators see more than the directory's part.
type User struct {
	ID          lake.Key     `json:"id"`
	Name        string       `json:"name"`
	Email       string       `json:"email"`
	Team        string       `json:"team" doc:"The team's name, or empty."`
	Role        access.Role  `json:"role,omitempty" enum:"owner,admin,manager,seller,viewer" doc:"Absent: in the directory only, can't sign in."`
	Scope       access.Scope `json:"scope,omitempty" enum:"own,team,all"`
	Active      *bool        `json:"active,omitempty"`
	HasPassword *bool        `json:"has_password,omitempty"`
	LastSeen    *time.Time   `json:"last_seen,omitempty"`
}

// UserAndLink is a person and, if one was made, the path of a one-time sign-in link.
type UserAndLink struct {
	User User   `json:"user"`
	Link string `json:"link,omitempty" doc:"A path to append to the address of this server; it signs in once, within a week."`
}

func (u users) register(a api) {
	route(a, operation{id: "listUsers", method: http.MethodGet, path: "/users", need: NeedRead,
		summary: "The people; roles are for administrators"}, u.list)
	route(a, operation{id: "createUser", method: http.MethodPost, path: "/users", need: NeedAdmin,
		summary: "Add a person", errors: []int{409}}, u.create)
	route(a, operation{id: "updateUser", method: http.MethodPatch, path: "/users/{id}", need: NeedAdmin,
		summary: "Change, deactivate or reset a person", errors: []int{404, 409}}, u.update)
}

func userFor(p access.Person, full bool) User {
	out := User{ID: p.ID, Name: p.Name, Email: p.Email, Team: p.TeamName}
	if !full {
		return out
	}
	out.Role, out.Scope, out.Active, out.HasPassword = p.Role, p.Scope, &p.Active, &p.HasPassword
	if !p.LastSeen.IsZero() {
		out.LastSeen = &p.LastSeen
	}
	return out
}

func (u users) list(ctx context.Context, _ *nothing) (*reply[list[User]], error) {
	id, _ := who(ctx)
	var out []User
	for _, p := range u.access.All() {
		out = append(out, userFor(p, id.Person.Role.Administers()))
	}
	return replyWith(listOf(out), nil)
}

type createUserInput struct {
	Body struct {
		Name     string       `json:"name"`
		Email    string       `json:"email"`
		Role     access.Role  `json:"role" enum:"owner,admin,manager,seller,viewer"`
		Scope    access.Scope `json:"scope,omitempty" enum:"own,team,all" doc:"Absent: own for sellers, team for managers, else all."`
		Team     string       `json:"team,omitempty" doc:"A team's id or name."`
		Password string       `json:"password,omitempty" doc:"Absent: the answer has a sign-in link."`
	} `nameHint:"CreateUser"`
}

func (u users) create(ctx context.Context, in *createUserInput) (*reply[UserAndLink], error) {
	b, actor := in.Body, principal(ctx)
	p, err := u.access.CreatePerson(ctx, actor, access.NewPerson{Name: b.Name, Email: b.Email, Role: b.Role, Scope: b.Scope,
		Team: b.Team, Password: b.Password})
	if err != nil {
		return nil, err
	}
	out := UserAndLink{User: userFor(p, true)}
	if b.Password == "" {
		code, err := u.access.CreateLink(ctx, actor, p.ID, access.LinkAge)
		if err != nil {
			return nil, err
		}
		out.Link = LinkPath(code)
	}
	return replyWith(out, nil)
}

// LinkPath is where the page takes the code of a one-time link. The code stands
// behind the #, so that it reaches no server's log.
func LinkPath(code string) string { return "/#/sign-in?code=" + code }

type updateUserInput struct {
	ID   lake.Key `path:"id"`
	Body struct {
		Name   *string       `json:"name,omitempty"`
		Email  *string       `json:"email,omitempty"`
		Role   *access.Role  `json:"role,omitempty" enum:"owner,admin,manager,seller,viewer"`
		Scope  *access.Scope `json:"scope,omitempty" enum:"own,team,all"`
		Team   *string       `json:"team,omitempty" doc:"A team's id or name; empty: none."`
		Active *bool         `json:"active,omitempty"`
		Reset  bool          `json:"reset,omitempty" doc:"Clear the password, end all sessions, and answer with a sign-in link."`
	} `nameHint:"UpdateUser"`
}

func (u users) update(ctx context.Context, in *updateUserInput) (*reply[UserAndLink], error) {
	b, actor := in.Body, principal(ctx)
	p, err := u.access.UpdatePerson(ctx, actor, in.ID, access.PersonChange{Name: b.Name, Email: b.Email, Team: b.Team,
		Role: b.Role, Scope: b.Scope, Active: b.Active})
	if err != nil {
		return nil, err
	}
	out := UserAndLink{}
	if b.Reset {
		code, err := u.access.Reset(ctx, actor, in.ID)
		if err != nil {
			return nil, err
		}
		out.Link = LinkPath(code)
		if p, err = u.access.Person(in.ID); err != nil {
			return nil, err
		}
	}
	out.User = userFor(p, true)
	return replyWith(out, nil)
}
