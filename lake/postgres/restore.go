package postgres

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"headwater/lake"
	"headwater/lake/sqlite"
)

// Restore puts a backup, of whichever store, into an empty schema, under a new identity.
// It happens as a whole or not at all.
func Restore(ctx context.Context, backup, url string) error {
	a, err := parse(url)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(backup), ".headwater-restore-")
	if err != nil {
		if dir, err = os.MkdirTemp("", "headwater-restore-"); err != nil {
			return nativeError(err)
		}
	}
	defer os.RemoveAll(dir)
	if err := sqlite.Restore(backup, dir); err != nil { // in its newest form
		return err
	}
	branches, forks, err := linesOf(ctx, dir)
	if err != nil {
		return err
	}
	c, err := a.connect(ctx, nil)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	if err := suitable(ctx, c); err != nil {
		return err
	}
	if err := load(ctx, c, a.schema, branches, forks, filepath.Join(dir, sqlite.FileName)); err != nil {
		return nativeError(err)
	}
	return nativeError(analyze(ctx, c))
}

// analyze gathers statistics; a fresh table has none until somebody looks.
func analyze(ctx context.Context, c *pgx.Conn) error {
	var tables string
	err := c.QueryRow(ctx, `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') FROM pg_tables
		WHERE schemaname = current_schema()`).Scan(&tables)
	if err == nil {
		_, err = c.Exec(ctx, "ANALYZE "+tables)
	}
	return err
}

func linesOf(ctx context.Context, dir string) ([]lake.Branch, []lake.Fork, error) {
	from, err := sqlite.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	defer from.Close()
	branches, err := from.Branches(ctx)
	if err != nil {
		return nil, nil, err
	}
	forks, err := from.Forks(ctx)
	return branches, forks, err
}

func load(ctx context.Context, c *pgx.Conn, schema string, branches []lake.Branch, forks []lake.Fork, path string) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	fresh, err := prepare(ctx, tx, schema)
	if err != nil {
		return err
	}
	if !fresh {
		return lake.Fail(lake.ErrConflict, "schema_not_empty",
			"There is a workspace in the schema "+schema+" already; restore into another one (?schema= in the address).", "schema", schema)
	}
	f, err := openFile(ctx, path)
	if err != nil {
		return err
	}
	defer f.close()
	l := loading{tx: tx, file: f}
	if err := l.lines(ctx, branches, forks); err != nil {
		return err
	}
	if err := l.revisions(ctx); err != nil {
		return err
	}
	if err := l.documents(ctx); err != nil {
		return err
	}
	for name, columns := range f.columns {
		if err := l.entity(ctx, name, columns); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE hw_head SET epoch = 1, rev = (SELECT coalesce(max(rev), 0) FROM hw_revisions),
		ver = (SELECT coalesce(max(last_ver), 0) FROM hw_revisions)`)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE hw_workspace SET value = $1 WHERE name = 'identity'", uuid.NewString()); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// loading is one restore on its way.
type loading struct {
	tx   pgx.Tx
	file *file
}

// lines writes branches and forks.
func (l *loading) lines(ctx context.Context, branches []lake.Branch, forks []lake.Fork) error {
	for _, b := range branches {
		text, args, err := saveBranch(b)
		if err != nil {
			return err
		}
		if _, err := l.tx.Exec(ctx, text, args...); err != nil {
			return err
		}
	}
	for _, f := range forks {
		if _, err := l.tx.Exec(ctx, "INSERT INTO hw_forks VALUES ($1, $2, $3)", int64(f.Branch), int64(f.From), int64(f.At)); err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) revisions(ctx context.Context) error {
	names := revisionsTransfer.names
	return l.copy(ctx, "SELECT "+strings.Join(names, ", ")+" FROM hw_revisions ORDER BY rev", "hw_revisions", names, func(v []any) error {
		at, err := time.Parse(time.RFC3339Nano, text(v[2]))
		v[2] = at
		for _, i := range []int{3, 5, 7, 8} {
			v[i] = described(text(v[i]))
		}
		if v[4] = described(text(v[4])); v[4] == nil {
			v[4] = ""
		}
		v[13] = text(v[13])
		return err
	})
}

func (l *loading) documents(ctx context.Context) error {
	return l.copy(ctx, "SELECT kind, id, body FROM hw_documents ORDER BY kind, id", "hw_documents", documentsTransfer.names, func(v []any) error {
		for i := range v {
			v[i] = text(v[i])
		}
		return nil
	})
}

// entity makes an entity's tables and fills them.
func (l *loading) entity(ctx context.Context, name lake.EntityName, there map[columnKey]string) error {
	e := lake.Entity{Name: name}
	for key, column := range there {
		indexed, err := l.indexed(ctx, string(name)+"_"+column)
		if err != nil {
			return err
		}
		e.Fields = append(e.Fields, lake.Field{Name: key.field, Kind: key.kind, Unique: indexed && key.kind != lake.Reference})
	}
	sortFields(e.Fields)
	var none *table
	plan := none.grown(&e)
	if _, err := l.tx.Conn().PgConn().Exec(ctx, strings.Join(plan.steps, "; ")).ReadAll(); err != nil {
		return err
	}
	here := plan.next.columns
	for _, c := range append(plan.named, columnKey{}) {
		if _, err := l.tx.Exec(ctx, "INSERT INTO hw_columns VALUES ($1, $2, $3, $4)", string(name), string(c.field), string(c.kind), here[c]); err != nil {
			return err
		}
	}
	for _, t := range l.file.transfers(&e, here) {
		if err := l.rows(ctx, &e, t, here); err != nil {
			return err
		}
	}
	return nil
}

func (l *loading) indexed(ctx context.Context, index string) (bool, error) {
	var n int
	err := l.file.tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = ?", index).Scan(&n)
	return n > 0, err
}

// rows copies one of an entity's tables. t describes the way there; here it goes back.
func (l *loading) rows(ctx context.Context, e *lake.Entity, t transfer, here map[columnKey]string) error {
	n := len(t.names) - len(e.Fields)
	to, columns := append([]string(nil), t.names[:n]...), append([]string(nil), t.names...)
	for i, f := range e.Fields {
		to = append(to, here[columnKey{f.Name, f.Kind}])
		columns[n+i] = quote(columns[n+i])
	}
	flag := -1
	if t.names[n-1] == "deleted" {
		flag = n - 1
	}
	return l.copy(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+quote(t.table)+" ORDER BY ver", t.table, to, func(v []any) error {
		for i := range v {
			if b, ok := v[i].([]byte); ok {
				v[i] = string(b)
			}
		}
		if flag >= 0 {
			deleted, _ := v[flag].(int64)
			v[flag] = deleted != 0
		}
		return nil
	})
}

// copy sends what a query of the file gives into a table here.
func (l *loading) copy(ctx context.Context, query, table string, columns []string, fix func([]any) error) error {
	rows := make(chan []any, 1000)
	failed := make(chan error, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer close(rows)
		failed <- l.file.each(ctx, query, len(columns), func(v []any) error {
			v = append([]any(nil), v...)
			if err := fix(v); err != nil {
				return err
			}
			select {
			case rows <- v:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	_, err := l.tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) { return <-rows, nil }))
	stop()
	if ferr := <-failed; err == nil && ferr != nil && ferr != context.Canceled {
		err = ferr
	}
	return err
}
