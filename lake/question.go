package lake

import "context"

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
