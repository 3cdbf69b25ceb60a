package postgres

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
)

//go:embed table.sql
var tableSQL string

//go:embed columns.sql
var columnsSQL string

//go:embed tables.sql
var tablesSQL string

// table is a table as the server's catalog describes it.
type table struct {
	OID       int64      `json:"oid"`
	Schema    string     `json:"schema"`
	Name      string     `json:"name"`
	Kind      string     `json:"kind"` // r table, v view, m materialised view, p partitioned, f foreign
	Heap      bool       `json:"heap"`
	Parent    bool       `json:"parent"` // other tables inherit from it
	Label     string     `json:"label"`
	Rows      int64      `json:"rows"`
	Bytes     int64      `json:"bytes"`
	Blocks    int64      `json:"blocks"`
	Readable  bool       `json:"readable"` // only in lists
	Writable  bool       `json:"writable"`
	Columns   []column   `json:"columns"`
	Keys      [][]string `json:"keys"` // the primary key first, then other unique ones without NULLs
	Relations []relation `json:"relations"`

	utf8 bool // the database's encoding
}

// column is a column; its type is that under all domains.
type column struct {
	Name          string `json:"name"`
	Number        int    `json:"number"`
	Native        string `json:"native"`
	NotNull       bool   `json:"not_null"`
	Generated     bool   `json:"generated"`
	Label         string `json:"label"`
	OID           uint32 `json:"oid"`
	Typmod        int32  `json:"typmod"`
	TypeSchema    string `json:"type_schema"`
	Type          string `json:"type"`
	TypeKind      string `json:"type_kind"` // b base, e enum, c composite, r range, m multirange
	Category      string `json:"category"`  // A array …
	Deterministic bool   `json:"deterministic"`
}

type relation struct {
	Schema  string   `json:"schema"`
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Targets []string `json:"targets"`
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (t *table) sqlName() string { return quote(t.Schema) + "." + quote(t.Name) }

func (t *table) find(name string) *column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// tableName is how a table is named here: schema.table, and public isn't said. A part
// that holds a point or a quote is quoted as in SQL.
func tableName(schema, name string) string {
	part := func(s string) string {
		if strings.ContainsAny(s, `."`) || s == "" {
			return quote(s)
		}
		return s
	}
	if schema == "public" {
		return part(name)
	}
	return part(schema) + "." + part(name)
}

// splitName takes a table's name apart.
func splitName(s string) (schema, name string) {
	var parts []string
	for s != "" {
		if s[0] != '"' {
			part, rest, _ := strings.Cut(s, ".")
			parts, s = append(parts, part), rest
			continue
		}
		end := 1
		for end < len(s) && (s[end] != '"' || end+1 < len(s) && s[end+1] == '"') {
			if s[end] == '"' {
				end++
			}
			end++
		}
		parts = append(parts, strings.ReplaceAll(s[1:min(end, len(s))], `""`, `"`))
		s = strings.TrimPrefix(s[min(end+1, len(s)):], ".")
	}
	switch len(parts) {
	case 1:
		return "public", parts[0]
	case 2:
		return parts[0], parts[1]
	}
	return "", s
}

// glanceName is the statement of a glance on connections that have prepared it: the
// server would plan it before every scan for longer than it runs.
const glanceName = "headwater_glance"

func (c *connector) prepareGlance(ctx context.Context, conn *pgconn.PgConn) {
	if c.unprepared.Load() {
		return
	}
	if _, err := conn.Prepare(ctx, glanceName, columnsSQL, nil); err == nil {
		conn.CustomData()[glanceName] = true
	}
}

// glancing adds a glance at a table to statements that are sent together.
func (c *connector) glancing(conn *pgconn.PgConn, full string, to *pgconn.Batch) {
	schema, name := splitName(full)
	values := [][]byte{[]byte(schema), []byte(name)}
	if conn.CustomData()[glanceName] == true && !c.unprepared.Load() {
		to.ExecPrepared(glanceName, values, nil, nil)
		return
	}
	to.ExecParams(columnsSQL, values, nil, nil, nil)
}

// forgotten tells whether the server doesn't know the prepared statement: something in
// between hands connections around. Then nothing is prepared from now on.
func (c *connector) forgotten(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "26000" {
		return false
	}
	c.unprepared.Store(true)
	return true
}

// glance gives what a scan needs to know of a table; rows are those of a glance that was
// sent already, or nil.
func (c *connector) glance(ctx context.Context, conn *pgconn.PgConn, full string, rows [][][]byte) (t *table, err error) {
	if rows == nil {
		one := &pgconn.Batch{}
		c.glancing(conn, full, one)
		results, err := conn.ExecBatch(ctx, one).ReadAll()
		if err != nil {
			return nil, c.native(ctx, err)
		}
		rows = results[0].Rows
	}
	if t, err = c.described(conn, full, rows); err != nil || !slices.ContainsFunc(t.Columns, func(c column) bool { return c.TypeKind == "d" }) {
		return t, err
	}
	return c.describe(ctx, conn, full)
}

// describe reads all about a table.
func (c *connector) describe(ctx context.Context, conn *pgconn.PgConn, full string) (*table, error) {
	return c.ask(ctx, conn, tableSQL, full)
}

func (c *connector) ask(ctx context.Context, conn *pgconn.PgConn, text, full string) (*table, error) {
	schema, name := splitName(full)
	rows, err := query(ctx, conn, text, schema, name)
	if err != nil {
		return nil, c.native(ctx, err)
	}
	return c.described(conn, full, rows)
}

// described is the table of a glance's or a description's rows.
func (c *connector) described(conn *pgconn.PgConn, full string, rows [][][]byte) (*table, error) {
	if len(rows) == 0 {
		return nil, lake.Fail(lake.ErrNotFound, "source_table_unknown", "The source has no such table.", "source", c.name, "table", full)
	}
	t := new(table)
	if err := json.Unmarshal(rows[0][0], t); err != nil {
		return nil, err
	}
	t.utf8 = conn.ParameterStatus("server_encoding") == "UTF8"
	return t, nil
}

// settled is an error after which nothing may be tried again.
type settled struct{ error }

// with runs fn on a connection outside of a transaction. A connection that was idle may
// have been lost meanwhile: then fn runs again on another one.
func (c *connector) with(ctx context.Context, fn func(*pgconn.PgConn) error) error {
	for {
		conn, used, err := c.pool.get(ctx)
		if err != nil {
			return err
		}
		err = fn(conn)
		broken := conn.IsClosed()
		c.pool.put(conn)
		if last, ok := err.(settled); ok {
			return last.error
		}
		if !broken || !used || ctx.Err() != nil {
			return err
		}
	}
}

// Table describes one table.
func (c *connector) Table(ctx context.Context, name string) (out *lake.SourceTable, err error) {
	err = c.with(ctx, func(conn *pgconn.PgConn) error {
		t, err := c.describe(ctx, conn, name)
		if err == nil {
			out = t.public()
		}
		return err
	})
	return out, err
}

// Tables lists the tables that the source's user may read.
func (c *connector) Tables(ctx context.Context) ([]lake.SourceTable, error) {
	var all []table
	err := c.with(ctx, func(conn *pgconn.PgConn) (err error) {
		all, err = c.list(ctx, conn)
		return err
	})
	out := make([]lake.SourceTable, 0, len(all))
	for i := range all {
		if all[i].Readable {
			out = append(out, all[i].summary())
		}
	}
	return out, err
}

func (c *connector) list(ctx context.Context, conn *pgconn.PgConn) (all []table, err error) {
	rows, err := query(ctx, conn, tablesSQL)
	if err != nil {
		return nil, c.native(ctx, err)
	}
	return all, json.Unmarshal(rows[0][0], &all)
}

func (t *table) summary() lake.SourceTable {
	return lake.SourceTable{Name: tableName(t.Schema, t.Name), Label: t.Label, Rows: t.Rows, Bytes: t.Bytes,
		View: t.Kind == "v" || t.Kind == "m", Writable: t.Writable, Texts: true}
}

// public is the table as the lake sees it.
func (t *table) public() *lake.SourceTable {
	out := t.summary()
	for i := range t.Columns {
		col := &t.Columns[i]
		p := col.plan()
		out.Columns = append(out.Columns, lake.SourceColumn{Name: col.Name, Native: col.Native, Type: p.typ, Kind: p.kind,
			Nullable: !col.NotNull, Label: col.Label})
	}
	if len(t.Keys) > 0 {
		out.Key = t.Keys[0]
	}
	out.Writable = t.Writable && out.Key != nil
	for _, r := range t.Relations {
		out.Relations = append(out.Relations, lake.SourceRelation{Columns: r.Columns, Table: tableName(r.Schema, r.Table), Targets: r.Targets})
	}
	return &out
}
