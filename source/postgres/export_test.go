package postgres

import (
	"context"

	"headwater/source"
)

// Forget has an idle connection lose its prepared statements, as one does that something
// in between hands around.
func Forget(ctx context.Context, c source.Connector) error {
	p := &c.(*connector).pool
	conn, _, err := p.get(ctx)
	if err != nil {
		return err
	}
	defer p.put(conn)
	return exec(ctx, conn, "DEALLOCATE ALL")
}
