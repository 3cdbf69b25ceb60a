package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"headwater/lake"
)

// table is what a scan has to know of a table.
type table struct {
	database, name string
	columns        []*column
	view           bool
	transactional  bool // its rows belong to the transaction's snapshot
	rows, bytes    int64
	comment        string
}

func (t *table) column(name string) *column {
	i := slices.IndexFunc(t.columns, func(k *column) bool { return k.name == name })
	if i < 0 {
		return nil
	}
	return t.columns[i]
}

func (t *table) sql() string { return quote(t.database) + "." + quote(t.name) }

// The names in information_schema are cast where MySQL 8 gives them other types than
// MariaDB.
const (
	selectTables = `SELECT table_schema, table_name, table_type, COALESCE(engine,''), COALESCE(table_rows,-1), COALESCE(data_length,-1), COALESCE(table_comment,'')
		FROM information_schema.tables WHERE table_type IN ('BASE TABLE','VIEW','SYSTEM VERSIONED') AND `
	selectColumns = `SELECT column_name, column_type, data_type, COALESCE(character_set_name,''), COALESCE(collation_name,''),
		is_nullable, column_comment, COALESCE(numeric_precision,0), COALESCE(numeric_scale,0)
		FROM information_schema.columns WHERE table_schema=? AND table_name=? ORDER BY ordinal_position`
	selectKeyed = `SELECT DISTINCT table_schema, table_name FROM (SELECT table_schema, table_name, index_name FROM information_schema.statistics
		WHERE non_unique=0 AND %s GROUP BY table_schema, table_name, index_name
		HAVING MAX(sub_part IS NOT NULL OR column_name IS NULL OR nullable='YES')=0) AS k`
	selectChecks = `SELECT check_clause FROM information_schema.check_constraints WHERE constraint_schema=? AND table_name=?`
	selectUnique = `SELECT index_name, column_name FROM information_schema.statistics
		WHERE table_schema=? AND table_name=? AND non_unique=0 AND sub_part IS NULL ORDER BY index_name, seq_in_index`
	selectPartial = `SELECT DISTINCT index_name FROM information_schema.statistics
		WHERE table_schema=? AND table_name=? AND (sub_part IS NOT NULL OR column_name IS NULL)`
	selectForeign = `SELECT constraint_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name
		FROM information_schema.key_column_usage WHERE table_schema=? AND table_name=? AND referenced_table_name IS NOT NULL
		ORDER BY constraint_name, ordinal_position`
)

// Tables lists tables and views; row numbers are the server's estimates.
func (c *connector) Tables(ctx context.Context) ([]lake.SourceTable, error) {
	where, args := "table_schema NOT IN ('information_schema','mysql','performance_schema','sys')", []any(nil)
	if c.database != "" {
		where, args = "table_schema=?", []any{c.database}
	}
	keyed, err := c.keyed(ctx, where, args)
	if err != nil {
		return nil, c.translate(ctx, err, "")
	}
	var out []lake.SourceTable
	err = c.each(ctx, func(rows *sql.Rows) error {
		t, err := scanTable(rows)
		if err == nil {
			entry := c.entry(t)
			entry.Writable = t.transactional && keyed[entry.Name]
			out = append(out, entry)
		}
		return err
	}, selectTables+where+" ORDER BY table_schema, table_name", args...)
	return out, c.translate(ctx, err, "")
}

// keyed names the tables that have a unique index over whole columns without NULLs.
func (c *connector) keyed(ctx context.Context, where string, args []any) (map[string]bool, error) {
	out := map[string]bool{}
	return out, c.each(ctx, func(rows *sql.Rows) error {
		var database, name string
		err := rows.Scan(&database, &name)
		out[c.shown(database, name)] = true
		return err
	}, fmt.Sprintf(selectKeyed, where), args...)
}

func (c *connector) entry(t *table) lake.SourceTable {
	return lake.SourceTable{Name: c.shown(t.database, t.name), Label: t.comment, Rows: t.rows, Bytes: t.bytes, View: t.view}
}

func scanTable(rows *sql.Rows) (*table, error) {
	t := &table{}
	var kind, engine string
	err := rows.Scan(&t.database, &t.name, &kind, &engine, &t.rows, &t.bytes, &t.comment)
	t.view = kind == "VIEW"
	t.transactional = strings.EqualFold(engine, "InnoDB")
	if t.view {
		t.rows, t.bytes, t.comment = -1, -1, ""
	}
	return t, err
}

// Table describes a table with its key: the primary one, or else the shortest unique one
// without NULLs.
func (c *connector) Table(ctx context.Context, name string) (*lake.SourceTable, error) {
	t, err := c.describe(ctx, name)
	if err != nil {
		return nil, err
	}
	out := c.entry(t)
	for _, k := range t.columns {
		out.Columns = append(out.Columns, k.described())
	}
	if out.Key, err = c.key(ctx, t); err != nil {
		return nil, c.translate(ctx, err, name)
	}
	out.Writable = t.transactional && len(out.Key) > 0
	if out.Relations, err = c.relations(ctx, t); err != nil {
		return nil, c.translate(ctx, err, name)
	}
	return &out, nil
}

// describe reads a table's columns as they are now.
func (c *connector) describe(ctx context.Context, name string) (*table, error) {
	database, short, err := c.place(name)
	if err != nil {
		return nil, err
	}
	var t *table
	err = c.each(ctx, func(rows *sql.Rows) error { t, err = scanTable(rows); return err },
		selectTables+"table_schema=? AND table_name=?", database, short)
	if err == nil && t == nil {
		err = lake.Fail(lake.ErrNotFound, "source_table_unknown", "The source has no table "+name+", or its account may not see it.", "source", c.name, "table", name)
	}
	if err == nil {
		err = c.columns(ctx, t)
	}
	if err != nil {
		return nil, c.translate(ctx, err, name)
	}
	return t, nil
}

func (c *connector) columns(ctx context.Context, t *table) error {
	type size struct{ precision, scale int }
	var sizes []size
	long := false
	err := c.each(ctx, func(rows *sql.Rows) error {
		k, s := &column{}, size{}
		var nullable string
		err := rows.Scan(&k.name, &k.native, &k.data, &k.charset, &k.collation, &nullable, &k.comment, &s.precision, &s.scale)
		k.nullable = nullable == "YES"
		long = long || k.data == "longtext"
		t.columns, sizes = append(t.columns, k), append(sizes, s)
		return err
	}, selectColumns, t.database, t.name)
	if err != nil {
		return err
	}
	checked := map[string]bool{}
	if long && !t.view {
		checked = c.validJSON(ctx, t)
	}
	for i, k := range t.columns {
		k.classify(sizes[i].precision, sizes[i].scale, c.boolean, checked[k.name])
	}
	return nil
}

// validJSON finds MariaDB's JSON columns: texts with the constraint json_valid(column).
// MySQL has no table_name in that view, nor such columns.
func (c *connector) validJSON(ctx context.Context, t *table) map[string]bool {
	out := map[string]bool{}
	err := c.each(ctx, func(rows *sql.Rows) error {
		var clause string
		err := rows.Scan(&clause)
		if inner, ok := strings.CutPrefix(clause, "json_valid(`"); ok {
			inner, ok = strings.CutSuffix(inner, "`)")
			out[strings.ReplaceAll(inner, "``", "`")] = ok
		}
		return err
	}, selectChecks, t.database, t.name)
	if err != nil {
		return nil
	}
	return out
}

func (c *connector) key(ctx context.Context, t *table) ([]string, error) {
	if t.view {
		return nil, nil
	}
	partial := map[string]bool{}
	err := c.each(ctx, func(rows *sql.Rows) error {
		var index string
		err := rows.Scan(&index)
		partial[index] = true
		return err
	}, selectPartial, t.database, t.name)
	if err != nil {
		return nil, err
	}
	var names []string
	indexes := map[string][]string{}
	err = c.each(ctx, func(rows *sql.Rows) error {
		var index, column string
		err := rows.Scan(&index, &column)
		if indexes[index] == nil {
			names = append(names, index)
		}
		indexes[index] = append(indexes[index], column)
		return err
	}, selectUnique, t.database, t.name)
	var best []string
	for _, n := range names {
		switch {
		case partial[n] || !t.allRequired(indexes[n]):
		case n == "PRIMARY":
			return indexes[n], err
		case best == nil || len(indexes[n]) < len(best):
			best = indexes[n]
		}
	}
	return best, err
}

func (t *table) allRequired(names []string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { k := t.column(n); return k == nil || k.nullable })
}

// relations are the foreign keys to tables that this source can name.
func (c *connector) relations(ctx context.Context, t *table) ([]lake.SourceRelation, error) {
	var out []lake.SourceRelation
	last := ""
	err := c.each(ctx, func(rows *sql.Rows) error {
		var constraint, column, database, target, targetColumn string
		err := rows.Scan(&constraint, &column, &database, &target, &targetColumn)
		if err != nil || c.database != "" && database != c.database {
			return err
		}
		if constraint != last {
			last = constraint
			out = append(out, lake.SourceRelation{Table: c.shown(database, target)})
		}
		r := &out[len(out)-1]
		r.Columns, r.Targets = append(r.Columns, column), append(r.Targets, targetColumn)
		return nil
	}, selectForeign, t.database, t.name)
	return out, err
}

// each runs a query outside of any session.
func (c *connector) each(ctx context.Context, fn func(*sql.Rows) error, query string, args ...any) error {
	rows, err := c.db.QueryContext(ctx, query, args...)
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
