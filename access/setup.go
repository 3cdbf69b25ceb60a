package access

import (
	"context"
	"crypto/subtle"
	"strings"

	"headwater/lake"
)

// Workspace is what the page shows about the workspace itself.
type Workspace struct {
	Name     string `json:"name"`
	Demo     bool   `json:"demo,omitempty"`
	DemoNote string `json:"demo_note,omitempty"`
}

const settingWorkspace = "workspace" // the id of its document

func (a *Access) loadWorkspace(ctx context.Context) error {
	return ignoreMissing(a.registry.Load(ctx, kindSetting, settingWorkspace, &a.workspace))
}

// Workspace tells the workspace's name and whether it holds demo data.
func (a *Access) Workspace() Workspace {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.workspace
}

// SetWorkspace replaces it.
func (a *Access) SetWorkspace(ctx context.Context, actor lake.Principal, w Workspace) error {
	a.change.Lock()
	defer a.change.Unlock()
	if err := a.requireAdmin(actor); err != nil {
		return err
	}
	return a.setWorkspace(ctx, actor, w)
}

func (a *Access) setWorkspace(ctx context.Context, actor lake.Principal, w Workspace) (err error) {
	if w.Name, err = cleanName(w.Name); err != nil {
		return err
	}
	if err := a.audit(ctx, actor, "workspace_changed", Entry{Detail: map[string]string{"name": w.Name}}); err != nil {
		return err
	}
	if err := a.registry.Save(ctx, kindSetting, settingWorkspace, w); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.workspace = w
	return nil
}

// SetupNeeded tells whether nobody owns the workspace yet.
func (a *Access) SetupNeeded() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, p := range a.people {
		if p.Role == Owner && p.Active {
			return false
		}
	}
	return true
}

// SetupCode is the code that makes its holder the first owner, or "" when there is
// an owner. The console shows it; it changes with each start.
func (a *Access) SetupCode() string {
	if !a.SetupNeeded() {
		return ""
	}
	return a.setupCode
}

// NewWorkspace describes the first owner and the workspace.
type NewWorkspace struct {
	Code                            string
	Workspace                       string
	Name, Email, Password, Language string
}

// Setup makes the first owner and signs them in.
func (a *Access) Setup(ctx context.Context, n NewWorkspace, from Origin) (Session, error) {
	if err := a.attempt("", from); err != nil {
		return Session{}, err
	}
	if !a.SetupNeeded() {
		return Session{}, errSetupDone()
	}
	code := strings.ToUpper(strings.TrimSpace(n.Code))
	if subtle.ConstantTimeCompare([]byte(code), []byte(a.setupCode)) != 1 {
		return Session{}, lake.Fail(lake.ErrForbidden, "setup_code_wrong", "This isn't the code that the console shows.", "field", "code")
	}
	if n.Password == "" {
		return Session{}, lake.Fail(lake.ErrInvalid, "password_short", "A password has at least 8 characters.", "field", "password")
	}
	p, err := a.newPerson(ctx, NewPerson{Name: n.Name, Email: n.Email, Role: Owner, Password: n.Password, Language: n.Language})
	if err != nil {
		return Session{}, err
	}
	a.change.Lock()
	defer a.change.Unlock()
	err = a.alone(ctx, func() error {
		if !a.SetupNeeded() {
			return errSetupDone()
		}
		if err := a.setWorkspace(ctx, p.Principal(), Workspace{Name: n.Workspace}); err != nil {
			return err
		}
		_, err := a.add(ctx, p.Principal(), "workspace_set_up", p)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	a.addresses.forgive(addressKey(from.Address))
	return a.begin(ctx, p, p.Password, from, false)
}

func errSetupDone() error {
	return lake.Fail(lake.ErrConflict, "setup_done", "The workspace has an owner already.")
}
