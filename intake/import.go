package intake

import (
	"time"

	"headwater/lake"
	"headwater/source/tabular"
)

// State is where an import stands; see the package's picture.
type State string

// The states of an import.
const (
	Running     State = "running"
	Done        State = "done"
	Failed      State = "failed"
	Cancelled   State = "cancelled"
	Interrupted State = "interrupted" // the process ended before the import did
	Undone      State = "undone"
)

// Import is one run of a plan over a file.
type Import struct {
	ID         string          `json:"id"`
	State      State           `json:"state"`
	Entity     lake.EntityName `json:"entity"`
	Branch     string          `json:"branch"`
	File       string          `json:"file"`
	StartedAt  time.Time       `json:"started_at"`
	FinishedAt *time.Time      `json:"finished_at,omitempty"`
	Actor      lake.Key        `json:"actor,omitempty"`
	ActorName  string          `json:"actor_name"`
	Counts
	TotalBytes  int64           `json:"total_bytes"`
	DoneBytes   int64           `json:"done_bytes"`
	Rate        float64         `json:"rate"`         // rows a second
	SecondsLeft float64         `json:"seconds_left"` // as far as one can tell
	Linking     bool            `json:"linking,omitempty"`
	Revisions   []lake.Revision `json:"revisions,omitempty"`
	// Revision is the newest one, 0 when nothing was written.
	Revision lake.Revision `json:"revision,omitempty"`
	Error    *Failure      `json:"error,omitempty"`
}

// Failure is why an import stopped, as people are told it.
type Failure struct {
	Code   string            `json:"code"`
	Detail string            `json:"detail"`
	Params map[string]string `json:"params,omitempty"`
}

// document is an import as it is kept, with what it needs to go on.
type document struct {
	Import
	BranchID lake.BranchID `json:"branch_id"`
	Plan     Plan          `json:"plan"`
	Source   source        `json:"source"`
	Mark     mark          `json:"mark"`
	lease
}

// lease says who works on an import.
type lease struct {
	Node    string    `json:"node,omitempty"`    // whose directory holds file and journal
	Process string    `json:"process,omitempty"` // of that node
	Attempt int       `json:"attempt,omitempty"` // counts how often it was begun or resumed
	Lease   time.Time `json:"lease,omitzero"`    // when it counts as interrupted unless renewed
	Stop    bool      `json:"stop,omitempty"`    // somebody asked another node to stop it
}

// source is the file of an import.
type source struct {
	Path    string           `json:"path"`
	Print   string           `json:"print"`
	Sniffed *tabular.Sniffed `json:"sniffed"` // without its sample
}

// mark is how far an import has come. Everything up to it is committed, everything
// behind it isn't.
type mark struct {
	Batches  int           `json:"batches"` // revisions that the import has written
	Rows     int64         `json:"rows"`    // rows of the file that are dealt with
	Linked   int64         `json:"linked"`  // self references that are dealt with
	Rejects  int64         `json:"rejects"` // bytes of the file of rejected rows
	Later    int64         `json:"later"`   // bytes of the file of self references
	Revision lake.Revision `json:"revision"`
	Counts   Counts        `json:"counts"`
	Bytes    int64         `json:"bytes"`
}

// show is the import as others see it.
func (d *document) show() Import {
	i := d.Import
	i.Counts = d.Mark.Counts.clone()
	i.DoneBytes, i.Revision = d.Mark.Bytes, d.Mark.Revision
	if i.State == Done {
		i.DoneBytes = i.TotalBytes
	}
	return i
}
