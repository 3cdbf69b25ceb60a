package mysql

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"time"

	"headwater/lake"
)

// greetingTimeout is how long a server may take to say the first word, which in this
// protocol is its own. Behind a port of another protocol both sides would wait.
const greetingTimeout = 8 * time.Second

// dial connects and hears the beginning of the server's greeting.
func (c *connector) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.settings.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	g := &greeted{Conn: conn}
	if err := conn.SetReadDeadline(time.Now().Add(greetingTimeout)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if _, err = io.ReadFull(conn, g.head[:]); err == nil && stop() {
		err = conn.SetReadDeadline(time.Time{})
	}
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.As(err, &timeout) && timeout.Timeout(), err == nil && !g.speaks():
		err = lake.Fail(lake.ErrInvalid, "protocol_other", "What answers at this address doesn't speak the protocol of MySQL.", "source", c.name, "protocol", "MySQL")
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return g, nil
}

// greeted is a connection whose first bytes were read already.
type greeted struct {
	net.Conn
	head [5]byte // length of the packet, its number, and the version or the mark of an error
	read int
}

// speaks tells whether the bytes begin a greeting, or a refusal in its place.
func (g *greeted) speaks() bool {
	return g.head[3] == 0 && (g.head[4] == 10 || g.head[4] == 0xff)
}

func (g *greeted) Read(b []byte) (int, error) {
	if g.read < len(g.head) {
		n := copy(b, g.head[g.read:])
		g.read += n
		return n, nil
	}
	return g.Conn.Read(b)
}

// SyscallConn lets the driver see whether an idle connection was closed meanwhile.
func (g *greeted) SyscallConn() (syscall.RawConn, error) {
	if c, ok := g.Conn.(syscall.Conn); ok {
		return c.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}
