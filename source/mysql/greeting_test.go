package mysql_test

import (
	"io"
	"net"
	"net/url"
	"testing"
	"time"

	"headwater/source"
	"headwater/source/mysql"
)

// TestAnotherProtocolIsSoonSeen: behind a port where somebody waits for the client to begin, or greets in
// another protocol, the test fails after the connection was made, and doesn't wait for long.
func TestAnotherProtocolIsSoonSeen(t *testing.T) {
	for what, greeting := range map[string]string{"silent": "", "another": "SSH-2.0-OpenSSH_9.6\r\n"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		go func() {
			for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
				go func() { _, _ = io.WriteString(conn, greeting); _, _ = io.Copy(io.Discard, conn); _ = conn.Close() }()
			}
		}()
		guard := source.Guard{AllowPrivate: func() bool { return true }}
		conn, err := mysql.Open(t.Context(), source.Settings{Name: "shop", URL: &url.URL{Scheme: "mysql", Host: l.Addr().String(), Path: "/a"}, Dial: guard.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		began := time.Now()
		steps := conn.Test(t.Context())
		if last := steps[len(steps)-1]; last.OK || last.Name != "tls" || last.Code != "protocol_other" || !steps[1].OK || time.Since(began) > 10*time.Second {
			t.Errorf("%s: %+v after %v", what, steps, time.Since(began))
		}
	}
}
