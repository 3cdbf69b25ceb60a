package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"headwater/lake"
)

// querier is a connection in or outside of a session.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// table is what is known of a table without looking at its values.
type table struct {
	name    string
	view    bool
	strict  bool
	rowid   string // under which name the row number can be selected; "": it has none
	columns []*column
	key     []string // the declared primary key
}

// column is one column as it was declared.
type column struct {
	name      string
	declared  string // in upper case
	affinity  affinity
	required  bool
	generated bool
	alias     bool // it is the row number: always an integer
	strict    bool // the file guarantees the declared type
}

func (t *table) column(name string) *column {
	i := slices.IndexFunc(t.columns, func(k *column) bool { return strings.EqualFold(k.name, name) })
	if i < 0 {
		return nil
	}
	return t.columns[i]
}

const selectTables = `SELECT name, type, wr, strict FROM pragma_table_list
	WHERE schema='main' AND type IN ('table','view','virtual') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`

// Tables lists tables and views. SQLite keeps no number of rows: the highest row number
// is given as an estimate.
func (c *connector) Tables(ctx context.Context) ([]lake.SourceTable, error) {
	db, err := c.db()
	if err != nil {
		return nil, err
	}
	var list []*table
	err = each(ctx, db, func(rows *sql.Rows) error {
		t, err := scanTable(rows)
		list = append(list, t)
		return err
	}, selectTables+" ORDER BY name COLLATE NOCASE")
	if err != nil {
		return nil, c.translate(ctx, err, "")
	}
	out := make([]lake.SourceTable, 0, len(list))
	for _, t := range list {
		entry := lake.SourceTable{Name: t.name, Rows: estimate(ctx, db, t), Bytes: -1, View: t.view}
		if !t.view && t.read(ctx, db) == nil { // a table that can't be described can't be written
			key, err := keyOf(ctx, db, t)
			entry.Writable = err == nil && len(key) > 0
		}
		out = append(out, entry)
	}
	return out, nil
}

func scanTable(rows *sql.Rows) (*table, error) {
	t := &table{rowid: "_rowid_"}
	var kind string
	var without bool
	err := rows.Scan(&t.name, &kind, &without, &t.strict)
	t.view = kind == "view"
	if t.view || without {
		t.rowid = ""
	}
	return t, err
}

func estimate(ctx context.Context, q querier, t *table) int64 {
	if t.rowid == "" {
		return -1
	}
	n := int64(-1)
	err := each(ctx, q, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT COALESCE(MAX("+t.rowid+"), 0) FROM "+quote(t.name))
	if err != nil {
		return -1
	}
	return n
}

// Table describes a table with the types that its values allow.
func (c *connector) Table(ctx context.Context, name string) (*lake.SourceTable, error) {
	db, err := c.db()
	if err != nil {
		return nil, err
	}
	t, err := c.describe(ctx, db, name)
	if err != nil {
		return nil, err
	}
	out := &lake.SourceTable{Name: t.name, Rows: estimate(ctx, db, t), Bytes: -1, View: t.view}
	seen, err := sample(ctx, db, t)
	if err == nil {
		for i, k := range t.columns {
			engine, kind := k.decide(&seen[i])
			out.Columns = append(out.Columns, lake.SourceColumn{Name: k.name, Native: k.declared, Type: engine, Kind: kind, Nullable: !k.required && !k.alias})
		}
		out.Key, err = keyOf(ctx, db, t)
	}
	if err == nil {
		out.Relations, err = c.relations(ctx, db, t)
	}
	out.Writable = !t.view && len(out.Key) > 0
	return out, c.translate(ctx, err, name)
}

func (c *connector) describe(ctx context.Context, q querier, name string) (*table, error) {
	var t *table
	err := each(ctx, q, func(rows *sql.Rows) (err error) { t, err = scanTable(rows); return err }, selectTables+" AND name=?", name)
	if err == nil && t == nil {
		err = lake.Fail(lake.ErrNotFound, "source_table_unknown", "The source has no table "+name+".", "source", c.name, "table", name)
	}
	if err == nil {
		err = t.read(ctx, q)
	}
	if err != nil {
		return nil, c.translate(ctx, err, name)
	}
	return t, nil
}

func (t *table) read(ctx context.Context, q querier) error {
	places := map[int]string{}
	err := each(ctx, q, func(rows *sql.Rows) error {
		k := &column{strict: t.strict}
		var place, hidden int
		err := rows.Scan(&k.name, &k.declared, &k.required, &place, &hidden)
		k.declared = strings.ToUpper(k.declared)
		k.affinity, k.generated = affinityOf(k.declared), hidden > 1
		if place > 0 {
			places[place] = k.name
		}
		if hidden != 1 {
			t.columns = append(t.columns, k)
		}
		return err
	}, `SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)`, t.name)
	for i := 1; places[i] != ""; i++ {
		t.key = append(t.key, places[i])
	}
	if len(t.key) == 1 && t.rowid != "" {
		k := t.column(t.key[0])
		k.alias = k.declared == "INTEGER" // save "INTEGER PRIMARY KEY DESC", whose values are checked anyhow
	}
	for _, name := range []string{"_rowid_", "rowid", "oid", ""} {
		if t.rowid != "" && (name == "" || t.column(name) == nil) {
			t.rowid = name
			break
		}
	}
	return err
}

// keyOf gives the primary key, or else the shortest unique index without NULLs.
func keyOf(ctx context.Context, q querier, t *table) ([]string, error) {
	if len(t.key) > 0 || t.view {
		return t.key, nil
	}
	var order []string
	unique := map[string][]string{}
	err := each(ctx, q, func(rows *sql.Rows) error {
		var index string
		var name sql.NullString
		err := rows.Scan(&index, &name)
		if unique[index] == nil {
			order = append(order, index)
		}
		unique[index] = append(unique[index], name.String)
		return err
	}, `SELECT l.name, i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE l."unique" AND NOT l.partial ORDER BY l.seq, i.seqno`, t.name)
	var best []string
	for _, index := range order {
		required := !slices.ContainsFunc(unique[index], func(n string) bool { k := t.column(n); return k == nil || !k.required })
		if required && (best == nil || len(unique[index]) < len(best)) {
			best = unique[index]
		}
	}
	return best, err
}

func (c *connector) relations(ctx context.Context, q querier, t *table) ([]lake.SourceRelation, error) {
	var out []lake.SourceRelation
	last := -1
	implied := map[int]bool{}
	err := each(ctx, q, func(rows *sql.Rows) error {
		var id int
		var target, from string
		var to sql.NullString
		err := rows.Scan(&id, &target, &from, &to)
		if id != last {
			last = id
			out = append(out, lake.SourceRelation{Table: target})
		}
		r := &out[len(out)-1]
		r.Columns, r.Targets = append(r.Columns, from), append(r.Targets, to.String)
		implied[len(out)-1] = !to.Valid
		return err
	}, `SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq`, t.name)
	for i := range out {
		if !implied[i] || err != nil {
			continue
		}
		if other, derr := c.describe(ctx, q, out[i].Table); derr == nil && len(other.key) == len(out[i].Columns) {
			out[i].Targets = other.key
		}
	}
	return slices.DeleteFunc(out, func(r lake.SourceRelation) bool { return slices.Contains(r.Targets, "") }), err
}

func each(ctx context.Context, q querier, fn func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
		if err := fn(rows); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
