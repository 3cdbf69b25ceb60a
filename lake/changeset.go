package lake

// ChangeSet is what compare, merge, refresh and undo have in common: per key the
// base, ours (the side that receives), theirs (the side that comes in) and the result.
type ChangeSet struct {
	Entities []EntityChanges `json:"entities"`
}

// EntityChanges are the changed records of one entity.
type EntityChanges struct {
	Entity  EntityName  `json:"entity"`
	Added   int         `json:"added"`
	Changed int         `json:"changed"`
	Deleted int         `json:"deleted"`
	Rows    []RowChange `json:"rows"`
}

// RowOp says what the incoming side did to a record.
type RowOp string

// The row operations.
const (
	RowAdded   RowOp = "added"
	RowChanged RowOp = "changed"
	RowDeleted RowOp = "deleted"
)

// RowChange is one record that differs.
type RowChange struct {
	Entity   EntityName   `json:"entity"`
	Key      Key          `json:"id"`
	Title    string       `json:"title"`
	Op       RowOp        `json:"op"`
	Cells    []CellChange `json:"cells"`
	Conflict string       `json:"conflict,omitempty"` // "", "cell", "delete_update", "update_delete", "insert_insert", "rule"; of an undo also InSource
	Rule     *Violation   `json:"rule,omitempty"`     // of a "rule" conflict
	Masked   bool         `json:"masked,omitempty"`   // some cells are hidden from the reader

	base, ours, theirs *Record
	titled             FieldName // the field that Title is of
}

// CellChange is one cell that differs.
type CellChange struct {
	Field    FieldName `json:"field"`
	Base     Cell      `json:"base"`
	Ours     Cell      `json:"ours"`
	Theirs   Cell      `json:"theirs"`
	Result   Cell      `json:"result"`
	Conflict bool      `json:"conflict,omitempty"`
	Masked   bool      `json:"masked,omitempty"`
}

// MergePolicy resolves conflicts that no Choice settles.
type MergePolicy string

// The policies: ask refuses to merge while a conflict is open; ours keeps the
// receiving side's value, theirs takes the incoming one.
const (
	Ask        MergePolicy = "ask"
	TakeOurs   MergePolicy = "ours"
	TakeTheirs MergePolicy = "theirs"
)

// Choice settles one conflict. With Field "" it settles a whole row. Ours and Theirs
// repeat what the person saw; if that has moved on, the conflict is open again.
type Choice struct {
	Entity EntityName  `json:"entity"`
	Key    Key         `json:"id"`
	Field  FieldName   `json:"field,omitempty"`
	Take   MergePolicy `json:"take"` // ours or theirs
	Ours   *Cell       `json:"ours,omitempty"`
	Theirs *Cell       `json:"theirs,omitempty"`
}

// MergeOptions steer a merge or a refresh.
type MergeOptions struct {
	Policy  MergePolicy
	Choices []Choice
	Keep    bool // leave the branch open after a merge
	Reason  string
}

// MergeResult says what a merge, refresh or undo did. Without a Revision nothing was
// written: there was nothing to do, or Conflicts are open.
type MergeResult struct {
	Revision  Revision    `json:"revision,omitempty"`
	Applied   int         `json:"applied"`   // records written
	Conflicts []RowChange `json:"conflicts"` // still open, or (undo) kept because of later work
	Kept      []RowChange `json:"kept"`      // undo only: what was left as it is, and why
}
