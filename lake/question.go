package lake

import (
	"context"
	"time"
)

// Engine answers questions over a View. It is a cache of the store: deleting it
// loses nothing.
type Engine interface {
	// Ask answers a typed question.
	Ask(ctx context.Context, v View, q Question) (*Answer, error)
	// SQL runs one SELECT written by a person; it can read nothing but the view's
	// entities. Rows stream to fn; a false return stops.
	SQL(ctx context.Context, v View, text string, sink SQLSink) error
	// Search finds records by words, substrings or pinyin (initials or whole).
	Search(ctx context.Context, v View, words string, limit int) ([]Hit, error)
	// Base reads records from under an entity's overlay, without row scope; see BaseQuery.
	Base(ctx context.Context, v View, entity EntityName, q BaseQuery, fn func(Record) error) error
	// Copy writes an entity's rows as the view sees them (its overlay left out when
	// baseOnly) to a new Parquet file, with one column per field and the key in "id". With
	// above, only rows whose field is above a value.
	Copy(ctx context.Context, v View, entity EntityName, c CopyOrder) (CopyDone, error)
	// Explain tells how a SELECT, or a question, would be answered, and runs it to count.
	Explain(ctx context.Context, v View, text string, q *Question) (*Explained, error)
	// Shape gives the names and types of a SELECT's columns without running it, and the
	// entities and fields that it reads.
	Shape(ctx context.Context, v View, text string) (*Shaped, error)
	// Mark tells which of some conditions hold for each record.
	Mark(ctx context.Context, v View, m Marking, fn func(Marked) error) error
	// Profile describes the values of one field.
	Profile(ctx context.Context, v View, entity EntityName, field FieldName) (*Profile, error)
	// Sync applies what the engine lacks up to the store's head.
	Sync(ctx context.Context) error
	Close() error
}

// View is what an engine may show: a lineage, its schema, and one person's rights.
type View struct {
	Branch  BranchID
	Lineage Lineage
	Head    bool // the lineage is (or was, when the reader was made) the head of Branch
	Schema  *Schema
	Rights  *Rights
	// Copies are read instead of the bases of these entities: pins of the branch, and
	// kept copies.
	Copies map[EntityName]CopyOf
	// Past gives the view of another revision (or the last one before a time) with the
	// same rights, for AT in SQL. nil: AT can't be used.
	Past func(ctx context.Context, rev Revision, at time.Time) (View, error)
	// Elsewhere gives the view of a branch as of a revision, for clones of native entities.
	Elsewhere func(ctx context.Context, b BranchID, r Revision) (View, error)
}

// CopyOf is a kept state of an entity's base: a Parquet file of the copies' directory,
// or a state that the source itself keeps.
type CopyOf struct {
	ID     string    `json:"id,omitempty"`  // the file is ID.parquet
	Pin    string    `json:"pin,omitempty"` // instead of a file: Scan.Pin
	At     time.Time `json:"at"`            // when its rows were read
	Pinned bool      `json:"pinned,omitempty"`
	Rows   int64     `json:"rows"`
	Read   int64     `json:"read,omitempty"` // how many rows came from the home itself to make it
	Bytes  int64     `json:"bytes"`
	High   string    `json:"high,omitempty"` // the largest value of the home's high-water field
	// Whole is when all rows were read last; At is later where only what lay above the
	// high-water mark has been read since. Zero: not known.
	Whole time.Time `json:"whole,omitzero"`
}

// BaseQuery selects records of a base: by keys, by the values of a field, or all.
type BaseQuery struct {
	Keys   []Key
	Field  FieldName
	Values []Cell
}

// CopyOrder says what Copy writes.
type CopyOrder struct {
	ID        string    // of the new copy
	Previous  string    // with HighWater: the copy that is brought up to date; only what lies above High is read
	HighWater FieldName // "": everything is read
	High      string
	BaseOnly  bool
}

// CopyDone says what Copy wrote, and how much of it came from the home itself.
type CopyDone struct {
	Rows, Read, Bytes int64
	High              string
}

// Shaped is what a SELECT gives and what it needs.
type Shaped struct {
	Columns []SourceColumn
	Reads   []Reading
}

// Reading is a field that a column of a SELECT comes from; Column "" is for conditions
// and joins.
type Reading struct {
	Column string     `json:"column,omitempty"`
	Entity EntityName `json:"entity"`
	Field  FieldName  `json:"field"`
}

// Profile describes the values of a field.
type Profile struct {
	Rows     int64     `json:"rows"`
	Nulls    int64     `json:"nulls"`
	Distinct int64     `json:"distinct"` // approximate above 10,000
	Min      string    `json:"min"`
	Max      string    `json:"max"`
	Mean     string    `json:"mean,omitempty"`
	Top      []Counted `json:"top"`       // the most frequent values
	Bins     []Counted `json:"histogram"` // of numbers and times: up to 20 equal ranges, by their lower end
	At       time.Time `json:"at"`
}

// Counted is a value and how often it occurs.
type Counted struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// Explained tells how a question was answered.
type Explained struct {
	Steps []Step        `json:"steps"` // the tree, children behind their parents by Depth
	Took  time.Duration `json:"took"`
	Rows  int64         `json:"rows"`
}

// Step is one step of an answer. Code is a stable word (scan_source, scan_files,
// scan_mirror, scan_copy, scan_past, overlay, derived, clone, engine …) that the page
// and the command line have sentences for.
type Step struct {
	Depth     int           `json:"depth"`
	Code      string        `json:"code"`
	Entity    EntityName    `json:"entity,omitempty"`
	Source    string        `json:"source,omitempty"`
	Table     string        `json:"table,omitempty"`
	Columns   []string      `json:"columns,omitempty"`
	Pushed    []string      `json:"pushed,omitempty"` // conditions that the source applied, as text
	Stayed    []Stayed      `json:"stayed,omitempty"` // those that it didn't, and why
	Rows      int64         `json:"rows"`             // that came from it; -1: not counted
	Bytes     int64         `json:"bytes"`
	Took      time.Duration `json:"took"`
	Statement string        `json:"statement,omitempty"`
	At        time.Time     `json:"at,omitzero"` // how old what was read is
	Note      string        `json:"note,omitempty"`
}

// Stayed is a condition that was tested here and not in the source.
type Stayed struct {
	Condition string `json:"condition"`
	Why       string `json:"why"`
}

// Question asks for records, totals and groups of one entity.
type Question struct {
	Entity EntityName
	Fields []Path  // what to return, nothing else is read; id comes always
	Where  Expr    // nil: all
	Order  []Order // id is always added as the last one
	After  []Cell  // keyset: the values of Order (and id) of the last row seen
	Limit  int     // 0: no rows, only Total, Sums and Groups
	Total  bool    // count what matches, After ignored
	Sums   []FieldName
	Group  []FieldName // with Group, Answer.Groups holds a count and the Sums per group
}

// Path is a field, or a field of the record that a reference points to: ["account","industry"].
type Path []FieldName

// String joins with dots.
func (p Path) String() string {
	s := ""
	for i, n := range p {
		if i > 0 {
			s += "."
		}
		s += string(n)
	}
	return s
}

// Order is one sort criterion. Empty cells come last in either direction. Text sorts
// in pinyin order, enums in the order of their options, references by the title of
// the record they point to.
type Order struct {
	Path Path
	Desc bool
}

// Answer holds rows in the asked order.
type Answer struct {
	Rows   []AnswerRow
	Total  int64
	Sums   map[FieldName][]Cell // money: one sum per currency; numbers: one
	Groups []Group
	More   bool // there are rows after the last one
}

// AnswerRow is one record: Cells lie beside Question.Fields.
type AnswerRow struct {
	Key   Key
	Rev   Revision
	Cells []Cell
	After []Cell // hand it back as Question.After to go on behind this row
}

// Group is one group of a grouped question.
type Group struct {
	Values []Cell
	Count  int64
	Sums   map[FieldName][]Cell
}

// Hit is one search result.
type Hit struct {
	Entity  EntityName `json:"entity"`
	Key     Key        `json:"id"`
	Title   string     `json:"title"`
	Field   FieldName  `json:"field"`   // where the words were found
	Excerpt string     `json:"excerpt"` // the surrounding text, where it isn't the title
	Score   float64    `json:"score"`
}

// SQLSink receives the result of a SELECT.
type SQLSink interface {
	Columns(names, types []string) error
	// Row gets canonical values: nil, bool, int64, float64, string, or a nested []any / map[string]any.
	Row(values []any) error
}

// Expr is a condition on a record. Conditions are two-valued: comparing an empty
// cell is false, and Not makes it true.
type Expr interface{ expr() }

type (
	// And holds when all hold; an empty And always holds.
	And []Expr
	// Or holds when one holds; an empty Or never does.
	Or []Expr
	// Not holds when E doesn't.
	Not struct{ E Expr }
	// Compare compares a field with a value of its kind.
	Compare struct {
		Path  Path
		Op    Op
		Value Cell
	}
	// In holds when the field equals one of the values.
	In struct {
		Path   Path
		Values []Cell
	}
	// Present holds when the field isn't empty.
	Present struct{ Path Path }
)

func (And) expr()     {}
func (Or) expr()      {}
func (Not) expr()     {}
func (Compare) expr() {}
func (In) expr()      {}
func (Present) expr() {}

// Op compares.
type Op string

// The comparisons. NE is the negation of EQ, so it holds for empty cells. Has looks
// for a substring without regard to case (text kinds only). For money, the ordering
// operators compare amounts; a value without a currency ("1000") compares amounts only.
const (
	EQ  Op = "="
	NE  Op = "!="
	LT  Op = "<"
	LE  Op = "<="
	GT  Op = ">"
	GE  Op = ">="
	Has Op = ":"
)
