package sqlite

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"sort"
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
	columns           []string // quoted, beside fields; "NULL" where no branch has stored one yet
	column            map[lake.FieldName]string
	selectList        string
	all               string           // every physical column, quoted, joined
	stored            []lake.FieldName // those that have a column; inserts give them all, so that they share a statement
	insertCurrent     string
	insertVersion     string
	ready             bool // nothing is lacking for writing; under the commit lock
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (t *tables) load(db queryer) error {
	rows, err := db.QueryContext(context.Background(), "SELECT entity, field, kind, name FROM hw_columns")
	if err != nil {
		return nativeError(err)
	}
	defer rows.Close()
	known := map[lake.EntityName]*table{}
	for rows.Next() {
		var e, f, k, name string
		if err := rows.Scan(&e, &f, &k, &name); err != nil {
			return nativeError(err)
		}
		tb := known[lake.EntityName(e)]
		if tb == nil {
			tb = &table{columns: map[columnKey]string{}}
			known[lake.EntityName(e)] = tb
		}
		if f != "" { // the row with an empty field stands for the entity itself
			tb.columns[columnKey{lake.FieldName(f), lake.Kind(k)}] = name
			tb.all = append(tb.all, name)
		}
	}
	for _, tb := range known {
		sort.Strings(tb.all)
	}
	t.Load(known)
	t.Back(nil)
	return nativeError(rows.Err())
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

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
	s := &shape{current: quote(string(e.Name)), versions: quote(string(e.Name) + "__versions"), column: map[lake.FieldName]string{}}
	names := ""
	for _, f := range e.Fields {
		col := "NULL"
		if name, ok := tb.columns[columnKey{f.Name, f.Kind}]; ok {
			col = quote(name)
			s.column[f.Name] = col
			s.stored = append(s.stored, f.Name)
			names += ", " + col
		}
		s.fields = append(s.fields, f.Name)
		s.columns = append(s.columns, col)
	}
	s.selectList = strings.Join(s.columns, ", ")
	if s.selectList != "" {
		s.selectList = ", " + s.selectList
	}
	for _, c := range tb.all {
		s.all += ", " + quote(c)
	}
	marks := strings.Repeat(", ?", len(s.stored))
	s.insertCurrent = "INSERT INTO " + s.current + " (ver, id, rev" + names + ") VALUES (?, ?, ?" + marks + ")"
	s.insertVersion = "INSERT INTO " + s.versions + " (ver, id, branch, rev_from, prev, prev_branch" + names + ") VALUES (?, ?, ?, ?, ?, ?" + marks + ")"
	return s
}

// Ensure makes the tables and columns that e needs.
func (tx *storeTx) Ensure(e *lake.Entity) error {
	if s := tx.shape(e); s != nil && s.ready {
		return nil
	}
	if err := tx.committer.stmts.settle(); err != nil {
		return err
	}
	tb := tx.tables.Seen(true)[e.Name]
	next, steps, named := tb.grown(e)
	for _, s := range steps {
		if _, err := tx.committer.conn.ExecContext(tx.ctx, s); err != nil {
			return nativeError(err)
		}
	}
	for _, n := range named {
		if _, err := tx.exec("INSERT INTO hw_columns VALUES (?, ?, ?, ?)", string(e.Name), string(n.field), string(n.kind), next.columns[n]); err != nil {
			return err
		}
	}
	if tb == nil {
		if _, err := tx.exec("INSERT OR IGNORE INTO hw_columns VALUES (?, '', '', '')", string(e.Name)); err != nil {
			return err
		}
	}
	if len(steps) > 0 {
		tx.tables.Put(e.Name, next)
	}
	tx.shape(e).ready = true
	return nil
}

// grown is the table with room for e, the statements that make it, and the columns that
// are new.
func (tb *table) grown(e *lake.Entity) (next *table, steps []string, named []columnKey) {
	fresh := tb == nil
	next = &table{columns: map[columnKey]string{}, indexed: map[string]bool{}}
	if !fresh {
		next.columns, next.all = maps.Clone(tb.columns), slices.Clone(tb.all)
		maps.Copy(next.indexed, tb.indexed)
	}
	taken := map[string]bool{"ver": true, "id": true, "rev": true, "branch": true, "rev_from": true,
		"rev_to": true, "prev": true, "prev_branch": true, "deleted": true}
	for _, name := range next.all {
		taken[name] = true
	}
	var columns string // of new tables: one statement costs much less than one for each
	for _, f := range e.Fields {
		key := columnKey{f.Name, f.Kind}
		name, known := next.columns[key]
		if !known {
			if name = string(f.Name); taken[name] {
				name += "__" + string(f.Kind)
			}
			taken[name] = true
			next.columns[key], next.all, named = name, append(next.all, name), append(named, key)
			if fresh {
				columns += ", " + quote(name) + " " + affinity(f)
			} else {
				steps = append(steps, addColumn(e.Name, f, name)...)
			}
		}
		if (f.Unique || !known && f.Kind == lake.Reference) && !next.indexed[name] { // it may have become unique since
			next.indexed[name] = true
			steps = append(steps, indexes(e.Name, name)...)
		}
	}
	if fresh {
		steps = append(createTables(e.Name, columns), steps...)
	}
	sort.Strings(next.all)
	return next, steps, named
}

func createTables(e lake.EntityName, columns string) []string {
	cur, ver := quote(string(e)), quote(string(e)+"__versions")
	return []string{
		`CREATE TABLE ` + cur + ` (ver INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rev INTEGER NOT NULL,
			prev INTEGER NOT NULL DEFAULT 0, prev_branch INTEGER NOT NULL DEFAULT 0` + columns + `)`,
		`CREATE TABLE ` + ver + ` (ver INTEGER PRIMARY KEY, id TEXT NOT NULL, branch INTEGER NOT NULL,
			rev_from INTEGER NOT NULL, rev_to INTEGER, prev INTEGER NOT NULL DEFAULT 0,
			prev_branch INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0` + columns + `)`,
		`CREATE INDEX ` + quote(string(e)+"__versions_key") + ` ON ` + ver + ` (id, branch, rev_from)`,
		`CREATE INDEX ` + quote(string(e)+"__versions_open") + ` ON ` + ver + ` (branch, id) WHERE branch > 0`,
	}
}

func affinity(f lake.Field) string {
	if f.Kind == lake.Integer {
		return "INTEGER"
	}
	return "TEXT"
}

func addColumn(e lake.EntityName, f lake.Field, name string) []string {
	return []string{
		"ALTER TABLE " + quote(string(e)) + " ADD COLUMN " + quote(name) + " " + affinity(f),
		"ALTER TABLE " + quote(string(e)+"__versions") + " ADD COLUMN " + quote(name) + " " + affinity(f),
	}
}

func indexes(e lake.EntityName, column string) []string {
	out := make([]string, 0, 2)
	for _, t := range []string{string(e), string(e) + "__versions"} {
		out = append(out, "CREATE INDEX IF NOT EXISTS "+quote(t+"_"+column)+" ON "+quote(t)+
			"("+quote(column)+") WHERE "+quote(column)+" IS NOT NULL")
	}
	return out
}
