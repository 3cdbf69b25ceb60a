package postgres

import (
	"context"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
	"headwater/source"
)

// change is one statement of a write, with the question that tells why it found no row.
type change struct {
	text string
	args arguments
	look string // SELECT FROM … by key
	keys arguments
	code string // when the row is there although the statement found none
}

// Write applies changes in one transaction. It goes through all of them, so that every
// row that moved is reported; then nothing is applied.
func (c *connector) Write(ctx context.Context, tables []source.TableChanges) (out [][]source.RowResult, err error) {
	err = c.with(ctx, func(conn *pgconn.PgConn) error {
		defer func() {
			if conn.TxStatus() != 'I' {
				_ = exec(context.WithoutCancel(ctx), conn, "ROLLBACK")
			}
		}()
		out, err = c.write(ctx, conn, tables)
		return err
	})
	return out, err
}

func (c *connector) write(ctx context.Context, conn *pgconn.PgConn, tables []source.TableChanges) ([][]source.RowResult, error) {
	changes := make([][]change, len(tables))
	for i, t := range tables {
		var err error
		if changes[i], err = c.changes(ctx, conn, t.Table, i, t.Changes); err != nil {
			return nil, err
		}
	}
	if err := exec(ctx, conn, "BEGIN READ WRITE"); err != nil {
		return nil, c.native(ctx, err)
	}
	out, all := make([][]source.RowResult, len(tables)), true
	for i, t := range tables {
		out[i] = make([]source.RowResult, len(t.Changes))
		for j := range changes[i] {
			code, err := c.apply(ctx, conn, &changes[i][j])
			if err != nil {
				return nil, settled{source.Numbered(c.native(ctx, err), t.Table, i, j)}
			}
			out[i][j] = source.RowResult{Done: code == "", Code: code}
			all = all && code == ""
		}
	}
	if !all {
		return source.NotDone(out), nil // rolled back
	}
	if err := exec(ctx, conn, "COMMIT"); err != nil {
		if conn.IsClosed() {
			err = lake.Fail(lake.ErrBusy, "write_unknown", "The connection broke off in the moment of writing: look into the source whether it was done.", "source", c.name)
		}
		return nil, settled{c.native(ctx, err)}
	}
	return out, nil
}

// apply runs one change; the code says why it found no row.
func (c *connector) apply(ctx context.Context, conn *pgconn.PgConn, ch *change) (code string, err error) {
	r := conn.ExecParams(ctx, ch.text, ch.args.values, nil, nil, nil).Read()
	if r.Err != nil {
		return "", r.Err
	}
	switch n := r.CommandTag.RowsAffected(); {
	case n == 1:
		return "", nil
	case n > 1:
		return "", lake.Fail(lake.ErrConflict, "key_not_unique", "Several rows of the source have this key.", "source", c.name)
	case ch.look == "":
		return ch.code, nil
	}
	r = conn.ExecParams(ctx, ch.look, ch.keys.values, nil, nil, nil).Read()
	if r.Err != nil {
		return "", r.Err
	}
	if len(r.Rows) == 0 {
		return "gone", nil
	}
	return ch.code, nil
}

// Statements is what Write would run, with its values as comments behind it.
func (c *connector) Statements(ctx context.Context, name string, list []source.RowChange) (out []string, err error) {
	err = c.with(ctx, func(conn *pgconn.PgConn) error {
		changes, err := c.changes(ctx, conn, name, 0, list)
		out = make([]string, len(changes))
		for i, ch := range changes {
			out[i] = ch.text + ";"
			for j, v := range ch.args.values {
				value := "NULL"
				if v != nil {
					value = strconv.Quote(string(v)) // on one line, so it can't leave the comment
				}
				out[i] += "\n-- $" + strconv.Itoa(j+1) + " = " + value
			}
		}
		return err
	})
	return out, err
}

func (c *connector) changes(ctx context.Context, conn *pgconn.PgConn, name string, part int, list []source.RowChange) ([]change, error) {
	t, err := c.describe(ctx, conn, name)
	if err != nil {
		return nil, err
	}
	if t.Kind != "r" && t.Kind != "p" {
		return nil, lake.Fail(lake.ErrInvalid, "source_read_only", "A view can't be written.", "source", c.name, "table", name)
	}
	out := make([]change, len(list))
	for i := range list {
		if out[i], err = t.change(&list[i]); err != nil {
			return nil, source.Numbered(err, name, part, i)
		}
	}
	return out, nil
}

func (t *table) change(r *source.RowChange) (ch change, err error) {
	if len(r.Key) == 0 && r.Op != "insert" {
		return ch, lake.Fail(lake.ErrInvalid, "key_missing", "A row without a key can't be written.", "table", t.Name)
	}
	switch r.Op {
	case "insert":
		return t.insert(r)
	case "update":
		return t.update(r)
	case "delete":
		return t.delete(r)
	}
	return ch, lake.Fail(lake.ErrInvalid, "operation_unknown", "A row is inserted, updated or deleted.", "operation", r.Op)
}

// insert takes the key's values unless Set has them. A row with the same key is left alone.
func (t *table) insert(r *source.RowChange) (ch change, err error) {
	set := maps.Clone(r.Set)
	if set == nil {
		set = map[string]*string{}
	}
	for name, v := range r.Key {
		if _, ok := set[name]; !ok {
			set[name] = &v
		}
	}
	var names, values []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		value, err := t.bindSet(&ch.args, name, set[name])
		if err != nil {
			return ch, err
		}
		names, values = append(names, quote(name)), append(values, value)
	}
	ch.code = "exists"
	ch.text = "INSERT INTO " + t.sqlName() + " (" + strings.Join(names, ", ") + ") OVERRIDING SYSTEM VALUE VALUES (" +
		strings.Join(values, ", ") + ") ON CONFLICT DO NOTHING"
	return ch, nil
}

func (t *table) update(r *source.RowChange) (ch change, err error) {
	var set []string
	for _, name := range slices.Sorted(maps.Keys(r.Set)) {
		value, err := t.bindSet(&ch.args, name, r.Set[name])
		if err != nil {
			return ch, err
		}
		set = append(set, quote(name)+" = "+value)
	}
	if len(set) == 0 {
		return ch, lake.Fail(lake.ErrInvalid, "change_empty", "The change sets nothing.", "table", t.Name)
	}
	where, err := t.unmoved(r, &ch)
	ch.text = "UPDATE " + t.sqlName() + " SET " + strings.Join(set, ", ") + where
	return ch, err
}

func (t *table) delete(r *source.RowChange) (ch change, err error) {
	where, err := t.unmoved(r, &ch)
	ch.text = "DELETE FROM " + t.sqlName() + where
	return ch, err
}

// unmoved is the condition that the row is still as its before-image says.
func (t *table) unmoved(r *source.RowChange, ch *change) (string, error) {
	var where, look []string
	for _, name := range slices.Sorted(maps.Keys(r.Key)) {
		value := r.Key[name]
		for _, to := range []struct {
			list *[]string
			args *arguments
		}{{&where, &ch.args}, {&look, &ch.keys}} {
			text, err := t.same(to.args, name, &value, "=")
			if err != nil {
				return "", err
			}
			*to.list = append(*to.list, text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.Before)) {
		text, err := t.same(&ch.args, name, r.Before[name], "IS NOT DISTINCT FROM")
		if err != nil {
			return "", err
		}
		where = append(where, text)
	}
	ch.code = "moved"
	ch.look = "SELECT FROM " + t.sqlName() + " WHERE " + strings.Join(look, " AND ")
	return " WHERE " + strings.Join(where, " AND "), nil
}

func (t *table) writable(name string) (*column, error) {
	c := t.find(name)
	if c == nil {
		return nil, changed("", tableName(t.Schema, t.Name), name)
	}
	return c, nil
}

// bindSet binds a value that is written. The type is named without its length: a value
// that is too long is an error of the server, where a cast would cut it.
func (t *table) bindSet(args *arguments, name string, v *string) (string, error) {
	c, err := t.writable(name)
	if err != nil {
		return "", err
	}
	if c.Generated || c.Category == "A" || c.TypeKind == "c" {
		return "", lake.Fail(lake.ErrInvalid, "column_read_only", "The column "+name+" can't be written: its values are computed, lists or structures.",
			"column", name)
	}
	return c.bind(args, v)
}

func (c *column) bind(args *arguments, v *string) (string, error) {
	typ := quote(c.TypeSchema) + "." + quote(c.Type)
	if v == nil {
		args.values = append(args.values, nil)
		return "$" + strconv.Itoa(len(args.values)) + "::" + typ, nil
	}
	value := *v
	switch c.plan().typ {
	case "BLOB":
		raw, ok := blob(value)
		if !ok {
			return "", lake.Fail(lake.ErrInvalid, "value_invalid", "The value doesn't fit the column "+c.Name+".", "column", c.Name)
		}
		value = `\x` + hex.EncodeToString(raw)
	case "TIMESTAMPTZ":
		if text, why := instant(c, value); why == "" {
			value = text
		}
	}
	return args.bind(value, typ), nil
}

// same compares a column with a value as the engine saw it: texts by their bytes, and
// what has no equality of its own, or another one, by its text.
func (t *table) same(args *arguments, name string, v *string, operator string) (string, error) {
	c, err := t.writable(name)
	if err != nil {
		return "", err
	}
	p := c.plan()
	switch {
	case p.expr != "", p.class == enums, p.typ == asText && p.class == opaque && c.Type != "bpchar", c.Type == "json":
		args.values = append(args.values, bytesOf(v))
		left := p.selected(c)
		if p.expr == "" {
			left += "::text"
		}
		return left + ` COLLATE "C" ` + operator + " $" + strconv.Itoa(len(args.values)) + "::text", nil
	}
	value, err := c.bind(args, v)
	left := c.equal(&p)
	return left + " " + operator + " " + value, err
}

func bytesOf(v *string) []byte {
	if v == nil {
		return nil
	}
	return []byte(*v)
}

// blob reads the engine's text form of bytes: printable ones as they are, others as \xAB.
func blob(s string) ([]byte, bool) {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out = append(out, s[i])
			continue
		}
		if i+4 > len(s) || s[i+1] != 'x' {
			return nil, false
		}
		b, err := hex.DecodeString(s[i+2 : i+4])
		if err != nil {
			return nil, false
		}
		out = append(out, b[0])
		i += 3
	}
	return out, true
}

// instant brings a time with a zone into the form that is bound.
func instant(c *column, v string) (text, why string) {
	p := c.plan()
	return literal(c, &p, v)
}
