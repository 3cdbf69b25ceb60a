package postgres

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"headwater/lake"
)

// tables knows which physical column holds a field. A field is its name and its
// kind: when two branches give a name different kinds, each has a column.
type tables struct{ lake.Tables[table] }

type table struct {
	columns map[columnKey]string
	all     []string        // every physical column, sorted
	indexed map[string]bool // columns whose index was seen to since the start
	shapes  sync.Map        // *lake.Entity → *shape
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
	ready             bool // nothing is lacking for writing; under the commit lock
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
	t.Load(known)
	return nil
}

// names lists the entities that have tables.
func (t *tables) names() []lake.EntityName {
	return slices.Sorted(maps.Keys(t.Seen(false)))
}

// shape of an entity as e describes it; nil when nothing was ever stored of it.
func (r *reader) shape(e *lake.Entity) *shape {
	tb := r.tables.Seen(r.writing)[e.Name]
	if tb == nil {
		return nil
	}
	if s, ok := tb.shapes.Load(e); ok {
		return s.(*shape)
	}
	s, _ := tb.shapes.LoadOrStore(e, tb.shape(e))
	return s.(*shape)
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

// change is what must be done to an entity's tables.
type change struct {
	next    *table
	steps   []string
	named   []columnKey  // columns that are new
	indexed []lake.Field // of columns that were there: those that must have an index
}

// grown plans the table with room for e.
func (tb *table) grown(e *lake.Entity) change {
	next := &table{columns: map[columnKey]string{}, indexed: map[string]bool{}}
	c := change{next: next, steps: createTables(e.Name)}
	if tb != nil {
		next.columns, next.all = maps.Clone(tb.columns), slices.Clone(tb.all)
		maps.Copy(next.indexed, tb.indexed)
		// Readers lock these tables in this order, too: otherwise each could wait for the other.
		c.steps = []string{"LOCK TABLE " + quote(versionsOf(e.Name)) + ", " + quote(string(e.Name)) + " IN ACCESS EXCLUSIVE MODE"}
	}
	taken := map[string]bool{}
	for _, name := range append(slices.Clone(reserved), next.all...) {
		taken[name] = true
	}
	for _, f := range e.Fields {
		key := columnKey{f.Name, f.Kind}
		if name, ok := next.columns[key]; ok {
			if f.Unique && !next.indexed[name] { // it may have become unique since
				c.indexed = append(c.indexed, f)
			}
			continue
		}
		name := string(f.Name)
		if taken[name] {
			name += "__" + string(f.Kind)
		}
		taken[name] = true
		next.columns[key], next.all, c.named = name, append(next.all, name), append(c.named, key)
		next.indexed[name] = f.Unique || f.Kind == lake.Reference
		c.steps = append(c.steps, addColumn(e.Name, f, name)...)
	}
	if tb != nil && len(c.named) == 0 {
		c.steps = nil
	}
	sort.Strings(next.all)
	return c
}

// Ensure makes the tables and columns that e needs.
func (tx *storeTx) Ensure(e *lake.Entity) error {
	if s := tx.shape(e); s != nil && s.ready {
		return nil
	}
	c := tx.tables.Seen(true)[e.Name].grown(e)
	if err := tx.grow(e, c); err != nil {
		return err
	}
	for i := range c.indexed {
		if err := tx.ensureIndex(e, &c.indexed[i], c.next); err != nil {
			return err
		}
	}
	if len(c.steps) > 0 || len(c.indexed) > 0 {
		tx.tables.Put(e.Name, c.next)
	}
	tx.shape(e).ready = true
	return nil
}

func (tx *storeTx) grow(e *lake.Entity, c change) error {
	if len(c.steps) == 0 {
		return nil
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
	for _, n := range append(c.named, columnKey{}) {
		err := link.later(op{text: "INSERT INTO hw_columns VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			args: []any{string(e.Name), string(n.field), string(n.kind), c.next.columns[n]}})
		if err != nil {
			return err
		}
	}
	return nil
}

// ensureIndex adds the index of a field that became unique after its column was made.
func (tx *storeTx) ensureIndex(e *lake.Entity, f *lake.Field, next *table) error {
	column := next.columns[columnKey{f.Name, f.Kind}]
	missing := false
	err := tx.db.few(tx.ctx, "SELECT to_regclass($1) IS NULL", []any{quote(named(versionsOf(e.Name), column))}, func(raw [][]byte) error {
		missing = rawBool(raw[0])
		return nil
	})
	if err == nil && missing {
		err = tx.committer.link.plain(strings.Join(indexes(e.Name, f.Kind, column), "; "))
	}
	next.indexed[column] = true
	return err
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
