package lake

import "context"

// Policy tells what a person may see and do, as of today.
type Policy interface {
	Rights(ctx context.Context, p Principal) (Rights, error)
	// People lists the directory that references to users point to.
	People(ctx context.Context) ([]Person, error)
	// PeopleStamp changes whenever People would answer differently.
	PeopleStamp() int64
}

// Person is an entry of the users directory.
type Person struct {
	Key   Key    `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Team  string `json:"team"`
}

// Rights are one person's rights in one workspace.
type Rights struct {
	Write      bool  // may change records
	Branch     bool  // may make branches
	Merge      bool  // may merge into a parent that is not their own branch
	Schema     bool  // may change fields
	AllBranch  bool  // sees and may close other people's private branches
	AllRows    bool  // otherwise only rows whose owner is in Owners, and rows that inherit from such
	Owners     []Key // sorted
	Masked     map[EntityName]map[FieldName]bool
	Principals Principal
}

// MaskedField tells whether the person sees the field only as "there is something".
func (r *Rights) MaskedField(e EntityName, f FieldName) bool { return r.Masked[e][f] }

// Owns tells whether rows of this owner are in scope.
func (r *Rights) Owns(owner Key) bool {
	if r.AllRows {
		return true
	}
	for _, o := range r.Owners {
		if o == owner {
			return true
		}
	}
	return false
}
