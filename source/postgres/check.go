package postgres

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"

	"headwater/lake"
	"headwater/source"
)

// Test goes through the steps of connecting.
func (c *connector) Test(ctx context.Context) []source.Step {
	w := new(source.Walk)
	network, address := pgconn.NetworkAddress(c.config.Host, c.config.Port)
	if !w.Reach(ctx, c.dial, network, address) {
		return w.Steps
	}
	conn := c.signIn(ctx, w)
	if conn == nil {
		return w.Steps
	}
	defer c.pool.discard(conn)
	var first *table
	w.Do("permission", func() (detail string, err error) {
		first, detail, err = c.readable(ctx, conn)
		return detail, err
	})
	w.Do("read", func() (string, error) {
		if first == nil {
			return "", nil
		}
		_, err := query(ctx, conn, "SELECT FROM "+first.sqlName()+" LIMIT 1")
		return tableName(first.Schema, first.Name), c.native(ctx, err)
	})
	return w.Steps
}

// signIn takes the steps tls and signin; nil when one of them failed.
func (c *connector) signIn(ctx context.Context, w *source.Walk) (conn *pgconn.PgConn) {
	config := c.config.Copy()
	encrypted := "not encrypted"
	config.AfterNetConnect = func(_ context.Context, _ *pgconn.Config, n net.Conn) (net.Conn, error) {
		if t, ok := n.(*tls.Conn); ok {
			if err := t.HandshakeContext(ctx); err != nil {
				return n, err
			}
			encrypted = tls.VersionName(t.ConnectionState().Version)
		} else {
			encrypted = "not encrypted"
		}
		return n, nil
	}
	var err error
	conn, err = pgconn.ConnectConfig(ctx, config)
	asks := c.config.TLSConfig != nil || len(c.config.Fallbacks) > 0
	if err != nil && tlsCode(err) != "" {
		w.Do("tls", func() (string, error) { return "", c.connectError(ctx, err) })
		return nil
	}
	if asks {
		w.Do("tls", func() (string, error) { return encrypted, nil })
	}
	w.Do("signin", func() (string, error) {
		if err != nil {
			return "", c.connectError(ctx, err)
		}
		return "PostgreSQL " + conn.ParameterStatus("server_version"), c.native(ctx, exec(ctx, conn, settings))
	})
	return conn
}

// readable finds a table that can be read, and tells how many can.
func (c *connector) readable(ctx context.Context, conn *pgconn.PgConn) (first *table, detail string, err error) {
	all, err := c.list(ctx, conn)
	if err != nil {
		return nil, "", err
	}
	n := 0
	for i := range all {
		if all[i].Readable {
			n++
			if first == nil {
				first = &all[i]
			}
		}
	}
	if n == 0 && len(all) > 0 {
		return nil, "", lake.Fail(lake.ErrForbidden, "permission_missing",
			"The source's user may read none of its "+strconv.Itoa(len(all))+" tables.", "source", c.name)
	}
	return first, strconv.Itoa(n) + "/" + strconv.Itoa(len(all)), nil
}
