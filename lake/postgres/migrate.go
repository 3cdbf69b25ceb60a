package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"headwater/lake"
)

//go:embed migrations/*.sql
var migrations embed.FS

const oldestServer = 150000

// forms are the embedded migrations, in order.
func forms() ([]string, error) { return fs.Glob(migrations, "migrations/*.sql") }

// suitable refuses servers that can't hold a workspace.
func suitable(ctx context.Context, c *pgx.Conn) error {
	var version int
	var encoding string
	var standby bool
	err := c.QueryRow(ctx, "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), pg_is_in_recovery()").
		Scan(&version, &encoding, &standby)
	switch {
	case err != nil:
		return nativeError(err)
	case version < oldestServer:
		return lake.Fail(lake.ErrInvalid, "database_old", fmt.Sprintf("PostgreSQL 15 or newer is needed; this is %d.", version/10000))
	case standby:
		return readOnly()
	case encoding != "UTF8":
		return lake.Fail(lake.ErrInvalid, "database_encoding", "The database must be encoded in UTF8, not "+encoding+".")
	}
	return nil
}

// migrate brings the schema to the newest form in one transaction.
func migrate(ctx context.Context, c *pgx.Conn, schema string) error {
	tx, err := c.Begin(ctx)
	if err != nil {
		return nativeError(err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if _, err := prepare(ctx, tx, schema); err != nil {
		return err
	}
	return nativeError(tx.Commit(ctx))
}

// prepare applies the migrations that the schema lacks; of several nodes that start at
// once, one does and the others wait. fresh tells whether there was no workspace.
func prepare(ctx context.Context, tx pgx.Tx, schema string) (fresh bool, err error) {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", "headwater "+schema); err != nil {
		return false, nativeError(err)
	}
	at, err := formOf(ctx, tx, schema)
	if err != nil {
		return false, err
	}
	steps, err := forms()
	if err != nil {
		return false, err
	}
	if at > len(steps) {
		return false, newer(at, len(steps))
	}
	if at == len(steps) {
		return false, nil
	}
	for _, name := range steps[at:] {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return false, err
		}
		if _, err := tx.Conn().PgConn().Exec(ctx, string(text)).ReadAll(); err != nil {
			return false, fmt.Errorf("%s: %w", name, nativeError(err))
		}
	}
	if _, err := tx.Exec(ctx, "INSERT INTO hw_workspace VALUES ('identity', $1) ON CONFLICT DO NOTHING", uuid.NewString()); err != nil {
		return false, nativeError(err)
	}
	_, err = tx.Exec(ctx, "UPDATE hw_head SET form = $1", len(steps))
	return at == 0, nativeError(err)
}

func newer(at, known int) error {
	return lake.Fail(lake.ErrNewer, "workspace_newer", fmt.Sprintf(
		"This workspace was written by a newer Headwater (form %d, this one knows %d); install that version or newer.", at, known))
}

// formOf tells how many migrations the schema has, and makes it where it is missing. It
// refuses a schema that holds something else.
func formOf(ctx context.Context, tx pgx.Tx, schema string) (form int, err error) {
	var there, ours, others bool
	err = tx.QueryRow(ctx, `SELECT to_regnamespace($2) IS NOT NULL, to_regclass($2 || '.hw_head') IS NOT NULL,
		EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname = $1))`,
		schema, quote(schema)).Scan(&there, &ours, &others)
	switch {
	case err != nil:
		return 0, nativeError(err)
	case ours:
		err = tx.QueryRow(ctx, "SELECT form FROM hw_head").Scan(&form)
		return form, nativeError(err)
	case others:
		return 0, lake.Fail(lake.ErrConflict, "schema_not_empty",
			"The schema "+schema+" holds tables that are no workspace; name another one with ?schema= in the address.", "schema", schema)
	case there:
		return 0, nil
	}
	_, err = tx.Exec(ctx, "CREATE SCHEMA "+quote(schema))
	return 0, nativeError(err)
}

// Exists tells whether there is a workspace at an address.
func Exists(ctx context.Context, url string) (there bool, err error) {
	a, err := parse(url)
	if err != nil {
		return false, err
	}
	c, err := a.connect(ctx, nil)
	if err != nil {
		return false, err
	}
	defer c.Close(context.WithoutCancel(ctx))
	err = c.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", quote(a.schema)+".hw_head").Scan(&there)
	return there, nativeError(err)
}
