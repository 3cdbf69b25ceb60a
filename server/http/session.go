package httpapi

import (
	"context"
	"net/http"
	"time"

	"headwater/access"
	"headwater/lake"
)

// sessions are the verbs of signing in and of one's own account.
type sessions struct{ *Server }

// SessionState is what the page needs to know first.
type SessionState struct {
	User        orNull[Me]     `json:"user" doc:"Who is signed in, or null."`
	Rights      SessionRights  `json:"rights"`
	Workspace   WorkspaceState `json:"workspace"`
	SetupNeeded bool           `json:"setup_needed" doc:"Nobody owns the workspace yet; see setup."`
	Version     string         `json:"version"`
}

// Me is the person who is signed in.
type Me struct {
	ID          lake.Key     `json:"id"`
	Name        string       `json:"name"`
	Email       string       `json:"email"`
	Role        access.Role  `json:"role" enum:"owner,admin,manager,seller,viewer"`
	Scope       access.Scope `json:"scope" enum:"own,team,all"`
	Team        string       `json:"team" doc:"The team's name, or empty."`
	Language    string       `json:"language" enum:"zh,en," doc:"Empty: as the browser asks."`
	HasPassword bool         `json:"has_password"`
}

// SessionRights is what the person may do, so that the page shows no more.
type SessionRights struct {
	Write  bool `json:"write"`
	Branch bool `json:"branch"`
	Merge  bool `json:"merge"`
	Schema bool `json:"schema"`
	Admin  bool `json:"admin"`
}

// WorkspaceState is what everybody may know about the workspace.
type WorkspaceState struct {
	Name     string `json:"name"`
	Demo     bool   `json:"demo"`
	DemoNote string `json:"demo_note,omitempty"`
}

func (s sessions) register(a api) {
	route(a, operation{id: "getSession", method: http.MethodGet, path: "/session", need: NeedPublic,
		summary: "Who is signed in, and what they may do"}, s.get)
	route(a, operation{id: "signIn", method: http.MethodPost, path: "/session", need: NeedPublic,
		summary: "Sign in by e-mail address and password", errors: []int{401, 429}}, s.signIn)
	route(a, operation{id: "signInLink", method: http.MethodPost, path: "/session/link", need: NeedPublic,
		summary: "Sign in by the code of a one-time link", errors: []int{401, 429}}, s.signInLink)
	route(a, operation{id: "signOut", method: http.MethodDelete, path: "/session", need: NeedPublic, status: http.StatusNoContent,
		summary: "End the session"}, s.signOut)
	route(a, operation{id: "setup", method: http.MethodPost, path: "/setup", need: NeedPublic,
		summary: "Become the first owner with the code that the console shows", errors: []int{403, 409, 429}}, s.setup)
	route(a, operation{id: "updateMe", method: http.MethodPatch, path: "/me", need: NeedRead,
		summary: "Change one's own name, language or password", errors: []int{403, 429}}, s.updateMe)
}

// state describes the session of a person; nil: of nobody.
func (s sessions) state(ctx context.Context, p *access.Person) (SessionState, error) {
	w := s.access.Workspace()
	out := SessionState{Workspace: WorkspaceState(w), Version: s.config.Version, SetupNeeded: s.access.SetupNeeded()}
	if p == nil {
		return out, nil
	}
	r, err := s.access.Rights(ctx, p.Principal())
	if err != nil {
		return out, err
	}
	out.User.Value = &Me{ID: p.ID, Name: p.Name, Email: p.Email, Role: p.Role, Scope: p.Scope, Team: p.TeamName,
		Language: p.Language, HasPassword: p.HasPassword}
	out.Rights = SessionRights{Write: r.Write, Branch: r.Branch, Merge: r.Merge, Schema: r.Schema, Admin: p.Role.Administers()}
	return out, nil
}

func (s sessions) get(ctx context.Context, _ *nothing) (*reply[SessionState], error) {
	if id, ok := who(ctx); ok {
		return replyWith(s.state(ctx, &id.Person))
	}
	return replyWith(s.state(ctx, nil))
}

// sessionReply answers a sign-in: who it is now, and the cookie.
type sessionReply struct {
	SetCookie string `header:"Set-Cookie"`
	Body      SessionState
}

func (s sessions) begun(ctx context.Context, r *http.Request, began access.Session, err error) (*sessionReply, error) {
	if err != nil {
		return nil, err
	}
	state, err := s.state(ctx, &began.Person)
	cookie := s.cookie(r, began.Secret, int(access.SessionAge/time.Second))
	return &sessionReply{SetCookie: cookie, Body: state}, err
}

func (s sessions) cookie(r *http.Request, value string, age int) string {
	c := http.Cookie{Name: CookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure(r)}
	return c.String()
}

type signInInput struct {
	Request
	Body struct {
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"1000"`
	} `nameHint:"SignIn"`
}

func (s sessions) signIn(ctx context.Context, in *signInInput) (*sessionReply, error) {
	began, err := s.access.SignIn(ctx, in.Body.Email, in.Body.Password, s.origin(in.http))
	return s.begun(ctx, in.http, began, err)
}

type signInLinkInput struct {
	Request
	Body struct {
		Code string `json:"code" maxLength:"200"`
	} `nameHint:"SignInLink"`
}

func (s sessions) signInLink(ctx context.Context, in *signInLinkInput) (*sessionReply, error) {
	began, err := s.access.SignInLink(ctx, in.Body.Code, s.origin(in.http))
	return s.begun(ctx, in.http, began, err)
}

type setupInput struct {
	Request
	Body struct {
		Code      string `json:"code" maxLength:"100"`
		Workspace string `json:"workspace"`
		Name      string `json:"name"`
		Email     string `json:"email"`
		Password  string `json:"password"`
		Language  string `json:"language,omitempty" enum:"zh,en,"`
	} `nameHint:"Setup"`
}

func (s sessions) setup(ctx context.Context, in *setupInput) (*sessionReply, error) {
	b := in.Body
	began, err := s.access.Setup(ctx, access.NewWorkspace{Code: b.Code, Workspace: b.Workspace, Name: b.Name, Email: b.Email,
		Password: b.Password, Language: b.Language}, s.origin(in.http))
	return s.begun(ctx, in.http, began, err)
}

type requestInput struct{ Request }

type cookieReply struct {
	SetCookie string `header:"Set-Cookie"`
}

func (s sessions) signOut(ctx context.Context, in *requestInput) (*cookieReply, error) {
	if id, ok := who(ctx); ok {
		if err := s.access.SignOut(ctx, id); err != nil {
			return nil, err
		}
	}
	return &cookieReply{s.cookie(in.http, "", -1)}, nil
}

type updateMeInput struct {
	Body struct {
		Name        *string `json:"name,omitempty"`
		Language    *string `json:"language,omitempty" enum:"zh,en,"`
		Password    *string `json:"password,omitempty"`
		OldPassword string  `json:"old_password,omitempty" doc:"Needed with password, except without one or right after signing in by link."`
	} `nameHint:"UpdateMe"`
}

func (s sessions) updateMe(ctx context.Context, in *updateMeInput) (*reply[SessionState], error) {
	id, _ := who(ctx)
	p, err := s.access.ChangeMe(ctx, id, access.MyChange{Name: in.Body.Name, Language: in.Body.Language,
		Password: in.Body.Password, OldPassword: in.Body.OldPassword})
	if err != nil {
		return nil, err
	}
	return replyWith(s.state(ctx, &p))
}
