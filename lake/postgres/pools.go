package postgres

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// source runs queries. The raw values that row gets are valid during the call only.
type source interface {
	// few runs a query with a short answer; row only takes it in.
	few(ctx context.Context, text string, args []any, row func(raw [][]byte) error) error
	// many runs a query with a long answer; pause may take its time with what row has
	// taken in, and may ask other things.
	many(ctx context.Context, text string, args []any, row func(raw [][]byte) error, pause func() error) error
}

// pools reads what is committed. The two are apart so that whoever looks at a long answer
// can always ask short questions meanwhile.
type pools struct{ points, scans *pgxpool.Pool }

func (p pools) few(ctx context.Context, text string, args []any, row func(raw [][]byte) error) error {
	return p.read(ctx, p.points, text, args, row, func() error { return nil })
}

func (p pools) many(ctx context.Context, text string, args []any, row func(raw [][]byte) error, pause func() error) error {
	return p.read(ctx, p.scans, text, args, row, pause)
}

// read asks once more when the connection turns out to be gone (the server was restarted
// since it was made) before it has given anything.
func (p pools) read(ctx context.Context, from *pgxpool.Pool, text string, args []any, row func(raw [][]byte) error, pause func() error) error {
	given := false
	once := func() error {
		rows, err := from.Query(ctx, text, args...)
		if err != nil {
			return err
		}
		return eachRow(rows, func(raw [][]byte) error { given = true; return row(raw) }, pause)
	}
	return nativeError(again(from, once, func() bool { return given || ctx.Err() != nil }))
}

// again runs fn a second time with fresh connections when the first one was lost, unless
// that can't be any more.
func again(pool *pgxpool.Pool, fn func() error, tooLate func() bool) error {
	err := fn()
	if err == nil || !lost(err) || tooLate() {
		return err
	}
	pool.Reset()
	return fn()
}

func eachRow(rows pgx.Rows, row func(raw [][]byte) error, pause func() error) error {
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.RawValues()); err != nil {
			return err
		}
		if err := pause(); err != nil {
			return err
		}
	}
	rows.Close()
	return rows.Err()
}

// rawInt is a BIGINT, 0 for NULL.
func rawInt(b []byte) int64 {
	if len(b) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64(b))
}

func rawBool(b []byte) bool { return len(b) == 1 && b[0] != 0 }

// epoch2000 is where PostgreSQL's clock begins.
var epoch2000 = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// rawTime is a TIMESTAMPTZ.
func rawTime(b []byte) time.Time {
	return time.UnixMicro(epoch2000.UnixMicro() + rawInt(b)).UTC()
}
