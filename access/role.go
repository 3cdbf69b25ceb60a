package access

import (
	"slices"

	"headwater/lake"
)

// Role is what a person may do; "" may nothing and can't sign in.
type Role string

// The roles, from most to least.
const (
	Owner   Role = "owner"
	Admin   Role = "admin"
	Manager Role = "manager"
	Seller  Role = "seller"
	Viewer  Role = "viewer"
)

// Roles lists all roles, from most to least.
var Roles = []Role{Owner, Admin, Manager, Seller, Viewer}

// Scope is whose records a person sees and changes.
type Scope string

// The scopes.
const (
	ScopeOwn  Scope = "own"
	ScopeTeam Scope = "team"
	ScopeAll  Scope = "all"
)

// DefaultScope is the scope of a person whose scope nobody chose.
func (r Role) DefaultScope() Scope {
	switch r {
	case Seller:
		return ScopeOwn
	case Manager:
		return ScopeTeam
	}
	return ScopeAll
}

// Administers tells whether the role may change people, fields and settings.
func (r Role) Administers() bool { return r == Owner || r == Admin }

// rights are the role's rights before scope and masks.
func (r Role) rights() lake.Rights {
	manages := r == Manager || r.Administers()
	return lake.Rights{
		Write:     manages || r == Seller,
		Branch:    manages || r == Seller,
		Merge:     manages,
		Schema:    r.Administers(),
		AllBranch: r.Administers(),
	}
}

func checkRole(r Role) error {
	if !slices.Contains(Roles, r) {
		return lake.Fail(lake.ErrInvalid, "role_unknown", "There is no role named "+string(r)+".", "role", r)
	}
	return nil
}

func checkScope(s Scope) error {
	if !slices.Contains([]Scope{ScopeOwn, ScopeTeam, ScopeAll}, s) {
		return lake.Fail(lake.ErrInvalid, "scope_unknown", "A scope is own, team or all.", "scope", s)
	}
	return nil
}
