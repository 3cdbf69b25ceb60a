package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"
	"github.com/jackc/pgx/v5"

	"headwater/catalog"
	"headwater/lake"
	"headwater/source"
)

// outer is what lies outside of the lake, and the houses that read it. Each part is made
// when it is first needed.
type outer struct {
	house  *house    // over lines and trips
	lines  *pgx.Conn // a database with the table lines
	fdw    *pgx.Conn // another one of the same server, with lines as a foreign table
	trips  string    // a folder of Parquet files
	bare   *sql.DB   // DuckDB alone
	maria  *maria
	houses map[string]*house // over TPC-H, by where its tables lie
}

func (o *outer) close() error {
	errs := []error{o.house.close()}
	for _, h := range o.houses {
		errs = append(errs, h.close())
	}
	for _, c := range []*pgx.Conn{o.lines, o.fdw} {
		if c != nil {
			errs = append(errs, c.Close(context.Background()))
		}
	}
	if o.bare != nil {
		errs = append(errs, o.bare.Close())
	}
	o.maria.stop()
	*o = outer{}
	return errors.Join(errs...)
}

// newHouse opens an empty workspace; nothing else runs beside it.
func (b *bench) newHouse(ctx context.Context, name string) (*house, error) {
	if err := errors.Join(b.closeBig(), b.stopServer()); err != nil {
		return nil, err
	}
	dir := b.path(name)
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	return openHouse(ctx, dir, true)
}

// outside is the house over lines and trips; nothing is declared at first.
func (b *bench) outside(ctx context.Context) (h *house, err error) {
	if b.outer.house == nil {
		b.outer.house, err = b.newHouse(ctx, "outer")
	}
	return b.outer.house, err
}

// connect adds a source.
func (h *house) connect(ctx context.Context, name, address string) error {
	_, err := h.sources.Add(ctx, source.Spec{Name: name, URL: address, AllowPrivate: true})
	return err
}

func folder(path string) string { return (&url.URL{Scheme: "file", Path: absolute(path)}).String() }

// has tells whether an entity is declared.
func (h *house) has(ctx context.Context, name lake.EntityName) (bool, error) {
	r, err := h.lake.At(ctx, lake.System, lake.MainName, 0)
	if err != nil {
		return false, err
	}
	_, err = r.Schema().Entity(name)
	return err == nil, nil
}

// declare makes an entity over a table, with a key.
func (h *house) declare(ctx context.Context, name lake.EntityName, src, table string, key ...lake.FieldName) error {
	_, notes, err := h.catalog.Declare(ctx, lake.System, lake.MainName, []catalog.Wish{{Source: src, Table: table, Name: name, Key: &key}})
	if err == nil && len(notes) > 0 {
		err = errors.New(notes[0].Detail)
	}
	return err
}

// sql runs a SELECT through the lake and keeps its rows.
func (h *house) sql(ctx context.Context, branch, text string) ([][]any, error) {
	r, err := h.lake.At(ctx, lake.System, branch, 0)
	if err != nil {
		return nil, err
	}
	var out rows
	err = r.SQL(ctx, text, &out)
	return out.list, err
}

// rows is an answer.
type rows struct{ list [][]any }

func (*rows) Columns(_, _ []string) error { return nil }
func (r *rows) Row(values []any) error    { r.list = append(r.list, values); return nil }

// reads makes a measured run of a SELECT through the lake.
func (h *house) reads(ctx context.Context, branch, text string) func() error {
	return func() error {
		got, err := h.sql(ctx, branch, text)
		if err == nil && len(got) == 0 {
			err = errors.New("an empty answer: " + text)
		}
		return err
	}
}

const lineFields = "line, account, day, price, discount, flag, code, city, noted, note"

// useLines has a table of 2 × -rows rows and ten columns, and the entity lines over it.
func (b *bench) useLines(ctx context.Context) (*house, error) {
	pg, err := b.cluster(ctx)
	if err != nil {
		return nil, err
	}
	h, err := b.outside(ctx)
	if err != nil {
		return nil, err
	}
	if b.outer.lines == nil {
		if b.outer.lines, err = pg.database(ctx, "lines"); err == nil {
			err = makeLines(ctx, b.outer.lines, 2*b.rows)
		}
		if err != nil {
			return nil, err
		}
	}
	if done, err := h.has(ctx, "lines"); err != nil || done {
		return h, err
	}
	if err := h.connect(ctx, "warehouse", pg.address("lines")); err != nil {
		return nil, err
	}
	return h, h.declare(ctx, "lines", "warehouse", "public.lines", "line")
}

func makeLines(ctx context.Context, c *pgx.Conn, n int) error {
	for _, s := range []string{
		`CREATE TABLE lines (line bigint PRIMARY KEY, account integer, day date, price numeric(15,2), discount double precision,
			flag boolean, code text, city text, noted timestamptz, note text)`,
		fmt.Sprintf(`INSERT INTO lines SELECT n, n %% %d, '2015-01-01'::date + (n %% 3000)::int, (n %% 1000000) / 100.0, n * 0.001, n %% 3 = 0, 'C' || n %% 5000,
			(ARRAY['上海','北京','London','Paris'])[1 + n %% 4], '2020-01-01 00:00:00Z'::timestamptz + n * interval '1 minute', 'a note of some length ' || n
			FROM generate_series(1, %d) n`, n/20, n),
		"CREATE INDEX ON lines (account)", "VACUUM ANALYZE lines", "CHECKPOINT",
	} {
		if _, err := c.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// useForeign has lines as a foreign table of another database of the same server.
func (b *bench) useForeign(ctx context.Context) (*pgx.Conn, error) {
	if b.outer.fdw != nil {
		return b.outer.fdw, nil
	}
	c, err := b.pg.database(ctx, "beside")
	if err != nil {
		return nil, err
	}
	for _, s := range []string{
		"CREATE EXTENSION postgres_fdw",
		"CREATE SERVER warehouse FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '" + b.pg.port + "', dbname 'lines', fetch_size '10000')",
		"CREATE USER MAPPING FOR bench SERVER warehouse OPTIONS (user 'bench')",
		"IMPORT FOREIGN SCHEMA public FROM SERVER warehouse INTO public",
		"ANALYZE lines",
	} {
		if _, err := c.Exec(ctx, s); err != nil {
			return nil, errors.Join(err, c.Close(ctx))
		}
	}
	b.outer.fdw = c
	return c, nil
}

const tripFiles = 8

// useTrips has a folder of Parquet files with 10 × -rows rows and ten columns, and the
// entity trips over it.
func (b *bench) useTrips(ctx context.Context) (*house, error) {
	h, err := b.outside(ctx)
	if err != nil {
		return nil, err
	}
	if b.outer.trips == "" {
		dir := b.path(fmt.Sprintf("lake-%d", b.rows))
		if err := b.makeTrips(ctx, dir, 10*b.rows); err != nil {
			return nil, err
		}
		b.outer.trips = dir
	}
	if done, err := h.has(ctx, "trips"); err != nil || done {
		return h, err
	}
	if err := h.connect(ctx, "folder", folder(b.outer.trips)); err != nil {
		return nil, err
	}
	return h, h.declare(ctx, "trips", "folder", "trips/", "trip")
}

const tripFields = "trip, zone, payment, day, started, distance, fare, tip, rider, note"

func (b *bench) makeTrips(ctx context.Context, dir string, n int) error {
	db, err := b.alone()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir+"/trips", 0o755); err != nil {
		return err
	}
	for i := range tripFiles {
		path := fmt.Sprintf("%s/trips/part-%d.parquet", absolute(dir), i)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		_, err := db.ExecContext(ctx, fmt.Sprintf(`COPY (SELECT i AS trip, (i * 7919 %% 265)::INTEGER AS zone, ['card', 'cash', 'free', 'disputed'][1 + i * 31 %% 4] AS payment,
			DATE '2020-01-01' + (i %% 1460)::INTEGER AS day, TIMESTAMP '2020-01-01' + to_seconds(i) AS started, (i * 104729 %% 10007) / 331.0 AS distance,
			((i * 15485863 %% 9973) / 100.0)::DECIMAL(12,2) AS fare, (i %% 997 / 100.0)::DECIMAL(12,2) AS tip, (i * 2654435761 %% 500009)::BIGINT AS rider,
			'trip note ' || (i * 48271 %% 65537) AS note FROM range(%d, %d) r(i)) TO '%s' (FORMAT parquet)`,
			int64(n)*int64(i)/tripFiles, int64(n)*int64(i+1)/tripFiles, path+".part"))
		if err != nil {
			return err
		}
		if err := os.Rename(path+".part", path); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) tripPaths() string {
	return "read_parquet('" + strings.ReplaceAll(absolute(b.outer.trips), "'", "''") + "/trips/*.parquet')"
}

// alone is DuckDB by itself, with as many threads as the engine has.
func (b *bench) alone() (*sql.DB, error) {
	if b.outer.bare != nil {
		return b.outer.bare, nil
	}
	connector, err := duck.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	b.outer.bare = sql.OpenDB(connector)
	_, err = b.outer.bare.Exec(fmt.Sprintf("SET threads = %d", runtime.GOMAXPROCS(0)))
	return b.outer.bare, err
}

// all reads all rows of a statement as values of the program.
func all(ctx context.Context, db *sql.DB, text string) (out [][]any, err error) {
	list, err := db.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer list.Close()
	names, err := list.Columns()
	if err != nil {
		return nil, err
	}
	for list.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := list.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, values)
	}
	return out, list.Err()
}

// copyOut reads a table by the server's own binary COPY.
func copyOut(ctx context.Context, c *pgx.Conn, table string) error {
	_, err := c.PgConn().CopyTo(ctx, io.Discard, "COPY "+table+" TO STDOUT (FORMAT binary)")
	return err
}
