package sourcetest

import (
	"io"
	"net"
	"testing"
)

// Greets listens on a port of this machine until the test ends, says the same to whoever
// comes, and nothing more; it gives its address.
func Greets(tb testing.TB, greeting string) (address string) {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = l.Close() })
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			go func() { _, _ = io.WriteString(conn, greeting); _, _ = io.Copy(io.Discard, conn); _ = conn.Close() }()
		}
	}()
	return l.Addr().String()
}
