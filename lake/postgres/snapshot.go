package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// snapshot reads everything as of one moment. It is for one goroutine, and one answer at
// a time.
type snapshot struct{ tx pgx.Tx }

// freeze begins a snapshot; end ends it.
func (s *Store) freeze(ctx context.Context) (snap snapshot, end func(), err error) {
	var tx pgx.Tx
	err = again(s.scans, func() (err error) {
		tx, err = s.scans.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		return err
	}, func() bool { return ctx.Err() != nil })
	return snapshot{tx}, func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }, nativeError(err)
}

func (s snapshot) few(ctx context.Context, text string, args []any, row func(raw [][]byte) error) error {
	return s.many(ctx, text, args, row, func() error { return nil })
}

func (s snapshot) many(ctx context.Context, text string, args []any, row func(raw [][]byte) error, pause func() error) error {
	rows, err := s.tx.Query(ctx, text, args...)
	if err != nil {
		return nativeError(err)
	}
	return nativeError(eachRow(rows, row, pause))
}
