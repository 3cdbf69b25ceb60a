package postgres

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"time"

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
	if err := c.speaks(ctx, network, address); err != nil {
		w.Do("tls", func() (string, error) { return "", err })
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

// answerTimeout is how long a server may take to say whether it encrypts.
const answerTimeout = 8 * time.Second

// speaks asks what every PostgreSQL answers with one letter, and fails where something
// else is said or nothing at all. What breaks off is left to the sign-in to tell.
func (c *connector) speaks(ctx context.Context, network, address string) error {
	conn, err := c.dial(ctx, network, address)
	if err != nil {
		return nil
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	_ = conn.SetDeadline(time.Now().Add(answerTimeout))
	var answer [1]byte
	if _, err = conn.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}); err == nil { // SSLRequest
		_, err = conn.Read(answer[:])
	}
	var timeout net.Error
	if err == nil && !bytes.Contains([]byte("SNE"), answer[:]) || errors.As(err, &timeout) && timeout.Timeout() && ctx.Err() == nil {
		return lake.Fail(lake.ErrInvalid, "protocol_other", "What answers at this address doesn't speak the protocol of PostgreSQL.", "source", c.name, "protocol", "PostgreSQL")
	}
	return nil
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
