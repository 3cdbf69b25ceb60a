package postgres

import (
	"context"
	"encoding/binary"
	"time"

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
	err := p.read(ctx, p.points, text, args, row, nil)
	if err != nil && lost(err) && ctx.Err() == nil { // the server was restarted since the connection was made
		p.points.Reset()
		err = p.read(ctx, p.points, text, args, row, nil)
	}
	return nativeError(err)
}

func (p pools) many(ctx context.Context, text string, args []any, row func(raw [][]byte) error, pause func() error) error {
	return nativeError(p.read(ctx, p.scans, text, args, row, pause))
}

func (p pools) read(ctx context.Context, from *pgxpool.Pool, text string, args []any, row func(raw [][]byte) error, pause func() error) error {
	rows, err := from.Query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.RawValues()); err != nil {
			return err
		}
		if pause != nil {
			if err := pause(); err != nil {
				return err
			}
		}
	}
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
