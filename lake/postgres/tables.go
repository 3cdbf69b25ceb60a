package postgres

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"headwater/lake"
)

// tables knows which physical column holds a field. A field is its name and its
// kind: when two branches give a name different kinds, each has a column.
type tables struct {
	mu    sync.RWMutex
	known map[lake.EntityName]*table
}

type table struct {
	columns map[columnKey]string
	all     []string // every physical column, sorted
	shapes  sync.Map // *lake.Entity → *shape
}

type columnKey struct {
	field lake.FieldName
	kind  lake.Kind
}

// shape is how one schema version of an entity lies in its tables.
type shape struct {
	current, versions string // quoted table names
	fields            []lake.FieldName
	column            map[lake.FieldName]string // quoted; fields that were never stored have none
	integer           []bool                    // beside fields: a BIGINT
	number            map[lake.FieldName]bool   // so too
	selectList        string
	all               string           // every physical column, quoted, joined
	stored            []lake.FieldName // those that have a column; inserts give them all, so that they share a statement
	insertCurrent     string
	insertVersion     string
	copyCurrent       *copying
	copyVersion       *copying
}

func (t *tables) load(ctx context.Context, db source) error {
	known := map[lake.EntityName]*table{}
	err := db.few(ctx, "SELECT entity, field, kind, name FROM hw_columns", nil, func(raw [][]byte) error {
		e, f, k, name := lake.EntityName(raw[0]), lake.FieldName(raw[1]), lake.Kind(raw[2]), string(raw[3])
		tb := known[e]
		if tb == nil {
			tb = &table{columns: map[columnKey]string{}}
			known[e] = tb
		}
		if f != "" { // the row with an empty field stands for the entity itself
			tb.columns[columnKey{f, k}] = name
			tb.all = append(tb.all, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, tb := range known {
		sort.Strings(tb.all)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known = known
	return nil
}

func (t *tables) table(e lake.EntityName) *table {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.known[e]
}

// names lists the entities that have tables.
func (t *tables) names() []lake.EntityName {
	t.mu.RLock()
	defer t.mu.RUnlock()
	var out []lake.EntityName
	for n := range t.known {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// shape of an entity as e describes it; nil when nothing was ever stored of it.
func (t *tables) shape(e *lake.Entity) *shape {
	tb := t.table(e.Name)
	if tb == nil {
		return nil
	}
	if s, ok := tb.shapes.Load(e); ok {
		return s.(*shape)
	}
	s := tb.shape(e)
	tb.shapes.Store(e, s)
	return s
}

func (tb *table) shape(e *lake.Entity) *shape {
	s := &shape{current: quote(string(e.Name)), versions: quote(versionsOf(e.Name)),
		column: map[lake.FieldName]string{}, number: map[lake.FieldName]bool{}}
	names := ""
	for _, f := range e.Fields {
		col := "NULL::text"
		if name, ok := tb.columns[columnKey{f.Name, f.Kind}]; ok {
			col = quote(name)
			s.column[f.Name] = col
			s.number[f.Name] = f.Kind == lake.Integer
			s.stored = append(s.stored, f.Name)
			names += ", " + col
		}
		s.fields = append(s.fields, f.Name)
		s.integer = append(s.integer, s.number[f.Name])
		s.selectList += ", " + col
	}
	for _, c := range tb.all {
		s.all += ", " + quote(c)
	}
	current, version := "(ver, id, rev"+names+")", "(ver, id, branch, rev_from, prev, prev_branch"+names+")"
	s.insertCurrent = "INSERT INTO " + s.current + " " + current + " VALUES (" + marks(3+len(s.stored)) + ")"
	s.insertVersion = "INSERT INTO " + s.versions + " " + version + " VALUES (" + marks(6+len(s.stored)) + ")"
	s.copyCurrent = &copying{"COPY " + s.current + " " + current + " FROM STDIN BINARY"}
	s.copyVersion = &copying{"COPY " + s.versions + " " + version + " FROM STDIN BINARY"}
	return s
}

func versionsOf(e lake.EntityName) string { return string(e) + "__versions" }

// marks are the places of n arguments.
func marks(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(list, ", ")
}

// reserved are the columns that every table has, PostgreSQL's own included.
var reserved = []string{"ver", "id", "rev", "branch", "rev_from", "rev_to", "prev", "prev_branch", "deleted",
	"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}

// change collects what must be done to an entity's tables.
type change struct {
	entity  lake.EntityName
	indexed map[string]bool // columns that get an index
	steps   []string
	columns [][3]string // field, kind, name
}

// plan says what an entity's tables lack.
func (tb *table) plan(e *lake.Entity) change {
	c := change{entity: e.Name}
	if tb == nil {
		tb = &table{}
		c.steps = createTables(e.Name)
	} else {
		// Readers lock these tables in this order, too: otherwise each could wait for the other.
		c.steps = []string{"LOCK TABLE " + quote(versionsOf(e.Name)) + ", " + quote(string(e.Name)) + " IN ACCESS EXCLUSIVE MODE"}
	}
	none := len(c.steps)
	taken := map[string]bool{}
	for _, name := range append(slices.Clone(reserved), tb.all...) {
		taken[name] = true
	}
	for _, f := range e.Fields {
		if _, ok := tb.columns[columnKey{f.Name, f.Kind}]; ok {
			continue
		}
		name := string(f.Name)
		if taken[name] {
			name += "__" + string(f.Kind)
		}
		taken[name] = true
		c.columns = append(c.columns, [3]string{string(f.Name), string(f.Kind), name})
		c.steps = append(c.steps, addColumn(e.Name, f, name)...)
	}
	if tb.columns != nil && len(c.steps) == none {
		c.steps = nil
	}
	return c
}

// Ensure makes the tables and columns that e needs.
func (tx *storeTx) Ensure(e *lake.Entity) error {
	tb := tx.tables.table(e.Name)
	c := tb.plan(e)
	if len(c.steps) == 0 {
		return tx.ensureIndexes(e, tb)
	}
	link := tx.committer.link
	if err := link.settle(); err != nil {
		return err
	}
	tx.committer.ensured = true
	tx.shaped()
	// Whoever reads a whole table keeps it from being changed; others wait behind us.
	if err := link.plain("SET LOCAL lock_timeout = '10s'; " + strings.Join(c.steps, "; ")); err != nil {
		return err
	}
	for _, n := range append(c.columns, [3]string{}) {
		err := link.later(op{text: "INSERT INTO hw_columns VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			args: []any{string(e.Name), n[0], n[1], n[2]}})
		if err != nil {
			return err
		}
	}
	return tx.tables.load(tx.ctx, link)
}

// ensureIndexes adds the index of a field that became unique after its column was made.
func (tx *storeTx) ensureIndexes(e *lake.Entity, tb *table) error {
	for _, f := range e.Fields {
		if !f.Unique {
			continue
		}
		column := tb.columns[columnKey{f.Name, f.Kind}]
		missing := false
		err := tx.db.few(tx.ctx, "SELECT to_regclass($1) IS NULL", []any{quote(named(versionsOf(e.Name), column))}, func(raw [][]byte) error {
			missing = rawBool(raw[0])
			return nil
		})
		if err == nil && missing {
			err = tx.committer.link.plain(strings.Join(indexes(e.Name, f.Kind, column), "; "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func createTables(e lake.EntityName) []string {
	cur, ver := quote(string(e)), quote(versionsOf(e))
	return []string{
		`CREATE TABLE ` + cur + ` (ver BIGINT PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE, rev BIGINT NOT NULL,
			prev BIGINT NOT NULL DEFAULT 0, prev_branch BIGINT NOT NULL DEFAULT 0)`,
		`CREATE TABLE ` + ver + ` (ver BIGINT PRIMARY KEY, id TEXT COLLATE "C" NOT NULL, branch BIGINT NOT NULL,
			rev_from BIGINT NOT NULL, rev_to BIGINT, prev BIGINT NOT NULL DEFAULT 0,
			prev_branch BIGINT NOT NULL DEFAULT 0, deleted BOOLEAN NOT NULL DEFAULT false)`,
		`CREATE INDEX ` + quote(named(versionsOf(e), "key")) + ` ON ` + ver + ` (id, branch, rev_from)`,
		`CREATE INDEX ` + quote(named(versionsOf(e), "open")) + ` ON ` + ver + ` (branch, id) WHERE branch > 0`,
	}
}

func addColumn(e lake.EntityName, f lake.Field, name string) []string {
	typ := ` TEXT COLLATE "C"`
	if f.Kind == lake.Integer {
		typ = " BIGINT"
	}
	steps := []string{
		"ALTER TABLE " + quote(string(e)) + " ADD COLUMN " + quote(name) + typ,
		"ALTER TABLE " + quote(versionsOf(e)) + " ADD COLUMN " + quote(name) + typ,
	}
	if f.Unique || f.Kind == lake.Reference {
		steps = append(steps, indexes(e, f.Kind, name)...)
	}
	return steps
}

// indexedPrefix is how many characters of a text are indexed: an index entry must stay
// below 2,700 bytes, a cell may have a million.
const indexedPrefix = 300

func indexes(e lake.EntityName, kind lake.Kind, column string) []string {
	expr := "left(" + quote(column) + ", " + strconv.Itoa(indexedPrefix) + ")"
	if kind == lake.Integer {
		expr = quote(column)
	}
	out := make([]string, 0, 2)
	for _, t := range []string{string(e), versionsOf(e)} {
		out = append(out, "CREATE INDEX IF NOT EXISTS "+quote(named(t, column))+" ON "+quote(t)+
			" ("+expr+") WHERE "+quote(column)+" IS NOT NULL")
	}
	return out
}

// named makes an index's name; one that is too long for PostgreSQL ends in a number of
// its own, because it would be cut off silently.
func named(t, column string) string {
	name := t + "_" + column
	if len(name) <= 63 {
		return name
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return fmt.Sprintf("%.46s_%016x", name, h.Sum64())
}
