package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"
)

// bareTable is a DuckDB table of the accounts: the engine's types, and nothing that the
// engine adds for branches, sorting and search.
type bareTable struct{ db *sql.DB }

func makeBare(ctx context.Context, path, file string) (*bareTable, error) {
	for _, p := range []string{path, path + ".wal"} {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	connector, err := duck.NewConnector(path, nil)
	if err != nil {
		return nil, err
	}
	t := &bareTable{sql.OpenDB(connector)}
	types := map[string]string{"employees": "BIGINT", "annual_revenue": "DECIMAL(18,4)", "founded_year": "BIGINT"}
	var defs []string
	for _, c := range columns {
		kind := types[string(c)]
		if kind == "" {
			kind = "VARCHAR"
		}
		defs = append(defs, fmt.Sprintf("'%s': '%s'", c, kind))
	}
	for _, s := range []string{
		fmt.Sprintf("SET threads = %d", runtime.GOMAXPROCS(0)),
		fmt.Sprintf("CREATE TABLE accounts AS SELECT uuidv7()::VARCHAR AS id, *, 'CNY' AS currency FROM read_csv('%s', header = true, columns = {%s})",
			strings.ReplaceAll(file, "'", "''"), strings.Join(defs, ", ")),
		"CHECKPOINT",
	} {
		if _, err := t.db.ExecContext(ctx, s); err != nil {
			return nil, errors.Join(err, t.close())
		}
	}
	return t, nil
}

func (t *bareTable) close() error { return t.db.Close() }

// key is one id in the middle.
func (t *bareTable) key(ctx context.Context) (id string, err error) {
	err = t.db.QueryRowContext(ctx, "SELECT id FROM accounts LIMIT 1 OFFSET (SELECT count(*) // 2 FROM accounts)").Scan(&id)
	return id, err
}

// ask reads all rows of the statements as values of the program.
func (t *bareTable) ask(ctx context.Context, statements []string, args ...any) error {
	for _, s := range statements {
		if err := t.one(ctx, s, args); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

func (t *bareTable) one(ctx context.Context, text string, args []any) error {
	rows, err := t.db.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	return rows.Err()
}
