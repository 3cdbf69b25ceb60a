package lake

import "time"

// BranchState tells whether a branch can still be written.
type BranchState string

// The states of a branch: open → merged or discarded, never back.
const (
	BranchOpen      BranchState = "open"
	BranchMerged    BranchState = "merged"
	BranchDiscarded BranchState = "discarded"
)

// Branch is a line of revisions. Its Fork moves forward when it is refreshed.
type Branch struct {
	ID        BranchID    `json:"id"`
	Name      string      `json:"name"`
	Parent    BranchID    `json:"parent"`
	Fork      Revision    `json:"fork"` // the parent's revision that it sees now
	Owner     Key         `json:"owner"`
	Shared    bool        `json:"shared"` // others with the right to write may see it
	State     BranchState `json:"state"`
	CreatedAt time.Time   `json:"created_at"`
	Note      string      `json:"note,omitempty"`
	// Pins are the states in which the branch sees entities whose homes would float
	// otherwise. They are made with the branch and never change.
	Pins map[EntityName]CopyOf `json:"pins,omitempty"`
}

// Fork says that from revision From on, Branch sees its parent at revision At.
// A branch has one at its creation and one more with each refresh.
type Fork struct {
	Branch BranchID
	From   Revision
	At     Revision
}

// Segment is one step of a lineage: a branch up to and including a revision.
type Segment struct {
	Branch BranchID
	Upto   Revision
}

// Lineage is the way from a branch to main; the nearest segment that has a version
// of a key decides. The last segment is always main's.
type Lineage []Segment

// Intent is why a revision is written.
type Intent struct {
	Kind   string // "write", "import", "merge", "refresh", "undo", "schema", "branch"
	Reason string
	Import string   // all revisions of one import carry its id
	Undoes Revision // of an undo
	Source BranchID // of a merge: the branch that was merged; of a refresh: the parent
}

// RevisionInfo is what is recorded about a committed write.
type RevisionInfo struct {
	Rev       Revision
	Branch    BranchID
	At        time.Time // UTC
	Actor     Key       // empty for the system
	ActorName string
	RequestID string
	Intent
	Changes map[EntityName]int // versions written, by entity
}
