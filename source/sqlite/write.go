package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"

	"headwater/lake"
	"headwater/source"
	"headwater/source/batch"
)

// Write applies changes in one transaction, each only to a row that is as it was. When a
// row isn't, everything is rolled back, and the results tell of all such rows. Foreign
// keys that the file declares are enforced.
func (c *connector) Write(ctx context.Context, tables []source.TableChanges) ([][]source.RowResult, error) {
	db := sql.OpenDB(opener{c.address("mode=rw&_busy_timeout=5000&_txlock=immediate&_foreign_keys=on")})
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, c.translate(ctx, err, source.TableNames(tables))
	}
	defer func() { _ = tx.Rollback() }()
	out, moved := make([][]source.RowResult, len(tables)), false
	for i, changes := range tables {
		t, err := c.describe(ctx, tx, changes.Table)
		if err != nil {
			return nil, err
		}
		out[i] = make([]source.RowResult, len(changes.Changes))
		for j := range changes.Changes {
			if out[i][j], err = c.apply(ctx, tx, t, &changes.Changes[j]); err != nil {
				return nil, source.Numbered(c.translate(ctx, err, changes.Table), changes.Table, i, j)
			}
			moved = moved || !out[i][j].Done
		}
	}
	if moved {
		return source.NotDone(out), nil
	}
	return out, c.translate(ctx, tx.Commit(), source.TableNames(tables))
}

func (c *connector) apply(ctx context.Context, tx *sql.Tx, t *table, ch *source.RowChange) (out source.RowResult, err error) {
	s, err := c.statement(t, ch)
	if err != nil {
		return out, err
	}
	result, err := tx.ExecContext(ctx, s.sql(), s.args...)
	var native sqlite3.Error
	if errors.As(err, &native) && (native.ExtendedCode == sqlite3.ErrConstraintPrimaryKey || native.ExtendedCode == sqlite3.ErrConstraintUnique || native.ExtendedCode == sqlite3.ErrConstraintRowID) {
		return source.RowResult{Code: "exists"}, nil
	}
	if err != nil {
		return out, err
	}
	switch n, err := result.RowsAffected(); {
	case err != nil:
		return out, err
	case n == 1:
		return source.RowResult{Done: true}, nil
	case n > 1:
		return out, lake.Fail(lake.ErrInvalid, "source_key_not_unique", "A key of "+t.name+" stands for several rows.", "source", c.name, "table", t.name)
	}
	where := &statement{}
	if err := c.rowKey(t, ch, where); err != nil {
		return out, err
	}
	var n int
	err = tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+quote(t.name)+" WHERE "+where.sql(), where.args...).Scan(&n)
	if n == 0 {
		return source.RowResult{Code: "gone"}, err
	}
	return source.RowResult{Code: "moved"}, err
}

// Statements is what Write runs, values as comments.
func (c *connector) Statements(ctx context.Context, name string, changes []source.RowChange) ([]string, error) {
	db, err := c.db()
	if err != nil {
		return nil, err
	}
	t, err := c.describe(ctx, db, name)
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

// statement is SQL with a value behind each part but maybe the last.
type statement struct {
	parts []string
	args  []any
}

func (s *statement) add(text string) {
	if len(s.parts) == len(s.args) {
		s.parts = append(s.parts, "")
	}
	s.parts[len(s.args)] += text
}

func (s *statement) bind(v any) {
	s.add("")
	s.args = append(s.args, v)
}

func (s *statement) write(after func(i int) string) string {
	b := strings.Builder{}
	for i, p := range s.parts {
		b.WriteString(p)
		if i < len(s.args) {
			b.WriteString(after(i))
		}
	}
	return b.String()
}

func (s *statement) sql() string { return s.write(func(int) string { return "?" }) }

func (s *statement) shown() string {
	return s.write(func(i int) string { return "? " + source.Comment(s.args[i]) })
}

func (c *connector) statement(t *table, ch *source.RowChange) (*statement, error) {
	s := &statement{}
	switch ch.Op {
	case "insert":
		return s, c.insert(t, ch, s)
	case "update":
		return s, c.update(t, ch, s)
	case "delete":
		s.add("DELETE FROM " + quote(t.name) + " WHERE ")
		return s, c.unchanged(t, ch, s)
	}
	return nil, lake.Fail(lake.ErrInvalid, "change_unknown", "A change is an insert, an update or a delete.", "op", ch.Op)
}

func (c *connector) insert(t *table, ch *source.RowChange, s *statement) error {
	all := map[string]*string{}
	for n, v := range ch.Key {
		all[n] = &v
	}
	for n, v := range ch.Set {
		all[n] = v
	}
	names := sorted(all)
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	s.add("INSERT INTO " + quote(t.name) + " (" + strings.Join(quoted, ", ") + ") VALUES (")
	for i, n := range names {
		if i > 0 {
			s.add(", ")
		}
		if err := c.value(t, ch, n, all[n], s); err != nil {
			return err
		}
	}
	s.add(")")
	return nil
}

func (c *connector) update(t *table, ch *source.RowChange, s *statement) error {
	if len(ch.Set) == 0 {
		return lake.Fail(lake.ErrInvalid, "change_unknown", "An update changes at least one column.", "table", t.name)
	}
	s.add("UPDATE " + quote(t.name) + " SET ")
	for i, n := range sorted(ch.Set) {
		if i > 0 {
			s.add(", ")
		}
		s.add(quote(n) + " = ")
		if err := c.value(t, ch, n, ch.Set[n], s); err != nil {
			return err
		}
	}
	s.add(" WHERE ")
	return c.unchanged(t, ch, s)
}

func (c *connector) unchanged(t *table, ch *source.RowChange, s *statement) error {
	if err := c.rowKey(t, ch, s); err != nil {
		return err
	}
	for _, n := range sorted(ch.Before) {
		s.add(" AND ")
		if err := c.same(t, ch, n, ch.Before[n], s); err != nil {
			return err
		}
	}
	return nil
}

func (c *connector) rowKey(t *table, ch *source.RowChange, s *statement) error {
	if len(ch.Key) == 0 {
		return lake.Fail(lake.ErrInvalid, "key_needed", "A row without a key can't be written.", "table", t.name)
	}
	for i, n := range sorted(ch.Key) {
		if i > 0 {
			s.add(" AND ")
		}
		v := ch.Key[n]
		if err := c.same(t, ch, n, &v, s); err != nil {
			return err
		}
	}
	return nil
}

// field finds a column that can be written, and its type: what the change says, or what
// the declaration says.
func (c *connector) field(t *table, ch *source.RowChange, name string) (*column, string, error) {
	k := t.column(name)
	if k == nil {
		return nil, "", lake.Fail(lake.ErrConflict, "source_changed", "The table "+t.name+" has no column "+name+" any more.", "source", c.name, "table", t.name, "column", name)
	}
	engine := ch.Types[name]
	if engine == "" {
		engine, _ = k.unseen()
	}
	return k, engine, nil
}

func (c *connector) value(t *table, ch *source.RowChange, name string, v *string, s *statement) error {
	k, engine, err := c.field(t, ch, name)
	if err != nil {
		return err
	}
	if v == nil {
		s.add("NULL")
		return nil
	}
	arg, ok := bound(engine, *v)
	if k.generated || !ok {
		return unwritable(k, engine)
	}
	s.bind(arg)
	return nil
}

func unwritable(k *column, engine string) error {
	return lake.Fail(lake.ErrInvalid, "source_value_invalid", "A value for column "+k.name+" is no "+engine+", or the column can't be written.", "column", k.name, "type", engine)
}

// same is the condition that a column holds exactly v.
func (c *connector) same(t *table, ch *source.RowChange, name string, v *string, s *statement) error {
	k, engine, err := c.field(t, ch, name)
	if err != nil {
		return err
	}
	n := quote(k.name)
	if v == nil {
		s.add(n + " IS NULL")
		return nil
	}
	arg, ok := bound(engine, *v)
	if !ok {
		return unwritable(k, engine)
	}
	switch {
	case engine == "TIMESTAMP":
		s.add(n + " COLLATE BINARY IN (")
		for i, form := range forms(*v) {
			if i > 0 {
				s.add(", ")
			}
			s.bind(form)
		}
		s.add(")")
	case strings.HasPrefix(engine, "DECIMAL"):
		s.add("(" + n + " IS ")
		s.bind(arg)
		s.add(" OR typeof(" + n + ") = 'text' AND " + n + " COLLATE BINARY = ")
		s.bind(*v)
		s.add(")")
	case engine == "VARCHAR" && k.affinity != textAffinity:
		s.add("(typeof(" + n + ") <> 'blob' AND CAST(" + n + " AS TEXT) COLLATE BINARY IS ")
		s.bind(arg)
		s.add(")")
	default:
		s.add(n + " COLLATE BINARY IS ")
		s.bind(arg)
	}
	return nil
}

// bound makes a parameter of a value's text in the engine's form.
func bound(engine, v string) (any, bool) {
	switch engine {
	case "BIGINT":
		n, err := strconv.ParseInt(v, 10, 64)
		return n, err == nil
	case "BOOLEAN":
		return v == "true", v == "true" || v == "false"
	case "DOUBLE":
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil && f-f == 0
	case "DATE":
		_, ok := batch.ParseDate([]byte(v))
		return v, ok
	case "TIMESTAMP":
		v = strings.TrimSuffix(v, "Z") // as cells are written
		_, ok := batch.ParseTimestamp([]byte(v))
		return strings.Replace(v, "T", " ", 1), ok
	case "TIMESTAMPTZ":
		return nil, false // one moment has too many texts to tell whether it has changed
	case "BLOB":
		return batch.ParseBytes(v)
	}
	p, s, decimal := batch.Decimal(engine)
	if !decimal {
		return v, true
	}
	_, ok := batch.ParseDecimal([]byte(v), p, s)
	if f, err := strconv.ParseFloat(v, 64); ok && err == nil && p <= 15 {
		return f, true
	}
	return v, ok
}

// forms are the texts that are read as one moment.
func forms(v string) []any {
	micros, _ := batch.ParseTimestamp([]byte(strings.TrimSuffix(v, "Z")))
	at := time.UnixMicro(micros).UTC()
	var out []any
	clock := at.Format("15:04:05")
	clocks := []string{clock}
	fraction := at.Format(".000000")
	for i := len(fraction); i >= 2 && strings.Trim(fraction[i:], "0") == ""; i-- {
		clocks = append(clocks, clock+fraction[:i])
	}
	if micros%1e6 != 0 {
		clocks = clocks[1:]
	} else if at.Second() == 0 {
		clocks = append(clocks, clock[:5])
	}
	for _, c := range clocks {
		out = append(out, at.Format(time.DateOnly)+" "+c, at.Format(time.DateOnly)+"T"+c)
	}
	if micros%86400e6 == 0 {
		out = append(out, at.Format(time.DateOnly))
	}
	return out
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
