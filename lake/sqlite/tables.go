package sqlite

import (
	"context"
	"database/sql"
	"sort"
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
	columns           []string // quoted, beside fields; "NULL" where no branch has stored one yet
	column            map[lake.FieldName]string
	selectList        string
	all               string           // every physical column, quoted, joined
	stored            []lake.FieldName // those that have a column; inserts give them all, so that they share a statement
	insertCurrent     string
	insertVersion     string
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
	t.mu.Lock()
	t.known = known
	t.mu.Unlock()
	return nativeError(rows.Err())
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// shape of an entity as e describes it; nil when nothing was ever stored of it.
func (t *tables) shape(e *lake.Entity) *shape {
	t.mu.RLock()
	tb := t.known[e.Name]
	t.mu.RUnlock()
	if tb == nil {
		return nil
	}
	if s, ok := tb.shapes.Load(e); ok {
		return s.(*shape)
	}
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
	tb.shapes.Store(e, s)
	return s
}

// Ensure makes the tables and columns that e needs.
func (tx *storeTx) Ensure(e *lake.Entity) error {
	if err := tx.committer.stmts.settle(); err != nil {
		return err
	}
	t := tx.tables
	t.mu.RLock()
	tb := t.known[e.Name]
	t.mu.RUnlock()
	var steps []string
	fresh := tb == nil
	if fresh {
		tb = &table{}
	}
	taken := map[string]bool{"ver": true, "id": true, "rev": true, "branch": true, "rev_from": true,
		"rev_to": true, "prev": true, "prev_branch": true, "deleted": true}
	for _, name := range tb.all {
		taken[name] = true
	}
	var named [][2]string
	var columns string // of new tables: one statement costs much less than one for each
	for _, f := range e.Fields {
		if _, ok := tb.columns[columnKey{f.Name, f.Kind}]; ok {
			continue
		}
		name := string(f.Name)
		if taken[name] {
			name += "__" + string(f.Kind)
		}
		taken[name] = true
		named = append(named, [2]string{string(f.Name) + "\x00" + string(f.Kind), name})
		if fresh {
			columns += ", " + quote(name) + " " + affinity(f)
		} else {
			steps = append(steps, addColumn(e.Name, f, name)...)
		}
		if f.Unique || f.Kind == lake.Reference {
			steps = append(steps, indexes(e.Name, name)...)
		}
	}
	switch {
	case fresh:
		steps = append(createTables(e.Name, columns), steps...)
	case len(steps) == 0:
		return tx.ensureIndexes(e, tb)
	}
	tx.ensured = true
	for _, s := range steps {
		if _, err := tx.committer.conn.ExecContext(tx.ctx, s); err != nil {
			return nativeError(err)
		}
	}
	for _, n := range named {
		field, kind, _ := strings.Cut(n[0], "\x00")
		if _, err := tx.exec("INSERT INTO hw_columns VALUES (?, ?, ?, ?)", string(e.Name), field, kind, n[1]); err != nil {
			return err
		}
	}
	if _, err := tx.exec("INSERT OR IGNORE INTO hw_columns VALUES (?, '', '', '')", string(e.Name)); err != nil {
		return err
	}
	return t.load(tx.committer.conn)
}

// ensureIndexes adds the index of a field that became unique after its column was made.
func (tx *storeTx) ensureIndexes(e *lake.Entity, tb *table) error {
	for _, f := range e.Fields {
		if !f.Unique {
			continue
		}
		for _, s := range indexes(e.Name, tb.columns[columnKey{f.Name, f.Kind}]) {
			if _, err := tx.committer.conn.ExecContext(tx.ctx, s); err != nil {
				return nativeError(err)
			}
		}
	}
	return nil
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
