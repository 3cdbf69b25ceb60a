package mysql

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	driver "github.com/go-sql-driver/mysql"

	"headwater/lake"
	"headwater/source"
)

// Write applies changes in one transaction, each only to a row that is exactly as it
// was: texts byte by byte, whatever the collation holds for equal. When a row isn't,
// everything is rolled back, and the results tell of all such rows.
func (c *connector) Write(ctx context.Context, tables []source.TableChanges) ([][]source.RowResult, error) {
	known := make([]*table, len(tables))
	for i := range tables {
		var err error
		if known[i], err = c.writable(ctx, tables[i].Table); err != nil {
			return nil, err
		}
	}
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, c.translate(ctx, err, source.TableNames(tables))
	}
	defer func() { _ = tx.Rollback() }()
	out, moved := make([][]source.RowResult, len(tables)), false
	for i, t := range tables {
		out[i] = make([]source.RowResult, len(t.Changes))
		for j := range t.Changes {
			if out[i][j], err = c.apply(ctx, tx, known[i], &t.Changes[j]); err != nil {
				return nil, source.Numbered(c.translate(ctx, err, t.Table), t.Table, i, j)
			}
			moved = moved || !out[i][j].Done
		}
	}
	if moved {
		return source.NotDone(out), nil
	}
	return out, c.translate(ctx, tx.Commit(), source.TableNames(tables))
}

func (c *connector) writable(ctx context.Context, name string) (*table, error) {
	t, err := c.describe(ctx, name)
	if err == nil && !t.transactional {
		err = lake.Fail(lake.ErrInvalid, "source_not_transactional", "The table "+name+" isn't kept by InnoDB; several rows of it can't be written at once.", "source", c.name, "table", name)
	}
	return t, err
}

func (c *connector) apply(ctx context.Context, tx *sql.Tx, t *table, ch *source.RowChange) (source.RowResult, error) {
	s, err := c.statement(t, ch)
	if err != nil {
		return source.RowResult{}, err
	}
	result, err := tx.ExecContext(ctx, s.sql(), s.args...)
	var server *driver.MySQLError
	if errors.As(err, &server) && (server.Number == 1062 || server.Number == 1586) {
		return source.RowResult{Code: "exists"}, nil
	}
	if err != nil {
		return source.RowResult{}, err
	}
	n, err := result.RowsAffected()
	switch {
	case err != nil:
		return source.RowResult{}, err
	case n == 1:
		return source.RowResult{Done: true}, nil
	case n > 1:
		return source.RowResult{}, lake.Fail(lake.ErrInvalid, "source_key_not_unique", "A key of "+t.name+" stands for several rows.", "source", c.name, "table", t.name)
	}
	return c.whyNot(ctx, tx, t, ch)
}

// whyNot tells a row that was changed from one that is gone.
func (c *connector) whyNot(ctx context.Context, tx *sql.Tx, t *table, ch *source.RowChange) (source.RowResult, error) {
	var s statement
	s.add("SELECT COUNT(*) FROM " + t.sql() + " WHERE ")
	if err := c.rowKey(t, ch, &s); err != nil {
		return source.RowResult{}, err
	}
	s.add(" FOR UPDATE")
	var n int
	err := tx.QueryRowContext(ctx, s.sql(), s.args...).Scan(&n)
	if n == 0 {
		return source.RowResult{Code: "gone"}, err
	}
	return source.RowResult{Code: "moved"}, err
}

// Statements is what Write runs, values as comments.
func (c *connector) Statements(ctx context.Context, name string, changes []source.RowChange) ([]string, error) {
	t, err := c.writable(ctx, name)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(changes))
	for i := range changes {
		s, err := c.statement(t, &changes[i])
		if err != nil {
			return nil, err
		}
		out[i] = s.shown()
	}
	return out, nil
}

// statement is SQL with bound values: parts[i] stands before the i-th ?.
type statement struct {
	parts []string
	args  []any
	open  bool // the last part isn't followed by a value yet
}

func (s *statement) add(text string) {
	if !s.open {
		s.parts, s.open = append(s.parts, ""), true
	}
	s.parts[len(s.parts)-1] += text
}

func (s *statement) bind(v any) {
	if !s.open {
		s.parts = append(s.parts, "")
	}
	s.args, s.open = append(s.args, v), false
}

func (s *statement) sql() string {
	b := strings.Builder{}
	for i, p := range s.parts {
		b.WriteString(p)
		if i < len(s.args) {
			b.WriteByte('?')
		}
	}
	return b.String()
}

func (s *statement) shown() string {
	b := strings.Builder{}
	for i, p := range s.parts {
		b.WriteString(p)
		if i < len(s.args) {
			b.WriteString("? " + source.Comment(s.args[i]))
		}
	}
	return b.String()
}

func (c *connector) statement(t *table, ch *source.RowChange) (*statement, error) {
	s := &statement{}
	var err error
	switch ch.Op {
	case "insert":
		err = c.insert(t, ch, s)
	case "update":
		err = c.update(t, ch, s)
	case "delete":
		s.add("DELETE FROM " + t.sql() + " WHERE ")
		err = c.unchanged(t, ch, s)
	default:
		err = lake.Fail(lake.ErrInvalid, "change_unknown", "A change is an insert, an update or a delete.", "op", ch.Op)
	}
	return s, err
}

func (c *connector) insert(t *table, ch *source.RowChange, s *statement) error {
	all := map[string]*string{}
	for n, v := range ch.Key {
		all[n] = &v
	}
	for n, v := range ch.Set {
		all[n] = v
	}
	names := ordered(all)
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	s.add("INSERT INTO " + t.sql() + " (" + strings.Join(quoted, ", ") + ") VALUES (")
	for i, n := range names {
		if i > 0 {
			s.add(", ")
		}
		if err := c.value(t, n, all[n], s); err != nil {
			return err
		}
	}
	s.add(")")
	return nil
}

func (c *connector) update(t *table, ch *source.RowChange, s *statement) error {
	s.add("UPDATE " + t.sql() + " SET ")
	names := ordered(ch.Set)
	if len(names) == 0 {
		return lake.Fail(lake.ErrInvalid, "change_unknown", "An update changes at least one column.", "table", t.name)
	}
	for i, n := range names {
		if i > 0 {
			s.add(", ")
		}
		s.add(quote(n) + " = ")
		if err := c.value(t, n, ch.Set[n], s); err != nil {
			return err
		}
	}
	s.add(" WHERE ")
	return c.unchanged(t, ch, s)
}

// unchanged is the condition on key and before-image.
func (c *connector) unchanged(t *table, ch *source.RowChange, s *statement) error {
	if err := c.rowKey(t, ch, s); err != nil {
		return err
	}
	for _, n := range ordered(ch.Before) {
		s.add(" AND ")
		if err := c.same(t, n, ch.Before[n], s); err != nil {
			return err
		}
	}
	return nil
}

func (c *connector) rowKey(t *table, ch *source.RowChange, s *statement) error {
	if len(ch.Key) == 0 {
		return lake.Fail(lake.ErrInvalid, "key_needed", "A row without a key can't be written.", "table", t.name)
	}
	for i, n := range ordered(ch.Key) {
		if i > 0 {
			s.add(" AND ")
		}
		v := ch.Key[n]
		if err := c.same(t, n, &v, s); err != nil {
			return err
		}
	}
	return nil
}

func ordered[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
